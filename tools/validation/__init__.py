"""What the project computes for each published or exact figure; the figures themselves stand in targets.csv."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["CHECKS", "SLOW", "computes"]

CHECKS: dict[str, Callable[[], Any]] = {}
SLOW: set[str] = set()


def computes(
    target: str, given: Iterable[tuple[str, Any]] = (), *, slow: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Say that a function computes a target; with `given` one target `target.key` for each (key, argument).

    It returns a number, or several in the order of the figures in the table.
    """

    def enrol(function: Callable[..., Any]) -> Callable[..., Any]:
        cases = [(f"{target}.{key}", argument) for key, argument in given]
        for name, argument in cases:
            CHECKS[name] = lambda argument=argument: function(argument)
        if not cases:
            CHECKS[target] = function
        if slow:
            SLOW.update(name for name, _ in cases or [(target, None)])
        return function

    return enrol
