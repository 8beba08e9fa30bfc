"""What a state is like, and how near it stands to the leaders of a body, the year before the body was founded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.data.tables import read_table
from sim.estimation.risk_sets import Body, iso3_codes
from sim.population import load_nations
from sim.population.partners import distances, partner_matrix

__all__ = ["FIRST_YEAR", "POLES", "State", "allied", "partners", "poles_of", "state_before"]

Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]
POLES: Final = ("CHN", "USA")
SERIES: Final = ("unga_ideal_point", "electoral_democracy", "gdp_current_usd", "population_persons")
FIRST_YEAR: Final = 1999  # of the yearly series, as the table `yearly` begins
OLDEST: Final = 5  # years a value may be older than the year asked for
# year of accession of NATO members since 1999 (nato.int, member countries); the others were members before
NATO_SINCE: Final = {
    "CZE": 1999, "HUN": 1999, "POL": 1999, "BGR": 2004, "EST": 2004, "LVA": 2004, "LTU": 2004, "ROU": 2004,
    "SVK": 2004, "SVN": 2004, "ALB": 2009, "HRV": 2009, "MNE": 2017, "MKD": 2020, "FIN": 2023, "SWE": 2024,
}  # fmt: skip


@dataclass(frozen=True)
class State:
    """Columns (193,) of the last year before a founding: what is known of every state then.

    `ideal_point` standard deviations, `democracy` V-Dem electoral democracy in [0, 1], `income` natural log of
    market GDP per head in USD, `size` natural log of GDP in USD, `year` the year of the ideal point.
    `late` names columns that had to come from a later year, with the share of states.
    """

    year: int
    ideal_point: Reals
    democracy: Reals
    income: Reals
    size: Reals
    late: dict[str, float]


@lru_cache(maxsize=1)
def _panel() -> tuple[dict[str, Reals], int]:
    """Every series as (years, 193), and the first year."""
    cells = read_table("yearly")
    years = np.array([int(year) for year in cells["year"]])
    first, codes = int(years.min()), {code: at for at, code in enumerate(iso3_codes())}
    row, column = years - first, np.array([codes[code] for code in cells["iso3"]])
    panel = {}
    for name in SERIES:
        values = np.full((int(years.max()) - first + 1, len(codes)), np.nan)
        values[row, column] = [float(cell) if cell else np.nan for cell in cells[name]]
        panel[name] = values
    return panel, first


def _dated(name: str, year: int) -> tuple[Reals, Flags]:
    """The series in `year`, else the nearest earlier of five years, else the nearest later; flags of the latter."""
    panel, first = _panel()
    values, at = panel[name], min(max(year - first, 0), len(panel[name]) - 1)
    answer, late = values[at].copy(), np.full(values.shape[1], year < first)
    for back in range(1, min(OLDEST, at) + 1):
        answer = np.where(np.isnan(answer), values[at - back], answer)
    for ahead in range(at + 1, len(values)):
        missing = np.isnan(answer) & ~np.isnan(values[ahead])
        answer, late = np.where(missing, values[ahead], answer), late | missing
    return answer, late


def _line(target: Reals, columns: Reals) -> Reals:
    """The target with its blanks on the least-squares plane of the columns, (193,)."""
    known = ~np.isnan(target)
    slopes = np.linalg.lstsq(columns[known], target[known], rcond=None)[0]
    return np.where(known, target, np.clip((columns * slopes).sum(axis=-1), 0.0, 1.0))


@lru_cache(maxsize=64)
def state_before(year: int) -> State:
    """Every state as it was the year before `year`, the year of a founding.

    >>> before = state_before(2015)
    >>> before.year, bool(before.ideal_point[list(iso3_codes()).index("USA")] > 2)
    (2014, True)
    """
    nations, asked = load_nations(), year - 1
    found = {name: _dated(name, asked) for name in SERIES}
    values = {name: pair[0] for name, pair in found.items()}
    gdp = values["gdp_current_usd"]
    gdp = np.where(np.isnan(gdp), nations.gdp * 1e9, gdp)
    people = values["population_persons"]
    income, ideal = np.log(gdp / people), values["unga_ideal_point"]
    plane = np.column_stack([np.ones(len(gdp)), ideal, income, nations.groups["sids"]])
    late = {name: float(pair[1].mean()) for name, pair in found.items() if pair[1].any()}
    last = _panel()[1] + len(_panel()[0]["unga_ideal_point"]) - 1
    return State(min(asked, last), ideal, _line(values["electoral_democracy"], plane), income, np.log(gdp), late)


@lru_cache(maxsize=1)
def partners() -> Reals:
    """The gravity matrix of partners, (193, 193), rows sum to 1; of 2024, because no older one is at hand."""
    return partner_matrix(load_nations())


@lru_cache(maxsize=1)
def kilometres() -> Reals:
    """Great-circle distances between capitals, (193, 193)."""
    nations = load_nations()
    return distances(nations.latitude, nations.longitude)


def poles_of(one: Body, before: State) -> tuple[str, str]:
    """The pole nearer to the leaders of a body and the farther one, before the founding.

    A pole that leads a body is its nearer pole; for other leaders nearness is the distance in ideal point plus
    that in electoral democracy, each in standard deviations over the states. The farther one is called the rival.
    """
    if len(set(one.leads) & set(POLES)) == 1:
        near = next(pole for pole in POLES if pole in one.leads)
        return near, POLES[1 - POLES.index(near)]
    codes, leads = list(iso3_codes()), lead_rows(one)
    at = [codes.index(pole) for pole in POLES]
    apart = np.zeros(len(POLES))
    for column in (before.ideal_point, before.democracy):
        apart += np.abs(column[at] - column[leads].mean()) / column.std()
    gaps = apart.tolist()
    return (POLES[0], POLES[1]) if gaps[0] <= gaps[1] else (POLES[1], POLES[0])


def lead_rows(one: Body) -> NDArray[np.int64]:
    """Positions of the leading states."""
    return np.flatnonzero(np.isin(iso3_codes(), one.leads))


def allied(pole: str, year: int) -> Flags:
    """States with a standing treaty alliance with a state before `year`, (193,).

    For NATO members the alliance, for the USA also its treaties with AUS, JPN, KOR, NZL, PHL and THA, for China
    the treaty with PRK (1961).

    >>> int(allied("USA", 2020).sum()), int(allied("CHN", 2020).sum())
    (34, 1)
    """
    nations, codes = load_nations(), np.array(iso3_codes())
    since = np.array([NATO_SINCE.get(code, 0) for code in codes])
    nato = nations.groups["nato"] & (since < year)
    if pole == "USA":
        return (nato | (nations.us_treaty_ally & ~nations.groups["nato"])) & (codes != "USA")
    if pole == "CHN":
        return np.asarray(codes == "PRK")
    if pole in ("PRK", "AUS", "JPN", "KOR", "NZL", "PHL", "THA"):
        return np.asarray(codes == ("CHN" if pole == "PRK" else "USA"))
    inside = bool(nato[codes == pole].any())
    return nato & (codes != pole) if inside else np.zeros(len(codes), dtype=bool)
