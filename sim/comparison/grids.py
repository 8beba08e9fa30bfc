"""Columns of `runs` as arrays (policies, futures, replicates), read shard by shard, a few columns at a time.

A study is a full grid of policies, futures and replicates, so a column is an array and a pair of policies is two rows
of it. Nothing but the columns in hand is in memory: 10^5 runs of 16 columns are 13 MB.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.results import Results
from sim.units import Array, Flags

__all__ = ["Grid", "read_grids"]

TOGETHER = 16
"""Columns in memory at once."""
_PLACE = ("policy", "future", "replicate", "status")


@dataclass(frozen=True)
class Grid:
    """One column of `runs`: values (policies, futures, replicates), NaN where a run failed or the value is undefined.

    `policies` and `futures` name the first two axes; `asked` flags the cells that have a row.
    """

    column: str
    policies: tuple[str, ...]
    futures: NDArray[Any]
    asked: Flags
    values: Array

    def of(self, policy: str) -> Array:
        """Values of one policy, (futures, replicates)."""
        return self.values[self.policies.index(policy)]


def read_grids(results: Results, columns: Sequence[str]) -> Iterator[Grid]:
    """The columns of `runs`, in their order, each as a `Grid`; memory holds 16 of them at a time."""
    wanted = list(dict.fromkeys(columns))
    order = {policy: place for place, policy in enumerate(results.policies)}
    cells: list[tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]] = []
    for shard in results.shards("runs", _PLACE):
        policy = np.array([order.get(name, -1) for name in shard.column("policy").to_pylist()], dtype=np.int64)
        future, replicate = (shard.column(name).to_numpy() for name in ("future", "replicate"))
        cells.append((policy, future, replicate, shard.column("status").to_numpy() == "ok"))
    policies = tuple(order)
    futures, replicates = (
        np.unique(np.concatenate([np.zeros(0, np.int64), *(cell[part] for cell in cells)])) for part in (1, 2)
    )
    shape = (len(policies), len(futures), len(replicates))
    asked = np.zeros(shape, dtype=bool)
    places: list[tuple[Any, ...]] = []
    goods: list[NDArray[Any]] = []
    for policy, future, replicate, _ in cells:
        place = (policy, np.searchsorted(futures, future), np.searchsorted(replicates, replicate))
        known = policy >= 0  # a row of a policy that the study no longer has is nobody's
        places.append(tuple(axis[known] for axis in place))
        goods.append(known)
        asked[places[-1]] = True
    for start in range(0, len(wanted), TOGETHER):
        some = wanted[start : start + TOGETHER]
        values = np.full((len(some), *shape), np.nan)
        for number, shard in enumerate(results.shards("runs", some)):
            good = cells[number][3]
            for row, column in enumerate(some):
                found = np.where(good, shard.column(column).to_numpy(), np.nan)
                values[row][places[number]] = found[goods[number]]
        for row, column in enumerate(some):
            yield Grid(column, policies, futures, asked, values[row])
