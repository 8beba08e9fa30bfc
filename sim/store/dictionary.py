"""What every column of a study's tables means, as a table of its own for readers who have nothing but the tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from sim.files.lookup import parameter_at
from sim.store.schema import Schema

__all__ = ["columns_csv"]


def columns_csv(manifest: Mapping[str, Any]) -> str:
    """The columns of a study's tables as CSV: table, column, kind, unit, meaning, and what a blank cell says.

    Unit and meaning of an input are those of its parameter.
    """
    schema = Schema.from_json(manifest["schema"])
    bodies = {body for each in manifest["scenarios"].values() for body in each.get("bodies") or {}}
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(["table", "column", "kind", "unit", "meaning", "blank"])
    for table in manifest["tables"]:
        for each in schema.tables[table]:
            unit, meaning, path = each.unit, each.text, each.name.removeprefix("input.")
            if path != each.name:
                found = (parameter_at(scenario, path) for scenario in manifest["scenarios"].values())
                known = next((parameter for parameter in found if parameter is not None), None)
                if known is not None:
                    unit, meaning = known.unit, " ".join(known.text.split())
                blank = "the policy has no such path"
            else:
                blank = _blank(each.name.removesuffix(".end").removesuffix(".mean"), schema, bodies)
            writer.writerow([table, each.name, each.kind, unit, meaning, blank])
    return lines.getvalue()


def _blank(name: str, schema: Schema, bodies: set[str]) -> str:
    if name not in schema.measures:
        return "none went wrong" if name == "error" else ""
    reasons = ["the run failed"]
    if name.partition(".")[0] in bodies:
        reasons.insert(0, "the policy has no such body")
    if name in schema.blank:
        reasons.insert(0, "undefined")
    return "; ".join(reasons)
