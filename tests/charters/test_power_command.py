"""`waico power` and the seats behind it: the assembly's own votes, the same power, and inputs that are refused."""

from __future__ import annotations

import csv
import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from sim.cli import main
from sim.errors import ChoiceError, ScenarioError
from sim.files import Charter, Scenario, load
from sim.files.members import members_named, read_members
from sim.phases.votes import chamber_votes
from sim.plan import Plan, RunSpec
from sim.rules.weights import VOTES_IN_ALL
from sim.seats import power_of, seats_of
from sim.start import begin

ROOT = Path(__file__).resolve().parents[2] / "scenarios"


def charter(name: str) -> dict[str, object]:
    found = load(ROOT / "charters" / f"{name}.yaml")
    assert isinstance(found, Charter)
    return found.resolved


def ended(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert isinstance(caught.value.code, int)
    return caught.value.code


@pytest.mark.parametrize(
    "name", ["waico-as-signed", "imf", "aiib", "eu-council", "un-security-council", "ilo", "intelsat"]
)
def test_votes_on_paper_are_those_of_the_assembly(name: str) -> None:
    """A run whose real members have all ratified, and whose firms all sit, counts the same votes."""
    scenario = load(ROOT / "baseline.yaml")
    assert isinstance(scenario, Scenario)
    alone = {**charter(name), "other_members": {}, "reference": None}
    resolved = {**scenario.resolved, "entrants": 0, "bodies": {"body": alone}}
    run = begin(Plan([RunSpec("policy", 0, 0, 1, resolved)]))
    state = run.state.bodies["body"]
    state.nations.status = np.where(state.nations.status == 3, 4, state.nations.status)
    state.own.in_force = np.ones((1, 1), dtype=bool)
    state.firms.seat = run.state.firms.active & run.plan.bodies["body"].at(2027).firms_seated
    votes, _ = chamber_votes(run, "body")
    paper = seats_of({**charter(name), "other_members": {}, "reference": None}).votes
    assert paper.keys() == votes.keys()
    for chamber, held in votes.items():
        assert paper[chamber].tolist() == held[0].tolist(), chamber


@pytest.mark.parametrize(
    "name", ["imf", "aiib", "eu-council", "un-security-council", "ndb", "montreal-fund", "seabed-authority"]
)
@pytest.mark.parametrize("kind", ["ordinary", "special", "super"])
def test_power_by_asking_the_assembly_s_decision_about_every_ballot(name: str, kind: str) -> None:
    """A small body by brute force: the decision that counts ballots in a run, asked about all 2^n of them."""
    members = {"seabed-authority": "CHN ITA DEU FRA AUS CAN BRA FJI NOR".split()}.get(
        name, "CHN RUS DEU FRA BRA IND ZAF".split()
    )
    if name in ("un-security-council", "eu-council"):
        members = (
            "CHN RUS FRA GBR USA PAK LVA".split() if name != "eu-council" else "DEU FRA ITA MLT ESP POL LUX".split()
        )
    seats = seats_of({**charter(name), "eligible": "all"}, members)
    table = power_of(seats)[kind]
    places = np.flatnonzero(seats.seated)
    names = [seats.members[place] for place in places]
    yes = np.zeros((2 ** len(places), len(seats.members)), dtype=bool)
    yes[:, places] = list(product([False, True], repeat=len(places)))
    no = seats.seated & ~yes
    wins = seats.charter.decisions[kind].passes({key: held[None, :] for key, held in seats.votes.items()}, yes, no)
    assert table.act == pytest.approx(wins.mean(), abs=1e-12)
    for place, member in zip(places, names, strict=True):
        swings = (wins[yes[:, place]].sum() - wins[~yes[:, place]].sum()) / 2 ** (len(places) - 1)
        assert table.of(member)["absolute"] == pytest.approx(swings, abs=1e-12)


def test_a_member_without_votes_has_no_power_and_firms_without_votes_none() -> None:
    table = power_of(seats_of(charter("itu")), 1000)["ordinary"]
    assert not set(table.members) & {"openai", "deepseek"}
    found = power_of(seats_of(charter("cern")))["ordinary"]
    assert "IND" not in found.members


def test_every_firm_or_none_or_some() -> None:
    everyone = seats_of(charter("ilo"))
    some = seats_of(charter("ilo"), firms=["openai", "anthropic", "google"])
    none = seats_of(charter("ilo"), firms=[])
    count = [
        int(seats.seated[np.array([kind == "firm" for kind in seats.kind])].sum()) for seats in (everyone, some, none)
    ]
    assert count == [100, 3, 0]
    held = some.votes["conference"]
    assert held[[some.members.index("openai")]].sum() / held.sum() == pytest.approx(0.25 / 3, abs=2e-3)
    with pytest.raises(ChoiceError, match="no firm 'opena'"):
        seats_of(charter("ilo"), firms=["opena"])


def test_votes_add_up_to_what_the_weights_are_rounded_to() -> None:
    for name in ("imf", "aiib", "eu-council"):
        seats = seats_of(charter(name))
        for chamber, rule in seats.charter.chambers.items():
            total = int(seats.votes[chamber].sum())
            heads = rule.weight.metadata.get("heads")
            assert total == int(seats.seated.sum()) if heads else abs(total - VOTES_IN_ALL) < 200


def test_a_tier_asked_for_is_taken() -> None:
    names = {"CHN": None, "BRA": "associate", "RUS": "full", "LAO": "full"}
    seats = seats_of(charter("waico-commentary"), names, firms=[])
    held = dict(zip(seats.members, seats.votes["assembly"], strict=True))
    same = seats_of(charter("waico-commentary"), list(names), firms=[])
    assert (
        held["BRA"] / held["RUS"]
        < 0.5 * dict(zip(same.members, same.votes["assembly"], strict=True))["BRA"] / held["RUS"]
    )
    with pytest.raises(ChoiceError, match="no tier 'fool'"):
        seats_of(charter("waico-commentary"), {"CHN": "fool"})


def test_the_command_shows_everyone_and_writes_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet, figure = tmp_path / "power.csv", tmp_path / "power.svg"
    status = ended(
        ["power", str(ROOT / "charters" / "un-security-council.yaml"), "--csv", str(sheet), "--plot", str(figure)]
    )
    out = capsys.readouterr().out
    assert status == 0
    assert "Smallest winning coalition: 9; smallest blocking coalition: 1" in out
    assert (
        "Method: exact" in out
        and "Gridlock" in out
        and "nobody abstains" in out
        and "rules of this charter are assumed" in out
    )
    rows = list(csv.DictReader(sheet.read_text(encoding="utf-8").splitlines()))
    assert {row["decision"] for row in rows} == {"ordinary", "special", "super"}
    ordinary = [row for row in rows if row["decision"] == "ordinary"]
    assert len(ordinary) == 15
    for key in ("nominal", "banzhaf", "shapley_shubik"):
        assert sum(float(row[key]) for row in ordinary) == pytest.approx(1.0, abs=1e-12)
    assert sum(int(row["blocks_alone"]) for row in ordinary) == 5
    assert figure.read_text(encoding="utf-8").lstrip().startswith("<?xml")


@pytest.mark.parametrize("members", ["all", "oecd", "not:oecd", "WAICO"])
def test_the_command_takes_groups_and_rosters(members: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = ROOT / "charters" / "waico-as-signed.yaml"
    assert ended(["power", str(path), "--members", members, "--votes", "1000"]) == 0
    size = {"all": 193, "oecd": 38, "not:oecd": 155, "WAICO": 37}[members]
    assert f"{size} members and 0 firms with votes" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lines", "place", "word"),
    [
        ("CHN\n  XXX\n", ":2:3:", "no state 'XXX'"),
        ("# only a comment\n", ":1:1:", "no member"),
        ("CHN\nCHN\n", ":2:1:", "twice"),
        ("CHN, foo # big\n", ":1:6:", "no tier 'foo'"),
        ("chn\n", ":1:1:", "'CHN'"),
    ],
)
def test_a_bad_file_of_members_is_told_with_its_place(
    lines: str, place: str, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "members.txt"
    path.write_text(lines, encoding="utf-8")
    assert ended(["power", str(ROOT / "charters" / "imf.yaml"), "--members", str(path)]) == 2
    err = capsys.readouterr().err
    assert f"members.txt{place}" in err and word in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["absent.yaml"], "absent.yaml:1:1: there is no such file"),
        ([str(ROOT / "baseline.yaml")], "found a scenario, expected a charter"),
        ([str(ROOT / "charters" / "imf.yaml"), "--members", "oced"], "did you mean 'oecd'?"),
        ([str(ROOT / "charters" / "imf.yaml"), "--members", ""], "--members names nobody"),
        ([str(ROOT / "charters" / "imf.yaml"), "--csv", "/nowhere/x.csv"], "cannot be written"),
        ([str(ROOT / "charters" / "ilo.yaml"), "--firms", "opena"], "no firm 'opena'"),
        ([str(ROOT / "charters" / "montreal-fund.yaml"), "--members", "asean"], "nobody among these members"),
        ([str(ROOT / "charters" / "imf.yaml"), "--votes", "3"], "Invalid value"),
    ],
)
def test_unusable_input_ends_with_status_2(arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(["power", *arguments]) == 2
    assert word in capsys.readouterr().err


def test_a_file_lists_members_with_tiers_and_comments(tmp_path: Path) -> None:
    path = tmp_path / "members.txt"
    path.write_text("# two\nCHN\n\nBRA , associate  # lower\nHKG\n", encoding="utf-8")
    assert read_members(str(path), {"HKG"}, ["associate"]) == {"CHN": None, "BRA": "associate", "HKG": None}
    with pytest.raises(ScenarioError):
        members_named(str(path))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("  chambers: {votes: {of: pool, weight: heads}}", "cannot be pooled"),
        ("  chambers: {votes: {of: nations, group: [oecd, CHM]}}", "no state 'CHM'"),
        ("  chambers: {votes: {of: nations, group: [oecd, -oced]}}", "did you mean 'oecd'?"),
        ("  chambers: {votes: {of: nations, weight: {rule: capital, stock: {CHN: -1}}}}", "stock"),
        ("  chambers: {votes: {of: nations, weight: {rule: capital, stock: {china: 1}}}}", "stock"),
    ],
)
def test_chambers_that_cannot_be_are_refused_at_their_place(change: str, word: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(f"format: 1\nkind: charter\nname: bad\nsponsor: CHN\nvoting:\n{change}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=word) as caught:
        load(path)
    assert caught.value.line == 6


@pytest.mark.parametrize(
    ("record", "size"), [("[all, -CHN]", 192), ("oecd", 38), ("[oecd, BRA, -USA]", 38), ("WAICO", 37)]
)
def test_a_record_is_a_roster_a_group_or_a_list(record: str, size: int, tmp_path: Path) -> None:
    path = tmp_path / "charter.yaml"
    path.write_text(f"format: 1\nkind: charter\nname: some\nsponsor: CHN\nrecord: {record}\n", encoding="utf-8")
    found = load(path)
    assert isinstance(found, Charter)
    assert int(seats_of(found.resolved).seated.sum()) == size


def test_a_total_that_is_asked_for_is_kept_to() -> None:
    table = power_of(seats_of(charter("intelsat")), 200)["ordinary"]
    assert "rounded to a total of 200" in table.method and "no index changes by more than" in table.method
    assert table.shapley_shubik.sum() == pytest.approx(1.0, abs=1e-6)


def test_the_page_of_charters_is_the_generated_one() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT.parent / "tools" / "make_charters.py"), "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
