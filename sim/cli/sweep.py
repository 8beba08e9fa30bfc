"""`waico sweep`: run studies, policies times futures times replicates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer


def sweep(
    studies: list[str] = typer.Argument(..., metavar="STUDY...", help="Study files."),
    out: str = typer.Option("", "--out", metavar="DIR", help="Results folder; results/NAME if left out."),
    workers: int | None = typer.Option(
        None, "--workers", min=1, help="Worker processes; one for each processor if left out."
    ),
    futures: int | None = typer.Option(
        None,
        "--futures",
        min=1,
        max=10_000_000,
        help="Another number of futures, for a first look; of a list, grid or one_at_a_time at most those it has.",
    ),
    replicates: int | None = typer.Option(
        None, "--replicates", min=1, max=1_000_000, help="Another number of replicates, for a first look."
    ),
    dask: str = typer.Option("", "--dask", metavar="ADDRESS", help="Dask scheduler, or 'local' for a local cluster."),
    mpi: bool = typer.Option(
        False, "--mpi", help="On the ranks of an MPI job: mpiexec -n 8 python -m mpi4py.futures -m sim sweep ... --mpi"
    ),
    shards: str = typer.Option(
        "", "--shards", metavar="URL", help="Object store where workers put what they make (s3://bucket/study)."
    ),
    imports: list[str] = typer.Option([], "--import", metavar="MODULE", help="Module that enrols further rules."),
    fresh: bool = typer.Option(False, "--fresh", help="Forget what the folder holds."),
    retry_failed: bool = typer.Option(False, "--retry-failed", help="Try runs again that failed."),
    plots: bool = typer.Option(False, "--plots", help="End with the table of differences and the plots, as compare."),
) -> None:
    """Run studies; what is finished stays finished, so the same command goes on after a stop."""
    from sim.cli.imports import import_rules
    from sim.errors import SimError
    from sim.files import Study, load
    from sim.study.sweeping import sweep as carry_out

    import_rules(imports)
    if out and len(studies) > 1:
        raise SimError("found --out with several studies; leave it out, each study gets a folder of its own")
    loaded = [load(each) for each in studies]  # all of them before the first run
    failed = 0
    if shards and len(studies) > 1:
        raise SimError("found --shards with several studies, expected one; an address holds one study")
    with _executor(dask, mpi) as executor:
        for name, study in zip(studies, loaded, strict=True):
            results = carry_out(
                study if isinstance(study, Study) else name,
                out or None,
                executor,
                workers,
                futures,
                replicates,
                fresh,
                retry_failed,
                imports,
                shards=shards,
            )
            failed += _report(results)
            if plots:
                _compare(results)
    if failed:
        raise typer.Exit(1)


def _compare(results: Any) -> None:
    from sim.cli.compare import write_table
    from sim.cli.drawing import draw

    typer.echo("")
    if len(results.policies) > 1:
        write_table(results, results.path, results.baseline)
    draw(results, results.path)


def _executor(address: str, mpi: bool) -> Any:
    from contextlib import nullcontext

    from sim.cli.cluster import dask_executor, mpi_executor
    from sim.errors import SimError

    if address and mpi:
        raise SimError("found --dask and --mpi, expected one of them")
    if mpi:
        return mpi_executor()
    return dask_executor(address) if address else nullcontext(None)


def _report(results: Any) -> int:
    from sim.cli.printing import echo, print_comparison, print_failures, print_summary
    from sim.comparison import compare, summary

    typer.echo("")
    if len(results.policies) > 1:
        print_comparison(results, compare(results), results.baseline)
    else:
        print_summary(results, summary(results))
    failed = print_failures(results)
    folder: Path = results.path
    tables = ", ".join(f"{name}/" for name in results.manifest["tables"])
    echo(
        f"\n{results.expected} runs, {failed} failed. Tables: {folder} ({tables} as Parquet; manifest.json, design.csv)"
    )
    echo("Next:")
    echo(f"  waico compare {folder}            all differences as a table, and plots")
    echo(f"  waico show {folder} --csv         the tables as CSV")
    one = results.read("runs", ["run_id"])["run_id"]
    if len(one):
        echo(f"  waico rerun {folder} {one.iloc[0]}   one run again, with every nation and event")
    if failed:
        echo("  the same command with --retry-failed tries the failed runs again")
    return failed
