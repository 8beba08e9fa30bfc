"""`waico schema`: the JSON Schema that editors use for completion and checks."""

from __future__ import annotations

from pathlib import Path

import typer


def write_schema(
    out: Path | None = typer.Option(
        None, "-o", "--out", metavar="FILE", help="Write to this file instead of the screen."
    ),
    imports: list[str] = typer.Option(
        [], "--import", metavar="MODULE", help="Module that enrols further rules."
    ),
) -> None:
    """Print the JSON Schema of scenario, study and charter files."""
    from sim.cli.imports import import_rules
    from sim.errors import ScenarioError
    from sim.files.schema import schema_text

    import_rules(imports)
    text = schema_text()
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ScenarioError(
            str(out), 0, 0, f"the file cannot be written: {error.strerror}", "name another file"
        ) from None
    typer.echo(f"schema written to {out}")
