"""`make estimate`: fit the membership model, score it, draw its uncertainty, and write every table and figure.

python tools/estimate.py            everything, two to three minutes of one core (WORKERS=2 processes)
python tools/estimate.py scores     only results/reference/membership*.csv
python tools/estimate.py draws      only sim/data/membership_draws.csv and the rates
python tools/estimate.py spread     only the score of WAICO over all specifications
python tools/estimate.py forecast   only the forecast and the hindcasts
python tools/estimate.py figures    only the figures, from the tables
python tools/estimate.py --tune     the choice of the specification (ten minutes; WAICO is not in it)
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import membership_figures
import numpy as np

from sim.estimation import draws, evaluation, forecast, rates, report, tuning
from sim.estimation.comparators import COMPARATORS
from sim.estimation.evaluation import Held, leave_out, over_levels, scorable
from sim.estimation.risk_sets import bodies, body
from sim.estimation.specification import FROZEN, GRID, LEVEL_ERROR, Specification

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "results" / "reference"
DATA = ROOT / "sim" / "data"
WORKERS = int(os.environ.get("WORKERS", "2"))
SINCE = 2020
FORECAST_DAY = "2026-11-23"
# body predicted, and from what: every body founded before it, or one alone
HINDCASTS = {"AIIB": "earlier bodies", "GPAI": "earlier bodies", "IOMED": "earlier bodies", "WAICO": "IOMED"}


def write(path: Path, columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> None:
    """One CSV, written whole."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        sheet = csv.DictWriter(stream, list(columns), lineterminator="\n")
        sheet.writeheader()
        sheet.writerows(rows)
    print(f"written: {path.relative_to(ROOT)}")


def held_with_level(held: Held, spread: float) -> Held:
    """The same prediction with the error of the level integrated out."""
    return replace(held, spread=spread, chance=over_levels(held.log_odds, spread))


def scores_of(task: tuple[str, str]) -> list[tuple[Held, str, str]]:
    """Every evaluation of one body under one model."""
    name, model = task
    pool, one = bodies("train"), body(name)
    if model == "ours_since_2020":
        pool = tuple(each for each in pool if each.founded.year >= SINCE)
    spec = COMPARATORS.get(model, FROZEN)
    others = tuple(each for each in pool if each.name != name)
    found = [(leave_out(one, others, spec), model, "left_out")]
    if model != "ours_since_2020":
        found.append((evaluation.cross_validated(one, pool, spec), model, "cross_validated"))
        found.append((evaluation.in_sample(one, pool, spec), model, "in_sample"))
    return found


def scores() -> None:
    """results/reference/membership.csv and membership_detail.csv."""
    pool = bodies("train")
    names = [one.name for one in bodies("held_out", "train") if scorable(one)]
    names.sort(key=lambda name: name != "WAICO")
    models = ("ours", "ours_since_2020", *COMPARATORS)
    tasks = [(name, model) for name in names for model in models
             if model != "ours_since_2020" or body(name).founded.year >= SINCE]  # fmt: skip
    with ProcessPoolExecutor(WORKERS) as workers:
        found = [each for group in workers.map(scores_of, tasks) for each in group]
    left_out = [(held, model) for held, model, kind in found if kind == "left_out"]
    errors = {(held.body.name, model): evaluation.level_error(held) for held, model in left_out}
    train = {one.name for one in pool}
    table, detail = [], []
    for held, model, kind in found:
        if kind == "left_out":
            others = [error for (name, which), error in errors.items()
                      if which == model and name in train and name != held.body.name]  # fmt: skip
            held = held_with_level(held, float(np.sqrt(np.mean(np.square(others)))))
        table.append(report.row(held, model, kind))
        detail.append(report.detail_row(held, model, kind))
        if kind == "left_out" and held.body.name in ("WAICO", "IOMED", "BRI", "AIIB"):
            detail.append(report.detail_row(held, model, kind, "non_oecd"))
    write(REFERENCE / "membership.csv", report.COLUMNS, table)
    write(REFERENCE / "membership_detail.csv", report.DETAIL, detail)


