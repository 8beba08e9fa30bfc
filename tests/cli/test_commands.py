"""The command line: help, lists, schema, statuses."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from sim.choices import FAMILIES
from sim.cli import COMMANDS, main
from sim.errors import ScenarioError

GOOD = Path(__file__).parent.parent / "files" / "good" / "scenarios"


MORE = ScenarioError("a.yaml", 4, 1, "more")


def ended(arguments: list[str]) -> int:
    """The status the command line ends with."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert isinstance(caught.value.code, int)
    return caught.value.code


def test_help_names_every_command_and_imports_nothing_heavy(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"  {name} " in out for name, _, _ in COMMANDS)
    heavy = "{'numpy', 'pandas', 'pydantic', 'mesa', 'scipy', 'matplotlib', 'ruamel.yaml', 'sim.rules'}"
    code = (
        "import sys\nfrom sim.cli import main\ntry:\n main(['--help'])\nexcept SystemExit: pass\n"
        f"print(sorted(set(sys.modules) & {heavy}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("name", [name for name, _, _ in COMMANDS])
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended([name, "--help"]) == 0
    assert f"waico {name}" in capsys.readouterr().out


def test_a_misspelt_command_is_corrected(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(["valdate"]) == 2
    assert "Did you mean 'validate'" in capsys.readouterr().err


def test_validate_tells_good_from_bad(capsys: pytest.CaptureFixture[str]) -> None:
    good = [str(path) for path in sorted(GOOD.rglob("*.yaml"))]
    assert ended(["validate", *good]) == 0
    assert capsys.readouterr().out.count("is valid") == len(good)
    assert ended(["validate", good[0], "absent.yaml"]) == 2
    out, err = capsys.readouterr()
    assert "is valid" in out and "absent.yaml:1:1: there is no such file" in err and "1 of 2" in err


def test_list_shows_families_rules_and_parameters(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(["list"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in ("dues", "race", "membership"))
    assert ended(["list", "dues"]) == 0
    out = capsys.readouterr().out
    assert all(f"  {rule.name}: " in out for rule in FAMILIES["dues"])
    assert ended(["list", "parameters"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.count("\t") for line in lines} == {5}
    assert ended(["list", "measures"]) == 0
    out = capsys.readouterr().out
    assert all(f"  {rule.name} [" in out for name in ("measure", "body_measure") for rule in FAMILIES[name])
    assert ended(["list", "groups"]) == 0
    assert "oecd  38" in capsys.readouterr().out
    assert ended(["list", "due"]) == 2
    assert "did you mean 'dues'?" in capsys.readouterr().err


def test_schema_is_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(["schema"]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed)["$schema"].endswith("2020-12/schema")
    assert ended(["schema", "-o", str(tmp_path / "schema.json")]) == 0
    assert (tmp_path / "schema.json").read_text() == printed
    assert ended(["schema", "-o", str(tmp_path / "no" / "schema.json")]) == 2


def test_import_enrols_the_rules_of_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = tmp_path / "own_rules_of_a_test.py"
    module.write_text(
        "from sim.rules.transfers import levy\n@levy()\ndef flat_of_a_test():\n    'A flat sum.'\n    return 0.0\n"
    )
    file = tmp_path / "own.yaml"
    file.write_text("format: 1\nkind: charter\nname: Own\nsponsor: CHN\nfund: {levy: flat_of_a_test}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert ended(["validate", "own.yaml"]) == 2
    try:
        assert ended(["validate", "own.yaml", "--import", "own_rules_of_a_test"]) == 0
    finally:
        FAMILIES["levy"]._rules.pop("flat_of_a_test", None)
    assert ended(["validate", "own.yaml", "--import", "no_such_module_of_a_test"]) == 2
    assert "no such module" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("raised", "status", "words"),
    [
        (ScenarioError("a.yaml", 2, 3, "found x", "write y", others=[MORE]), 2,
         "a.yaml:2:3: found x; write y\na.yaml:4:1: more\n"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)  # fmt: skip
def test_errors_become_statuses(
    raised: BaseException, status: int, words: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    def fails(path: str) -> None:
        raise raised

    # `list` has no handling of its own, so what it raises reaches the command line's end.
    monkeypatch.setattr(importlib.import_module("sim.cli.imports"), "import_rules", fails)
    assert ended(["list"]) == status
    assert words in capsys.readouterr().err
