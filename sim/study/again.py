"""One run of a finished study again, from its manifest alone, compared number by number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import StoreError
from sim.results import Results, open_results
from sim.sections import CHARTER_SECTIONS, WORLD
from sim.store.machine import machine, module_digests, origin_of, other_machine
from sim.store.schema import TABLES
from sim.study.description import structures_of, study_schema
from sim.study.designs import Design
from sim.study.ensemble import Ensemble, Policy, Row
from sim.study.work import engine_of, run_tables

__all__ = ["Again", "again", "ensemble_of", "row_of"]


@dataclass(frozen=True)
class Again:
    """A run done again: its tables, how many numbers were compared, which differ, and what may explain it."""

    tables: Mapping[str, pd.DataFrame]
    numbers: int
    differences: tuple[str, ...]
    notes: tuple[str, ...]


def ensemble_of(manifest: Mapping[str, Any]) -> Ensemble:
    """The ensemble a manifest describes; `StoreError` where scenarios lack a rule that this version chooses."""
    _whole(manifest)
    design = manifest["design"]
    return Ensemble(
        name=manifest["name"],
        title=manifest["title"],
        seed=manifest["seed"],
        replicates=manifest["shape"]["replicates"],
        baseline=manifest["baseline"],
        policies=[
            Policy(name, each["title"], each["text"], manifest["scenarios"][name], each["levers"])
            for name, each in manifest["policies"].items()
        ],
        design=Design(
            design["design"],
            design["seed"],
            tuple(design["paths"]),
            tuple(design["futures"]),
            tuple(tuple(row) for row in design["values"]),
            luck=tuple(design.get("luck") or ()),
        ),
        optional=design["optional"],
        outputs={"nations": True, "events": True},
        base=Path(manifest["base"]) if manifest["base"] else None,
        overrides=manifest.get("overrides"),
    )


def _whole(manifest: Mapping[str, Any]) -> None:
    """A folder written before a rule could be chosen does not say it, and a run of it would be another's."""
    for name, scenario in manifest["scenarios"].items():
        parts = {"world": (scenario.get("world"), WORLD.fields)}
        parts |= {f"bodies.{body}": (one, CHARTER_SECTIONS) for body, one in (scenario.get("bodies") or {}).items()}
        for place, (found, expected) in parts.items():
            lacking = [key for key in expected if found is not None and key not in found]
            if lacking:
                raise StoreError(
                    f"the study '{manifest['name']}' was written by another version, which did not know "
                    f"'{place}.{lacking[0]}' (policy '{name}'); sweep it again, or use the version it was made with"
                )


def row_of(results: Results, run_id: str) -> tuple[Row, Ensemble]:
    """The run of an id, ready for the engine; `StoreError` where the study has no such run."""
    ensemble = ensemble_of(results.manifest)
    lines = results.read("runs", ["policy", "future", "replicate"], {"run_id": run_id})
    if lines.empty:
        raise StoreError(f"{results.path} has no run '{run_id}'; `waico show {results.path} --csv` lists all of them")
    line = lines.iloc[0]
    policy = list(results.policies).index(line["policy"])
    future = ensemble.design.numbers.index(int(line["future"]))
    _, futures, replicates = ensemble.shape
    row = ensemble.row((policy * futures + future) * replicates + int(line["replicate"]))
    if row.run_id != run_id:
        raise StoreError(
            f"the manifest of {results.path} does not give run '{run_id}' (it gives {row.run_id}); "
            "the folder was changed by hand, sweep the study again"
        )
    return row, ensemble


def again(folder: Path, run_id: str) -> Again:
    """Run a row of a folder alone, with nations and events, and compare it with what the folder holds."""
    results = open_results(folder)
    made_with = results.manifest["made_with"]
    modules, engine = tuple(made_with["modules"]), made_with["engine"]
    digests = module_digests(modules)
    model = engine_of(engine, modules)
    row, ensemble = row_of(results, run_id)
    notes = []
    if origin_of(digests, engine).as_json() != made_with["origin"]:
        notes.append("the code or the data have changed since; numbers may differ")
    made = [made_with["machine"], *made_with.get("earlier_machines", []), *made_with.get("workers", [])]
    differs = list(dict.fromkeys(word for each in made for word in other_machine(each, machine())))
    if differs:
        notes.append(f"this machine has another {', '.join(differs)}; last digits may differ")
    try:
        _, bases = structures_of(ensemble)
        schema = study_schema(ensemble, model, bases)
    except Exception as error:
        if not notes:
            raise
        raise StoreError(
            f"run {run_id} cannot be done again ({type(error).__name__}: {error}): {'; '.join(notes)}; "
            "sweep the study again"
        ) from error
    tables = run_tables([row], schema, engine=engine, modules=modules, tables=TABLES)
    frames = {name: table.to_pandas() for name, table in tables.items()}
    differences: list[str] = []
    numbers = 0
    for name in (
        "runs",
        "series",
        *(each for each in ("nations", "events") if each in results.manifest["tables"]),
    ):
        old = results.read(name, where={"run_id": run_id})
        count, found = _differences(name, old, frames[name])
        numbers += count
        differences += found
    return Again(frames, numbers, tuple(differences), tuple(notes))


def _differences(name: str, old: pd.DataFrame, new: pd.DataFrame) -> tuple[int, list[str]]:
    """How many cells were compared, and those that differ in any bit."""
    if len(old) != len(new):
        return 1, [f"{name}: {len(old)} rows in the folder, {len(new)} now"]
    found, numbers = [], 0
    for column in old.columns:
        if column not in new.columns:
            found.append(f"{name}.{column}: only in the folder")
            continue
        then, now = old[column].to_numpy(), new[column].to_numpy()
        numbers += len(then)
        blank = pd.isna(then) & pd.isna(now)
        same = blank | (then == now)
        for place in np.flatnonzero(~np.asarray(same, dtype=bool)):
            found.append(f"{name}.{column}, row {place}: {then[place]!r} in the folder, {now[place]!r} now")
    return numbers, found
