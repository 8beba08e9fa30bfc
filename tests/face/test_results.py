"""`sim.run` with classes of one's own gives the tables of any run; any row of a study can be looked at as a model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import sim
from sim.errors import AgentError, SimError, StoreError
from sim.study.single import run_in_memory


class Same(sim.Nation):
    def vote(self, body, proposal, choice):
        return super().vote(body, proposal, choice)


class Refuses(sim.Nation):
    def vote(self, body, proposal, choice):
        return "no"


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "short.yaml"
    path.write_text("format: 1\nkind: scenario\nname: short\nyears: 2\nbodies:\n  waico: {charter: waico-commentary}\n")
    return sim.load(path)


def test_the_same_tables_bit_for_bit(scenario) -> None:
    wanted = sim.run(scenario, replicates=3, seed=5, nations=True, events=True)
    found = sim.run(scenario, replicates=3, seed=5, nations=True, events=True, agents={sim.Nation: Same})
    for table in ("runs", "series", "nations", "events"):
        pd.testing.assert_frame_equal(getattr(wanted, table), getattr(found, table), check_exact=True)


def test_a_class_takes_effect_in_every_run(scenario) -> None:
    plain = sim.run(scenario, replicates=3, seed=5, events=True)
    found = sim.run(scenario, replicates=3, seed=5, events=True, agents={sim.Nation: Refuses})
    assert set(found.runs["status"]) == {"ok"} and len(found.series) == 3 * 3
    assert (plain.series["waico.passage_rate"] > 0).any() and not (found.series["waico.passage_rate"] > 0).any()
    model = found.model(found.runs["run_id"][1])
    assert type(model.nations["IDN"]) is Refuses
    model.run()
    assert np.array_equal(model.series["gdp_gain"], found.read("series", where={"replicate": 1})["gdp_gain"])


def test_a_row_again_as_a_model(scenario, tmp_path) -> None:
    results = sim.run(scenario, replicates=2, seed=5, future=3)
    run_id = results.runs["run_id"][1]
    with results.model(run_id) as model:
        assert (model.seed, model.future, model.replicate) == (5, 3, 1)
        series = model.run().series
    row = results.read("series", where={"run_id": run_id})
    for name in series.columns:
        assert np.array_equal(series[name], row[name], equal_nan=True), name
    with results.model(run_id, agents={"IDN": Refuses}) as model:
        assert type(model.nations["IDN"]) is Refuses
    with pytest.raises(StoreError, match="absent"):
        results.model("absent")


def test_what_a_class_raises_is_raised(scenario) -> None:
    class Wrong(sim.Nation):
        def vote(self, body, proposal, choice):
            return "perhaps"

    class Breaks(sim.Nation):
        def vote(self, body, proposal, choice):
            raise ZeroDivisionError("mine")

    with pytest.raises(AgentError, match="perhaps"):
        sim.run(scenario, replicates=2, agents={sim.Nation: Wrong})
    with pytest.raises(ZeroDivisionError, match="mine"):
        sim.run(scenario, replicates=2, agents={sim.Nation: Breaks})
    with pytest.raises(AgentError, match="did you mean"):
        sim.run(scenario, replicates=2, agents={"IDM": Same})


def test_another_engine_has_no_agents(scenario) -> None:
    with pytest.raises(SimError, match="leave one of the two out"):
        run_in_memory(None, "other.engine", agents={"IDN": Same})
