"""How results show themselves in a notebook: their size, how many runs went well, and headline medians by policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.errors import StoreError
from sim.files.markup import heading, line, number, table
from sim.measures import headline_columns, metadata_of

if TYPE_CHECKING:
    from sim.results import Results

__all__ = ["SINGULAR", "as_html"]

SINGULAR = {"policies": "policy", "futures": "future", "replicates": "replicate"}
MOST = 16


def as_html(results: Results) -> str:
    """Policies x futures x replicates, ok and failed runs, where the tables are, medians by policy.

    Medians, because some measures have tails that make a mean misleading. Reads only the columns it shows; where
    the folder cannot be read the page says why.
    """
    columns = headline_columns(results.schema.measures)
    shown = columns[:MOST]
    where = f"in {results.path}" if results.path else "in memory"
    title = heading(results.manifest["title"] or results.name, f"(results of {results.name}, {where})")
    try:
        runs = results.read("runs", ["policy", "status", *shown])
    except StoreError as error:
        return title + line(str(error))
    ok = runs["status"] == "ok"
    measures = f"{len(results.schema.measures)} measures"
    done = f"{len(runs)} of {results.expected} runs are done: {int(ok.sum())} ok, {int((~ok).sum())} failed"
    good = runs[ok]
    rows: list[tuple[Any, ...]] = []
    for column in shown:
        unit = str(metadata_of(column).get("unit", ""))
        medians = good.groupby("policy")[column].median().to_dict()
        values = [number(medians[name]) if name in medians else "" for name in results.policies]
        rows.append((f"{column} [{unit}]" if unit else column, *values))
    head = ("median over runs", *(title or name for name, title in results.policies.items()))
    more = len(columns) - len(shown)
    return "".join(
        [
            title,
            line(f"{results._size()}; {done}; {measures}; tables: {', '.join(results.manifest['tables'])}."),
            table(head, rows),
            line(f"and {more} more measures") if more else "",
        ]
    )
