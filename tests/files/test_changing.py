"""Scenarios, charters and studies changed in Python are what the same words in a file would give."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.errors import ChoiceError
from sim.files import apply

ROOT = Path(__file__).resolve().parents[2]
STUDY = ROOT / "scenarios" / "studies" / "first-look.yaml"
LEVY = "bodies.waico.fund.levy.rate"


@pytest.fixture(scope="module")
def study() -> sim.Study:
    found = sim.load(STUDY)
    assert isinstance(found, sim.Study)
    return found


def test_a_policy_made_here_is_the_one_a_file_makes(study: sim.Study, tmp_path: Path) -> None:
    file = tmp_path / "scenarios" / "studies" / "more.yaml"
    file.parent.mkdir(parents=True)
    for name in ("baseline.yaml", "charters", "futures"):
        if (ROOT / "scenarios" / name).exists():
            (file.parent.parent / name).symlink_to(ROOT / "scenarios" / name)
    text = STUDY.read_text(encoding="utf-8")
    own = "{bodies.waico.charter: ../charters/waico-commentary.yaml, bodies.waico.fund.levy.rate: 0.03}"
    file.write_text(text.replace("policies:\n", f"policies:\n  dear:\n    title: Dear\n    set: {own}\n"))
    read = sim.load(file)
    assert isinstance(read, sim.Study)
    made = study.with_policy("dear", {LEVY: 0.03}, of="commentary", title="Dear")
    assert made.policies["dear"] == read.policies["dear"]
    assert made.about["dear"]["title"] == read.about["dear"]["title"] == "Dear"
    assert made.resolved["policies"]["dear"] == made.policies["dear"]


def test_whole_charters_are_named_as_in_the_study_file(study: sim.Study) -> None:
    change = {"bodies.waico.charter": "../charters/waico-consensus.yaml", "bodies.waico.fund.envelope": 1.0}
    made = study.with_policy("rich", change)
    assert made.policies["rich"] == apply(study.policies["consensus"], {"bodies.waico.fund.envelope": 1.0})


def test_the_study_itself_is_left_as_it_was(study: sim.Study) -> None:
    before = sim.load(STUDY)
    study.only("commentary").with_policy("dear", {LEVY: 0.03})
    assert study == before and isinstance(before, sim.Study)
    assert study.resolved == before.resolved


def test_a_subset_keeps_order_baseline_and_words(study: sim.Study) -> None:
    assert study.only("consensus", "as-signed").baseline == "as-signed"
    some = study.only("consensus", "commentary")
    assert (list(some.policies), list(some.about), some.baseline) == (["consensus", "commentary"],) * 2 + ("consensus",)
    assert study.only("consensus", "as-signed", baseline="consensus").baseline == "consensus"


@pytest.mark.parametrize("bad", [{"of": "nobody"}, {"name": "as-signed"}, {"name": "two\nlines"}, {"name": "a\n"}])
def test_names_that_cannot_be(study: sim.Study, bad: dict[str, str]) -> None:
    with pytest.raises(ChoiceError):
        study.with_policy(**{"name": "dear", "changes": {LEVY: 0.03}, "of": "commentary", **bad})  # type: ignore[arg-type]
    with pytest.raises(ChoiceError, match="no policy 'nobody'"):
        study.only("nobody")
    with pytest.raises(ChoiceError, match="at least one"):
        study.only()
    with pytest.raises(ChoiceError, match="not among"):
        study.only("consensus", baseline="commentary")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"bodies.waico.fund.levy.rat": 0.03}, "did you mean 'rate'"),
        ({LEVY: 7}, "at most 1"),
        ({LEVY: 0.01}, "same as 'commentary'"),
        ({"world.economy": "magic"}, "no rule .magic."),
    ],
)
def test_values_that_cannot_be(study: sim.Study, change: dict[str, object], said: str) -> None:
    with pytest.raises(sim.ScenarioError, match=said):
        study.with_policy("dear", change, of="commentary")


def test_what_futures_vary_is_tried_in_the_new_policy(study: sim.Study) -> None:
    rule = next(path for path in study.uncertainties if path.startswith("world.tension"))
    with pytest.raises(sim.ScenarioError, match=rule):
        study.with_policy("calm", {"world.tension": "exogenous_path"})


def test_a_changed_scenario_differs_from_its_parent_by_the_change() -> None:
    scenario = sim.load(ROOT / "scenarios" / "baseline.yaml")
    assert isinstance(scenario, sim.Scenario)
    made = scenario.with_changes({"bodies.waico.policy.sharing": 0.9, "years": 3}, title="Shorter")
    assert set(made.changed()) == {"bodies.waico.policy.sharing", "years"}
    assert (made.title, made.name, made.resolved["years"]) == ("Shorter", scenario.name, 3)
    assert scenario.resolved["years"] == 10
    gone = scenario.with_changes({"bodies.gpai": None})
    assert list(gone.changed()) == ["bodies.gpai"]


def test_a_rival_rule_may_lack_what_is_varied_only_where_present() -> None:
    """A table of draws of which the rival rule has some columns: each is kept for the policies that have it."""
    study = sim.load(STUDY.with_name("response-in-time.yaml"))
    made = study.with_policy("crowd", {"world.membership": "bandwagon"}, of="none")
    assert made.policies["crowd"]["world"]["membership"]["rule"] == "bandwagon"
