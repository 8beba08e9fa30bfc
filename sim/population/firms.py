"""The firms of a run: the real AI developers and their suppliers, as columns of equal length.

What is measured is kept; what is not is filled by role, home and date with a wide stated error
(`capability_error`), and flagged in `filled`. The rules are in `sim.population.frontier`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.data.tables import read_table
from sim.errors import ChoiceError
from sim.population import frontier

__all__ = ["SUPPLIER_ROLES", "Firms", "herfindahl", "load_firms", "ranking_table"]

Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]
SUPPLIER_ROLES: Final = ("chip designer", "foundry")
# seats of the four firms whose home the source leaves blank
HOMES: Final = {"cerebras": "USA", "physint": "USA", "isomorphic": "GBR", "shanghaiailab": "CHN"}


@dataclass(frozen=True)
class Firms:
    """Columns of firms, each of shape (firms,).

    `home` ISO3, with TWN and HKG, which have no nation; `supplier` flags chip designers, foundries, memory
    and equipment makers, which do no frontier research; `capability` OOM of effective training compute
    relative to the frontier (0) at the end of 2026, -9 for suppliers; `capability_error` its standard
    deviation in OOM; `compute` H100-equivalents in use at the end of 2025; `openness` share of models with
    open weights; `safety` start effort in [0, 1]; `ai_revenue` bn USD a year from AI services (chip sales
    of suppliers are not counted); `market_share` sums to 1 over all firms. `filled` flags the cells no
    source covers.
    """

    firm_id: NDArray[np.str_]
    name: NDArray[np.str_]
    role: NDArray[np.str_]
    home: NDArray[np.str_]
    supplier: Flags
    capability: Reals
    capability_error: Reals
    compute: Reals
    openness: Reals
    safety: Reals
    ai_revenue: Reals
    market_share: Reals
    filled: dict[str, Flags]

    def __len__(self) -> int:
        return len(self.firm_id)

    def take(self, indices: Iterable[int] | NDArray[np.int64] | Flags) -> Firms:
        """The firms at these positions, or where a flag is set; market shares sum to 1 again."""
        at = np.asarray(indices if isinstance(indices, np.ndarray) else list(indices))
        if at.dtype != np.bool_:
            at = at.astype(np.int64)
        chosen: dict[str, Any] = {}
        for field in fields(self):
            column = getattr(self, field.name)
            chosen[field.name] = (
                {key: flags[at] for key, flags in column.items()} if isinstance(column, dict) else column[at]
            )
        total = chosen["market_share"].sum()
        if total > 0:
            chosen["market_share"] = chosen["market_share"] / total
        return Firms(**chosen)


def _numbers(cells: list[str]) -> Reals:
    return np.array([float(cell) if cell else np.nan for cell in cells])


def _years(cells: list[str]) -> Reals:
    """Dates as decimal years, NaN where blank."""
    days = [
        np.nan if not cell else float((np.datetime64(cell) - np.datetime64("2000-01-01")).astype(int))
        for cell in cells
    ]
    return 2000 + np.array(days) / 365.25


@lru_cache(maxsize=1)
def _all_firms() -> Firms:
    table = read_table("firms")
    role = np.array(table["role"])
    home = np.array([cell or HOMES[key] for key, cell in zip(table["firm_id"], table["home"], strict=True)])
    supplier = np.isin(role, SUPPLIER_ROLES)
    used, owned = _numbers(table["chips_used_h100e"]), _numbers(table["chips_owned_h100e"])
    seen = np.fmax(_numbers(table["cluster_h100e"]), _numbers(table["data_center_h100e"]))
    models = np.nan_to_num(_numbers(table["notable_models_since_2023"]))
    laboratory = np.array(["frontier lab" in roles for roles in table["roles_all"]])
    cloud = np.array(["cloud" in roles for roles in table["roles_all"]])

    compute = frontier.compute_in_use(
        used,
        owned,
        seen,
        role=role,
        home=home,
        models=models,
        laboratory=laboratory,
        cloud=cloud,
        supplier=supplier,
    )
    run = np.log10(_numbers(table["largest_training_flop"]))
    run[np.array(table["training_run_kind"]) != "own"] = np.nan
    date = _years(table["largest_training_date"])
    capability, error, guessed = frontier.capability(run, date, compute, np.isfinite(used), role, supplier)
    openness, closed_guess = frontier.openness(
        _numbers(table["open_weights_share"]), _numbers(table["released_models"]), role, table["firm_id"]
    )
    safety = frontier.safety_effort(
        table["seoul_commitments"], table["safety_framework"], table["frontier_model_forum"]
    )
    revenue = frontier.ai_revenue(
        _numbers(table["revenue_runrate_bn_usd"]), _years(table["revenue_date"]), compute, role, supplier
    )
    firms = Firms(
        firm_id=np.array(table["firm_id"]),
        name=np.array(table["name"]),
        role=role,
        home=home,
        supplier=supplier,
        capability=capability,
        capability_error=error,
        compute=compute,
        openness=openness,
        safety=safety,
        ai_revenue=revenue,
        market_share=revenue / revenue.sum(),
        filled={
            "home": np.array([not cell for cell in table["home"]]),
            "capability": guessed,
            "compute": ~np.isfinite(used),
            "openness": closed_guess,
            "safety": np.ones(len(role), dtype=bool),
            "ai_revenue": ~np.isfinite(_numbers(table["revenue_runrate_bn_usd"])),
            "market_share": np.ones(len(role), dtype=bool),
        },
    )
    for column in (*vars(firms).values(), *firms.filled.values()):
        if isinstance(column, np.ndarray):
            column.setflags(write=False)
    return firms


def load_firms(selection: Iterable[str] | None = None) -> Firms:
    """The 100 firms, or those named by `firm_id`, with every blank filled and flagged.

    Raises `ChoiceError` for an unknown id.

    >>> firms = load_firms()
    >>> len(firms), int(firms.supplier.sum()), bool(firms.compute.sum() < 20.9e6)
    (100, 17, True)
    """
    firms = _all_firms()
    if selection is None:
        return firms
    wanted = list(selection)
    unknown = sorted(set(wanted) - set(firms.firm_id.tolist()))
    if unknown:
        raise ChoiceError(
            f"unknown firms {', '.join(map(repr, unknown))}; expected firm ids such as 'openai'"
        )
    return firms.take(np.flatnonzero(np.isin(firms.firm_id, wanted)))


def herfindahl(market_share: Reals) -> float:
    """Herfindahl-Hirschman index of shares that sum to 1.

    >>> herfindahl(np.array([0.5, 0.5]))
    0.5
    """
    return float((market_share**2).sum())


def ranking_table(firms: Firms | None = None, rows: int = 30) -> str:
    """The start ranking as text a reader can check: capability, its error, compute, revenue, share, openness.

    >>> print(ranking_table(rows=1).splitlines()[0])
    rank  firm                                home  OOM    +-    H100e k  bn USD/y  share  open  safety
    """
    firms = load_firms() if firms is None else firms
    lines = [
        f"{'rank':<6}{'firm':<36}{'home':<6}{'OOM':<7}{'+-':<6}"
        f"{'H100e k':<9}{'bn USD/y':<10}{'share':<7}{'open':<6}safety"
    ]
    order = np.argsort(-firms.capability, kind="stable")[:rows]
    for rank, at in enumerate(order, start=1):
        lines.append(
            f"{rank:<6}{str(firms.name[at])[:34]:<36}{firms.home[at]!s:<6}{firms.capability[at]:<7.2f}"
            f"{firms.capability_error[at]:<6.2f}{firms.compute[at] / 1e3:<9.0f}{firms.ai_revenue[at]:<10.2f}"
            f"{firms.market_share[at]:<7.3f}{firms.openness[at]:<6.2f}{firms.safety[at]:.2f}"
        )
    return "\n".join(lines)
