"""Where a step's time goes: the processor's time of every phase, of the measures and of the start."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from unittest import mock

from benchmarks import cases
from benchmarks.cases import Size
from sim import engine, measures
from sim.engine import STEP, floating_point, step
from sim.plan import Plan
from sim.start import begin

NAMES = ("start", "measures", *(name for name, _, _ in STEP))


def phases(size: Size) -> dict[str, float]:
    """Microseconds a run-step of each part of a study's years, in a block; the start is spread over its steps."""
    spent: Counter[str] = Counter()

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            clock = time.process_time()
            try:
                return work(*given)
            finally:
                spent[name] += time.process_time() - clock  # type: ignore[assignment]

        return call

    rows = cases.specs(cases.scenario(size, years=size.study_years), size.block)
    told = tuple((name, timed(name, phase), when) for name, phase, when in STEP)
    take = timed("measures", measures.measure_all)
    with mock.patch.object(engine, "STEP", told), floating_point():
        run = timed("start", lambda: begin(Plan(rows)))()
        take(run)
        steps = run.plan.years * run.plan.steps_per_year
        for _ in range(steps):
            step(run)
            if run.state.step % run.plan.steps_per_year == 0:
                take(run)
    return {f"phase {name}": 1e6 * spent[name] / (size.block * steps) for name in NAMES}
