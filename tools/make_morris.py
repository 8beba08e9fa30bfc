"""Which assumptions matter: Morris screening of every real parameter, and which end of which range turns a result.

`nice python tools/make_morris.py` writes results/reference/morris.csv, results/reference/flips.csv, the tables of
docs/sensitivity.md and its figure. Two parts, both in pairs of charters (as signed, commentary) that
meet the same luck:

- *Screening.* The design `morris` of a study over the plausible ranges of all real parameters that a rule or a section
  enrols, each trajectory a future of its own. Within a trajectory the luck is the same, which a sweep of that design
  would not give: there every row is another future.
- *Ends.* The parameters that lead for some difference between the charters, at each end of their range, all others at
  their defaults, in the same few futures.

`--from-runs` reuses the numbers of the last run (results/sensitivity/) and only writes anew.
"""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from sim.engine import RunSpec, run_block, series_columns
from sim.explore.sensitivity import elementary_effects
from sim.files import apply, load
from sim.files.lookup import parameter_at
from sim.measures import headline_columns
from sim.study.designs import lay_out

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "results" / "sensitivity" / "runs.npz"
REFERENCE = ROOT / "results" / "reference"
POLICIES = ("as-signed", "commentary")
YEARS, SEED, BLOCK = 10, 20260716, 96
LEADING = 7  # so many parameters of each column's difference are tried at their ends
WIDE = 10.0  # a range whose ends differ by more is passed on a logarithmic scale
JOINT = "membership"
HELD = "bodies.waico.entry_into_force.gdp_share"
"""Not screened: over most of its range the body never comes into force, and nothing else in its charter could matter.
Its ends are tried."""
Values = np.ndarray[Any, Any]


def resolved() -> dict[str, Any]:
    """The charters compared, whole scenarios on the real data."""
    study = load(ROOT / "scenarios" / "studies" / "first-look.yaml")
    return {name: apply(study.policies[name], {"years": YEARS}) for name in POLICIES}


