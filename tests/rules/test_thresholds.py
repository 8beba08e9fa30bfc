"""Thresholds: exact ties, one canonical text, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from sim.rules.decision import Threshold
from tests.rules.ballots import decide


@pytest.mark.parametrize("sign", [">=", ">", "<=", "<"])
def test_every_small_tie_is_decided_exactly(sign):
    compare = {">=": "__ge__", ">": "__gt__", "<=": "__le__", "<": "__lt__"}[sign]
    for denominator in range(1, 13):
        for numerator in range(1, denominator + (sign != ">")):
            threshold = Threshold.parse(f"{sign} {numerator}/{denominator}")
            for total in range(1, 40):
                votes = np.arange(total + 1)
                expected = [
                    getattr(Fraction(int(v), total), compare)(Fraction(numerator, denominator)) for v in votes
                ]
                assert threshold.met(votes, total).tolist() == expected


def test_large_totals_are_decided_exactly_to_one_vote():
    total = 3 * 10**9
    assert Threshold.parse("2/3").met([2 * 10**9 - 1, 2 * 10**9], total).tolist() == [False, True]
    assert Threshold.parse("> 0.666666667").met([2_000_000_001, 2_000_000_002], total).tolist() == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        ("> 1/2", "> 1/2"),
        ("2/3", ">= 2/3"),
        ("55 %", ">= 11/20"),
        (0.55, ">= 11/20"),
        (0.1, ">= 1/10"),
        ("≥ 85%", ">= 17/20"),
        ("<= 1/4", "<= 1/4"),
        ("100 %", ">= 100 %"),
        ("4 votes", ">= 4 votes"),
        ("1 vote", ">= 1 vote"),
        ("< 4 votes", "< 4 votes"),
        (Fraction(3, 4), ">= 3/4"),
    ],
)
def test_canonical_text_reads_back_as_itself(value, canonical):
    threshold = Threshold.parse(value)
    assert str(threshold) == canonical
    assert Threshold.parse(str(threshold)) == threshold


@pytest.mark.parametrize(
    "value",
    ["", "half", "4 members", "> 1", "101 %", "-1/2", "1/0", "55", 55, 1, 1.0, "1.5 votes", "< 0 %", None,
     True, [1], float("nan"), float("inf"), "0.12345678901", "> 1/2 of all"],
)  # fmt: skip
def test_unusable_thresholds_are_refused_with_what_to_write(value):
    with pytest.raises(ValueError, match="found .* (write|expected)"):
        Threshold.parse(value)


def test_votes_that_64_bits_cannot_compare_are_refused():
    with pytest.raises(ValueError, match="larger units"):
        Threshold.parse("0.123456789").met(1, 10**11)
    with pytest.raises(ValueError, match="more than"):
        decide("0.123456789", {"members": [10**10, 1]}, [1, 0])
    with pytest.raises(ValueError, match="whole"):
        decide("> 1/2", {"members": [0.5, 0.5]}, [1, 0])
    with pytest.raises(ValueError, match="below 0"):
        decide("> 1/2", {"members": [-1, 3]}, [1, 0])


def test_a_share_of_nothing_is_reached_by_nobody_and_exceeded_by_nobody():
    for text, met in [
        (">= 0", False),
        (">= 1/2", False),
        ("> 1/2", False),
        ("<= 1/4", True),
        ("< 1/4", True),
    ]:
        assert Threshold.parse(text).met(0, 0) == met
