"""Blocks: which runs are computed together, and how many of them a shard holds.

Part of the plan; neither workers nor memory have a say in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["block_size", "blocks", "blocks_a_shard", "even"]

LARGEST = 192
SMALLEST = 16
SHARES = 8
MOST_BLOCKS, LEAST_SHARDS = 4, 64
"""A shard costs some 10 ms of processor however few its runs (700 columns of 14 microseconds each in Parquet), so that
a large study fills it with up to 4 blocks: 0.4 of the time around a run. More would cost memory (13 MB a block) and
bring little. No study has fewer than 64 of such shards."""


def block_size(runs: int) -> int:
    """The most runs of one block: an eighth of the study, so that a few workers stay busy, within 16 to 192.

    Larger blocks cost less per run until their arrays leave the processor's cache.

    >>> block_size(20), block_size(320), block_size(100_000)
    (16, 40, 192)
    """
    return max(SMALLEST, min(LARGEST, -(-runs // SHARES)))


def blocks_a_shard(runs: int) -> int:
    """How many blocks are written as one shard: one in small studies, up to 4 where 64 or more shards are left.

    >>> blocks_a_shard(320), blocks_a_shard(30_000), blocks_a_shard(1_000_000)
    (1, 2, 4)
    """
    return max(1, min(MOST_BLOCKS, runs // (LARGEST * LEAST_SHARDS)))


def even(rows: int, size: int) -> int:
    """Rows of a block where a shard of that many is cut into even blocks of at most `size`.

    >>> even(1536, 192), even(200, 192)
    (192, 100)
    """
    return -(-rows // -(-rows // size))


def blocks(
    missing: Sequence[int] | NDArray[np.int64],
    bases: NDArray[np.int64],
    replicates: int,
    structures: Mapping[int, str],
    size: int,
) -> Iterator[list[int]]:
    """Row numbers of each block or shard: rows of one structure in their order, cut into even parts, at most `size`.

    `bases` (policies, futures) says which rows share a base, `structures` gives each base its structure.

    >>> list(blocks(range(6), np.array([[0, 0, 1]]), 2, {0: "a", 1: "b"}, 3))
    [[0, 1], [2, 3], [4, 5]]
    """
    rows = np.asarray(missing, dtype=np.int64)
    if not len(rows):
        return
    texts = {text: number for number, text in enumerate(dict.fromkeys(structures.values()))}
    group = np.array([texts[structures[base]] for base in range(len(structures))], dtype=np.int64)
    of_row = group[bases.ravel()[rows // replicates]]
    for number in range(len(texts)):
        own = rows[of_row == number]
        if len(own):
            for part in np.array_split(own, -(-len(own) // size)):
                yield part.tolist()
