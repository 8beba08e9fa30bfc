"""What membership is worth, who wants it, and which tier: the choice of a nation."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, number
from sim.units import Array, Codes, Flags

membership = Family("membership", "What membership is worth to a nation.")


@membership(
    access=number(0.5, "utility", 0.0, 1.5, "assumption", "per OOM of capability the platform adds"),
    money=number(0.8, "utility", 0.0, 3.0, "assumption", "per percent of GDP received less paid"),
    club=number(
        0.55,
        "utility",
        0.0,
        2.1,
        "estimated, weakly, on bodies other than WAICO (docs/membership.md): 90 % of draws in 0-1.9, 2.1 from bodies "
        "that China leads",
        "when all partners are inside",
    ),
    distance=number(
        1.6,
        "utility",
        0.6,
        2.1,
        "estimated on bodies other than WAICO (docs/membership.md): 90 % of draws in 1.34-1.81; 0.60 from bodies that "
        "China leads, 1.88 from bodies that the USA leads",
        "per unit of distance to the sponsor's UN ideal point",
    ),
    policy=number(
        1.0,
        "utility",
        0.0,
        3.0,
        "assumption",
        "per unit of policy distance, when fully bound",
    ),
    voice=number(
        3.0,
        "utility",
        0.0,
        10.0,
        "assumption",
        "per unit of vote share times the distance a vote could still change",
    ),
    pressure=number(
        2.5,
        "utility",
        0.0,
        4.0,
        "estimated on bodies other than WAICO (docs/membership.md): 90 % of draws in 1.37-3.63; a roster cannot tell "
        "pressure from the likeness of states that trade with the rival",
        "pressure of the rival pole, at full tension and full dependence",
    ),
    dependence=number(
        2.0, "ratio", 1.0, 4.0, "assumption", "dependence on a pole per unit of its share in trade; full at 1"
    ),
    nesting=number(0.5, "ratio", 0.1, 1.0, "assumption", "lambda of the nest of tiers: 1 = tiers as separate options"),
    shock=number(0.3, "utility", 0.0, 1.0, "assumption", "standard deviation of a year's change of mind"),
)
def random_utility(
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
    *,
    access: Array,
    money: Array,
    club: Array,
    distance: Array,
    policy: Array,
    voice: Array,
    pressure: Array,
    dependence: Array,
    nesting: Array,
    shock: Array,
) -> dict[str, Array]:
    """Terms of the utility of each tier against staying out, (runs, tiers, nations) or broadcasting to it.

    access: `gained` OOM from the platform; money: `net` percent of GDP (the only place of money); club:
    `club_share` of partners inside; sponsor: `apart` from the sponsor's ideal point (the only direct use of it);
    policy: `theta` times `policy_apart` from the own ideal; voice: `vote_share` times that distance; pressure:
    `rival` in [0, 1]; trade: what outsiders lose; relation: other bodies. The terms add up to V.
    `dependence` acts in `rival`, `nesting` and `shock` in the choice; they stand here with their kin.
    """
    return {
        "access": access * np.minimum(gained, 4.0),
        "money": money * np.clip(net, -5.0, 5.0),
        "club": club * club_share,
        "sponsor": -distance * apart,
        "policy": -policy * theta * policy_apart,
        "voice": voice * vote_share * policy_apart,
        "pressure": -pressure * rival,
        "trade": trade,
        "relation": related,
    }


@membership(
    following=number(4.0, "utility", 0.0, 8.0, "assumption", "when all partners are inside"),
    distance=number(1.6, "utility", 0.6, 2.1, "random_utility", "per unit of distance to the sponsor's ideal point"),
    nesting=number(0.5, "ratio", 0.1, 1.0, "assumption", "lambda of the nest of tiers"),
    shock=number(0.3, "utility", 0.0, 1.0, "assumption", "standard deviation of a year's change of mind"),
)
def bandwagon(
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
    *,
    following: Array,
    distance: Array,
    nesting: Array,
    shock: Array,
) -> dict[str, Array]:
    """Rival rule: states follow their partners and their sponsor; what the charter offers does not matter."""
    zero = 0.0 * (gained + theta)
    return {"club": following * club_share + zero, "sponsor": -distance * apart + zero}


def inclusive_value(utility: Array, weight: Array, nesting: Array, allowed: Flags) -> Array:
    """Value of the nest: lambda * ln(sum w_k exp(V_k/lambda)) over the tiers open to a nation; -inf where none is.

    Tiers stand on axis -2. With equal utilities and weights that sum to 1 it is the utility itself, so
    splitting a tier recruits nobody.

    >>> v, w = np.zeros((1, 2, 1)) + 0.7, np.array([[[0.5], [0.5]]])
    >>> inclusive_value(v, w, np.full((1, 1, 1), 0.5), np.ones((1, 2, 1), bool)).round(12).tolist()
    [[0.7]]
    """
    shown = np.where(allowed, utility, -np.inf)
    top = shown.max(axis=-2, keepdims=True)
    anchor = np.where(np.isfinite(top), top, 0.0)
    mass = (weight * np.exp((shown - anchor) / nesting)).cumsum(axis=-2)[..., -1, :]
    with np.errstate(divide="ignore"):
        return np.asarray(anchor[..., 0, :] + nesting[..., 0, :] * np.log(mass))


def choose_tier(utility: Array, weight: Array, nesting: Array, allowed: Flags, uniform: Array) -> Codes:
    """Tier number by one uniform against the cumulated probabilities, tiers in file order (outside to most bound).

    Shapes: utility (runs, tiers, nations), uniform (runs, nations); returns integers (runs, nations).

    >>> v, w = np.zeros((1, 2, 2)), np.full((1, 2, 1), 0.5)
    >>> choose_tier(v, w, np.full((1, 1, 1), 0.5), np.ones((1, 2, 2), bool), np.array([[0.2, 0.9]])).tolist()
    [[0, 1]]
    """
    shown = np.where(allowed, utility, -np.inf)
    top = shown.max(axis=-2, keepdims=True)
    mass = (weight * np.exp((shown - np.where(np.isfinite(top), top, 0.0)) / nesting)).cumsum(axis=-2)
    below = mass <= uniform[..., None, :] * mass[..., -1:, :]
    last = utility.shape[-2] - 1 - np.argmax(allowed[..., ::-1, :], axis=-2)
    return np.minimum(below.sum(axis=-2), last)


def logistic_cdf(value: Array) -> Array:
    """Standard logistic distribution function."""
    return 1.0 / (1.0 + np.exp(-value))


def conditional_taste(worth: Array, joined: Flags, known: Flags, uniform: Array) -> Array:
    """A nation's persistent taste for a body, logistic, drawn given what the nation really did.

    A nation that joined has taste above -worth, one that stayed out below; where nothing is recorded (`known`
    false) the draw is unconditional. So the start is the real world under the charter as signed, for every
    policy. `worth` is the inclusive value under that charter, (runs, nations).

    >>> w, u = np.array([[0.0, 0.0]]), np.array([[0.5, 0.5]])
    >>> conditional_taste(w, np.array([[True, False]]), np.ones((1, 2), bool), u).round(4).tolist()
    [[1.0986, -1.0986]]
    """
    edge = logistic_cdf(-np.clip(worth, -30.0, 30.0))
    low = np.where(known & joined, edge, 0.0)
    high = np.where(known & ~joined, edge, 1.0)
    share = np.clip(low + uniform * (high - low), 1e-15, 1.0 - 1e-15)
    return np.log(share) - np.log1p(-share)


def level(worth: Array, eligible: Flags, share: Array, rounds: int = 50) -> Array:
    """The body's constant under which the mean probability of joining is `share`, by bisection, (runs, 1).

    `worth` (runs, nations) without the constant; `share` of the eligible that really joined. Every run of a
    future gets the same constant.

    >>> bool(abs(level(np.array([[0.0, 0.0]]), np.ones((1, 2), bool), np.array([[0.5]]))[0, 0]) < 1e-9)
    True
    """
    low, high = np.full(share.shape, -25.0), np.full(share.shape, 25.0)
    number = np.maximum(eligible.sum(axis=-1, keepdims=True), 1)
    for _ in range(rounds):
        middle = 0.5 * (low + high)
        mean = np.where(eligible, logistic_cdf(worth + middle), 0.0).sum(axis=-1, keepdims=True) / number
        low, high = np.where(mean < share, middle, low), np.where(mean < share, high, middle)
    return 0.5 * (low + high)
