"""docs/rules.md: every enrolled rule with all it claims, its parameters, their sources, and where it is chosen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from page_parts import cell, shown, table, where

import sim.engine  # noqa: F401  (enrols every rule)
from sim.choices import FAMILIES, Parameter, Rule
from sim.sections import (
    ARREARS,
    BODY,
    CHARTER_SECTIONS,
    FUND,
    IN_FORCE,
    POLICY,
    PROGRAMMES,
    RELATION,
    TIER,
    VOTING,
    WORLD,
    Choice,
)

MEASURES = ("measure", "body_measure")
SECTIONS = {
    "world": WORLD,
    "bodies.BODY": BODY,
    "bodies.BODY.entry_into_force": IN_FORCE,
    "bodies.BODY.policy": POLICY,
    "bodies.BODY.tiers.TIER": TIER,
    "bodies.BODY.voting": VOTING,
    "bodies.BODY.fund": FUND,
    "bodies.BODY.fund.arrears": ARREARS,
    "bodies.BODY.programmes": PROGRAMMES,
    "bodies.BODY.relations.OTHER": RELATION,
}


def places() -> dict[str, list[tuple[str, str]]]:
    """Where each family is chosen: path in a scenario file, and the default there."""
    found: dict[str, list[tuple[str, str]]] = {"vote_weight": [("bodies.BODY.voting.chambers.CHAMBER.weight", "equal")]}
    fields = [(f"{path}.{key}", field) for path, part in SECTIONS.items() for key, field in part.fields.items()]
    fields += [(f"bodies.BODY.{key}", choice) for key, choice in CHARTER_SECTIONS.items()]
    for path, field in fields:
        if isinstance(field, Choice):
            found.setdefault(field.family, []).append((path, field.default))
    return found


def claim(rule: Rule) -> list[str]:
    """What the docstring says, its examples as code."""
    lines: list[str] = []
    code = False
    head, _, rest = rule.text.partition("\n")
    for line in [head, *textwrap.dedent(rest).splitlines()]:
        if line.startswith(">>>") and not code:
            lines += ["```python"]
            code = True
        elif code and not line.strip():
            lines.append("```")
            code = False
        lines.append(line)
    return [*lines, "```"] if code else lines


def rows(rule: Rule) -> Iterator[tuple[object, ...]]:
    """One row for each parameter."""
    for one in rule.parameters.values():
        yield f"`{one.name}`", one.text, one.unit, f"`{shown(one.default)}`", span(one), one.source


def span(one: Parameter) -> str:
    """The plausible range, or the words that may stand."""
    return f"{shown(one.low)} to {shown(one.high)}" if one.low is not None else ", ".join(one.options)


def written(rule: Rule) -> str:
    """The rule as a file would name it, with its numbers at their defaults."""
    given = [f"{one.name}: {shown(one.default)}" for one in rule.parameters.values() if one.kind != "by_member"][:3]
    return f"{{{', '.join([f'rule: {rule.name}', *given])}}}" if given else rule.name


def named(rules: list[Rule]) -> str:
    """The names of some rules, on one line."""
    return ", ".join(f"`{rule.name}`" for rule in rules)


def rules_page() -> str:
    """The whole page."""
    kept = [one for one in FAMILIES.values() if one.name not in MEASURES]
    shipped = {one.name: [rule for rule in one if rule.function.__module__.startswith("sim.")] for one in kept}
    own = [one for one in kept if shipped[one.name]]
    where_chosen = places()
    labels = [rule.evidence for one in own for rule in shipped[one.name]]
    count = labels.count
    parts = [
        "# Rules",
        "",
        "Written by `tools/make_docs.py` from the code; do not edit. Every rule a scenario may choose, family by",
        "family: what it claims, how a file names it, its parameters with unit, default, plausible range and source.",
        "A source that begins with *assumption* is a judgement of the modeller. [Parameters](parameters.md) holds the",
        "same numbers in the order of a scenario file, [Measures](measures.md) what a run is judged by,",
        "[the model](odd.md) the equations in the order of a step.",
        "",
        f"{len(labels)} rules in {len(own)} families. As formulas, {count('confirmed')} are labelled confirmed,",
        f"{count('reported')} reported and {count('assumed')} assumed.",
        "",
        table(
            ("family", "what it decides", "rules"),
            ((f"[{one.name}](#{one.name})", one.text, named(shipped[one.name])) for one in own),
        ),
        "",
    ]  # fmt: skip
    for one in own:
        chosen = "; ".join(f"`{path}` (default `{default}`)" for path, default in where_chosen.get(one.name, []))
        parts += [f"## {one.name}", "", f"{one.text} Chosen at {chosen}." if chosen else one.text, ""]
        for rule in shipped[one.name]:
            parts += [f"### {one.name}: {rule.name}", "", *claim(rule), ""]
            parts += [f"Written `{cell(written(rule))}`; {rule.evidence}; {where(rule)}", ""]
            if rule.parameters:
                head = ("parameter", "meaning", "unit", "default", "plausible range", "source")
                parts += [table(head, rows(rule)), ""]
    return "\n".join(line.rstrip() for line in parts).rstrip() + "\n"
