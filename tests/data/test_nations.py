"""The nations: totals, fills and flags, readiness, compute, partners, samples, synthetic worlds."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.data import read_table
from sim.errors import ChoiceError
from sim.population import (
    COMPUTE_RULES,
    fill,
    load_nations,
    partner_matrix,
    sample_nations,
    synthetic_nations,
    world_stock,
)
from sim.population.partners import distances

WORLD = load_nations()
NUMERIC = [
    field.name
    for field in dataclasses.fields(WORLD)
    if getattr(getattr(WORLD, field.name), "dtype", None) == np.float64
]


def test_world_totals_are_the_published_ones():
    assert len(WORLD) == 193
    assert WORLD.population.sum() == pytest.approx(8098, rel=0.01)  # millions, World Bank 2024
    assert 105_000 < WORLD.gdp.sum() < 112_000  # bn USD, World Bank 2024
    assert WORLD.un_assessment.sum() == pytest.approx(100)
    assert WORLD.un_assessment[WORLD.index("USA")] == 22
    assert WORLD.un_assessment[WORLD.index("CHN")] == pytest.approx(20.004, abs=1e-3)


def test_no_gap_is_left_and_shares_are_shares():
    for name in NUMERIC:
        assert np.isfinite(getattr(WORLD, name)).all(), name
    for name in (
        "readiness",
        "ai_use",
        "rights",
        "hdi",
        "internet_share",
        "trade_share_china",
        "trade_share_usa",
    ):
        column = getattr(WORLD, name)
        assert column.min() >= 0 and column.max() <= 1, name
    assert (WORLD.gdp > 0).all() and (WORLD.compute > 0).all()


@pytest.mark.parametrize(
    ("column", "filled"),
    [
        ("income_group", {"ETH", "VEN"}),
        ("gdp_per_capita_ppp", {"LIE", "MCO"}),
        ("internet_share", {"PLW", "PRK"}),
        ("hdi", {"MCO", "PRK"}),
        ("imf_quota", {"CUB", "LIE", "MCO", "PRK"}),
        ("trade_share_china", {"CHN", "LIE", "MCO", "PRK"}),
        ("trade_share_usa", {"USA", "LIE", "MCO", "PRK"}),
    ],
)
def test_filled_cells_are_flagged_and_nothing_else(column, filled):
    assert set(WORLD.iso3[WORLD.filled[column]].tolist()) == filled


def test_published_cells_are_not_touched():
    table = read_table("nations")
    for column, source, scale in (
        ("rights", "liberal_democracy", 1),
        ("hdi", "hdi", 1),
        ("gdp", "gdp_current_usd", 1e9),
    ):
        for at, cell in enumerate(table[source]):
            if not WORLD.filled[column][at]:
                assert getattr(WORLD, column)[at] == pytest.approx(float(cell) / scale)


def test_market_gdp_that_is_blank_or_stale_is_rebuilt_and_recent_values_only_grow():
    filled = set(WORLD.iso3[WORLD.filled["gdp"]].tolist())
    assert {"VEN", "PRK", "ERI", "SSD", "YEM", "CUB"} <= filled
    assert len(filled) == 18  # 175 of 193 are of 2024
    assert 60 < WORLD.gdp[WORLD.index("VEN")] < 200  # published estimates of 2024: 100 to 120 bn USD
    assert WORLD.gdp[WORLD.index("ETH")] == pytest.approx(163.6979 * 1.04, rel=1e-4)


def test_imputed_ai_use_is_flagged_and_a_regional_estimate_keeps_its_mean():
    cells = read_table("nations")["ai_use_percent"]
    blank = np.array([not cell for cell in cells])
    assert blank.sum() == 48
    assert WORLD.ai_use_imputed.sum() == 48 + 36
    for value, size in (("10.1", 12), ("7.6", 8), ("8.7", 6), ("10.9", 4), ("6.1", 3), ("10.3", 3)):
        block = np.array([cell == value for cell in cells]) & WORLD.ai_use_imputed
        assert block.sum() == size
        assert WORLD.ai_use[block].mean() == pytest.approx(float(value) / 100, abs=1e-9)
    measured = ~WORLD.ai_use_imputed
    assert WORLD.ai_use[measured] == pytest.approx([float(cell) / 100 for cell in np.array(cells)[measured]])


def test_china_keeps_its_published_ai_use_with_the_widest_error():
    at = WORLD.index("CHN")
    assert WORLD.ai_use[at] == pytest.approx(0.164) and not WORLD.ai_use_imputed[at]
    assert WORLD.ai_use_error[at] == WORLD.ai_use_error.max()


@given(st.integers(0, 192), st.integers(0, 192))
@settings(max_examples=50)
def test_the_regression_of_ai_use_is_monotone(left, right):
    blank = np.array([not cell for cell in read_table("nations")["ai_use_percent"]])
    a, b = (int(np.flatnonzero(blank)[at % blank.sum()]) for at in (left, right))
    if (
        WORLD.internet_share[a] <= WORLD.internet_share[b]
        and WORLD.gdp_per_capita_ppp[a] <= WORLD.gdp_per_capita_ppp[b]
    ):
        assert WORLD.ai_use[a] <= WORLD.ai_use[b]


@given(st.integers(0, 3), st.floats(1.01, 3))
def test_readiness_rises_with_each_indicator(which, factor):
    low = [np.array([0.3, 1.0]), np.array([0.3, 1.0]), np.array([3e3, 9e4]), np.array([3.0, 90.0])]
    high = [column.copy() for column in low]
    high[which][0] *= factor
    assert fill.readiness(*high)[0] > fill.readiness(*low)[0]


@pytest.mark.parametrize("rule", COMPUTE_RULES)
def test_compute_sums_to_the_stock_inside_the_un_and_covers_known_clusters(rule):
    nations, stock = load_nations(compute_rule=rule), world_stock()
    assert stock["world"] == pytest.approx(20.93e6, rel=1e-3)  # the published shares imply 20.93 million
    assert nations.compute.sum() == pytest.approx(stock["world"] * (1 - 0.019))
    clusters = np.array([float(cell) if cell else 0.0 for cell in read_table("nations")["cluster_h100e"]])
    assert (nations.compute >= clusters * (1 - 1e-12)).all()
    assert nations.compute.argmax() == nations.index("USA")


def test_the_chinese_stock_is_in_china():
    assert WORLD.compute[WORLD.index("CHN")] == 1_820_000


def test_capitals_that_moved_are_in_the_right_place():
    # coordinates of the cities as any atlas has them, to a third of a degree
    for iso3, place in {
        "TZA": (-6.2, 35.7),
        "BOL": (-19.0, -65.3),
        "MMR": (19.7, 96.1),
        "DOM": (18.5, -69.9),
    }.items():
        at = WORLD.index(iso3)
        assert (WORLD.latitude[at], WORLD.longitude[at]) == pytest.approx(place, abs=0.3)


def test_a_known_distance():
    two = load_nations(["CHN", "USA"])
    assert distances(two.latitude, two.longitude)[0, 1] == pytest.approx(
        11_145, rel=0.01
    )  # Beijing to Washington


@pytest.mark.parametrize(
    "nations",
    [WORLD, load_nations("asean"), synthetic_nations(300, seed=5)],
    ids=["world", "asean", "synthetic"],
)
def test_partner_rows_are_whole_parts_that_sum_to_one(nations):
    matrix = partner_matrix(nations)
    assert matrix.shape == (len(nations), len(nations))
    assert (matrix.sum(axis=-1) == 1).all()
    assert (matrix[:, ::-1].sum(axis=-1) == 1).all()
    assert (matrix.diagonal() == 0).all() and (matrix >= 0).all()
    assert (matrix * 2**15 == np.round(matrix * 2**15)).all()


def test_partner_weights_rank_with_observed_trade_shares():
    matrix = partner_matrix(WORLD)
    for iso3, observed, at_least in (
        ("CHN", WORLD.trade_share_china, 0.5),
        ("USA", WORLD.trade_share_usa, 0.2),
    ):
        column = matrix[:, WORLD.index(iso3)]
        known = ~WORLD.filled["trade_share_china" if iso3 == "CHN" else "trade_share_usa"]
        ranks = [np.argsort(np.argsort(values[known])) for values in (column, observed)]
        assert np.corrcoef(*ranks)[0, 1] > at_least


def test_partners_of_two_nations_are_each_other():
    assert partner_matrix(load_nations(["CHN", "USA"])).tolist() == [[0, 1], [1, 0]]


@given(st.integers(2, 193), st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_a_sample_keeps_identity_the_two_poles_and_the_mix(size, seed):
    few = sample_nations(WORLD, size, seed)
    assert len(few) == size and {"CHN", "USA"} <= set(few.iso3.tolist())
    at = [WORLD.index(iso3) for iso3 in few.iso3.tolist()]
    assert at == sorted(set(at))
    for name in NUMERIC:
        assert (getattr(few, name) == getattr(WORLD, name)[at]).all()
    share = np.bincount(few.income_group, minlength=4) / size
    expected = np.bincount(WORLD.income_group, minlength=4) / 193
    assert np.abs(share - expected).max() <= 1.5 / size


def test_a_sample_is_repeatable_and_prefers_the_same_nations_in_a_smaller_pool():
    assert sample_nations(WORLD, 40, 3).iso3.tolist() == sample_nations(WORLD, 40, 3).iso3.tolist()
    assert sample_nations(WORLD, 40, 3).iso3.tolist() != sample_nations(WORLD, 40, 4).iso3.tolist()
    forty = sample_nations(WORLD, 40, 3)
    assert set(sample_nations(forty, 20, 3).iso3.tolist()) <= set(forty.iso3.tolist())


def test_a_whole_sample_is_the_world():
    assert sample_nations(WORLD, 193, 9).iso3.tolist() == WORLD.iso3.tolist()


@pytest.mark.parametrize("size", [0, 1, 194])
def test_impossible_samples_are_refused(size):
    with pytest.raises(ChoiceError, match="expected 2 to 193"):
        sample_nations(WORLD, size, 1)


@pytest.mark.parametrize("size", [1, 2, 50, 1000])
def test_synthetic_worlds_are_valid(size):
    world = synthetic_nations(size, seed=11)
    assert world.iso3[0] == "S0001" and len(set(world.iso3.tolist())) == size
    for name in NUMERIC:
        assert np.isfinite(getattr(world, name)).all() and getattr(world, name).shape == (size,)
    assert world.gdp.sum() == pytest.approx(WORLD.gdp.sum())
    assert world.un_assessment.sum() == pytest.approx(100)
    for name in ("readiness", "ai_use", "rights"):
        assert 0 < getattr(world, name).min() and getattr(world, name).max() < 1


def test_a_synthetic_world_has_the_spread_of_the_real_one():
    world = synthetic_nations(2000, seed=1)
    for name in ("readiness", "ideal_point", "rights"):
        real, made = getattr(WORLD, name), getattr(world, name)
        assert made.mean() == pytest.approx(real.mean(), abs=0.15 * real.std() + 0.02)
        assert made.std() == pytest.approx(real.std(), rel=0.2)


def test_selections_keep_every_value_and_refuse_unknown_names():
    few = load_nations(["NOR", "NAM"])
    assert few.iso3.tolist() == ["NAM", "NOR"]
    assert few.compute[0] == WORLD.compute[WORLD.index("NAM")]
    with pytest.raises(ChoiceError, match="did you mean 'asean'"):
        load_nations("asian")
    with pytest.raises(ChoiceError, match="'TWN'"):
        load_nations(["TWN"])
    with pytest.raises(ChoiceError, match="owners, clusters_scaled"):
        load_nations(compute_rule="place")


def test_columns_cannot_be_written_by_accident():
    with pytest.raises(ValueError, match="read-only"):
        WORLD.gdp[0] = 1.0
