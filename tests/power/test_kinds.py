"""Random games of the kinds that real bodies are, each counted a second time in whole numbers of any size."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb, factorial

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sim import power
from tests.power.games import exact_orders, exact_swings

EXACT = 1e-9


def carries(chamber: str, votes: int) -> dict[str, str]:
    """So many votes of a chamber in favour."""
    return {"chamber": chamber, "yes": f">= {votes} votes"}


@given(st.integers(60, 200), st.integers(0, 10**6), st.floats(0.3, 0.95))
@settings(max_examples=12, deadline=None)
def test_one_weight_among_many(n: int, seed: int, share: float) -> None:
    """IMF and AIIB type: many members, few of them large."""
    luck = np.random.default_rng(seed)
    weights = [int(one) for one in np.ceil(luck.pareto(1.2, n) * 3)]
    weights = [min(one, 400) for one in weights]
    quota = int(sum(weights) * share) + 1
    swings, winning = exact_swings(weights, quota)
    assert_allclose(
        power.banzhaf(weights, quota, absolute=True),
        [float(Fraction(one, 2 ** (n - 1))) for one in swings], rtol=EXACT, atol=0,
    )  # fmt: skip
    assert_allclose(power.coleman(weights, quota)[0], float(Fraction(winning, 2**n)), rtol=EXACT)


@given(st.integers(25, 60), st.integers(0, 10**6), st.sampled_from([Fraction(1, 2), Fraction(2, 3), Fraction(17, 20)]))
@settings(max_examples=6, deadline=None)
def test_orders_of_one_weight(n: int, seed: int, share: Fraction) -> None:
    luck = np.random.default_rng(seed)
    weights = [int(one) for one in np.minimum(np.ceil(luck.pareto(1.2, n) * 2), 60)]
    quota = int(sum(weights) * share) + 1
    found = power.shapley_shubik(weights, quota)
    for member in {int(np.argmax(weights)), int(np.argmin(weights)), 0}:
        assert_allclose(found[member], exact_orders(weights, quota, member), rtol=EXACT)


def heads_and_votes(votes: list[int], heads: int, quota: int, enough: int, member: int) -> tuple[Fraction, Fraction]:
    """Absolute Banzhaf and Shapley-Shubik of a member: `heads` with `quota` votes carry it, or `enough` heads alone."""
    others = votes[:member] + votes[member + 1 :]
    ways: dict[tuple[int, int], int] = {(0, 0): 1}
    for held in others:
        more = dict(ways)
        for (many, total), count in ways.items():
            key = (many + 1, total + held)
            more[key] = more.get(key, 0) + count
        ways = more

    def wins(many: int, total: int) -> bool:
        return (many >= heads and total >= quota) or many >= enough

    n, banzhaf, shapley = len(votes), Fraction(0), Fraction(0)
    for (many, total), count in ways.items():
        if wins(many + 1, total + votes[member]) and not wins(many, total):
            banzhaf += Fraction(count, 2 ** (n - 1))
            shapley += Fraction(count * factorial(many) * factorial(n - 1 - many), factorial(n))
    return banzhaf, shapley


@given(st.lists(st.integers(1, 40), min_size=12, max_size=34), st.data())
@settings(max_examples=10, deadline=None)
def test_heads_and_people_with_a_blocking_minority(votes: list[int], data: st.DataObject) -> None:
    """EU type: a share of members with a share of people, or so many members that too few are left to block."""
    n, total = len(votes), sum(votes)
    heads, quota = data.draw(st.integers(1, n)), data.draw(st.integers(1, total))
    enough = data.draw(st.integers(heads, n))
    both = {"all": [carries("heads", heads), carries("people", quota)]}
    rule = {"any": [both, carries("heads", enough)]}
    members = {f"m{place}": {"heads": 1, "people": held} for place, held in enumerate(votes)}
    table = power.of(rule, members)["decision"]
    member = data.draw(st.integers(0, n - 1))
    banzhaf, shapley = heads_and_votes(votes, heads, quota, enough, member)
    assert_allclose(table.of(f"m{member}")["absolute"], float(banzhaf), rtol=EXACT, atol=1e-15)
    assert_allclose(table.of(f"m{member}")["shapley_shubik"], float(shapley), rtol=EXACT, atol=1e-15)


@given(st.integers(5, 90), st.integers(5, 50), st.integers(0, 1), st.data())
@settings(max_examples=8, deadline=None)
def test_two_houses_with_a_president_who_can_be_overridden(
    house: int, senate: int, president: int, data: st.DataObject
) -> None:
    """US type: types of members alike, counted by how many of each say yes."""
    simple = (data.draw(st.integers(1, house)), data.draw(st.integers(1, senate)))
    over = (data.draw(st.integers(simple[0], house)), data.draw(st.integers(simple[1], senate)))
    parts = [carries("house", simple[0]), carries("senate", simple[1])]
    parts += [carries("president", 1)] if president else []
    override = [carries("house", over[0]), carries("senate", over[1])]
    members = {f"h{place}": {"house": 1} for place in range(house)}
    members |= {f"s{place}": {"senate": 1} for place in range(senate)}
    members |= {"p": {"president": 1}} if president else {}
    table = power.of({"any": [{"all": parts}, {"all": override}]}, members)["decision"]

    def wins(yes: tuple[int, int, int]) -> bool:
        ordinary = yes[0] >= simple[0] and yes[1] >= simple[1] and yes[2] == president
        return ordinary or (yes[0] >= over[0] and yes[1] >= over[1])

    sizes, n = (house, senate, president), house + senate + president
    for kind, name in enumerate(("h0", "s0", "p")):
        if not sizes[kind]:
            continue
        left = tuple(size - (place == kind) for place, size in enumerate(sizes))
        banzhaf = shapley = Fraction(0)
        for yes in product(*(range(size + 1) for size in left)):
            one_more = tuple(number + (place == kind) for place, number in enumerate(yes))
            if wins(one_more) and not wins(yes):  # type: ignore[arg-type]
                count = comb(left[0], yes[0]) * comb(left[1], yes[1]) * comb(left[2], yes[2])
                banzhaf += Fraction(count, 2 ** (n - 1))
                shapley += Fraction(count * factorial(sum(yes)) * factorial(n - 1 - sum(yes)), factorial(n))
        assert_allclose(table.of(name)["absolute"], float(banzhaf), rtol=EXACT, atol=1e-300)
        assert_allclose(table.of(name)["shapley_shubik"], float(shapley), rtol=EXACT, atol=1e-300)
