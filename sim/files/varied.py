"""What a study varies: distributions, levers, tables of futures, each tried in every policy before a run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError
from sim.files.change import apply, covers
from sim.files.folder import read_text
from sim.files.loading import Loader
from sim.files.nodes import Node, Place, nearest
from sim.files.problems import Problems, hint, shown
from sim.files.reading import scalar
from sim.files.studies import FORMS

__all__ = ["STAGE", "check_varied", "form_of", "read_design"]

STAGE = ("start", "years", "nations", "firms", "entrants")
"""Who exists and when: the study's, the same for every policy and future."""

MAX_ROWS = 100_000
FAR = 8.3
"""Standard deviations beyond which no draw of a normal distribution from a 53-bit uniform number can fall."""


def form_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """One distribution without the forms it does not use: {form: values, [bounds], where_present}."""
    kept = {form: given[form] for form in (*FORMS, "bounds") if given[form] is not None}
    return {**kept, "where_present": given["where_present"]}


def read_design(
    data: Mapping[str, Any], root: Node, file: str, loader: Loader, problems: Problems
) -> dict[str, Any]:
    """How futures are laid out; `rows` holds the table of a list design, path to value, else None."""
    futures = data["futures"]
    seed = data["seed"] if futures["seed"] is None else futures["seed"]
    rows: list[dict[str, Any]] | None = None
    count = futures["count"]
    if futures["table"] is not None:
        node = nearest(root, ("futures", "table"))[0]
        path, name = loader.folder.find(node, file, "table")
        rows = _table(path, name)
        loader.sources.append(path)
        if count not in (None, len(rows)):
            at = nearest(root, ("futures", "count"))[0]
            problems.add(
                at, f"futures.count: found {count}, but the table has {len(rows)} rows", "leave count out"
            )
        count = len(rows)
    return {"design": futures["design"], "count": count, "seed": seed, "rows": rows}


