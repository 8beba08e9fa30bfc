"""Columns kept in memory are the columns of the folder, and counting finds the quantiles of drawn-out samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.comparison.estimates import _quantiles
from sim.errors import StoreError
from sim.plots.robust import MOST_COLUMNS, _abreast
from sim.report.reading import kept_in_memory
from sim.results import Results


@pytest.mark.parametrize("where", [None, {"policy": "commentary", "status": "ok"}, {"future": [0, 2]}, {"year": 2027}])
def test_kept_columns_read_as_those_of_the_folder(many: Results, where: dict[str, Any] | None) -> None:
    kept = many.keeping({"series": ["safety", "gdp_gain"], "runs": ["safety.end", "error"]})
    columns = ["run_id", "year", "gdp_gain"]
    pd.testing.assert_frame_equal(many.read("series", columns, where), kept.read("series", columns, where))
    if where != {"year": 2027}:
        for each in (["run_id", "error", "safety.end"], None):
            pd.testing.assert_frame_equal(many.read("runs", each, where), kept.read("runs", each, where))
    pd.testing.assert_frame_equal(sim.compare(many), sim.compare(kept))
    pd.testing.assert_frame_equal(sim.compare(many), sim.compare(kept_in_memory(many)))


def test_a_column_that_is_not_there_is_refused(many: Results) -> None:
    with pytest.raises(StoreError, match="no column 'nothing'"):
        many.keeping({"runs": ["nothing"]})


def test_shards_are_opened_once(many: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = kept_in_memory(many)
    monkeypatch.setattr("sim.results.pq.read_table", lambda *_, **__: pytest.fail("a shard was opened again"))
    assert len(sim.compare(kept)) == len(sim.compare(kept, None))
    assert len(kept.read("series", ["year", "safety"], {"policy": "without", "status": "ok"}))


@given(st.data(), st.sampled_from([0.5, 0.95]))
def test_quantiles_by_counting_are_those_of_the_samples(data: st.DataObject, part: float) -> None:
    clusters = data.draw(st.integers(1, 6))
    sizes = data.draw(st.lists(st.integers(1, 40), min_size=clusters, max_size=clusters))
    cluster = np.repeat(np.arange(clusters), sizes)
    values = np.random.default_rng(data.draw(st.integers(0, 99))).standard_cauchy(len(cluster)).round(2)
    picks = np.array(data.draw(st.lists(st.lists(st.integers(0, clusters - 1), min_size=clusters, max_size=clusters),
                                        min_size=1, max_size=4)))  # fmt: skip
    times = np.stack([np.bincount(row, minlength=clusters) for row in picks]).astype(np.int32)
    order = np.argsort(values)
    found = _quantiles(values[order], cluster[order], times, part)
    for row, each in zip(picks, found, strict=True):
        sample = np.concatenate([values[cluster == one] for one in row])
        assert each == np.quantile(sample, part)


def test_a_window_that_a_resample_leaves_is_widened() -> None:
    """One cluster holds all large values: a sample of it alone lies far from the quantile of the whole."""
    values = np.arange(40_000.0)
    cluster = np.minimum(values // 400, 99).astype(int)
    times = np.zeros((3, 100), dtype=np.int32)
    times[0, 99], times[1, 0], times[2] = 100, 100, 1
    found = _quantiles(values, cluster, times, 0.5)
    np.testing.assert_allclose(found, [39_799.5, 199.5, 19_999.5], atol=0.51)


def test_many_futures_are_drawn_as_means_of_neighbours() -> None:
    values = np.arange(2.0 * 10 * MOST_COLUMNS).reshape(2, -1)
    values[0, :10] = np.nan
    found = _abreast(values)
    assert found.shape == (2, MOST_COLUMNS) and np.isnan(found[0, 0])
    np.testing.assert_allclose(found[1], values[1].reshape(MOST_COLUMNS, 10).mean(axis=1))
    assert _abreast(values[:, :20]) is not None and _abreast(values[:, :20]).shape == (2, 20)
