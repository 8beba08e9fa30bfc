"""The figures beyond the standard set, with their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sim.plots.style import StudyFigure
from sim.results import Results

__all__ = ["further"]


def further(
    results: Results, baseline: str | None, criteria: Sequence[Any] | None
) -> Iterator[tuple[str, Callable[[], StudyFigure]]]:
    """Names of the further figures of a study, each with what draws it."""
    yield from ()
