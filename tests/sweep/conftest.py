"""Small studies on disk, and a stub engine that workers can import."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

STUB = "stub_engine"
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
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Tell the stub engine which runs raise, give no number, die or hang."""
    path = tmp_path / "orders.json"
    monkeypatch.setenv("STUB_ORDERS", str(path))

    def give(**asked: Any) -> None:
        path.write_text(json.dumps(asked))

    return give
