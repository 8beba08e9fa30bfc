"""A small engine with the contract of `sim.engine`: keyed draws, a few columns, and failures on demand.

It fails as files named in STUB_* environment variables say, so that a test can change its mind between
sweeps.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.bound import structure
from sim.draws import Draws, agent_keys
from sim.plan import RunSpec

__all__ = ["may_be_undefined", "panel_columns", "run_block", "series_columns", "structure"]

NATIONS = ["CHN", "KAZ", "IDN", "NOR"]


@dataclass
class Answer:
    years: Any
    series: dict[str, Any]
    nations: dict[str, Any] | None
    iso3: list[str]
    events: list[dict[str, Any]]
    errors: list[str | None]


def orders() -> dict[str, Any]:
    """What the test asks for: raise, nan, die, hang, hold (lists of [policy, future, replicate]).

    A run that is held goes on when the orders no longer say so; `hold_but` holds all that it does not name.
    """
    path = os.environ.get("STUB_ORDERS", "")
    return json.loads(Path(path).read_text()) if path and Path(path).exists() else {}


def held(one: list[Any], asked: Mapping[str, Any]) -> bool:
    return one in asked.get("hold", []) or ("hold_but" in asked and one[:2] not in asked["hold_but"])


def series_columns(resolved: Mapping[str, Any]) -> tuple[str, ...]:
    return ("growth", "luck", *(f"{body}.members" for body in resolved["bodies"]))


def panel_columns(resolved: Mapping[str, Any]) -> tuple[str, ...]:
    return ("growth",)


def may_be_undefined(column: str) -> bool:
    return column == "luck"


def run_block(specs: Sequence[RunSpec], *, nations: bool = False, events: bool = False) -> Answer:
    asked = orders()
    years = int(specs[0].scenario["years"])
    few = specs[:: max(1, len(specs) // 8)]
    assert len({structure(spec.scenario) for spec in few}) == 1, "a block holds one structure"
    who = [[spec.policy, spec.future, spec.replicate] for spec in specs]
    in_worker = multiprocessing.parent_process() is not None
    for one in who:
        if one in asked.get("die", []) and in_worker:
            os._exit(9)
        if one in asked.get("hang", []) and in_worker:
            time.sleep(3600)
        while in_worker and held(one, orders()):
            time.sleep(0.01)
        if one in asked.get("raise", []):
            raise ValueError(f"asked to fail in {one[0]}")
    draws = Draws([s.seed for s in specs], [s.future for s in specs], [s.replicate for s in specs])
    keys = agent_keys(NATIONS)
    severity = np.array([[spec.scenario["world"]["severity"]["index"]] for spec in specs])
    growth = [np.zeros((len(specs), len(NATIONS)))]
    for year in range(years):
        growth.append(growth[-1] * 0.9 + np.exp(-severity) * draws.normal("growth", keys, year))
    panel = np.stack(growth, axis=1)
    total = panel.sum(axis=-1)
    luck = np.where(total > 0.0, total, np.nan)
    series = {"growth": total, "luck": luck}
    for place, (body, _) in enumerate(specs[0].scenario["bodies"].items()):
        powers = np.array([[s.scenario["bodies"][body]["policy"]["stringency"]] for s in specs])
        series[f"{body}.members"] = np.floor(37.0 + place + 10 * (1 - powers) * np.abs(total))
    for row, one in enumerate(who):
        if one in asked.get("nan", []):
            series["growth"][row, -1] = np.nan
    noted = (
        [
            {"row": row, "year": 2027.0, "kind": "join", "agent": "KAZ", "draw": float(total[row, 1])}
            for row in range(len(specs))
        ]
        if events
        else []
    )
    return Answer(
        2026.0 + np.arange(years + 1),
        series,
        {"growth": panel} if nations else None,
        NATIONS,
        noted,
        [None] * len(specs),
    )
