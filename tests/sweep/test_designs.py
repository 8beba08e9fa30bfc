"""Designs and distributions: what must hold of any of them, checked against closed forms."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.errors import ChoiceError
from sim.study.designs import lay_out
from sim.study.distributions import values

UNIT = np.linspace(0.0, 1.0, 20_001)
FORMS = {
    "uniform": ({"uniform": [2.0, 5.0]}, stats.uniform(2.0, 3.0)),
    "loguniform": ({"loguniform": [0.1, 10.0]}, stats.loguniform(0.1, 10.0)),
    "triangular": ({"triangular": [1.0, 2.0, 5.0]}, stats.triang(0.25, 1.0, 4.0)),
    "normal": ({"normal": [3.0, 0.5], "bounds": [2.0, 3.5]}, stats.truncnorm(-2.0, 1.0, 3.0, 0.5)),
}
TWO = {"a.x": {"uniform": [0.0, 1.0]}, "b.y": {"loguniform": [1.0, 100.0]}}


def design(kind: str, count: int | None = None, seed: int = 1) -> dict[str, object]:
    return {"design": kind, "count": count, "seed": seed, "rows": None}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_the_inverse_of_the_published_distribution_function(name: str) -> None:
    form, published = FORMS[name]
    inner = UNIT[1:-1]
    np.testing.assert_allclose(published.cdf(values(form, inner)), inner, atol=1e-9)


@given(st.floats(-10, 10), st.floats(0.01, 10), st.floats(0, 1))
def test_values_stay_within_their_ends(low: float, width: float, unit: float) -> None:
    for form, ends in (
        ({"uniform": [low, low + width]}, (low, low + width)),
        ({"loguniform": [width, 2 * width]}, (width, 2 * width)),
        ({"triangular": [low, low, low + width]}, (low, low + width)),
        ({"normal": [low, width]}, (low - 4 * width, low + 4 * width)),
    ):
        (value,) = values(form, np.array([unit]))
        assert ends[0] <= value <= ends[1]


def test_integers_and_choices_are_equally_likely_and_keep_their_type() -> None:
    middle = (np.arange(6000) + 0.5) / 6000
    numbers = values({"integer": [3, 8]}, middle)
    assert all(type(each) is int for each in numbers)
    assert {each: numbers.count(each) for each in set(numbers)} == dict.fromkeys(range(3, 9), 1000)
    chosen = values({"choice": ["abs", True, 2]}, middle)
    assert [chosen.count("abs"), chosen.count(True), chosen.count(2)] == [2000, 2000, 2000]


@pytest.mark.parametrize("count", [1, 2, 7, 64])
def test_a_latin_hypercube_has_one_point_in_each_slice_of_each_axis(count: int) -> None:
    unit = np.array(lay_out(design("latin_hypercube", count), TWO).unit)
    for axis in range(2):
        assert sorted(np.floor(unit[:, axis] * count).astype(int)) == list(range(count))


def test_another_uncertainty_moves_no_column_of_a_latin_hypercube() -> None:
    small = lay_out(design("latin_hypercube", 16), TWO)
    large = lay_out(design("latin_hypercube", 16), {"c.z": {"integer": [1, 9]}, **TWO})
    assert [row[1:] for row in large.values] == list(small.values)


def test_another_seed_moves_every_column() -> None:
    first, second = (np.array(lay_out(design("latin_hypercube", 16, seed), TWO).unit) for seed in (1, 2))
    assert not np.isclose(first, second).all(axis=0).any()


def test_sobol_is_rounded_up_and_says_so_and_a_longer_one_begins_with_the_shorter() -> None:
    rounded, exact = lay_out(design("sobol", 100), TWO), lay_out(design("sobol", 32), TWO)
    assert len(rounded.numbers) == 128
    assert "128" in rounded.notes[0]
    assert len(exact.numbers) == 32
    assert not exact.notes
    assert rounded.values[:32] == exact.values


def test_sobol_fills_every_dyadic_cell_of_the_plane_up_to_its_shift() -> None:
    """A (0, 6, 2)-net before the shift: each cell of area 1/64 holds one of the 64 points."""
    unit = np.array(lay_out(design("sobol", 64), TWO).unit)
    origin = unit - unit[0]
    shifted = np.round(origin % 1.0 * 64) % 64
    for a in range(7):
        cells = (shifted[:, 0] // 2 ** (6 - a), shifted[:, 1] // 2**a)
        assert len(set(zip(*cells, strict=True))) == 64


def test_morris_moves_one_path_at_a_time_by_two_thirds() -> None:
    found = lay_out(design("morris", 12), {**TWO, "c.z": {"uniform": [0.0, 1.0]}})
    unit = np.array(found.unit).reshape(-1, 4, 3)
    assert len(unit) == 3
    steps = np.abs(np.diff(unit, axis=1))
    assert ((steps > 0).sum(axis=-1) == 1).all()
    np.testing.assert_allclose(steps.max(axis=-1), 2 / 3)
    assert ((steps > 0).sum(axis=1) == 1).all()


def test_saltelli_blocks_swap_one_path_at_a_time_and_share_their_luck() -> None:
    found = lay_out(design("saltelli", 20), {**TWO, "c.z": {"uniform": [0.0, 1.0]}})
    blocks = np.array(found.unit).reshape(-1, 5, 3)
    assert len(blocks) == 4 and found.notes == ()
    for a, *swapped, b in blocks:
        assert (a != b).all()
        for place, row in enumerate(swapped):
            assert row[place] == b[place] and (np.delete(row, place) == np.delete(a, place)).all()
    assert [found.luck_of(place) for place in range(20)] == [place // 5 for place in range(20)]
    assert "8 blocks" in lay_out(design("saltelli", 21), {**TWO, "c.z": {"uniform": [0.0, 1.0]}}).notes[0]


def test_rows_of_a_trajectory_share_their_luck_and_other_designs_do_not() -> None:
    assert [lay_out(design("morris", 6), TWO).luck_of(place) for place in range(6)] == [0, 0, 0, 1, 1, 1]
    assert [lay_out(design("sobol", 4), TWO).luck_of(place) for place in range(4)] == [0, 1, 2, 3]


def test_one_at_a_time_leaves_all_others_at_the_median() -> None:
    forms = {**TWO, "rule": {"choice": ["a", "b", "c"]}}
    found = lay_out(design("one_at_a_time"), forms)
    middle = found.values[0]
    assert middle[:2] == (0.5, pytest.approx(10.0))
    assert len(found.values) == 1 + 2 + 2 + 1 or len(found.values) == 1 + 2 + 2 + 2
    for row in found.values[1:]:
        assert sum(one != other for one, other in zip(row, middle, strict=True)) == 1


def test_a_grid_is_the_product_of_its_axes() -> None:
    found = lay_out(design("grid", 4), {"a": {"uniform": [0.0, 3.0]}, "b": {"choice": ["x", "y"]}})
    assert set(found.values) == {(float(a), b) for a in range(4) for b in "xy"}
    assert len(found.values) == 8


def test_a_list_is_taken_as_it_is_and_keeps_its_numbers() -> None:
    rows = [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}, {"a": 3, "b": "z"}]
    listed = {"design": "list", "count": 3, "seed": 1, "rows": rows}
    assert lay_out(listed, {}).values == ((1, "x"), (2, "y"), (3, "z"))
    assert lay_out(listed, {}, 2).numbers == (0, 1)
    assert not lay_out(listed, {}).notes
    assert lay_out(listed, {}, 2).notes == ("list: 2 of 3 futures, the first, for a first look",)
    assert lay_out(listed, {}, 9).notes == ("list: 9 futures were asked for, there are 3: all of them are run",)


def test_a_first_look_at_a_grid_is_spread_over_it() -> None:
    found = lay_out(design("grid", 11), {"a": {"uniform": [0.0, 10.0]}}, 3)
    assert found.values == ((0.0,), (5.0,), (10.0,))
    assert found.numbers == (0, 5, 10)
    assert found.notes == ("grid: 3 of 11 futures, evenly spaced, for a first look",)
    assert lay_out(design("one_at_a_time"), TWO, 9).notes


def test_the_table_of_a_design_can_be_read_back_to_the_bit() -> None:
    found = lay_out(design("latin_hypercube", 9), TWO)
    rows = list(csv.DictReader(io.StringIO(found.as_csv())))
    assert [tuple(float(row[path]) for path in TWO) for row in rows] == list(found.values)


def test_what_cannot_be_laid_out_says_what_to_write() -> None:
    with pytest.raises(ChoiceError, match="write count"):
        lay_out(design("latin_hypercube"), TWO)
    with pytest.raises(ChoiceError, match="varies nothing"):
        lay_out(design("grid", 3), {})
    wide = {str(place): {"uniform": [0.0, 1.0]} for place in range(20)}
    with pytest.raises(ChoiceError, match="latin_hypercube"):
        lay_out(design("grid", 10), wide)


def test_a_sample_mean_converges_as_the_distribution_says() -> None:
    """Quasi-random points: the mean of a loguniform is (b - a)/ln(b/a), met to 1e-3 by 4096 points."""
    column = [row[1] for row in lay_out(design("sobol", 4096), TWO).values]
    assert np.mean(column) == pytest.approx(99.0 / math.log(100.0), rel=1e-3)
