"""Runs the notebooks from top to bottom and keeps what they say.

`python tools/run_notebooks.py [NOTEBOOK ...]` runs those of notebooks/, or those named, at full size and writes their
output into them; a cell that fails stops it and nothing is written. Every notebook runs in a copy of notebooks/ and
scenarios/, so that results of earlier runs do not show and nothing is left behind.
"""

from __future__ import annotations

import argparse
import base64
import io
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
SMOKE = "WAICO_SMOKE"
SMOKE_YEARS = 4
"""Years that the baseline runs in a smoke test, in the copy of the scenarios."""
KEPT = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def notebooks(root: Path = ROOT) -> list[Path]:
    """All notebooks of the project."""
    return sorted((root / "notebooks").glob("*.ipynb"))


@contextmanager
def settings(smoke: bool, home: Path) -> Iterator[None]:
    """Environment of a kernel: the size, the environment's own kernel before the user's, no profile of the user."""
    wanted = {
        SMOKE: "1" if smoke else "0",
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_PLATFORM_DIRS": "1",
        "IPYTHONDIR": str(home / "ipython"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def execute(notebook: Path, root: Path = ROOT, *, smoke: bool = False, timeout: int = 600) -> Any:
    """The notebook with the output of this run; raises `nbclient.exceptions.CellExecutionError` where a cell fails.

    `timeout` is for one cell, in seconds.
    """
    with tempfile.TemporaryDirectory(prefix="notebook-") as folder:
        home = Path(folder)
        for name in ("notebooks", "scenarios"):
            shutil.copytree(root / name, home / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        if smoke:
            baseline = home / "scenarios" / "baseline.yaml"
            if baseline.exists():
                text = baseline.read_text(encoding="utf-8")
                baseline.write_text(re.sub(r"(?m)^years: \d+", f"years: {SMOKE_YEARS}", text), encoding="utf-8")
        read = nbformat.read(notebook, as_version=4)
        for cell in read.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        with settings(smoke, home):
            client = NotebookClient(
                read,
                timeout=timeout,
                kernel_name="python3",
                resources={"metadata": {"path": str(home / "notebooks")}},
                record_timing=False,
                coalesce_streams=True,
            )
            done = client.execute()
    done.metadata = nbformat.from_dict(KEPT)
    for cell in done.cells:
        cell.metadata.pop("execution", None)
    return done


def slim(notebook: Any) -> Any:
    """The notebook with its pictures in 256 colours, which no figure here exceeds by eye, at a third of the size."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data:
                whole = Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).convert("RGB")
                small = io.BytesIO()
                reduced = whole.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
                reduced.save(small, "PNG", optimize=True)
                data["image/png"] = base64.b64encode(small.getvalue()).decode()
    return notebook


def main() -> int:
    """Run what was asked for and write it back."""
    parser = argparse.ArgumentParser(description="Run the notebooks and write their output into them.")
    parser.add_argument("notebook", nargs="*", type=Path, help="notebooks; all of notebooks/ if left out")
    for notebook in parser.parse_args().notebook or notebooks():
        print(f"{notebook.name} ...", file=sys.stderr, flush=True)
        nbformat.write(slim(execute(notebook)), notebook)
    return 0


if __name__ == "__main__":
    sys.exit(main())
