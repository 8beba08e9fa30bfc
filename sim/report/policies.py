"""The policies of a study in words: what each stands for, its charters side by side, and the YAML it differs by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.files.display import VOTERS, decisions_in_words
from sim.files.markup import value_in_words
from sim.plots.wording import body_title
from sim.report.differing import Line, differing
from sim.report.sheet import CHANGED, Cell, Sheet, plain, shortened
from sim.results import Results

__all__ = ["ACROSS", "PolicyInWords", "charters_side_by_side", "in_slices", "policies_in_words"]

ACROSS = 6
"""Policies beside each other in one table: what a sheet of paper bears."""
MOST_LINES = 160
MOST_SAID = 120
CAPITALS = {"un": "UN", "ai": "AI", "gdp": "GDP", "ldc": "LDC", "imf": "IMF"}


@dataclass(frozen=True)
class PolicyInWords:
    """One policy: number for its anchor, title, name, the study's words, and the lines of YAML it differs by."""

    number: int
    name: str
    title: str
    text: str
    is_baseline: bool
    bodies: str
    lines: tuple[Line, ...]
    cut: int
    inside: int


def policies_in_words(results: Results) -> list[PolicyInWords]:
    """Every policy of the study, with its difference to the baseline; at most 160 lines each, `cut` counts the rest."""
    scenarios = results.manifest["scenarios"]
    base = scenarios[results.baseline]
    found = []
    for number, (name, title) in enumerate(results.policies.items(), start=1):
        each = results.manifest["policies"][name]
        lines = tuple(differing(base, scenarios[name]))
        bodies = [
            f"{body_title(body)} ({charter.get('title') or charter.get('name') or body})"
            for body, charter in (scenarios[name].get("bodies") or {}).items()
        ]
        found.append(
            PolicyInWords(
                number, name, title, str(each.get("text") or "") or _in_short(lines), name == results.baseline,
                "; ".join(bodies) or "no body", lines[:MOST_LINES], max(0, len(lines) - MOST_LINES),
                sum(line.sign != " " for line in lines),
            )
        )  # fmt: skip
    return found


def _in_short(lines: tuple[Line, ...]) -> str:
    """What a policy without words of its own sets; blank where that is more than a sentence bears.

    >>> _in_short((Line(" ", "fund:"), Line("-", "  envelope: 0.2"), Line("+", "  envelope: 5.0")))
    'Sets envelope: 5.0'
    """
    put = "; ".join(line.text.strip() for line in lines if line.sign == "+")
    return f"Sets {put}" if 0 < len(put) <= MOST_SAID else ""


def in_slices(names: list[str], first: str) -> list[list[str]]:
    """Names in groups that fit beside each other, `first` at the head of each.

    >>> in_slices(["a", "b", "c"], "b")
    [['b', 'a', 'c']]
    """
    others = [name for name in names if name != first]
    head = [first] if first in names else []
    step = ACROSS - len(head)
    return [[*head, *others[start : start + step]] for start in range(0, len(others), step)] or [head]


def charters_side_by_side(results: Results) -> tuple[list[Sheet], list[str]]:
    """Tables of the charters that policies differ in, and sentences about the bodies that are alike under all."""
    scenarios = results.manifest["scenarios"]
    bodies = list(dict.fromkeys(body for each in scenarios.values() for body in each.get("bodies") or {}))
    sheets, alike = [], []
    for body in bodies:
        held = {name: (scenarios[name].get("bodies") or {}).get(body) for name in results.policies}
        first = held[results.baseline]
        known = {name: charter for name, charter in held.items() if charter is not None}
        if all(charter == first for charter in held.values()) and len(held) > 1:
            alike.append(f"{body_title(body)} ({_title(first, body)}) has the same charter under every policy.")
            sheets.append(_side_by_side(results, body, held, list(known)[:1], _facts(first or {})))
        else:
            told = [_facts(charter) for charter in known.values()]
            shared = {label: said for label, said in told[0].items() if all(each.get(label) == said for each in told)}
            if len(known) > 1 and shared:
                heads = ("Rule", "Every policy")
                sheets.append(plain(f"{body_title(body)}: alike wherever it exists", heads, list(shared.items())))
            differing_rules = dict.fromkeys(label for each in told for label in each if label not in shared)
            if len(known) > 1 and not differing_rules:
                alike.append(f"Policies change none of these rules of {body_title(body)}; see the annex for others.")
            else:
                rules = differing_rules if len(known) > 1 else told[0]
                different = in_slices(_first_of_each(known, results.baseline), results.baseline)
                sheets += [_side_by_side(results, body, held, names, rules) for names in different]
        without = [results.policies[name] for name, charter in held.items() if charter is None]
        if without:
            alike.append(f"{body_title(body)} does not exist under: {', '.join(without)}.")
    return sheets, alike


