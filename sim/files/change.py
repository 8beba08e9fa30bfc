"""Changing resolved data: one function for the sweep, for `--set` and for a charter's events."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError
from sim.files.checks import check_charter, check_scenario
from sim.files.loading import Loader
from sim.files.lookup import parameter_at
from sim.files.merge import is_choice, merged, put
from sim.files.models import models
from sim.files.nodes import Node, Place, from_plain, nearest, plain
from sim.files.problems import Problems, hint
from sim.files.reading import parse
from sim.files.validation import validated
from sim.files.voters import Scope

__all__ = ["apply", "check_path", "covers", "parse_setting", "resolve_charter", "resolve_scenario"]

# Mappings whose keys the author chooses: a new key may stand there, and one may be removed.
_OPEN = (("bodies",), ("tiers",), ("voting", "chambers"), ("relations",), ("evidence",))


def resolve_charter(node: Node, problems: Problems) -> dict[str, Any] | None:
    """A charter tree as checked plain data, or None after noting problems."""
    data = validated(models().charter, node, problems)
    if data is not None:
        check_charter(data, node, problems)
        if not problems.found:
            _check_events(data, node, problems, "")
    return data


def resolve_scenario(node: Node, problems: Problems) -> dict[str, Any] | None:
    """A scenario tree (charters worked in) as checked plain data, or None after noting problems."""
    data = validated(models().scenario, node, problems)
    if data is not None:
        check_scenario(data, node, problems)
        if not problems.found:
            for name, charter in data["bodies"].items():
                own = nearest(node, ("bodies", name))[0]
                _check_events(charter, own, problems, f"bodies.{name}.", Scope.of(data))
    return data


def _check_events(
    charter: dict[str, Any], node: Node, problems: Problems, inside: str, scope: Scope | None = None
) -> None:
    """Work the events in, one after the other, as a run would."""
    if not charter["events"]:
        return
    now = from_plain({**charter, "events": [], "evidence": {}}, node.place)
    for place, event in sorted(enumerate(charter["events"]), key=lambda each: (each[1]["year"], each[0])):
        trial = Problems()
        for path, value in event["set"].items():
            at = nearest(node, ("events", place, "set", path))[0]
            if check_path(now, path, at.key or at.place, trial, removing=value is None, inside=inside):
                try:
                    now = put(now, tuple(path.split(".")), from_plain(value, at.place, at.key))
                except ScenarioError as refused:
                    trial.take(refused)
        if not trial.found:
            data = validated(models().charter, now, trial)
            if data is not None:
                check_charter(data, now, trial, inside, scope)
        for error in trial.found:
            problems.take(error)
        if trial.found:
            return


def check_path(
    root: Node, path: str, place: Place, problems: Problems, *, removing: bool = False, inside: str = ""
) -> bool:
    """Whether a dotted path may be set: everything above it exists, and it too unless its parent is open."""
    parts = tuple(path.split("."))
    here: Node | None = root
    for at, part in enumerate(parts):
        last = at == len(parts) - 1
        assert here is not None
        if not here.is_mapping:
            if last and is_choice(parts[:at]) and part != "rule" and not removing:
                return True
            problems.add(
                place,
                f"{inside}{path}: there is nothing below '{'.'.join(parts[:at])}'",
                "write a shorter path",
            )
            return False
        child = here.get(part)
        if child is None:
            above = parts[:at]
            open_here = above in _OPEN or (len(above) >= 2 and above[0] == "bodies" and above[2:] in _OPEN)
            if last and not removing and (open_here or is_choice(above)):
                return True
            known = list(here.value)
            where = f"'{'.'.join(above)}' has" if above else "there is"
            problems.add(place, f"{inside}{path}: {where} no '{part}'", hint(part, known))
            return False
        here = child
    return True


def _whole(path: str) -> tuple[str, ...]:
    """What setting a path replaces: a charter its body's, a `rule` its choice, any other path itself."""
    parts = tuple(path.split("."))
    is_charter = len(parts) == 3 and parts[0] == "bodies" and parts[2] == "charter"
    return parts[:-1] if is_charter or parts[-1] == "rule" else parts


def covers(path: str, other: str) -> bool:
    """Whether setting one path takes away what was set at another, below it.

    >>> covers("bodies.waico.charter", "bodies.waico.fund.envelope"), covers("world.race", "world.race")
    (True, False)
    """
    above = _whole(path)
    return path != other and tuple(other.split("."))[: len(above)] == above


