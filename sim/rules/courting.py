"""How states are courted: side payments by sponsors, framing against a power, a host year with invitations."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, flag, name, names, number, whole
from sim.rules.membership import membership, random_utility
from sim.units import Array, Flags

__all__ = ["bought", "in_host_year"]

# Above 0, so that rounding never decides whether a state that is paid comes.
PREMIUM = number(
    0.05, "utility", 0.01, 0.5, "assumption", "what is paid above indifference", at_least=0.001, at_most=10.0
)

side_payments = Family("side_payments", "What a body's sponsor pays states to win or keep them.")
framing = Family("framing", "Whether membership is framed as taking sides against a power.")
host_year = Family("host_year", "Whether the host uses a summit year to invite and to set the agenda.")


def bought(gap: Array, wanted: Flags, price: Array, budget: Array, most: Array) -> Array:
    """What is promised to each state, cheapest first, until the budget is spent; shapes (runs, nations).

    `gap` is the utility to be made up, `price` bn USD a year per unit of it, `most` the largest promise to one
    state. A state that would cost more than is left ends the list.

    >>> gap, price = np.array([[1.0, 0.5, 4.0]]), np.array([[1.0, 1.0, 1.0]])
    >>> bought(gap, np.array([[True, True, True]]), price, np.array([[2.0]]), np.array([[9.0]])).tolist()
    [[1.0, 0.5, 0.0]]
    """
    cost = np.where(wanted, gap * price, np.inf)
    cost = np.where(cost <= most, cost, np.inf)
    order = np.argsort(cost, axis=-1, kind="stable")
    spent = np.take_along_axis(cost, order, axis=-1).cumsum(axis=-1)
    pays = np.zeros(cost.shape, dtype=bool)
    np.put_along_axis(pays, order, spent <= budget, axis=-1)
    return np.where(pays & np.isfinite(cost), cost, 0.0)


@side_payments("confirmed", {"aim": ""}, "none")
def no_payments(worth: Array, looks: Flags, price: Array, committed: Array, most: Array) -> Array:
    """The sponsor pays nobody. Rules return new promises, bn USD a year, (runs, nations).

    >>> no_payments(np.array([[0.0]]), np.array([[True]]), 1.0, 0.0, 1.0).tolist()
    [[0.0]]
    """
    return np.zeros(np.shape(worth))


@side_payments(
    "assumed",
    {"aim": "recruit"},
    budget=number(
        0.5,
        "bn USD/year",
        0.0,
        10.0,
        "assumption; WAICO's announced training places cost some hundredths of a bn a year",
        "what the sponsor may promise a year, in all",
    ),
    premium=PREMIUM,
)
def recruit(
    worth: Array, looks: Flags, price: Array, committed: Array, most: Array, *, budget: Array, premium: Array
) -> Array:
    """The sponsor pays the cheapest states that look at joining and would not, as long as they stay in.

    `worth` is what joining is worth to each state, `looks` who looks at joining and may, `price` bn USD a year per
    unit of utility, `committed` (runs, 1) what earlier promises take of the budget, `most` the largest promise.

    >>> recruit(np.array([[-1.0, -3.0, 0.5]]), np.array([[True] * 3]), np.ones((1, 3)), 0.0, np.full((1, 3), 9.0),
    ...         budget=np.array([[2.0]]), premium=0.0).tolist()
    [[1.0, 0.0, 0.0]]
    """
    return bought(premium - worth, looks & (worth <= 0.0), price, budget - committed, most)


@side_payments(
    "assumed",
    {"aim": "deter"},
    budget=number(0.5, "bn USD/year", 0.0, 10.0, "assumption", "what the sponsor may promise a year, in all"),
    premium=PREMIUM,
)
def deter(
    worth: Array, looks: Flags, price: Array, committed: Array, most: Array, *, budget: Array, premium: Array
) -> Array:
    """The sponsor pays the cheapest states that would join a body that calls this one a rival, as long as they do not.

    As `recruit`, with `worth` and `looks` those of joining the other body.

    >>> deter(np.array([[1.0, 3.0, -0.5]]), np.array([[True] * 3]), np.ones((1, 3)), 0.0, np.full((1, 3), 9.0),
    ...       budget=np.array([[2.0]]), premium=0.0).tolist()
    [[1.0, 0.0, 0.0]]
    """
    return bought(premium + worth, looks & (worth > 0.0), price, budget - committed, most)


@membership(
    "assumed",
    {"recruits": True},
    "side_payment",
    **membership["random_utility"].parameters,
    budget=number(1.0, "bn USD/year", 0.0, 10.0, "assumption", "what every sponsor may promise a year, in all"),
    premium=PREMIUM,
)
def side_payment(
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
    budget: Array,
    premium: Array,
) -> dict[str, Array]:
    """Rival rule: as `random_utility`, and every sponsor pays the cheapest marginal states up to its budget.

    Each year the sponsor of a body promises those that look at joining and would not, cheapest first, what makes up
    the difference, until its budget is spent; a promise holds as long as the state is inside (Barrett 2001,
    Carraro and Siniscalco 1993: expansion by self-financed transfers). A charter's own `side_payments` add to it.
    """
    return random_utility(
        gained,
        net,
        club_share,
        apart,
        policy_apart,
        theta,
        vote_share,
        rival,
        trade,
        related,
        access=access,
        money=money,
        club=club,
        distance=distance,
        policy=policy,
        voice=voice,
        pressure=pressure,
        dependence=dependence,
        nesting=nesting,
        shock=shock,
    )


@framing("confirmed", {"power": ""}, "none")
def neutral(apart: Array, dependence: Array) -> Array:
    """Membership takes no side. Rules return a term of the utility, (runs, nations).

    >>> neutral(np.array([[1.0]]), np.array([[0.5]])).tolist()
    [[0.0]]
    """
    return 0.0 * (apart + dependence)


@framing(
    power=name("USA", "ISO3 of the power that membership is framed against"),
    deterrence=number(
        0.6, "utility", 0.0, 2.0, "assumption; as large as the pressure of a pole at full tension",
        "what membership loses at full dependence on that power",
    ),
    rally=number(
        0.0, "utility", 0.0, 1.0, "assumption", "what membership gains per unit of distance of UN ideal points to it"
    ),
)  # fmt: skip
def against(apart: Array, dependence: Array, *, power: str, deterrence: Array, rally: Array) -> Array:
    """Membership is framed as standing against a power: it deters who depends on it and may rally who opposes it.

    `dependence` is dependence in trade, 1 for the power itself; `apart` the distance of UN ideal points. Chinese
    commentators warned in August 2026 against framing WAICO as anti-American.

    >>> against(np.array([[2.0]]), np.array([[0.5]]), power="USA", deterrence=0.6, rally=0.1).round(6).tolist()
    [[-0.1]]
    """
    return np.asarray(rally * apart - deterrence * dependence)


def in_host_year(year: int, first: int, every: int) -> bool:
    """Whether a summit takes place: in the first year, and then every so many years (0: once).

    >>> [in_host_year(year, 2027, 3) for year in (2026, 2027, 2029, 2030)]
    [False, True, False, True]
    """
    return year == first or (every > 0 and year > first and (year - first) % every == 0)


@host_year("confirmed", _called="none")
def no_summit(invited: Flags, uniform: Array) -> Flags:
    """No summit. Rules return which outsiders look at joining because of it, flags (runs, nations).

    >>> no_summit(np.array([[True]]), np.array([[0.1]])).tolist()
    [[False]]
    """
    return np.zeros(np.shape(uniform), dtype=bool)


@host_year(
    year=whole(2027, "year", 2027, 2126, "assumption; China hosted APEC in November 2026", "year of the summit"),
    every=whole(0, "years", 0, 50, "assumption", "years between summits; 0 for a single one"),
    guests=names(("all",), "groups of states, or states, that are invited"),
    looks=number(0.5, "probability", 0.0, 1.0, "assumption", "chance that an invited outsider looks at joining"),
    pull=number(0.5, "utility", 0.0, 2.0, "assumption", "what the invitation adds to joining in that year"),
    agenda=flag(True, "the host sets the agenda of the assembly in that year"),
)
def summit(
    invited: Flags,
    uniform: Array,
    *,
    year: int,
    every: int,
    guests: tuple[str, ...],
    looks: Array,
    pull: Array,
    agenda: bool,
) -> Flags:
    """In a summit year the host invites outsiders, who then look at joining more often, and sets the agenda.

    `invited` are the guests; `uniform` is that of the yearly opportunity, so that who looks anyway looks. An
    invitation opens a body that is closed to the uninvited. Where `pull` brings in a state that would not have
    come without, it need not ratify later.

    >>> rule = dict(year=2027, every=0, guests=("all",), looks=0.5, pull=0.5, agenda=True)
    >>> summit(np.array([[True, False]]), np.array([[0.2, 0.2]]), **rule).tolist()
    [[True, False]]
    """
    return np.asarray(invited & (uniform < looks))
