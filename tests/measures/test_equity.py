"""Measures of equity on whole runs: identities between them, undefined cells, and the sign of net-progressive funds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.choices import FAMILIES
from sim.engine import run_block, step
from sim.files import apply
from sim.measures import equity
from sim.measures.base import may_be_undefined
from sim.measures.body import dues_kakwani
from sim.plan import Plan
from sim.start import begin
from tests.engine.worlds import policies, specs

GROUPS = ("low_income", "lower_middle", "upper_middle", "high_income")
START = {"bodies.waico.entry_into_force.reached": True, "world.mobility": "frozen"}


def series(change: dict[str, Any] | None = None, years: int = 2, sample: int | None = 30) -> dict[str, np.ndarray]:
    result = run_block(specs(apply(policies(years, sample)["commentary"], {**START, **(change or {})}), 3))
    assert result.errors == [None] * 3
    return result.series


def test_theil_parts_add_up_and_ratios_are_above_one() -> None:
    found = series()
    np.testing.assert_allclose(
        found["service_theil_within"] + found["service_theil_between"], found["service_theil"], rtol=1e-12
    )
    assert (found["service_theil_within"] >= 0.0).all() and (found["service_decile_ratio"] >= 1.0).all()


def test_net_transfers_are_receipts_less_dues() -> None:
    found = series()
    for group in GROUPS:
        net = found[f"waico.allocations.{group}"] - found[f"waico.dues.{group}"]
        np.testing.assert_allclose(found[f"waico.net.{group}"], net, atol=1e-12)


def incidence(change: dict[str, Any]) -> tuple[np.ndarray, ...]:
    """Kakwani of dues and of receipts, fall of the Gini, re-ranking: rows with both, one vector each."""
    found = series(change)
    keys = ("dues_kakwani", "receipts_kakwani", "gini_removed", "reranked")
    kept = ~np.isnan(sum(found[f"waico.{key}"] for key in keys))
    return tuple(found[f"waico.{key}"][kept] for key in keys)


def test_the_fall_of_the_gini_is_redistribution_less_reranking() -> None:
    found = series({"bodies.waico.fund.dues": "income_share", "bodies.waico.fund.envelope": 20.0,
                    "bodies.waico.fund.allocation": "per_head"})
    fall = found["waico.gini_removed"][:, 1:]
    np.testing.assert_allclose(fall, (found["waico.redistributed"] - found["waico.reranked"])[:, 1:], atol=1e-9)
    assert (fall > 0.0).all()
    spent = (found["waico.allocations"] + found["waico.costs"])[:, 1:]
    np.testing.assert_allclose(found["waico.cost_per_point"][:, 1:], spent / fall, rtol=1e-9)


def test_redistribution_is_the_sum_of_both_sides_weighted_with_their_size() -> None:
    """RS = (dues * K of dues + receipts * K of receipts) / income after, per head of those inside (Lambert 2001)."""
    run = begin(Plan(specs(apply(policies(1, 30)["commentary"], START), 3)))
    for _ in range(run.plan.steps_per_year):
        step(run)
    state, nations = run.state.bodies["waico"], run.state.nations
    people = np.where(state.active, nations.population, 0.0)
    mean = people / people.sum(axis=-1, keepdims=True) / nations.population
    dues, receipts, income = (
        (mean * column).sum(axis=-1, keepdims=True)
        for column in (state.nations.dues, state.nations.receipts, nations.gdp)
    )
    sides = dues * dues_kakwani(run, "waico") + receipts * equity.receipts_kakwani(run, "waico")
    wanted = 100.0 * sides / (income - dues + receipts)
    np.testing.assert_allclose(equity.redistributed(run, "waico"), wanted, rtol=1e-6)


def test_a_fund_without_money_has_no_incidence() -> None:
    found = series({"bodies.waico.fund.envelope": 0.0, "bodies.waico.fund.levy": "none",
                    "bodies.waico.fund.other_income": 0.0})
    for key in ("redistributed", "reranked", "gini_removed", "cost_per_point", "receipts_kakwani", "dues_kakwani"):
        assert np.isnan(found[f"waico.{key}"]).all(), key
        assert may_be_undefined(f"waico.{key}")


@pytest.mark.parametrize("dues", ["income_share", {"rule": "un_scale", "ceiling": 1.0}])
def test_a_net_progressive_fund_lowers_the_gini(dues: Any) -> None:
    """Membership frozen, no re-ranking: dues by capacity and receipts per head lower the Gini of income.

    The UN scale without its ceiling: in a body where one member holds most of the income, a ceiling of 22 % makes
    dues regressive.
    """
    one_rate = {f"bodies.waico.tiers.{tier}.{key}": 1.0 for tier in ("associate", "full", "strategic")
                for key in ("dues", "fund_share")}
    paid, received, fall, reranked = incidence({**one_rate, "bodies.waico.fund.dues": dues,
                                                "bodies.waico.fund.allocation": "per_head"})
    assert len(fall) and (paid > -1e-9).all() and (received > 0.0).all()
    assert (reranked < 1e-9).all() and (fall > 0.0).all()


@pytest.mark.parametrize("allocation", [rule.name for rule in FAMILIES["allocation"]])
def test_two_progressive_sides_never_raise_the_gini(allocation: str) -> None:
    """Whatever the formulas: where both Kakwani indices favour the poor and nobody is re-ranked, the Gini falls."""
    paid, received, fall, reranked = incidence({"bodies.waico.fund.dues": "un_scale",
                                                "bodies.waico.fund.allocation": allocation})
    sure = (paid >= 0.0) & (received >= 0.0) & (reranked < 1e-12)
    assert (fall[sure] >= -1e-12).all()
    opposed = (paid <= 0.0) & (received <= 0.0)
    assert (fall[opposed] <= 1e-12).all()


@pytest.mark.parametrize("allocation", ["sdr", "juste_retour"])
def test_equal_dues_paid_out_by_quota_or_payment_favour_the_rich(allocation: str) -> None:
    """Equal dues with SDR-type receipts widen the gap; juste retour gives back what was taken and removes nothing."""
    found = series({"bodies.waico.fund.dues": "equal", "bodies.waico.fund.allocation": allocation,
                    "bodies.waico.fund.levy": "none", "bodies.waico.fund.arrears.default_rate": 0.0})
    assert (found["waico.gini_removed"][:, 1:] < 0.0).all()


def test_every_pair_of_formulas_leaves_measures_defined_or_declared() -> None:
    """Any dues with any allocation: no cell is undefined that does not say so (the engine names it as an error)."""
    allocations = [rule.name for rule in FAMILIES["allocation"]]
    for number, rule in enumerate(FAMILIES["dues"]):
        series({"bodies.waico.fund.dues": rule.name,
                "bodies.waico.fund.allocation": allocations[number % len(allocations)]}, 1, 12)
