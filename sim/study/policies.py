"""From a loaded file to the runs it asks for: policies with their levers, futures, replicates."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.files import Scenario, Study, apply
from sim.files.tables import paths_of
from sim.study.designs import Design, lay_out
from sim.study.ensemble import Ensemble, Policy, holds
from sim.study.identity import content

__all__ = ["of_scenario", "of_study"]


def _label(path: str, paths: Iterable[str]) -> str:
    """The last two words of a path, or all of it where that would be ambiguous."""
    short = ".".join(path.split(".")[-2:])
    return short if sum(other.endswith("." + short) or other == short for other in paths) == 1 else path


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    if isinstance(value, Mapping) and "rule" in value:
        more = [f"{key}:{_shown(each)}" for key, each in value.items() if key != "rule"]
        return " ".join([str(value["rule"]), *more])
    return str(value) if isinstance(value, (str, int)) else json.dumps(value, sort_keys=True)


def _with_levers(study: Study) -> list[tuple[str, Policy]]:
    """Every policy at every combination of the levers it has, each with the policy it was made of."""
    found = []
    for name, resolved in study.policies.items():
        about = study.about.get(name, {})
        title, text = about.get("title") or name, about.get("text") or ""
        paths = [
            path
            for path, lever in study.levers.items()
            if not lever.get("where_present") or holds(resolved, tuple(path.split(".")))
        ]
        for values in itertools.product(*(study.levers[path]["grid"] for path in paths)):
            levers = dict(zip(paths, values, strict=True))
            said = ",".join(f"{_label(path, study.levers)}={_shown(value)}" for path, value in levers.items())
            source = str(study.path or f"study {study.name}")
            full = resolved
            if levers:
                full = apply(resolved, levers, base=study.path, source=source, overrides=_overrides(study))
            found.append(
                (
                    name,
                    Policy(
                        f"{name}[{said}]" if said else name,
                        f"{title} ({said})" if said else title,
                        text,
                        full,
                        levers,
                    ),
                )
            )
    return found


def _overrides(study: Study) -> Mapping[str, Any]:
    return study.scenario.overrides if study.scenario is not None else {}


def _baseline(study: Study, made: Sequence[tuple[str, Policy]]) -> str:
    """The baseline at its own lever values where the grid holds them, else at the first of the grid."""
    own = study.policies[study.baseline]
    variants = [policy for name, policy in made if name == study.baseline]
    same = [policy for policy in variants if content(policy.resolved) == content(own)]
    return (same or variants)[0].name


def of_study(study: Study, *, futures: int | None = None, replicates: int | None = None) -> Ensemble:
    """The ensemble of a loaded study; `futures` and `replicates` give other sizes for a first look."""
    made = _with_levers(study)
    return Ensemble(
        name=study.name,
        title=study.title,
        seed=study.seed,
        replicates=replicates or study.replicates,
        policies=[policy for _, policy in made],
        design=lay_out(study.design, study.uncertainties, futures),
        optional=[
            path
            for name, form in study.uncertainties.items()
            if form.get("where_present")
            for path in paths_of(name, form)
        ],
        baseline=_baseline(study, made),
        outputs=study.outputs,
        study=study.resolved,
        base=study.path,
        overrides=_overrides(study),
    )


def of_scenario(
    scenario: Scenario,
    *,
    seed: int = 1,
    replicates: int = 64,
    future: int = 0,
    outputs: Mapping[str, bool] | None = None,
) -> Ensemble:
    """The ensemble of one scenario: a single policy that bears its name, in one future."""
    policy = Policy(scenario.name or "scenario", scenario.title or scenario.name, scenario.text, scenario.resolved)
    return Ensemble(
        name=scenario.name or "scenario",
        title=scenario.title,
        seed=seed,
        replicates=replicates,
        policies=[policy],
        design=Design("replicates_only", seed, (), (future,), ((),)),
        outputs=outputs,
        study={"scenario": scenario.resolved},
        base=scenario.path,
    )
