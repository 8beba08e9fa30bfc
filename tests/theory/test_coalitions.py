"""Textbook coalitions: published and exact stable sizes, and that moves one at a time reach them from everyone in.

Sizes: Carraro and Siniscalco (1993), Barrett (1994, table 1), Diamantoudi and Sartzetakis (2006), Ulph (2004),
d'Aspremont et al. (1983); the table of Barrett's game and the transfers are recomputed, closed form or exact.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.coalitions import public_good_gain
from sim.theory import (
    Game,
    cartel,
    concave,
    constant_cost,
    emissions,
    gains,
    is_stable,
    linear,
    potential_surplus,
    settle,
    stable_coalitions,
    stable_sizes,
    with_transfers,
)


def first(size: int, players: int) -> np.ndarray:
    return np.arange(players) < size


def largest(game: Game, players: int) -> int:
    return max(stable_sizes(game, players))


# ---- linear benefit, quadratic cost: never more than three, whatever benefit and cost


@pytest.mark.parametrize("players", [3, 5, 10, 100, 195])
def test_linear_benefits_hold_three(players: int) -> None:
    game = linear(np.full(players, 2.0), 0.7)
    assert stable_sizes(game, players) == [2, 3]  # 3 is an exact tie, so that 2 is stable in the weak sense
    assert settle(game, np.ones(players, dtype=bool)).sum() == 3


def test_what_staying_in_gains_where_benefits_are_linear() -> None:
    game = linear(np.full(8, 2.0), 0.7)
    found = [gains(game, first(size, 8))[0] for size in (2, 3, 4, 5)]
    np.testing.assert_allclose(found, [2.857143, 0.0, -8.571429, -22.857143], atol=1e-6)


@given(st.lists(st.floats(0.01, 5.0), min_size=2, max_size=8), st.integers(1, 255), st.floats(0.1, 4.0))
def test_the_rule_of_the_engine_is_the_linear_game(benefits: list[float], number: int, cost: float) -> None:
    """The closed form that nations use equals the difference of the game's payoffs, for unequal players too.

    In the engine a state's effort counts by its weight and its cost scales with it: with benefit b per unit of
    product and weights s, payoffs per own product are b*sum(s*q) - cost*q^2/2.
    """
    weight = np.array(benefits)
    inside = np.array([bool(number >> place & 1) for place in range(len(weight))])

    def game(flags: np.ndarray) -> np.ndarray:
        together = np.where(flags, weight, 0.0).sum(axis=-1, keepdims=True)
        effort = np.where(flags, together, weight) / cost
        return (weight * effort).sum(axis=-1, keepdims=True) - 0.5 * cost * effort**2

    others = (np.where(inside, weight, 0.0).sum() - np.where(inside, weight, 0.0)).clip(0.0)
    mine = public_good_gain(weight, others, np.ones(len(weight))) / cost
    np.testing.assert_allclose(mine, gains(game, inside), rtol=1e-7, atol=1e-7)


# ---- concave benefits, members lead


def test_the_table_of_barrett() -> None:
    game = concave(10, 100.0, 1.0, 0.25)
    members = {1: 476.809, 2: 474.012, 3: 472.284, 4: 472.160, 5: 473.684, 10: 487.805}
    outsiders = {0: 472.000, 1: 468.135, 2: 466.643, 3: 468.941, 4: 474.913, 5: 482.548}
    totals = {0: 4720.00, 1: 4690.02, 2: 4681.17, 3: 4699.44, 4: 4738.12, 5: 4781.16, 10: 4878.05}
    for size in {*members, *outsiders}:
        found = game(first(size, 10))
        assert found.sum() == pytest.approx(totals[size], abs=5e-3)
        if size in members:
            assert found[0] == pytest.approx(members[size], abs=5e-4)
        if size in outsiders:
            assert found[-1] == pytest.approx(outsiders[size], abs=5e-4)


@pytest.mark.parametrize(
    ("players", "ratio", "size"), [(10, 0.25, 4), (100, 0.1, 11), (100, 1.0, 3), (100, 10.0, 3), (100, 100.0, 2)]
)
def test_concave_benefits(players: int, ratio: float, size: int) -> None:
    game = concave(players, 100.0, 1.0, ratio)
    assert largest(game, players) == size
    assert settle(game, np.ones(players, dtype=bool)).sum() == size


# ---- emissions


@pytest.mark.parametrize(("ratio", "size"), [(0.39999 / 6.0, 3), (1.0 / 30.0, 2)])
def test_emissions_with_leaders(ratio: float, size: int) -> None:
    game = emissions(10, 10.0, 6.0, 6.0 * ratio)
    assert stable_sizes(game, 10) == [size]
    assert settle(game, np.ones(10, dtype=bool)).sum() == size


def test_payoffs_of_emissions() -> None:
    found = emissions(10, 10.0, 6.0, 0.39999)(first(3, 10))
    assert found[0] == pytest.approx(-426.9738, abs=1e-4) and found[-1] == pytest.approx(-306.3207, abs=1e-4)


@pytest.mark.parametrize(("ratio", "size"), [(1.0 / 30.0, 2), (0.066665, 1)])
def test_emissions_where_all_move_at_once(ratio: float, size: int) -> None:
    assert largest(emissions(10, 10.0, 6.0, 6.0 * ratio, leads=False), 10) == size


@given(st.integers(5, 14), st.floats(0.05, 0.95))
def test_emissions_never_hold_more_than_four(players: int, part: float) -> None:
    """The theorem of Diamantoudi and Sartzetakis, for interior solutions."""
    game = emissions(players, 10.0, 1.0, part * 4.0 / (players * (players - 4)))
    assert set(stable_sizes(game, players)) <= {2, 3, 4}


# ---- constant cost, cartel, club


@pytest.mark.parametrize(("cost", "size"), [(3.5, 4), (1.5, 2), (8.2, 9)])
def test_constant_cost_holds_the_smallest_number_that_acts(cost: float, size: int) -> None:
    game = constant_cost(1.0, cost)
    assert all(is_stable(game, first(size, 10))) and largest(game, 10) == size
    assert settle(game, np.ones(10, dtype=bool)).sum() == size


@pytest.mark.parametrize("players", [3, 4, 5, 8, 10, 20, 50])
def test_a_cartel_of_three(players: int) -> None:
    assert largest(cartel(players), players) == 3
    assert settle(cartel(players), np.ones(players, dtype=bool)).sum() == 3


@pytest.mark.parametrize(("penalty", "size"), [(0.0, 3), (1.0, 5), (2.0, 7), (4.0, 11)])
def test_a_penalty_holds_a_larger_club(penalty: float, size: int) -> None:
    game = linear(np.ones(15), 1.0, penalty)
    internal = [each for each in range(1, 16) if is_stable(game, first(each, 15))[0]]
    assert max(internal) == size == 3 + 2 * penalty
    assert settle(game, np.ones(15, dtype=bool)).sum() == size


# ---- unequal players, with and without transfers

UNEQUAL = linear(np.arange(1.0, 7.0))


def test_unequal_benefits_without_transfers() -> None:
    """The only stable coalition of two or more is that of the two which gain most."""
    found = [members for members in stable_coalitions(UNEQUAL, 6) if len(members) > 1]
    assert [[place + 1 for place in members] for members in found] == [[5, 6]]


def test_unequal_benefits_with_optimal_transfers() -> None:
    held = [
        members
        for size in range(2, 7)
        for members in combinations(range(6), size)
        if potential_surplus(UNEQUAL, np.isin(np.arange(6), members)) >= -1e-9
    ]
    assert len(held) == 35 and max(len(members) for members in held) == 3
    assert potential_surplus(UNEQUAL, np.isin(np.arange(6), [3, 4, 5])) == pytest.approx(3.0)


def test_transfers_are_reached_from_everyone_in() -> None:
    """Whoever gains least looks first: four, five and six remain. In any order what remains can be held together."""
    game = with_transfers(UNEQUAL)
    assert (np.flatnonzero(settle(game, np.ones(6, dtype=bool))) + 1).tolist() == [4, 5, 6]
    for seed in range(10):
        order = np.random.default_rng(seed).permutation(6).tolist()
        found = settle(game, np.ones(6, dtype=bool), order)
        assert 2 <= found.sum() <= 3 and potential_surplus(UNEQUAL, found) >= -1e-9


def test_transfers_move_money_and_make_none() -> None:
    for members in combinations(range(6), 4):
        inside = np.isin(np.arange(6), members)
        plain, shared = UNEQUAL(inside), with_transfers(UNEQUAL)(inside)
        assert shared.sum() == pytest.approx(plain.sum())
        np.testing.assert_array_equal(shared[~inside], plain[~inside])


# ---- the process


def test_any_order_reaches_a_stable_size_where_players_are_equal() -> None:
    for game, players in ((linear(np.ones(9)), 9), (concave(10, 100.0, 1.0, 0.25), 10), (cartel(10), 10)):
        for seed in range(5):
            order = np.random.default_rng(seed).permutation(players).tolist()
            assert int(settle(game, np.ones(players, dtype=bool), order).sum()) in stable_sizes(game, players)


def test_a_game_without_a_resting_point_says_so() -> None:
    def chase(inside: np.ndarray) -> np.ndarray:  # one wants to be with the other, who wants to be apart
        together = inside[..., 0] == inside[..., 1]
        return np.stack([together * 1.0, ~together * 1.0], axis=-1)

    with pytest.raises(ValueError, match="no resting point"):
        settle(chase, np.zeros(2, dtype=bool))


def test_too_many_players_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 16"):
        stable_coalitions(linear(np.ones(17)), 17)
