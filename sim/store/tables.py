"""From the arrays of a block to the rows of its tables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.store.schema import Schema
from sim.units import Array, Flags, Votes

__all__ = ["Block", "RunLine", "block_tables"]


@dataclass(frozen=True)
class RunLine:
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


def _checked(block: Block, schema: Schema) -> list[str | None]:
    """The errors of a block, with those of runs in which a value is no number where one has to stand."""
    errors = list(block.errors)
    for name, values in block.series.items():
        wrong = np.isinf(values) if name in schema.blank else ~np.isfinite(values)
        for row in np.flatnonzero(wrong.any(axis=-1)):
            if errors[row] is None:
                at = int(np.flatnonzero(wrong[row])[0])
                errors[row] = f"RunError: {name} is {values[row, at]} in {block.years[at]:.0f}"
    return errors


def _mean(values: Array) -> Array:
    """Mean over the defined years after the start, along the last axis; NaN where none is defined."""
    after = np.ascontiguousarray(values[..., 1:])
    defined = ~np.isnan(after)
    count = defined.sum(axis=-1)
    total = np.where(defined, after, 0.0).sum(axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _number(values: Array, kept: Flags | None = None) -> pa.Array:
    """A float column in which what is undefined is blank."""
    blank = np.isnan(values) if kept is None else np.isnan(values) | ~kept
    return pa.array(values, mask=blank, type=pa.float64())


def _input(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_string(kind):
        values = [each if each is None or isinstance(each, str) else json.dumps(each) for each in values]
    return pa.array(values, type=kind)


def _runs(lines: Sequence[RunLine], block: Block, errors: Sequence[str | None], schema: Schema) -> pa.Table:
    arrow = schema.arrow("runs")
    good = np.array([error is None for error in errors], dtype=bool)
    columns: dict[str, pa.Array] = {
        "run_id": pa.array([line.run_id for line in lines]),
        "policy": pa.array([line.policy for line in lines]),
        "future": pa.array([line.future for line in lines], type=pa.int64()),
        "replicate": pa.array([line.replicate for line in lines], type=pa.int64()),
        "seed": pa.array([line.seed for line in lines], type=pa.int64()),
        "status": pa.array(["ok" if error is None else "failed" for error in errors]),
        "error": pa.array(list(errors), type=pa.string()),
    }
    names = list(block.series)
    means = _mean(np.stack(list(block.series.values()))) if names else ()
    for name, mean in zip(names, means, strict=True):
        columns[f"{name}.end"] = _number(block.series[name][:, -1], good)
        columns[f"{name}.mean"] = _number(mean, good)
    found = []
    for column in arrow:
        if column.name.startswith("input."):
            found.append(_input([line.inputs.get(column.name[6:]) for line in lines], column.type))
        else:
            found.append(columns.get(column.name, pa.nulls(len(lines), column.type)))
    return pa.table(found, schema=arrow)


def _names(lines: Sequence[RunLine], good: Votes) -> NDArray[Any]:
    return np.array([lines[row].run_id for row in good], dtype=object)


def _series(lines: Sequence[RunLine], block: Block, good: Votes, schema: Schema) -> pa.Table:
    arrow = schema.arrow("series")
    times = len(block.years)
    found = []
    for column in arrow:
        if column.name == "run_id":
            found.append(pa.array(np.repeat(_names(lines, good), times), type=pa.string()))
        elif column.name == "year":
            found.append(pa.array(np.tile(np.rint(block.years).astype(np.int64), len(good))))
        elif column.name in block.series:
            found.append(_number(block.series[column.name][good].ravel()))
        else:
            found.append(pa.nulls(len(good) * times, column.type))
    return pa.table(found, schema=arrow)


def _nations(lines: Sequence[RunLine], block: Block, good: Votes, schema: Schema) -> pa.Table:
    arrow = schema.arrow("nations")
    times, width = len(block.years), len(block.iso3)
    size = len(good) * times * width
    found = []
    for column in arrow:
        if column.name == "run_id":
            names = np.repeat(_names(lines, good), times * width)
            found.append(pa.array(names, type=pa.string()))
        elif column.name == "year":
            years = np.repeat(np.rint(block.years).astype(np.int64), width)
            found.append(pa.array(np.tile(years, len(good))))
        elif column.name == "iso3":
            found.append(pa.array(np.tile(np.array(block.iso3, dtype=object), len(good) * times), type=pa.string()))
        elif block.nations is not None and column.name in block.nations:
            found.append(_number(np.asarray(block.nations[column.name][good], dtype=np.float64).ravel()))
        else:
            found.append(pa.nulls(size, column.type))
    return pa.table(found, schema=arrow)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    return value.item() if isinstance(value, np.generic) else str(value)


def _events(lines: Sequence[RunLine], block: Block, good: Votes, schema: Schema) -> pa.Table:
    arrow = schema.arrow("events")
    kept = set(good.tolist())
    order = sorted(
        (place for place in range(len(block.events)) if block.events[place]["row"] in kept),
        key=lambda place: (block.events[place]["row"], place),
    )
    found: dict[str, list[Any]] = {name: [] for name in arrow.names}
    for place in order:
        event = dict(block.events[place])
        found["run_id"].append(lines[event.pop("row")].run_id)
        found["year"].append(int(round(float(event.pop("year")))))
        for name in ("kind", "body", "agent"):
            value = event.pop(name, None)
            found[name].append(None if value is None else str(value))
        found["details"].append(json.dumps(event, default=_plain, sort_keys=True) if event else None)
    return pa.table(
        {name: pa.array(found[name], type=arrow.field(name).type) for name in arrow.names}, schema=arrow
    )


def block_tables(
    lines: Sequence[RunLine], block: Block, schema: Schema, tables: Sequence[str]
) -> dict[str, pa.Table]:
    """The tables of a block; a failed run has its row in `runs`, with its error, and none in the others."""
    errors = _checked(block, schema)
    good = np.flatnonzero([error is None for error in errors])
    made = {"runs": _runs(lines, block, errors, schema), "series": _series(lines, block, good, schema)}
    if "nations" in tables:
        made["nations"] = _nations(lines, block, good, schema)
    if "events" in tables:
        made["events"] = _events(lines, block, good, schema)
    return made
