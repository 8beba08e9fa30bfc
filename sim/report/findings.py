"""What was found: differences to the baseline as a table and as sentences, who gains and loses, goals of the UN."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from sim.comparison import by_bloc, by_group, compare, figures, headlines
from sim.comparison.columns import better_of
from sim.comparison.paper import marks, paper_table
from sim.errors import ChoiceError, SimError
from sim.measures import metadata_of
from sim.plots.wording import title_of
from sim.report.policies import in_slices
from sim.report.sheet import BETTER, WORSE, Cell, Sheet
from sim.results import Results
from sim.robustness.criteria import criteria_of

__all__ = [
    "LEVEL", "SDG", "asked", "by_blocs", "differences_of", "gains", "glance", "headline", "sdg_columns", "sentences",
    "tabled", "told_alone",
]  # fmt: skip

LEVEL = 0.95
SDG = re.compile(r"\bSDG (\d+(?:\.[0-9a-z]+)?)")
GAINS = ("gdp_gain", "service", "ai_use", "readiness")
NONE, SAME = "·", "="
SILENT = (NONE, SAME, "no value", "too few pairs")
SLIGHT = 0.01
HARDLY = 0.0001
"""Parts of the baseline's value below which a difference is called slight, and hardly one: the report's conventions."""
MOST_BLOC_RUNS = 5_000
"""Runs up to which the table of nations is read for blocs: beyond, a report would take minutes."""


def asked(results: Results) -> list[str]:
    """Columns of `runs` that stand for the study's question: its own criteria first, then the headline measures."""
    return list(dict.fromkeys([*_criteria(results), *headlines(results)]))


def _criteria(results: Results) -> list[str]:
    """Columns of the criteria that the study states, none where it states none."""
    if (results.manifest.get("study") or {}).get("criteria"):
        with suppress(ChoiceError):  # the section on robustness says what is wrong with them
            return [each.column for each in criteria_of(results, None)[0]]
    return []


def headline(results: Results) -> pd.DataFrame:
    """The comparison of what the study asks about with the baseline; no rows where there is one policy."""
    return compare(results, None, asked(results), LEVEL)


def differences_of(results: Results, columns: Sequence[str]) -> pd.DataFrame:
    """The comparison of some columns of `runs` with the baseline."""
    return compare(results, None, list(columns), LEVEL)


def _verdict(row: dict[Any, Any]) -> str:
    """Better or worse where the sign holds after correction and the measure has a better side, else blank."""
    side = better_of(str(row["measure"]))
    if not side or marks(row, LEVEL) != "**" or row["difference"] == 0.0:
        return ""
    return BETTER if np.sign(row["difference"]) == side else WORSE


def _name(row: dict[Any, Any]) -> str:
    statistic = str(row["statistic"])
    return title_of(str(row["measure"])) + ("" if statistic == "mean difference" else f" ({statistic})")


def tabled(results: Results, frame: pd.DataFrame, title: str) -> list[Sheet]:
    """A frame of `compare` as tables of at most six policies each: value of the baseline, differences, intervals."""
    if not len(frame):
        return []
    notes = paper_table(results, frame, results.baseline, LEVEL).notes
    rows = frame.to_dict("records")
    by_place = {(row["policy"], row["measure"], row["statistic"]): row for row in rows}
    lines = list(dict.fromkeys((row["measure"], row["statistic"]) for row in rows))
    slices = in_slices([results.baseline, *dict.fromkeys(frame["policy"])], results.baseline)
    made = []
    for number, policies in enumerate(slices, start=1):
        cells = []
        for measure, statistic in lines:
            here = [by_place[policy, measure, statistic] for policy in policies[1:]]
            base = [row["baseline_value"] for row in here if not np.isnan(row["baseline_value"])]
            part = "at the end" if str(measure).endswith(".end") else "mean over years"
            cells.append(
                (
                    Cell(_name(here[0]), ", ".join(each for each in (str(here[0]["unit"]), part) if each)),
                    Cell(figures(base[0]) if base else "–"),
                    *(_cell(row) for row in here),
                )
            )
        part = f" ({number} of {len(slices)})" if len(slices) > 1 else ""
        heads = ("Measure", *(results.policies[str(policy)] for policy in policies))
        made.append(Sheet(f"{title}{part}", heads, tuple(cells), notes if number == len(slices) else ()))
    return made


