"""`waico discover`: under which inputs a measure crosses a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from sim.comparison import PaperTable


def discover(
    folder: str = typer.Argument(..., metavar="DIR", help="Results folder."),
    measure: str = typer.Option("", "--measure", "-m", metavar="NAME", help="Column such as waico.members.end."),
    below: float | None = typer.Option(None, "--below", metavar="X", help="Cases: the measure is below X."),
    above: float | None = typer.Option(None, "--above", metavar="X", help="Cases: the measure is above X."),
    policy: str = typer.Option("", "--policy", metavar="POLICY", help="One policy; else all, policy as an input."),
    density: float = typer.Option(0.8, "--density", min=0.0, max=1.0, help="Share of cases a box should have."),
    peel: float = typer.Option(0.05, "--peel", min=0.01, max=0.3, help="Part that PRIM cuts off at a time."),
    form: str = typer.Option("", "--format", metavar="NAME", help="csv, html, latex or markdown instead of a screen."),
    output: str = typer.Option("", "--output", "-o", metavar="FILE", help="Write the tables here; format by ending."),
    plots: bool = typer.Option(True, "--plots/--no-plots", help="Draw the box and its path into DIR/plots."),
) -> None:
    """Say where the futures lie in which a measure is below or above a line: PRIM's box, and a tree beside it.

    Without a measure: where each threshold of the study's criteria is missed.
    """
    from pathlib import Path

    from sim.cli.compare import give, kind_of
    from sim.cli.drawing import save
    from sim.errors import ChoiceError
    from sim.explore.cases import questions_of
    from sim.explore.scenarios import scenario_sheets, scenarios
    from sim.plots.boxes import boxes
    from sim.results import open_results

    results = open_results(folder)
    kind = kind_of(form, output) if form or output else ""
    asked = questions_of(results, measure, below, above)
    tables: list[PaperTable] = []
    for question in asked:
        try:
            found = scenarios(results, question, policy or None, density=density, peel=peel)
        except ChoiceError as error:
            if len(asked) == 1:
                raise
            typer.echo(f"left out: {error}", err=True)
            continue
        tables += scenario_sheets(results, found)
        if plots and not kind:
            save(boxes(results, found), Path(folder) / "plots", f"discover-{question.column}")
    give(tables, kind, output)
