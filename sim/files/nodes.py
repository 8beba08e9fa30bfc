"""Values of a file together with the place where each one stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

__all__ = ["Node", "Place", "from_plain", "nearest", "plain", "walk"]


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a file, line and column counted from 1."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a file: a scalar, a dict of nodes or a list of nodes; `key` is the place of its key."""

    value: Any
    place: Place
    key: Place | None = None

    @property
    def is_mapping(self) -> bool:
        """Whether the value has keys."""
        return isinstance(self.value, dict)

    def get(self, key: str) -> Node | None:
        """The node under a key, or None where there is none or the value has no keys."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def with_value(self, value: Any) -> Node:
        """The same place with another value."""
        return replace(self, value=value)


def plain(node: Node) -> Any:
    """The value without its places: dicts, lists, text, numbers, True, False and None.

    >>> plain(from_plain({"a": [1, {"b": None}]}, Place("x.yaml")))
    {'a': [1, {'b': None}]}
    """
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def from_plain(value: Any, place: Place, key: Place | None = None) -> Node:
    """Plain data as nodes that all stand at one place (a value given on the command line or in Python)."""
    if isinstance(value, Mapping):
        return Node({name: from_plain(child, place, place) for name, child in value.items()}, place, key)
    if isinstance(value, (list, tuple)):
        return Node([from_plain(child, place) for child in value], place, key)
    return Node(value, place, key)


def nearest(node: Node, path: tuple[str | int, ...]) -> tuple[Node, tuple[str | int, ...]]:
    """The deepest node on the way along `path`, and the part of the path that was found.

    Parts that do not exist on the way are passed over, so that a path with the names of alternatives in
    between (as a validator reports it) still ends at the value that is meant.
    """
    found: list[str | int] = []
    for part in path:
        child: Node | None = None
        if isinstance(node.value, dict) and isinstance(part, str):
            child = node.value.get(part)
        elif isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
            child = node.value[part]
        if child is not None:
            node = child
            found.append(part)
    return node, tuple(found)


def walk(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Every node with its path of keys, outermost first; lists are leaves."""
    yield path, node
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from walk(child, (*path, key))
