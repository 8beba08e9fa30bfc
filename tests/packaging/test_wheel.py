"""A wheel carries data and scenarios, installs into an empty folder and runs what ships; one version all over."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import sim
from sim.errors import ScenarioError
from sim.files import Scenario, Study, load
from sim.files.folder import shipped
from sim.files.shipped import FOLDERS, shipped_file, shipped_names

ROOT = Path(__file__).resolve().parents[2]
SMALL = ("--replicates", "1", "--set", "nations={sample: 12}", "--set", "years=1")


def done(*words: str, folder: Path, packages: Path | None = None) -> subprocess.CompletedProcess[str]:
    own = {"PYTHONPATH": str(packages)} if packages else {}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, **own}
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as a release is, without asking a server; WAICO_WHEEL names one that is built already."""
    if given := os.environ.get("WAICO_WHEEL"):
        return Path(given)
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed; `make test` does it")
    folder = tmp_path_factory.mktemp("wheel")
    built = done("-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), folder=ROOT)
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_holds_what_a_run_needs(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    here = {path.relative_to(ROOT).as_posix() for path in (ROOT / "scenarios").rglob("*.yaml")}
    assert {f"sim/{name}" for name in here} | {"sim/scenarios/schema.json"} <= names
    assert {f"sim/data/{path.name}" for path in (ROOT / "sim" / "data").glob("*.csv")} <= names
    assert "sim/report/templates/report.html" in names and "sim/py.typed" in names
    assert not [name for name in names if name.startswith(("tests/", "scenarios/", "docs/"))]


def test_an_installed_wheel_runs_a_preset_by_name(wheel: Path, tmp_path: Path) -> None:
    packages, empty = tmp_path / "packages", tmp_path / "empty"
    empty.mkdir()
    pip = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--no-index", "--disable-pip-version-check")
    installed = done(*pip, "--target", str(packages), str(wheel), folder=empty)
    assert installed.returncode == 0, installed.stderr
    code = "import sys, sim; from sim.cli import main; print(sim.__file__, flush=True); main(sys.argv[1:])"
    ran = done("-c", code, "run", "baseline", *SMALL, folder=empty, packages=packages)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[0] == str(packages / "sim" / "__init__.py")
    assert "baseline: 1 year, 1 replicates" in ran.stdout and not list(empty.iterdir())


def test_a_bare_name_is_what_ships_unless_a_file_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert isinstance(load("first-look"), Study)
    (tmp_path / "cold-start").write_text("format: 1\nkind: scenario\nyears: 3\nbodies: {}\n")
    found = load("cold-start")
    assert isinstance(found, Scenario) and found.resolved["years"] == 3
    with pytest.raises(ScenarioError, match="did you mean 'first-look'"):
        load("frist-look")
    with pytest.raises(ScenarioError, match="name a file, or one of: .*first-look"):
        load("zzzzzz")


@pytest.mark.parametrize("text", ["../first-look", "studies/first-look", "first-look.yaml", ".", "..", "~first-look"])
def test_a_path_is_no_name(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shipped_file(text) == text
    with pytest.raises(ScenarioError):
        load(text)


def test_no_two_files_that_ship_have_one_name() -> None:
    root = shipped()
    assert root is not None
    files = [path for folder in FOLDERS for path in (root / folder).glob("*.yaml")]
    assert len(files) == len(shipped_names()) == len(list(root.rglob("*.yaml")))


def test_one_version_all_over() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    cited = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.M)
    assert cited is not None and cited[1] == sim.__version__ == project["version"]
