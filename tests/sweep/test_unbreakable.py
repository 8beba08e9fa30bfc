"""Nothing that was finished is lost, nothing is mixed, and every refusal is one plain sentence."""

from __future__ import annotations

import fcntl
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import psutil
import pytest

from sim.errors import SimError, StoreError
from sim.results import Results, open_results
from sim.store import machine
from sim.study import job
from sim.study.driver import Driver
from sim.study.sweeping import sweep

STUB = "stub_engine"
HERE = Path(__file__).parent
LONG = 240.0
"""Seconds after which something is stuck, on a machine however busy."""
PLAIN = [*(["plain", future] for future in range(10)), ["strict", 0], ["strict", 1]]
Sweep = Callable[..., Results]


def started(path: Path, out: Path, workers: int = 2) -> subprocess.Popen[str]:
    """A sweep in a process group of its own."""
    code = (
        f"import sys; sys.path.insert(0, {str(HERE)!r})\n"
        "from sim.study import job\n"
        "from sim.study.sweeping import sweep\n"
        "job.SMALL = 0.0\n"
        f"sweep({str(path)!r}, {str(out)!r}, workers={workers}, engine={STUB!r})\n"
    )
    return subprocess.Popen([sys.executable, "-c", code], start_new_session=True, text=True, stderr=subprocess.PIPE)


def finished(out: Path) -> int:
    return len(list((out / "runs").glob("*.parquet"))) if (out / "runs").exists() else 0


def wait_until(condition: Callable[[], bool], words: str) -> None:
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end, words
        time.sleep(0.02)


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    def met() -> bool:
        assert process.poll() is None, process.communicate()
        return condition()

    wait_until(met, "too slow")


def assert_tables_equal(one: Results, other: Results) -> None:
    for name in one.manifest["tables"]:
        pd.testing.assert_frame_equal(one.read(name), other.read(name), check_exact=True)


def temporary(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.name.endswith(".tmp")]


def stamps(out: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mtime_ns for file in (out / "runs").glob("*.parquet")}


def test_killed_three_times_and_resumed_equals_uninterrupted(
    study: Callable[..., Path], tmp_path: Path, go: Sweep, orders: Callable[..., None]
) -> None:
    path, out = study(futures=10, nations=True), tmp_path / "killed"
    for kill in range(3):
        # Blocks of 16 runs: the first kill + 1 of them may end, every other one is under way or waits.
        orders(hold_but=[["plain", future] for future in range(4 * (kill + 1))] if kill < 2 else PLAIN)
        process = started(path, out)
        wait_for(lambda kill=kill: finished(out) > kill, process)
        family = [process.pid, *(child.pid for child in psutil.Process(process.pid).children(recursive=True))]
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        wait_until(
            lambda family=family: not any(
                psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in family
            ),
            "workers outlive their parent",
        )
        assert finished(out) == kill + 1
    orders()
    kept = stamps(out)
    whole = go(path)
    resumed = sweep(path, out, engine=STUB, workers=1, progress=False)
    assert_tables_equal(whole, resumed)
    assert {name: stamp for name, stamp in stamps(out).items() if name in kept} == kept, "finished blocks stay"
    assert not temporary(out)


def test_a_killed_worker_costs_nothing(
    study: Callable[..., Path], tmp_path: Path, go: Sweep, orders: Callable[..., None]
) -> None:
    path, out = study(futures=10), tmp_path / "maimed"
    orders(hold_but=[["plain", future] for future in range(4)])
    process = started(path, out)
    wait_for(lambda: finished(out) > 0, process)
    workers = [
        each
        for each in psutil.Process(process.pid).children(recursive=True)
        if each.parent() is not None and each.parent().pid != process.pid
    ]
    workers[-1].kill()
    orders()
    _, said = process.communicate(timeout=LONG)
    assert process.returncode == 0, said
    assert_tables_equal(go(path), open_results(out))
    assert not temporary(out)


