"""How wide text will be, so that titles, captions and legends fill the page and never leave it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

__all__ = ["FONT", "SMALL", "filled", "inches_of", "legend_columns", "wrapped"]

FONT = "DejaVu Sans"
SMALL = 8.0
LEGEND_HANDLE_INCHES = 0.62


@lru_cache(maxsize=4096)
def inches_of(text: str, size: float = SMALL, weight: str = "normal") -> float:
    """The width of a text as it will be drawn."""
    font = FontProperties(family=FONT, size=size, weight=weight)
    return float(text_to_path.get_text_width_height_descent(text, font, False)[0]) / 72.0


def wrapped(text: str, letters: int) -> str:
    """Text in lines of at most so many letters, its own line ends kept."""
    return "\n".join(
        textwrap.fill(line, letters, break_long_words=True, break_on_hyphens=False) for line in text.split("\n")
    )


def filled(text: str, inches: float, size: float = SMALL, weight: str = "normal") -> str:
    """Text in lines as wide as the page allows."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and inches_of(longer, size, weight) <= inches:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


def legend_columns(labels: Sequence[str], inches: float) -> int:
    """The most columns whose widest labels, filled column by column, fit the page."""
    for rows in range(1, len(labels)):
        columns = -(-len(labels) // rows)
        fewest, more = divmod(len(labels), columns)  # the first `more` columns hold one entry more
        ends = [fewest * place + min(place, more) for place in range(columns + 1)]
        widest = [max(inches_of(label) for label in labels[start:end]) for start, end in pairwise(ends)]
        if sum(widest) + columns * LEGEND_HANDLE_INCHES <= inches:
            return columns
    return 1
