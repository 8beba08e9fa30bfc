"""`waico run`: one scenario, as often as wanted."""

from __future__ import annotations

import typer


def run(
    scenario: str = typer.Argument(..., metavar="SCENARIO", help="Scenario file."),
    seed: int = typer.Option(1, "--seed", min=0, max=2**53 - 1, help="Seed of every draw."),
    future: int = typer.Option(
        0, "--future", min=0, help="Number of the future, part of the key of every draw."
    ),
    replicates: int = typer.Option(64, "--replicates", min=1, max=1_000_000, help="How often to run it."),
    settings: list[str] = typer.Option(
        [], "--set", metavar="PATH=VALUE", help="Change a value of the scenario."
    ),
    out: str = typer.Option(
        "", "--out", metavar="DIR", help="Folder for the tables; nothing is written if left out."
    ),
    imports: list[str] = typer.Option(
        [], "--import", metavar="MODULE", help="Module that enrols further rules."
    ),
) -> None:
    """Run one scenario and print its headline measures with intervals."""
    from dataclasses import replace

    from sim.cli.imports import import_rules
    from sim.cli.printing import echo, print_failures, print_summary
    from sim.cli.values import settings_of
    from sim.comparison import summary
    from sim.errors import ScenarioError
    from sim.files import Scenario, apply, load
    from sim.study.policies import of_scenario
    from sim.study.single import run_in_memory
    from sim.study.sweeping import sweep_ensemble

    import_rules(imports)
    found = load(scenario)
    if not isinstance(found, Scenario):
        raise ScenarioError(
            scenario,
            0,
            0,
            f"found a {type(found).__name__.lower()}, expected a scenario",
            "use `waico sweep` for a study",
        )
    if settings:
        changes = settings_of(settings)
        found = replace(found, resolved=apply(found.resolved, changes, base=found.path, overrides=found.overrides))
    ensemble = of_scenario(found, seed=seed, replicates=replicates, future=future)
    results = (
        sweep_ensemble(ensemble, out, modules=imports)
        if out
        else run_in_memory(ensemble, modules=tuple(imports))
    )
    years = found.resolved["years"]
    span = f"{years} years" if years > 1 else "1 year"
    echo(f"{found.name}: {span}, {replicates} replicates, seed {seed}, future {future}")
    print_summary(results, summary(results))
    failed = print_failures(results)
    if out:
        echo(f"Tables: {results.path}")
    if failed:
        raise typer.Exit(1)
