"""Left out means left out; scores against closed forms; the committed tables against a small recomputation."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit

from sim.choices import FAMILIES
from sim.data import read_table
from sim.engine import STEP
from sim.estimation import design, draws, evaluation, rates
from sim.estimation.comparators import COMPARATORS
from sim.estimation.design import fit_bodies, priors_of
from sim.estimation.risk_sets import bodies, body
from sim.estimation.scores import auc, auc_interval, calibration_slope
from sim.estimation.specification import FROZEN, GRID, LEVEL_ERROR

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "results" / "reference"
LIGHT = COMPARATORS["logit"]


def rows_of(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_list_of_a_body_left_out_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever WAICO's list says, its prediction from the others is the same, bit for bit."""
    waico, pool = body("WAICO"), (*bodies("train"), body("WAICO"))
    plain = evaluation.leave_out(waico, pool, FROZEN).log_odds
    real = design.risk
    monkeypatch.setattr(design, "risk", lambda one: 1.0 - real(one) if one.name == "WAICO" else real(one))
    assert np.array_equal(evaluation.leave_out(waico, pool, FROZEN).log_odds, plain)


def test_hidden_states_are_not_read_in_cross_validation() -> None:
    fold = evaluation.folds(body("WAICO"))
    assert np.bincount(fold).tolist() == [20, 20, 20] + [19] * 7
    joined = np.nan_to_num(design.risk(body("WAICO"))) == 1.0
    assert np.bincount(fold[joined], minlength=10).min() >= 3  # joiners in every fold


def test_auc_is_the_share_of_pairs_in_order() -> None:
    generator = np.random.default_rng(1)
    outcome, score = (generator.random(60) < 0.3).astype(float), np.round(generator.normal(size=60), 1)
    ones, zeros = score[outcome == 1.0], score[outcome == 0.0]
    pairs = np.sign(ones[:, None] - zeros) / 2 + 0.5
    assert np.isclose(auc(outcome, score), pairs.mean())
    assert np.isclose(auc(outcome, np.exp(score)), auc(outcome, score))
    assert np.isnan(auc(np.ones(3), np.arange(3.0)))
    low, high = auc_interval(outcome, score, np.repeat(np.arange(12).astype(str), 5), draws=200)
    assert low < auc(outcome, score) < high


def test_the_calibration_slope_of_true_odds_is_one_and_of_doubled_odds_a_half() -> None:
    generator = np.random.default_rng(2)
    odds = generator.normal(size=40_000)
    outcome = (generator.random(odds.size) < expit(odds)).astype(float)
    assert abs(calibration_slope(outcome, odds) - 1.0) < 0.04
    assert np.isclose(calibration_slope(outcome, 2 * odds), calibration_slope(outcome, odds) / 2)


def test_the_error_of_the_level_keeps_the_order_and_draws_chances_to_the_middle() -> None:
    odds = np.linspace(-4.0, 4.0, 9)
    wide = evaluation.over_levels(odds, 1.7)
    assert (np.diff(wide) > 0).all()
    assert (np.abs(wide - 0.5) <= np.abs(expit(odds) - 0.5) + 1e-12).all()
    generator = np.random.default_rng(3)
    assert np.isclose(wide[2], expit(odds[2] + 1.7 * generator.normal(size=400_000)).mean(), atol=2e-3)


def test_a_constant_hazard_is_recovered_from_intervals_censored_and_truncated_spells() -> None:
    generator = np.random.default_rng(4)
    times = generator.exponential(1 / 0.4, 4000)
    spells = [rates.Spell("x", "", np.floor(t), np.floor(t) + 1, 3.0) for t in times if t < 3]
    late = [rates.Spell("x", "", 3.0, np.inf, 3.0)] * int((times >= 3).sum())
    assert abs(rates.estimate([*spells, *late]) - 0.4) < 0.03
    assert abs(rates.estimate(spells, truncated=True) - 0.4) < 0.06


