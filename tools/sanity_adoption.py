"""Adoption tested on nations left out: measured AI use against the rule that fills blanks, beside naive guesses.

`python tools/sanity_adoption.py` prints the table that stands in docs/sanity.md. Each measured nation, then each whole
region, is hidden, the rule `sim.population.fill.ai_use` is fitted to the rest, and its guess held against what was
measured.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.population import load_nations
from sim.population.fill import ai_use

Values = np.ndarray[Any, Any]
NORMAL_90 = 1.6449


def left_out(by_region: bool) -> dict[str, Values]:
    """Measured use and its guesses, shares (nations,), each made without the nation, or without its region.

    `rule` the filling rule, `stated` its relative error, `world` the mean of the rest, `group` the mean of the rest of
    the own income group (of the world where that is empty).
    """
    nations = load_nations()
    published = np.where(nations.ai_use_imputed, np.nan, nations.ai_use)
    measured = np.flatnonzero(np.isfinite(published))
    regions = nations.region
    found: dict[str, list[float]] = {"measured": [], "rule": [], "stated": [], "world": [], "group": []}
    for at in measured:
        hidden = regions == regions[at] if by_region else np.arange(len(published)) == at
        rest = np.where(hidden, np.nan, published)
        use, _, error = ai_use(rest, nations.subregion, nations.internet_share, nations.gdp_per_capita_ppp)
        peers = np.isfinite(rest) & (nations.income_group == nations.income_group[at])
        found["measured"].append(float(published[at]))
        found["rule"].append(float(use[at]))
        found["stated"].append(float(error[at]))
        found["world"].append(float(np.nanmean(rest)))
        found["group"].append(float(rest[peers].mean()) if peers.any() else float(np.nanmean(rest)))
    return {name: np.array(values) for name, values in found.items()}


def error(found: dict[str, Values], guess: str) -> tuple[float, float]:
    """Mean absolute error in percentage points, and the share of the variance that the guess takes away (R squared)."""
    off = found[guess] - found["measured"]
    return float(100.0 * np.abs(off).mean()), float(1.0 - (off**2).mean() / found["measured"].var())


def covered(found: dict[str, Values]) -> float:
    """Share of measured values within the 90 % interval of the stated error (log-normal, as the start draws it)."""
    return float((np.abs(np.log(found["measured"] / found["rule"])) <= NORMAL_90 * found["stated"]).mean())


def table() -> str:
    """The table of docs/sanity.md."""
    lines = [
        "| left out | nations | guess | mean absolute error, points | R² | within the stated 90 % |",
        "|---|---|---|---|---|---|",
    ]
    for by_region, words in ((False, "one nation"), (True, "its whole region")):
        found = left_out(by_region)
        titles = {"rule": "the rule", "group": "mean of the income group", "world": "mean of the rest"}
        for guess, title in titles.items():
            off, taken = error(found, guess)
            inside = f"{100.0 * covered(found):.0f} %" if guess == "rule" else ""
            count = str(len(found["measured"]))
            lines.append(f"| {words} | {count} | {title} | {off:.1f} | {taken:.2f} | {inside} |".replace("-0", "−0"))
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
