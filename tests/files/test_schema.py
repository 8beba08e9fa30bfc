"""The JSON Schema: valid itself, agreeing with what loads, and equal to the committed one."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.choices import FAMILIES
from sim.files.folder import read_nodes
from sim.files.nodes import plain
from sim.files.schema import schema, schema_text

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
GOOD = sorted((HERE / "good").rglob("*.yaml")) + sorted((ROOT / "scenarios").rglob("*.yaml"))
# Faults that a schema can see: of keys, types, bounds and rules inside one file.
SEEN = (
    "unknown_key unknown_key_top unknown_rule above_bound text_for_number number_for_text list_for_mapping "
    "steps tier_name evidence_label format_newer kind_unknown"
).split()


def test_committed_schema_is_the_generated_one() -> None:
    committed = ROOT / "scenarios" / "schema.json"
    if not committed.exists():
        pytest.skip("no scenarios/schema.json yet; write it with: waico schema -o scenarios/schema.json")
    assert committed.read_text(encoding="utf-8") == schema_text(), "waico schema -o scenarios/schema.json"


def test_schema_is_valid_and_accepts_what_loads() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator
    validator.check_schema(schema())
    for file in GOOD:
        errors = list(validator(schema()).iter_errors(plain(read_nodes(file, str(file)))))
        assert not errors, (file, errors[0].message)


@pytest.mark.parametrize("name", SEEN)
def test_schema_refuses_what_an_editor_can_see(name: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    file = HERE / "bad" / f"{name}.yaml"
    assert not jsonschema.Draft202012Validator(schema()).is_valid(plain(read_nodes(file, str(file))))


def test_every_rule_of_a_file_and_its_parameters_are_described() -> None:
    text = schema_text()
    used = [family for family in FAMILIES.values() if f'"title": "{family.name}: by name"' in text]
    assert len(used) > 30
    for family in used:
        for rule in family:
            for parameter in rule.parameters.values():
                assert parameter.text.split('"')[0] in text, (family.name, rule.name, parameter.name)


def test_first_line_of_each_file_names_the_schema() -> None:
    for file in GOOD:
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema="), file
        target = (file.parent / first.split("=", 1)[1]).resolve()
        assert target == (ROOT / "scenarios" / "schema.json"), file
