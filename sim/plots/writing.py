"""All figures of a study into a folder, as PNG and SVG with fixed names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from sim.plots.differences import differences, headline_columns
from sim.plots.further import further
from sim.plots.joining import who_joins_when
from sim.plots.money import dues_and_allocations
from sim.plots.power import power_against_share
from sim.plots.style import StudyFigure
from sim.plots.trajectories import headline_series, trajectories
from sim.plots.wording import bodies_of, body_of
from sim.results import Results
from sim.store.files import write_atomically

__all__ = ["Written", "write_all"]

KINDS = ("png", "svg")
Recipe = tuple[str, Callable[[], StudyFigure]]


@dataclass(frozen=True)
class Written:
    """What was written, and what was not: figures by name, with the reason why each was left out."""

    files: tuple[Path, ...]
    skipped: dict[str, str]


def write_all(
    results: Results,
    folder: str | Path,
    baseline: str | None = None,
    *,
    every: bool = False,
    criteria: Sequence[Any] | None = None,
) -> Written:
    """Write the figures that apply into `folder`, as NAME.png and NAME.svg; equal results give equal files.

    Names: trajectories, differences (the world), and for each body trajectories-BODY, differences-BODY,
    dues-and-allocations-BODY, power-BODY, power-shapley-BODY and who-joins-BODY-POLICY; the last for the baseline
    and for each policy under which membership differs from the baseline's. `baseline` is what differences are taken
    to, by default the study's own. `every` adds the figures of `sim.plots.further`; `criteria` are those of
    `sim.robustness`. A figure without a subject is skipped with its reason.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    skipped: dict[str, str] = {}
    recipes = [_recipes(results, baseline, skipped), *([further(results, baseline, criteria)] if every else [])]
    for name, make in chain(*recipes):
        figure = make()
        if figure.reason:
            skipped[name] = figure.reason
            continue
        figure.fix_layout()  # once for all kinds
        for kind in KINDS:
            path = target / f"{name}.{kind}"
            write_atomically(path, partial(figure.savefig, format=kind))
            files.append(path)
    return Written(tuple(files), skipped)


def _recipes(results: Results, baseline: str | None, skipped: dict[str, str]) -> Iterator[Recipe]:
    series, columns = headline_series(results), headline_columns(results)
    bodies = list(dict.fromkeys(body for policy in results.policies for body in bodies_of(results, policy)))
    for body in ("", *bodies):
        end = f"-{body}" if body else ""
        own = [name for name in series if body_of(name) == body]
        if own:
            yield f"trajectories{end}", partial(trajectories, results, own)
            theirs = [name for name in columns if body_of(name) == body]
            yield f"differences{end}", partial(differences, results, baseline, theirs)
        else:
            skipped[f"trajectories{end}"] = skipped[f"differences{end}"] = "no headline measure"
    for body in bodies:
        for policy in _joining(results, body, skipped):
            yield f"who-joins-{body}-{policy}", partial(who_joins_when, results, body, policy)
        yield f"dues-and-allocations-{body}", partial(dues_and_allocations, results, body)
        yield f"power-{body}", partial(power_against_share, results, body)
        yield f"power-shapley-{body}", partial(power_against_share, results, body, index="shapley_shubik")


def _joining(results: Results, body: str, skipped: dict[str, str]) -> Iterator[str]:
    """The baseline, and the policies under which some run has another number inside than under the baseline."""
    holders = [policy for policy in results.policies if body in bodies_of(results, policy)]
    first = results.baseline if results.baseline in holders else holders[0]
    yield first
    column = f"{body}.inside"
    if column not in results.schema.measures:
        return

    def counts(policy: str) -> list[tuple[int, int, float, float]]:
        frame = results.read(
            "runs", ["future", "replicate", f"{column}.end", f"{column}.mean"], {"policy": policy, "status": "ok"}
        )
        return sorted(map(tuple, frame.to_numpy().tolist()))

    known = counts(first)
    for policy in holders:
        if policy == first:
            continue
        if counts(policy) == known:
            skipped[f"who-joins-{body}-{policy}"] = f"as many inside as under {first}, run by run"
        else:
            yield policy
