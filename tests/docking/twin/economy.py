"""How a nation reaches capability, adopts it and is served by it, and how its own rules move (7.5 to 7.7, 7.10)."""

from __future__ import annotations

import math
from typing import Any

from tests.docking.twin.arithmetic import NOTHING, approach, clip


def best_channel(nation: Any, best_at_home: dict[str, float]) -> float:
    world, rule = nation.world, nation.world.rules["access"]
    found = max(world.published - rule.open_lag, NOTHING)
    for home, capability in best_at_home.items():
        if world.nation_at(home) is nation:
            found = max(found, capability)
        else:
            apart = abs(nation.position - world.stands_at(home).position)
            found = max(found, capability - (rule.foreign_lag + rule.control * world.tension * apart))
    return found


def logistic_adoption(rule: Any, use: float, ready: float, phi: float, dt: float) -> float:
    top = rule.floor + (rule.ceiling - rule.floor) * ready
    return top / (1.0 + (top / use - 1.0) * math.exp(-rule.speed * phi * dt))


def bass(rule: Any, use: float, ready: float, phi: float, dt: float) -> float:
    top = rule.floor + (rule.ceiling - rule.floor) * ready
    p, q = rule.innovation * phi, rule.imitation * phi
    reached = min(use / top, 1.0)
    odds = (1.0 - reached) / (p + q * reached) * math.exp(-(p + q) * dt)
    return top * (1.0 - p * odds) / (1.0 + q * odds)


def income_relaxation(rule: Any, nation: Any, income: float, built: float, now: float, dt: float) -> float:
    start = nation.readiness_supported
    supported = start + rule.slope * math.log10(income / nation.income_start)
    supported += (1.0 - start) * (1.0 - math.exp(-rule.progress * now))
    return clip(approach(nation.readiness, supported, rule.speed, dt) + built, 0.01, 1.0)


def income_groups(rule: Any, group: int, now: float) -> tuple[float, float]:
    fade = math.exp(-rule.convergence * now)
    rate = (rule.low_income, rule.lower_middle, rule.upper_middle, rule.high_income)[group]
    births = (0.026, 0.012, 0.004, 0.003)[group]
    return rule.high_income + (rate - rule.high_income) * fade, 0.003 + (births - 0.003) * fade


def level_gain(rule: Any, applied: float, start: float) -> float:
    return math.exp(rule.gain * (applied - start)) - 1.0


def delayed_gain(rule: Any, applied: float, start: float) -> float:
    def reached(share: float) -> float:
        return (1.0 - rule.delay) * share + rule.delay * share * share

    return math.exp(rule.gain * (reached(applied) - reached(start))) - 1.0


def smooth_minimum(rule: Any, nation: Any, now: float) -> float:
    wanted = nation.ai_use * nation.usefulness
    usable = nation.compute + nation.matched + 1.0
    run = rule.compute_need * usable / nation.population * 10.0 ** min(rule.efficiency * now, 6.0)
    return (wanted**-rule.sharpness + run**-rule.sharpness) ** (-1.0 / rule.sharpness)


def compute_power(rule: Any, kilowatt: float, now: float) -> tuple[float, float]:
    electricity = kilowatt * rule.load * 8760.0 * 1e-9
    return electricity, electricity * rule.intensity * math.exp(-rule.decline * now) * 1e-3


def binding_mix(rule: Any, nation: Any, dt: float) -> float:
    target = clip(nation.ideal["stringency"] + rule.alarm * min(nation.world.harm_memory, 2.0), 0.0, 1.0)
    return approach(nation.stringency, target, rule.speed, dt)


ACCESS = {"best_channel": best_channel}
ADOPTION = {"logistic": logistic_adoption, "bass": bass}
READINESS = {"income_relaxation": income_relaxation}
GROWTH = {"income_groups": income_groups}
ECONOMY = {"level_gain": level_gain, "delayed_gain": delayed_gain}
SERVICE = {"smooth_minimum": smooth_minimum}
ENERGY = {"compute_power": compute_power}
REGULATION = {"binding_mix": binding_mix}
