"""Rules that find out: signs with all else frozen, limits with closed forms, the cascade played out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine import run_block
from sim.files import apply
from sim.rules.inspection import decided_unit, inspected_cap, tipping_share
from sim.rules.programmes import developers_use, places_and_centres
from tests.engine.worlds import policies, specs

SHARE = st.floats(0.0, 1.0)


@given(SHARE, SHARE, st.floats(0.1, 6.0), st.floats(1.0, 720.0), st.floats(0.0, 6.0))
def test_more_authority_less_delay_and_reporting_never_leave_more_harm(
    powers: float, complies: float, lag: float, deadline: float, delay: float
) -> None:
    def left(**change: Any) -> float:
        given_ = {"authority": "recommend", "lag": lag, "deadline": deadline, "delay": delay, **change}
        harm, months = decided_unit(np.ones((1, 1)), powers, 1.0, complies, **given_)
        assert 0.0 <= harm[0, 0] <= 1.0 and 0.0 <= months[0, 0] <= 6.0
        return float(harm[0, 0])

    slack = 1e-12
    assert left(authority="suspend") <= left() + slack <= left(authority="advise") + 2 * slack
    assert left(delay=delay / 2.0) <= left() + slack
    assert left(deadline=deadline / 2.0) <= left() + slack
    assert left(lag=lag / 2.0) <= left() + slack


def inspect(uniform: float, **change: Any) -> tuple[float, float, float]:
    """Capability, sanction and years to go of one bound firm that grows from 1.5 to 2.5 over a cap of 2."""
    inputs = {"capability": 1.5, "grown": 2.5, "compliance": 0.0, "sanctioned": 0.0, **change}
    cell = {key: np.array([[inputs.pop(key)]]) for key in ("capability", "grown", "compliance", "sanctioned")}
    held, under, _, left = inspected_cap(
        cell["capability"], cell["grown"], np.array([[True]]), np.zeros((1, 1)), cell["compliance"],
        np.array([[uniform]]), cell["sanctioned"], 0.25, **{"cap": 2.0, **inputs},
    )  # fmt: skip
    return float(held[0, 0]), float(under[0, 0]), float(left[0, 0])


def test_a_breach_is_hidden_until_found_and_then_costs_growth() -> None:
    """At two inspections a year that find half, a quarter finds with probability 1 - exp(-1/4) = 0.2212."""
    assert inspect(0.2213, inspections=2.0, detection=0.5) == (2.5, 0.0, 0.0)
    held, under, left = inspect(0.2211, inspections=2.0, detection=0.5, leave=0.4, penalty=2.0)
    assert (under, left) == (1.0, 2.0) and held == pytest.approx(1.5 + 0.4 * 1.0)


def test_who_complies_keeps_the_cap_and_can_only_be_accused() -> None:
    held, under, _ = inspect(0.5, compliance=1.0, leave=0.0)
    assert (held, under) == (2.0, 0.0)
    assert inspect(1e-6, compliance=1.0, accusation=0.2, inspections=12.0)[1] == 1.0
    assert inspect(1e-6, compliance=1.0, accusation=0.0, inspections=12.0)[1] == 0.0


def test_far_below_the_cap_nobody_is_watched_and_a_sanction_ends() -> None:
    assert inspect(0.0, grown=1.6, cap=4.0, margin=1.0, inspections=12.0)[1] == 0.0
    assert inspect(0.9, sanctioned=0.25) == (2.5, 0.0, 0.0)
    assert inspect(0.9, sanctioned=0.5)[1:] == (1.0, 0.25)


@given(SHARE, st.floats(0.0, 12.0), st.floats(0.0, 12.0))
def test_more_inspections_never_find_less(uniform: float, first: float, second: float) -> None:
    fewer, more = sorted((first, second))
    assert inspect(uniform, inspections=fewer)[1] <= inspect(uniform, inspections=more)[1]


@given(st.lists(st.tuples(st.floats(0.0, 1.5), st.floats(0.01, 1.0)), min_size=1, max_size=8), SHARE)
def test_the_tipping_share_is_where_the_cascade_played_out_reaches_all(
    nations: list[tuple[float, float]], seed: float
) -> None:
    """From a coalition of that share or more everybody follows; from less, somebody does not."""
    threshold, product = (np.array([column]) for column in zip(*nations, strict=True))
    product = product / product.sum()
    tip = float(tipping_share(threshold, product, covered=1.0)[0, 0])

    def reached(share: float) -> bool:
        inside = np.zeros(threshold.shape, dtype=bool)
        for _ in range(len(nations) + 1):
            size = max(share, float(np.where(inside, product, 0.0).sum()))
            inside = inside | (threshold <= size + 1e-12)
        return bool(inside.all())

    assert reached(tip)
    if seed < tip - 1e-9:
        assert not reached(seed)


def test_the_announced_places_end_and_the_centres_stay() -> None:
    who, people, ready = np.array([[True, True]]), np.array([[10.0, 30.0]]), np.array([[0.2, 0.4]])
    during, after = (places_and_centres(who, people, ready, year)[0] for year in (4.75, 5.0))
    np.testing.assert_allclose(during / after, (1000.0 * 100.0 + 120000.0) / 120000.0, rtol=1e-12)
    none, cost = places_and_centres(who, people, ready, 9.0, centres=0.0)
    assert (none == 0.0).all() and cost[0, 0] == 0.0


@given(st.integers(1, 40), SHARE, SHARE)
def test_a_pool_without_spillovers_is_divided_and_with_full_ones_shared(count: int, part: float, spill: float) -> None:
    alone, shared = (float(developers_use(1.0, count, part, each)) for each in (0.0, 1.0))
    assert alone * count == pytest.approx(1.0 - part) and shared == pytest.approx(1.0 - part)
    assert alone - 1e-12 <= float(developers_use(1.0, count, part, spill)) <= shared + 1e-12


def adopted(strength: float, adopting: float) -> dict[str, np.ndarray]:
    change = {
        "bodies.waico.entry_into_force.reached": True, "world.mobility": "frozen",
        "bodies.waico.policy.stringency": 0.6,
        "bodies.waico.trade": {"rule": "certification", "strength": strength, "exposure": 0.2, "adopting": adopting},
    }
    return run_block(specs(apply(policies(1, 30)["commentary"], change), 2)).series


def test_a_ban_spreads_the_standard_the_more_the_stronger_it_is() -> None:
    none, some, full = (adopted(strength, 0.005)["waico.adoption"][:, -1] for strength in (0.0, 0.5, 1.0))
    assert (none <= some + 1e-9).all() and (some <= full + 1e-9).all() and (full > none).any()


def test_a_standard_that_costs_nothing_tips_by_itself_and_a_weak_ban_never() -> None:
    assert (adopted(1.0, 0.0)["waico.tipping"][:, 1:] == 0.0).all()
    assert np.isnan(adopted(0.001, 0.05)["waico.tipping"][:, 1:]).all()
