"""The nations of a run: real, sampled or selected, as columns of equal length."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.data.tables import read_table
from sim.errors import ChoiceError
from sim.population import compute as compute_rules
from sim.population import fill

__all__ = ["INCOME_GROUPS", "Nations", "load_nations"]

Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]
INCOME_GROUPS = fill.INCOME_GROUPS
# assumption: telemetry undercounts China, so its published AI use carries a wider relative error
CHINA_AI_USE_ERROR = 0.5


@dataclass(frozen=True)
class Nations:
    """Columns of nations, each of shape (nations,), in the order of `iso3`.

    `income_group` holds codes 0..3 of `INCOME_GROUPS`; `groups` flags per group name (`global_south` is the
    G77 and China); `population` millions; `gdp` bn USD of 2024 at market rates; `gdp_per_capita_ppp` intl
    $ of 2021; `readiness`, `ai_use`, `rights`, `hdi`, `internet_share` in [0, 1]; `ai_use_error` relative
    standard deviation; `compute` H100-equivalents in the nation or contracted, end of 2025; `ideal_point`
    standard deviations; `un_assessment` percent; `imf_quota` SDR million; trade shares of exports plus
    imports; `latitude`, `longitude` degrees of the capital. `filled` flags the cells no source covers, by
    column.
    """

    iso3: NDArray[np.str_]
    name: NDArray[np.str_]
    region: NDArray[np.str_]
    subregion: NDArray[np.str_]
    un_group: NDArray[np.str_]
    income_group: NDArray[np.int64]
    groups: dict[str, Flags]
    population: Reals
    gdp: Reals
    gdp_per_capita_ppp: Reals
    readiness: Reals
    ai_use: Reals
    ai_use_imputed: Flags
    ai_use_error: Reals
    compute: Reals
    ideal_point: Reals
    rights: Reals
    hdi: Reals
    notable_models: Reals
    un_assessment: Reals
    imf_quota: Reals
    internet_share: Reals
    trade_share_china: Reals
    trade_share_usa: Reals
    us_treaty_ally: Flags
    latitude: Reals
    longitude: Reals
    filled: dict[str, Flags]

    def __len__(self) -> int:
        return len(self.iso3)

    def take(self, indices: Iterable[int] | NDArray[np.int64] | Flags) -> Nations:
        """The nations at these positions, or where a flag is set, in that order."""
        at = np.asarray(indices if isinstance(indices, np.ndarray) else list(indices))
        if at.dtype != np.bool_:
            at = at.astype(np.int64)
        chosen: dict[str, Any] = {}
        for field in fields(self):
            column = getattr(self, field.name)
            chosen[field.name] = (
                {key: flags[at] for key, flags in column.items()} if isinstance(column, dict) else column[at]
            )
        return Nations(**chosen)

    def index(self, iso3: str) -> int:
        """Position of one nation; raises `ChoiceError` if it is not among them."""
        found = np.flatnonzero(self.iso3 == iso3)
        if not found.size:
            raise ChoiceError(
                f"no nation {iso3!r} among the {len(self)} chosen; expected ISO 3166-1 alpha-3 codes"
            )
        return int(found[0])


def _numbers(cells: list[str]) -> Reals:
    return np.array([float(cell) if cell else np.nan for cell in cells])


def _flags(cells: list[str]) -> Flags:
    return np.array([cell == "1" for cell in cells])


@lru_cache(maxsize=4)
def _all_nations(compute_rule: str) -> Nations:
    table, groups = read_table("nations"), read_table("groups")
    if table["iso3"] != groups["iso3"]:
        raise ChoiceError("tables 'nations' and 'groups' differ in their rows; install the package again")
    iso3 = np.array(table["iso3"])
    region, subregion = np.array(table["m49_region"]), np.array(table["m49_subregion"])
    income = fill.income_group(iso3, table["income_group_fy26"])
    flags = {name: _flags(cells) for name, cells in groups.items() if name != "iso3"}
    flags["global_south"] = flags["g77"] | (iso3 == "CHN")

    population = _numbers(table["population_persons"])
    usd, year = _numbers(table["gdp_current_usd"]), _numbers(table["gdp_year"])
    per_head = fill.gdp_per_capita(_numbers(table["gdp_per_head_ppp"]), usd, population, region)
    gdp = fill.gdp_bn_usd(usd, year, per_head, population, region, income)
    internet = fill.internet(_numbers(table["internet_percent"]) / 100, iso3, region, income)
    development = fill.hdi(_numbers(table["hdi"]), per_head)
    ideal = _numbers(table["unga_ideal_point"])
    published_rights = _numbers(table["liberal_democracy"])
    published_use = _numbers(table["ai_use_percent"]) / 100
    use, imputed, error = fill.ai_use(published_use, subregion, internet, per_head)
    models = _numbers(table["notable_models_since_2023"])
    ready = fill.readiness(internet, development, per_head, models)
    clusters = _numbers(table["cluster_h100e"])
    china, usa = _numbers(table["trade_share_china"]), _numbers(table["trade_share_usa"])
    quota = _numbers(table["imf_quota_sdr_million"])

    def blank(column: str) -> Flags:
        return np.array([not cell for cell in table[column]])

    nations = Nations(
        iso3=iso3,
        name=np.array(table["name"]),
        region=region,
        subregion=subregion,
        un_group=np.array(table["un_regional_group"]),
        income_group=income,
        groups=flags,
        population=population / 1e6,
        gdp=gdp,
        gdp_per_capita_ppp=per_head,
        readiness=ready,
        ai_use=use,
        ai_use_imputed=imputed,
        ai_use_error=np.where(iso3 == "CHN", CHINA_AI_USE_ERROR, error),
        compute=compute_rules.by_nation(iso3, gdp, ready, clusters, compute_rule),
        ideal_point=ideal,
        rights=fill.rights(published_rights, ideal, development, flags["sids"]),
        hdi=development,
        notable_models=models,
        un_assessment=_numbers(table["un_assessment_percent"]),
        imf_quota=np.nan_to_num(quota),
        internet_share=internet,
        trade_share_china=fill.trade_share(china, iso3, "CHN"),
        trade_share_usa=fill.trade_share(usa, iso3, "USA"),
        us_treaty_ally=_flags(table["us_treaty_ally"]),
        latitude=_numbers(table["latitude"]),
        longitude=_numbers(table["longitude"]),
        filled={
            "income_group": blank("income_group_fy26"),
            "gdp": ~(year == 2024),
            "gdp_per_capita_ppp": blank("gdp_per_head_ppp"),
            "internet_share": blank("internet_percent"),
            "hdi": blank("hdi"),
            "readiness": blank("internet_percent") | blank("hdi") | blank("gdp_per_head_ppp"),
            "ai_use": imputed,
            "compute": ~((iso3 == "CHN") & (compute_rule == "owners")),
            "rights": blank("liberal_democracy"),
            "imf_quota": blank("imf_quota_sdr_million"),
            "trade_share_china": blank("trade_share_china"),
            "trade_share_usa": blank("trade_share_usa"),
        },
    )
    for column in (*vars(nations).values(), *nations.groups.values(), *nations.filled.values()):
        if isinstance(column, np.ndarray):
            column.setflags(write=False)
    return nations


def load_nations(selection: str | Iterable[str] | None = None, *, compute_rule: str = "owners") -> Nations:
    """The 193 UN members, or those of a selection, with every blank filled and flagged.

    `selection`: None for all, the name of a group (`apec`, `ldc`, ...), or ISO3 codes, kept in the order
    of the full list. `compute_rule` is `owners` or `clusters_scaled` (see `sim.population.compute`);
    shares are taken over the whole world first, so a selection changes no nation. Raises `ChoiceError` for
    unknown names.

    >>> nations = load_nations()
    >>> len(nations), len(load_nations("asean")), load_nations(["NAM", "NOR"]).name.tolist()
    (193, 11, ['Namibia', 'Norway'])
    """
    nations = _all_nations(compute_rule)
    if selection is None:
        return nations
    if isinstance(selection, str):
        if selection not in nations.groups:
            near = difflib.get_close_matches(selection.lower(), nations.groups, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ChoiceError(
                f"unknown group {selection!r}; expected one of {', '.join(nations.groups)}, "
                f"or a list of ISO3 codes{hint}"
            )
        return nations.take(np.flatnonzero(nations.groups[selection]))
    wanted = list(selection)
    unknown = sorted(set(wanted) - set(nations.iso3.tolist()))
    if unknown:
        raise ChoiceError(
            f"unknown nations {', '.join(map(repr, unknown))}; expected ISO3 codes of UN members "
            "(Chinese Taipei, Hong Kong and the EU have no row)"
        )
    return nations.take(np.flatnonzero(np.isin(nations.iso3, wanted)))
