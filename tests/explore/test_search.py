"""Policy search: a front that is known, a stop that changes nothing, the vote of the parties, and the next state."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.errors import ChoiceError, ScenarioError, StoreError
from sim.explore import searching
from sim.explore.adoption import adopted, next_states, standings
from sim.explore.charter_sheets import charter_sheets
from sim.explore.charters import judge
from sim.explore.points import placed
from sim.explore.searching import futures_of, search, settings_of, typed
from sim.plan import RunSpec
from sim.plots.fronts import charters_found

STUDY = """format: 1
kind: study
scenario: {years: 2, nations: {sample: 20}, bodies: {waico: {charter: ../charters/waico-as-signed.yaml}}}
seed: 4
replicates: 1
policies:
  plain: {}
  generous: {set: {bodies.waico.fund.other_income: 3.0}}
futures:
  design: latin_hypercube
  count: 4
  uncertainties:
    world.incidents.base: {loguniform: [0.5, 20.0]}
search:
  of: plain
  levers:
    bodies.waico.policy.sharing: {uniform: [0.0, 1.0]}
    bodies.waico.fund.other_income: {uniform: [0.0, 5.0]}
    bodies.waico.fund.allocation: {choice: [equal, need_gap]}
  objectives:
    waico.members.end: {better: more, epsilon: 0.5}
    waico.other_income.mean: {better: less, epsilon: 0.1}
  futures: 2
  population: 5
  evaluations: 10
  verify: 2
  year: 2
