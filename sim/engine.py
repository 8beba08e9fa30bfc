"""The engine: the order of a step as one list, and the run of a block."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim import invariants, measures
from sim.bound import structure
from sim.errors import RunError
from sim.phases import assembly, expulsion, fund, membership, regimes, safety, technology
from sim.phases.run import Ask, Run
from sim.plan import Plan, RunSpec
from sim.start import begin
from sim.units import Array

__all__ = [
    "STEP",
    "BlockResult",
    "RunSpec",
    "floating_point",
    "gather",
    "may_be_undefined",
    "panel_columns",
    "run_block",
    "series_columns",
    "step",
    "structure",
]

Phase = Callable[[Run], None]

EACH_STEP, YEAR_BEGINS, YEAR_ENDS = "each step", "first step of a year", "last step of a year"

# The order of a step. Phases of a year run in its first or last step, in this order among the others.
STEP: tuple[tuple[str, Phase, str], ...] = (
    ("charter changes", membership.amend, YEAR_BEGINS),
    ("frontier research", technology.research, EACH_STEP),
    ("entry and exit of firms", technology.enter_and_exit, EACH_STEP),
    ("market", technology.sell, EACH_STEP),
    ("regimes", regimes.comply, EACH_STEP),
    ("access", technology.reach, EACH_STEP),
    ("adoption and output", technology.adopt, EACH_STEP),
    ("AI service", technology.serve, EACH_STEP),
    ("race and safety", safety.race, EACH_STEP),
    ("incidents and response", safety.suffer, EACH_STEP),
    ("rules and compliance", safety.regulate, EACH_STEP),
    ("membership", membership.move, YEAR_ENDS),
    ("entry into force", membership.come_into_force, YEAR_ENDS),
    ("firms' seats", membership.take_seats, YEAR_ENDS),
    ("expulsion", expulsion.expel, YEAR_ENDS),
    ("assembly", assembly.convene, YEAR_ENDS),
    ("equity mechanism", fund.settle, YEAR_ENDS),
    ("trade measures", safety.restrict_trade, YEAR_ENDS),
    ("tension", safety.strain, EACH_STEP),
)


@dataclass
class BlockResult:
    """What a block yields: series by column (runs, years + 1), the start row first; panels and events if asked."""

    years: Array
    series: dict[str, Array]
    nations: dict[str, Array] | None
    iso3: list[str]
    events: list[dict[str, Any]]
    errors: list[str | None]


def step(run: Run) -> None:
    """One step: every phase that is due, in the order of `STEP`; where a run is debugged, invariants after each."""
    run.stepping = True
    debugged = invariants.wanted()
    if run.year_begins:
        for group in (run.state.world, run.state.nations, run.state.firms):
            group.start_year()
        for body in run.state.bodies.values():
            for columns in (body.own, body.nations, body.firms):
                columns.start_year()
    due = {EACH_STEP: True, YEAR_BEGINS: run.year_begins, YEAR_ENDS: run.year_ends}
    for name, phase, when in STEP:
        if due[when]:
            before = run.state.copy() if debugged else run.state
            try:
                phase(run)
            except FloatingPointError as error:
                raise RunError(f"{name} in {run.year}: {error}; a parameter is too large or too small") from None
            if debugged:
                invariants.check(run, before, name)
    run.state.step += 1
    run.stepping = False


def run_block(
    specs: Sequence[RunSpec], *, nations: bool = False, events: bool = False, ask: Ask | None = None
) -> BlockResult:
    """Run all specs, which must be of one structure, side by side; row k equals spec k run alone, bit for bit."""
    with floating_point():
        run = begin(Plan(specs))
        if invariants.wanted():
            invariants.check(run, run.state, "the start")
        if ask is not None:
            run.ask = ask
        noted: list[dict[str, Any]] = []
        if events:
            run.record = noted.append
        rows = [measures.measure_all(run)]
        panels = [measures.nation_panel(run)] if nations else []
        for _ in range(run.plan.years * run.plan.steps_per_year):
            step(run)
            if run.state.step % run.plan.steps_per_year == 0:
                rows.append(measures.measure_all(run))
                if nations:
                    panels.append(measures.nation_panel(run))
    return gather(run.plan, rows, panels, noted)


def floating_point() -> np.errstate:
    """How a run treats floating point, as a context manager.

    An exponential may overflow to infinity and its reciprocal be 0; anything else that is no number ends the block.
    """
    return np.errstate(over="ignore", under="ignore", divide="raise", invalid="raise")


def gather(
    plan: Plan,
    rows: Sequence[Mapping[str, Array]],
    panels: Sequence[Mapping[str, Array]],
    events: list[dict[str, Any]],
) -> BlockResult:
    """The result of a block from its measures and panels, one a year from the start on; no panels, no nations."""
    columns = series_columns(plan.specs[0].scenario)
    series = {name: np.concatenate([row[name] for row in rows], axis=-1) for name in columns}
    return BlockResult(
        years=plan.start_year + np.arange(len(rows), dtype=np.float64),
        series=series,
        nations={key: np.stack([panel[key] for panel in panels], axis=1) for key in panels[0]} if panels else None,
        iso3=[str(code) for code in plan.stage.nations.iso3],
        events=events,
        errors=_errors(series, plan),
    )


def _errors(series: Mapping[str, Array], plan: Plan) -> list[str | None]:
    """For each row the first measure that is no number where it must be one, or None."""
    found: list[str | None] = [None] * plan.runs
    for name, values in series.items():
        if np.isfinite(values).all():  # most are; to ask what a measure may be costs more than all the rest here
            continue
        bad = np.isinf(values) | (np.isnan(values) & (not may_be_undefined(name)))
        for row in np.flatnonzero(bad.any(axis=-1)):
            if found[row] is None:
                year = plan.start_year + int(np.argmax(bad[row]))
                found[row] = str(RunError(f"measure '{name}' is not a number in {year}"))
    return found


def series_columns(resolved: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the series columns of a resolved scenario, in their order."""
    return measures.columns(resolved)


def panel_columns(resolved: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the columns of the nations table of a resolved scenario, in their order."""
    return measures.panel_columns(resolved)


def may_be_undefined(column: str) -> bool:
    """Whether a measure may have no value (a passage rate without a vote)."""
    return measures.may_be_undefined(column)
