"""Opening files safely: regular, small, UTF-8, and inside the folder of the file that was asked for."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sim.errors import ScenarioError
from sim.files.nodes import Node
from sim.files.problems import hint
from sim.files.reading import parse

__all__ = ["MAX_BYTES", "Folder", "preset_names", "read_nodes", "read_text", "shipped"]

MAX_BYTES = 1_000_000
_PACKAGE = Path(__file__).resolve().parent.parent
_DRAWS = "_draws"


def read_text(path: Path, file: str, what: str = "file") -> str:
    """The text of a regular UTF-8 file below 1 MB; raises `ScenarioError` for everything else."""
    try:
        before = os.stat(path)
        if stat.S_ISDIR(before.st_mode):
            raise ScenarioError(file, 0, 0, f"this is a folder, expected a {what}", "name a file in it")
        if not stat.S_ISREG(before.st_mode):
            raise ScenarioError(
                file, 0, 0, "this is no regular file (a device, pipe or socket)", f"name a {what}"
            )
        if before.st_size > MAX_BYTES:
            size = f"{before.st_size / 1e6:.1f} MB"
            raise ScenarioError(
                file,
                0,
                0,
                f"the file has {size}, expected at most {MAX_BYTES / 1e6:.0f} MB",
                f"check that it is a {what}",
            )
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        with os.fdopen(handle, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ScenarioError(file, 0, 0, f"there is no such {what}", _beside(path)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ScenarioError(
            file, 0, 0, f"the {what} cannot be read: {reason}", "check its name and permissions"
        ) from None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ScenarioError(file, 0, 0, "the file is UTF-16 text, expected UTF-8", "save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise ScenarioError(
            file,
            line,
            column,
            f"found the byte 0x{data[error.start]:02x}, which is not UTF-8 text",
            "save the file as UTF-8",
        ) from None


def _beside(path: Path) -> str:
    try:
        names = [
            entry for entry in os.listdir(path.parent)[:500] if entry.endswith((".yaml", ".yml", ".csv"))
        ]
    except OSError:
        return "check the name"
    return hint(path.name, sorted(names), "files beside it") or "check the name"


def read_nodes(path: Path, file: str) -> Node:
    """The mapping a YAML file holds, as nodes; raises `ScenarioError` with the place."""
    node = parse(read_text(path, file), file)
    if node is None or node.value is None:
        raise ScenarioError(file, 0, 0, "the file is empty", "begin with 'format: 1' and 'kind: scenario'")
    if not node.is_mapping:
        what = "a list" if isinstance(node.value, list) else "a single value"
        raise ScenarioError(
            file,
            node.place.line,
            node.place.column,
            f"the file holds {what}, expected keys with values",
            "begin with 'format: 1' and 'kind: scenario'",
        )
    return node


@lru_cache(maxsize=1)
def shipped() -> Path | None:
    """The folder of the scenarios that come with the package, or None where there is none."""
    for folder in (_PACKAGE / "scenarios", _PACKAGE.parent / "scenarios"):
        if folder.is_dir():
            return folder
    return None


def preset_names(root: Path, what: str = "charter") -> dict[str, Path]:
    """What may be named without a path: charters and scenarios of the folder, then shipped ones; shipped draws."""
    below = {"charter": "charters", "scenario": "."}
    if what == "table of draws":
        return {path.stem.removesuffix(_DRAWS): path for path in sorted((_PACKAGE / "data").glob(f"*{_DRAWS}.csv"))}
    if what not in below:
        return {}
    own = shipped()
    places = [root / below[what], *([own / below[what]] if own else [])]
    found: dict[str, Path] = {}
    for place in places:
        if place.is_dir():
            for path in sorted(place.glob("*.yaml")):
                found.setdefault(path.stem, path)
    return found


@dataclass(frozen=True)
class Folder:
    """The folder that the files of one scenario must not leave."""

    root: Path

    @classmethod
    def of(cls, path: Path) -> Folder:
        """The nearest folder above a file that is called scenarios, else the file's own folder."""
        own = Path(os.path.abspath(path)).parent
        for folder in (own, *own.parents):
            if folder.name == "scenarios":
                return cls(folder)
        return cls(own)

    def find(self, node: Node, from_file: str, what: str) -> tuple[Path, str]:
        """The file that a path in a file means, and its name for messages; raises `ScenarioError`."""
        text = node.value
        place = node.place

        def fail(problem: str, remedy: str) -> ScenarioError:
            return ScenarioError(place.file, place.line, place.column, problem, remedy)

        if not isinstance(text, str) or not text.strip() or "\0" in text:
            raise fail(f"found no path of a {what}", "write a path such as charters/waico-as-signed.yaml")
        presets = preset_names(self.root, what)
        if text in presets:
            path = presets[text]
            if path.parent != _PACKAGE / "data":
                self.inside(path, fail, text)
            self.regular(path, fail, text, what)
            return path, os.path.relpath(path)
        if os.path.isabs(text) or "\\" in text or text.startswith("~") or text[1:2] == ":":
            raise fail(
                f"found the path '{text}', expected one relative to this file",
                f"write ../ or the name of the {what}",
            )
        name = os.path.normpath(os.path.join(os.path.dirname(from_file), text))
        path = Path(os.path.abspath(name))
        self.inside(path, fail, text)
        if not os.path.exists(path) and "/" not in text and not text.endswith((".yaml", ".yml", ".csv")):
            raise fail(f"there is no shipped {what} '{text}'", hint(text, presets))
        if not os.path.exists(path):
            raise fail(f"there is no {what} '{text}' (looked for {name})", _beside(path))
        self.regular(path, fail, text, what)
        return path, name

    def regular(self, path: Path, fail: object, text: str, what: str) -> None:
        """Refuse a folder, pipe or device at the place that names it."""
        if not path.is_file():
            found = "a folder" if path.is_dir() else "no regular file (a device, pipe or socket)"
            raise fail(f"'{text}' is {found}, expected a {what}", f"name a {what}")  # type: ignore[operator]

    def inside(self, path: Path, fail: object, text: str) -> Path:
        """The path itself, where it stays inside the folder after links are followed."""
        real = Path(os.path.realpath(path))
        roots = [Path(os.path.realpath(self.root))]
        if (own := shipped()) is not None:
            roots.append(Path(os.path.realpath(own)))
        if not any(real.is_relative_to(root) for root in roots):
            raise fail(
                f"the path '{text}' leaves the folder {self.root.name}/",  # type: ignore[operator]
                "move the file into that folder (a folder named scenarios may hold several)",
            )
        return path
