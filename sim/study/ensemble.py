"""The runs of a study: policies times futures times replicates, each with its scenario and its id."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import ChoiceError
from sim.files import apply
from sim.files.change import covers
from sim.plan import RunSpec
from sim.study.designs import Design
from sim.study.identity import content, overlaid, run_id

__all__ = ["Ensemble", "Policy", "Row", "holds"]


@dataclass(frozen=True)
class Policy:
    """One policy with its levers set: a whole resolved scenario, and the lever values that were put in."""

    name: str
    title: str
    text: str
    resolved: Mapping[str, Any] = field(repr=False)
    levers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One run: its id, what the engine needs, and the values of the varied inputs."""

    run_id: str
    spec: RunSpec
    inputs: Mapping[str, Any]
    number: int | None = None

    @property
    def future(self) -> int:
        """The future's number in the design; `spec.future` keys its luck, which rows of a design may share."""
        return self.spec.future if self.number is None else self.number


def holds(resolved: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    """Whether resolved data have something at a path."""
    here: Any = resolved
    for part in path:
        if not isinstance(here, Mapping) or part not in here:
            return False
        here = here[part]
    return True


def _leaf(resolved: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    here: Any = resolved
    for part in path:
        here = here.get(part) if isinstance(here, Mapping) else None
    return here


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class Ensemble:
    """A study ready to run. Rows are numbered policy by policy, future by future, replicate by replicate.

    `varied` are the paths that get a column `input.PATH`; `len()` is the number of runs.
    """

    def __init__(
        self,
        *,
        name: str,
        title: str,
        seed: int,
        replicates: int,
        policies: Sequence[Policy],
        design: Design,
        optional: Iterable[str] = (),
        baseline: str = "",
        outputs: Mapping[str, bool] | None = None,
        study: Mapping[str, Any] | None = None,
        base: Path | None = None,
        overrides: Mapping[str, Any] | None = None,
    ) -> None:
        self.name, self.title, self.seed, self.replicates = name, title, seed, replicates
        self.policies, self.design, self.base = tuple(policies), design, base
        self.overrides = dict(overrides or {})
        self.baseline = baseline or self.policies[0].name
        self.outputs = {"nations": False, "events": False, **(outputs or {})}
        self.study = dict(study or {})
        self.varied = tuple(dict.fromkeys([*(path for each in policies for path in each.levers), *design.paths]))
        self.optional = frozenset(optional)
        self._bases: dict[tuple[int, str], Mapping[str, Any]] = {}
        self._known: dict[int, bytes] = {}

    def __len__(self) -> int:
        return len(self.policies) * len(self.design.numbers) * self.replicates

    @property
    def shape(self) -> tuple[int, int, int]:
        """(policies, futures, replicates)."""
        return len(self.policies), len(self.design.numbers), self.replicates

    def inputs(self, policy: int, future: int) -> dict[str, Any]:
        """The varied values of a policy in the `future`-th row of the design; a path it lacks is left out."""
        own = self.policies[policy]
        drawn = dict(zip(self.design.paths, self.design.values[future], strict=True))
        present = {
            path: value
            for path, value in drawn.items()
            if path not in self.optional or holds(own.resolved, tuple(path.split(".")))
        }
        return {**own.levers, **present}

    def base_of(self, policy: int, future: int) -> tuple[Mapping[str, Any], dict[tuple[str, ...], float]]:
        """The scenario with everything but plain numbers put in, and the numbers still to be put in.

        Rows with the same base share one object. What is no plain number (a rule, a name, a whole number)
        goes through `sim.files.apply`, which checks the scenario anew; numbers were checked at the ends of
        their range.
        """
        own = self.policies[policy]
        values = {path: value for path, value in self.inputs(policy, future).items() if path not in own.levers}
        plain, rest = dict[tuple[str, ...], float](), dict[str, Any]()
        for path, value in values.items():
            parts = tuple(path.split("."))
            if _is_number(value) and isinstance(_leaf(own.resolved, parts), float):
                plain[parts] = float(value)
            else:
                rest[path] = value
        base = self._base(policy, rest)
        lost = [path for path in plain if not isinstance(_leaf(base, path), float)]
        if lost:  # another rule was chosen: let the files say whether the number has a place in it
            base = self._base(policy, rest | {".".join(path): plain.pop(path) for path in lost})
        return base, plain

    def _base(self, policy: int, rest: Mapping[str, Any]) -> Mapping[str, Any]:
        key = policy, json.dumps(rest, sort_keys=True)
        if key not in self._bases:
            own, levers = self.policies[policy].resolved, self.policies[policy].levers
            again = {path: levers[path] for path in levers if any(covers(other, path) for other in rest)}
            made = own
            if rest:
                changes, source = {**rest, **again}, f"study {self.name}"
                made = apply(own, changes, base=self.base, source=source, overrides=self.overrides)
            self._bases[key] = made
            content(made, self._known, self._known)
        return self._bases[key]

    def scenario(self, policy: int, future: int) -> Mapping[str, Any]:
        """The resolved scenario of a policy in a future; unchanged branches are shared between rows."""
        base, numbers = self.base_of(policy, future)
        return overlaid(base, numbers) if numbers else base

    def run_ids(self) -> list[str]:
        """The ids of all runs, in the order of the rows."""
        found = []
        for policy, own in enumerate(self.policies):
            for future, number in enumerate(self.design.numbers):
                digest = self._digest(self.scenario(policy, future), future)
                found += [run_id(own.name, digest, self.seed, number, each) for each in range(self.replicates)]
        if len(set(found)) != len(found):
            raise ChoiceError(f"study {self.name}: two runs share an id; give every policy a name of its own")
        return found

    def _digest(self, scenario: Mapping[str, Any], future: int) -> bytes:
        """The digest of a row's scenario, and of its luck where that is not its future's own."""
        digest = content(scenario, self._known)
        return digest + f" luck {self.design.luck[future]}".encode() if self.design.luck else digest

    def row(self, number: int, identity: str | None = None) -> Row:
        """The run of a row number, for the engine."""
        policy, rest = divmod(number, len(self.design.numbers) * self.replicates)
        future, replicate = divmod(rest, self.replicates)
        scenario = self.scenario(policy, future)
        own, drawn = self.policies[policy], self.design.numbers[future]
        identity = identity or run_id(own.name, self._digest(scenario, future), self.seed, drawn, replicate)
        spec = RunSpec(own.name, self.design.luck_of(future), replicate, self.seed, scenario)
        return Row(identity, spec, self.inputs(policy, future), drawn)

    def rows(self, numbers: Sequence[int], identities: Sequence[str]) -> list[Row]:
        """Several runs; those of one policy and future share one scenario object."""
        found: list[Row] = []
        each = len(self.design.numbers) * self.replicates
        last: tuple[int, int] | None = None
        for number in numbers:
            policy, rest = divmod(int(number), each)
            future, replicate = divmod(rest, self.replicates)
            if (policy, future) != last:
                last, scenario, inputs = (
                    (policy, future),
                    self.scenario(policy, future),
                    self.inputs(policy, future),
                )
            spec = RunSpec(self.policies[policy].name, self.design.luck_of(future), replicate, self.seed, scenario)
            found.append(Row(identities[int(number)], spec, inputs, self.design.numbers[future]))
        return found

    def bases(self) -> np.ndarray[Any, Any]:
        """Which rows share a base: whole numbers of shape (policies, futures)."""
        labels: dict[int, int] = {}
        found = [
            [labels.setdefault(id(self.base_of(policy, future)[0]), len(labels)) for future in range(self.shape[1])]
            for policy in range(self.shape[0])
        ]
        return np.array(found, dtype=np.int64).reshape(self.shape[:2])
