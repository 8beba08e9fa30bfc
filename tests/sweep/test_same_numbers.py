"""The same numbers everywhere: alone, in blocks of any size, in this process, in a pool, on another executor."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import sim
from sim.errors import StoreError
from sim.files import load
from sim.results import Results
from sim.study import job
from sim.study.again import again
from sim.study.policies import of_study
from sim.study.single import run_in_memory
from sim.study.sweeping import sweep

STUB = "stub_engine"
TABLES = ("runs", "series", "nations", "events")


def assert_equal(one: Results, other: Results, tables: tuple[str, ...] = TABLES) -> None:
    for name in tables:
        pd.testing.assert_frame_equal(one.read(name), other.read(name), check_exact=True)


@pytest.fixture
def whole(study: Callable[..., Path], tmp_path: Path) -> tuple[Path, Results]:
    path = study(third=True, nations=True, events=True)
    return path, sweep(path, tmp_path / "whole", engine=STUB, workers=1, progress=False)


def test_two_workers_give_what_one_process_gives(
    whole: tuple[Path, Results], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, one = whole
    monkeypatch.setattr(job, "SMALL", 0.0)
    two = sweep(path, tmp_path / "two", engine=STUB, workers=2, progress=False)
    assert_equal(one, two)
    names = [sorted(file.name for file in (results.path / "runs").iterdir()) for results in (one, two)]
    assert names[0] == names[1], "blocks are part of the plan, not of the workers"
    for file in names[0]:
        parts = [(results.path / name / file).read_bytes() for name in TABLES for results in (one, two)]
        assert parts[0::2] == parts[1::2], "shards are equal byte for byte"


@pytest.mark.parametrize("size", [1, 7, 500])
def test_the_size_of_a_block_changes_nothing(
    whole: tuple[Path, Results], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    path, one = whole
    monkeypatch.setattr(job, "block_size", lambda runs: size)
    assert_equal(one, sweep(path, tmp_path / "other", engine=STUB, workers=1, progress=False))


def test_several_blocks_in_a_shard_change_nothing(
    whole: tuple[Path, Results], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, one = whole
    monkeypatch.setattr(job, "block_size", lambda runs: 3)
    monkeypatch.setattr(job, "blocks_a_shard", lambda runs: 4)
    many = sweep(path, tmp_path / "other", engine=STUB, workers=1, progress=False)
    assert_equal(one, many)
    shards = [pq.read_table(file) for file in (many.path / "runs").glob("*.parquet")]
    assert max(shard.num_rows for shard in shards) > 3, "a shard holds more than one block"


def test_any_executor_gives_the_same(whole: tuple[Path, Results], tmp_path: Path) -> None:
    path, one = whole
    with ThreadPoolExecutor(2) as pool:
        assert_equal(one, sweep(path, tmp_path / "lent", executor=pool, engine=STUB, progress=False))


def test_tables_in_memory_equal_those_on_disk(whole: tuple[Path, Results]) -> None:
    path, one = whole
    assert_equal(one, run_in_memory(of_study(load(path)), STUB))


def test_what_is_collected_changes_no_number(
    whole: tuple[Path, Results], tmp_path: Path, study: Callable[..., Path]
) -> None:
    _, full = whole
    lean = sweep(study(third=True), tmp_path / "lean", engine=STUB, workers=1, progress=False)
    assert_equal(full, lean, ("runs", "series"))
    with pytest.raises(sim.errors.StoreError, match="outputs"):
        lean.read("nations")


def test_a_row_alone_agrees_bit_for_bit(whole: tuple[Path, Results]) -> None:
    _, one = whole
    for identity in one.runs["run_id"][::17]:
        found = again(one.path, identity)
        assert not found.differences
        assert not found.notes
        assert found.numbers > 30


def test_a_changed_number_is_noticed_when_a_row_is_run_again(whole: tuple[Path, Results]) -> None:
    _, one = whole
    identity = one.runs["run_id"].iloc[0]
    for file in (one.path / "series").glob("*.parquet"):
        table = pq.read_table(file)
        place = table.column_names.index("growth")
        values = [None if each is None else each + 1e-15 for each in table.column(place).to_pylist()]
        pq.write_table(table.set_column(place, table.schema.field(place), [values]), file)
    found = again(one.path, identity)
    assert found.differences
    assert all("growth" in text for text in found.differences)


def test_common_random_numbers(whole: tuple[Path, Results], study: Callable[..., Path], tmp_path: Path) -> None:
    """The stub's growth depends on no policy: every policy meets the same futures and shocks."""
    runs = whole[1].runs
    wide = runs.pivot(index=["future", "replicate"], columns="policy", values="growth.end")
    assert (wide["plain"] == wide["strict"]).all()
    assert (wide["plain"] == wide["rival"]).all()
    assert wide["plain"].nunique() == len(wide)
    fewer = sweep(study(), tmp_path / "fewer", engine=STUB, workers=1, progress=False).runs
    same = runs[runs["policy"] != "rival"].reset_index(drop=True)
    shared = [column for column in fewer.columns if not column.startswith("rival")]
    pd.testing.assert_frame_equal(fewer[shared], same[shared], check_exact=True)


