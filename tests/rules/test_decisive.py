"""Who turned an outcome, against one vote after the other counted anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.decision import Decision
from sim.rules.decisive import turned

RULES: list[Any] = [
    "> 1/2",
    {"chamber": "a", "yes": ">= 2/3", "of": "all"},
    {"all": ["> 1/2", {"chamber": "a", "present": ">= 1/2"}]},
    {"any": ["consensus", {"chamber": "b", "yes": ">= 3/4", "of": "present"}]},
    {"all": [{"chamber": "a", "yes": "> 1/2"}, {"chamber": "b", "no": "< 3 votes"}, {"veto": ["X"]}]},
    {"any": [{"consensus": "a"}, {"chamber": "b", "not_yes": "<= 1/4"}]},
    {"not": {"chamber": "a", "yes": "> 1/2"}},
]


@pytest.mark.parametrize("data", RULES, ids=range(len(RULES)))
@given(st.integers(0, 10**6))
def test_as_counted_one_by_one(data: Any, seed: int) -> None:
    random = np.random.default_rng(seed)
    rule = Decision.parse(data, ["a", "b"], positions={"X": 1})
    votes = {name: random.integers(0, 4, (3, 7)) for name in ("a", "b")}
    said = random.integers(0, 4, (3, 7))
    yes, no, present = said == 0, said == 1, said < 3
    passed = rule.passes(votes, yes, no, present)
    found = turned(rule, votes, yes, no, present, passed)
    for row in range(3):
        for member in range(7):
            other_yes, other_no = yes[row].copy(), no[row].copy()
            other_yes[member], other_no[member] = no[row, member], yes[row, member]
            again = rule.passes({name: held[row] for name, held in votes.items()}, other_yes, other_no, present[row])
            won = yes[row, member] if passed[row] else no[row, member]
            assert found[row, member] == (won and bool(again) != passed[row])
