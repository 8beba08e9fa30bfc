"""What a worker does: run a block, write its shard, return counts. Nothing here knows who asked."""

from __future__ import annotations

import importlib
import os
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sim.errors import RunError, StoreError
from sim.plan import RunSpec
from sim.store.block import Block, RunLine, joined
from sim.store.machine import machine, module_digests, origin_of
from sim.store.remote import is_address, put_shard
from sim.store.schema import Schema
from sim.store.shards import write_shard
from sim.store.tables import block_tables
from sim.study.ensemble import Row

__all__ = ["Count", "Task", "carry_out", "engine_of", "run_tables"]

Runner = Callable[..., Any]


@dataclass(frozen=True)
class Task:
    """A block of runs to be done; `chunk` rows at a time go through the engine, with no effect on numbers.

    `given_up` names runs that ended a worker: they become failed rows without being tried. `note` is a file
    in which the worker says which run it is on, so that a run that kills it is known. `verify` makes the worker
    check that its own code and data are those of `origin`: a cluster's machines may hold another version. `folder` is
    a folder that the worker sees, or an address of an object store.
    """

    name: str
    folder: str
    rows: tuple[Row, ...]
    schema: Schema
    origin: Mapping[str, Any]
    engine: str = "sim.engine"
    modules: tuple[str, ...] = ()
    tables: tuple[str, ...] = ("runs", "series")
    chunk: int = 0
    given_up: Mapping[str, str] | None = None
    note: str = ""
    verify: bool = False


@dataclass(frozen=True)
class Count:
    """What is known about a finished block: no numbers, only how many rows, where, on what and how long."""

    name: str
    ok: int
    failed: int
    started: float
    seconds: float
    host: str
    process: int
    machine: Mapping[str, Any] = field(default_factory=dict)


@lru_cache(maxsize=8)
def engine_of(name: str, modules: tuple[str, ...]) -> Any:
    """The engine of a module's name, after the modules that enrol further rules."""
    for module in modules:
        importlib.import_module(module)
    return importlib.import_module(name)


def _said(error: BaseException) -> str:
    """An error in one line that does not depend on where or when it was raised."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:500]


def _attempt(run_block: Runner, specs: Sequence[RunSpec], tables: Sequence[str]) -> Block:
    with np.errstate(all="ignore"):
        found = run_block(list(specs), nations="nations" in tables, events="events" in tables)
    return Block(
        found.years,
        found.series,
        list(found.errors),
        found.nations,
        tuple(found.iso3 or ()),
        found.events or (),
    )


def _tables(rows: Sequence[Row], block: Block, schema: Schema, tables: Sequence[str]) -> dict[str, pa.Table]:
    lines = [
        RunLine(row.run_id, row.spec.policy, row.future, row.spec.replicate, row.spec.seed, row.inputs)
        for row in rows
    ]
    return block_tables(lines, block, schema, tables)


def _failed(error: str) -> Block:
    return Block(np.zeros(1), {}, [error])


def _part(run_block: Runner, rows: Sequence[Row], tables: Sequence[str], strict: bool) -> list[Block]:
    """The results of some rows; where the block raises, each is tried alone: one bad run is one row.

    `strict` lets through what is no fault of the run's numbers.
    """
    try:
        return [_attempt(run_block, [row.spec for row in rows], tables)]
    except Exception as error:
        if strict and not isinstance(error, (RunError, FloatingPointError)):
            raise
        if len(rows) == 1:
            return [_failed(_said(error))]
    return [part for row in rows for part in _part(run_block, [row], tables, strict)]


def run_tables(
    rows: Sequence[Row],
    schema: Schema,
    *,
    engine: str = "sim.engine",
    modules: tuple[str, ...] = (),
    tables: Sequence[str] = ("runs", "series"),
    chunk: int = 0,
    given_up: Mapping[str, str] | None = None,
    note: str = "",
    runner: Runner | None = None,
) -> dict[str, pa.Table]:
    """Run rows of one structure and return their tables, in the order of the rows.

    `chunk` rows at a time go through the engine, all of them if 0. `runner` runs them in place of the engine's
    `run_block`; what it raises is raised, but for a run's own numbers.
    """
    found, strict = runner or engine_of(engine, modules).run_block, runner is not None
    gone = given_up or {}
    done: list[Block] = []
    size = chunk or len(rows)
    pending: list[Row] = []
    for row in rows:
        if row.run_id in gone:
            if pending:
                done += _part(found, pending, tables, strict)
                pending = []
            done.append(_failed(gone[row.run_id]))
            continue
        if note:
            Path(note).write_text(row.run_id, encoding="utf-8")
        pending.append(row)
        if len(pending) == size:
            done += _part(found, pending, tables, strict)
            pending = []
    if pending:
        done += _part(found, pending, tables, strict)
    blocks = joined(done)
    done.clear()  # their numbers lie side by side now
    parts, place = [], 0
    for block in blocks:
        last = place + len(block.errors)
        parts.append(_tables(rows[place:last], block, schema, tables))
        place = last
    if len(parts) == 1:
        return {name: parts[0][name] for name in tables}
    return {name: pa.concat_tables([part[name] for part in parts]).combine_chunks() for name in tables}


_machine = lru_cache(maxsize=1)(machine)


@lru_cache(maxsize=8)
def _own_origin(engine: str, modules: tuple[str, ...]) -> Mapping[str, Any]:
    return origin_of(module_digests(modules), engine).as_json()


def carry_out(task: Task) -> Count:
    """Run a block and write its shard; raises `StoreError` when the disk refuses, or where this is other code."""
    started, clock = time.time(), time.perf_counter()
    if task.verify and _own_origin(task.engine, task.modules) != task.origin:
        raise StoreError(
            f"the worker on {socket.gethostname()} runs other code or data than the process that asks it; install the "
            "same version of waico-sim there, or start Python anew where its files were edited, and sweep again"
        )
    made = run_tables(
        task.rows,
        task.schema,
        engine=task.engine,
        modules=task.modules,
        tables=task.tables,
        chunk=task.chunk,
        given_up=task.given_up,
        note=task.note,
    )
    if is_address(task.folder):
        put_shard(task.folder, task.name, made, task.origin)
    else:
        write_shard(Path(task.folder), task.name, made, task.origin)
    if task.note:
        with suppress(OSError):
            Path(task.note).unlink()
    status = made["runs"].column("status").to_pylist()
    good = status.count("ok")
    seconds = time.perf_counter() - clock
    return Count(task.name, good, len(status) - good, started, seconds, socket.gethostname(), os.getpid(), _machine())
