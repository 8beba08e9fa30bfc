"""From counted groups to power: the groups of a game put together, and the integral over p.

Where chambers share no member they are independent given p: a member's swing is the chance that the other
groups stand at a cell where the member's own group decides, times the chance of a swing there. A vote with
chance 1 - p under a rule is a vote with chance p under its blocking game, so only p up to 1/2 is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise, product
from math import prod

import numpy as np

from sim.power.counting import Float, Powers
from sim.power.games import Game
from sim.power.sums import Group, Span, count, groups_of, sizes_known

Cuts = tuple[tuple[int, ...], ...]
FEWEST = 16
"""Nodes below which nothing is gained."""
COARSE = (1000, 500, 200, 100)
COARSE_STATES = 20_000


def exact_nodes(game: Game) -> int:
    """How many nodes integrate the chance of a swing exactly: a polynomial of degree n - 1."""
    return (game.size + 1) // 2


def enough_nodes(game: Game) -> int:
    """How many nodes give Shapley-Shubik to rounding, found on a coarse copy of the game; at most those that are exact.

    The chance of a swing is a smooth function of p: how smooth depends on how votes are spread, not on their unit. So
    the votes are rounded to about a thousand, all nodes are used there, and the fewest are taken that agree to 1e-13
    for every member, and half as many again. Whether they were enough shows in the sum of the indices.
    """
    full = exact_nodes(game)
    coarse = next((game.rounded(total) for total in COARSE if _states(game.rounded(total)) <= COARSE_STATES), None)
    if full <= FEWEST or coarse is None or sizes_known(game) or exact_nodes(coarse) <= FEWEST:
        return full
    every = count_sums(coarse)[1]
    for nodes in range(FEWEST, exact_nodes(coarse), FEWEST // 2):
        if np.abs(count_sums(coarse, nodes)[1] - every).max() <= 1e-13:
            return min(full, nodes + nodes // 2)
    return full


def _states(game: Game) -> int:
    return max(group.states for group in groups_of(game))


def count_sums(game: Game, nodes: int | None = None) -> Powers:
    """Power by counting sums; ``nodes`` for the integral over p, as many as are exact unless given.

    With 0 nodes p = 1/2 alone is counted and Shapley-Shubik is left at zero (unless a sum counts heads).
    """
    groups = groups_of(game)
    if sizes_known(game):
        return _by_heads(game, groups[0])
    nodes = exact_nodes(game) if nodes is None else nodes
    chance, weight = _nodes(nodes) if nodes else (np.empty(0), np.empty(0))
    chance = np.append(chance, 0.5)
    parts = [_Part(game, group, chance) for group in groups]
    cells = _joint(
        [part.stands for part in parts], [part.group.axes for part in parts], range(game.table.ndim)
    )
    winning = float((cells[:, -1] * game.table.reshape(-1)).sum())
    banzhaf, integral = np.zeros(len(game.types[1])), np.zeros(len(game.types[1]))
    for part in parts:
        straight, mirrored = part.swings(parts)
        banzhaf[part.group.kinds] = straight[-1]
        integral[part.group.kinds] = (weight[:, None] * (straight + mirrored)[:-1]).sum(axis=0)
    return banzhaf, integral, winning


def _nodes(nodes: int) -> tuple[Float, Float]:
    """Gauss-Legendre nodes up to 1/2, and what each, with its mirror image, counts."""
    points, weights = np.polynomial.legendre.leggauss(nodes)
    chance, weight = (points + 1) / 2, weights / 2
    low = len(chance) // 2
    if len(chance) % 2:
        weight[low] /= 2
        low += 1
    return chance[:low], weight[:low]


def _by_heads(game: Game, group: Group) -> Powers:
    """One group with a sum that counts heads: sizes are known, so both indices come from p = 1/2."""
    straight = group.needs(np.transpose(game.table, group.axes), game.cuts)
    everything = [(straight, np.full_like(straight, group.shape[-1]))]
    counts = count(group, np.array([0.5]), [straight], everything, sized=True)
    return counts.swings[0, 0], counts.sized[0, 0], float(counts.chances[0, 0])


class _Part:
    """One group, counted in every game that the cells of the other groups leave to it."""

    def __init__(self, game: Game, group: Group, chance: Float) -> None:
        self.group = group
        self.axes_of_others = [axis for axis in range(game.table.ndim) if axis not in group.axes]
        cells = [game.table.shape[axis] for axis in group.axes]
        tables = np.transpose(game.table, (*self.axes_of_others, *group.axes)).reshape(-1, *cells)
        distinct, which = np.unique(tables.reshape(len(tables), -1), axis=0, return_inverse=True)
        self.which = which.reshape(-1)
        games = [row.reshape(cells) for row in distinct]
        needs = [group.needs(one, game.cuts) for one in games]
        needs += [group.needs(~np.flip(one), game.dual.cuts) for one in games]
        spans = _cell_spans(group, game.cuts) + _cell_spans(group, game.dual.cuts)
        counted = count(group, chance, needs, spans)
        self.straight, self.mirrored = counted.swings[: len(games)], counted.swings[len(games) :]
        stands = counted.chances.reshape(2, *cells, len(chance))
        self.stands, self.stands_mirrored = stands[0], np.flip(stands[1], axis=tuple(range(len(cells))))

    def swings(self, parts: list[_Part]) -> tuple[Float, Float]:
        """The chance of a swing of each type (p, types): with p, and with 1 - p."""
        others = [part for part in parts if part is not self]
        straight = _joint(
            [part.stands for part in others], [part.group.axes for part in others], self.axes_of_others
        )
        mirrored = _joint(
            [part.stands_mirrored for part in others],
            [part.group.axes for part in others],
            self.axes_of_others,
        )
        return (
            np.einsum("qp,qpk->pk", straight, self.straight[self.which]),
            np.einsum("qp,qpk->pk", mirrored, self.mirrored[self.which]),
        )


def _joint(stands: list[Float], axes: list[tuple[int, ...]], order: Sequence[int]) -> Float:
    """The joint chance of cells of independent groups, (cells, p), cells in the order of these axes."""
    if not stands:
        return np.ones((1, 1))
    points = stands[0].shape[-1]
    flat = reduce(
        lambda left, right: (left[:, None] * right).reshape(-1, points),
        [one.reshape(-1, points) for one in stands],
    )
    shape = [size for one in stands for size in one.shape[:-1]]
    now = [axis for some in axes for axis in some]
    return np.transpose(
        flat.reshape(*shape, points), (*(now.index(axis) for axis in order), len(now))
    ).reshape(-1, points)


def _cell_spans(group: Group, cuts: Cuts) -> list[Span]:
    """The states of each cell: the other sums at their places, the last from one cut up to the next."""
    width, rows = group.shape[-1], prod(group.shape[:-1])
    last = (0, *cuts[group.axes[-1]], width)
    at = group.cells(cuts)
    spans = []
    for cell in product(*(range(len(cuts[axis]) + 1) for axis in group.axes[:-1])):
        inside = np.ones(rows, dtype=bool)
        for found, place in zip(at, cell, strict=True):
            inside &= found == place
        for start, stop in pairwise(last):
            spans.append((np.where(inside, start, width), np.where(inside, stop, width)))
    return spans
