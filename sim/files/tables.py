"""Tables a study names: CSV with a path of the scenario above each column, every cell with its line and column."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError
from sim.files.folder import read_text
from sim.files.nodes import Node, Place
from sim.files.reading import scalar

__all__ = ["Table", "paths_of", "read_table"]

MAX_ROWS = 100_000


@dataclass(frozen=True)
class Table:
    """The rows of a table; `header` and `cells` (a row a list) hold the places of what was read."""

    paths: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    header: tuple[Place, ...]
    cells: tuple[tuple[Place, ...], ...]
    digest: str

    def tried(self, column: int) -> Iterator[tuple[Any, Node]]:
        """The values of a column that show whether all of its values are allowed, each where it stands first."""
        seen: dict[str, tuple[Any, Node]] = {}
        numbers = []
        for row, places in zip(self.rows, self.cells, strict=True):
            value, node = row[column], Node(row[column], places[column])
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                numbers.append((value, node))
            else:
                seen.setdefault(repr(value), (value, node))
        if numbers:
            ends = min(numbers, key=lambda each: each[0]), max(numbers, key=lambda each: each[0])
            yield from ends if ends[0][0] != ends[1][0] else ends[:1]
        yield from seen.values()


def paths_of(name: str, form: Mapping[str, Any]) -> tuple[str, ...]:
    """The paths that one uncertainty varies: those of its table of draws, else the one it is named by.

    >>> paths_of("world.severity.index", {"uniform": [1.1, 2.5]})
    ('world.severity.index',)
    >>> paths_of("membership", {"draws": "membership", "paths": ["a.b", "a.c"], "rows": [[1.0, 2.0]]})
    ('a.b', 'a.c')
    """
    return tuple(form["paths"]) if form.get("draws") is not None else (name,)


def read_table(path: Path, name: str, each: str) -> Table:
    """A table with a header of paths; cells are read like YAML scalars, lines that begin with # are passed over.

    `each` says what a row is. Raises `ScenarioError` with file, line and column for a cell without a value, a row
    with too few or too many, a column that stands twice, and a table without rows.
    """
    text = read_text(path, name, "table")
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if len(lines) < 2:
        raise ScenarioError(
            name,
            lines[0][0] if lines else 1,
            1,
            f"the table has no rows, expected a header of paths and one row for {each}",
            "write a first line such as world.severity.index, and numbers below it",
        )
    if len(lines) - 1 > MAX_ROWS:
        problem = f"the table has {len(lines) - 1} rows, expected at most {MAX_ROWS}"
        raise ScenarioError(name, lines[MAX_ROWS + 1][0], 1, problem, "split it")
    header = _cells(lines[0][1], name, lines[0][0])
    paths = tuple(word for word, _ in header)
    for place, (word, at) in enumerate(header):
        if not word:
            raise _wrong(at, "found a column without a name, expected the path it gives", "write one, or remove it")
        if word in paths[:place]:
            raise _wrong(at, f"found the column '{word}' twice", "remove one of them")
    rows, cells = [], []
    for number, line in lines[1:]:
        found = _cells(line, name, number)
        if len(found) != len(header):
            at = found[len(header)][1] if len(found) > len(header) else Place(name, number, len(line) + 1)
            raise _wrong(at, f"found {len(found)} cells, expected {len(header)}", "fill every column")
        rows.append(tuple(_value(word, at, path) for (word, at), path in zip(found, paths, strict=True)))
        cells.append(tuple(at for _, at in found))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Table(paths, tuple(rows), tuple(at for _, at in header), tuple(cells), digest)


def _wrong(at: Place, problem: str, remedy: str) -> ScenarioError:
    return ScenarioError(at.file, at.line, at.column, problem, remedy)


def _value(word: str, at: Place, path: str) -> Any:
    value = scalar(word, at)
    if not word:
        raise _wrong(at, f"{path}: found an empty cell, expected a value", "fill it, or leave the row out")
    return value


def _cells(line: str, name: str, number: int) -> list[tuple[str, Place]]:
    """The cells of a line with their places; a quoted cell may hold commas, and "" for a quotation mark."""
    found, at = [], 0
    while True:
        start = at
        while at < len(line) and line[at] == " ":
            at += 1
        place = Place(name, number, at + 1)
        if line[at : at + 1] == '"':
            word, at = _quoted(line, at, place)
        else:
            end = line.find(",", at)
            end = len(line) if end < 0 else end
            word, at = line[at:end].strip(), end
        found.append((word, place if word else Place(name, number, start + 1)))
        if at >= len(line):
            return found
        at += 1


def _quoted(line: str, at: int, place: Place) -> tuple[str, int]:
    word, at = "", at + 1
    while True:
        end = line.find('"', at)
        if end < 0:
            raise _wrong(place, "found a quotation mark without its end", "close it on the same line")
        word += line[at:end]
        at = end + 1
        if line[at : at + 1] != '"':
            break
        word, at = word + '"', at + 1
    rest = line.find(",", at)
    rest = len(line) if rest < 0 else rest
    if line[at:rest].strip():
        raise _wrong(place, f"found {line[at:rest].strip()!r} after the end of a quoted cell", "write a comma")
    return word.strip(), rest
