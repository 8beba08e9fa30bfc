"""Shards: the tables of one block as Parquet files, named by the content they were made of.

A shard of `runs` is written last and vouches for the others: it holds their sizes, and what the rows were
made with. A shard that is truncated, or that lacks one of its files, is no shard.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sim.errors import StoreError
from sim.store.files import write_atomically
from sim.store.schema import TABLES, Schema

__all__ = ["FORMAT", "Origin", "Shard", "read_shard", "shard_name", "upgraded", "write_shard"]

FORMAT = 1
"""Of the tables and the manifest; raised when a column's meaning, or its computation here, changes."""
_KEY = b"waico"


@dataclass(frozen=True)
class Origin:
    """What numbers were made with: digests of code and data. Rows of different origins never mix."""

    code: str
    data: str

    def as_json(self) -> dict[str, Any]:
        """Plain data, with the format of the tables."""
        return {"format": FORMAT, "code": self.code, "data": self.data}


@dataclass(frozen=True)
class Shard:
    """A whole shard on disk: its name, its runs, which of them failed, and the tables it holds."""

    name: str
    run_ids: tuple[str, ...]
    failed: tuple[str, ...]
    sizes: Mapping[str, int]
    origin: Mapping[str, Any]
    schema_matches: bool = True


def shard_name(run_ids: Sequence[str], origin: Origin) -> str:
    """The name of the shard that holds these runs, made with this code and these data.

    >>> shard_name(["a", "b"], Origin("1", "1")) != shard_name(["a", "b"], Origin("2", "1"))
    True
    """
    text = json.dumps([list(run_ids), origin.as_json()], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _write(path: Path, table: pa.Table) -> int:
    """Write a table; returns its size.

    Measured on tables of 100 to 400 columns of numbers: dictionaries of numbers double the time and save nothing, the
    smallest and largest number of each column cost a tenth of it and nobody asks for them.
    What is written for every run is written fast, with a codec every reader knows; panels and events are large and
    rare, and written small.
    """
    text = [field.name for field in table.schema if pa.types.is_string(field.type)]
    codec = "snappy" if path.parent.name in ("runs", "series") else "zstd"

    def write(handle: Any) -> None:
        pq.write_table(
            table, handle, compression=codec, use_dictionary=text, write_statistics=False, write_page_checksum=True
        )

    return write_atomically(path, write)


def write_shard(folder: Path, name: str, tables: Mapping[str, pa.Table], origin: Mapping[str, Any]) -> None:
    """Write the tables of a block; the shard exists once its part of `runs` does."""
    sizes = {
        table: _write(folder / table / f"{name}.parquet", tables[table])
        for table in TABLES[1:]
        if table in tables
    }
    stamp = json.dumps({"name": name, "sizes": sizes, "origin": dict(origin)}, sort_keys=True)
    runs = tables["runs"].replace_schema_metadata({_KEY: stamp.encode()})
    _write(folder / "runs" / f"{name}.parquet", runs)


def read_shard(folder: Path, name: str, schema: Schema | None = None) -> Shard | None:
    """The shard of a name, or None where it is truncated or lacks a file; `StoreError` for a foreign file."""
    path = folder / "runs" / f"{name}.parquet"
    try:
        with pq.ParquetFile(path) as file:
            arrow = file.schema_arrow
            stamp = (arrow.metadata or {}).get(_KEY)
            if stamp is None:
                raise StoreError(f"{path} is no table of this program; move it out of the folder")
            columns = file.read(columns=["run_id", "status"])
        described = json.loads(stamp)
        for table, size in described["sizes"].items():
            part = folder / table / f"{name}.parquet"
            if part.stat().st_size != size:
                return None
            pq.read_metadata(part)
    except (pa.ArrowException, OSError, EOFError):
        return None
    except (ValueError, KeyError, TypeError):
        raise StoreError(f"{path} is no table of this program; move it out of the folder") from None
    ids = columns.column("run_id").to_pylist()
    status = columns.column("status").to_pylist()
    failed = tuple(one for one, state in zip(ids, status, strict=True) if state != "ok")
    matches = schema is None or _same(folder, name, schema, [*described["sizes"], "runs"])
    return Shard(described["name"], tuple(ids), failed, described["sizes"], described["origin"], matches)


def _same(folder: Path, name: str, schema: Schema, tables: Sequence[str]) -> bool:
    return all(
        pq.read_schema(folder / table / f"{name}.parquet").remove_metadata() == schema.arrow(table)
        for table in tables
    )


def upgraded(folder: Path, shard: Shard, schema: Schema) -> None:
    """Rewrite a shard with the columns a study has now; columns it lacks are blank. No number changes."""
    tables = {}
    for table in ("runs", *shard.sizes):
        old, wanted = pq.read_table(folder / table / f"{shard.name}.parquet"), schema.arrow(table)
        columns = [
            old.column(field.name).cast(field.type)
            if field.name in old.column_names
            else pa.nulls(old.num_rows, field.type)
            for field in wanted
        ]
        tables[table] = pa.table(columns, schema=wanted)
    write_shard(folder, shard.name, tables, shard.origin)
