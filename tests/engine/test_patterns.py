"""Patterns that must come out, stated so that they are true (MODEL section 7); "frozen" means nobody else moves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.engine import RunSpec, run_block
from sim.files import apply, load
from sim.phases.run import Run
from sim.plan import Plan
from sim.power import banzhaf
from sim.rules.tension import two as two_poles
from sim.start import _values, begin
from tests.engine.worlds import SCENARIOS, baseline, charter, policies, specs

FROZEN = {"world.mobility": "frozen"}


def started(resolved: Any, count: int = 3) -> Run:
    return begin(Plan(specs(resolved, count)))


def test_the_start_is_the_real_world() -> None:
    run = begin(Plan(specs(baseline(sample=None), 2)))
    waico, gpai = run.state.bodies["waico"], run.state.bodies["gpai"]
    assert waico.inside.sum(axis=-1).tolist() == [37, 37]
    assert (waico.nations.status == 2).sum(axis=-1).tolist() == [1, 1]  # Bangladesh observes
    assert (waico.nations.status == 1).sum(axis=-1).tolist() == [1, 1]  # Singapore is invited
    assert not waico.parties.any() and not waico.own.in_force.any()
    assert gpai.parties.sum(axis=-1).tolist() == [44, 44] and gpai.own.in_force.all()


@pytest.mark.parametrize("name", ["as-signed", "commentary", "consensus"])
def test_the_start_is_the_same_under_every_charter(name: str) -> None:
    """Who is inside in year 0 does not depend on the policy, and neither do tastes."""
    first = started(policies(sample=40)["as-signed"]).state.bodies["waico"].nations
    other = started(policies(sample=40)[name]).state.bodies["waico"].nations
    assert np.array_equal(first.status, other.status)
    assert np.array_equal(first.taste, other.taste)


def test_a_frozen_world_keeps_the_signatories_for_ten_years() -> None:
    result = run_block(specs(baseline(10, None), 6), nations=True)
    status = result.nations["waico.status"]
    start, end = status[:, 0] == 3, (status[:, -1] >= 3) & (status[:, -1] <= 5)
    assert ((start & end).sum(axis=-1) / start.sum(axis=-1)).min() >= 0.95


def test_nobody_moves_where_mobility_is_frozen() -> None:
    result = run_block(specs(baseline(4, None, **FROZEN), 2), nations=True)
    for body in ("waico", "gpai"):
        status = result.nations[f"{body}.status"]
        assert (status == status[:, :1]).all()


def test_own_dues_never_raise_the_chance_of_being_in() -> None:
    """With everything else held, a tier's utility falls weakly in its dues factor, for every nation that pays."""
    base = apply(policies()["commentary"], {"bodies.waico.fund.envelope": 5.0})
    found = []
    for factor in (0.0, 0.5, 1.0):
        run = started(apply(base, {"bodies.waico.tiers.full.dues": factor}))
        body = run.plan.bodies["waico"]
        found.append(_values(run, body, body.at(run.year))[0])
    assert (found[1] <= found[0]).all() and (found[2] <= found[1]).all()
    assert (found[2] < found[0]).any()


def test_over_a_whole_run_higher_dues_recruit_nobody_where_money_comes_back_to_nobody() -> None:
    """No receipts, no votes to win, policy frozen, partners inside only pull: who is in under high dues is in under low
    ones, state by state and year by year. (Policy is frozen by an agreement that never comes into force.)"""
    quiet = {
        "bodies.gpai": None, "bodies.waico.fund.levy": "none",
        **{f"bodies.waico.tiers.{tier}.fund_share": 0.0 for tier in ("associate", "full", "strategic")},
        "bodies.waico.entry_into_force.ratifications": 190, "world.membership.club": 1.0, "world.mobility.leave": 0.5,
        "world.membership.voice": 0.0,
        "world.mobility.join": 0.5, "world.mobility.exit_cost": 0.0, "world.membership.shock": 1.0,
        "world.tension": {"rule": "exogenous_path", "path": [[0.0, 0.5], [10.0, 0.5]]},
    }  # fmt: skip
    insides = []
    for envelope in (0.0, 5.0, 60.0):
        change = {**quiet, "bodies.waico.fund.envelope": envelope, "steps_per_year": 1}
        result = run_block(specs(apply(policies(4, 40)["commentary"], change), 4), nations=True)
        assert result.nations is not None
        status = result.nations["waico.status"]
        insides.append((status >= 3) & (status <= 5))
    assert all((dear <= cheap).all() for cheap, dear in zip(insides, insides[1:], strict=False))
    assert insides[2].sum() < insides[0].sum()


