"""Pages that are read from the code say what the code says, and the links of the model's page lead somewhere."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from sim.choices import FAMILIES
from sim.columns import COLUMNS
from sim.engine import STEP

ROOT = Path(__file__).resolve().parents[1]
ODD = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
LINKS = sorted(set(re.findall(r"`(sim/[\w/]+\.py)::(\w+)`", ODD)))


def make_docs(name: str = "make_docs") -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_committed_pages_are_the_generated_ones() -> None:
    old = [str(path.relative_to(ROOT)) for path in make_docs().stale()]
    assert not old, f"{', '.join(old)}: run python tools/make_docs.py and commit what it writes"


def test_the_page_of_speed_holds_the_figures_of_the_table() -> None:
    speed = make_docs("make_speed")
    said = "run python tools/make_speed.py and commit what it writes"
    assert speed.PAGE.read_text(encoding="utf-8") == speed.page(), said
    assert speed.filled("{a} of {b}, {a:range}", {"a": {"value": "1234.5", "low": "0.12345", "high": "2"}}) == (
        "1,234 of not measured, 0.123 to 2"
    )


@pytest.mark.parametrize(("path", "name"), LINKS, ids=[f"{path}::{name}" for path, name in LINKS])
def test_links_lead_to_code(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    targets = [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
    found |= {target.id for target in targets if isinstance(target, ast.Name)}
    assert name in found, f"docs/odd.md names {path}::{name}, which is not there"


def test_every_process_of_the_step_is_told() -> None:
    for title, phase, _ in STEP:
        assert f"| {title} |" in ODD and f"::{phase.__name__}`" in ODD


@pytest.mark.parametrize("family", [name for name in FAMILIES if name not in ("measure", "body_measure")])
def test_every_rule_is_told(family: str) -> None:
    """A rule that ships is described by its name as a file would write it."""
    for rule in FAMILIES[family]:
        if not rule.function.__module__.startswith("sim."):
            continue
        assert f"`{rule.name}`" in ODD, f"describe {family}: {rule.name} in docs/odd.md"


def test_every_column_stands_in_the_table() -> None:
    for column in COLUMNS:
        assert f"| `{column.name}` | {column.unit} | {column.kind} |" in ODD
