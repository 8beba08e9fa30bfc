"""EMA Workbench drives the model: its samples become our runs, in blocks and one at a time alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from ema_workbench import ScalarOutcome, SequentialEvaluator, perform_experiments

import sim
from sim.explore.ema import BlockEvaluator, ema_model
from sim.explore.points import Point, evaluate

STUDY = """format: 1
kind: study
scenario: {years: 2, nations: {sample: 12}, bodies: {waico: {charter: ../charters/waico-as-signed.yaml}}}
seed: 4
policies:
  plain: {}
  strict: {set: {bodies.waico.policy.stringency: 0.9}}
futures:
  design: latin_hypercube
  count: 3
  uncertainties:
    world.severity.index: {uniform: [1.1, 2.5]}
    world.incidents.base: {loguniform: [0.5, 20.0]}
    world.investment.outside: {triangular: [300.0, 600.0, 1000.0]}
    world.tension.mean: {normal: [0.5, 0.05]}
    world.race: {choice: [adaptive, fixed_effort]}
"""
COLUMNS = ["gdp_gain.end", "expected_loss.mean", "waico.members"]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> sim.Study:
    root = tmp_path_factory.mktemp("s")
    charters = Path(__file__).resolve().parents[2] / "scenarios" / "charters"
    (root / "studies").mkdir()
    (root / "charters").symlink_to(charters)
    file = root / "studies" / "small.yaml"
    file.write_text(STUDY)
    return sim.load(file)  # type: ignore[return-value]


def test_blocks_and_single_experiments_agree(study: sim.Study) -> None:
    model = ema_model(study, COLUMNS, replicates=2)
    with BlockEvaluator(model) as blocks:
        experiments, found = blocks.perform_experiments(scenarios=3, policies=2)
    assert len(experiments) == 6 and found["waico.members"].shape == (6, 3)
    assert set(experiments["world.race"]) <= {"adaptive", "fixed_effort"}
    model.outcomes = [ScalarOutcome("expected_loss.mean")]
    names = [*model.uncertainties.keys(), *model.levers.keys()]
    row = experiments.iloc[4]
    alone = model.run_experiment({name: row[name] for name in names})
    assert alone["expected_loss.mean"] == found["expected_loss.mean"][4]


def test_the_sequential_evaluator_of_the_workbench_works_too(study: sim.Study) -> None:
    model = ema_model(study, ["gdp_gain.end"])
    with SequentialEvaluator(model) as one:
        _, found = perform_experiments(model, scenarios=2, evaluator=one)
    assert np.isfinite(found["gdp_gain.end"]).all()


def test_points_equal_the_rows_of_a_sweep(study: sim.Study, tmp_path: Path) -> None:
    results = sim.sweep(study, out=tmp_path / "out", workers=1, replicates=1, progress=False)
    ensemble_rows = results.runs
    for place in (0, 4):
        line = ensemble_rows.iloc[place]
        model = results.model(line["run_id"])
        values, errors = evaluate([Point(line["policy"], model.scenario, int(line["future"]))], ["expected_loss.mean"],
                                  seed=4)  # fmt: skip
        assert errors == [None] and values["expected_loss.mean"][0, 0] == line["expected_loss.mean"]
