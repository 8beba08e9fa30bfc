"""Every purpose string stands for one meaning: two draws that shared one would be the same number."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from sim.draws import Draws
from sim.engine import run_block
from tests.draws.purposes import sites
from tests.engine.worlds import policies, specs

RUN = sites("phases", "start.py")
POPULATION = sites("population")

# Purposes drawn at more than one place on purpose, with the reason.
SHARED: dict[str, str] = {}
# Purposes whose name ends in a number or a name that the code puts in.
COUNTED = {"agenda {}", "ballot {}", "absence {}", "incident size {}", "misuse size {}", "ideal {}{}"}


def test_the_scan_finds_the_draws_of_the_model() -> None:
    found = {site.purpose for site in RUN}
    assert {"taste", "tier", "opportunity", "incident", "firm entry", "tension", *COUNTED} <= found
    assert "{}" not in found, "a purpose that no reader of the code can name"
    assert {site.purpose for site in RUN if "{}" in site.purpose} == COUNTED


def test_a_purpose_is_drawn_at_one_place_for_one_group_of_agents() -> None:
    """The same purpose for nations and for firms is one meaning only where both stand in one function."""
    places: dict[str, list[str]] = defaultdict(list)
    for site in RUN:
        places[site.purpose].append(f"{site.who} in {site.file}, {site.function}")
    for purpose, where in places.items():
        assert purpose in SHARED or max(Counter(where).values()) == 1, (purpose, where)
        assert len({each.split(" in ")[1] for each in where}) == 1, (purpose, where)


def test_no_purpose_with_a_number_reads_like_another() -> None:
    names = {site.purpose for site in RUN}
    for counted in COUNTED:
        stem = counted.rstrip("{}")
        assert not {name for name in names if name != counted and name.startswith(stem)}, counted


def test_purposes_of_populations_and_designs_are_not_those_of_runs() -> None:
    """Samples, made-up worlds, designs and resampling have seeds of their own, which may equal a study's."""
    own = {(site.purpose, site.line) for site in POPULATION if site.purpose != "{}"}
    assert max(Counter(purpose for purpose, _ in own).values()) == 1
    shared = {purpose for purpose, _ in own} & {site.purpose for site in RUN}
    assert not shared
    for site in (*sites("study"), *sites("comparison", "robustness")):
        assert site.purpose.startswith(("design:", "bootstrap:")), site


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[Any, ...]]]:
    """Every draw of a run: purpose, body, step, who, and the line that asked for it."""
    found: list[tuple[Any, ...]] = []
    bits = Draws.bits

    def noted(self: Draws, purpose: str, agents: Any, step: int = 0, body: str = "", **more: bool) -> Any:
        frame = sys._getframe(1)
        while frame.f_code.co_filename.endswith(("draws.py", "phases/run.py")) and frame.f_back:
            frame = frame.f_back
        place = f"{frame.f_code.co_filename}:{frame.f_lineno}"
        found.append((purpose, body, step, agents.tobytes(), more.get("per_future", False), place))
        return bits(self, purpose, agents, step, body, **more)

    monkeypatch.setattr(Draws, "bits", noted)
    yield found


@pytest.mark.parametrize("name", list(policies()))
def test_no_number_is_drawn_twice_in_a_run(name: str, drawn: list[tuple[Any, ...]]) -> None:
    """Two years of every charter: the same purpose, body, step and agents never occur twice.

    So bodies do not share shocks by mistake, and no step repeats that of another.
    """
    run_block(specs(policies(2, 14)[name], 2))
    assert len(drawn) > 50
    twice = [each for each, count in Counter(each[:5] for each in drawn).items() if count > 1]
    assert not twice, sorted({each[-1] for each in drawn if each[:5] in twice})


def test_what_is_drawn_is_what_the_scan_found(drawn: list[tuple[Any, ...]]) -> None:
    run_block(specs(policies(1, 14)["commentary"], 1))
    known = {site.purpose for site in RUN}

    def pattern(purpose: str) -> str:
        if purpose in known:
            return purpose
        stem = purpose.split(" ")[0] if purpose.startswith("ideal ") else f"{purpose.rsplit(' ', 1)[0]}"
        return next((each for each in (f"{stem} {{}}", f"{stem} {{}}{{}}") if each in known), purpose)

    assert {pattern(each[0]) for each in drawn} <= known
    assert all(np.frombuffer(each[3], dtype=np.uint64).size for each in drawn)
