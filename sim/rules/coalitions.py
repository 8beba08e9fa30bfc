"""Stability of coalitions: what joining changes, given the others, and the textbook rule of membership.

The functions take *gains*: what a state has inside less what it would have outside, the others held. They serve
the games of `sim.theory`, the measures of a body and the rule `stable_coalition` alike.
"""

from __future__ import annotations

import numpy as np

from sim.choices import number
from sim.rules.membership import membership
from sim.units import Array, Flags

__all__ = ["public_good_gain", "stable_coalition", "stable_inside", "stable_outside", "surplus"]


def stable_inside(gain: Array, inside: Flags, tolerance: float = 1e-9) -> Flags:
    """Members that would not rather be out, flags like `inside`; who is indifferent stays.

    Internal stability (d'Aspremont et al. 1983) is that all members are among them.

    >>> stable_inside(np.array([1.0, 0.0, -1.0]), np.array([True, True, True])).tolist()
    [True, True, False]
    """
    return np.asarray(inside & (gain >= -tolerance))


def stable_outside(gain: Array, outside: Flags, tolerance: float = 1e-9) -> Flags:
    """Outsiders that would not rather be in, flags like `outside`; who is indifferent stays out.

    External stability (d'Aspremont et al. 1983) is that all outsiders that may join are among them.

    >>> stable_outside(np.array([1.0, 0.0]), np.array([True, True])).tolist()
    [False, True]
    """
    return np.asarray(outside & (gain <= tolerance))


def surplus(gain: Array, inside: Flags) -> Array:
    """What members have together above what each would have by leaving alone, (..., 1), in the unit of the gains.

    At 0 or above, transfers among members can keep all of them: potential internal stability (Eyckmans and Finus
    2004; Carraro, Eyckmans and Finus 2006).

    >>> surplus(np.array([[2.0, -1.5, 9.0]]), np.array([[True, True, False]])).tolist()
    [[0.5]]
    """
    return np.asarray(np.where(inside, gain, 0.0).sum(axis=-1, keepdims=True))


def public_good_gain(own: Array, others: Array, theta: Array) -> Array:
    """What joining gains a state from the common standard as a public good, per unit of beta^2/gamma.

    A state of weight s gains beta of its product for each unit of the weighted effort of all and pays
    gamma*effort^2/2. Alone it makes its own effort beta*s/gamma; a coalition of weight S that acts as one makes
    beta*S/gamma, of which a member takes over the part `theta` of what exceeds its own effort. With `others` the
    weight of the members without the state, joining is worth theta*others*(own - theta*others/2). For equal
    weights and theta 1 that is (k - 1)(3 - k)/2 times the squared weight with k members: never more than three
    (Carraro and Siniscalco 1993; Barrett 1994). A modest standard binds more states (Finus and Maus 2008).

    >>> [round(float(public_good_gain(1.0, k - 1.0, 1.0)), 3) for k in (2, 3, 4)]
    [0.5, 0.0, -1.5]
    """
    return np.asarray(theta * others * (own - 0.5 * theta * others))


@membership(
    "assumed",
    {"counterfactual": True, "public": True, "per_percent": 1.0},
    access=number(0.3, "percent", 0.0, 1.0, "assumption", "of GDP, per OOM of capability the platform adds"),
    public=number(
        0.1,
        "percent",
        0.0,
        2.0,
        "assumption",
        "of world product: twice what all states together would gain from a common standard over standards each "
        "sets alone",
    ),
    nesting=number(1e-5, "ratio", 1e-6, 1e-3, "assumption: the best tier decides", "lambda of the nest of tiers"),
    shock=number(0.0, "utility", 0.0, 1.0, "theory: no noise", "standard deviation of a year's change of mind"),
)
def stable_coalition(
    gained: Array,
    net: Array,
    club_share: Array,
    apart: Array,
    policy_apart: Array,
    theta: Array,
    vote_share: Array,
    rival: Array,
    trade: Array,
    related: Array,
    own: Array,
    others: Array,
    *,
    access: Array,
    public: Array,
    nesting: Array,
    shock: Array,
) -> dict[str, Array]:
    """Rival rule: a state is in if it is better off inside than outside, given the others; percent of its GDP.

    Payoffs are those of the theory of self-enforcing agreements (Barrett 1994, Finus 2001), from terms the model
    has: `own` and `others` are shares of world product of the state and of the members without it. access:
    `gained` OOM from the platform; money: receipts less dues; public: the common standard as a public good, of
    which a member takes over the part `theta`; trade: what trade measures take from an outsider. No tastes, no
    constant, no noise, no ties; partners, positions, votes and other bodies do not count, and leaving costs
    nothing.
    """
    zero = 0.0 * (gained + theta)
    return {
        "access": access * np.minimum(gained, 4.0),
        "money": net + zero,
        "public": public * public_good_gain(own, others, theta) + zero,
        "trade": trade + zero,
    }