def reals(node: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Paths of the real numbers of resolved data, without the charters of the record."""
    for key, value in node.items():
        own = f"{path}.{key}" if path else str(key)
        if isinstance(value, Mapping) and key != "reference":
            yield from reals(value, own)
        elif isinstance(value, float):
            yield own


def uncertainties(scenarios: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every enrolled real parameter with its plausible range; the estimate of who joins as one table of draws.

    Left out are the incumbent's charter, the condition that keeps WAICO from coming into force (`HELD`), and weights of
    tiers, which are shares of each other and may not all be 0.
    """
    joint = load(ROOT / "scenarios" / "studies" / "first-look.yaml").uncertainties[JOINT]
    found: dict[str, dict[str, Any]] = {JOINT: dict(joint)}
    for scenario in scenarios.values():
        for path in reals(scenario):
            parameter = parameter_at(scenario, path)
            weight = ".tiers." in path and path.endswith(".weight")
            held = path == HELD or path.startswith("bodies.gpai.")
            if path in found or path in joint["paths"] or weight or held:
                continue
            if parameter is None or parameter.kind != "number" or not parameter.low < parameter.high:
                continue
            wide = parameter.low > 0.0 and parameter.high / parameter.low > WIDE
            found[path] = {"loguniform" if wide else "uniform": [parameter.low, parameter.high]}
    return found


def changed(scenario: Mapping[str, Any], values: Mapping[str, float]) -> dict[str, Any]:
    """The scenario with real numbers set where it has their paths, the rest shared with it."""
    found = dict(scenario)
    for path, value in values.items():
        here, parts = found, path.split(".")
        known: Any = scenario
        for part in parts:
            known = known.get(part) if isinstance(known, Mapping) else None
        if not isinstance(known, float):
            continue
        for part in parts[:-1]:
            here[part] = dict(here[part])
            here = here[part]
        here[parts[-1]] = float(value)
    return found


def columns(scenarios: Mapping[str, Any]) -> list[str]:
    """The headline columns that both charters have."""
    both = [name for name in series_columns(scenarios["commentary"]) if name in series_columns(scenarios["as-signed"])]
    return [name for name in headline_columns(both) if not name.startswith("gpai.")]


def outcome(specs: Sequence[RunSpec], wanted: Sequence[str]) -> Values:
    """Headline columns (runs, columns) of a block; a failed run is NaN."""
    result = run_block(list(specs))
    found = np.full((len(specs), len(wanted)), np.nan)
    for place, column in enumerate(wanted):
        name, _, part = column.rpartition(".")
        values = result.series[name]
        if part == "end":
            found[:, place] = values[:, -1]
        else:
            defined = np.isfinite(values[:, 1:])
            total = np.where(defined, values[:, 1:], 0.0).sum(axis=-1)
            found[:, place] = np.where(defined.any(axis=-1), total / np.maximum(defined.sum(axis=-1), 1), np.nan)
    found[[error is not None for error in result.errors]] = np.nan
    return found


def _quiet() -> None:
    os.nice(5)


def run_all(specs: Sequence[RunSpec], wanted: Sequence[str], workers: int) -> Values:
    """All runs in blocks of one charter each, in order."""
    own = [[spec for spec in specs if spec.policy == name] for name in POLICIES]
    parts = [runs[at : at + BLOCK] for runs in own for at in range(0, len(runs), BLOCK)]
    found = []
    with ProcessPoolExecutor(workers, get_context("spawn"), _quiet) as pool:
        for number, values in enumerate(pool.map(outcome, parts, [wanted] * len(parts))):
            found.append(values)
            print(f"block {number + 1} of {len(parts)}", flush=True)
    return np.concatenate(found)


def simulate(trajectories: int, futures: int, workers: int) -> None:
    """Run the screening, then the ends of what it found to matter, and keep what came out."""
    scenarios = resolved()
    forms = uncertainties(scenarios)
    wanted = columns(scenarios)
    length = len(forms) + 1
    design = lay_out({"design": "morris", "count": trajectories * length, "seed": SEED}, forms)
    rows = [dict(zip(design.paths, values, strict=True)) for values in design.values]
    specs = [
        RunSpec(name, number // length, 0, SEED, changed(scenarios[name], row))
        for name in POLICIES
        for number, row in enumerate(rows)
    ]
    print(f"{len(forms)} inputs, {len(rows)} points, {len(specs)} runs", flush=True)
    screening = run_all(specs, wanted, workers).reshape(len(POLICIES), len(rows), -1)
    raw: dict[str, Any] = {
        "unit": np.array(design.unit), "inputs": np.array(list(forms)), "columns": np.array(wanted),
        "screening": screening,
    }  # fmt: skip
    ends: list[tuple[str, str, dict[str, float]]] = [("", "", {})]
    threshold = parameter_at(scenarios["commentary"], HELD)
    assert threshold is not None
    forms[HELD] = {"uniform": [threshold.low, threshold.high]}
    for path in [*leading(effects(raw)), HELD]:
        low, high = next(iter(forms[path].values()))
        ends += [(path, "low", {path: low}), (path, "high", {path: high})]
    specs = [
        RunSpec(name, trajectories + number, 0, SEED, changed(scenarios[name], values))
        for name in POLICIES
        for _, _, values in ends
        for number in range(futures)
    ]
    print(f"{len(ends)} ends, {len(specs)} runs", flush=True)
    raw["ends"] = run_all(specs, wanted, workers).reshape(len(POLICIES), len(ends), futures, -1)
    raw["end_paths"] = np.array([path for path, _, _ in ends])
    raw["end_sides"] = np.array([side for _, side, _ in ends])
    RAW.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(RAW, **raw)


def leading(screened: Sequence[Mapping[str, Any]]) -> list[str]:
    """The parameters that stand among the first of some column's difference, with an effect; draws have no end."""
    found = dict.fromkeys(
        row["parameter"]
        for row in screened
        if row["look"] == "difference" and row["rank"] <= LEADING and row["mu_star"] > 0.0
    )
    return sorted(name for name in found if name != JOINT)


def effects(raw: Mapping[str, Values]) -> list[dict[str, Any]]:
    """One row a column, look (level as signed, difference) and input; blank outputs are told, never filled."""
    rows = []
    length = len(raw["inputs"]) + 1
    for place, column in enumerate(raw["columns"]):
        signed, other = raw["screening"][0, :, place], raw["screening"][1, :, place]
        for look, values in (("as-signed", signed), ("commentary", other), ("difference", other - signed)):
            whole = np.isfinite(values).reshape(-1, length).all(axis=-1)
            if whole.sum() < 2:
                continue
            kept = np.repeat(whole, length)
            found = elementary_effects(raw["unit"][kept], values[kept])
            spread = float(values[kept].std(ddof=1))
            order = np.argsort(-found.absolute, kind="stable")
            rank = np.empty(len(order), dtype=int)
            rank[order] = np.arange(1, len(order) + 1)
            for number, name in enumerate(raw["inputs"]):
                rows.append({
                    "measure": column, "look": look, "parameter": name, "rank": rank[number],
                    "mu": found.mean[number] if name != JOINT else np.nan, "mu_star": found.absolute[number],
                    "low": max(found.absolute[number] - found.half_width[number], 0.0),
                    "high": found.absolute[number] + found.half_width[number],
                    "sigma": found.deviation[number], "deviation_of_measure": spread, "trajectories": int(whole.sum()),
                })  # fmt: skip
    return rows


def turns(raw: Mapping[str, Values]) -> list[dict[str, Any]]:
    """The paired difference at the defaults and at each end, mean and 95 % interval over the futures, and its sign."""
    rows = []
    for place, column in enumerate(raw["columns"]):
        difference = raw["ends"][1, :, :, place] - raw["ends"][0, :, :, place]
        for number, (path, side) in enumerate(zip(raw["end_paths"], raw["end_sides"], strict=True)):
            values = difference[number][np.isfinite(difference[number])]
            if len(values) < 2:
                continue
            middle, half = float(values.mean()), float(STUDENT[len(values)] * values.std(ddof=1) / len(values) ** 0.5)
            rows.append({
                "measure": column, "parameter": path, "end": side or "defaults", "difference": middle,
                "low": middle - half, "high": middle + half, "sign": sign(middle - half, middle + half),
                "futures": len(values),
            })  # fmt: skip
    return rows


STUDENT = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262, 12: 2.201}
"""Two-sided 95 % quantiles of Student's t by number of values."""


def sign(low: float, high: float, least: float = 1e-9) -> str:
    """`+` or `-` where the interval lies on one side of 0, else `0`."""
    return "+" if low > least else "-" if high < -least else "0"


def write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """A table as csv, five figures a number."""
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({
                key: ("" if np.isnan(value) else f"{value:.5g}") if isinstance(value, float) else value
                for key, value in row.items()
            })  # fmt: skip


def main() -> None:
    """Run or read, then write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--trajectories", type=int, default=5)
    parser.add_argument("--futures", type=int, default=4, help="futures at each end")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--from-runs", action="store_true", help="run nothing: write anew from the last runs")
    asked = parser.parse_args()
    if not asked.from_runs:
        simulate(asked.trajectories, asked.futures, asked.workers)
    with np.load(RAW) as kept:
        raw = {key: kept[key] for key in kept.files}
    screened, turned = effects(raw), turns(raw)
    write(REFERENCE / "morris.csv", screened)
    write(REFERENCE / "flips.csv", turned)
    from morris_page import publish  # noqa: PLC0415  matplotlib only when it is drawn

    publish(raw, screened, turned)


if __name__ == "__main__":
    main()
