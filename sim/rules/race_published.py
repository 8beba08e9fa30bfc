"""The race as published models have it: effort is that of their equilibrium, at once and whatever it was before.

They leave out what `adaptive` adds (liability, fines, response, poles). None of them has a regulator: with `obeyed` 0,
the default, standards act on effort only through what members share; above 0 a part of a found shortfall is made up.
"""

from __future__ import annotations

import numpy as np

from sim.choices import name, number
from sim.rules.race import EXPOSURE, SHARED, race, strongest_rival
from sim.rules.textbook import contest as contests
from sim.rules.textbook import dsair as supremacy
from sim.rules.textbook import precipice
from sim.units import Array, Flags

OBEYED = number(
    0.0,
    "share",
    0.0,
    1.0,
    "assumption; 0 is the published model, which has no regulator",
    "part of a shortfall from what rules require, where it is found, that is made up",
)


def _settled(chosen: Array, effort: Array, researching: Flags, found: tuple[Array, Array], obeyed: Array) -> Array:
    """The equilibrium effort of those at work; full effort of a firm without any rival; others keep theirs."""
    rivals = researching.sum(axis=-1, keepdims=True) > 1
    wished = np.where(rivals, chosen, 1.0)
    required, detected = found
    return np.where(researching, wished + obeyed * detected * np.maximum(required - wished, 0.0), effort)


@race(
    _called="abs",
    exposure=EXPOSURE,
    shared=SHARED,
    information=name(
        "public",
        "what firms know: no capability, their own alone (private) or all (public)",
        ("none", "private", "public"),
        "Armstrong, Bostrom and Shulman 2016: the three cases",
    ),
    enmity=number(0.5, "share", 0.05, 1.0, "Armstrong, Bostrom and Shulman 2016: 0 to 1", "loss when another wins",
                  at_least=1e-6),  # fmt: skip
    scale=number(1.0, "OOM", 0.2, 4.0, "assumption", "capability that one unit of effort costs", at_least=1e-3),
    spread=number(
        2.0,
        "OOM",
        0.5,
        6.0,
        "assumption; the firms at work at the start spread over 2.1 OOM",
        "range below the frontier from which a firm may win; not used under public information",
        at_least=1e-3,
    ),
    obeyed=OBEYED,
)
def abs_race(
    effort: Array,
    capability: Array,
    researching: Flags,
    across: Array,
    required: Array,
    detected: Array,
    slack: Array,
    tension: Array,
    dt: float,
    *,
    exposure: Array,
    shared: Array,
    information: str,
    enmity: Array,
    scale: Array,
    spread: Array,
    obeyed: Array,
) -> Array:
    """Racing to the precipice: safety in equilibrium of a race that the fastest wins, by what firms know.

    Capability is measured in units of effort (`scale`) above the frontier less `spread`, so that mu = spread/scale
    and teams are the working firms within it; the leader of `public` needs no such range. Source: Armstrong, Bostrom
    and Shulman 2016 (AI & Society 31); see `sim.rules.textbook.precipice`. Valid for a winner-takes-all race.

    >>> flags = np.array([[True, True]])
    >>> world = (flags * 0.0, np.array([[1.0, 0.8]]), flags, 0, 0, 0, 0, 0, 1.0)
    >>> [abs_race(*world, information=known, spread=1.0).round(3).tolist() for known in ("none", "private", "public")]
    [[[1.0, 1.0]], [[0.667, 0.533]], [[0.4, 0.0]]]
    """
    shown = np.where(researching, capability, -1e3)
    above = (capability - (shown.max(axis=-1, keepdims=True) - spread)) / scale
    teams = np.maximum((researching & (above >= 0.0)).sum(axis=-1, keepdims=True), 1)
    if information == "none":
        chosen = precipice.safety_without_information(spread / scale, teams, enmity)
    elif information == "private":
        chosen = precipice.safety_with_private_information(np.maximum(above, 0.0), teams, enmity)
    else:
        lead = np.maximum(capability - strongest_rival(capability, researching), 0.0) / scale
        chosen = precipice.safety_with_public_information(lead, enmity)
    return _settled(chosen, effort, researching, (required, detected), obeyed)


def effective_number(capability: Array, researching: Flags, decisive: Array) -> Array:
    """How many equal firms a field counts: inverse Herfindahl index of chances logit in capability, (runs, 1).

    >>> effective_number(np.array([[1.0, 1.0, -9.0]]), np.array([[True, True, True]]), np.array([[8.0]])).tolist()
    [[2.0]]
    """
    top = np.where(researching, capability, -1e3).max(axis=-1, keepdims=True)
    weight = np.where(researching, np.exp(decisive * np.minimum(capability - top, 0.0)), 0.0)
    squares = (weight * weight).sum(axis=-1, keepdims=True)
    return np.where(squares > 0.0, weight.sum(axis=-1, keepdims=True) ** 2, 1.0) / np.where(squares > 0.0, squares, 1.0)


CASE = "assumption; the textbook case of the validation page"


