"""A results folder: opened under a lock, taken stock of, and kept to the study it belongs to."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sim.errors import StoreError
from sim.store.files import remove_leftovers, write_atomically, write_text
from sim.store.schema import TABLES, Schema
from sim.store.shards import FORMAT, Origin, Shard, read_shard, shard_name, upgraded

__all__ = ["EARLIER", "LOG", "Folder", "read_manifest"]

EARLIER = "earlier"
"""Where shards go that the present study, code or data do not ask for; they come back when they do."""
OWN = frozenset(
    {
        *TABLES, EARLIER, "plots", "manifest.json", "design.csv", "log.parquet", "compare.csv", "report.html",
        "explorer.html", "rerun", ".lock",
    }  # fmt: skip
)
LOG = pa.schema(
    [
        ("started", pa.float64()),
        ("seconds", pa.float64()),
        ("shard", pa.string()),
        ("host", pa.string()),
        ("process", pa.int64()),
        ("ok", pa.int64()),
        ("failed", pa.int64()),
        ("note", pa.string()),
    ]
)


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of a results folder; `StoreError` where it is none, damaged or from a newer version."""
    file = path / "manifest.json"
    if not path.is_dir():
        raise StoreError(f"{path} is no folder; write the folder a sweep filled, such as results/first-look")
    if not file.exists():
        raise StoreError(
            f"{path} is no results folder: it has no manifest.json; write the folder a sweep filled"
        )
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        number = found["format"]
    except OSError as error:
        raise StoreError(f"{file} cannot be read: {error.strerror}; check who may read it") from None
    except (ValueError, KeyError, TypeError):
        raise StoreError(f"{file} is damaged or not ours; sweep the study again with --fresh") from None
    if not isinstance(number, int) or number > FORMAT:
        raise StoreError(
            f"{path} has the format {number}, this version reads up to {FORMAT}; update waico-sim"
        )
    return found


