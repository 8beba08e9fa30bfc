"""Voting power against the share of votes, for every member of a body, by policy."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from sim.errors import ChoiceError, SimError
from sim.plots.fitting import wrapped
from sim.plots.style import GREY, StudyFigure, number, page, styled, text_page
from sim.plots.votes import VotingPower, voting_power
from sim.plots.wording import (
    NothingToShowError,
    bodies_of,
    body_title,
    chosen,
    known_body,
    plain_label,
    rests_on,
)  # fmt: skip
from sim.results import Results
from sim.study.again import ensemble_of

__all__ = ["INDICES", "PANEL_INCHES", "draw_panel", "legend_of", "limits_of", "power_against_share"]

INDICES = {"banzhaf": "Banzhaf index, percent", "shapley_shubik": "Shapley-Shubik index, percent"}
LOWEST = 0.01
PANEL_INCHES = {1: 3.4, 2: 3.2, 3: 2.62}
STATE, HOST, FIRM = "#0072B2", "#D55E00", "#E69F00"


@styled
def power_against_share(
    results: Results,
    body: str | None = None,
    policy: str | list[str] | None = None,
    *,
    index: str = "banzhaf",
    decision: str | None = None,
) -> StudyFigure:
    """The power of each member of a body against its share of the votes, log-log, a panel a policy.

    Members are those of the start, as if all signatories had ratified; votes are those of the simulated assembly in
    the first future. `index` is banzhaf or shapley_shubik; `decision` a kind of decision of the charter, by default
    the one that settles stringency. Raises `ChoiceError` for an unknown name.
    """
    if index not in INDICES:
        raise ChoiceError(f"there is no index '{index}'; write one of: {', '.join(INDICES)}")
    kept = chosen(results, policy)
    title = "Voting power against share of votes"
    try:
        body = known_body(results, body)
        title = f"{body_title(body)}: voting power against share of votes"
        found = _games(results, body, kept, decision)
    except NothingToShowError as reason:
        return text_page(title, str(reason), rests_on(results, kept, body))
    columns = min(3, len(found))
    rows = -(-len(found) // columns)
    figure = page(title, _caption(results, body, kept, found, index), rows * PANEL_INCHES[columns] + 0.1,
                  legend=legend_of(found))  # fmt: skip
    low, high = limits_of(found, index)
    for place, axes in enumerate(figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).flat):
        if place >= len(found):
            axes.set_axis_off()
            continue
        name = list(found)[place]
        draw_panel(axes, found[name], getattr(found[name], index), low, high)
        axes.set_title(wrapped(plain_label(results, name), 28))
        if place + columns >= len(found):
            axes.set_xlabel("share of votes, percent")
            axes.tick_params(axis="x", labelbottom=True)
        if place % columns == 0:
            axes.set_ylabel(INDICES[index])
    return figure


def _games(results: Results, body: str, kept: list[str], decision: str | None) -> dict[str, VotingPower]:
    """The voting power under each policy that has the body, in the first future and replicate."""
    asked = [policy for policy in kept if body in bodies_of(results, policy)]
    if not asked:
        raise NothingToShowError(f"None of these policies has a body {body_title(body)}.")
    found: dict[str, VotingPower] = {}
    reasons: list[str] = []
    try:
        ensemble = ensemble_of(results.manifest)
        _, futures, replicates = ensemble.shape
        order = list(results.policies)
        specs = {policy: ensemble.row(order.index(policy) * futures * replicates, "start").spec for policy in asked}
    except (KeyError, SimError) as error:
        raise NothingToShowError(f"The charters of this study cannot be read from its manifest: {error}.") from None
    for policy in asked:
        try:
            found[policy] = voting_power(specs[policy], body, decision)
        except NothingToShowError as reason:
            reasons.append(str(reason))
        except KeyError as missing:  # a rule whose parameters another version did not know
            reasons.append(f"This study was written by another version, which did not know {missing}; sweep it again.")
    if not found:
        raise NothingToShowError(" ".join(dict.fromkeys(reasons)))
    return found


def limits_of(found: Mapping[str, VotingPower], index: str) -> tuple[float, float]:
    """Limits of both axes in percent; nothing below 0.01 % is told apart."""
    values = 100.0 * np.concatenate([np.concatenate([each.nominal, getattr(each, index)]) for each in found.values()])
    least = float(values[values >= LOWEST].min(initial=100.0))
    return max(least / 2.0, LOWEST), min(float(values.max()) * 2.0, 160.0)


def draw_panel(axes: Axes, game: VotingPower, power: np.ndarray, low: float, high: float) -> None:
    """Draw every member's power, (members,) as shares, against its share of the votes."""
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.set_box_aspect(1.0)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(10.0, subs=(1.0, 2.0, 5.0) if high < 50.0 * low else (1.0,), numticks=6))
        axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
        axis.set_minor_formatter(NullFormatter())
    axes.plot([low, high], [low, high], color="black", linewidth=0.7, linestyle=(0, (4, 2)), zorder=1)
    share, shown = np.maximum(100.0 * game.nominal, low), np.maximum(100.0 * power, low)
    others = ~game.firm & ~game.host
    for mask, marker, colour, size in (
        (others, "o", STATE, 4.5), (game.firm, "^", FIRM, 5.0), (game.host, "D", HOST, 5.5),
    ):  # fmt: skip
        axes.plot(share[mask], shown[mask], linestyle="", marker=marker, color=colour, markersize=size,
                  markeredgecolor="black", markeredgewidth=0.5, alpha=0.85, zorder=3, clip_on=False,
                  in_layout=False)  # fmt: skip
    if np.allclose(game.nominal, game.nominal[0]) and np.allclose(power, power[0]):
        axes.text(0.04, 0.96, f"all {len(game.members)} members alike", va="top", transform=axes.transAxes, color=GREY)
        return
    for place, offset, across, up in _named(game, np.log10(share), np.log10(shown), np.log10(low)):
        axes.annotate(game.members[place].replace("_", " "), (share[place], shown[place]), xytext=offset,
                      textcoords="offset points", ha=across, va=up, zorder=4, in_layout=False)  # fmt: skip


