"""What a good outcome is: measures, their better side, thresholds and weights. They are the user's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.comparison import headlines
from sim.comparison.columns import better_of, columns_of, unit_of
from sim.errors import ChoiceError
from sim.measures import is_heavy
from sim.results import Results

__all__ = ["STATISTICS", "Criterion", "criteria_of", "read_criterion"]

STATISTICS = ("mean", "median", "worst")
"""How the replicates of a future become one number."""


@dataclass(frozen=True)
class Criterion:
    """One measure that counts: a column of `runs`, its better side (1 more, -1 less), a threshold, a weight.

    `threshold` is blank (None) where none is stated. `statistic` makes one number of the replicates of a future.
    `source` says what the threshold rests on, blank where nobody said it.
    """

    column: str
    better: int
    threshold: float | None = None
    weight: float = 1.0
    statistic: str = "mean"
    source: str = ""

    @property
    def unit(self) -> str:
        """The unit of the measure."""
        return unit_of(self.column)

    def __str__(self) -> str:
        """The criterion in words.

        >>> str(Criterion("gdp_gain.end", 1, 5.0)), str(Criterion("expected_loss.mean", -1))
        ('gdp_gain.end >= 5', 'expected_loss.mean (less is better)')
        """
        if self.threshold is None:
            return f"{self.column} ({'more' if self.better > 0 else 'less'} is better)"
        return f"{self.column} {'>=' if self.better > 0 else '<='} {self.threshold:g}"


_FORM = re.compile(r"^\s*([^\s<>=]+)\s*(?:(>=|<=)\s*(\S+?)\s*)?(?:;\s*weight\s+(\S+))?\s*$")


def read_criterion(text: str) -> Criterion:
    """A criterion from words such as `gdp_gain.end >= 6`, `expected_loss.mean; weight 2` or `fragmentation.end <= 0.2`.

    >>> read_criterion("expected_loss.mean <= 30; weight 2")
    Criterion(column='expected_loss.mean', better=-1, threshold=30.0, weight=2.0, statistic='mean', source='')
    >>> read_criterion("tension.end")
    Traceback (most recent call last):
    ...
    sim.errors.ChoiceError: 'tension.end' has no better side of its own; write tension.end >= NUMBER or <= NUMBER
    """
    found = _FORM.match(text)
    try:
        if found is None:
            raise ValueError
        column, sign, number, weight = found.groups()
        return _criterion(
            column,
            better={">=": 1, "<=": -1}.get(sign or ""),
            threshold=float(number) if number else None,
            weight=float(weight) if weight else 1.0,
        )
    except ValueError:
        raise ChoiceError(
            f"found the criterion '{text}', expected COLUMN, COLUMN >= NUMBER or COLUMN <= NUMBER, "
            "such as 'gdp_gain.end >= 6; weight 2'"
        ) from None


def _criterion(
    column: str, better: int | None = None, threshold: float | None = None, weight: float = 1.0, statistic: str = "",
    source: str = "",
) -> Criterion:  # fmt: skip
    side = better or better_of(column)
    if not side:
        raise ChoiceError(f"'{column}' has no better side of its own; write {column} >= NUMBER or <= NUMBER")
    if not 0.0 <= weight < float("inf"):
        raise ChoiceError(f"{column}: found the weight {weight:g}, expected a number of 0 or more")
    if threshold is not None and threshold != threshold:
        raise ChoiceError(f"{column}: found a threshold that is no number; write one such as 6.0")
    said = " ".join(source.split())
    return Criterion(column, side, threshold, weight, statistic or ("median" if is_heavy(column) else "mean"), said)


def criteria_of(results: Results, given: Sequence[Criterion | str] | None = None) -> tuple[tuple[Criterion, ...], str]:
    """The criteria and who stated them, in words: those given, else the study's, else a default that says so.

    The default: the world's headline measures that have a better side, equal weights (an assumption), no thresholds.
    Raises `ChoiceError` for an unknown measure and where no criterion is left.
    """
    if given:
        found = [each if isinstance(each, Criterion) else read_criterion(each) for each in given]
        source = "stated with the question"
    elif stated := (results.manifest.get("study") or {}).get("criteria"):
        found = [_of_study(column, each) for column, each in stated.items()]
        source = "stated in the study"
    else:
        found = [_criterion(name) for name in headlines(results) if better_of(name) and name.count(".") == 1]
        source = (
            "nobody stated criteria, so the world's headline measures with a better side count alike and have no "
            "thresholds: an assumption; write criteria: in the study"
        )
    if not found:
        raise ChoiceError("no criterion is left; write criteria: in the study, such as {gdp_gain.end: {at_least: 6.0}}")
    if not any(each.weight for each in found):
        raise ChoiceError("all weights of the criteria are 0; give at least one a weight above 0")
    columns = [each.column for each in found]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise ChoiceError(f"the criterion '{twice[0]}' is stated twice; state each measure once")
    for name in columns:
        if columns_of(results, name) != [name]:
            raise ChoiceError(f"found the criterion '{name}'; write {name}.end or {name}.mean")
    return tuple(found), source


def _of_study(column: str, each: dict[str, Any]) -> Criterion:
    floor, ceiling = each.get("at_least"), each.get("at_most")
    stated = {"more": 1, "less": -1}.get(str(each.get("better")))
    better = 1 if floor is not None else -1 if ceiling is not None else stated
    threshold = ceiling if floor is None else floor
    weight, statistic = float(each.get("weight", 1.0)), each.get("statistic") or ""
    return _criterion(column, better, threshold, weight, statistic, each.get("source") or "")
