"""Scenario, study and charter files: read safely, checked with places, resolved to plain data.

>>> from sim.files import load, apply
"""

from __future__ import annotations

import os
from pathlib import Path

from sim.errors import ScenarioError
from sim.files.change import apply, parse_setting, resolve_charter, resolve_scenario
from sim.files.documents import Charter, Scenario, Study
from sim.files.loading import Loader, fold, overrides_of
from sim.files.nodes import Node, Place
from sim.files.problems import Problems
from sim.files.shipped import shipped_file
from sim.files.study import load_study

__all__ = ["Charter", "Scenario", "Study", "apply", "load", "parse_setting"]


def load(path: str | os.PathLike[str]) -> Scenario | Study | Charter:
    """Read a scenario, study or charter file with everything it names, every default filled in.

    A bare name such as `first-look` is a file that ships with the package, where no file of that name is there.
    Raises `ScenarioError` for the first problem, all further ones in its attribute `others`, each with file,
    line and column.
    """
    file = os.fsdecode(path)
    if "\0" in file or not file:
        raise ScenarioError(repr(path), 0, 0, "this is no path of a file", "write scenarios/baseline.yaml")
    file = shipped_file(file)
    where = Path(file)
    try:
        loader = Loader.at(where)
        kind, _ = loader.read(where, file)
    except RuntimeError as error:  # a circle of links
        raise ScenarioError(file, 0, 0, f"the file cannot be found: {error}", "check the links") from None
    if kind == "study":
        return load_study(where, file, loader)
    return _charter(where, file, loader) if kind == "charter" else _scenario(where, file, loader)


def _charter(where: Path, file: str, loader: Loader) -> Charter:
    chain = loader.chain(where, file, "charter")
    problems = Problems()
    resolved = resolve_charter(loader.charter(where, file), problems)
    problems.raise_if_any()
    assert resolved is not None
    above = resolve_charter(fold(chain[:-1]), Problems()) if len(chain) > 1 else None
    if above is None:
        smallest = Node({key: Node(resolved[key], Place(file)) for key in ("name", "sponsor")}, Place(file))
        above = resolve_charter(smallest, Problems())
    return Charter(
        where, resolved["name"], resolved["title"], resolved["text"], resolved, tuple(loader.sources), above
    )


def _scenario(where: Path, file: str, loader: Loader) -> Scenario:
    tree, parent = loader.scenario(where, file)
    problems = Problems()
    resolved = resolve_scenario(loader.with_charters(tree), problems)
    problems.raise_if_any()
    assert resolved is not None
    resolved["name"] = resolved["name"] or where.stem
    above = resolve_scenario(loader.with_charters(parent) if parent else Node({}, Place(file)), Problems())
    return Scenario(
        where,
        resolved["name"],
        resolved["title"],
        resolved["text"],
        resolved,
        tuple(loader.sources),
        above,
        overrides_of(tree),
    )
