"""Which runs of a study stand on the page: all of them, or whole futures and replicates drawn by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.draws import Draws, agent_keys
from sim.results import Results
from sim.units import Flags

__all__ = ["Rows", "rows_of"]


@dataclass(frozen=True)
class Rows:
    """The finished runs of a study by place in its grid, and which of them a page shows.

    `place` gives each run's row in a table of (policies, futures, replicates), `good` flags rows with a run that did
    not fail, `shown` those on the page; `ids` names them. All arrays but the sizes are (rows,).
    """

    policies: tuple[str, ...]
    futures: NDArray[np.int64]
    replicates: NDArray[np.int64]
    place: dict[str, int]
    ids: NDArray[Any]
    good: Flags
    shown: Flags
    failed: int

    @property
    def size(self) -> int:
        """Rows of the grid, with and without a run."""
        return len(self.ids)

    def indices(self) -> tuple[NDArray[np.int64], ...]:
        """Policy, future and replicate of the shown rows, as places in their lists."""
        shape = (len(self.policies), len(self.futures), len(self.replicates))
        return tuple(np.unravel_index(np.flatnonzero(self.shown), shape))


def rows_of(results: Results, most: int) -> Rows:
    """The rows of a study; with more than `most` good runs, pairs of future and replicate are drawn, with all policies.

    Whether a pair is drawn depends on the study's seed and the pair alone, so that a difference to the baseline finds
    its partner and a page of more runs holds those of a page of fewer.
    """
    order = {policy: place for place, policy in enumerate(results.policies)}
    asked = ["run_id", "policy", "future", "replicate", "status"]
    parts = [shard.to_pandas() for shard in results.shards("runs", asked)]
    held = [part[part["policy"].isin(list(order))] for part in parts]
    joined = {name: np.concatenate([part[name].to_numpy() for part in held]) if held else np.zeros(0) for name in asked}
    futures, replicates = (np.unique(joined[name]).astype(np.int64) for name in ("future", "replicate"))
    cells = len(futures) * len(replicates)
    where = (
        np.array([order[str(name)] for name in joined["policy"]], dtype=np.int64) * cells
        + np.searchsorted(futures, joined["future"]) * len(replicates)
        + np.searchsorted(replicates, joined["replicate"])
    )
    ids = np.full(len(order) * cells, "", dtype=object)
    ids[where] = joined["run_id"]
    good = np.zeros(len(ids), dtype=bool)
    good[where] = joined["status"] == "ok"
    shown = good.copy()
    if int(good.sum()) > most:
        each = np.divmod(np.arange(cells), len(replicates))
        luck = Draws(
            np.full(cells, int(results.manifest["seed"])), futures[each[0]], replicates[each[1]]
        ).uniform("explorer", agent_keys(["page"]))[:, 0]
        drawn = np.argsort(luck, kind="stable")[: max(1, most // len(order))]
        inside = np.zeros(cells, dtype=bool)
        inside[drawn] = True
        shown &= np.tile(inside, len(order))
    place = {str(name): int(row) for name, row in zip(joined["run_id"], where, strict=True)}
    failed = int((joined["status"] != "ok").sum())
    return Rows(tuple(order), futures, replicates, place, ids, good, shown, failed)
