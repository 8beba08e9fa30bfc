"""Invariants of every step: random worlds keep them, broken processes are caught and named, off they change nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sim.engine
from sim import invariants
from sim.engine import run_block
from sim.errors import RunError
from sim.files import apply
from sim.phases.run import Run
from tests.docking.scenarios import scenario
from tests.engine.worlds import policies, specs


@pytest.fixture
def debugged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAICO_DEBUG", "1")


def small(**change: Any) -> Any:
    """The commentary's charter in force, few nations, one year in one step."""
    whole = {"bodies.waico.entry_into_force.reached": True, "steps_per_year": 1, **change}
    return apply(policies(1, 14)["commentary"], whole)


@pytest.mark.parametrize("number", range(700, 708))
@pytest.mark.usefixtures("debugged")
def test_random_worlds_keep_every_invariant(number: int) -> None:
    assert run_block(specs(scenario(number), 2)).errors == [None, None]


@pytest.mark.parametrize("name", ["as-signed", "commentary", "consensus"])
@pytest.mark.usefixtures("debugged")
def test_the_real_world_keeps_every_invariant(name: str) -> None:
    resolved = apply(policies(1, None)[name], {"steps_per_year": 1})
    assert run_block(specs(resolved, 1)).errors == [None]


def shifted(group: Callable[[Run], Any], column: str, by: Any) -> Callable[[Run], None]:
    """A fault: one column of one group is changed."""

    def fault(run: Run) -> None:
        columns = group(run)
        setattr(columns, column, by(getattr(columns, column)))

    return fault


def world(run: Run) -> Any:
    return run.state.world


def nations(run: Run) -> Any:
    return run.state.nations


def firms(run: Run) -> Any:
    return run.state.firms


def own(run: Run) -> Any:
    return run.state.bodies["waico"].own


def states(run: Run) -> Any:
    return run.state.bodies["waico"].nations


def seats(run: Run) -> Any:
    return run.state.bodies["waico"].firms


# What a broken process does, the process, words of the invariant that must catch it, and of what was found.
FAULTS: dict[str, tuple[str, Callable[[Run], None], str, str]] = {
    "no number": ("tension", shifted(world, "tension", lambda x: x * np.nan), "finite number", "world.tension"),
    "above 1": ("AI service", shifted(nations, "ai_service", lambda x: x + 1.0), "shares lie", "nation.ai_service"),
    "negative stock": ("frontier research", shifted(nations, "compute", lambda x: -x), "shares lie", "nation.compute"),
    "a given fact": ("tension", shifted(nations, "rights", lambda x: x * 0.5), "what is given", "nation.rights"),
    "no such tier": ("membership", shifted(states, "tier", lambda x: np.where(x >= 0, 9, x)), "status, tier", "tier"),
    "unratified": ("entry into force", shifted(states, "ratified", lambda x: x & False), "status, tier", "status"),
    "force lapses": ("assembly", shifted(own, "in_force", lambda x: x & False), "status, tier", "waico"),
    "shares of 2": ("market", shifted(firms, "market_share", lambda x: 0.9 * x), "market shares sum", "sum of market"),
    "who left": ("entry and exit of firms", shifted(firms, "active", lambda x: x | True), "in business", "firm."),
    "empty seats": ("firms' seats", shifted(seats, "seat", lambda x: x | True), "in business", "waico.seat"),
    "product": ("adoption and output", shifted(world, "world_product", lambda x: 2.0 * x), "sum of GDP", "product"),
    "less than own": ("access", shifted(nations, "capability", lambda x: x - 20.0), "own reach", "nation.capability"),
    "made": ("equity mechanism", shifted(own, "reserve", lambda x: x + 0.01), "money is conserved", "income less"),
    "lost": ("equity mechanism", shifted(own, "costs", lambda x: 0.5 * x), "money is conserved", "income less"),
    "someone's dues": ("equity mechanism", shifted(states, "dues", lambda x: 2.0 * x), "money is conserved", "parts"),
    "too many pass": ("assembly", shifted(own, "passed", lambda x: x + 99.0), "counts agree", "waico.passed"),
    "too many won": ("assembly", shifted(states, "wins", lambda x: x + 9.0), "counts agree", "waico.wins"),
    "forgetting": ("frontier research", shifted(firms, "capability", lambda x: x - 1.0), "forget", "firm.capability"),
}


@pytest.mark.parametrize("name", list(FAULTS))
@pytest.mark.usefixtures("debugged")
def test_a_broken_process_is_caught_and_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    process, fault, claim, found = FAULTS[name]

    def faulty(phase: Callable[[Run], None]) -> Callable[[Run], None]:
        def both(run: Run) -> None:
            phase(run)
            fault(run)

        return both

    steps = tuple((each, faulty(phase) if each == process else phase, when) for each, phase, when in sim.engine.STEP)
    monkeypatch.setattr("sim.engine.STEP", steps)
    with pytest.raises(RunError) as caught:
        run_block(specs(small(), 1))
    said = str(caught.value)
    assert f"after {process} in 2027" in said and claim in said and found in said and "run 0 (policy p" in said


def test_every_invariant_is_broken_by_some_fault() -> None:
    told = [claim for _, _, claim, _ in FAULTS.values()]
    assert all(any(words in name for words in told) for name in invariants.INVARIANTS)


def test_checked_runs_have_the_same_numbers_and_unchecked_ones_are_not_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WAICO_DEBUG", "1")
    checked = run_block(specs(small(), 2))

    def never(*_: Any) -> None:
        raise AssertionError("an unchecked run was checked")

    monkeypatch.setattr(invariants, "check", never)
    monkeypatch.setenv("WAICO_DEBUG", "0")
    plain = run_block(specs(small(), 2))
    assert all(np.array_equal(checked.series[key], plain.series[key], equal_nan=True) for key in plain.series)
