"""Everything a scenario may choose: families of rules, enrolled by a decorator, with their parameters.

A rule is a pure function of columns. Its decorator states each parameter once - default, unit, plausible
range, source, meaning - and the scenario schema, the documentation, `waico list`, the bounds of a sweep and
the property tests are all read from there.

>>> toll = Family("toll_of_the_doctest", "How a toll is set (an example).")
>>> @toll(rate=number(0.1, "share", 0.0, 0.3, "assumption", "share of the load taken"))
... def proportional(load, *, rate):
...     "A fixed share of the load."
...     return rate * load
>>> proportional(50.0)
5.0
>>> toll["proportional"].parameters["rate"].unit
'share'
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sim.errors import ChoiceError

__all__ = [
    "FAMILIES", "Family", "Parameter", "Rule", "by_member", "flag", "name", "names", "number", "table", "whole",
]  # fmt: skip

Kind = Literal["number", "whole", "flag", "name", "names", "table", "by_member"]

# Hard bounds by unit: outside them a value has no meaning. The plausible range is narrower and belongs to
# the parameter; a scenario may leave the plausible range, never the hard bounds.
UNIT_BOUNDS: dict[str, tuple[float | None, float | None]] = {
    "share": (0.0, 1.0),
    "probability": (0.0, 1.0),
    "bn USD": (0.0, None),
    "bn USD/year": (0.0, None),
    "USD": (0.0, None),
    "1/year": (0.0, None),
    "years": (0.0, None),
    "OOM": (None, None),
    "OOM/year": (0.0, None),
    "ratio": (0.0, None),
    "utility": (None, None),
}


BEYOND = 1000.0
"""Where neither unit nor parameter bounds a value: so many times the largest plausible number (at least 1) is refused
as a slip of the keyboard, which would otherwise run and drown every other number."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of one rule: the only place where its default, unit, range and source stand."""

    name: str
    kind: Kind
    default: Any
    unit: str
    low: float | None
    high: float | None
    source: str
    text: str
    options: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None

    @property
    def assumed(self) -> bool:
        """Whether the source is an assumption of the modeller rather than a publication."""
        return self.source.startswith("assumption")


@dataclass(frozen=True)
class Rule:
    """One enrolled alternative: its function, its parameters and what its docstring claims."""

    family: str
    name: str
    function: Callable[..., Any]
    parameters: Mapping[str, Parameter]
    text: str
    evidence: str = "assumed"
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, *columns: Any, **numbers: Any) -> Any:
        """Ask the rule; parameters left out stand at their defaults."""
        return self.function(*columns, **numbers)


def number(
    default: float,
    unit: str,
    low: float,
    high: float,
    source: str,
    text: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Parameter:
    """A real parameter, with its plausible range `low`..`high` (the default range of a sensitivity study).

    `at_least` and `at_most` are what a file may say; left out, the unit's hard bounds hold, else `BEYOND`.

    >>> number(2.0, "bn USD/year", 0.0, 50.0, "assumption", "an envelope").at_most
    50000.0
    """
    floor, ceiling = UNIT_BOUNDS.get(unit, (None, None))
    at_least = floor if at_least is None else at_least
    at_most = ceiling if at_most is None else at_most
    far = BEYOND * max(abs(low), abs(high), 1.0)
    at_least = -far if at_least is None else at_least
    at_most = far if at_most is None else at_most
    if not low <= default <= high:
        raise ChoiceError(f"default {default} of '{text}' lies outside its range {low}..{high}")
    if low < at_least or high > at_most:
        raise ChoiceError(
            f"the range {low}..{high} of '{text}' exceeds what a file may say, {at_least}..{at_most}; "
            "give at_least or at_most"
        )
    return Parameter("", "number", float(default), unit, low, high, source, text, (), at_least, at_most)


def whole(default: int, unit: str, low: int, high: int, source: str, text: str) -> Parameter:
    """An integer parameter; structural: runs that differ in it do not share a block."""
    return Parameter("", "whole", default, unit, low, high, source, text, (), low, high)


def flag(default: bool, text: str, source: str = "assumption") -> Parameter:
    """A yes-or-no parameter; structural."""
    return Parameter("", "flag", default, "yes/no", None, None, source, text)


def name(default: str, text: str, options: tuple[str, ...] = (), source: str = "assumption") -> Parameter:
    """A text parameter, one of `options` where they are given; structural."""
    return Parameter("", "name", default, "name", None, None, source, text, options)


def names(default: tuple[str, ...], text: str, source: str = "assumption") -> Parameter:
    """A list of names (member codes, groups); structural."""
    return Parameter("", "names", default, "names", None, None, source, text)


def table(default: tuple[tuple[float, ...], ...], unit: str, source: str, text: str) -> Parameter:
    """A small table of numbers (bands, classes), one tuple a row; structural."""
    return Parameter("", "table", default, unit, None, None, source, text)


def by_member(default: Mapping[str, int], unit: str, source: str, text: str) -> Parameter:
    """Whole numbers by member code, such as shares of a bank's capital; structural."""
    return Parameter("", "by_member", dict(default), unit, None, None, source, text)


class Family:
    """Alternatives for one thing a scenario chooses, by name, in the order they were enrolled."""

    def __init__(self, name: str, text: str) -> None:
        if name in FAMILIES:
            raise ChoiceError(f"a family '{name}' is enrolled twice")
        self.name, self.text, self._rules = name, text, dict[str, Rule]()
        self.renamed: dict[str, str] = {}  # a name of the past: what to write today
        FAMILIES[name] = self

    def __call__(
        self,
        _evidence: str = "assumed",
        _metadata: Mapping[str, Any] | None = None,
        _called: str = "",
        **parameters: Parameter,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Enrol a function under its own name (or `_called`); `parameters` describe its keyword-only arguments."""

        def enrol(function: Callable[..., Any]) -> Callable[..., Any]:
            key = _called or function.__name__
            if key in self._rules:
                raise ChoiceError(f"{self.name}: a rule '{key}' is enrolled twice")
            if not function.__doc__:
                raise ChoiceError(f"{self.name}: rule '{key}' has no docstring; say what it claims and its source")
            described = {title: Parameter(**{**given.__dict__, "name": title}) for title, given in parameters.items()}
            code = function.__code__
            positional = code.co_argcount
            keyword_only = set(code.co_varnames[positional : positional + code.co_kwonlyargcount])
            if keyword_only != set(described):
                raise ChoiceError(
                    f"{self.name}.{key}: keyword-only arguments {sorted(keyword_only)} and described parameters "
                    f"{sorted(described)} differ; describe each one in the decorator"
                )
            function.__kwdefaults__ = {title: given.default for title, given in described.items()} or None
            text = function.__doc__.strip()
            self._rules[key] = Rule(self.name, key, function, described, text, _evidence, dict(_metadata or {}))
            return function

        return enrol

    def __getitem__(self, key: str) -> Rule:
        try:
            return self._rules[key]
        except KeyError:
            if key in self.renamed:
                raise ChoiceError(
                    f"the {self.name} rule '{key}' has a new name; write {self.renamed[key]}"
                ) from None
            near = difflib.get_close_matches(key, self._rules, 1)
            hint = f"did you mean '{near[0]}'?" if near else f"write one of: {', '.join(self._rules)}"
            raise ChoiceError(f"no {self.name} rule '{key}'; {hint}") from None

    def __contains__(self, key: object) -> bool:
        return key in self._rules

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules.values())

    def __len__(self) -> int:
        return len(self._rules)


FAMILIES: dict[str, Family] = {}
