"""Money is conserved: dues + levies + other income = allocations + costs + change of the reserve, in every run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim.rules  # noqa: F401
from sim.choices import FAMILIES
from sim.engine import run_block
from sim.files import apply
from sim.sections import CHARTER_SECTIONS, PROGRAMMES
from tests.engine.worlds import policies, specs

START = policies(years=3, sample=14)["commentary"]


def gap(series: dict[str, np.ndarray], body: str) -> np.ndarray:
    """Relative gap of the identity in each run and year."""
    money = {key: series[f"{body}.{key}"] for key in
             ("dues", "levies", "other_income", "allocations", "costs", "reserve")}
    income = (money["dues"] + money["levies"] + money["other_income"])[:, 1:]
    spent = (money["allocations"] + money["costs"])[:, 1:] + np.diff(money["reserve"], axis=-1)
    return np.abs(income - spent) / np.maximum(income, 1e-6)


def names(family: str) -> st.SearchStrategy[str]:
    return st.sampled_from([rule.name for rule in FAMILIES[family]])


@st.composite
def funds(draw: st.DrawFn) -> dict[str, Any]:
    """Random charters of a fund."""
    share = st.floats(0.0, 1.0)
    return {
        "bodies.waico.fund.dues": draw(names("dues")),
        "bodies.waico.fund.levy": draw(names("levy")),
        "bodies.waico.fund.allocation": draw(names("allocation")),
        "bodies.waico.fund.envelope": draw(st.floats(0.0, 30.0)),
        "bodies.waico.fund.other_income": draw(st.floats(0.0, 1.0)),
        "bodies.waico.fund.administrative_cost": draw(share),
        "bodies.waico.fund.reserve_target": draw(share),
        "bodies.waico.fund.compute_part": draw(share),
        "bodies.waico.fund.conditional": draw(st.booleans()),
        "bodies.waico.fund.arrears.default_rate": draw(share),
        "bodies.waico.fund.cash_part": draw(share),
        "bodies.waico.fund.leakage": draw(share),
        "bodies.waico.fund.arrears.years_to_suspend": draw(st.floats(0.5, 10.0)),
        "bodies.waico.fund.arrears.repayment": draw(share),
        "bodies.waico.policy.redistribution": draw(share),
        "bodies.waico.tiers.associate.dues": draw(share),
        "bodies.waico.tiers.full.fund_share": draw(share),
        "bodies.waico.entry_into_force.reached": draw(st.booleans()),
        "bodies.waico.voting.corporate": draw(names("corporate_role")),
        **{f"bodies.waico.programmes.{key}": draw(names(key)) for key in PROGRAMMES.fields},
        **{
            f"bodies.waico.{key}": draw(names(one.family).filter(lambda name: name != "deter"))  # needs a rival body
            for key, one in CHARTER_SECTIONS.items()
        },
        "world.mobility.leave": draw(share),
    }


@settings(max_examples=25)
@given(funds())
def test_the_identity_holds_over_random_charters(change: dict[str, Any]) -> None:
    result = run_block(specs(apply(START, change), 2))
    assert result.errors == [None, None]
    assert gap(result.series, "waico").max() < 1e-9
    assert gap(result.series, "gpai").max() < 1e-9
    for key in ("dues", "levies", "allocations", "costs", "reserve"):
        assert result.series[f"waico.{key}"].min() >= 0.0


def test_groups_add_up_to_the_whole() -> None:
    series = run_block(specs(START, 2)).series
    groups = ("low_income", "lower_middle", "upper_middle", "high_income")
    for key in ("dues", "allocations", "members"):
        total = sum(series[f"waico.{key}.{group}"] for group in groups)
        np.testing.assert_allclose(total, series[f"waico.{key}"], rtol=1e-12, atol=1e-15)
    tiers = sum(series[f"waico.members.tier_{tier}"] for tier in ("associate", "full", "strategic"))
    assert np.array_equal(tiers, series["waico.members"])


@pytest.mark.parametrize("name", list(policies()))
def test_no_money_before_entry_into_force_and_none_where_there_is_no_body(name: str) -> None:
    series = run_block(specs(policies()[name], 2)).series
    if name == "without-waico":
        assert not any(key.startswith("waico.") for key in series)
        return
    early = series["waico.in_force"] == 0.0
    for key in ("dues", "levies", "other_income", "allocations", "costs"):
        assert (series[f"waico.{key}"][early] == 0.0).all(), key
    assert np.isnan(series["waico.host_votes"][early]).all()
