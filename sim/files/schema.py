"""The JSON Schema of the three kinds of file, for editors: completion, hover texts, bounds."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from sim.files.loading import FORMAT
from sim.files.models import Models, models

__all__ = ["schema", "schema_text"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PATH = {"type": "string", "description": "path relative to this file, or the name of a shipped charter"}
_SHARE = {"type": ["string", "number"]}
_PARTS = {"type": "array", "items": {"$ref": "#/$defs/condition"}}
_CONDITION = {
    "description": "a threshold such as '> 1/2', consensus, or a mapping",
    "anyOf": [
        {"type": ["string", "number"]},
        {"type": "object", "minProperties": 1, "additionalProperties": False, "properties": {
            "all": {**_PARTS, "description": "every part must hold"},
            "any": {**_PARTS, "description": "one part is enough"},
            "not": {"$ref": "#/$defs/condition"},
            "consensus": {"type": "string", "description": "nobody of this chamber objects"},
            "veto": {"type": "array", "items": {"type": "string"}, "description": "none of these votes no"},
            "chamber": {"type": "string", "description": "the chamber whose votes are counted"},
            "yes": {**_SHARE, "description": "threshold of votes in favour"},
            "no": {**_SHARE, "description": "threshold of votes against, such as '< 4 votes'"},
            "not_yes": {**_SHARE, "description": "threshold of votes not in favour: against, abstaining or absent"},
            "present": {**_SHARE, "description": "threshold of votes present"},
            "of": {"enum": ["cast", "present", "all"], "description": "what a share is taken of"},
        }},
    ],
}  # fmt: skip


def schema() -> dict[str, Any]:
    """The JSON Schema (dialect 2020-12) of scenario, study and charter files, with every enrolled rule."""
    built: Models = models()
    definitions: dict[str, Any] = {"condition": _CONDITION}
    charter = _definition(built.charter, definitions)
    scenario = _definition(built.scenario, definitions)
    study = _definition(built.study, definitions)
    for part in (definitions["decisions"]["properties"]).values():
        part.clear()
        part["$ref"] = "#/$defs/condition"
    bodies = scenario["properties"]["bodies"]
    body = {
        "description": "one body: a charter and what differs from it",
        "type": ["object", "null"],
        "properties": {"charter": _PATH, **charter["properties"]},
        "additionalProperties": False,
    }
    bodies["additionalProperties"] = {"$ref": "#/$defs/body"}
    bodies.pop("patternProperties", None)
    definitions["body"] = body
    del definitions["charter"]
    for owner, key in ((charter, "tiers"), (definitions["voting"], "chambers"), (charter, "relations")):
        for pattern, part in owner["properties"][key]["patternProperties"].items():
            owner["properties"][key]["patternProperties"] = {pattern: {"anyOf": [part, {"type": "null"}]}}
    study["properties"] = {"scenario": {"anyOf": [_PATH, {"type": "object"}]}, **study["properties"]}
    kinds = {"charter": charter, "scenario": scenario, "study": study}
    for kind, each in kinds.items():
        definitions[f"{kind}_file"] = _file(kind, each)
    return {
        "$schema": DIALECT,
        "title": "Scenario, study and charter files of waico-sim",
        "type": "object",
        "required": ["format"],
        "oneOf": [{"$ref": f"#/$defs/{kind}_file"} for kind in kinds],
        "$defs": {name: definitions[name] for name in sorted(definitions)},
    }


def _definition(model: type[BaseModel], definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of a model, its parts moved to `definitions`; nothing is required: files extend others."""
    whole = model.model_json_schema(by_alias=False)
    for name, part in whole.pop("$defs", {}).items():
        _relax(part)
        if name in definitions and definitions[name] != part:
            raise AssertionError(f"two models are called {name}")
        definitions[name] = part
    _relax(whole)
    return whole


def _relax(part: dict[str, Any]) -> None:
    """Leave to other files what a file may leave out, and drop the titles that only repeat the keys."""
    for value in part.get("properties", {}).values():
        value.pop("title", None)
        if "patternProperties" in value:
            value["additionalProperties"] = False
    if part.get("title", "").lower() not in ("sample", "synthetic", "evidence", "event", "lever"):
        part.pop("required", None)


def _file(kind: str, model: dict[str, Any]) -> dict[str, Any]:
    head = {
        "format": {"const": FORMAT, "description": "version of the file format"},
        "kind": {"const": kind, "description": "what the file holds"},
        "extends": {"type": "string", "description": f"path of another {kind} this one changes"},
    }
    required = ["format"] if kind == "charter" else ["format", "kind"]
    return {**model, "title": kind, "properties": {**head, **model["properties"]}, "required": required}


def schema_text() -> str:
    """The schema as text, the same for the same rules: what `scenarios/schema.json` holds."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"
