"""The reference of the site: public functions and classes from their docstrings, commands from the command line.

Read from the source without importing it, so that a page says what the file says. `pages()` gives every page; the site
takes them in as it is built, and none is kept in docs/.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from typer.models import ArgumentInfo, OptionInfo

from sim.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
SKIPPED = {"cli", "phases", "__main__"}
"""Commands have a page of their own; what happens in a step is told in the ODD description."""
QUIET = ("---", "search: {boost: 0.3}", "---", "")
"""Put before a page of Python, so that a search for words finds the guides first."""
TITLES = {
    "errors": "Errors",
    "units": "Units",
    "choices": "Families, rules and parameters",
    "columns": "State columns",
    "draws": "Keyed chance",
    "sections": "Sections of a scenario",
    "rules": "Rules and their helpers",
    "power": "Voting power",
    "theory": "Self-enforcing agreements",
    "data": "Tables of data",
    "population": "Nations and firms",
    "estimation": "Who joins",
    "files": "Scenario, study and charter files",
    "measures": "Measures",
    "engine": "The engine",
    "study": "Running studies",
    "store": "The store",
    "results": "Results",
    "comparison": "Comparison",
    "robustness": "Robustness",
    "plots": "Figures",
    "seats": "Seats and votes",
    "bound": "Rules bound to a block",
    "plan": "Who exists",
    "charter_plan": "Charters as arrays",
    "state": "The state",
    "invariants": "Invariants",
    "start": "The start of a block",
    "explore": "Sensitivity and discovery",
    "report": "The report",
    "face": "Mesa models",
}


@dataclass(frozen=True)
class Entry:
    """One public name: where it stands, and its node."""

    name: str
    module: str
    node: ast.FunctionDef | ast.ClassDef


def modules() -> dict[str, list[Path]]:
    """Files of each part of the package, in its order."""
    found: dict[str, list[Path]] = {}
    for path in sorted((ROOT / "sim").rglob("*.py")):
        part = path.relative_to(ROOT / "sim").parts[0].removesuffix(".py")
        if part not in SKIPPED and part != "__init__":
            found.setdefault(part, []).append(path)
    return found


def entries(paths: list[Path]) -> Iterator[Entry]:
    """Public functions and classes with a docstring, in the order of the files; no enrolled rules."""
    for path in paths:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        offered = exported(tree)
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef | ast.ClassDef) or not ast.get_docstring(node):
                continue
            public = node.name in offered if offered is not None else not node.name.startswith("_")
            if public and not enrolled(node):
                yield Entry(node.name, module, node)


def exported(tree: ast.Module) -> set[str] | None:
    """The names in `__all__`, or None where a module has none."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(at, ast.Name) and at.id == "__all__" for at in node.targets):
            parts = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else []
            return {str(part.value) for part in parts if isinstance(part, ast.Constant)}
    return None


