"""What a nation says about its last decision adds up and is what happened."""

from __future__ import annotations

import pytest

import sim
from sim.errors import AgentError


@pytest.fixture(scope="module")
def done(world):
    with sim.Model(world("commentary", 5), seed=8) as model:
        yield model.run()


def test_the_terms_add_up(done) -> None:
    seen = set()
    for nation in done.nations:
        for body in done.bodies:
            why = nation.explain(body)
            seen.add(why.occasion)
            for tier, terms in why.terms.items():
                assert sum(terms.values()) == pytest.approx(why.utility[tier])
            if why.open:
                assert why.worth == pytest.approx(why.value + why.constant + why.taste + why.shock)
                best = max(why.utility[tier] for tier in why.open)
                assert why.value <= best + 1e-9
                assert why.taste == nation.memberships[body].taste
            if why.occasion == "join":
                assert (why.chosen is not None) == (why.worth > 0)
            if why.occasion == "leave" and why.chosen is None:
                assert why.worth < -why.exit_cost
    assert {"join", "ratify", "none"} <= seen


def test_entries_in_the_events_are_explained(done) -> None:
    signed = [one for one in done.events if one["kind"] == "signs"]
    assert signed
    for one in signed:
        why = done.nations[one["agent"]].explain(one["body"], one["year"])
        assert (why.year, why.chosen, why.tier) == (one["year"], one["tier"], None)
        assert "signed for tier" in str(why) and f"{one['year']}" in str(why)


def test_it_prints_a_table_for_people(done) -> None:
    why = done.nations["BRA"].explain("waico")
    text = str(why)
    assert text == repr(why) and "club" in text and "worth" in text and all(tier in text for tier in why.utility)
    assert "<table>" in why._repr_html_()
    both = done.nations["BRA"].explain()
    assert len(both) == 2 and both[0] == why and "\n\n" in str(both) and "gpai" in both._repr_html_()


def test_without_a_decision_it_tells_the_present(model) -> None:
    why = model.nations["BRA"].explain("waico")
    assert why.occasion == "none" and why.shock == 0.0 and "no occasion" in str(why)
    with pytest.raises(AgentError, match="no body 'weico'"):
        model.nations["BRA"].explain("weico")
