"""Every notebook runs from top to bottom, and what is committed of it is clean, small and readable by a stranger."""

from __future__ import annotations

import base64
import importlib.util
import os
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat", reason="the extra [notebook] is not installed")
pytest.importorskip("nbclient", reason="the extra [notebook] is not installed")
pytest.importorskip("ipykernel", reason="the extra [notebook] is not installed")

from nbclient.exceptions import CellExecutionError  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FIGURES = 300_000
PLACES = "|".join(re.escape(str(place)) for place in (ROOT, Path.home(), Path(sys.prefix)) if place.name)
MACHINE = re.compile(rf"{PLACES}|(?<![\w.])/(home|root|tmp|usr|Users|var|opt|mnt)/|[A-Z]:\\\\|site-packages")


def runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_notebooks", ROOT / "tools" / "run_notebooks.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def pictures(notebook: Any) -> list[bytes]:
    found = [output.data for output in outputs(notebook) if "data" in output]
    return [base64.b64decode(data["image/png"]) for data in found if "image/png" in data]


def text_of(output: Any) -> str:
    if output.output_type == "stream":
        return str(output.text)
    return "\n".join(str(data) for kind, data in output.get("data", {}).items() if kind.startswith("text/"))


def unclean(notebook: Any) -> list[str]:
    """What must not be committed: errors, warnings, paths of a machine, addresses of objects, unexecuted cells."""
    found = []
    for number, cell in enumerate(code_cells(notebook), 1):
        if cell.execution_count != number:
            found.append(f"cell {cell.id}: executed as {cell.execution_count}, expected {number}")
        for output in cell.outputs:
            if output.output_type == "error" or output.get("name") == "stderr":
                found.append(f"cell {cell.id}: {output.output_type} {output.get('ename', 'stderr')}")
            for pattern in (MACHINE, re.compile("Warning"), re.compile(r"\bat 0x[0-9a-f]{6,}")):
                if pattern.search(text_of(output)):
                    found.append(f"cell {cell.id}: its output shows {pattern.search(text_of(output))}")
    return found


def written(folder: Path, *sources: str) -> Path:
    """A project with one notebook of these cells."""
    (folder / "scenarios").mkdir()
    (folder / "notebooks").mkdir()
    file = folder / "notebooks" / "small.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in sources]), file)
    return file


def test_there_are_notebooks() -> None:
    assert "first-run.ipynb" in {path.name for path in NOTEBOOKS}


SAME_FORM = {"two-poles", "the-host", "who-pays-who-gains", "will-it-grow", "which-race"}
"""Studies told like others that run: left to `make test`, so that the check of a commit stays below ten minutes."""
BRIEF = os.environ.get("CI") == "true"


@pytest.mark.parametrize(
    "path", [path for path in NOTEBOOKS if not (BRIEF and path.stem in SAME_FORM)], ids=lambda path: path.stem
)
def test_every_cell_runs(path: Path) -> None:
    """At smoke size, in a copy, with the kernel of this environment."""
    before = path.read_bytes()
    done = runner().execute(path, smoke=True, timeout=300)
    assert unclean(done) == []
    assert path.read_bytes() == before
    committed = nbformat.read(path, as_version=4)
    assert [len(cell.outputs) for cell in code_cells(done)] == [len(cell.outputs) for cell in code_cells(committed)]
    assert len(pictures(done)) == len(pictures(committed))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_committed_is_clean_and_small(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert unclean(notebook) == []
    assert sum(map(len, pictures(notebook))) < FIGURES
    assert all(picture.startswith(b"\x89PNG") for picture in pictures(notebook))
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert not any(cell.metadata for cell in notebook.cells), "metadata of cells: run python tools/run_notebooks.py"


def test_a_cell_that_fails_is_caught(tmp_path: Path) -> None:
    file = written(tmp_path, "import sim", "sim.load('nowhere.yaml')", "print('never')")
    with pytest.raises(CellExecutionError, match="ScenarioError"):
        runner().execute(file, tmp_path, smoke=True)


def test_the_kernel_is_this_environment_at_smoke_size_and_leaves_nothing(tmp_path: Path) -> None:
    ask = "import os, sim\nopen('left', 'w').close()\nprint(os.environ['WAICO_SMOKE'], sim.__file__)"
    done = runner().execute(written(tmp_path, ask), tmp_path, smoke=True)
    assert text_of(outputs(done)[0]).split() == ["1", str(ROOT / "sim" / "__init__.py")]
    assert not list(tmp_path.rglob("left"))


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("import sys; print('loud', file=sys.stderr)", "stderr"),
        ("import os; print(os.getcwd())", "shows"),
        ("object()", "shows"),
        ("import warnings; warnings.warn('careful')", "stderr"),
    ],
)
def test_unclean_output_is_caught(tmp_path: Path, source: str, seen: str) -> None:
    done = runner().execute(written(tmp_path, source), tmp_path)
    assert any(seen in found for found in unclean(done))


def test_a_notebook_that_was_not_run_is_caught(tmp_path: Path) -> None:
    assert unclean(nbformat.read(written(tmp_path, "1 + 1"), as_version=4))
