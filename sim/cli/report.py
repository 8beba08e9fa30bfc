"""`waico report`: a study as one HTML file."""

from __future__ import annotations

import typer


def report(
    folder: str = typer.Argument(..., metavar="DIR", help="Results folder."),
    output: str = typer.Option("", "--output", "-o", metavar="FILE", help="HTML file; DIR/report.html if left out."),
) -> None:
    """Write one self-contained HTML file: question, policies, findings, robustness, evidence, provenance."""
    from pathlib import Path

    from sim.cli.printing import echo
    from sim.report import report as made
    from sim.results import open_results
    from sim.store.files import write_text

    results = open_results(folder)
    target = Path(output) if output else Path(folder) / "report.html"
    size = write_text(target, made(results))
    echo(f"Report: {target} ({size / 1e6:.1f} MB); it asks for nothing outside itself and can be mailed or printed")