def enrolled(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Whether a function is a rule or measure: those stand on pages of their own."""
    wrappers = [each.func for each in node.decorator_list if isinstance(each, ast.Call)]
    return (
        isinstance(node, ast.FunctionDef)
        and any(isinstance(each, ast.Name) for each in wrappers)
        and not any(
            isinstance(each, ast.Name) and each.id in {"dataclass", "lru_cache", "contextmanager"} for each in wrappers
        )
    )


def signature(node: ast.FunctionDef, name: str = "") -> str:
    """The head of a function on one line, or one argument a line where that is too long."""
    answer = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    short = f"{name or node.name}({ast.unparse(node.args)}){answer}"
    if len(short) <= 100:
        return short
    depth, lines, line = 0, [], ""
    for sign in ast.unparse(node.args):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and not depth:
            lines.append(line.strip() + ",")
            line = ""
        else:
            line += sign
    return "\n".join([f"{name or node.name}(", *(f"    {each}" for each in [*lines, line.strip() + ","]), f"){answer}"])


def markdown(text: str) -> str:
    """A docstring as Markdown: its examples become code."""
    parts: list[str] = []
    code = False
    for line in text.splitlines():
        starts = line.lstrip().startswith(">>>")
        if starts and not code:
            parts += ["", "```python"]
            code = True
        elif code and not line.strip():
            parts.append("```")
            code = False
        parts.append(line)
    return "\n".join([*parts, "```"] if code else parts).strip()


def function_part(node: ast.FunctionDef, module: str) -> list[str]:
    """One function: heading, head, docstring."""
    return [f"### `{node.name}` {{ #{module}.{node.name} }}", "", "```python", signature(node), "```", "",
            markdown(ast.get_docstring(node) or ""), ""]  # fmt: skip


def class_part(node: ast.ClassDef, module: str) -> list[str]:
    """One class: docstring, fields, public methods."""
    parts = [f"### `{node.name}` {{ #{module}.{node.name} }}", "", markdown(ast.get_docstring(node) or ""), ""]
    fields = [each for each in node.body if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)]
    shown = [ast.unparse(each) for each in fields if not ast.unparse(each.target).startswith("_")]
    methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
    if shown:
        parts += ["```python", *shown, "```", ""]
    for method in methods:
        if method.name == "__init__" and not shown:
            parts += ["```python", signature(method, node.name), "```", ""]
        if method.name.startswith("_") or not ast.get_docstring(method):
            continue
        parts += [f"**`{node.name}.{method.name}`**", "", "```python", signature(method), "```", "",
                  markdown(ast.get_docstring(method) or ""), ""]  # fmt: skip
    return parts


def part_page(part: str, paths: list[Path]) -> str:
    """The page of one part of the package, or nothing where it offers nothing."""
    found = list(entries(paths))
    if not found:
        return ""
    first = paths[0] if paths[0].name == f"{part}.py" else ROOT / "sim" / part / "__init__.py"
    told = ast.get_docstring(ast.parse(first.read_text(encoding="utf-8"))) or "" if first.exists() else ""
    parts = [*QUIET, f"# {TITLES.get(part, part.capitalize())}", "", f"`sim.{part}`. {markdown(told)}", ""]
    module = ""
    for entry in found:
        if entry.module != module:
            module = entry.module
            parts += [f"## {module}", ""]
        node = entry.node
        parts += class_part(node, module) if isinstance(node, ast.ClassDef) else function_part(node, module)
    return "\n".join(parts).rstrip() + "\n"


def public_names() -> dict[str, str]:
    """What `import sim` offers: name and the module that holds it."""
    tree = ast.parse((ROOT / "sim" / "__init__.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PUBLIC":
            return dict(ast.literal_eval(node.value))
    raise ValueError("sim/__init__.py has no PUBLIC")


def index_page(made: dict[str, str]) -> str:
    """What `import sim` offers, then every part of the package."""
    anchors = {
        name: f"{page}#{anchor}"
        for page, text in made.items()
        for anchor, name in re.findall(r"\{ #([\w.]+\.(\w+)) \}", text)
    }
    parts = ["# Python", "", "`import sim` offers these names; each is loaded when it is first used.", "",
             "| name | what |", "|---|---|"]  # fmt: skip
    for name, module in public_names().items():
        part = module.split(".")[1]
        target = anchors.get(name) or f"{part}.md"
        parts.append(f"| [`sim.{name}`]({target}) | `{module}` |")
    parts += ["", "Everything else, part by part, in the order of the [architecture](../architecture.md):", ""]
    parts += [f"- [{TITLES.get(name[:-3], name[:-3].capitalize())}]({name}): `sim.{name[:-3]}`" for name in made]
    return "\n".join(parts) + "\n"


def commands_page() -> str:
    """Every command with its arguments and options."""
    statuses = "0 done, 1 some runs failed, 2 unusable input, 130 interrupted"
    parts = ["# Commands", "", f"`waico COMMAND --help` prints the same. Status: {statuses}.", ""]
    for name, module, function in COMMANDS:
        command = getattr(importlib.import_module(module), function)
        given = inspect.signature(command).parameters.values()
        heads = [metavar(each) for each in given if isinstance(each.default, ArgumentInfo)]
        rows = [row_of(each) for each in given if isinstance(each.default, ArgumentInfo | OptionInfo)]
        head = f"`{' '.join(['waico', name, *heads])}` ({module.replace('.', '/')}.py)"
        parts += [f"## {name}", "", head, "", inspect.getdoc(command) or "", ""]
        parts += ["| argument or option | what | default |", "|---|---|---|", *rows, ""]
    return "\n".join(parts).rstrip() + "\n"


def metavar(one: inspect.Parameter) -> str:
    """The word that stands for a value."""
    kind = str(one.annotation).replace(" | None", "").replace("list[", "").rstrip("]").upper()
    return one.default.metavar or (one.name.upper() if isinstance(one.default, ArgumentInfo) else kind)


def row_of(one: inspect.Parameter) -> str:
    """One line of the table of a command."""
    info = one.default
    plain = isinstance(info.default, str | int | float) and not isinstance(info.default, bool) and info.default != ""
    names = ", ".join(info.param_decls or ["--" + one.name.replace("_", "-")]) if isinstance(info, OptionInfo) else ""
    value = "" if one.annotation == "bool" else metavar(one)
    words = f"{names} {value}".strip().replace("|", "\\|")
    text = (info.help or "").replace("|", "\\|")
    return f"| `{words}` | {text} | {f'`{info.default}`' if plain else ''} |"


def pages() -> dict[str, str]:
    """Every page of the reference, by its path below docs/."""
    made = {f"{part}.md": text for part, paths in modules().items() if (text := part_page(part, paths))}
    return {
        **{f"reference/{name}": text for name, text in made.items()},
        "reference/index.md": index_page(made),
        "reference/commands.md": commands_page(),
    }
