"""Writes docs/speed.md: the words stand here, every figure is read from results/reference/benchmarks.csv.

`python tools/make_speed.py` writes it (`make bench` does so after measuring); with `--check` it writes nothing and ends
with status 1 if the page is another. A figure that was not measured reads "not measured".
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "results" / "reference" / "benchmarks.csv"
PAGE = ROOT / "docs" / "speed.md"
Row = Mapping[str, str]
SPARE = "not measured"
PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")

# figure, what was asked of it, whether more is better
ASKED = {
    "ensemble_per_twin": ("at least 130, aim 200", 130.0, 200.0, True),
    "two_workers_per_one": ("at least 1.85", 1.85, 1.85, True),
    "machinery_processor_per_run": ("at most 20 us, aim 5", 20.0, 5.0, False),
    "single_run": ("below 0.5 s", 0.5, 0.5, False),
    "command_help": ("below 0.5 s", 0.5, 0.5, False),
    "memory_of_runs": ("flat: 1", 1.1, 1.1, False),
}


def rows() -> dict[str, Row]:
    """The table by the names of its figures."""
    with open(TABLE, newline="", encoding="utf-8") as file:
        return {row["measure"]: row for row in csv.DictReader(file)}


def number(text: str) -> str:
    """A figure with three digits, without an exponent."""
    value = float(text)
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def filled(text: str, table: Mapping[str, Row]) -> str:
    """Words with their figures: `{name}` is a value, `{name:range}` the smallest to the largest."""

    def figure(place: re.Match[str]) -> str:
        row = table.get(place[1])
        if row is None:
            return SPARE
        return f"{number(row['low'])} to {number(row['high'])}" if place[2] == "range" else number(row["value"])

    return PLACE.sub(figure, text)


def _told(row: Row) -> str:
    """What a row measures, without the machine's name, which stands once on the page."""
    return row["note"].rpartition("; ")[0].replace("|", "/")


def table_of(table: Mapping[str, Row], names: Iterable[str]) -> str:
    """Rows of the page's table; a name ending in `*` takes all that begin so."""
    found = ["| figure | value | smallest to largest | n | what is measured |", "|---|---:|---:|---:|---|"]
    for name in names:
        for own in [each for each in table if each.startswith(name[:-1])] if name.endswith("*") else [name]:
            row = table.get(own)
            if row is None:
                found.append(f"| `{own}` | {SPARE} | | | |")
                continue
            unit = {"ratio": "", "power": ""}.get(row["unit"], f" {row['unit']}")
            span = f"{number(row['low'])} to {number(row['high'])}"
            found.append(f"| `{own}` | {number(row['value'])}{unit} | {span} | {row['n']} | {_told(row)} |")
    return "\n".join(found)


def verdicts(table: Mapping[str, Row]) -> str:
    """What was asked for and what is reached, said by the numbers alone."""
    found = ["| asked | reached | |", "|---|---:|---|"]
    for name, (text, least, aim, more) in ASKED.items():
        row = table.get(name)
        if row is None:
            found.append(f"| `{name}`: {text} | {SPARE} | |")
            continue
        value = float(row["value"])
        met, best = (value >= least, value >= aim) if more else (value <= least, value <= aim)
        word = "reached" if best else "reached, the aim is not" if met else "**missed**"
        found.append(f"| `{name}`: {text} | {number(row['value'])} | {word} |")
    return "\n".join(found)


def profile(table: Mapping[str, Row]) -> str:
    """Shares of the phases in a run-step, the largest first."""
    phases = {name: row for name, row in table.items() if name.startswith("phase_")}
    whole = sum(float(row["value"]) for row in phases.values())
    if not phases:
        return f"The profile is {SPARE}."
    found = ["| part of a run-step | us | share |", "|---|---:|---:|"]
    for name, row in sorted(phases.items(), key=lambda pair: -float(pair[1]["value"])):
        value = float(row["value"])
        if value >= 0.005 * whole:
            title = name.removeprefix("phase_").replace("_", " ")
            found.append(f"| {title} | {value:.1f} | {100 * value / whole:.0f} % |")
    found.append(f"| all | {whole:.1f} | 100 % |")
    return "\n".join(found)


def taken(table: Mapping[str, Row]) -> str:
    """When and on what the figures were taken, as often as rows differ in it."""
    when: dict[str, int] = {}
    for row in table.values():
        words = row["note"].rpartition("; ")[2]
        when[words] = when.get(words, 0) + 1
    lines = [f"- {count} figures: {words}" for words, count in sorted(when.items(), key=lambda pair: -pair[1])]
    return "\n".join(lines)


def page() -> str:
    """The whole page."""
    table = rows()
    words = (ROOT / "tools" / "speed_page.md").read_text(encoding="utf-8")
    parts = {"taken": taken(table), "verdicts": verdicts(table), "profile": profile(table)}
    for name, text in parts.items():
        words = words.replace(f"[[{name}]]", text)
    words = re.sub(r"\[\[table ([^\]]*)\]\]", lambda place: table_of(table, place[1].split()), words)
    return filled(words, table)


def main() -> int:
    """Write the page, or look whether it is up to date."""
    asked = argparse.ArgumentParser(description="Write docs/speed.md from results/reference/benchmarks.csv.")
    asked.add_argument("--check", action="store_true", help="write nothing; status 1 if the page differs")
    new = page()
    if asked.parse_args().check:
        same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == new
        if not same:
            print(f"{PAGE.relative_to(ROOT)} differs: run python tools/make_speed.py and commit what it writes")
        return 0 if same else 1
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
