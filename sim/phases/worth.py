"""What each tier of a body is worth to nations: the columns of the utility, gathered for all or for movers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.charter_plan import BodyPlan, Charter
from sim.phases.run import Run
from sim.phases.votes import firm_roll, roll, roll_columns
from sim.rules.membership import inclusive_value
from sim.rules.roll import shares
from sim.sections import POLICY_DIMENSIONS
from sim.units import Array, Flags

__all__ = ["Prospects", "allowed_tiers", "policy_distance", "prospects", "tier_terms", "worth_of"]

OUTSIDE = -9.0


@dataclass(frozen=True)
class Prospects:
    """What a year's movers of one body may count on; (runs, nations) unless said."""

    other_reach: Array  # OOM without this body's platform
    platform: Array  # OOM of each tier, (runs, tiers, nations)
    platform_outside: Array  # OOM that reaches outsiders
    dues_weight: Array  # share of the dues in a body of everyone
    receipt_weight: Array  # share of the receipts in a body of everyone
    vote_weight: Array  # share of the votes in a body of everyone
    assessed: Array  # bn USD a year, (runs, 1)
    spent: Array  # bn USD a year, (runs, 1)
    apart: Array  # distance to the sponsor's position
    policy_apart: Array  # mean distance of the body's policy to the own ideal
    rival: Array  # dependence on the rival pole times tension
    allowed: Flags  # tiers open to a nation, (runs, tiers, nations)


def policy_distance(run: Run, policy: Any) -> Array:
    """Mean distance over dimensions between a body's policy and nations' ideals, (runs, nations)."""
    nations = run.state.nations
    total = np.zeros(run.plan.nation_shape)
    for dimension in POLICY_DIMENSIONS:
        total = total + np.abs(policy(dimension) - getattr(nations, f"ideal_{dimension}"))
    return total / len(POLICY_DIMENSIONS)


def allowed_tiers(run: Run, body: BodyPlan, charter: Charter) -> Flags:
    """Which tiers each nation may take by the admission rules, (runs, tiers, nations)."""
    nations, shape = run.state.nations, run.plan.nation_shape
    share = nations.compute / nations.compute.sum(axis=-1, keepdims=True)
    rights = np.broadcast_to(run.plan.stage.nations.rights, shape)
    flags = []
    for rule, groups in zip(charter.admission, charter.admission_groups, strict=True):
        flags.append(np.broadcast_to(rule(rights, share, groups[None, :]), shape) & body.eligible)
    allowed = np.stack(flags, axis=-2)
    state = run.state.bodies[body.name]
    # Admission is for entry: a member that no longer meets any tier's rule keeps the tier it has.
    keeps = state.inside & ~allowed.any(axis=-2)
    numbers = np.arange(len(flags))[None, :, None]
    allowed = allowed | (keeps[:, None, :] & (numbers == np.maximum(state.nations.tier, 0)[:, None, :]))
    if body.invites:
        known = (run.state.bodies[body.name].nations.status > 0) | body.invited
        allowed = allowed & known[:, None, :]
    return allowed


def _rival_pull(run: Run, body: BodyPlan) -> Array:
    """Share of trade with the pole that does not sponsor the body, times tension."""
    stage, poles = run.plan.stage, run.plan.rule("poles")
    codes = list(stage.nations.iso3)
    ends = [codes.index(poles.numbers[end]) if poles.numbers[end] in codes else -1 for end in ("first", "second")]
    if min(ends) < 0 or body.sponsor < 0:
        return np.zeros(run.plan.nation_shape)
    position = run.state.nations.position
    gap = [np.abs(position[:, [body.sponsor]] - position[:, [end]]) for end in ends]
    trade = [_trade_with(run, end) for end in ends]
    nearer_first = gap[0] < gap[1]
    share = np.where(nearer_first, trade[1], trade[0])
    rival = np.where(nearer_first, ends[1], ends[0])
    share = np.where(np.arange(run.plan.nation_shape[1]) == rival, 1.0, share)
    return np.minimum(run.plan.rule("membership").get("dependence", 1.0) * share, 1.0) * run.state.world.tension


def _trade_with(run: Run, nation: int) -> Array:
    facts = run.plan.stage.nations
    named = {"CHN": "trade_share_china", "USA": "trade_share_usa"}.get(str(facts.iso3[nation]))
    share = getattr(facts, named) if named else run.plan.stage.partners[:, nation]
    return np.asarray(share)[None, :]