def test_a_tier_split_in_two_has_the_same_members() -> None:
    """Halves of a tier with half its weight each: the same states are in, in every year."""
    one = policies(4, 40)["commentary"]
    full = charter("waico-commentary")["tiers"]["full"]
    half = {**full, "weight": full["weight"] / 2}
    tiers = one["bodies"]["waico"]["tiers"]
    split = {**{key: value for key, value in tiers.items() if key == "associate"},
             "full_one": half, "full_two": half, "strategic": tiers["strategic"]}
    two = {**one, "bodies": {**one["bodies"], "waico": {**one["bodies"]["waico"], "tiers": split}}}
    first, second = (run_block(specs(each, 4), nations=True).nations["waico.status"] for each in (one, two))
    assert np.array_equal(first, second)


def test_firms_have_no_power_and_no_influence_where_their_share_is_zero() -> None:
    """Every vote and every outcome is bit-equal whatever firms prefer."""
    quiet = apply(policies(4, 40)["no-corporate-votes"], {"bodies.waico.entry_into_force.reached": True})
    loud = apply(quiet, {"world.preferences.firm_error": 0.3})
    first, second = run_block(specs(quiet, 3), events=True), run_block(specs(loud, 3), events=True)
    assert first.events == second.events
    wish = ("capture.firms",)  # how far policy stands from what firms prefer
    same = [np.array_equal(first.series[key], second.series[key], equal_nan=True) for key in first.series
            if not key.endswith(wish)]  # fmt: skip
    assert all(same)
    assert np.nanmax(first.series["waico.firm_votes"]) == 0.0
    power = banzhaf([10, 11, 12, 13, 14, 0, 0, 0], 31)  # five nations' votes, three firms without
    assert list(power[5:]) == [0.0] * 3 and sum(power) == pytest.approx(1.0)


def test_tension_up_lowers_cross_pole_access_and_raises_none() -> None:
    reached = []
    for level in (0.2, 0.6, 0.9):
        run = started(baseline(sample=60, **{"world.tension.start": level, **FROZEN}))
        reached.append(run.state.nations.capability)
    assert (reached[1] <= reached[0]).all() and (reached[2] <= reached[1]).all()
    assert (reached[2] < reached[0]).any()


def test_deeper_sharing_gives_members_more_and_spreads_hazard() -> None:
    """One step, frozen: members' capability and the misuse hazard weakly rise with the platform's sharing."""
    found = []
    for sharing in (0.1, 0.5, 1.0):
        resolved = apply(policies(2, 40)["commentary"], {"bodies.waico.policy.sharing": sharing,
                                                         "bodies.waico.entry_into_force.reached": True, **FROZEN})
        run = started(resolved)
        found.append((run.state.nations.capability, run.state.world.published))
    for (less, public), (more, opener) in zip(found, found[1:], strict=False):
        assert (more >= less).all() and (opener >= public).all()


def test_a_faster_response_makes_no_incident_more_severe() -> None:
    """Behaviour frozen, no false alarms, the same incidents: realised harm weakly falls as the lag falls."""
    harm = []
    for lag in (6.0, 1.0, 0.1):
        change = {
            "bodies.waico.entry_into_force.reached": True, "world.race": "fixed_effort", "world.incidents.base": 20.0,
            "steps_per_year": 1,
            "bodies.waico.response": {"rule": "unit", "lag": lag, "false_alarms": 0.0, "tightening": 0.0},
            "world.seats.reconsider": 0.0, **FROZEN,
        }
        result = run_block(specs(apply(policies(2, 30)["commentary"], change), 4), events=True)
        first_year = [event for event in result.events if event["kind"] == "incident" and event["year"] == 2027]
        harm.append({(event["row"], event["agent"], number): event["loss_bn_usd"]
                     for number, event in enumerate(first_year)})
    assert harm[0].keys() == harm[1].keys() == harm[2].keys() and harm[0]
    assert all(harm[0][key] >= harm[1][key] >= harm[2][key] for key in harm[0])


