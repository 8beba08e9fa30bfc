"""A write changes the run from then on and never the past; what the next phase recomputes refuses it."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

import sim
from sim.columns import of
from sim.errors import AgentError
from sim.face.memberships import STATUSES


def stay_equal(one, other) -> bool:
    """Whether all columns of two states agree."""
    groups = [(one.world, other.world), (one.nations, other.nations), (one.firms, other.firms)]
    for name, body in one.bodies.items():
        twin = other.bodies[name]
        groups += [(body.own, twin.own), (body.nations, twin.nations), (body.firms, twin.firms)]
    return all(
        np.array_equal(getattr(left, name), getattr(right, name), equal_nan=True)
        for left, right in groups
        for name in left.names()
    )


def frozen(state):
    """A deep copy of every column."""
    twin = state.copy()
    for group in (twin.world, twin.nations, twin.firms):
        for name in list(group.names()):
            setattr(group, name, getattr(group, name).copy())
    for body in twin.bodies.values():
        for group in (body.own, body.nations, body.firms):
            for name in list(group.names()):
                setattr(group, name, getattr(group, name).copy())
    return twin


def test_every_write_leaves_the_past_as_it_was(model) -> None:
    model.step()
    past = model._run.state.copy()  # shares its arrays with the run, as everything recorded does
    known, rows = frozen(past), model.series.copy()
    owners = {
        "world": model.world,
        "nation": model.nations["IDN"],
        "firm": model.firms["openai"],
        "body": model.bodies["waico"],
        "body_nation": model.nations["IDN"].memberships["waico"],
        "body_firm": model.firms["openai"].memberships["waico"],
    }
    for entity, owner in owners.items():
        for name, column in of(entity).items():
            if column.kind == "state" and column.unit != "code":
                now = getattr(owner, name)
                setattr(owner, name, (not now) if column.unit == "yes/no" else 0.37)
                assert getattr(owner, name) != now or now == 0.37, name
    model.nations["IDN"].tiers["waico"] = "strategic"
    model.nations["USA"].statuses["waico"] = "observer"
    assert stay_equal(past, known) and model.series.equals(rows)
    assert not stay_equal(model._run.state, known)


def test_a_write_changes_one_cell_and_the_run_from_then_on(world) -> None:
    with sim.Model(world(), seed=6) as plain, sim.Model(world(), seed=6) as model:
        for one in (plain, model):
            for _ in range(4):
                one.step()
        model.nations["IDN"].readiness = 0.95
        changed = [str(a) for a, b in zip(model.nations, plain.nations, strict=True) if a.readiness != b.readiness]
        assert changed == ["IDN"]
        plain.run(), model.run()
        before, after = plain.series, model.series
        assert before.iloc[:2].equals(after.iloc[:2]) and not before.iloc[2].equals(after.iloc[2])
        assert model.nations["IDN"].ai_use > plain.nations["IDN"].ai_use
        assert model.interventions == [
            {
                "year": 2027.0,
                "agent": "IDN",
                "column": "readiness",
                "before": model.interventions[0]["before"],
                "after": 0.95,
            }
        ]


@pytest.mark.parametrize("entity", ["world", "nation", "firm", "body", "body_nation", "body_firm"])
def test_what_cannot_be_written_names_what_to_set(model, entity) -> None:
    owner = {
        "world": model.world,
        "nation": model.nations["IDN"],
        "firm": model.firms["openai"],
        "body": model.bodies["waico"],
        "body_nation": model.nations["IDN"].memberships["waico"],
        "body_firm": model.firms["openai"].memberships["waico"],
    }[entity]
    for name, column in of(entity).items():
        if column.kind != "state":
            assert column.advice, name
            with pytest.raises(AgentError, match=rf"{name} .*cannot be written; set {re.escape(column.advice)}"):
                setattr(owner, name, 0.5)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("readiness", 1.1),
        ("readiness", -0.1),
        ("readiness", math.nan),
        ("readiness", "high"),
        ("readiness", True),
        ("readiness", None),
        ("gdp_base", 0.0),
        ("population", -3),
        ("compute", -1.0),
        ("position", math.inf),
    ],
)
def test_values_without_meaning_are_refused(model, name, value) -> None:
    before = getattr(model.nations["IDN"], name)
    with pytest.raises(AgentError, match=f"IDN.{name}: found"):
        setattr(model.nations["IDN"], name, value)
    assert getattr(model.nations["IDN"], name) == before and not model.interventions


def test_numbers_of_numpy_and_whole_numbers_are_numbers(model) -> None:
    for value in (np.float32(0.5), np.float64(0.5), 1, np.array(0.25)):
        model.nations["IDN"].readiness = value
        assert model.nations["IDN"].readiness == float(value)
    with pytest.raises(AgentError, match="truth value"):
        model.firms["openai"].active = 0.5


def test_slips_in_names_are_refused_and_own_names_kept(model) -> None:
    for owner, name in (
        (model.nations["IDN"], "readines"),
        (model.firms["openai"], "saftey"),
        (model.world, "tensoin"),
        (model.nations["IDN"].memberships["waico"], "ratifed"),
    ):
        with pytest.raises(AgentError, match="did you mean"):
            setattr(owner, name, 0.5)
    model.nations["IDN"].mood = 0.5
    assert model.nations["IDN"].mood == 0.5


def test_facts_cannot_be_written(model) -> None:
    for agent, name in (
        (model.nations["IDN"], "iso3"),
        (model.firms["openai"], "home"),
        (model.bodies["waico"], "name"),
    ):
        with pytest.raises(AgentError, match="fact of the study"):
            setattr(agent, name, "XXX")


def test_tiers_can_be_written(model) -> None:
    peru, indonesia = model.nations["PER"], model.nations["IDN"]
    assert peru.tiers["waico"] is None and indonesia.tiers["waico"] in model.bodies["waico"].tiers
    peru.tiers["waico"] = "full"
    assert (peru.tiers["waico"], peru.statuses["waico"]) == ("full", "signatory")
    was = indonesia.statuses["waico"]
    indonesia.tiers["waico"] = "associate"
    assert (indonesia.tiers["waico"], indonesia.statuses["waico"]) == ("associate", was)
    indonesia.tiers["waico"] = None
    assert (indonesia.tiers["waico"], indonesia.statuses["waico"]) == (None, "withdrawn")
    assert not indonesia.memberships["waico"].ratified
    model.run()
    assert peru.tiers["waico"] is not None


def test_statuses_can_be_written(model) -> None:
    peru = model.nations["PER"]
    with pytest.raises(AgentError, match="not in force"):
        peru.statuses["waico"] = "party"
    model.bodies["waico"].in_force = True
    for word in STATUSES:
        if word == "suspended":
            peru.statuses["waico"] = "party"
        peru.statuses["waico"] = word
        assert peru.statuses["waico"] == word
        inside = word in ("signatory", "party", "suspended")
        assert (peru.tiers["waico"] == "associate") is inside
        assert peru.memberships["waico"].ratified is (word in ("party", "suspended"))
    with pytest.raises(AgentError, match="only a party can be suspended"):
        peru.statuses["waico"] = "suspended"
    model.step()


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (lambda nation: nation.tiers.__setitem__("waico", "ful"), "did you mean 'full'"),
        (lambda nation: nation.tiers.__setitem__("weico", "full"), "did you mean 'waico'"),
        (lambda nation: nation.statuses.__setitem__("waico", "member"), "write one of|did you mean"),
        (lambda nation: nation.tiers.__delitem__("waico"), "= None to go out"),
        (lambda nation: nation.memberships.__setitem__("waico", 1), "write tiers"),
        (lambda nation: setattr(nation.model.nations["CHN"].memberships["waico"], "tier", None), "host"),
    ],
)
def test_impossible_places_are_refused(model, write, said) -> None:
    with pytest.raises(AgentError, match=said):
        write(model.nations["IDN"])
    assert not model.interventions


def test_places_are_mappings(model) -> None:
    nation = model.nations["IDN"]
    assert list(nation.tiers) == ["waico", "gpai"] == list(nation.statuses) and len(nation.memberships) == 2
    assert nation.tiers.get("absent") is None and "absent" not in nation.statuses
    with pytest.raises(KeyError):
        nation.tiers["absent"]
    assert repr(nation.statuses).startswith("{'waico': '")
    assert model.firms["openai"].memberships["waico"].seat in (True, False)


def test_a_party_that_is_moved_pays_the_dues_of_its_tier(world) -> None:
    def dues(tier: str) -> float:
        with sim.Model(world("commentary", 1), seed=6) as model:
            model.bodies["waico"].in_force = True
            model.nations["BRA"].statuses["waico"] = "party"
            model.nations["BRA"].tiers["waico"] = tier
            model.run()
            return model.nations["BRA"].memberships["waico"].dues

    assert 0.0 < dues("associate") < dues("full")
