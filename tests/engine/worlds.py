"""Small worlds for tests of the engine: resolved scenarios, built through the same files a user would write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.engine import RunSpec
from sim.files import Scenario, Study, apply, load

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"


def policies(years: int = 3, sample: int | None = 16) -> dict[str, Any]:
    """The policies of the first study, on a sample of nations and a few years."""
    study = load(SCENARIOS / "studies" / "first-look.yaml")
    assert isinstance(study, Study)
    change: dict[str, Any] = {"years": years}
    if sample:
        change["nations"] = {"sample": sample, "seed": 3}
    return {name: apply(resolved, change) for name, resolved in study.policies.items()}


def baseline(years: int = 3, sample: int | None = 16, **change: Any) -> dict[str, Any]:
    """The baseline scenario with changes by path."""
    scenario = load(SCENARIOS / "baseline.yaml")
    assert isinstance(scenario, Scenario)
    whole: dict[str, Any] = {"years": years, **change}
    if sample:
        whole["nations"] = {"sample": sample, "seed": 3}
    return apply(scenario.resolved, whole)


def charter(name: str) -> dict[str, Any]:
    """A preset charter as plain data, without the charter that its tastes refer to."""
    return {**load(SCENARIOS / "charters" / f"{name}.yaml").resolved, "reference": None}


def specs(resolved: Any, count: int = 4, seed: int = 11, policy: str = "p") -> list[RunSpec]:
    """`count` runs of one scenario: two futures, then replicates."""
    return [RunSpec(policy, number % 2, number // 2, seed, resolved) for number in range(count)]
