"""Measures of power in a run: when they are taken, and a second count of success and decisiveness from the events."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.cli import main
from sim.engine import run_block
from sim.population import INCOME_GROUPS, load_nations
from sim.results import Results
from tests.engine.worlds import baseline, specs

YEARS = 4
SCENARIO = """format: 1
kind: scenario
name: small
years: 4
steps_per_year: 1
nations: {sample: 60}
bodies:
  waico:
    charter: waico-commentary
    entry_into_force: {reached: true}
    voting: {agenda: {rule: secretariat, proposals: 2}, chambers: {assembly: {weight: equal}}}
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Three runs of a body in force, with their events; read only."""
    file = tmp_path_factory.mktemp("power") / "small.yaml"
    file.write_text(SCENARIO)
    return sim.run(file, replicates=3, seed=4, events=True)


def whose(member: str, group: str, income: dict[str, str]) -> bool:
    if group == "host":
        return member == "CHN"
    return member not in income if group == "firms" else income.get(member) == group


@pytest.mark.parametrize("group", ["host", "firms", *INCOME_GROUPS])
def test_success_is_what_the_events_say(kept: Results, group: str) -> None:
    """Each member's vote against the outcome, from the table of ballots; blank where nobody of the group voted."""
    nations = load_nations()
    income = {str(code): INCOME_GROUPS[one] for code, one in zip(nations.iso3, nations.income_group, strict=True)}
    ballots = kept.ballots
    cast = ballots[ballots["vote"].isin(["yes", "no"])]
    cast = cast[[whose(member, group, income) for member in cast["member"]]]
    won = (cast["vote"] == "yes") == (cast["outcome"] == "passed")
    counted = won.groupby([cast["run_id"], cast["year"]]).mean()
    series = kept.series.set_index(["run_id", "year"])
    measured = series[f"waico.success.{group}"].dropna()
    pd.testing.assert_series_equal(
        measured.sort_index(), counted.sort_index(), check_names=False, check_dtype=False, check_index_type=False
    )
    decisive = series[f"waico.decisiveness.{group}"].dropna()
    assert decisive.index.equals(measured.index) and (decisive <= measured).all() and (decisive >= 0.0).all()


def test_ballots_hold_every_member_once(kept: Results) -> None:
    ballots, events = kept.ballots, kept.events
    votes = events[events["kind"] == "vote"]
    assert not ballots.duplicated(["run_id", "year", "body", "proposal", "member"]).any()
    assert len(ballots.drop_duplicates(["run_id", "year", "body", "proposal"])) == len(votes) > 10
    assert set(ballots["vote"]) == {"yes", "no", "abstain", "absent"}
    assert set(ballots["outcome"]) == {"passed", "failed"}
    assert set(ballots["proposal"]) == {1, 2} and ballots["proposer"].isna().all()  # the secretariat proposes
    assert not ballots["member"].str.isupper().all()  # firms vote too


def test_a_priori_power_is_taken_when_it_is_due() -> None:
    change = {"bodies.waico.entry_into_force.reached": True}
    few = run_block(specs(baseline(YEARS, 40, **change), 2))
    all_years = run_block(specs(baseline(YEARS, 40, **change, **{"measures.power_every": 1}), 2))
    for column in ("waico.power.host", "waico.power_special.firms", "waico.power_gini", "waico.power_to_act"):
        taken, every = few.series[column], all_years.series[column]
        assert np.isnan(taken[:, [0, 3]]).all() and np.isfinite(taken[:, [1, 2, 4]]).all()
        assert np.isfinite(every[:, 1:]).all() and np.array_equal(every[:, [1, 2, 4]], taken[:, [1, 2, 4]])
    # One state, one vote: power is a share of heads, whoever has it.
    members = np.stack([few.series[f"waico.power.{group}"] for group in INCOME_GROUPS])[..., [1, 2, 4]]
    assert members.sum(axis=0) == pytest.approx(1.0) and not few.series["waico.power.firms"][:, 1].any()
    assert np.abs(few.series["waico.power_gini"][:, 1]).max() < 1e-12
    for column, values in few.series.items():  # the key changes nothing else
        if not any(part in column for part in ("power", "capture", "jagiellonian")):
            assert np.array_equal(values, all_years.series[column], equal_nan=True), column


def test_capture_consent_and_the_quota_lie_where_they_must(kept: Results) -> None:
    series = kept.series
    for column in ("capture.host", "capture.firms", "consent"):
        values = series[f"waico.{column}"].dropna()
        assert len(values) and values.between(0.0, 1.0).all()
    assert series["waico.consent"].notna().equals(series["waico.passage_rate"].gt(0.0))
    quota = series["waico.jagiellonian_quota"].dropna()
    assert quota.between(0.5, 1.0).all()


def test_show_writes_the_votes_of_members(kept: Results, tmp_path: Path) -> None:
    study = tmp_path / "study.yaml"
    (tmp_path / "small.yaml").write_text(SCENARIO)
    study.write_text(
        "format: 1\nkind: study\nscenario: small.yaml\nseed: 4\nreplicates: 1\npolicies: {as-is: {}}\n"
        "futures: {design: replicates_only}\noutputs: {events: true}\n"
    )
    sim.sweep(study, tmp_path / "out", workers=1, progress=False)
    with pytest.raises(SystemExit) as ended:
        main(["show", str(tmp_path / "out"), "--votes", str(tmp_path / "votes.csv")])
    assert not ended.value.code
    written = pd.read_csv(tmp_path / "votes.csv")
    assert list(written) == list(kept.ballots) and len(written) > 50
