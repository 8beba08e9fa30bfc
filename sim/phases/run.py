"""A block under way: its plan, its state, what it records, and whom it asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.plan import Plan
from sim.state import State
from sim.units import Array, Flags, Keys

__all__ = ["Ask", "Look", "Run"]


@dataclass(frozen=True)
class Look:
    """One look of a nation at its membership of a body, as the rule saw it: what it is and what it weighed.

    `occasion` is join, ratify, change, leave or, where a nation had none, asked. `status` and `tier` are those
    before (-1: no tier), `open` which of the `tiers` it may take, `terms` utility by term and tier, `value` their
    inclusive value; `default` is the tier number the rule decides on, -1 for outside.
    """

    body: str
    row: int
    nation: int
    year: int
    occasion: str
    status: int
    tier: int
    tiers: tuple[str, ...]
    open: tuple[bool, ...]
    terms: dict[str, tuple[float, ...]]
    utility: tuple[float, ...]
    value: float
    constant: float
    taste: float
    shock: float
    exit_cost: float
    default: int

    @property
    def worth(self) -> float:
        """What membership is worth against staying out: inclusive value, constant, taste and this year's shock."""
        return self.value + self.constant + self.taste + self.shock


class Ask:
    """Whom to ask after a rule has decided; here nobody. A Mesa run puts its agents in its place.

    `watches` says whether `looked` wants to hear of every look, not only of those it is asked about.
    """

    watches = False

    def tier_movers(self, body: str) -> Flags | None:
        """Nations (runs, nations) that want to be asked about their tier this year, or None."""
        return None

    def choose_tier(self, look: Look) -> int:
        """The tier number a nation takes, -1 for staying or going out."""
        return look.default

    def looked(self, look: Look, chosen: int) -> None:
        """Hear of a look and of the tier number that came out of it."""

    def vote(self, body: str, proposal: dict[str, Any], yes: Flags, no: Flags, voting: Flags) -> tuple[Flags, Flags]:
        """The ballots after the agents were asked.

        `proposal` holds either `dimension`, `from`, `to` and `put`, each (runs, 1), or, where a state asks to be
        admitted, `applicant`, or, where one may be put out, `accused`, numbers of nations (runs,).
        """
        return yes, no

    def choose_safety(self, effort: Array, before: Array) -> Array:
        """The firms' safety effort after the agents were asked."""
        return effort


@dataclass
class Run:
    """A block of runs under way. Phases read it, call rules and replace columns of its state."""

    plan: Plan
    state: State
    ask: Ask = field(default_factory=Ask)
    stepping: bool = False
    record: Callable[[dict[str, Any]], None] | None = None
    fixed: dict[str, Any] = field(default_factory=dict)

    @property
    def elapsed(self) -> float:
        """Years since the start, at the beginning of the step."""
        return self.state.step * self.plan.dt

    @property
    def year(self) -> int:
        """The calendar year: within a step that in which it lies, between steps that in which the last one lay.

        So the start is the end of 2026 under the charters of 2026, and a year's end is measured under its own.
        """
        whole, begun = divmod(self.state.step, self.plan.steps_per_year)
        return self.plan.start_year + whole + (1 if self.stepping or begun else 0)

    @property
    def year_index(self) -> int:
        """0 for the first year of the run."""
        return self.state.step // self.plan.steps_per_year

    @property
    def started(self) -> bool:
        """Whether a step is under way or done; the start itself is not."""
        return self.stepping or self.state.step > 0

    @property
    def year_begins(self) -> bool:
        """Whether the step is the first of its year."""
        return self.state.step % self.plan.steps_per_year == 0

    @property
    def year_ends(self) -> bool:
        """Whether the step is the last of its year."""
        return self.state.step % self.plan.steps_per_year == self.plan.steps_per_year - 1

    def uniform(self, purpose: str, who: str, body: str = "", *, step: int | None = None) -> Array:
        """Uniform draws (runs, agents) for `nations`, `firms` or the `world`, of this step unless told otherwise."""
        return self.plan.draws.uniform(purpose, self._keys(who), self.state.step + 1 if step is None else step, body)

    def normal(self, purpose: str, who: str, body: str = "", *, step: int | None = None) -> Array:
        """Standard normal draws, as `uniform`."""
        return self.plan.draws.normal(purpose, self._keys(who), self.state.step + 1 if step is None else step, body)

    def _keys(self, who: str) -> Keys:
        stage = self.plan.stage
        return {"nations": stage.nation_keys, "firms": stage.firm_keys}.get(who, _WORLD_KEY)

    def home_of(self, values: Array | Flags, missing: float = 0.0) -> Array:
        """Membership of the firms' homes: values of nations at (runs, firms), `missing` for homes without a seat."""
        place = self.plan.stage.home_nation[self.plan.stage.home]
        return np.where(place >= 0, np.take(values, np.maximum(place, 0), axis=-1), missing)

    def at_home(self, values: Array) -> Array:
        """Values of nations at the firms' homes (runs, firms); a home without a seat stands with its partner."""
        return np.take(values, self.plan.stage.home_stands[self.plan.stage.home], axis=-1)

    def event(self, kind: str, row: int, **facts: Any) -> None:
        """Note a vote, entry, exit or incident of one run, where events are wanted."""
        if self.record is not None:
            self.record({"kind": kind, "row": row, "year": self.year, **facts})


_WORLD_KEY: Any = np.array([0x5EED], dtype=np.uint64)
