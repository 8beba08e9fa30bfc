"""Whether a condition could ever be met: by the most favourable vote of everybody who could ever sit.

A charter whose rule nobody can meet (nine votes of five seats, a share of an empty chamber) is a slip of the pen, so
it is refused when it is read. What membership alone makes impossible later stays in force and is not met.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.rules.condition_reader import Path
from sim.rules.conditions import AllOf, AnyOf, Condition, Consensus, Not, Tally, Veto

__all__ = ["hindrance"]


def hindrance(condition: Condition, most: Mapping[str, int], data: Any = None) -> tuple[str, Path] | None:
    """Why a condition can never be met, and the keys and places that lead to the fault in ``data``; None if it can.

    ``most`` is the largest number of votes that each chamber could ever hold, ``data`` the plain data that the
    condition was read from. An alternative is enough for ``any``; only what no vote at all could meet is found.

    >>> from sim.rules.condition_reader import parse_condition
    >>> rule = {"all": ["> 1/2", {"chamber": "seats", "yes": "9 votes"}]}
    >>> hindrance(parse_condition(rule, ["seats"]), {"seats": 5}, rule)
    ('asks for at least 9 votes in seats, where at most 5 can ever be cast', ('all', 1, 'yes'))
    >>> hindrance(parse_condition(rule, ["seats"]), {"seats": 15}, rule) is None
    True
    """
    found = _why_never(condition, most, data if isinstance(data, Mapping) else {})
    if found is None and not any(most.values()):
        return "nobody can ever sit in any chamber", ()
    return found


def _why_never(condition: Condition, most: Mapping[str, int], data: Mapping[Any, Any]) -> tuple[str, Path] | None:
    if isinstance(condition, (AllOf, AnyOf)):
        key = "all" if isinstance(condition, AllOf) else "any"
        listed = data.get(key)
        reasons = []
        for place, part in enumerate(condition.parts):
            inner = listed[place] if listed else None
            found = _why_never(part, most, inner if isinstance(inner, Mapping) else {})
            reasons.append(found and (found[0], (key, place, *found[1]) if listed else ()))
        if isinstance(condition, AnyOf):
            return reasons[0] if all(reasons) else None
        return next((reason for reason in reasons if reason is not None), None)
    if isinstance(condition, Not):
        return None if _can_fail(condition.part, most) else (f"asks for what always fails: {condition.describe()}", ())
    if isinstance(condition, Tally):
        return _tally(condition, most[condition.chamber])
    return None


def _tally(leaf: Tally, most: int) -> tuple[str, Path] | None:
    threshold = leaf.threshold
    path = (leaf.counted,)
    if threshold.rises and not most:
        return f"asks for votes in {leaf.chamber}, where nobody can ever sit", path
    least = int(threshold.value) + (threshold.sign == ">")
    if threshold.rises and threshold.counts and least > most:
        what = f"asks for {threshold.describe()} in {leaf.chamber}"
        return f"{what}, where at most {most} can ever be cast", path
    return None


def _can_fail(condition: Condition, most: Mapping[str, int]) -> bool:
    """Whether some vote could fail to meet the condition."""
    if isinstance(condition, AllOf):
        return any(_can_fail(part, most) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return all(_can_fail(part, most) for part in condition.parts)
    if isinstance(condition, Not):
        return _why_never(condition.part, most, {}) is None
    if isinstance(condition, Consensus):
        return any(most.values()) if condition.chamber is None else most[condition.chamber] > 0
    if isinstance(condition, Veto) or condition.threshold.rises:
        return True
    last = int(condition.threshold.value) - (condition.threshold.sign == "<")
    return most[condition.chamber] > (last if condition.threshold.counts else 0)
