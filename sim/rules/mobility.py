"""Who may come in, how often nations move, and which firms take a seat."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, names, number, whole
from sim.rules.membership import logistic_cdf
from sim.units import Array, Flags

admission = Family("admission", "Who may take a tier.")
mobility = Family("mobility", "How often a nation looks at its membership, and how often it moves.")
firm_seats = Family("firm_seats", "Whether a firm takes a seat in a body.")


@admission("confirmed", {"vote": False}, "open")
def open_door(rights: Array, compute_share: Array, group: Flags) -> Flags:
    """Every eligible state may join (WAICO as far as is known). Admission rules return flags (runs, nations).

    >>> open_door(np.array([[0.1]]), 0, 0).tolist()
    [[True]]
    """
    return np.ones(rights.shape, dtype=bool)


@admission(
    "confirmed",
    {"vote": False},
    threshold=number(
        0.45,
        "share",
        0.2,
        0.7,
        "assumption; V-Dem liberal democracy of the least liberal OECD members is about 0.1-0.4",
        "least liberal-democracy index",
    ),
)
def values(rights: Array, compute_share: Array, group: Flags, *, threshold: Array) -> Flags:
    """A values gate: the liberal-democracy index must reach a threshold.

    >>> values(np.array([[0.1, 0.9]]), 0, 0, threshold=0.5).tolist()
    [[False, True]]
    """
    return np.asarray(rights >= threshold)


@admission(
    "confirmed",
    {"vote": False},
    share=number(0.001, "share", 0.0, 0.02, "assumption", "least share of the world's compute"),
)
def capability(rights: Array, compute_share: Array, group: Flags, *, share: Array) -> Flags:
    """A capability gate: only states that host a share of the world's compute."""
    return np.asarray(compute_share >= share)


@admission("confirmed", {"vote": False}, groups=names(("asean",), "groups of states whose members may join"))
def region(rights: Array, compute_share: Array, group: Flags, *, groups: tuple[str, ...]) -> Flags:
    """Only members of the named groups of states; `group` holds whether a state is in any of them."""
    return np.asarray(group & np.ones(rights.shape, dtype=bool))


@admission(
    "confirmed",
    {"vote": True},
    nearness=number(
        1.5, "ratio", 0.2, 4.0, "assumption", "largest distance of UN ideal points at which a member agrees"
    ),
)
def vote(rights: Array, compute_share: Array, group: Flags, *, nearness: Array) -> Flags:
    """Any eligible state may apply; the assembly decides by the decision kind named under `decide: admission`."""
    return np.ones(rights.shape, dtype=bool)


@mobility(
    join=number(
        0.08,
        "1/year",
        0.02,
        0.4,
        "estimated, hardly identified: timing among late joiners of twelve bodies, 90 % of draws in 0-0.19 "
        "(docs/membership.md)",
        "chance that an outsider looks at joining in a year",
    ),
    ratify=number(
        0.39,
        "1/year",
        0.25,
        0.5,
        "estimated: 100 deposits of 136 signatures in four bodies, interval-censored, 90 % of draws in 0.31-0.46 "
        "(docs/membership.md)",
        "chance that a signatory that still wants to ratifies in a year",
    ),
    change=number(0.1, "1/year", 0.0, 0.4, "assumption", "chance that a party looks at its tier in a year"),
    leave=number(
        0.03,
        "1/year",
        0.0,
        0.1,
        "real withdrawals from intergovernmental bodies are about 0.1 % a member-year",
        "chance that a member looks at leaving in a year",
    ),
    exit_cost=number(1.5, "utility", 0.0, 4.0, "assumption", "reputation lost by leaving"),
    invitation=number(0.5, "utility", 0.0, 2.0, "assumption", "pull of the sponsor's founding conference"),
    rounds=whole(3, "rounds", 1, 10, "assumption", "rounds in which a founding conference looks round the table"),
)
def yearly_rates(
    status: Array,
    uniform: Array,
    *,
    join: Array,
    ratify: Array,
    change: Array,
    leave: Array,
    exit_cost: Array,
    invitation: Array,
    rounds: int,
) -> tuple[Flags, Flags, Flags, Flags]:
    """Who looks at joining, ratifying, changing tier and leaving this year: four flags (runs, nations).

    One uniform per nation, body and year; leaving looks at its lower end, so that rates change nothing else.
    Status: 0 none, 1 invited, 2 observer, 3 signatory, 4 party, 5 suspended, 6 withdrawn.
    """
    outside = (status <= 2) | (status == 6)
    signed, party = status == 3, (status == 4) | (status == 5)
    leaving = (signed | party) & (uniform < leave)
    return (
        outside & (uniform < join),
        signed & ~leaving & (uniform < leave + (1.0 - leave) * ratify),
        party & ~leaving & (uniform < leave + (1.0 - leave) * change),
        leaving,
    )


