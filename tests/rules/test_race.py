"""The race: `adaptive` against Armstrong, Bostrom and Shulman 2016 and in its directions; rows alone and in a block."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ChoiceError
from sim.rules.race import race
from sim.rules.textbook.precipice import risk_with_public_information

RULES = [rule.name for rule in race]
share = st.floats(0.0, 1.0)
TEXTBOOK = {
    "speed": 1e3, "slowdown": 1.0, "pole_enmity": 0.0, "liability": 0.0,
    "cost": 0.0, "fine": 0.0, "foresight": 1.0, "levels": 201,
}  # fmt: skip


def asked(name: str, effort: Any, capability: Any, working: Any = None, **changes: Any) -> np.ndarray:
    """The effort a rule decides on for arrays (runs, firms), with surroundings and parameters by name."""
    capability = np.atleast_2d(np.asarray(capability, dtype=float))
    effort = np.broadcast_to(np.asarray(effort, dtype=float), capability.shape)
    working = np.ones(capability.shape, dtype=bool) if working is None else np.atleast_2d(working)
    around = [np.zeros(capability.shape) + changes.pop(key, 0.0) for key in ("across", "required", "detected", "slack")]
    tension = np.full((len(capability), 1), changes.pop("tension", 0.0))
    return np.asarray(race[name](effort, capability, working, *around, tension, 1.0, **changes))


def risk_of_one_decision(teams: int, spread: float, enmity: float, draws: int = 4000) -> float:
    """Mean risk of the winner where equal firms with known capabilities decide once, from no effort."""
    # A stratified draw of U[0, mu] per team, in an order of its own: the mean over draws is nearly exact.
    luck = np.random.default_rng(7)
    uniform = np.stack([(luck.permutation(draws) + luck.random(draws)) / draws for _ in range(teams)], axis=-1)
    capability = spread * uniform
    effort = asked("adaptive", 0.0, capability, enmity=enmity, sharpness=1e5, **TEXTBOOK)
    winner = (capability - enmity * effort).argmax(axis=-1)
    return float(np.mean(1.0 - effort[np.arange(draws), winner]))


@pytest.mark.parametrize("enmity", [0.25, 0.5, 1.0])
@pytest.mark.parametrize("spread", [0.5, 1.0, 2.0, 4.0, 8.0])
@pytest.mark.parametrize("teams", [2, 5])
def test_adaptive_is_near_public_information_in_its_textbook_case(teams: int, spread: float, enmity: float) -> None:
    printed = float(risk_with_public_information(spread, teams, enmity))
    assert abs(risk_of_one_decision(teams, spread, enmity) - printed) < 0.02


@given(st.lists(st.floats(-2, 2), min_size=2, max_size=6), st.lists(share, min_size=6, max_size=6), share, share, share)
def test_more_enmity_lowers_no_risk(capability, efforts, enmity, more, tension):
    """A firm that minds a rival's win more gives up less speed; for the pole's enmity likewise."""
    effort = efforts[: len(capability)]
    both = [asked("adaptive", effort, capability, enmity=one, tension=tension) for one in sorted((enmity, more))]
    assert (both[1] <= both[0] + 1e-12).all()
    poles = [asked("adaptive", effort, capability, across=0.5, tension=one) for one in sorted((tension, more))]
    assert (poles[1] <= poles[0] + 1e-12).all()


@pytest.mark.parametrize(
    ("key", "sign"), [("liability", 1), ("cost", -1), ("fine", 1), ("detected", 1), ("required", 1), ("slack", -1)]
)
@given(capability=st.lists(st.floats(-2, 2), min_size=2, max_size=6), effort=share, low=share, high=share)
def test_directions(key, sign, capability, effort, low, high):
    """Liability, fines, detection and demands raise effort, its cost and a quick rescue lower it."""
    fixed = {"detected": 0.5, "required": 0.8}
    two = [asked("adaptive", effort, capability, **{**fixed, key: one}) for one in sorted((low, high))]
    assert (sign * (two[1] - two[0]) >= -1e-12).all()


@given(st.floats(0.0, 2.0), st.floats(0.0, 2.0))
def test_a_larger_lead_lets_the_leader_take_more_care(lead, more):
    """Before a rival that takes none."""
    low, high = (asked("adaptive", 0.0, [[one, 0.0]])[0, 0] for one in sorted((lead, more)))
    assert high >= low - 1e-12


@pytest.mark.parametrize("name", RULES)
@given(data=st.data())
def test_a_row_alone_equals_its_row_of_a_block(name, data):
    """Bit for bit, whoever works; effort stays within 0 and 1; firms out of work keep theirs."""
    seed = data.draw(st.integers(0, 10_000))
    luck = np.random.default_rng(seed)
    runs, firms = 4, int(luck.integers(1, 24))
    capability, effort = luck.normal(-1, 3, (runs, firms)), luck.random((runs, firms))
    working = luck.random((runs, firms)) < luck.random()
    around = [luck.random((runs, firms)) for _ in range(4)]
    numbers = {
        key: luck.uniform(one.low, one.high, (runs, 1)) if one.kind == "number" else one.default
        for key, one in race[name].parameters.items()
    }
    numbers |= {key: luck.choice(one.options) for key, one in race[name].parameters.items() if one.options}

    def ask(rows: slice) -> np.ndarray:
        mine = {key: one[rows] if isinstance(one, np.ndarray) else one for key, one in numbers.items()}
        columns = (effort, capability, working, *around, np.full((runs, 1), 0.6))
        return np.asarray(race[name](*(one[rows] for one in columns), 0.25, **mine))

    whole = ask(slice(None))
    assert all(np.array_equal(ask(slice(row, row + 1))[0], whole[row]) for row in range(runs))
    assert ((whole >= 0.0) & (whole <= 1.0)).all()
    assert np.array_equal(whole[~working], effort[~working])


@given(st.floats(-600.0, 600.0), st.floats(2.0, 40.0))
def test_distances_of_any_size_are_borne(apart, sharpness):
    assert np.isfinite(asked("adaptive", 0.5, [[0.0, apart]], sharpness=sharpness)).all()


def test_the_old_name_says_what_to_write():
    with pytest.raises(ChoiceError, match="new name; write .rule: abs, information: public"):
        race["abs_public"]
