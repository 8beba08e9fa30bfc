"""Firms besides the race: whether they publish weights, how they appear, fail and are bought."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, number
from sim.units import Array, Codes, Flags

openness = Family("openness", "Whether firms publish the weights of their models.")
firm_entry = Family("firm_entry", "How firms appear, fail and are bought.")


@openness(
    closing=number(
        0.25,
        "share",
        0.0,
        1.0,
        "assumption; several leaders stopped publishing weights in 2025-26",
        "how far a firm at the frontier closes what it would publish behind it",
    ),
    speed=number(0.3, "1/year", 0.05, 1.0, "assumption", "rate of change of publication policy"),
)
def leader_incentive(
    openness_now: Array,
    start: Array,
    capability: Array,
    best: Array,
    obliged: Array,
    dt: float,
    *,
    closing: Array,
    speed: Array,
) -> Array:
    """Publishing pays for those who follow and costs those who lead; obligations of a body set a floor.

    `start` is the policy at the start, `obliged` in [0, 1] the floor a body's sharing policy sets for its firms.

    >>> start, capability, best = np.ones((1, 2)), np.array([[0.0, -9.0]]), np.zeros((1, 1))
    >>> leader_incentive(start, start, capability, best, 0.0, 100.0).round(2).tolist()
    [[0.75, 1.0]]
    """
    leads = np.exp(-np.maximum(best - capability, 0.0))
    wished = np.maximum(start * (1.0 - closing * leads), obliged)
    return openness_now + (wished - openness_now) * (1.0 - np.exp(-speed * dt))


@openness(
    "assumed",
    {"weighs": True},
    diffusion=number(
        1.0, "utility", 0.0, 3.0, "assumption", "gain of publishing for a firm without customers: users of its stack"
    ),
    standard=number(0.5, "utility", 0.0, 2.0, "assumption", "gain at the frontier: others build on what it sets"),
    state=number(
        1.0,
        "utility",
        0.0,
        3.0,
        "assumption; open weights are part of the announced policy of one pole",
        "gain where the home state wants all shared; a loss of the same size where it wants nothing shared",
    ),
    rent=number(1.0, "utility", 0.0, 4.0, "assumption", "loss for each OOM by which it leads what others publish"),
    noise=number(0.5, "utility", 0.1, 2.0, "assumption", "spread of what else decides", at_least=0.01),
    speed=number(0.5, "1/year", 0.05, 2.0, "assumption", "rate of change of publication policy"),
)
def expected_gain(
    openness_now: Array,
    start: Array,
    capability: Array,
    best: Array,
    obliged: Array,
    dt: float,
    now: tuple[Array, Array, Array],
    before: tuple[Array, Array, Array, Array, Array],
    *,
    diffusion: Array,
    standard: Array,
    state: Array,
    rent: Array,
    noise: Array,
    speed: Array,
) -> Array:
    """A firm publishes while what openness brings is worth more than the rent of its lead; "open, for now".

    Worth: diffusion * (1 - market share) + standard * exp(-lag) + state * (2 * wanted - 1) - rent * lead, where lag is
    behind the frontier, `wanted` the home state's ideal sharing, and lead the OOM above the best that others publish.
    The log odds of publishing are those of the start plus the change of worth over noise, so that the observed firms
    are met at the start. `now` is (share, others' best open, wanted); `before` the same with capability and frontier
    of the first step, as (share, others, wanted, capability, best). Shapes (runs, firms); CIGI 2026 asks the question.

    >>> one, zero = np.ones((1, 1)), np.zeros((1, 1))
    >>> first = (zero, zero, zero + 0.5, zero, zero)
    >>> expected_gain(one, one, zero, zero, 0.0, 99.0, (zero, zero, zero + 0.5), first).round(2).tolist()
    [[0.98]]
    >>> expected_gain(one, one, 4 * one, 4 * one, 0.0, 99.0, (zero, zero, zero + 0.5), first).round(2).tolist()
    [[0.02]]
    """

    def worth(share: Array, others: Array, wanted: Array, own: Array, frontier: Array) -> Array:
        gained = diffusion * (1.0 - share) + standard * np.exp(-np.maximum(frontier - own, 0.0))
        return np.asarray(gained + state * (2.0 * wanted - 1.0) - rent * np.maximum(own - others, 0.0))

    change = worth(*now, capability, best) - worth(*before)
    kept = np.clip(start, 0.02, 0.98)
    odds = np.log(kept) - np.log1p(-kept) + change / noise
    wished = np.maximum(1.0 / (1.0 + np.exp(-np.clip(odds, -500.0, 500.0))), obliged)
    return openness_now + (wished - openness_now) * (1.0 - np.exp(-speed * dt))


def others_published(capability: Array, open_share: Array, active: Flags, held_back: Array | float) -> Array:
    """For each firm the best that the other active firms publish, (runs, firms); -9 where there is no other.

    >>> others_published(np.array([[0., -1.]]), np.array([[1., 1.]]), np.array([[True, True]]), 3.0).tolist()
    [[-1.0, 0.0]]
    """
    shown = np.where(active, capability - held_back * (1.0 - open_share), -9.0)
    first = shown.argmax(axis=-1)[:, None]
    top = np.take_along_axis(shown, first, axis=-1)
    rest = shown.copy()
    np.put_along_axis(rest, first, -9.0, axis=-1)
    return np.where(np.arange(shown.shape[-1]) == first, rest.max(axis=-1, keepdims=True), top)


def leading_opener_closed(capability: Array, open_share: Array, start: Array, active: Flags) -> Flags:
    """Whether the most capable of the active firms that published at the start (half or more) publishes less now.

    Returns flags (runs, 1); False where none of them is left.

    >>> leading_opener_closed(np.array([[2., 1.]]), np.array([[.2, 1.]]), np.ones((1, 2)), np.ones((1, 2), bool)).item()
    True
    """
    opener = active & (start >= 0.5)
    first = np.where(opener, capability, -np.inf).argmax(axis=-1)[:, None]
    return np.asarray(opener.any(axis=-1, keepdims=True) & (np.take_along_axis(open_share, first, axis=-1) < 0.5))


@openness()
def unchanged(openness_now: Array, start: Array, capability: Array, best: Array, obliged: Array, dt: float) -> Array:
    """Firms keep the publication policy of the start, except where a body obliges them to share more.

    >>> unchanged(np.array([[0.2]]), np.array([[0.2]]), 0, 0, np.array([[0.5]]), 1.0).tolist()
    [[0.5]]
    """
    return np.maximum(start, obliged) + 0.0 * openness_now


def published_capability(capability: Array, open_share: Array, active: Flags, held_back: Array | float) -> Array:
    """Best capability among openly published models (runs, 1): a closed firm's is `held_back` OOM behind its own.

    >>> published_capability(np.array([[0., -1.]]), np.array([[0., 1.]]), np.array([[True, True]]), 3.0).tolist()
    [[-1.0]]
    """
    shown = capability - held_back * (1.0 - open_share)
    return np.max(np.where(active, shown, -9.0), axis=-1, keepdims=True)


@firm_entry(
    _called="readiness",
    rate=number(
        0.25,
        "1/year",
        0.0,
        0.8,
        "assumption",
        "chance that a waiting firm enters, at readiness 1 and an open frontier",
    ),
    exit_rate=number(0.1, "1/year", 0.0, 0.4, "assumption", "chance that a firm far behind gives up"),
    exit_lag=number(3.0, "OOM", 1.5, 6.0, "assumption", "lag behind the frontier from which firms give up"),
    bought=number(
        0.5, "share", 0.0, 1.0, "assumption", "share of exits that are purchases by the largest firm at home"
    ),
    entry_compute=number(
        1000.0, "H100e", 100.0, 20000.0, "assumption", "compute with which a firm enters", at_least=1.0
    ),
    entry_lag=number(0.5, "OOM", 0.0, 2.0, "assumption", "lag behind the open frontier at which firms enter"),
)
def by_readiness(
    active: Flags,
    waiting: Flags,
    capability: Array,
    best: Array,
    published: Array,
    ready: Array,
    help_: Array,
    uniform: Array,
    dt: float,
    *,
    rate: Array,
    exit_rate: Array,
    exit_lag: Array,
    bought: Array,
    entry_compute: Array,
    entry_lag: Array,
) -> tuple[Flags, Flags, Flags, Array]:
    """Who enters, who exits, which exits are purchases, and the capability of the active.

    A waiting firm enters in proportion to the readiness of its home, to what is openly available, and to help
    from a body's programme (`help_`, a factor from 1). One uniform per firm decides entry, exit and purchase:
    purchase is its lower part, so more purchases never change who exits. Shapes (runs, firms).
    """
    near = np.exp(-np.maximum(best - published, 0.0) / 2.0)
    entering = waiting & (uniform < -np.expm1(-rate * ready * near * help_ * dt))
    chance = -np.expm1(-exit_rate * dt) * (best - capability > exit_lag)
    leaving = active & (uniform < chance)
    purchased = leaving & (uniform < chance * bought)
    entered = np.maximum(published - entry_lag, -8.0)
    return entering, leaving, purchased, np.where(entering, entered, capability)


@firm_entry(_called="none")
def no_entry(
    active: Flags,
    waiting: Flags,
    capability: Array,
    best: Array,
    published: Array,
    ready: Array,
    help_: Array,
    uniform: Array,
    dt: float,
) -> tuple[Flags, Flags, Flags, Array]:
    """No firm enters and none exits.

    >>> flags = np.array([[True, False]])
    >>> [bool(part.any()) for part in no_entry(flags, ~flags, flags * 1.0, 0, 0, 0, 0, 0, 1.0)[:3]]
    [False, False, False]
    """
    nobody = np.zeros_like(active)
    return nobody, nobody, nobody, capability


def heirs(leaving: Flags, stays: Flags, compute: Array, home: Codes) -> tuple[Codes, Codes, Codes]:
    """For each leaving firm, as (row, firm, heir): the largest staying firm of the same home, or -1.

    `home` (firms,) numbers the homes. Used for purchases: the heir takes over the compute.
    """
    row, firm = np.nonzero(leaving)
    size = np.where(stays[row] & (home[None, :] == home[firm][:, None]), compute[row], -1.0)
    heir = np.where(size.max(axis=-1, initial=-1.0) > 0.0, size.argmax(axis=-1), -1) if len(row) else row
    return row, firm, heir
