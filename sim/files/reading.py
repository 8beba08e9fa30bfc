"""YAML 1.2 text to nodes: the core schema, nothing else, and no harm from a hostile file.

`NO` is text, `1e-3` a number, a date is text. Tags, recursive and swelling aliases, duplicate keys, keys that
are not text, NaN, very long numbers and very deep or very large files are refused with the place. The parser
is driven event by event, so that nothing recurses and reading stops at the first limit.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from sim.errors import ScenarioError
from sim.files.nodes import Node, Place

__all__ = ["MAX_ALIASES", "MAX_DEPTH", "MAX_NODES", "parse", "scalar"]

MAX_DEPTH = 30
MAX_ALIASES = 50
MAX_NODES = 20_000
MAX_DIGITS = 18

_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL, _HEX = re.compile(r"0o[0-7]+"), re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


@dataclass
class _Open:
    """A mapping or list whose end has not been read yet."""

    value: Any
    place: Place
    key_of_it: Place | None
    anchor: str | None
    key: str | None = None
    key_place: Place | None = None
    size: int = 1


@dataclass
class _Builder:
    """Builds nodes out of events, on a stack of its own."""

    file: str
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[Node | None, int]] = field(default_factory=dict)
    root: Node | None = None
    aliases: int = 0
    nodes: int = 0

    def fail(self, place: Place, problem: str, remedy: str = "") -> ScenarioError:
        return ScenarioError(place.file, place.line, place.column, problem, remedy)

    def place(self, event: Any) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def count(self, size: int, place: Place) -> None:
        self.nodes += size
        if self.nodes > MAX_NODES:
            raise self.fail(
                place, f"found more than {MAX_NODES} values (aliases written out)", "write a smaller file"
            )

    def refuse_tag(self, event: Any, place: Place) -> None:
        if event.tag is not None and event.tag != "!":
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            raise self.fail(place, f"found the tag '{tag[:60]}', expected plain values", "leave tags out")

    def open(self, event: Any, value: Any) -> None:
        place = self.place(event)
        self.refuse_tag(event, place)
        self.count(1, place)
        if len(self.stack) >= MAX_DEPTH:
            raise self.fail(
                place, f"found values nested deeper than {MAX_DEPTH} levels", "write a flatter file"
            )
        key_of_it = self.expect_value(place, "a mapping or list")
        if event.anchor:
            self.anchors[event.anchor] = (None, 0)
        self.stack.append(_Open(value, place, key_of_it, event.anchor))

    def close(self) -> None:
        done = self.stack.pop()
        node = Node(done.value, done.place, done.key_of_it)
        if done.anchor:
            self.anchors[done.anchor] = (node, done.size)
        self.attach(node, done.size)

    def expect_value(self, place: Place, what: str) -> Place | None:
        """The place of the key that waits for a value; refuses a collection where a key should stand."""
        if not self.stack or not isinstance(self.stack[-1].value, dict):
            return None
        if self.stack[-1].key is None:
            raise self.fail(place, f"found {what} as a key, expected a name", "write keys as plain text")
        return self.stack[-1].key_place

    def scalar(self, event: Any) -> None:
        place = self.place(event)
        self.refuse_tag(event, place)
        self.count(1, place)
        plain_style = event.style is None and event.tag is None
        value = scalar(event.value, place) if plain_style else event.value
        if self.stack and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None:
            self.take_key(value, event, place)
            return
        node = Node(value, place, self.expect_value(place, "a value"))
        if event.anchor:
            self.anchors[event.anchor] = (node, 1)
        self.attach(node, 1)

    def take_key(self, value: Any, event: Any, place: Place) -> None:
        top = self.stack[-1]
        if not isinstance(value, str) or not value:
            raise self.fail(
                place,
                f"found the key {event.value!r}, which is not text, expected a name",
                f'write it in quotes: "{event.value}"' if event.value else "write a name before the colon",
            )
        if value == "<<":
            raise self.fail(
                place, "found the merge key '<<', which YAML 1.2 does not have", "use extends instead"
            )
        if value in top.value:
            first = top.value[value].key
            raise self.fail(
                place, f"found the key '{value}' twice, first in line {first.line}", "remove one of them"
            )
        top.key, top.key_place = value, place

    def alias(self, event: Any) -> None:
        place = self.place(event)
        self.aliases += 1
        node, size = self.anchors.get(event.anchor, (None, -1))
        if node is None:
            problem = f"found the alias '*{event.anchor}' " + (
                "without its anchor" if size < 0 else "inside the value it stands for"
            )
            raise self.fail(place, problem, "write the value out")
        if self.aliases > MAX_ALIASES:
            raise self.fail(place, f"found more than {MAX_ALIASES} aliases", "write the values out")
        self.count(size, place)
        self.attach(Node(node.value, node.place, self.expect_value(place, "an alias")), size)

    def attach(self, node: Node, size: int) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        top.size += size
        if isinstance(top.value, list):
            top.value.append(node)
        else:
            top.value[top.key] = node
            top.key = top.key_place = None


def scalar(text: str, place: Place) -> Any:
    """A plain scalar by the core schema of YAML 1.2; raises `ScenarioError` for NaN, infinity, long numbers.

    >>> [scalar(text, Place("x")) for text in ("NO", "1e-3", "012", "yes", "true", "2026-07-16", "0x1F", "~")]
    ['NO', 0.001, 12, 'yes', True, '2026-07-16', 31, None]
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _SPECIAL.fullmatch(text):
        raise _bad_number(place, f"found {text}, expected a finite number")
    number = _INT.fullmatch(text)
    if number or _OCTAL.fullmatch(text) or _HEX.fullmatch(text):
        if len(text) > MAX_DIGITS:
            raise _bad_number(
                place, f"found a whole number of {len(text)} characters, expected at most {MAX_DIGITS}"
            )
        return int(text) if number else int(text, 0)
    if _FLOAT.fullmatch(text):
        value = float(text) if len(text) < 400 else math.inf
        if not math.isfinite(value):
            raise _bad_number(place, f"found {text[:20]}, which is too large, expected a finite number")
        return value
    return text


