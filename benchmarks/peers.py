"""The same work done by other tools, side by side in one process, versions stated.

    python benchmarks/peers.py          two minutes

Work is one run of 193 nations over two years with the charter of the other benchmarks. Public libraries of voting power
are not needed by the model and not among its extras; those found are measured. To have them, in a folder of their own:

    pip install --target build/peers powerindex==0.3.5 power-bdd==1.0.0
    PYTHONPATH=build/peers python benchmarks/peers.py
"""

from __future__ import annotations

import contextlib
import importlib
import io
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from benchmarks import cases  # noqa: E402
from benchmarks.cases import POLICY, Size  # noqa: E402
from sim import power  # noqa: E402
from sim.engine import RunSpec, run_block  # noqa: E402

OUTCOMES = ("gdp_gain.end", "waico.members.end")
FEW_VOTES = 500
"""All votes together, about, where a library's time grows fast with them."""


def version(package: str) -> str:
    """Name and version of an installed package."""
    return f"{package} {metadata.version(package)}"


def mesa_batch(size: Size, runs: int) -> float:
    """Processor seconds a run of the plain twin through `mesa.batch_run`, one process."""
    mesa = importlib.import_module("mesa")
    world = importlib.import_module("tests.docking.twin").World

    class Collected(world):  # type: ignore[misc, valid-type]
        """The twin with what `batch_run` reads at the end."""

        def __init__(self, rng: Any = None, **given: Any) -> None:
            super().__init__(**given)
            self.datacollector = mesa.DataCollector(model_reporters={"tension": "tension"})

        def step(self) -> None:
            super().step()
            self.datacollector.collect(self)

    resolved = cases.scenario(size)
    steps = resolved["years"] * resolved["steps_per_year"]
    given = {"scenario": [resolved], "seed": [1], "future": [0], "replicate": list(range(runs))}
    clock = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        told = mesa.batch_run(
            Collected, given, number_processes=1, max_steps=steps - 1, data_collection_period=-1, display_progress=False
        )
    taken = time.process_time() - clock
    if len(told) != runs or any(line["Step"] != steps - 1 for line in told):
        raise AssertionError(f"batch_run gave {len(told)} runs, expected {runs} of {steps} steps")
    return taken / runs


def numpy_alone(size: Size, runs: int) -> float:
    """Processor seconds a run of the engine's own step, one run at a time."""
    rows = cases.specs(cases.scenario(size), runs)
    clock = time.process_time()
    for row in rows:
        run_block([row])
    return (time.process_time() - clock) / runs


