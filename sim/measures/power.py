"""Measures of power: a priori, of the rule; a posteriori, of votes as they were cast; and what came of them."""

from __future__ import annotations

import numpy as np

from sim.measures.base import body_measure, once
from sim.measures.inequality import gini
from sim.phases.run import Run
from sim.phases.votes import chamber_votes
from sim.rules.a_priori import power_shares
from sim.rules.assembly import median_of
from sim.sections import POLICY_DIMENSIONS
from sim.units import Array, Flags, Votes


def _seats(run: Run, body: str) -> tuple[dict[str, Votes], Flags]:
    found: tuple[dict[str, Votes], Flags] = once(run, f"votes {body}", lambda: chamber_votes(run, body))
    return found


def _due(run: Run) -> bool:
    """Whether a-priori power is taken now: in the first year, the middle, the last, and every so many years."""
    done, every = run.state.step / run.plan.steps_per_year, run.plan.power_every
    return done in (1, run.plan.years // 2, run.plan.years) or (every > 0 and done > 0 and done % every == 0)


def _power(run: Run, body: str, subject: str) -> tuple[Array, Array]:
    """Everybody's share of power (runs, nations + firms) and the body's power to act (runs, 1)."""
    charter = run.plan.bodies[body].at(run.year)
    votes, _ = _seats(run, body)
    decision = charter.decisions[charter.decide[subject]]
    found: tuple[Array, Array] = once(
        run, f"power {body} {decision.condition}", lambda: power_shares(decision, votes)
    )
    return found


def _by_voter(run: Run, body: str, values: Array) -> Array:
    """Sums of values (runs, nations + firms) over the host, firms and the states of each income group, (runs, 6)."""
    nations, income = run.plan.nation_shape[1], run.plan.stage.nations.income_group
    whose = [np.arange(nations) == run.plan.bodies[body].host, *(income == code for code in range(4))]
    host, *groups = [np.where(one, values[:, :nations], 0.0).sum(axis=-1) for one in whose]
    return np.stack([host, values[:, nations:].sum(axis=-1), *groups], axis=-1)


def _blank(run: Run, columns: int = 1) -> Array:
    return np.full((run.plan.runs, columns), np.nan)


def _shared(run: Run, body: str, subject: str) -> Array:
    """Power of host, firms and income groups (runs, 6); the sum of undefined shares is undefined, also over nobody."""
    if not _due(run):
        return _blank(run, 6)
    shares, _ = _power(run, body, subject)
    known = np.isfinite(shares[:, :1])
    return np.where(known, _by_voter(run, body, np.where(known, shares, 0.0)), np.nan)


@body_measure("share", by="voter", undefined=True)
def power_by_voter(run: Run, body: str) -> Array:
    """A-priori power (normalised Banzhaf): share of all swings under the decision that settles stringency.

    Taken at the end of the first year, the middle and the last, and every `measures.power_every` years; blank in other
    years, without an assembly, where nothing can pass, and under the few rules that `sim.rules.a_priori` cannot count.
    Within 5e-4 of `sim.power`. The host stands in its income group too.
    """
    return _shared(run, body, "stringency")


@body_measure("share", by="voter", undefined=True)
def power_special_by_voter(run: Run, body: str) -> Array:
    """The same under the decision that settles redistribution, a special one in most charters."""
    return _shared(run, body, "redistribution")


@body_measure("index", undefined=True)
def power_gini(run: Run, body: str) -> Array:
    """Gini of a-priori power among all who vote, firms included, under the decision that settles stringency."""
    if not _due(run):
        return _blank(run)
    shares, _ = _power(run, body, "stringency")
    voting = _seats(run, body)[1]
    some = np.isfinite(shares[:, :1]) & voting.any(axis=-1, keepdims=True)
    return np.where(some, gini(np.where(some, shares, 1.0), np.where(some, voting, True).astype(float)), np.nan)


@body_measure("share", undefined=True)
def power_to_act(run: Run, body: str) -> Array:
    """Coleman's power of a body to act (1971): share of coalitions that win where stringency is decided."""
    return _power(run, body, "stringency")[1] if _due(run) else _blank(run)


@body_measure("share", by="voter", undefined=True)
def success_by_voter(run: Run, body: str) -> Array:
    """A-posteriori success: part of the votes cast in the year, yes or no, in which the voter's side won.

    Laruelle and Valenciano (2005). Over all votes of the group; blank where it cast none.
    """
    return _of_cast(run, body, "agreed")


@body_measure("share", by="voter", undefined=True)
def decisiveness_by_voter(run: Run, body: str) -> Array:
    """A-posteriori decisiveness: part of the votes cast in the year that turned the outcome.

    The voter's side won, and would have lost with this one vote on the other side and all others as they were cast
    (Laruelle and Valenciano 2005). Blank where the group cast no vote; never above success.
    """
    return _of_cast(run, body, "decisive")


def _of_cast(run: Run, body: str, column: str) -> Array:
    cast = once(run, f"cast {body}", lambda: _counts(run, body, "voted"))
    if not cast.any():
        return _blank(run, 6)
    return np.where(cast > 0.0, _counts(run, body, column) / np.maximum(cast, 1.0), np.nan)


def _counts(run: Run, body: str, column: str) -> Array:
    """Counts of host, firms and income groups (runs, 6): sums of whole numbers, exact in any order."""
    state, host = run.state.bodies[body], run.plan.bodies[body].host
    nations, income = getattr(state.nations, column), run.plan.stage.nations.income_group
    member = np.concatenate([(np.arange(len(income)) == host)[:, None], income[:, None] == np.arange(4)], axis=-1)
    states, firms = nations @ member.astype(np.float64), getattr(state.firms, column).sum(axis=-1, keepdims=True)
    return np.concatenate([states[:, :1], firms, states[:, 1:]], axis=-1)


@body_measure("share", undefined=True)
def consent(run: Run, body: str) -> Array:
    """Part of world population whose state voted yes, mean over what passed in the year; blank where nothing did."""
    own = run.state.bodies[body].own
    return np.where(own.passed > 0.0, own.consented / np.maximum(own.passed, 1.0), np.nan)


@body_measure("share", by="actor", undefined=True)
def capture_by_actor(run: Run, body: str) -> Array:
    """Policy capture: how much nearer the policy stands to an actor than to the median member.

    d_m/(d_m + d_a), d the mean distance over the five dimensions of the body's policy to the lower median of voting
    states' ideal policies (m) and to the actor's (a): the host's, or the mean of active firms by revenue, seated or
    not. 0.5 is as near to one as to the other, 1 the actor's own policy. Definition of this project (assumption).
    Taken when a-priori power is; blank without voting states, without a host, and where both distances are 0.
    """
    if not _due(run):
        return _blank(run, 2)
    nations = run.plan.nation_shape[1]
    voting, host = _seats(run, body)[1][:, :nations], run.plan.bodies[body].host
    firms = run.state.firms
    money = np.where(firms.active, firms.revenue, 0.0)
    money = money / np.maximum(money.sum(axis=-1, keepdims=True), 1e-12)
    far = np.zeros((3, run.plan.runs, 1))
    for name in POLICY_DIMENSIONS:
        policy, wanted = getattr(run.state.bodies[body].own, name), getattr(run.state.nations, f"ideal_{name}")
        industry = (money * getattr(firms, f"ideal_{name}")).sum(axis=-1, keepdims=True)
        for place, ideal in enumerate((median_of(wanted, voting), wanted[:, host : host + 1], industry)):
            far[place] += np.abs(policy - ideal) / len(POLICY_DIMENSIONS) if ideal.shape[-1] else np.nan
    member, actors = far[0], np.concatenate([far[1], far[2]], axis=-1)
    apart = member + actors
    known = voting.any(axis=-1, keepdims=True) & (np.nan_to_num(apart) > 0.0)
    return np.where(known, member / np.where(known, apart, 1.0), np.nan)


@body_measure("share", undefined=True)
def jagiellonian_quota(run: Run, body: str) -> Array:
    """Reference, not in force: (1 + sqrt(sum N)/sum sqrt N)/2 over the populations N of voting states.

    At this quota votes by the square root of population give every citizen nearly the same power (Slomczynski and
    Zyczkowski 2006; the Jagiellonian compromise). Taken when a-priori power is; blank without an assembly.
    """
    if not _due(run):
        return _blank(run)
    voting = _seats(run, body)[1][:, : run.plan.nation_shape[1]]
    people = np.where(voting, run.state.nations.population, 0.0)
    roots = np.sqrt(people).sum(axis=-1, keepdims=True)
    whole = np.sqrt(people.sum(axis=-1, keepdims=True))
    return np.where(roots > 0.0, 0.5 * (1.0 + whole / np.where(roots > 0.0, roots, 1.0)), np.nan)
