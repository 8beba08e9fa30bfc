"""The figures of the findings: studies swept with the policies needed, under four theories of membership."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import sim
from findings.entries import MADE, Entry
from sim.comparison import Grid
from sim.comparison.columns import unit_of
from sim.comparison.paired import compare_grids
from sim.files.documents import LABELS, evidence_labels

__all__ = ["COLUMNS", "RIVALS", "figure", "prepared"]

LEVER = "world.membership"
RIVALS = ("random_utility", "bandwagon", "stable_coalition", "side_payment")
"""Theories of why states join; figures are under the first, whose weights are estimated, the others are rivals."""
COLUMNS = (
    "finding", "study", "claim", "way", "policy", "baseline", "measure", "year", "unit", "scale", "line",
    "baseline_value", "estimate", "low", "high", "p", "futures", "replicates", "holds", "rules_holding", "rules",
    "by_rule", "page_estimate", "page_from", "page_to", "rests", "evidence", "seed", "commit",
)  # fmt: skip


def prepared(study: sim.Study, entries: Sequence[Entry]) -> sim.Study:
    """The study with the policies that its findings need, each under every theory of membership.

    Its own levers are left out; what is drawn stays, where a theory has a place for it.
    """
    plain = replace(study, levers={})
    for name, (of, changes) in MADE.get(study.name, {}).items():
        plain = plain.with_policy(name, changes, of=of)
    needed = dict.fromkeys(name for each in entries for name in (each.baseline, each.policy))
    some = plain.only(*needed, baseline=next(iter(needed)))
    drawn = {path: {**form, "where_present": True} for path, form in some.uncertainties.items()}
    levers = {LEVER: {"grid": list(RIVALS), "where_present": False}}
    return replace(some, levers=levers, uncertainties=drawn, resolved={**some.resolved, "levers": levers})


def figure(results: sim.Results, entry: Entry) -> dict[str, Any]:
    """One row of the table: the difference under each theory, and whether it is as claimed."""
    found = {rule: _difference(results, entry, rule) for rule in RIVALS}
    own = found[RIVALS[0]]
    borne = [rule for rule, each in found.items() if _holds(entry, each)]
    said = "; ".join(f"{rule} {_said(entry, each)}" for rule, each in found.items())
    page = entry.page
    manifest = results.manifest
    return {
        "finding": entry.name, "study": entry.study, "claim": entry.claim, "way": entry.way, "policy": entry.policy,
        "baseline": entry.baseline, "measure": entry.measure, "year": entry.year,
        "unit": entry.unit or unit_of(entry.measure), "scale": entry.scale, "line": entry.line,
        "baseline_value": own["baseline_value"], "estimate": own["difference"], "low": own["low"], "high": own["high"],
        "p": own["p"], "futures": own["futures"], "replicates": manifest["shape"]["replicates"],
        "holds": "yes" if RIVALS[0] in borne else "no", "rules_holding": len(borne),
        "rules": sum(1 for each in found.values() if np.isfinite(each["low"])), "by_rule": said,
        "page_estimate": page[0], "page_from": page[1], "page_to": page[2], "rests": entry.rests,
        "evidence": _evidence(results, entry), "seed": manifest["seed"], "commit": manifest["made_with"]["commit"],
    }  # fmt: skip


def _difference(results: sim.Results, entry: Entry, rule: str) -> Mapping[str, Any]:
    names = {
        name.split("[")[0]: name for name, each in results.manifest["policies"].items() if each["levers"][LEVER] == rule
    }
    pair = (entry.baseline, entry.policy)
    values = [_values(results, entry, names[name]) for name in pair]
    asked = np.ones((2, *values[0].shape), dtype=bool)
    grid = Grid(f"{entry.measure}.end", pair, np.arange(values[0].shape[0]), asked, np.stack(values))
    frame = compare_grids([grid], entry.baseline, correction="none")
    if len(frame) != 1:
        raise ValueError(f"{entry.name}: {entry.measure} has a heavy tail and no mean; choose another measure")
    return dict(frame.iloc[0])


def _values(results: sim.Results, entry: Entry, policy: str) -> Any:
    """The measure of one policy, (futures, replicates); NaN where it has no value."""
    parts = [part.strip() for part in entry.measure.split(" / ")]
    where = {"policy": policy, "status": "ok"}
    place = ["future", "replicate"]
    if isinstance(entry.year, int):
        runs = results.read("runs", ["run_id", *place], where).set_index("run_id")
        rows = results.read("series", ["run_id", *parts], {"year": entry.year, "run_id": list(runs.index)})
        frame = rows.set_index("run_id").join(runs)
    else:
        parts = [f"{part}.{entry.year}" for part in parts]
        frame = results.read("runs", [*place, *parts], where)
    futures, replicates = results.manifest["shape"]["futures"], results.manifest["shape"]["replicates"]
    found = np.full((len(parts), futures, replicates), np.nan)
    at = frame["future"].to_numpy(np.int64), frame["replicate"].to_numpy(np.int64)
    for row, part in enumerate(parts):
        found[(row, *at)] = frame[part].to_numpy(np.float64)
    if len(parts) == 1:
        return found[0]
    return np.divide(found[0], found[1], out=np.full(found[0].shape, np.nan), where=found[1] != 0.0)


def _holds(entry: Entry, found: Mapping[str, Any]) -> bool:
    """Whether the whole interval lies where the claim says."""
    low, high = float(found["low"]), float(found["high"])
    if entry.way == "none":
        return -entry.line <= low and high <= entry.line
    return low > 0.0 if entry.way == "higher" else high < 0.0


def _said(entry: Entry, found: Mapping[str, Any]) -> str:
    value, low, high = (entry.scale * float(found[name]) for name in ("difference", "low", "high"))
    return f"{value:+.4g} ({low:+.4g} to {high:+.4g})"


def _evidence(results: sim.Results, entry: Entry) -> str:
    """Labels of the rules in force in the policy's own body, as counted."""
    name = next(name for name in results.manifest["policies"] if name.split("[")[0] == entry.policy)
    counts = evidence_labels(results.manifest["scenarios"][name]["bodies"]["waico"])
    said = ", ".join(f"{counts[label]} {label}" for label in LABELS if counts[label])
    return f"of {sum(counts.values())} rules of the charter {said}"


def folder(root: Path, study: str) -> Path:
    """Where the runs of a study's findings are kept."""
    return root / "results" / "findings" / study
