"""`waico explain`: the terms of a nation, what they rest on, what it did; clear words for what is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sim
from tests.cli.test_commands import ended

BASELINE = Path(__file__).parents[2] / "scenarios" / "baseline.yaml"
SMALL = ["years=2", "steps_per_year=1", "nations={sample: 30, seed: 3}", "world.mobility.ratify=0.95"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of a small baseline in a results folder."""
    found = tmp_path_factory.mktemp("explain") / "small"
    settings = [word for setting in SMALL for word in ("--set", setting)]
    assert ended(["run", str(BASELINE), *settings, "--replicates", "2", "--out", str(found)]) == 0
    return found


def numbers(text: str, row: str) -> list[float]:
    line = next(line for line in text.splitlines() if line.startswith(f"{row} "))
    return [float(word) for word in re.findall(r"[+-][0-9.]+", line)]


def test_terms_add_up_to_the_worth(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert ended(["explain", str(folder), "--nation", "CHN", "--year", "2027", "--body", "waico"]) == 0
    text = capsys.readouterr().out
    names = ("access", "money", "club", "sponsor", "policy", "voice", "pressure", "trade", "relation")
    assert sum(numbers(text, name)[0] for name in names) == pytest.approx(
        numbers(text, "utility of the tier")[0], abs=0.006
    )
    parts = ("inclusive value", "constant of the body", "taste", "shock of the year")
    assert sum(numbers(text, part)[0] for part in parts) == pytest.approx(numbers(text, "worth")[0], abs=0.003)


def test_it_says_units_evidence_and_deeds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = sim.open_results(folder).runs["run_id"].tolist()
    capsys.readouterr()
    assert ended(["explain", str(folder), "--nation", "CHN", "--year", "2028"]) == 0
    text = capsys.readouterr().out
    assert run[0] in text and "waico" in text and "gpai" in text
    assert "log odds" in text and "1.6 utility: per unit of distance" in text and "[assumed" in text
    assert "so far:" in text and "at the end of 2028: " in text
    assert ended(["explain", str(folder), "--nation", "CHN", "--year", "2026", "--run", run[1]]) == 0
    assert run[1] in (start := capsys.readouterr().out) and "no decision" in start and "signatory" in start


def test_a_ratification_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = sim.open_results(folder)
    with results.model(results.runs["run_id"].iloc[0]) as model:
        model.run()
        party = next(str(one) for one in model.nations if one.statuses["waico"] == "party")
    capsys.readouterr()
    assert ended(["explain", str(folder), "--nation", party, "--year", "2028", "--body", "waico"]) == 0
    assert "ratified, tier member" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--nation", "XQX", "--year", "2027"], "no nation 'XQX'"),
        (["--nation", "chn", "--year", "2027"], "write CHN"),
        (["--nation", "CHN", "--year", "2040"], "write 2026 (its start) to 2028"),
        (["--nation", "CHN", "--year", "2027", "--body", "weico"], "did you mean 'waico'?"),
        (["--nation", "CHN", "--year", "2027", "--run", "absent"], "has no run 'absent'"),
    ],
)
def test_what_is_not_there_is_said(
    folder: Path, arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert ended(["explain", str(folder), *arguments]) == 2
    out, err = capsys.readouterr()
    assert word in err and not out and "Traceback" not in err


def test_a_folder_without_results_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(["explain", str(tmp_path / "none"), "--nation", "CHN", "--year", "2027"]) == 2
    assert "is no folder" in capsys.readouterr().err
