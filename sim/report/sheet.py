"""Tables of a page: cells of text that may carry a tone, with notes below. Text stays text: the template escapes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.comparison import PaperTable

__all__ = ["BETTER", "CHANGED", "Cell", "Sheet", "WORSE", "of_paper", "plain", "shortened", "without_blanks"]

BETTER, WORSE, CHANGED = "better", "worse", "changed"
"""Tones of a cell, named as the classes of the style sheet."""


@dataclass(frozen=True)
class Cell:
    """A cell: its text, a second line in small print, and a tone (blank for none)."""

    text: str
    small: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table: title, heads of columns, rows and notes. The first `words` columns hold words, the others numbers."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    words: int = 1


def plain(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str] = (), words: int | None = None
) -> Sheet:
    """A table of words alone.

    >>> plain("Who", ["State"], [["Norway"]]).rows
    ((Cell(text='Norway', small='', tone=''),),)
    """
    cells = tuple(tuple(Cell(text) for text in row) for row in rows)
    return Sheet(title, tuple(heads), cells, tuple(notes), len(heads) if words is None else words)


def of_paper(table: PaperTable, words: int = 1, most: int = 40) -> Sheet:
    """A table for a paper as one of a page, with the first `most` rows and a note of how many there are."""
    more = len(table.rows) - most
    notes = (*table.notes, *([f"{more} further rows are left out here."] if more > 0 else []))
    return plain(table.title, table.heads, table.rows[:most], notes, words)


def without_blanks(sheet: Sheet) -> Sheet:
    """A table without the columns, after the first, that hold nothing in any row.

    >>> without_blanks(plain("", ["a", "b"], [["1", "–"]])).heads
    ('a',)
    """
    kept = [
        place for place in range(len(sheet.heads))
        if place < 1 or any(row[place].text not in ("", "–") for row in sheet.rows)
    ]  # fmt: skip
    heads = tuple(sheet.heads[place] for place in kept)
    rows = tuple(tuple(row[place] for place in kept) for row in sheet.rows)
    return Sheet(sheet.title, heads, rows, sheet.notes, min(sheet.words, len(kept)))


def shortened(text: str, letters: int = 300) -> str:
    """A text cut where it is long.

    >>> shortened("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= letters else f"{text[: letters - 1].rstrip()}…"
