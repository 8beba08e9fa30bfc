"""Results made by hand: columns of `runs` as arrays (policies, futures, replicates)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from sim.results import Results
from sim.store.schema import schema_of


def table(
    values: Mapping[str, Any],
    policies: Sequence[str] = ("base", "other"),
    *,
    titles: Mapping[str, str] | None = None,
    design: Mapping[str, Any] | None = None,
    criteria: Mapping[str, Any] | None = None,
    bodies: Sequence[str] = (),
) -> Results:
    """Results whose column NAME.end or NAME.mean has these values; NaN is a blank."""
    arrays = {name: np.asarray(each, dtype=np.float64) for name, each in values.items()}
    shape = next(iter(arrays.values())).shape
    names = list(dict.fromkeys(name.rpartition(".")[0] for name in arrays))
    schema = schema_of(names, names, {}, ())
    rows = []
    for place in np.ndindex(*shape):
        row = {"run_id": "-".join(map(str, place)), "policy": policies[place[0]], "future": place[1],
               "replicate": place[2], "seed": 1, "status": "ok"}  # fmt: skip
        rows.append({**row, **{name: None if np.isnan(each[place]) else float(each[place])
                               for name, each in arrays.items()}})  # fmt: skip
    arrow = schema.arrow("runs")
    held = pa.table({name: [row.get(name) for row in rows] for name in arrow.names}, schema=arrow)
    manifest = {
        "name": "made", "title": "", "baseline": policies[0], "runs": len(rows), "tables": ["runs"], "seed": 1,
        "shape": {"policies": shape[0], "futures": shape[1], "replicates": shape[2]}, "schema": schema.as_json(),
        "policies": {name: {"title": (titles or {}).get(name, name)} for name in policies},
        "scenarios": {name: {"bodies": dict.fromkeys(bodies)} for name in policies},
        "design": design or {"paths": [], "futures": list(range(shape[1])), "values": [[] for _ in range(shape[1])]},
        "study": {"criteria": dict(criteria or {})},
    }  # fmt: skip
    return Results(manifest, None, {"runs": held})
