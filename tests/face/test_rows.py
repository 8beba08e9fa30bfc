"""A run through Mesa is the row of an ensemble with the same three numbers, bit for bit."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import sim
from sim.engine import run_block
from sim.face import run_rows
from sim.plan import RunSpec


class Same(sim.Nation):
    def choose_tier(self, body, choice):
        return super().choose_tier(body, choice)

    def vote(self, body, proposal, choice):
        return super().vote(body, proposal, choice)


class SameFirm(sim.Firm):
    def choose_safety(self, choice):
        return super().choose_safety(choice)


SUPER = {sim.Nation: Same, sim.Firm: SameFirm}


def specs(scenario, seed=11):
    return [RunSpec("policy", future, replicate, seed, scenario) for future, replicate in ((0, 0), (2, 1), (0, 5))]


@pytest.mark.parametrize("policy", ["as-signed", "commentary", "consensus", "without-waico"])
def test_a_model_equals_its_row(world, agree, policy) -> None:
    scenario = world(policy)
    block = run_block(specs(scenario), nations=True, events=True)
    for row, spec in enumerate(specs(scenario)):
        with sim.Model.of(spec, panel=True) as model:
            assert agree(block, row, model.run().result(), 0)


def test_the_whole_horizon_by_the_three_numbers(world, agree) -> None:
    scenario = world("commentary", 10)
    block = run_block(specs(scenario), events=True)
    with sim.Model(scenario, seed=11, future=2, replicate=1) as model:
        assert agree(block, 1, model.run().result(), 0)


@pytest.mark.parametrize("policy", ["as-signed", "commentary"])
def test_super_reproduces_the_run(world, agree, policy) -> None:
    """Also by 193 nations and every firm asked each time: to be asked changes nothing."""
    scenario = world(policy)
    block = run_block(specs(scenario), nations=True, events=True)
    asked = run_rows(specs(scenario), SUPER, nations=True, events=True)
    assert all(agree(block, row, asked, row) for row in range(3))
    assert block.errors == asked.errors


def test_two_replicates_are_not_the_same_run(world) -> None:
    result = run_rows(specs(world("as-signed")))
    assert not np.array_equal(result.series["gdp_gain"][0], result.series["gdp_gain"][2])


@pytest.mark.parametrize("steps", [0, 5])
@pytest.mark.parametrize("way", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_goes_on_with_equal_numbers(world, agree, steps, way) -> None:
    with sim.Model(world("commentary"), seed=4, agents={"IDN": Same}) as model:
        for _ in range(steps):
            model.step()
        model.nations["BRA"].readiness = 0.9
        twin = way(model)
        assert twin.nations["BRA"].readiness == 0.9 and type(twin.nations["IDN"]) is Same
        assert twin.steps == model.steps == steps
        model.run()
        assert twin.year < model.year
        with twin:
            assert agree(model.result(), 0, twin.run().result(), 0)


def test_an_agent_can_be_pickled_with_its_model(world) -> None:
    with sim.Model(world(), seed=4) as model:
        for agent in (model.nations["IDN"], model.bodies["waico"]):
            twin = pickle.loads(pickle.dumps(agent))
            assert str(twin) == str(agent) and twin.model is not model
            twin.model.step()


def test_a_scenario_by_path_by_document_and_as_data(world) -> None:
    path = "scenarios/baseline.yaml"
    found = []
    for scenario in (path, sim.load(path), sim.load(path).resolved):
        with sim.Model(scenario, seed=9) as model:
            model.step()
            found.append(model.world.tension)
    assert len(set(found)) == 1


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        (7, "expected a scenario"),
        ({"name": "half"}, "expected a scenario"),
        ("scenarios/studies/first-look.yaml", "expected a scenario"),
        ("scenarios/absent.yaml", "absent.yaml"),
    ],
)
def test_what_is_no_scenario_is_refused(scenario, said) -> None:
    with pytest.raises(sim.ScenarioError, match=said):
        sim.Model(scenario)


def test_data_changed_by_hand_are_checked(world) -> None:
    scenario = copy.deepcopy(world())
    scenario["bodies"]["waico"]["policy"]["stringency"] = 7.0
    with pytest.raises(sim.ScenarioError, match=r"waico\.policy\.stringency: found the number 7"):
        sim.Model(scenario)


@pytest.mark.parametrize("numbers", [{"seed": -1}, {"seed": 0.5}, {"future": -1}, {"replicate": -2}, {"seed": 2**53}])
def test_impossible_numbers_of_a_run_are_refused(world, numbers) -> None:
    with pytest.raises(sim.errors.SimError, match="found"):
        sim.Model(world(), **numbers)


def test_a_run_ends(world) -> None:
    with sim.Model(world(years=1), seed=1) as model:
        assert model.year == 2026.0 and model.running
        for quarter in range(1, 5):
            model.step()
            assert model.year == 2026 + quarter / 4 and model.steps == quarter
        assert not model.running and list(model.series["year"]) == [2026, 2027]
        with pytest.raises(sim.errors.SimError, match="set more `years`"):
            model.step()
        assert model.steps == 4
