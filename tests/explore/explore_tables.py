"""Results made by hand over a design: a function of the unit cube stands in for the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from sim.results import Results
from sim.store.schema import schema_of
from sim.study.designs import Design, lay_out

Model = Callable[[list[dict[str, Any]]], Any]


def designed(
    kind: str,
    count: int,
    forms: Mapping[str, Any],
    models: Mapping[str, Model],
    *,
    replicates: int = 1,
    blank: Any = (),
) -> Results:
    """A finished study of the design; column gdp_gain.end of policy p is `models[p]` of the rows' inputs.

    `blank` are futures whose runs failed.
    """
    design: Design = lay_out({"design": kind, "count": count, "seed": 3}, forms)
    rows_in = [dict(zip(design.paths, row, strict=True)) for row in design.values]
    schema = schema_of(["gdp_gain"], ["gdp_gain"], {}, ())
    rows = []
    for policy, model in models.items():
        values = np.asarray(model(rows_in), dtype=np.float64)
        for place, number in enumerate(design.numbers):
            for replicate in range(replicates):
                failed = number in blank
                value = None if failed or np.isnan(values[place]) else float(values[place])
                rows.append({
                    "run_id": f"{policy}-{number}-{replicate}", "policy": policy, "future": number,
                    "replicate": replicate, "seed": 1, "status": "failed" if failed else "ok",
                    "gdp_gain.end": value, "gdp_gain.mean": value,
                })  # fmt: skip
    arrow = schema.arrow("runs")
    held = pa.table({name: [row.get(name) for row in rows] for name in arrow.names}, schema=arrow)
    names = list(models)
    manifest = {
        "name": "made", "title": "", "baseline": names[0], "runs": len(rows), "tables": ["runs"], "seed": 1,
        "shape": {"policies": len(names), "futures": len(design.numbers), "replicates": replicates},
        "schema": schema.as_json(), "policies": {name: {"title": name.capitalize()} for name in names},
        "scenarios": {name: {"bodies": {}} for name in names}, "study": {},
        "design": {"design": kind, "paths": design.paths, "futures": design.numbers, "values": design.values,
                   "dimensions": design.dimensions, "unit": design.unit, "luck": design.luck,
                   "widths": design.widths},
    }  # fmt: skip
    return Results(manifest, None, {"runs": held})
