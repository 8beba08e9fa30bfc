"""Many-objective search over the levers of a charter: epsilon-NSGA-II over blocks, with an archive that resumes.

The algorithm (Kollat and Reed 2006, Advances in Water Resources 29) is Platypus's. A generation is evaluated at once,
in the same futures for every charter. What was evaluated is kept on disk; a search that goes on is the same search from
its beginning with the kept numbers looked up, so that stopping changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import platypus
from numpy.typing import NDArray

from sim.errors import ChoiceError, StoreError
from sim.explore.points import Point, evaluate, placed
from sim.files import Study
from sim.measures import is_heavy
from sim.store.files import write_text
from sim.store.machine import code_digest, commit
from sim.study.designs import lay_out
from sim.study.distributions import values
from sim.study.ensemble import holds
from sim.units import Array

__all__ = ["Futures", "Search", "Tried", "futures_of", "key_of", "outcomes", "search", "settings_of", "typed"]

FRESH = 1_000_003
"""Added to the seed of the design and to the numbers of futures for those that the search has not seen."""
DIGITS = 3
"""A lever's number is rounded to so many digits: a charter is written by people."""


@dataclass(frozen=True)
class Futures:
    """Futures of a search: drawn values of each, by name, and the numbers that key their luck."""

    drawn: tuple[Mapping[str, Any], ...]
    luck: tuple[int, ...]


@dataclass(frozen=True)
class Tried:
    """One charter that was tried: its levers, and each objective's mean over futures, NaN where a run failed."""

    levers: Mapping[str, Any]
    means: tuple[float, ...]


@dataclass(frozen=True)
class Search:
    """What a search is about and what it found: all charters tried, and those that no other beats in a box."""

    study: Study
    settings: Mapping[str, Any]
    futures: Futures
    tried: tuple[Tried, ...]
    best: tuple[Tried, ...]


def settings_of(study: Study) -> dict[str, Any]:
    """The study's search; `ChoiceError` where it states none."""
    found = study.resolved.get("search")
    if not found:
        raise ChoiceError(
            f"study {study.name} states no search; write search: with of: {study.baseline}, levers: "
            "{PATH: {uniform: [0.0, 1.0]}} and objectives: {MEASURE.end: {better: more, epsilon: 1.0}}"
        )
    return dict(found)


