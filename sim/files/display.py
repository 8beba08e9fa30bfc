"""How scenarios, charters and studies show themselves: one line of text, or a page in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.files.markup import fold, heading, line, number, table, value_in_words
from sim.rules.condition_reader import parse_condition

if TYPE_CHECKING:
    from sim.files.documents import Charter, Document, Scenario, Study

__all__ = [
    "charter_as_html", "charter_in_a_line", "decisions_in_words", "scenario_as_html", "scenario_in_a_line",
    "study_as_html", "study_in_a_line",
]  # fmt: skip

MOST = 24
COUNTED = ("replicates_only", "list", "latin_hypercube")


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def _assumed(counts: tuple[int, int]) -> str:
    return f"assumed {counts[0]} of {_counted(counts[1], 'rule')} in force"


def _where(document: Document) -> str:
    return f", {document.path}" if document.path else ""


def _differences(document: Document) -> str:
    changed = document.changed()
    if not changed:
        return line("Nothing differs from its parent.") if document.parent is not None else ""
    rows = [
        (path, *("—" if value is None else value_in_words(value) for value in pair)) for path, pair in changed.items()
    ]
    more = line(f"and {len(rows) - MOST} more") if len(rows) > MOST else ""
    return table(("differs from its parent", "parent", "here"), rows[:MOST]) + more


def scenario_in_a_line(scenario: Scenario) -> str:
    """The scenario as text."""
    data = scenario.resolved
    return (
        f"<Scenario {scenario.name}: {_counted(len(data['bodies']), 'body', 'bodies')}, "
        f"{_counted(data['years'], 'year')} from the end of {data['start']}, {_assumed(scenario.evidence_counts())}>"
    )


def scenario_as_html(scenario: Scenario) -> str:
    """Years, bodies with how much of each is assumed, and what differs from the parent."""
    data = scenario.resolved
    bodies = [
        (body, charter["title"] or charter["name"], ", ".join(charter["tiers"]), _assumed(counts))
        for (body, charter), counts in zip(data["bodies"].items(), scenario.evidence_by_body().values(), strict=True)
    ]
    steps = _counted(data["steps_per_year"], "step")
    return "".join(
        [
            heading(scenario.title or scenario.name, f"(scenario {scenario.name}{_where(scenario)})", scenario.text),
            line(
                f"End of {data['start']} to end of {data['start'] + data['years']}, {steps} a year; nations: "
                f"{value_in_words(data['nations'])}; firms: {value_in_words(data['firms'])}, and {data['entrants']} "
                f"more that may enter; {_assumed(scenario.evidence_counts())}."
            ),
            table(("body", "charter", "tiers", "evidence"), bodies) if bodies else line("No body."),
            _differences(scenario),
        ]
    )


def charter_in_a_line(charter: Charter) -> str:
    """The charter as text."""
    return (
        f"<Charter {charter.name}: {_counted(len(charter.resolved['tiers']), 'tier')}, "
        f"{_assumed(charter.evidence_counts())}>"
    )


def decisions_in_words(charter: Mapping[str, Any]) -> dict[str, tuple[list[str], str]]:
    """Each kind of decision of a resolved charter: what it settles, and what it takes to pass.

    The charter's own vetoes and quorum stand beside every condition, as in the assembly.
    """
    voting = charter["voting"]
    chambers = list(voting["chambers"])
    beside: list[Any] = [{"veto": voting["veto"]}] if voting["veto"] else []
    if voting["quorum"]:
        beside.append({"chamber": chambers[0], "present": voting["quorum"]})
    found: dict[str, tuple[list[str], str]] = {}
    for kind, condition in voting["decisions"].items():
        settles = [subject.replace("_", " ") for subject, by in voting["decide"].items() if by == kind]
        whole = {"all": [condition, *beside]} if beside else condition
        found[kind] = settles, parse_condition(whole, chambers, voting["abstention"]).describe()
    return found


TIER_COLUMNS = {
    "admission": "who is admitted",
    "dues": "dues factor",
    "votes": "vote factor",
    "binding": "binding",
    "platform_lag": "platform lag, years",
    "fund_share": "share of the fund",
}


VOTERS = {"nations": "nations", "firms": "firms", "pool": "nations and firms in one pool"}


def _in_force(entry: Mapping[str, Any]) -> str:
    if entry["reached"]:
        return "in force from the start"
    share = f" that hold {number(100 * entry['gdp_share'])} percent of world product" if entry["gdp_share"] else ""
    return f"in force after {_counted(entry['ratifications'], 'ratification')}{share}"


def charter_as_html(charter: Charter) -> str:
    """Tiers, voting and money of a charter in words, and the evidence it rests on."""
    data = charter.resolved
    voting, fund = data["voting"], data["fund"]
    tiers = [(name, *(tier[key] for key in TIER_COLUMNS)) for name, tier in data["tiers"].items()]
    votes = [(", ".join(settles), words) for settles, words in decisions_in_words(data).values() if settles]
    chambers = [(name, VOTERS[each["of"]], each["weight"]) for name, each in voting["chambers"].items()]
    known = [(path, each["label"], each.get("source") or "") for path, each in data["evidence"].items()]
    return "".join(
        [
            heading(charter.title or charter.name, f"(charter {charter.name}{_where(charter)})", charter.text),
            line(
                f"Sponsor {data['sponsor']}, host {data['host']}; gate: {value_in_words(data['gate'])}; open to: "
                f"{value_in_words(data['eligible'])}; {_in_force(data['entry_into_force'])}."
            ),
            table(("tier", *TIER_COLUMNS.values()), tiers),
            table(("chamber", "of", "votes by"), chambers),
            table(("to settle", "it takes"), votes),
            line(f"Firms in the assembly: {value_in_words(voting['corporate'])}."),
            table(
                ("money", "rule"),
                [
                    ("dues", fund["dues"]),
                    ("envelope, bn USD a year", fund["envelope"]),
                    ("levy on firms", fund["levy"]),
                    ("allocation", fund["allocation"]),
                ],
            ),
            line(f"Evidence: {_assumed(charter.evidence_counts())}; a rule that is not named below is assumed."),
            table(("rule", "evidence", "source"), known) if known else "",
            fold("What differs from the charter it extends, or from the defaults", _differences(charter)),
        ]
    )


def _size(study: Study) -> str:
    design = study.design["design"]
    futures = {"replicates_only": 1, "list": len(study.design["rows"] or ())}.get(design, study.design["count"])
    known = design in COUNTED and not study.levers
    said = [_counted(len(study.policies), "policy", "policies")]
    if design in COUNTED:
        said.append(_counted(int(futures or 0), "future"))
    said.append(_counted(study.replicates, "replicate"))
    runs = len(study.policies) * int(futures or 0) * study.replicates
    return " x ".join(said) + (f" = {_counted(runs, 'run')}" if known else "")


def _form_shown(form: Mapping[str, Any]) -> dict[str, Any]:
    if "draws" in form:
        return {"draws": form["draws"], "rows": len(form["rows"]), "columns": list(form["paths"])}
    return {key: each for key, each in form.items() if key != "where_present"}


def study_in_a_line(study: Study) -> str:
    """The study as text."""
    return f"<Study {study.name}: {_size(study)}, {_counted(study.years, 'year')}, seed {study.seed}>"


def study_as_html(study: Study) -> str:
    """Policies with their titles, the futures they meet, and how many runs that makes."""
    policies = [
        (
            f"{name} (baseline)" if name == study.baseline else name,
            study.about.get(name, {}).get("title") or name,
            study.about.get(name, {}).get("text") or "",
        )
        for name in study.policies
    ]
    levers = [(path, lever["grid"]) for path, lever in study.levers.items()]
    uncertain = [
        (path, value_in_words(_form_shown(form)))
        for path, form in study.uncertainties.items()
    ]
    return "".join(
        [
            heading(study.title or study.name, f"(study {study.name}{_where(study)})", study.text),
            line(
                f"{_size(study)}; {_counted(study.years, 'year')}; seed {study.seed}; futures: "
                f"{study.design['design'].replace('_', ' ')}."
            ),
            table(("policy", "title", "what it stands for"), policies),
            table(("lever", "values tried with every policy"), levers) if levers else "",
            fold(
                f"{_counted(len(uncertain), 'uncertain value')} that futures differ in",
                table(("value", "drawn from"), uncertain),
            )
            if uncertain
            else "",
        ]
    )
