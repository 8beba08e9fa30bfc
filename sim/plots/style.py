"""One style for every figure: fonts, colours that colour-blind readers can tell apart, and the page around the panels.

Nothing here touches pyplot, the backend, or the reader's own settings: a figure carries its style with it, when it
is built, drawn and saved.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

from matplotlib import style as matplotlib_style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine, LayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.plots.fitting import FONT, SMALL, filled, legend_columns, wrapped

__all__ = [
    "GREY",
    "PolicyStyle",
    "StudyFigure",
    "in_style",
    "number",
    "page",
    "panels",
    "plain_axis",
    "policy_style",
    "styled",
    "text_page",
]

WIDTH = 7.0
GREY = "#5a5a5a"
LINE_INCHES = 0.145

_STYLE: dict[str, Any] = {
    "font.family": FONT,
    "font.size": SMALL,
    "axes.titlesize": 8.5,
    "axes.titlelocation": "left",
    "axes.titlepad": 4.0,
    "axes.labelsize": SMALL,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "lines.linewidth": 1.4,
    "lines.markersize": 4.0,
    "hatch.linewidth": 0.6,
    "svg.hashsalt": "waico-sim",
    "text.parse_math": False,  # a title with dollar signs is a title
    "savefig.dpi": 150,
    "figure.dpi": 150,
}

# Okabe and Ito 2008, "Color universal design", without yellow, which white paper swallows.
_COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
_DASHES: tuple[Any, ...] = (
    "-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)), (0, (3, 1)), (0, (6, 1.2, 1.2, 1.2, 1.2, 1.2)),
)  # fmt: skip
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")

P = ParamSpec("P")


@contextmanager
def in_style() -> Iterator[None]:
    """The style, for as long as something is built, drawn or saved; the reader's settings return afterwards."""
    with matplotlib_style.context(["default", _STYLE]):
        yield


def styled(function: Callable[P, StudyFigure]) -> Callable[P, StudyFigure]:
    """A function that builds its figure in the style."""

    @wraps(function)
    def build(*args: P.args, **kwargs: P.kwargs) -> StudyFigure:
        with in_style():
            return function(*args, **kwargs)

    return build


class StudyFigure(Figure):
    """A figure that draws and saves itself in the style, and shows itself in a notebook without pyplot."""

    caption: str = ""
    reason: str = ""  # why there is nothing to draw, where that is what the figure says
    _fixed: bool = False

    def get_layout_engine(self) -> LayoutEngine | None:
        """Who places the panels; nobody once they are fixed, so that Matplotlib draws once for a file and not twice."""
        return None if self._fixed else super().get_layout_engine()

    def draw(self, renderer: Any) -> None:
        """Draw in the style."""
        with in_style():
            super().draw(renderer)

    def fix_layout(self) -> None:
        """Place the panels now and for good: further drawings are spared the work and equal each other.

        The layout's solver is exact to some 1e-9 only, differently each time; places are rounded to 1e-6.
        """
        engine = self.get_layout_engine()
        if engine is None:
            return
        with in_style():
            for axes in self.axes:
                axes.apply_aspect()  # as a drawing would before it asks the solver
            engine.execute(self)
        self._fixed = True
        for axes in self.axes:
            left, bottom, width, height = (round(float(edge), 6) for edge in axes.get_position(original=True).bounds)
            axes.set_position((left, bottom, width, height))

    def savefig(self, fname: Any, **kwargs: Any) -> None:
        """Save in the style; PNG and SVG carry no date and no version, so equal results give equal files."""
        kind = str(kwargs.get("format") or str(fname).rpartition(".")[2]).lower()
        blank = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}.get(kind)
        if blank is not None:
            kwargs.setdefault("metadata", blank)
        with in_style():
            if kind != "svg":
                super().savefig(fname, **kwargs)
                return
            buffer = io.BytesIO()
            super().savefig(buffer, **{**kwargs, "format": "svg"})
        text = _numbered(buffer.getvalue())
        if hasattr(fname, "write"):
            fname.write(text)
        else:
            Path(fname).write_bytes(text)

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png")
        return buffer.getvalue()


def _numbered(svg: bytes) -> bytes:
    """An SVG whose clip paths, which Matplotlib names after addresses in memory, are numbered as they occur."""
    names: dict[bytes, bytes] = {}

    def name(found: re.Match[bytes]) -> bytes:
        return found[1] + names.setdefault(found[2], b"clip%d" % len(names))

    return re.sub(rb'(clip-path="url\(#|<clipPath id=")(p[0-9a-f]{10})', name, svg)


