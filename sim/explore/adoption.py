"""Which charters the present parties would adopt, and what would win the next state.

*Adoption.* The status quo and a candidate meet the same futures and luck. After a stated number of years the parties
under the status quo compare what membership is worth to each in the two worlds: the inclusive value of the tiers open
to it, the body's constant and its own taste, without a year's whim; a state that the candidate has lost by then gets 0,
what staying out is worth. Who gains votes yes, who loses no, who sees no difference abstains; firms abstain, since
nothing says what a charter is worth to them (assumption). The status quo's own rule for amendments decides, by the
object that decides in the assembly, with the votes as they stand then. Before entry into force there are no parties,
and nothing is adopted.

*The next state.* For a state outside at that time the same worth is negative. A payment enters the utility of every
tier alike, so the payment that lifts it to 0 is the gap over what a percent of GDP is worth to it, times its GDP.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.engine import RunSpec, floating_point, step, structure
from sim.phases.run import Run
from sim.phases.votes import chamber_votes
from sim.phases.worth import prospects, weigh_all
from sim.plan import Plan
from sim.start import begin
from sim.units import Array, Flags, Votes

__all__ = ["Assembly", "Standings", "adopted", "next_states", "standings"]

BLOCK = 96
SAME = 1e-9


@dataclass(frozen=True)
class Assembly:
    """The votes of one block as they stand: by chamber, who may vote, and whether the body is in force."""

    rows: slice
    votes: Mapping[str, Votes]
    voting: Flags
    in_force: Flags
    passes: object


@dataclass(frozen=True)
class Standings:
    """How the nations stand to a body at the end of a year, (runs, nations) each.

    `worth` is what membership is worth (utility), `gap` what is lacking to 0, in bn USD a year (NaN where the rule of
    membership knows no money), `dues` what the best open tier would cost, bn USD a year, `votes_lacking` the share of
    votes that would close the gap, `open` who may join at all.
    """

    iso3: tuple[str, ...]
    worth: Array
    inside: Flags
    open: Flags
    gap: Array
    dues: Array
    votes_lacking: Array
    tier: Array
    gdp: Array
    tiers: tuple[str, ...]
    assemblies: tuple[Assembly, ...]


def standings(specs: Sequence[RunSpec], body: str, years: int) -> Standings:
    """How nations stand to a body after some years, in runs of one structure, in the order given."""
    if len({structure(spec.scenario) for spec in specs}) != 1:
        raise ValueError("found runs of several structures, expected one")
    parts, assemblies = [], []
    for at in range(0, len(specs), BLOCK):
        some = list(specs[at : at + BLOCK])
        with floating_point():
            run = begin(Plan(some))
            for _ in range(years * run.plan.steps_per_year):
                step(run)
            parts.append(_of(run, body))
            assemblies.append(_assembly(run, body, slice(at, at + len(some))))
    joined = [np.concatenate([part[key] for part in parts]) for key in range(8)]
    worth, inside, open_, gap, dues, votes, tier, gdp = joined
    charter = run.plan.bodies[body].at(run.year)
    return Standings(
        tuple(str(code) for code in run.plan.stage.nations.iso3), worth, inside.astype(bool), open_.astype(bool), gap,
        dues, votes, tier, gdp, tuple(charter.tiers), tuple(assemblies),
    )  # fmt: skip


def _of(run: Run, body: str) -> tuple[Array, ...]:
    plan, state = run.plan.bodies[body], run.state.bodies[body]
    charter = plan.at(run.year)
    seen = prospects(
        run, plan, charter, lambda key: getattr(state.own, key), state.own.in_force, state.own.contributed, state.inside
    )
    terms, utility, value, allowed = weigh_all(run, plan, charter, seen, state.inside)
    worth = value + state.own.constant + state.nations.taste
    best = np.where(allowed, utility, -np.inf).argmax(axis=-2)
    rule = run.plan.rule("membership")
    money, voice = (np.asarray(rule.get(key, np.nan), dtype=np.float64) for key in ("money", "voice"))
    lacking = np.maximum(-worth, 0.0)
    gdp = run.state.nations.gdp
    gap = _ratio(lacking, money) * gdp / 100.0
    others = np.where(state.inside, seen.dues_weight, 0.0).sum(axis=-1, keepdims=True) - np.where(
        state.inside, seen.dues_weight, 0.0
    )
    share = seen.dues_weight / np.maximum(others + seen.dues_weight, 1e-12)
    factor = np.take_along_axis(np.broadcast_to(charter.tier["dues"], utility.shape), best[:, None, :], axis=-2)[:, 0]
    dues = seen.assessed * share * factor
    votes = _ratio(lacking, voice * seen.policy_apart)
    shape = run.plan.nation_shape
    may = np.asarray(allowed.any(axis=-2), dtype=np.float64)
    return (worth, state.inside.astype(np.float64), may, gap, dues, votes,
            np.broadcast_to(best, shape).astype(np.float64), np.broadcast_to(gdp, shape))  # fmt: skip


def _ratio(value: Array, by: Array) -> Array:
    by = np.broadcast_to(by, value.shape)
    known = np.isfinite(by) & (by > 0.0)
    return np.where(known, value / np.where(known, by, 1.0), np.nan)


def _assembly(run: Run, body: str, rows: slice) -> Assembly:
    charter = run.plan.bodies[body].at(run.year)
    votes, voting = chamber_votes(run, body)
    return Assembly(rows, votes, voting, run.state.bodies[body].own.in_force[:, 0],
                    charter.decisions[charter.decide["amendment"]])  # fmt: skip


def adopted(now: Standings, then: Standings) -> tuple[Flags, Flags, Flags]:
    """Whether the parties of `now` would pass the change to `then`, run by run, and who votes yes and no.

    Returns (runs,), and twice (runs, nations). Rows are the same futures and luck in both.
    """
    runs, nations = now.worth.shape
    payoff = np.where(then.inside, then.worth, 0.0)
    gains, loses = payoff > now.worth + SAME, payoff < now.worth - SAME
    passed = np.zeros(runs, dtype=bool)
    yes, no = np.zeros((runs, nations), dtype=bool), np.zeros((runs, nations), dtype=bool)
    for each in now.assemblies:
        voting = each.voting[:, :nations]
        firms = np.zeros((voting.shape[0], each.voting.shape[1] - nations), dtype=bool)
        yes[each.rows], no[each.rows] = voting & gains[each.rows], voting & loses[each.rows]
        favour, against = (np.concatenate([part[each.rows], firms], axis=-1) for part in (yes, no))
        meets = each.in_force & voting.any(axis=-1)
        decision = each.passes
        found = decision.passes(dict(each.votes), favour, against, each.voting)  # type: ignore[attr-defined]
        passed[each.rows] = meets & np.asarray(found).reshape(-1)
    return passed, yes, no


def next_states(now: Standings) -> pd.DataFrame:
    """States outside, nearest first: what a year of membership lacks in bn USD, and the clauses that would make it up.

    One line a state that may join and is outside in half of the runs at least: `outside` (share of runs), `gap`,
    `gap_low`, `gap_high` (median and 90 % of runs in which it is outside, bn USD a year; 0 where it would join at its
    next occasion), `percent` (the same of its GDP), `dues` (median), `waiver` (share of its dues that would have to be
    waived, blank where all of them would not do), `votes` (further share of the votes that would do, blank above 1),
    `tier` (its best tier).
    """
    lines = []
    for place, iso3 in enumerate(now.iso3):
        out = ~now.inside[:, place] & now.open[:, place]
        if out.mean() < 0.5:
            continue
        gap, dues, votes = (column[out, place] for column in (now.gap, now.dues, now.votes_lacking))
        known = np.isfinite(gap)
        if not known.any():
            continue
        middle, owed = float(np.median(gap[known])), float(np.median(dues))
        share = float(np.median(votes[np.isfinite(votes)])) if np.isfinite(votes).any() else np.nan
        tiers = np.bincount(now.tier[out, place].astype(np.int64), minlength=len(now.tiers))
        lines.append({
            "iso3": iso3, "outside": float(out.mean()), "gap": middle, "gap_low": float(np.quantile(gap[known], 0.05)),
            "gap_high": float(np.quantile(gap[known], 0.95)), "dues": owed,
            "waiver": middle / owed if owed > 0.0 and middle <= owed else np.nan,
            "percent": float(np.median(100.0 * gap[known] / now.gdp[out, place][known])),
            "votes": share if share <= 1.0 else np.nan, "tier": now.tiers[int(tiers.argmax())],
        })  # fmt: skip
    columns = ["iso3", "outside", "gap", "gap_low", "gap_high", "percent", "dues", "waiver", "votes", "tier"]
    return pd.DataFrame(lines, columns=columns).sort_values(["gap", "iso3"]).reset_index(drop=True)