@race(
    exposure=EXPOSURE,
    shared=SHARED,
    decisive=number(8.0, "1/OOM", 2.0, 40.0, "assumption; as sharpness of adaptive", "how decisive a lead is"),
    safety_scale=number(10.0, "ratio", 1.0, 100.0, CASE, "A: safety from one unit of its input", at_least=1e-6),
    safety_power=number(
        0.5, "ratio", 0.2, 1.0, CASE, "alpha: returns of the input to safety", at_least=1e-3, at_most=1.0
    ),
    performance_scale=number(10.0, "ratio", 1.0, 100.0, CASE, "B: performance from one unit of input", at_least=1e-6),
    performance_power=number(0.5, "ratio", 0.2, 1.0, CASE, "beta: returns of the input to performance", at_least=1e-3),
    tradeoff=number(0.25, "ratio", 0.0, 0.6, CASE, "theta: safety lost by one log of performance", at_most=10.0),
    damage=number(1.0, "ratio", 0.0, 3.0, CASE, "d: harm of an unsafe win, in prizes", at_most=1e3),
    price=number(0.05, "ratio", 0.01, 0.2, CASE, "r: price of an input, in prizes", at_least=1e-6),
    obeyed=OBEYED,
)
def contest(
    effort: Array,
    capability: Array,
    researching: Flags,
    across: Array,
    required: Array,
    detected: Array,
    slack: Array,
    tension: Array,
    dt: float,
    *,
    exposure: Array,
    shared: Array,
    decisive: Array,
    safety_scale: Array,
    safety_power: Array,
    performance_scale: Array,
    performance_power: Array,
    tradeoff: Array,
    damage: Array,
    price: Array,
    obeyed: Array,
) -> Array:
    """Safety-performance contest: every firm's chance of a safe win in the symmetric equilibrium of the field.

    The published model has equal firms: their number is the effective number of those at work. Effort is
    sigma = s/(1+s). Source: Trager and others' contest, equations after AIIncentives.jl; see
    `sim.rules.textbook.contest`. Valid where firms are nearly equal and winning is worth entering for.

    >>> flags = np.array([[True, True]])
    >>> contest(flags * 0.0, np.array([[1.0, 1.0]]), flags, 0, 0, 0, 0, 0, 1.0).round(6).tolist()
    [[0.853627, 0.853627]]
    """
    found = contests.symmetric_equilibrium(
        effective_number(capability, researching, decisive),
        safety_scale=safety_scale,
        safety_power=safety_power,
        performance_scale=performance_scale,
        performance_power=performance_power,
        tradeoff=tradeoff,
        damage=damage,
        price=price,
    )
    return _settled(found.sigma, effort, researching, (required, detected), obeyed)


PAPER = "Han, Pereira, Santos and Lenaerts 2020: baseline"


@race(
    exposure=EXPOSURE,
    shared=SHARED,
    benefit=number(4.0, "ratio", 1.0, 10.0, PAPER, "b: gain of a round, shared by speed"),
    cost=number(1.0, "ratio", 0.0, 3.0, PAPER, "c: what safety costs a round"),
    prize=number(1e4, "ratio", 1e2, 1e5, PAPER, "B: what the first to arrive gains"),
    rounds=number(100.0, "ratio", 10.0, 1e3, PAPER, "W: rounds to the end at safe speed", at_least=1.0),
    pace=number(1.5, "ratio", 1.0, 5.0, PAPER, "s: speed of the unsafe, relative to the safe", at_least=1.0),
    disaster=number(
        0.5,
        "probability",
        0.1,
        0.9,
        "assumption; the paper sweeps 0 to 1",
        "p_r: chance that an unsafe team loses everything",
    ),
    selection=number(0.01, "ratio", 1e-3, 0.1, PAPER, "beta: strength of imitation"),
    obeyed=OBEYED,
)
def dsair(
    effort: Array,
    capability: Array,
    researching: Flags,
    across: Array,
    required: Array,
    detected: Array,
    slack: Array,
    tension: Array,
    dt: float,
    *,
    exposure: Array,
    shared: Array,
    benefit: Array,
    cost: Array,
    prize: Array,
    rounds: Array,
    pace: Array,
    disaster: Array,
    selection: Array,
    obeyed: Array,
) -> Array:
    """Race for domain supremacy: effort is the long-run share of safe firms where strategies spread by imitation.

    The population are the firms at work, whatever their capability. Source: Han, Pereira, Santos and Lenaerts 2020
    (JAIR 69); see `sim.rules.textbook.dsair`. Valid for a long race of many teams that copy each other.

    >>> flags = np.ones((1, 100), dtype=bool)
    >>> round(1.0 - float(dsair(flags * 0.0, 0, flags, 0, 0, 0, 0, 0, 1.0, disaster=0.8)[0, 0]), 8)
    0.07557824
    """
    game = supremacy.payoffs(benefit, cost, prize, rounds, pace, disaster)
    teams = np.maximum(researching.sum(axis=-1, keepdims=True), 2)
    odds = np.clip(supremacy.log_odds_of_unsafe(game, teams, selection), -700.0, 700.0)
    return _settled(1.0 / (1.0 + np.exp(odds)), effort, researching, (required, detected), obeyed)