@dataclass(frozen=True)
class PolicyStyle:
    """How a policy is told apart: by colour, by line and by marker."""

    colour: str
    dashes: Any
    marker: str


def policy_style(place: int) -> PolicyStyle:
    """The style of the policy at a place in the study's order; the first 7 differ in every way.

    >>> policy_style(0).colour, policy_style(7).colour == policy_style(0).colour
    ('#000000', True)
    >>> policy_style(7) == policy_style(0)
    False
    """
    return PolicyStyle(_COLOURS[place % len(_COLOURS)], _DASHES[place % len(_DASHES)], _MARKERS[place % len(_MARKERS)])


def number(value: float) -> str:
    """A number on an axis, short and without offsets.

    >>> number(0.05), number(-2e-7), number(12000.0), number(0.30000000000000004)
    ('0.05', '−2e−07', '12,000', '0.3')
    """
    text = f"{value:,.0f}" if abs(value) >= 1000 and math.isclose(value, round(value)) else f"{value:.6g}"
    return text.replace("-", "−")


def plain_axis(axis: Any, ticks: int = 4, *, whole: bool = False) -> None:
    """Few round ticks with plain numbers; only whole ones where things are counted."""
    axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10], integer=whole, min_n_ticks=2))
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def page(
    title: str, caption: str, height: float, *, legend: Sequence[tuple[Artist, str]] = (), width: float = WIDTH
) -> StudyFigure:
    """An empty figure: title and legend above, caption below, and between them `height` inches for panels.

    The panels are laid out in the space between, so neither legend nor caption can cover data.
    """
    heading = filled(title, width - 0.3, 10.5, "bold")
    foot = filled(caption, width - 0.3)
    columns = legend_columns([label for _, label in legend], width - 0.2) if legend else 1
    rows = -(-len(legend) // columns) if legend else 0
    top = 0.12 + 0.2 * (heading.count("\n") + 1) + rows * 0.16 + (0.04 if rows else 0.0)
    bottom = 0.14 + LINE_INCHES * (foot.count("\n") + 1)
    total = top + height + bottom
    figure = StudyFigure(figsize=(width, total))
    FigureCanvasAgg(figure)
    figure.set_layout_engine(
        ConstrainedLayoutEngine(
            rect=(0.06 / width, bottom / total, 1 - 0.12 / width, height / total), w_pad=0.04, h_pad=0.03
        )
    )
    left = 0.1 / width
    figure.text(left, 1 - 0.1 / total, heading, va="top", ha="left", fontsize=10.5, fontweight="bold")
    figure.text(left, 0.08 / total, foot, va="bottom", ha="left", color="#333333", linespacing=1.3)
    if legend:
        figure.legend(
            [handle for handle, _ in legend], [label for _, label in legend], ncols=columns, loc="upper left",
            bbox_to_anchor=(left, 1 - (0.15 + 0.2 * (heading.count("\n") + 1)) / total), borderaxespad=0.0,
            borderpad=0.0, handlelength=3.2, columnspacing=1.4, labelspacing=0.35,
        )  # fmt: skip
    figure.caption = caption
    return figure


def panels(figure: StudyFigure, names: Sequence[str], columns: int, x: str, y: str) -> Iterator[tuple[Axes, str]]:
    """One panel a name in rows of `columns`, all on the same axes; only the outer ones say what the axes are."""
    rows = -(-len(names) // columns)
    for place, axes in enumerate(figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).flat):
        if place >= len(names):
            axes.set_axis_off()
            continue
        yield axes, names[place]
        if place % columns == 0:
            axes.set_ylabel(y)
        if place + columns >= len(names):
            axes.set_xlabel(x)
            axes.tick_params(axis="x", labelbottom=True)


def text_page(title: str, message: str, caption: str) -> StudyFigure:
    """A figure that says in words why there is nothing to draw and what would change that."""
    lines = wrapped(message, 90)
    figure = page(title, caption, 0.5 + 0.17 * (lines.count("\n") + 1))
    axes: Axes = figure.subplots()
    axes.set_axis_off()
    axes.text(0.5, 0.5, lines, ha="center", va="center", transform=axes.transAxes, fontsize=9, linespacing=1.4)
    figure.reason = message
    return figure
