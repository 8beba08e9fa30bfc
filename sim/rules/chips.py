"""Chips to parties only: what supply a body controls, what outsiders are refused, and how that leverage wears off."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, number
from sim.units import Array, Flags

__all__ = ["parties_only", "rationed"]

chips = Family("chips", "Who may buy AI chips from members of a body.")


@chips("assumed", {"refuses": False}, "none")
def to_anybody(
    control: Array, bought: Array, elsewhere: Array, binds: Flags, dt: float
) -> tuple[Array, Array, Array]:
    """Suppliers sell to anybody. Returns leverage, the share refused to outsiders, and supply built elsewhere.

    >>> [part.tolist() for part in to_anybody(np.array([[0.9]]), 0.5, np.zeros((1, 1)), np.array([[True]]), 1.0)]
    [[[0.0]], [[0.0]], [[0.0]]]
    """
    return np.zeros_like(control), np.zeros_like(control), elsewhere


@chips(
    denial=number(
        0.9,
        "share",
        0.0,
        1.0,
        "assumption; proposals presume denial to non-parties (Scher et al. 2025, arXiv 2511.10783)",
        "part of outsiders' orders that the suppliers under control refuse",
    ),
    leak=number(0.2, "share", 0.0, 1.0, "assumption", "part of what is refused that arrives by other ways"),
    pledged=number(
        0.0,
        "share",
        0.0,
        1.0,
        "assumption: none",
        "part of the supply outside the body whose suppliers keep the condition by agreement",
    ),
    fungible=number(
        0.5,
        "share",
        0.0,
        1.0,
        "assumption; 1: outsiders fall back on any other supplier, 0: on none",
        "how far parties and outsiders exchange their suppliers",
    ),
    growth=number(
        0.03, "1/year", 0.0, 0.2, "assumption", "rate at which supply under no condition displaces the rest anyway"
    ),
    provoked=number(
        0.15,
        "1/year",
        0.0,
        1.0,
        "assumption; leverage that is used invites substitutes",
        "what full refusal adds to that rate",
    ),
    redirected=number(
        0.5, "share", 0.0, 1.0, "assumption", "part of what is refused that buyers under no condition take instead"
    ),
    weight=number(
        0.4, "utility", 0.0, 2.0, "assumption; as in trade measures", "utility per percent of GDP of chips refused"
    ),
    cost=number(0.02, "bn USD/year", 0.0, 0.5, "assumption", "cost of licences and of checks on end users"),
)
def parties_only(
    control: Array,
    bought: Array,
    elsewhere: Array,
    binds: Flags,
    dt: float,
    *,
    denial: Array,
    leak: Array,
    pledged: Array,
    fungible: Array,
    growth: Array,
    provoked: Array,
    redirected: Array,
    weight: Array,
    cost: Array,
) -> tuple[Array, Array, Array]:
    """Suppliers in reach refuse outsiders; leverage is their share of supply, which wears off, sooner in use.

    leverage = (control + pledged * (1 - control)) * (1 - elsewhere). Where everybody buys from all suppliers alike,
    outsiders miss that share; where suppliers are exchanged, only what leverage exceeds the share `bought` by members:
    missed = (1 - fungible) * leverage + fungible * max(leverage - bought, 0) / (1 - bought). Refused = missed *
    denial * (1 - leak); elsewhere' = 1 - (1 - elsewhere) * exp(-(growth + provoked * refused) * dt). `control` is the
    share of world supply of suppliers with a seat or at home in a member, `elsewhere` the share that has arisen under
    no condition, all (runs, 1) in [0, 1]; where the condition does not bind (`binds`) nothing is refused. `redirected`
    and `weight` act where purchases and utility are computed.

    >>> start, half, yes = np.zeros((1, 1)), np.array([[0.5]]), np.array([[True]])
    >>> ask = {"denial": 1.0, "leak": 0.0, "growth": np.log(2.0), "provoked": 0.0}
    >>> now = parties_only(half, 0.2, start, yes, 1.0, fungible=0.0, **ask)
    >>> [part.round(6).tolist() for part in now]  # in a year half of all supply arises elsewhere
    [[[0.5]], [[0.5]], [[0.5]]]
    >>> [parties_only(half, part, start, yes, 1.0, fungible=1.0, **ask)[1].round(6).tolist() for part in (0.2, 0.5)]
    [[[0.375]], [[0.0]]]
    """
    leverage = (control + pledged * (1.0 - control)) * (1.0 - elsewhere)
    short = np.maximum(leverage - bought, 0.0) / np.maximum(1.0 - bought, 1e-12)
    missed = (1.0 - fungible) * leverage + fungible * short
    refused = np.where(binds, missed * denial * (1.0 - leak), 0.0)
    return leverage, refused, 1.0 - (1.0 - elsewhere) * np.exp(-(growth + provoked * refused) * dt)


def rationed(added: Array, outside: Flags, refused: Array, redirected: Array) -> Array:
    """Additions of compute under a condition: outsiders lose the refused share, others take part of it in proportion.

    `added` (runs, agents), at least 0; `refused` and `redirected` (runs, 1). Without others nothing is redirected.

    >>> rationed(np.array([[4.0, 1.0, 3.0]]), np.array([[True, False, False]]), 0.5, 0.5).tolist()
    [[2.0, 1.25, 3.75]]
    """
    lost = np.where(outside, refused * added, 0.0)
    others = np.where(outside, 0.0, added)
    total = others.sum(axis=-1, keepdims=True)
    gained = redirected * lost.sum(axis=-1, keepdims=True) * others / np.where(total > 0.0, total, 1.0)
    return np.asarray(added - lost + gained)
