"""Properties of every figure: what it says, that nothing covers anything, and that it leaves no trace."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.text import Text

from sim.errors import ChoiceError
from sim.plots import (
    differences,
    dues_and_allocations,
    power_against_share,
    trajectories,
    who_joins_when,
)
from sim.plots.style import StudyFigure, in_style, page, policy_style
from sim.plots.trajectories import headline_series
from sim.plots.wording import unit_of
from sim.results import Results

FUNCTIONS = (trajectories, differences, who_joins_when, dues_and_allocations, power_against_share)
Change = Callable[[Mapping[str, Any]], Results]


@pytest.fixture(params=FUNCTIONS, ids=lambda function: function.__name__)
def function(request: pytest.FixtureRequest) -> Callable[[Results], StudyFigure]:
    return request.param


@pytest.fixture(params=["many", "lone"])
def results(request: pytest.FixtureRequest) -> Results:
    return request.getfixturevalue(request.param)


def texts(figure: StudyFigure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text() and text.get_visible()]


def boxes(figure: StudyFigure, chosen: list[Any]) -> list[Any]:
    renderer = figure.canvas.get_renderer()
    return [each.get_window_extent(renderer) for each in chosen]


def test_one_function_draws_many_runs_and_one(function: Any, results: Results) -> None:
    figure = function(results)
    figure.draw_without_rendering()
    assert isinstance(figure, StudyFigure)
    assert figure.get_size_inches()[0] == 7.0


def test_the_caption_names_study_seed_size_and_assumed_rules(function: Any, results: Results) -> None:
    figure = function(results)
    said = " ".join(figure.caption.split())
    assert " ".join(texts(figure)).replace("\n", " ").count(f"seed {results.manifest['seed']}") == 1
    assert results.name in said
    assert f"n = {1 if len(results.policies) == 1 else ''}" in said
    assert " replicate" in said and " future" in said
    assert "ssumed charter rules" in said or "No charter rules in force" in said


def test_panels_bear_titles_and_units(many: Results) -> None:
    names = headline_series(many)
    panels = [axes for axes in trajectories(many).axes if axes.axison]
    assert [axes.get_ylabel() for axes in panels] == [unit_of(name) for name in names]
    assert all(axes.get_title(loc="left") for axes in panels)
    forest = [axes for axes in differences(many).axes if axes.axison]
    for axes in forest:
        unit, column = axes.get_xlabel().split("\n")
        assert unit.split(",")[0] == unit_of(column)


def test_neither_legend_nor_caption_nor_title_covers_a_panel(function: Any, results: Results) -> None:
    figure = function(results)
    figure.draw_without_rendering()
    panels = [axes.get_tightbbox(figure.canvas.get_renderer()) for axes in figure.axes if axes.axison]
    for outside in boxes(figure, [*figure.legends, *figure.texts]):
        for panel in panels:
            overlap = min(outside.y1, panel.y1) - max(outside.y0, panel.y0)
            assert overlap < 0.03 * figure.dpi, (outside, panel)


def test_everything_lies_on_the_page_and_is_large_enough(function: Any, results: Results) -> None:
    figure = function(results)
    figure.draw_without_rendering()
    inside = figure.bbox.padded(0.03 * figure.dpi)
    for box in boxes(figure, [*figure.legends, *figure.texts]):
        assert inside.x0 <= box.x0 and box.x1 <= inside.x1 and inside.y0 <= box.y0 and box.y1 <= inside.y1
    for axes in figure.axes:
        box = axes.get_tightbbox(figure.canvas.get_renderer())
        assert box is None or not axes.axison or (inside.x0 <= box.x0 and box.x1 <= inside.x1)
    assert min(text.get_fontsize() for text in figure.findobj(Text) if text.get_text()) >= 8.0


def test_names_of_rows_and_years_do_not_touch(many: Results) -> None:
    for make in FUNCTIONS:
        figure = make(many)
        figure.draw_without_rendering()
        for axes in figure.axes:
            for axis in (axes.xaxis, axes.yaxis):
                labels = [
                    each for each in axis.get_ticklabels() if each.get_text() and each.get_visible() and axes.axison
                ]
                side = "x" if axis is axes.xaxis else "y"
                spans = sorted(tuple(getattr(box, f"interval{side}")) for box in boxes(figure, labels) if box.width > 0)
                for (_, end), (start, _) in zip(spans, spans[1:], strict=False):
                    assert start > end - 0.02 * figure.dpi, (make.__name__, [each.get_text() for each in labels])


def test_policies_differ_by_colour_by_line_and_by_marker() -> None:
    looks = [policy_style(place) for place in range(6)]
    for part in ("colour", "dashes", "marker"):
        assert len({str(getattr(look, part)) for look in looks}) == 6
    assert len({str(policy_style(place)) for place in range(40)}) == 40


def test_a_policy_keeps_its_look_whatever_else_is_drawn(many: Results) -> None:
    def colours(figure: StudyFigure) -> dict[str, Any]:
        return {line.get_label(): line.get_color() for line in figure.axes[0].lines if line.get_label()[0] != "_"}

    every, some = colours(trajectories(many)), colours(trajectories(many, policies=["without"]))
    assert set(every) == {"as-signed", "commentary", "without"}
    assert some == {"without": every["without"]}


def test_lines_are_medians_and_bands_hold_their_share_of_runs(many: Results) -> None:
    figure = trajectories(many, ["gdp_gain"], ["as-signed"])
    line = next(line for line in figure.axes[0].lines if line.get_label() == "as-signed")
    frame = many.read("series", where={"policy": "as-signed"})
    for year, value in zip(*line.get_data(), strict=True):
        values = np.sort(frame.loc[frame["year"] == year, "gdp_gain"].to_numpy())
        assert (values[2] + values[3]) / 2 == pytest.approx(value)
    wide, narrow = (each.get_paths()[0].get_extents() for each in figure.axes[0].collections)
    assert wide.y0 <= narrow.y0 and narrow.y1 <= wide.y1
    assert wide.y1 <= frame["gdp_gain"].max()


def test_heavy_tails_are_quantiles_on_a_log_scale_and_zeros_survive(changed: Change) -> None:
    share = {
        "realised_loss": lambda frame: np.where(
            np.arange(len(frame)) % 3 == 0, 0.0, 10.0 ** (np.arange(len(frame)) % 9)
        )
    }
    results = changed(share)
    figure = trajectories(results, ["realised_loss"])
    figure.draw_without_rendering()
    assert figure.axes[0].get_yscale() == "log"
    assert "quantiles only" in figure.caption
    low, high = figure.axes[0].get_ylim()
    assert 0 < low < high <= 1e4 * low * 10
    titles = [axes.get_title(loc="left") for axes in differences(results, measures=["realised_loss.mean"]).axes]
    assert len(titles) == 2 and "median" in titles[0] and "95 %" in titles[1].replace("\n", " ")


@pytest.mark.parametrize("value", [np.nan, 0.0, 1e-9, 7.0])
def test_empty_and_constant_measures_are_drawn(changed: Change, value: float) -> None:
    results = changed({"safety": value, "realised_loss": value})
    for figure in (trajectories(results, ["safety", "realised_loss"]), differences(results, measures=["safety.end"])):
        figure.draw_without_rendering()
        if np.isnan(value):
            assert {"no values", "no pair"} & set(texts(figure))


def test_the_forest_shows_the_comparison_and_says_where_there_is_none(many: Results) -> None:
    figure = differences(many, measures=["gdp_gain.end", "waico.members.end"])
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["Commentary", "No WAICO"]
    assert "n = 6 pairs in 3 futures" in figure.caption
    assert "better →" in texts(figure) and "no such body" in texts(figure)
    own, base = (
        many.runs[many.runs["policy"] == name].sort_values(["future", "replicate"])["gdp_gain.end"].to_numpy()
        for name in ("commentary", "as-signed")
    )
    drawn = [line.get_xdata()[0] for line in figure.axes[0].lines if len(line.get_xdata()) == 1]
    assert any(np.isclose(value, (own - base).mean()) for value in drawn)
    other = differences(many, "without", ["waico.members.end"])
    assert "no value under the baseline" in texts(other)


def test_losses_are_better_when_smaller(many: Results) -> None:
    assert "← better" in texts(differences(many, measures=["expected_loss.mean"]))


def test_what_cannot_be_drawn_is_said(lone: Results, many: Results) -> None:
    assert "one policy" in differences(lone).reason
    for make in (who_joins_when, dues_and_allocations, power_against_share):
        assert "no policy of this study has a body" in make(lone).reason
    assert "has no body WAICO" in who_joins_when(many, "waico", "without").reason
    assert not trajectories(lone).reason


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda r: trajectories(r, ["wealth"]), "no measure 'wealth'"),
        (lambda r: trajectories(r, policies=["x"]), "no policy 'x'"),
        (lambda r: differences(r, "x"), "no policy 'x'"),
        (lambda r: who_joins_when(r, "nato"), "no body 'nato'"),
        (lambda r: dues_and_allocations(r, "nato"), "no body 'nato'"),
        (lambda r: power_against_share(r, index="luck"), "no index 'luck'"),
    ],
)
def test_unknown_names_are_refused_with_the_known_ones(many: Results, call: Any, words: str) -> None:
    with pytest.raises(ChoiceError, match=words):
        call(many)


def test_the_readers_settings_are_neither_used_nor_changed(many: Results) -> None:
    with matplotlib.rc_context({"font.size": 31.0, "axes.facecolor": "black", "figure.dpi": 33}):
        before = dict(matplotlib.rcParams)
        figure = trajectories(many, ["gdp_gain"])
        figure.draw_without_rendering()
        assert dict(matplotlib.rcParams) == before
        assert max(text.get_fontsize() for text in figure.findobj(Text)) < 12
        assert figure.axes[0].get_facecolor() == (1.0, 1.0, 1.0, 1.0)


def test_a_notebook_shows_a_figure_without_pyplot(lone: Results) -> None:
    assert trajectories(lone, ["gdp_gain"])._repr_png_().startswith(b"\x89PNG")
    code = "import sys, sim.plots; print('matplotlib.pyplot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_long_legend_stays_on_the_page() -> None:
    for count in range(1, 15):
        for letters in (4, 17, 34):
            entries = [(matplotlib.lines.Line2D([], []), "m" * (letters // 2) + "i" * (letters - letters // 2))] * count
            with in_style():
                figure = page("Title", "Caption", 1.0, legend=entries)
            figure.draw_without_rendering()
            (box,) = boxes(figure, figure.legends)
            assert box.x1 <= figure.bbox.x1 and box.y0 > figure.dpi * 1.0, (count, letters)


def test_one_measure_may_be_named_without_a_list(many: Results) -> None:
    for function in (trajectories, differences):
        one, listed = (function(many, measures=given) for given in ("safety", ["safety"]))
        assert [axes.get_title() for axes in one.axes] == [axes.get_title() for axes in listed.axes]
