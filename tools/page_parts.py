"""What generated pages are made of: cells, tables, values as a file would write them, places in the code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sim.choices import Rule


def cell(text: object) -> str:
    """Text on one line of a table."""
    return " ".join(str(text).replace("|", "\\|").split())


def row(*cells: object) -> str:
    """One line of a table."""
    return "| " + " | ".join(cell(each) for each in cells) + " |"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table with its head."""
    names = list(head)
    return "\n".join([row(*names), "|" + "---|" * len(names), *(row(*each) for each in rows)])


def shown(value: Any) -> str:
    """A default as it would be written in a file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(shown(part) for part in value) + "]"
    return str(value)


def source(path: str, function: Any) -> str:
    """A link such as `sim/rules/market.py::saturating_logit`."""
    return f"`{path}::{function.__name__}`"


def where(rule: Rule) -> str:
    """Where a rule stands in the code."""
    return source(rule.function.__module__.replace(".", "/") + ".py", rule.function)
