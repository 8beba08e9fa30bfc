"""What a body offers and asks: its platform, who may take a tier, what outsiders lose in trade (7.5, 7.11, 7.15)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.docking.twin.arithmetic import NOTHING


def shared_models(rule: Any, contributed: float, pace: float, member: bool, lag: float) -> float:
    wait = lag * (0.5 if rule.matching else 1.0) * pace
    return contributed - wait - (0.0 if member else pace + 5.0 * rule.excludability)


def by_compute(rule: Any, nation: Any) -> bool:
    return nation.compute / sum(one.compute for one in nation.world.nations) >= rule.share


PLATFORM: dict[str, Callable[[Any, float, float, bool, float], float]] = {
    "none": lambda rule, contributed, pace, member, lag: NOTHING,
    "shared_models": shared_models,
    "voluntary_sharing": shared_models,
    "state_provided": shared_models,
}
ADMISSION: dict[str, Callable[[Any, Any], bool]] = {
    "open": lambda rule, nation: True,
    "values": lambda rule, nation: nation.rights >= rule.threshold,
    "capability": by_compute,
    "region": lambda rule, nation: any(nation.in_group(group) for group in rule.groups),
    "vote": lambda rule, nation: True,
}
TRADE: dict[str, Callable[[Any, float, float], float]] = {
    "none": lambda rule, club, product: 0.0,
    "club_tariff": lambda rule, club, product: rule.tariff * rule.exposure * club,
    "certification": lambda rule, club, product: rule.strength * rule.exposure * club * product,
    "import_ban": lambda rule, club, product: rule.strength * rule.exposure * club * product,
}
