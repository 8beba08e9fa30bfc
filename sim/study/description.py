"""What a study will write, before its first run: its tables, their columns, and its manifest."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.errors import ChoiceError
from sim.store.machine import commit, machine
from sim.store.schema import Schema, input_kind, schema_of
from sim.store.shards import FORMAT, Origin
from sim.study.ensemble import Ensemble

__all__ = ["manifest_of", "structures_of", "study_schema", "tables_of"]


def tables_of(ensemble: Ensemble) -> tuple[str, ...]:
    """The tables a study writes."""
    return ("runs", "series", *(name for name in ("nations", "events") if ensemble.outputs.get(name)))


def structures_of(ensemble: Ensemble) -> tuple[np.ndarray[Any, Any], dict[int, Mapping[str, Any]]]:
    """Which base each policy and future has, (policies, futures), and the bases by their number."""
    labels = ensemble.bases()
    found: dict[int, Mapping[str, Any]] = {}
    for policy, future in np.ndindex(*labels.shape):
        label = int(labels[policy, future])
        if label not in found:
            found[label] = ensemble.base_of(policy, future)[0]
    return labels, found


def study_schema(ensemble: Ensemble, engine: Any, bases: Mapping[int, Mapping[str, Any]]) -> Schema:
    """The columns of a study, before its first run: the ordered union over its policies."""
    measures = dict.fromkeys(name for base in bases.values() for name in engine.series_columns(base))
    nations = dict.fromkeys(
        name for base in bases.values() if ensemble.outputs["nations"] for name in engine.panel_columns(base)
    )
    taken: dict[str, list[Any]] = {path: [] for path in ensemble.varied}
    for policy in ensemble.policies:
        for path, value in policy.levers.items():
            taken[path].append(value)
    for place, path in enumerate(ensemble.design.paths):
        taken[path] += [row[place] for row in ensemble.design.values]
    kinds = {path: input_kind(values) for path, values in taken.items()}
    _check_criteria(ensemble, list(measures))
    blank = [name for name in measures if engine.may_be_undefined(name)]
    return schema_of(tuple(measures), blank, kinds, tuple(nations))


def _check_criteria(ensemble: Ensemble, measures: list[str]) -> None:
    """The criteria a study states are measures some policy has; `ChoiceError` before anything is run or written."""
    for column in ensemble.study.get("criteria") or {}:
        name = column.rpartition(".")[0]
        if name not in measures:
            near = difflib.get_close_matches(name, measures, 1)
            said = f"did you mean '{near[0]}'?" if near else f"write one of: {', '.join(measures)}"
            where = ensemble.base or f"study {ensemble.name}"
            raise ChoiceError(f"{where}: criteria: no policy has a measure '{name}'; {said}")


def manifest_of(
    ensemble: Ensemble,
    schema: Schema,
    origin: Origin,
    modules: Mapping[str, str],
    engine: str,
    tables: Sequence[str],
) -> dict[str, Any]:
    """Everything there is to know about a study besides its numbers, as plain data."""
    policies, futures, replicates = ensemble.shape
    return {
        "format": FORMAT,
        "name": ensemble.name,
        "title": ensemble.title,
        "seed": ensemble.seed,
        "baseline": ensemble.baseline,
        "runs": len(ensemble),
        "shape": {"policies": policies, "futures": futures, "replicates": replicates},
        "policies": {
            each.name: {"title": each.title, "text": each.text, "levers": dict(each.levers)}
            for each in ensemble.policies
        },
        "scenarios": {each.name: each.resolved for each in ensemble.policies},
        "design": {
            "design": ensemble.design.kind,
            "seed": ensemble.design.seed,
            "paths": ensemble.design.paths,
            "futures": ensemble.design.numbers,
            "values": ensemble.design.values,
            "dimensions": ensemble.design.dimensions,
            "unit": ensemble.design.unit,
            "luck": ensemble.design.luck,
            "widths": ensemble.design.widths,
            "notes": ensemble.design.notes,
            "optional": sorted(ensemble.optional),
        },
        "study": {key: value for key, value in ensemble.study.items() if key != "policies"},
        "base": str(ensemble.base) if ensemble.base else None,
        "overrides": ensemble.overrides,
        "tables": list(tables),
        "schema": schema.as_json(),
        "made_with": {
            "origin": origin.as_json(),
            "modules": dict(modules),
            "engine": engine,
            "commit": commit(),
            "machine": machine(),
        },
    }