@pytest.mark.parametrize("name", ["as-signed", "commentary"])
def test_poles_swapped_give_the_same_world_bit_for_bit(name: str) -> None:
    """With the labels of the poles exchanged, and wishes counted from the other pole, no bit changes.

    Wishes depend on the place alone here, by binary fractions, so that counting from the other pole rounds alike.
    """
    slopes = ((0.5, 0.25), (0.25, 0.5), (0.625, -0.25), (0.75, -0.5), (0.375, 0.125))
    one = apply(policies(4, 40)[name], {"world.preferences.coefficients": [[a, 0.0, 0.0, b, 0.0] for a, b in slopes]})
    two = apply(one, {"world.poles.first": "USA", "world.poles.second": "CHN",
                      "world.preferences.coefficients": [[a + b, 0.0, 0.0, -b, 0.0] for a, b in slopes]})
    first, second = run_block(specs(one, 3), nations=True), run_block(specs(two, 3), nations=True)
    for key in first.series:
        assert np.array_equal(first.series[key], second.series[key], equal_nan=True), key
    assert first.nations is not None and second.nations is not None
    for key in first.nations:
        assert np.array_equal(first.nations[key], second.nations[key], equal_nan=True), key


@given(st.floats(-3.0, 3.0), st.floats(-3.0, 3.0), st.floats(-3.0, 3.0))
def test_the_place_between_swapped_poles_is_one_less_it(position: float, first: float, second: float) -> None:
    assume(abs(first - second) > 1e-6)
    one = two_poles(np.array([[position]]), first, second, first="A", second="B")
    other = two_poles(np.array([[position]]), second, first, first="B", second="A")
    assert (one == 1.0 - other).all() and ((one >= 0.0) & (one <= 1.0)).all()
    np.testing.assert_allclose(one, np.clip((position - first) / (second - first), 0.0, 1.0), rtol=0.0, atol=1e-9)


def test_a_lower_hazard_only_removes_incidents() -> None:
    """The same draws: each firm and year has no more incidents where the hazard is lower."""
    counts = []
    for base in (20.0, 5.0, 0.5):
        resolved = baseline(1, 30, **{"world.incidents.base": base, "world.race": "fixed_effort", **FROZEN})
        counts.append(run_block(specs(resolved, 6)).series["incidents"][:, -1])
    assert (counts[0] >= counts[1]).all() and (counts[1] >= counts[2]).all() and counts[0].sum() > counts[2].sum()


def test_another_policy_in_the_same_future_meets_the_same_start() -> None:
    first, second = (run_block([RunSpec(name, 1, 2, 5, policies(1)[name])], nations=True)
                     for name in ("as-signed", "commentary"))
    assert np.array_equal(first.nations["ai_use"][:, 0], second.nations["ai_use"][:, 0])
    assert np.array_equal(first.series["frontier"][:, 0], second.series["frontier"][:, 0])


def test_a_cold_start_holds_what_was_observed() -> None:
    """No signatory, parameters fitted without WAICO: a founding conference brings together such states as signed.

    Observed: 37 signatories, none of them of the OECD, 3 of the former GPAI, 11 least developed (Guey et al., arXiv
    2606.23860, and the roster of September 2026). `tools/cold_start.py` prints the whole distribution.
    """
    resolved = apply(load(SCENARIOS / "cold-start.yaml").resolved, {"years": 1, "steps_per_year": 1})
    founded = run_block([RunSpec("cold", 0, number, 1, resolved) for number in range(40)]).series
    for name, seen in {"inside": 37, "inside.oecd": 0, "inside.gpai": 3, "inside.ldc": 11}.items():
        low, high = np.quantile(founded[f"waico.{name}"][:, 0], [0.025, 0.975])
        assert low <= seen <= high, name
