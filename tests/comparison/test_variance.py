"""Shares of variance: they add up, and are those of functions whose shares are known in closed form."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.comparison import variance_shares
from sim.comparison.variance import components
from sim.errors import ChoiceError
from sim.results import Results
from tests.comparison.tables import table

GRIDS = arrays(np.float64, st.tuples(*[st.integers(2, 4)] * 4), elements=st.integers(-30, 30).map(float))


@given(GRIDS)
def test_components_add_up_to_the_variance(values: np.ndarray) -> None:
    found = components(values, ["rule", "wishes", "luck"])
    assert sum(float(part.mean()) for part in found.values()) == pytest.approx(values.var(), abs=1e-9)
    assert all((part >= -1e-12).all() for part in found.values())


@given(GRIDS, st.integers(-5, 5))
def test_a_factor_without_effect_has_no_share(values: np.ndarray, more: int) -> None:
    """Copies of a grid along a new axis: nothing of that axis, alone or together, and all else as it was."""
    plain = components(values, ["rule", "wishes", "luck"])
    copies = components(np.repeat(values[:, None], 3, axis=1) + more, ["idle", "rule", "wishes", "luck"])
    assert all(np.allclose(part, 0.0, atol=1e-9) for name, part in copies.items() if "idle" in name)
    for name, part in plain.items():
        assert np.allclose(copies[name], part, atol=1e-9)


def made(value, rules=("a", "b"), errors=(0.0, 1.0, 2.0)) -> Results:
    """A study of two rules by three errors, four futures and two replicates, in which `value` is the outcome."""
    policies = [f"{rule}[error={error:g}]" for rule, error in product(rules, errors)]
    cells = np.zeros((len(policies), 4, 2))
    for place, (rule, error) in enumerate(product(rules, errors)):
        for future, replicate in np.ndindex(4, 2):
            cells[place, future, replicate] = value(rules.index(rule), error, future, replicate)
    results = table({"m.end": cells}, policies)
    for name, (_, error) in zip(policies, product(rules, errors), strict=True):
        results.manifest["policies"][name]["levers"] = {"world.error": error}
    return results


GROUPS = {"rule": ["policy"], "wishes": ["world.error"]}


def test_a_sum_of_effects_has_their_variances_and_no_more() -> None:
    results = made(lambda rule, error, future, luck: 3 * rule + error + 2 * future + luck)
    found = variance_shares(results, "m.end", GROUPS)
    share = found.set_index("source")["share"]
    parts = {"rule": 9 / 4, "wishes": 2 / 3, "future": 5.0, "luck": 1 / 4}
    for name, part in parts.items():
        assert share[name] == pytest.approx(part / sum(parts.values()))
    assert share.drop(list(parts)).abs().max() == pytest.approx(0.0, abs=1e-12) and share.sum() == pytest.approx(1.0)


def test_a_product_of_centred_effects_is_all_interaction() -> None:
    found = variance_shares(made(lambda rule, error, future, luck: (rule - 0.5) * (error - 1.0)), "m.end", GROUPS)
    lines = found.set_index("source")
    assert lines.loc["rule x wishes", "share"] == pytest.approx(1.0)
    assert lines.loc["rule", "share"] == pytest.approx(0.0) and lines.loc["rule", "total"] == pytest.approx(1.0)


def test_futures_with_a_blank_are_left_out_and_one_policy_may_be_kept() -> None:
    def value(rule: int, error: float, future: int, luck: int) -> float:
        return float("nan") if future == 3 or rule == 1 and luck == 0 and future == 2 else rule + error * future

    assert set(variance_shares(made(value), "m.end", GROUPS)["futures"]) == {2}
    kept = variance_shares(made(value), "m.end", GROUPS, policies=["a"])
    assert set(kept["futures"]) == {3} and "rule" in set(kept["source"])
    assert kept.set_index("source").loc["rule", "share"] == 0.0
    assert variance_shares(made(lambda *_: 1.0), "m.end", GROUPS)["source"].tolist() == ["nothing varies"]


@pytest.mark.parametrize(
    ("groups", "options", "word"),
    [
        ({"rule": ["policy"]}, {}, "stands in no group"),
        ({"wishes": ["world.error"]}, {}, "not crossed"),
        (GROUPS, {"policies": ["c"]}, "no policy 'c'"),
    ],
)
def test_what_cannot_be_parted_is_said(groups, options, word) -> None:
    with pytest.raises(ChoiceError, match=word):
        variance_shares(made(lambda rule, error, future, luck: rule), "m.end", groups, **options)