def told_alone(results: Results, frame: pd.DataFrame, title: str) -> list[Sheet]:
    """The tables of `tabled` with those measures alone for which some policy shows a direction; the rest is counted."""
    if not len(frame):
        return []
    shown = (frame["low"] > 0.0) | (frame["high"] < 0.0)
    lines = pd.MultiIndex.from_frame(frame[["measure", "statistic"]])
    kept = lines.isin(lines[shown])
    left = len(set(lines[~kept]))
    if not kept.any():
        words = (Cell(f"No direction shown for any of {left} lines: no interval leaves out zero."),)
        return [Sheet(title, ("Finding",), (words,))]
    sheets = tabled(results, frame[kept], title)
    if left:
        note = f"Left out: {left} lines for which no policy shows a direction (waico compare DIR --groups has them)."
        sheets[-1] = replace(sheets[-1], notes=(*sheets[-1].notes, note))
    return sheets


def _cell(row: dict[Any, Any]) -> Cell:
    if np.isnan(row["difference"]):
        return Cell("–")
    if np.isnan(row["low"]):
        return Cell(figures(row["difference"], signed=True), "too few pairs for an interval")
    said, low, high = _aligned(row["difference"], row["low"], row["high"])
    verdict = _verdict(row)
    return Cell(f"{said}{marks(row, LEVEL)}", f"{low} to {high}{' · ' * bool(verdict)}{verdict}", verdict)


def _aligned(value: float, low: float, high: float) -> tuple[str, str, str]:
    """A difference and its interval with the same places behind the point: two figures of its half width.

    >>> _aligned(-0.00072, -0.00143, -0.00000971), _aligned(0.0, 0.0, 0.0)
    (('−0.00072', '−0.00143', '−0.00001'), ('0', '0', '0'))
    """
    half = (high - low) / 2.0
    if half <= 0.0 or max(abs(low), abs(high)) < 1e-4:
        return figures(value, signed=True), figures(low), figures(high)
    places = min(8, max(0, 1 - int(np.floor(np.log10(half)))))
    first, *others = (f"{each:{sign},.{places}f}".replace("-", "−") for each, sign in
                      ((value, "+"), (low, ""), (high, "")))  # fmt: skip
    return first, others[0], others[1]


def sentences(results: Results, frame: pd.DataFrame) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """For each policy what is clear, what is a weaker sign, and where no direction is shown; each a list of words."""
    found = []
    for policy, lines in frame.groupby("policy", sort=False):
        kinds: dict[str, list[str]] = {
            "Clear, after correction for several comparisons": [],
            "Weaker sign, not beyond the correction": [],
            "No direction shown": [],
            "No difference in any run": [],
            "Not comparable: no pair of runs has a value, or too few for an interval": [],
        }
        clear, weak, none, same, blank = kinds.values()
        for row in lines.to_dict("records"):
            if not row["n"] or np.isnan(row["low"]):
                blank.append(_name(row))
            elif row["low"] == row["high"] == 0.0:
                same.append(_name(row))
            else:
                mark = marks(row, LEVEL)
                {"**": clear, "*": weak, "": none}[mark].append(_said(row) if mark else _name(row))
        found.append((str(policy), [(kind, words) for kind, words in kinds.items() if words]))
    return found


def _said(row: dict[Any, Any]) -> str:
    base, share = row["baseline_value"], row["unit"] == "share"
    unit = " percentage points" if share else "" if row["unit"] in ("index", "ratio") else f" {row['unit']}"
    size = figures((100.0 if share else 1.0) * abs(row["difference"]), digits=2)
    level = f"{figures(100.0 * base)} %" if share else figures(base)
    part = _part(row)
    relative = f" ({figures(100.0 * part, digits=2)} % of the baseline's {level})" if part < 10.0 else ""
    way, _, verdict = _way(row).partition(", ")
    return f"{_name(row)}: {way} by {size}{unit}{relative}{', ' * bool(verdict)}{verdict}"


def _part(row: dict[Any, Any]) -> float:
    return abs(row["difference"] / row["baseline_value"]) if row["baseline_value"] else np.inf


