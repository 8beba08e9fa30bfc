"""`waico compare`: paired differences with intervals, as a table and as plots."""

from __future__ import annotations

import typer


def compare(
    folder: str = typer.Argument(..., metavar="DIR", help="Results folder."),
    baseline: str = typer.Option(
        "", "--baseline", metavar="POLICY", help="Policy to compare with; the study's own."
    ),
) -> None:
    """Compare every policy with the baseline; writes compare.csv and plots into the folder."""
    from importlib import import_module
    from importlib.util import find_spec
    from pathlib import Path

    from sim.cli.printing import echo, print_comparison
    from sim.comparison import compare as compared
    from sim.errors import SimError
    from sim.results import open_results
    from sim.store.files import write_text

    results = open_results(folder)
    chosen = baseline or results.baseline
    if len(results.policies) < 2:
        raise SimError(
            f"{folder} holds one policy, so there is nothing to compare; use `waico show {folder}`"
        )
    frame = compared(results, chosen)
    print_comparison(results, frame, chosen)
    every = compared(results, chosen, list(results.schema.measures))
    write_text(Path(folder) / "compare.csv", every.to_csv(index=False))
    echo(f"All {len(every)} differences: {Path(folder) / 'compare.csv'}")
    draw = getattr(import_module("sim.plots"), "write_all", None) if find_spec("sim.plots") else None
    if draw is not None:
        draw(results, Path(folder) / "plots")
        echo(f"Plots: {Path(folder) / 'plots'}")
