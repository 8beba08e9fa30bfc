"""`waico search`: which charters no other beats, and which of them the parties would adopt."""

from __future__ import annotations

import typer


def search(
    file: str = typer.Argument(..., metavar="STUDY", help="Study file with a search."),
    out: str = typer.Option("", "--out", metavar="DIR", help="Folder; results/NAME-search if left out."),
    evaluations: int | None = typer.Option(None, "--evaluations", min=4, help="Charters tried, for a first look."),
    workers: int | None = typer.Option(None, "--workers", min=1, help="Worker processes; one for each processor."),
    imports: list[str] = typer.Option([], "--import", metavar="MODULE", help="Module with further rules; one process."),
    plots: bool = typer.Option(True, "--plots/--no-plots", help="Draw the charters found into DIR/plots."),
) -> None:
    """Search over a charter's levers, try what no other beats in fresh futures, and put it to the parties' vote.

    What DIR holds is gone on with. Writes charters.csv, next-states.csv and evaluations.jsonl.
    """
    from contextlib import nullcontext
    from pathlib import Path

    from sim.cli.drawing import save
    from sim.cli.imports import import_rules
    from sim.cli.printing import echo, print_sheet
    from sim.errors import SimError
    from sim.explore.charter_sheets import charter_sheets
    from sim.explore.charters import judge
    from sim.explore.searching import search as searched
    from sim.explore.searching import settings_of
    from sim.files import Study, load
    from sim.plots.fronts import charters_found
    from sim.store.files import write_text
    from sim.study.pool import local_pool, worker_count

    import_rules(imports)
    study = load(file)
    if not isinstance(study, Study):
        raise SimError(f"{file} is a {type(study).__name__.lower()}, expected a study with search:")
    settings = settings_of(study)
    folder = Path(out) if out else Path("results") / f"{study.name}-search"
    runs = int(settings["futures"]) * study.replicates
    echo(f"{study.name}: {evaluations or settings['evaluations']} charters × {runs} runs, into {folder}")
    count = worker_count(workers)

    def told(tried: int, of: int, best: int) -> None:
        typer.echo(f"  {tried} of {of} charters tried, {best} that no other beats", err=True)

    with local_pool(count) if count > 1 and not imports else nullcontext() as executor:
        found = searched(study, folder, evaluations=evaluations, executor=executor, told=told)
        typer.echo(f"  {len(found.best)} charters are tried again in {settings['verify']} fresh futures", err=True)
        judged = judge(found, executor=executor)
    write_text(folder / "charters.csv", judged.charters.to_csv(index=False))
    write_text(folder / "next-states.csv", judged.next_states.to_csv(index=False))
    for table in charter_sheets(judged):
        print_sheet(table)
    echo(f"Tables: {folder / 'charters.csv'}, {folder / 'next-states.csv'}")
    if plots:
        save(charters_found(judged), folder / "plots", "charters-found")
