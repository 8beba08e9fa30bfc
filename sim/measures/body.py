"""Measures of a body: participation, policy, power, and its money."""

from __future__ import annotations

import numpy as np

from sim.measures.base import body_measure, by_income, once, order_of
from sim.measures.inequality import gini, kakwani
from sim.phases.run import Run
from sim.phases.votes import chamber_votes
from sim.state import BodyState
from sim.units import Array


def _body(run: Run, name: str) -> BodyState:
    return run.state.bodies[name]


def _share(values: Array, inside: Array) -> Array:
    return np.where(inside, values, 0.0).sum(axis=-1, keepdims=True) / values.sum(axis=-1, keepdims=True)


@body_measure("states")
def observers(run: Run, body: str) -> Array:
    """States that take part without having signed."""
    return (_body(run, body).nations.status == 2).sum(axis=-1, keepdims=True)


@body_measure("states")
def signatories(run: Run, body: str) -> Array:
    """States that have signed and are not yet parties."""
    return (_body(run, body).nations.status == 3).sum(axis=-1, keepdims=True)


@body_measure("states", headline=True)
def members(run: Run, body: str) -> Array:
    """Parties in any tier, suspended ones included."""
    return _body(run, body).parties.sum(axis=-1, keepdims=True)


@body_measure("states", by="income")
def members_by_income(run: Run, body: str) -> Array:
    """Parties by income group."""
    return by_income(run, np.ones(run.plan.nation_shape), _body(run, body).parties)


@body_measure("states", by="tier")
def members_by_tier(run: Run, body: str) -> Array:
    """Parties by tier."""
    state = _body(run, body)
    tiers = len(run.plan.bodies[body].tiers)
    return np.stack([(state.parties & (state.nations.tier == k)).sum(axis=-1) for k in range(tiers)], axis=-1)


@body_measure("states", headline=True)
def inside(run: Run, body: str) -> Array:
    """Signatories and parties together."""
    return _body(run, body).inside.sum(axis=-1, keepdims=True)


@body_measure("states")
def withdrawn(run: Run, body: str) -> Array:
    """States that have left."""
    return (_body(run, body).nations.status == 6).sum(axis=-1, keepdims=True)


@body_measure("yes/no")
def in_force(run: Run, body: str) -> Array:
    """Whether the agreement binds (1) or not yet (0)."""
    return _body(run, body).own.in_force


@body_measure("share", headline=True)
def gdp_share(run: Run, body: str) -> Array:
    """Share of world product of signatories and parties."""
    return _share(run.state.nations.gdp, _body(run, body).inside)


@body_measure("share", by="parties")
def gdp_share_by_parties(run: Run, body: str) -> Array:
    """Share of world product of parties alone."""
    return _share(run.state.nations.gdp, _body(run, body).parties)


@body_measure("share")
def population_share(run: Run, body: str) -> Array:
    """Share of world population of signatories and parties."""
    return _share(run.state.nations.population, _body(run, body).inside)


@body_measure("share", by="parties")
def population_share_by_parties(run: Run, body: str) -> Array:
    """Share of world population of parties alone."""
    return _share(run.state.nations.population, _body(run, body).parties)


@body_measure("share")
def frontier_share(run: Run, body: str) -> Array:
    """Share of AI revenue of firms that hold a seat or whose home is inside."""
    firms = run.state.firms
    reached = _body(run, body).firms.seat | run.home_of(_body(run, body).inside).astype(bool)
    return np.where(reached, firms.market_share, 0.0).sum(axis=-1, keepdims=True)


@body_measure("share", by="parties")
def frontier_share_by_parties(run: Run, body: str) -> Array:
    """As frontier_share, with homes that are parties alone."""
    firms = run.state.firms
    reached = _body(run, body).firms.seat | run.home_of(_body(run, body).parties).astype(bool)
    return np.where(reached, firms.market_share, 0.0).sum(axis=-1, keepdims=True)


@body_measure("firms")
def seats(run: Run, body: str) -> Array:
    """Firms that hold a seat."""
    return _body(run, body).firms.seat.sum(axis=-1, keepdims=True)


@body_measure("share")
def compliance(run: Run, body: str) -> Array:
    """Compliance of seated firms, weighted by market share; 0 without seated firms."""
    state, firms = _body(run, body), run.state.firms
    weight = np.where(state.firms.seat, firms.market_share, 0.0)
    total = weight.sum(axis=-1, keepdims=True)
    return (weight * state.firms.compliance).sum(axis=-1, keepdims=True) / np.where(total > 0.0, total, 1.0)


@body_measure("share")
def stringency(run: Run, body: str) -> Array:
    """Strictness of the common standard."""
    return _body(run, body).own.stringency


@body_measure("share")
def rights(run: Run, body: str) -> Array:
    """Rights content of the common standard."""
    return _body(run, body).own.rights


@body_measure("share")
def sharing(run: Run, body: str) -> Array:
    """Depth of technology sharing."""
    return _body(run, body).own.sharing


@body_measure("share")
def redistribution(run: Run, body: str) -> Array:
    """Scale of the fund: 0.5 is the charter's envelope."""
    return _body(run, body).own.redistribution


@body_measure("share")
def response_powers(run: Run, body: str) -> Array:
    """Authority of the response unit."""
    return _body(run, body).own.response_powers


