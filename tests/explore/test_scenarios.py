"""Scenario discovery: known boxes are found again, over rules and policies too; what has no answer is refused."""

from __future__ import annotations

import numpy as np
import pytest
from explore_tables import designed

from sim.errors import ChoiceError
from sim.explore.cases import Question, cases_of, questions_of
from sim.explore.discovery import discover
from sim.explore.scenarios import box_in_words, scenario_sheets, scenarios
from sim.plots.boxes import boxes

FORMS = {
    "heat": {"uniform": [0.0, 10.0]}, "noise": {"uniform": [0.0, 1.0]}, "rule": {"choice": ["a", "b", "c"]},
}  # fmt: skip


def stalls(rows):
    """1 where heat is above 6 and the rule is not b."""
    return [float(row["heat"] > 6.0 and row["rule"] != "b") for row in rows]


MODELS = {"weak": stalls, "strong": lambda rows: [0.0] * len(rows)}
ABOVE = Question("gdp_gain.end", 0.5, False)


def limits_of(found):
    return {each.name: each for each in found.found.box.limits}


def test_a_box_over_a_range_a_rule_and_a_policy_is_found_again():
    results = designed("latin_hypercube", 240, FORMS, MODELS)
    found = scenarios(results, ABOVE, density=0.95)
    limits = limits_of(found)
    assert set(limits) == {"heat", "rule", "policy"}
    assert limits["rule"].names == ("a", "c") and limits["policy"].names == ("weak",)
    assert abs(limits["heat"].low - 6.0) < 0.4 and np.isinf(limits["heat"].high)
    assert found.found.box.density >= 0.8 and found.found.box.coverage >= 0.8
    assert all(each.quasi_p < 0.05 and each.again >= 0.7 for each in limits.values())
    said = box_in_words(found.cases, found.found.box)
    assert "rule is not b" in said and "policy is weak" in said and "heat ≥ " in said
    leaf = found.found.leaves[0]
    assert {each.name for each in leaf.limits} == {"heat", "rule", "policy"}


def test_one_policy_alone_and_its_figure():
    results = designed("latin_hypercube", 240, FORMS, MODELS)
    found = scenarios(results, ABOVE, "weak")
    assert set(limits_of(found)) == {"heat", "rule"}
    sheet = scenario_sheets(results, found)[0]
    assert "240 points" in sheet.notes[1] and not boxes(results, found).reason


def test_chance_alone_keeps_no_limit_that_it_explains():
    """Cases that no input tells apart: whatever PRIM peels, the shares of the freed box are those of more points."""
    x = np.random.default_rng(8).random((300, 4))
    found = discover({f"x{place}": x[:, place] for place in range(4)}, np.arange(300) % 5 == 0, density=0.1)
    assert not found.box.limits and found.box.density == pytest.approx(0.2)


def test_futures_under_several_policies_count_once():
    """Ten copies of every point make no limit surer."""
    x = np.random.default_rng(8).random((100, 2))
    hit = x[:, 0] > 0.7
    inputs = {"a": x[:, 0], "b": x[:, 1]}
    once = discover(inputs, hit)
    many = discover({name: np.tile(each, 10) for name, each in inputs.items()}, np.tile(hit, 10),
                    groups=np.tile(np.arange(100), 10))  # fmt: skip
    assert many.box.limits[0].quasi_p == pytest.approx(once.box.limits[0].quasi_p, rel=1e-6)


def test_copies_of_a_future_stand_in_the_same_half_sample():
    """Twelve futures under six policies are twelve: what a limit is worth must not grow with the copies."""
    x = np.random.default_rng(4).random((60, 3))
    hit = np.random.default_rng(5).random(60) < 0.4
    inputs = {f"x{place}": x[:, place] for place in range(3)}
    once = discover(inputs, hit)
    many = discover({name: np.tile(each, 6) for name, each in inputs.items()}, np.tile(hit, 6),
                    groups=np.tile(np.arange(60), 6))  # fmt: skip
    assert many.futures == once.futures == 60 and many.points == 360
    assert {each.name: each.again for each in many.box.limits} == {each.name: each.again for each in once.box.limits}


def test_few_futures_and_limits_that_chance_explains_are_said_to_be_so():
    forms = {f"noise{place}": {"uniform": [0.0, 1.0]} for place in range(8)}

    def toss(rows):
        return (np.random.default_rng(6).random(len(rows)) < 0.5).astype(float)

    results = designed("latin_hypercube", 12, forms, {str(name): toss for name in range(6)})
    found = scenarios(results, ABOVE)
    doubted = [each.name for each in found.found.box.limits if each.quasi_p > 0.05]
    said = box_in_words(found.cases, found.found.box)
    assert doubted and f"Chance alone may explain the limit on {doubted[0]}" in said
    for sheet in scenario_sheets(results, found):
        assert "12 futures are few" in " ".join(sheet.notes)
    enough = designed("latin_hypercube", 60, FORMS, MODELS)
    assert "are few" not in " ".join(scenario_sheets(enough, scenarios(enough, ABOVE))[0].notes)


def test_criteria_ask_where_they_are_missed():
    results = designed("latin_hypercube", 60, FORMS, MODELS)
    results.manifest["study"] = {"criteria": {"gdp_gain.end": {"at_least": 0.5, "weight": 1.0}}}
    assert questions_of(results) == (Question("gdp_gain.end", 0.5, True),)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda r: questions_of(r), "states no threshold"),
        (lambda r: questions_of(r, "gdp_gain.end"), "one line is needed"),
        (lambda r: questions_of(r, "gdp_gain", 1.0), "write gdp_gain.end"),
        (lambda r: questions_of(r, "", 1.0), "needs a measure"),
        (lambda r: questions_of(r, "gdp_gain.end", float("nan")), "no finite number"),
        (lambda r: questions_of(r, "gdp_gian.end", 1.0), "write gdp_gain.end"),
        (lambda r: scenarios(r, Question("gdp_gain.end", -1.0, True)), "0 of 120 points are cases"),
        (lambda r: scenarios(r, Question("gdp_gain.end", 9.0, True)), "choose another line"),
        (lambda r: cases_of(designed("one_at_a_time", 1, FORMS, {"weak": stalls}), ABOVE), "does not cover"),
    ],
)
def test_what_cannot_be_answered_is_refused(ask, says):
    with pytest.raises(ChoiceError, match=says):
        ask(designed("latin_hypercube", 60, FORMS, MODELS))
