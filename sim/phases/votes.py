"""How many votes everyone has: weights by chamber, with tiers, arrears and the corporate role worked in."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.charter_plan import Charter
from sim.phases.run import Run
from sim.plan import Stage
from sim.rules.constituencies import benches
from sim.rules.roll import FirmRoll, Roll, shares
from sim.rules.weights import heads_of, whole_votes
from sim.state import BodyState
from sim.units import Array, Codes, Flags, Votes

__all__ = ["chamber_votes", "firm_roll", "roll", "roll_columns", "votes_by_chamber", "voting_nations"]


def roll_columns(run: Run) -> dict[str, Any]:
    """The columns a formula may use, as they stand now."""
    nations, stage = run.state.nations, run.plan.stage
    facts = stage.nations
    return {
        "gdp": nations.gdp,
        "gdp_ppp": facts.gdp_per_capita_ppp[None, :] * nations.population * 1e-3,
        "population": nations.population,
        "income": nations.gdp / nations.population * 1e3,
        "income_group": facts.income_group[None, :].astype(float),
        "ldc": facts.groups["ldc"][None, :].astype(float),
        "readiness": nations.readiness,
        "ai_use": nations.ai_use,
        "ai_service": nations.ai_service,
        "compute": nations.compute,
        "stringency": nations.stringency_effective,
        "un_assessment": facts.un_assessment[None, :],
        "imf_quota": facts.imf_quota[None, :],
        "codes": facts.iso3[None, :],
    }


def roll(columns: dict[str, Any], inside: Flags, contributions: Array, rows: Any = slice(None)) -> Roll:
    """The roll of those inside; `rows` picks runs."""
    picked = {key: value[rows] if value.shape[0] > 1 else value for key, value in columns.items()}
    return Roll(inside=inside, contributions=contributions, **picked)


def firm_roll(run: Run, inside: Flags) -> FirmRoll:
    """The roll of firms."""
    firms, world = run.state.firms, run.state.world
    return FirmRoll(inside, firms.revenue, firms.compute, firms.market_share, world.world_product)


def voting_nations(state: BodyState, charter: Charter) -> Flags:
    """Parties in good standing whose tier has a vote."""
    factor = np.take_along_axis(charter.tier["votes"][:, :, 0], _tiers(state), axis=-1)
    in_time = state.nations.arrears < charter.arrears["years_to_lose_vote"]
    return np.asarray(state.active & in_time & (factor > 0.0))


def _tiers(state: BodyState) -> Codes:
    return np.maximum(state.nations.tier, 0).astype(np.int64)


def chamber_votes(run: Run, name: str) -> tuple[dict[str, Votes], Flags]:
    """Votes by chamber, int64 (runs, nations + firms), and who may vote (runs, nations + firms)."""
    state, charter = run.state.bodies[name], run.plan.bodies[name].at(run.year)
    voting = voting_nations(state, charter)
    columns = roll_columns(run) if state.weighing is None else state.weighing
    seated = state.firms.seat & run.state.firms.active & state.own.in_force
    found = votes_by_chamber(
        charter, run.plan.stage, columns, voting, _tiers(state), state.nations.paid, firm_roll(run, seated), run.year
    )
    firms_voting = seated & bool(charter.rules["corporate"].metadata.get("votes"))
    return found, np.concatenate([voting, firms_voting], axis=-1)


def votes_by_chamber(
    charter: Charter,
    stage: Stage,
    columns: dict[str, Any],
    voting: Flags,
    tier: Codes,
    paid: Array,
    firms: FirmRoll,
    year: int,
) -> dict[str, Votes]:
    """The votes that a charter gives, by chamber, int64 (runs, nations + firms).

    `voting` (runs, nations) says who may vote, `tier` the number of everyone's tier, `paid` what each has
    contributed, `firms` the seated firms; in `year` it is somebody's turn to speak for a constituency. The assembly
    and the analysis of power both ask this function.
    """
    factor = np.take_along_axis(charter.tier["votes"][:, :, 0], tier, axis=-1)
    held, split = charter.rules["corporate"](firms)
    corporate, seated = charter.rules["corporate"].metadata, firms.inside
    found: dict[str, Votes] = {}
    for name, chamber in charter.chambers.items():
        of, rule = chamber.of, chamber.weight
        inside = voting & chamber.group & chamber.tiers[tier]
        bench = None
        if len(chamber.seats):
            wealth = np.broadcast_to(columns["gdp"], voting.shape)
            bench = benches(chamber.constituencies, chamber.seats, inside, wealth, year, chamber.by_turns)
            if chamber.one_a_seat:
                inside, bench = bench.holders, None
        weight = shares(rule(roll(columns, inside, paid)) * factor, inside)
        nations = heads_of(weight, inside) if rule.metadata.get("heads") else whole_votes(weight, inside)
        if bench is not None:
            nations = bench.gather(nations)
        firm_votes = np.zeros(split.shape, dtype=np.int64)
        if of == "firms":
            nations = np.zeros_like(nations)
            firm_votes = whole_votes(split, seated & (split > 0.0))
        elif of == "pool" and corporate.get("designated"):
            nations, firm_votes = _designated(stage, nations, firms)
        elif of == "pool":
            pool = held / np.maximum(1.0 - held, 1e-9) * split
            firm_votes = whole_votes(pool, seated & (pool > 0.0))
        found[name] = np.concatenate([nations, firm_votes], axis=-1)
    return found


def _designated(stage: Stage, nations: Votes, firms: FirmRoll) -> tuple[Votes, Votes]:
    """Half of a state's votes go to its largest seated firm, where it has one (INTELSAT's signatories)."""
    seated = firms.inside
    moved = np.zeros(seated.shape, dtype=np.int64)
    left = nations.copy()
    for home, nation in enumerate(stage.home_nation):
        here = seated & (stage.home == home)
        if nation < 0 or not here.any():
            continue
        chosen = np.where(here, firms.compute, -1.0).argmax(axis=-1)
        half = np.where(here.any(axis=-1), nations[:, nation] // 2, 0)
        moved[np.arange(len(chosen)), chosen] += half
        left[:, nation] -= half
    return left, moved