class Folder:
    """A results folder held under the operating system's lock for as long as the `with` lasts.

    Opening refuses a folder that holds anything else, makes the folders of the tables, and removes what a
    killed process left half-written. `fresh` removes finished rows too.
    """

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        self.path, self._fresh, self._lock = path, fresh, -1
        self.retried: set[str] = set()

    def __enter__(self) -> Folder:
        self._refuse_foreign()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StoreError(
                f"{self.path} cannot be written: {error.strerror}; choose another folder (--out)"
            ) from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(self._lock, 200, 0).decode(errors="replace").strip() or "another process"
            os.close(self._lock)
            raise StoreError(
                f"{self.path} is in use by {holder}; wait for it, or choose another folder (--out)"
            ) from None
        try:
            os.ftruncate(self._lock, 0)
            os.pwrite(self._lock, f"process {os.getpid()} on {socket.gethostname()}".encode(), 0)
            if self._fresh:
                self._clear()
            remove_leftovers(self.path)
            (self.path / "runs").mkdir(exist_ok=True)
            (self.path / "series").mkdir(exist_ok=True)
        except OSError as error:
            self.close()
            raise StoreError(
                f"{self.path} cannot be written: {error.strerror}; choose another folder (--out)"
            ) from None
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            remove_leftovers(self.path)
        self.close()

    def close(self) -> None:
        """Let go of the lock."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _refuse_foreign(self) -> None:
        if self.path.exists() and not self.path.is_dir():
            raise StoreError(f"{self.path} is a file; choose a folder (--out)")
        try:
            held = {entry.name for entry in self.path.iterdir()} if self.path.exists() else set()
        except OSError as error:
            raise StoreError(
                f"{self.path} cannot be read: {error.strerror}; choose another folder (--out)"
            ) from None
        if (self.path / "manifest.json").exists():
            read_manifest(self.path)
        elif held - OWN:
            raise StoreError(
                f"{self.path} holds other files ({sorted(held - OWN)[0]}); choose an empty folder (--out)"
            )

    def _clear(self) -> None:
        for name in (*TABLES, EARLIER, "plots"):
            shutil.rmtree(self.path / name, ignore_errors=True)
        for name in ("manifest.json", "design.csv", "log.parquet", "compare.csv", "report.html", "explorer.html"):
            (self.path / name).unlink(missing_ok=True)

    def write_manifest(self, manifest: Mapping[str, Any], design: str) -> None:
        """Write the manifest and the design; the manifest first names everything the tables will hold."""
        write_text(self.path / "design.csv", design)
        write_text(self.path / "manifest.json", json.dumps(manifest, indent=1, allow_nan=False) + "\n")

    def append_log(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Add lines to the log: when, where and how long; none of it stands in a table."""
        path = self.path / "log.parquet"
        new = pa.Table.from_pylist([dict(line) for line in lines], schema=LOG)
        with suppress(pa.ArrowException, OSError):
            new = pa.concat_tables([pq.read_table(path, schema=LOG), new])
        write_atomically(path, lambda handle: pq.write_table(new, handle, compression="zstd"))

    def _names(self, below: str = "") -> list[str]:
        folder = self.path / below / "runs"
        if not folder.is_dir():
            return []
        strange = sorted(each.name for each in folder.iterdir() if each.suffix != ".parquet")
        if strange:
            raise StoreError(f"{folder / strange[0]} is no table of this program; move it out of the folder")
        return sorted(each.stem for each in folder.glob("*.parquet"))

    def _move(self, name: str, source: Path, target: Path) -> None:
        for table in ("runs", *TABLES[1:]):  # runs first: without it the rest is no shard
            old, new = source / table / f"{name}.parquet", target / table / f"{name}.parquet"
            if old.exists():
                new.parent.mkdir(parents=True, exist_ok=True)
                os.replace(old, new)

    def _restore(self, name: str) -> None:
        source = self.path / EARLIER
        for table in (*TABLES[1:], "runs"):  # runs last: it makes the shard
            old, new = source / table / f"{name}.parquet", self.path / table / f"{name}.parquet"
            if old.exists():
                new.parent.mkdir(parents=True, exist_ok=True)
                os.replace(old, new)

    def _drop(self, name: str, below: str = "") -> None:
        for table in ("runs", *TABLES[1:]):
            (self.path / below / table / f"{name}.parquet").unlink(missing_ok=True)

    def take_stock(
        self,
        wanted: Collection[str],
        origin: Origin,
        schema: Schema,
        tables: Sequence[str],
        retry_failed: bool = False,
    ) -> tuple[set[str], int]:
        """The runs that are finished, and how many of them failed; the folder holds nothing else afterwards.

        A shard counts when it is whole, made with this code and these data, and all its runs are wanted.
        What is truncated is removed, what is of other code, data or sizes moves to `earlier/`, what
        stands there and is wanted again comes back; so do shards with failed runs that are to be retried (their names
        are then in `retried`). Shards get the columns of the present schema.
        """
        wanted = wanted if isinstance(wanted, (set, frozenset)) else set(wanted)
        present = {
            name: self._judged(name, "", wanted, origin, tables, retry_failed) for name in self._names()
        }
        kept: set[str] = set()
        failed = 0
        order = sorted(
            (each for each in present.values() if each), key=lambda each: (-len(each.run_ids), each.name)
        )
        chosen = [each.name for each in order if _claim(each, kept)]
        for name in set(present) - set(chosen):
            self._move(name, self.path, self.path / EARLIER)
        for name in self._names(EARLIER):
            if (self.path / "runs" / f"{name}.parquet").exists():
                self._drop(name, EARLIER)
                continue
            shard = self._judged(name, EARLIER, wanted, origin, tables, retry_failed)
            if shard and _claim(shard, kept):
                self._restore(name)
                present[name] = shard
                chosen.append(name)
        for name in chosen:
            shard = read_shard(self.path, name, schema)
            if shard and not shard.schema_matches:
                upgraded(self.path, shard, schema)
            failed += len(shard.failed) if shard else 0
        for table in TABLES[1:]:  # parts whose runs never came
            for part in (self.path / table).glob("*.parquet"):
                if not (self.path / "runs" / part.name).exists():
                    part.unlink()
        return kept, failed

    def _judged(
        self,
        name: str,
        below: str,
        wanted: Collection[str],
        origin: Origin,
        tables: Sequence[str],
        retry: bool,
    ) -> Shard | None:
        shard = read_shard(self.path / below, name)
        if shard is None:
            self._drop(name, below)
            return None
        fits = (
            shard.origin == origin.as_json()
            and shard.name == name == shard_name(shard.run_ids, origin)
            and all(one in wanted for one in shard.run_ids)
            and set(tables) <= {"runs", *shard.sizes}
        )
        if fits and retry and shard.failed:
            self.retried.add(name)
            return None
        return shard if fits else None


def _claim(shard: Shard, kept: set[str]) -> bool:
    """Take a shard's runs unless another one has brought some of them."""
    if not kept.isdisjoint(shard.run_ids):
        return False
    kept.update(shard.run_ids)
    return True
