"""The figures of a results folder, written, and what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.plots.style import StudyFigure
    from sim.results import Results

__all__ = ["draw", "save"]


def draw(
    results: Results,
    folder: Path,
    baseline: str | None = None,
    *,
    every: bool = False,
    criteria: Sequence[str] = (),
) -> None:
    """Write the figures that apply into folder/plots, say where they are and why any was left out.

    `every` adds the further ones to the standard set; `criteria` replace those of the study.
    """
    from sim.cli.printing import echo
    from sim.plots import write_all

    target = folder / "plots"
    written = write_all(results, target, baseline, every=every, criteria=criteria or None)
    echo(f"Plots: {target} ({len({path.stem for path in written.files})} figures, each as PNG and SVG)")
    reasons: dict[str, list[str]] = {}
    for name, reason in written.skipped.items():
        reasons.setdefault(reason, []).append(name)
    for reason, names in reasons.items():
        echo(f"Left out {', '.join(names)}: {reason}")


def save(figure: StudyFigure, folder: Path, name: str) -> None:
    """Write one figure into a folder as PNG and SVG and say where it is, or why there is none."""
    from functools import partial

    from sim.cli.printing import echo
    from sim.store.files import write_atomically

    if figure.reason:
        echo(f"Left out {name}: {figure.reason}")
        return
    folder.mkdir(parents=True, exist_ok=True)
    figure.fix_layout()
    for kind in ("png", "svg"):
        write_atomically(folder / f"{name}.{kind}", partial(figure.savefig, format=kind))
    echo(f"Figure: {folder / f'{name}.png'} (and .svg)")
