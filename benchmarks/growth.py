"""How cost grows: with nations, bodies, tiers, structures, and what a command costs before it does anything."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

from benchmarks import cases
from benchmarks.cases import POLICY, ROOT, Size
from sim.engine import RunSpec, run_block

BODY = "waico"
FIRMS = 60
"""Firms of a synthetic world, whatever its size."""


def _plain(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {key: _plain(value) for key, value in node.items()}
    return [_plain(each) for each in node] if isinstance(node, (list, tuple)) else node


def _changed(size: Size) -> dict[str, Any]:
    found: dict[str, Any] = _plain(cases.scenario(size))
    return found


def synthetic(size: Size, nations: int) -> dict[str, Any]:
    """The charter in a synthetic world of that many nations and always the same number of firms."""
    return {**_changed(size), "nations": {"synthetic": nations, "seed": 1}, "firms": {"synthetic": FIRMS, "seed": 1}}


def with_bodies(size: Size, bodies: int) -> dict[str, Any]:
    """The charter that many times, side by side, and no other body."""
    found = _changed(size)
    found["bodies"] = {f"body{number}": _plain(found["bodies"][BODY]) for number in range(bodies)}
    return found


def with_tiers(size: Size, tiers: int) -> dict[str, Any]:
    """The charter with that many tiers, the innermost one repeated or the outer ones left out."""
    found = _changed(size)
    own = list(found["bodies"][BODY]["tiers"].values())
    found["bodies"][BODY]["tiers"] = {
        f"tier{number}": {**own[min(number, len(own) - 1)], "weight": 1.0 / tiers} for number in range(tiers)
    }
    return found


def structures(size: Size, count: int) -> float:
    """Processor seconds of a block's runs that have so many structures: as many blocks of a part of the runs each."""
    each = size.block // count
    blocks: list[list[RunSpec]] = []
    for number in range(count):
        resolved = _changed(size)
        resolved["world"]["race"]["levels"] += number  # a whole number, so that no two share a block
        blocks.append([RunSpec(POLICY, row // 8, row % 8, 1, resolved) for row in range(each)])
    clock = time.process_time()
    for rows in blocks:
        run_block(rows)
    return time.process_time() - clock


def command_help() -> float:
    """Seconds of the clock that `waico --help` takes, Python included."""
    clock = time.perf_counter()
    subprocess.run([sys.executable, "-m", "sim", "--help"], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - clock


def steps(size: Size) -> dict[str, float]:
    """Processor microseconds of a run-step by what there is more of."""
    rows = size.block // 4
    found = {}
    for count in size.growth_nations:
        found[f"nations {count}"] = cases.steps_of_block(synthetic(size, count), rows)
    for count in size.growth_bodies:
        found[f"bodies {count}"] = cases.steps_of_block(with_bodies(size, count), rows)
    for count in size.growth_tiers:
        found[f"tiers {count}"] = cases.steps_of_block(with_tiers(size, count), rows)
    return found


def elasticity(first: float, last: float, times: float) -> float:
    """By which power cost grows, from its value at both ends of a range and the ratio of the ends.

    >>> elasticity(1.0, 16.0, 4.0)
    2.0
    """
    return math.log(last / first) / math.log(times)
