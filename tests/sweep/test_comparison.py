"""Paired comparison against closed forms and published intervals, on tables made by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from sim.comparison import compare, in_words, summary
from sim.errors import ChoiceError
from sim.results import Results
from sim.store.schema import schema_of
from sim.study.sweeping import sweep

MEASURES = ("gdp_gain", "expected_loss", "realised_loss", "odd")


def made(rows: list[dict[str, object]], policies: tuple[str, ...] = ("base", "other")) -> Results:
    """Results from rows of `runs`; what a row leaves out is filled in or blank."""
    schema = schema_of(MEASURES, MEASURES, {}, ())
    filled = [
        {"run_id": f"{place:04d}", "seed": 1, "status": "ok", "error": None, **row} for place, row in enumerate(rows)
    ]
    columns = schema.arrow("runs")
    table = pa.table({name: [row.get(name) for row in filled] for name in columns.names}, schema=columns)
    manifest = {
        "name": "made",
        "title": "",
        "baseline": policies[0],
        "runs": len(rows),
        "tables": ["runs"],
        "shape": {"policies": len(policies)},
        "schema": schema.as_json(),
        "policies": {name: {"title": name} for name in policies},
    }
    return Results(manifest, None, {"runs": table})


def grid(
    column: str, effect: Callable[[int, int], float], futures: int, replicates: int, seed: int = 0
) -> list[dict[str, object]]:
    draw = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    for future in range(futures):
        for replicate in range(replicates):
            common = float(draw.normal(0.0, 10.0))
            for policy, more in (("base", 0.0), ("other", effect(future, replicate))):
                rows.append({"policy": policy, "future": future, "replicate": replicate, column: common + more})
    return rows


def only(results: Results, column: str, **more: object) -> dict[str, object]:
    found = compare(results, measures=[column], **more)  # type: ignore[arg-type]
    assert len(found) == 1
    return found.iloc[0].to_dict()


def test_a_constant_effect_is_found_exactly_whatever_the_noise_it_shares() -> None:
    line = only(made(grid("odd.end", lambda *_: 0.5, 8, 4)), "odd.end")
    assert line["difference"] == pytest.approx(0.5, abs=1e-12)
    assert line["low"] == pytest.approx(0.5, abs=1e-12)
    assert line["high"] == pytest.approx(0.5, abs=1e-12)
    assert (line["n"], line["futures"], line["higher"]) == (32, 8, 1.0)


def test_the_interval_is_students_over_futures() -> None:
    """Second implementation: scipy's one-sample interval of the futures' own means."""
    noise = np.random.default_rng(3).normal(size=(7, 5))
    line = only(made(grid("odd.end", lambda f, r: noise[f, r], 7, 5)), "odd.end", level=0.9)
    low, high = stats.ttest_1samp(noise.mean(axis=1), 0.0).confidence_interval(0.9)
    assert line["units"] == "futures"
    assert (line["low"], line["high"]) == (pytest.approx(low), pytest.approx(high))


def test_with_few_futures_single_runs_are_the_units() -> None:
    noise = np.random.default_rng(4).normal(size=(4, 6))
    line = only(made(grid("odd.end", lambda f, r: noise[f, r], 4, 6)), "odd.end")
    low, high = stats.ttest_1samp(noise.ravel(), 0.0).confidence_interval(0.95)
    assert line["units"] == "runs"
    assert (line["low"], line["high"]) == (pytest.approx(low), pytest.approx(high))


def test_failed_and_blank_runs_drop_their_pairs_and_n_says_so() -> None:
    rows = grid("odd.end", lambda *_: 1.0, 6, 3)
    rows[0]["status"] = "failed"
    rows[5]["odd.end"] = None
    del rows[10]
    line = only(made(rows), "odd.end")
    assert (line["n"], line["dropped"]) == (15, 3)
    assert line["difference"] == pytest.approx(1.0)


def test_a_measure_without_any_pair_is_blank_not_zero() -> None:
    rows = grid("odd.end", lambda *_: 1.0, 6, 2)
    line = only(made([{**row, "odd.end": None} if row["policy"] == "base" else row for row in rows]), "odd.end")
    assert line["n"] == 0
    assert np.isnan(line["difference"])


def test_improved_follows_the_direction_of_the_measure() -> None:
    signs = lambda f, _: 1.0 if f < 3 else -1.0  # noqa: E731
    gain = only(made(grid("gdp_gain.end", signs, 12, 2)), "gdp_gain.end")
    loss = only(made(grid("expected_loss.end", signs, 12, 2)), "expected_loss.end")
    assert gain["improved"] == gain["higher"] == 0.25
    assert loss["improved"] == 0.75
    assert np.isnan(only(made(grid("odd.end", signs, 12, 2)), "odd.end")["improved"])


def test_heavy_tails_get_median_and_quantile_never_a_mean() -> None:
    shift = 2.0
    found = compare(made(grid("realised_loss.mean", lambda *_: shift, 20, 3)), measures=["realised_loss.mean"])
    assert found["statistic"].tolist() == ["median difference", "difference of 95 % quantiles"]
    assert found["difference"].to_numpy() == pytest.approx(shift)
    assert found["low"].to_numpy() == pytest.approx(shift)
    alone = summary(made(grid("realised_loss.mean", lambda *_: shift, 20, 3)), measures=["realised_loss.mean"])
    assert alone["mean"].isna().all()
    assert alone["q50"].notna().all()


def test_the_bootstrap_covers_the_median_about_as_often_as_it_says() -> None:
    hits = 0
    for seed in range(60):
        noise = np.random.default_rng(100 + seed).normal(size=(25, 1))
        rows = grid("realised_loss.end", lambda f, r, noise=noise: noise[f, r], 25, 1)
        line = compare(made(rows), measures=["realised_loss.end"], level=0.9).iloc[0]
        hits += bool(line["low"] <= 0.0 <= line["high"])
    assert stats.binomtest(hits, 60, 0.9).pvalue > 0.001


def test_a_comparison_is_the_same_every_time() -> None:
    rows = grid("realised_loss.end", lambda f, r: float(f * r), 9, 3)
    one, two = (compare(made(rows), measures=["realised_loss"]) for _ in range(2))
    assert one.equals(two)


def test_swapping_the_policies_swaps_the_sign() -> None:
    rows = grid("odd.mean", lambda f, r: float(f - r), 9, 3)
    one = compare(made(rows), measures=["odd.mean"]).iloc[0]
    two = compare(made(rows), "other", ["odd.mean"]).iloc[0]
    assert (two["policy"], two["difference"], two["low"]) == ("base", -one["difference"], -one["high"])


def test_wrong_names_are_told() -> None:
    results = made(grid("odd.end", lambda *_: 1.0, 6, 2))
    with pytest.raises(ChoiceError, match="no policy 'bas'; write one of: base, other"):
        compare(results, "bas")
    with pytest.raises(ChoiceError, match="no measure 'oddd'"):
        compare(results, measures=["oddd"])


def test_a_real_sweep_is_compared_by_its_headlines(study: Callable[..., Path], tmp_path: Path) -> None:
    results = sweep(study(third=True), tmp_path / "out", engine="stub_engine", workers=1, progress=False)
    found = compare(results)
    assert set(found["policy"]) == {"strict", "rival"}
    growth = found[found["measure"] == "growth.end"]
    assert (growth["difference"] == 0.0).all()
    assert set(summary(results)["policy"]) == {"plain", "strict", "rival"}


@pytest.mark.parametrize(
    ("effect", "verdict"),
    [
        (lambda f, r: 1.0 + 0.1 * f, "higher"),
        (lambda f, r: -1.0 - 0.1 * f, "lower"),
        (lambda f, r: (-1.0) ** f, "no direction shown"),
        (lambda f, r: 0.0, "no difference in these runs"),
    ],
)
def test_words_say_no_more_than_the_interval(effect: Callable[[int, int], float], verdict: str) -> None:
    results = made(grid("odd.end", effect, 8, 2))
    row = only(results, "odd.end")
    head, said = in_words(results, measures=["odd.end"]).split("\n  ")
    assert head == "other, against base (16 pairs in 8 futures):"
    assert said.startswith(f"odd.end: {verdict}; mean difference {row['difference']:+.3g} ")
    assert said.endswith(f"95 % interval {row['low']:+.3g} to {row['high']:+.3g}")


def test_words_name_what_is_missing() -> None:
    one = in_words(made(grid("odd.end", lambda *_: 1.0, 1, 1)), measures=["odd.end", "gdp_gain.end"])
    assert "odd.end: too few pairs for an interval; mean difference +1 (" in one and "1 pair in 1 future)" in one
    assert "gdp_gain.end: no pair of runs has a value" in one
    alone = made([{"policy": "base", "future": 0, "replicate": 0, "odd.end": 1.0}], ("base",))
    assert "nothing to compare" in in_words(alone)