def test_the_run_that_kills_its_worker_is_one_failed_row(
    study: Callable[..., Path], go: Sweep, orders: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "SMALL", 0.0)
    path = study()
    orders(die=[["plain", 2, 1], ["strict", 5, 3]])
    runs = go(path, workers=2).runs
    failed = runs[runs["status"] == "failed"]
    assert failed[["policy", "future", "replicate"]].values.tolist() == [["plain", 2, 1], ["strict", 5, 3]]
    assert failed["error"].str.contains("worker that ran this died").all()
    assert failed["growth.end"].isna().all()
    assert len(runs) == 48
    orders()
    again = go(path, workers=2, retry_failed=True)
    assert (again.runs["status"] == "ok").all()


def test_a_run_that_hangs_is_one_failed_row(
    study: Callable[..., Path], go: Sweep, orders: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "SMALL", 0.0)
    orders(hang=[["strict", 1, 0]])
    runs = go(study(), workers=2, patience=3.0).runs
    failed = runs[runs["status"] == "failed"]
    assert failed[["policy", "future", "replicate"]].values.tolist() == [["strict", 1, 0]]
    assert "did not end within 3 s" in failed["error"].iloc[0]


def test_a_worker_that_stands_still_after_its_last_run_does_not_keep_the_sweep_from_ending(
    study: Callable[..., Path], go: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As does one that is killed while it holds the lock of the queue: the others would wait for it."""
    held: list[psutil.Process] = []
    work = Driver.run

    def then_stop(driver: Driver) -> None:
        work(driver)
        held.extend(map(psutil.Process, driver.executor._processes))  # type: ignore[attr-defined]
        for process in held:
            process.suspend()

    def give_up(*_: object) -> None:
        for process in held:
            process.kill()
        pytest.fail("the sweep waits for its workers")

    monkeypatch.setattr(job, "SMALL", 0.0)
    monkeypatch.setattr(Driver, "run", then_stop)
    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(int(LONG))
    try:
        found = go(study(), workers=2)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert held
    assert len(found.runs) == 48
    assert not psutil.wait_procs(held, timeout=LONG)[1], "workers are left behind"


def test_a_run_that_raises_or_has_no_number_is_a_failed_row_and_is_retried(
    study: Callable[..., Path], go: Sweep, orders: Callable[..., None]
) -> None:
    path = study(nations=True)
    clean = go(path).runs
    orders(**{"raise": [["plain", 0, 0]], "nan": [["strict", 3, 2]]})
    found = go(path, fresh=True)
    failed = found.failed.set_index("policy")["error"]
    assert failed["plain"] == "ValueError: asked to fail in plain"
    assert failed["strict"].startswith("RunError: growth is nan in 2029")
    assert not found.series["run_id"].isin(found.failed["run_id"]).any()
    good = found.runs[found.runs["status"] == "ok"]
    pd.testing.assert_frame_equal(good, clean.loc[good.index], check_exact=True)
    orders()
    assert (go(path).runs["status"] == "failed").sum() == 2, "a failed row is finished until it is retried"
    pd.testing.assert_frame_equal(go(path, retry_failed=True).runs, clean, check_exact=True)


def test_another_policy_or_more_replicates_keep_what_is_finished(study: Callable[..., Path], go: Sweep) -> None:
    out = go(study()).path
    first = stamps(out)
    runs = go(study(third=True)).runs
    assert len(runs) == 72
    assert set(first) < set(stamps(out))
    wide = go(study(third=True, replicates=6))
    assert len(wide.runs) == 108
    assert set(first) < set(stamps(out))
    assert wide.runs["run_id"].is_unique


def test_another_study_is_refused_and_the_folder_left_as_it_was(study: Callable[..., Path], go: Sweep) -> None:
    path = study()
    out = go(path).path
    before = {file: file.stat().st_mtime_ns for file in out.rglob("*") if file.is_file() and file.name != ".lock"}
    other = path.with_name("other.yaml")
    other.write_text(path.read_text())
    with pytest.raises(StoreError, match=r"holds the study 'small', expected 'other'.*--out.*--fresh"):
        go(other)
    assert before == {f: f.stat().st_mtime_ns for f in out.rglob("*") if f.is_file() and f.name != ".lock"}
    assert go(other, fresh=True).name == "other"


def test_a_retried_block_is_told_as_such(
    study: Callable[..., Path], go: Sweep, orders: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    path = study()
    orders(**{"raise": [["plain", 0, 0]]})
    go(path)
    orders()
    go(path, retry_failed=True, progress=True)
    said = capsys.readouterr().err
    assert "1 block with failed runs to be tried again" in said
    assert "earlier code" not in said
    go(path, replicates=2, progress=True)
    assert "blocks of earlier code, data or sizes kept in earlier/" in capsys.readouterr().err


def test_a_smaller_study_reads_only_its_own_rows_and_a_larger_one_finds_them_again(
    study: Callable[..., Path], go: Sweep
) -> None:
    large = study(replicates=8)
    whole = go(large).runs
    out = open_results(go(study(replicates=4)).path)
    assert len(out.runs) == 48
    assert len(pd.read_parquet(out.path / "runs")) == 48, "the folder itself holds nothing else"
    pd.testing.assert_frame_equal(go(study(replicates=8)).runs, whole, check_exact=True)
    assert go(study(futures=3)).runs["run_id"].nunique() == 24


def test_changed_code_or_data_never_mix(study: Callable[..., Path], go: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    path = study()
    out = go(path).path
    first = set(stamps(out))
    monkeypatch.setattr(machine, "LOADED", "another")
    changed = go(path)
    assert first.isdisjoint(stamps(out))
    assert len(pd.read_parquet(out / "runs")) == len(changed.runs) == 48
    monkeypatch.undo()
    go(path)
    assert set(stamps(out)) == first, "they come back with the code they were made with"
    monkeypatch.setattr(machine, "checksums", lambda: {"nations.csv": "other"})
    go(path)
    assert first.isdisjoint(stamps(out))


def test_the_digest_of_the_code_sees_every_file_that_makes_numbers(tmp_path: Path) -> None:
    package = tmp_path / "sim"
    shutil.copytree(Path(machine.PACKAGE), package, ignore=shutil.ignore_patterns("__pycache__"))
    before = machine.code_digest(package)
    (package / "cli" / "run.py").write_text("# shown differently\n")
    assert machine.code_digest(package) == before
    (package / "rules" / "fund.py").write_text("# another rule\n")
    assert machine.code_digest(package) != before


def test_what_the_engine_loads_counts_as_code_that_makes_numbers() -> None:
    code = "import sys, sim.engine; print(*{name.split('.')[1] for name in sys.modules if name.startswith('sim.')})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    silent = {name.removesuffix(".py") for name in machine._SILENT}
    assert set(done.stdout.split()) & silent <= {"store"}, "the store holds the form of a block alone"


def test_truncated_and_missing_files_are_made_again(study: Callable[..., Path], go: Sweep) -> None:
    path = study(nations=True)
    whole = go(path)
    expected = {name: whole.read(name) for name in whole.manifest["tables"]}
    files = sorted((whole.path / "runs").glob("*.parquet"))
    files[0].write_bytes(files[0].read_bytes()[:-20])
    cut = whole.path / "series" / files[1].name
    cut.write_bytes(cut.read_bytes()[:100])
    (whole.path / "nations" / files[2].name).unlink()
    found = go(path)
    for name, frame in expected.items():
        pd.testing.assert_frame_equal(found.read(name), frame, check_exact=True)


def test_a_damaged_page_is_told_when_it_is_read(study: Callable[..., Path], go: Sweep) -> None:
    found = go(study())
    file = sorted((found.path / "series").glob("*.parquet"))[0]
    content = bytearray(file.read_bytes())
    content[200:260] = bytes(60)
    file.write_bytes(content)
    with pytest.raises(StoreError, match=f"{file.name} is damaged"):
        found.read("series")


def test_leftovers_of_a_killed_process_go_away(study: Callable[..., Path], go: Sweep) -> None:
    path = study()
    out = go(path).path
    (out / "runs" / ".abc.parquet.host.1.tmp").write_bytes(b"half")
    (out / "series" / "0000000000000000.parquet").write_bytes(b"a part whose runs never came")
    assert len(go(path).runs) == 48
    assert not temporary(out)
    assert not (out / "series" / "0000000000000000.parquet").exists()


def test_foreign_files_are_refused_and_left_alone(study: Callable[..., Path], go: Sweep, tmp_path: Path) -> None:
    path = study()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.docx").write_text("mine")
    with pytest.raises(StoreError, match=r"holds other files \(thesis.docx\); choose an empty folder"):
        go(path)
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["thesis.docx"]
    shutil.rmtree(tmp_path / "out")
    out = go(path).path
    pd.DataFrame({"a": [1]}).to_parquet(out / "runs" / "mine.parquet")
    with pytest.raises(StoreError, match=r"mine.parquet is no table of this program; move it"):
        go(path)
    assert (out / "runs" / "mine.parquet").exists()


def test_a_newer_or_damaged_manifest_is_refused(study: Callable[..., Path], go: Sweep) -> None:
    path = study()
    out = go(path).path
    text = (out / "manifest.json").read_text()
    (out / "manifest.json").write_text(text.replace('"format": 1', '"format": 99', 1))
    with pytest.raises(StoreError, match="has the format 99.*update"):
        go(path)
    (out / "manifest.json").write_text(text[:50])
    with pytest.raises(StoreError, match="damaged"):
        open_results(out)


def test_two_sweeps_into_one_folder_are_refused(study: Callable[..., Path], go: Sweep) -> None:
    path = study()
    out = go(path).path
    with open(out / ".lock", "r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(StoreError, match=r"is in use by process \d+.*wait for it"):
            go(path)
    assert len(go(path).runs) == 48


def test_a_folder_that_cannot_be_written_is_one_sentence(study: Callable[..., Path]) -> None:
    with pytest.raises(StoreError, match="cannot be written.*--out"):
        sweep(study(), "/proc/none/here", engine=STUB, progress=False)


def test_a_full_disk_loses_nothing_that_was_finished(
    study: Callable[..., Path], go: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit on the size of a file stands in for the full disk: writing fails half-way with an OSError."""
    path = study()
    whole = go(path)
    first = sorted((whole.path / "runs").glob("*.parquet"))[0]
    for name in whole.manifest["tables"]:
        (whole.path / name / first.name).unlink()
    kept = stamps(whole.path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    large = (whole.path / "manifest.json").stat().st_size
    monkeypatch.setattr("sim.store.folder.Folder.write_manifest", lambda *_: None)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600, hard))
    try:
        assert large > 600
        with pytest.raises(StoreError, match="cannot be written.*what was finished is kept"):
            go(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert stamps(whole.path) == kept
    assert not temporary(whole.path)
    assert len(go(path).runs) == 48


def test_interrupted_says_what_is_saved_and_how_to_go_on(
    study: Callable[..., Path], tmp_path: Path, go: Sweep, orders: Callable[..., None]
) -> None:
    path, out = study(futures=10), tmp_path / "stopped"
    orders(hold_but=[["plain", future] for future in range(4)])
    process = started(path, out)
    wait_for(lambda: finished(out) > 0, process)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=LONG)
    assert process.returncode != 0
    assert "are saved in" in said
    assert "run the same command again to go on" in said
    assert not temporary(out)
    saved = finished(out)
    assert saved
    orders()
    assert_tables_equal(go(path), sweep(path, out, engine=STUB, workers=1, progress=False))


def test_the_log_and_not_the_tables_know_when_and_where(study: Callable[..., Path], go: Sweep) -> None:
    path = study()
    out = go(path).path
    log = pd.read_parquet(out / "log.parquet")
    assert log["ok"].sum() == 48
    assert set(log["shard"]) == {Path(name).stem for name in stamps(out)}
    before = {file: file.read_bytes() for name in ("runs", "series") for file in (out / name).iterdir()}
    go(path, fresh=True)
    assert before == {file: file.read_bytes() for name in ("runs", "series") for file in (out / name).iterdir()}


def test_wrong_sizes_are_told(study: Callable[..., Path], go: Sweep, tmp_path: Path) -> None:
    with pytest.raises(SimError, match="--replicates 1 or more"):
        go(study(), replicates=0)
    assert not (tmp_path / "out").exists(), "nothing is written"
