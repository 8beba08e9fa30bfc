"""`waico compare`: what differs, for whom, how surely and how robustly; as tables and as plots."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from sim.comparison import PaperTable
    from sim.results import Results


LONG = 20_000


def compare(
    folder: str = typer.Argument(..., metavar="DIR", help="Results folder."),
    baseline: str = typer.Option("", "--baseline", metavar="POLICY", help="Policy to compare with; the study's own."),
    measures: list[str] = typer.Option([], "--measure", "-m", metavar="NAME", help="Measure or column; headlines."),
    level: float = typer.Option(0.95, "--level", help="Level of the intervals."),
    method: str = typer.Option("t", "--method", help="Intervals of means: t or bootstrap."),
    correction: str = typer.Option(
        "holm", "--correction", help="For several comparisons: holm, benjamini-hochberg or none."
    ),
    groups: bool = typer.Option(False, "--groups", help="Effects by income group, tier, bloc."),
    bloc: str = typer.Option("", "--blocs", metavar="COLUMN", help="Effects on a column of nations, by bloc."),
    width: float = typer.Option(
        0.0, "--convergence", metavar="SHARE", help="Runs needed for intervals of this share of today's width."
    ),
    robustness: bool = typer.Option(False, "--robustness", help="Regret, thresholds, domains, Pareto front, rivals."),
    criteria: list[str] = typer.Option(
        [], "--criterion", metavar="TEXT", help="Instead of the study's criteria: 'gdp_gain.end >= 6; weight 2'."
    ),
    form: str = typer.Option("", "--format", metavar="NAME", help="csv, html, latex or markdown instead of a screen."),
    output: str = typer.Option("", "--output", "-o", metavar="FILE", help="Write the tables here; format by ending."),
    every: bool = typer.Option(False, "--all-plots", help="Draw every figure, not the standard ones alone."),
    plots: bool = typer.Option(True, "--plots/--no-plots", help="Draw the standard figures."),
) -> None:
    """Compare every policy with the baseline; writes compare.csv and plots into the folder.

    With --groups, --blocs, --convergence or --robustness it answers that question, and draws nothing unless
    --all-plots is given.
    """
    from sim.cli.drawing import draw
    from sim.cli.printing import echo, print_comparison
    from sim.comparison import compare as compared
    from sim.errors import SimError
    from sim.results import open_results

    results = open_results(folder)
    chosen = baseline or results.baseline
    asked = bool(groups or bloc or width or robustness or criteria)
    written = bool(form or output)
    kind = kind_of(form, output) if written else ""
    if len(results.policies) < 2 and not (asked or every):
        raise SimError(f"{folder} holds one policy, so there is nothing to compare; use `waico show {folder}`")
    options: dict[str, Any] = {"level": level, "method": method, "correction": correction}
    tables: list[PaperTable] = []
    if asked:
        robust = robustness or bool(criteria)
        tables += _asked(results, chosen, measures, options, groups, bloc, width, robust, criteria)
    elif len(results.policies) > 1:
        frame = compared(results, chosen, measures or None, **options)
        if written:
            tables += [_paper(results, frame, chosen, level)]
        else:
            print_comparison(results, frame, chosen, level)
            write_table(results, Path(folder), chosen, options)
    give(tables, kind, output)
    if every or (plots and not asked and not written):
        draw(results, Path(folder), chosen, every=every, criteria=criteria)
    elif not written and asked:
        echo("Figures: the same command with --all-plots")


def kind_of(form: str, output: str) -> str:
    """The format asked for, or that of a file's ending; `SimError` for another."""
    from sim.comparison import FORMATS
    from sim.errors import SimError

    endings = {".csv": "csv", ".html": "html", ".htm": "html", ".tex": "latex", ".md": "markdown"}
    kind = form or endings.get(Path(output).suffix.lower(), "")
    if kind not in FORMATS:
        found = f"the format '{form}'" if form else f"the file '{output}' without --format"
        raise SimError(f"found {found}, expected one of: {', '.join(FORMATS)}; write --format latex or -o table.tex")
    return kind


def _paper(results: Results, frame: Any, chosen: str, level: float) -> PaperTable:
    from sim.comparison import paper_table

    return paper_table(results, frame, chosen, level)


def _asked(
    results: Results,
    chosen: str,
    measures: list[str],
    options: dict[str, Any],
    groups: bool,
    bloc: str,
    width: float,
    robust: bool,
    criteria: list[str],
) -> list[PaperTable]:
    from sim.comparison import by_bloc, by_group, convergence, convergence_table
    from sim.robustness import robustness, sheets

    found: list[PaperTable] = []
    if groups:
        found.append(_paper(results, by_group(results, chosen, measures or None, **options), chosen, options["level"]))
    if bloc:
        found.append(_paper(results, by_bloc(results, bloc, None, chosen, **options), chosen, options["level"]))
    if width:
        frame = convergence(results, width, chosen, measures or None, options["level"])
        found.append(convergence_table(results, frame, options["level"]))
    if robust:
        found += sheets(results, robustness(results, criteria or None))
    return found


def give(tables: list[PaperTable], kind: str, output: str) -> None:
    """Print tables on the screen, or as a format, or write them into a file."""
    from sim.cli.printing import echo, print_sheet
    from sim.comparison import rendered
    from sim.store.files import write_text

    if not kind:
        for table in tables:
            print_sheet(table)
        return
    titled = [f"{table.title}\n" * (kind == "csv" and len(tables) > 1) + rendered(table, kind) for table in tables]
    text = "\n".join(titled)
    if not output:
        typer.echo(text, nl=False)
        return
    write_text(Path(output), text)
    echo(f"{len(tables)} table{'s' * (len(tables) > 1)}: {output}")


def _teller(runs: int) -> Any:
    """What says on the error stream, every tenth of the way, how far a long comparison is; none for a short one."""
    said = [0]

    def tell(share: float) -> None:
        if int(10 * share) > said[0]:
            said[0] = int(10 * share)
            typer.echo(f"compared {10 * said[0]} % of the measures of {runs:,} runs", err=True)

    return tell if runs >= LONG else None


def write_table(results: Results, folder: Path, baseline: str, options: dict[str, Any] | None = None) -> None:
    """Write the differences of every measure to the baseline into folder/compare.csv."""
    from sim.cli.printing import echo
    from sim.comparison import compare as compared
    from sim.store.files import write_text

    names = list(results.schema.measures)
    every = compared(results, baseline, names, told=_teller(results.expected), **(options or {}))
    write_text(folder / "compare.csv", every.to_csv(index=False))
    echo(f"All {len(every)} differences: {folder / 'compare.csv'}")
