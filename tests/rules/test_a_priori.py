"""A-priori power inside a run: closed forms, `sim.power` exactly, and what may change no power."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.engine import RunSpec
from sim.files import Study, apply, load
from sim.phases.votes import chamber_votes
from sim.plan import Plan
from sim.power.games import Game
from sim.power.indices import solve
from sim.rules.a_priori import power_shares
from sim.rules.decision import Decision
from sim.start import begin
from sim.study.ensemble import Policy
from sim.study.policies import of_study
from tests.engine.worlds import SCENARIOS

CLOSE = 5e-4


def exact(rule: Decision, votes: dict[str, np.ndarray]) -> tuple[np.ndarray, float]:
    """Normalised Banzhaf power and Coleman's power to act of one body, by counting."""
    names = [next((key for key, at in rule.positions.items() if at == place), str(place)) for place in range(len(
        next(iter(votes.values()))))]  # fmt: skip
    chambers = {name: held.tolist() for name, held in votes.items() if held.sum()}
    indices = solve(Game.of_condition(rule.condition, chambers, names))
    assert "rounded" not in indices.method
    return indices.banzhaf, indices.act


def one(rule: Decision, votes: dict[str, Any]) -> tuple[np.ndarray, float]:
    """The same as inside a run."""
    shares, acts = power_shares(rule, {name: np.asarray(held)[None, :] for name, held in votes.items()})
    return shares[0], float(acts[0, 0])


def agree(rule: Decision, votes: dict[str, Any], groups: int = 6) -> None:
    """Every member and every group within 5e-4 of what is counted."""
    votes = {name: np.asarray(held) for name, held in votes.items()}
    found, acts = one(rule, votes)
    wanted, passes = exact(rule, votes)
    which = np.random.default_rng(0).integers(0, groups, len(wanted))
    apart = [abs((found - wanted)[which == group].sum()) for group in range(groups)]
    assert max(*apart, np.abs(found - wanted).max(), abs(acts - passes)) < CLOSE


def states(condition: Any, *chambers: str, **places: int) -> Decision:
    return Decision.parse(condition, list(chambers or ["all"]), positions=places)


def drawn(members: int, spread: float, total: int, seed: int) -> np.ndarray:
    """Votes of very different size, at least 1 each."""
    weight = np.random.default_rng(seed).lognormal(0.0, spread, members)
    return np.maximum(np.rint(weight / weight.sum() * total), 1).astype(int)


def test_who_is_alike_is_equally_powerful_under_every_rule_that_names_nobody() -> None:
    for condition in ("> 1/2", ">= 2/3", "consensus", {"any": ["consensus", ">= 3/4"]}):
        shares, _ = one(states(condition), {"all": np.array([7] * 30 + [0] * 5)})
        assert shares[:30] == pytest.approx(1 / 30, abs=1e-15) and not shares[30:].any()


def test_consensus_makes_all_equal_whatever_their_votes() -> None:
    shares, acts = one(states("consensus"), {"all": drawn(60, 1.5, 10_000, 1)})
    assert shares == pytest.approx(1 / 60, abs=1e-15) and acts == pytest.approx(0.5**60)


def test_a_dictator_and_dummies() -> None:
    for others in (8, 40):
        shares, acts = one(states("> 1/2"), {"all": np.array([1000] + list(range(1, others + 1)))})
        assert shares[0] == pytest.approx(1.0, abs=1e-6) and shares[1:].max() < 1e-6 and shares.min() >= 0.0
        assert acts == pytest.approx(0.5, abs=1e-6)


def test_the_security_council() -> None:
    """Five vetoes and ten others, nine of fifteen: 848 swings each of the five, 84 of the ten (Straffin 1983)."""
    names = {f"p{place}": place for place in range(5)}
    rule = states({"all": [{"chamber": "all", "yes": "9 votes"}, {"veto": list(names)}]}, **names)
    shares, acts = one(rule, {"all": np.ones(15, int)})
    assert shares[0] == pytest.approx(848 / 5080, abs=1e-12) and shares[-1] == pytest.approx(84 / 5080, abs=1e-12)
    assert acts == pytest.approx(848 / 2**15, abs=1e-15)


def test_nobody_passes_nothing_and_no_votes_are_blank() -> None:
    assert np.isnan(one(states("> 1/2"), {"all": np.zeros(4, int)})[0]).all()
    assert np.isnan(one(states("9 votes"), {"all": np.ones(4, int)})[0]).all()
    two = {"all": drawn(40, 1.0, 5000, 1), "other": drawn(40, 1.0, 5000, 2)}
    assert np.isnan(one(states({"all": ["> 1/2"]}, "all", "other"), two)[0]).all()  # said so: not computed in a run


@pytest.mark.parametrize("members", [12, 18, 24, 45, 110])
@pytest.mark.parametrize("spread", [0.02, 0.3, 1.0, 2.0])
def test_one_chamber_as_counted(members: int, spread: float) -> None:
    votes = drawn(members, spread, 3000, members)
    for share in ("> 1/2", ">= 2/3", ">= 3/4")[: 3 if members < 100 else 2]:
        agree(states({"chamber": "all", "yes": share, "of": "all"}), {"all": votes})


def test_equal_votes_beside_unequal_ones_as_counted() -> None:
    """States of one or two tiers and firms, some alike: their sums keep to a lattice that no normal law sees."""
    for firms in (4, 8, 12, 18):
        some = np.where(np.arange(firms) % 2, drawn(firms, 0.5, 8000, firms), 500)
        for tiers in (np.full(36, 1400), np.where(np.arange(36) % 3, 1000, 2000)):
            for share in ("> 1/2", ">= 3/4"):
                agree(states(share), {"all": np.concatenate([tiers, some])})