def _named(
    game: VotingPower, share: np.ndarray, power: np.ndarray, edge: float
) -> list[tuple[int, tuple[float, float], str, str]]:
    """The host, and the state and the firm with most votes after it, each with a place for its name.

    Who stands at the edge or so near the host that the names would meet is left without a name.
    """
    order = [int(place) for place in np.argsort(-game.nominal, kind="stable") if power[place] > edge + 0.01]
    hosts = [place for place in order if game.host[place]]
    near = [
        place
        for place in order
        if any(abs(share[place] - share[host]) < 0.8 and abs(power[place] - power[host]) < 0.3 for host in hosts)
    ]
    firms = [place for place in order if game.firm[place] and place not in near][:1]
    states = [place for place in order if not game.firm[place] and place not in near][:1]
    return [
        *(
            (place, (4.0, -5.0), "left", "top") if near != hosts else (place, (-7.0, 0.0), "right", "center")
            for place in hosts
        ),
        *((place, (-4.0, 5.0), "right", "bottom") for place in states),
        *((place, (4.0, -5.0), "left", "top") for place in firms),
    ]


def legend_of(found: Mapping[str, VotingPower]) -> list[tuple[Artist, str]]:
    """Marks and words for states, hosts and, where there are any, firms."""

    def mark(marker: str, colour: str, size: float) -> Artist:
        return Line2D([], [], linestyle="", marker=marker, color=colour, markersize=size, markeredgecolor="black",
                      markeredgewidth=0.5)  # fmt: skip

    entries: list[tuple[Artist, str]] = [(mark("o", STATE, 4.5), "member state"), (mark("D", HOST, 5.5), "host")]
    if any(each.firm.any() for each in found.values()):
        entries.append((mark("^", FIRM, 5.0), "firm"))
    line = Line2D([], [], color="black", linewidth=0.7, linestyle=(0, (4, 2)))
    return [*entries, (line, "power equal to share")]


def _caption(results: Results, body: str, kept: list[str], found: Mapping[str, VotingPower], index: str) -> str:
    counts: dict[str, list[str]] = {}
    for name, each in found.items():
        firms = int(each.firm.sum())
        seats = f"{len(each.members) - firms} states" + (f" and {firms} firms" if firms else "")
        counts.setdefault(seats, []).append(plain_label(results, name))
    if len(counts) == 1:
        voters = f"Voting: {next(iter(counts))}."
    else:
        voters = "Voting: " + "; ".join(f"{' / '.join(names)} {seats}" for seats, names in counts.items()) + "."
    kinds = list(dict.fromkeys(each.decision for each in found.values()))
    rules = list(dict.fromkeys(each.rule for each in found.values()))
    settled = f"Decision: {', '.join(kinds)}" + (f" ({rules[0]})." if len(rules) == 1 else ".")
    said = [
        f"Members at the start, as if all signatories had ratified. {voters} {settled} Power from the rules alone, "
        "everybody voting yes or no; votes in the first future.",
    ]
    low, _ = limits_of(found, index)
    if any((100.0 * np.minimum(getattr(each, index), each.nominal) < low).any() for each in found.values()):
        said.append(f"What is below {low:.2g} % stands at the edge.")
    without = [plain_label(results, name) for name in kept if name not in found]
    if without:
        said.append(f"Nobody votes or no such body: {', '.join(without)}.")
    if any(bodies_of(results, name)[body].get("other_members") for name in found):
        said.append("Members that are no nation of the simulation are left out.")
    return " ".join([*said, rests_on(results, list(found), body)])
