"""Where two resolved scenarios differ, as the lines of YAML that one would have to write."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

__all__ = ["Line", "differing", "yaml_lines"]

TOLD_ELSEWHERE = frozenset({"title", "text", "evidence"})
"""Words about a charter: they change no run, and the report tells them in places of their own."""
STEP = "  "


class Line(NamedTuple):
    """A line of a difference: " " for a place, "-" for the baseline's value, "+" for the policy's."""

    sign: str
    text: str


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        quoted = value == "" or value.lower() in ("null", "true", "false", "yes", "no", "on", "off", "~")
        odd = any(letter in value for letter in ":#{}[]&*!|>'\"%@`,\n\r\t") or value != value.strip()
        return json.dumps(value, ensure_ascii=False) if quoted or odd else value
    return json.dumps(value, ensure_ascii=False)


def _flat(value: Any) -> str:
    """A value in flow style: lists, and choices of a rule."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flat(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flat, value)) + "]"
    return _scalar(value)


def yaml_lines(key: str, value: Any, depth: int = 0) -> Iterator[str]:
    """A value under its key as lines of YAML; a choice of a rule, and whatever is short, stands in one line.

    >>> list(yaml_lines("fund", {"envelope": 0.5, "levy": {"rule": "ai_revenue", "rate": 0.01}}))
    ['fund: {envelope: 0.5, levy: {rule: ai_revenue, rate: 0.01}}']
    >>> list(yaml_lines("bodies", None))
    ['bodies: null']
    """
    flat = f"{STEP * depth}{key}: {_flat(value)}"
    if not isinstance(value, Mapping) or not value or "rule" in value or len(flat) <= 100:
        yield flat
        return
    yield f"{STEP * depth}{key}:"
    for inner, each in value.items():
        yield from yaml_lines(str(inner), each, depth + 1)


def _is_choice(value: Any) -> bool:
    return isinstance(value, Mapping) and "rule" in value


def differing(base: Mapping[str, Any], own: Mapping[str, Any], depth: int = 0) -> Iterator[Line]:
    """The lines in which a policy's scenario departs from the baseline's, each under the place it belongs to.

    Titles, texts and labels of evidence are left out; `reference`, the charter a state compares a body with, is
    told by its name.

    >>> [*differing({"fund": {"envelope": 0.03, "reserve": 1}}, {"fund": {"envelope": 2.0, "reserve": 1}})]
    [Line(sign=' ', text='fund:'), Line(sign='-', text='  envelope: 0.03'), Line(sign='+', text='  envelope: 2.0')]
    """
    for key in dict.fromkeys([*base, *own]):
        if key in TOLD_ELSEWHERE and isinstance(base.get(key), str | Mapping | None):
            continue
        first, second = (_reference(key, side.get(key)) for side in (base, own))
        if first == second and (key in base) == (key in own):
            continue
        nested = isinstance(first, Mapping) and isinstance(second, Mapping)
        if nested and not (_is_choice(first) or _is_choice(second)):
            inner = list(differing(first, second, depth + 1))
            if inner:
                yield Line(" ", f"{STEP * depth}{key}:")
                yield from inner
            continue
        for sign, side, value in (("-", base, first), ("+", own, second)):
            if key in side:
                for line in yaml_lines(str(key), _bare(value), depth):
                    yield Line(sign, line)


def _reference(key: str, value: Any) -> Any:
    return value["name"] if key == "reference" and isinstance(value, Mapping) and "name" in value else value


def _bare(value: Any) -> Any:
    """A value without the words that are told elsewhere; a charter that stands on one side alone, by its name."""
    if isinstance(value, Mapping) and "tiers" in value and "voting" in value:
        return {"charter": value.get("name")}
    if isinstance(value, Mapping):
        return {key: _bare(_reference(str(key), each)) for key, each in value.items() if key not in TOLD_ELSEWHERE}
    return value