def test_a_body_that_a_policy_lacks_is_blank_and_every_shard_has_every_column(whole: tuple[Path, Results]) -> None:
    _, one = whole
    blank = one.runs.groupby("policy")["rival.members.end"].apply(lambda each: each.isna().all())
    assert blank.to_dict() == {"plain": True, "strict": True, "rival": False}
    for name in TABLES:
        schemas = {str(pq.read_schema(file).remove_metadata()) for file in (one.path / name).glob("*.parquet")}
        assert len(schemas) == 1
        assert pq.read_schema(next((one.path / name).glob("*.parquet"))).names == [
            each["name"] for each in one.manifest["schema"]["tables"][name]
        ]


def test_mean_is_over_the_defined_years_after_the_start(whole: tuple[Path, Results]) -> None:
    _, one = whole
    later = one.series[one.series["year"] > 2026].groupby("run_id", sort=False)
    for measure in ("growth", "luck", "waico.members"):
        expected = later[measure].mean().to_numpy()
        pd.testing.assert_series_equal(
            one.runs[f"{measure}.mean"], pd.Series(expected, name=f"{measure}.mean"), check_exact=False, rtol=1e-14
        )
    last = one.series[one.series["year"] == one.series["year"].max()]
    pd.testing.assert_series_equal(
        one.runs["luck.end"], last["luck"].reset_index(drop=True).rename("luck.end"), check_exact=True
    )


def test_parts_are_read_by_column_and_by_value(whole: tuple[Path, Results]) -> None:
    _, one = whole
    part = one.read("series", columns=["year", "growth"], where={"policy": "strict", "year": [2027, 2028]})
    runs = set(one.runs.loc[one.runs["policy"] == "strict", "run_id"])
    whole_part = one.series[one.series["run_id"].isin(runs) & one.series["year"].isin([2027, 2028])]
    pd.testing.assert_frame_equal(part, whole_part[["year", "growth"]].reset_index(drop=True))
    with pytest.raises(sim.errors.StoreError, match="no column 'groth'"):
        one.read("series", columns=["groth"])


def test_a_script_without_a_main_guard_sweeps_in_workers_that_never_run_it(
    study: Callable[..., Path], tmp_path: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "print('the script is read')\n"
        "from sim.study import job\n"
        "from sim.study.sweeping import sweep\n"
        "job.SMALL = 0.0\n"
        f"results = sweep({str(study())!r}, {str(tmp_path / 'out')!r}, workers=2, engine={STUB!r})\n"
        "print(len(results.runs), 'runs')\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "the script is read\n48 runs\n"
    assert "on 2 workers" in done.stderr


def test_finished_rows_remember_the_machine_that_made_them(whole: tuple[Path, Results], tmp_path: Path) -> None:
    """A sweep that finds everything done, or only adds replicates, must not claim rows another machine made."""
    path, one = whole
    out = Path(shutil.copytree(one.path, tmp_path / "moved"))
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["made_with"]["machine"]["processor_features"] = ["another"]
    (out / "manifest.json").write_text(json.dumps(manifest))
    for replicates in (None, one.manifest["shape"]["replicates"] + 1):
        found = sweep(path, out, engine=STUB, workers=1, progress=False, replicates=replicates)
        notes = again(out, str(found.runs["run_id"].iloc[0])).notes
        assert any("another processor features" in note for note in notes)
    assert "another" not in found.manifest["made_with"]["machine"]["processor_features"]
    fresh = sweep(path, out, engine=STUB, workers=1, progress=False, fresh=True)
    assert not again(out, str(fresh.runs["run_id"].iloc[0])).notes


def test_what_is_wanted_may_be_any_list_and_nonsense_is_told(whole: tuple[Path, Results]) -> None:
    _, one = whole
    wanted = one.runs["run_id"].iloc[:3]
    for form in (wanted, wanted.to_numpy(), list(wanted), iter(list(wanted))):
        assert len(one.read("runs", ["run_id"], {"run_id": form})) == 3
    for strange in ("first", 0.5):
        with pytest.raises(StoreError, match="where: found .* for the column 'future', expected int64"):
            one.read("runs", ["run_id"], {"future": strange})
