"""Rows of a trajectory or block differ by inputs alone: the same luck, and yet futures of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.results import Results
from sim.study.again import again


@pytest.mark.parametrize(("design", "length"), [("morris", 2), ("saltelli", 3)])
def test_rows_that_are_compared_share_their_luck(
    study: Callable[..., Path], go: Callable[..., Results], design: str, length: int
) -> None:
    """The stub's growth is exp(-severity) times luck, so growth times exp(severity) is the luck."""
    path = study(futures=12, replicates=2)
    path.write_text(path.read_text().replace("latin_hypercube", design))
    runs = go(path).runs
    assert runs["future"].nunique() == 12 and runs["run_id"].is_unique
    own = runs[(runs["policy"] == "plain") & (runs["replicate"] == 0)]
    luck = (own["growth.end"] * np.exp(own["input.world.severity.index"])).to_numpy().reshape(-1, length)
    assert np.ptp(luck, axis=1).max() < 1e-12 < np.ptp(luck[:, 0])
    once_more = again(go(path).path, own["run_id"].iloc[7])  # type: ignore[arg-type]
    assert once_more.numbers and not once_more.differences
