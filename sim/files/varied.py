"""What a study varies: distributions, levers, tables of futures, each tried in every policy before a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError
from sim.files.change import apply, covers
from sim.files.loading import Loader
from sim.files.nodes import Node, nearest
from sim.files.problems import Problems, hint, shown
from sim.files.studies import FORMS
from sim.files.tables import Table, paths_of, read_table

__all__ = ["STAGE", "check_search", "check_varied", "read_design", "read_uncertainties"]

STAGE = ("start", "years", "nations", "firms", "entrants")
"""Who exists and when: the study's, the same for every policy and future."""

FAR = 8.3
"""Standard deviations beyond which no draw of a normal distribution from a 53-bit uniform number can fall."""


def read_uncertainties(
    data: Mapping[str, Any], root: Node, file: str, loader: Loader, problems: Problems
) -> tuple[dict[str, dict[str, Any]], dict[str, Table]]:
    """The uncertainties without the forms they do not use, and the tables of those that are drawn together.

    A form is `{form: values, [bounds], where_present}`; joint draws hold `paths`, `rows` and the `digest` of their
    table too.
    """
    forms: dict[str, dict[str, Any]] = {}
    tables: dict[str, Table] = {}
    for name, given in data["futures"]["uncertainties"].items():
        kept = {form: given[form] for form in (*FORMS, "bounds") if given[form] is not None}
        forms[name] = {**kept, "where_present": given["where_present"]}
        if "draws" not in kept:
            continue
        node = nearest(root, ("futures", "uncertainties", name, "draws"))[0]
        if "." in name:
            remedy = f"write a name without a dot, such as {name.split('.')[1] or 'membership'}"
            problem = f"found the path '{name}' over a table of draws, whose columns are the paths; expected a name"
            problems.add(nearest(root, ("futures", "uncertainties", name))[0], problem, remedy, key=True)
            continue
        try:
            path, known_as = loader.folder.find(node, file, "table of draws")
            tables[name] = table = read_table(path, known_as, "each draw")
        except ScenarioError as error:
            problems.take(error)
            continue
        loader.sources.append(path)
        forms[name] |= {"paths": list(table.paths), "rows": [list(row) for row in table.rows], "digest": table.digest}
    return forms, tables


def read_design(
    data: Mapping[str, Any], root: Node, file: str, loader: Loader, problems: Problems
) -> tuple[dict[str, Any], Table | None]:
    """How futures are laid out; `rows` holds the table of a list design, path to value, else None."""
    futures = data["futures"]
    seed = data["seed"] if futures["seed"] is None else futures["seed"]
    table, rows, count = None, None, futures["count"]
    if futures["table"] is not None:
        node = nearest(root, ("futures", "table"))[0]
        path, name = loader.folder.find(node, file, "table")
        table = read_table(path, name, "each future")
        rows = [dict(zip(table.paths, row, strict=True)) for row in table.rows]
        loader.sources.append(path)
        if count not in (None, len(rows)):
            at = nearest(root, ("futures", "count"))[0]
            problems.add(
                at, f"futures.count: found {count}, but the table has {len(rows)} rows", "leave count out"
            )
        count = len(rows)
    return {"design": futures["design"], "count": count, "seed": seed, "rows": rows}, table


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
    *,
    draws: Mapping[str, Table] | None = None,
    listed: Table | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> None:
    """Try every lever, every end of a distribution and every column of a table in every policy.

    `draws` and `listed` are the tables as they were read, with their places; `overrides` as for `apply`.
    """
    trial = _Trial(policies, base, problems, overrides)
    places: dict[str, Node] = {}
    for path, lever in data["levers"].items():
        at = places[path] = nearest(root, ("levers", path))[0]
        twice = [value for place, value in enumerate(lever["grid"]) if value in lever["grid"][:place]]
        if twice:
            problems.add(at, f"lever '{path}': found {shown(twice[0])} twice in its grid", "remove one", key=True)
        trial.each("lever", path, ((value, at) for value in lever["grid"]), at, lever["where_present"])
    for name, form in uncertainties.items():
        at = nearest(root, ("futures", "uncertainties", name))[0]
        table = (draws or {}).get(name)
        for column, path in enumerate(paths_of(name, form)):
            here = Node(path, table.header[column]) if table else at
            if path in places:
                words = "a lever and an uncertainty" if path in data["levers"] else "two uncertainties"
                problems.add(here, f"'{path}' is {words}", "leave one of them out", key=True)
                continue
            places[path] = here
            if "draws" in form:
                held = table.tried(column) if table else ((row[column], at) for row in form["rows"])
                trial.each(f"draws '{name}', column", path, held, here, form["where_present"])
            else:
                more = "; or write bounds: [low, high]" if "normal" in form and "bounds" not in form else ""
                ends = ((value, at) for value in _tried(form))
                trial.each("uncertainty", path, ends, at, form["where_present"], more)
    for column, path in enumerate(design["rows"][0] if design["rows"] else ()):
        at = nearest(root, ("futures", "table"))[0]
        here = Node(path, listed.header[column]) if listed else at
        if path in places:
            problems.add(here, f"'{path}' is a lever and a column", "leave one of them out", key=True)
        places[path] = here
        held = listed.tried(column) if listed else ((row[path], at) for row in design["rows"])
        trial.each("column", path, held, here)
    for path, at in places.items():
        if path.split(".")[0] in STAGE:
            problems.add(at, f"'{path}' is varied, expected one world for all runs", "set it in the scenario", key=True)
        _not_lost(path, places, data.get("policies", {}), root, problems)


