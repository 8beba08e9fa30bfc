"""What numbers were made with: versions, processor, code and data, for the manifest and for shards' names."""

from __future__ import annotations

import hashlib
import importlib
import platform
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from sim.data import checksums
from sim.errors import StoreError
from sim.store.shards import Origin

__all__ = ["code_digest", "commit", "machine", "module_digests", "origin_of", "other_machine"]

PACKAGE = Path(__file__).resolve().parents[1]
# Parts that show, store or arrange numbers without making any. Everything else counts, so that a new part of
# the model counts from its first day. What a file says reaches a run through its resolved scenario.
_SILENT = frozenset(
    {
        "cli",
        "files",
        "store",
        "study",
        "plots",
        "face",
        "results.py",
        "comparison",
        "robustness",
        "estimation",
        "theory",
        "seats.py",
        "__init__.py",
        "__main__.py",
        "report.py",
        "explore.py",
        "report",
        "explore",
    }
)


def _digest(parts: Iterable[tuple[str, bytes]]) -> str:
    made = hashlib.blake2b(digest_size=16)
    for name, text in parts:
        made.update(f"{len(name)}:{name}:{len(text)}:".encode() + text)
    return made.hexdigest()


def code_digest(package: Path = PACKAGE) -> str:
    """A digest of the sources that make numbers: all of the package but what only shows them."""
    files = sorted(
        (path.relative_to(package).as_posix(), path)
        for path in package.rglob("*.py")
        if path.relative_to(package).parts[0] not in _SILENT
    )
    return _digest((name, path.read_bytes()) for name, path in files)


LOADED = code_digest()
"""Of the code this process runs: taken as it is loaded, since files may be edited while it runs."""


def module_digests(modules: Iterable[str]) -> dict[str, str]:
    """Digests of the modules that enrol further rules, after importing them; `StoreError` if one fails."""
    found = {}
    for name in modules:
        try:
            module = importlib.import_module(name)
        except ImportError as error:
            raise StoreError(
                f"module '{name}' cannot be imported: {error}; write the name as in `import NAME`"
            ) from None
        file = getattr(module, "__file__", None)
        paths = (
            sorted(Path(file).parent.rglob("*.py"))
            if file and hasattr(module, "__path__")
            else [Path(file or "")]
        )
        found[name] = _digest((path.name, path.read_bytes()) for path in paths if path.is_file())
    return found


def origin_of(modules: Mapping[str, str], engine: str = "sim.engine") -> Origin:
    """The origin of rows made now, by the engine of that module and the further modules given."""
    made = {"code": LOADED, **modules}
    if engine != "sim.engine":
        made |= module_digests([engine])
    data = _digest((name, text.encode()) for name, text in sorted(checksums().items()))
    return Origin(_digest((name, text.encode()) for name, text in made.items()), data)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "unknown"


def machine() -> dict[str, Any]:
    """Versions and processor features; rows agree bit for bit where these are the same."""
    found: Any = np.show_config(mode="dicts")
    extensions: dict[str, list[str]] = (found or {}).get("SIMD Extensions", {})
    features = sorted({*extensions.get("baseline", []), *extensions.get("found", [])})
    return {
        "python": platform.python_version(),
        "waico-sim": _version("waico-sim"),
        "numpy": np.__version__,
        "scipy": _version("scipy"),
        "pyarrow": _version("pyarrow"),
        "system": f"{platform.system()} {platform.machine()}",
        "libc": " ".join(platform.libc_ver()),
        "processor_features": features,
    }


def other_machine(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """In what two machines differ that may change the last bit of a number, as words."""
    watched = ("python", "numpy", "scipy", "system", "libc", "processor_features")
    return [name.replace("_", " ") for name in watched if then.get(name) != now.get(name)]


def commit(package: Path = PACKAGE) -> str | None:
    """The commit of the working copy the package stands in, or None."""
    git = package.parent / ".git"
    try:
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        own = git / head[5:]
        if own.exists():
            return own.read_text(encoding="utf-8").strip()
        packed = (git / "packed-refs").read_text(encoding="utf-8").splitlines()
        return next((line.split()[0] for line in packed if line.endswith(" " + head[5:])), None)
    except OSError:
        return None
