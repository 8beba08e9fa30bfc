"""The race: enrolled rules and the textbook functions they call."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.rules.race import race
from sim.rules.textbook import contest, dsair, evolution, precipice, trust
from validation import computes

SPREADS = (0.5, 1, 2, 4, 8)
KNOWN = {"none": "without", "private": "with_private", "public": "with_public"}


@computes("race.abs", [(f"{known}.mu{mu}.e{e}", (known, mu, e)) for known in KNOWN for mu in SPREADS for e in (0.5, 1)])
def risk(case: Any) -> float:
    """Probability of disaster, two teams."""
    known, spread, enmity = case
    return float(getattr(precipice, f"risk_{KNOWN[known]}_information")(spread, 2, enmity))


@computes("race.abs.teams")
def more_teams() -> float:
    """Enmity at which five teams are as risky as two under private information (mu = 0.5), by bisection."""
    low, high = 0.01, 0.5
    for _ in range(60):
        middle = (low + high) / 2.0
        five, two = (float(precipice.risk_with_private_information(0.5, teams, middle)) for teams in (5, 2))
        low, high = (middle, high) if five < two else (low, middle)
    return low


def adaptive_risk(teams: int, spread: float, enmity: float, draws: int = 4000) -> float:
    """Mean risk of the winner under `adaptive` in the textbook case: one decision of equal firms, leads known."""
    luck = np.random.default_rng(7)
    uniform = np.stack([(luck.permutation(draws) + luck.random(draws)) / draws for _ in range(teams)], axis=-1)
    c = spread * uniform
    none, off = np.zeros(c.shape), np.zeros((draws, 1))
    effort = race["adaptive"](
        none, c, none == 0.0, none, none, none, none, off, 1.0, enmity=enmity, sharpness=1e5, speed=1e3, slowdown=1.0,
        pole_enmity=0.0, liability=0.0, cost=0.0, fine=0.0, foresight=1.0, levels=201,
    )  # fmt: skip
    first = (c - enmity * effort).argmax(axis=-1)
    return float(np.mean(1.0 - effort[np.arange(draws), first]))


@computes("race.adaptive", [(f"mu{mu}.e{e}", (2, mu, e)) for mu in SPREADS for e in (0.5, 1)])
def adaptive(case: Any) -> float:
    """Mean risk under the default rule, two teams."""
    return adaptive_risk(*case)


def dsair_rule(disaster: float) -> float:
    """Share of unsafe firms among a hundred under the rule `dsair`."""
    works = np.ones((1, 100), dtype=bool)
    none = np.zeros((1, 100))
    effort = race["dsair"](none, none, works, none, none, none, none, none[:, :1], 1.0, disaster=disaster)
    return float(1.0 - effort[0, 0])


BASE = (4.0, 1.0, 1e4, 100.0)


@computes("race.dsair.payoffs")
def payoffs() -> Any:
    """Payoffs a round at s = 1.5, p_r = 0.5."""
    return dsair.payoffs(*BASE, 1.5, 0.5)


@computes("race.dsair.social", [("s1.5", 1.5), ("s2", 2.0)])
def social(speed: float) -> float:
    """From which chance of disaster safe is better for all."""
    return dsair.social_preference(*BASE, speed)


@computes("race.dsair.selected", [("s1.5", 1.5), ("s2", 2.0)])
def selected(speed: float) -> float:
    """From which chance of disaster safe is selected."""
    return dsair.risk_dominance(*BASE, speed)


@computes("race.dsair.limits")
def limits() -> Any:
    """Both thresholds at a very large prize, s = 1.5 and 2."""
    large = (4.0, 1.0, 1e13, 100.0)
    return [threshold(*large, s) for s in (1.5, 2.0) for threshold in (dsair.social_preference, dsair.risk_dominance)]


RISKS = [(f"p{p}", p) for p in (0.3, 0.5, 0.7, 0.8, 0.9)]


@computes("race.dsair.fixation-unsafe", RISKS)
def fixation_unsafe(disaster: float) -> float:
    """One unsafe among 99 safe."""
    safe, slower, faster, unsafe = dsair.payoffs(*BASE, 1.5, disaster)
    return evolution.fixation((float(unsafe), float(faster), float(slower), float(safe)), 100, 0.01)


@computes("race.dsair.fixation-safe", RISKS)
def fixation_safe(disaster: float) -> float:
    """One safe among 99 unsafe."""
    game = dsair.payoffs(*BASE, 1.5, disaster)
    return evolution.fixation(tuple(float(one) for one in game), 100, 0.01)  # type: ignore[arg-type]


@computes("race.dsair.share", RISKS)
def share(disaster: float) -> float:
    """Long-run share of unsafe, through the rule."""
    return dsair_rule(disaster)


@computes("race.fixation")
def fixation() -> Any:
    """Neutral (Z = 100), constant advantage, two Moran processes, two of the prisoner's dilemma."""
    return (
        evolution.fixation((2.0,) * 4, 100, 0.01),
        evolution.fixation_at_constant_advantage(0.1, 50),
        evolution.moran_fixation(1.1, 100),
        evolution.moran_fixation(2.0, 10),
        evolution.fixation((3.0, 0.0, 5.0, 1.0), 20, 0.1),
        evolution.fixation((1.0, 5.0, 0.0, 3.0), 20, 0.1),
    )