def _table(path: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a table of futures: column names are paths, cells are read like YAML scalars."""
    rows = [row for row in csv.reader(io.StringIO(read_text(path, name, "table"), newline="")) if row]
    if len(rows) < 2:
        raise ScenarioError(
            name,
            0,
            0,
            "the table has no rows, expected a header of paths and one row for each future",
            "write a first line such as world.severity.index",
        )
    if len(rows) - 1 > MAX_ROWS:
        raise ScenarioError(
            name, 0, 0, f"the table has {len(rows) - 1} rows, expected at most {MAX_ROWS}", "split it"
        )
    header, found = [cell.strip() for cell in rows[0]], []
    if len(set(header)) != len(header):
        twice = next(cell for cell in header if header.count(cell) > 1)
        raise ScenarioError(name, 1, 1, f"found the column '{twice}' twice", "remove one of them")
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            raise ScenarioError(
                name, line, 1, f"found {len(row)} cells, expected {len(header)}", "fill every column"
            )
        found.append(
            {
                column: scalar(cell.strip(), Place(name, line, 1))
                for column, cell in zip(header, row, strict=True)
            }
        )
    return found


def _tried(form: Mapping[str, Any]) -> Iterator[Any]:
    """The values of a distribution that show whether all of its draws are allowed."""
    if "bounds" in form:
        yield from form["bounds"]
    elif "normal" in form:
        mean, deviation = form["normal"]
        yield from (mean - FAR * deviation, mean + FAR * deviation)
    else:
        yield from next(form[name] for name in FORMS if name in form)


def check_varied(
    data: Mapping[str, Any],
    uncertainties: Mapping[str, Any],
    design: Mapping[str, Any],
    policies: Mapping[str, Mapping[str, Any]],
    root: Node,
    base: Path,
    problems: Problems,
) -> None:
    """Try every lever, every end of a distribution and every column of a table in every policy."""
    for path, lever in data["levers"].items():
        at = nearest(root, ("levers", path))[0]
        twice = [value for place, value in enumerate(lever["grid"]) if value in lever["grid"][:place]]
        if twice:
            problems.add(at, f"lever '{path}': found {shown(twice[0])} twice in its grid", "remove one", key=True)
        _try(path, lever["grid"], lever["where_present"], policies, at, base, problems, "lever")
    for path, form in uncertainties.items():
        at = nearest(root, ("futures", "uncertainties", path))[0]
        if path in data["levers"]:
            problems.add(at, f"'{path}' is a lever and an uncertainty", "leave one of them out", key=True)
        more = "; or write bounds: [low, high]" if "normal" in form and "bounds" not in form else ""
        _try(
            path, list(_tried(form)), form["where_present"], policies, at, base, problems, "uncertainty", more
        )
    for path in [*data["levers"], *uncertainties, *(design["rows"][0] if design["rows"] else ())]:
        if path.split(".")[0] in STAGE:
            found = data["levers"].get(path) or uncertainties.get(path)
            where = ("levers",) if path in data["levers"] else ("futures", "uncertainties")
            at = nearest(root, (*where, path) if found else ("futures", "table"))[0]
            problems.add(at, f"'{path}' is varied, expected one world for all runs", "set it in the scenario", key=True)
    for path in [*data["levers"], *uncertainties]:
        _not_lost(path, {**data["levers"], **uncertainties}, data.get("policies", {}), root, problems)
    for path in design["rows"][0] if design["rows"] else ():
        values = [row[path] for row in design["rows"]]
        numbers = [
            value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)
        ]
        others = {
            repr(value): value
            for value in values
            if not isinstance(value, (int, float)) or isinstance(value, bool)
        }
        ends = [min(numbers), max(numbers)] if numbers else []
        at = nearest(root, ("futures", "table"))[0]
        _try(path, [*ends, *others.values()], False, policies, at, base, problems, "column")


def _not_lost(
    path: str, varied: Mapping[str, Any], policies: Mapping[str, Any], root: Node, problems: Problems
) -> None:
    """Refuse to vary a charter or rule in which a policy sets something of its own, which would be lost."""
    for name, policy in policies.items():
        settings = {own: value for own, value in policy["set"].items() if own != path}
        deep = [f"{own}.{key}" for own, value in settings.items() if isinstance(value, Mapping) for key in value]
        for own in [*settings, *deep]:
            if covers(path, own) and own not in varied and not own.endswith((".charter", ".rule")):
                at = nearest(root, ("policies", name, "set", own))[0]
                problems.add(
                    at,
                    f"policy '{name}' sets '{own}', which would be lost where '{path}' is varied",
                    f"vary '{own}' too, as a lever, or give the variants policies of their own",
                    key=True,
                )


def _try(
    path: str,
    values: list[Any],
    where_present: bool,
    policies: Mapping[str, Mapping[str, Any]],
    at: Node,
    base: Path,
    problems: Problems,
    what: str,
    more: str = "",
) -> None:
    held = 0
    for name, resolved in policies.items():
        present, siblings = _present(resolved, path)
        if not present:
            if not where_present:
                problems.add(
                    at,
                    f"{what} '{path}': policy '{name}' has no such path",
                    hint(path.split(".")[-1], siblings) + "; or add where_present: true",
                    key=True,
                )
            continue
        held += 1
        for value in values:
            try:
                apply(resolved, {path: value}, base=base)
            except ScenarioError as error:
                problems.add(
                    at,
                    f"{what} '{path}' at {shown(value)}, policy '{name}': {error.problem}",
                    error.remedy + more,
                    key=True,
                )
    if where_present and not held:
        problems.add(at, f"{what} '{path}': no policy has such a path", "correct the path", key=True)


def _present(resolved: Mapping[str, Any], path: str) -> tuple[bool, list[str]]:
    """Whether resolved data hold a path, and the names known where it ends."""
    here: Any = resolved
    parts = path.split(".")
    if len(parts) == 3 and parts[0] == "bodies" and parts[2] == "charter":
        return parts[1] in resolved["bodies"], list(resolved["bodies"])
    for part in parts:
        if not isinstance(here, Mapping) or part not in here:
            return False, [str(key) for key in here] if isinstance(here, Mapping) else []
        here = here[part]
    return True, []
