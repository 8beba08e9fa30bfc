"""Rules bound to the numbers of a block of runs."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from typing import Any

import numpy as np

from sim.choices import FAMILIES, Rule
from sim.units import Array, Places

__all__ = ["Bound", "Numbers", "alike", "structure"]


def structure(resolved: Any) -> str:
    """Text that is equal for runs that may share a block: all of a resolved scenario but its real numbers.

    Numbers that stand directly under a name may differ from row to row; everything else (rules, names, lists,
    whole numbers, tables) is structure.

    >>> structure({"rate": 0.1, "rule": "a"}) == structure({"rate": 0.2, "rule": "a"})
    True
    """

    def stripped(node: Any) -> Any:
        if isinstance(node, Mapping):
            kept = {key: stripped(value) for key, value in sorted(node.items()) if key not in ("title", "text")}
            return {key: "#" if isinstance(value, float) else value for key, value in kept.items()}
        return node

    return json.dumps(stripped(resolved), sort_keys=True, default=str)


def alike(columns: Iterable[Any]) -> tuple[Places, Places]:
    """Which rows are equal in every bit of some columns: the first row of each kind, and the kind of each row.

    Columns are arrays with runs on the first axis. What rows of a kind share is computed once and handed to all, which
    changes no bit, since a row alone equals its row of any block.

    >>> first, kind = alike([np.array([[1.0], [2.0], [1.0]]), np.array([[True], [True], [True]])])
    >>> first.tolist(), kind.tolist()
    ([0, 1], [0, 1, 0])
    """
    held = list(columns)
    kinds: dict[bytes, int] = {}
    firsts: list[int] = []
    found: list[int] = []
    for row in range(len(held[0])):
        kind = kinds.setdefault(b"".join(column[row].tobytes() for column in held), len(kinds))
        if kind == len(firsts):
            firsts.append(row)
        found.append(kind)
    return np.array(firsts, dtype=np.int64), np.array(found, dtype=np.int64)


def _at(nodes: Sequence[Mapping[str, Any]], key: str) -> list[Any]:
    return [node[key] for node in nodes]


class Numbers:
    """The numbers of one section of a file, row by row: reals as (runs, 1), everything else as written."""

    def __init__(self, nodes: Sequence[Mapping[str, Any]]) -> None:
        self.values: dict[str, Any] = {}
        for key, value in nodes[0].items():
            if isinstance(value, float):
                self.values[key] = np.array(_at(nodes, key), dtype=np.float64).reshape(-1, 1)
            elif not isinstance(value, Mapping):
                self.values[key] = value

    def __getitem__(self, key: str) -> Any:
        return self.values[key]


class Bound:
    """One rule of a family with its parameters, one row of numbers per run; call it with columns.

    `nodes` are the resolved choices of the rows, `{"rule": name, parameter: value, ...}`, all of one rule.
    """

    def __init__(self, family: str, nodes: Sequence[Mapping[str, Any]]) -> None:
        self.rule: Rule = FAMILIES[family][nodes[0]["rule"]]
        self.numbers: dict[str, Any] = {}
        for key, parameter in self.rule.parameters.items():
            values = [node.get(key, parameter.default) for node in nodes]
            if parameter.kind == "number":
                self.numbers[key] = np.array(values, dtype=np.float64).reshape(-1, 1)
            elif parameter.kind in ("table", "names"):
                self.numbers[key] = tuple(tuple(row) if isinstance(row, list) else row for row in values[0])
            else:
                self.numbers[key] = values[0]

    @property
    def name(self) -> str:
        """Name of the rule."""
        return self.rule.name

    @property
    def metadata(self) -> Mapping[str, Any]:
        """What the rule's decorator says about it."""
        return self.rule.metadata

    def get(self, key: str, default: float = 0.0) -> Array:
        """A parameter (runs, 1), or `default` where this rule has none of that name."""
        value = self.numbers.get(key)
        return np.asarray(default, dtype=np.float64).reshape(1, 1) if value is None else np.asarray(value)

    def __call__(self, *columns: Any) -> Any:
        """Ask the rule, with this block's numbers."""
        return self.rule.function(*columns, **self.numbers)

    def of_rows(self, rows: Places) -> Bound:
        """The same rule with the numbers of some rows."""
        made = copy(self)
        made.numbers = {
            key: value[rows] if isinstance(value, np.ndarray) else value for key, value in self.numbers.items()
        }
        return made

    def lifted(self, rows: Any = slice(None), keys: Collection[str] | None = None) -> dict[str, Any]:
        """The numbers of some rows with a middle axis, (rows, 1, 1), for rules over (runs, tiers, nations).

        `keys` picks parameters; all of them, unless given.
        """
        return {
            key: value[rows][:, :, None] if isinstance(value, np.ndarray) else value
            for key, value in self.numbers.items()
            if keys is None or key in keys
        }
