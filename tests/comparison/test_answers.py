"""Groups, convergence and tables for a paper."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import sim
from sim.comparison import (
    by_bloc,
    by_group,
    compare,
    convergence,
    convergence_table,
    figures,
    paper_table,
    read_grids,
    rendered,
)
from sim.comparison.convergence import components, needed
from sim.comparison.groups import part_of
from sim.errors import ChoiceError, StoreError
from sim.population import load_nations
from tests.comparison.tables import table


def noise(between: float, within: float, futures: int, replicates: int, seed: int = 0) -> np.ndarray:
    draw = np.random.default_rng(seed)
    return draw.normal(0.0, between, (futures, 1)) + draw.normal(0.0, within, (futures, replicates))


def pair(difference: np.ndarray) -> sim.Results:
    return table({"odd.end": np.stack([np.zeros(difference.shape), difference])})


def test_components_of_a_balanced_table_are_the_textbooks() -> None:
    values = noise(2.0, 1.0, 7, 4)
    means = values.mean(axis=1)
    within = values.var(axis=1, ddof=1).mean()
    assert components(values) == (pytest.approx(means.var(ddof=1) - within / 4), pytest.approx(within))


def test_components_are_near_the_truth_where_replicates_are_missing() -> None:
    values = noise(3.0, 1.0, 4000, 3, 1)
    values[np.random.default_rng(2).random(values.shape) < 0.3] = np.nan
    between, within = components(values)
    assert (between, within) == (pytest.approx(9.0, rel=0.08), pytest.approx(1.0, rel=0.08))


@given(st.floats(1e-3, 1e3), st.floats(0.02, 0.8), st.sampled_from([0.8, 0.95]))
def test_needed_is_the_fewest_that_suffices(variance: float, share: float, level: float) -> None:
    width = share * variance**0.5
    count = needed(variance, width, level)
    half = [stats.t.ppf(0.5 + level / 2, n - 1) * (variance / n) ** 0.5 for n in (count, max(count - 1, 2))]
    assert half[0] <= width * (1 + 1e-9) and (count == 2 or half[1] > width * (1 - 1e-9))


def test_what_convergence_promises_a_larger_study_keeps() -> None:
    """Twice: the plan from 12 futures, and the width that as many futures as it asks for have."""
    first = convergence(pair(noise(1.0, 2.0, 12, 4, 3)), 0.5, measures="odd.end").iloc[0]
    wanted, more = first["wanted"], int(first["futures_needed"])
    widths = [
        convergence(pair(noise(1.0, 2.0, more, 4, 100 + seed)), 0.5, measures="odd.end").iloc[0]["half_width"]
        for seed in range(20)
    ]
    assert np.median(widths) == pytest.approx(wanted, rel=0.4)


def test_replicates_help_with_luck_and_never_with_futures_that_differ() -> None:
    luck = convergence(pair(noise(0.0, 2.0, 40, 3, 5)), 0.8, measures="odd.end").iloc[0]
    assert luck["replicates_needed"] > 3
    worlds = convergence(pair(noise(2.0, 0.01, 40, 3, 5)), 0.8, measures="odd.end").iloc[0]
    assert np.isnan(worlds["replicates_needed"]) and "add futures" in worlds["note"]
    enough = convergence(pair(noise(2.0, 0.01, 40, 3, 5)), 9.0, measures="odd.end", absolute=True).iloc[0]
    assert (enough["futures_needed"], enough["note"]) == (40, "as sure as wanted")


def test_convergence_of_the_smallest_study_says_why_not() -> None:
    one = convergence(pair(np.ones((1, 1))), measures="odd.end").iloc[0]
    assert "no interval" in one["note"]
    few = convergence(pair(noise(1.0, 1.0, 2, 6)), measures="odd.end").iloc[0]
    assert few["replicates_needed"] > 6 and "these futures alone" in few["note"]
    with pytest.raises(ChoiceError, match="width"):
        convergence(pair(np.ones((1, 1))), 0.0)


def test_parts_of_columns_name_body_group_and_kind() -> None:
    assert part_of("waico.dues.high_income.mean", ["waico"])[:3] == ("waico", "dues", "high_income")
    assert part_of("waico.inside.brics", ["waico"]).grouping == "bloc"
    assert part_of("waico.gdp_share.parties", ["waico"]).grouping == "parties"
    assert part_of("capability_lag_low_income.end") == ("", "capability_lag", "low_income", "income group")
    assert part_of("waico.members.end", ["waico"]) == ("waico", "members", "", "")


def test_effects_by_group_are_those_of_their_columns() -> None:
    values = np.random.default_rng(4).normal(size=(2, 6, 2))
    results = table({"gdp_gain_low_income.end": values, "club.dues.high_income.mean": values, "odd.end": values},
                    bodies=["club"])  # fmt: skip
    found = by_group(results)
    assert found[["body", "grouping", "group"]].to_numpy().tolist() == [
        ["", "income group", "low_income"], ["club", "income group", "high_income"],
    ]  # fmt: skip
    assert found["difference"].iloc[0] == compare(results, measures="gdp_gain_low_income.end")["difference"].iloc[0]
    with pytest.raises(ChoiceError, match="dues by income group"):
        by_group(results, measures="members")


def test_a_bloc_is_compared_in_the_last_year(kept: sim.Results) -> None:
    """Second way: the table of nations by hand, for one bloc."""
    found = by_bloc(kept, "ai_use", ["oecd"])
    assert found["measure"].tolist() == ["ai_use.oecd"] * 2
    frame = kept.read("nations", ["run_id", "year", "iso3", "population", "ai_use"])
    nations = load_nations()
    inside = set(nations.iso3[nations.groups["oecd"]])
    frame = frame[(frame["year"] == frame["year"].max()) & frame["iso3"].isin(inside)]
    mean = (frame["ai_use"] * frame["population"]).groupby(frame["run_id"]).sum() / frame.groupby("run_id")[
        "population"
    ].sum()
    runs = kept.runs.set_index(["policy", "future", "replicate"])["run_id"].map(mean)
    assert found["difference"].iloc[0] == pytest.approx((runs["commentary"] - runs["as-signed"]).mean())
    states = by_bloc(kept, "waico.status", ["brics"])
    assert states["baseline_value"].iloc[0] <= 1.0
    with pytest.raises(ChoiceError, match="no bloc 'nato2'"):
        by_bloc(kept, "ai_use", ["nato2"])


def test_blocs_need_the_table_of_nations() -> None:
    with pytest.raises(StoreError, match="nations: true"):
        by_bloc(made()[0], "ai_use")


def test_a_grid_holds_every_cell_once_whatever_the_shards(kept: sim.Results) -> None:
    (grid,) = read_grids(kept, ["gdp_gain.end"])
    assert grid.values.shape == (3, 3, 2) and grid.asked.all()
    runs = kept.runs.set_index(["policy", "future", "replicate"])["gdp_gain.end"]
    for place, policy in enumerate(grid.policies):
        assert grid.values[place].ravel().tolist() == runs[policy].sort_index().tolist()


TITLES = {"base": "As signed", "other": "50 % & more_votes"}


def made() -> tuple[sim.Results, object]:
    values = np.random.default_rng(5).normal(size=(2, 8, 2))
    values[1] += 3.0
    results = table({"gdp_gain.end": values, "odd.end": values}, titles=TITLES)
    return results, paper_table(results, compare(results, measures=["gdp_gain.end", "odd.end"]), "base")


def test_every_format_holds_every_cell() -> None:
    _, sheet = made()
    assert sheet.heads == ("Measure", "Unit", "As signed", "50 % & more_votes")
    rows = list(csv.reader(io.StringIO(rendered(sheet, "csv"))))
    assert rows == [list(sheet.heads), *map(list, sheet.rows)]
    page = ElementTree.fromstring(rendered(sheet, "html"))
    assert [cell.text or "" for cell in page.iter("td")][:-1] == [cell for row in sheet.rows for cell in row]
    latex = rendered(sheet, "latex")
    assert r"50 \% \& more\_votes" in latex and latex.count(r"\\") == 3
    assert latex.count("{") == latex.count("}")
    assert rendered(sheet, "markdown").count("\n|") == 4
    with pytest.raises(ChoiceError, match="expected one of: csv"):
        rendered(sheet, "pdf")


def test_stars_are_the_intervals_and_the_notes_name_the_correction() -> None:
    _, sheet = made()
    assert all("** [" in row[3] for row in sheet.rows)
    notes = " ".join(sheet.notes)
    assert "holm, 2 comparisons" in notes and "futures (replicates averaged), n = 8" in notes and "95 %" in notes


def test_figures_never_lose_a_sign_or_a_size() -> None:
    assert [figures(value, signed=True) for value in (0.5, -0.5, 0.0)] == ["+0.5", "−0.5", "0"]
    assert figures(123456.0) == "123,000" and figures(1.23e-7) == "1.23e−07"


def test_a_plan_for_more_runs_is_a_table(kept: sim.Results) -> None:
    sheet = convergence_table(kept, convergence(kept))
    assert {row[0] for row in sheet.rows} == {"Commentary", "No WAICO"}
    assert all(len(row) == len(sheet.heads) for row in sheet.rows)