def test_a_veto_in_a_large_body_as_counted() -> None:
    for members in (30, 60):
        rule = states({"all": [">= 3/5", {"veto": ["A", "B"]}]}, A=2, B=9)
        agree(rule, {"all": drawn(members, 0.9, 2000, members)})


HEADS = {"all": [{"chamber": "heads", "yes": "> 1/2", "of": "all"}, {"chamber": "votes", "yes": ">= 3/5", "of": "all"}]}
LISBON = {"all": [{"chamber": "heads", "yes": ">= 55 %"}, {"any": [{"chamber": "votes", "yes": ">= 65 %"}, {
    "chamber": "heads", "not_yes": "< 4 votes"}]}]}  # fmt: skip


@pytest.mark.parametrize("members", [20, 36, 60])
@pytest.mark.parametrize("condition", [HEADS, LISBON, {"any": ["consensus", HEADS]}], ids=["both", "lisbon", "last"])
def test_states_and_votes_as_counted(members: int, condition: Any) -> None:
    agree(states(condition, "heads", "votes"), {"heads": np.ones(members, int), "votes": drawn(members, 1.2, 700, 3)})


@pytest.mark.parametrize("members", [20, 22, 30])
def test_two_chambers_with_firms_as_counted(members: int) -> None:
    """Firms with votes in one of the chambers alone, states of two tiers, votes halved by a designation."""
    rule, none = states(HEADS, "heads", "votes"), np.zeros(9, int)
    votes = drawn(members, 1.0, 150 if members > 25 else 500, 4)
    tiers = np.where(np.arange(members) % 3, 2, 1)
    firms = drawn(9, 0.7, 30 if members > 25 else 60, 5)
    agree(rule, {"heads": np.concatenate([tiers, none]), "votes": np.concatenate([votes, firms])})
    agree(rule, {"heads": np.concatenate([tiers * 5, firms]), "votes": np.concatenate([votes, none])})


@cache
def ways() -> tuple[Policy, ...]:
    """The policies of who-decides: six ways to vote, each with five roles for firms."""
    study = load(SCENARIOS / "studies" / "who-decides.yaml")
    assert isinstance(study, Study)
    return tuple(of_study(study).policies)


@cache
def seated(role: str) -> list[tuple[str, Decision, dict[str, np.ndarray]]]:
    """Decisions and votes of every way to vote of who-decides with one corporate role, at a start in force."""
    found = []
    for policy in ways():
        name = policy.name
        if f"voting.corporate={role}" not in name:
            continue
        change = {"nations": {"sample": 70, "seed": 2}, "bodies.waico.entry_into_force.reached": True, "years": 1}
        run = begin(Plan([RunSpec(name, 0, 0, 5, apply(policy.resolved, change))]))
        run.state.bodies["waico"].firms.seat = run.state.firms.active & (np.arange(run.plan.firm_shape[1]) < 30)
        charter = run.plan.bodies["waico"].at(2027)
        held = {chamber: votes[0] for chamber, votes in chamber_votes(run, "waico")[0].items()}
        found += [(f"{name} {kind}", charter.decisions[kind], held) for kind in ("ordinary", "special")]
    return found


@pytest.mark.parametrize("role", ["none", "quarter", "state_designated", "pool_share"])
def test_every_way_to_vote_of_who_decides_as_counted(role: str) -> None:
    """On votes rounded to some hundreds, which can be counted: the structure of the real ones."""
    assert len(seated(role)) == 12
    for _, rule, held in seated(role):
        agree(rule, {
            name: np.where(votes > 0, np.maximum(np.rint(votes * (400 / votes.sum())), 1), 0).astype(int)
            for name, votes in held.items()
        })  # fmt: skip


def test_the_real_votes_are_all_computed() -> None:
    for role in ("none", "quarter", "state_designated", "pool_share"):
        for name, rule, held in seated(role):
            shares, _ = one(rule, held)
            assert shares.sum() == pytest.approx(1.0) and shares.min() >= 0.0, name


def test_a_row_alone_is_the_row_of_the_block_in_every_bit() -> None:
    """Bodies of different size side by side, with empty seats between and after them."""
    random = np.random.default_rng(8)
    rows = [drawn(size, 1.1, 50_000, size) for size in (5, 19, 30, 64, 90)]
    block = np.zeros((5, 130), dtype=int)
    for row, votes in zip(block, rows, strict=True):
        row[np.sort(random.choice(130, len(votes), replace=False))] = votes
    heads = (block > 0).astype(int)
    for rule, chambers in (
        (states(">= 2/3"), {"all": block}),
        (states(HEADS, "heads", "votes"), {"heads": heads, "votes": block}),
    ):
        whole = power_shares(rule, chambers)
        for row in range(5):
            alone = power_shares(rule, {name: held[row : row + 1] for name, held in chambers.items()})
            assert all(np.array_equal(one[row], other[0]) for one, other in zip(whole, alone, strict=True))


def test_order_and_unit_of_votes_change_no_power() -> None:
    votes = drawn(50, 1.0, 20_000, 7)
    shares, _ = one(states(">= 2/3"), {"all": votes})
    order = np.random.default_rng(1).permutation(50)
    assert one(states(">= 2/3"), {"all": votes[order]})[0] == pytest.approx(shares[order], abs=1e-12)
    assert one(states(">= 2/3"), {"all": votes * 7})[0] == pytest.approx(shares, abs=1e-5)


def test_more_votes_in_one_chamber_are_no_less_power() -> None:
    votes = np.sort(drawn(40, 1.0, 20_000, 9))
    assert (np.diff(one(states("> 1/2"), {"all": votes})[0]) >= -1e-9).all()
