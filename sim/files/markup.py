"""Small pieces of HTML for notebooks. Every piece of text is escaped here: what stands in a scenario is data.

>>> table(["<b>"], [[1.5]]).replace(LEFT, "")
'<table><tr><th>&lt;b&gt;</th></tr><tr><td>1.5</td></tr></table>'
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["fold", "heading", "line", "number", "table", "value_in_words"]

LETTERS = 160
LEFT = ' style="text-align: left"'  # notebooks set tables flush right, which words are hard to read in


def number(value: float) -> str:
    """A number as a reader wants it: at most four digits, thousands apart, no sign of zero.

    >>> number(0.123456), number(1234567.0), number(2.0), number(-0.0), number(float("nan")), number(1e-9)
    ('0.1235', '1,234,567', '2', '0', 'blank', '1e-09')
    """
    if math.isnan(value):
        return "blank"
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e12 else f"{value + 0.0:.4g}"


def value_in_words(value: Any) -> str:
    """A value of a scenario in one line: a choice by its rule and numbers, a charter by its title.

    >>> value_in_words({"rule": "ai_revenue", "rate": 0.01}), value_in_words(None), value_in_words(["a", 1])
    ('ai_revenue (rate 0.01)', 'none', 'a, 1')
    """
    if value is None or value == [] or value == {}:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, Mapping):
        if "tiers" in value and "voting" in value:
            return str(value.get("title") or value.get("name") or "a charter")
        said = ", ".join(f"{key} {value_in_words(each)}" for key, each in value.items() if key != "rule")
        if "rule" in value:
            return _short(f"{value['rule']} ({said})" if said else str(value["rule"]))
        return _short(said)
    if isinstance(value, (list, tuple)):
        return _short(", ".join(value_in_words(each) for each in value))
    return _short(" ".join(str(value).split()))


def _short(text: str) -> str:
    return text if len(text) <= LETTERS else f"{text[: LETTERS - 2].rstrip()} …"


def line(text: str) -> str:
    """A paragraph."""
    return f"<p>{html.escape(text)}</p>"


def heading(title: str, more: str, text: str = "") -> str:
    """A bold title, what stands beside it, and below it the text of the file."""
    said = " ".join(text.split())
    return f"<p><b>{html.escape(title)}</b> {html.escape(more)}</p>" + (line(said) if said else "")


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table whose cells are escaped; anything but text is put into words first."""

    listed = [
        [each if isinstance(each, str) else value_in_words(each) for each in row] for row in [head, *rows]
    ]

    def cells(row: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}{LEFT}>{html.escape(word)}</{tag}>" for word in row) + "</tr>"

    return f"<table>{cells(listed[0], 'th')}{''.join(cells(row, 'td') for row in listed[1:])}</table>"


def fold(title: str, inner: str) -> str:
    """Markup that opens when its title is clicked."""
    return f"<details><summary>{html.escape(title)}</summary>{inner}</details>"
