"""Row k of a block equals the same run alone, bit for bit; a study may mix tiers, bodies and voting rules."""

from __future__ import annotations

import numpy as np
import pytest

from sim.charter_plan import group_flags
from sim.engine import RunSpec, run_block, series_columns, structure
from sim.files import apply
from sim.files.known import group_members, group_names
from sim.plan import stage_of
from tests.engine.worlds import baseline, policies, specs

POLICIES = policies()


def same(first: np.ndarray, second: np.ndarray) -> bool:
    return bool(np.array_equal(first, second, equal_nan=True))


@pytest.mark.parametrize("name", list(POLICIES))
def test_a_row_equals_the_run_alone(name: str) -> None:
    """Series, nations and events; rows differ in future, replicate and a number of the economy."""
    rows = [
        RunSpec(
            name, spec.future, spec.replicate, spec.seed, apply(spec.scenario, {"world.economy.gain": 0.05 + 0.1 * k})
        )
        for k, spec in enumerate(specs(POLICIES[name], 3))
    ]
    block = run_block(rows, nations=True, events=True)
    assert block.errors == [None] * 3
    for number, spec in enumerate(rows):
        alone = run_block([spec], nations=True, events=True)
        assert all(same(block.series[key][number], alone.series[key][0]) for key in block.series)
        assert all(same(block.nations[key][number], alone.nations[key][0]) for key in block.nations)
        mine = [{**event, "row": 0} for event in block.events if event["row"] == number]
        assert mine == alone.events


def test_outputs_change_no_number() -> None:
    rows = specs(POLICIES["commentary"], 2)
    plain, full = run_block(rows), run_block(rows, nations=True, events=True)
    assert all(same(plain.series[key], full.series[key]) for key in plain.series)


def test_policies_of_a_study_differ_in_structure_but_not_by_numbers() -> None:
    names = ("as-signed", "commentary", "no-corporate-votes", "consensus", "without-waico")
    texts = [structure(POLICIES[name]) for name in names]
    assert len(set(texts)) == len(texts)
    other = apply(POLICIES["commentary"], {"bodies.waico.fund.levy.rate": 0.05})
    assert structure(other) == structure(POLICIES["commentary"])
    # the charter without a fund turns numbers off and a rule: another structure because of the rule alone
    assert structure(apply(POLICIES["commentary"], {"bodies.waico.fund.envelope": 0.0})) == texts[1]


def test_columns_are_known_before_the_first_run() -> None:
    for name, resolved in POLICIES.items():
        assert tuple(run_block(specs(resolved, 1)).series) == series_columns(resolved), name


def test_a_policy_that_changes_nothing_changes_no_number() -> None:
    first = run_block(specs(baseline(), 2, policy="a"))
    second = run_block(specs(apply(baseline(), {"world.economy.gain": 0.16}), 2, policy="b"))
    assert all(same(first.series[key], second.series[key]) for key in first.series)


def test_draws_stay_with_their_agent_when_nations_are_reordered() -> None:
    """The start of a nation's AI use and its tastes are the same in a world of other nations."""
    few = ["CHN", "USA", "FRA", "KAZ", "KEN", "DEU", "BRA"]
    first = run_block(specs(baseline(1, None, nations=few), 1), nations=True)
    second = run_block(specs(baseline(1, None, nations=[*few, "EGY", "IND"]), 1), nations=True)
    for code in few:
        here, there = first.iso3.index(code), second.iso3.index(code)
        assert first.nations["ai_use"][0, 0, here] == second.nations["ai_use"][0, 0, there]


def test_steps_of_other_lengths_run_and_agree_roughly() -> None:
    """Halving the step changes a smooth measure by little: the processes are rates, not counts of steps."""
    found = [run_block(specs(baseline(3, 20, steps_per_year=n, **{"world.incidents.base": 0.5}), 4)).series["gdp_gain"]
             for n in (4, 12)]
    assert np.abs(found[0][:, -1] - found[1][:, -1]).max() < 0.25


def test_every_group_a_file_may_name_can_be_run() -> None:
    """Organisations, development groups, income groups and regions; the counts are those of the files' own list."""
    stage = stage_of(baseline(1, None))
    for name in group_names():
        found = {str(code) for code in stage.nations.iso3[group_flags(stage, name)]}
        assert found == set(group_members(name)), name
