"""Nothing explodes, saturates at once or stands still, and extreme worlds run (docs/sanity.md). Bounds are wide."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.engine import BlockResult, RunSpec, run_block
from sim.files import apply, load
from sim.measures import may_be_undefined, metadata_of
from sim.population import synthetic_nations
from sim.study.policies import of_study
from tests.engine.worlds import SCENARIOS, baseline, policies, specs

# May be below zero by their meaning.
NET = (
    "net_to_south", "net_south_share", ".net.", "kakwani", "redistributed", "gini_removed", "cost_per_point",
    "vote_gini", "gdp_gain", ".coalition.",
)
OWN = {"bodies.gpai": None, "bodies.waico.sponsor": "KEN", "bodies.waico.host": "KEN"}


@cache
def first_look() -> BlockResult:
    """The twelve futures of the first study, one replicate each, WAICO as signed, ten years."""
    study = of_study(load(SCENARIOS / "studies" / "first-look.yaml"), replicates=1)
    return run_block([study.row(number, "-").spec for number in range(12)])


@cache
def future(name: str) -> BlockResult:
    resolved = load(SCENARIOS / "futures" / f"{name}.yaml").resolved
    return run_block([RunSpec(name, number, 0, 5, resolved) for number in range(3)])


def proper(result: BlockResult) -> None:
    """Numbers everywhere, no negative stock or flow, shares in [0, 1], money conserved."""
    assert result.errors == [None] * len(result.errors)
    for name, values in result.series.items():
        defined = values if not may_be_undefined(name) else values[np.isfinite(values)]
        assert np.isfinite(defined).all(), name
        if not any(part in name for part in NET) and defined.size:
            assert defined.min() >= -1e-12, name
        if metadata_of(name)["unit"] == "share" and defined.size:
            assert defined.max() <= 1.0 + 1e-12, name
    for body in {name.split(".")[0] for name in result.series if name.endswith(".reserve")}:
        money = {key: result.series[f"{body}.{key}"] for key in
                 ("dues", "levies", "other_income", "allocations", "costs", "reserve")}
        income = (money["dues"] + money["levies"] + money["other_income"])[:, 1:]
        spent = (money["allocations"] + money["costs"])[:, 1:] + np.diff(money["reserve"], axis=-1)
        assert np.abs(income - spent).max() <= 1e-9 * max(1.0, float(income.max())), body


# In ten years, lowest and highest over the futures. The reasons stand in docs/sanity.md; bounds are about twice as
# wide as what is published or, where nothing is, keep the measure off its ends.
BOUNDS: dict[str, tuple[float, float]] = {
    "frontier": (1.5, 11.0),  # a quarter of the trend of 2024 to all of it
    "investment": (300.0, 7000.0),  # half of 2026 to 5 % of world product
    "electricity": (400.0, 3500.0),  # IEA's 2035 cases less other data centres, halved and doubled
    "ai_use": (0.25, 0.85),  # above the start by half; below every ceiling
    "gdp_gain": (0.3, 20.0),  # Acemoglu 1 % to McKinsey 15 %
    "service_gini": (0.15, 0.6),  # neither closed nor torn open in ten years
    "concentration": (400.0, 6000.0),  # neither 100 equal firms nor one
    "safety": (0.1, 0.95),
    "tension": (0.02, 1.0),
    "stringency": (0.2, 0.8),
    "readiness": (0.6, 0.8),
    "waico.inside": (33.0, 75.0),  # 90 % of the signatories to their double
    "gpai.inside": (40.0, 80.0),
}


@pytest.mark.parametrize("look", ["first look", "slow", "trend", "fast"])
def test_ten_years_lie_within_wide_bounds(look: str) -> None:
    series = (first_look() if look == "first look" else future(look)).series
    for name, (low, high) in BOUNDS.items():
        found = series[name][:, 10]
        assert low <= found.min() and found.max() <= high, (name, found)


@pytest.mark.parametrize("look", ["first look", "slow", "trend", "fast"])
def test_nothing_saturates_at_once_or_stands_still(look: str) -> None:
    """Of the change in ten years less than a third comes in the first, and there is a change."""
    series = (first_look() if look == "first look" else future(look)).series
    for name, least in (("frontier", 1.0), ("ai_use", 0.08), ("gdp_gain", 0.3), ("electricity", 100.0)):
        values = series[name]
        whole, first = values[:, 10] - values[:, 0], values[:, 1] - values[:, 0]
        assert (whole >= least).all(), name
        assert (first <= whole / 3.0).all(), name
    assert np.abs(np.diff(series["safety"], axis=-1)).max() < 0.3  # no jump in a year
    assert np.abs(np.diff(series["concentration"][:, :11], axis=-1)).max() < 1500.0


def test_named_futures_are_ordered_and_reach_what_they_say() -> None:
    slow, trend, fast = (np.median(future(name).series["frontier"], axis=0) for name in ("slow", "trend", "fast"))
    assert (slow[1:] < trend[1:]).all() and (trend[1:] < fast[1:]).all()
    assert 3.0 < slow[-1] < 5.5 and 7.5 < trend[-1] < 10.5 and 13.0 < fast[-1] < 17.0
    for name in ("slow", "trend", "fast"):
        proper(future(name))


def test_a_newcomer_does_not_set_the_frontier() -> None:
    """Firms that enter with 1,000 H100e stay small for years: the frontier hardly depends on whether any enters."""
    with_them, without = (
        run_block(specs(baseline(8, 30, **{"world.entry": rule}), 3)).series["frontier"][:, -1]
        for rule in ("readiness", "none")
    )
    np.testing.assert_allclose(with_them, without, rtol=0.1)


def test_a_frozen_world_keeps_its_signatories_in_every_named_future() -> None:
    for name in ("slow", "trend", "fast"):
        resolved = load(SCENARIOS / "futures" / f"{name}.yaml").resolved
        resolved = apply(resolved, {"years": 10, "world.mobility": "frozen"})
        series = run_block([RunSpec(name, 0, 0, 5, resolved)]).series
        assert (series["waico.inside"] >= 0.95 * 37).all()


PATH = {"rule": "exogenous_path"}
EXTREMES: dict[str, tuple[str, dict[str, Any]]] = {
    "one firm": ("commentary", {"nations": {"synthetic": 25}, "firms": {"synthetic": 1}, "entrants": 0}),
    "three nations": ("commentary", {"nations": ["CHN", "FRA", "USA"], "entrants": 0}),
    "no firm at home": ("as-signed", {**OWN, "nations": ["KEN", "ZMB", "LAO", "NPL"], "entrants": 0}),
    "entrants only at home": ("as-signed", {**OWN, "nations": ["KEN", "ZMB"], "entrants": 3}),
    "no money": ("commentary", {"bodies.waico.fund.envelope": 0.0, "bodies.gpai.fund.envelope": 0.0}),
    "open exchange": ("commentary", {"world.tension": {**PATH, "start": 0.0, "path": [[0.0, 0.0], [10.0, 0.0]]}}),
    "decoupling": ("commentary", {"world.tension": {**PATH, "start": 1.0, "path": [[0.0, 1.0], [10.0, 1.0]]}}),
    "nobody invests": ("commentary", {"world.investment.outside": 0.0, "world.investment.reinvested": 0.0}),
    "sixty years": ("commentary", {"years": 60, "steps_per_year": 1}),
    "hundred years": ("as-signed", {"years": 100, "steps_per_year": 1}),
}


@pytest.mark.parametrize("name", list(EXTREMES))
def test_extreme_worlds_run(name: str) -> None:
    policy, change = EXTREMES[name]
    proper(run_block(specs(apply(policies(5, 14)[policy], change), 1 if "years" in change else 2)))


def test_where_nobody_invests_compute_wears_away_and_the_frontier_still_moves_by_ideas() -> None:
    policy, change = EXTREMES["nobody invests"]
    series = run_block(specs(apply(policies(5, 16)[policy], change), 2)).series
    assert (np.diff(series["electricity"], axis=-1) < 0.0).all()
    assert (series["investment"] == 0.0).all() and (np.diff(series["frontier"], axis=-1) > 0.0).all()


def test_identical_nations_have_no_divide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A world of copies of one nation, firms spread over them: service is equal but for the luck of the start."""

    def copies(size: int, seed: int) -> Any:
        one = synthetic_nations(size, seed).take(np.zeros(size, dtype=np.int64))
        one.iso3[:] = [f"S{number:04d}" for number in range(1, size + 1)]
        one.longitude[:] = np.linspace(-170.0, 170.0, size)
        return one

    monkeypatch.setattr("sim.plan.synthetic_nations", copies)
    change = {"nations": {"synthetic": 12, "seed": 90210}, "firms": {"synthetic": 6}, "entrants": 0}
    result = run_block(specs(apply(policies(6)["commentary"], change), 2), nations=True)
    proper(result)
    assert result.series["service_gini"].max() < 0.25
    assert result.nations is not None
    product = result.nations["gdp"][:, 0]
    assert np.ptp(product, axis=-1).max() <= 1e-9 * product.max()
