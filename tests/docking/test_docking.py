"""Two implementations of one text agree: the engine on arrays, and the plain twin with one object per agent.

Where they differ, one of them does not say what `docs/odd.md` says, or the page is wrong.
"""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pytest

from sim.choices import FAMILIES
from sim.draws import Draws, agent_keys
from sim.engine import BlockResult, RunSpec, run_block, step
from sim.engine import floating_point as tolerant
from sim.plan import Plan
from sim.start import begin
from tests.docking.comparing import ABSOLUTE, RELATIVE, differences
from tests.docking.scenarios import scenario
from tests.docking.twin import World
from tests.docking.twin.handled import HANDLED
from tests.engine.worlds import policies

RANDOM = range(60)
EVERY_COLUMN = range(100, 130)
PRESETS = ("as-signed", "commentary", "consensus")
MEASURES = (
    "frontier", "investment", "revenue", "concentration", "active_firms", "tension", "expected_loss", "realised_loss",
    "incidents", "misuse", "catastrophes",
)  # fmt: skip
BODY_MEASURES = (
    "in_force", "stringency", "rights", "sharing", "redistribution", "response_powers", "dues", "levies",
    "other_income", "allocations", "costs", "reserve", "deadlock", "gridlock", "seats",
)  # fmt: skip
NATION = (
    "gdp", "gdp_gain", "population", "readiness", "ai_use", "compute", "capability", "ai_service", "position",
    "stringency", "stringency_effective", "losses",
)  # fmt: skip
MEMBERSHIP = ("status", "tier", "dues", "receipts", "taste")


class Twin:
    """A run of the twin with what it showed at the start and at each year's end."""

    def __init__(self, resolved: Any, seed: int) -> None:
        self.world = World(resolved, seed, 0, 0)
        self.years = [self._look()]
        for _ in range(resolved["years"]):
            for _ in range(resolved["steps_per_year"]):
                self.world.step()
            self.years.append(self._look())

    def _look(self) -> dict[str, Any]:
        world = self.world
        shown: dict[str, Any] = {name: getattr(world, name, None) for name in MEASURES}
        shown.update(world.flows, active_firms=sum(firm.active for firm in world.firms))
        for name, body in world.bodies.items():
            seats = sum(firm.seats[name].held for firm in world.firms)
            told = {**body.policy, **body.flows, "seats": seats}
            shown.update({f"{name}.{key}": told[key] if key in told else getattr(body, key) for key in BODY_MEASURES})
        for key in NATION:
            shown[f"nation {key}"] = [getattr(nation, key) for nation in world.nations]
        for name in world.bodies:
            for key in MEMBERSHIP:
                shown[f"nation {name}.{key}"] = [getattr(one.membership[name], key) for one in world.nations]
        return shown

    def told(self, key: str) -> np.ndarray:
        """One quantity by year, the start first."""
        return np.array([year[key] for year in self.years], dtype=float)


@cache
def both(number: int) -> tuple[BlockResult, Twin, Any]:
    """The two runs of a random scenario."""
    resolved = scenario(number)
    with tolerant():
        block = run_block([RunSpec("random", 0, 0, number, resolved)], nations=True, events=True)
        return block, Twin(resolved, number), resolved


