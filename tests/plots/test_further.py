"""The figures beyond the standard set: every one on a small study and on one run, and what they show."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.text import Text

from sim.errors import ChoiceError
from sim.plots import (
    by_groups,
    coalition_overlap,
    divide_fan,
    gridlock_interval,
    gridlock_over_time,
    membership_map,
    membership_strip,
    progressivity,
    regret_map,
    run_beside_ensemble,
    satisficing_bars,
    tradeoffs,
    votes_success,
    voting_network,
    write_all,
)
from sim.plots.assembly import votes_of
from sim.plots.nations import insiders, panel
from sim.plots.network import Agreement, agreement_of, places_of
from sim.plots.overlap import combinations_of
from sim.plots.progressivity import concentration
from sim.plots.style import StudyFigure
from sim.results import Results

CRITERIA = ["gdp_gain.end >= 0.5", "safety.end", "expected_loss.mean <= 50; weight 2"]
FIGURES: dict[str, Callable[[Results], StudyFigure]] = {
    "beside": run_beside_ensemble,
    "trade-offs": partial(tradeoffs, criteria=CRITERIA),
    "regret": partial(regret_map, criteria=CRITERIA),
    "thresholds": partial(satisficing_bars, criteria=CRITERIA),
    "divide": divide_fan,
    "overlap": coalition_overlap,
    "world by income": by_groups,
    "by tier": partial(by_groups, body="waico", grouping="tier"),
    "by bloc": partial(by_groups, body="waico", grouping="bloc"),
    "gridlock": gridlock_over_time,
    "gridlock interval": gridlock_interval,
    "votes": votes_success,
    "network": voting_network,
    "map": membership_map,
    "strip": membership_strip,
    "progressivity": progressivity,
}
WITHOUT_BODIES = {"overlap", "by tier", "by bloc", "gridlock", "gridlock interval", "votes", "network", "map", "strip",
                  "progressivity"}  # fmt: skip
OF_SEVERAL = {"trade-offs", "regret"}


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("which", ["kept", "lone"])
def test_a_figure_is_labelled_and_nothing_covers_anything(
    name: str, which: str, request: pytest.FixtureRequest
) -> None:
    results = request.getfixturevalue(which)
    figure = FIGURES[name](results)
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    assert bool(figure.reason) == (which == "lone" and name in WITHOUT_BODIES | OF_SEVERAL), figure.reason
    assert f"seed {results.manifest['seed']}" in figure.caption and results.name in figure.caption
    page = figure.bbox.padded(0.03 * figure.dpi)
    outside = [each.get_window_extent(renderer) for each in (*figure.legends, *figure.texts)]
    for box in outside:
        assert page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1
    panels = [axes for axes in figure.axes if axes.axison]
    for axes in panels:
        box = axes.get_tightbbox(renderer)
        assert page.x0 <= box.x0 and box.x1 <= page.x1, (name, box)
        assert all(min(each.y1, box.y1) - max(each.y0, box.y0) < 0.03 * figure.dpi for each in outside)
    shown = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    assert min(text.get_fontsize() for text in shown) >= 8.0
    if not figure.reason:
        titled = [bool(axes.get_title(loc="left") or (axes.get_xlabel() and axes.get_ylabel())) for axes in panels]
        columns = [axes.get_subplotspec().get_topmost_subplotspec().rowspan.start if axes.get_subplotspec() else 1
                   for axes in panels]  # fmt: skip
        assert all(said for said, row in zip(titled, columns, strict=True) if row == 0), name
        assert any(axes.get_xlabel() for axes in panels)
    for axes in panels:
        for axis, side in ((axes.xaxis, "x"), (axes.yaxis, "y")):
            labels = [each.get_window_extent(renderer) for each in axis.get_ticklabels()
                      if each.get_text() and each.get_visible()]  # fmt: skip
            ends = sorted((getattr(box, f"{side}0"), getattr(box, f"{side}1")) for box in labels)
            assert all(one[1] <= two[0] + 0.02 * figure.dpi for one, two in zip(ends, ends[1:], strict=False)), name


@pytest.mark.parametrize("name", ["world by income", "by tier", "by bloc"])
def test_panels_that_share_a_scale_show_all_they_hold(name: str, kept: Results) -> None:
    """A group whose number never moves must not push the others out of sight."""
    drawn = 0
    for axes in FIGURES[name](kept).axes:
        low, high = axes.get_ylim()
        for line in axes.lines:
            values = np.asarray(line.get_ydata(), dtype=float)
            assert (low <= values).all() and (values <= high).all(), axes.get_title(loc="left")
            drawn += 1
    assert drawn


def test_all_of_them_are_written_on_request_and_every_gap_has_a_reason(lone: Results, tmp_path: Path) -> None:
    written = write_all(lone, tmp_path, every=True)
    assert {path.stem for path in written.files} == {
        "trajectories", "run-beside-ensemble", "divide-fan", "groups-income-group",
    }  # fmt: skip
    assert "No threshold is stated" in written.skipped["thresholds"]
    assert "one policy" in written.skipped["regret"] and "two to" in written.skipped["coalition-overlap"]


def test_overlap_adds_up_to_the_members_of_each_body(kept: Results) -> None:
    found = panel(kept, "commentary", ["waico.status", "gpai.status"]).nations
    last = found["year"].max()
    sets = combinations_of(found, ["waico", "gpai"], last)
    assert set(sets) == {("waico",), ("gpai",), ("waico", "gpai")}
    for body in ("waico", "gpai"):
        total = sum(values for name, values in sets.items() if body in name)
        runs = kept.read("runs", ["run_id", f"{body}.inside.end"], {"policy": "commentary"}).sort_values("run_id")
        assert total.tolist() == runs[f"{body}.inside.end"].tolist()


def test_concentration_is_lorenz_for_income_and_the_diagonal_for_equal_shares() -> None:
    income, people = np.array([1.0, 6.0, 3.0]), np.array([1.0, 2.0, 1.0])
    curve = concentration(income, income, people, np.array([0.0, 0.25, 0.75, 1.0]))
    assert curve == pytest.approx([0.0, 0.1, 0.7, 1.0])
    assert concentration(people, income, people) == pytest.approx(np.linspace(0.0, 1.0, 101))
    assert np.isnan(concentration(np.zeros(3), income, people)).all()


def test_twice_the_area_between_the_curves_is_the_recorded_kakwani_index(kept: Results) -> None:
    """Second implementation: the measure `dues_kakwani` from the run, the curve from the table of nations."""
    found = panel(kept, "commentary", ["gdp", "population", "waico.status", "waico.dues"]).nations
    last = found[found["year"] == found["year"].max()]
    recorded = kept.read("runs", ["run_id", "waico.dues_kakwani.end"], {"policy": "commentary"}).set_index("run_id")
    fine = np.linspace(0.0, 1.0, 20001)
    for run, own in last.groupby("run_id"):
        own = own[own["waico.status"] == 4]
        income, people, dues = (own[name].to_numpy() for name in ("gdp", "population", "waico.dues"))
        gap = concentration(income, income, people, fine) - concentration(dues, income, people, fine)
        assert 2.0 * np.trapezoid(gap, fine) == pytest.approx(recorded.loc[run].iloc[0], abs=1e-6)


def test_votes_are_those_the_measure_counts(many: Results) -> None:
    found = panel(many, "commentary", [], events=True)
    votes = votes_of(found.events, "waico")
    rate = votes.groupby(["run_id", "year"])["passed"].mean()
    series = many.read("series", ["run_id", "year", "waico.passage_rate"], {"policy": "commentary"})
    known = series.dropna().set_index(["run_id", "year"])["waico.passage_rate"]
    assert len(rate) and rate.astype(float).sort_index().tolist() == pytest.approx(known.sort_index().tolist())


def test_the_map_has_a_disc_for_every_nation_with_a_place(kept: Results) -> None:
    figure = membership_map(kept, policies="commentary")
    (disc,) = [each for each in figure.axes[0].collections if len(each.get_offsets()) > 5]
    assert len(disc.get_offsets()) == len(insiders(kept, "waico", "commentary").shares)
    assert np.abs(disc.get_offsets().data[:, 0]).max() <= 180.0


def test_the_best_policy_of_a_future_is_white(many: Results) -> None:
    figure = regret_map(many, ["safety.end"])
    values = figure.axes[1].collections[0].get_array()
    assert (np.asarray(values).min(axis=0) == 0.0).all()


def test_the_front_is_filled_and_the_rest_hollow(many: Results) -> None:
    figure = tradeoffs(many, ["gdp_gain.end", "safety.end"])
    faces = [line.get_markerfacecolor() for line in figure.axes[0].lines if line.get_marker() not in ("None", "", None)]
    assert len(faces) == 3 and any(face != "white" for face in faces)


def test_a_run_is_named_and_an_unknown_one_refused(many: Results) -> None:
    run = many.runs["run_id"].iloc[3]
    figure = run_beside_ensemble(many, run, ["safety"])
    line: Any = figure.axes[0].lines[-1]
    assert line.get_ydata().tolist() == many.read("series", ["safety"], {"run_id": run})["safety"].tolist()
    with pytest.raises(ChoiceError, match="no run 'x'"):
        run_beside_ensemble(many, "x")


def test_agreement_is_what_the_ballots_say(kept: Results) -> None:
    """Counted a second time, pair by pair, from the table of ballots of the same runs."""
    runs = panel(kept, "commentary", [], events=True)
    found = agreement_of(runs.events, "waico")
    sides: dict[str, dict[int, bool]] = {}
    own = runs.events[(runs.events["kind"] == "vote") & (runs.events["body"] == "waico")]
    for number, text in enumerate(own["details"]):
        told = json.loads(text)
        for side in ("in_favour", "against"):
            for name in told[side].split():
                sides.setdefault(name, {})[number] = side == "in_favour"
    assert found.votes == len(own)
    for one, first in enumerate(found.members):
        for other, second in enumerate(found.members):
            common = sides[first].keys() & sides[second].keys()
            assert found.met[one, other] == len(common)
            if len(common) >= 5:
                same = sum(sides[first][each] == sides[second][each] for each in common)
                assert found.share[one, other] == pytest.approx(same / len(common))


def test_places_keep_distances_where_two_axes_suffice() -> None:
    """Three members who disagree by sides of a right angle: classical scaling gives the lengths back."""
    apart = np.array([[0.0, 0.09, 0.16], [0.09, 0.0, 0.25], [0.16, 0.25, 0.0]])
    places, shown = places_of(Agreement(("A", "B", "C"), 1.0 - apart, np.full((3, 3), 50.0), 50, 0))
    assert shown == pytest.approx(1.0)
    for one in range(3):
        for other in range(3):
            assert np.sum((places[one] - places[other]) ** 2) == pytest.approx(apart[one, other])


def test_two_camps_are_joined_within_and_not_across() -> None:
    camps = np.array([0, 0, 0, 1, 1, 1])
    share = np.where(camps[:, None] == camps, 0.9, 0.1)
    found = Agreement(tuple("ABCDEF"), share, np.full((6, 6), 40.0), 40, 0)
    pairs = found.clear()
    assert len(pairs) == 6 and all(camps[one] == camps[other] for one, other in pairs)
    places, _ = places_of(found)
    assert len({bool(each > 0) for each in places[:3, 0]}) == 1 and places[0, 0] * places[5, 0] < 0
