"""Voting power: `sim.power` and the vote formulas of `sim.rules.weights`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from sim import power
from sim.rules.roll import Roll
from sim.rules.weights import capital, imf
from validation import computes

ROOT = Path(__file__).resolve().parents[2]
GAMES: dict[str, dict[str, Any]] = {
    game["name"]: game
    for game in json.loads(
        (ROOT / "tests" / "power" / "power_games.json").read_text(encoding="utf-8")
    )
}
LARGE = 100


def key(name: str) -> str:
    """A game's name as part of an id."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in name).split()).lower()


def _worst(found: Any, exact: Any) -> float:
    """Largest relative difference over members; a member without power has to have exactly none."""
    found, exact = np.asarray(found), np.asarray(exact)
    zero = exact == 0.0
    if (found[zero] != 0.0).any():
        return float("inf")
    return float(np.max(np.abs(found[~zero] / exact[~zero] - 1.0)))


SMALL = [(key(name), game) for name, game in GAMES.items() if game["n"] < LARGE]
BIG = [(key(name), game) for name, game in GAMES.items() if game["n"] >= LARGE]
for cases, is_slow in ((SMALL, False), (BIG, True)):

    @computes("power.game.absolute", cases)
    def absolute(game: dict[str, Any]) -> float:
        """Absolute Banzhaf index against the exact vector."""
        return _worst(power.banzhaf(game["weights"], game["quota"], absolute=True), game["banzhaf_absolute"])

    @computes("power.game.banzhaf", cases)
    def normalised(game: dict[str, Any]) -> float:
        """Normalised Banzhaf index against the exact vector."""
        return _worst(power.banzhaf(game["weights"], game["quota"]), game["banzhaf_normalised"])

    @computes("power.game.shapley", cases, slow=is_slow)
    def shapley(game: dict[str, Any]) -> float:
        """Shapley-Shubik index against the exact vector."""
        return _worst(power.shapley_shubik(game["weights"], game["quota"]), game["shapley_shubik"])

    @computes("power.game.act", cases)
    def act(game: dict[str, Any]) -> float:
        """Coleman's power of the body to act."""
        return float(power.coleman(game["weights"], game["quota"])[0])


PRINTED = {
    "unsc": ([7] * 5 + [1] * 10, 39, (0, 14)),
    "eec": ([4, 4, 4, 2, 2, 1], 12, (0, 3, 5)),
    "eec9": ([10] * 4 + [5] * 2 + [3] * 2 + [2], 41, (0, 4, 6, 8)),
    "eu15": ([10] * 4 + [8] + [5] * 4 + [4] * 2 + [3] * 3 + [2], 62, (0, 4, 5, 9, 11, 14)),
    "nassau1958": ([9, 9, 7, 3, 1, 1], 16, range(6)),
    "shareholders": ([40, 30, 20, 10], 51, range(4)),
    "four": ([3, 2, 1, 1], 4, range(4)),
}


@computes("power.printed.banzhaf", PRINTED.items())
def printed_banzhaf(case: Any) -> Any:
    """Normalised Banzhaf index of the members printed."""
    weights, quota, members = case
    return power.banzhaf(weights, quota)[list(members)]


@computes("power.printed.shapley", PRINTED.items())
def printed_shapley(case: Any) -> Any:
    """Shapley-Shubik index of the members printed."""
    weights, quota, members = case
    return power.shapley_shubik(weights, quota)[list(members)]


@computes("power.electoral-college")
def electoral_college() -> Any:
    """The largest state's two indices and the smallest state's Shapley-Shubik index."""
    game = GAMES["US Electoral College 1990s apportionment"]
    weights, quota = game["weights"], game["quota"]
    orders = power.shapley_shubik(weights, quota)
    return power.banzhaf(weights, quota, absolute=True)[0], orders[0], orders[-1]


def canada() -> Any:
    """Seven provinces with half the people, and Parliament."""
    people = {"ON": 10753573, "QC": 7138795, "BC": 3724500, "AB": 2696826, "MB": 1113898, "SK": 990237, "NS": 909282,
              "NB": 738133, "NL": 551792, "PE": 134557}  # fmt: skip
    members = {name: {"provinces": 1, "people": many} for name, many in people.items()} | {"Parliament": {"house": 1}}
    parts = [{"chamber": "house", "yes": "100 %"}, {"chamber": "provinces", "yes": "7 votes"}]
    return power.of({"all": [*parts, {"chamber": "people", "yes": "50 %", "of": "all"}]}, members)["decision"]


