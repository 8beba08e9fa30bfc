"""A study as a model of EMA Workbench, and an evaluator that runs its experiments in blocks.

EMA Workbench (Kwakkel 2017, Environmental Modelling and Software 96) brings its own sampling, searching and pictures;
here it draws the points, and the engine runs them side by side, which it would otherwise call one at a time.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import numpy as np
import scipy.stats

from sim.errors import ChoiceError, RunError
from sim.explore.influence import said
from sim.explore.points import Point, evaluate, placed, values_of
from sim.files import Study, load
from sim.measures import is_heavy
from sim.study.distributions import FAR, form_name

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from ema_workbench import (
        CategoricalParameter,
        IntegerParameter,
        RealParameter,
        ScalarOutcome,
        TimeSeriesOutcome,
    )
    from ema_workbench.em_framework.evaluators import BaseEvaluator
    from ema_workbench.em_framework.model import SingleReplication
    from ema_workbench.em_framework.points import experiment_generator

__all__ = ["BlockEvaluator", "StudyModel", "ema_model"]

POLICY = "policy_of_study"


class StudyModel(SingleReplication):
    """A study as a model: uncertainties and levers are its own, outcomes are columns of `runs` or whole series.

    One experiment is as many runs as `replicates` says, and an outcome their mean (heavy tails: their median). The
    luck is keyed by the values of the uncertainties, so that policies in one scenario meet the same.
    """

    def __init__(
        self, study: Study, outcomes: Sequence[str], *, replicates: int = 1, levers: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__("".join(letter for letter in study.name if letter.isalnum()) or "study")
        self.study, self.columns, self.replicates = study, tuple(outcomes), replicates
        self._values: dict[str, dict[Any, Any]] = {}
        self.uncertainties = [self._parameter(name, form) for name, form in study.uncertainties.items()]
        forms: dict[str, Any] = {path: {"choice": lever["grid"]} for path, lever in study.levers.items()}
        if len(study.policies) > 1:
            forms = {POLICY: {"choice": list(study.policies)}, **forms}
        forms |= dict(levers or {})
        self.levers = [self._parameter(name, form) for name, form in forms.items()]
        self._own = frozenset(forms)
        self._known = (*study.uncertainties, *forms)
        self.outcomes = [
            (ScalarOutcome if column.endswith((".end", ".mean")) else TimeSeriesOutcome)(column) for column in outcomes
        ]

    def _parameter(self, name: str, form: Mapping[str, Any]) -> Any:
        kind = form_name(form)
        given = form[kind]
        if kind == "choice":
            self._values[name] = {said(value): value for value in given}
            return CategoricalParameter(name, list(self._values[name]))
        if kind == "integer":
            return IntegerParameter(name, given[0], given[1])
        if kind == "draws":
            return IntegerParameter(name, 0, len(form["rows"]) - 1)
        if kind == "uniform":
            return RealParameter(name, given[0], given[1])
        return RealParameter.from_dist(name, _frozen(kind, given, form.get("bounds")))

    def points(self, experiments: Iterable[Mapping[str, Any]]) -> list[Point]:
        """The point of each experiment, a mapping of parameters to values; what is not given keeps its default."""
        found = []
        known: dict[str, Mapping[str, Any]] = {}
        for one in experiments:
            values = {name: self._values.get(name, {}).get(value, value) for name, value in one.items()
                      if value is not None}  # fmt: skip
            values = {name: value.item() if isinstance(value, np.generic) else value for name, value in values.items()}
            policy = str(values.pop(POLICY, self.study.baseline))
            drawn = {name: value for name, value in values.items() if name in self.study.uncertainties}
            levers = {name: value for name, value in values.items() if name in self._own}
            key = json.dumps([policy, levers, drawn], sort_keys=True)
            if key not in known:
                known[key] = placed(self.study, policy, levers, values_of(self.study, drawn))
            digest = hashlib.blake2b(json.dumps(drawn, sort_keys=True).encode(), digest_size=6).digest()
            found.append(Point(policy, known[key], int.from_bytes(digest, "big") >> 2))
        return found

    def run_many(
        self, experiments: Sequence[Mapping[str, Any]], executor: Executor | None = None
    ) -> list[dict[str, Any]]:
        """The outcomes of many experiments, run in blocks; `RunError` where a run failed."""
        values, errors = evaluate(self.points(experiments), self.columns, seed=self.study.seed,
                                  replicates=self.replicates, executor=executor)  # fmt: skip
        for error in errors:
            if error is not None:
                raise RunError(error)
        joined = {
            column: (np.median if is_heavy(column) else np.mean)(own, axis=1) for column, own in values.items()
        }
        return [
            {column: own[place] if own.ndim > 1 else float(own[place]) for column, own in joined.items()}
            for place in range(len(experiments))
        ]

    def run_experiment(self, experiment: Mapping[str, Any]) -> dict[str, Any]:
        """One experiment alone, as any evaluator of the workbench asks for it; `BlockEvaluator` is faster."""
        return self.run_many([{name: experiment[name] for name in self._known if name in experiment}])[0]


def _frozen(kind: str, given: Sequence[float], bounds: Sequence[float] | None) -> Any:
    if kind == "loguniform":
        return scipy.stats.loguniform(given[0], given[1])
    if kind == "triangular":
        low, mode, high = given
        return scipy.stats.triang((mode - low) / (high - low), loc=low, scale=high - low)
    mean, deviation = given
    low, high = bounds if bounds is not None else (mean - FAR * deviation, mean + FAR * deviation)
    return scipy.stats.truncnorm((low - mean) / deviation, (high - mean) / deviation, loc=mean, scale=deviation)


class BlockEvaluator(BaseEvaluator):
    """An evaluator of EMA Workbench that hands a `StudyModel` all experiments at once, in blocks of one structure.

    `executor` is any of `concurrent.futures`; without one blocks run in this process.
    """

    def __init__(self, msis: Any, executor: Executor | None = None) -> None:
        super().__init__(msis)
        for model in self._msis:
            if not isinstance(model, StudyModel):
                raise ChoiceError(f"{model} is no model of a study; make it by sim.explore.ema.ema_model")
        self.executor = executor

    def initialize(self) -> None:
        """Nothing is to be prepared."""

    def finalize(self) -> None:
        """Nothing is to be ended; the executor is the caller's."""

    def evaluate_experiments(
        self, scenarios: Any, policies: Any, callback: Any, combine: str = "factorial", **kwargs: Any
    ) -> None:
        """Run all experiments of the design and report them in their order."""
        experiments = list(experiment_generator(scenarios, self._msis, policies, combine=combine))
        models = {model.name: model for model in self._msis}
        for name, model in models.items():
            own = [one for one in experiments if one.model_name == name]
            asked = [
                {key: value for key, value in {**one.scenario, **one.policy}.items() if key in model._known}
                for one in own
            ]
            for one, outputs in zip(own, model.run_many(asked, self.executor), strict=True):
                model.outcomes_output = outputs
                callback(one, dict(model.outcomes_output))
                model.reset_model()


def ema_model(
    study: Study | str | Path, outcomes: Sequence[str], *, replicates: int = 1, levers: Mapping[str, Any] | None = None
) -> StudyModel:
    """A study as a model of EMA Workbench.

    `outcomes` are columns of `runs` (a number) or measures (a series). Levers are the policies of the study, the
    grids under its `levers`, and any further `levers` given as distributions of paths. Raises `ScenarioError` for a
    file that is no study, and for values that no scenario takes, when they are drawn.

    >>> model = ema_model("scenarios/studies/first-look.yaml", ["gdp_gain.end", "waico.members"])
    >>> [each.name for each in model.uncertainties][:2], [each.name for each in model.levers]
    (['world.frontier.algorithmic_gain', 'world.frontier.fade'], ['policy_of_study'])
    """
    found = study if isinstance(study, Study) else load(study)
    if not isinstance(found, Study):
        raise ChoiceError(f"{study} is a {type(found).__name__.lower()}, expected a study; write a file with policies:")
    return StudyModel(found, outcomes, replicates=replicates, levers=levers)
