"""Corrections, shares of wins and p-values against published figures and second implementations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.comparison import adjusted, compare
from sim.comparison.estimates import mean_estimate, share_estimate
from sim.errors import ChoiceError
from tests.comparison.tables import table

P_VALUES = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30).map(np.array)


def test_holm_and_benjamini_hochberg_of_a_known_case() -> None:
    """R 4: p.adjust(c(.01, .02, .03, .04, .05), "holm") and "BH"."""
    p = np.array([0.01, 0.02, 0.03, 0.04, 0.05])
    assert adjusted(p, "holm") == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])
    assert adjusted(p, "benjamini-hochberg") == pytest.approx([0.05] * 5)
    assert adjusted(p, "none").tolist() == p.tolist()


@given(P_VALUES)
def test_benjamini_hochberg_is_scipys(p: np.ndarray) -> None:
    assert adjusted(p, "benjamini-hochberg") == pytest.approx(stats.false_discovery_control(p, method="bh"))


@given(P_VALUES, st.floats(0.001, 0.999))
def test_holm_rejects_what_stepping_down_rejects(p: np.ndarray, level: float) -> None:
    """Holm 1979 as a procedure: go through p in order, stop at the first above level / (how many are left)."""
    rejected = np.zeros(len(p), dtype=bool)
    for rank, place in enumerate(np.argsort(p, kind="stable")):
        if p[place] * (len(p) - rank) > level:
            break
        rejected[place] = True
    assert ((adjusted(p, "holm") <= level) == rejected).all()


@given(P_VALUES)
def test_corrections_never_help_and_holm_is_the_stricter(p: np.ndarray) -> None:
    holm, loose = adjusted(p, "holm"), adjusted(p, "benjamini-hochberg")
    assert (holm >= loose - 1e-12).all() and (loose >= p - 1e-12).all() and (holm <= 1.0).all()


def test_blank_values_take_no_part_and_unknown_corrections_are_told() -> None:
    assert adjusted(np.array([0.02, np.nan, np.nan]), "holm")[0] == 0.02
    with pytest.raises(ChoiceError, match="expected one of: holm"):
        adjusted(np.array([0.1]), "bonferoni")


def test_wins_have_wilsons_interval() -> None:
    """Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3: 81 of 263 gives 0.2553 to 0.3662."""
    wins = np.array([1.0] * 81 + [0.0] * 182)
    found = share_estimate(wins, np.arange(263), 0.95)
    assert found == (pytest.approx(81 / 263), pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5))


def test_replicates_that_repeat_their_future_bring_no_sureness() -> None:
    once = np.array([1.0] * 7 + [0.0] * 5)
    alone = share_estimate(once, np.arange(12), 0.95)
    repeated = share_estimate(np.repeat(once, 8), np.repeat(np.arange(12), 8), 0.95)
    assert repeated == pytest.approx(alone)
    everywhere = share_estimate(np.ones(96), np.repeat(np.arange(12), 8), 0.95)
    assert everywhere[0] == everywhere[2] == 1.0 and 0.7 < everywhere[1] < 0.8


def test_p_is_students_and_degenerate_samples_are_plain() -> None:
    units = np.random.default_rng(1).normal(0.4, 1.0, 12)
    assert mean_estimate(units, 0.95).p == pytest.approx(stats.ttest_1samp(units, 0.0).pvalue)
    assert mean_estimate(np.zeros(5), 0.95).p == 1.0
    assert mean_estimate(np.full(5, 0.25), 0.95).p == 0.0
    assert np.isnan(mean_estimate(np.array([1.0]), 0.95).p)


def test_the_bootstrap_of_a_mean_is_near_students_interval() -> None:
    noise = np.random.default_rng(2).normal(1.0, 1.0, (1, 60, 2))
    results = table({"odd.end": np.concatenate([np.zeros((1, 60, 2)), noise])})
    one, two = (compare(results, measures="odd.end", method=method).iloc[0] for method in ("t", "bootstrap"))
    assert one["difference"] == two["difference"] and (one["method"], two["method"]) == ("t", "bootstrap")
    assert (two["low"], two["high"]) == (pytest.approx(one["low"], abs=0.05), pytest.approx(one["high"], abs=0.05))
    with pytest.raises(ChoiceError, match="expected one of: t, bootstrap"):
        compare(results, measures="odd.end", method="jackknife")


def test_ties_are_half_a_win_and_the_better_side_counts() -> None:
    base, own = np.zeros((1, 4, 1)), np.array([[[1.0], [-1.0], [0.0], [-2.0]]])
    both = np.concatenate([base, own])
    found = compare(table({"odd.end": both, "expected_loss.end": both}), measures=["odd.end", "expected_loss.end"])
    assert found["wins"].tolist() == [0.375, 0.625]
    assert set(found["correction"]) == {"holm, 2 comparisons"}
