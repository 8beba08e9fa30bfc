"""`waico compare`: each question, each format, and what it refuses."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

import sim
from sim.cli import main


@pytest.fixture(scope="module")
def folder(kept: sim.Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("compared") / "out"
    assert kept.path is not None
    shutil.copytree(kept.path, target)
    return target


def ended(*arguments: object) -> int:
    with pytest.raises(SystemExit) as caught:
        main(["compare", *map(str, arguments)])
    assert isinstance(caught.value.code, int)
    return caught.value.code


def test_the_plain_command_names_policies_by_title_and_the_correction(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(folder, "--no-plots", "-m", "safety.end") == 0
    said = capsys.readouterr().out
    assert "commentary" in said and "Commentary" in said and "holm, 2 comparisons" in said
    assert (folder / "compare.csv").read_text().startswith("policy,measure,unit")
    assert not (folder / "plots").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--robustness"], ["Largest regret", "Domain", "nobody stated criteria", "Dominated by"]),
        (["--criterion", "safety.end >= 0.4; weight 2"], ["safety.end >= 0.4, weight 2", "stated with the question"]),
        (["--groups", "-m", "members"], ["waico.members.low_income.end", "No WAICO"]),
        (["--blocs", "ai_use", "--correction", "benjamini-hochberg"], ["ai_use.brics", "benjamini-hochberg, "]),
        (["--convergence", "0.5", "-m", "safety.end"], ["Replicates needed", "a plan, not a promise"]),
    ],
)
def test_every_question_has_its_table(
    folder: Path, options: list[str], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(folder, *options, "--format", "markdown") == 0
    said = capsys.readouterr().out
    assert all(word in said for word in words), said
    assert ended(folder, *options) == 0
    assert "--all-plots" in capsys.readouterr().out


def test_tables_go_into_a_file_in_the_format_of_its_ending(folder: Path, tmp_path: Path) -> None:
    for name, start in (("t.tex", r"\begin{table}"), ("t.html", "<table>"), ("t.csv", "Measure,Unit"), ("t.md", "**")):
        assert ended(folder, "-o", tmp_path / name) == 0
        assert (tmp_path / name).read_text().startswith(start)
    ElementTree.fromstring((tmp_path / "t.html").read_text())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["-o", "t.docx"], "write --format latex or -o table.tex"),
        (["--format", "pdf"], "expected one of: csv, html, latex, markdown"),
        (["--criterion", "safty.end"], "no better side|no measure"),
        (["--baseline", "x"], "no policy 'x'"),
        (["--level", "95"], "expected a number between 0 and 1"),
        (["--correction", "sidak"], "expected one of: holm"),
        (["--convergence", "-1"], "above 0"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(
    folder: Path, options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(folder, *options) == 2
    said = capsys.readouterr().err
    assert said.startswith("waico: ") and any(word in said for word in words.split("|")), said
