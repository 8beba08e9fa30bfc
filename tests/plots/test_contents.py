"""What figures of bodies show: members, money and votes, each against a second way to the same number."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
from matplotlib.text import Text

import sim
from sim.errors import StoreError
from sim.plots import dues_and_allocations, power_against_share, who_joins_when, write_all
from sim.plots.money import _account
from sim.plots.nations import insiders
from sim.plots.votes import voting_power
from sim.results import Results
from sim.study.again import ensemble_of


def test_shares_inside_add_up_to_the_measure(kept: Results) -> None:
    found = insiders(kept, "waico", "commentary")
    series = kept.read("series", ["year", "waico.inside"], {"policy": "commentary"})
    expected = series.groupby("year")["waico.inside"].mean()
    assert found.runs == 6
    np.testing.assert_allclose(found.shares.sum(axis=0).to_numpy(), expected.to_numpy())


def test_runs_done_again_give_the_table_that_was_not_kept(many: Results, kept: Results) -> None:
    again, table = insiders(many, "waico", "commentary"), insiders(kept, "waico", "commentary")
    assert "done again" in again.source
    assert again.shares.equals(table.shares)


def test_every_nation_stands_in_one_strip(kept: Results) -> None:
    figure = who_joins_when(kept, "waico", "commentary")
    titles = [axes.get_title(loc="left") for axes in figure.axes if axes.get_title(loc="left")]
    assert sum(int(title.split("(")[1].rstrip(")")) for title in titles) == 40
    found = insiders(kept, "waico", "commentary").shares
    bold = {
        label.get_text() for axes in figure.axes for label in axes.get_yticklabels() if label.get_fontweight() == "bold"
    }
    assert bold == set(found.index[found.iloc[:, 0] == 1.0])


def test_an_account_balances(many: Results) -> None:
    for body, policy in (("waico", "as-signed"), ("waico", "commentary"), ("gpai", "without")):
        account = _account(many, body, policy)
        paid, got = (sum(row[side] for row in account.values()) for side in (0, 1))
        assert paid == pytest.approx(got)
        runs = many.read("runs", where={"policy": policy})
        years = many.read("series", ["year"])["year"].nunique() - 1
        into, out = account["Reserve"][0], account["Reserve"][1]
        first = many.read("series", ["year", f"{body}.reserve"], {"policy": policy}).groupby("year").mean().iloc[0, 0]
        assert (out - into) * years == pytest.approx(runs[f"{body}.reserve.end"].mean() - first)


def test_policies_without_the_body_are_named_not_drawn(many: Results) -> None:
    for make in (dues_and_allocations, power_against_share):
        figure = make(many, "waico")
        titles = {axes.get_title(loc="left").split(" (")[0] for axes in figure.axes if axes.axison}
        assert titles == {"As signed", "Commentary"}
        assert "No WAICO" in figure.caption


def test_equal_votes_give_equal_power(many: Results) -> None:
    spec = ensemble_of(many.manifest).row(0, "any").spec
    found = voting_power(spec, "waico")
    assert not found.firm.any() and found.host.sum() == 1
    np.testing.assert_allclose(found.nominal, 1 / len(found.members))
    np.testing.assert_allclose(found.banzhaf, found.nominal)


def test_power_is_that_of_the_votes(many: Results) -> None:
    """The game of the charter is one weight against a simple majority: the indices of that game are its own."""
    ensemble = ensemble_of(many.manifest)
    spec = ensemble.row(6, "any").spec
    assert spec.policy == "commentary"
    found = voting_power(spec, "waico")
    assert found.nominal.sum() == pytest.approx(1.0)
    assert found.banzhaf.sum() == pytest.approx(1.0) and found.shapley_shubik.sum() == pytest.approx(1.0)
    votes = np.rint(found.nominal * 100_000).astype(int).tolist()
    second = sim.power.banzhaf(votes, sum(votes) // 2 + 1)
    np.testing.assert_allclose(found.banzhaf, second, atol=2e-3)
    order = np.argsort(found.nominal, kind="stable")
    assert (np.diff(found.banzhaf[order]) >= -1e-12).all()


def test_all_figures_are_written_the_same_twice(many: Results, tmp_path: Path) -> None:
    first, second = (write_all(many, tmp_path / name) for name in ("a", "b"))
    assert [path.name for path in first.files] == [path.name for path in second.files]
    assert {path.suffix for path in first.files} == {".png", ".svg"}
    names = {path.stem for path in first.files}
    assert {"trajectories", "differences", "trajectories-waico", "who-joins-waico-as-signed"} <= names
    assert {"dues-and-allocations-waico", "power-waico", "power-shapley-waico"} <= names
    for one, other in zip(first.files, second.files, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
        assert b"<dc:date>" not in one.read_bytes()
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == sorted(path.name for path in first.files)


def test_what_is_not_written_has_a_reason(lone: Results, tmp_path: Path) -> None:
    written = write_all(lone, tmp_path / "plots")
    assert {path.stem for path in written.files} == {"trajectories"}
    assert "one policy" in written.skipped["differences"]


def test_a_study_of_another_version_is_said_not_drawn(many: Results) -> None:
    """A folder written before a rule of the world or of a charter could be chosen: a page that says so."""
    said = r"another version, which did not know '(world.regimes|bodies.waico.chips)'"
    for place in ("world", "waico"):
        scenarios = {name: copy.deepcopy(each) for name, each in many.manifest["scenarios"].items()}
        for each in scenarios.values():
            each["world"].pop("regimes") if place == "world" else each["bodies"].get("waico", {}).pop("chips", None)
        old = Results({**many.manifest, "scenarios": scenarios}, many.path, {})
        with pytest.raises(StoreError, match=said):
            ensemble_of(old.manifest)
        words = [text.get_text() for text in power_against_share(old, "waico").findobj(Text)]
        assert any("another version" in " ".join(each.split()) for each in words)
