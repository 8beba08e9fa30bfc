"""The columns of every table, fixed before the first run and written into the manifest and every shard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa

from sim.columns import of
from sim.errors import StoreError
from sim.measures import metadata_of

__all__ = ["TABLES", "Column", "Schema", "input_kind", "schema_of"]

TABLES = ("runs", "series", "nations", "events")
_TYPES = {"text": pa.string(), "whole": pa.int64(), "number": pa.float64(), "flag": pa.bool_()}


@dataclass(frozen=True)
class Column:
    """One column: its name, its kind (text, whole, number, flag), unit and meaning."""

    name: str
    kind: str
    unit: str = ""
    text: str = ""


@dataclass(frozen=True)
class Schema:
    """The columns of each table of a study."""

    tables: Mapping[str, tuple[Column, ...]]
    measures: tuple[str, ...]
    blank: frozenset[str]
    """Measures that may be undefined; elsewhere a value that is no number makes the run a failed row."""

    def arrow(self, table: str) -> pa.Schema:
        """The Arrow schema of a table."""
        return _arrow(tuple((each.name, each.kind) for each in self.tables[table]))

    def as_json(self) -> dict[str, Any]:
        """Plain data for the manifest."""
        tables = {name: [asdict(each) for each in columns] for name, columns in self.tables.items()}
        return {"tables": tables, "measures": list(self.measures), "may_be_blank": sorted(self.blank)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Schema:
        """The schema a manifest holds; `StoreError` where it holds none."""
        try:
            tables = {
                name: tuple(Column(**each) for each in columns) for name, columns in data["tables"].items()
            }
            return cls(tables, tuple(data["measures"]), frozenset(data["may_be_blank"]))
        except (KeyError, TypeError) as error:
            raise StoreError(
                f"the manifest describes no tables ({error!r}); sweep again with --fresh"
            ) from None


@lru_cache(maxsize=16)
def _arrow(columns: tuple[tuple[str, str], ...]) -> pa.Schema:
    return pa.schema([pa.field(name, _TYPES[kind]) for name, kind in columns])


def input_kind(values: Iterable[Any]) -> str:
    """The kind of an input's column from all the values it takes.

    >>> input_kind([1, 2]), input_kind([1, 2.5]), input_kind([True]), input_kind(["abs", {"rule": "dsair"}])
    ('whole', 'number', 'flag', 'text')
    """
    kinds = {type(value) for value in values}
    if kinds <= {bool}:
        return "flag"
    if kinds <= {int}:
        return "whole"
    return "number" if kinds <= {int, float} else "text"


def _measure(column: str) -> tuple[str, str]:
    """Unit and meaning of a series column, from the enrolled measure whose name it bears."""
    found = metadata_of(column)
    return str(found.get("unit", "")), " ".join(str(found.get("text", "")).split("\n\n")[0].split())


def _nation(column: str) -> tuple[str, str]:
    """Unit and meaning of a column of the nations table: a nation's own, or BODY.COLUMN, its own in a body."""
    body, _, name = column.rpartition(".")
    found = of("body_nation" if body else "nation").get(name)
    return (found.unit, found.text) if found is not None else ("", "")


_RUN = (
    Column("run_id", "text", "", "the run's name, made of its own inputs"),
    Column("policy", "text", "", "name of the policy"),
    Column("future", "whole", "", "row of the design"),
    Column("replicate", "whole", "", "repetition within a future"),
    Column("seed", "whole", "", "seed of the study"),
    Column("status", "text", "", "ok or failed"),
    Column("error", "text", "", "what went wrong, blank when nothing did"),
)
_PLACE = (
    Column("run_id", "text", "", "the run's name"),
    Column("year", "whole", "year", "the first row is the start, each later one the end of that year"),
)
EVENTS = (
    *_PLACE,
    Column("kind", "text", "name", "signs, observes, leaves, expelled, admission, vote, amendment, entry, exit, ..."),
    Column("body", "text", "name", "the body concerned, blank for the world"),
    Column("agent", "text", "ISO3 or name", "nation (ISO3) or firm concerned; of a vote, who proposed"),
    Column("details", "text", "JSON", "the rest by name: tier, what a vote was on, its count, who voted how, a loss"),
)


def schema_of(
    measures: Sequence[str], blank: Iterable[str], inputs: Mapping[str, str], nations: Sequence[str]
) -> Schema:
    """The schema of a study: its measures, its inputs (path to kind) and the columns of its nations table."""
    series = [Column(name, "number", *_measure(name)) for name in measures]
    summary = [
        Column(f"{each.name}.{part}", "number", each.unit, f"{each.text} ({words})")
        for each in series
        for part, words in (("end", "at the end"), ("mean", "mean over the years after the start"))
    ]
    given = [Column(f"input.{path}", kind, "", f"value of {path}") for path, kind in inputs.items()]
    where = (*_PLACE, Column("iso3", "text", "ISO3", "the nation"))
    return Schema(
        {
            "runs": (*_RUN, *given, *summary),
            "series": (*_PLACE, *series),
            "nations": (*where, *(Column(name, "number", *_nation(name)) for name in nations)),
            "events": EVENTS,
        },
        tuple(measures),
        frozenset(blank),
    )
