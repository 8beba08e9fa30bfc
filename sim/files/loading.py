"""From a path to one tree of nodes: the file, what it extends, the charters of its bodies."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError
from sim.files.folder import Folder, read_nodes
from sim.files.merge import merged
from sim.files.nodes import Node, plain
from sim.files.problems import hint, shown

__all__ = ["FORMAT", "KINDS", "Loader", "fold", "overrides_of"]

FORMAT = 1
MAX_CHAIN = 16
KINDS = ("scenario", "study", "charter")
_HINTS = {
    "study": {"policies", "futures", "replicates", "levers", "scenario"},
    "charter": {"sponsor", "gate", "tiers"},
    "scenario": {"bodies", "world", "nations", "firms", "steps_per_year", "measures"},
}


@dataclass
class Loader:
    """Reads files of one folder; `sources` lists every file that was read, in order."""

    folder: Folder
    sources: list[Path] = field(default_factory=list)
    _known: dict[Path, tuple[str, Node]] = field(default_factory=dict)

    @classmethod
    def at(cls, path: Path) -> Loader:
        """A loader for the folder that a file belongs to."""
        return cls(Folder.of(path))

    def read(
        self, path: Path, file: str, expected: str | None = None, named: Node | None = None
    ) -> tuple[str, Node]:
        """The kind of a file and its keys but `format` and `kind`; `named` is where another file names it."""
        real = path.resolve()
        if real not in self._known:
            root = read_nodes(path, file)
            _check_format(root, file)
            kind = _kind(root, file)
            rest = {key: node for key, node in root.value.items() if key not in ("format", "kind")}
            self._known[real] = kind, root.with_value(rest)
            self.sources.append(path)
        kind, root = self._known[real]
        if expected is not None and kind != expected:
            place = named.place if named else root.place
            problem = f"{file} is a {kind}, expected a {expected}"
            remedy = f"name a file with 'kind: {expected}'"
            raise ScenarioError(place.file, place.line, place.column, problem, remedy)
        return kind, root

    def chain(
        self,
        path: Path,
        file: str,
        expected: str,
        seen: tuple[tuple[Path, str], ...] = (),
        named: Node | None = None,
    ) -> list[Node]:
        """A file's keys after those of every file it extends, the oldest parent first."""
        _, root = self.read(path, file, expected, named)
        parent = root.get("extends")
        own = root.with_value({key: node for key, node in root.value.items() if key != "extends"})
        if parent is None or parent.value is None:
            return [own]
        above, above_file = self.folder.find(parent, file, expected)
        seen = (*seen, (path.resolve(), file))
        if len(seen) > MAX_CHAIN:
            place = parent.place
            problem = f"found more than {MAX_CHAIN} files that extend one another"
            raise ScenarioError(place.file, place.line, place.column, problem, "merge some of them")
        known = [each for each, _ in seen]
        if above.resolve() in known:
            names = [name for _, name in seen[known.index(above.resolve()) :]]
            place = parent.place
            raise ScenarioError(
                place.file,
                place.line,
                place.column,
                f"found a circle of extends: {' -> '.join([*names, above_file])}",
                "remove one of them",
            )
        return [*self.chain(above, above_file, expected, seen, parent), own]

    def charter(self, path: Path, file: str, named: Node | None = None) -> Node:
        """A charter with everything it extends worked in."""
        return fold(self.chain(path, file, "charter", (), named))

    def scenario(self, path: Path, file: str, named: Node | None = None) -> tuple[Node, Node | None]:
        """A scenario with everything it extends worked in, and its parent (None without extends)."""
        *above, own = self.chain(path, file, "scenario", (), named)
        titles = ("name", "title", "text")
        unnamed = [
            node.with_value({key: each for key, each in node.value.items() if key not in titles})
            for node in above
        ]
        chain = [*unnamed, own]
        parent = fold(chain[:-1], partly=True) if len(chain) > 1 else None
        return fold(chain, partly=True), parent

    def with_charters(self, root: Node) -> Node:
        """A scenario in which every body holds its whole charter, overrides worked in."""
        bodies = root.get("bodies")
        if bodies is None or not bodies.is_mapping:
            return root
        full = {name: self._body(name, node) for name, node in bodies.value.items()}
        return root.with_value({**root.value, "bodies": bodies.with_value(full)})

    def _body(self, name: str, body: Node) -> Node:
        if not body.is_mapping:
            place = body.place
            raise ScenarioError(
                place.file,
                place.line,
                place.column,
                f"bodies.{name}: found {shown(body.value)}, expected keys with values",
                "write {charter: charters/NAME.yaml}",
            )
        reference = body.get("charter")
        own = body.with_value({key: node for key, node in body.value.items() if key != "charter"})
        if reference is not None:
            path, file = self.folder.find(reference, reference.place.file, "charter")
            charter = self.charter(path, file, reference)
            own = merged(charter.with_value(dict(charter.value)), own, ())
        else:
            own = merged(own.with_value({}), own, ())
        return self.with_reference(own)

    def with_reference(self, body: Node) -> Node:
        """A body that carries the whole charter under which its record was made, so a run needs no further file."""
        named = body.get("reference")
        if named is None or not isinstance(named.value, str):
            return body
        path, file = self.folder.find(named, named.place.file, "charter")
        charter = self.charter(path, file, named)
        kept = {key: node for key, node in charter.value.items() if key not in ("reference", "events")}
        return body.with_value({**body.value, "reference": named.with_value(kept)})


