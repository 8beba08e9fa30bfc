"""Scenario discovery on a results folder: the box in words, and as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.comparison import PaperTable, figures
from sim.errors import ChoiceError
from sim.explore.cases import Cases, Question, cases_of
from sim.explore.discovery import FEWEST, SURE, Discovered, Found, Limit, discover
from sim.results import Results

__all__ = ["Scenarios", "box_in_words", "scenario_sheets", "scenarios"]


@dataclass(frozen=True)
class Scenarios:
    """A question, its points and cases, and the box found."""

    cases: Cases
    found: Discovered


def scenarios(
    results: Results, question: Question, policy: str | None = None, *, density: float = 0.8, peel: float = 0.05
) -> Scenarios:
    """Where the cases of a question gather. Raises `ChoiceError` where there are too few points or cases for a box."""
    cases = cases_of(results, question, policy)
    try:
        found = discover(cases.inputs, cases.hit, cases.names, density=density, peel=peel, groups=cases.futures,
                         within=cases.levers)  # fmt: skip
    except ValueError as error:
        raise ChoiceError(
            f"{question}: {error}; the measure runs from {cases.values.min():g} to {cases.values.max():g} "
            f"(quartiles {np.quantile(cases.values, 0.25):g}, {np.quantile(cases.values, 0.75):g}): choose another line"
            ", or more futures"
        ) from None
    return Scenarios(cases, found)


def _limit(limit: Limit, words: Sequence[str]) -> str:
    if limit.names:
        rest = [each for each in words if each not in limit.names]
        if len(rest) < len(limit.names):
            return f"{limit.name} is not {' or '.join(rest)}"
        return f"{limit.name} is {' or '.join(limit.names)}"
    if np.isinf(limit.low):
        return f"{limit.name} ≤ {figures(limit.high)}"
    if np.isinf(limit.high):
        return f"{limit.name} ≥ {figures(limit.low)}"
    return f"{limit.name} from {figures(limit.low)} to {figures(limit.high)}"


def box_in_words(cases: Cases, box: Found) -> str:
    """One sentence: what is asked of the inputs, and how often the measure is then where the question has it.

    >>> limits = (Limit("world.tension.mean", low=0.6), Limit("policy", names=("b",)))
    >>> point = np.zeros(1)
    >>> cases = Cases(Question("waico.members.end", 60.0, True), "states", {"policy": point},
    ...               {"policy": ("a", "b", "c")}, point, point > 0, "", np.zeros(1, dtype=np.int64), ("policy",))
    >>> box_in_words(cases, Found(limits, 0.5, 0.9, 0.2, 40))
    'waico.members.end is below 60 in 90 % of the points where world.tension.mean ≥ 0.6 and policy is b; 50 % of all \
such points lie there (20 % of all points).'
    """
    question = cases.question
    side = f"{question.column} is {'below' if question.below else 'above'} {question.line:g}"
    if not box.limits:
        return f"{side} in {100 * box.density:.0f} % of all points; no limits on inputs tell where."
    where = " and ".join(_limit(each, cases.names.get(each.name, ())) for each in box.limits)
    chance = [each.name for each in box.limits if each.quasi_p > SURE]
    warning = f" Chance alone may explain the limit on {' and on '.join(chance)}." if chance else ""
    return (
        f"{side} in {100 * box.density:.0f} % of the points where {where}; {100 * box.coverage:.0f} % of all such "
        f"points lie there ({100 * box.mass:.0f} % of all points).{warning}"
    )


def scenario_sheets(results: Results, found: Scenarios) -> tuple[PaperTable, ...]:
    """The box of PRIM with its tests, and the dense leaves of a tree beside it."""
    cases, box = found.cases, found.found.box
    base = found.found.cases / found.found.points
    shape = results.manifest["shape"]
    notes = [
        box_in_words(cases, box),
        f"Study {results.name}: {found.found.points} points (policies × futures, {shape['replicates']} replicates "
        f"averaged), {found.found.cases} of them cases ({100 * base:.0f} %).{cases.left_out}",
        "Quasi-p: chance of a box as dense, were this input free; again: half samples of ten in which a box of the "
        "same coverage restricts the input too (Bryant and Lempert 2010). A future under several policies counts once "
        "in the test of an uncertainty. Shares are of the study's points, spread over ranges: they are no "
        "probabilities.",
    ]
    few = [name for name in cases.inputs if name not in cases.levers] and found.found.futures < FEWEST
    warning = (
        f"{found.found.futures} futures are few: limits on uncertainties are hints, however many policies share them; "
        f"{FEWEST} at least are needed, write --futures {FEWEST} in the sweep."
    )
    if few:
        notes.append(warning)
    if found.found.dropped:
        notes.append(f"Freed again, because chance explains their limits: {', '.join(found.found.dropped)}.")
    rows = [
        (_limit(each, cases.names.get(each.name, ())), figures(each.quasi_p) or "–", f"{10 * each.again:.0f} of 10")
        for each in box.limits
    ] or [("no input", "–", "–")]
    share = (f"coverage {100 * box.coverage:.0f} %, density {100 * box.density:.0f} %, mass {100 * box.mass:.0f} %",
             "", "")  # fmt: skip
    heads = ("Restricted", "Quasi-p", "Again")
    made = [PaperTable(f"Where {cases.question}: PRIM's box", heads, (*rows, share), tuple(notes))]
    if found.found.leaves:
        lines = tuple(
            (" and ".join(_limit(each, cases.names.get(each.name, ())) for each in leaf.limits) or "everywhere",
             f"{100 * leaf.coverage:.0f}", f"{100 * leaf.density:.0f}", f"{100 * leaf.mass:.0f}")
            for leaf in found.found.leaves[:6]
        )  # fmt: skip
        total = sum(leaf.coverage for leaf in found.found.leaves)
        said = (f"Leaves with at least 5 % of all points each; {len(found.found.leaves)} dense leaves hold "
                f"{100 * total:.0f} % of all cases together. A tree is not tested against chance.",
                *((warning,) if few else ()))  # fmt: skip
        heads4 = ("Leaf", "Coverage, %", "Density, %", "Mass, %")
        made.append(PaperTable(f"Where {cases.question}: leaves of a tree (CART)", heads4, lines, said))
    return tuple(made)
