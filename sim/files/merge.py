"""Working one file into another: extends, overrides, policies and single changes follow the same few rules.

Mappings are merged key by key; lists and scalars replace; null removes a body, tier, chamber, relation, other member
or label of evidence, means none where that is a value (host, founded, record, reference, quorum, group), and is
refused elsewhere. A choice written with another rule
replaces the old one whole, with the same rule (or none named) it changes single parameters. Some mappings are
one value and are replaced whole: a condition, a sample of nations, a distribution. Where a file names every
tier again, its order of tiers holds.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache

from sim.errors import ScenarioError
from sim.files.nodes import Node
from sim.files.problems import hint
from sim.sections import CHARTER_SECTIONS, FUND, PROGRAMMES, TIER, VOTING, WORLD, Choice

__all__ = ["choice_patterns", "is_choice", "merged", "nothing", "put"]

_WHOLE = (
    "nations",
    "firms",
    "voting.decisions.*",
    "bodies.*.voting.decisions.*",
    "evidence.*",
    "bodies.*.evidence.*",
)


_NAMED = ("tiers.*", "voting.chambers.*", "relations.*", "evidence.*", "other_members.*")
_REMOVABLE = ("bodies.*", *_NAMED, *(f"bodies.*.{path}" for path in _NAMED))
_OWN = (
    *("host", "founded", "record", "reference", "voting.quorum"),
    *(f"voting.chambers.*.{key}" for key in ("group", "tiers", "constituencies")),
)
_NONE = (*_OWN, *(f"reference.{path}" for path in _OWN))
_NULLABLE = (*_NONE, *(f"bodies.*.{path}" for path in _NONE))


@lru_cache(maxsize=1)
def choice_patterns() -> tuple[str, ...]:
    """The paths at which a rule is chosen, with * for a name: of a charter, then of a scenario."""
    charter = [
        *(f"tiers.*.{name}" for name, field in TIER.fields.items() if isinstance(field, Choice)),
        *(f"voting.{name}" for name, field in VOTING.fields.items() if isinstance(field, Choice)),
        "voting.chambers.*.weight",
        *(f"fund.{name}" for name, field in FUND.fields.items() if isinstance(field, Choice)),
        *CHARTER_SECTIONS,
        *(f"programmes.{name}" for name in PROGRAMMES.fields),
    ]
    return (*charter, *(f"bodies.*.{path}" for path in charter), *(f"world.{name}" for name in WORLD.fields))


def _matches(path: tuple[str, ...], patterns: tuple[str, ...]) -> bool:
    for pattern in patterns:
        parts = pattern.split(".")
        if len(parts) == len(path) and all(
            fnmatchcase(part, wanted) for part, wanted in zip(path, parts, strict=True)
        ):
            return True
    return False


@lru_cache(maxsize=4096)
def is_choice(path: tuple[str, ...]) -> bool:
    """Whether a rule is chosen at this path of a charter or of a scenario.

    >>> is_choice(("bodies", "waico", "fund", "levy")), is_choice(("policy", "rights"))
    (True, False)
    """
    return _matches(path, choice_patterns())


@lru_cache(maxsize=4096)
def _is_whole(path: tuple[str, ...]) -> bool:
    return _matches(path, _WHOLE)


def _rule(node: Node) -> object:
    if node.is_mapping:
        rule = node.get("rule")
        return rule.value if rule else None
    return node.value


def nothing(node: Node, name: str) -> ScenarioError:
    """The refusal of a key without a value, which would silently take its default."""
    place = node.key or node.place  # an empty value stands wherever the next token does
    return ScenarioError(
        place.file,
        place.line,
        place.column,
        f"{name}: found nothing (null), expected a value",
        "write one, or leave the key out",
    )


def _without(values: dict[str, Node], path: tuple[str, ...], node: Node, partly: bool) -> None:
    """Work a null in: remove what it stands for, or keep it until the charter below it is known."""
    if not _matches(path, _REMOVABLE) and not _matches(path, _NULLABLE):
        raise nothing(node, ".".join(path))
    if partly and len(path) > 2:
        values[path[-1]] = node
    elif values.pop(path[-1], None) is None and _matches(path, _REMOVABLE):
        place = node.key or node.place
        raise ScenarioError(
            place.file,
            place.line,
            place.column,
            f"{'.'.join(path)}: found null, which removes, but there is no '{path[-1]}' to remove",
            hint(path[-1], values) or "leave the line out",
        )


def merged(parent: Node, child: Node, path: tuple[str, ...] = (), *, partly: bool = False) -> Node:
    """The parent with the child's values worked in; every value keeps the place where it was written.

    `partly` says that the bodies of a scenario do not hold their charters yet: what null removes from those is
    then kept for later. Raises `ScenarioError` for a null that has no meaning.
    """
    if is_choice(path):
        return _merged_choice(parent, child, path)
    if not (parent.is_mapping and child.is_mapping) or _is_whole(path):
        return child
    values: dict[str, Node] = dict(parent.value)
    for key, node in child.value.items():
        here = (*path, key)
        if node.value is None:
            _without(values, here, node, partly)
        elif key in values:
            values[key] = merged(values[key], node, here, partly=partly)
        else:
            values[key] = (
                merged(Node({}, node.place, node.key), node, here, partly=partly)
                if node.is_mapping and not is_choice(here)
                else node
            )
    if path and path[-1] == "tiers" and set(values) <= set(child.value):
        values = {key: values[key] for key in child.value if key in values}
    return Node(values, child.place if not parent.value else parent.place, child.key or parent.key)


def _merged_choice(parent: Node, child: Node, path: tuple[str, ...]) -> Node:
    if not child.is_mapping:
        same = isinstance(child.value, str) and parent.is_mapping and _rule(parent) == child.value
        return parent if same else child
    if _rule(child) not in (None, _rule(parent)):
        return child
    empty = next((key for key, node in child.value.items() if node.value is None), None)
    if empty is not None:
        raise nothing(child.value[empty], ".".join((*path, empty)))
    old = parent.value if parent.is_mapping else {"rule": parent}
    return Node({**old, **child.value}, child.place, child.key)


def put(root: Node, path: tuple[str, ...], value: Node, *, partly: bool = False) -> Node:
    """The root with one value worked in at a path, as if a file had said so at that place; `partly` as for `merged`."""
    nest = value
    for key in reversed(path):
        nest = Node({key: nest}, value.place, value.key)
    return merged(root, nest, partly=partly)
