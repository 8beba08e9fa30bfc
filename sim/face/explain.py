"""Why a nation is in or out of a body: the terms of its last decision, or of the present."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.face.memberships import STATUSES, tier_name
from sim.phases.board import weigh
from sim.phases.members import Members
from sim.phases.run import Look, Run
from sim.phases.worth import exit_cost, prospects

if TYPE_CHECKING:
    from sim.face.agents import Nation

__all__ = ["Explanation", "Explanations", "explanation", "standing"]

_DID = {
    "join": "could join",
    "ratify": "could ratify",
    "change": "could change its tier",
    "leave": "could leave",
    "asked": "was asked, without an occasion of its own",
    "none": "had no occasion to decide; as things stand now",
}


@dataclass(frozen=True, repr=False)
class Explanation:
    """The terms of one decision of a nation on a body.

    `terms` are utility by tier and term, `utility` their sums for every tier, `open` the tiers it might take,
    `value` the inclusive value of the open tiers; `worth` adds the body's `constant`, the nation's persistent
    `taste` and this year's `shock`; joining needs a worth above 0, leaving one below minus `exit_cost`. `default`
    is what the rule decided, `chosen` what happened, None being outside; they differ where a class decided
    otherwise, or where a vote on admission was lost.
    """

    nation: str
    body: str
    year: int
    occasion: str
    status: str
    tier: str | None
    open: tuple[str, ...]
    terms: Mapping[str, Mapping[str, float]]
    utility: Mapping[str, float]
    value: float
    constant: float
    taste: float
    shock: float
    exit_cost: float
    worth: float
    default: str | None
    chosen: str | None
    now: str

    @property
    def verdict(self) -> str:
        """What it did, in words."""
        if self.occasion == "none":
            return f"stays {self.status}"
        if self.occasion == "ratify" and self.chosen is not None:
            where = f"tier {self.chosen}" if self.chosen == self.tier else f"tier {self.chosen} in place of {self.tier}"
            did = f"ratified, {where}" if self.open and self.worth > 0.0 else f"did not ratify, {where}"
        elif self.chosen == self.tier:
            did = "stayed outside" if self.chosen is None else f"stayed in tier {self.chosen}"
        elif self.chosen is None:
            did = "went out"
        elif self.tier is None:
            did = f"signed for tier {self.chosen}"
        else:
            did = f"moved from tier {self.tier} to {self.chosen}"
        return did if self.chosen == self.default else f"{did}; the rule said {self.default or 'outside'}"

    def lines(self) -> list[tuple[str, list[str]]]:
        """Rows of the table: a term and its number for each tier, then what is the same for every tier."""
        tiers = list(self.utility)
        names = list(next(iter(self.terms.values()), {}))
        rows = [(name, [f"{self.terms[tier][name]:+.3f}" for tier in tiers]) for name in names]
        rows.append(("utility of the tier", [f"{self.utility[tier]:+.3f}" for tier in tiers]))
        for name, number in (
            ("inclusive value", self.value),
            ("constant of the body", self.constant),
            ("taste", self.taste),
            ("shock of the year", self.shock),
            ("worth", self.worth),
        ):
            rows.append((name, [f"{number:+.3f}"]))
        return rows

    def _title(self) -> str:
        when = self.year if self.occasion != "none" else f"end of {self.year}"
        return f"{self.nation} and {self.body}, {when}: {_DID[self.occasion]}; {self.verdict} (now {self.now})"

    def __str__(self) -> str:
        tiers = list(self.utility)
        width = max(len(name) for name, _ in self.lines())
        cells = max(9, *(len(tier) + 2 for tier in tiers))
        closed = [tier for tier in tiers if tier not in self.open]
        head = " " * width + "".join(f"{tier:>{cells}}" for tier in tiers)
        body = [f"{name:<{width}}" + "".join(f"{cell:>{cells}}" for cell in row) for name, row in self.lines()]
        notes = [f"not open: {', '.join(closed)}"] if closed else []
        notes.append(f"joins above 0, leaves below {-self.exit_cost:+.3f}")
        return "\n".join([self._title(), head, *body, "; ".join(notes)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        tiers = "".join(f"<th>{html.escape(tier)}</th>" for tier in self.utility)
        rows = "".join(
            f"<tr><th>{html.escape(name)}</th>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
            for name, cells in self.lines()
        )
        return f"<p>{html.escape(self._title())}</p><table><tr><th></th>{tiers}</tr>{rows}</table>"


class Explanations(tuple[Explanation, ...]):
    """One explanation for every body."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n\n".join(str(each) for each in self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "".join(each._repr_html_() for each in self)


def standing(run: Run, body: str, nation: int) -> Look:
    """What a nation would weigh now, without a shock; `default` is the tier it has."""
    plan, state = run.plan.bodies[body], run.state.bodies[body]
    charter = plan.at(run.year)
    rows, who = np.array([0]), np.array([nation])
    seen = prospects(
        run, plan, charter, lambda key: getattr(state.own, key), state.own.in_force, state.own.contributed, state.inside
    )
    terms, allowed, utility, value = weigh(run, plan, charter, seen, Members(run, seen, state.inside), rows, who)
    return Look(
        body=body,
        row=0,
        nation=nation,
        year=run.plan.start_year + run.state.step // run.plan.steps_per_year,
        occasion="none",
        status=int(state.nations.status[0, nation]),
        tier=int(state.nations.tier[0, nation]),
        tiers=charter.tiers,
        open=tuple(allowed[0, :, 0].tolist()),
        terms={name: tuple(np.broadcast_to(term, utility.shape)[0, :, 0].tolist()) for name, term in terms.items()},
        utility=tuple(utility[0, :, 0].tolist()),
        value=float(value[0, 0]),
        constant=float(state.own.constant[0, 0]),
        taste=float(state.nations.taste[0, nation]),
        shock=0.0,
        exit_cost=float(exit_cost(run)[0, 0]),
        default=int(state.nations.tier[0, nation]),
    )


def by_tier(look: Look) -> dict[str, dict[str, float]]:
    """The terms of a look by tier, then by name."""
    return {
        tier: {name: values[number] for name, values in look.terms.items()} for number, tier in enumerate(look.tiers)
    }


def explanation(nation: Nation, body: str, year: int | None = None, *, only: bool = False) -> Explanation:
    """The last decision of a nation on a body, up to a year, from what the model noted; else how things stand.

    With `only` a decision of that year alone counts, and how things stand is told where there was none.
    """
    model: Any = nation.model
    sought = range(year if only and year is not None else 0, 10**6 if year is None else year + 1)
    found = [
        (look, chosen)
        for look, chosen in model._looks
        if look.nation == nation._place and look.body == body and look.year in sought
    ]
    with np.errstate(all="ignore"):
        look, chosen = found[-1] if found else (standing(model._run_now(), body, nation._place), None)
    return Explanation(
        nation=str(nation),
        body=body,
        year=look.year,
        occasion=look.occasion,
        status=STATUSES[look.status],
        tier=tier_name(look.tiers, look.tier),
        open=tuple(tier for tier, is_open in zip(look.tiers, look.open, strict=True) if is_open),
        terms=by_tier(look),
        utility=dict(zip(look.tiers, look.utility, strict=True)),
        value=look.value,
        constant=look.constant,
        taste=look.taste,
        shock=look.shock,
        exit_cost=look.exit_cost,
        worth=look.worth,
        default=tier_name(look.tiers, look.default),
        chosen=tier_name(look.tiers, look.default if chosen is None else chosen),
        now=nation.statuses[body],
    )