def check_search(
    data: Mapping[str, Any],
    policies: Mapping[str, Mapping[str, Any]],
    root: Node,
    base: Path,
    problems: Problems,
    overrides: Mapping[str, Any] | None = None,
) -> None:
    """Try every lever of a search at its ends or values in the policy it changes; nothing may be varied twice."""
    search = data.get("search")
    if search is None:
        return
    at = nearest(root, ("search", "of"))[0]
    if search["of"] not in policies:
        problems.add(at, f"search: there is no policy '{search['of']}'", hint(search["of"], policies))
        return
    own = policies[search["of"]]
    if search["body"] not in own["bodies"]:
        remedy = hint(search["body"], own["bodies"])
        problems.add(nearest(root, ("search", "body"))[0], f"search: the policy has no body '{search['body']}'", remedy)
    if search["year"] > own["years"]:
        place = nearest(root, ("search", "year"))[0]
        problems.add(place, f"search: year {search['year']} is beyond the {own['years']} years of a run", "write less")
    trial = _Trial({search["of"]: own}, base, problems, overrides)
    for path, given in search["levers"].items():
        place = nearest(root, ("search", "levers", path))[0]
        form = {name: given[name] for name in (*FORMS, "bounds") if given[name] is not None}
        if path in data["levers"] or path in data["futures"]["uncertainties"] or path.split(".")[0] in STAGE:
            problem = f"search: '{path}' is varied elsewhere or belongs to the stage"
            problems.add(place, problem, "leave it out", key=True)
            continue
        trial.each("search: lever", path, ((value, place) for value in _tried(form)), place)


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


@dataclass(frozen=True)
class _Trial:
    """Trying values of paths in every policy, and noting where one does not go."""

    policies: Mapping[str, Mapping[str, Any]]
    base: Path
    problems: Problems
    overrides: Mapping[str, Any] | None

    def each(
        self,
        what: str,
        path: str,
        values: Iterable[tuple[Any, Node]],
        at: Node,
        where_present: bool = False,
        more: str = "",
    ) -> None:
        """Try values, each with its own place; `at` is the place of the path."""
        held, tried = 0, list(values)
        for name, resolved in self.policies.items():
            present, siblings = _present(resolved, path)
            if not present:
                if not where_present:
                    self.problems.add(
                        at,
                        f"{what} '{path}': policy '{name}' has no such path",
                        hint(path.split(".")[-1], siblings) + "; or add where_present: true",
                        key=True,
                    )
                continue
            held += 1
            for value, place in tried:
                try:
                    apply(resolved, {path: value}, base=self.base, overrides=self.overrides)
                except ScenarioError as error:
                    self.problems.add(
                        place,
                        f"{what} '{path}' at {shown(value)}, policy '{name}': {error.problem}",
                        error.remedy + more,
                        key=True,
                    )
        if where_present and not held:
            self.problems.add(at, f"{what} '{path}': no policy has such a path", "correct the path", key=True)


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
