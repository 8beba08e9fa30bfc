"""From the arrays of a block to the rows of its tables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from sim.store.block import Block, RunLine
from sim.store.schema import Schema
from sim.units import Array, Flags, Votes

__all__ = ["block_tables"]

_FLOAT = pa.float64()


class _Stack:
    """The measures of a block side by side: `values` (measures, runs, years + 1), and what is undefined among them."""

    def __init__(self, block: Block) -> None:
        self.names = list(block.series)
        self.values: Array = np.zeros((0, len(block.errors), len(block.years)))
        if self.names:
            self.values = np.stack(list(block.series.values())) if block.stacked is None else block.stacked
        self.finite: Flags = np.isfinite(self.values)
        self.whole: Flags = np.asarray(self.finite.all(axis=(1, 2)))
        """Measures that are numbers throughout; most are, and need no look at what is blank."""

    def errors(self, block: Block, schema: Schema) -> list[str | None]:
        """The errors of a block, with those of runs in which a value is no number where one has to stand."""
        found = list(block.errors)
        for place in np.flatnonzero(~self.whole):
            name, values = self.names[place], self.values[place]
            wrong = np.isinf(values) if name in schema.blank else ~self.finite[place]
            for row in np.flatnonzero(wrong.any(axis=-1)):
                if found[row] is None:
                    at = int(np.flatnonzero(wrong[row])[0])
                    found[row] = f"RunError: {name} is {values[row, at]} in {block.years[at]:.0f}"
        return found

    def means(self) -> Array:
        """Mean over the defined years after the start, (measures, runs); NaN where none is defined."""
        after = self.values[..., 1:]
        some = ~self.whole
        found = np.empty(self.values.shape[:2])
        with np.errstate(over="ignore", invalid="ignore"):
            if after.shape[-1]:
                own = after if self.whole.all() else after[self.whole]
                found[self.whole] = own.sum(axis=-1) / after.shape[-1]
            else:
                found[:] = np.nan
            defined = ~np.isnan(after[some])
            count = defined.sum(axis=-1)
            total = np.where(defined, after[some], 0.0).sum(axis=-1)
            found[some] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
        return found


def _number(values: Array, kept: Flags | None = None) -> pa.Array:
    """A float column in which what is undefined is blank."""
    blank = np.isnan(values) if kept is None else np.isnan(values) | ~kept
    return pa.array(values, mask=blank, type=pa.float64())


def _whole(values: Array) -> pa.Array:
    """A float column without blanks, on the array's own memory."""
    return pa.Array.from_buffers(_FLOAT, values.size, [None, pa.py_buffer(values)])


def _input(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_string(kind):
        values = [each if each is None or isinstance(each, str) else json.dumps(each) for each in values]
    return pa.array(values, type=kind)


def _sharing(lines: Sequence[RunLine]) -> tuple[list[Mapping[str, Any]], pa.Array]:
    """The different inputs of some runs, and which of them each run has: replicates of a future share theirs."""
    found: list[Mapping[str, Any]] = []
    which = np.empty(len(lines), dtype=np.int64)
    for row, line in enumerate(lines):
        if not found or line.inputs is not found[-1]:
            found.append(line.inputs)
        which[row] = len(found) - 1
    return found, pa.array(which)


def _runs(
    lines: Sequence[RunLine], stack: _Stack, errors: Sequence[str | None], good: Votes, schema: Schema
) -> pa.Table:
    arrow = schema.arrow("runs")
    columns: dict[str, pa.Array] = {
        "run_id": pa.array([line.run_id for line in lines]),
        "policy": pa.array([line.policy for line in lines]),
        "future": pa.array([line.future for line in lines], type=pa.int64()),
        "replicate": pa.array([line.replicate for line in lines], type=pa.int64()),
        "seed": pa.array([line.seed for line in lines], type=pa.int64()),
        "status": pa.array(["ok" if error is None else "failed" for error in errors]),
        "error": pa.array(list(errors), type=pa.string()),
    }
    if stack.names:
        kept = None if len(good) == len(lines) else np.array([error is None for error in errors], dtype=bool)
        times = stack.values.shape[-1]
        ends, means = np.ascontiguousarray(stack.values[..., -1]), stack.means()
        for name, whole, end, mean in zip(stack.names, stack.whole & (kept is None), ends, means, strict=True):
            columns[f"{name}.end"] = _whole(end) if whole else _number(end, kept)
            columns[f"{name}.mean"] = _whole(mean) if whole and times > 1 else _number(mean, kept)
    found = []
    shared, which = _sharing(lines)
    for column in arrow:
        if column.name.startswith("input."):
            path = column.name[6:]
            found.append(_input([each.get(path) for each in shared], column.type).take(which))
        elif column.name in columns:
            found.append(columns[column.name])
        else:
            found.append(pa.nulls(len(lines), column.type))
    return pa.table(found, schema=arrow)


def _names(lines: Sequence[RunLine], good: Votes, each: int) -> pa.Array:
    """The names of the runs that ended well, each as often as it has rows."""
    return pa.array([lines[row].run_id for row in good], type=pa.string()).take(np.repeat(np.arange(len(good)), each))


def _series(lines: Sequence[RunLine], block: Block, stack: _Stack, good: Votes, schema: Schema) -> pa.Table:
    arrow = schema.arrow("series")
    times = len(block.years)
    values = stack.values if len(good) == len(lines) else stack.values[:, good]
    columns: dict[str, pa.Array] = {
        "run_id": _names(lines, good, times),
        "year": pa.array(np.tile(np.rint(block.years).astype(np.int64), len(good))),
    }
    for name, whole, own in zip(stack.names, stack.whole, values, strict=True):
        columns[name] = _whole(own.ravel()) if whole else _number(own.ravel())
    blank = pa.nulls(len(good) * times, _FLOAT)
    return pa.table([columns.get(name, blank) for name in arrow.names], schema=arrow)


def _nations(lines: Sequence[RunLine], block: Block, good: Votes, schema: Schema) -> pa.Table:
    arrow = schema.arrow("nations")
    times, width = len(block.years), len(block.iso3)
    size = len(good) * times * width
    found = []
    for column in arrow:
        if column.name == "run_id":
            found.append(_names(lines, good, times * width))
        elif column.name == "year":
            years = np.repeat(np.rint(block.years).astype(np.int64), width)
            found.append(pa.array(np.tile(years, len(good))))
        elif column.name == "iso3":
            codes = pa.array(list(block.iso3), type=pa.string())
            found.append(codes.take(np.tile(np.arange(width), len(good) * times)))
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
    stack = _Stack(block)
    errors = stack.errors(block, schema)
    good = np.flatnonzero([error is None for error in errors])
    made = {
        "runs": _runs(lines, stack, errors, good, schema),
        "series": _series(lines, block, stack, good, schema),
    }
    if "nations" in tables:
        made["nations"] = _nations(lines, block, good, schema)
    if "events" in tables:
        made["events"] = _events(lines, block, good, schema)
    return made
