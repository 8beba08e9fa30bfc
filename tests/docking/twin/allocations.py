"""Allocations with floors and ceilings, solved exactly rather than by bisection."""

from __future__ import annotations

import math
from typing import Any

from tests.docking.twin.arithmetic import shares


def bounded(rule: Any, weight: dict[Any, float]) -> dict[Any, float]:
    """Shares between floor and ceiling; the scale lies between two neighbouring points at which one is bound."""
    members = list(weight)
    if not members:
        return {}
    least, most = min(rule.floor, 1.0 / len(members)), max(rule.ceiling, 1.0 / len(members))
    held = dict.fromkeys(members, least)
    edges = sorted({bound / weight[one] for one in members if weight[one] > 0.0 for bound in (least, most)})
    low = 0.0
    for edge in edges:
        if sum(min(max(edge * weight[one], least), most) for one in members) >= 1.0:
            moving = [one for one in members if least < 0.5 * (low + edge) * weight[one] < most]
            rest = {one: min(max(0.5 * (low + edge) * weight[one], least), most) for one in members}
            fixed = sum(rest[one] for one in members if one not in moving)
            scale = (1.0 - fixed) / max(sum(weight[one] for one in moving), 1e-300)
            held = {one: scale * weight[one] if one in moving else rest[one] for one in members}
            break
        low = edge
    return shares(held)


def global_fund(rule: Any, members: Any, row: Any, paid: Any) -> dict[Any, float]:
    """People not yet served times economic capacity, nobody above the most."""
    slope = math.log(max(rule.cutoff, rule.threshold * 1.001) / rule.threshold)
    weight = {}
    for one in members:
        rich = math.log(max(row[one].income, 1.0) / rule.threshold) / slope
        weight[one] = row[one].population * (1.0 - row[one].ai_service) * min(max(1.0 - rich, 0.0), 1.0)
    able = [one for one in members if weight[one] > 0.0]
    if not able:
        return shares(dict.fromkeys(members, 1.0))
    limit = max(rule.most, 1.0 / len(able))
    capped: list[Any] = []
    for one in sorted(able, key=lambda each: -weight[each]):
        rest = sum(weight[each] for each in able if each not in capped)
        if (1.0 - limit * len(capped)) * weight[one] / rest > limit * (1.0 + 1e-12):
            capped.append(one)
    rest = sum(weight[one] for one in able if one not in capped)
    left = 1.0 - limit * len(capped)
    return shares({one: limit if one in capped else left * weight[one] / rest if rest else 0.0 for one in members})
