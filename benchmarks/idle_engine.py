"""An engine that does nothing: what is left of a sweep is machinery. As many columns as the real one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.engine import BlockResult, RunSpec, may_be_undefined, series_columns

__all__ = ["RunSpec", "may_be_undefined", "run_block", "series_columns", "structure"]


def structure(resolved: Mapping[str, Any]) -> str:
    """All policies of the same bodies share a block."""
    return " ".join(resolved["bodies"])


def run_block(specs: Sequence[RunSpec], *, nations: bool = False, events: bool = False) -> BlockResult:
    """Numbers that compress as badly as real ones, and cost nothing to make."""
    first = specs[0].scenario
    years = np.arange(first["years"] + 1.0)
    some = np.sin(np.arange(len(specs), dtype=np.float64))[:, None] + years
    series = dict.fromkeys(series_columns(first), some)
    return BlockResult(2026.0 + years, series, None, [], [], [None] * len(specs))
