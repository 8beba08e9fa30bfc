"""Firms at the frontier: investment in compute, growth of capability, openness, entry and exit."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, number
from sim.units import Array, Codes, Flags

investment = Family("investment", "How much compute the world buys, and who gets it.")
frontier = Family("frontier", "How a firm's capability grows.")
openness = Family("openness", "Whether firms publish the weights of their models.")
firm_entry = Family("firm_entry", "How firms appear, fail and are bought.")

COMPUTE_FLOOR = 100.0  # H100e below which a firm's own compute no longer matters for its capability


@investment(
    start_growth=number(2.0, "ratio", 1.5, 3.3, "Epoch AI 2025: installed AI compute grows about 2.3 times a year; less in "
                        "2026 as power binds (assumption)",
                        "growth of all compute stocks during 2026, from the data's date to the start"),
    reinvested=number(0.6, "share", 0.2, 1.0, "assumption", "share of AI revenue that firms invest in compute"),
    outside=number(450.0, "bn USD/year", 200.0, 900.0, "assumption; announced capital spending of the largest cloud "
                   "firms for 2026 is of this order", "capital from outside the AI business in the first year"),
    outside_growth=number(0.08, "1/year", -0.1, 0.25, "assumption", "growth of outside capital"),
    world_share=number(0.02, "share", 0.005, 0.05, "assumption; railways and telecoms peaked at 1-3 % of output",
                       "ceiling of AI investment, as a share of world product"),
    price=number(22000.0, "USD", 12000.0, 35000.0, "assumption: about 600 bn USD of announced investment in 2026 over 20-30 "
                 "million H100e added",
                 "cost of an installed H100-equivalent at the start"),
    price_decline=number(0.26, "1/year", 0.1, 0.4, "Epoch AI 2024: price-performance of AI hardware improves about "
                         "30 % a year", "rate at which that cost falls"),
    depreciation=number(0.2, "1/year", 0.1, 0.35, "assumption; useful lives of 3-6 years", "rate of wear"),
    power=number(70.0, "GW", 60.0, 130.0, "assumption; Epoch AI puts AI data centres near 30 GW at the end of 2025",
                 "electric power that AI may use at the start"),
    power_growth=number(0.14, "1/year", 0.05, 0.3, "assumption; IEA 2025 (Energy and AI) expects data centres to draw "
                        "1,200-1,700 TWh in 2035", "growth of that power"),
    draw=number(1.4, "kW", 1.0, 1.8, "Epoch AI 2025: about 1.4 kW of facility power per H100", "power of one H100e"),
    draw_decline=number(0.2, "1/year", 0.1, 0.34, "Epoch AI 2024: energy efficiency of chips improves 40 % a year; "
                        "facilities follow with a lag (assumption)", "rate at which that power falls"),
)
def capped(
    compute: Array, revenue: Array, active: Flags, installed: Array, world_product: Array, elapsed: float, dt: float,
    *, start_growth: Array, reinvested: Array, outside: Array, outside_growth: Array, world_share: Array,
    price: Array, price_decline: Array, depreciation: Array, power: Array, power_growth: Array, draw: Array,
    draw_decline: Array,
) -> tuple[Array, Array, Array, Array]:
    """Firms' compute (H100e) after a step; the world's investment (bn USD a year), cost of one H100e, and additions.

    Firms reinvest revenue; outside capital follows installed compute, of which firms hold a part and others the
    rest (`installed`, the world's stock, (runs, 1)). All together stay below a share of world product, and
    installations below what electric power allows. Shapes (runs, firms), world (runs, 1). `start_growth` is used
    once, by the world's start, and is here so that it stands with its kin.
    """
    stock = compute * active
    capital = outside * np.exp(outside_growth * elapsed)
    whole = np.maximum(installed, np.maximum(stock.sum(axis=-1, keepdims=True), COMPUTE_FLOOR))
    wished = reinvested * revenue * active + capital * stock / whole
    rest = capital * (1.0 - stock.sum(axis=-1, keepdims=True) / whole)
    total = wished.sum(axis=-1, keepdims=True) + rest
    cost = price * np.exp(-price_decline * elapsed)
    affordable = np.minimum(1.0, world_share * world_product / np.maximum(total, 1e-9))
    survives = np.exp(-depreciation * dt)
    ceiling = power * np.exp(power_growth * elapsed) * 1e6 / (draw * np.exp(-draw_decline * elapsed))
    room = np.maximum(ceiling - installed * survives, 0.0)
    wanted = affordable * total * 1e9 / cost * dt
    fitted = affordable * np.minimum(1.0, room / np.maximum(wanted, 1e-9))
    after = stock * survives + wished * fitted * 1e9 / cost * dt
    return after, total * fitted, cost + 0.0 * total, total * fitted * 1e9 / cost * dt


@frontier(
    algorithmic_gain=number(0.42, "OOM/year", 0.15, 0.6, "Epoch AI 2024, 'Algorithmic progress in language models': "
                            "efficiency triples a year (0.48 OOM; 95 % interval 0.2-0.9)",
                            "OOM of effective compute added by better algorithms at the start"),
    fade=number(0.08, "1/year", 0.0, 0.2, "assumption", "rate at which algorithmic gains decay"),
    effort_cost=number(0.2, "share", 0.0, 0.5, "assumption; the 'safety tax'", "growth lost at full safety effort"),
    spillover=number(0.2, "1/year", 0.0, 0.6, "assumption", "rate of catching up with what is openly published"),
    returns=number(0.5, "ratio", 0.3, 1.0, "assumption; firms with a hundredth of the leaders' compute are about one OOM "
                   "behind (docs/data.md)", "capability gained per OOM of compute gained on the largest firm"),
)
def effective_compute(
    capability: Array, before: Array, after: Array, safety: Array, published: Array, elapsed: float, dt: float,
    *, algorithmic_gain: Array, fade: Array, effort_cost: Array, spillover: Array, returns: Array,
) -> Array:
    """Capability (OOM) grows with the firm's compute, decaying algorithmic gains, and what others publish.

    `before` and `after` are the firm's compute (H100e) around the step; `published` the best open capability.
    The largest firm's growth counts in full, what a firm gains or loses on it by `returns`: small firms already
    do more with less. Shapes (runs, firms); `published` (runs, 1).

    >>> c = effective_compute(np.zeros((1, 1)), np.array([[1e5]]), np.array([[1e6]]), np.zeros((1, 1)),
    ...                       np.full((1, 1), -2.0), 0.0, 1.0, algorithmic_gain=0.5, fade=0.0, effort_cost=0.0,
    ...                       spillover=0.0, returns=0.5)
    >>> round(float(c[0, 0]), 3)
    1.5
    """
    own = np.log10((after + COMPUTE_FLOOR) / (before + COMPUTE_FLOOR))
    largest = np.arange(before.shape[-1]) == before.argmax(axis=-1)[:, None]
    leader = np.where(largest, own, 0.0).sum(axis=-1, keepdims=True)
    hardware = leader + returns * (own - leader)
    ideas = algorithmic_gain * np.exp(-fade * elapsed) * (1.0 - effort_cost * safety) * dt
    learnt = np.maximum(published - capability, 0.0) * (1.0 - np.exp(-spillover * dt))
    return capability + np.maximum(hardware + ideas, 0.0) + learnt


@openness(
    closing=number(0.25, "share", 0.0, 1.0, "assumption; several leaders stopped publishing weights in 2025-26",
                   "how far a firm at the frontier closes what it would publish behind it"),
    speed=number(0.3, "1/year", 0.05, 1.0, "assumption", "rate of change of publication policy"),
)
def leader_incentive(
    openness_now: Array, start: Array, capability: Array, best: Array, obliged: Array, dt: float,
    *, closing: Array, speed: Array,
) -> Array:
    """Publishing pays for those who follow and costs those who lead; obligations of a body set a floor.

    `start` is the policy at the start, `obliged` in [0, 1] the floor a body's sharing policy sets for its firms.

    >>> start, capability, best = np.ones((1, 2)), np.array([[0.0, -9.0]]), np.zeros((1, 1))
    >>> leader_incentive(start, start, capability, best, 0.0, 100.0).round(2).tolist()
    [[0.75, 1.0]]
    """
    leads = np.exp(-np.maximum(best - capability, 0.0))
    wished = np.maximum(start * (1.0 - closing * leads), obliged)
    return openness_now + (wished - openness_now) * (1.0 - np.exp(-speed * dt))


@openness()
def unchanged(
    openness_now: Array, start: Array, capability: Array, best: Array, obliged: Array, dt: float
) -> Array:
    """Firms keep the publication policy of the start, except where a body obliges them to share more.

    >>> unchanged(np.array([[0.2]]), np.array([[0.2]]), 0, 0, np.array([[0.5]]), 1.0).tolist()
    [[0.5]]
    """
    return np.maximum(start, obliged) + 0.0 * openness_now


def published_capability(capability: Array, open_share: Array, active: Flags, held_back: Array | float) -> Array:
    """Best capability among openly published models (runs, 1): a closed firm's is `held_back` OOM behind its own.

    >>> published_capability(np.array([[0., -1.]]), np.array([[0., 1.]]), np.array([[True, True]]), 3.0).tolist()
    [[-1.0]]
    """
    shown = capability - held_back * (1.0 - open_share)
    return np.max(np.where(active, shown, -9.0), axis=-1, keepdims=True)


@firm_entry(
    _called="readiness",
    rate=number(0.25, "1/year", 0.0, 0.8, "assumption", "chance that a waiting firm enters, at readiness 1 and an open "
                "frontier"),
    exit_rate=number(0.1, "1/year", 0.0, 0.4, "assumption", "chance that a firm far behind gives up"),
    exit_lag=number(3.0, "OOM", 1.5, 6.0, "assumption", "lag behind the frontier from which firms give up"),
    bought=number(0.5, "share", 0.0, 1.0, "assumption", "share of exits that are purchases by the largest firm at home"),
    entry_lag=number(0.5, "OOM", 0.0, 2.0, "assumption", "lag behind the open frontier at which firms enter"),
)
def by_readiness(
    active: Flags, waiting: Flags, capability: Array, best: Array, published: Array, ready: Array, help_: Array,
    uniform: Array, dt: float, *, rate: Array, exit_rate: Array, exit_lag: Array, bought: Array, entry_lag: Array,
) -> tuple[Flags, Flags, Flags, Array]:
    """Who enters, who exits, which exits are purchases, and the capability of the active.

    A waiting firm enters in proportion to the readiness of its home, to what is openly available, and to help
    from a body's programme (`help_`, a factor from 1). One uniform per firm decides entry, exit and purchase:
    purchase is its lower part, so more purchases never change who exits. Shapes (runs, firms).
    """
    near = np.exp(-np.maximum(best - published, 0.0) / 2.0)
    entering = waiting & (uniform < -np.expm1(-rate * ready * near * help_ * dt))
    chance = -np.expm1(-exit_rate * dt) * (best - capability > exit_lag)
    leaving = active & (uniform < chance)
    purchased = leaving & (uniform < chance * bought)
    entered = np.maximum(published - entry_lag, -8.0)
    return entering, leaving, purchased, np.where(entering, entered, capability)


@firm_entry(_called="none")
def no_entry(
    active: Flags, waiting: Flags, capability: Array, best: Array, published: Array, ready: Array, help_: Array,
    uniform: Array, dt: float,
) -> tuple[Flags, Flags, Flags, Array]:
    """No firm enters and none exits.

    >>> flags = np.array([[True, False]])
    >>> [bool(part.any()) for part in no_entry(flags, ~flags, flags * 1.0, 0, 0, 0, 0, 0, 1.0)[:3]]
    [False, False, False]
    """
    nobody = np.zeros_like(active)
    return nobody, nobody, nobody, capability


def heirs(leaving: Flags, stays: Flags, compute: Array, home: Codes) -> tuple[Array, Array, Array]:
    """For each leaving firm, as (row, firm, heir): the largest staying firm of the same home, or -1.

    `home` (firms,) numbers the homes. Used for purchases: the heir takes over the compute.
    """
    row, firm = np.nonzero(leaving)
    size = np.where(stays[row] & (home[None, :] == home[firm][:, None]), compute[row], -1.0)
    heir = np.where(size.max(axis=-1, initial=-1.0) > 0.0, size.argmax(axis=-1), -1) if len(row) else row
    return row, firm, heir
