"""Writes the pages that are read from the code: parameters.md, measures.md and rules.md in docs/, and tables of odd.md.

`python tools/make_docs.py` writes them; with `--check` it writes nothing and ends with status 1 if one differs.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from page_parts import cell, shown, source, table, where
from rules_page import rules_page

from sim.choices import FAMILIES, Parameter, Rule
from sim.columns import COLUMNS
from sim.engine import EACH_STEP, STEP
from sim.measures.base import measure, measure_of_body
from sim.sections import (
    ARREARS,
    BODY,
    CHARTER_SECTIONS,
    FUND,
    IN_FORCE,
    MEASURES,
    POLICY,
    PROGRAMMES,
    RELATION,
    TIER,
    VOTING,
    WORLD,
    Choice,
    Section,
)

ROOT = Path(__file__).resolve().parents[1]
BODY_PATH = "bodies.BODY"
ENTITIES = {
    "world": "World",
    "nation": "Nation",
    "firm": "Firm",
    "body": "Body",
    "body_nation": "Nation in a body",
    "body_firm": "Firm in a body",
}


def parameter_rows(path: str, parameters: Mapping[str, Parameter]) -> Iterator[tuple[object, ...]]:
    """One row for each parameter: name, path, unit, default, range, source, text."""
    for name, one in parameters.items():
        span = f"{shown(one.low)} to {shown(one.high)}" if one.low is not None else ", ".join(one.options)
        yield name, f"`{path}.{name}`", one.unit, f"`{shown(one.default)}`", span, one.source, one.text


PARAMETER_HEAD = ("name", "path in the scenario file", "unit", "default", "plausible range", "source", "text")


def family_part(path: str, family: str, default: str, text: str) -> list[str]:
    """The rules of one choice with their parameters."""
    parts = [f"### `{path}`", "", f"{text[0].upper()}{text[1:]}. {FAMILIES[family].text} Default: `{default}`.", ""]
    for rule in FAMILIES[family]:
        claim = rule.text.split("\n\n")[0]
        parts += [f"**`{rule.name}`** ({where(rule)}): {cell(claim)}", ""]
        if rule.parameters:
            parts += [table(PARAMETER_HEAD, parameter_rows(path, rule.parameters)), ""]
    return parts


def section_part(path: str, section: Section, heading: str) -> list[str]:
    """The plain values of a section, then its choices."""
    plain = {key: field for key, field in section.fields.items() if isinstance(field, Parameter)}
    parts = [f"## {heading}", "", section.text, ""]
    if plain:
        parts += [table(PARAMETER_HEAD, parameter_rows(path, plain)), ""]
    for key, field in section.fields.items():
        if isinstance(field, Choice):
            parts += family_part(f"{path}.{key}", field.family, field.default, field.text)
    return parts


def parameters_page() -> str:
    """docs/parameters.md."""
    parts = [
        "# Parameters",
        "",
        "Written by `tools/make_docs.py` from the code; do not edit. One row for each number, name or list that a",
        "scenario may set, with the only place where its default stands. A source that begins with *assumption* is a",
        "judgement of the modeller. The plausible range is what a sensitivity study sweeps; `BODY`, `TIER`, `CHAMBER`",
        "and `OTHER` stand for names of your own.",
        "",
        *section_part("world", WORLD, "World"),
        *section_part("measures", MEASURES, "Measures"),
        *section_part(BODY_PATH, BODY, "Body"),
        *section_part(f"{BODY_PATH}.entry_into_force", IN_FORCE, "Entry into force"),
        *section_part(f"{BODY_PATH}.policy", POLICY, "Policy at the founding"),
        *section_part(f"{BODY_PATH}.tiers.TIER", TIER, "Tiers"),
        *section_part(f"{BODY_PATH}.voting", VOTING, "Voting"),
        *family_part(
            f"{BODY_PATH}.voting.chambers.CHAMBER.weight", "vote_weight", "equal", "how votes of a chamber are weighed"
        ),
        *section_part(f"{BODY_PATH}.fund", FUND, "Fund"),
        *section_part(f"{BODY_PATH}.fund.arrears", ARREARS, "Arrears"),
        "## Instruments",
        "",
    ]
    for key, choice in CHARTER_SECTIONS.items():
        parts += family_part(f"{BODY_PATH}.{key}", choice.family, choice.default, choice.text)
    parts += section_part(f"{BODY_PATH}.programmes", PROGRAMMES, "Programmes")
    parts += section_part(f"{BODY_PATH}.relations.OTHER", RELATION, "Relations between bodies")
    return "\n".join(parts).rstrip() + "\n"


def measures_page() -> str:
    """docs/measures.md."""
    sides = {1: "more is better", -1: "less is better", 0: "neither"}

    def rows(family: Iterable[Rule], prefix: str) -> Iterator[tuple[object, ...]]:
        for rule in family:
            facts = rule.metadata
            by = "income" if facts["income"] else facts["by"]
            notes = [f"by {by}"] if by else []
            notes += ["heavy tail: quantiles, not means"] if facts["heavy"] else []
            notes += ["blank where undefined"] if facts["undefined"] else []
            name = rule.name.split("_by_")[0] + {
                "": "",
                "income": ".GROUP" if prefix else "_GROUP",
                "tier": ".tier_TIER",
                "parties": ".parties",
                "group": ".GROUP",
                "stability": ".internal, .external, .potential",
                "voter": ".host, .firms, .GROUP",
                "actor": ".host, .firms",
            }[by]
            yield f"`{prefix}{name}`", facts["unit"], sides[facts["better"]], rule.text, "; ".join(notes), where(rule)

    head = ("column", "unit", "direction", "text", "notes", "code")
    parts = [
        "# Measures",
        "",
        "Written by `tools/make_docs.py` from the code; do not edit. What a run is judged by, one row a year: stocks",
        "at the year's end, flows summed over the year. A table of runs has each column twice, `.end` and `.mean`.",
        "*Direction* is where the model takes a side; most measures take none.",
        "",
        "## Of the world",
        "",
        table(head, rows(measure, "")),
        "",
        "## Of a body",
        "",
        table(head, rows(measure_of_body, "BODY.")),
    ]
    return "\n".join(parts) + "\n"


def columns_table() -> str:
    """The state variables, entity by entity."""
    parts = []
    for entity, title in ENTITIES.items():
        rows = [(f"`{one.name}`", one.unit, one.kind, one.text) for one in COLUMNS if one.entity == entity]
        parts += [f"**{title}** (`{entity}`)", "", table(("name", "unit", "kind", "meaning"), rows), ""]
    return "\n".join(parts).rstrip()


def step_table() -> str:
    """The step, in order."""
    rows = []
    for number, (title, phase, when) in enumerate(STEP, start=1):
        path = phase.__module__.replace(".", "/") + ".py"
        told = cell((phase.__doc__ or "").strip().splitlines()[0])
        rows.append((number, title, "every step" if when == EACH_STEP else when, told, source(path, phase)))
    return table(("", "process", "when", "what", "code"), rows)


def evidence_table() -> str:
    """How many real and whole parameters of the world's default rules, and of all rules, have a source."""
    rows: list[tuple[object, ...]] = []
    whole = [0, 0, 0, 0]
    for key, one in WORLD.fields.items():
        if not isinstance(one, Choice):
            continue
        numbers = [
            [each for rule in rules for each in rule.parameters.values() if each.kind in ("number", "whole")]
            for rules in ([FAMILIES[one.family][one.default]], list(FAMILIES[one.family]))
        ]
        counts = [count for own in numbers for count in (len(own), sum(not each.assumed for each in own))]
        if counts[2]:
            rows.append((f"[{key}](parameters.md#world{key})", f"`{one.default}`", *counts))
            whole = [old + new for old, new in zip(whole, counts, strict=True)]
    head = ("choice", "default rule", "its numbers", "with a source", "numbers of all its rules", "with a source")
    return table(head, [*rows, ("**all**", "", *whole)])


