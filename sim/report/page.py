"""The report itself: everything a template needs, gathered, and the template filled with text that stays text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jinja2
import markupsafe

from sim.errors import ChoiceError
from sim.files.markup import value_in_words
from sim.plots.wording import title_of
from sim.report.drivers import drivers
from sim.report.findings import (
    by_blocs,
    differences_of,
    gains,
    glance,
    headline,
    sdg_columns,
    sentences,
    tabled,
    told_alone,
)
from sim.report.futures import design_in_words, uncertainties
from sim.report.pictures import BUDGET, pictures
from sim.report.policies import charters_side_by_side, policies_in_words
from sim.report.reading import kept_in_memory
from sim.report.resting import command, evidence, failures, limits, provenance
from sim.report.settings import sliced
from sim.report.sheet import Cell, Sheet, of_paper, plain, without_blanks
from sim.report.single import levels
from sim.results import Results
from sim.robustness import Robustness, robustness, sheets

__all__ = ["MOST_BYTES", "environment", "report"]

_JOINT = re.compile(r"(?<=[a-z])[._](?=[a-z])")
MOST_BYTES = 5_000_000
"""What a report may weigh."""


def environment() -> jinja2.Environment:
    """The templates of this package, with escaping on and names that are not given an error."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("sim.report", "templates"), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters["breakable"] = _breakable
    return made


def _breakable(text: str) -> markupsafe.Markup:
    """Text, escaped, in which a dotted name may be broken after a dot or an underscore rather than anywhere.

    >>> _breakable("world.tension_mean <b>, 0.5")
    Markup('world.<wbr>tension_<wbr>mean &lt;b&gt;, 0.5')
    """
    return markupsafe.Markup(_JOINT.sub(r"\g<0><wbr>", str(markupsafe.escape(text))))


def report(results: Results, budget: int = BUDGET) -> str:
    """One self-contained HTML page on a study: no address outside it is asked for and no script runs.

    Equal results give equal pages. Figures weigh at most `budget` bytes together, none are drawn where it is 0; those
    that do not fit are named with the reason. Raises `StoreError` where a table is damaged.

    >>> import sim
    >>> page = report(sim.run("scenarios/baseline.yaml", replicates=1), budget=0)
    >>> page.startswith("<!DOCTYPE html>"), "<script" in page
    (True, False)
    """
    whole = results
    results, fixed, elsewhere = sliced(whole)
    results = kept_in_memory(results)
    done, failed, failing = failures(whole)
    said = _answers(results, done > failed, budget)
    sides, alike = charters_side_by_side(results)
    manifest = results.manifest
    study = manifest.get("study") or {}
    policies = policies_in_words(results)
    return (
        environment()
        .get_template("report.html")
        .render(
            title=_one_line(manifest.get("title") or results.name),
            name=results.name,
            text=_paragraphs(study.get("text") or _scenario_text(results)),
            baseline=results.policies[results.baseline],
            done=done,
            failed=failed,
            expected=whole.expected,
            fixed=fixed,
            elsewhere=elsewhere,
            policies_in_all=len(whole.policies),
            failing=failing,
            policies=policies,
            several=len(policies) > 1,
            sides=sides,
            alike=alike,
            levers=[
                f"{path}: {', '.join(map(value_in_words, each['grid'])) if 'grid' in each else value_in_words(each)}"
                for path, each in (study.get("levers") or {}).items()
            ],
            design=design_in_words(whole),
            uncertainties=uncertainties(results),
            evidence=evidence(results),
            limits=limits(whole, done, failed),
            provenance=provenance(whole),
            command=command(whole),
            folder=str(whole.path.name) if whole.path else "DIR",
            **said,
        )
    )


