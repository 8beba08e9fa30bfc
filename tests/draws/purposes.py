"""What the code draws and for whom, read from its syntax: every call of `uniform`, `normal` or `bits`."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "sim"
METHODS = ("uniform", "normal", "bits")
AGENTS = {"nation_keys": "nations", "firm_keys": "firms"}


@dataclass(frozen=True)
class Site:
    """One call: its purpose (numbers written as {}), who draws, and the file and function it stands in."""

    purpose: str
    who: str
    file: str
    function: str
    line: int


def _text(node: ast.expr, given: dict[str, list[str]]) -> list[str]:
    """The texts an expression may be; a parameter takes what the function's callers give."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Name):
        return given.get(node.id, ["{}"])
    if isinstance(node, ast.JoinedStr):
        found = [""]
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                more = _text(part.value, given) if isinstance(part.value, ast.Name) else ["{}"]
            else:
                more = _text(part, given)
            found = [one + other for one in found for other in more]
        return found
    return ["{}"]


def _who(node: ast.expr | None, given: dict[str, list[str]]) -> list[str]:
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.Attribute):
        return [AGENTS.get(node.attr, node.attr)]
    if isinstance(node, ast.Name):
        return given.get(node.id, [node.id])
    return ["?"]


def _given(tree: ast.Module, function: ast.FunctionDef) -> dict[str, list[str]]:
    """What the callers of a private function in the same file pass as literal texts, by parameter."""
    names = [each.arg for each in function.args.args]
    found: dict[str, list[str]] = {}
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == function.name:
            for name, value in zip(names, call.args, strict=False):
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    found.setdefault(name, []).append(value.value)
    return found


def sites(*parts: str) -> list[Site]:
    """All calls in files and folders of the package, named relative to it."""
    found = []
    for part in parts:
        path = PACKAGE / part
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            tree = ast.parse(file.read_text(encoding="utf-8"))
            for function in ast.walk(tree):
                if not isinstance(function, ast.FunctionDef) or function.name in METHODS:
                    continue
                given = _given(tree, function)
                for call in ast.walk(function):
                    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                        continue
                    if call.func.attr not in METHODS or not call.args:
                        continue
                    who = call.args[1] if len(call.args) > 1 else None
                    pairs = zip(_text(call.args[0], given), _who(who, given) * 99, strict=False)
                    if len(_who(who, given)) > 1:
                        pairs = zip(_text(call.args[0], given), _who(who, given), strict=True)
                    name = file.relative_to(PACKAGE).as_posix()
                    found += [Site(text, one, name, function.name, call.lineno) for text, one in pairs]
    return found
