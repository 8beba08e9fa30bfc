"""Blocks: which runs are computed together. Part of the plan; neither workers nor memory have a say in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["block_size", "blocks"]

LARGEST = 192
SMALLEST = 16
SHARES = 8


def block_size(runs: int) -> int:
    """The most runs of one block: an eighth of the study, so that a few workers stay busy, within 16 to 192.

    Larger blocks cost less per run until their arrays leave the processor's cache.

    >>> block_size(20), block_size(320), block_size(100_000)
    (16, 40, 192)
    """
    return max(SMALLEST, min(LARGEST, -(-runs // SHARES)))


def blocks(
    missing: Sequence[int] | NDArray[np.int64],
    bases: NDArray[np.int64],
    replicates: int,
    structures: Mapping[int, str],
    size: int,
) -> Iterator[list[int]]:
    """Row numbers of each block: rows of one structure in their order, cut into even parts of at most `size`.

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
