"""Writes docs/un-scale.md: the UN scale of 2025-27 from public national accounts, beside the scale as adopted.

`python tools/make_un_scale.py` writes it; `reproduced` is what the tests ask.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from sim.population import Nations, load_nations
from sim.rules.dues import un_scale
from sim.rules.roll import Roll
from sim.units import Array

# ruff: noqa: E501 (lines of the page)
ROOT = Path(__file__).resolve().parents[1]
ACCOUNTS = ROOT / "docs" / "un-scale-accounts.csv"
PERIODS = (3, 6)


def accounts() -> dict[str, dict[str, float]]:
    """Mean GDP (bn USD) and population (million) of the base periods by ISO3; a blank cell is left out."""
    with ACCOUNTS.open(encoding="utf-8", newline="") as file:
        return {
            row["iso3"]: {key: float(cell) for key, cell in row.items() if key != "iso3" and cell}
            for row in csv.DictReader(file)
        }


def machine_scale(nations: Nations, years: int) -> Array:
    """The scale of one base period in percent, (nations,). Who has no accounts stands with its GDP of 2024."""
    known = accounts()
    gdp = [known[str(code)].get(f"gdp_{years}", now) for code, now in zip(nations.iso3, nations.gdp, strict=True)]
    people = [known[str(code)][f"population_{years}"] for code in nations.iso3]
    roll = Roll(
        np.ones((1, len(nations)), dtype=bool),
        gdp=np.array([gdp]),
        population=np.array([people]),
        ldc=nations.groups["ldc"][None, :].astype(float),
        codes=nations.iso3[None, :],
    )
    return 100.0 * np.asarray(un_scale(roll))[0]


def reproduced() -> tuple[list[str], Array, Array]:
    """Codes, the scale from public data, and the scale as adopted; percent, each summing to 100."""
    nations = load_nations()
    found = np.mean([machine_scale(nations, years) for years in PERIODS], axis=0)
    adopted = nations.un_assessment / nations.un_assessment.sum() * 100.0
    return [str(code) for code in nations.iso3], found, adopted


def page() -> str:
    """The text of the page."""
    codes, found, adopted = reproduced()
    gap = found - adopted
    total, largest = np.abs(gap).sum(), np.abs(gap).max()
    lines = [
        "# The UN scale of assessments 2025-27 from public data",
        "",
        "Written by `tools/make_un_scale.py`. The formula is the rule `dues: un_scale` at its default numbers",
        "(General Assembly resolution 79/249): share of income, relief of 80 % of the gap to mean income per head, floor",
        "0.001 %, 0.01 % at most for an LDC, 22 % at most for anybody. As in the Assembly's practice it is applied to",
        "base periods of three and of six years (2020-22 and 2017-22), and the two scales are averaged.",
        "",
        "What differs from the Committee on Contributions: GDP at market rates (World Bank, NY.GDP.MKTP.CD, by way of the",
        "public-domain package `datasets/gdp`, March 2026) stands for gross national income; there is no debt term,",
        "because no table of external debt by member is at hand; conversion rates that the Committee replaced are kept;",
        "LDC status is that of the tables here; `ERI`, `PRK`, `SSD` and `VEN` have no accounts in those years and stand with",
        "the GDP of `docs/data.md`; `CUB`, `SMR`, `SYR` and `YEM` lack some of the years. Population: World Bank,",
        "SP.POP.TOTL, by way of `datasets/population`.",
        "",
        f"**Sum of absolute differences: {total:.2f} percentage points** (0 would be exact, 200 the most possible); largest",
        f"single one {largest:.2f}; half of the sum is what would have to move between members: {total / 2:.2f}.",
        "",
        "| member | from public data, % | adopted, % | difference |",
        "|---|---|---|---|",
    ]
    order = np.argsort(-np.abs(gap), kind="stable")
    lines += [f"| {codes[i]} | {found[i]:.3f} | {adopted[i]:.3f} | {gap[i]:+.3f} |" for i in order]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (ROOT / "docs" / "un-scale.md").write_text(page(), encoding="utf-8")