def _forms(settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {path: {name: each for name, each in form.items() if each is not None}
            for path, form in settings["levers"].items()}  # fmt: skip


def futures_of(study: Study, number: int, *, fresh: bool = False) -> Futures:
    """Futures of the study's own kind: those of its design, or `fresh` ones that share no draw with them.

    A study that varies nothing has futures that differ by luck alone.
    """
    if not study.uncertainties:
        start = FRESH if fresh else 0
        return Futures(({},) * number, tuple(range(start, start + number)))
    design = dict(study.design)
    if design["design"] not in ("latin_hypercube", "sobol"):
        design["design"] = "latin_hypercube"
    if fresh:
        design["seed"] = int(design.get("seed") or 0) + FRESH
    laid = lay_out({**design, "count": number, "rows": None}, study.uncertainties)
    rows = laid.values[:number]
    start = FRESH if fresh else 0
    return Futures(
        tuple(dict(zip(laid.paths, row, strict=True)) for row in rows), tuple(start + each for each in range(len(rows)))
    )


def typed(forms: Mapping[str, Mapping[str, Any]], unit: Sequence[float]) -> dict[str, Any]:
    """Levers from points of the unit interval; numbers rounded to three digits, within their range.

    >>> typed({"a": {"uniform": [0.0, 5.0]}, "b": {"choice": ["x", "y"]}}, [0.12345, 0.7])
    {'a': 0.617, 'b': 'y'}
    """
    found = {}
    for (path, form), place in zip(forms.items(), unit, strict=True):
        value = values(form, np.array([min(max(place, 0.0), 1.0)]))[0]
        if isinstance(value, float):
            low, high = _ends(form)
            value = min(max(float(f"{value:.{DIGITS}g}"), low), high)
        found[path] = value
    return found


def _ends(form: Mapping[str, Any]) -> tuple[float, float]:
    low, high = (float(each) for each in values(form, np.array([0.0, 1.0])))
    return low, high


def outcomes(
    study: Study, charters: Sequence[tuple[str, Mapping[str, Any]]], futures: Futures, columns: Sequence[str],
    executor: Executor | None = None,
) -> tuple[Array, list[str | None]]:  # fmt: skip
    """Columns (charters, futures, columns) of policies with levers, in the same futures; one error a charter, or None.

    Replicates of the study are averaged; of a heavy tail the median.
    """
    points = []
    for policy, levers in charters:
        base = placed(study, policy, levers, {})
        for drawn, luck in zip(futures.drawn, futures.luck, strict=True):
            # A path that another rule has no place for stays out; `placed` refuses what can never be.
            there = {path: value for path, value in drawn.items() if holds(base, tuple(path.split(".")))}
            points.append(Point(policy, placed(study, policy, levers, there) if there else base, luck))
    found, errors = evaluate(points, columns, seed=study.seed, replicates=study.replicates, executor=executor)
    shape = (len(charters), len(futures.luck))
    joined = [
        (np.median if is_heavy(column) else np.mean)(found[column], axis=1).reshape(shape) for column in columns
    ]
    said = [next((each for each in errors[at : at + shape[1]] if each), None) for at in range(0, len(errors), shape[1])]
    return np.stack(joined, axis=-1), said


class _Archive:
    """Evaluations on disk, one line of JSON each; a torn last line, of a stop in the middle, is left out."""

    def __init__(self, folder: Path, about: Mapping[str, Any]) -> None:
        self.path = folder / "evaluations.jsonl"
        folder.mkdir(parents=True, exist_ok=True)
        head = folder / "search.json"
        text = json.dumps(about, sort_keys=True, indent=1) + "\n"
        if head.exists() and json.loads(head.read_text(encoding="utf-8")).get("digest") != about["digest"]:
            raise StoreError(
                f"{folder} holds another search (another study, levers, objectives or code); choose another folder "
                "(--out), or remove it"
            )
        write_text(head, text)
        self.known: dict[str, tuple[float, ...]] = {}
        self.order: list[dict[str, Any]] = []
        if self.path.exists():
            whole = self.path.read_text(encoding="utf-8").rpartition("\n")[0]
            for line in whole.splitlines():
                one = json.loads(line)
                self._note(one["levers"], [np.nan if each is None else each for each in one["means"]])
            write_text(self.path, whole + "\n" * bool(whole))

    def _note(self, levers: Mapping[str, Any], means: Sequence[float]) -> None:
        self.known[key_of(levers)] = tuple(float(each) for each in means)
        self.order.append(dict(levers))

    def add(self, many: Sequence[tuple[Mapping[str, Any], Array]]) -> None:
        """Keep more evaluations."""
        with self.path.open("a", encoding="utf-8") as handle:
            for levers, means in many:
                said = [None if np.isnan(each) else float(each) for each in means]
                handle.write(json.dumps({"levers": dict(levers), "means": said}) + "\n")
                self._note(levers, list(means))


def key_of(levers: Mapping[str, Any]) -> str:
    """A charter's name in the archive."""
    return json.dumps(levers, sort_keys=True)


class _Generation(platypus.evaluator.Evaluator):
    """Evaluates a whole generation at once: what the archive knows is looked up, the rest run together."""

    def __init__(self, run: Callable[[list[dict[str, Any]]], Array], forms: Mapping[str, Any], archive: _Archive,
                 signs: NDArray[np.float64]) -> None:  # fmt: skip
        super().__init__()
        self.run, self.forms, self.archive, self.signs = run, forms, archive, signs

    def evaluate_all(self, jobs: Any, **kwargs: Any) -> Any:
        """Evaluate all jobs; a charter with a failed run or a blank objective is marked as not feasible."""
        jobs = list(jobs)
        asked = [typed(self.forms, list(job.solution.variables)) for job in jobs]
        new = {key_of(each): each for each in asked if key_of(each) not in self.archive.known}
        if new:
            found = self.run(list(new.values()))
            self.archive.add(list(zip(new.values(), found, strict=True)))
        for job, levers in zip(jobs, asked, strict=True):
            means = np.array(self.archive.known[key_of(levers)])
            blank = int(np.isnan(means).sum())
            solution = job.solution
            solution.objectives[:] = [float(each) for each in np.nan_to_num(-self.signs * means)]
            solution.constraints[:] = [float(blank)]
            solution.constraint_violation = float(blank)
            solution.feasible, solution.evaluated = blank == 0, True
        return jobs


def search(
    study: Study,
    folder: str | Path,
    *,
    evaluations: int | None = None,
    executor: Executor | None = None,
    told: Callable[[int, int, int], None] | None = None,
) -> Search:
    """Search over the levers that a study states under `search`, into a folder; what it holds is gone on with.

    `told` hears after each generation how many charters were tried, of how many, and how many are in the archive. The
    numbers depend on the study alone. Raises `ChoiceError` for a study without a search and unknown objectives,
    `StoreError` for a folder of another search.
    """
    settings = settings_of(study)
    forms, number = _forms(settings), evaluations or int(settings["evaluations"])
    columns = list(settings["objectives"])
    signs = np.array([1.0 if each["better"] == "more" else -1.0 for each in settings["objectives"].values()])
    futures = futures_of(study, int(settings["futures"]))
    about = {"study": study.name, "seed": study.seed, "search": settings, "commit": commit(),
             "digest": _digest(study, settings)}  # fmt: skip
    archive = _Archive(Path(folder), about)
    first, _ = outcomes(study, [(settings["of"], {})], Futures(futures.drawn[:1], futures.luck[:1]), columns, executor)
    lacking = [name for place, name in enumerate(columns) if np.isnan(first[..., place]).all()]
    if lacking:
        problem = f"search: {', '.join(lacking)} has no value under '{settings['of']}'"
        raise ChoiceError(f"{problem}; `waico list measures` shows what there is")

    def run(many: list[dict[str, Any]]) -> Array:
        charters = [(str(settings["of"]), each) for each in many]
        return np.asarray(outcomes(study, charters, futures, columns, executor)[0].mean(axis=1))

    problem = platypus.Problem(len(forms), len(columns), 1)
    problem.types[:] = platypus.Real(0.0, 1.0)
    problem.constraints[:] = "<=0"
    random.seed(study.seed)  # Platypus draws from the module's own generator
    algorithm = platypus.EpsNSGAII(
        problem,
        epsilons=[float(each["epsilon"]) for each in settings["objectives"].values()],
        population_size=int(settings["population"]),
        evaluator=_Generation(run, forms, archive, signs),
        log_frequency=number + 1,
    )

    def after(state: Any) -> None:
        if told is not None:
            told(min(int(state.nfe), number), number, len(state.archive))

    algorithm.run(number, callback=after)
    best: dict[str, Tried] = {}
    for solution in algorithm.archive:
        levers = typed(forms, list(solution.variables))
        if solution.feasible:
            best[key_of(levers)] = Tried(levers, archive.known[key_of(levers)])
    tried = tuple(Tried(levers, archive.known[key_of(levers)]) for levers in archive.order)
    return Search(study, settings, futures, tried, tuple(best.values()))


def _digest(study: Study, settings: Mapping[str, Any]) -> str:
    """What a search's numbers depend on: the policy, the uncertainties, the seed and all settings but its length."""
    kept = {key: value for key, value in settings.items() if key not in ("evaluations", "verify", "year", "body")}
    said = [study.seed, study.replicates, study.policies[settings["of"]], study.uncertainties, study.design, kept,
            code_digest()]  # fmt: skip
    return hashlib.blake2b(json.dumps(said, sort_keys=True).encode(), digest_size=16).hexdigest()
