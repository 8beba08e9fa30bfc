"""Files that come with the package, found by their names where no file of that name is there."""

from __future__ import annotations

import os
import re
from pathlib import Path

from sim.errors import ScenarioError
from sim.files.folder import shipped
from sim.files.problems import hint

__all__ = ["shipped_file", "shipped_names"]

FOLDERS = ("studies", ".", "futures", "charters")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+-]*")


def shipped_names() -> dict[str, Path]:
    """Every study, scenario and charter that ships, by name: the file without its ending.

    >>> {"first-look", "baseline", "imf"} <= set(shipped_names())
    True
    """
    root = shipped()
    found: dict[str, Path] = {}
    for folder in [root / name for name in FOLDERS] if root else []:
        for path in sorted(folder.glob("*.yaml")):
            found.setdefault(path.stem, path)
    return found


def shipped_file(text: str) -> str:
    """The path of what ships under this name, or the text itself where it is a file or no bare name.

    A name has no slash and no ending, so that it leads to no other folder. Raises `ScenarioError` for a name under
    which nothing ships and no file is there.

    >>> shipped_file("elsewhere/first-look.yaml")
    'elsewhere/first-look.yaml'
    """
    if not _NAME.fullmatch(text) or os.path.isfile(text):
        return text
    known = shipped_names()
    if text in known:
        return os.fspath(known[text])
    if os.path.lexists(text):
        return text
    problem = "there is no such file, and no study, scenario or charter of this name ships"
    raise ScenarioError(text, 0, 0, problem, hint(text, known, "name a file, or one of"))
