"""The sweep: every policy in every future, into a folder; it can be stopped and gone on with."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from importlib import metadata
from pathlib import Path

from sim.errors import ScenarioError, SimError
from sim.files import Study, load
from sim.results import Results, open_results
from sim.store.machine import module_digests
from sim.study.ensemble import Ensemble
from sim.study.job import Job
from sim.study.policies import of_study

__all__ = ["sweep", "sweep_ensemble"]


def _read(study: Study | str | Path) -> Study:
    found = study if isinstance(study, Study) else load(study)
    if not isinstance(found, Study):
        raise ScenarioError(
            str(study),
            0,
            0,
            f"found a {type(found).__name__.lower()}, expected a study",
            "write a file with 'policies:', or use `waico run` for one scenario",
        )
    return found


def _positive(**numbers: int | None) -> None:
    for name, number in numbers.items():
        if number is not None and number < 1:
            raise SimError(f"found {name} {number}, expected at least 1; write --{name} 1 or more")


def sweep(
    study: Study | str | Path,
    out: str | Path | None = None,
    executor: Executor | None = None,
    workers: int | None = None,
    futures: int | None = None,
    replicates: int | None = None,
    fresh: bool = False,
    retry_failed: bool = False,
    modules: Sequence[str] = (),
    *,
    progress: bool = True,
    patience: float | None = None,
    engine: str = "sim.engine",
    shards: str = "",
) -> Results:
    """Run a study: policies times futures times replicates. What the folder `out` holds already is kept.

    `study` is a loaded study or a file; `out` a folder, `results/NAME` if left out. `executor` is any
    `concurrent.futures.Executor` whose workers see the folder; otherwise a pool of `workers` local
    processes is used, or none for a few seconds of work. `futures` and `replicates` ask for another size.
    `fresh` forgets what is finished, `retry_failed` does blocks with a failed run again. `modules` are
    importable modules that enrol further rules. `patience` is the time in seconds after which a worker
    counts as hung. `shards` is the address of an object store (s3://bucket/study) where workers put what they
    make, if they do not see the folder; it is fetched at the end. The numbers depend on none of these but the
    sizes. Raises `ScenarioError` and
    `StoreError`, with nothing written.
    """
    _positive(workers=workers, futures=futures, replicates=replicates)
    load_modules = _with_entry_points(modules)
    module_digests(load_modules)  # enrols their rules before the study is read
    ensemble = of_study(_read(study), futures=futures, replicates=replicates)
    return sweep_ensemble(
        ensemble,
        out,
        executor,
        workers,
        fresh,
        retry_failed,
        load_modules,
        progress=progress,
        patience=patience,
        engine=engine,
        shards=shards,
    )


def sweep_ensemble(
    ensemble: Ensemble,
    out: str | Path | None = None,
    executor: Executor | None = None,
    workers: int | None = None,
    fresh: bool = False,
    retry_failed: bool = False,
    modules: Sequence[str] = (),
    *,
    progress: bool = True,
    patience: float | None = None,
    engine: str = "sim.engine",
    shards: str = "",
) -> Results:
    """As `sweep`, for an ensemble that stands already."""
    path = Path(out) if out is not None else Path("results") / ensemble.name
    job = Job(ensemble, path, engine, module_digests(_with_entry_points(modules)), progress, shards)
    job.run(executor, workers, fresh, retry_failed, patience)
    return open_results(path)


def _with_entry_points(modules: Sequence[str]) -> list[str]:
    """Modules that enrol rules: those installed for it (entry points `waico.rules`), then those named."""
    installed = sorted(entry.module for entry in metadata.entry_points(group="waico.rules"))
    return list(dict.fromkeys([*installed, *modules]))
