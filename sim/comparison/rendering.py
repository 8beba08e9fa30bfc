"""Tables as text in a format that papers and pages take: CSV, HTML, LaTeX, Markdown."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable

from sim.comparison.paper import PaperTable
from sim.errors import ChoiceError

__all__ = ["FORMATS", "rendered", "tex"]


def _csv(table: PaperTable) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([table.heads, *table.rows])
    return text.getvalue()


def _html(table: PaperTable) -> str:
    def row(cells: tuple[str, ...], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = "\n".join(row(cells, "td") for cells in table.rows)
    notes = " ".join(map(html.escape, table.notes))
    return (
        f"<table>\n<caption>{html.escape(table.title)}</caption>\n<thead>{row(table.heads, 'th')}</thead>\n"
        f"<tbody>\n{body}\n</tbody>\n"
        f'<tfoot><tr><td colspan="{len(table.heads)}">{notes}</td></tr></tfoot>\n</table>\n'
    )


_TEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "−": "$-$", "×": r"$\times$", "–": "--", "*": r"$^{*}$",
    "≥": r"$\geq$", "≤": r"$\leq$", "…": r"\ldots{}", "<": r"$<$", ">": r"$>$",
}  # fmt: skip


def tex(text: str) -> str:
    r"""A text with everything that LaTeX would take for its own put so that it prints.

    >>> tex("50 % of a_b & −2")
    '50 \\% of a\\_b \\& $-$2'
    """
    return "".join(_TEX.get(letter, letter) for letter in text).replace("$^{*}$$^{*}$", "$^{**}$")


def _latex(table: PaperTable) -> str:
    columns = "ll" + "r" * (len(table.heads) - 2)
    lines = [r"\begin{table}", r"\centering", rf"\caption{{{tex(table.title)}}}", rf"\begin{{tabular}}{{{columns}}}",
             r"\hline", " & ".join(map(tex, table.heads)) + r" \\", r"\hline"]  # fmt: skip
    lines += [" & ".join(map(tex, cells)) + r" \\" for cells in table.rows]
    notes = " ".join(map(tex, table.notes))
    lines += [r"\hline", r"\end{tabular}", r"\par\smallskip\footnotesize " + notes, r"\end{table}"]
    return "\n".join(lines) + "\n"


def _markdown(table: PaperTable) -> str:
    def row(cells: tuple[str, ...]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("*", "\\*") for cell in cells) + " |"

    ruler = "|" + "|".join("---" if place < 2 else "---:" for place in range(len(table.heads))) + "|"
    return "\n".join([f"**{table.title}**", "", row(table.heads), ruler, *map(row, table.rows), "",
                      " ".join(table.notes).replace("*", "\\*"), ""])  # fmt: skip


FORMATS: dict[str, Callable[[PaperTable], str]] = {
    "csv": _csv, "html": _html, "latex": _latex, "markdown": _markdown,
}  # fmt: skip


def rendered(table: PaperTable, form: str) -> str:
    """The table as text in a format: csv, html, latex (needs no package beyond the standard ones) or markdown."""
    if form not in FORMATS:
        raise ChoiceError(f"found the format '{form}', expected one of: {', '.join(FORMATS)}")
    return FORMATS[form](table)