def test_spells_begin_after_the_conference_and_end_with_the_roster() -> None:
    assert all(0 <= one.low <= one.limit for one in rates.joining(willing=False))
    assert all(np.isfinite(one.high) for one in rates.joining(willing=True))
    lags = {(one.body, one.iso3): one for one in rates.ratifying()}
    afghanistan = lags["AIIB", "AFG"]  # approved 23 March 2017, deposited 13 October 2017
    assert np.isclose(afghanistan.low * rates.YEAR, (date(2017, 10, 13) - date(2017, 3, 23)).days)


def test_the_committed_score_of_waico_is_recomputed() -> None:
    line = next(
        row for row in rows_of("membership.csv")
        if (row["body"], row["model"], row["evaluation"]) == ("WAICO", "ours", "left_out")
    )  # fmt: skip
    held = evaluation.leave_out(body("WAICO"), bodies("train"), FROZEN)
    seen = held.seen
    assert abs(auc(held.known[seen], held.log_odds[seen]) - float(line["auc"])) < 2e-4
    assert float(line["auc_low"]) < float(line["auc"]) < float(line["auc_high"])


def test_the_table_of_scores_is_complete() -> None:
    table = rows_of("membership.csv")
    scored = {one.name for one in bodies("train", "held_out") if evaluation.scorable(one)}
    kinds = {"left_out", "cross_validated", "in_sample"}
    wanted = {(name, model, kind) for name in scored for model in ("ours", *COMPARATORS) for kind in kinds}
    assert wanted <= {(row["body"], row["model"], row["evaluation"]) for row in table}
    assert tuple(table[0]) == (
        "body", "model", "evaluation", "auc", "auc_low", "auc_high", "log_score", "calibration_slope", "n",
    )  # fmt: skip
    assert all(0 <= float(row["auc"]) <= 1 and float(row["log_score"]) < 0 for row in table)


def test_the_frozen_specification_is_the_best_of_the_tuning_table() -> None:
    table = rows_of("membership_tuning.csv")
    assert len(table) == len(GRID)
    assert GRID[int(max(table, key=lambda row: float(row["criterion"]))["number"])] == FROZEN
    assert len(rows_of("membership_spread.csv")) == len(GRID) and 1.0 < LEVEL_ERROR < 3.0


def test_the_committed_draws_are_recomputed_and_lie_where_the_engine_allows() -> None:
    table = read_table("membership_draws")
    assert tuple(table) == draws.HEADER and len(table["world.membership.distance"]) == draws.DRAWS
    _, few = draws.membership_draws(2, rates.rate(rates.ratifying(), draws=draws.DRAWS))
    for at, name in enumerate(draws.HEADER):
        assert np.allclose(few[:, at], [float(cell) for cell in table[name][:2]], rtol=1e-3, atol=1e-5)
        assert min(map(float, table[name])) >= 0.0


def test_the_columns_of_the_draws_are_parameters_of_the_engine_in_its_units() -> None:
    assert STEP  # importing the engine enrols its rules
    rules = {
        "membership": next(rule for rule in FAMILIES["membership"] if rule.name == "random_utility"),
        "mobility": next(rule for rule in FAMILIES["mobility"] if rule.name == "yearly_rates"),
    }
    for path in draws.HEADER:
        world, family, name = path.split(".")
        assert world == "world" and name in rules[family].parameters
    assert rules["membership"].parameters["dependence"].default == draws.DEPENDENCE
    tension = next(rule for rule in FAMILIES["tension"] if rule.name == "mean_reverting")
    assert tension.parameters["start"].default == draws.TENSION


def test_slopes_do_not_hang_on_the_order_of_bodies() -> None:
    pool = bodies("train")
    one, other = fit_bodies(pool, LIGHT)[0], fit_bodies(pool[::-1], LIGHT)[0]
    assert np.allclose(one.slope, other.slope, atol=1e-6)
    assert priors_of(LIGHT).slope.min() == 10.0
