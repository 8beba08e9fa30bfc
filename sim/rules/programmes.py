"""What a body does besides rules, transfers and its platform: training, joint research, green compute, new firms."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, number
from sim.units import Array, Flags

capacity_building = Family("capacity_building", "Training places and AI literacy.")
joint_research = Family("joint_research", "Pooled research compute.")
green_compute = Family("green_compute", "Efficiency of members' data centres.")
ecosystems = Family("ecosystems", "Help for new local firms.")


@capacity_building(_called="none")
def no_training(inside: Flags, population: Array, ready: Array, elapsed: float) -> tuple[Array, Array]:
    """No programme. Returns readiness added a year (runs, nations) and cost (bn USD a year, (runs, 1)).

    >>> [part.tolist() for part in no_training(np.array([[True]]), 0, 0, 0.0)]
    [[[0.0]], [[0.0]]]
    """
    return np.zeros(inside.shape), np.zeros((inside.shape[0], 1))


@capacity_building(
    places=number(
        1000.0,
        "places/year",
        100.0,
        100000.0,
        "reported: 5,000 places over five years announced in July 2026",
        "training places offered a year",
    ),
    place_cost=number(
        5000.0,
        "USD",
        3000.0,
        10000.0,
        "assumption; development training costs 3,000-10,000 USD a place",
        "cost of a place",
    ),
    reach=number(100.0, "people", 10.0, 1000.0, "assumption", "people whose skills a trained person raises"),
)
def training_places(
    inside: Flags,
    population: Array,
    ready: Array,
    elapsed: float,
    *,
    places: Array,
    place_cost: Array,
    reach: Array,
) -> tuple[Array, Array]:
    """Places go to developing members by population times the readiness gap; a place raises `reach` people by the gap.

    Readiness added is (people reached / population) * (1 - readiness): what 5,000 places can do is small, and the
    formula says so. Population in millions; shapes (runs, nations).

    >>> added, cost = training_places(np.array([[True]]), np.array([[10.0]]), np.array([[0.0]]), 0.0)
    >>> round(float(added[0, 0]), 6), round(float(cost[0, 0]), 4)
    (0.01, 0.005)
    """
    need = np.where(inside, population * (1.0 - ready), 0.0)
    total = need.sum(axis=-1, keepdims=True)
    seats = places * need / np.maximum(total, 1e-12)
    added = seats * reach / (population * 1e6) * (1.0 - ready)
    return added, np.where(total > 0.0, places * place_cost * 1e-9, 0.0) + 0.0 * total


@capacity_building(
    "reported",
    places=number(
        1000.0,
        "places/year",
        100.0,
        100000.0,
        "reported: 5,000 places over five years announced in July 2026",
        "training places offered a year",
    ),
    years=number(5.0, "years", 1.0, 25.0, "reported: over five years", "time for which places are offered"),
    place_cost=number(
        5000.0,
        "USD",
        3000.0,
        10000.0,
        "assumption; development training costs 3,000-10,000 USD a place",
        "cost of a place",
    ),
    reach=number(100.0, "people", 10.0, 1000.0, "assumption", "people whose skills a trained person raises"),
    centres=number(
        6.0, "centres", 0.0, 50.0, "reported: six application cooperation centres announced in July 2026", "centres"
    ),
    centre_people=number(20000.0, "people/year", 1000.0, 200000.0, "assumption", "people a centre reaches a year"),
    centre_cost=number(0.005, "bn USD/year", 0.0, 0.1, "assumption", "yearly cost of a centre"),
)
def places_and_centres(
    inside: Flags,
    population: Array,
    ready: Array,
    elapsed: float,
    *,
    places: Array,
    years: Array,
    place_cost: Array,
    reach: Array,
    centres: Array,
    centre_people: Array,
    centre_cost: Array,
) -> tuple[Array, Array]:
    """The programme as announced: places for some years, and centres that stay; both go where need is.

    People reached a year are places * reach, as long as places are offered, and centres * centre_people; they are
    shared and count as in `training_places`.

    >>> who, people, ready = np.array([[True]]), np.array([[10.0]]), np.array([[0.0]])
    >>> first = places_and_centres(who, people, ready, 0.0)  # 100,000 and 120,000 of ten million people
    >>> round(float(first[0][0, 0]), 6), round(float(first[1][0, 0]), 6)
    (0.022, 0.035)
    >>> round(float(places_and_centres(who, people, ready, 5.0)[0][0, 0]), 6)
    0.012
    """
    offered = np.where(elapsed < years, places, 0.0)
    reached = offered * reach + centres * centre_people
    added, _ = training_places(
        inside, population, ready, elapsed, places=reached / reach, place_cost=place_cost, reach=reach
    )
    needed = np.where(inside, population * (1.0 - ready), 0.0).sum(axis=-1, keepdims=True) > 0.0
    return added, np.where(needed, offered * place_cost * 1e-9 + centres * centre_cost, 0.0)


@joint_research("assumed", {"pools": False}, "none")
def no_pool(budget_scale: Array) -> tuple[Array, Array]:
    """No joint research. Returns compute bought (bn USD a year) and cost, (runs, 1).

    >>> [part.tolist() for part in no_pool(np.zeros((1, 1)))]
    [[[0.0]], [[0.0]]]
    """
    return np.zeros_like(budget_scale), np.zeros_like(budget_scale)


@joint_research(
    budget=number(
        0.1,
        "bn USD/year",
        0.0,
        5.0,
        "assumption; CERN's budget is about 1.4 bn USD a year",
        "yearly budget for pooled compute",
    ),
)
def pooled(budget_scale: Array, *, budget: Array) -> tuple[Array, Array]:
    """Members pool compute that their seated firms use in equal parts; all of the budget buys compute.

    >>> [part.tolist() for part in pooled(np.ones((1, 1)), budget=0.2)]
    [[[0.2]], [[0.2]]]
    """
    return budget * budget_scale, budget * budget_scale


@joint_research(
    "assumed",
    {"pools": True, "splits": True},
    budget=number(
        0.1,
        "bn USD/year",
        0.0,
        5.0,
        "assumption; CERN's budget is about 1.4 bn USD a year",
        "yearly budget for pooled compute",
    ),
    nations_part=number(
        0.5, "share", 0.0, 1.0, "assumption", "part of the pool that members below high income use themselves"
    ),
    spillover=number(
        0.3,
        "share",
        0.0,
        1.0,
        "assumption; spillovers of R&D in industry are estimated at 0.2-0.5",
        "part of what one seated developer finds with the pool that serves every other",
    ),
)
def shared_pool(budget_scale: Array, *, budget: Array, nations_part: Array, spillover: Array) -> tuple[Array, Array]:
    """A pool with use shares: members use a part by people not yet served, seated developers the rest.

    With n developers each counts its own part and `spillover` of the others' (d'Aspremont and Jacquemin 1988):
    (1 - nations_part) * budget * (1 + spillover * (n - 1)) / n; see `developers_use`.

    >>> [part.tolist() for part in shared_pool(np.ones((1, 1)), budget=0.2)]
    [[[0.2]], [[0.2]]]
    """
    return budget * budget_scale, budget * budget_scale


def developers_use(pooled_money: Array, number_of: Array, nations_part: Array, spillover: Array) -> Array:
    """What a pool is worth to each of its developers, in money for compute; (runs, 1).

    >>> developers_use(1.0, 4, 0.5, 0.0), developers_use(1.0, 4, 0.5, 1.0)
    (0.125, 0.5)
    """
    return pooled_money * (1.0 - nations_part) * (1.0 + spillover * (number_of - 1)) / number_of


@green_compute("assumed", {"saves": False}, "none")
def no_saving(inside: Flags) -> tuple[Array, Array]:
    """No programme. Returns the share of power saved (runs, nations) and cost (bn USD a year).

    >>> no_saving(np.array([[True]]))[0].tolist()
    [[0.0]]
    """
    return np.zeros(inside.shape), np.zeros((inside.shape[0], 1))


@green_compute(
    saving=number(0.08, "share", 0.0, 0.25, "assumption", "share of data-centre power saved in members"),
    cost=number(0.02, "bn USD/year", 0.0, 0.3, "assumption", "cost of the programme"),
)
def efficiency(inside: Flags, *, saving: Array, cost: Array) -> tuple[Array, Array]:
    """Exchange of practice saves a share of the power of members' data centres.

    >>> efficiency(np.array([[True, False]]), saving=0.1, cost=0.0)[0].tolist()
    [[0.1, 0.0]]
    """
    return np.where(inside, saving, 0.0), cost * np.any(inside, axis=-1, keepdims=True)


@ecosystems("assumed", {"helps": False}, "none")
def no_help(inside: Flags) -> tuple[Array, Array]:
    """No programme. Returns the factor on firm entry (runs, nations) and cost (bn USD a year).

    >>> no_help(np.array([[True]]))[0].tolist()
    [[1.0]]
    """
    return np.ones(inside.shape), np.zeros((inside.shape[0], 1))


@ecosystems(
    boost=number(1.5, "ratio", 1.0, 3.0, "assumption", "factor on the entry of firms in developing members"),
    cost=number(0.02, "bn USD/year", 0.0, 0.3, "assumption", "cost of the programme"),
)
def local_firms(inside: Flags, *, boost: Array, cost: Array) -> tuple[Array, Array]:
    """Incubators raise the entry of firms in members.

    >>> local_firms(np.array([[True, False]]), boost=2.0, cost=0.0)[0].tolist()
    [[2.0, 1.0]]
    """
    return np.where(inside, boost, 1.0), cost * np.any(inside, axis=-1, keepdims=True)
