"""The studies on who pays, who gains and who is bound run: every policy, on few nations, for a year."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine import run_block
from sim.files import Study, apply, load
from tests.engine.worlds import SCENARIOS, specs

STUDIES = {
    "who-pays-who-gains": ("waico.gini_removed", "waico.net_south_share"),
    "open-or-closed": ("provider_concentration", "waico.in_force"),
    "response-in-time": ("prevented_loss", "false_alarm_cost"),
    "one-rulebook-or-many": ("waico.adoption", "strategy_distance"),
    "caps-and-carrots": ("waico.sanctioned", "innovation"),
}


@pytest.mark.parametrize("name", list(STUDIES))
def test_every_policy_runs_and_the_question_is_told(name: str) -> None:
    study = load(SCENARIOS / "studies" / f"{name}.yaml")
    assert isinstance(study, Study) and "uestion" in study.text and "overturned" in study.text
    for title, resolved in study.policies.items():
        small = apply(resolved, {"years": 1, "nations": {"sample": 10, "seed": 3}, "entrants": 0})
        result = run_block(specs(small, 1))
        assert result.errors == [None], title
        assert all(key in result.series for key in STUDIES[name])


def test_whoever_suspends_prevents_no_less_than_whoever_advises() -> None:
    """The same incidents in one step, effort frozen: authority orders what is prevented."""
    study = load(SCENARIOS / "studies" / "response-in-time.yaml")
    assert isinstance(study, Study)
    prevented = []
    for title in ("none", "advise-delegated", "recommend-delegated", "suspend-delegated"):
        change = {"years": 1, "steps_per_year": 1, "nations": {"sample": 12, "seed": 3}, "world.race": "fixed_effort",
                  "world.incidents.base": 20.0, "bodies.waico.entry_into_force.reached": True}
        prevented.append(run_block(specs(apply(study.policies[title], change), 4)).series["prevented_loss"][:, -1])
    for less, more in zip(prevented, prevented[1:], strict=False):
        assert (less <= more + 1e-9).all()
    assert np.sum(prevented[-1]) > 0.0
