"""Shades for heat maps: light to dark, so that they read in grey; figures are written where there is room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, Colormap, LinearSegmentedColormap, ListedColormap, Normalize

from sim.plots.fitting import inches_of
from sim.plots.style import number
from sim.units import Array

__all__ = ["BLUES", "CLASSES", "SHADES", "class_bar", "heat", "shade_bar"]

CLASSES = (0.01, 10.0, 25.0, 50.0, 75.0, 100.0)  # percent; below the first is none
SHADES = ListedColormap(["#cfe1f2", "#93c4de", "#4d94c8", "#1f65a8", "#0b3463"]).with_extremes(under="#ffffff")
BLUES = LinearSegmentedColormap.from_list("blues", ["#ffffff", "#93c4de", "#1f65a8", "#0b3463"]).with_extremes(
    bad="#e8e4dc"
)


def heat(
    axes: Axes, values: Array, *, shades: Colormap = BLUES, norm: Normalize | None = None,
    said: Callable[[float], str] | None = None, cell: tuple[float, float] = (0.0, 0.0),
) -> Normalize:  # fmt: skip
    """Draw values (rows, columns) as shaded cells, the first row on top; returns the norm of the shades.

    `said` writes a cell's figure where it fits `cell`, its size in inches. Cells without a value are beige.
    """
    known = values[np.isfinite(values)]
    norm = norm or Normalize(0.0, float(known.max()) if len(known) and known.max() > 0 else 1.0)
    rows, columns = values.shape
    axes.pcolormesh(
        np.arange(columns + 1), np.arange(rows + 1), np.ma.masked_invalid(values), cmap=shades, norm=norm,
        edgecolors="white", linewidth=0.4 if columns <= 60 else 0.0,
    )  # fmt: skip
    axes.set_xlim(0, columns)
    axes.set_ylim(rows, 0)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    if said is not None:
        texts = [[said(value) if np.isfinite(value) else "–" for value in row] for row in values]
        widest = max((inches_of(text, 8.0) for row in texts for text in row), default=0.0)
        if widest < cell[0] and cell[1] > 0.12:
            for row, column in np.ndindex(rows, columns):
                dark = np.isfinite(values[row, column]) and float(np.mean(shades(norm(values[row, column]))[:3])) < 0.55
                axes.text(
                    column + 0.5, row + 0.5, texts[row][column], ha="center", va="center", fontsize=8.0,
                    color="white" if dark else "black",
                )  # fmt: skip
    return norm


def shade_bar(figure: Any, axes: list[Axes], norm: Normalize, label: str, shades: Colormap = BLUES) -> None:
    """A bar that says what the shades mean, below the panels."""
    bar = figure.colorbar(
        ScalarMappable(norm, shades), ax=axes, location="bottom", shrink=0.5, aspect=36, pad=0.02, fraction=0.05
    )
    bar.ax.xaxis.set_major_formatter(lambda value, _: number(value))
    bar.ax.tick_params(length=2)
    bar.set_label(label)
    bar.outline.set_linewidth(0.5)


def class_bar(figure: Any, axes: list[Axes], label: str) -> None:
    """The bar of shares in classes of percent, white for none."""
    bar = figure.colorbar(
        ScalarMappable(BoundaryNorm(CLASSES, SHADES.N), SHADES), ax=axes, location="bottom", shrink=0.55, aspect=36,
        pad=0.02, spacing="uniform", fraction=0.05,
    )  # fmt: skip
    bar.set_ticks(list(CLASSES), labels=["0", *(f"{edge:.0f}" for edge in CLASSES[1:])])
    bar.ax.tick_params(length=0)
    bar.set_label(label)
    bar.outline.set_linewidth(0.5)
