"""`waico rerun`: one run again, alone."""

from __future__ import annotations

import typer


def rerun(
    folder: str = typer.Argument(..., metavar="DIR", help="Results folder."),
    run_id: str = typer.Argument(..., metavar="RUN_ID", help="Name of the run, as in the table runs."),
) -> None:
    """Run one row alone, with nations and events, and say whether every number agrees with the table."""
    from pathlib import Path

    from sim.cli.printing import echo
    from sim.errors import StoreError
    from sim.store.files import write_text
    from sim.study.again import again

    found = again(Path(folder), run_id)
    for note in found.notes:
        echo(f"Note: {note}")
    target = Path(folder) / "rerun" / run_id
    written = f"Tables with nations and events: {target}"
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, frame in found.tables.items():
            write_text(target / f"{name}.csv", frame.to_csv(index=False))
    except (OSError, StoreError) as error:  # the verdict needs no room on the disk
        written = f"Tables not written: {getattr(error, 'strerror', None) or error}"
    line = found.tables["runs"].iloc[0]
    echo(
        f"{run_id}: {line['policy']}, future {line['future']}, replicate {line['replicate']}, "
        f"seed {line['seed']}, {line['status']}" + (f": {line['error']}" if line["status"] != "ok" else "")
    )
    echo(written)
    if found.differences:
        for text in found.differences[:20]:
            echo(f"differs: {text}")
        echo(f"{len(found.differences)} of {found.numbers} numbers differ.")
        raise typer.Exit(1)
    echo(f"All {found.numbers} numbers agree, bit for bit.")
