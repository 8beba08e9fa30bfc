"""`waico explore`: a study as a page to click through."""

from __future__ import annotations

import typer


def explore(
    folder: str = typer.Argument(..., metavar="DIR", help="Results folder."),
    output: str = typer.Option("", "--output", "-o", metavar="FILE", help="HTML file; DIR/explorer.html if left out."),
    measures: list[str] = typer.Option(
        [], "--measures", "-m", metavar="NAME", help="Only these measures; again for several. All that fit if left out."
    ),
    runs: int = typer.Option(10_000, "--runs", min=1, max=100_000, help="Most runs on the page; beyond, a sample."),
) -> None:
    """Write one self-contained HTML page: pick policies, measures and futures, click on a point for its run."""
    from pathlib import Path

    from sim.cli.printing import echo
    from sim.explorer import explorer
    from sim.results import open_results
    from sim.store.files import write_text

    results = open_results(folder)
    target = Path(output) if output else Path(folder) / "explorer.html"
    size = write_text(target, explorer(results, measures or None, runs))
    echo(f"Explorer: {target} ({size / 1e6:.1f} MB); it asks for nothing outside itself, open it in a browser")
