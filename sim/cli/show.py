"""`waico show`: what a results folder holds."""

from __future__ import annotations

import typer


def show(
    folder: str = typer.Argument(..., metavar="DIR", help="Results folder."),
    csv: bool = typer.Option(False, "--csv", help="Write every table as CSV beside the Parquet files."),
    votes: str | None = typer.Option(
        None,
        "--votes",
        metavar="FILE.csv",
        help="Write every member's vote on every proposal, one row each; the study must keep events.",
    ),
) -> None:
    """Show a study's policies, its headline measures and its failed runs."""
    from functools import partial
    from pathlib import Path

    from sim.cli.printing import echo, print_failures, print_summary
    from sim.comparison import summary
    from sim.results import open_results
    from sim.store.dictionary import columns_csv
    from sim.store.files import write_atomically, write_text

    results = open_results(folder)
    shape = ", ".join(f"{number} {name}" for name, number in results.manifest["shape"].items())
    done = len(results.read("runs", ["run_id"]))
    echo(f"{results.manifest['title'] or results.name}: {shape}; {done} of {results.expected} runs are done")
    if done < results.expected:
        echo("The study is not finished; the command that started it goes on where it stopped.")
    if done:
        print_summary(results, summary(results))
        failed = print_failures(results)
        echo(f"{failed} failed")
    if csv:
        for name in results.manifest["tables"]:
            path, frame = Path(folder) / f"{name}.csv", results.read(name)
            write_atomically(path, partial(frame.to_csv, index=False, mode="wb"))
            echo(f"written: {path}")
        path = Path(folder) / "columns.csv"
        write_text(path, columns_csv(results.manifest))
        echo(f"written: {path}, unit and meaning of every column")
    if votes:
        ballots = results.ballots
        write_atomically(Path(votes), partial(ballots.to_csv, index=False, mode="wb"))
        echo(f"written: {votes}, {len(ballots)} votes of members")
