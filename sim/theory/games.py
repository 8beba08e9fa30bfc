"""Textbook games of agreements: payoffs of everyone for any set of members, as pure functions.

A game takes flags (..., players) and returns payoffs (..., players). Members act as one, outsiders alone; who is
a member is given, so that a payoff "after leaving" is the payoff of the smaller coalition.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.rules.coalitions import surplus
from sim.units import Array, Flags

__all__ = ["Game", "cartel", "concave", "constant_cost", "emissions", "linear", "with_transfers"]

Game = Callable[[Flags], Array]


def _size(inside: Flags) -> Array:
    return np.asarray(inside.sum(axis=-1, keepdims=True), dtype=np.float64)


def linear(benefit: Array, cost: float = 1.0, penalty: float = 0.0) -> Game:
    """Linear benefit, quadratic cost, all move at once: b_i*Q - cost*q_i^2/2 (Carraro and Siniscalco 1993).

    `benefit` (players,) may differ. A member's effort counts what all members gain, an outsider's its own gain.
    With a `penalty` an outsider loses that much for each member (a club in the spirit of Nordhaus 2015, stylised).

    >>> game = linear(np.ones(5))
    >>> game(np.array([True, True, True, False, False])).tolist()
    [6.5, 6.5, 6.5, 10.5, 10.5]
    """
    weight = np.asarray(benefit, dtype=np.float64)

    def payoffs(inside: Flags) -> Array:
        together = np.where(inside, weight, 0.0).sum(axis=-1, keepdims=True)
        effort = np.where(inside, together, weight) / cost
        total = effort.sum(axis=-1, keepdims=True)
        return np.asarray(weight * total - 0.5 * cost * effort**2 - np.where(inside, 0.0, penalty * _size(inside)))

    return payoffs


def concave(players: int, aim: float, benefit: float, cost: float) -> Game:
    """Concave benefit, members lead: benefit*(aim*Q - Q^2/2)/players - cost*q_i^2/2 (Barrett 1994)."""
    n, slope = float(players), cost / benefit

    def payoffs(inside: Flags) -> Array:
        k = _size(inside)
        down = slope * n + n - k
        member = aim * k * slope * n / (down**2 + k**2 * slope * n)
        outsider = (aim - k * member) / down
        total = k * member + (n - k) * outsider
        effort = np.where(inside, member, outsider)
        return np.asarray(benefit * (aim * total - 0.5 * total**2) / n - 0.5 * cost * effort**2)

    return payoffs


def emissions(players: int, need: float, benefit: float, damage: float, *, leads: bool = True) -> Game:
    """Emissions: benefit*(need*e - e^2/2) - damage*E^2/2 (Diamantoudi and Sartzetakis 2006).

    Members lead, or with `leads` false move together with the outsiders. Interior solutions need
    damage/benefit < 4/(n(n-4)) where members lead.
    """
    n, slope = float(players), damage / benefit

    def payoffs(inside: Flags) -> Array:
        k = _size(inside)
        if leads:
            slack = 1.0 + slope * (n - k)
            member = need * (1.0 - slope * n * k / (slack**2 + slope * k**2))
            outsider = (need - slope * k * member) / slack
            total = k * member + (n - k) * outsider
        else:
            total = n * need / (1.0 + slope * (n - k) + slope * k**2)
            member, outsider = need - slope * k * total, need - slope * total
        own = np.where(inside, member, outsider)
        return np.asarray(benefit * (need * own - 0.5 * own**2) - 0.5 * damage * total**2)

    return payoffs


def constant_cost(benefit: float, cost: float) -> Game:
    """Abate or not at constant cost: benefit*(number that abate) - cost if one abates itself (Ulph 2004).

    Members abate where that pays them together, k*benefit >= cost; outsiders never do.
    """

    def payoffs(inside: Flags) -> Array:
        k = _size(inside)
        acts = k * benefit >= cost
        return np.asarray(np.where(acts, benefit * k, 0.0) - np.where(inside & acts, cost, 0.0))

    return payoffs


def cartel(players: int) -> Game:
    """A cartel that leads in price, with a competitive fringe: demand n(1-p), cost q^2/2 (d'Aspremont et al. 1983)."""
    n = float(players)

    def payoffs(inside: Flags) -> Array:
        exists, k = inside.any(axis=-1, keepdims=True), np.maximum(_size(inside), 1.0)
        steep = (2.0 * n - k) / k
        price = n / k * (1.0 + steep) / (steep * (2.0 + steep))
        price = np.where(exists, price, 0.5)
        sold = n / k - steep * price
        quantity = np.where(inside, sold, price)
        return np.asarray(price * quantity - 0.5 * quantity**2)

    return payoffs


def with_transfers(game: Game) -> Game:
    """The game in which members share what they have together above their payoffs as lone leavers, in equal parts.

    Each member gets its payoff outside, given the others, and an equal part of the surplus, which may be negative:
    an almost ideal sharing scheme (Eyckmans and Finus 2004).
    """

    def payoffs(inside: Flags) -> Array:
        flags = np.atleast_2d(inside)
        found = game(flags)
        players = flags.shape[-1]
        own = np.eye(players, dtype=bool)
        without = flags[:, None, :] & ~own
        outside = np.diagonal(game(without), axis1=-2, axis2=-1)
        part = surplus(found - outside, flags) / np.maximum(_size(flags), 1.0)
        return np.asarray(np.where(flags, outside + part, found)).reshape(np.shape(inside))

    return payoffs
