"""The frontier: investment in compute and growth of capability."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, number
from sim.units import Array, Flags

investment = Family("investment", "How much compute the world buys, and who gets it.")
frontier = Family("frontier", "How a firm's capability grows.")

COMPUTE_FLOOR = 100.0  # H100e below which a firm's own compute no longer matters for its capability


@investment(
    start_growth=number(
        2.0,
        "ratio",
        1.5,
        3.3,
        "Epoch AI 2025: installed AI compute grows about 2.3 times a year; less in 2026 as power binds (assumption)",
        "growth of all compute stocks during 2026, from the data's date to the start",
    ),
    reinvested=number(0.6, "share", 0.2, 1.0, "assumption", "share of AI revenue that firms invest in compute"),
    outside=number(
        600.0,
        "bn USD/year",
        300.0,
        1000.0,
        "assumption; the four largest cloud firms announced some 650-725 bn USD of capital spending for 2026 and "
        "analysts expect about 1,100 for five in 2027, of which this part is for AI and not paid from AI revenue",
        "capital from outside the AI business in the first year",
    ),
    outside_growth=number(
        0.08, "1/year", -0.1, 0.25, "assumption", "growth of outside capital", at_least=-1.0
    ),
    world_share=number(
        0.02,
        "share",
        0.005,
        0.05,
        "assumption; railways and telecoms peaked at 1-3 % of output",
        "ceiling of AI investment, as a share of world product",
    ),
    price=number(
        22000.0,
        "USD",
        12000.0,
        35000.0,
        "assumption: about 600 bn USD of announced investment in 2026 over 20-30 million H100e added",
        "cost of an installed H100-equivalent at the start",
    ),
    price_decline=number(
        0.26,
        "1/year",
        0.1,
        0.4,
        "Epoch AI 2024: price-performance of AI hardware improves about 30 % a year",
        "rate at which that cost falls",
    ),
    depreciation=number(0.2, "1/year", 0.1, 0.35, "assumption; useful lives of 3-6 years", "rate of wear"),
    power=number(
        70.0,
        "GW",
        60.0,
        130.0,
        "assumption; Epoch AI puts AI data centres near 30 GW at the end of 2025",
        "electric power that AI may use at the start",
    ),
    power_growth=number(
        0.11,
        "1/year",
        0.05,
        0.3,
        "assumption; with some 400 TWh of other data centres it gives about 1,500 TWh in 2035, beside the 1,200 (base) "
        "to 1,700 (lift-off) of IEA 2025, Energy and AI",
        "growth of that power",
    ),
    draw=number(1.4, "kW", 1.0, 1.8, "Epoch AI 2025: about 1.4 kW of facility power per H100", "power of one H100e"),
    chips=number(
        0.5,
        "share",
        0.3,
        0.7,
        "assumption; accelerators and servers are about half of the cost of a data centre for AI",
        "part of investment that is revenue of chip makers and foundries",
    ),
    draw_decline=number(
        0.26,
        "1/year",
        0.1,
        0.34,
        "Epoch AI 2024: energy efficiency of the leading chips improves 40 % a year (0.34); all chips follow, "
        "as fast as their price falls (assumption)",
        "rate at which that power falls",
    ),
)
def capped(
    compute: Array,
    revenue: Array,
    active: Flags,
    installed: Array,
    world_product: Array,
    elapsed: float,
    dt: float,
    *,
    start_growth: Array,
    reinvested: Array,
    outside: Array,
    outside_growth: Array,
    world_share: Array,
    price: Array,
    price_decline: Array,
    depreciation: Array,
    power: Array,
    power_growth: Array,
    draw: Array,
    chips: Array,
    draw_decline: Array,
) -> tuple[Array, Array, Array, Array]:
    """Firms' compute (H100e) after a step; the world's investment (bn USD a year), cost of one H100e, and additions.

    Firms reinvest revenue; outside capital follows installed compute, of which firms hold a part and others the
    rest (`installed`, the world's stock, (runs, 1)). All together stay below a share of world product, and
    installations below what electric power allows. Shapes (runs, firms), world (runs, 1). `start_growth` is used
    once, by the world's start, and `chips` in the market; they stand here with their kin.
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
    algorithmic_gain=number(
        0.48,
        "OOM/year",
        0.15,
        0.7,
        "Epoch AI 2024, 'Algorithmic progress in language models': "
        "efficiency triples a year (0.48 OOM; 95 % interval 0.2-0.9)",
        "OOM of effective compute added by better algorithms at the start",
    ),
    start_pace=number(
        0.9,
        "OOM/year",
        0.3,
        1.5,
        "Epoch AI 2024: effective compute of the largest models grew about "
        "1.1 OOM a year to 2024; less since (assumption)",
        "speed of the frontier in the year before the start",
    ),
    fade=number(0.08, "1/year", 0.0, 0.2, "assumption", "rate at which algorithmic gains decay"),
    effort_cost=number(0.2, "share", 0.0, 0.5, "assumption; the 'safety tax'", "growth lost at full safety effort"),
    spillover=number(0.2, "1/year", 0.0, 0.6, "assumption", "rate of catching up with what is openly published"),
    returns=number(
        0.5,
        "ratio",
        0.3,
        1.0,
        "assumption; firms with a hundredth of the leaders' compute are about one OOM behind (docs/data.md)",
        "capability gained per OOM of compute gained on the largest firm",
    ),
)
def effective_compute(
    capability: Array,
    before: Array,
    after: Array,
    safety: Array,
    published: Array,
    elapsed: float,
    dt: float,
    *,
    algorithmic_gain: Array,
    start_pace: Array,
    fade: Array,
    effort_cost: Array,
    spillover: Array,
    returns: Array,
) -> Array:
    """Capability (OOM) grows with the firm's compute, decaying algorithmic gains, and what others publish.

    `before` and `after` are the firm's compute (H100e) around the step; `published` the best open capability.
    The largest firm's growth counts in full, what a firm gains or loses on it by `returns`: small firms already
    do more with less. Gains on it count only up to what that much compute supports, `returns` per OOM below the
    largest firm's, so that a firm which rose on others' open models is not paid twice for its later compute.
    `start_pace` is used once, by the start. Shapes (runs, firms); `published` (runs, 1).

    >>> c = effective_compute(np.zeros((1, 1)), np.array([[1e5]]), np.array([[1e6]]), np.zeros((1, 1)),
    ...                       np.full((1, 1), -2.0), 0.0, 1.0, algorithmic_gain=0.5, fade=0.0, effort_cost=0.0,
    ...                       spillover=0.0, returns=0.5)
    >>> round(float(c[0, 0]), 3)
    1.5
    """
    own = np.log10((after + COMPUTE_FLOOR) / (before + COMPUTE_FLOOR))
    largest = np.arange(before.shape[-1]) == before.argmax(axis=-1)[:, None]
    leader = np.where(largest, own, 0.0).sum(axis=-1, keepdims=True)
    size = np.log10((after + COMPUTE_FLOOR) / (after.max(axis=-1, keepdims=True) + COMPUTE_FLOOR))
    room = np.maximum(capability.max(axis=-1, keepdims=True) + returns * size - capability, 0.0)
    hardware = leader + np.minimum(returns * (own - leader), room)
    ideas = algorithmic_gain * np.exp(-fade * elapsed) * (1.0 - effort_cost * safety) * dt
    learnt = np.maximum(published - capability, 0.0) * (1.0 - np.exp(-spillover * dt))
    return capability + np.maximum(hardware + ideas, 0.0) + learnt
