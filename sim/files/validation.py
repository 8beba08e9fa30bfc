"""What a model says against a file, in the words of the file: place, what was found, what was expected."""

from __future__ import annotations

import types
from collections.abc import Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from sim.choices import FAMILIES
from sim.files.nodes import Node, nearest, plain
from sim.files.problems import Problems, hint, shown

__all__ = ["validated"]

_TYPES = {
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "model_attributes_type": "keys with values",
    "finite_number": "a finite number",
    "none_required": "nothing (leave the key out)",
}
_WRITE = {
    "string_type": "put it in quotes",
    "bool_type": "write true or false",
    "list_type": "write it as [a, b]",
    "float_type": "write a number such as 0.25",
    "int_type": "write a whole number such as 4",
}
_PATTERNS = {
    r"^[A-Z]{3}$": ("an ISO3 code of a state", "write three capital letters such as CHN"),
    r"^[a-z]": ("lower-case words", "write letters, digits and underscores, such as waico_two"),
    r"^[A-Za-z0-9]": ("a short name", "write letters, digits, '-', '_' and '.', such as as-signed"),
    r"^([^\W_]": (
        "a name that can be a folder's",
        "begin with a letter or digit and leave out '/', '\\' and ':', such as first-look",
    ),
    r"^\w[\w.+-]*\.": ("a measure with .end or .mean", "write MEASURE.end or MEASURE.mean, such as gdp_gain.end"),
    r"^[12]": ("a date", "write 2026, 2026-07 or 2026-07-16"),
    r"^[^\n": ("one line of text", "write it on one line"),
}


def validated(model: type[BaseModel], node: Node, problems: Problems) -> dict[str, Any] | None:
    """The values of a node with every default filled in, or None after noting what is wrong with them."""
    try:
        return model.model_validate(plain(node)).model_dump(mode="json")
    except ValidationError as error:
        for found in error.errors(include_url=False):
            _note(model, node, found, problems)
        return None


def _note(model: type[BaseModel], root: Node, error: Any, problems: Problems) -> None:
    loc: tuple[str | int, ...] = error["loc"]
    kind: str = error["type"]
    is_key = bool(loc) and loc[-1] == "[key]"
    node, found = nearest(root, loc[:-1] if is_key else loc)
    name = ".".join(str(part) for part in found)
    context = error.get("ctx", {})
    if kind == "extra_forbidden":
        known = _keys_at(model, loc[:-1])
        problems.add(node, f"unknown key '{loc[-1]}'" + _inside(found[:-1]), hint(loc[-1], known), key=True)
        return
    if kind == "missing":
        problems.add(
            node, f"the key '{loc[-1]}' is missing" + _inside(found), f"write '{loc[-1]}: ...'", key=True
        )
        return
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        _note_rule(node, context, name, problems)
        return
    value = loc[-2] if is_key and len(loc) > 1 else error["input"]
    problem, remedy = _wording(kind, value, context, error["msg"])
    problems.add(node, f"{name}: {problem}" if name else problem, remedy, key=is_key)


def _inside(path: Sequence[str | int]) -> str:
    return f" in {'.'.join(map(str, path))}" if path else ""


def _note_rule(node: Node, context: dict[str, Any], name: str, problems: Problems) -> None:
    known = [
        word.strip().strip("'") for word in str(context.get("expected_tags", "")).split(", ") if word.strip()
    ]
    place = (node.get("rule") or node) if node.is_mapping else node
    value = place.value if not isinstance(place.value, dict) else None
    if isinstance(value, str):
        families = [one for one in FAMILIES.values() if known == [rule.name for rule in one]]
        now = [one.renamed[value] for one in families if value in one.renamed]
        problems.add(place, f"{name}: no rule '{value}'", f"write {now[0]}" if now else hint(value, known))
    else:
        problems.add(
            place,
            f"{name}: found {shown(plain(place))}, expected the name of a rule",
            "write " + " | ".join(known),
        )


def _wording(kind: str, value: Any, context: dict[str, Any], message: str) -> tuple[str, str]:
    found = f"found {shown(value)}"
    if kind in _TYPES:
        return f"{found}, expected {_TYPES[kind]}", _WRITE.get(kind, f"write {_TYPES[kind]}")
    if kind == "literal_error":
        options = [part.strip("' ") for part in str(context["expected"]).replace(" or ", ", ").split(", ")]
        remedy = hint(value, options) if isinstance(value, str) else "write one of them"
        return f"{found}, expected one of {', '.join(options)}", remedy
    bounds = {
        "greater_than_equal": ("at least", "ge"),
        "less_than_equal": ("at most", "le"),
        "greater_than": ("more than", "gt"),
        "less_than": ("less than", "lt"),
    }
    if kind in bounds:
        words, key = bounds[kind]
        bound = f"{context[key]:g}" if abs(context[key]) < 1e6 else str(context[key])
        return f"{found}, expected {words} {bound}", f"write a number that is {words} {bound}"
    if kind == "string_pattern_mismatch":
        for start, (what, advice) in _PATTERNS.items():
            if str(context["pattern"]).startswith(start):
                return f"{found}, expected {what}", advice
    if kind in ("too_short", "too_long", "string_too_short", "string_too_long"):
        limit = context.get("min_length", context.get("max_length"))
        words = "at least" if "short" in kind else "at most"
        unit = "characters" if kind.startswith("string") else "entries"
        return f"{found}, expected {words} {limit} {unit}", f"write {words} {limit}"
    if kind == "wrong":
        return str(context["problem"]), str(context["remedy"])
    return f"{found}: {message}", "compare with a shipped file"


def _keys_at(model: Any, loc: Sequence[str | int]) -> list[str]:
    """The keys a model knows at a place, found by following the types of its fields."""
    here: Any = model
    for part in loc:
        here = _step(here, part)
    here = _models_of(here)
    return list(here[0].model_fields) if here else []


def _step(here: Any, part: str | int) -> Any:
    for model in _models_of(here):
        if part in model.model_fields:
            return model.model_fields[part].annotation
    for option in _options(here):
        if _tag(option) == part:
            return option
        origin = get_origin(_bare(option))
        if origin is dict:
            return get_args(_bare(option))[1]
        if origin is list:
            return get_args(_bare(option))[0]
    return here


def _bare(kind: Any) -> Any:
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    return kind


def _tag(kind: Any) -> str | None:
    if get_origin(kind) is not Annotated:
        return None
    return next((mark.tag for mark in get_args(kind)[1:] if hasattr(mark, "tag")), None)


def _options(kind: Any) -> list[Any]:
    bare = _bare(kind)
    return list(get_args(bare)) if get_origin(bare) in (Union, types.UnionType) else [kind]


def _models_of(kind: Any) -> list[type[BaseModel]]:
    return [
        bare
        for option in _options(kind)
        if isinstance(bare := _bare(option), type) and issubclass(bare, BaseModel)
    ]
