"""The tools that measure sweeps: benchmarks, torture, paired variance; and the time told before a sweep."""

from __future__ import annotations

import csv
import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.study.forecast import Forecast, busyness, wall_time
from sim.study.sweeping import sweep

ROOT = Path(__file__).resolve().parents[2]


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def ran(*arguments: object, folder: Path) -> subprocess.CompletedProcess[str]:
    """A script from the root of the project, its temporary files below `folder`."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(os.environ.get("CI") == "true", reason="long; `make test` runs it")
def test_benchmarks_give_every_figure_with_its_range(tmp_path: Path) -> None:
    done = ran("benchmarks/run.py", "--quick", "--out", tmp_path / "b.csv", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader((tmp_path / "b.csv").read_text(encoding="utf-8").splitlines()))
    assert list(rows[0]) == ["measure", "value", "low", "high", "unit", "n", "command", "note"]
    found = {row["measure"]: float(row["value"]) for row in rows}
    assert {"ensemble_per_twin", "two_workers_per_one", "machinery_per_run", "single_run", "run_step"} <= set(found)
    assert {"growth_of_nations", "cost_of_steps", "memory_of_runs", "banzhaf_40", "shapley_shubik_40"} <= set(found)
    assert {"peer_batch_run", "peer_workbench_blocks", "peer_banzhaf_textbook", "command_help"} <= set(found)
    assert all(float(row["low"]) <= float(row["value"]) <= float(row["high"]) for row in rows)
    assert [each.name for each in tmp_path.iterdir()] == ["b.csv"], "temporary files are removed"


def test_a_round_of_torture_ends_with_equal_tables_and_leaves_nothing() -> None:
    with tempfile.TemporaryDirectory(prefix="t-") as short:  # sockets bear short names
        done = ran("tools/torture.py", "--rounds", 1, "--futures", 2, "--replicates", 8, folder=Path(short))
        left = list(Path(short).iterdir())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 rounds" in done.stdout
    assert "1 ended with tables equal" in done.stdout
    assert not left


def test_a_folder_for_temporary_files_with_too_long_a_name_is_told(
    study: Callable[..., Path], tmp_path: Path
) -> None:
    deep = tmp_path / ("x" * 90)
    deep.mkdir()
    asked = ("--out", tmp_path / "out", "--workers", 2, "--replicates", 99)
    done = ran("-m", "sim", "sweep", study(), *asked, folder=deep)
    assert done.returncode == 2
    assert "write TMPDIR=/tmp before the command" in done.stderr
    assert "Traceback" not in done.stderr


def test_torture_notices_what_differs(study: Callable[..., Path], tmp_path: Path) -> None:
    """Its comparison finds a changed shard, and a temporary file."""
    torture, path = tool("torture"), study()
    one, other = (
        sweep(path, tmp_path / name, engine="stub_engine", workers=1, progress=False).path for name in ("one", "two")
    )
    assert torture.differences(one, other) == []
    (other / "runs" / ".x.tmp").write_text("half")
    assert torture.differences(one, other) == ["temporary files left: ['.x.tmp']"]
    (other / "runs" / ".x.tmp").unlink()
    file = sorted((other / "series").glob("*.parquet"))[0]
    table = pq.read_table(file)
    pq.write_table(table.slice(1), file)
    assert [each.split(":")[0] for each in torture.differences(one, other)] == ["1 files of series differ", "series"]


def test_paired_ratios_of_a_known_case() -> None:
    """Outcome = future + shock + own noise: of all luck (F + S + N) / N, of shocks alone (S + N) / N."""
    paired = tool("paired_variance")
    luck = np.random.default_rng(4)
    future, shock = luck.normal(0.0, 3.0, (400, 1)), luck.normal(0.0, 2.0, (400, 50))
    own, base = (future + shock + luck.normal(0.0, 1.0, (400, 50)) for _ in range(2))
    ratio, shocks = paired.ratios(own, base)
    assert ratio == pytest.approx(9.0 + 4.0 + 1.0, rel=0.1)
    assert shocks == pytest.approx(4.0 + 1.0, rel=0.05)
    low, high = paired.interval(own, base)
    assert low < ratio < high
    assert high / low < 1.3


def told(**change: Any) -> Forecast:
    whole: dict[str, Any] = {
        "seconds": 100.0, "most": 120.0, "now": 100.0, "blocks": 10, "memory": 1e8, "disk": 1e6, "other": 0.0,
    }  # fmt: skip
    return Forecast(**(whole | change))


@given(st.integers(1, 16), st.integers(1, 16), st.floats(0.0, 20.0), st.integers(1, 300))
def test_the_time_told_is_a_range_that_other_work_only_widens_upwards(
    workers: int, processors: int, other: float, blocks: int
) -> None:
    least, most = wall_time(told(blocks=blocks, other=other), workers, processors, pool=workers > 1)
    alone = wall_time(told(blocks=blocks), workers, processors, pool=workers > 1)
    assert 0.0 < least < most
    assert least == alone[0]
    assert most >= alone[1]
    assert least >= 100.0 / workers


def test_workers_share_the_processors_there_are() -> None:
    """Eight workers on two processors end no sooner than two; a few blocks keep only as many workers busy."""
    assert wall_time(told(), 8, 2, pool=True)[1] >= wall_time(told(), 2, 2, pool=True)[1] * 0.9
    assert wall_time(told(blocks=1), 4, 4, pool=False)[0] == 100.0


@given(st.floats(1.0, 10.0), st.floats(0.0, 50.0), st.integers(1, 64))
def test_other_work_is_what_load_and_wait_agree_on(ratio: float, load: float, processors: int) -> None:
    found = busyness(ratio, load, processors)
    assert 0.0 <= found <= max(0.0, load - 1.0)
    assert found <= ratio * processors - 1.0 or found == 0.0