"""


def written(root: Path, text: str = STUDY) -> Path:
    charters = Path(__file__).resolve().parents[2] / "scenarios" / "charters"
    (root / "studies").mkdir(exist_ok=True)
    if not (root / "charters").exists():
        (root / "charters").symlink_to(charters)
    file = root / "studies" / "small.yaml"
    file.write_text(text)
    return file


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> sim.Study:
    return sim.load(written(tmp_path_factory.mktemp("s")))  # type: ignore[return-value]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("search") / "out"


@pytest.fixture(scope="module")
def found(study: sim.Study, folder: Path) -> searching.Search:
    return search(study, folder)


def test_what_is_found_is_beaten_by_nothing_that_was_tried(found: searching.Search) -> None:
    """Up to one box of the archive: nothing tried is better by an epsilon in both."""
    assert len(found.tried) >= 8 and 1 <= len(found.best) <= len(found.tried)
    for one in found.best:
        for other in found.tried:
            members, income = (np.array(other.means) - one.means) * [1.0, -1.0]
            assert not (members >= 0.5 and income >= 0.1)


def test_a_stop_changes_nothing(study: sim.Study, found: searching.Search, tmp_path: Path) -> None:
    class StopError(Exception):
        pass

    def stop(tried: int, of: int, best: int) -> None:
        raise StopError

    with pytest.raises(StopError):
        search(study, tmp_path / "out", told=stop)
    kept = tmp_path / "out" / "evaluations.jsonl"
    assert len(kept.read_text().splitlines()) == 5
    with kept.open("a") as handle:
        handle.write('{"levers": {"torn')  # as a machine leaves it that goes down while it writes
    again = search(study, tmp_path / "out")
    assert again.best == found.best and again.tried == found.tried


def test_a_folder_of_another_search_is_refused(study: sim.Study, folder: Path, found: searching.Search) -> None:
    with pytest.raises(StoreError, match="another search"):
        search(dataclasses.replace(study, seed=study.seed + 1), folder)


def test_fresh_futures_share_nothing_with_those_of_the_search(study: sim.Study) -> None:
    old, fresh = futures_of(study, 4), futures_of(study, 4, fresh=True)
    assert not set(old.luck) & set(fresh.luck)
    assert not {str(each) for each in old.drawn} & {str(each) for each in fresh.drawn}


def test_the_front_is_judged_in_fresh_futures(found: searching.Search) -> None:
    judged = judge(found)
    frame = judged.charters.set_index("name")
    assert frame.loc["plain", "kind"] == "status quo" and frame.loc["generous", "kind"] == "policy"
    assert (frame["kind"] == "found").sum() == len(found.best)
    assert frame["on_front"].any() and frame.loc["plain", "waico.members.end.difference"] == 0.0
    assert frame.loc["generous", "waico.other_income.mean.difference"] > 0.0
    titles = [table.title for table in charter_sheets(judged)]
    assert len(titles) == 3 and not charters_found(judged).reason


def specs(study: sim.Study, policy: str) -> list[RunSpec]:
    return [RunSpec(policy, luck, 0, study.seed, placed(study, policy, {}, {})) for luck in range(3)]


def test_the_parties_decide_by_the_amendment_rule_of_the_status_quo(study: sim.Study) -> None:
    """Three quarters of the votes cast, one state one vote, counted by hand."""
    now = standings(specs(study, "plain"), "waico", 3)
    better = dataclasses.replace(now, worth=now.worth + 1.0, inside=np.ones_like(now.inside))
    worse = dataclasses.replace(now, worth=now.worth - 1.0, inside=np.ones_like(now.inside))
    parties = now.assemblies[0].voting[:, : len(now.iso3)]
    assert adopted(now, better)[0].all() and not adopted(now, worse)[0].any() and not adopted(now, now)[0].any()
    for share in (0.70, 0.80):
        gains = np.zeros(parties.shape, dtype=bool)
        for row, members in enumerate(parties):
            who = np.flatnonzero(members)
            gains[row, who[: round(share * len(who))]] = True
        mixed = dataclasses.replace(better, worth=now.worth + np.where(gains, 1.0, -1.0))
        passed, yes, no = adopted(now, mixed)
        assert passed.tolist() == [4 * int(y.sum()) >= 3 * int((y | n).sum()) for y, n in zip(yes, no, strict=True)]


def test_what_is_lacking_would_win_the_state(study: sim.Study) -> None:
    """Paid to one state alone as a percent of its GDP, the gap lifts its worth to 0: utility is linear in money."""
    now = standings(specs(study, "plain"), "waico", 2)
    frame = next_states(now)
    assert len(frame) and (frame["gap"].diff().dropna() >= 0.0).all()
    money = study.policies["plain"]["world"]["membership"]["money"]
    out = now.open & ~now.inside & (now.worth < 0.0)
    percent = 100.0 * now.gap / now.gdp
    np.testing.assert_allclose((now.worth + money * percent)[out], 0.0, atol=1e-9)


def test_levers_are_typed_and_rounded_within_their_range() -> None:
    forms = {"a": {"uniform": [0.12345, 0.98765]}, "b": {"integer": [1, 3]}, "c": {"choice": ["x", "y"]}}
    assert typed(forms, [0.0, 1.0, 0.2]) == {"a": 0.12345, "b": 3, "c": "x"}
    assert typed(forms, [0.5, 0.0, 0.9]) == {"a": 0.556, "b": 1, "c": "y"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("of: plain", "of: plane", "no policy 'plane'"),
        ("sharing: {uniform: [0.0, 1.0]}", "sharing: {uniform: [0.0, 4.0]}", "search: lever"),
        ("policy.sharing", "policy.shering", "search: lever"),
        ("  year: 2\n", "  year: 9\n", "beyond the 2 years"),
        ("{uniform: [0.0, 5.0]}", "{draws: x.csv}", "write uniform, integer or choice"),
        ("evaluations: 10", "evaluations: 4", "below the population"),
    ],
)
def test_a_search_that_cannot_be_is_refused_where_it_stands(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in STUDY
    with pytest.raises(ScenarioError) as caught:
        sim.load(written(tmp_path, STUDY.replace(old, new, 1)))
    assert says in " ".join(str(each) for each in (caught.value, *caught.value.others)) and caught.value.line > 0


def test_a_study_without_a_search_says_what_to_write(study: sim.Study) -> None:
    plain = dataclasses.replace(study, resolved={**study.resolved, "search": None})
    with pytest.raises(ChoiceError, match="write search:"):
        settings_of(plain)
