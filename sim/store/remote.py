"""Shards in an object store: workers put them there, and the results folder is filled from it.

Any address fsspec knows: s3://bucket/study, gs://..., abfs://..., file:///shared/study; memory:// within one process.
An object is there whole or not at all; of a shard the part of `runs` is put last, as on a disk.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from sim.errors import StoreError
from sim.store.files import TEMPORARY
from sim.store.schema import TABLES
from sim.store.shards import write_shard

__all__ = ["bring", "clear", "is_address", "put_shard"]

_LIBRARY = "fsspec"  # optional, and named so that nobody pays for it who asks for no address
AT_ONCE = 64
"""Shards that are fetched together; an object store answers many requests at a time."""


def is_address(text: str) -> bool:
    """Whether a place is an address of an object store rather than a folder.

    >>> is_address("s3://bucket/study"), is_address("results/study")
    (True, False)
    """
    return "://" in text


def _opened(address: str) -> tuple[Any, str]:
    """The file system of an address and the path in it; `StoreError` where it cannot be used."""
    if not is_address(address):
        raise StoreError(f"found '{address}', expected an address such as s3://bucket/study; for a folder use --out")
    try:
        library: Any = importlib.import_module(_LIBRARY)
    except ImportError:
        raise StoreError("an object store needs fsspec; write: pip install 'waico-sim[store]'") from None
    try:
        system, root = library.core.url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise StoreError(f"the address '{address}' cannot be used: {error}") from None
    return system, str(root).rstrip("/")


def _failed(address: str, error: BaseException) -> StoreError:
    return StoreError(
        f"{address} does not answer as a store: {type(error).__name__}: {error}; what was finished is kept, "
        "check address and credentials and run the same command again"
    )


def put_shard(address: str, name: str, tables: Mapping[str, pa.Table], origin: Mapping[str, Any]) -> None:
    """Write a shard to a store, from the worker that made it; `StoreError` where the store refuses."""
    system, root = _opened(address)
    with TemporaryDirectory() as place:
        for table in tables:
            (Path(place) / table).mkdir()
        write_shard(Path(place), name, tables, origin)
        try:
            for table in (*(each for each in TABLES if each in tables and each != "runs"), "runs"):
                system.makedirs(f"{root}/{table}", exist_ok=True)
                system.put_file(f"{place}/{table}/{name}.parquet", f"{root}/{table}/{name}.parquet")
        except Exception as error:  # every store has errors of its own
            raise _failed(address, error) from error


def _names(system: Any, folder: str) -> list[str]:
    with suppress(FileNotFoundError):
        system.invalidate_cache()
        found = (str(each).rsplit("/", 1)[-1] for each in system.ls(folder, detail=False))
        return sorted(each.removesuffix(".parquet") for each in found if each.endswith(".parquet"))
    return []


def bring(address: str, folder: Path, tables: Collection[str], names: Iterable[str] | None = None) -> int:
    """Fetch shards that `folder` lacks, or those of `names` that it lacks; returns how many.

    A file appears under its name when it is whole, that of `runs` after all others of its shard.
    """
    system, root = _opened(address)
    try:
        there = _names(system, f"{root}/runs")
        wanted = there if names is None else sorted(set(there) & set(names))
        missing = [name for name in wanted if not (folder / "runs" / f"{name}.parquet").exists()]
        for first in range(0, len(missing), AT_ONCE):
            part = missing[first : first + AT_ONCE]
            for table in (*(each for each in tables if each != "runs"), "runs"):
                (folder / table).mkdir(parents=True, exist_ok=True)
                new = [folder / table / f".{name}.parquet{TEMPORARY}" for name in part]
                system.get([f"{root}/{table}/{name}.parquet" for name in part], [str(path) for path in new])
                for name, path in zip(part, new, strict=True):
                    os.replace(path, folder / table / f"{name}.parquet")
    except Exception as error:
        raise _failed(address, error) from error
    return len(missing)


def clear(address: str) -> None:
    """Remove the shards at an address, and nothing else."""
    system, root = _opened(address)
    try:
        for table in TABLES:
            for name in _names(system, f"{root}/{table}"):
                system.rm_file(f"{root}/{table}/{name}.parquet")
    except Exception as error:
        raise _failed(address, error) from error
