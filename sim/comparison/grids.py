"""Columns of `runs` as arrays (policies, futures, replicates), read shard by shard, a few columns at a time.

A study is a full grid of policies, futures and replicates, so a column is an array and a pair of policies is two rows
of it. Nothing but the columns in hand is in memory: 10^5 runs of 16 columns are 13 MB.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
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
    policies = tuple(order)
    parts = [tuple(shard.column(name).to_numpy() for name in _PLACE[1:3]) for shard in results.shards("runs", _PLACE)]
    futures, replicates = (
        np.unique(np.concatenate([np.zeros(0, np.int64), *(part[axis] for part in parts)])) for axis in (0, 1)
    )
    shape = (len(policies), len(futures), len(replicates))
    for start in range(0, len(wanted), TOGETHER):
        some = wanted[start : start + TOGETHER]
        values, asked = np.full((len(some), *shape), np.nan), np.zeros(shape, dtype=bool)
        for shard in results.shards("runs", [*_PLACE, *some]):  # with their places: shards come in no order
            policy = _places(shard, order)
            known = policy >= 0  # a row of a policy that the study no longer has is nobody's
            future, replicate = (shard.column(name).to_numpy()[known] for name in _PLACE[1:3])
            place = (policy[known], np.searchsorted(futures, future), np.searchsorted(replicates, replicate))
            asked[place] = True
            good = (shard.column("status").to_numpy() == "ok")[known]
            for row, column in enumerate(some):
                values[row][place] = np.where(good, shard.column(column).to_numpy()[known], np.nan)
        for row, column in enumerate(some):
            yield Grid(column, policies, futures, asked, values[row])


def _places(shard: pa.Table, order: Mapping[str, int]) -> NDArray[np.int64]:
    """Each row's policy as a place in their order, -1 for an unknown one."""
    if not len(shard):
        return np.zeros(0, dtype=np.int64)
    found = shard.column("policy").combine_chunks().dictionary_encode()
    places = np.array([order.get(name, -1) for name in found.dictionary.to_pylist()], dtype=np.int64)
    return places[found.indices.to_numpy(zero_copy_only=False)]
