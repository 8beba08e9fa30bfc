"""Theory of self-enforcing agreements: textbook games, their stable coalitions, and how they are reached."""

from sim.theory.games import (
    Game,
    cartel,
    concave,
    constant_cost,
    emissions,
    linear,
    with_transfers,
)
from sim.theory.stability import gains, is_stable, potential_surplus, settle, stable_coalitions, stable_sizes

__all__ = [
    "Game",
    "cartel",
    "concave",
    "constant_cost",
    "emissions",
    "gains",
    "is_stable",
    "linear",
    "potential_surplus",
    "settle",
    "stable_coalitions",
    "stable_sizes",
    "with_transfers",
]
