"""The package reads downhill: a module imports what stands above it, at its top, and never in a circle."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

# The order of the package, highest first, as told in ARCHITECTURE.md. Names are modules or packages directly
# below sim/. Those of one row may import each other, as long as no circle arises. A name need not exist yet;
# a module that exists has to be placed.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("errors", "units"),
    ("choices", "columns", "draws", "sections"),
    ("rules",),
    ("power", "theory"),
    ("data", "population"),
    ("estimation",),
    ("files",),
    ("bound", "charter_plan", "plan", "state", "phases"),
    ("invariants", "measures", "start"),
    ("engine",),
    ("study", "sweep", "store", "results"),
    ("comparison", "robustness", "plots", "seats", "report", "explore", "explorer"),
    ("face",),
    ("cli", "__main__"),
)
# A third party that only one layer may know. Importing Mesa costs a worker seconds and sets the start method
# of process pools, so that a sweep never does it.
RESERVED = {"mesa": "face"}

# Who stands below everything may use the package as its users do: `import sim`.
FRONT = ("cli", "__main__")

ROOT = Path(__file__).resolve().parents[1]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}


@dataclass(frozen=True)
class Import:
    """One import statement: what it names, where it stands, and whether at run time or for types alone."""

    target: str
    line: int
    in_function: bool
    for_types: bool


def module_name(path: Path, root: Path = ROOT) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted((ROOT / "sim").rglob("*.py"))}


def imports_of(source: str, module: str, known: set[str], is_package: bool = False) -> list[Import]:
    """All imports of a text; `from a import b` names `a.b` when that is a known module, otherwise `a`."""
    found: list[Import] = []

    def add(target: str, node: ast.stmt | ast.expr, in_function: bool, for_types: bool) -> None:
        found.append(Import(target, node.lineno, in_function, for_types))

    def visit(node: ast.AST, in_function: bool, for_types: bool) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                add(alias.name, node, in_function, for_types)
        elif isinstance(node, ast.ImportFrom):
            package = module.split(".") if is_package else module.split(".")[:-1]
            anchor = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*anchor, *([node.module] if node.module else [])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                is_module = inner in known or (base == "sim" and alias.name in RANK)
                add(inner if is_module else base, node, in_function, for_types)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            text = node.args[0].value
            if called in {"import_module", "__import__"} and isinstance(text, str):
                add(text, node, in_function, for_types)
        if isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            for child in node.body:
                visit(child, in_function, True)
            for child in node.orelse:
                visit(child, in_function, for_types)
            return
        inside = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            visit(child, inside, for_types)

    visit(ast.parse(source), False, False)
    return found


def layer(module: str) -> str:
    """The name in LAYERS that a module belongs to: `fund` of `sim.rules.fund` stands in `rules`."""
    return module.split(".")[1]


def is_lazy(module: str) -> bool:
    """Where an import may stand in a function: `import sim` and `waico --help` must not cost seconds."""
    return module == "sim" or module == "sim.cli" or module.startswith("sim.cli.")


def complaints(module: str, imports: list[Import]) -> list[str]:
    """What is wrong with the imports of one module, as sentences that say what to do."""
    found = []
    for one in imports:
        where = f"{module}, line {one.line}: imports {one.target}"
        if one.in_function and not is_lazy(module):
            found.append(f"{where} inside a function; move it to the top")
        if one.for_types or module == "sim":
            continue
        third_party = one.target.split(".")[0]
        if third_party in RESERVED and layer(module) != RESERVED[third_party]:
            found.append(f"{where}; only sim.{RESERVED[third_party]} may")
        if third_party != "sim":
            continue
        if one.target == "sim" and layer(module) in FRONT:
            continue
        if one.target == "sim":
            found.append(f"{where}, the front door; import the module that defines what is needed")
        elif layer(one.target) not in RANK:
            found.append(f"{where}, which LAYERS in tests/test_layers.py does not place")
        elif RANK[layer(one.target)] > RANK[layer(module)]:
            found.append(f"{where}, which stands below it; move the shared part up")
    return found


def read(module: str) -> list[Import]:
    path = MODULES[module]
    return imports_of(path.read_text(encoding="utf-8"), module, set(MODULES), path.name == "__init__.py")


def test_every_module_has_its_place() -> None:
    unplaced = sorted({layer(module) for module in MODULES if module != "sim"} - set(RANK))
    assert not unplaced, f"add {unplaced} to a row of LAYERS in tests/test_layers.py and to ARCHITECTURE.md"


def test_no_name_is_placed_twice() -> None:
    assert sum(len(names) for names in LAYERS) == len(RANK)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_go_upward_and_stand_at_the_top(module: str) -> None:
    if module != "sim" and layer(module) not in RANK:
        pytest.fail(f"{module}: no place in LAYERS")
    wrong = complaints(module, read(module))
    assert not wrong, "\n".join(wrong)


def test_the_front_door_is_lazy() -> None:
    if "sim" not in MODULES:
        pytest.skip("sim/__init__.py does not exist")
    eager = [one.target for one in read("sim") if not one.in_function and not one.for_types]
    slow = {"mesa", "numpy", "pandas", "scipy", "matplotlib"}
    heavy = [name for name in eager if name.split(".")[0] in slow]
    assert not heavy, f"sim/__init__.py imports {heavy} at its top; `waico --help` would pay for it"


def test_no_circle() -> None:
    graph = {
        module: {one.target for one in read(module) if not one.for_types and one.target in MODULES} - {module}
        for module in MODULES
        if not is_lazy(module)
    }
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail("modules import each other in a circle: " + " <- ".join(error.args[1]))


KNOWN = {"sim.rules.fund", "sim.engine", "sim.errors", "sim.cli.main"}


@pytest.mark.parametrize(
    ("module", "source", "word"),
    [
        ("sim.rules.fund", "import sim.engine", "below"),
        ("sim.rules.fund", "from sim import engine", "below"),
        ("sim.rules.fund", "from .. import engine", "below"),
        ("sim.rules.fund", "from importlib import import_module\nX = import_module('sim.engine')", "below"),
        ("sim.rules.fund", "try:\n    import sim.engine\nexcept ImportError:\n    pass", "below"),
        ("sim.rules.fund", "import sim", "front door"),
        ("sim.rules.fund", "import sim.elsewhere", "does not place"),
        ("sim.engine", "def f():\n    from math import pi\n    return pi", "inside a function"),
        ("sim.engine", "class A:\n    def f(self):\n        import math", "inside a function"),
        ("sim.sweep", "import mesa", "only sim.face"),
        ("sim.sweep", "from mesa.agent import AgentSet", "only sim.face"),
    ],
)
def test_the_checker_sees(module: str, source: str, word: str) -> None:
    assert any(word in text for text in complaints(module, imports_of(source, module, KNOWN)))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("sim.engine", "from sim.rules import fund\nfrom .errors import SimError\nimport numpy as np"),
        ("sim.rules.fund", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import sim.engine"),
        ("sim.cli.main", "def run():\n    from sim.engine import step"),
        ("sim.cli.main", "def run():\n    import sim"),
        ("sim.face", "import mesa"),
    ],
)
def test_the_checker_allows(module: str, source: str) -> None:
    assert complaints(module, imports_of(source, module, KNOWN)) == []
