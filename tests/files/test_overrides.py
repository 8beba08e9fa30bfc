"""What a scenario file states of a body besides its charter, and what null removes there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import sim
from sim.files import apply
from sim.study.again import again
from sim.study.policies import of_study
from sim.study.sweeping import sweep

ONE = """format: 1
name: One
sponsor: CHN
founded: 2026-07-16
tiers: {associate: {dues: 0.5}, full: {}}
fund: {levy: {rule: ai_revenue, rate: 0.05}}
"""
TWO = ONE.replace("One", "Two").replace("dues: 0.5", "dues: 0.25").replace("0.05", "0.01")
FLAT = "format: 1\nname: Flat\nsponsor: KAZ\nfounded: 2026-07-16\n"
WORLD = """format: 1
kind: scenario
years: 1
nations: {sample: 12}
bodies:
  waico: {charter: one, policy: {stringency: 0.9}, fund: {envelope: 3.0}%s}
"""


@pytest.fixture
def world(tmp_path: Path) -> Path:
    root = tmp_path / "scenarios"
    (root / "charters").mkdir(parents=True)
    for name, text in (("one", ONE), ("two", TWO), ("flat", FLAT)):
        (root / "charters" / f"{name}.yaml").write_text(text)
    (root / "world.yaml").write_text(WORLD % "")
    return root / "world.yaml"


def scenario(path: Path) -> sim.Scenario:
    found = sim.load(path)
    assert isinstance(found, sim.Scenario)
    return found


def test_another_charter_keeps_what_the_scenario_file_states(world: Path) -> None:
    made = scenario(world).with_changes({"bodies.waico.charter": "two"}).resolved["bodies"]["waico"]
    assert (made["name"], made["policy"]["stringency"], made["fund"]["envelope"]) == ("Two", 0.9, 3.0)
    assert (made["fund"]["levy"]["rate"], made["tiers"]["associate"]["dues"]) == (0.01, 0.25)
    world.write_text((WORLD % "").replace("charter: one", "charter: two"))
    assert scenario(world).resolved["bodies"]["waico"] == made, "as if the file had named it"


def test_a_lever_and_an_uncertainty_keep_it_too_and_so_does_a_row_done_again(world: Path, tmp_path: Path) -> None:
    file = world.with_name("varied.yaml")
    file.write_text(
        "format: 1\nkind: study\nscenario: world\nreplicates: 1\n"
        "levers: {bodies.waico.charter: {grid: [one, two]}}\n"
        "futures: {design: grid, uncertainties: {world.severity.index: {choice: [1.5, 2.0]}}}\n"
    )
    study = sim.load(file)
    assert isinstance(study, sim.Study)
    for policy in of_study(study).policies:
        assert policy.resolved["bodies"]["waico"]["policy"]["stringency"] == 0.9
    more = study.with_policy("two", {"bodies.waico.charter": "two"}).policies["two"]
    assert more["bodies"]["waico"]["fund"]["envelope"] == 3.0
    text = file.read_text().replace("levers: {bodies.waico.charter: {grid: [one, two]}}\n", "")
    charters = "bodies.waico.charter: {choice: [one, two]}"
    file.write_text(text.replace("world.severity.index: {choice: [1.5, 2.0]}", charters))
    found = sweep(file, tmp_path / "out", workers=1, progress=False)
    stringent = {
        of_study(sim.load(file)).scenario(0, future)["bodies"]["waico"]["policy"]["stringency"]  # type: ignore[arg-type]
        for future in (0, 1)
    }
    assert stringent == {0.9}
    for identity in found.runs["run_id"]:
        assert not again(found.path, identity).differences


@pytest.mark.parametrize(
    ("own", "charter", "said"),
    [
        (", tiers: {associate: {dues: 0.1}}", "flat", "it has no 'tiers.associate'"),
        (", tiers: {associate: null}", "flat", "it has no 'tiers.associate'"),
        (", voting: {chambers: {states: {weight: equal}}}", "halves", "it has no 'voting.chambers.states'"),
    ],
)
def test_what_no_longer_fits_is_refused(world: Path, own: str, charter: str, said: str) -> None:
    world.write_text(WORLD % own)
    halves = "voting: {chambers: {north: {group: oecd}, south: {group: g77}}, decisions: {%s}}\n"
    by = ", ".join(f"{kind}: {{chamber: north, yes: '> 1/2'}}" for kind in ("ordinary", "special", "super"))
    (world.parent / "charters" / "halves.yaml").write_text(FLAT.replace("Flat", "Halves") + halves % by)
    with pytest.raises(sim.ScenarioError, match=f"does not fit charter '{charter}': {said}"):
        scenario(world).with_changes({"bodies.waico.charter": charter})


def test_a_parameter_of_a_rule_the_other_charter_lacks_is_refused(world: Path) -> None:
    world.write_text((WORLD % "").replace("envelope: 3.0", "levy: {rate: 0.02}"))
    assert scenario(world).resolved["bodies"]["waico"]["fund"]["levy"]["rate"] == 0.02
    with pytest.raises(sim.ScenarioError, match="what the scenario file itself states of 'bodies.waico' does not fit"):
        scenario(world).with_changes({"bodies.waico.charter": "flat"})


def test_null_in_a_scenario_removes_what_the_charter_holds(world: Path) -> None:
    world.write_text(WORLD % ", tiers: {associate: null}")
    found = scenario(world)
    assert list(found.resolved["bodies"]["waico"]["tiers"]) == ["full"]
    child = world.with_name("child.yaml")
    child.write_text("format: 1\nkind: scenario\nextends: world\nbodies: {waico: {tiers: {full: {dues: 2.0}}}}\n")
    assert list(scenario(child).resolved["bodies"]["waico"]["tiers"]) == ["full"]
    other = found.with_changes({"bodies.waico.charter": "two"})
    assert list(other.resolved["bodies"]["waico"]["tiers"]) == ["full"]


def test_null_means_none_where_none_is_a_value(world: Path) -> None:
    world.write_text(WORLD % ", host: null, voting: {quorum: null, chambers: {states: {group: null}}}")
    body = scenario(world).resolved["bodies"]["waico"]
    assert body["host"] == "CHN" and body["voting"]["quorum"] is None
    with pytest.raises(sim.ScenarioError, match="bodies.waico.fund.envelope: found nothing"):
        apply(scenario(world).resolved, {"bodies.waico.fund.envelope": None})


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_file_is_told_where_it_is_named(world: Path, kind: str) -> None:
    odd = world.parent / "charters" / "odd.yaml"
    odd.mkdir() if kind == "folder" else os.mkfifo(odd)
    words = "is a folder" if kind == "folder" else "is no regular file"
    for written in ("odd", "charters/odd.yaml"):
        world.write_text((WORLD % "").replace("charter: one", f"charter: {written}"))
        with pytest.raises(sim.ScenarioError) as caught:
            sim.load(world)
        assert (caught.value.line, caught.value.column) == (6, 20)
        assert f"'{written}' {words}" in str(caught.value)
