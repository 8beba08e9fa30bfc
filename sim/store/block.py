"""What an engine leaves of a block of runs, and several blocks as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from sim.units import Array

__all__ = ["Block", "RunLine", "joined"]


class RunLine(NamedTuple):
    """What stands about a run besides its measures."""

    run_id: str
    policy: str
    future: int
    replicate: int
    seed: int
    inputs: Mapping[str, Any]


@dataclass
class Block:
    """The measures of a block of runs, each (runs, years + 1); `errors` has a text where a run failed."""

    years: Array
    series: Mapping[str, Array]
    errors: list[str | None]
    nations: Mapping[str, Array] | None = None
    iso3: Sequence[str] = ()
    events: Sequence[Mapping[str, Any]] = ()
    stacked: Array | None = None
    """The series as one array (measures, runs, years + 1), where they lie side by side already."""


def joined(blocks: Sequence[Block]) -> list[Block]:
    """The same runs in as few blocks as can be: neighbours of the same years and columns become one.

    What is done once a block of tables (columns made, pages written) is then shared by more runs.

    >>> first, second = (Block(np.zeros(2), {"a": np.ones((runs, 2))}, [None] * runs) for runs in (2, 3))
    >>> [len(each.errors) for each in joined([first, second])]
    [5]
    """
    found = []
    for _, group in groupby(blocks, _likeness):
        parts = list(group)
        found.append(parts[0] if len(parts) == 1 else _joined(parts))
    return found


def _likeness(block: Block) -> tuple[Any, ...]:
    panel = None if block.nations is None else tuple(block.nations)
    return tuple(block.years), tuple(block.series), panel, tuple(block.iso3)


def _joined(parts: Sequence[Block]) -> Block:
    first, runs = parts[0], [len(each.errors) for each in parts]
    values = np.empty((len(first.series), sum(runs), len(first.years)))
    for name, own in zip(first.series, values, strict=True):
        np.concatenate([each.series[name] for each in parts], out=own)
    panels = {name: np.concatenate([(each.nations or {})[name] for each in parts]) for name in first.nations or ()}
    starts = np.cumsum([0, *runs[:-1]]).tolist()
    events = [
        {**event, "row": start + event["row"]}
        for each, start in zip(parts, starts, strict=True)
        for event in each.events
    ]
    return Block(
        first.years,
        dict(zip(first.series, values, strict=True)),
        [error for each in parts for error in each.errors],
        None if first.nations is None else panels,
        first.iso3,
        events,
        values,
    )
