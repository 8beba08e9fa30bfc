"""Rules that find out: inspected caps, a unit that has to notice and decide, certificates for jurisdictions."""

from __future__ import annotations

import numpy as np

from sim.choices import name, number
from sim.rules.regulation import response, safeguards, trade_measure
from sim.units import Array, Flags

__all__ = ["certification", "decided_unit", "inspected_cap", "tipping_share"]

AUTHORITY = ("advise", "recommend", "suspend")


@safeguards(
    "assumed",
    {"inspects": True},
    cap=number(
        2.0,
        "OOM",
        0.0,
        6.0,
        "assumption; proposals name caps of 1e24 FLOP for all (Scher et al. 2025), far below the frontier",
        "capability from which training needs leave, relative to the frontier at the start",
    ),
    margin=number(
        1.0,
        "OOM",
        0.0,
        3.0,
        "assumption; Scher et al. 2025 monitor from a hundredth of the cap in training compute",
        "how far below the cap training is monitored already",
    ),
    inspections=number(1.0, "1/year", 0.0, 12.0, "assumption", "inspections a year of a monitored firm"),
    detection=number(0.5, "probability", 0.05, 0.95, "assumption", "chance that an inspection finds a breach"),
    accusation=number(0.02, "probability", 0.0, 0.2, "assumption", "chance that one accuses a firm without a breach"),
    leave=number(0.4, "share", 0.0, 1.0, "assumption", "growth that is allowed above the cap, and under sanction"),
    penalty=number(2.0, "years", 0.0, 5.0, "assumption", "time under sanction after a finding"),
    protection=number(0.3, "share", 0.0, 0.8, "assumption", "misuse prevented where the body's firms publish weights"),
    cost=number(0.05, "bn USD/year", 0.0, 0.5, "assumption; IAEA safeguards cost about 0.17", "cost of inspection"),
)
def inspected_cap(
    capability: Array,
    grown: Array,
    bound: Flags,
    published_share: Array,
    compliance: Array,
    uniform: Array,
    sanctioned: Array,
    dt: float,
    *,
    cap: Array,
    margin: Array,
    inspections: Array,
    detection: Array,
    accusation: Array,
    leave: Array,
    penalty: Array,
    protection: Array,
    cost: Array,
) -> tuple[Array, Array, Array, Array]:
    """A cap whose breach stays hidden until an inspection finds it; then the firm grows slower for a while.

    Above the cap a firm holds back as far as it complies and hides the rest. Monitored are firms that come within
    `margin` of the cap; a breach is found at the rate inspections * detection, an innocent firm accused at the rate
    inspections * accusation, both for `penalty` years. `uniform` (runs, firms) decides, `sanctioned` are the years
    still to go. Returns capability, 1 where under sanction (known to all), protection and the years to go.

    >>> one, zero = np.ones((1, 1)), np.zeros((1, 1))
    >>> firm = {"cap": 0.0, "leave": 0.0, "penalty": 2.0}
    >>> hidden = inspected_cap(zero, one, one > 0, zero, zero, 0.9 * one, zero, 1.0, inspections=1.0, **firm)
    >>> [part.tolist() for part in hidden[:2]]  # nothing is held back, nobody knows: 1 - exp(-0.5) is below 0.9
    [[[1.0]], [[0.0]]]
    >>> found = inspected_cap(zero, one, one > 0, zero, zero, 0.3 * one, zero, 1.0, inspections=1.0, **firm)
    >>> [part.tolist() for part in (found[0], found[1], found[3])]
    [[[0.0]], [[1.0]], [[2.0]]]
    """
    above = bound & (grown > cap)
    start = np.maximum(capability, cap)
    allowed = np.minimum(start + leave * (grown - start), grown)
    honest = np.where(above, compliance * allowed + (1.0 - compliance) * grown, grown)
    breach = above & (compliance < 1.0)
    watched = bound & (grown > cap - margin)
    rate = inspections * np.where(breach, detection, accusation)
    found = watched & (uniform < -np.expm1(-rate * dt))
    left = np.where(found, penalty, np.maximum(sanctioned - dt, 0.0))
    under = bound & (left > 0.0)
    held = np.where(under, np.minimum(capability + leave * (grown - capability), honest), honest)
    return held, under.astype(float), protection * published_share, left