def _answers(results: Results, any_value: bool, budget: int) -> Mapping[str, Any]:
    """Everything computed from the numbers of the runs; blanks where there are none."""
    none = "No run has values."
    blank: dict[str, Any] = {
        "found": [], "glance": [], "main": [], "levels": None, "gains": [], "gain_words": [], "blocs": [],
        "blocs_reason": "", "robust": [], "robust_reason": none, "drivers": None, "drivers_reason": none,
        "sdg": [], "pictures": {}, "rivals": False,
    }  # fmt: skip
    if not any_value:
        return blank
    several = len(results.policies) > 1
    alone = "There is one policy, so there is nothing to choose between."
    verdict, reason = _verdict(results) if several else (None, alone)
    frame = headline(results)
    grouped = gains(results) if several else None
    blocs, blocs_reason = by_blocs(results) if several else (None, "")
    goals = sdg_columns(results)
    scored = drivers(results)
    titles = results.policies
    return blank | {
        "glance": glance(results, frame) if several else [],
        "found": tabled(results, frame, f"Differences to {titles[results.baseline]}"),
        "main": [(titles[policy], kinds) for policy, kinds in sentences(results, frame)],
        "levels": None if several else levels(results),
        "gains": [] if grouped is None else told_alone(results, grouped, "By income group"),
        "gain_words": [] if grouped is None else _gain_words(results, grouped),
        "blocs": [] if blocs is None else told_alone(results, blocs, "People who use AI, by bloc, in the last year"),
        "blocs_reason": blocs_reason,
        "robust": [] if verdict is None else _robust(results, verdict),
        "rivals": verdict is not None and len(verdict.rivals) > 0,
        "robust_reason": reason,
        "drivers": scored.sheet,
        "drivers_reason": scored.reason,
        "sdg": _sdg(results, goals) if several and goals else [],
        "pictures": pictures(results, verdict, budget),
    }


def _verdict(results: Results) -> tuple[Robustness | None, str]:
    try:
        return robustness(results), ""
    except ChoiceError as error:
        return None, f"Not computed: {error}."


def _without_names(sheet: Sheet) -> Sheet:
    """Without the column of names for commands, which stand with the policies."""
    if "Name" not in sheet.heads:
        return sheet
    at = sheet.heads.index("Name")
    rows = tuple((*row[:at], *row[at + 1 :]) for row in sheet.rows)
    return Sheet(sheet.title, (*sheet.heads[:at], *sheet.heads[at + 1 :]), rows, sheet.notes, sheet.words)


def _robust(results: Results, verdict: Robustness) -> list[Sheet]:
    """The verdicts as tables, without columns that are blank throughout; measures by their titles."""
    titles = {f"Robustness: {each.column}": f"Robustness: {title_of(each.column)}" for each in verdict.criteria}
    found = [_without_names(without_blanks(of_paper(table))) for table in sheets(results, verdict)]
    columns = sorted((each.column for each in verdict.criteria), key=len, reverse=True)
    return [
        replace(
            sheet, title=titles.get(sheet.title, sheet.title), notes=tuple(_read(note, columns) for note in sheet.notes)
        )
        for sheet in found if sheet.rows
    ]  # fmt: skip


def _read(note: str, columns: list[str]) -> str:
    """A note with titles for names of columns, and signs as they are printed.

    >>> _read("Criteria: safety.end >= 0.5; gdp_gain.end (more is better)", ["gdp_gain.end", "safety.end"])
    'Criteria: Safety effort of firms ≥ 0.5; World product gained by AI (more is better)'
    """
    for column in columns:
        note = note.replace(column, title_of(column))
    return note.replace(">=", "≥").replace("<=", "≤")


def _gain_words(results: Results, frame: Any) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    product = frame[frame["measure"].str.startswith("gdp_gain_")]
    clear = [(policy, kinds[:1]) for policy, kinds in sentences(results, product)]
    return [(results.policies[policy], kinds) for policy, kinds in clear if kinds and kinds[0][0].startswith("Clear")]


def _sdg(results: Results, goals: list[tuple[str, str]]) -> list[Sheet]:
    """Differences of measures that name a Sustainable Development Goal, the goal beside the measure."""
    by_column = dict(goals)
    frame = differences_of(results, list(by_column))
    shown = (frame["low"] > 0.0) | (frame["high"] < 0.0)
    told = frame["measure"].isin(frame.loc[shown, "measure"])
    if not told.any():
        return [plain("Sustainable Development Goals", ("Finding",), [["No direction shown for any measure."]])]
    left = list(dict.fromkeys(frame.loc[~told, "measure"]))
    note = f"No direction under any policy: {'; '.join(f'{title_of(each)} (SDG {by_column[each]})' for each in left)}."
    frame = frame[told]
    lines = list(dict.fromkeys(zip(frame["measure"], frame["statistic"], strict=True)))
    made = []
    for sheet in tabled(results, frame, "Sustainable Development Goals"):
        rows = tuple(
            (Cell(f"SDG {by_column[measure]}"), *row) for (measure, _), row in zip(lines, sheet.rows, strict=True)
        )
        made.append(Sheet(sheet.title, ("Goal", *sheet.heads), rows, sheet.notes, words=2))
    if left:
        made[-1] = replace(made[-1], notes=(*made[-1].notes, note))
    return made


def _scenario_text(results: Results) -> str:
    return str(results.manifest["scenarios"][results.baseline].get("text") or "")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _paragraphs(text: str) -> list[str]:
    return [_one_line(part) for part in text.split("\n\n") if part.strip()]
