"""Who pays into a body's fund and who receives: dues and allocations by income group, beside all other money."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.plots.fitting import wrapped
from sim.plots.style import GREY, StudyFigure, number, page, plain_axis, styled, text_page
from sim.plots.wording import (
    NothingToShowError,
    bodies_of,
    body_title,
    chosen,
    known_body,
    plain_label,
    rests_on,
)  # fmt: skip
from sim.population import INCOME_GROUPS
from sim.results import Results

__all__ = ["dues_and_allocations"]

PAID, RECEIVED = "#E69F00", "#0072B2"
UNIT = "bn USD/year"
ROW_INCHES = 0.165
OWN_SCALE = 0.1
Account = Mapping[str, tuple[float, float, float, float]]
"""Row -> (paid in, paid out, low and high of the net over runs), in bn USD a year."""


@styled
def dues_and_allocations(
    results: Results, body: str | None = None, policy: str | list[str] | None = None
) -> StudyFigure:
    """What income groups pay into a body's fund and receive from it, a panel a policy, as a balanced account.

    Bars are means over runs of the yearly mean, so that they add up; the marker is the net with the middle 90 % of
    runs. Rows below the line complete the account: dues + levies + other income = allocations + costs + change of
    reserve. `policy` is one, several or, by default, all. Raises `ChoiceError` for an unknown name.
    """
    kept = chosen(results, policy)
    title = "Dues and allocations"
    try:
        body = known_body(results, body)
        title = f"{body_title(body)}: dues in and allocations out, a year"
        accounts = {name: _account(results, body, name) for name in kept if body in bodies_of(results, name)}
        accounts = {name: account for name, account in accounts.items() if account}
        if not accounts:
            raise NothingToShowError(f"No run of these policies has a body {body_title(body)} with a fund.")
    except NothingToShowError as reason:
        return text_page(title, str(reason), rests_on(results, kept, body))
    return _figure(results, title, body, kept, accounts)


def _figure(results: Results, title: str, body: str, kept: list[str], accounts: dict[str, Account]) -> StudyFigure:
    columns = min(2 if len(accounts) > 1 else 1, len(accounts))
    rows = -(-len(accounts) // columns)
    lines = list(next(iter(accounts.values())))
    figure = page(title, _caption(results, body, kept, accounts), rows * (0.58 + ROW_INCHES * len(lines)) + 0.3,
                  legend=_legend(accounts))  # fmt: skip
    most = max(max(paid, got, abs(low), abs(high))
               for account in accounts.values() for paid, got, low, high in account.values())  # fmt: skip
    most = most or 1.0
    for place, axes in enumerate(figure.subplots(rows, columns, squeeze=False, sharey=True).flat):
        if place >= len(accounts):
            axes.set_axis_off()
            continue
        policy = list(accounts)[place]
        own = max(max(paid, got) for paid, got, _, _ in accounts[policy].values())
        small = 0.0 < own < OWN_SCALE * most
        _panel(axes, accounts[policy], own * 1.05 if small else most, moves=own > 0.0)
        axes.set_title(wrapped(plain_label(results, policy) + (" (own, finer scale)" if small else ""), 44))
        axes.set_yticks(range(len(lines)), lines)
        if place + columns >= len(accounts):
            axes.set_xlabel(f"← paid in      {UNIT}      paid out →")
    return figure


def _account(results: Results, body: str, policy: str) -> Account:
    groups = {group: (f"{body}.dues.{group}", f"{body}.allocations.{group}") for group in reversed(INCOME_GROUPS)}
    pairs: dict[str, tuple[str, str]] = {
        **{group.replace("_", " ").capitalize(): pair for group, pair in groups.items()},
        "Firms' levies": (f"{body}.levies", ""),
        "Gifts": (f"{body}.other_income", ""),
        "Costs": ("", f"{body}.costs"),
    }
    names = [name for pair in pairs.values() for name in pair if name]
    if not set(names) <= set(results.schema.measures):
        return {}
    columns = [f"{name}.mean" for name in names]
    frame = results.read("runs", columns, {"policy": policy, "status": "ok"}).dropna()
    if frame.empty:
        return {}
    found: dict[str, tuple[float, float, float, float]] = {}
    reserve = np.zeros(len(frame))
    for row, (paid, got) in pairs.items():
        into, out = _values(frame, paid), _values(frame, got)
        reserve = reserve + into - out
        found[row] = (float(into.mean()), float(out.mean()), *_middle(out - into))
    kept = float(reserve.mean())
    found["To reserve" if kept >= 0 else "From reserve"] = (max(-kept, 0.0), max(kept, 0.0), *_middle(reserve))
    return {("Reserve" if row.endswith("reserve") else row): values for row, values in found.items()}


def _values(frame: pd.DataFrame, name: str) -> np.ndarray:
    return frame[f"{name}.mean"].to_numpy(np.float64) if name else np.zeros(len(frame))


def _middle(values: np.ndarray) -> tuple[float, float]:
    if len(values) < 2:
        return float("nan"), float("nan")
    low, high = np.quantile(values, [0.05, 0.95])
    return float(low), float(high)


def _panel(axes: Axes, account: Account, most: float, *, moves: bool) -> None:
    groups = len(INCOME_GROUPS)
    if not moves:
        axes.text(-most * 0.54, groups - 0.5, "no money moves", ha="center", va="center", color=GREY, style="italic",
                  backgroundcolor="white", zorder=5)  # fmt: skip
    for place, (row, (paid, got, low, high)) in enumerate(account.items()):
        if row not in ("Costs",):
            axes.barh(place, -paid, height=0.68, color=PAID, edgecolor="black", linewidth=0.4)
        axes.barh(place, got, height=0.68, color=RECEIVED, edgecolor="black", linewidth=0.4, hatch="////")
        net = got - paid
        if place < groups:
            if np.isfinite(low):
                axes.plot([low, high], [place, place], color="black", linewidth=2.6, solid_capstyle="butt")
                axes.plot([low, high], [place, place], color="white", linewidth=1.0, solid_capstyle="butt")
            axes.plot([net], [place], marker="D", color="black", markerfacecolor="white", markersize=4.2,
                      markeredgewidth=0.9)  # fmt: skip
        axes.text(
            most * 1.52, place, _signed(net, most), ha="right", va="center", color="black" if place < groups else GREY
        )
    axes.axvline(0.0, color="black", linewidth=0.7)
    axes.axhline(groups - 0.5, color=GREY, linewidth=0.5, linestyle=(0, (2, 2)))
    axes.set_xlim(-most * 1.08, most * 1.54)
    axes.set_ylim(len(account) - 0.4, -0.6)
    axes.spines["bottom"].set_bounds(-most * 1.08, most * 1.08)
    plain_axis(axes.xaxis, 4)
    ticks = [tick for tick in axes.xaxis.get_major_locator().tick_values(-most, most) if abs(tick) <= most * 1.08]
    axes.set_xticks(ticks, [number(abs(tick)) for tick in ticks])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _signed(value: float, most: float) -> str:
    """A net amount with its sign, to three digits; what is lost beside the largest of its panel is about 0.

    >>> _signed(1.2345, 2.0), _signed(-0.00123, 2.0), _signed(0.0, 2.0), _signed(-3e-9, 2.0)
    ('+1.23', '−0.00123', '0', '≈ 0')
    """
    if abs(value) <= 1e-12 * most:
        return "0"
    return f"{value:+.3g}".replace("-", "−") if abs(value) > 1e-5 * most else "≈ 0"


def _legend(accounts: dict[str, Account]) -> list[tuple[Artist, str]]:
    net = Line2D([], [], color="black", marker="D", markerfacecolor="white", linewidth=1.0, markeredgewidth=0.9)
    many = any(np.isfinite(low) for account in accounts.values() for _, _, low, _ in account.values())
    return [
        (Patch(facecolor=PAID, edgecolor="black", linewidth=0.4), "paid in"),
        (Patch(facecolor=RECEIVED, edgecolor="black", linewidth=0.4, hatch="////"), "paid out"),
        (net, f"net of an income group{', 90 % of runs' if many else ''}"),
    ]


def _caption(results: Results, body: str, kept: list[str], accounts: dict[str, Account]) -> str:
    said = [
        "Bars: means over runs of the mean over the years after the start; figures at the right: paid out less paid "
        "in. Income groups: dues and allocations of members. Below the dashed line: the rest of the account, so that "
        "what is paid in equals what is paid out and the change of the reserve.",
    ]
    without = [plain_label(results, name) for name in kept if name not in accounts]
    if without:
        said.append(f"No such body or fund: {', '.join(without)}.")
    return " ".join([*said, rests_on(results, list(accounts), body)])
