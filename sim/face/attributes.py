"""Columns of the state as attributes of an agent: read a cell, write it by replacing its column."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np

from sim.columns import Column, of
from sim.errors import AgentError
from sim.population import Firms, Nations
from sim.state import Columns

__all__ = ["Attribute", "Fact", "Owner", "attributes", "nearest", "put"]

# Where a value has no meaning outside these bounds; units that are not named take any finite number.
_BOUNDS = {
    "0-1": (0.0, 1.0),
    "share": (0.0, 1.0),
    "probability": (0.0, 1.0),
    **dict.fromkeys(
        ("bn USD", "million", "H100e", "H100e/year", "years", "events", "percent", "0-1 per year", "bn USD/year"),
        (0.0, math.inf),
    ),
}
_POSITIVE = ("gdp_base", "population")  # what others are divided by


class Owner(Protocol):
    """Who has attributes that are columns: an agent, the world, a nation's or a firm's membership."""

    def __str__(self) -> str: ...

    def _cells(self) -> tuple[Columns, int]:
        """The columns and the place in them."""
        ...

    def _change(self, column: str, before: Any, after: Any) -> None:
        """Refuse a write at a wrong moment; note one that is allowed."""
        ...


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """A question that names the nearest known word, or the list of all of them."""
    names = list(known)
    near = difflib.get_close_matches(word, names, 1, cutoff)
    return f"did you mean '{near[0]}'?" if near else f"write one of: {', '.join(names) or '(there are none)'}"


def put(columns: Columns, place: int, name: str, value: Any) -> None:
    """Replace a column by a copy with one cell changed: what was recorded or copied before stays as it was."""
    array = np.array(getattr(columns, name))
    array[0, place] = value
    setattr(columns, name, array)


def checked(column: Column, value: Any, whose: str) -> Any:
    """The value as the column holds it; `AgentError` for what the column cannot hold."""
    what = f"{whose}.{column.name}"
    if column.unit == "yes/no":
        if not isinstance(value, (bool, np.bool_)):
            raise AgentError(f"{what}: found {value!r}, expected a truth value; write True or False")
        return bool(value)
    low, high = _BOUNDS.get(column.unit, (-math.inf, math.inf))
    if isinstance(value, (bool, np.bool_, str)) or not hasattr(type(value), "__float__"):
        raise AgentError(f"{what}: found {value!r}, expected a number ({column.unit}); write a number")
    number = float(value)
    above = number > 0.0 if column.name in _POSITIVE else number >= low
    if not (math.isfinite(number) and above and number <= high):
        bounds = f"from {low:g} to {high:g}" if math.isfinite(high) else "of at least 0" if low == 0.0 else ""
        bounds = "above 0" if column.name in _POSITIVE else bounds
        raise AgentError(f"{what}: found {value!r}, expected a finite number {bounds} ({column.unit}); write one")
    return number


class Attribute:
    """One column as an attribute."""

    def __init__(self, column: Column) -> None:
        self.column = column
        may = "" if column.kind == "state" else f"; cannot be written: {self.instead}"
        self.__doc__ = f"{column.text} ({column.unit}){may}"

    @property
    def instead(self) -> str:
        """What to set instead of a column that cannot be written."""
        if self.column.advice:
            return f"set {self.column.advice}"
        return "it is summed over the year" if self.column.kind == "flow" else "it is a fact of the study"

    def __get__(self, owner: Any, kind: type | None = None) -> Any:
        if owner is None:
            return self
        columns, place = owner._cells()
        return getattr(columns, self.column.name)[0, place].item()

    def __set__(self, owner: Any, value: Any) -> None:
        column = self.column
        if column.kind != "state":
            why = {"derived": "computed anew by the next step", "flow": "a flow of the year"}.get(column.kind, "given")
            raise AgentError(f"{owner}.{column.name} is {why} and cannot be written; {self.instead}")
        found = checked(column, value, str(owner))
        owner._change(column.name, self.__get__(owner), found)
        columns, place = owner._cells()
        put(columns, place, column.name, found)


class Fact:
    """A fact of the study as an attribute that cannot be written."""

    def __init__(self, text: str) -> None:
        self.__doc__ = f"{text}; a fact of the study"

    def __set_name__(self, kind: type, name: str) -> None:
        self.name = name

    def __get__(self, owner: Any, kind: type | None = None) -> Any:
        return self if owner is None else owner._fact(self.name)

    def __set__(self, owner: Any, value: Any) -> None:
        raise AgentError(f"{owner}.{self.name} is a fact of the study and cannot be written; choose it in the scenario")


def attributes(entity: Any, leave: Iterable[str] = ()) -> Any:
    """A class decorator that gives a class the columns of an entity as attributes, all but `leave`."""

    def give(kind: type) -> type:
        for name, column in of(entity).items():
            if name not in leave:
                setattr(kind, name, Attribute(column))
        return kind

    return give


def fact_of(table: Nations | Firms, place: int, name: str) -> Any:
    """A cell of the table of nations or firms as a plain value."""
    value = getattr(table, name)[place]
    return value.item() if hasattr(value, "item") else value
