"""`waico compare`: paired differences with intervals, as a table and as plots."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from sim.results import Results


def compare(
    folder: str = typer.Argument(..., metavar="DIR", help="Results folder."),
    baseline: str = typer.Option("", "--baseline", metavar="POLICY", help="Policy to compare with; the study's own."),
) -> None:
    """Compare every policy with the baseline; writes compare.csv and plots into the folder."""
    from sim.cli.drawing import draw
    from sim.cli.printing import print_comparison
    from sim.comparison import compare as compared
    from sim.errors import SimError
    from sim.results import open_results

    results = open_results(folder)
    chosen = baseline or results.baseline
    if len(results.policies) < 2:
        raise SimError(f"{folder} holds one policy, so there is nothing to compare; use `waico show {folder}`")
    frame = compared(results, chosen)
    print_comparison(results, frame, chosen)
    write_table(results, Path(folder), chosen)
    draw(results, Path(folder), chosen)


def write_table(results: Results, folder: Path, baseline: str) -> None:
    """Write the differences of every measure to the baseline into folder/compare.csv."""
    from sim.cli.printing import echo
    from sim.comparison import compare as compared
    from sim.store.files import write_text

    every = compared(results, baseline, list(results.schema.measures))
    write_text(folder / "compare.csv", every.to_csv(index=False))
    echo(f"All {len(every)} differences: {folder / 'compare.csv'}")
