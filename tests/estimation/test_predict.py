"""`waico predict` and the forecast: what they print, refuse, and leave out."""

from __future__ import annotations

import csv
import hashlib
import importlib.util
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.cli import main
from sim.data.tables import read_table
from sim.estimation.forecast import COLUMNS, read_forecast, score
from sim.estimation.prediction import described, predict
from sim.estimation.risk_sets import iso3_codes
from sim.population import joiners

ROOT = Path(__file__).resolve().parents[2]
CHARTER = "format: 1\nname: mine\nsponsor: CHN\nfounded: 2026-07-16\ngate: open\neligible: all\n"


def ended(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert isinstance(caught.value.code, int)
    return caught.value.code


@pytest.fixture
def charter(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(CHARTER, encoding="utf-8")
    return path


def test_a_charter_of_six_keys_gives_a_chance_to_every_eligible_state(
    charter: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    joined, out = tmp_path / "joined.txt", tmp_path / "chances.csv"
    joined.write_text("# signed\n" + "\n".join(joiners("WAICO")) + "\n", encoding="utf-8")
    assert ended(["predict", str(charter), "--joined", str(joined), "-o", str(out), "--draws", "2"]) == 0
    text = capsys.readouterr()
    assert 0.8 < float(text.out.split("auc ")[1].split()[0]) < 1.0
    assert -0.49 < float(text.out.split("log_score ")[1].split()[0]) < 0.0
    assert "left out of the estimate: WAICO" in text.err  # found by its leader and day, whatever it is called
    with out.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["iso3", "probability", "low", "high"]
    assert {row["iso3"] for row in rows} == set(iso3_codes()) - {"CHN"}
    assert all(0 <= float(row["low"]) <= float(row["probability"]) <= float(row["high"]) <= 1 for row in rows)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [("CHN", "XXX", "3:10"), ("eligible: all", "eligible: everyone", "6:11"), ("2026-07-16", "soon", "4:10")],
)
def test_a_bad_charter_is_refused_with_its_place_and_nothing_is_written(
    charter: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, place: str
) -> None:
    charter.write_text(CHARTER.replace(old, new), encoding="utf-8")
    assert ended(["predict", str(charter), "-o", str(tmp_path / "out.csv")]) == 2
    assert f"{charter}:{place}" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("founded", ["2026", "2026-07"])
def test_a_founding_known_to_the_month_or_year_still_leaves_the_body_itself_out(
    charter: Path, capsys: pytest.CaptureFixture[str], founded: str
) -> None:
    charter.write_text(CHARTER.replace("2026-07-16", founded), encoding="utf-8")
    assert ended(["predict", str(charter), "--draws", "0"]) == 0
    text = capsys.readouterr()
    assert "left out of the estimate: " in text.err and "WAICO" in text.err
    assert text.out.startswith("iso3,probability,low,high\n")


def test_a_charter_without_a_founding_is_refused_and_an_old_one_is_told(
    charter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    charter.write_text(CHARTER.replace("founded: 2026-07-16\n", ""), encoding="utf-8")
    assert ended(["predict", str(charter)]) == 2
    assert f"{charter}:1:1: the key 'founded' is missing; write" in capsys.readouterr().err
    charter.write_text(CHARTER.replace("2026-07-16", "1945-12-27"), encoding="utf-8")
    assert ended(["predict", str(charter), "--draws", "0"]) == 0
    first = min(int(year) for year in read_table("yearly")["year"])
    assert f"the yearly series begin in {first}" in capsys.readouterr().err


def test_a_bad_list_of_members_is_refused_with_its_line(
    charter: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    joined = tmp_path / "joined.txt"
    joined.write_text("KEN\n  BUM\n", encoding="utf-8")
    assert ended(["predict", str(charter), "--joined", str(joined)]) == 2
    assert f"{joined}:2:3" in capsys.readouterr().err


def test_a_scenario_is_no_charter(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(["predict", str(ROOT / "scenarios" / "baseline.yaml")]) == 2
    assert "expected a charter" in capsys.readouterr().err


def test_a_body_under_its_own_name_is_left_out_and_is_no_tie_of_itself() -> None:
    states = sorted(set(iso3_codes()))
    named = described("AIIB", ["CHN"], date(2016, 1, 16), "open", states)
    found = predict(named, draws=0)
    assert found.left_out == ("AIIB",) and len(found.iso3) == 192
    assert np.isfinite(found.log_odds).all()


def test_the_committed_forecast_has_its_hash_and_scores() -> None:
    path = next((ROOT / "docs").glob("forecast-*.csv"))
    told = path.with_suffix(".sha256").read_text(encoding="utf-8").split()
    assert told == [hashlib.sha256(path.read_bytes()).hexdigest(), path.name]
    assert told[0] in (ROOT / "docs" / "forecast.md").read_text(encoding="utf-8")
    chances = read_forecast(path)
    assert {name for name, _ in chances} == {"WAICO", "PAX_SILICA"}
    assert all(0 <= row["ratify"] <= row["sign"] <= 1 for row in chances.values())
    signed = {key: {"sign": row["signed"], "ratify": 0.0} for key, row in chances.items() if row["signed"]}
    rows = {(row["body"], row["question"], row["states"]): row for row in score(chances, signed)}
    assert float(rows["WAICO", "sign", "all"]["log_score"]) > -0.1
    assert tuple(COLUMNS) == ("body", "iso3", "signed", "sign", "ratify")


def test_the_command_that_scores_refuses_a_changed_forecast(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("score_forecast", ROOT / "tools" / "score_forecast.py")
    assert spec is not None and spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    path = next((ROOT / "docs").glob("forecast-*.csv"))
    copy = tmp_path / path.name
    copy.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    copy.with_suffix(".sha256").write_text(path.with_suffix(".sha256").read_text(encoding="utf-8"), encoding="utf-8")
    outcome = tmp_path / "outcome.csv"
    outcome.write_text("body,iso3,sign,ratify\nWAICO,KEN,1,1\n", encoding="utf-8")
    with pytest.raises(Exception, match="SHA-256"):
        tool.main(str(copy), str(outcome))
    assert tool.read_outcome(outcome) == {("WAICO", "KEN"): {"sign": 1.0, "ratify": 1.0}}
    outcome.write_text("body,iso3,sign,ratify\nWAICO,KEN,yes,1\n", encoding="utf-8")
    with pytest.raises(Exception, match="outcome.csv:2:1"):
        tool.read_outcome(outcome)