@computes("power.canada", (("prevent", "prevent"), ("initiate", "initiate"), ("swings", "absolute")))
def canada_index(index: str) -> Any:
    """Power to prevent, to initiate, and swings in whole numbers."""
    found = getattr(canada(), index)
    return found * 2**10 if index == "absolute" else found


EU28 = [493559, 613894, 875898, 1324820, 1919968, 2080908, 2794184, 4076246, 4904226, 5450421, 5517919, 5806081,
        7000039, 8858775, 9772756, 10230185, 10276617, 10649800, 10722287, 11467923, 17282163, 19401658, 37972812,
        46934632, 60359546, 66647112, 67028048, 83019214]  # fmt: skip


@computes("power.lisbon", slow=True)
def lisbon() -> Any:
    """EU-28: 16 states with 65 % of the people, or 25 states."""
    both = [{"chamber": "states", "yes": "16 votes"}, {"chamber": "people", "yes": "333763100 votes"}]
    rule = {"any": [{"all": both}, {"chamber": "states", "yes": "25 votes"}]}
    table = power.of(rule, {f"state {n}": {"states": 1, "people": many} for n, many in enumerate(EU28)})["decision"]
    return table.absolute[-1], table.shapley_shubik[-1], table.shapley_shubik[0], table.act


@computes("power.congress", slow=True)
def congress() -> Any:
    """US federal legislation of 2020: president, vice-president, representative."""
    house, senate = {"chamber": "house", "yes": "218 votes"}, {"chamber": "senate", "yes": "51 votes"}
    override = [{"chamber": "house", "yes": "290 votes"}, {"chamber": "senators", "yes": "67 votes"}]
    rule = {"any": [{"all": [house, senate, {"chamber": "president", "yes": "1 vote"}]}, {"all": override}]}
    members: dict[str, dict[str, int]] = {f"representative {place}": {"house": 1} for place in range(435)}
    members |= {f"senator {place}": {"senate": 1, "senators": 1} for place in range(100)}
    members |= {"vice-president": {"senate": 1}, "president": {"president": 1}}
    table = power.of(rule, members)["decision"]
    return [table.of(name)["absolute"] for name in ("president", "vice-president", "representative 0")]


@computes("power.two-houses")
def two_houses() -> Any:
    """Three of five nations and four of seven firms."""
    members = {f"nation {n}": {"nations": 1} for n in range(5)} | {f"firm {n}": {"firms": 1} for n in range(7)}
    rule = {"all": [{"chamber": "nations", "yes": "3 votes"}, {"chamber": "firms", "yes": "4 votes"}]}
    table = power.of(rule, members)["decision"]
    return table.absolute[0], table.absolute[-1], table.act, table.shapley_shubik[0], table.shapley_shubik[-1]


@computes("power.oceanic")
def oceanic() -> float:
    """One holder of 40 among sixty of 1, at 51."""
    return float(power.shapley_shubik([40] + [1] * 60, 51)[0])


@computes("power.equal")
def equal() -> float:
    """A hundred and one equal voters."""
    return float(power.banzhaf([1] * 101, 51, absolute=True)[0])


@computes("power.imf-shares")
def imf_shares() -> Any:
    """Shares of a body of five by the rule `imf`."""
    quota = np.array([[80000.0, 30000.0, 20000.0, 5000.0, 1000.0]])
    return imf(Roll(np.ones((1, 5), dtype=bool), imf_quota=quota))[0]


@computes("power.imf-votes", (("us", 17.46), ("jp", 6.48), ("cn", 6.41)))
def imf_votes(share: float) -> float:
    """Percent of votes of a quota share among 190 members."""
    quota = np.array([[share] + [(100.0 - share) / 189.0] * 189])
    return float(100.0 * imf(Roll(np.ones((1, 190), dtype=bool), imf_quota=quota))[0, 0])


@computes("power.aiib-votes")
def aiib_votes() -> Any:
    """China, India and Russia by the rule `capital` with the stock of the preset `aiib`, percent."""
    charter = YAML(typ="safe").load(ROOT / "scenarios" / "charters" / "aiib.yaml")
    weight = charter["voting"]["chambers"]["shares"]["weight"]
    numbers = {key: value for key, value in weight.items() if key != "rule"}
    codes = np.array([list(numbers["stock"])])
    roll = Roll(np.ones(codes.shape, dtype=bool), gdp=np.ones(codes.shape), codes=codes)
    found = dict(zip(codes[0].tolist(), 100.0 * capital(roll, **numbers)[0], strict=True))
    return [found[code] for code in ("CHN", "IND", "RUS")]
