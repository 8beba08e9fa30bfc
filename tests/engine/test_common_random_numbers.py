"""Common random numbers: what is added to a world or changed without touching it moves no draw of anybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from sim.draws import Draws
from sim.engine import BlockResult, run_block
from sim.files import apply
from sim.measures import base as measures
from sim.plan import Plan, stage_of
from tests.engine.worlds import baseline, charter, policies, specs

Drawn = dict[tuple[str, str, int, bool], dict[int, np.ndarray]]
YEARS = 3


@pytest.fixture
def drawing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any], tuple[BlockResult, Drawn]]]:
    """Run a world and keep every draw: by purpose, body, step and whether per future, then by agent, (runs,)."""
    kept: Drawn = {}
    bits = Draws.bits

    def noted(self: Draws, purpose: str, agents: Any, step: int = 0, body: str = "", per_future: bool = False) -> Any:
        found = bits(self, purpose, agents, step, body, per_future=per_future)
        place = kept.setdefault((purpose, body, step, per_future), {})
        place.update({int(key): found[:, number] for number, key in enumerate(agents)})
        return found

    def run(resolved: Any) -> tuple[BlockResult, Drawn]:
        kept.clear()
        stage_of(resolved)  # who exists is drawn once and kept
        with monkeypatch.context() as patch:
            patch.setattr(Draws, "bits", noted)
            result = run_block(specs(resolved, 3), nations=True, events=True)
        return result, dict(kept)

    yield run


def shared(first: Drawn, second: Drawn) -> int:
    """How many draws two worlds have in common; all of them are equal."""
    count = 0
    for key in first.keys() & second.keys():
        for agent in first[key].keys() & second[key].keys():
            assert np.array_equal(first[key][agent], second[key][agent]), key
            count += first[key][agent].size
    return count


def size(drawn: Drawn) -> int:
    return sum(values.size for agents in drawn.values() for values in agents.values())


def same_numbers(one: BlockResult, other: BlockResult, but: tuple[str, ...] = ()) -> None:
    """Every column of `one` stands in `other` with the same bits, in the series and in the nations."""
    for mine, theirs in ((one.series, other.series), (one.nations or {}, other.nations or {})):
        for name in mine:
            if not name.startswith(but or ("\0",)):
                assert np.array_equal(mine[name], theirs[name], equal_nan=True), name


INERT = [
    ("as-signed", {"bodies.gpai.fund.compute_part": 0.9, "bodies.gpai.fund.leakage": 0.4}),  # nothing is paid out
    ("as-signed", {"bodies.waico.fund.arrears.repayment": 0.9}),  # nobody owes anything
    ("commentary", {"bodies.waico.fund.condition": 0.3}),  # payment is not conditional
    ("without-waico", {"bodies.gpai.policy.response_powers": 0.15}),  # what it is already
]


@pytest.mark.parametrize(("name", "change"), INERT)
def test_a_policy_that_touches_nothing_leaves_every_number_equal(name: str, change: dict[str, Any]) -> None:
    resolved = policies(YEARS)[name]
    one, other = (run_block(specs(each, 3), nations=True, events=True) for each in (resolved, apply(resolved, change)))
    same_numbers(one, other)
    assert one.events == other.events


def test_a_body_nobody_can_join_moves_nothing(drawing: Callable[[Any], tuple[BlockResult, Drawn]]) -> None:
    """A club of a state that is not in this world: its own draws are new, all others and all numbers stay."""
    plain = policies(YEARS)["commentary"]
    outside = next(
        code for code in stage_of({}).nations.iso3.tolist() if code not in stage_of(plain).nations.iso3.tolist()
    )
    club = {**charter("waico-as-signed"), "sponsor": outside, "host": outside, "eligible": [outside], "record": None}
    for place in ({**plain["bodies"], "club": club}, {"club": club, **plain["bodies"]}):
        first, before = drawing(plain)
        second, after = drawing({**plain, "bodies": place})
        assert shared(before, after) == size(before)
        assert size(after) > size(before)
        same_numbers(first, second)
        assert np.max(second.series["club.inside"]) == 0.0


def test_a_tier_of_weight_zero_moves_nothing(drawing: Callable[[Any], tuple[BlockResult, Drawn]]) -> None:
    busy = {"world.mobility.ratify": 1.0, "world.mobility.change": 0.4, "world.membership.voice": 9.0}
    plain = apply(policies(YEARS, 60)["commentary"], busy)
    tiers = plain["bodies"]["waico"]["tiers"]
    empty = {**tiers["full"], "weight": 0.0}
    more = {"associate": tiers["associate"], "full": tiers["full"], "empty": empty, "strategic": tiers["strategic"]}
    changed = {**plain, "bodies": {**plain["bodies"], "waico": {**plain["bodies"]["waico"], "tiers": more}}}
    first, before = drawing(plain)
    second, after = drawing(changed)
    assert shared(before, after) == size(before) == size(after)
    assert np.max(second.series["waico.members.tier_empty"]) == 0.0
    assert np.nanmax(first.series["waico.members.tier_strategic"]) > 0.0, "a tier beyond the empty one is taken"
    same_numbers(first, second, but=("waico.tier",))  # the nations' column of tier numbers counts the empty one


def test_an_entrant_moves_no_draw(drawing: Callable[[Any], tuple[BlockResult, Drawn]]) -> None:
    """It may change the world, by entering; it changes nobody's luck."""
    _, before = drawing(baseline(YEARS, 30, entrants=8))
    _, after = drawing(baseline(YEARS, 30, entrants=9))
    assert shared(before, after) > 0.9 * size(before)
    for key in before.keys() & after.keys():
        assert before[key].keys() <= after[key].keys(), key


