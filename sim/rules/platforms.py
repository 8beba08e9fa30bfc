"""Technology-sharing platforms of a body: what is put on them, and what reaches members."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, flag, number
from sim.units import Array, Flags

platform = Family("platform", "Technology-sharing platform of a body.")


@platform("assumed", {"shares": False}, "none")
def no_platform(contributed: Array, inside: Flags, lag: Array, sharing: Array, pace: Array) -> Array:
    """No platform: nothing reaches anybody through it.

    >>> no_platform(0, np.array([[True]]), 0, 0, 0).tolist()
    [[-9.0]]
    """
    return np.full(inside.shape, -9.0)


@platform(
    obliged=number(
        0.3, "share", 0.0, 1.0, "assumption", "share of what they hold back that member firms must contribute"
    ),
    excludability=number(
        0.5,
        "share",
        0.0,
        1.0,
        "assumption; 'public good' in the announcement would be 0",
        "0 = open to all, 1 = members only",
    ),
    matching=flag(False, "supply and demand are matched, which halves the lag of the tiers"),
    cost=number(0.01, "bn USD/year", 0.0, 0.2, "assumption", "cost of running the platform"),
)
def shared_models(
    contributed: Array,
    inside: Flags,
    lag: Array,
    sharing: Array,
    pace: Array,
    *,
    obliged: Array,
    excludability: Array,
    matching: bool,
    cost: Array,
) -> Array:
    """Capability that reaches a nation through the platform (OOM, (runs, nations)).

    `contributed` (runs, 1) is the best that member firms put in, `lag` (runs, nations) the delay of the tier in
    years, `pace` (runs, 1) the speed of the frontier in OOM a year, `sharing` the body's policy. Outsiders get the
    same later: a year more, and 5 OOM less at full excludability. `obliged` acts in what is contributed.
    """
    wait = lag * (0.5 if matching else 1.0) * pace
    outside = (1.0 + 0.0 * lag) * pace + 5.0 * excludability
    return contributed - wait - np.where(inside, 0.0, outside)


@platform(
    "assumed",
    {"by": "choice"},
    eager=number(
        0.5, "share", 0.0, 1.0, "assumption", "share of what it holds back that a firm far behind the frontier gives"
    ),
    excludability=number(0.5, "share", 0.0, 1.0, "assumption", "0 = open to all, 1 = members only"),
    matching=flag(False, "supply and demand are matched, which halves the lag of the tiers"),
    cost=number(0.01, "bn USD/year", 0.0, 0.2, "assumption", "cost of running the platform"),
)
def voluntary_sharing(
    contributed: Array,
    inside: Flags,
    lag: Array,
    sharing: Array,
    pace: Array,
    *,
    eager: Array,
    excludability: Array,
    matching: bool,
    cost: Array,
) -> Array:
    """A platform without obligation: firms give the more the farther they are behind, for they have less rent to lose.

    A firm gives eager * sharing * (1 - exp(-lag in OOM)) of what it holds back: the leader nothing. What arrives is
    as in `shared_models`.

    >>> inside, zero = np.array([[True, False]]), np.zeros((1, 1))
    >>> voluntary_sharing(zero, inside, zero, zero, zero + 0.4, excludability=0.5).tolist()
    [[0.0, -2.9]]
    """
    return shared_models(
        contributed,
        inside,
        lag,
        sharing,
        pace,
        obliged=eager,
        excludability=excludability,
        matching=matching,
        cost=cost,
    )


@platform(
    "assumed",
    {"by": "state"},
    provided=number(
        0.5,
        "share",
        0.0,
        1.0,
        "assumption; the announcement speaks of a public good and names no source",
        "share of what the sponsor's firms hold back that the sponsoring state buys and gives",
    ),
    excludability=number(0.5, "share", 0.0, 1.0, "assumption", "0 = open to all, 1 = members only"),
    matching=flag(False, "supply and demand are matched, which halves the lag of the tiers"),
    cost=number(0.05, "bn USD/year", 0.0, 0.5, "assumption", "cost of running the platform"),
)
def state_provided(
    contributed: Array,
    inside: Flags,
    lag: Array,
    sharing: Array,
    pace: Array,
    *,
    provided: Array,
    excludability: Array,
    matching: bool,
    cost: Array,
) -> Array:
    """The sponsoring state puts in what its firms hold back; other firms only what they publish anyway.

    >>> inside, zero = np.array([[True, False]]), np.zeros((1, 1))
    >>> state_provided(zero, inside, zero + 1.0, zero, zero + 0.4, excludability=0.0).round(6).tolist()
    [[-0.4, -0.8]]
    """
    return shared_models(
        contributed,
        inside,
        lag,
        sharing,
        pace,
        obliged=provided,
        excludability=excludability,
        matching=matching,
        cost=cost,
    )


def contribution(
    capability: Array, open_share: Array, taking_part: Flags, sharing: Array, obliged: Array, held_back: Array
) -> Array:
    """Best capability that firms taking part put on the platform, (runs, 1); -9 where none takes part.

    A firm contributes what it publishes, and of what it holds back the share `obliged` times the body's sharing.

    >>> contribution(np.array([[0.0]]), np.array([[0.0]]), np.array([[True]]), 1.0, 0.5, 2.0).tolist()
    [[-1.0]]
    """
    given = np.maximum(open_share, obliged * sharing)
    offered = np.where(taking_part, capability - held_back * (1.0 - given), -9.0)
    return np.asarray(np.max(offered, axis=-1, keepdims=True))
