"""The plan of a block: who exists, which rules are in force with which numbers, and the block's chance."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

import sim.rules  # noqa: F401  enrols the rules
from sim.bound import Bound
from sim.charter_plan import BodyPlan, body_plans
from sim.draws import Draws, agent_keys
from sim.population import (
    Firms,
    Nations,
    load_firms,
    load_nations,
    partner_matrix,
    sample_nations,
    synthetic_firms,
    synthetic_nations,
)
from sim.sections import WORLD, Choice
from sim.units import Array, Flags, Keys, Places

# Homes of firms without a row among the nations stand where their closest partner stands (assumption).
STANDS_WITH = {"TWN": "USA", "HKG": "CHN"}

__all__ = ["Plan", "RunSpec", "Stage", "stage_of"]


@dataclass(frozen=True)
class RunSpec:
    """One run: its policy's name, its place in the study, and its resolved scenario (levers and uncertainties in)."""

    policy: str
    future: int
    replicate: int
    seed: int
    scenario: Mapping[str, Any]


@dataclass(frozen=True)
class Stage:
    """Who exists in a study, the same for every policy and future: nations, firms, entrants, homes, partners.

    `home` (firms,) numbers the homes; `home_nation` (homes,) is the nation of a home or -1 (Chinese Taipei, Hong
    Kong), `home_stands` the nation whose level it shares; `area_home` the areas of the market, the last
    (-1) being the rest of the world; `nation_keys` and `firm_keys` key the draws.
    """

    nations: Nations
    firm_id: Any
    firm_home: Any
    supplier: Flags
    entrant: Flags
    firms: Firms
    home: Places
    homes: tuple[str, ...]
    home_nation: Places
    home_stands: Places
    area_home: Places
    partners: Array
    nation_keys: Keys
    firm_keys: Keys


def _nations(choice: Any) -> Nations:
    if isinstance(choice, Mapping) and "sample" in choice:
        return sample_nations(load_nations(), int(choice["sample"]), int(choice.get("seed", 1)))
    if isinstance(choice, Mapping) and "synthetic" in choice:
        return synthetic_nations(int(choice["synthetic"]), int(choice.get("seed", 1)))
    if isinstance(choice, (list, tuple)):
        return load_nations(list(choice))
    return load_nations()


def _entrant_homes(nations: Nations, count: int) -> list[str]:
    """Homes of firms that may enter: places handed out by GDP times readiness (highest averages, Sainte-Laguë)."""
    weight = nations.gdp * nations.readiness
    held = np.zeros(len(weight))
    chosen = []
    for _ in range(count):
        winner = int(np.argmax(weight / (2.0 * held + 1.0)))
        held[winner] += 1
        chosen.append(str(nations.iso3[winner]))
    return chosen


@lru_cache(maxsize=8)
def _stage(nations_choice: str, firms_choice: str, entrants: int) -> Stage:
    nations = _nations(json.loads(nations_choice))
    choice = json.loads(firms_choice)
    present = [str(code) for code in nations.iso3]
    if isinstance(choice, Mapping) and "synthetic" in choice:
        firms = synthetic_firms(int(choice["synthetic"]), int(choice.get("seed", 1)), present)
    else:
        firms = load_firms()
        if "S0001" in present:
            raise ValueError("firms: all needs real nations; write firms: {synthetic: 20} for a synthetic world")
        seated = [home in present or home in ("TWN", "HKG") for home in firms.home]
        firms = firms.take(np.flatnonzero(seated))
    new_homes = _entrant_homes(nations, entrants)
    identities = [str(name) for name in firms.firm_id] + [
        f"entrant-{home}-{new_homes[:place].count(home) + 1}" for place, home in enumerate(new_homes)
    ]
    firm_home = [str(home) for home in firms.home] + new_homes
    homes = tuple(dict.fromkeys(firm_home))
    place = {code: number for number, code in enumerate(present)}
    return Stage(
        nations=nations,
        firm_id=np.array(identities),
        firm_home=np.array(firm_home),
        supplier=np.concatenate([firms.supplier, np.zeros(entrants, dtype=bool)]),
        entrant=np.concatenate([np.zeros(len(firms), dtype=bool), np.ones(entrants, dtype=bool)]),
        firms=firms,
        home=np.array([homes.index(home) for home in firm_home]),
        homes=homes,
        home_nation=np.array([place.get(home, -1) for home in homes]),
        home_stands=np.array([place.get(home, place.get(STANDS_WITH.get(home, ""), 0)) for home in homes]),
        area_home=np.array([number for number, home in enumerate(homes) if home in place] + [-1]),
        partners=partner_matrix(nations),
        nation_keys=agent_keys(present),
        firm_keys=agent_keys(identities),
    )


def stage_of(scenario: Mapping[str, Any]) -> Stage:
    """The stage of a resolved scenario; the same object for every scenario with the same population."""
    return _stage(
        json.dumps(scenario.get("nations", "all")),
        json.dumps(scenario.get("firms", "all")),
        int(scenario.get("entrants", 8)),
    )


class Plan:
    """What a block of runs of one structure needs besides its state."""

    def __init__(self, specs: Sequence[RunSpec]) -> None:
        self.specs = tuple(specs)
        first = specs[0].scenario
        self.runs = len(specs)
        self.years = int(first["years"])
        self.steps_per_year = int(first.get("steps_per_year", 4))
        self.start_year = int(first.get("start", 2026))
        self.power_every = int(first.get("measures", {}).get("power_every", 0))
        self.dt = 1.0 / self.steps_per_year
        self.stage = stage_of(first)
        self.draws = Draws(
            [spec.seed for spec in specs], [spec.future for spec in specs], [spec.replicate for spec in specs]
        )
        self.world: dict[str, Bound] = {
            slot: Bound(field.family, [spec.scenario["world"][slot] for spec in specs])
            for slot, field in WORLD.fields.items()
            if isinstance(field, Choice)
        }
        self.bodies: dict[str, BodyPlan] = body_plans([spec.scenario["bodies"] for spec in specs], self.stage)

    def rule(self, slot: str) -> Bound:
        """The rule in force for a process of the world."""
        return self.world[slot]

    @property
    def nation_shape(self) -> tuple[int, int]:
        """(runs, nations)."""
        return self.runs, len(self.stage.nations.iso3)

    @property
    def firm_shape(self) -> tuple[int, int]:
        """(runs, firms), entrants included."""
        return self.runs, len(self.stage.firm_id)
