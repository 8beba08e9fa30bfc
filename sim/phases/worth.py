"""What each tier of a body is worth to nations: the columns of the utility, gathered for all or for movers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.charter_plan import BodyPlan, Charter
from sim.phases.run import Run
from sim.phases.sides import further_terms, rival_pull
from sim.phases.votes import firm_roll, roll, roll_columns
from sim.rules.membership import inclusive_value
from sim.rules.roll import shares
from sim.sections import POLICY_DIMENSIONS
from sim.units import Array, Flags

__all__ = [
    "Prospects",
    "Standing",
    "allowed_tiers",
    "exit_cost",
    "policy_distance",
    "prospects",
    "tier_terms",
    "weigh_all",
    "worth_of",
]

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
    further: dict[str, Array] = field(default_factory=dict)  # terms that few charters have


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
    if charter.rules["promotion"].numbers and run.started:  # founders choose freely
        served = state.nations.served
        allowed = allowed & charter.rules["promotion"](state.nations.tier, served, len(flags))
    # Admission is for entry: a member that no longer meets any tier's rule keeps the tier it has.
    keeps = state.inside & ~allowed.any(axis=-2)
    numbers = np.arange(len(flags))[None, :, None]
    allowed = allowed | (keeps[:, None, :] & (numbers == np.maximum(state.nations.tier, 0)[:, None, :]))
    if body.invites:
        known = (state.nations.status > 0) | body.invited
        if run.started and body.summit_in(run.year):
            known = known | charter.guests
        allowed = allowed & known[:, None, :]
    return allowed


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
        rival=rival_pull(run, body),
        allowed=allowed_tiers(run, body, charter),
        further=further_terms(run, body, charter),
    )


@dataclass(frozen=True)
class Standing:
    """How those asked stand to the members of a body just now; (rows, asked), or broadcasting to it."""

    inside: Flags
    club: Array  # share of the own partners inside
    gdp_inside: Array  # share of world product inside, the own left out
    related: Array  # what other bodies add
    dues_members: Array  # weights of all members together, in the dues
    receipt_members: Array  # in the receipts
    vote_members: Array  # in the votes


def tier_terms(
    run: Run, body: BodyPlan, charter: Charter, seen: Prospects, rows: Any, pick: Any, now: Standing
) -> dict[str, Array]:
    """Terms of the utility of each tier for the nations asked, (rows, tiers, asked).

    `rows` picks runs, `pick` those asked: a function from (runs, ..., nations) to (rows, ..., asked).
    """
    gained_base = np.maximum(pick(seen.other_reach), pick(seen.platform_outside))
    gained = np.maximum(pick(seen.platform) - gained_base[:, None, :], 0.0)

    def prospective(weight: Array, members: Array) -> Array:
        own = pick(weight)
        others = members - np.where(now.inside, own, 0.0)
        return np.asarray(own / np.maximum(others + own, 1e-12))

    tier = {key: values[rows] for key, values in charter.tier.items()}
    gdp = pick(run.state.nations.gdp)
    paid = (seen.assessed[rows] * prospective(seen.dues_weight, now.dues_members))[:, None, :] * tier["dues"]
    received = seen.spent[rows] * prospective(seen.receipt_weight, now.receipt_members)
    net = 100.0 * (received[:, None, :] * tier["fund_share"] - paid) / gdp[:, None, :]
    votes = prospective(seen.vote_weight, now.vote_members)[:, None, :] * tier["votes"]
    theta = tier["binding"] * (1.0 - tier["latitude"])
    trade_rule = charter.rules["trade"]
    trade = trade_rule.rule.function(
        now.club,
        now.gdp_inside,
        **{key: value[rows] if isinstance(value, np.ndarray) else value for key, value in trade_rule.numbers.items()},
    )[0]
    rule = run.plan.rule("membership")
    columns = [
        gained,
        net,
        now.club[:, None, :],
        pick(seen.apart)[:, None, :],
        pick(seen.policy_apart)[:, None, :],
        theta,
        votes,
        pick(seen.rival)[:, None, :],
        trade[:, None, :],
        now.related[:, None, :],
    ]
    if rule.metadata.get("public"):
        whole = run.state.nations.gdp[rows].sum(axis=-1, keepdims=True)
        columns += [(gdp / whole)[:, None, :], now.gdp_inside[:, None, :]]
    terms: dict[str, Array] = rule.rule.function(*columns, **rule.lifted(rows))
    return {**terms, **{key: pick(values)[:, None, :] for key, values in seen.further.items()}}


def weigh_all(
    run: Run, body: BodyPlan, charter: Charter, seen: Prospects, inside: Flags
) -> tuple[dict[str, Array], Array, Array, Flags]:
    """What every nation would get from membership, each by its own move alone, given who is `inside` now.

    Returns the terms and the utility of each tier (runs, tiers, nations), the inclusive value (runs, nations), and
    the tiers open to each.
    """
    partners = run.plan.stage.partners
    club = np.where(inside, 1.0, 0.0) @ partners.T  # exact: partners are multiples of 2**-15, inside is 0 or 1
    gdp = run.state.nations.gdp
    total = gdp.sum(axis=-1, keepdims=True)
    share = (np.where(inside, gdp, 0.0).sum(axis=-1, keepdims=True) - np.where(inside, gdp, 0.0)) / total
    related, barred = np.zeros(run.plan.nation_shape), np.zeros(run.plan.nation_shape, dtype=bool)
    for other, (term, numbers) in body.relations.items():
        if other in run.state.bodies:
            sign = {"complement": 1.0, "rival": -1.0}.get(term, 0.0)
            member = run.state.bodies[other].inside
            related = related + sign * numbers["strength"] * member
            barred = barred | (member & (term == "exclusive"))
    everyone = slice(None)
    weights = (seen.dues_weight, seen.receipt_weight, seen.vote_weight)
    members = (np.where(inside, weight, 0.0).sum(axis=-1, keepdims=True) for weight in weights)
    now = Standing(inside, club, share, related, *members)
    terms = tier_terms(run, body, charter, seen, everyone, lambda values: values, now)
    allowed = seen.allowed & ~(barred & ~inside)[:, None, :]
    utility, value = worth_of(run, charter, terms, allowed, everyone)
    return terms, utility, value, allowed


def exit_cost(run: Run) -> Array:
    """What leaving costs beyond the utility given up, (runs, 1); nothing where payoffs alone decide."""
    rule = run.plan.rule("membership")
    cost = run.plan.rule("mobility").get("exit_cost", 1.5)
    return cost * (0.0 if rule.metadata.get("counterfactual") else 1.0) + np.zeros((run.plan.runs, 1))


def worth_of(run: Run, charter: Charter, terms: dict[str, Array], allowed: Flags, rows: Any) -> tuple[Array, Array]:
    """Utility of each tier (rows, tiers, asked) and the inclusive value of joining (rows, asked)."""
    utility = sum(terms.values(), np.zeros(allowed.shape))
    nesting = run.plan.rule("membership").lifted(rows, ("nesting",))["nesting"]
    return utility, inclusive_value(utility, charter.tier["weight"][rows], nesting, allowed)
