"""What loading gives: defaults filled in, files worked into one another, nothing guessed."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.choices import FAMILIES, Parameter
from sim.files import apply, parse_setting
from sim.files.documents import evidence_counts
from sim.files.lookup import parameter_at
from sim.sections import CHARTER_SECTIONS, POLICY, WORLD, Choice

GOOD = Path(__file__).parent / "good" / "scenarios"


def write(folder: Path, name: str, text: str) -> Path:
    """A file below the folder `scenarios` of a test."""
    file = folder / "scenarios" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


@pytest.fixture
def world() -> sim.Scenario:
    scenario = sim.load(GOOD / "world.yaml")
    assert isinstance(scenario, sim.Scenario)
    return scenario


def test_the_smallest_charter_has_every_default() -> None:
    charter = sim.load(GOOD / "charters" / "thin.yaml")
    assert isinstance(charter, sim.Charter)
    data = charter.resolved
    assert data["host"] == "CHN" and data["founded"] == "2026-07-16"
    assert list(data["tiers"]) == ["member"] and list(data["voting"]["chambers"]) == ["states"]
    for name, choice in CHARTER_SECTIONS.items():
        assert data[name]["rule"] == choice.default
    for name, field in POLICY.fields.items():
        assert isinstance(field, Parameter) and data["policy"][name] == field.default


def test_every_choice_of_the_world_holds_all_parameters_of_its_rule(world: sim.Scenario) -> None:
    for name, choice in WORLD.fields.items():
        assert isinstance(choice, Choice)
        chosen = world.resolved["world"][name]
        assert set(chosen) == {"rule", *FAMILIES[choice.family][chosen["rule"]].parameters}


def test_resolved_data_are_plain_and_survive_json(world: sim.Scenario) -> None:
    assert json.loads(json.dumps(world.resolved, allow_nan=False)) == world.resolved


@pytest.mark.parametrize("name", ["world.yaml", "sample.yaml"])
def test_resolving_what_is_resolved_changes_nothing(name: str) -> None:
    resolved = sim.load(GOOD / name).resolved
    assert apply(resolved, {}) == resolved


def test_numbers_and_norway_are_read_as_yaml_1_2() -> None:
    charter = sim.load(GOOD / "charters" / "full.yaml").resolved
    assert charter["sponsor"] == "NOR" and charter["founded"] == "2026" and charter["gate"] == "regional"
    assert charter["entry_into_force"]["gdp_share"] == 0.001


def test_thresholds_take_one_exact_form() -> None:
    voting = sim.load(GOOD / "charters" / "full.yaml").resolved["voting"]
    assert voting["quorum"] == ">= 1/2"
    assert voting["decisions"]["special"]["all"][0] == {"chamber": "north", "yes": "> 1/2"}
    assert voting["decisions"]["special"]["all"][1] == {"chamber": "south", "yes": ">= 2/3"}
    assert voting["decisions"]["super"] == "consensus" and voting["decisions"]["ordinary"] == "> 1/2"
    assert voting["decide"]["sharing"] == "special" and voting["decide"]["rights"] == "ordinary"


def test_overrides_and_extends_change_only_what_they_name(world: sim.Scenario) -> None:
    sample = sim.load(GOOD / "sample.yaml")
    assert list(sample.resolved["bodies"]) == ["waico"]
    assert sample.resolved["bodies"]["waico"]["policy"]["rights"] == 0.5
    assert set(sample.changed()) == {
        "nations",
        "bodies.waico.policy.stringency",
        "bodies.union",
        "world.severity.index",
    }
    assert sample.name == "sample" and world.resolved["bodies"]["union"]["fund"]["envelope"] == 7


def test_another_rule_replaces_a_choice_and_the_same_rule_changes_it(tmp_path: Path) -> None:
    head = "format: 1\nkind: charter\n"
    write(tmp_path, "a.yaml", head + "name: A\nsponsor: CHN\nfund: {levy: {rule: ai_revenue, rate: 0.05}}\n")
    for given_levy, wanted in [
        ("{rate: 0.07}", {"rule": "ai_revenue", "rate": 0.07}),
        ("{rule: ai_revenue}", {"rule": "ai_revenue", "rate": 0.05}),
        ("ai_revenue", {"rule": "ai_revenue", "rate": 0.05}),
        ("none", {"rule": "none"}),
    ]:
        child = write(tmp_path, "b.yaml", head + f"extends: a.yaml\nfund: {{levy: {given_levy}}}\n")
        assert sim.load(child).resolved["fund"]["levy"] == wanted
    child = write(tmp_path, "b.yaml", head + "extends: a.yaml\nfund: {levy: {rule: bands}}\n")
    assert "rate" not in sim.load(child).resolved["fund"]["levy"]


def test_the_order_of_tiers_is_that_of_the_file_that_names_them_all(tmp_path: Path) -> None:
    head = "format: 1\nkind: charter\n"
    write(tmp_path, "a.yaml", head + "name: A\nsponsor: CHN\ntiers: {outer: {}, inner: {}}\n")
    more = write(tmp_path, "b.yaml", head + "extends: a.yaml\ntiers: {core: {}}\n")
    whole = write(
        tmp_path, "c.yaml", head + "extends: a.yaml\ntiers: {core: {}, outer: {}, inner: {votes: 0}}\n"
    )
    less = write(tmp_path, "d.yaml", head + "extends: a.yaml\ntiers: {outer: null}\n")
    assert list(sim.load(more).resolved["tiers"]) == ["outer", "inner", "core"]
    assert list(sim.load(whole).resolved["tiers"]) == ["core", "outer", "inner"]
    assert list(sim.load(less).resolved["tiers"]) == ["inner"]


def test_a_study_resolves_each_policy_whole() -> None:
    study = sim.load(GOOD / "studies" / "look.yaml")
    assert isinstance(study, sim.Study)
    assert list(study.policies) == ["thin", "full", "strict"] and study.baseline == "thin"
    assert study.policies["thin"] == study.scenario.resolved  # type: ignore[union-attr]
    assert study.policies["full"]["bodies"]["waico"]["host"] == "KAZ"
    assert study.policies["full"]["bodies"]["waico"]["policy"]["rights"] == 0.5, (
        "the scenario's own override stays"
    )
    assert study.policies["strict"]["bodies"]["waico"]["policy"]["stringency"] == 0.9
    assert study.uncertainties["world.severity.index"] == {"uniform": [1.1, 2.5], "where_present": False}
    assert study.design == {"design": "latin_hypercube", "count": 8, "seed": 11, "rows": None}
    assert study.outputs == {"nations": True, "events": False} and study.replicates == 4 and study.years == 5


def test_a_study_that_extends_another_adds_policies_and_keeps_removals(tmp_path: Path) -> None:
    bodies = "{waico: {name: W, sponsor: CHN}, pact: {name: P, sponsor: USA}}"
    head = "format: 1\nkind: study\n"
    write(
        tmp_path,
        "a.yaml",
        head + f"scenario: {{bodies: {bodies}}}\npolicies: {{as-signed: {{}}, other: {{}}}}\n",
    )
    child = write(
        tmp_path,
        "b.yaml",
        head + "extends: a.yaml\npolicies: {other: null, alone: {set: {bodies.pact: null}}}\n",
    )
    study = sim.load(child)
    assert isinstance(study, sim.Study)
    assert {name: list(each["bodies"]) for name, each in study.policies.items()} == {
        "as-signed": ["waico", "pact"],
        "alone": ["waico"],
    }


def test_a_shipped_scenario_may_be_named_from_anywhere(tmp_path: Path) -> None:
    write(tmp_path, "own.yaml", "format: 1\nkind: scenario\nyears: 3\n")
    study = sim.load(write(tmp_path, "studies/s.yaml", "format: 1\nkind: study\nscenario: own\n"))
    assert study.years == 3  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "word"), [("years", "PATH=VALUE"), ("=3", "PATH=VALUE"), ("years=[3", "--set:1:")]
)
def test_a_setting_that_cannot_be_read_is_refused(text: str, word: str) -> None:
    with pytest.raises(sim.ScenarioError) as caught:
        parse_setting(text)
    assert word in str(caught.value)


def test_a_list_design_reads_its_table(tmp_path: Path) -> None:
    write(
        tmp_path, "futures.csv", "world.severity.index,world.growth\n1.2,income_groups\n1.9,income_groups\n"
    )
    study = write(
        tmp_path,
        "s.yaml",
        "format: 1\nkind: study\nscenario: {}\nfutures: {design: list, table: futures.csv}\n",
    )
    rows = sim.load(study).design["rows"]  # type: ignore[union-attr]
    assert rows[1] == {"world.severity.index": 1.9, "world.growth": "income_groups"}
    write(tmp_path, "futures.csv", "world.severity.index\nnan\n")
    with pytest.raises(sim.ScenarioError, match="column 'world.severity.index'"):
        sim.load(study)


def test_a_path_that_some_policies_lack_may_be_marked(tmp_path: Path) -> None:
    text = (
        "format: 1\nkind: study\nscenario: {bodies: {waico: {name: W, sponsor: CHN}}}\n"
        "policies: {a: {}, b: {set: {bodies.waico.fund.levy: ai_revenue}}}\n"
        "levers: {bodies.waico.fund.levy.rate: {grid: [0.01, 0.02]MARK}}\n"
    )
    with pytest.raises(sim.ScenarioError, match="policy 'a' has no such path"):
        sim.load(write(tmp_path, "s.yaml", text.replace("MARK", "")))
    assert sim.load(write(tmp_path, "s.yaml", text.replace("MARK", ", where_present: true")))


def test_apply_leaves_its_input_alone_and_names_the_path(world: sim.Scenario) -> None:
    before = copy.deepcopy(world.resolved)
    changed = apply(
        world.resolved, {"bodies.waico.fund.levy": "ai_revenue", "bodies.waico.fund.levy.rate": 0.02}
    )
    assert changed["bodies"]["waico"]["fund"]["levy"] == {"rule": "ai_revenue", "rate": 0.02}
    assert world.resolved == before
    assert "union" not in apply(world.resolved, {"bodies.union": None})["bodies"]
    for path, value, word in [
        ("bodies.waico.fund.envelope", "much", "expected a number"),
        ("bodies.waico.fund.envelop", 1, "did you mean 'envelope'?"),
        ("bodies.wacio.fund.envelope", 1, "did you mean 'waico'?"),
        ("bodies.nobody", None, "no 'nobody'"),
        ("bodies.waico.voting.decisions.special", "3/2", "no votes can pass"),
        ("years", 10**6, "at most 100"),
        ("years.more", 1, "nothing below 'years'"),
        ("", 1, "no ''"),
    ]:
        with pytest.raises(sim.ScenarioError) as caught:
            apply(world.resolved, {path: value})
        assert caught.value.file == "--set" and path in str(caught.value) and word in str(caught.value)


def test_apply_replaces_a_charter_relative_to_the_base(world: sim.Scenario) -> None:
    changed = apply(world.resolved, {"bodies.waico.charter": "charters/full.yaml"}, base=GOOD / "world.yaml")
    assert changed["bodies"]["waico"]["host"] == "KAZ"


@given(st.floats(0, 1), st.sampled_from(sorted(POLICY.fields)))
def test_apply_changes_one_value_and_no_other(value: float, name: str) -> None:
    resolved = sim.load(GOOD / "charters" / "thin.yaml").resolved
    changed = apply(resolved, {f"policy.{name}": value})
    assert changed["policy"].pop(name) == value
    assert changed["policy"] == {key: each for key, each in resolved["policy"].items() if key != name}
    assert {**changed, "policy": 0} == {**resolved, "policy": 0}


def test_evidence_lowers_the_count_of_assumed_rules() -> None:
    thin = sim.load(GOOD / "charters" / "thin.yaml").resolved
    assumed, total = evidence_counts(thin)
    assert assumed == total > 5
    label = {"label": "confirmed", "source": "the agreement"}
    assert evidence_counts({**thin, "evidence": {"gate": label}}) == (total - 1, total)
    assert evidence_counts({**thin, "evidence": {"gate": {**label, "label": "assumed"}}}) == (total, total)
    more = apply(thin, {"fund.levy": "ai_revenue"})
    assert evidence_counts(more)[1] == total + 1
    assert evidence_counts({**more, "evidence": {"fund": label}})[0] < total
    assert evidence_counts({**more, "evidence": {"fund": label, "fund.levy": {**label, "label": "assumed"}}})[
        0
    ] == (evidence_counts({**more, "evidence": {"fund": label}})[0] + 1)


@given(
    st.floats(-0.5, 1.5),
    st.sampled_from(["policy.rights", "fund.arrears.default_rate", "standards.detection"]),
)
def test_the_quick_way_of_apply_gives_what_the_long_way_gives(value: float, path: str) -> None:
    resolved = sim.load(GOOD / "charters" / "thin.yaml").resolved

    def answer(changes: dict[str, object]) -> object:
        try:
            return apply(resolved, changes)
        except sim.ScenarioError as error:
            return str(error)

    # A second change that is text keeps the whole from the quick way.
    assert answer({path: value}) == answer({path: value, "title": resolved["title"]})


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ("bodies.waico.fund.envelope", "bn USD/year"),
        ("bodies.union.tiers.associate.dues", "ratio"),
        ("bodies.waico.fund.arrears.years_to_suspend", "years"),
        ("bodies.waico.standards.detection", FAMILIES["standards"]["minimal"].parameters["detection"].unit),
        ("world.severity.index", FAMILIES["severity"]["truncated_pareto"].parameters["index"].unit),
    ],
)
def test_parameters_are_found_by_path(path: str, unit: str, world: sim.Scenario) -> None:
    found = parameter_at(world.resolved, path)
    assert found is not None and found.unit == unit


@pytest.mark.parametrize(
    "path", ["world.severity", "bodies.waico.fund.levy.rate", "years", "bodies.waico", "world.x.y.z"]
)
def test_what_is_no_parameter_is_none(path: str, world: sim.Scenario) -> None:
    assert parameter_at(world.resolved, path) is None
