"""Policies under one setting of a lever at a time: differences never cross settings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import sim
from sim.comparison import across, compare, holds_in, settings_of, under
from sim.errors import ChoiceError
from tests.comparison.tables import table

LEVER = "world.membership"
NAMES = ["base[{}={}]", "other[{}={}]"]


def crossed(base: np.ndarray, effects: tuple[float, ...] = (2.0, -3.0)) -> sim.Results:
    """Two policies under rules that shift every value by 100 a rule, and an effect of its own under each."""
    rules = ["random_utility", "bandwagon"]
    names = [name.format(LEVER, rule) for name in NAMES for rule in rules]
    values = [base + 100.0 * place + other * effects[place] for other in (0, 1) for place in (0, 1)]
    made = table({"odd.end": np.stack(values)}, names, titles={name: f"Title ({name})" for name in names})
    for name, each in made.manifest["policies"].items():
        each["levers"] = {LEVER: name.split("=")[1][:-1]}
    return made


RULED = [f"{name}[{LEVER}=bandwagon]" for name in ("base", "other")]
BASE = np.random.default_rng(3).normal(size=(6, 2))


def test_differences_are_taken_within_a_setting() -> None:
    frame = across(crossed(BASE), LEVER)
    assert frame["setting"].tolist() == ["random_utility", "bandwagon"]
    assert frame["policy"].tolist() == ["other", "other"]
    assert frame["difference"].tolist() == pytest.approx([2.0, -3.0])
    assert frame["n"].tolist() == [12, 12]


def test_results_under_a_setting_are_compared_as_across_does() -> None:
    results = crossed(BASE + np.random.default_rng(4).normal(size=BASE.shape))
    frame = across(results, LEVER)
    for setting in settings_of(results, LEVER):
        part = under(results, LEVER, setting)
        assert list(part.policies) == [name.format(LEVER, setting) for name in NAMES]
        assert part.baseline == NAMES[0].format(LEVER, setting)
        assert list(part.policies.values()) == ["Title", "Title"]
        assert part.expected == len(part.runs) == 24
        whole = frame[frame["setting"] == setting].drop(columns=["setting", "policy"]).reset_index(drop=True)
        pd.testing.assert_frame_equal(compare(part).drop(columns="policy"), whole, check_exact=True)


@pytest.mark.parametrize(
    ("effects", "words"),
    [
        ((2.0, -3.0), "higher in 1 and lower in 1 of 2"),
        ((2.0, 3.0), "higher in 2 of 2"),
        ((0.0, -1.0), "lower in 1 of 2"),
        ((0.0, 0.0), "no direction in 2 of 2"),
    ],
)
def test_a_finding_holds_in_so_many_rules(effects: tuple[float, ...], words: str) -> None:
    found = holds_in(across(crossed(BASE, effects), LEVER))
    assert found["words"].tolist() == [words]
    assert (found["higher"] + found["lower"] + found["unclear"]).tolist() == found["of"].tolist() == [2]
    assert (found["smallest"][0], found["largest"][0]) == pytest.approx((min(effects), max(effects)))


def test_other_levers_stay_in_the_names() -> None:
    results = crossed(BASE)
    for each in results.manifest["policies"].values():
        each["levers"] = {LEVER: each["levers"][LEVER], "rate": 0.1}
    assert across(results, LEVER)["policy"].tolist() == ["other[rate=0.1]"] * 2
    assert list(under(results, LEVER, "bandwagon").policies.values()) == ["Title (rate=0.1)"] * 2


def test_another_baseline_turns_the_difference() -> None:
    results = crossed(BASE)
    turned = across(results, LEVER, baseline="other")
    assert turned["policy"].tolist() == ["base", "base"]
    assert turned["difference"].tolist() == pytest.approx([-2.0, 3.0])
    with pytest.raises(ChoiceError, match="found the baseline 'nobody', expected one of: base, other"):
        across(results, LEVER, baseline="nobody")


def test_a_ratio_is_taken_run_by_run_and_blank_over_nothing() -> None:
    top = np.full((6, 2), 3.0)
    bottom = np.full((6, 2), 2.0)
    bottom[0, 0] = 0.0
    made = table({"top.end": np.stack([top, 2 * top]), "bottom.end": np.stack([bottom, bottom])}, [*RULED])
    for each in made.manifest["policies"].values():
        each["levers"] = {LEVER: "bandwagon"}
    line = across(made, LEVER, "top.end / bottom.end").iloc[0]
    assert (line["baseline_value"], line["difference"], line["n"], line["dropped"]) == (1.5, 1.5, 11, 1)


def test_an_unknown_lever_and_an_unknown_setting_are_told() -> None:
    with pytest.raises(ChoiceError, match="expected one of the study's: world.membership"):
        across(crossed(BASE), "world.race")
    with pytest.raises(ChoiceError, match="expected one of: random_utility, bandwagon"):
        under(crossed(BASE), LEVER, "side_payment")
    with pytest.raises(ChoiceError, match="it has none"):
        settings_of(table({"odd.end": np.stack([BASE, BASE])}), LEVER)
