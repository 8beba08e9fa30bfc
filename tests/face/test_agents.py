"""Nations, firms and bodies are ordinary Mesa agents in ordinary AgentSets."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

import numpy as np
import pytest
from mesa import Agent, DataCollector

import sim
from sim.columns import COLUMNS, of
from sim.errors import AgentError


class Mine(sim.Nation):
    def __init__(self, *place) -> None:
        super().__init__(*place)
        self.mood = 0.5


class MineToo(Mine):
    pass


def test_sets_select_aggregate_and_set(model) -> None:
    nations = model.nations
    assert len(nations) == 193 and len(model.firms) > 50 and [str(body) for body in model.bodies] == ["waico", "gpai"]
    ready = nations.select(lambda nation: nation.readiness > 0.7)
    assert 0 < len(ready) < 193 and min(ready.get("readiness")) > 0.7
    assert nations.agg("population", sum) == pytest.approx(8100, rel=0.02)
    low, high = nations.agg("readiness", [min, max])
    assert 0 <= low < high <= 1
    poor = nations.select(lambda nation: nation.income_group == "low_income").set("readiness", 0.5)
    assert set(poor.get("readiness")) == {0.5} and nations["USA"].readiness != 0.5
    assert nations.sort("gdp")[0].iso3 == "USA"
    assert sum(nations.groupby("region").count().values()) == 193
    assert nations.select(lambda nation: "asean" in nation.groups).agg("gdp", len) >= 10


def test_values_are_plain_and_columns_documented(model) -> None:
    for agent, entity in ((model.nations[0], "nation"), (model.firms[0], "firm"), (model.bodies[0], "body")):
        for name, column in of(entity).items():
            assert type(getattr(agent, name)) in (float, int, bool), name
            assert column.unit in getattr(type(agent), name).__doc__
    assert type(model.world.tension) is float
    assert {column.entity for column in COLUMNS} == {"world", "nation", "firm", "body", "body_nation", "body_firm"}
    for entity, place in (
        ("body_nation", model.nations["KAZ"].memberships["waico"]),
        ("body_firm", model.firms[0].memberships["gpai"]),
    ):
        assert all(hasattr(place, name) for name in of(entity))


def test_agents_are_found_by_id(model) -> None:
    assert model.nations["IDN"].name == "Indonesia" and model.firms["openai"].home == "USA"
    with pytest.raises(AgentError, match="no agent 'IND0' here; did you mean"):
        model.nations["IND0"]
    body = model.bodies["waico"]
    assert body == "waico" and body != "gpai" and {"waico": 1}[body] == 1
    assert model.nations["KAZ"].tiers[body] == model.nations["KAZ"].tiers["waico"]
    assert {str(one) for one in body.members} == {
        str(one) for one in model.nations if one.statuses["waico"] in ("party", "suspended")
    }


def test_types_hold_subclasses(world) -> None:
    with sim.Model(world(), agents={sim.Nation: Mine, "IDN": MineToo, "KAZ": sim.Nation}) as model:
        counts = {kind.__name__: len(agents) for kind, agents in model.agents_by_type.items()}
        assert counts["Nation"] == 193 and counts["Mine"] == 192 and counts["MineToo"] == 1
        assert len(model.nations) == 193 and len(model.agents) == 193 + counts["Firm"] + counts["Body"]
        assert sorted(model.agents.get("unique_id")) == list(range(1, len(model.agents) + 1))
        assert model.nations["IDN"].mood == 0.5


def test_data_collector(world) -> None:
    collector = DataCollector(
        model_reporters={
            "tension": lambda model: model.world.tension,
            "year": "year",
            "inside": lambda model: model.measure("waico.members"),
        },
        agent_reporters={"readiness": "readiness"},
        agenttype_reporters={
            sim.Nation: {"tier": lambda nation: nation.tiers["waico"], "gdp": "gdp"},
            sim.Firm: {"safety": "safety"},
        },
    )
    with sim.Model(world(), agents={"IDN": Mine}) as model:
        collector.collect(model)
        for _ in range(4):
            model.step()
        collector.collect(model)
        frame = collector.get_model_vars_dataframe()
        assert list(frame["year"]) == [2026.0, 2027.0]
        assert list(frame["inside"]) == list(model.series["waico.members"])
        nations = collector.get_agenttype_vars_dataframe(sim.Nation)
        assert len(nations) == 2 * 193 and nations["gdp"].notna().all()
        assert nations["gdp"].iloc[193:].sum() > nations["gdp"].iloc[:193].sum()
        agents = collector.get_agent_vars_dataframe()
        assert agents["readiness"].notna().sum() == 2 * 193  # firms and bodies have no such column


def test_a_model_of_ones_own_collects_as_it_steps(world) -> None:
    class Watched(sim.Model):
        def __init__(self, *args, **more) -> None:
            super().__init__(*args, **more)
            self.datacollector = DataCollector(agenttype_reporters={sim.Nation: {"use": "ai_use"}})

        def step(self) -> None:
            super().step()
            self.datacollector.collect(self)

    with Watched(world(years=1)) as model:
        model.run()
        assert model.steps == 4
        assert len(model.datacollector.get_agenttype_vars_dataframe(sim.Nation)) == 4 * 193


def test_agents_of_other_kinds_may_come_and_go(model) -> None:
    watcher = Agent(model)
    assert watcher.unique_id == len(model.agents) and watcher in model.agents
    watcher.remove()
    assert watcher not in model.agents
    model.step()


@pytest.mark.parametrize("who", ["nations", "firms", "bodies"])
def test_agents_are_never_removed(model, who) -> None:
    agent = getattr(model, who)[0]
    for attempt in (agent.remove, lambda: model.deregister_agent(agent), model.remove_all_agents):
        with pytest.raises(AgentError, match="belongs to the study"):
            attempt()
    assert agent in model.agents


def test_draws_of_the_users_own_differ_between_replicates(world) -> None:
    drawn = []
    for replicate in (0, 1, 1):
        with sim.Model(world(), seed=1, replicate=replicate) as model:
            drawn.append(model.nations["IDN"].random.random())
    assert drawn[0] != drawn[1] == drawn[2]


def test_a_model_is_freed(world) -> None:
    for closed in (True, False):
        model = sim.Model(world(), agents={"IDN": Mine})
        model.step()
        agent = weakref.ref(model.nations["IDN"])
        seen = weakref.ref(model)
        if closed:
            model.close()
            assert len(model.agents) == 0 and len(model.series) == 1
            with pytest.raises(AgentError, match="closed"):
                model.step()
        del model
        gc.collect()
        assert seen() is None and agent() is None


def test_a_model_shows_itself(world) -> None:
    with sim.Model(world("commentary"), seed=3, agents={"IDN": Mine}) as model:
        model.nations["BRA"].readiness = 0.9
        shown = model._repr_html_()
        assert "Mine (IDN)" in shown and "waico" in shown and "written: 1" in shown
        assert "seed 3" in repr(model)
    assert "closed" in repr(model) and "closed" in model._repr_html_()


def test_the_random_state_of_numpy_is_left_alone(world) -> None:
    np.random.seed(5)  # noqa: NPY002
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    sim.Model(world()).run().close()
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("method", ["None", "'fork'", "'spawn'"])
def test_the_start_method_of_pools_is_left_alone(method) -> None:
    set_it = f"m.set_start_method({method}); " if method != "None" else ""
    said = python(
        f"import multiprocessing as m; {set_it}import sim; sim.Model; print(repr(m.get_start_method(allow_none=True)))"
    )
    assert said == method


def test_sweeps_never_import_mesa() -> None:
    said = python("import sim, sys; sim.sweep, sim.run, sim.load, sim.open_results; print('mesa' in sys.modules)")
    assert said == "False"
