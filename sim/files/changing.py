"""Documents made from others in Python: a scenario or charter with changes, a study with other policies."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sim.errors import ChoiceError, ScenarioError
from sim.files.change import apply
from sim.files.nodes import Node, Place
from sim.files.problems import Problems
from sim.files.studies import NAME
from sim.files.tables import paths_of
from sim.files.varied import STAGE, check_varied

if TYPE_CHECKING:
    from sim.files.documents import Charter, Scenario, Study

__all__ = ["changed", "only", "with_policy"]

D = TypeVar("D", "Scenario", "Charter")


def changed(document: D, changes: Mapping[str, Any], title: str) -> D:
    """A scenario or charter with some values changed; its parent is the one it was made of."""
    own = getattr(document, "overrides", {})
    data = apply(document.resolved, changes, base=document.path, source="with_changes", overrides=own)
    data = {**data, "title": title or data["title"]}
    return replace(
        document, name=data["name"], title=data["title"], text=data["text"], resolved=data, parent=document.resolved
    )


def _known(study: Study, name: str) -> str:
    if name not in study.policies:
        raise ChoiceError(f"there is no policy '{name}'; write one of: {', '.join(study.policies)}")
    return name


def _holds(resolved: Any, path: str) -> bool:
    for part in path.split("."):
        if not isinstance(resolved, Mapping) or part not in resolved:
            return False
        resolved = resolved[part]
    return True


def only(study: Study, policies: Sequence[str], baseline: str | None) -> Study:
    """The study with some of its policies, in the order asked for."""
    if not policies:
        raise ChoiceError(f"found no policy, expected at least one; write some of: {', '.join(study.policies)}")
    kept = list(dict.fromkeys(_known(study, name) for name in policies))
    first = baseline or (study.baseline if study.baseline in kept else kept[0])
    if first not in kept:
        raise ChoiceError(f"the baseline '{first}' is not among the policies; write one of: {', '.join(kept)}")
    return _with(study, {name: study.policies[name] for name in kept}, study.about, first)


def with_policy(
    study: Study, name: str, changes: Mapping[str, Any], of: str | None, title: str, text: str
) -> Study:
    """The study with one more policy, checked as one in a file is."""
    if not re.fullmatch(NAME, name) or len(name) > 80:
        raise ChoiceError(f"found the name {name!r}, expected letters, digits and . _ + -; write levy-3")
    if name in study.policies:
        raise ChoiceError(f"there is a policy '{name}' already; write another name")
    parent = _known(study, of or study.baseline)
    source, base = f"with_policy('{name}')", study.path or Path.cwd() / "study.yaml"
    # Paths of charters are meant from the study's folder, as in its file.
    own = study.scenario.overrides if study.scenario is not None else {}
    resolved = apply(study.policies[parent], changes, base=base, source=source, overrides=own)
    for key in STAGE:
        if resolved[key] != study.policies[parent][key]:
            problem = f"policy '{name}' sets '{key}', expected one world for all policies of a study"
            raise ScenarioError(source, 0, 0, problem, f"set '{key}' in the scenario of the study")
    twin = next((other for other, known in study.policies.items() if known == resolved), None)
    if twin is not None:
        raise ScenarioError(
            source, 0, 0, f"policy '{name}' changes nothing: it is the same as '{twin}'", "change some value"
        )
    levers, uncertainties = (
        {
            path: form
            for path, form in varied.items()
            if not form.get("where_present") or any(_holds(resolved, each) for each in paths_of(path, form))
        }
        for varied in (study.levers, study.uncertainties)
    )
    problems, root = Problems(), Node({}, Place(source))
    tried = {**study.policies, name: resolved}  # what is there only where present may be there in another policy
    check_varied({"levers": levers}, uncertainties, study.design, tried, root, base, problems, overrides=own)
    problems.raise_if_any()
    said = study.about.get(parent, {})
    kept = {path: value for path, value in (said.get("set") or {}).items() if path not in changes}
    about = {"title": title or name, "text": text, "set": {**kept, **changes}}
    return _with(study, {**study.policies, name: resolved}, {**study.about, name: about}, study.baseline)


def _with(
    study: Study, policies: dict[str, dict[str, Any]], about: Mapping[str, dict[str, Any]], baseline: str
) -> Study:
    told = {name: about[name] for name in policies if name in about}
    resolved = {**study.resolved, "policies": policies, "baseline": baseline}
    return replace(study, policies=policies, about=told, baseline=baseline, resolved=resolved)
