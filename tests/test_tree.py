"""The tree stays readable: short files, and every public thing says what it is."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "sim").rglob("*.py"))
LONGEST = 300


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_no_file_is_too_long(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST, f"{named(path)} has {lines} lines, {LONGEST} at most; split it by subject"


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_everything_public_has_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = [
        f"{named(path)}:{node.lineno} {node.name}"
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    if not ast.get_docstring(tree) and tree.body:
        silent.insert(0, f"{named(path)}: the module itself")
    assert not silent, f"without a docstring: {silent}"


def test_the_package_is_typed() -> None:
    assert (ROOT / "sim" / "py.typed").exists()


def test_every_dependency_is_pinned() -> None:
    """What pyproject.toml asks for by name stands in constraints.txt, so that two installations are alike."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    asked = [*project["dependencies"], *(one for many in extras for one in many)]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {plain(line.split("==")[0]) for line in lines if "==" in line}
    missing = {plain(text) for text in asked} - pinned - {plain(project["name"])}
    assert not missing, f"add to constraints.txt: {sorted(missing)}"


def plain(requirement: str) -> str:
    """The bare name of a requirement: `Dask[distributed]>=1` is `dask`."""
    name = requirement
    for mark in "[<>=!~; ":
        name = name.split(mark)[0]
    return name.strip().lower().replace("_", "-")