@response(
    "assumed",
    {"decides": True},
    authority=name("recommend", "what a decision does: advise, recommend or suspend", AUTHORITY),
    advised=number(0.3, "share", 0.0, 1.0, "assumption", "part of a recommendation's effect that mere advice has"),
    lag=number(1.0, "months", 0.1, 6.0, "assumption", "delay until a unit notices by itself"),
    deadline=number(
        72.0,
        "hours",
        1.0,
        720.0,
        "New York's RAISE Act asks for reports within 72 hours (reported)",
        "time within which firms have to report; they do as far as they comply",
        at_least=0.0,
    ),
    detection=number(0.8, "probability", 0.1, 1.0, "assumption", "chance that an incident is noticed in time"),
    delay=number(
        0.03,
        "months",
        0.0,
        6.0,
        "assumption: a day where the decision is delegated; a quorum of members needs weeks to months",
        "time from notice to decision",
    ),
    agreement=number(1.0, "probability", 0.0, 1.0, "assumption: 1 is delegated", "chance that a decision is taken"),
    reach=number(0.6, "share", 0.1, 0.95, "assumption", "part of the harm that full powers without delay prevent"),
    false_alarms=number(0.3, "1/year", 0.0, 3.0, "assumption", "false alarms a year at full powers"),
    alarm_cost=number(0.0002, "share", 0.0, 0.002, "assumption", "members' GDP lost per false alarm"),
    tightening=number(
        0.1, "share", 0.0, 0.4, "assumption", "rise of the body's stringency after an incident, for a year"
    ),
    slack=number(0.3, "share", 0.0, 1.0, "assumption", "part of a firm's own liability that quick rescue takes away"),
    cost=number(0.02, "bn USD/year", 0.0, 0.3, "assumption", "cost of the unit"),
)
def decided_unit(
    harm: Array,
    powers: Array,
    bound: Array,
    compliance: Array,
    *,
    authority: str,
    advised: Array,
    lag: Array,
    deadline: Array,
    detection: Array,
    delay: Array,
    agreement: Array,
    reach: Array,
    false_alarms: Array,
    alarm_cost: Array,
    tightening: Array,
    slack: Array,
    cost: Array,
) -> tuple[Array, Array]:
    """A unit that has to notice, decide and be obeyed; harm left and months, where it does notice and decide.

    Time: the shorter of lag and deadline (730 hours a month) as far as the firm complies, else lag, plus the delay of
    the decision. Effect: all of it where the unit may suspend, as far as the firm complies where it recommends,
    `advised` of that where it advises. harm * (1 - reach * powers * bound * effect * exp(-time/6)). The chance that
    it comes to that is detection * agreement; otherwise harm runs its course in six months.

    >>> ask = {"authority": "suspend", "lag": 1.0, "deadline": 730.0, "delay": 0.0, "reach": 0.5}
    >>> decided_unit(np.ones((1, 1)), 1.0, 1.0, 0.0, **ask)[0].round(4).tolist()  # 1 - 0.5 * exp(-1/6)
    [[0.5768]]
    >>> decided_unit(np.ones((1, 1)), 1.0, 1.0, 0.0, **{**ask, "authority": "recommend"})[0].tolist()
    [[1.0]]
    """
    obeyed: Array | float = {"advise": advised * compliance, "recommend": compliance}.get(authority, 1.0)
    time = lag - compliance * np.maximum(lag - deadline / 730.0, 0.0) + delay
    cut = reach * powers * bound * obeyed * np.exp(-time / 6.0)
    return harm * (1.0 - cut), np.minimum(6.0, time + 6.0 * (1.0 - cut)) + 0.0 * harm


@trade_measure(
    "assumed",
    {"certifies": True},
    strength=number(
        0.5,
        "share",
        0.0,
        1.0,
        "assumption; Trager et al. 2023 propose a full ban",
        "share of AI-embodying trade that the ban stops",
    ),
    exposure=number(0.05, "share", 0.01, 0.2, "assumption", "AI-embodying trade as a share of GDP"),
    adopting=number(
        0.005, "share", 0.0, 0.05, "assumption", "GDP that adopting a standard of full strictness costs"
    ),
    weight=number(0.4, "utility", 0.0, 2.0, "assumption", "utility per percent of GDP lost"),
)
def certification(
    club: Array, gdp_inside: Array, *, strength: Array, exposure: Array, adopting: Array, weight: Array
) -> tuple[Array, Array]:
    """Jurisdictions are certified, not firms: members and the certified ban imports from all others.

    The loss from the ban is that of `import_ban`, with the certified in the coalition. An outsider adopts the
    standard, and is certified, where that costs less: adopting * (standard - own stringency). Source: Trager et al.
    2023 (arXiv 2308.15514). The utility of joining does not foresee a certificate (assumption).

    >>> certification(np.array([[0.5]]), 0.4, strength=1.0, exposure=0.1, weight=1.0)[1].round(6).tolist()
    [[0.02]]
    """
    lost = strength * exposure * club * gdp_inside
    return weight * 100.0 * lost, lost


def tipping_share(threshold: Array, product: Array, covered: float = 0.95) -> Array:
    """The smallest coalition, as a share of world product, from which adoption carries itself to all, (runs, 1).

    `threshold` (runs, nations) is the share inside at which a nation adopts. A coalition of share s grows to
    everybody if at every stage the larger of s and the product of those with lower thresholds reaches the next one
    (Granovetter 1978): s is the largest threshold that those below it do not reach. The nations with the highest
    thresholds may be left out up to 1 - `covered` of world product. 0: it starts by itself; above 1: it cannot tip.

    >>> equal = np.full((1, 4), 0.25)
    >>> float(tipping_share(np.full((1, 4), 0.4), equal)[0, 0])  # all alike: 0.4 must be inside
    0.4
    >>> float(tipping_share(np.array([[0.0, 0.2, 0.45, 0.7]]), equal)[0, 0])  # each is carried by those before
    0.0
    """
    order = np.argsort(threshold, axis=-1, kind="stable")
    asked = np.take_along_axis(threshold, order, axis=-1)
    size = np.take_along_axis(product, order, axis=-1) / product.sum(axis=-1, keepdims=True)
    below = np.cumsum(size, axis=-1) - size
    missing = (below < asked) & (below < covered)
    return np.max(np.where(missing, asked, 0.0), axis=-1, keepdims=True)
