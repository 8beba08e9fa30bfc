"""Criteria of robustness: closed forms, hand examples and what must hold for any numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import sim
from sim.errors import ChoiceError
from sim.robustness import (
    Criterion,
    criteria_of,
    domain,
    dominated_by,
    efficient,
    front,
    meets,
    read_criterion,
    regret,
    rival_paths,
    robustness,
    sheets,
)
from tests.comparison.tables import table

STUDIES = sorted((Path(sim.__file__).parents[1] / "scenarios" / "studies").glob("*.yaml"))
GOOD = arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 6)), elements=st.integers(-20, 20).map(float))
POINTS = arrays(np.float64, st.tuples(st.integers(1, 3), st.integers(1, 7)), elements=st.integers(-3, 3).map(float))


def test_minimax_regret_chooses_what_neither_mean_nor_worst_case_does() -> None:
    """A table made to part the criteria: the mean is for a, the worst case for c, the largest regret for b."""
    good = np.array([[10.0, 1.0], [7.0, 3.0], [3.5, 3.5]])
    assert regret(good).tolist() == [[0.0, 2.5], [3.0, 0.5], [6.5, 0.0]]
    assert regret(good).max(axis=1).tolist() == [2.5, 3.0, 6.5]
    assert good.min(axis=1).argmax() == 2


@given(GOOD, st.integers(-9, 9))
def test_regret_is_none_for_the_best_and_blind_to_what_all_share(good: np.ndarray, more: int) -> None:
    found = regret(good)
    assert (found >= 0.0).all() and (found.min(axis=0) == 0.0).all()
    assert np.array_equal(regret(good + more), found)


@given(GOOD)
def test_a_policy_that_is_never_the_best_changes_no_ones_regret(good: np.ndarray) -> None:
    worse = good.min(axis=0, keepdims=True) - 1.0
    assert np.array_equal(regret(np.vstack([good, worse]))[:-1], regret(good))


@pytest.mark.parametrize("other", [0.25, 1.0, 3.0])
def test_the_domain_of_two_futures_has_a_closed_form(other: float) -> None:
    """a = (1, 0), b = (0, c): with chance p of the first future a is better if p > c / (1 + c), so its domain is
    1 / (1 + c); the estimate's standard error is below 0.008."""
    assert domain(np.array([[1.0, 0.0], [0.0, other]]))[0] == pytest.approx(1.0 / (1.0 + other), abs=0.03)


def test_by_symmetry_three_futures_give_each_a_third() -> None:
    assert domain(np.eye(3)) == pytest.approx([1 / 3] * 3, abs=0.03)


@given(GOOD, st.sampled_from([0.5, 2.0, 4.0]), st.integers(-8, 8))
def test_domains_add_up_and_know_no_unit(good: np.ndarray, scale: float, shift: int) -> None:
    found = domain(good)
    assert found.sum() == pytest.approx(1.0)
    assert domain(good * scale) == pytest.approx(found)
    best = np.vstack([good, good.max(axis=0, keepdims=True) + 1.0])
    assert domain(best + float(shift))[-1] == 1.0


@given(POINTS)
def test_the_front_is_who_nobody_dominates(good: np.ndarray) -> None:
    """By definition, policy by policy; and the front is never empty."""
    on = front(good)
    for own in range(good.shape[1]):
        by = tuple(
            other
            for other in range(good.shape[1])
            if all(good[:, other] >= good[:, own]) and any(good[:, other] > good[:, own])
        )
        assert dominated_by(good)[own] == by
        assert on[own] == (not by)
    assert on.any()


@given(POINTS)
def test_every_dominated_policy_has_a_dominator_on_the_front(good: np.ndarray) -> None:
    on = front(good)
    for own, by in enumerate(dominated_by(good)):
        assert on[own] or any(on[other] for other in by)


def test_who_lacks_a_value_is_neither_on_the_front_nor_in_its_way() -> None:
    assert front(np.array([[1.0, np.nan], [1.0, 9.0]])).tolist() == [True, False]


@given(arrays(np.float64, 5, elements=st.integers(0, 4).map(float)),
       arrays(np.float64, 5, elements=st.integers(0, 4).map(float)))  # fmt: skip
def test_mean_variance_is_the_front_of_mean_and_calm(mean: np.ndarray, deviation: np.ndarray) -> None:
    assert np.array_equal(efficient(mean, deviation), front(np.stack([mean, -deviation])))