@mobility(
    "assumed",
    {"still": True},
    exit_cost=number(1.5, "utility", 0.0, 4.0, "assumption", "reputation lost by leaving"),
    invitation=number(0.5, "utility", 0.0, 2.0, "assumption", "pull of the sponsor's founding conference"),
    rounds=whole(3, "rounds", 1, 10, "assumption", "rounds in which a founding conference looks round the table"),
)
def frozen(
    status: Array, uniform: Array, *, exit_cost: Array, invitation: Array, rounds: int
) -> tuple[Flags, Flags, Flags, Flags]:
    """Nobody moves: every nation keeps the status of the start, at summits and after years of service too.

    >>> [bool(part.any()) for part in frozen(np.array([[3, 0]]), np.array([[0.0, 0.0]]))]
    [False, False, False, False]
    """
    nobody = np.zeros(np.asarray(status).shape, dtype=bool)
    return nobody, nobody, nobody, nobody


@firm_seats(
    reconsider=number(0.3, "1/year", 0.0, 1.0, "assumption", "chance that a firm looks at its seat in a year"),
    market=number(3.0, "utility", 0.0, 6.0, "assumption", "when all of the world's product is inside"),
    voice=number(6.0, "utility", 0.0, 20.0, "assumption", "per unit of vote share"),
    burden=number(1.5, "utility", 0.0, 4.0, "assumption", "at full stringency and full compliance"),
    levy=number(40.0, "utility", 0.0, 100.0, "assumption", "per unit of revenue paid as levy"),
    abroad=number(2.5, "utility", 0.0, 5.0, "assumption", "disadvantage of a firm whose home is not a member"),
    base=number(-0.5, "utility", -3.0, 2.0, "assumption", "constant"),
    disclosure=number(
        0.0, "utility", 0.0, 3.0, "assumption: none", "at full stringency, for a firm that publishes nothing"
    ),
    approval=number(
        0.0, "probability", 0.0, 1.0, "assumption: none", "chance that a home that is not a member forbids the seat"
    ),
    fading=number(0.4, "1/year", 0.0, 2.0, "assumption", "rate at which a firm without a seat stops complying"),
    start_compliance=number(
        0.3, "share", 0.0, 1.0, "assumption", "compliance of a firm that takes a seat at the start"
    ),
)
def net_benefit(
    gdp_inside: Array,
    vote_share: Array,
    strictness: Array,
    levy_share: Array,
    home_inside: Flags,
    disclosed: Array,
    *,
    reconsider: Array,
    market: Array,
    voice: Array,
    burden: Array,
    levy: Array,
    abroad: Array,
    base: Array,
    disclosure: Array,
    approval: Array,
    fading: Array,
    start_compliance: Array,
) -> Array:
    """Probability that a firm takes a seat: market and voice against compliance, levy, disclosure and its home.

    `disclosed` is the stringency times the part of its work that the firm keeps closed. A home outside makes a seat
    a disadvantage, or forbids it (`approval`). Shapes (runs, firms); compared with one uniform per firm and body,
    fixed for the run. `reconsider` acts in how often it is compared, `fading` and `start_compliance` in compliance.
    """
    worth = base + market * gdp_inside + voice * vote_share - burden * strictness - levy * levy_share
    worth = worth - disclosure * disclosed
    return np.asarray(logistic_cdf(worth - abroad * ~home_inside) * (1.0 - approval * ~home_inside))