def spread_of(numbered: tuple[int, Specification]) -> dict[str, str]:
    """The left-out score of WAICO under one specification."""
    number, spec = numbered
    held = held_with_level(leave_out(body("WAICO"), bodies("train"), spec), LEVEL_ERROR)
    line = report.detail_row(held, "ours", "left_out")
    return {"number": str(number), "specification": spec.label, "frozen": str(int(spec == FROZEN)),
            "auc": line["auc"], "precision": line["precision"], "log_score": line["log_score"],
            "expected": line["expected"],
            "auc_non_oecd": report.detail_row(held, "ours", "left_out", "non_oecd")["auc"]}  # fmt: skip


def spread() -> None:
    """The left-out score of WAICO over every specification of the grid: a table, and the figure in docs/figures."""
    with ProcessPoolExecutor(WORKERS) as workers:
        rows = list(workers.map(spread_of, enumerate(GRID)))
    write(REFERENCE / "membership_spread.csv", rows[0], rows)


def membership_draws() -> None:
    """sim/data/membership_draws.csv: 500 bootstrap draws, a column for each parameter of a scenario; the rates."""
    point, rows = draws.membership_draws()
    cells = [dict(zip(draws.HEADER, (f"{value:.5g}" for value in row), strict=True)) for row in rows]
    write(DATA / "membership_draws.csv", draws.HEADER, cells)
    print(point)
    found = {
        "ratify": (rates.rate(rates.ratifying()), "signature to party, signatories of AIIB, CPTPP, IOMED, RCEP"),
        "join": (rates.rate(rates.joining(willing=False)), "eligible outsiders after the founding conference"),
        "look": (rates.looking(), "the same among those that did join (truncated at the end of the roster)"),
    }
    lines = [
        {"rate": name, "per_year": f"{each.value:.4f}", "low": f"{each.low:.4f}", "high": f"{each.high:.4f}",
         "chance_a_year": f"{rates.yearly(each.value):.4f}", "spells": str(each.spells), "events": str(each.events),
         "bodies": str(each.bodies), "of": text}
        for name, (each, text) in found.items()
    ]  # fmt: skip
    write(REFERENCE / "membership_rates.csv", lines[0], lines)


def forecasts() -> None:
    """The dated forecast with its hash, and the hindcasts."""
    path = ROOT / "docs" / f"forecast-{FORECAST_DAY}.csv"
    digest = forecast.write_forecast(path, [forecast.forecast(name) for name in ("WAICO", "PAX_SILICA")])
    path.with_suffix(".sha256").write_text(f"{digest}  {path.name}\n", encoding="utf-8")
    print(f"written: {path.relative_to(ROOT)} {digest}")
    lines = []
    for name, text in HINDCASTS.items():
        one = body(name)
        before = tuple(each for each in bodies("train") if each.founded < one.founded)
        pool = before if text == "earlier bodies" else tuple(each for each in before if each.name == text)
        for model, spec in (("ours", FROZEN), *COMPARATORS.items()):
            held = held_with_level(leave_out(one, pool, spec), LEVEL_ERROR)
            lines.append({"from": f"{text} ({len(pool)})", **report.detail_row(held, model, "left_out")})
    write(REFERENCE / "membership_hindcasts.csv", lines[0], lines)


JOBS = {"scores": scores, "spread": spread, "draws": membership_draws, "forecast": forecasts,
        "figures": membership_figures.main}  # fmt: skip


def main(asked: list[str]) -> None:
    """Do the named jobs, or all of them."""
    if asked == ["--tune"]:
        tuning.tune(REFERENCE / "membership_tuning.csv", workers=WORKERS)
        return
    unknown = [name for name in asked if name not in JOBS]
    if unknown:
        sys.exit(f"unknown: {', '.join(unknown)}; write one of {', '.join(JOBS)}, or --tune")
    for name in asked or JOBS:
        JOBS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