@given(GOOD, st.integers(-20, 20), st.integers(0, 5))
def test_a_higher_threshold_is_met_less_often(good: np.ndarray, threshold: int, more: int) -> None:
    assert (meets(good, threshold + more) <= meets(good, threshold)).all()


VALUES = {
    "gdp_gain.end": [[[5.0, 7.0], [2.0, 2.0]], [[6.0, 6.0], [4.0, 4.0]], [[9.0, 9.0], [1.0, 1.0]]],
    "expected_loss.mean": [[[4.0, 4.0], [8.0, 8.0]], [[4.0, 4.0], [8.0, 8.0]], [[3.0, 3.0], [9.0, 9.0]]],
}
POLICIES = ("base", "calm", "bold")
TITLES = {"base": "As signed", "calm": "Calm", "bold": "Bold"}


def made(**more: object) -> sim.Results:
    return table(VALUES, POLICIES, titles=TITLES, **more)


def test_a_study_of_three_policies_by_hand() -> None:
    found = robustness(made(), ["gdp_gain.end >= 4", "expected_loss.mean <= 8; weight 3"])
    gain = found.by_measure[found.by_measure["measure"] == "gdp_gain.end"].set_index("policy")
    assert gain["mean"].to_dict() == {"base": 4.0, "calm": 5.0, "bold": 5.0}
    assert gain["regret_max"].to_dict() == {"base": 3.0, "calm": 3.0, "bold": 3.0}
    assert gain["regret_p90"].to_list() == pytest.approx([2.9, 2.7, 2.7])
    assert gain["met"].to_dict() == {"base": 0.5, "calm": 1.0, "bold": 0.5}
    assert gain["worst"].to_dict() == {"base": 2.0, "calm": 4.0, "bold": 1.0}
    assert gain["efficient"].to_dict() == {"base": False, "calm": True, "bold": False}
    loss = found.by_measure[found.by_measure["measure"] == "expected_loss.mean"].set_index("policy")
    assert loss["worst"].to_dict() == {"base": 8.0, "calm": 8.0, "bold": 9.0}
    assert loss["met"].to_dict() == {"base": 1.0, "calm": 1.0, "bold": 0.5}
    overall = found.overall.set_index("policy")
    assert overall["met_all"].to_dict() == {"base": 0.5, "calm": 1.0, "bold": 0.5}
    assert overall["on_front"].to_dict() == {"base": False, "calm": True, "bold": True}  # calm and bold tie in means
    assert overall["dominated_by"]["base"] == "Calm (in 50 % of futures); Bold (in 50 % of futures)"
    # scores: gain / 8 * 1/4 - loss / 6 * 3/4; regrets of calm: 3/32 + 1/8 in the first future, none in the second
    assert overall["regret_max"]["calm"] == pytest.approx(3 / 32 + 1 / 8)
    assert overall["regret_max"]["bold"] == pytest.approx(3 / 32 + 1 / 8)


def test_replicates_become_one_number_as_the_criterion_says() -> None:
    for statistic, value in (("mean", 6.0), ("worst", 5.0), ("median", 6.0)):
        found = robustness(made(), [Criterion("gdp_gain.end", 1, None, 1.0, statistic)])
        assert found.outcomes.values[0, 0, 0] == value
    worst = robustness(made(), [Criterion("gdp_gain.end", -1, None, 1.0, "worst")])
    assert worst.outcomes.values[0, 0, 0] == 7.0


def test_criteria_are_the_users_and_the_default_says_what_it_is() -> None:
    _, source = criteria_of(made())
    assert "nobody stated criteria" in source and "assumption" in source
    stated, source = criteria_of(made(criteria={"gdp_gain.end": {"at_least": 6.0, "weight": 2.0}}))
    assert stated == (Criterion("gdp_gain.end", 1, 6.0, 2.0, "mean"),) and source == "stated in the study"
    given_, source = criteria_of(made(criteria={"gdp_gain.end": {}}), ["expected_loss.mean"])
    assert given_[0].column == "expected_loss.mean" and "question" in source


def test_a_criterion_without_weight_is_shown_and_counts_for_nothing_among_all() -> None:
    """A policy that has no value for it is judged all the same, and everything taken together is as without it."""
    values = {**VALUES, "misuse.mean": [[[np.nan] * 2] * 2, [[1.0, 1.0], [1.0, 1.0]], [[5.0, 5.0], [0.0, 0.0]]]}
    asked = ["gdp_gain.end >= 4", "expected_loss.mean <= 8"]
    results = table(values, POLICIES, titles=TITLES)
    found = robustness(results, [*asked, "misuse.mean <= 2; weight 0"])
    assert found.overall.equals(robustness(results, asked).overall)
    own = found.by_measure[found.by_measure["measure"] == "misuse.mean"].set_index("policy")
    assert np.isnan(own["met"]["base"]) and own["met"]["calm"] == 1.0 and own["met"]["bold"] == 0.5
    assert any("misuse.mean" in note and "weight 0" in note for note in found.notes)


