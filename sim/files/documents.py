"""What loading a file gives: a scenario, a charter or a study, frozen, with every default filled in."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.files import changing, display
from sim.files.merge import is_choice

__all__ = ["Charter", "Document", "Scenario", "Study", "evidence_counts", "evidence_labels"]


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


LABELS = ("confirmed", "reported", "assumed")
"""Labels of evidence, from the strongest to the weakest."""


def evidence_labels(charter: Mapping[str, Any]) -> dict[str, int]:
    """How many of the rules in force are confirmed, reported and assumed.

    Rules in force are the gate, the entry into force, each kind of decision that settles something, and every
    choice other than none. A rule has the label of itself or of what it is part of; where only parts of it are
    labelled confirmed or reported, the weakest label of these; otherwise it is assumed.
    """
    kinds = sorted(set(charter["voting"]["decide"].values()))
    rules = ["gate", "entry_into_force", *(f"voting.decisions.{kind}" for kind in kinds), *_rules(charter)]
    known = {path: str(each["label"]) for path, each in charter["evidence"].items()}

    def label(rule: str) -> str:
        parts = rule.split(".")
        for end in range(len(parts), 0, -1):
            own = known.get(".".join(parts[:end]))
            if own is not None:
                return own
        inside = {each for path, each in known.items() if path.startswith(f"{rule}.")} - {"assumed"}
        return max(inside, key=LABELS.index, default="assumed")

    found = [label(rule) for rule in rules]
    return {each: found.count(each) for each in LABELS}


def evidence_counts(charter: Mapping[str, Any]) -> tuple[int, int]:
    """How many of the rules in force are assumed, and how many there are; see `evidence_labels`."""
    counts = evidence_labels(charter)
    return counts["assumed"], sum(counts.values())


@dataclass(frozen=True, repr=False)
class Document:
    """A file that has been read and checked.

    `resolved` is plain nested data with every default filled in; treat it as read-only and change it with
    `with_changes`, which gives a copy. `sources` are the files that were read for it, in order. `parent` is what
    it extends, or the defaults, resolved likewise.
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


@dataclass(frozen=True, repr=False)
class Charter(Document):
    """One charter; `resolved` as under a scenario's `bodies`."""

    def evidence_counts(self) -> tuple[int, int]:
        """Assumed rules in force, and all rules in force."""
        return evidence_counts(self.resolved)

    def with_changes(self, changes: Mapping[str, Any], *, title: str = "") -> Charter:
        """A copy with some values changed and everything checked again; its parent is this charter.

        `changes` maps paths inside the charter to values, as `set` in a study does. Raises `ScenarioError`.

        >>> import sim
        >>> charter = sim.load("scenarios/charters/waico-commentary.yaml")
        >>> charter.with_changes({"fund.levy.rate": 0.03}).changed()
        {'fund.levy.rate': (0.01, 0.03)}
        """
        return changing.changed(self, changes, title)

    def __repr__(self) -> str:
        return display.charter_in_a_line(self)

    def _repr_html_(self) -> str:
        return display.charter_as_html(self)


@dataclass(frozen=True, repr=False)
class Scenario(Document):
    """A world with its bodies; the starting point of runs.

    `overrides` is what its file states of a body besides the charter: it holds under any charter put in its place.
    """

    overrides: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def evidence_counts(self) -> tuple[int, int]:
        """Assumed rules in force over all bodies, and all rules in force."""
        counts = self.evidence_by_body().values()
        return sum(assumed for assumed, _ in counts), sum(total for _, total in counts)

    def evidence_by_body(self) -> dict[str, tuple[int, int]]:
        """Assumed rules in force and all rules in force, of each body."""
        return {body: evidence_counts(charter) for body, charter in self.resolved["bodies"].items()}

    def with_changes(self, changes: Mapping[str, Any], *, title: str = "") -> Scenario:
        """A copy with some values changed and everything checked again; its parent is this scenario.

        `changes` maps paths of the scenario to values, as `set` in a study does. Raises `ScenarioError`.

        >>> import sim
        >>> scenario = sim.load("scenarios/baseline.yaml")
        >>> scenario.with_changes({"bodies.waico.fund.envelope": 2.0}).changed()
        {'bodies.waico.fund.envelope': (0.03, 2.0)}
        """
        return changing.changed(self, changes, title)

    def __repr__(self) -> str:
        return display.scenario_in_a_line(self)

    def _repr_html_(self) -> str:
        return display.scenario_as_html(self)

    def copy(self) -> dict[str, Any]:
        """A copy of the resolved data that may be changed freely."""
        return copy.deepcopy(self.resolved)


@dataclass(frozen=True, repr=False)
class Study(Document):
    """Policies and the futures they meet.

    `policies` maps each name to a whole resolved scenario, in the file's order; `about` to its title, text
    and `set`. `levers` maps paths to `{grid, where_present}`, `uncertainties` paths to one distribution each, or
    names to `{draws, paths, rows, digest}`, a table of joint draws; `design` is `{design, count, seed, rows}`, with the
    rows of a list design as path to value.
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

    def only(self, *policies: str, baseline: str | None = None) -> Study:
        """The study with these policies alone, in this order.

        The baseline stays where it is among them, else it is the first. Raises `ChoiceError` for an unknown name.

        >>> import sim
        >>> study = sim.load("scenarios/studies/first-look.yaml")
        >>> study.only("commentary", "consensus")
        <Study first-look: 2 policies x 12 futures x 8 replicates = 192 runs, 10 years, seed 20260716>
        """
        return changing.only(self, policies, baseline)

    def with_policy(
        self, name: str, changes: Mapping[str, Any], *, of: str | None = None, title: str = "", text: str = ""
    ) -> Study:
        """The study with one more policy: that named `of`, by default the baseline, with some values changed.

        `changes` maps paths of the scenario to values, as `set` in the file does. Runs of the other policies keep
        their names, so a folder that holds them is gone on with. Raises `ChoiceError` for a name that is taken or
        unknown, `ScenarioError` for values that cannot be, and for a policy that is the same as another.

        >>> import sim
        >>> study = sim.load("scenarios/studies/first-look.yaml").only("commentary")
        >>> more = study.with_policy("levy-3", {"bodies.waico.fund.levy.rate": 0.03}, of="commentary")
        >>> list(more.policies), more.policies["levy-3"]["bodies"]["waico"]["fund"]["levy"]
        (['commentary', 'levy-3'], {'rule': 'ai_revenue', 'rate': 0.03})
        """
        return changing.with_policy(self, name, changes, of, title, text)

    def __repr__(self) -> str:
        return display.study_in_a_line(self)

    def _repr_html_(self) -> str:
        return display.study_as_html(self)
