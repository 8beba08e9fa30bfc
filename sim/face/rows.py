"""Rows of an ensemble through Mesa: with classes of the user's own one by one, or one of them to look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from sim.engine import BlockResult
from sim.face.model import Model
from sim.plan import RunSpec
from sim.results import Results
from sim.study.again import row_of
from sim.study.work import engine_of

__all__ = ["model_of", "run_rows", "runner"]


def run_rows(
    specs: Sequence[RunSpec],
    agents: Mapping[Any, Any] | None = None,
    *,
    nations: bool = False,
    events: bool = False,
) -> BlockResult:
    """Run rows one after the other, each as a model with classes of the user's own; the same result as `run_block`.

    Raises `AgentError` where a class cannot be used or answers something impossible.
    """
    found: list[BlockResult] = []
    for spec in specs:
        with Model.of(spec, agents, panel=nations) as model:
            found.append(model.run().result())
    noted = [{**event, "row": row} for row, one in enumerate(found) for event in one.events]
    panels = [one.nations for one in found if one.nations is not None]
    return BlockResult(
        years=found[0].years,
        series={name: np.concatenate([one.series[name] for one in found]) for name in found[0].series},
        nations={name: np.concatenate([one[name] for one in panels]) for name in panels[0]} if nations else None,
        iso3=found[0].iso3,
        events=noted if events else [],
        errors=[error for one in found for error in one.errors],
    )


def model_of(results: Results, run_id: str, agents: Mapping[Any, Any] | None = None) -> Model:
    """The model of one run of a study, at its start, from the manifest; `StoreError` for an unknown run."""
    made_with = results.manifest["made_with"]
    engine_of(made_with["engine"], tuple(made_with["modules"]))  # enrols the rules of the study's modules
    row, _ = row_of(results, run_id)
    return Model.of(row.spec, agents)


def runner(agents: Mapping[Any, Any]) -> Callable[..., BlockResult]:
    """What runs rows in place of the engine, with these classes; they meet floating point as their author set it."""
    outside = np.geterr()

    def run(specs: Sequence[RunSpec], **tables: bool) -> BlockResult:
        with np.errstate(**outside):
            return run_rows(specs, agents, **tables)

    return run