def _bad_number(place: Place, problem: str) -> ScenarioError:
    return ScenarioError(
        place.file, place.line, place.column, problem, "write a plain number, or text in quotes"
    )


def parse(text: str, file: str) -> Node | None:
    """The nodes of one YAML document, or None where the text holds none; raises `ScenarioError`."""
    builder = _Builder(file)
    documents = 0
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise builder.fail(
                        builder.place(event),
                        "found a second document after '---'",
                        "write one document in one file",
                    )
            elif isinstance(event, ScalarEvent):
                builder.scalar(event)
            elif isinstance(event, MappingStartEvent):
                builder.open(event, {})
            elif isinstance(event, SequenceStartEvent):
                builder.open(event, [])
            elif isinstance(event, AliasEvent):
                builder.alias(event)
            elif type(event).__name__ in ("MappingEndEvent", "SequenceEndEvent"):
                builder.close()
    except MarkedYAMLError as error:
        raise _syntax(error, file, text) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        raise ScenarioError(
            file,
            line,
            column,
            f"found the control character {error.character!r}, expected text",
            "save the file as plain UTF-8 text",
        ) from None
    except (YAMLError, ValueError, AssertionError, RecursionError, OverflowError) as error:
        problem = f"this is not YAML ({str(error).splitlines()[0] if str(error) else type(error).__name__})"
        raise ScenarioError(file, 0, 0, problem, "compare with a shipped scenario") from None
    return builder.root


def _syntax(error: MarkedYAMLError, file: str, text: str) -> ScenarioError:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    lines = text.splitlines()
    here = lines[line - 1] if 0 < line <= len(lines) else ""
    if "\t" in here[: len(here) - len(here.lstrip())] or "'\\t'" in str(error.problem):
        return ScenarioError(
            file,
            line,
            column,
            "found a tab in the indentation, expected spaces",
            "replace every tab by two spaces",
        )
    problem = f"found YAML that cannot be read: {error.problem or error.context}"
    return ScenarioError(
        file, line, column, problem, "check indentation, colons, quotes and brackets around this line"
    )