def _way(row: dict[Any, Any]) -> str:
    """The direction of a difference in a word or two, with the better side where the measure has one.

    >>> _way({"measure": "safety.end", "difference": 0.001, "baseline_value": 0.5})
    'slightly higher, better'
    >>> _way({"measure": "safety.end", "difference": 0.00001, "baseline_value": 0.5})
    'hardly higher, better'
    """
    way = "higher" if row["difference"] > 0 else "lower"
    side = better_of(str(row["measure"])) * np.sign(row["difference"])
    verdict = f", {BETTER if side > 0 else WORSE}" if side else ""
    size = "hardly " if _part(row) < HARDLY else "slightly " if _part(row) < SLIGHT else ""
    return f"{size}{way}{verdict}"


def glance(results: Results, frame: pd.DataFrame) -> list[Sheet]:
    """The comparison in words alone: clear directions plainly, weaker signs in brackets, a dot where none is shown."""
    rows = frame.to_dict("records")
    by_place = {(row["policy"], row["measure"], row["statistic"]): row for row in rows}
    lines = list(dict.fromkeys((row["measure"], row["statistic"]) for row in rows))
    own = _criteria(results)
    made = []
    for policies in in_slices(list(dict.fromkeys(frame["policy"])), ""):
        cells = [
            (
                Cell(_name(by_place[policies[0], *line]), "criterion of the study" if line[0] in own else ""),
                *(_worded(by_place[policy, *line]) for policy in policies),
            )
            for line in lines
        ]
        told = tuple(row for row in cells if row[0].small or any(cell.text not in SILENT for cell in row[1:]))
        silent = [row[0].text for row in cells if row not in told]
        notes = ["A dot: no direction shown. Equals: the same in every run."] if told else []
        notes += [f"No direction under any of these policies: {'; '.join(silent)}."] if silent else []
        heads = ("Measure", *(results.policies[policy] for policy in policies))
        title = f"Against {results.policies[results.baseline]}"
        made.append(Sheet(title, heads, told, tuple(notes), len(heads)))
    return made


def _worded(row: dict[Any, Any]) -> Cell:
    if not row["n"] or np.isnan(row["low"]):
        return Cell("no value" if not row["n"] else "too few pairs")
    mark = marks(row, LEVEL)
    if not mark:
        return Cell(SAME if row["low"] == row["high"] == 0.0 else NONE)
    said = _way(row)
    return Cell(said, "", "" if _part(row) < HARDLY else _verdict(row)) if mark == "**" else Cell(f"({said})")


def gains(results: Results) -> pd.DataFrame | None:
    """The comparison by income group of what people have and what bodies pay; None where nothing is so broken down."""
    bodies = dict.fromkeys(name for each in results.manifest["scenarios"].values() for name in each.get("bodies") or {})
    wanted = [*GAINS, *(f"{body}.net" for body in bodies)]
    try:
        return by_group(results, None, wanted, LEVEL, grouping="income group")
    except SimError:
        return None


def by_blocs(results: Results) -> tuple[pd.DataFrame | None, str]:
    """The comparison of use of AI by bloc in the last year, or None and the reason why there is none."""
    if "nations" not in results.manifest["tables"]:
        return None, "Blocs are not told: the study kept no table of nations (write outputs: {nations: true} in it)."
    if results.expected > MOST_BLOC_RUNS:
        return None, (
            f"Blocs are not told here: with {results.expected:,} runs the table of nations takes minutes to read; use "
            "waico compare DIR --blocs ai_use."
        )
    if len(results.policies) < 2 or not results.schema.measures:
        return None, ""
    try:
        frame = by_bloc(results, "ai_use", None, None, LEVEL)
    except SimError as error:
        return None, f"Blocs are not told: {error}."
    return frame, ""


def sdg_columns(results: Results) -> list[tuple[str, str]]:
    """Columns of `runs` whose measure names a Sustainable Development Goal, with the goal, in the order of goals."""
    found = []
    for name in results.schema.measures:
        known = metadata_of(name)
        for goal in SDG.findall(str(known.get("text", ""))):
            flow = str(known.get("unit", "")).endswith("/year")
            found.append((f"{name}.{'mean' if flow else 'end'}", goal))
    return sorted(found, key=lambda each: [part.zfill(3) for part in each[1].split(".")])
