"""What a nation weighed and did in a year of a run, in plain text: terms by tier, coefficients and their evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.choices import FAMILIES, Parameter
from sim.errors import StoreError
from sim.face.attributes import nearest
from sim.face.explain import Explanation, explanation
from sim.face.model import Model
from sim.files.lookup import parameter_at
from sim.results import Results

__all__ = ["COEFFICIENTS", "first_run", "tell"]

# The number that scales each term of the utility: a path in the scenario; BODY stands for the body's name.
COEFFICIENTS: dict[str, str] = {
    "access": "world.membership.access",
    "money": "world.membership.money",
    "club": "world.membership.club",
    "sponsor": "world.membership.distance",
    "policy": "world.membership.policy",
    "voice": "world.membership.voice",
    "pressure": "world.membership.pressure",
    "public": "world.membership.public",
    "trade": "bodies.BODY.trade.weight",
    "framing": "bodies.BODY.framing.deterrence",
    "observer": "bodies.BODY.observation.closer",
    "invitation": "bodies.BODY.host_year.pull",
    "payment": "world.membership.money",
}
DEEDS = {"observes": "became an observer", "expelled": "was put out by vote"}


def first_run(results: Results) -> str:
    """The first run of the baseline policy that is ok; `StoreError` where there is none."""
    found = results.read("runs", ["run_id"], {"policy": results.baseline, "status": "ok"})
    if found.empty:
        raise StoreError(
            f"{results.path} holds no finished run of the policy '{results.baseline}'; name one with --run, or sweep "
            "the study again"
        )
    return str(found.iloc[0]["run_id"])


def tell(results: Results, run_id: str, nation: str, year: int, body: str | None = None) -> str:
    """The terms of a nation's utility in each body, or in one, at the end of a year, and what it did.

    The run is done again up to that year. Raises `StoreError` for a run, nation, year or body that the study does
    not have.
    """
    with results.model(run_id) as model:
        start = int(model.scenario["start"])
        last = start + int(model.scenario["years"])
        codes = [str(one) for one in model.nations]
        if nation not in codes:
            hint = nearest(nation.upper(), codes, 0.5) if nation.upper() not in codes else f"write {nation.upper()}"
            if len(codes) > 20 and hint.startswith("write one of"):
                hint = "write the ISO3 code of one, such as " + ", ".join(codes[:3])
            raise StoreError(f"--nation: there is no nation '{nation}' among the {len(codes)} of the study; {hint}")
        if not start <= year <= last:
            raise StoreError(f"--year: found {year}, expected a year of the run; write {start} (its start) to {last}")
        bodies = [str(one) for one in model.bodies]
        if body is not None and body not in bodies:
            hint = nearest(body, bodies)
            raise StoreError(f"--body: there is no body '{body}' under the policy {model.policy}; {hint}")
        if not bodies:
            raise StoreError(f"the policy {model.policy} has no body; name a run of another policy with --run")
        try:
            while model.year < year:
                model.step()
        except FloatingPointError as error:
            raise StoreError(f"run {run_id} fails in {model.year:g} ({error}); name another run with --run") from error
        shown = [body] if body is not None else bodies
        head = (
            f"Run {run_id}: policy {model.policy}, future {model.future}, replicate {model.replicate}, "
            f"seed {model.seed}; rule of membership: {model.scenario['world']['membership']['rule']}"
        )
        return "\n\n".join([head, *(_of_body(model, nation, name, year) for name in shown)])


def _of_body(model: Model, nation: str, body: str, year: int) -> str:
    """One body: the table, what the numbers rest on, and the story so far."""
    why = explanation(model.nations[nation], body, year, only=True)
    return "\n".join([str(why), "", *_units(model.scenario, body, why), "", *_story(model, nation, body)])


def _units(scenario: Mapping[str, Any], body: str, why: Explanation) -> Iterator[str]:
    rule = FAMILIES["membership"][scenario["world"]["membership"]["rule"]]
    unit = "percent of GDP" if "per_percent" in rule.metadata else "utility (log odds of joining)"
    yield f"unit: {unit}, of membership against staying out; evidence of the coefficients:"
    for term in next(iter(why.terms.values()), {}):
        path = COEFFICIENTS.get(term, "").replace("BODY", body)
        parameter = parameter_at(scenario, path) if path else None
        if parameter is None and term == "relation":
            yield "  relation    strength under relations of the charter"
        elif parameter is None:
            yield f"  {term:<11} no coefficient of its own"
        else:
            yield f"  {term:<11} {_value(scenario, path):g} {parameter.unit}: {parameter.text} [{evidence(parameter)}]"
    yield "  constant, taste  set so that the start is the record; shock drawn each year [by construction]"


def _value(scenario: Mapping[str, Any], path: str) -> float:
    here: Any = scenario
    for part in path.split("."):
        here = here[part]
    return float(here)


def evidence(parameter: Parameter) -> str:
    """The label of a coefficient: its source as it is enrolled, assumptions in short.

    >>> from sim.choices import number
    >>> evidence(number(1.0, "utility", 0.0, 2.0, "assumption; a reason", "a pull"))
    'assumed: a reason'
    >>> evidence(number(1.0, "utility", 0.0, 2.0, "assumption", "a pull"))
    'assumed'
    """
    if not parameter.assumed:
        return parameter.source
    rest = parameter.source.removeprefix("assumption").lstrip(";:, ")
    return f"assumed: {rest}" if rest else "assumed"


def _story(model: Model, nation: str, body: str) -> Iterator[str]:
    """What the nation did in the body since the start, and where it stands."""
    agent = model.nations[nation]
    years = [look.year for look, _ in model._looks if look.body == body and look.nation == agent._place]
    told = [(year, explanation(agent, body, year, only=True).verdict) for year in years]
    told += [(one["year"], DEEDS[one["kind"]]) for one in model.events if _is_deed(one, nation, body)]
    listed = "; ".join(f"{year} {did}" for year, did in sorted(told, key=lambda each: each[0]))
    tier = agent.tiers[body]
    yield f"so far: {listed or 'no decision'}"
    yield f"at the end of {model.year:g}: {agent.statuses[body]}" + (f", tier {tier}" if tier else "")


def _is_deed(event: Mapping[str, Any], nation: str, body: str) -> bool:
    return event["kind"] in DEEDS and event.get("agent") == nation and event.get("body") == body
