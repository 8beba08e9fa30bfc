"""Published and exact figures: every target but slow ones is met, and the committed table is about these targets."""

from __future__ import annotations

import csv
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "results" / "reference" / "validation.csv"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("validate", ROOT / "tools" / "validate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    spec.loader.exec_module(module)
    yield module
    sys.path[:] = before


@pytest.fixture(scope="module")
def rows(tool: ModuleType) -> list[dict[str, str]]:
    return tool.judge(quick=True)


def test_every_target_that_is_covered_is_met(rows: list[dict[str, str]]) -> None:
    failed = [f"{row['id']}: expected {row['expected']}, got {row['got']}" for row in rows if row["verdict"] == "fail"]
    assert not failed, "\n".join(failed)
    assert sum(row["verdict"] == "pass" for row in rows) > 250


def test_what_is_not_covered_says_why(rows: list[dict[str, str]]) -> None:
    assert all(len(row["reason"]) > 20 for row in rows if row["verdict"] == "not_covered")


def test_the_committed_table_is_of_these_targets(tool: ModuleType, rows: list[dict[str, str]]) -> None:
    """Its columns, its targets, and no verdict other than today's, slow ones apart."""
    with RESULT.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        committed = {row["id"]: row for row in reader}
    assert tuple(reader.fieldnames or ()) == tool.COLUMNS
    assert list(committed) == [row["id"] for row in rows], "run make validate and commit what it writes"
    for row in rows:
        known = committed[row["id"]]
        assert [known[key] for key in ("what", "expected", "tolerance")] == [
            row[key] for key in ("what", "expected", "tolerance")
        ]
        assert known["verdict"] == row["verdict"] or row["id"] in tool.SLOW


def test_a_wrong_figure_fails(tool: ModuleType) -> None:
    tool.load()
    target = {"id": "power.equal", "what": "", "source": "", "expected": "0.08", "tolerance": "1e-6", "reason": ""}
    assert tool.judged(target, {})["verdict"] == "fail"


def test_a_target_without_code_needs_a_reason(tool: ModuleType) -> None:
    target = {"id": "power.unheard-of", "what": "", "source": "", "expected": "1", "tolerance": "1", "reason": ""}
    with pytest.raises(LookupError, match="no reason"):
        tool.judged(target, {})
