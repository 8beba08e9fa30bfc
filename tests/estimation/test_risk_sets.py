"""Who is an observation, who is missing, and what a covariate may know."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sim.data import read_table
from sim.errors import ChoiceError
from sim.estimation.covariates import allied, poles_of, state_before
from sim.estimation.design import SCALE, raw
from sim.estimation.evaluation import scorable
from sim.estimation.risk_sets import bodies, body, eligible_states, first_joining, iso3_codes, outcome
from sim.estimation.specification import COVARIATES, FROZEN, GRID
from sim.estimation.ties import TIE_BODIES, known_before

CODES = np.array(iso3_codes())


def at(*codes: str) -> np.ndarray:
    return np.isin(CODES, codes)


def test_every_body_of_the_tables_is_coded_once() -> None:
    assert sorted(read_table("risk_sets")["body"]) == sorted(read_table("bodies")["body"])


@pytest.mark.parametrize("one", bodies("train", "held_out"), ids=lambda one: one.name)
def test_leaders_are_no_observation_and_lists_agree_with_the_records(one) -> None:
    known = outcome(one)
    assert np.isnan(known[np.isin(CODES, one.leads)]).all()
    assert set(CODES[known == 1.0]) <= set(first_joining(one.name))
    assert one.founded <= one.observed_until


@pytest.mark.parametrize(
    ("name", "joined"),
    # published counts less the leading states and, in AIIB, the economies that are no UN members
    [("WAICO", 36), ("DFI", 58), ("REAIM_2023", 56), ("PAX_SILICA", 23), ("BRI", 148), ("IOMED", 39)],
)
def test_joiners_are_as_many_as_the_bodies_publish(name: str, joined: int) -> None:
    assert int(np.nansum(outcome(body(name)))) == joined


def test_observers_invited_and_represented_states_are_missing() -> None:
    assert np.isnan(outcome(body("WAICO"))[at("BGD", "SGP")]).all()
    pax = outcome(body("PAX_SILICA"))
    assert np.isnan(pax[at("FRA", "ESP", "POL")]).all()  # only through the EU
    assert (pax[at("DEU", "ITA", "SWE")] == 1.0).all()


def test_a_list_speaks_of_its_own_day() -> None:
    assert outcome(body("ISA"))[at("JAM")].tolist() != [1.0] or first_joining("ISA")["JAM"].last <= date(2017, 12, 5)
    assert int(np.nansum(outcome(body("ISA")))) <= 45


def test_words_of_eligibility() -> None:
    assert eligible_states("all").sum() == 193
    assert not (eligible_states("all-BRICS") & at("CHN", "BRA")).any()
    assert eligible_states("tropics")[at("KEN", "BRA", "IND")].all()
    assert not eligible_states("tropics")[at("NOR", "RUS")].any()
    with pytest.raises(ChoiceError, match="'group:nowhere' names no state"):
        eligible_states("group:nowhere")


@pytest.mark.parametrize("one", bodies("train", "held_out"), ids=lambda one: one.name)
def test_no_covariate_is_younger_than_the_founding(one) -> None:
    assert state_before(one.founded.year).year < one.founded.year
    for name in TIE_BODIES:
        row = known_before(name, one.founded)
        if row is None:
            continue
        first = body(name)
        assert first.founded < one.founded
        spans = first_joining(name)
        for code in CODES[np.array(row) == 1.0]:
            if code not in first.leads:
                assert (spans[code].last if spans[code].first else first.observed_until) < one.founded


def test_the_list_of_a_body_is_no_tie_of_it_and_waico_of_nobody() -> None:
    assert "WAICO" not in TIE_BODIES
    assert all(known_before(one.name, one.founded) is None for one in bodies())


def test_dated_values_are_those_of_the_tables() -> None:
    yearly = read_table("yearly")
    place = list(zip(yearly["iso3"], yearly["year"], strict=True)).index(("KEN", "2014"))
    before = state_before(2015)
    assert np.isclose(before.ideal_point[at("KEN")][0], float(yearly["unga_ideal_point"][place]))
    assert np.isclose(before.democracy[at("KEN")][0], float(yearly["electoral_democracy"][place]))


def test_poles_and_alliances() -> None:
    for name, near in (("AIIB", "CHN"), ("ARTEMIS", "USA"), ("REAIM_2026", "USA"), ("COE_AI", "USA")):
        one = body(name)
        assert poles_of(one, state_before(one.founded.year))[0] == near
    assert allied("USA", 2022)[at("DEU", "JPN")].all() and not allied("USA", 2022)[at("FIN", "SWE")].any()
    assert allied("USA", 2025)[at("FIN", "SWE")].all()


def test_the_frozen_specification_is_one_of_the_grid_and_names_no_bloc() -> None:
    assert FROZEN in GRID and len(GRID) >= 50
    assert set(FROZEN.covariates) <= set(COVARIATES) == set(SCALE)
    groups = set(read_table("groups")) | {one.name.lower() for one in bodies()}
    assert not groups & set(COVARIATES)


def test_covariates_are_finite_and_scored_bodies_are_large_enough() -> None:
    for one in bodies("train", "held_out"):
        assert all(np.isfinite(values).all() for values in raw(one, 0.5, np.inf).values())
    assert [one.name for one in bodies("held_out") if scorable(one)] == ["WAICO"]
    assert sum(scorable(one) for one in bodies("train")) == 16
