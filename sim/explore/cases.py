"""From a results folder to points and cases: what was varied, and where a measure crosses a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.comparison.columns import columns_of, known_policy, unit_of
from sim.errors import ChoiceError
from sim.explore.influence import factors_of, outcome_by_future, said
from sim.results import Results
from sim.robustness import Criterion, criteria_of
from sim.units import Array, Flags

__all__ = ["Cases", "Question", "cases_of", "questions_of"]

POLICY = "policy"
_UNEVEN = ("one_at_a_time", "replicates_only")


@dataclass(frozen=True)
class Question:
    """Points are cases where a column of `runs` lies below a line, or above it."""

    column: str
    line: float
    below: bool

    def __str__(self) -> str:
        """The question in words.

        >>> str(Question("waico.members.end", 60.0, True))
        'waico.members.end below 60'
        """
        return f"{self.column} {'below' if self.below else 'above'} {self.line:g}"


@dataclass(frozen=True)
class Cases:
    """One point for each policy and future: inputs as numbers, names of those that are none, and which are cases.

    `left_out` says in words what has no value; a future that any policy lacks stays for the others. `futures` numbers
    the points' futures, `levers` are the inputs in which the points of one future differ.
    """

    question: Question
    unit: str
    inputs: Mapping[str, Array]
    names: Mapping[str, tuple[str, ...]]
    values: Array
    hit: Flags
    left_out: str
    futures: NDArray[np.int64]
    levers: tuple[str, ...]


def questions_of(
    results: Results, column: str = "", below: float | None = None, above: float | None = None
) -> tuple[Question, ...]:
    """The question asked, or one for each threshold of the study's criteria: where is it missed.

    Raises `ChoiceError` where a line is missing or there are two, and where nothing is stated.
    """
    if column:
        if columns_of(results, column) != [column]:
            raise ChoiceError(f"found the measure '{column}'; write {column}.end or {column}.mean")
        if not np.isfinite([each for each in (below, above) if each is not None]).all():
            raise ChoiceError("found a line that is no finite number; write --below 60")
        if (below is None) == (above is None):
            raise ChoiceError(f"one line is needed, found {'none' if below is None else 'two'}; write --below 60")
        return (Question(column, below, True) if below is not None else Question(column, float(above or 0.0), False),)
    if below is not None or above is not None:
        raise ChoiceError("a line needs a measure; write -m waico.members.end --below 60")
    stated = (results.manifest.get("study") or {}).get("criteria") or {}
    known: tuple[Criterion, ...] = criteria_of(results)[0] if stated else ()
    found = tuple(
        Question(each.column, each.threshold, each.better > 0) for each in known if each.threshold is not None
    )
    if not found:
        raise ChoiceError("the study states no threshold; write -m waico.members.end --below 60, or criteria: in it")
    return found


def cases_of(results: Results, question: Question, policy: str | None = None) -> Cases:
    """Points and cases of a question: of all policies, the policy and its levers among the inputs, or of one.

    Replicates of a future are averaged (heavy tails: their median). Raises `ChoiceError` for a design that does not
    spread futures over the ranges, an unfinished study and one that varies nothing.
    """
    design = results.manifest["design"]
    if design["design"] in _UNEVEN and (policy or len(results.policies) < 2):
        raise ChoiceError(f"a design {design['design']} does not cover the ranges; write design: latin_hypercube")
    done = len(results.read("runs", ["run_id"]))
    if done < results.expected:
        raise ChoiceError(f"{done} of {results.expected} runs are done; finish the sweep first, it goes on by itself")
    values = outcome_by_future(results, question.column, strict=False)
    chosen = [known_policy(results, policy)] if policy else [
        name for name, own in values.items() if not np.isnan(own).all()
    ]  # fmt: skip
    if not chosen or np.isnan(values[chosen[0]]).all():
        raise ChoiceError(f"{question.column} has no value in any run; choose another measure or policy")
    futures = factors_of(results, split=True)
    inputs = {each.name: np.tile(each.values, len(chosen)) for each in futures}
    names = {each.name: each.names for each in futures if each.names}
    levers = _levers(results, chosen)
    for name, column, words in levers:
        inputs[name] = np.repeat(column, len(design["futures"]))
        if words:
            names[name] = words
    if not inputs:
        raise ChoiceError(f"nothing is varied in {results.name}; write uncertainties or several policies in the study")
    y = np.concatenate([values[name] for name in chosen])
    known = ~np.isnan(y)
    hit = y[known] < question.line if question.below else y[known] > question.line
    blank = [name for name in values if name not in chosen] if not policy else []
    without = int((~known).sum())
    left = f" {without} of {len(y)} points have no value and are left out." if without else ""
    left += f" Without any value: {', '.join(blank)}." if blank else ""
    kept = {name: column[known] for name, column in inputs.items()}
    futures_of = np.tile(np.arange(len(design["futures"]), dtype=np.int64), len(chosen))[known]
    own = tuple(name for name, _, _ in levers)
    return Cases(question, unit_of(question.column), kept, names, y[known], np.asarray(hit), left, futures_of, own)


def _levers(results: Results, chosen: list[str]) -> list[tuple[str, Array, tuple[str, ...]]]:
    """What the policies differ in: levers of a grid that all of them have, and their own names beside these."""
    if len(chosen) < 2:
        return []
    levers: dict[str, dict[str, Any]] = {name: dict(results.manifest["policies"][name].get("levers") or {})
                                         for name in chosen}  # fmt: skip
    shared = [path for path in levers[chosen[0]] if all(path in each for each in levers.values())]
    whole = all(len(each) == len(shared) for each in levers.values())
    own = [name.partition("[")[0] if whole and shared else name for name in chosen]
    found: list[tuple[str, Array, tuple[str, ...]]] = []
    if len(set(own)) > 1:
        words = tuple(dict.fromkeys(own))
        found.append((POLICY, np.array([words.index(each) for each in own], dtype=np.float64), words))
    for path in shared if whole else []:
        taken = [levers[name][path] for name in chosen]
        if all(isinstance(each, int | float) and not isinstance(each, bool) for each in taken):
            found.append((path, np.array(taken, dtype=np.float64), ()))
        else:
            told = [said(each) for each in taken]
            words = tuple(dict.fromkeys(told))
            found.append((path, np.array([words.index(each) for each in told], dtype=np.float64), words))
    return [each for each in found if np.ptp(each[1]) > 0.0]