def fold(chain: list[Node], *, partly: bool = False) -> Node:
    """The keys of the last file, with those of every file before it worked in; `partly` as for `merged`."""
    root = Node({}, chain[-1].place)
    for node in chain:
        root = merged(root, node, partly=partly)
    return Node(root.value, chain[-1].place)


def overrides_of(root: Node) -> dict[str, dict[str, Any]]:
    """What a scenario's bodies state besides the charter they name, as plain data: it holds under any charter."""
    bodies = root.get("bodies")
    held = bodies.value if bodies is not None and bodies.is_mapping else {}
    own = {
        name: {key: plain(node) for key, node in body.value.items() if key != "charter"}
        for name, body in held.items()
        if body.is_mapping and body.get("charter") is not None
    }
    return {name: each for name, each in own.items() if each}


def _check_format(root: Node, file: str) -> None:
    given = root.get("format")
    if given is None:
        raise ScenarioError(file, 1, 1, "the key 'format' is missing", "begin the file with 'format: 1'")
    value, place = given.value, given.place
    if isinstance(value, bool) or not isinstance(value, int):
        raise ScenarioError(
            file,
            place.line,
            place.column,
            f"format: found {shown(value)}, expected the number {FORMAT}",
            f"write 'format: {FORMAT}'",
        )
    if value > FORMAT:
        raise ScenarioError(
            file,
            place.line,
            place.column,
            f"the file has format {value}, this version reads formats up to {FORMAT}",
            "install a newer waico-sim (pip install -U waico-sim)",
        )
    if value != FORMAT:
        raise ScenarioError(
            file, place.line, place.column, f"there is no format {value}", f"write 'format: {FORMAT}'"
        )


def _kind(root: Node, file: str) -> str:
    given = root.get("kind")
    if given is not None:
        if given.value not in KINDS:
            place = given.place
            remedy = (
                hint(given.value, KINDS)
                if isinstance(given.value, str)
                else f"write one of: {', '.join(KINDS)}"
            )
            raise ScenarioError(
                file,
                place.line,
                place.column,
                f"kind: found {shown(given.value)}, expected scenario, study or charter",
                remedy,
            )
        return str(given.value)
    keys = set(root.value)
    for kind, marks in _HINTS.items():
        if keys & marks:
            return kind
    raise ScenarioError(
        file, 1, 1, "the key 'kind' is missing", "write 'kind: scenario', 'kind: study' or 'kind: charter'"
    )