def test_nations_added_reordered_or_sampled_keep_their_draws(
    drawing: Callable[[Any], tuple[BlockResult, Drawn]],
) -> None:
    few = ["CHN", "USA", "FRA", "KAZ", "KEN", "DEU", "BRA"]
    _, before = drawing(baseline(YEARS, None, nations=few))
    for others in ([*few[::-1]], [*few, "EGY", "IND", "IDN"], ["EGY", *few[2:], "USA", "CHN"]):
        _, after = drawing(baseline(YEARS, None, nations=others))
        nations = Plan(specs(baseline(YEARS, None, nations=few), 1)).stage.nation_keys
        for key in before.keys() & after.keys():
            for agent in {int(each) for each in nations} & before[key].keys():
                assert np.array_equal(before[key][agent], after[key][agent]), key


@pytest.mark.parametrize("name", [name for name in policies() if name != "as-signed"])
def test_every_policy_meets_the_same_luck(name: str, drawing: Callable[[Any], tuple[BlockResult, Drawn]]) -> None:
    """Whatever two charters both draw is equal, tastes and opportunities of nations among it."""
    _, before = drawing(policies(YEARS)["as-signed"])
    _, after = drawing(policies(YEARS)[name])
    assert shared(before, after) > 0.5 * size(before)
    body = "gpai" if name == "without-waico" else "waico"
    assert {("taste", body, 0, False), ("opportunity", body, 4, False)} <= before.keys() & after.keys()


def test_another_measure_moves_nothing(
    monkeypatch: pytest.MonkeyPatch, drawing: Callable[[Any], tuple[BlockResult, Drawn]]
) -> None:
    """A measure reads the state and draws nothing."""
    plain = policies(YEARS)["commentary"]
    first, before = drawing(plain)
    for family in (measures.measure, measures.measure_of_body):
        monkeypatch.setattr(family, "_rules", dict(family._rules))

    @measures.world_measure("share")
    def mean_readiness(run: Any) -> Any:
        """Readiness, nations weighted equally."""
        return run.state.nations.readiness.mean(axis=-1, keepdims=True)

    second, after = drawing(plain)
    assert shared(before, after) == size(before) == size(after)
    assert "mean_readiness" in second.series
    same_numbers(first, second)


def test_another_draw_of_ideal_policies_moves_no_other_draw(
    drawing: Callable[[Any], tuple[BlockResult, Drawn]],
) -> None:
    """The first draw is the one without a number; another changes what is wanted and no other luck."""
    resolved = baseline(YEARS)
    plain, before = drawing(resolved)
    same, _ = drawing(apply(resolved, {"world.preferences.draw": 0}))
    other, after = drawing(apply(resolved, {"world.preferences.draw": 3}))
    assert np.array_equal(plain.nations["stringency"], same.nations["stringency"])  # type: ignore[index]
    wanted = {key for key in before if key[0].startswith("ideal ")}
    assert len(wanted) == 5 and wanted.isdisjoint(after)
    assert {key for key in after if key[0].endswith(" 3")} == {(f"{key[0]} 3", *key[1:]) for key in wanted}
    shared(before, after)  # whatever both draw is equal
    first, second = (result.nations["stringency"][:, 0] for result in (plain, other))  # type: ignore[index]
    assert (first != second).mean() > 0.9 and abs(first.mean() - second.mean()) < 0.05
    assert np.array_equal(plain.nations["gdp"][:, 0], other.nations["gdp"][:, 0])  # type: ignore[index]