TABLES = {"columns": columns_table, "step": step_table, "evidence": evidence_table}


def with_tables(text: str) -> str:
    """A page whose marked parts are written anew: `<!-- table: NAME -->` ... `<!-- end -->`."""

    def filled(found: re.Match[str]) -> str:
        return f"<!-- table: {found[1]} -->\n{TABLES[found[1]]()}\n<!-- end -->"

    return re.sub(r"<!-- table: (\w+) -->.*?<!-- end -->", filled, text, flags=re.DOTALL)


def pages() -> dict[Path, str]:
    """Every page this tool writes, with the text it should hold."""
    odd = ROOT / "docs" / "odd.md"
    return {
        ROOT / "docs" / "parameters.md": parameters_page(),
        ROOT / "docs" / "measures.md": measures_page(),
        ROOT / "docs" / "rules.md": rules_page(),
        odd: with_tables(odd.read_text(encoding="utf-8")),
    }


def stale() -> list[Path]:
    """Pages that differ from what they should hold."""
    return [path for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text]


def main() -> int:
    """Write the pages, or say which are out of date."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; status 1 if a page is out of date")
    old = stale()
    if parser.parse_args().check:
        for path in old:
            print(f"{path.relative_to(ROOT)} is out of date; run: python tools/make_docs.py")
        return 1 if old else 0
    for path in old:
        path.write_text(pages()[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