def prospects(
    run: Run,
    body: BodyPlan,
    charter: Charter,
    policy: Any,
    in_force: Array,
    contributed: Array,
    inside: Flags,
) -> Prospects:
    """The columns that do not change while nations move within a year.

    Shares in dues, receipts and votes are taken from the formula applied to a body of everyone eligible; a
    nation's prospective share is its weight over that of the members and itself. That is exact for formulas in
    proportion to a column and an approximation for those with floors and ceilings.
    """
    nations, world = run.state.nations, run.state.world
    state = run.state.bodies[body.name]
    shape = run.plan.nation_shape
    others = nations.own_reach
    for name, other in run.plan.bodies.items():
        if name != body.name:
            rival_state, rule = run.state.bodies[name], other.at(run.year).rules["platform"]
            lag = np.zeros(shape)
            others = np.maximum(
                others,
                rule(rival_state.own.contributed, rival_state.active, lag, rival_state.own.sharing, world.pace),
            )
    platform = charter.rules["platform"]
    sharing = policy("sharing")
    everyone = np.ones(shape, dtype=bool)
    tiers = [
        platform(contributed, everyone, charter.tier["platform_lag"][:, k] + np.zeros(shape), sharing, world.pace)
        for k in range(len(charter.tiers))
    ]
    universe = inside | (body.eligible & everyone)
    columns = roll_columns(run)
    whole = roll(columns, universe, state.nations.paid)
    first = next(iter(charter.chambers.values()))
    firms = firm_roll(run, run.state.firms.active & (state.firms.seat | run.home_of(inside).astype(bool)))
    levies = charter.rules["levy"](firms).sum(axis=-1, keepdims=True)
    assessed = charter.fund["envelope"] * 2.0 * policy("redistribution")
    spent = np.maximum(assessed + levies + charter.fund["other_income"], 0.0)
    spent = spent * (1.0 - charter.fund["administrative_cost"]) * (1.0 - charter.fund["leakage"])
    position = nations.position
    sponsor = position[:, [body.sponsor]] if body.sponsor >= 0 else np.zeros((run.plan.runs, 1))
    return Prospects(
        other_reach=others,
        platform=np.stack(tiers, axis=-2),
        platform_outside=platform(contributed, ~everyone, np.zeros(shape), sharing, world.pace),
        dues_weight=charter.rules["dues"](whole),
        receipt_weight=charter.rules["allocation"](whole),
        vote_weight=shares(first.weight(whole), universe & first.group),
        assessed=assessed + 0.0 * in_force,
        spent=spent,
        apart=np.abs(position - sponsor),
        policy_apart=policy_distance(run, policy),
        rival=_rival_pull(run, body),
        allowed=allowed_tiers(run, body, charter),
    )


def tier_terms(
    run: Run,
    body: BodyPlan,
    charter: Charter,
    seen: Prospects,
    rows: Any,
    who: Any,
    inside: Flags,
    club: Array,
    gdp_inside: Array,
    related: Array,
) -> dict[str, Array]:
    """Terms of the utility of each tier for the nations `who` of the rows, (rows, tiers, nations asked).

    `rows` picks runs, `who` takes nations: a function from (rows, ..., nations) to (rows, ..., asked). `inside`
    (rows, nations) is who is in now, `club`, `gdp_inside`, `related` are (rows, asked) or broadcast.
    """
    gained_base = who(np.maximum(seen.other_reach, seen.platform_outside)[rows])
    platform = who(seen.platform[rows])
    gained = np.maximum(platform - gained_base[:, None, :], 0.0)

    def prospective(weight: Array) -> Array:
        own = who(weight[rows])
        members = np.where(inside, weight[rows], 0.0).sum(axis=-1, keepdims=True)
        others = members - np.where(who(inside), own, 0.0)
        return np.asarray(own / np.maximum(others + own, 1e-12))

    tier = {key: values[rows] for key, values in charter.tier.items()}
    gdp = who(run.state.nations.gdp[rows])
    paid = (seen.assessed[rows] * prospective(seen.dues_weight))[:, None, :] * tier["dues"]
    received = (seen.spent[rows] * prospective(seen.receipt_weight))[:, None, :] * tier["fund_share"]
    net = 100.0 * (received - paid) / gdp[:, None, :]
    votes = prospective(seen.vote_weight)[:, None, :] * tier["votes"]
    theta = tier["binding"] * (1.0 - tier["latitude"])
    trade_rule = charter.rules["trade"]
    trade = trade_rule.rule.function(
        club,
        gdp_inside,
        **{key: value[rows] if isinstance(value, np.ndarray) else value for key, value in trade_rule.numbers.items()},
    )[0]
    return run.plan.rule("membership").rule.function(
        gained,
        net,
        club[:, None, :],
        who(seen.apart[rows])[:, None, :],
        who(seen.policy_apart[rows])[:, None, :],
        theta,
        votes,
        who(seen.rival[rows])[:, None, :],
        trade[:, None, :],
        related[:, None, :],
        **run.plan.rule("membership").lifted(rows),
    )


def worth_of(run: Run, charter: Charter, terms: dict[str, Array], allowed: Flags, rows: Any) -> tuple[Array, Array]:
    """Utility of each tier (rows, tiers, asked) and the inclusive value of joining (rows, asked)."""
    utility = sum(terms.values(), np.zeros(allowed.shape))
    nesting = run.plan.rule("membership").lifted(rows, ("nesting",))["nesting"]
    return utility, inclusive_value(utility, charter.tier["weight"][rows], nesting, allowed)
