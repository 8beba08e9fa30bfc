"""Small and whole worlds for runs through Mesa."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.engine import BlockResult
from sim.files import apply

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@cache
def resolved(policy: str = "as-signed", years: int = 3) -> dict[str, Any]:
    """A policy of the first study: as-signed has one tier, commentary three tiers and corporate votes."""
    study = sim.load(SCENARIOS / "studies" / "first-look.yaml")
    return apply(study.policies[policy], {"years": years}, base=study.path)


@pytest.fixture(scope="session")
def world() -> Callable[..., dict[str, Any]]:
    return resolved


@pytest.fixture
def model() -> Iterator[sim.Model]:
    with sim.Model(resolved("commentary"), seed=3) as made:
        yield made


def same(one: BlockResult, row: int, other: BlockResult, its_row: int) -> bool:
    """Whether two rows agree in every bit of their series and panels, and in their events."""

    def events(result: BlockResult, number: int) -> list[dict[str, Any]]:
        return [{**each, "row": 0} for each in result.events if each["row"] == number]

    def equal(left: dict[str, Any], right: dict[str, Any]) -> bool:
        return list(left) == list(right) and all(
            left[name][row].tobytes() == right[name][its_row].tobytes() for name in left
        )

    assert np.array_equal(one.years, other.years)
    panels = one.nations is None or other.nations is None or equal(one.nations, other.nations)
    return equal(one.series, other.series) and panels and events(one, row) == events(other, its_row)


@pytest.fixture(scope="session")
def agree() -> Callable[..., bool]:
    return same
