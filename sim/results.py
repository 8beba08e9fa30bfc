"""Results: the tables of a study, read when they are asked for, from a folder or from memory."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.errors import StoreError
from sim.store.ballots import ballots_of
from sim.store.display import SINGULAR, as_html
from sim.store.folder import read_manifest
from sim.store.schema import TABLES, Schema

__all__ = ["Results", "open_results"]

# The face of a run stands below the tables and loads Mesa, which a sweep never does: so it is named, not imported.
_FACE = "sim.face"


class Results:
    """The tables of a study and what they were made with.

    `runs`, `series`, `nations` and `events` are data frames, read once when first asked for; `read` reads
    parts of what does not fit into memory. `manifest` is everything that was recorded about the study.
    """

    def __init__(
        self,
        manifest: Mapping[str, Any],
        path: Path | None = None,
        tables: Mapping[str, pa.Table] | None = None,
    ) -> None:
        self.manifest, self.path = dict(manifest), path
        self.schema = Schema.from_json(self.manifest["schema"])
        self._tables = dict(tables or {})
        self._kept: dict[str, pa.Table] = {}
        self._rows: dict[str, NDArray[np.int64]] = {}
        self.agents: Mapping[Any, Any] | None = None

    @property
    def name(self) -> str:
        """The name of the study."""
        return str(self.manifest["name"])

    @property
    def policies(self) -> dict[str, str]:
        """Titles of the policies by name, in the study's order."""
        return {name: str(each["title"] or name) for name, each in self.manifest["policies"].items()}

    @property
    def baseline(self) -> str:
        """The policy the others are compared with."""
        return str(self.manifest["baseline"])

    @property
    def expected(self) -> int:
        """How many runs the study has when all are done."""
        return int(self.manifest["runs"])

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run: what it was, how it went, inputs, and every measure's `.end` and `.mean`."""
        return self.read("runs")

    @cached_property
    def series(self) -> pd.DataFrame:
        """One row a run and year."""
        return self.read("series")

    @cached_property
    def nations(self) -> pd.DataFrame:
        """One row a run, year and nation; `StoreError` where the study did not ask for it."""
        return self.read("nations")

    @cached_property
    def events(self) -> pd.DataFrame:
        """Votes, entries, exits and incidents; `StoreError` where the study did not ask for them."""
        return self.read("events")

    @cached_property
    def ballots(self) -> pd.DataFrame:
        """Every member's vote on every proposal, unpacked from `events`; `StoreError` where the study kept none."""
        return ballots_of(self.read("events", where={"kind": "vote"}))

    @property
    def failed(self) -> pd.DataFrame:
        """The runs that failed, with their errors."""
        return self.runs[self.runs["status"] != "ok"]

    def read(
        self, name: str, columns: Sequence[str] | None = None, where: Mapping[str, Any] | None = None
    ) -> pd.DataFrame:
        """Some columns and rows of a table, shard by shard.

        `where` maps columns to a value, or to a list of values that are wanted; for `series`, `nations` and
        `events` it may name columns of `runs` too, such as the policy. Rows stand in the study's order:
        policy, future, replicate, then year. Raises `StoreError` for an unknown table or column.
        """
        if name not in TABLES:
            raise StoreError(f"there is no table '{name}'; write one of: {', '.join(TABLES)}")
        if name not in self.manifest["tables"]:
            raise StoreError(f"the study did not write the table '{name}'; write outputs: {{{name}: true}} in it")
        known = self.schema.arrow(name).names
        asked = list(columns) if columns is not None else known
        own, of_runs = self._split(name, {key: _listed(each) for key, each in (where or {}).items()}, known)
        self._check(name, asked, known)
        sorting = ["policy", "future", "replicate"] if name == "runs" else ["run_id", "year"]
        needed = list(dict.fromkeys([*asked, *own, *(each for each in sorting if each in known), "run_id"]))
        if self._keeps(name, needed) and self._keeps("runs", list(of_runs)):
            return self._of_kept(name, asked, own, of_runs)
        ids = self._ids(of_runs) if of_runs else None
        parts = []
        for shard in self._shards(name, needed):
            keep = _mask(shard, own if ids is None else {**own, "run_id": ids})
            parts.append(shard if keep is None else shard.filter(keep))
        schema = pa.schema([self.schema.arrow(name).field(each) for each in needed])
        table = pa.concat_tables(parts) if parts else schema.empty_table()
        return table.select(asked).take(self._order(name, table)).to_pandas()

    def keeping(self, columns: Mapping[str, Sequence[str]]) -> Results:
        """The same results with some columns of tables in memory, in the study's order, each shard opened once.

        Columns that are not named stay in the folder and are read from there. Raises as `read`.
        """
        made = Results(self.manifest, self.path, self._tables)
        made.agents = self.agents
        for name, asked in sorted(columns.items(), key=lambda each: each[0] != "runs"):  # the order is that of runs
            sorting = ["run_id", *(("policy", "future", "replicate", "status") if name == "runs" else ("year",))]
            wanted = list(dict.fromkeys([*sorting, *asked]))
            table = pa.concat_tables(self.shards(name, wanted)) if self._any() else None
            if table is not None:
                made._kept[name] = table.take(made._order(name, table)).combine_chunks()
        return made

    def _any(self) -> bool:
        return self.path is None or next((self.path / "runs").glob("*.parquet"), None) is not None

    def _keeps(self, name: str, columns: Iterable[str]) -> bool:
        return name in self._kept and set(columns) <= set(self._kept[name].column_names)

    def _of_kept(
        self, name: str, asked: list[str], own: Mapping[str, list[Any]], of_runs: Mapping[str, list[Any]]
    ) -> pd.DataFrame:
        table = self._kept[name]
        keep = _mask(table, own)
        if of_runs:
            of_run = np.asarray(_mask(self._kept["runs"], of_runs))
            inside = pa.chunked_array([pa.array(np.append(of_run, False)[self._run_of_row(name)])])
            keep = inside if keep is None else pc.and_(keep, inside)
        table = table.select(asked)
        return (table if keep is None else table.filter(keep)).to_pandas()

    def _run_of_row(self, name: str) -> NDArray[np.int64]:
        """The place of each row's run in the table of runs that is kept, -1 where it has none."""
        if name not in self._rows:
            found = pc.index_in(self._kept[name].column("run_id"), value_set=self._kept["runs"].column("run_id"))
            self._rows[name] = pc.fill_null(found, -1).to_numpy().astype(np.int64)
        return self._rows[name]

    def shards(self, name: str, columns: Sequence[str]) -> Iterable[pa.Table]:
        """Some columns of a table, a shard at a time and in no order, so that no more than one is in memory.

        Raises `StoreError` for a table the study did not write and for an unknown column.
        """
        if name not in self.manifest["tables"]:
            raise StoreError(f"the study did not write the table '{name}'; write outputs: {{{name}: true}} in it")
        self._check(name, columns, self.schema.arrow(name).names)
        return self._shards(name, columns)

    def _check(self, name: str, asked: Iterable[str], known: Sequence[str]) -> None:
        for each in asked:
            if each not in known:
                raise StoreError(f"the table '{name}' has no column '{each}'; it has {', '.join(known[:12])} ...")

    def _split(
        self, name: str, where: Mapping[str, Any], known: Sequence[str]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        own = {key: value for key, value in where.items() if key in known}
        rest = {key: value for key, value in where.items() if key not in known}
        self._check(name if name == "runs" else "runs", rest, self.schema.arrow("runs").names)
        return own, rest

    def _ids(self, where: Mapping[str, Any]) -> list[str]:
        found: list[str] = []
        for shard in self._shards("runs", list(dict.fromkeys([*where, "run_id"]))):
            keep = _mask(shard, where)
            found += (shard if keep is None else shard.filter(keep)).column("run_id").to_pylist()
        return found

    def _shards(self, name: str, columns: Sequence[str]) -> Iterable[pa.Table]:
        if self._keeps(name, columns):
            yield self._kept[name].select(list(columns))
            return
        if self.path is None:
            yield self._tables[name].select(list(columns))
            return
        schema = pa.schema([self.schema.arrow(name).field(each) for each in columns])
        for runs in sorted((self.path / "runs").glob("*.parquet")):
            file = self.path / name / runs.name
            try:
                table = pq.read_table(file, columns=list(columns), page_checksum_verification=True, partitioning=None)
                yield table.replace_schema_metadata(None).select(list(columns)).cast(schema)
            except (pa.ArrowException, OSError, ValueError) as error:
                raise StoreError(
                    f"{file} is damaged ({str(error).splitlines()[0]}); sweep the study again, it makes what is missing"
                ) from None

    def _order(self, name: str, table: pa.Table) -> NDArray[np.int64]:
        """Places of the rows of a table in the study's order."""
        if name == "runs":
            known, keys = {policy: place for place, policy in enumerate(self.policies)}, ["future", "replicate"]
        else:
            known, keys = self._ranks, ["year"] if name != "events" else []
        if not len(table):
            return np.zeros(0, dtype=np.int64)
        places = table.column("policy" if name == "runs" else "run_id").combine_chunks().dictionary_encode()
        ranks = np.array([known.get(each, len(known)) for each in places.dictionary.to_pylist()], dtype=np.int64)
        by = [table.column(key).to_numpy() for key in reversed(keys)]
        return np.lexsort((*by, ranks[places.indices.to_numpy(zero_copy_only=False)]))

    @cached_property
    def _ranks(self) -> dict[str, int]:
        runs = self.runs if "runs" in self.__dict__ else self.read("runs", ["run_id"])
        return {identity: place for place, identity in enumerate(runs["run_id"])}

    def model(self, run_id: str, agents: Mapping[Any, Any] | None = None) -> Any:
        """The model of one run, ready to be stepped again, alone; `StoreError` for an unknown run.

        `agents` gives nations or firms classes of your own, as in `sim.Model`; those of `sim.run` are kept.
        """
        return importlib.import_module(_FACE).model_of(self, run_id, agents or self.agents)

    def __repr__(self) -> str:
        where = self.path or "in memory"
        return f"<Results of {self.name}: {self._size()}, {len(self.schema.measures)} measures, {where}>"

    def _repr_html_(self) -> str:
        return as_html(self)

    def _size(self) -> str:
        return " x ".join(
            f"{number} {name if number != 1 else SINGULAR.get(name, name)}"
            for name, number in self.manifest["shape"].items()
        )


def _listed(wanted: Any) -> list[Any]:
    return list(wanted) if isinstance(wanted, Iterable) and not isinstance(wanted, (str, bytes)) else [wanted]


def _mask(table: pa.Table, where: Mapping[str, list[Any]]) -> pa.ChunkedArray | None:
    keep = None
    for column, wanted in where.items():
        here = table.column(column)
        try:
            values = pa.array(wanted)
            if values.type != here.type:
                values = values.cast(here.type)
        except pa.ArrowException as error:
            raise StoreError(
                f"where: found {wanted!r} for the column '{column}', expected {here.type} ({error}); "
                "write a value of that kind, or a list of them"
            ) from None
        one = pc.is_in(here, value_set=values)
        keep = one if keep is None else pc.and_(keep, one)
    return keep


def open_results(path: str | Path) -> Results:
    """The results in a folder that a sweep filled, finished or not; `StoreError` where it holds none."""
    folder = Path(path)
    return Results(read_manifest(folder), folder)