@body_measure("share", undefined=True)
def passage_rate(run: Run, body: str) -> Array:
    """Share of the year's proposals that passed; blank in a year without a vote."""
    own = _body(run, body).own
    return np.where(own.proposals > 0.0, own.passed / np.maximum(own.proposals, 1.0), np.nan)


@body_measure("years")
def deadlock(run: Run, body: str) -> Array:
    """Years since a proposal passed, while the assembly could meet."""
    return _body(run, body).own.deadlock


@body_measure("share")
def gridlock(run: Run, body: str) -> Array:
    """Width of the gridlock interval on stringency: status quos that no proposal can beat (Krehbiel 1998)."""
    return _body(run, body).own.gridlock


@body_measure("share", undefined=True)
def gridlock_low(run: Run, body: str) -> Array:
    """Lower edge of the gridlock interval: a stringency below it can be raised; blank before entry into force."""
    own = _body(run, body).own
    return np.where(own.in_force, own.gridlock_low, np.nan)


@body_measure("share", undefined=True)
def gridlock_high(run: Run, body: str) -> Array:
    """Upper edge of the gridlock interval: a stringency above it can be lowered; blank before entry into force."""
    own = _body(run, body).own
    return np.where(own.in_force, own.gridlock_high, np.nan)


@body_measure("share", undefined=True, headline=True)
def host_votes(run: Run, body: str) -> Array:
    """Host's share of the votes in the first chamber; blank without an assembly."""
    return _votes_of(run, body, np.arange(run.plan.nation_shape[1]) == run.plan.bodies[body].host)


@body_measure("share", undefined=True)
def firm_votes(run: Run, body: str) -> Array:
    """Firms' share of all votes in the first chamber; blank without an assembly."""
    return 1.0 - _votes_of(run, body, np.ones(run.plan.nation_shape[1], dtype=bool))


@body_measure("index", undefined=True)
def vote_gini(run: Run, body: str) -> Array:
    """Gini of votes among the states that vote in the first chamber; blank without an assembly."""
    votes, voting = once(run, f"votes {body}", lambda: chamber_votes(run, body))
    nations = run.plan.nation_shape[1]
    first = next(iter(votes.values()))[:, :nations].astype(float)
    some = voting[:, :nations].any(axis=-1, keepdims=True)
    return np.where(some, gini(first, voting[:, :nations].astype(float)), np.nan)


def _votes_of(run: Run, body: str, whose: Array) -> Array:
    votes, _ = once(run, f"votes {body}", lambda: chamber_votes(run, body))
    first = next(iter(votes.values()))
    total = first.sum(axis=-1, keepdims=True)
    held = np.where(whose, first[:, : len(whose)], 0).sum(axis=-1, keepdims=True)
    return np.where(total > 0, held / np.maximum(total, 1), np.nan)


@body_measure("bn USD/year")
def dues(run: Run, body: str) -> Array:
    """Dues paid by members in the year."""
    return _body(run, body).own.dues


@body_measure("bn USD/year", by="income")
def dues_by_income(run: Run, body: str) -> Array:
    """Dues paid by income group."""
    return by_income(run, _body(run, body).nations.dues)


@body_measure("bn USD/year")
def levies(run: Run, body: str) -> Array:
    """Levies paid by firms in the year."""
    return _body(run, body).own.levies


@body_measure("bn USD/year")
def other_income(run: Run, body: str) -> Array:
    """Gifts in the year."""
    return _body(run, body).own.other_income


@body_measure("bn USD/year")
def allocations(run: Run, body: str) -> Array:
    """Paid to members in the year."""
    return _body(run, body).own.allocations


@body_measure("bn USD/year", by="income")
def allocations_by_income(run: Run, body: str) -> Array:
    """Received by income group."""
    return by_income(run, _body(run, body).nations.receipts)


@body_measure("bn USD/year")
def costs(run: Run, body: str) -> Array:
    """Administration, programmes and units in the year."""
    return _body(run, body).own.costs


@body_measure("bn USD")
def reserve(run: Run, body: str) -> Array:
    """Reserve at the end of the year; dues + levies + other_income = allocations + costs + change of reserve."""
    return _body(run, body).own.reserve


@body_measure("bn USD/year", headline=True)
def net_to_south(run: Run, body: str) -> Array:
    """Received less paid by states of the Global South (Group of 77 and China)."""
    state = _body(run, body)
    south = run.plan.stage.nations.groups["global_south"]
    return np.where(south, state.nations.receipts - state.nations.dues, 0.0).sum(axis=-1, keepdims=True)


@body_measure("index", undefined=True)
def dues_kakwani(run: Run, body: str) -> Array:
    """Kakwani index of dues among parties: above 0 the richer pay a larger share of income; blank without dues."""
    state, nations = _body(run, body), run.state.nations
    people = np.where(state.active, nations.population, 0.0)
    paid = state.own.dues > 0.0
    income = nations.gdp / nations.population
    index = kakwani(state.nations.dues / nations.population, income, people, order_of(run, "income"))
    return np.where(paid & state.active.any(axis=-1, keepdims=True), index, np.nan)


@body_measure("states")
def in_arrears(run: Run, body: str) -> Array:
    """Parties that have lost their vote for arrears."""
    state = _body(run, body)
    charter = run.plan.bodies[body].at(run.year)
    return (state.parties & (state.nations.arrears >= charter.arrears["years_to_lose_vote"])).sum(
        axis=-1, keepdims=True
    )
