"""Rules on AI: national stringency, how a body's standard binds it, monitoring, safeguards, response, trade."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, number
from sim.units import Array, Flags

regulation = Family("regulation", "National stringency and how it moves.")
standards = Family("standards", "Monitoring of and compliance with a body's standard.")
safeguards = Family("safeguards", "Mitigation of frontier risk by a body.")
response = Family("response", "Rapid regulatory response unit of a body.")
trade_measure = Family("trade_measure", "What outsiders of a body lose in trade.")


@regulation(
    enacted=number(
        0.5,
        "share",
        0.2,
        0.9,
        "assumption; most states had announced more than they had enacted in 2026",
        "part of what a state wants that is law at the start",
    ),
    speed=number(0.15, "1/year", 0.02, 0.5, "assumption", "rate at which national law follows what the state wants"),
    alarm=number(
        0.3,
        "share",
        0.0,
        1.0,
        "assumption",
        "rise of wanted stringency when recent harm is 1 % of world product",
    ),
    memory=number(0.4, "1/year", 0.1, 2.0, "assumption", "rate at which harm is forgotten"),
)
def binding_mix(
    own: Array,
    wanted: Array,
    memory_now: Array,
    dt: float,
    *,
    enacted: Array,
    speed: Array,
    alarm: Array,
    memory: Array,
) -> Array:
    """A state's own stringency moves to what it wants, higher after recent harm. Shapes (runs, nations); in [0, 1].

    `memory_now` (runs, 1) is recent harm in percent of world product, forgotten at the rate `memory` between steps;
    `enacted` is used once, by the world's start.

    >>> binding_mix(np.array([[0.2]]), np.array([[0.2]]), 0.0, 1.0).tolist()
    [[0.2]]
    """
    target = np.clip(wanted + alarm * np.minimum(memory_now, 2.0), 0.0, 1.0)
    return own + (target - own) * (1.0 - np.exp(-speed * dt))


def bound_stringency(own: Array, bodies: list[tuple[Array, Array]]) -> Array:
    """Effective stringency: (1 - theta) of the own rule plus theta of the body's, in each body a state is bound by.

    `bodies` holds (theta (runs, nations), body's stringency (runs, 1)). Where several bind, their thetas share
    at most the whole. Returns (runs, nations).

    >>> bound_stringency(np.array([[0.0]]), [(np.array([[0.8]]), 1.0), (np.array([[0.8]]), 0.5)]).tolist()
    [[0.75]]
    """
    total = sum((theta for theta, _ in bodies), np.zeros_like(own))
    scale = 1.0 / np.maximum(total, 1.0)
    mixed = own * (1.0 - total * scale)
    for theta, level in bodies:
        mixed = mixed + theta * scale * level
    return mixed


BURDEN = number(0.5, "ratio", 0.1, 2.0, "assumption", "cost of complying with a standard of full strictness")
COMPLYING = number(0.5, "1/year", 0.1, 2.0, "assumption", "rate at which firms change how far they comply")


@standards(
    detection=number(0.1, "probability", 0.0, 0.5, "assumption", "chance a year that a breach is found by others"),
    sanction=number(0.2, "ratio", 0.0, 2.0, "assumption", "cost of being found, relative to the cost of complying"),
    burden=BURDEN,
    speed=COMPLYING,
)
def minimal(
    compliance: Array, strictness: Array, dt: float, *, detection: Array, sanction: Array, burden: Array, speed: Array
) -> Array:
    """No monitoring of its own: firms comply as far as reputation makes it worth. Returns compliance in [0, 1].

    Compliance moves to detection * (1 + sanction) / (detection * (1 + sanction) + burden * strictness), which falls
    with what the standard asks. Shapes (runs, firms).
    """
    worth = detection * (1.0 + sanction)
    target = worth / (worth + burden * strictness + 1e-9)
    return compliance + (target - compliance) * (1.0 - np.exp(-speed * dt))


@standards(
    detection=number(0.6, "probability", 0.1, 0.95, "assumption", "chance a year that a breach is found by inspectors"),
    sanction=number(1.0, "ratio", 0.0, 3.0, "assumption", "cost of being found, relative to the cost of complying"),
    burden=BURDEN,
    speed=COMPLYING,
    cost=number(
        0.02,
        "bn USD/year",
        0.0,
        0.5,
        "assumption; IAEA safeguards cost about 0.17 bn USD a year",
        "cost of the inspectorate",
    ),
)
def monitored(
    compliance: Array,
    strictness: Array,
    dt: float,
    *,
    detection: Array,
    sanction: Array,
    burden: Array,
    speed: Array,
    cost: Array,
) -> Array:
    """Inspectors and sanctions: the same comparison of costs with a higher chance of being found.

    >>> low = minimal(np.zeros((1, 1)), np.full((1, 1), 0.5), 9.0)
    >>> bool((monitored(np.zeros((1, 1)), np.full((1, 1), 0.5), 9.0) > low).all())
    True
    """
    worth = detection * (1.0 + sanction)
    target = worth / (worth + burden * strictness + 1e-9)
    return compliance + (target - compliance) * (1.0 - np.exp(-speed * dt))


@safeguards(_called="none")
def no_safeguards(capability: Array, grown: Array, bound: Flags, published_share: Array) -> tuple[Array, Array, Array]:
    """No safeguards. Returns capability, the chance that a breach is found, and the protection against misuse.

    >>> [part.tolist() for part in no_safeguards(np.zeros((1, 1)), np.ones((1, 1)), np.array([[True]]), 0.0)]
    [[[1.0]], [[0.0]], [[0.0]]]
    """
    return grown, np.zeros_like(grown), np.zeros_like(grown[:, :1])


@safeguards(
    cap=number(
        2.0,
        "OOM",
        0.0,
        6.0,
        "assumption; proposals name training caps of 1e24-1e27 FLOP (Scher et al. 2025)",
        "capability from which training needs leave, relative to the frontier at the start",
    ),
    detection=number(0.5, "probability", 0.05, 0.95, "assumption", "chance that training above the cap is found"),
    leave=number(0.4, "share", 0.0, 1.0, "assumption", "growth that is still allowed above the cap"),
    protection=number(0.3, "share", 0.0, 0.8, "assumption", "misuse prevented where the body's firms publish weights"),
    cost=number(0.03, "bn USD/year", 0.0, 0.5, "assumption", "cost of verification"),
)
def verified_cap(
    capability: Array,
    grown: Array,
    bound: Flags,
    published_share: Array,
    *,
    cap: Array,
    detection: Array,
    leave: Array,
    protection: Array,
    cost: Array,
) -> tuple[Array, Array, Array]:
    """Training above a cap needs leave: firms bound by the body grow slower above it as far as breaches are found.

    `grown` is the capability a firm would reach; `bound` (runs, firms) whom the body reaches; `published_share`
    (runs, 1) the share of open capability that comes from bound firms, which carries the protection.
    """
    above = bound & (grown > cap)
    allowed = np.maximum(capability, cap) + leave * (grown - np.maximum(capability, cap))
    held = np.where(above, detection * np.minimum(allowed, grown) + (1.0 - detection) * grown, grown)
    return held, np.where(above, detection, 0.0), protection * published_share


@response("assumed", {"unit": False}, "none")
def no_response(harm: Array, powers: Array, bound: Array) -> tuple[Array, Array]:
    """No unit: harm runs its course in six months. Returns the harm left (bn USD) and months to containment.

    >>> [part.tolist() for part in no_response(np.array([[2.0]]), 1.0, 1.0)]
    [[[2.0]], [[6.0]]]
    """
    return harm, np.full_like(harm, 6.0)


@response(
    lag=number(1.0, "months", 0.1, 6.0, "assumption", "delay from the start of an incident to its detection"),
    reach=number(0.6, "share", 0.1, 0.95, "assumption", "part of the harm that full powers without delay prevent"),
    false_alarms=number(0.3, "1/year", 0.0, 3.0, "assumption", "false alarms a year at full powers"),
    alarm_cost=number(0.0002, "share", 0.0, 0.002, "assumption", "members' GDP lost per false alarm"),
    tightening=number(
        0.1, "share", 0.0, 0.4, "assumption", "rise of the body's stringency after an incident, for a year"
    ),
    slack=number(0.3, "share", 0.0, 1.0, "assumption", "part of a firm's own liability that quick rescue takes away"),
    cost=number(0.02, "bn USD/year", 0.0, 0.3, "assumption", "cost of the unit"),
)
def unit(
    harm: Array,
    powers: Array,
    bound: Array,
    *,
    lag: Array,
    reach: Array,
    false_alarms: Array,
    alarm_cost: Array,
    tightening: Array,
    slack: Array,
    cost: Array,
) -> tuple[Array, Array]:
    """A unit cuts harm where its powers reach: harm * (1 - reach * powers * bound * exp(-lag/6)).

    `powers` in [0, 1] is the body's policy, `bound` in [0, 1] how far the firm is within reach. Months to
    containment fall from six in the same proportion. A shorter lag never makes harm larger.

    >>> fast, slow = (unit(np.array([[1.0]]), 1.0, 1.0, lag=lag)[0] for lag in (0.5, 3.0))
    >>> bool((fast < slow).all())
    True
    """
    cut = reach * powers * bound * np.exp(-lag / 6.0)
    months = np.minimum(6.0, lag + 6.0 * (1.0 - cut))
    return harm * (1.0 - cut), months + 0.0 * harm


@trade_measure("assumed", {"measure": False}, "none")
def no_trade_measure(club: Array, gdp_inside: Array) -> tuple[Array, Array]:
    """No trade measure. Returns what an outsider loses by being outside (utility) and in growth (share of GDP).

    >>> [part.tolist() for part in no_trade_measure(np.array([[0.5]]), 0.3)]
    [[[0.0]], [[0.0]]]
    """
    return np.zeros_like(club), np.zeros_like(club)


@trade_measure(
    tariff=number(0.03, "share", 0.0, 0.1, "Nordhaus 2015: uniform tariffs of 1-10 %", "tariff on outsiders"),
    exposure=number(
        0.15,
        "share",
        0.05,
        0.4,
        "assumption; trade in goods is about a quarter of income on average",
        "trade with partners as a share of GDP",
    ),
    weight=number(0.4, "utility", 0.0, 2.0, "assumption", "utility per percent of GDP lost"),
)
def club_tariff(
    club: Array, gdp_inside: Array, *, tariff: Array, exposure: Array, weight: Array
) -> tuple[Array, Array]:
    """Members put a tariff on outsiders: loss = tariff * exposure * share of the outsider's partners inside.

    Source: Nordhaus 2015 (American Economic Review 105). Shapes (runs, nations).

    >>> club_tariff(np.array([[0.5]]), 0.3, tariff=0.1, exposure=0.2, weight=1.0)[1].round(4).tolist()
    [[0.01]]
    """
    lost = tariff * exposure * club
    return weight * 100.0 * lost, lost


@trade_measure(
    strength=number(
        0.5,
        "share",
        0.0,
        1.0,
        "assumption; Trager et al. 2023 propose a full ban",
        "share of AI-embodying trade that the ban stops",
    ),
    exposure=number(0.05, "share", 0.01, 0.2, "assumption", "AI-embodying trade as a share of GDP"),
    weight=number(0.4, "utility", 0.0, 2.0, "assumption", "utility per percent of GDP lost"),
)
def import_ban(
    club: Array, gdp_inside: Array, *, strength: Array, exposure: Array, weight: Array
) -> tuple[Array, Array]:
    """Members ban imports that embody AI from jurisdictions without certificate: loss grows with the coalition.

    Source: Trager et al. 2023 (arXiv 2308.15514). Shapes (runs, nations); `gdp_inside` the coalition's share of
    world product (runs, 1).
    """
    lost = strength * exposure * club * gdp_inside
    return weight * 100.0 * lost, lost