def test_what_a_threshold_rests_on_is_said() -> None:
    stated = {"gdp_gain.end": {"at_least": 6.0, "source": "assumption: half a percent\n  a year."}}
    found = robustness(made(criteria=stated))
    assert found.criteria[0].source == "assumption: half a percent a year."
    assert "gdp_gain.end >= 6: assumption: half a percent a year." in sheets(made(criteria=stated), found)[0].notes


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_every_shipped_study_states_criteria_and_what_they_rest_on(path: Path) -> None:
    stated = sim.load(path).resolved["criteria"]
    assert len(stated) >= 3
    assert any("at_least" in each or "at_most" in each for each in stated.values())
    assert all(len(each["source"]) > 20 for each in stated.values())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gdp_gain.end > 6", "expected COLUMN"),
        ("gdp_gain.end >= six", "expected COLUMN"),
        ("gdp_gain", "write gdp_gain.end or gdp_gain.mean"),
        ("wealth.end >= 1", "no measure 'wealth.end'"),
        ("tension.end", "no better side"),
        ("gdp_gain.end; weight -1", "0 or more"),
    ],
)
def test_criteria_that_make_no_sense_are_refused_with_a_remedy(text: str, words: str) -> None:
    with pytest.raises(ChoiceError, match=words):
        criteria_of(made(), [text])
    with pytest.raises(ChoiceError, match="stated twice"):
        criteria_of(made(), ["gdp_gain.end", "gdp_gain.end >= 3"])


@given(st.floats(-1e6, 1e6), st.floats(0.0, 100.0), st.sampled_from([">=", "<="]))
def test_a_criterion_reads_as_it_is_written(threshold: float, weight: float, sign: str) -> None:
    found = read_criterion(f"gdp_gain.end {sign} {threshold!r}; weight {weight!r}")
    assert (found.threshold, found.weight, found.better) == (threshold, weight, 1 if sign == ">=" else -1)


def test_who_has_no_value_is_named_and_not_judged() -> None:
    values = {name: np.array(each) for name, each in VALUES.items()}
    values["gdp_gain.end"][2] = np.nan
    found = robustness(table(values, POLICIES, titles=TITLES), ["gdp_gain.end", "expected_loss.mean"])
    assert any("Bold" in note for note in found.notes)
    assert found.overall.set_index("policy")["regret_max"].isna().to_dict() == {
        "base": False, "calm": False, "bold": True,
    }  # fmt: skip


def test_the_smallest_study_has_no_regret_and_no_spread() -> None:
    found = robustness(table({"gdp_gain.end": [[[3.0]]]}, ("base",)), ["gdp_gain.end >= 2"])
    line = found.by_measure.iloc[0]
    assert (line["regret_max"], line["met"], line["best_in"]) == (0.0, 1.0, 1.0) and np.isnan(line["sd"])
    assert found.overall.iloc[0]["domain"] == 1.0 and found.rivals.empty


DESIGN = {
    "paths": ["world.race", "world.hazard"],
    "futures": [0, 1],
    "values": [[{"rule": "abs"}, 1.0], [{"rule": "adaptive"}, 2.0]],
}


def test_rankings_are_taken_rival_by_rival() -> None:
    results = made(design=DESIGN)
    assert rival_paths(results) == {"world.race": {0: "abs", 1: "adaptive"}}
    found = robustness(results, ["gdp_gain.end"]).rivals.set_index("rival")
    assert found["ranking"].to_dict() == {"abs": "bold > base = calm", "adaptive": "calm > base > bold"}
    assert found["same_best"].to_dict() == {"abs": False, "adaptive": True}
    assert not found["same_ranking"].any()  # over both futures calm and bold tie


def test_verdicts_are_tables_with_titles() -> None:
    found = robustness(made())
    first, *others = sheets(made(), found)
    assert [row[0] for row in first.rows] == ["As signed", "Calm", "Bold"]
    assert len(others) == len(found.criteria) and "assumption" in " ".join(first.notes)
    rivals = sheets(made(design=DESIGN), robustness(made(design=DESIGN), ["gdp_gain.end"]))[-1]
    assert "the ranking holds in 0 of 2 rivals, the best policy in 1" in rivals.notes[0]