def apply(
    resolved: Mapping[str, Any],
    changes: Mapping[str, Any],
    *,
    base: Path | None = None,
    source: str = "--set",
    overrides: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Resolved data with some values changed, checked again as a whole; the data given is left as it is.

    `changes` maps dotted paths to values, worked in as if a file had said so, in whatever order they stand: what
    holds others (a charter, a rule) comes before what lies in it. A mapping changes single keys, another rule
    replaces a choice whole, None removes a tier, chamber or body. `bodies.NAME.charter` with the path of a
    charter replaces the body's charter; the path is relative to the file `base`, and what `overrides` holds for the
    body (what its scenario file states besides the charter) is worked into the new one. Works for resolved
    scenarios and charters. Raises `ScenarioError` whose `file` is `source`, with every problem in it.
    """
    quick = _numbers_only(resolved, changes)
    if quick is not None:
        return quick
    place = Place(source, 0, 0)
    problems = Problems()
    node = from_plain(resolved, place)
    for path, value in sorted(changes.items(), key=lambda each: len(_whole(each[0]))):
        parts = tuple(path.split("."))
        if len(parts) == 3 and parts[0] == "bodies" and parts[2] == "charter":
            node = _with_charter(node, parts, value, base, place, path, (overrides or {}).get(parts[1]))
        elif check_path(node, path, place, problems, removing=value is None):
            node = put(node, parts, from_plain(value, place))
    problems.raise_if_any()
    data = (resolve_scenario if "bodies" in resolved else resolve_charter)(node, problems)
    problems.raise_if_any()
    assert data is not None
    return data


def parse_setting(text: str, source: str = "--set") -> tuple[str, Any]:
    """The path and the value of `PATH=VALUE`, the value read as YAML; `ScenarioError` for anything else.

    >>> parse_setting("bodies.waico.fund.levy={rule: ai_revenue, rate: 1e-3}")
    ('bodies.waico.fund.levy', {'rule': 'ai_revenue', 'rate': 0.001})
    """
    path, sign, value = text.partition("=")
    path = path.strip()
    if not sign or not path:
        remedy = "write it as bodies.waico.fund.envelope=2"
        raise ScenarioError(source, 0, 0, f"found {text!r}, expected PATH=VALUE", remedy)
    node = parse(value, source)
    return path, None if node is None else plain(node)


def _numbers_only(resolved: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any] | None:
    """The same answer a hundred times faster where each change is a real number within its bounds, else None.

    No other value depends on such a number, except on the weights of tiers, which may not all be 0. What is
    not changed is shared with the data given, not copied.
    """
    changed = dict(resolved)
    for path, value in changes.items():
        parts = path.split(".")
        if isinstance(value, bool) or not isinstance(value, (int, float)) or "tiers" in parts:
            return None
        parameter = parameter_at(resolved, path)
        if parameter is None or parameter.kind != "number":
            return None
        low, high = parameter.at_least, parameter.at_most
        inside = (low is None or value >= low) and (high is None or value <= high)
        if not (inside and math.isfinite(value)):
            return None
        here: Any = changed
        for part in parts[:-1]:
            if not isinstance(here.get(part), dict):
                return None
            here[part] = dict(here[part])
            here = here[part]
        if parts[-1] not in here:
            return None
        here[parts[-1]] = float(value)
    return changed


def _with_charter(
    node: Node, parts: tuple[str, ...], value: Any, base: Path | None, place: Place, path: str, own: Any
) -> Node:
    reference = base or Path.cwd() / "scenario.yaml"
    loader = Loader.at(reference)
    file, name = loader.folder.find(Node(value, place), os.path.relpath(reference), "charter")
    charter = loader.charter(file, name)
    if own:
        charter = _overridden(charter, from_plain(own, place), path, value)
    charter = loader.with_reference(charter)
    bodies = node.get("bodies")
    if bodies is None or not bodies.is_mapping:
        raise ScenarioError(
            place.file, 0, 0, f"{path}: this is no scenario", "write a path inside the charter"
        )
    return node.with_value({**node.value, "bodies": bodies.with_value({**bodies.value, parts[1]: charter})})


def _overridden(charter: Node, own: Node, path: str, value: Any) -> Node:
    """A charter with what the scenario file states of the body worked in; refused where the two do not fit."""

    def misfit(problem: str) -> ScenarioError:
        body = path.rpartition(".")[0]
        return ScenarioError(
            own.place.file,
            own.place.line,
            own.place.column,
            f"{path}: what the scenario file itself states of '{body}' does not fit charter '{value}': {problem}",
            f"take it out of the scenario file, or write policies that set '{body}' as a whole",
        )

    before, after = Problems(), Problems()
    held = resolve_charter(charter, before)
    for section in (("tiers",), ("voting", "chambers")):
        asked, found_at = nearest(own, section)
        known: Any = held
        for part in section:
            known = known[part] if known else {}
        strange = [name for name in asked.value if name not in known] if found_at == section and known else []
        if strange:
            raise misfit(f"it has no '{'.'.join((*section, strange[0]))}'")
    try:
        found = merged(charter, own)
    except ScenarioError as error:
        raise misfit(error.problem) from None
    if held is not None and not before.found:
        resolve_charter(found, after)
        if after.found:
            raise misfit(after.found[0].problem)
    return found
