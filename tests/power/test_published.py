"""Voting power against published tables and closed forms."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sim import power
from tests.power.games import GAMES

EXACT = 1e-9


@pytest.mark.parametrize("game", GAMES, ids=[game["name"] for game in GAMES])
def test_one_weight_games(game):
    weights, quota = game["weights"], game["quota"]
    absolute = power.banzhaf(weights, quota, absolute=True)
    act, prevent, initiate = power.coleman(weights, quota)
    assert_allclose(power.banzhaf(weights, quota), game["banzhaf_normalised"], rtol=EXACT, atol=0)
    assert_allclose(absolute, game["banzhaf_absolute"], rtol=EXACT, atol=0)
    assert_allclose(power.shapley_shubik(weights, quota), game["shapley_shubik"], rtol=EXACT, atol=0)
    assert_allclose(act, game["power_to_act"], rtol=EXACT)
    winning, swings = int(game["winning_coalitions"]), [int(number) for number in game["swings_first3"]]
    assert_allclose(prevent[: len(swings)], [one / winning for one in swings], rtol=EXACT)
    losing = 2 ** game["n"] - winning
    assert_allclose(initiate[: len(swings)], [one / losing for one in swings], rtol=EXACT)


@pytest.mark.parametrize(
    ("name", "banzhaf", "shapley"),
    [
        ("UN Security Council (15)", {0: 848 / 5080, 14: 84 / 5080}, {0: 421 / 2145, 14: 4 / 2145}),
        ("EEC 1958", {0: 10 / 42, 3: 6 / 42, 5: 0}, {5: 0}),
        ("EEC 1973 (9)", {0: 53 / 317, 8: 5 / 317}, {0: 0.1786, 8: 0.0095}),
        ("Nassau County 1958", {0: 1 / 3, 3: 0, 4: 0, 5: 0}, {0: 1 / 3, 5: 0}),
        ("Nassau County 1970", {0: 15 / 54, 5: 3 / 54}, {0: 0.2833, 5: 0.05}),
        ("[4;3,2,1,1]", {}, {0: 1 / 2, 1: 1 / 6, 3: 1 / 6}),
        ("US Electoral College 1990s apportionment", {}, {0: 0.10812540951780, 50: 0.00540554963739}),
    ],
)
def test_printed_digits(name, banzhaf, shapley):
    game = next(game for game in GAMES if game["name"] == name)
    found = (
        power.banzhaf(game["weights"], game["quota"]),
        power.shapley_shubik(game["weights"], game["quota"]),
    )
    for index, printed in zip(found, (banzhaf, shapley), strict=True):
        for member, value in printed.items():
            assert abs(index[member] - value) < 5e-5
            assert (value == 0) == (index[member] == 0)


def test_canada_seven_fifty_with_parliament():
    """Heard and Swartz 1997, power to prevent and to initiate, three decimals; 1996 census."""
    people = {"ON": 10753573, "QC": 7138795, "BC": 3724500, "AB": 2696826, "MB": 1113898, "SK": 990237,
              "NS": 909282, "NB": 738133, "NL": 551792, "PE": 134557}  # fmt: skip
    members = {name: {"provinces": 1, "people": many} for name, many in people.items()} | {
        "Parliament": {"house": 1}
    }
    rule = {"all": [{"chamber": "house", "yes": "100 %"}, {"chamber": "provinces", "yes": "7 votes"},
                    {"chamber": "people", "yes": "50 %", "of": "all"}]}  # fmt: skip
    table = power.of(rule, members)["decision"]
    prevent = [0.656, 0.529, 0.529, 0.465, 0.452, 0.452, 0.439, 0.439, 0.439, 0.439, 1.000]
    initiate = [0.054, 0.044, 0.044, 0.039, 0.038, 0.038, 0.036, 0.036, 0.036, 0.036, 0.083]
    assert_allclose(table.prevent, prevent, atol=5.1e-4)
    assert_allclose(table.initiate, initiate, atol=5.1e-4)
    swings = [103, 83, 83, 73, 71, 71, 69, 69, 69, 69, 157]
    assert_allclose(table.absolute, np.array(swings) / 2**10, rtol=EXACT)
    assert table.act == 157 / 2**11
    assert table.blockers == ("Parliament",)
    assert table.smallest_winning == 8


EU28 = {
    "MT": 493559, "LU": 613894, "CY": 875898, "EE": 1324820, "LV": 1919968, "SI": 2080908, "LT": 2794184,
    "HR": 4076246, "IE": 4904226, "SK": 5450421, "FI": 5517919, "DK": 5806081, "BG": 7000039, "AT": 8858775,
    "HU": 9772756, "SE": 10230185, "PT": 10276617, "CZ": 10649800, "EL": 10722287, "BE": 11467923,
    "NL": 17282163, "RO": 19401658, "PL": 37972812, "ES": 46934632, "IT": 60359546, "UK": 66647112,
    "FR": 67028048, "DE": 83019214,
}  # fmt: skip


def test_eu_28_under_lisbon():
    """Populations of 2019 and the two ways to pass; digits of the package power-bdd."""
    both = {
        "all": [{"chamber": "states", "yes": "16 votes"}, {"chamber": "people", "yes": "333763100 votes"}]
    }
    rule = {"any": [both, {"chamber": "states", "yes": "25 votes"}]}
    table = power.of(rule, {name: {"states": 1, "people": many} for name, many in EU28.items()})["decision"]
    assert_allclose(table.act * 2**28, 30415198, rtol=1e-15)
    assert_allclose(table.of("DE")["absolute"], 0.17020191252231598, rtol=EXACT)
    assert_allclose(table.of("DE")["shapley_shubik"], 0.14645588268787893, rtol=EXACT)
    assert_allclose(table.of("MT")["shapley_shubik"], 0.00883986193482761, rtol=EXACT)
    assert table.smallest_winning == 16
    assert table.smallest_blocking == 4
    assert "exact" in table.method and "nobody abstains" in table.method


def test_us_federal_legislation():
    """Digits of the package power-bdd for 2020: 537 members of four types."""
    house, senate = {"chamber": "house", "yes": "218 votes"}, {"chamber": "senate", "yes": "51 votes"}
    signed = {"chamber": "president", "yes": "1 vote"}
    override = [{"chamber": "house", "yes": "290 votes"}, {"chamber": "senators", "yes": "67 votes"}]
    rule = {"any": [{"all": [house, senate, signed]}, {"all": override}]}
    members = {f"representative {place}": {"house": 1} for place in range(435)}
    members |= {f"senator {place}": {"senate": 1, "senators": 1} for place in range(100)}
    members |= {"vice-president": {"senate": 1}, "president": {"president": 1}}
    table = power.of(rule, members)["decision"]
    assert_allclose(table.of("president")["absolute"], 0.2499999999999993, rtol=EXACT)
    assert_allclose(table.of("vice-president")["absolute"], 0.01989730934679494, rtol=EXACT)
    assert_allclose(table.of("senator 0")["absolute"], 0.01989730934679494, rtol=EXACT)
    assert_allclose(table.of("representative 0")["absolute"], 0.009569407217589256, rtol=EXACT)
    assert_allclose(table.shapley_shubik.sum(), 1, rtol=EXACT)


def test_two_houses_in_closed_form():
    members = {f"nation {n}": {"nations": 1} for n in range(5)} | {
        f"firm {n}": {"firms": 1} for n in range(7)
    }
    rule = {"all": [{"chamber": "nations", "yes": "3 votes"}, {"chamber": "firms", "yes": "4 votes"}]}
    table = power.of(rule, members)["decision"]
    assert_allclose(table.absolute, [comb(4, 2) / 2**4 / 2] * 5 + [comb(6, 3) / 2**6 / 2] * 7, rtol=EXACT)
    assert_allclose(table.shapley_shubik, [0.1] * 5 + [1 / 14] * 7, rtol=EXACT)
    assert table.act == 0.25
    assert_allclose(table.shapley_ratio, 1, rtol=EXACT)


@pytest.mark.parametrize("share", [0.2, 1 / 3, 0.4])
def test_oceanic_limit(share):
    """One large holder among ever smaller ones at a simple majority: w / (1 - w) (Milnor and Shapley)."""
    small = 1500
    large = round(share / (1 - share) * small)
    weights = [large] + [5] * (small // 5)
    found = power.shapley_shubik(weights, sum(weights) // 2 + 1)[0]
    assert abs(found - share / (1 - share)) < 0.01


def test_equal_votes_in_closed_form():
    assert_allclose(power.banzhaf([1] * 101, 51, absolute=True), comb(100, 50) / 2**100, rtol=EXACT)


def test_votes_of_the_imf_give_the_united_states_a_veto_at_85_per_cent():
    """IMF quotas of 2019: 831,407 of 5,032,443 votes; the members below China are made equal."""
    rest = [309_670, 306_294] + [(5_032_443 - 831_407 - 309_670 - 306_294) // 186] * 185
    rest.append(5_032_443 - 831_407 - sum(rest))
    members = {"USA": 831_407} | {f"member {place}": vote for place, vote in enumerate(rest)}
    rule = {"decisions": {"ordinary": "> 1/2", "special": {"chamber": "members", "yes": "85 %", "of": "all"}}}
    tables = power.of(rule, members)
    assert tables["special"].blockers == ("USA",)
    assert tables["ordinary"].blockers == ()
    assert abs(tables["special"].of("USA")["nominal"] - 0.1652) < 5e-5
    assert tables["ordinary"].of("USA")["ratio"] > 1
    assert tables["special"].act < 1e-6
