"""Study files: each policy becomes a whole scenario, and every varied path is checked in every policy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError
from sim.files.change import check_path, resolve_scenario
from sim.files.documents import Scenario, Study
from sim.files.loading import Loader, overrides_of
from sim.files.merge import nothing, put
from sim.files.models import models
from sim.files.nodes import Node, Place, from_plain, nearest
from sim.files.problems import Problems, hint
from sim.files.validation import validated
from sim.files.varied import STAGE, check_search, check_varied, read_design, read_uncertainties

__all__ = ["load_study"]

_NULLABLE = ("years", "baseline", "scenario")
_REMOVABLE = ("policies", "levers", "futures", "outputs")


def load_study(path: Path, file: str, loader: Loader) -> Study:
    """A study with every policy resolved; raises `ScenarioError` with every problem found."""
    root = _merged_chain(loader, path, file)
    problems = Problems()
    rest = root.with_value({key: node for key, node in root.value.items() if key != "scenario"})
    data = validated(models().study, rest, problems)
    given = root.get("scenario")
    if given is None:
        problems.add(root, "the key 'scenario' is missing", "write 'scenario: ../baseline.yaml'")
    problems.raise_if_any()
    assert data is not None and given is not None
    tree, scenario = _scenario(given, file, loader, problems)
    problems.raise_if_any()
    assert scenario is not None
    trees = {
        name: _policy(name, each, tree, scenario.resolved, root, loader, problems, data["years"])
        for name, each in data["policies"].items()
    }
    problems.raise_if_any()
    policies = {name: resolved for name, resolved in trees.items() if resolved is not None}
    baseline = _baseline(data, root, policies, problems)
    _same_stage(policies, root, problems)
    design, listed = read_design(data, root, file, loader, problems)
    uncertainties, draws = read_uncertainties(data, root, file, loader, problems)
    problems.raise_if_any()
    check_varied(
        data, uncertainties, design, policies, root, path, problems,
        draws=draws, listed=listed, overrides=scenario.overrides,
    )  # fmt: skip
    check_search(data, policies, root, path, problems, scenario.overrides)
    problems.raise_if_any()
    for each, table in draws.items():
        data["futures"]["uncertainties"][each]["digest"] = table.digest
    if listed is not None:
        data["futures"]["digest"] = listed.digest
    name = data["name"] or path.stem
    resolved = {
        **data,
        "name": name,
        "baseline": baseline,
        "scenario": scenario.resolved,
        "policies": policies,
    }
    return Study(
        path,
        name,
        data["title"],
        data["text"],
        resolved,
        tuple(loader.sources),
        None,
        scenario,
        policies,
        {key: dict(each) for key, each in data["policies"].items()},
        baseline,
        data["seed"],
        data["replicates"],
        data["years"] or scenario.resolved["years"],
        data["levers"],
        uncertainties,
        design,
        data["outputs"],
    )


def _merged_chain(loader: Loader, path: Path, file: str) -> Node:
    """The keys of a study, with those of a study it extends; policies and levers are joined by name."""
    chain = loader.chain(path, file, "study")
    values: dict[str, Node] = {}
    for node in chain:
        for key, own in node.value.items():
            above = values.get(key)
            if own.value is None and not (key in _NULLABLE or (key in _REMOVABLE and above is not None)):
                raise nothing(own, key)
            if key in ("policies", "levers") and above is not None and above.is_mapping and own.is_mapping:
                both = {**above.value, **own.value}
                own = own.with_value({name: each for name, each in both.items() if each.value is not None})
            values[key] = own
    return chain[-1].with_value({key: node for key, node in values.items() if node.value is not None})


def _scenario(given: Node, file: str, loader: Loader, problems: Problems) -> tuple[Node, Scenario | None]:
    if given.is_mapping:
        body = {key: node for key, node in given.value.items() if key not in ("format", "kind")}
        own = given.with_value(body)
        tree, where = own, None
        above = own.get("extends")
        if above is not None:
            up, up_file = loader.folder.find(above, above.place.file, "scenario")
            up_tree, _ = loader.scenario(up, up_file, above)
            inner = own.with_value({key: node for key, node in body.items() if key != "extends"})
            tree = put(up_tree, (), inner, partly=True)
    else:
        where, where_file = loader.folder.find(given, file, "scenario")
        tree, _ = loader.scenario(where, where_file, given)
    resolved = resolve_scenario(loader.with_charters(tree), problems)
    if resolved is None or problems.found:
        return tree, None
    name = resolved["name"] or (where.stem if where else "scenario")
    overrides = overrides_of(tree)
    title, text = resolved["title"], resolved["text"]
    return tree, Scenario(where, name, title, text, resolved, tuple(loader.sources), overrides=overrides)


def _policy(
    name: str,
    policy: Mapping[str, Any],
    tree: Node,
    resolved: Mapping[str, Any],
    root: Node,
    loader: Loader,
    problems: Problems,
    years: int | None,
) -> dict[str, Any] | None:
    """The whole scenario of one policy; paths are checked against what the scenario and the policy hold."""
    own = Problems()
    full = from_plain(resolved, tree.place)
    for path in policy["set"]:
        found = nearest(root, ("policies", name, "set", path))[0]
        parts = tuple(path.split("."))
        is_charter = len(parts) == 3 and parts[0] == "bodies" and parts[2] == "charter"
        place = found.key or found.place
        if not is_charter and not check_path(full, path, place, own, removing=found.value is None):
            continue
        try:
            tree = put(tree, parts, found, partly=True)
            full = (
                put(from_plain(resolved, tree.place), (), loader.with_charters(tree))
                if is_charter
                else put(full, parts, found)
            )
        except ScenarioError as error:
            own.take(error)
    if not own.found:
        try:
            if years is not None:
                tree = put(tree, ("years",), from_plain(years, tree.place), partly=True)
            data = resolve_scenario(loader.with_charters(tree), own)
        except ScenarioError as error:
            own.take(error)
    for each in own.found:
        place = Place(each.file, each.line, each.column)
        problems.add(place, f"policy '{name}': {each.problem}", each.remedy)
    return None if own.found else data


def _same_stage(policies: Mapping[str, Any], root: Node, problems: Problems) -> None:
    """Who exists and when is the study's, the same for every policy, or pairs would compare different worlds."""
    first, *others = policies.items()
    for name, resolved in others:
        for key in STAGE:
            if resolved[key] != first[1][key]:
                problems.add(
                    nearest(root, ("policies", name, "set", key))[0],
                    f"policy '{name}': '{key}' is not that of policy '{first[0]}', expected one world for all",
                    f"set '{key}' in the scenario, or write a study for each",
                    key=True,
                )


def _baseline(data: Mapping[str, Any], root: Node, policies: Mapping[str, Any], problems: Problems) -> str:
    baseline = data["baseline"] or next(iter(policies))
    if baseline not in policies:
        problems.add(
            root.value["baseline"], f"baseline: there is no policy '{baseline}'", hint(baseline, policies)
        )
    seen: dict[str, dict[str, Any]] = {}
    for name, resolved in policies.items():
        twin = next((other for other, known in seen.items() if known == resolved), None)
        if twin is not None:
            at = nearest(root, ("policies", name))[0]
            problems.add(
                at,
                f"policy '{name}' changes nothing: it is the same as '{twin}'",
                "give it a set of its own, or remove it",
                key=True,
            )
        seen[name] = resolved
    return baseline