def _first_of_each(known: Mapping[str, Mapping[str, Any]], baseline: str) -> list[str]:
    """The first policy of those whose charters read alike; the baseline stands for its like."""
    told: list[dict[str, str]] = []
    found = []
    for name in sorted(known, key=lambda each: each != baseline):
        facts = _facts(known[name])
        if facts not in told:
            told.append(facts)
            found.append(name)
    return found


def _title(charter: Mapping[str, Any] | None, body: str) -> str:
    return str((charter or {}).get("title") or (charter or {}).get("name") or body)


def _side_by_side(
    results: Results, body: str, held: Mapping[str, Any], names: list[str], labels: Iterable[str]
) -> Sheet:
    told = {name: _facts(held[name]) for name in names}
    base = told.get(results.baseline, {})
    rows = []
    for label in labels:
        cells = [Cell(label)]
        for name in names:
            said = told[name].get(label, "–")
            other = name != results.baseline and results.baseline in told and said != base.get(label, "–")
            cells.append(Cell(said, "", CHANGED if other else ""))
        rows.append(tuple(cells))
    like = {name: sum(each is not None and _facts(each) == told[name] for each in held.values()) - 1 for name in names}
    titles = [results.policies[name] + (f" (and {like[name]} more alike)" if like[name] else "") for name in names]
    heads = ("Rule", *titles) if len(names) > 1 or len(held) == 1 else ("Rule", "Every policy")
    shaded = any(cell.tone for row in rows for cell in row)
    notes = ("Shaded: differs from the baseline.",) if shaded else ()
    return Sheet(f"Charter of {body_title(body)}", heads, tuple(rows), notes, words=len(heads))


def _facts(charter: Mapping[str, Any]) -> dict[str, str]:
    """A charter in rows of words: who joins, who decides, who pays."""
    voting, fund = charter["voting"], charter["fund"]
    entry = charter["entry_into_force"]
    found = {
        "Charter": str(charter.get("title") or charter.get("name")),
        "Sponsor; host": f"{charter['sponsor']}; {charter['host']}",
        "Gate": _said(charter["gate"]),
        "Open to": _said(charter["eligible"]),
        "Entry into force": "from the start"
        if entry["reached"]
        else f"after {entry['ratifications']} ratifications"
        + (f" with {100 * entry['gdp_share']:g} % of world product" if entry["gdp_share"] else ""),
        "Tiers": "; ".join(
            f"{name.replace('_', ' ')}: dues × {tier['dues']:g}, votes × {tier['votes']:g}, bound {tier['binding']:g}"
            for name, tier in charter["tiers"].items()
        ),
        "Votes": "; ".join(
            f"{name.replace('_', ' ')}: {VOTERS.get(each['of'], each['of'])}, votes {_said(each['weight'])}"
            for name, each in voting["chambers"].items()
        ),
        "Firms in the assembly": _said(voting["corporate"]),
    }
    for settles, words in decisions_in_words(charter).values():
        if settles:
            found[f"To settle {', '.join(settles)}"] = words
    return found | {
        "Dues": _said(fund["dues"]),
        "Envelope of the fund": f"{fund['envelope']:g} bn USD a year",
        "Levy on firms": _said(fund["levy"]),
        "Allocation": _said(fund["allocation"]),
    }


def _said(value: Any) -> str:
    words = " ".join(CAPITALS.get(word, word) for word in value_in_words(value).replace("_", " ").split(" "))
    return shortened(words, 180)
