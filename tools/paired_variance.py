"""How much common random numbers help: variance of a paired difference against that of an unpaired one.

Two policies are compared in the same futures and replicates. Paired, the difference is taken run by run; unpaired, as
if the second policy had met other futures and shocks, so its variance is the sum of the two policies' own. The ratio
says how many runs a comparison without common random numbers would need for each of these.

Two kinds of luck are told apart: all of it (futures and replicates), and shocks alone (the same futures for both, which
is what a study without keyed draws would still have, but other replicates). The first comes with a 90 % interval, by
leaving out one future at a time (jackknife).

    python tools/paired_variance.py results/first-look                 from a folder a sweep has filled
    python tools/paired_variance.py results/first-look --long          with deviations and intervals
    python tools/paired_variance.py scenarios/studies/first-look.yaml --futures 6 --replicates 8
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import stdtrit

import sim
from sim.comparison import headlines
from sim.measures import metadata_of
from sim.results import Results

SAME = 1e-12


def total_variance(values: np.ndarray) -> float:
    """Variance of a run drawn at random, values (futures, replicates): between futures and within them."""
    within = float(values.var(axis=1, ddof=1).mean()) if values.shape[1] > 1 else 0.0
    between = float(values.mean(axis=1).var(ddof=1)) if len(values) > 1 else 0.0
    return within * (1.0 - 1.0 / values.shape[1]) + between


def ratios(own: np.ndarray, base: np.ndarray) -> tuple[float, float]:
    """Unpaired variance over paired variance: of all luck, and of shocks within a future alone."""
    paired = total_variance(own - base)
    all_luck = (total_variance(own) + total_variance(base)) / paired if paired > 0.0 else np.inf
    inner = float((own - base).var(axis=1, ddof=1).mean())
    shocks = float(own.var(axis=1, ddof=1).mean() + base.var(axis=1, ddof=1).mean())
    return all_luck, shocks / inner if inner > 0.0 else np.inf


def interval(own: np.ndarray, base: np.ndarray, level: float = 0.9) -> tuple[float, float]:
    """A jackknife interval of the first ratio over futures, on the scale of logarithms."""
    count = len(own)
    left = [np.log(ratios(np.delete(own, k, 0), np.delete(base, k, 0))[0]) for k in range(count)]
    if not np.isfinite(left).all():  # all that differs lies in one future
        return np.nan, np.nan
    centre = np.log(ratios(own, base)[0])
    error = np.sqrt((count - 1) / count * ((np.array(left) - np.mean(left)) ** 2).sum())
    half = float(stdtrit(count - 1, 0.5 + level / 2) * error)
    return float(np.exp(centre - half)), float(np.exp(centre + half))


def grid(runs: pd.DataFrame, policy: str, column: str) -> np.ndarray:
    """A column by future and replicate; NaN where a run failed or the cell is blank."""
    own = runs[runs["policy"] == policy]
    return own.pivot(index="future", columns="replicate", values=column).to_numpy(np.float64)


def table(results: Results) -> pd.DataFrame:
    """One line for each policy and headline measure whose difference varies at all."""
    runs, lines = results.read("runs"), []
    for policy in results.policies:
        if policy == results.baseline:
            continue
        for column in headlines(results):
            if metadata_of(column).get("heavy"):
                continue  # no variance worth the name
            own, base = grid(runs, policy, column), grid(runs, results.baseline, column)
            whole = ~(np.isnan(own) | np.isnan(base)).any(axis=1)
            own, base = own[whole], base[whole]
            if len(own) < 3 or own.shape[1] < 2 or total_variance(base) + total_variance(own) < SAME:
                continue
            line = {"policy": policy, "measure": column, "n": own.size, "difference": float((own - base).mean())}
            if np.array_equal(own, base):
                lines.append(line | {"error": 0.0, "unpaired_error": np.nan, "ratio": np.inf, "shocks": np.inf})
                continue
            ratio, shocks = ratios(own, base)
            low, high = interval(own, base)
            error = float(np.sqrt(total_variance(own - base)))
            apart = float(np.sqrt(total_variance(own) + total_variance(base)))
            lines.append(
                line
                | {"error": error, "unpaired_error": apart, "ratio": ratio, "low": low, "high": high, "shocks": shocks}
            )
    return pd.DataFrame(lines)


def shown(value: float) -> str:
    """A number for a cell."""
    if np.isinf(value):
        return "equal"
    if np.isnan(value):
        return ""
    if abs(value) >= 1e6:
        return f"{value:.0e}"
    return f"{value:.2g}" if abs(value) < 100 else f"{float(f'{value:.2g}'):,.0f}"


def wide(found: pd.DataFrame) -> str:
    """Measures down, policies across: the ratio over all luck, then the one over shocks alone."""
    policies = list(dict.fromkeys(found["policy"]))
    lines = [["measure", *policies], ["---", *["---:"] * len(policies)]]
    by_place = {(row["policy"], row["measure"]): row for row in found.to_dict("records")}
    for measure in dict.fromkeys(found["measure"]):
        rows = [by_place.get((policy, measure)) for policy in policies]
        cells = ["" if row is None else f"{shown(row['ratio'])} / {shown(row['shocks'])}" for row in rows]
        lines.append([f"`{measure}`", *(cell.replace("equal / equal", "equal") for cell in cells)])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def long(found: pd.DataFrame) -> str:
    """One line for each policy and measure."""
    head = ["policy", "measure", "mean difference", "sd paired", "sd unpaired", "fewer runs", "90 % interval"]
    lines = [[*head, "shocks alone"], ["---", "---", *["---:"] * 6]]
    for row in found.to_dict("records"):
        span = "" if np.isinf(row["ratio"]) else f"{shown(row['low'])} .. {shown(row['high'])}"
        numbers = [row["difference"], row["error"], row["unpaired_error"], row["ratio"]]
        cells = [row["policy"], row["measure"], *map(shown, numbers), span]
        lines.append([*map(str, cells), shown(row["shocks"])])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> int:
    """Read or sweep, print the table."""
    asked = argparse.ArgumentParser(description="Variance of paired and of unpaired differences.")
    asked.add_argument("what", type=Path, help="a results folder, or a study to sweep")
    asked.add_argument("--futures", type=int)
    asked.add_argument("--replicates", type=int)
    asked.add_argument("--long", action="store_true", help="one line a difference, with deviations and intervals")
    given = asked.parse_args()
    if given.what.is_dir():
        found = table(sim.open_results(given.what))
    else:
        with tempfile.TemporaryDirectory(prefix="paired-") as folder:
            made = sim.sweep(given.what, folder, futures=given.futures, replicates=given.replicates)
            found = table(made)
    print(long(found) if given.long else wide(found))
    differ = found[np.isfinite(found["ratio"])]
    print(
        f"\n{len(found)} differences; {len(found) - len(differ)} are 0 in every pair; of the others the median ratio "
        f"is {differ['ratio'].median():.2g}, the quartiles {differ['ratio'].quantile(0.25):.2g} and "
        f"{differ['ratio'].quantile(0.75):.2g}, the smallest {differ['ratio'].min():.2g}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
