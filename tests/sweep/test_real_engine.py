"""The real engine through the whole machinery and the command line: a dozen nations, two years."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim import engine
from sim.cli import main
from sim.study import job

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "scenarios"
STUDY = """format: 1
kind: study
scenario: ../tiny.yaml
seed: 9
replicates: 3
policies:
  as-signed: {}
  commentary: {set: {bodies.waico.charter: waico-commentary}}
  consensus: {set: {bodies.waico.charter: waico-consensus}}
  without: {set: {bodies.waico: null}}
futures:
  design: latin_hypercube
  count: 5
  uncertainties:
    world.severity.index: {uniform: [1.1, 2.5]}
    world.race: {choice: [adaptive, fixed_effort]}
outputs: {nations: true, events: true}
"""


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    root = tmp_path / "scenarios"
    (root / "studies").mkdir(parents=True)
    (root / "charters").symlink_to(SCENARIOS / "charters")
    base = (SCENARIOS / "baseline.yaml").read_text()
    lines = [line for line in base.splitlines() if not line.startswith(("nations:", "years:", "name:"))]
    (root / "tiny.yaml").write_text("\n".join([*lines, "nations: {sample: 12}", "years: 2", ""]))
    (root / "studies" / "tiny.yaml").write_text(STUDY)
    return root / "studies" / "tiny.yaml"


def waico(*arguments: object, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sim", *map(str, arguments)], capture_output=True, text=True, cwd=folder, check=False
    )


def test_policies_of_different_bodies_tiers_and_rules_equal_themselves_alone(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = sim.sweep(tiny, tmp_path / "whole", workers=1, progress=False)
    assert (whole.runs["status"] == "ok").all(), whole.runs["error"].dropna().unique()
    assert len(whole.runs) == 60
    monkeypatch.setattr(job, "block_size", lambda runs: 1)
    alone = sim.sweep(tiny, tmp_path / "alone", workers=1, progress=False)
    monkeypatch.undo()
    monkeypatch.setattr(job, "SMALL", 0.0)
    pool = sim.sweep(tiny, tmp_path / "pool", workers=2, progress=False)
    for name in ("runs", "series", "nations", "events"):
        pd.testing.assert_frame_equal(whole.read(name), alone.read(name), check_exact=True)
        pd.testing.assert_frame_equal(whole.read(name), pool.read(name), check_exact=True)


def test_the_commands_in_the_order_a_user_meets_them(tiny: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    swept = waico("sweep", tiny, "--out", out, "--replicates", 2, folder=tmp_path)
    assert swept.returncode == 0, swept.stderr
    assert "Differences from as-signed" in swept.stdout
    assert f"waico compare {out}" in swept.stdout
    assert "4 policies x 5 futures x 2 replicates = 40 runs" in swept.stderr

    shown = waico("show", out, "--csv", folder=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "40 of 40 runs are done" in shown.stdout
    runs, told = pd.read_csv(out / "runs.csv"), pd.read_csv(out / "columns.csv")
    assert len(runs) == 40 and told.loc[told["table"] == "runs", "column"].tolist() == runs.columns.tolist()
    inputs = told[told["column"].str.startswith("input.")]
    assert inputs["meaning"].str.startswith("Pareto index").any() and inputs["unit"].eq("ratio").any()

    compared = waico("compare", out, "--baseline", "consensus", folder=tmp_path)
    assert compared.returncode == 0, compared.stderr
    table = pd.read_csv(out / "compare.csv")
    assert set(table["policy"]) == {"as-signed", "commentary", "without"}

    identity = sim.open_results(out).runs["run_id"].iloc[11]
    again = waico("rerun", out, identity, folder=tmp_path)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "numbers agree, bit for bit" in again.stdout

    for name in ("rerun", "runs.csv", "plots"):  # what stands in the way, as a folder that may only be read does
        there = out / name
        shutil.rmtree(there) if there.is_dir() else there.unlink()
        there.mkdir() if name == "runs.csv" else there.write_text("in the way")
    again = waico("rerun", out, identity, folder=tmp_path)
    assert again.returncode == 0, again.stderr
    assert "Tables not written" in again.stdout
    assert "numbers agree, bit for bit" in again.stdout
    for arguments in (["show", out, "--csv"], ["compare", out]):
        refused = waico(*arguments, folder=tmp_path)
        assert refused.returncode == 2, refused.stderr
        assert "Traceback" not in refused.stderr
        assert refused.stderr.startswith("waico: ")

    again = waico("sweep", tiny, "--out", out, "--replicates", 2, folder=tmp_path)
    assert again.returncode == 0, again.stderr
    assert "40 finished before; 0 to do" in again.stderr


def test_run_prints_headlines_and_writes_nothing_unless_asked(tiny: Path, tmp_path: Path) -> None:
    scenario = tiny.parents[1] / "tiny.yaml"
    before = sorted(tmp_path.rglob("*"))
    done = waico("run", scenario, "--replicates", 3, "--set", "years=1", "--seed", 4, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "gdp_gain.end" in done.stdout
    assert "1 years" not in done.stdout
    assert sorted(tmp_path.rglob("*")) == before
    kept = waico("run", scenario, "--replicates", 3, "--set", "years=1", "--seed", 4, "--out", "kept", folder=tmp_path)
    assert kept.returncode == 0, kept.stderr
    memory = sim.run(scenario, replicates=3, seed=4)
    assert len(memory.runs) == 3
    assert len(sim.open_results(tmp_path / "kept").series) == 6


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sweep", "missing.yaml"], "there is no such file"),
        (["show", "nowhere"], "nowhere is no folder"),
        (["compare", "."], "no manifest.json"),
        (["sweep", "STUDY", "--replicates", "0"], "greater than or equal to 1"),
        (["run", "STUDY"], "found a study, expected a scenario"),
        (["run", "SCENARIO", "--set", "years"], "expected PATH=VALUE"),
        (["run", "SCENARIO", "--set", "yeers=2"], "years"),
        (["rerun", ".", "abc"], "no manifest.json"),
    ],
)
def test_unusable_input_is_one_message_status_2_and_nothing_written(
    tiny: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    names = {"STUDY": str(tiny), "SCENARIO": str(tiny.parents[1] / "tiny.yaml")}
    done = waico(*(names.get(each, each) for each in arguments), folder=empty)
    assert done.returncode == 2, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(empty.iterdir())


def test_two_hash_seeds_write_the_same_bytes(tiny: Path, tmp_path: Path) -> None:
    code = "import sys, sim; sim.sweep(sys.argv[1], sys.argv[2], workers=1, futures=1, replicates=1, progress=False)"
    for seed in ("0", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "-c", code, str(tiny), str(tmp_path / seed)], env=environment, check=True)
    for name in ("runs", "series", "nations", "events"):
        files = sorted((tmp_path / "0" / name).iterdir())
        assert files
        for file in files:
            assert file.read_bytes() == (tmp_path / "4242" / name / file.name).read_bytes()


def test_dask_gives_the_same(tiny: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    here = waico("sweep", tiny, "--out", "here", "--futures", 2, folder=tmp_path)
    there = waico("sweep", tiny, "--out", "there", "--futures", 2, "--dask", "local", folder=tmp_path)
    assert here.returncode == there.returncode == 0, there.stderr
    for name in ("runs", "series", "nations", "events"):
        pd.testing.assert_frame_equal(
            sim.open_results(tmp_path / "here").read(name),
            sim.open_results(tmp_path / "there").read(name),
            check_exact=True,
        )


def test_a_sweep_never_imports_mesa(study: Callable[..., Path], tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        f"import sim; sim.sweep({str(study())!r}, {str(tmp_path / 'o')!r}, engine='stub_engine', progress=False)\n"
        "print('mesa' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_status_1_when_some_runs_failed_and_each_is_named(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run_block = engine.run_block

    def sometimes(specs: list[engine.RunSpec], **more: bool) -> engine.BlockResult:
        if any(spec.replicate == 1 and spec.policy == "consensus" and spec.future == 2 for spec in specs):
            raise ZeroDivisionError("a rule divided by nothing")
        return run_block(specs, **more)

    monkeypatch.setattr(engine, "run_block", sometimes)
    arguments = ["sweep", str(tiny), "--out", str(tmp_path / "out"), "--workers", "1", "--replicates", "2"]
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert "(consensus, future 2, replicate 1): ZeroDivisionError: a rule divided by nothing" in said
    assert "40 runs, 1 failed" in said
    monkeypatch.undo()
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--retry-failed"])
    assert ended.value.code == 0


def test_ctrl_c_ends_with_130_and_the_same_command_goes_on(tiny: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sim", "sweep", str(tiny), "--out", "out", "--replicates", "400", "--workers", "2"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True)
    runs = tmp_path / "out" / "runs"
    end = time.monotonic() + 240
    while not (runs.exists() and list(runs.glob("*.parquet"))) and process.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=240)
    assert process.returncode == 130, said
    assert "are saved in out; run the same command again to go on" in said
    assert "Traceback" not in said
    saved = len(sim.open_results(tmp_path / "out").runs)
    assert 0 < saved < 8000
    assert waico("show", "out", folder=tmp_path).stdout.count(f"{saved} of 8000 runs are done") == 1


def test_help_answers_for_every_command(tmp_path: Path) -> None:
    for command in ("run", "sweep", "show", "compare", "rerun"):
        done = waico(command, "--help", folder=tmp_path)
        assert done.returncode == 0
        assert "Usage" in done.stdout


def test_a_policy_without_numbers_is_failed_rows_and_nothing_else(tiny: Path) -> None:
    change = "bodies.waico.charter: waico-consensus"
    text = tiny.read_text().replace(change, f"{change}, world.investment.price_decline: 1000.0")
    tiny.write_text(text)
    results = sim.sweep(tiny, tiny.parent / "out", workers=1, futures=1, progress=False)
    failed = results.runs[results.runs["status"] == "failed"]
    assert set(failed["policy"]) == {"consensus"} and len(failed) == 3
    assert failed["error"].str.contains("too large or too small").all()
    done = results.nations.groupby("run_id").size()
    assert len(done) == 9 and "waico.status" in results.nations


def test_every_column_of_every_table_has_its_meaning_and_every_measured_one_its_unit(tiny: Path) -> None:
    manifest = sim.sweep(tiny, tiny.parent / "out", workers=1, futures=1, replicates=1, progress=False).manifest
    tables = manifest["schema"]["tables"]
    assert list(tables) == ["runs", "series", "nations", "events"]
    for name, columns in tables.items():
        assert all(each["text"] for each in columns), name
    for name in ("nations", "events"):
        assert all(each["unit"] for each in tables[name] if each["name"] != "run_id"), name
    by_name = {each["name"]: each for each in tables["nations"]}
    assert by_name["gdp"]["unit"] == "bn USD" and by_name["waico.dues"]["unit"] == "bn USD/year"
