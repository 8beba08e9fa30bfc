"""How votes are weighed, and what firms may do: the formulas of real bodies, and others."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.choices import Family, by_member, number
from sim.rules.roll import FirmRoll, Roll, shares
from sim.units import Array, Flags, Votes

vote_weight = Family("vote_weight", "How the votes of a chamber are shared among its members.")
corporate_role = Family("corporate_role", "What firms may do in the assembly.")

VOTES_IN_ALL = 100_000
CORPORATE_MINIMUM = 3  # a corporate chamber counts from three seated firms


def whole_votes(share: Array, inside: Flags) -> Votes:
    """The one place where weights become votes: integers near share * 100,000, at least 1 for whoever has a share.

    Equal shares get equal votes. Sums stay far below 2**53, so counting is exact in any order.

    >>> whole_votes(np.array([[0.5, 0.5, 0.0]]), np.array([[True, True, False]])).tolist()
    [[50000, 50000, 0]]
    """
    votes = np.rint(np.where(inside, share, 0.0) * VOTES_IN_ALL).astype(np.int64)
    return np.where(inside & (share > 0.0), np.maximum(votes, 1), 0)


def heads_of(share: Array, inside: Flags) -> Votes:
    """One vote for whoever inside has a share: votes that a threshold may count.

    >>> heads_of(np.array([[0.9, 0.1, 0.0]]), np.array([[True, True, True]])).tolist()
    [[1, 1, 0]]
    """
    return np.asarray((inside & (share > 0.0)).astype(np.int64))


@vote_weight("assumed", {"counts": True})
def equal(roll: Roll) -> Array:
    """One member, one vote (UN General Assembly, WTO, APEC). Returns shares (runs, nations).

    >>> equal(Roll(np.array([[True, True, False]]))).tolist()
    [[0.5, 0.5, 0.0]]
    """
    return shares(np.ones(roll.inside.shape), roll.inside)


@vote_weight("assumed", {"heads": True, "counts": True})
def heads(roll: Roll) -> Array:
    """One vote for each member, kept as single votes, so that thresholds can count members ("9 votes").

    UN Security Council: nine of fifteen; EU Council: four states at least to block. Returns shares as `equal`;
    the votes themselves are made by `heads_of`. A tier whose vote factor is above 0 counts one head.
    """
    return equal(roll)


@vote_weight(
    basic=number(
        0.12,
        "share",
        0.0,
        1.0,
        "AIIB: 12 % of all votes are basic; IMF 5.502 %; IBRD 5.55 %",
        "share of all votes split equally",
    ),
)
def basic_and_gdp(roll: Roll, *, basic: Array) -> Array:
    """Basic votes split equally, the rest by GDP, as in the development banks.

    >>> basic_and_gdp(Roll(np.array([[True, True]]), gdp=np.array([[1., 3.]])), basic=0.2).round(3).tolist()
    [[0.3, 0.7]]
    """
    return basic * equal(roll) + (1.0 - basic) * shares(roll.gdp, roll.inside)


@vote_weight(
    basic=number(0.05502, "share", 0.0, 1.0, "IMF Articles of Agreement XII.5", "share of all votes split equally"),
)
def imf(roll: Roll, *, basic: Array) -> Array:
    """IMF: basic votes split equally, the rest by quota; states without a quota hold basic votes only.

    >>> quota = np.array([[80000., 30000., 20000., 5000., 1000.]])
    >>> imf(Roll(np.ones((1, 5), bool), imf_quota=quota)).round(8).tolist()
    [[0.56687459, 0.21945547, 0.14997165, 0.04574591, 0.01795238]]
    """
    return basic * equal(roll) + (1.0 - basic) * shares(roll.imf_quota, roll.inside)


@vote_weight(
    basic=number(0.12, "share", 0.0, 0.2, "AIIB Articles, Article 28: 12 %", "share of all votes split equally"),
    bonus=number(0.0, "ratio", 0.0, 1000.0, "AIIB Articles, Article 28: 600 votes", "further votes of each founder"),
    stock=by_member({}, "shares of capital", "assumption: empty; written in the charter", "capital shares by member"),
)
def capital(roll: Roll, *, basic: Array, bonus: Array, stock: Mapping[str, int]) -> Array:
    """Votes by shares of capital: basic votes, share votes, and a bonus for founders (AIIB; NDB with basic 0).

    Whoever stands in `stock` is a founder. A member that does not holds shares by its GDP, at the rate of the
    listed members inside (assumption), so that the formula serves any membership; without listed members
    shares go by GDP alone.

    >>> both = Roll(np.ones((1, 2), bool), gdp=np.array([[1., 1.]]), codes=np.array([["CHN", "IND"]]))
    >>> capital(both, basic=0.12, bonus=600.0, stock={"CHN": 2000, "IND": 1000}).round(4).tolist()
    [[0.6048, 0.3952]]
    >>> capital(both, basic=0.0, bonus=0.0, stock={"CHN": 300}).tolist()
    [[0.5, 0.5]]
    """
    held = np.array([[float(stock.get(str(code), -1)) for code in row] for row in roll.codes])
    listed = roll.inside & (held >= 0.0)
    owned = np.where(listed, held, 0.0).sum(axis=-1, keepdims=True)
    product = np.where(listed, roll.gdp, 0.0).sum(axis=-1, keepdims=True)
    rate = np.where(product > 0.0, owned / np.where(product > 0.0, product, 1.0), 1.0)
    own = np.where(listed, held + bonus, np.where(roll.inside, roll.gdp * rate, 0.0))
    return basic * equal(roll) + (1.0 - basic) * shares(own, roll.inside)


@vote_weight()
def gdp(roll: Roll) -> Array:
    """Votes by GDP at market rates."""
    return shares(roll.gdp, roll.inside)


@vote_weight()
def population(roll: Roll) -> Array:
    """Votes by population (the second leg of the EU Council's rule)."""
    return shares(roll.population, roll.inside)


@vote_weight()
def square_root(roll: Roll) -> Array:
    """Votes by the square root of population (Penrose 1946), so that every citizen has the same indirect power.

    >>> square_root(Roll(np.array([[True, True]]), population=np.array([[1., 9.]]))).tolist()
    [[0.25, 0.75]]
    """
    return shares(np.sqrt(roll.population), roll.inside)


@vote_weight(
    exponent=number(
        0.5, "ratio", 0.1, 1.0, "assumption; 0.5 is the square root, 1 proportional", "power of population"
    ),
    floor=number(
        0.002,
        "share",
        0.0,
        0.02,
        "assumption; the European Parliament gives small states a minimum",
        "least share of a member",
    ),
)
def degressive(roll: Roll, *, exponent: Array, floor: Array) -> Array:
    """Degressively proportional votes with a floor."""
    return shares(np.maximum(shares(roll.population**exponent, roll.inside), floor), roll.inside)


@vote_weight()
def contribution(roll: Roll) -> Array:
    """Votes by money paid in so far; equal before anybody has paid (second leg of the GEF's rule)."""
    paid = np.where(roll.inside, roll.contributions, 0.0)
    none_yet = paid.sum(axis=-1, keepdims=True) <= 0.0
    return np.where(none_yet, equal(roll), shares(paid, roll.inside))


@vote_weight()
def capability(roll: Roll) -> Array:
    """Votes by compute in the country: those who could do harm decide (IAEA designates by advancement)."""
    return shares(roll.compute, roll.inside)


@vote_weight()
def use(roll: Roll) -> Array:
    """Votes by use of AI, people times service per head (INTELSAT weighed by use of the satellites)."""
    return shares(roll.population * roll.ai_service, roll.inside)


@vote_weight(
    equal_part=number(0.34, "share", 0.0, 1.0, "assumption", "part split equally"),
    gdp_part=number(0.33, "share", 0.0, 1.0, "assumption", "part by GDP; the rest goes by population"),
)
def mixture(roll: Roll, *, equal_part: Array, gdp_part: Array) -> Array:
    """A mixture of equality, GDP and population; parts that exceed the whole are scaled down."""
    whole = np.maximum(equal_part + gdp_part, 1.0)
    first, second = equal_part / whole, gdp_part / whole
    return first * equal(roll) + second * gdp(roll) + (1.0 - first - second) * population(roll)


@corporate_role("assumed", {"seats": False, "pays": False, "votes": False}, "none")
def no_role(firms: FirmRoll) -> tuple[Array, Array]:
    """Firms have neither seat nor vote. Returns (share of the pool the firms hold together, split among them).

    >>> float(no_role(FirmRoll(np.array([[True]])))[0].sum())
    0.0
    """
    return np.zeros((firms.inside.shape[0], 1)), np.zeros(firms.inside.shape)


@corporate_role("assumed", {"seats": True, "pays": True, "votes": False})
def pays(firms: FirmRoll) -> tuple[Array, Array]:
    """Firms pay and take part but do not vote (ITU sector members)."""
    return np.zeros((firms.inside.shape[0], 1)), np.zeros(firms.inside.shape)


def _held(share: Array, split: Array, inside: Flags) -> tuple[Array, Array]:
    enough = inside.sum(axis=-1, keepdims=True) >= CORPORATE_MINIMUM
    return np.where(enough, share + np.zeros(enough.shape), 0.0), np.where(enough, split, 0.0)


@corporate_role(
    "assumed",
    {"seats": True, "pays": True, "votes": True},
    share=number(
        0.05,
        "share",
        0.0,
        0.2,
        "Global Fund: the private sector holds one of twenty votes",
        "share of all votes that the firms' seat holds",
    ),
)
def seat(firms: FirmRoll, *, share: Array) -> tuple[Array, Array]:
    """One seat for all firms together, voted by the firms in equal parts (Global Fund)."""
    return _held(share, shares(np.ones(firms.inside.shape), firms.inside), firms.inside)


@corporate_role("assumed", {"seats": True, "pays": True, "votes": True})
def quarter(firms: FirmRoll) -> tuple[Array, Array]:
    """A quarter of all votes, split equally among the firms (ILO: employers)."""
    return _held(np.array(0.25), shares(np.ones(firms.inside.shape), firms.inside), firms.inside)


@corporate_role(
    "assumed",
    {"seats": True, "pays": True, "votes": True},
    share=number(
        0.2,
        "share",
        0.0,
        0.49,
        "assumption; the commentary names corporate votes without a figure",
        "share of all votes that firms hold together",
    ),
    cap=number(0.25, "share", 0.05, 1.0, "assumption", "largest part of it that one firm may hold"),
)
def pool_share(firms: FirmRoll, *, share: Array, cap: Array) -> tuple[Array, Array]:
    """A capped share of the pool, split by AI revenue; what a cap cuts off is spread over the others in proportion.

    >>> firms = FirmRoll(np.ones((1, 4), bool), revenue=np.array([[97., 1., 1., 1.]]))
    >>> pool_share(firms, share=0.2, cap=0.4)[1].round(3).tolist()
    [[0.4, 0.2, 0.2, 0.2]]
    """
    base = shares(firms.revenue + 1e-6, firms.inside)
    most = np.maximum(cap, 1.0 / np.maximum(firms.inside.sum(axis=-1, keepdims=True), 1))
    capped, split = np.zeros(firms.inside.shape, dtype=bool), base
    for _ in range(firms.inside.shape[-1]):  # whoever is at the cap stays there, so this ends with nobody above
        over = firms.inside & ~capped & (split > most)
        if not over.any():
            break
        capped = capped | over
        rest = np.maximum(1.0 - most * capped.sum(axis=-1, keepdims=True), 0.0)
        fair = np.where(capped, most, shares(base, firms.inside & ~capped) * rest)
        split = np.where(over.any(axis=-1, keepdims=True), fair, split)  # a row that is done keeps its bits
    return _held(share, split, firms.inside)


@corporate_role("assumed", {"seats": True, "pays": True, "votes": True, "designated": True})
def state_designated(firms: FirmRoll) -> tuple[Array, Array]:
    """A state's votes by use are cast by the firm it designates (INTELSAT's signatories).

    The firms' split is their share of compute among designated firms; the share of the pool is 0 because the
    votes come out of the states' own: half of a designating state's votes follow its largest seated firm.
    """
    return np.zeros((firms.inside.shape[0], 1)), shares(firms.compute, firms.inside)