ROW = {"safety_scale": 10.0, "safety_power": 0.5, "performance_scale": 10.0, "performance_power": 0.5, "damage": 1.0}
CONTESTS = {"theta0.25": (0.25, 0.05), "theta0.5": (0.5, 0.05), "price0.1": (0.25, 0.1)}


@computes("race.contest", CONTESTS.items())
def contests(case: Any) -> Any:
    """Both inputs, safety, performance, chance of a safe win and utility."""
    row = {**ROW, "tradeoff": case[0], "price": case[1]}
    found = contest.symmetric_equilibrium(2.0, **row)
    own = (found.safety_input, found.performance_input)
    return [*(float(part) for part in found), float(contest.utility(own, found, 2, **row))]


@computes("race.contest.nash", CONTESTS.items())
def nash(case: Any) -> float:
    """Most that a firm gains by deviating, not below zero."""
    row = {**ROW, "tradeoff": case[0], "price": case[1]}
    return max(contest.gain_from_deviating(contest.symmetric_equilibrium(2.0, **row), 2, **row), 0.0)


@computes("race.contest.rule", list(CONTESTS.items()))
def contest_rule(case: Any) -> float:
    """Effort of two equal firms under the rule `contest`."""
    none = np.zeros((1, 2))
    around = (none, none, none == 0.0, none, none, none, none, none[:, :1], 1.0)
    return float(race["contest"](*around, tradeoff=case[0], price=case[1])[0, 0])


NUMBERS = {"user": 4.0, "creator": 4.0, "regulator": 4.0, "compliance": 0.5, "enforcement": 0.5, "sanction": 1.5,
           "pursuit": 0.5, "bounty": 0.0}  # fmt: skip


@computes("race.trust.low")
def trust_low() -> Any:
    """TDD, TCD, NDD, TCC and trust at eps = 0.2."""
    found = trust.long_run(100, 0.1, misled=0.2, **NUMBERS)
    return found["TDD"], found["TCD"], found["NDD"], found["TCC"], trust.trust(found)


@computes("race.trust.harm")
def trust_harm() -> Any:
    """NDD, TDD, NDC, TCD and trust at eps = -0.1."""
    found = trust.long_run(100, 0.1, misled=-0.1, **NUMBERS)
    return found["NDD"], found["TDD"], found["NDC"], found["TCD"], trust.trust(found)


@computes("race.trust.threshold")
def threshold() -> float:
    """Share of enforcing regulators from which creators comply."""
    return trust.compliance_threshold(0.5, 1.5)
