"""Between the poles: who they are, how tense they are, and how foreign-policy positions move."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, name, number, table
from sim.units import Array

poles = Family("poles", "Which two nations are the poles.")
tension = Family("tension", "Tension between the poles.")
ideal_points = Family("ideal_points", "Movement of foreign-policy positions.")


@poles(
    first=name("CHN", "ISO3 of one pole"),
    second=name("USA", "ISO3 of the other pole"),
)
def two(position: Array, first_position: Array, second_position: Array, *, first: str, second: str) -> Array:
    """Where a nation stands between the poles: 0 at the first, 1 at the second, clipped.

    With the poles swapped it is 1 less that, to the last bit: so no result depends on which pole is named first.

    >>> two(np.array([[-1.0, 0.0, 1.0]]), -1.0, 1.0).tolist()
    [[0.0, 0.5, 1.0]]
    """
    # Twice the way from the middle, so that a swap turns the sign and nothing else; the distance to the nearer pole
    # is then kept to the bits that 1 less it can hold.
    apart = ((position - first_position) + (position - second_position)) / (second_position - first_position)
    far = 1.0 - 0.5 * (1.0 - np.minimum(np.abs(apart), 1.0))
    return np.where(apart < 0.0, 1.0 - far, far)


@tension(
    start=number(
        0.55,
        "share",
        0.2,
        0.9,
        "assumption; the scale is 0 = open exchange to 1 = full decoupling",
        "tension at the start",
    ),
    mean=number(0.55, "share", 0.1, 0.95, "assumption", "level it returns to"),
    speed=number(0.25, "1/year", 0.05, 0.8, "assumption", "rate of return"),
    blame=number(0.05, "share", 0.0, 0.2, "assumption", "rise after a loss of 1 % of world product"),
    closeness=number(0.04, "share", 0.0, 0.15, "assumption", "rise a year when the poles' best firms are level"),
    overlap=number(
        0.04,
        "share",
        0.0,
        0.15,
        "assumption",
        "fall a year when all states share membership across the poles",
    ),
    noise=number(0.06, "share", 0.0, 0.2, "assumption", "standard deviation of a year's shock"),
)
def mean_reverting(
    now: Array,
    loss_share: Array,
    race_closeness: Array,
    shared: Array,
    shock: Array,
    elapsed: float,
    dt: float,
    *,
    start: Array,
    mean: Array,
    speed: Array,
    blame: Array,
    closeness: Array,
    overlap: Array,
    noise: Array,
) -> Array:
    """Tension returns to its mean; harm and a close race raise it, common membership lowers it; in [0, 1].

    `loss_share` harm of the step in percent of world product, `race_closeness` and `shared` in [0, 1], `shock`
    standard normal; all (runs, 1). `start` is used once, by the world's start.
    """
    pull = (mean - now) * (1.0 - np.exp(-speed * dt))
    push = blame * np.minimum(loss_share, 5.0) + (closeness * race_closeness - overlap * shared) * dt
    return np.clip(now + pull + push + noise * np.sqrt(dt) * shock, 0.0, 1.0)


@tension(
    start=number(0.55, "share", 0.2, 0.9, "assumption", "tension at the start"),
    path=table(((0.0, 0.55), (10.0, 0.55)), "years, share", "assumption", "points (years from the start, tension)"),
)
def exogenous_path(
    now: Array,
    loss_share: Array,
    race_closeness: Array,
    shared: Array,
    shock: Array,
    elapsed: float,
    dt: float,
    *,
    start: Array,
    path: tuple[tuple[float, ...], ...],
) -> Array:
    """Tension follows a given path, linear between its points; nothing that happens in the run moves it.

    >>> exogenous_path(np.array([[0.5]]), 0, 0, 0, 0, 4.0, 1.0, path=((0.0, 0.0), (10.0, 1.0))).tolist()
    [[0.5]]
    """
    times, levels = zip(*path, strict=True)
    return np.clip(0.0 * now + np.interp(elapsed + dt, times, levels), 0.0, 1.0)


@ideal_points()
def fixed(position: Array, shock: Array, dt: float) -> Array:
    """Positions stay where the votes in the General Assembly put them.

    >>> fixed(np.array([[0.3]]), np.array([[2.0]]), 1.0).tolist()
    [[0.3]]
    """
    return position


@ideal_points(
    change=number(
        0.08,
        "ratio",
        0.0,
        0.2,
        "assumption; standard deviation of the yearly change of UN ideal points",
        "standard deviation of a year's change",
    ),
)
def random_walk(position: Array, shock: Array, dt: float, *, change: Array) -> Array:
    """Positions take a random walk with the observed yearly change; `shock` standard normal.

    >>> random_walk(np.array([[0.0]]), np.array([[1.0]]), 0.25, change=0.1).tolist()
    [[0.05]]
    """
    return position + change * np.sqrt(dt) * shock
