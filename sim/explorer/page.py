"""The explorer itself: the numbers of a study, a library that draws, and a page that lets nothing else in or out."""

from __future__ import annotations

import base64
import hashlib
import json
import shlex
from collections.abc import Sequence
from importlib import resources
from typing import Any

import jinja2
import numpy as np
from plotly.offline import get_plotlyjs
from scipy.special import stdtrit

from sim.comparison import SMALL_SAMPLE, headlines
from sim.explorer.packing import packed, packed_bytes
from sim.explorer.rows import Rows, rows_of
from sim.explorer.subjects import inputs, measures_in_order, policies, subject
from sim.explorer.values import values_of, years_of
from sim.results import Results
from sim.units import Array

__all__ = ["MOST_DATA", "MOST_RUNS", "data_of", "explorer"]

MOST_RUNS = 10_000
"""Runs on a page; beyond, futures and replicates are drawn by chance, and the page says so."""
MOST_DATA = 16_000_000
"""Bytes of measures in a page; those that do not fit are named on it."""
MOST_UNITS = 400
"""Degrees of freedom for which the page holds Student's quantiles; beyond, the last one is at most 0.2 % off."""
SCRIPTS = ("data.js", "figures.js", "tables.js", "controls.js")


def explorer(results: Results, measures: Sequence[str] | None = None, runs: int = MOST_RUNS) -> str:
    """One self-contained HTML page on a study, with every run behind a point; it asks for nothing outside itself.

    `measures` are columns of `series`, by default as many as fit, headline ones first. Equal results give equal pages.
    Raises `ChoiceError` for an unknown measure and `StoreError` where a table is damaged.

    >>> import sim
    >>> page = explorer(sim.run("scenarios/baseline.yaml", replicates=1), ["safety"])
    >>> page.startswith("<!DOCTYPE html>"), page.count("<script>")
    (True, 2)
    """
    data = data_of(results, measures, runs)
    library = get_plotlyjs().replace("</script", "<\\/script")
    code = "\n".join(_text(name) for name in SCRIPTS)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("sim.explorer", "templates"), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("explorer.html").render(
        title=data["title"], data=_inline(data), library=library, code=code, style=_text("explorer.css"),
        digests=[_digest(library), _digest(code)], study=results.name, several=len(results.policies) > 1,
    )  # fmt: skip


def data_of(results: Results, measures: Sequence[str] | None = None, runs: int = MOST_RUNS) -> dict[str, Any]:
    """Everything the page holds about a study, as plain data: see `sim.explorer.packing` for its columns."""
    rows = rows_of(results, runs)
    policy, future, replicate = rows.indices()
    told = policies(results)
    kept, left, apart = _measures(results, rows, measures)
    return {
        "title": " ".join(str(results.manifest.get("title") or results.name).split()),
        "study": results.name,
        "command": f"waico rerun {shlex.quote(str(results.path))}" if results.path else "",
        "baseline": list(rows.policies).index(results.baseline),
        "policies": told,
        "years": years_of(results),
        "futures": rows.futures.tolist(),
        "replicates": rows.replicates.tolist(),
        "counts": {
            "shown": int(rows.shown.sum()), "good": int(rows.good.sum()), "failed": rows.failed,
            "expected": results.expected, "most": runs, "few": SMALL_SAMPLE,
        },
        "rows": {
            "policy": packed(policy), "future": packed(future), "replicate": packed(replicate),
            "ids": " ".join(str(each) for each in rows.ids[rows.shown]),
        },
        "inputs": inputs(results, rows),
        "measures": kept,
        "opening": 0 if measures else opening(apart),
        "left": left,
        "student": [round(float(stdtrit(each, 0.975)), 9) for each in range(1, MOST_UNITS + 1)],
    }  # fmt: skip


def opening(apart: Sequence[float]) -> int:
    """The place of the measure in which policies stand furthest apart, the first of equals: a page opens with it.

    >>> opening([0.1, 2.0, 0.4, 2.0]), opening([])
    (1, 0)
    """
    return max(range(len(apart)), key=lambda place: apart[place], default=0)


def _apart(bands: Array) -> float:
    """How far apart policies end: the range of their medians for each width of a policy's middle half, at most 10."""
    low, middle, high = (bands[:, -2, place] for place in (1, 2, 3))
    known = np.isfinite(middle)
    if not known.any():
        return 0.0
    width, between = float(np.mean((high - low)[known])), float(np.ptp(middle[known]))
    return min(between / width, 10.0) if width > 0.0 else 10.0 * (between > 0.0)


def _measures(
    results: Results, rows: Rows, asked: Sequence[str] | None
) -> tuple[list[dict[str, Any]], list[str], list[float]]:
    """Measures with their numbers until the page is full, the names of those left out, how far apart headlines are."""
    names = measures_in_order(results, asked)
    first = {name.rsplit(".", 1)[0] for name in headlines(results)}
    kept: list[dict[str, Any]] = []
    apart: list[float] = []
    room = MOST_DATA
    for place, each in enumerate(values_of(results, rows, names)):
        column = packed(each.shown)
        room -= packed_bytes(column)
        if room < 0 and kept:
            return kept, names[place:], apart
        apart.append(_apart(each.bands) if each.name in first else 0.0)
        kept.append(
            subject(results, each.name)
            | {"values": column, "bands": packed(each.bands), "counts": packed(each.counts.astype(np.float64))}
        )
    return kept, [], apart


def _inline(data: dict[str, Any]) -> str:
    """JSON that can stand inside a script element: no letter of it can end the element or begin another."""
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _digest(code: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode("ascii")


def _text(name: str) -> str:
    return (resources.files("sim.explorer") / "templates" / name).read_text(encoding="utf-8")
