"""What the commands that look into results share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.results import Results

__all__ = ["measures_of"]


def measures_of(results: Results, given: Sequence[str]) -> list[str]:
    """Columns to look at: those given, else the study's criteria; without either an error says what there is."""
    from sim.comparison import headlines
    from sim.comparison.columns import columns_of
    from sim.errors import SimError

    if given:
        return [column for name in given for column in columns_of(results, name)]
    stated = list((results.manifest.get("study") or {}).get("criteria") or {})
    if not stated:
        raise SimError(f"no measure is asked for and the study states no criteria; write -m {headlines(results)[0]}")
    return stated
