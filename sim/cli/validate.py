"""`waico validate`: check scenario, study and charter files."""

from __future__ import annotations

import typer


def validate(
    files: list[str] = typer.Argument(..., metavar="FILE...", help="Scenario, study or charter files."),
    imports: list[str] = typer.Option(
        [], "--import", metavar="MODULE", help="Module that enrols further rules."
    ),
) -> None:
    """Check files and everything they name; each problem as file:line:column: what; what to write."""
    from sim.cli.imports import import_rules
    from sim.errors import ScenarioError
    from sim.files import load

    import_rules(imports)
    wrong = 0
    seen: set[str] = set()
    for file in files:
        try:
            document = load(file)
        except ScenarioError as error:
            wrong += 1
            for each in (error, *error.others):
                if str(each) not in seen:
                    typer.echo(str(each), err=True)
                seen.add(str(each))
        else:
            typer.echo(f"{file}: {type(document).__name__.lower()} '{document.name}' is valid")
    if wrong:
        typer.echo(f"{wrong} of {len(files)} files cannot be used", err=True)
        raise typer.Exit(2)
