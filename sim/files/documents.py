"""What loading a file gives: a scenario, a charter or a study, frozen, with every default filled in."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.files.merge import is_choice

__all__ = ["Charter", "Document", "Scenario", "Study", "evidence_counts"]


def _differences(above: Any, own: Any, path: str = "") -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Dotted paths at which two mappings differ; what only one of them has is named once, as a whole."""
    if isinstance(above, Mapping) and isinstance(own, Mapping):
        for key in dict.fromkeys([*above, *own]):
            yield from _differences(above.get(key), own.get(key), f"{path}.{key}" if path else str(key))
    elif above != own:
        yield path, (above, own)


def _rules(charter: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[str]:
    for key, value in charter.items():
        here = (*path, str(key))
        if is_choice(here) and isinstance(value, Mapping):
            if value["rule"] != "none":
                yield ".".join(here)
        elif isinstance(value, Mapping) and key not in ("evidence", "relations", "decisions", "decide"):
            yield from _rules(value, here)


def evidence_counts(charter: Mapping[str, Any]) -> tuple[int, int]:
    """How many of the rules in force are assumed, and how many there are.

    Rules in force are the gate, the entry into force, each kind of decision that settles something, and every
    choice other than none. One is assumed unless the charter's evidence labels it, or what it is part of,
    confirmed or reported.
    """
    kinds = sorted(set(charter["voting"]["decide"].values()))
    rules = ["gate", "entry_into_force", *(f"voting.decisions.{kind}" for kind in kinds), *_rules(charter)]
    known = {path for path, each in charter["evidence"].items() if each["label"] != "assumed"}
    denied = {path for path, each in charter["evidence"].items() if each["label"] == "assumed"}

    def assumed(rule: str) -> bool:
        parts = rule.split(".")
        for end in range(len(parts), 0, -1):
            path = ".".join(parts[:end])
            if path in known or path in denied:
                return path in denied
        inside = [path for path in known if path.startswith(rule + ".")]
        return not inside

    return sum(assumed(rule) for rule in rules), len(rules)


@dataclass(frozen=True)
class Document:
    """A file that has been read and checked.

    `resolved` is plain nested data with every default filled in; treat it as read-only and change it with
    `sim.files.apply`. `sources` are the files that were read for it, in order. `parent` is what it extends,
    or the defaults, resolved likewise.
    """

    path: Path | None
    name: str
    title: str
    text: str
    resolved: dict[str, Any] = field(repr=False)
    sources: tuple[Path, ...] = field(default=(), repr=False)
    parent: dict[str, Any] | None = field(default=None, repr=False, compare=False)

    def changed(self) -> dict[str, tuple[Any, Any]]:
        """What differs from the parent: path to (parent's value, own value); a missing one is None."""
        if self.parent is None:
            return {}
        named = ("name", "title", "text")
        return {path: pair for path, pair in _differences(self.parent, self.resolved) if path not in named}


@dataclass(frozen=True)
class Charter(Document):
    """One charter; `resolved` as under a scenario's `bodies`."""

    def evidence_counts(self) -> tuple[int, int]:
        """Assumed rules in force, and all rules in force."""
        return evidence_counts(self.resolved)


@dataclass(frozen=True)
class Scenario(Document):
    """A world with its bodies; the starting point of runs."""

    def evidence_counts(self) -> tuple[int, int]:
        """Assumed rules in force over all bodies, and all rules in force."""
        counts = [evidence_counts(charter) for charter in self.resolved["bodies"].values()]
        return sum(assumed for assumed, _ in counts), sum(total for _, total in counts)

    def copy(self) -> dict[str, Any]:
        """A copy of the resolved data that may be changed freely."""
        return copy.deepcopy(self.resolved)


@dataclass(frozen=True)
class Study(Document):
    """Policies and the futures they meet.

    `policies` maps each name to a whole resolved scenario, in the file's order; `about` to its title, text
    and `set`. `levers` maps paths to `{grid, where_present}`, `uncertainties` paths to one distribution each;
    `design` is `{design, count, seed, rows}`, with the rows of a list design as path to value.
    """

    scenario: Scenario | None = None
    policies: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    about: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    baseline: str = ""
    seed: int = 1
    replicates: int = 1
    years: int = 10
    levers: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    uncertainties: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    design: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, bool] = field(default_factory=dict)
