"""The voting power that a charter gives, against the share of votes, a panel for each rule of decision."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.plots.fitting import wrapped
from sim.plots.power import INDICES, PANEL_INCHES, draw_panel, legend_of, limits_of
from sim.plots.style import StudyFigure, page, styled
from sim.plots.votes import VotingPower
from sim.power.tables import PowerTable
from sim.seats import Seats

__all__ = ["charter_power"]


@styled
def charter_power(title: str, seats: Seats, tables: Mapping[str, PowerTable], *, index: str = "banzhaf") -> StudyFigure:
    """Power of every member against its share of the votes, log-log; kinds of decision with one rule share a panel."""
    kinds: dict[str, list[str]] = {}
    for kind, table in tables.items():
        kinds.setdefault(table.rule, []).append(kind)
    games = {", ".join(names): _game(seats, tables[names[0]]) for names in kinds.values()}
    columns = min(3, len(games))
    rows = -(-len(games) // columns)
    rules = " ".join(f"{names.capitalize()}: {game.rule}." for names, game in games.items())
    caption = f"{rules} Power from the rules alone, everybody voting yes or no. {' '.join(seats.notes)}"
    figure = page(f"{title}: voting power against share of votes", caption, rows * PANEL_INCHES[columns] + 0.1,
                  legend=legend_of(games))  # fmt: skip
    low, high = limits_of(games, index)
    for place, axes in enumerate(figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).flat):
        if place >= len(games):
            axes.set_axis_off()
            continue
        name = list(games)[place]
        draw_panel(axes, games[name], getattr(games[name], index), low, high)
        axes.set_title(wrapped(name, 28))
        axes.set_xlabel("share of votes, percent")
        if place % columns == 0:
            axes.set_ylabel(INDICES[index])
    return figure


def _game(seats: Seats, table: PowerTable) -> VotingPower:
    kind = dict(zip(seats.members, seats.kind, strict=True))
    voting = dict(zip(seats.members, seats.seated, strict=True))
    keep = np.array([bool(voting[name]) for name in table.members])
    names = tuple(name for name, kept in zip(table.members, keep, strict=True) if kept)
    firm = np.array([kind[name] == "firm" for name in names])
    return VotingPower(
        names,
        firm,
        np.array([name == seats.host for name in names]),
        table.nominal[keep],
        table.banzhaf[keep],
        table.shapley_shubik[keep],
        int((~firm).sum()),
        table.decision,
        table.rule,
    )
