"""Ways in, up and out besides joining and leaving: observers, promotion through the tiers, expulsion by vote."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, number
from sim.units import Array, Codes, Flags

observation = Family("observation", "Which states take part as observers before they sign.")
promotion = Family("promotion", "How a member rises through the tiers.")
expulsion = Family("expulsion", "Which members the assembly may put out.")


@observation("confirmed", _called="none")
def no_new_observers(worth: Array) -> Flags:
    """Nobody becomes an observer in a run; those on record stay so until they sign.

    >>> no_new_observers(np.array([0.0, -0.5])).tolist()
    [False, False]
    """
    return np.zeros(np.shape(worth), dtype=bool)


@observation(
    near=number(1.0, "utility", 0.0, 4.0, "assumption", "how far below joining a state still takes part as observer"),
    closer=number(0.0, "utility", 0.0, 1.0, "assumption", "what taking part adds to joining at later looks"),
)
def fence_sitters(worth: Array, *, near: Array, closer: Array) -> Flags:
    """A state that looks at joining and does not, but nearly would, takes part as an observer.

    `worth` is what joining is worth against staying out; who stands `near` below 0 or higher observes. The public
    record knows the case: Bangladesh observes WAICO and has not signed.

    >>> fence_sitters(np.array([-0.4, -2.0]), near=np.array([1.0, 1.0]), closer=0.0).tolist()
    [True, False]
    """
    return np.asarray(worth >= -near)


@promotion("confirmed", _called="none")
def free_choice(tier: Codes, served: Array, tiers: int) -> Flags:
    """Any tier is open at once whose rule of admission is met. Rules return flags (runs, tiers, nations).

    >>> free_choice(np.array([[-1, 0]]), np.array([[0.0, 0.0]]), 2).tolist()
    [[[True, True], [True, True]]]
    """
    return np.ones((*np.shape(tier)[:-1], tiers, np.shape(tier)[-1]), dtype=bool)


@promotion(
    years=number(
        3.0,
        "years",
        1.0,
        10.0,
        "assumption; CERN: at most five years as associate in the pre-stage to membership",
        "years as a party in a tier before the next one is open",
    )
)
def ladder(tier: Codes, served: Array, tiers: int, *, years: Array) -> Flags:
    """Newcomers take the first tier, and the next one opens after `years` as a party in the present one.

    `served` counts years as a party in the tier (runs, nations); whose time is up looks at its tier in that year.
    Founders, those inside at the start, choose freely.

    >>> ladder(np.array([[-1, 0, 0]]), np.array([[0.0, 1.0, 3.0]]), 2, years=3.0)[0, 1].tolist()
    [False, False, True]
    """
    top = np.maximum(tier, 0) + ((tier >= 0) & (served >= years))
    return np.asarray(np.arange(tiers)[:, None] <= top[..., None, :])


@expulsion("confirmed", _called="none")
def nobody(arrears: Array, shortfall: Array) -> Flags:
    """No member can be put out. Rules return who is put to the vote, flags (runs, nations).

    >>> nobody(np.array([[9.0]]), np.array([[1.0]])).tolist()
    [[False]]
    """
    return np.zeros(np.shape(arrears), dtype=bool)


@expulsion(
    unpaid=number(5.0, "years", 1.0, 10.0, "assumption", "years of arrears that put a party to the vote"),
    breach=number(
        0.5,
        "share",
        0.05,
        1.0,
        "assumption",
        "how far below the common standard a member's rules must lie to put it to the vote",
    ),
    nearness=number(
        1.0, "ratio", 0.2, 4.0, "assumption", "largest distance of UN ideal points at which a member votes to keep it"
    ),
)
def by_vote(arrears: Array, shortfall: Array, *, unpaid: Array, breach: Array, nearness: Array) -> Flags:
    """Long arrears or rules far below the common standard put a party to the vote of the others.

    `shortfall` is how far the member's effective stringency lies below the body's. Members vote to keep whom they
    stand near; firms and the accused do not vote; the decision kind is that of `decide: expulsion`. Precedents:
    Article 6 of the UN Charter, Article 8 of the Statute of the Council of Europe, compulsory withdrawal in the
    IMF (Article XXVI).

    >>> by_vote(np.array([[6.0, 0.0]]), np.array([[0.0, 0.1]]), unpaid=5.0, breach=0.5, nearness=1.0).tolist()
    [[True, False]]
    """
    return np.asarray((arrears >= unpaid) | (shortfall > breach))
