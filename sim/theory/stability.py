"""Which coalitions of a game are stable, and where moves one at a time lead."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.rules.coalitions import stable_inside, stable_outside, surplus
from sim.theory.games import Game
from sim.units import Array, Flags

__all__ = ["gains", "is_stable", "potential_surplus", "settle", "stable_coalitions", "stable_sizes"]

TOLERANCE = 1e-9


def gains(game: Game, inside: Flags) -> Array:
    """For each player its payoff inside less its payoff outside, the others held: (players,).

    >>> from sim.theory.games import linear
    >>> gains(linear(np.ones(4)), np.array([True, True, True, False])).tolist()
    [0.0, 0.0, 0.0, -1.5]
    """
    flags = np.asarray(inside, dtype=bool)
    own = np.eye(len(flags), dtype=bool)
    within, without = game(flags[None, :] | own), game(flags[None, :] & ~own)
    return np.asarray(np.diagonal(within) - np.diagonal(without))


def is_stable(game: Game, inside: Flags, tolerance: float = TOLERANCE) -> tuple[bool, bool]:
    """Whether a coalition is internally and externally stable; who is indifferent does not move."""
    flags = np.asarray(inside, dtype=bool)
    gain = gains(game, flags)
    internal = bool((stable_inside(gain, flags, tolerance) | ~flags).all())
    return internal, bool((stable_outside(gain, ~flags, tolerance) | flags).all())


def potential_surplus(game: Game, inside: Flags) -> float:
    """What members have together above their payoffs as lone leavers; from 0 on, transfers can hold the coalition."""
    flags = np.asarray(inside, dtype=bool)
    return float(surplus(gains(game, flags)[None, :], flags[None, :])[0, 0])


def settle(
    game: Game, inside: Flags, order: Sequence[int] | None = None, tolerance: float = TOLERANCE, rounds: int = 1000
) -> Flags:
    """Where a coalition ends when players look at it one at a time, each seeing the moves before it.

    Whoever looks joins or leaves if that gains it more than `tolerance`, the others held, as in the engine. Rounds
    in the same `order` (numbers of players; as they stand, if left out) follow until nobody moves. Raises
    `ValueError` if after `rounds` rounds players still move.

    >>> from sim.theory.games import linear
    >>> int(settle(linear(np.ones(10)), np.ones(10, bool)).sum())
    3
    """
    flags = np.array(inside, dtype=bool)
    turns = list(range(len(flags))) if order is None else list(order)
    for _ in range(rounds):
        moved = False
        for who in turns:
            other = flags.copy()
            other[who] = not flags[who]
            if game(other)[who] > game(flags)[who] + tolerance:
                flags, moved = other, True
        if not moved:
            return flags
    raise ValueError(f"players still move after {rounds} rounds: the game has no resting point in this order")


def stable_sizes(game: Game, players: int, tolerance: float = TOLERANCE) -> list[int]:
    """Sizes from 1 at which a game of equal players is stable inside and out; indifference counts as stable.

    >>> from sim.theory.games import linear
    >>> stable_sizes(linear(np.ones(8)), 8)
    [2, 3]
    """
    return [size for size in range(1, players + 1) if all(is_stable(game, np.arange(players) < size, tolerance))]


def stable_coalitions(game: Game, players: int, tolerance: float = TOLERANCE) -> list[tuple[int, ...]]:
    """All coalitions of unequal players that are stable inside and out, as numbers of players; up to 16 players."""
    if players > 16:
        raise ValueError(f"found {players} players, expected at most 16: every coalition is looked at")
    found = []
    for number in range(2**players):
        flags = np.array([bool(number >> place & 1) for place in range(players)])
        if all(is_stable(game, flags, tolerance)):
            found.append(tuple(np.flatnonzero(flags).tolist()))
    return found
