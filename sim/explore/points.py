"""Single points of a model, many at a time: scenarios that somebody else drew, run in blocks of one structure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.engine import RunSpec, floating_point, run_block, structure
from sim.errors import RunError
from sim.files import Study, apply
from sim.files.tables import paths_of
from sim.study.distributions import form_name
from sim.study.ensemble import holds
from sim.study.pool import Serial
from sim.units import Array

__all__ = ["BLOCK", "Point", "evaluate", "placed", "values_of"]

BLOCK = 96
"""Runs of one block; larger ones cost little less a run."""


@dataclass(frozen=True)
class Point:
    """One scenario to be run, and the number that keys its luck: points that are compared share it."""

    policy: str
    scenario: Mapping[str, Any] = field(repr=False)
    luck: int


def values_of(study: Study, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """The paths and values of drawn uncertainties, by name; of a table of joint draws the row's number is drawn."""
    found: dict[str, Any] = {}
    for name, value in drawn.items():
        form = study.uncertainties[name]
        if form_name(form) == "draws":
            found |= dict(zip(paths_of(name, form), form["rows"][int(value)], strict=True))
        else:
            found[name] = value
    return found


def placed(study: Study, policy: str, levers: Mapping[str, Any], drawn: Mapping[str, Any]) -> Mapping[str, Any]:
    """A policy of a study with levers set and uncertainties put in, checked as a file would be.

    A path that only some policies have (`where_present`) is left out of the others. Raises `ScenarioError`.
    """
    overrides = study.scenario.overrides if study.scenario is not None else {}
    source = str(study.path or f"study {study.name}")
    resolved: Mapping[str, Any] = study.policies[policy]
    for changes in (levers, drawn):
        kept = {path: value for path, value in changes.items() if not _absent(study, resolved, path)}
        if kept:
            resolved = apply(resolved, kept, base=study.path, source=source, overrides=overrides)
    return resolved


def _absent(study: Study, resolved: Mapping[str, Any], path: str) -> bool:
    optional = {
        own
        for name, form in (*study.uncertainties.items(), *study.levers.items())
        if form.get("where_present")
        for own in (paths_of(name, form) if name in study.uncertainties else (name,))
    }
    return path in optional and not holds(resolved, tuple(path.split(".")))


def evaluate(
    points: Sequence[Point],
    columns: Sequence[str],
    *,
    seed: int,
    replicates: int = 1,
    executor: Executor | None = None,
) -> tuple[dict[str, Array], list[str | None]]:
    """Columns of every point: MEASURE.end and MEASURE.mean (points, replicates), MEASURE (points, replicates, years).

    The numbers are those of `waico sweep` for the same scenario, seed, luck and replicate. A column that a scenario
    lacks is NaN, and so is everything of a run that failed; the errors of the points (one a point, or None) say why.
    Blocks run in `executor`, any of `concurrent.futures`, else here.
    """
    specs = [RunSpec(point.policy, point.luck, number, seed, point.scenario)
             for point in points for number in range(replicates)]  # fmt: skip
    kinds: dict[str, list[int]] = {}
    texts: dict[int, str] = {}
    for place, spec in enumerate(specs):
        if id(spec.scenario) not in texts:
            texts[id(spec.scenario)] = structure(spec.scenario)
        kinds.setdefault(texts[id(spec.scenario)], []).append(place)
    parts = [rows[at : at + BLOCK] for rows in kinds.values() for at in range(0, len(rows), BLOCK)]
    chosen = executor or Serial()
    waiting = [chosen.submit(_block, [specs[row] for row in rows], tuple(columns)) for rows in parts]
    found: dict[str, Array] = {}
    errors: list[str | None] = [None] * len(points)
    for rows, one in zip(parts, waiting, strict=True):
        values, said = one.result()
        for name, own in values.items():
            if name not in found:
                found[name] = np.full((len(specs), *own.shape[1:]), np.nan)
            found[name][rows] = own
        for row, error in zip(rows, said, strict=True):
            errors[row // replicates] = errors[row // replicates] or error
    shaped = {name: own.reshape(len(points), replicates, *own.shape[1:]) for name, own in found.items()}
    return {name: shaped.get(name, np.full((len(points), replicates), np.nan)) for name in columns}, errors


def _block(specs: list[RunSpec], columns: tuple[str, ...]) -> tuple[dict[str, Array], list[str | None]]:
    """Columns of a block; where it cannot be run, each run is tried alone, so that one bad run is one row."""
    try:
        result = run_block(specs)
    except (RunError, FloatingPointError) as error:
        if len(specs) == 1:
            return {}, [f"{type(error).__name__}: {error}"]
        alone = [_block([spec], columns) for spec in specs]
        shapes = {name: own.shape[1:] for values, _ in alone for name, own in values.items()}
        merged = {
            name: np.concatenate([values.get(name, np.full((1, *shape), np.nan)) for values, _ in alone])
            for name, shape in shapes.items()
        }
        return merged, [said[0] for _, said in alone]
    failed = np.array([error is not None for error in result.errors])
    found: dict[str, Array] = {}
    with floating_point():
        for column in columns:
            name, _, part = column.rpartition(".") if column.endswith((".end", ".mean")) else (column, "", "")
            if name not in result.series:
                continue
            values = result.series[name]
            if part == "end":
                values = values[:, -1]
            elif part == "mean":
                known = np.isfinite(values[:, 1:])
                total = np.where(known, values[:, 1:], 0.0).sum(axis=-1)
                values = np.where(known.any(axis=-1), total / np.maximum(known.sum(axis=-1), 1), np.nan)
            found[column] = np.where(failed[:, None] if values.ndim > 1 else failed, np.nan, values)
    return found, list(result.errors)