def workbench(size: Size, count: int) -> dict[str, float]:
    """Processor seconds a run through EMA Workbench, by its sequential evaluator and by blocks, and without it.

    All three do the same points of a Latin hypercube, and their outcomes are compared.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ema = importlib.import_module("ema_workbench")
        own = importlib.import_module("sim.explore.ema")
        study = replace(cases.study(), policies={POLICY: dict(cases.scenario(size))}, baseline=POLICY)
        model = own.ema_model(study, OUTCOMES)
        draw = importlib.import_module("ema_workbench.em_framework.samplers")
        scenarios = draw.sample_uncertainties([model], count)
        found: dict[str, float] = {}
        outcomes: dict[str, Any] = {}
        for name, evaluator, some in (
            ("blocks", own.BlockEvaluator([model]), scenarios),
            ("sequential", ema.SequentialEvaluator([model]), draw.sample_uncertainties([model], max(2, count // 16))),
        ):
            clock = time.process_time()
            with evaluator, contextlib.redirect_stderr(io.StringIO()):
                _, outcomes[name] = ema.perform_experiments(model, scenarios=some, evaluator=evaluator)
            found[name] = (time.process_time() - clock) / some.n
        asked = [dict(one) for one in scenarios]
        points = model.points(asked)
        rows = [RunSpec(each.policy, each.luck, 0, study.seed, each.scenario) for each in points]
        clock = time.process_time()
        ends: list[float] = []
        for first in range(0, count, size.block):
            block = run_block(rows[first : first + size.block])
            ends += block.series["gdp_gain"][:, -1].tolist()
        found["without"] = (time.process_time() - clock) / count
    np.testing.assert_array_equal(outcomes["blocks"]["gdp_gain.end"], ends)
    return found


def textbook_banzhaf(weights: Sequence[int], quota: int) -> list[float]:
    """Banzhaf index by the dynamic programme of the textbooks, in whole numbers: one list of counts a voter."""
    total = sum(weights)
    counts = [1] + [0] * total
    for weight in weights:
        for votes in range(total, weight - 1, -1):
            counts[votes] += counts[votes - weight]
    swings, known = [], dict[int, int]()
    for weight in weights:
        if weight not in known:
            without = list(counts)
            for votes in range(weight, total + 1):
                without[votes] -= without[votes - weight]
            known[weight] = sum(without[max(0, quota - weight) : quota])
        swings.append(known[weight])
    return [float(Fraction(each, sum(swings))) for each in swings]


def scaled(voters: int, total: int) -> tuple[list[int], int]:
    """Votes in proportion to those of the benchmark, at least one each, about `total` together, and half as quota."""
    own, _ = cases.votes(voters)
    weights = [max(1, round(each * total / sum(own))) for each in own]
    return weights, sum(weights) // 2 + 1


def _normalised(values: Any) -> Any:
    return np.asarray(values, dtype=float) / np.sum(values)


def libraries(size: Size) -> dict[str, float]:
    """Processor seconds of voting power indices by this project and by public libraries, results compared."""
    found: dict[str, float] = {}

    def timed(name: str, index: Callable[[], Any]) -> Any:
        clock = time.process_time()
        value = _normalised(index())
        found[name] = time.process_time() - clock
        return value

    full, few = cases.votes(size.voters), scaled(size.voters, FEW_VOTES)
    wanted = {"full": power.banzhaf(*full), "few": power.banzhaf(*few), "shapley": power.shapley_shubik(*few)}
    exact = {key: _normalised(value) for key, value in wanted.items()}
    timed("banzhaf own", lambda: power.banzhaf(*full))
    timed("banzhaf few own", lambda: power.banzhaf(*few))
    timed("shapley few own", lambda: power.shapley_shubik(*few))
    np.testing.assert_allclose(timed("banzhaf textbook", lambda: textbook_banzhaf(*few)), exact["few"], atol=1e-12)
    with contextlib.suppress(ImportError):
        game = importlib.import_module("powerindex.powerindex").Game

        def asked() -> Any:
            made = game(full[1], list(full[0]))
            made.calc_banzhaf()
            return made.banzhaf

        np.testing.assert_allclose(timed("banzhaf powerindex", asked), exact["full"], atol=1e-12)
    with contextlib.suppress(ImportError):
        bdd = importlib.import_module("power_bdd.bdd")

        def made() -> Any:
            return bdd.BDD(bdd.WeightedGame(few[1], list(few[0])))

        np.testing.assert_allclose(
            timed("banzhaf power-bdd", lambda: made().calc_banzhaf()), exact["few"], atol=1e-12
        )
        np.testing.assert_allclose(
            timed("shapley power-bdd", lambda: made().calc_shapley()), exact["shapley"], atol=1e-12
        )
    return found


def compare(size: Size) -> dict[str, float]:
    """Seconds by name."""
    quick = size.block < 64
    found: dict[str, float] = {"batch_run": mesa_batch(size, 2 if quick else 6)}
    found["alone"] = numpy_alone(size, 2 if quick else 12)
    found["in a block"] = cases.whole_block(cases.scenario(size), size.block) / size.block
    found |= {f"workbench {key}": value for key, value in workbench(size, size.block if quick else 192).items()}
    return found | libraries(size)


def versions() -> list[str]:
    """What is compared with, as far as it is here."""
    found = []
    for name in ("mesa", "ema_workbench", "numpy", "powerindex", "power-bdd"):
        with contextlib.suppress(metadata.PackageNotFoundError):
            found.append(version(name))
    return found


if __name__ == "__main__":
    print(", ".join(versions()))
    for key, value in compare(cases.QUICK if "--quick" in sys.argv else Size()).items():
        print(f"{key:22s} {value:10.4g} s")
