"""`waico explain`: why a nation is in or out of a body in a year of a run."""

from __future__ import annotations

import typer


def explain(
    folder: str = typer.Argument(..., metavar="DIR", help="Results folder."),
    nation: str = typer.Option(..., "--nation", metavar="ISO3", help="Nation, such as KAZ."),
    year: int = typer.Option(..., "--year", metavar="Y", help="Year, from the start of the run to its end."),
    run_id: str = typer.Option(
        "", "--run", metavar="RUN_ID", help="Run; the first finished one of the baseline if left out."
    ),
    body: str = typer.Option("", "--body", metavar="B", help="Body, such as waico; all if left out."),
) -> None:
    """The terms of a nation's utility in each tier, what they rest on, and what it did; the run is done again."""
    from sim.cli.printing import echo
    from sim.face.telling import first_run, tell
    from sim.results import open_results

    results = open_results(folder)
    echo(tell(results, run_id or first_run(results), nation, year, body or None))
