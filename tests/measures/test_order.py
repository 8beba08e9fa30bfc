"""Measures of order on whole runs: limits with a closed form, and what must and must not move them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine import run_block, step
from sim.files import apply
from sim.measures import order
from sim.plan import Plan
from sim.start import begin
from tests.engine.worlds import baseline, policies, specs

FROZEN = {"world.mobility": "frozen", "bodies.waico.entry_into_force.reached": True}


def commentary(change: dict[str, Any] | None = None, years: int = 2) -> Any:
    return apply(policies(years, 30)["commentary"], {**FROZEN, **(change or {})})


def test_concentration_of_providers_lies_between_many_equal_and_one() -> None:
    series = run_block(specs(commentary(), 3)).series
    assert (series["provider_concentration"] > 10000.0 / 40).all()
    assert (series["provider_concentration"] <= 10000.0 + 1e-9).all()
    assert ((series["single_provider"] >= 0.0) & (series["single_provider"] <= 1.0)).all()


def test_all_channels_equal_is_one_over_their_number() -> None:
    """Every home at the same capability, no tension, no lags: the index is 10,000 over homes and open weights."""
    resolved = baseline(1, 20, **{"world.access.foreign_lag": 0.0, "world.access.open_lag": 0.0,
                                  "world.tension": {"rule": "exogenous_path", "path": [[0.0, 0.0], [9.0, 0.0]]}})
    run = begin(Plan(specs(resolved, 2)))
    run.state.firms.capability = np.zeros(run.plan.firm_shape)
    run.state.world.published, run.state.world.tension = 0.0, 0.0
    run.fixed.pop("channels", None)
    works = run.state.firms.active & ~run.plan.stage.supplier
    homes = {int(home) for home in run.plan.stage.home[works[0]]}
    np.testing.assert_allclose(order.provider_concentration(run), 10000.0 / (len(homes) + 1), rtol=1e-3)
    assert (order.single_provider(run) == 0.0).all()


def test_more_tension_never_lessens_dependence_of_those_it_cuts_off() -> None:
    found = []
    for level in (0.1, 0.9):
        run = begin(Plan(specs(baseline(1, 30, **{"world.tension.start": level}), 2)))
        found.append(order.provider_concentration(run))
    assert (found[1] >= found[0] - 1e-9).all()


def test_weights_close_when_the_rent_of_a_lead_is_high_and_stay_open_when_there_is_none() -> None:
    """Open, for now: the closing date comes with the rent; without one nobody who publishes stops."""
    rule = {"rule": "expected_gain", "speed": 2.0, "noise": 0.2, "standard": 0.0}
    closed = run_block(specs(commentary({"world.openness": {**rule, "rent": 4.0, "diffusion": 0.0}}, 6), 3)).series
    kept = run_block(specs(commentary({"world.openness": {**rule, "rent": 0.0, "diffusion": 0.0}}, 6), 3)).series
    assert np.isnan(kept["closing_date"]).all()
    dates = closed["closing_date"]
    assert (~np.isnan(dates[:, -1])).any()
    known = np.nan_to_num(dates)
    assert (np.diff(known, axis=-1)[known[:, :-1] > 0.0] == 0.0).all()  # a date, once there, stands


def test_what_a_unit_prevents_and_what_happened_are_the_whole_harm() -> None:
    """The same incidents with and without a unit: realised plus prevented is what would have been realised."""
    same = {"world.race": "fixed_effort", "world.incidents.base": 20.0, "years": 1}
    with_unit = {"rule": "unit", "false_alarms": 0.0, "tightening": 0.0}
    first = run_block(specs(commentary({**same, "bodies.waico.response": with_unit}), 4)).series
    other = run_block(specs(commentary({**same, "bodies.waico.response": "none"}), 4)).series
    # Harm changes output and use of AI a little within the year, so the sums agree nearly.
    np.testing.assert_allclose(
        (first["realised_loss"] + first["prevented_loss"])[:, 1], other["realised_loss"][:, 1], rtol=0.02
    )
    assert (other["prevented_loss"] == 0.0).all() and first["prevented_loss"].sum() > 0.0


def test_a_standard_that_binds_wholly_leaves_no_distance_inside() -> None:
    tiers = {f"bodies.waico.tiers.{tier}.{key}": value for tier in ("associate", "full", "strategic")
             for key, value in (("binding", 1.0), ("latitude", 0.0))}
    series = run_block(specs(commentary({**tiers, "bodies.gpai": None}), 2)).series
    assert series["waico.strategy_distance_inside"][:, 1:].max() == pytest.approx(0.0, abs=1e-12)
    assert (series["strategy_distance"] > 0.0).all()


def test_sharing_by_choice_leaves_the_leader_its_lead_and_by_the_state_needs_its_firms() -> None:
    """At the start: what the platform holds under each rule, against the obligation at full sharing."""
    held = {}
    for name, rule in {"obliged": {"rule": "shared_models", "obliged": 1.0},
                       "choice": {"rule": "voluntary_sharing", "eager": 1.0},
                       "state": {"rule": "state_provided", "provided": 1.0},
                       "nothing": {"rule": "state_provided", "provided": 0.0}}.items():
        change = {"bodies.waico.platform": rule, "bodies.waico.policy.sharing": 1.0}
        held[name] = begin(Plan(specs(commentary(change), 2))).state.bodies["waico"].own.contributed
    assert (held["nothing"] <= held["choice"]).all() and (held["choice"] <= held["obliged"]).all()
    assert (held["nothing"] <= held["state"]).all() and (held["state"] <= held["obliged"]).all()


def test_misuse_falls_with_the_strictness_of_those_who_use_what_is_open() -> None:
    rates = []
    for level in (0.0, 1.0):
        resolved = commentary({"world.misuse": "weak_safeguards", "years": 1})
        run = begin(Plan(specs(resolved, 2)))
        run.state.nations.stringency = run.state.nations.stringency_effective = np.full(run.plan.nation_shape, level)
        step(run)
        rates.append(run.state.world.expected_loss)
    assert (rates[1] <= rates[0]).all() and (rates[1] < rates[0]).any()
