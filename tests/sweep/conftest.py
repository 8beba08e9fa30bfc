"""Small studies on disk, and a stub engine that workers can import."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.results import Results
from sim.study.sweeping import sweep

sys.path.insert(0, str(Path(__file__).parent))

STUB = "stub_engine"
Sweep = Callable[..., Results]
SCENARIO = """format: 1
kind: scenario
years: 3
nations: {sample: 12}
bodies:
  waico: {charter: one}
"""
CHARTER = "format: 1\nname: One\nsponsor: CHN\nfounded: 2026-07-16\n"
STUDY = """format: 1
kind: study
scenario: ../base.yaml
seed: 5
replicates: %(replicates)d
policies:
  plain: {}
  strict: {title: Strict, set: {bodies.waico.policy.stringency: 0.9}}
%(more)sfutures:
  design: latin_hypercube
  count: %(futures)d
  uncertainties:
    world.severity.index: {uniform: [1.1, 2.5]}
outputs: {nations: %(nations)s, events: %(events)s}
"""
THIRD = "  rival: {set: {bodies.rival.charter: one}}\n"


@pytest.fixture
def study(tmp_path: Path) -> Callable[..., Path]:
    """Write a study and return its path; `third` adds a policy with a second body."""

    def write(
        futures: int = 6,
        replicates: int = 4,
        third: bool = False,
        nations: bool = False,
        events: bool = False,
    ) -> Path:
        root = tmp_path / "scenarios"
        (root / "studies").mkdir(parents=True, exist_ok=True)
        (root / "charters").mkdir(exist_ok=True)
        (root / "base.yaml").write_text(SCENARIO)
        (root / "charters" / "one.yaml").write_text(CHARTER)
        file = root / "studies" / "small.yaml"
        file.write_text(
            STUDY
            % {
                "futures": futures,
                "replicates": replicates,
                "more": THIRD if third else "",
                "nations": str(nations).lower(),
                "events": str(events).lower(),
            }
        )
        return file

    return write


@pytest.fixture
def go(tmp_path: Path) -> Sweep:
    """Sweep a study by the stub engine into the folder `out`."""

    def run(path: Path, **more: object) -> Results:
        return sweep(path, tmp_path / "out", engine=STUB, **{"workers": 1, "progress": False, **more})  # type: ignore[arg-type]

    return run


@pytest.fixture(scope="session")
def orders_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file for the whole session: the server that workers are forked from keeps its first environment."""
    path = tmp_path_factory.mktemp("orders") / "orders.json"
    os.environ["STUB_ORDERS"] = str(path)
    return path


@pytest.fixture(autouse=True)
def orders(orders_file: Path) -> Iterator[Callable[..., None]]:
    """Tell the stub engine which runs raise, give no number, die, hang or are held."""

    def give(**asked: Any) -> None:
        new = orders_file.with_suffix(".new")
        new.write_text(json.dumps(asked))
        os.replace(new, orders_file)  # whole, for workers that read it meanwhile

    give()
    yield give
    give()
