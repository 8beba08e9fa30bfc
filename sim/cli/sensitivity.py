"""`waico sensitivity`: which uncertainties drive a measure."""

from __future__ import annotations

import typer


def sensitivity(
    folder: str = typer.Argument(..., metavar="DIR", help="Results folder."),
    measures: list[str] = typer.Option(
        [], "--measure", "-m", metavar="NAME", help="Column such as gdp_gain.end; the study's criteria."
    ),
    method: str = typer.Option("auto", "--method", help="morris, sobol, scores, or auto: what the design is made for."),
    baseline: str = typer.Option("", "--baseline", metavar="POLICY", help="Policy to compare with; the study's own."),
    most: int = typer.Option(12, "--most", min=1, help="Inputs named in a table."),
    form: str = typer.Option("", "--format", metavar="NAME", help="csv, html, latex or markdown instead of a screen."),
    output: str = typer.Option("", "--output", "-o", metavar="FILE", help="Write the tables here; format by ending."),
    plots: bool = typer.Option(True, "--plots/--no-plots", help="Draw a figure a measure into DIR/plots."),
) -> None:
    """Show what drives a measure: Morris effects, Sobol indices or feature scores, as the study's design allows.

    Under the baseline the level is explained, under every other policy its difference. Writes
    DIR/sensitivity.csv with every input.
    """
    from pathlib import Path

    import pandas as pd

    from sim.cli.compare import give, kind_of
    from sim.cli.drawing import save
    from sim.cli.exploring import measures_of
    from sim.cli.printing import echo
    from sim.errors import ChoiceError
    from sim.explore.influence import influence
    from sim.explore.influence_sheets import influence_sheets
    from sim.plots.drivers import drivers
    from sim.results import open_results
    from sim.store.files import write_text

    results = open_results(folder)
    kind = kind_of(form, output) if form or output else ""
    found, refused = [], []
    for name in measures_of(results, measures):
        try:
            found.append(influence(results, name, method=method, baseline=baseline or None))
        except ChoiceError as error:
            refused.append(error)
    if refused and not found:
        raise refused[0]
    for each in refused:
        typer.echo(f"left out: {each}", err=True)
    give([table for one in found for table in influence_sheets(results, one, most)], kind, output)
    for one in found:
        for line in (*one.notes, *(f"warning: {each}" for each in one.warnings)):
            typer.echo(f"{one.column}: {line}", err=bool(kind and not output))
    frame = pd.concat([one.frame.assign(measure=one.column, method=one.method) for one in found])
    write_text(Path(folder) / "sensitivity.csv", frame.to_csv(index=False))
    if not kind:
        echo(f"All inputs: {Path(folder) / 'sensitivity.csv'}")
    if plots and not kind:
        for one in found:
            save(drivers(results, one), Path(folder) / "plots", f"drivers-{one.column}")
