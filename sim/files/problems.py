"""Problems of files: collected, sorted by place, reported together."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from sim.errors import ScenarioError
from sim.files.nodes import Node, Place

__all__ = ["Problems", "hint", "shown"]


def shown(value: object) -> str:
    """A value as a reader would recognise it: its kind and a short form.

    >>> shown("forty"), shown(True), shown([1, 2]), shown(None)
    ("the text 'forty'", 'the yes/no value true', 'a list of 2', 'nothing')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the yes/no value {str(value).lower()}"
    if isinstance(value, str):
        return f"the text {value!r}" if len(value) <= 40 else f"the text {value[:37]!r}..."
    if isinstance(value, (int, float)):
        return f"the number {value!r}"
    if isinstance(value, dict):
        return f"a mapping of {len(value)} keys" if len(value) != 1 else "a mapping of 1 key"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    return f"a value of type {type(value).__name__}"


def hint(word: object, known: Iterable[str], what: str = "write one of") -> str:
    """What to write instead of an unknown word: the nearest known one, or the list of them.

    >>> hint("duse", ["dues", "votes"])
    "did you mean 'dues'?"
    """
    names = list(known)
    near = difflib.get_close_matches(str(word), names, 1)
    if near:
        return f"did you mean '{near[0]}'?"
    listed = ", ".join(names[:24]) + (", ..." if len(names) > 24 else "")
    return f"{what}: {listed}" if names else ""


@dataclass
class Problems:
    """Problems found so far; `raise_if_any` throws the first with all others in its attribute `others`."""

    found: list[ScenarioError] = field(default_factory=list)

    def add(self, place: Place | Node, problem: str, remedy: str = "", *, key: bool = False) -> None:
        """Note one problem; `key` points at the key of a node rather than at its value."""
        if isinstance(place, Node):
            place = place.key if key and place.key else place.place
        error = ScenarioError(place.file, place.line, place.column, problem, remedy)
        if not any(str(error) == str(known) for known in self.found):
            self.found.append(error)

    def take(self, error: ScenarioError) -> None:
        """Note a caught error with all its others."""
        for each in (error, *getattr(error, "others", ())):
            if not any(str(each) == str(known) for known in self.found):
                self.found.append(each)

    def raise_if_any(self) -> None:
        """Raise the first problem (by line within its file) with the rest in `others`, if there is one."""
        if not self.found:
            return
        order = {file: place for place, file in enumerate(dict.fromkeys(error.file for error in self.found))}
        first, *others = sorted(self.found, key=lambda error: (order[error.file], error.line, error.column))
        raise ScenarioError(first.file, first.line, first.column, first.problem, first.remedy, others=others)