def story(events: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    """What happened, in the words of the twin; losses apart."""
    facts = {
        "vote": (
            "body", "agent", "proposal", "dimension", "passed", "yes", "no", "in_favour", "against", "abstaining",
            "absent",
        ),
        "signs": ("body", "agent"),
        "leaves": ("body", "agent"),
        "observes": ("body", "agent"),
        "expelled": ("body", "agent"),
        "admission": ("body", "agent", "passed", "yes", "no"),
        "entry": ("agent",),
        "exit": ("agent",),
        "incident": ("agent",),
    }
    return Counter(
        (event["year"], event["kind"], *(event[key] for key in facts[event["kind"]]))
        for event in events
        if event["kind"] in facts
    )


@pytest.mark.parametrize("number", RANDOM)
def test_the_discrete_path_is_the_same(number: int) -> None:
    """Who is in which tier when, what was put to the vote and passed, who entered, left and caused harm."""
    block, twin, resolved = both(number)
    assert block.nations is not None
    for name in resolved["bodies"]:
        for key in ("status", "tier"):
            assert np.array_equal(block.nations[f"{name}.{key}"][0], twin.told(f"nation {name}.{key}")), (name, key)
    mine = Counter(told[:3] if told[1] == "incident" else told for told in twin.world.happened)
    assert story(block.events) == mine


@pytest.mark.parametrize("number", RANDOM)
def test_values_agree(number: int) -> None:
    """Series and nations to 1e-9, in the first two years: rounding may grow later."""
    block, twin, resolved = both(number)
    assert block.nations is not None and block.errors == [None]
    names = [*MEASURES, *(f"{body}.{key}" for body in resolved["bodies"] for key in BODY_MEASURES)]
    pairs = [(name, block.series[name][0], twin.told(name)) for name in names]
    kept = [*NATION, *(f"{body}.{key}" for body in resolved["bodies"] for key in MEMBERSHIP)]
    pairs += [(name, block.nations[name][0], twin.told(f"nation {name}")) for name in kept]
    for name, engine, plain in pairs:
        np.testing.assert_allclose(plain[:3], engine[:3], rtol=RELATIVE, atol=ABSOLUTE, err_msg=name)


def docked(resolved: Any, seed: int) -> None:
    """Run both step by step; every column of the state has to agree after each."""
    with tolerant():
        run, world = begin(Plan([RunSpec("random", 0, 0, seed, resolved)])), World(resolved, seed, 0, 0)
        assert differences(run, world) == [], "at the start"
        for number in range(min(2, resolved["years"]) * resolved["steps_per_year"]):
            step(run)
            world.step()
            assert differences(run, world) == [], f"after step {number}"


@pytest.mark.parametrize("number", EVERY_COLUMN)
def test_every_column_agrees_after_every_step(number: int) -> None:
    docked(scenario(number), number)


@pytest.mark.parametrize("name", PRESETS)
def test_the_shipped_charters_agree(name: str) -> None:
    """Real nations and firms under the charters of the first study."""
    docked(policies(years=2)[name], 5)


def test_the_scenarios_are_not_idle() -> None:
    """What is compared did happen: every kind of event and status, votes lost and won, every rule in some scenario."""
    seen: Counter[Any] = Counter()
    for number in RANDOM:
        block, twin, _ = both(number)
        seen.update(event["kind"] for event in block.events)
        seen.update(f"passed {event['passed']}" for event in block.events if event["kind"] == "vote")
        seen.update(f"admitted {event['passed']}" for event in block.events if event["kind"] == "admission")
        for body in twin.world.bodies:
            seen.update(int(code) for year in twin.years for code in year[f"nation {body}.status"])
    kinds = {"vote", "signs", "leaves", "observes", "expelled", "admission", "entry", "exit", "incident"}
    wanted = {*kinds, "passed True", "passed False", "admitted True", "admitted False", *range(7)}
    assert wanted <= set(seen), f"never seen: {wanted - set(seen)}"
    used = {(choice, node["rule"]) for number in RANDOM for choice, node in rules_in(scenario(number))}
    missing = {(family, name) for family, names in HANDLED.items() for name in names} - used
    assert not missing, f"no scenario uses {sorted(missing)}; take more numbers"


def rules_in(node: Any, key: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Every choice of a resolved scenario, with the family it is from."""
    renamed = {"entry": "firm_entry", "seats": "firm_seats", "corporate": "corporate_role", "trade": "trade_measure"}
    if not isinstance(node, dict):
        return []
    family = "vote_weight" if key == "weight" else renamed.get(key, key)
    here = [(family, node)] if "rule" in node else []
    return here + [found for name, below in node.items() for found in rules_in(below, name)]


def test_every_rule_has_a_twin() -> None:
    """A rule that is enrolled in the package and not in the twin fails here; so does one the twin alone knows."""
    for name, family in FAMILIES.items():
        ships = all(rule.function.__module__.startswith("sim.") for rule in family)
        if name in ("measure", "body_measure") or not ships:
            continue
        assert name in HANDLED, f"the family {name} has no twin; see tests/docking/twin/handled.py"
        assert {rule.name for rule in family} == set(HANDLED[name]), name


def test_the_twin_is_another_implementation() -> None:
    """It shares data, luck and the object that counts votes, and no rule, phase or array."""
    shared = {"sim.draws", "sim.plan", "sim.population", "sim.choices", "sim.rules.decision"}
    for path in sorted((Path(__file__).parent / "twin").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                taken = node.module
                assert not taken.startswith("sim") or taken in shared, f"{path.name} imports {taken}"
                assert not taken.startswith("numpy"), f"{path.name} imports {taken}"
            if isinstance(node, ast.Import):
                assert not {name.name.split(".")[0] for name in node.names} & {"sim", "numpy"}, path.name


def test_the_twin_is_an_ordinary_mesa_model() -> None:
    world = World(scenario(1), 1, 0, 0)
    assert isinstance(world, mesa.Model)
    assert len(world.agents) == len(world.nations) + len(world.firms) + len(world.bodies)
    world.step()
    assert world.steps == 1


def told_uniform(numbers: tuple[int, int, int], purpose: str, agent: str, step: int, body: str, future: bool) -> float:
    """A draw in whole numbers of any length, as the page tells it."""
    golden, top = 0x9E3779B97F4A7C15, 2**64

    def mix(x: int) -> int:
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 % top
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB % top
        return x ^ (x >> 31)

    def key(text: str) -> int:
        return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")

    base = mix(mix((numbers[0] + golden) % top) ^ mix((numbers[1] + 2 * golden) % top))
    k = mix(base ^ mix(top - 1 if future else (numbers[2] + 3 * golden) % top))
    k = mix(mix(k ^ key(purpose)) ^ key("body:" + body))
    k = mix((k + (step + 1) * golden) % top)
    return (((mix((mix(k ^ key(agent)) + golden) % top)) >> 12) + 0.5) / 2**52


@pytest.mark.parametrize("future", [False, True])
def test_draws_are_as_told(future: bool) -> None:
    agents = ["CHN", "KAZ", "F0007"]
    found = Draws([5], [2], [9]).uniform("ballot 1", agent_keys(agents), 12, "waico", per_future=future)[0]
    assert found.tolist() == [told_uniform((5, 2, 9), "ballot 1", name, 12, "waico", future) for name in agents]
