"""What a nation can use and what it can run: access to capability, compute, AI service per head."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, number
from sim.rules.economy import usefulness
from sim.units import Array, Codes, Flags

access = Family("access", "Which capability a nation can use.")
service = Family("service", "AI service per head of a nation.")
hosting = Family("hosting", "Where the world's compute is installed.")
energy = Family("energy", "Electricity and emissions of compute.")


def best_of_homes(capability: Array, active: Flags, home: Codes, homes: int) -> Array:
    """Best active firm of each home, (runs, homes); -9 where a home has none."""
    shown = np.where(active, capability, -9.0)
    return np.stack([shown[:, home == number].max(axis=-1, initial=-9.0) for number in range(homes)], axis=-1)


@access(
    foreign_lag=number(0.15, "OOM", 0.0, 0.6, "assumption", "what a foreign customer gets later or less of"),
    control=number(
        2.0,
        "OOM",
        0.5,
        5.0,
        "assumption; the export-control rounds of 2022-26 cost about 1-2 OOM of hardware",
        "penalty per unit of distance of the homes at full tension",
    ),
    open_lag=number(
        0.2,
        "OOM",
        0.0,
        1.0,
        "Epoch AI 2024: open models lag closed ones by about a year; the lag of the "
        "release itself is in the firms' openness",
        "lag of using published weights",
    ),
    held_back=number(
        1.5,
        "OOM",
        0.5,
        4.0,
        "Epoch AI 2024: open models match closed ones after 5-22 months; 1.5 OOM is the "
        "upper end of that at the speed of 2024 (assumption)",
        "how far a closed firm's knowledge is behind when it leaks",
    ),
)
def best_channel(
    home_best: Array,
    home_nation: Codes,
    distance: Array,
    tension: Array,
    published: Array,
    platform: Array,
    *,
    foreign_lag: Array,
    control: Array,
    open_lag: Array,
    held_back: Array,
) -> Array:
    """X_i = best of home firms, foreign firms less export controls, open weights less their lag, and platforms.

    `home_best` (runs, homes); `home_nation` (homes,) the nation of a home or -1; `distance` (runs, nations, homes)
    the difference of foreign-policy positions; `platform` (runs, nations) the best of the platforms joined.
    `held_back` acts in the published capability and stands here with its kin. Returns OOM (runs, nations).
    """
    best = np.maximum(published - open_lag, platform)
    per_distance = control * tension
    for home in range(home_best.shape[-1]):
        offer = home_best[:, home, None] - (foreign_lag + per_distance * distance[:, :, home])
        if home_nation[home] >= 0:
            offer[:, home_nation[home]] = home_best[:, home]
        np.maximum(best, offer, out=best)  # in place, no mask: half the time of a year's access
    return best


@service(
    midpoint=number(2.0, "OOM", 0.5, 4.0, "assumption", "capability at which half of the useful tasks are done"),
    width=number(2.5, "OOM", 1.5, 4.0, "assumption", "spread of the tasks over capability"),
    compute_need=number(
        4e-5,
        "ratio",
        1e-5,
        2e-4,
        "assumption: 5,000 H100e a million people serve a fifth of them fully",
        "service per H100e per million people at the start",
    ),
    efficiency=number(
        -0.09,
        "OOM/year",
        -0.2,
        0.2,
        "assumption: what is built is used. In the default world compute grows by 0.18 OOM a year and service by 0.09; "
        "the rest goes into larger models and heavier use, which outrun cheaper inference",
        "gain of inference efficiency, net of growing use per person",
        at_least=-1.0,
    ),
    sharpness=number(4.0, "ratio", 2.0, 12.0, "assumption", "how sharply the smaller of the two limits binds"),
)
def smooth_minimum(
    use: Array,
    capability: Array,
    compute: Array,
    population: Array,
    elapsed: float,
    *,
    midpoint: Array,
    width: Array,
    compute_need: Array,
    efficiency: Array,
    sharpness: Array,
) -> Array:
    """AI service per head S in (0, 1): the smooth minimum of what people use and what compute can serve.

    use * phi(X) is the divide in use, compute_need * K * 10**(efficiency*t) / population the divide in compute;
    S = (u**-p + v**-p)**(-1/p). Shapes (runs, nations); compute in H100e, population in millions.

    >>> s = smooth_minimum(np.array([[.5]]), np.array([[2.]]), np.array([[1e9]]), np.array([[1.]]), 0.0)
    >>> round(float(s[0, 0]), 6)
    0.25
    """
    wanted = use * usefulness(capability, midpoint, width)
    run = compute_need * (compute + 1.0) / population * 10.0 ** np.minimum(efficiency * elapsed, 6.0)
    return (wanted**-sharpness + run**-sharpness) ** (-1.0 / sharpness)


@hosting(
    inertia=number(0.7, "share", 0.3, 0.95, "assumption", "part of new compute that goes where compute stands"),
)
def readiness_share(
    compute: Array, gdp: Array, ready: Array, kept: Array, added: Array, granted: Array, *, inertia: Array
) -> Array:
    """Nations' compute (H100e) after a step: what is kept, a share of the world's additions, what a fund grants.

    `kept` the share of a stock that survives the step (runs, 1), `added` the world's additions (runs, 1). A part
    `inertia` goes where compute stands, the rest in proportion to GDP times readiness. Shapes (runs, nations).

    >>> k = readiness_share(np.array([[1., 3.]]), np.ones((1, 2)), np.ones((1, 2)), 1.0, 4.0, 0.0, inertia=0.5)
    >>> k.tolist()
    [[2.5, 5.5]]
    """
    draw = gdp * ready
    here = compute / compute.sum(axis=-1, keepdims=True)
    there = draw / draw.sum(axis=-1, keepdims=True)
    return compute * kept + added * (inertia * here + (1.0 - inertia) * there) + granted


@energy(
    intensity=number(
        450.0,
        "g/kWh",
        300.0,
        600.0,
        "Ember 2025: world average 473 g CO2 per kWh in 2024",
        "emissions of the grid at the start",
    ),
    decline=number(0.03, "1/year", 0.0, 0.08, "assumption", "rate at which grids decarbonise"),
    load=number(0.65, "share", 0.4, 0.9, "assumption", "share of the year that installed compute draws its power"),
)
def compute_power(
    compute: Array,
    power_per_unit: Array,
    saved: Array,
    elapsed: float,
    *,
    intensity: Array,
    decline: Array,
    load: Array,
) -> tuple[Array, Array]:
    """Electricity (TWh a year) and emissions (Mt CO2 a year) of installed compute, (runs, nations).

    `power_per_unit` kW per H100e (runs, 1), `saved` the share of it that a body's programme saves (runs, nations).

    >>> twh, mt = compute_power(np.array([[1e6]]), 1.0, 0.0, 0.0, intensity=500.0, decline=0.0, load=1.0)
    >>> round(float(twh[0, 0]), 3), round(float(mt[0, 0]), 3)
    (8.76, 4.38)
    """
    used = compute * power_per_unit * (1.0 - saved) * load * 8760.0 * 1e-9
    return used, used * intensity * np.exp(-decline * elapsed) * 1e-3
