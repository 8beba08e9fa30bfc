"""What drives a measure, through the study's own design and tables: published indices, rival rules, and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from explore_tables import designed

from sim.errors import ChoiceError
from sim.explore.influence import factors_of, influence
from sim.explore.influence_sheets import influence_sheets

UNIT = {name: {"uniform": [0.0, 1.0]} for name in "abcdefgh"}
A = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])


def by_input(found, policy="base"):
    lines = found.frame[found.frame["policy"] == policy].set_index("input")
    return lines.loc[sorted(lines.index)]


def ishigami(rows):
    x = np.array([list(row.values()) for row in rows])
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def sobol_g(rows):
    x = np.array([list(row.values()) for row in rows])
    return np.prod((np.abs(4.0 * x - 2.0) + A) / (1.0 + A), axis=-1)


def test_ishigami_through_the_design_of_a_study():
    """Closed form with a = 7, b = 0.1 (Ishigami and Homma 1990; values as in SALib's documentation)."""
    forms = {name: {"uniform": [-np.pi, np.pi]} for name in ("x1", "x2", "x3")}
    found = influence(designed("saltelli", 5 * 2**11, forms, {"base": ishigami}), "gdp_gain.end")
    lines = by_input(found)
    assert found.method == "sobol" and not found.warnings
    assert np.abs(lines["beside"] - [0.3139, 0.4424, 0.0]).max() < 0.02
    assert np.abs(lines["effect"] - [0.5576, 0.4424, 0.2437]).max() < 0.02


def test_sobols_g_through_the_design_of_a_study():
    """Closed form: V_i = 1 / (3 (1 + a_i)^2), V = prod(1 + V_i) - 1 (Sobol 2001; Saltelli et al. 2008)."""
    lines = by_input(influence(designed("saltelli", 10 * 2**11, UNIT, {"base": sobol_g}), "gdp_gain.end"))
    part = 1.0 / (3.0 * (1.0 + A) ** 2)
    variance = np.prod(1.0 + part) - 1.0
    total = part * np.prod(1.0 + part) / (1.0 + part) / variance
    assert np.abs(lines["beside"] - part / variance).max() < 0.02
    assert np.abs(lines["effect"] - total).max() < 0.02


def linear(rows):
    return [2.0 * row["a"] - row["b"] + {"x": 0.0, "y": 5.0}[row["rule"]] for row in rows]


RIVALS = {"a": {"uniform": [0.0, 10.0]}, "b": {"uniform": [0.0, 1.0]}, "rule": {"choice": ["x", "y"]}}


def test_rival_rules_stand_beside_parameters():
    """In a sum every elementary effect of a is 20 over its range, of b 1, and of the rule 5 for a move by 2/3."""
    found = influence(designed("morris", 40, RIVALS, {"base": linear, "other": lambda rows: [0.0] * len(rows)}),
                      "gdp_gain.end")  # fmt: skip
    lines = by_input(found)
    assert lines["effect"].round(9).tolist() == [20.0, 1.0, 7.5]
    assert lines["kind"].tolist() == ["number", "number", "rule"] and lines["rank"].tolist() == [1, 3, 2]
    assert (by_input(found, "other")["effect"] == lines["effect"]).all()


def test_scores_rank_inputs_and_tell_them_from_chance():
    lines = by_input(influence(designed("latin_hypercube", 120, RIVALS, {"base": linear}), "gdp_gain.end"))
    assert lines["rank"].tolist() == [1, 3, 2]
    assert lines.loc["a", "low"] > lines.loc["a", "beside"] and lines.loc["b", "effect"] < lines.loc["b", "beside"]


def test_blocks_with_a_failed_run_are_left_out_and_counted():
    found = influence(designed("morris", 40, RIVALS, {"base": linear}, blank=(5, 6, 30)), "gdp_gain.end")
    assert found.notes == ("Base (level): 2 of 10 trajectories left out: 3 futures have no value.",)
    assert by_input(found)["effect"].round(9).tolist() == [20.0, 1.0, 7.5]


def test_what_never_varies_is_said_and_not_computed():
    found = influence(designed("saltelli", 80, RIVALS, {"base": lambda rows: [1.0] * len(rows)}), "gdp_gain.end")
    assert found.frame.empty and "no variation" in found.notes[0]


def test_too_few_futures_are_refused_once_and_say_how_many_are_needed():
    """Twelve futures under two policies: nothing can be computed, so nothing is returned to be written."""
    forms = {f"x{place}": {"uniform": [0.0, 1.0]} for place in range(12)}
    results = designed("latin_hypercube", 12, forms, {"base": lambda rows: [row["x0"] for row in rows],
                                                      "other": lambda rows: [row["x1"] for row in rows]})  # fmt: skip
    with pytest.raises(ChoiceError, match="found 12 points for 12 inputs, expected 36 at least; .*--futures"):
        influence(results, "gdp_gain.end")


def test_wide_intervals_are_warned_of():
    found = influence(designed("saltelli", 80, UNIT, {"base": sobol_g}), "gdp_gain.end")
    assert any("wide intervals" in each for each in found.warnings)


@pytest.mark.parametrize(
    ("kind", "method", "says"),
    [("latin_hypercube", "morris", "need the design morris"), ("morris", "sobol", "need the design saltelli"),
     ("one_at_a_time", "auto", "does not cover"), ("morris", "best", "expected one of")],
)  # fmt: skip
def test_a_method_that_the_design_cannot_bear_is_refused(kind, method, says):
    with pytest.raises(ChoiceError, match=says):
        influence(designed(kind, 40, RIVALS, {"base": linear}), "gdp_gain.end", method=method)


def test_a_table_of_joint_draws_is_one_factor_or_its_columns():
    draws = {"draws": "x.csv", "paths": ["p", "q"], "rows": [[1.0, 2.0], [3.0, 4.0], [5.0, 4.5]]}
    results = designed("morris", 12, {"both": draws, "a": {"uniform": [0.0, 1.0]}},
                       {"base": lambda rows: [row["p"] for row in rows]})  # fmt: skip
    assert [each.name for each in factors_of(results)] == ["both", "a"]
    assert [each.name for each in factors_of(results, split=True)] == ["p", "q", "a"]


def test_tables_name_the_policy_the_method_and_the_size():
    results = designed("morris", 40, RIVALS, {"base": linear})
    sheet = influence_sheets(results, influence(results, "gdp_gain.end"))[0]
    assert "Base" in sheet.title and "Morris" in sheet.title and "40 futures" in sheet.notes[0]
    assert sheet.rows[1][1] == "rival rules"
