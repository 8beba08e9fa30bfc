"""Who votes with whom in a body: members placed by their votes, joined to those they agree with most."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from sim.errors import ChoiceError
from sim.plots.fitting import wrapped
from sim.plots.nations import panel
from sim.plots.style import GREY, StudyFigure, page, styled, text_page
from sim.plots.wording import (
    NothingToShowError,
    bodies_of,
    body_title,
    chosen,
    known_body,
    rests_on,
)  # fmt: skip
from sim.population import INCOME_GROUPS, load_nations
from sim.results import Results
from sim.units import Array

__all__ = ["Agreement", "agreement_of", "by_chance", "places_of", "voting_network"]

LEAST_VOTES = 5
CLEAR = 3.0  # standard errors of a share above the mean of all pairs
MOST_LINES = 3  # a member, the strongest first
NAMED = 7
SHAPE = 0.8  # height of a panel over its width; both axes have one scale
MOST_PANELS = 4
KINDS = {
    "low_income": ("^", "#D55E00", "low income"),
    "lower_middle": ("D", "#E69F00", "lower middle"),
    "upper_middle": ("s", "#56B4E9", "upper middle"),
    "high_income": ("o", "#0072B2", "high income"),
    "firm": ("X", "#000000", "firm"),
}


@dataclass(frozen=True, eq=False)
class Agreement:
    """Members that voted together often enough, and the share of common votes on which each two agreed.

    `members` (m,) codes of states or ids of firms, `share` (m, m) from 0 to 1 and nan where two met in fewer than five
    votes, `met` (m, m) how often they did, `votes` how many votes there were, `left` how many members voted too seldom
    to be placed.
    """

    members: tuple[str, ...]
    share: Array
    met: Array
    votes: int
    left: int

    @property
    def mean(self) -> float:
        """The mean share over all pairs."""
        return float(np.nanmean(self.share[~np.eye(len(self.share), dtype=bool)]))

    def clear(self) -> list[tuple[int, int]]:
        """Pairs that agree by three standard errors more than the mean pair, strongest first, three a member at most.

        >>> share = np.where(np.eye(4), 1.0, 0.5)
        >>> share[0, 1] = share[1, 0] = 0.9
        >>> Agreement(("A", "B", "C", "D"), share, np.full((4, 4), 100.0), 100, 0).clear()
        [(0, 1)]
        """
        mean = self.mean
        error = np.sqrt(max(mean * (1.0 - mean), 1e-9) / np.maximum(self.met, 1.0))
        above = np.triu(np.nan_to_num((self.share - mean) / error, nan=0.0), 1)
        pairs = sorted(zip(*map(list, np.nonzero(above > CLEAR)), strict=True), key=lambda pair: -above[pair])
        return [(int(one), int(other)) for one, other in pairs[: MOST_LINES * len(self.members)]]


def agreement_of(events: pd.DataFrame, body: str) -> Agreement:
    """Who agreed with whom in the votes of a body, from the events of runs, all runs together.

    A vote counts for two members where both said yes or no. Members who cast fewer than five votes, or fewer than a
    tenth of what the busiest cast, are left out. Raises `NothingToShowError` where the events do not name members.
    """
    own = events[(events["kind"] == "vote") & (events["body"] == body)]
    said = [json.loads(text) for text in own["details"]]
    if not said:
        raise NothingToShowError(f"No assembly of {body_title(body)} votes on anything in these runs.")
    if "in_favour" not in said[0]:
        raise NothingToShowError(
            "The events of this study hold how many voted which way, not who; sweep it again with this version."
        )
    sides = [[str(each[side]).split() for each in said] for side in ("in_favour", "against")]
    names = sorted({name for side in sides for each in side for name in each})
    place = {name: number for number, name in enumerate(names)}
    ballots = np.zeros((2, len(said), len(names)))
    for side, rows in enumerate(sides):
        for row, each in enumerate(rows):
            ballots[side, row, [place[name] for name in each]] = 1.0
    cast = ballots.sum(axis=(0, 1))
    keep = cast >= max(LEAST_VOTES, 0.1 * cast.max(initial=0.0))
    yes, no = ballots[0][:, keep], ballots[1][:, keep]
    if keep.sum() < 3:
        raise NothingToShowError(f"Fewer than three members of {body_title(body)} voted five times or more.")
    same, both = yes.T @ yes + no.T @ no, (yes + no).T @ (yes + no)
    share = np.where(both >= LEAST_VOTES, same / np.maximum(both, 1.0), np.nan)
    return Agreement(
        tuple(name for name, kept in zip(names, keep, strict=True) if kept), share, both, len(said), int((~keep).sum())
    )


def places_of(agreement: Agreement) -> tuple[Array, float]:
    """Places (members, 2) by classical scaling, and the share of the variation that the two axes show.

    Distances squared are the shares of votes on which two disagree, so that where everybody votes on everything the
    axes are the first two principal components of the votes (Gower 1966). Pairs that hardly met stand at the mean.

    >>> share = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    >>> places, shown = places_of(Agreement(("A", "B", "C"), share, 9 * share, 9, 0))
    >>> abs(places[:, 0]).round(3).tolist(), round(shown, 3)
    ([0.333, 0.333, 0.667], 1.0)
    """
    apart = 1.0 - agreement.share
    known = apart[np.isfinite(apart)]
    apart = np.where(np.isfinite(apart), apart, known.mean())
    np.fill_diagonal(apart, 0.0)
    centred = apart - apart.mean(axis=0) - apart.mean(axis=1, keepdims=True) + apart.mean()
    values, vectors = np.linalg.eigh(-0.5 * centred)
    order = np.argsort(-values, kind="stable")[:2]
    positive = np.maximum(values, 0.0)
    places = vectors[:, order] * np.sqrt(positive[order])
    for axis in range(2):  # an axis has no direction of its own: the member farthest out stands at its right end
        far = places[np.abs(places[:, axis]).round(9).argmax(), axis]
        places[:, axis] *= -1.0 if far < 0.0 else 1.0
    total = float(positive.sum())
    return np.asarray(places), float(positive[order].sum()) / total if total > 0.0 else 1.0


def by_chance(members: int, votes: int) -> float:
    """Percent of the variation that two components show where so many members toss coins in so many votes.

    >>> by_chance(2, 50) > by_chance(40, 50) > by_chance(40, 5000)
    True
    """
    tossed = np.random.default_rng(0).random((votes, members)) < 0.5
    centred = tossed - tossed.mean(axis=1, keepdims=True)
    spread = np.linalg.svd(centred, compute_uv=False) ** 2
    return float(100.0 * spread[:2].sum() / max(float(spread.sum()), 1e-12))


@styled
def voting_network(
    results: Results,
    body: str | None = None,
    policies: Sequence[str] | str | None = None,
    *,
    future: int | None = None,
) -> StudyFigure:
    """Who votes with whom: a mark for every member, near to those it agrees with, joined where agreement is clear.

    A panel a policy, by default the first four that have the body and vote; all runs together, so that only what lasts
    over the futures shows, or those of one `future`. From the events of the study, or of some runs done again where
    it kept none. Raises `ChoiceError` for an unknown name.
    """
    kept = chosen(results, policies)
    title = "Who votes with whom"
    try:
        body = known_body(results, body)
        title = f"{body_title(body)}: who votes with whom"
        found, sources, reasons = {}, [], []
        for policy in (each for each in kept if body in bodies_of(results, each)):
            try:
                runs = panel(results, policy, [], events=True)
                found[policy] = agreement_of(_of(results, runs.events, future), body)
                sources.append(runs.source if future is None else f"future {future}")
            except NothingToShowError as reason:
                reasons.append(str(reason))
            if len(found) == MOST_PANELS and policies is None:
                break
        if not found:
            raise NothingToShowError(reasons[0] if reasons else f"No policy asked for has a body {body_title(body)}.")
    except NothingToShowError as reason:
        return text_page(title, str(reason), rests_on(results, kept, body))
    shown = {policy: places_of(each) for policy, each in found.items()}
    columns = min(2, len(found))
    rows = -(-len(found) // columns)
    left = sum(each.left for each in found.values())
    fewer = f" {left} members that voted seldom are left out." if left else ""
    caption = (
        "Near: voted alike. Axes: first two components of the votes (classical scaling of the share of votes on which "
        "two members disagree; coins: what they would show if everybody tossed one). Lines: pairs that agree by "
        f"{CLEAR:.0f} standard errors more often than the mean pair, at most {MOST_LINES} a member. Votes of "
        f"{sources[0]} a policy together.{fewer} Named: largest economies and the host (bold). "
        f"{rests_on(results, list(found), body)}"
    )
    kinds = {name: _kinds(each.members) for name, each in found.items()}
    legend = [
        (_mark(kind), KINDS[kind][2]) for kind in KINDS if any(kind in each for each in kinds.values())
    ]
    figure = page(title, caption, rows * (3.5 if columns == 2 else 3.9), legend=legend)
    for place, axes in enumerate(figure.subplots(rows, columns, squeeze=False).flat):
        if place >= len(found):
            axes.set_axis_off()
            continue
        policy = list(found)[place]
        host = str(bodies_of(results, policy)[body].get("host") or bodies_of(results, policy)[body].get("sponsor"))
        _draw(axes, found[policy], shown[policy][0], kinds[policy], host)
        each = found[policy]
        axes.set_title(
            f"{wrapped(results.policies[policy].strip().rstrip('.'), 46)}\n{len(each.members)} members, {each.votes} "
            f"votes; mean pair agrees on {100.0 * each.mean:.0f} %"
        )
        chance = by_chance(len(each.members), each.votes)
        axes.set_xlabel(f"two components: {100.0 * shown[policy][1]:.0f} % of the variation (coins: {chance:.0f} %)")
    return figure


def _of(results: Results, events: pd.DataFrame, future: int | None) -> pd.DataFrame:
    if future is None:
        return events
    runs = results.read("runs", ["run_id"], {"future": future})
    if runs.empty:
        raise ChoiceError(f"there is no future {future} in this study; write a number of its design")
    return events[events["run_id"].isin(runs["run_id"])]


def _mark(kind: str) -> Artist:
    marker, colour, _ = KINDS[kind]
    return Line2D([], [], linestyle="none", marker=marker, color=colour, markersize=5.0, markeredgecolor="black",
                  markeredgewidth=0.4)  # fmt: skip


def _kinds(members: Sequence[str]) -> list[str]:
    """Income group of each state, `firm` for everybody else."""
    nations = load_nations()
    groups = np.asarray(nations.income_group).ravel().tolist()
    of = {str(code): INCOME_GROUPS[max(int(group), 0)] for code, group in zip(nations.iso3, groups, strict=True)}
    return [of.get(name, "firm") for name in members]


def _draw(axes: Axes, agreement: Agreement, places: Array, kinds: Sequence[str], host: str) -> None:
    lines = [places[list(pair)] for pair in agreement.clear()]
    axes.add_collection(LineCollection(lines, colors="#a8a8a8", linewidths=0.6, zorder=1))
    size = 5.5 if len(places) <= 60 else 4.0 if len(places) <= 120 else 3.2
    for kind in KINDS:
        mask = np.array([each == kind for each in kinds])
        if mask.any():
            marker, colour, _ = KINDS[kind]
            axes.plot(*places[mask].T, linestyle="none", marker=marker, color=colour, markersize=size,
                      markeredgecolor="black", markeredgewidth=0.35, zorder=2)  # fmt: skip
    middle, half = (places.max(axis=0) + places.min(axis=0)) / 2.0, np.ptp(places, axis=0) / 2.0
    reach = 1.15 * max(half[0], half[1] / SHAPE, 1e-9)
    axes.set_xlim(middle[0] - reach, middle[0] + reach)
    axes.set_ylim(middle[1] - SHAPE * reach, middle[1] + SHAPE * reach)
    axes.set_box_aspect(SHAPE)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    _name(axes, agreement.members, places, host)


def _name(axes: Axes, members: Sequence[str], places: Array, host: str) -> None:
    """Codes of the host and of the largest economies, where they do not meet a name that is there already."""
    nations = load_nations()
    gdp = dict(zip(map(str, nations.iso3), np.asarray(nations.gdp, dtype=np.float64).ravel().tolist(), strict=True))
    order = sorted(range(len(members)), key=lambda one: (members[one] != host, -gdp.get(members[one], 0.0)))
    width = max(float(np.ptp(places, axis=0).max()), 1e-9)
    taken: list[Array] = []
    for one in order:
        apart = [np.abs(places[one] - other) / width for other in taken]
        if members[one] not in gdp or any(gap[0] < 0.11 and gap[1] < 0.05 for gap in apart):
            continue
        taken.append(places[one])
        axes.annotate(members[one], places[one], xytext=(3.5, 2.5), textcoords="offset points", fontsize=8.0, zorder=4,
                      fontweight="bold" if members[one] == host else "normal", color="black" if members[one] == host
                      else GREY)  # fmt: skip
        if len(taken) == NAMED:
            return
