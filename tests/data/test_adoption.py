"""Use of AI predicted for nations left out: the filling rule beats naive guesses, and its stated error is honest."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "sanity_adoption.py"


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sanity_adoption", TOOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("by_region", [False, True])
def test_nations_left_out_are_predicted_better_than_by_naive_guesses(by_region: bool) -> None:
    asked = tool()
    found = asked.left_out(by_region)
    assert len(found["measured"]) >= 100
    off = {guess: asked.error(found, guess)[0] for guess in ("rule", "group", "world")}
    assert off["rule"] < 0.95 * off["group"] and off["rule"] < 0.6 * off["world"]
    assert asked.error(found, "rule")[1] > 0.5
    assert 0.8 <= asked.covered(found) <= 0.97  # of an interval of 90 %
