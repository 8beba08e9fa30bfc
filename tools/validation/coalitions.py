"""Stable coalitions of textbook games: `sim.theory`."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import theory
from validation import computes


def members(count: int, players: int) -> Any:
    """Flags of the first `count` of `players`."""
    return np.arange(players) < count


@computes("coalition.linear", [(str(n), n) for n in (3, 5, 10, 100, 195)])
def linear(players: int) -> int:
    """Largest stable size, benefit 2 and cost 0.7."""
    return max(theory.stable_sizes(theory.linear(np.full(players, 2.0), 0.7), players))


@computes("coalition.linear-gains")
def linear_gains() -> Any:
    """What the last member gains by being inside, sizes 2 to 5."""
    game = theory.linear(np.full(8, 2.0), 0.7)
    return [theory.gains(game, members(size, 8))[0] for size in (2, 3, 4, 5)]


BARRETT = theory.concave(10, 100.0, 1.0, 0.25)


@computes("coalition.barrett.size")
def barrett() -> Any:
    """Stable sizes, N = 10."""
    return theory.stable_sizes(BARRETT, 10)


@computes("coalition.barrett", [(f"k{size}", size) for size in (1, 2, 3, 4, 5)])
def barrett_payoffs(size: int) -> Any:
    """Payoffs of a member and of an outsider, and the total."""
    found = BARRETT(members(size, 10))
    return found[0], found[-1], found.sum()


@computes("coalition.barrett-large", [(str(g), g) for g in (0.1, 1, 10, 100)])
def barrett_large(slope: float) -> int:
    """Largest stable size, N = 100."""
    return max(theory.stable_sizes(theory.concave(100, 100.0, 1.0, float(slope)), 100))


@computes("coalition.emissions", [("leads-high", (0.39999, True)), ("leads-low", (0.2, True)),
                                  ("together-low", (0.2, False)), ("together-high", (0.39999, False))])  # fmt: skip
def emissions(case: tuple[float, bool]) -> int:
    """Largest stable size, n = 10, need 10, benefit 6."""
    return max(theory.stable_sizes(theory.emissions(10, 10.0, 6.0, case[0], leads=case[1]), 10))


@computes("coalition.emissions-payoffs")
def emissions_payoffs() -> Any:
    """Payoffs of a member and of an outsider at three members."""
    found = theory.emissions(10, 10.0, 6.0, 0.39999)(members(3, 10))
    return found[0], found[-1]


@computes("coalition.constant-cost")
def constant_cost() -> int:
    """Largest stable size at benefit 1 and cost 3.5."""
    return max(theory.stable_sizes(theory.constant_cost(1.0, 3.5), 10))


@computes("coalition.cartel", [(str(n), n) for n in (3, 4, 5, 8, 10, 20, 50)])
def cartel(firms: int) -> int:
    """Largest stable cartel."""
    return max(theory.stable_sizes(theory.cartel(firms), firms))


@computes("coalition.club", [(str(penalty), penalty) for penalty in (0, 1, 2, 4)])
def club(penalty: float) -> int:
    """Largest size that nobody wants to leave, N = 15."""
    game = theory.linear(np.ones(15), 1.0, float(penalty))
    return max(size for size in range(1, 16) if theory.is_stable(game, members(size, 15))[0])


@computes("coalition.asymmetric")
def asymmetric() -> Any:
    """Who is in the only stable coalition of two or more, benefits 1 to 6."""
    found = [one for one in theory.stable_coalitions(theory.linear(np.arange(1.0, 7.0)), 6) if len(one) > 1]
    assert len(found) == 1, found
    return [number + 1 for number in found[0]]


@computes("coalition.asymmetric-transfers")
def transfers() -> Any:
    """Surplus of {4, 5, 6}; how many coalitions of two or more have none below zero; the largest of them."""
    game = theory.linear(np.arange(1.0, 7.0))
    sets = [np.array([(code >> place) & 1 for place in range(6)], dtype=bool) for code in range(64)]
    held = [one for one in sets if one.sum() > 1 and theory.potential_surplus(game, one) >= -1e-9]
    return theory.potential_surplus(game, np.arange(6) >= 3), len(held), max(int(one.sum()) for one in held)
