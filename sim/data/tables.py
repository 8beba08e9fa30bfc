"""Reading the tables of the package: text in, text out, blanks kept blank.

The tables travel inside the wheel and are read through importlib.resources. Nothing here interprets a cell,
so the ISO code NA stays Namibia and a blank stays unknown; what a blank becomes is decided in
`sim.population.fill` and stated in the table `columns`.
"""

from __future__ import annotations

import csv
import hashlib
import io
from functools import lru_cache
from importlib import resources

from sim.errors import ChoiceError

__all__ = ["checksums", "names", "read_table"]


def names() -> tuple[str, ...]:
    """Names of the tables, in alphabetical order.

    >>> names()[:3], len(names())
    (('bodies', 'columns', 'compute_owners'), 10)
    """
    files = (entry.name for entry in resources.files("sim.data").iterdir())
    return tuple(sorted(file[:-4] for file in files if file.endswith(".csv")))


@lru_cache(maxsize=16)
def _bytes(name: str) -> bytes:
    if name not in names():
        raise ChoiceError(f"unknown table {name!r}; the tables are {', '.join(names())}")
    return resources.files("sim.data").joinpath(f"{name}.csv").read_bytes()


def read_table(name: str) -> dict[str, list[str]]:
    """One table as its columns, each a list of text of the same length.

    `name` is a table without the ending. Raises `ChoiceError` for an unknown table and for a damaged one
    (a row of another length than the header).

    >>> nations = read_table("nations")
    >>> nations["iso2"][nations["iso3"].index("NAM")], len(nations["iso3"])
    ('NA', 193)
    """
    rows = list(csv.reader(io.StringIO(_bytes(name).decode("utf-8"), newline="")))
    header, body = rows[0], rows[1:]
    for number, row in enumerate(body, start=2):
        if len(row) != len(header):
            raise ChoiceError(
                f"table {name!r} is damaged: row {number} has {len(row)} cells, expected {len(header)}; "
                "install the package again"
            )
    return {column: [row[at] for row in body] for at, column in enumerate(header)}


def checksums() -> dict[str, str]:
    """SHA-256 of every table file, for the manifest of a run: file name to hexadecimal text.

    >>> sums = checksums()
    >>> sorted(sums)[0], {len(value) for value in sums.values()}
    ('bodies.csv', {64})
    """
    return {f"{name}.csv": hashlib.sha256(_bytes(name)).hexdigest() for name in names()}
