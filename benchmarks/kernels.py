"""How far the hottest rules are from hand-written C: the same inputs, the same outputs, side by side in one process.

    python benchmarks/kernels.py        a few seconds; needs gcc and the GNU C library

The rules' inputs are taken from a real block in its second year. `exact` is compiled with the C library's exponential,
`fast` with -ffast-math, where gcc writes four or eight exponentials as one instruction sequence.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from benchmarks import cases  # noqa: E402
from sim.engine import floating_point, step  # noqa: E402
from sim.plan import Plan  # noqa: E402
from sim.start import begin  # noqa: E402

FLAGS = {"exact": ("-O3", "-march=native"), "fast": ("-O3", "-march=native", "-ffast-math")}
RULES = {"adaptive": "race", "saturating_logit": "market"}
CLOSE = 1e-9
REPEATS = 25


@dataclass(frozen=True)
class Call:
    """A rule with the columns and numbers it was asked with."""

    function: Callable[..., Any]
    columns: tuple[Any, ...]
    numbers: Mapping[str, Any]


@cache
def compiled(kind: str) -> ctypes.CDLL | None:
    """The kernels compiled here and now, or None where there is no compiler."""
    source = str(ROOT / "benchmarks" / "kernels.c")
    with tempfile.TemporaryDirectory(prefix="kernels-") as folder:
        made = str(Path(folder) / f"{kind}.so")
        command = ["gcc", *FLAGS[kind], "-shared", "-fPIC", "-o", made, source, "-lm"]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        return ctypes.CDLL(made)  # loaded, it needs its file no more


def calls(size: cases.Size) -> dict[str, Call]:
    """What the rules are asked in the last step of a block."""
    found: dict[str, Call] = {}
    with floating_point():
        run = begin(Plan(cases.specs(cases.scenario(size), size.block)))
        for name, family in RULES.items():
            bound = run.plan.rule(family)
            if bound.name != name:
                raise SystemExit(f"the scenario's {family} is {bound.name}, expected {name}")
            own = bound.rule.function

            def told(*columns: Any, name: str = name, own: Callable[..., Any] = own, **numbers: Any) -> Any:
                found[name] = Call(own, columns, numbers)
                return own(*columns, **numbers)

            bound.rule = replace(bound.rule, function=told)
        for _ in range(run.plan.years * run.plan.steps_per_year):
            step(run)
    return found


def _pointer(array: NDArray[Any]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def _c(library: ctypes.CDLL, name: str, sizes: tuple[int, ...], arrays: list[NDArray[Any]]) -> Callable[[], Any]:
    """A call of a kernel that returns its last array; arrays are put into C order beforehand, as the rules get them."""
    held = [np.ascontiguousarray(each) for each in arrays]
    kernel: Any = getattr(library, name)
    kernel.restype = None
    given = [*(ctypes.c_long(size) for size in sizes), *map(_pointer, held)]

    def call() -> Any:
        kernel(*given)
        return held[-1]

    return call


def in_c(name: str, call: Call, kind: str) -> Callable[[], Any] | None:
    """The same call in C, or None where there is no compiler."""
    library = compiled(kind)
    if library is None:
        return None
    of, column = call.numbers, call.columns
    runs, firms = column[0].shape
    out = np.empty((runs, firms))
    if name == "adaptive":
        effort, capability, works, across, required, detected, slack, tension, dt = column
        if np.any(of["foresight"]):
            raise SystemExit("the kernel knows firms without foresight only")
        rows = [of["slowdown"], of["sharpness"], of["enmity"], of["pole_enmity"] * tension, of["liability"]]
        rows += [of["cost"], of["fine"], of["foresight"], of["speed"] * dt]
        levels = np.linspace(0.0, 1.0, of["levels"])
        arrays = [effort, capability, works, across, required, detected, slack, levels, np.hstack(rows), out]
        return _c(library, name, (runs, firms, of["levels"]), arrays)
    capability, active, brand, safety, home, area_home, spending, distance, stringency, tension = column
    rows = [of["quality"], of["steepness"], of["home_bias"], of["barrier"] * tension, of["regulation"]]
    arrays = [capability, active, brand, safety, home, area_home, spending, distance, stringency]
    return _c(library, name, (runs, firms, *distance.shape[1:]), [*arrays, np.hstack(rows), out])


def _least(function: Callable[[], Any]) -> float:
    """Processor seconds of the fastest of several calls."""
    found = []
    for _ in range(REPEATS):
        clock = time.process_time()
        function()
        found.append(time.process_time() - clock)
    return min(found)


def compare(size: cases.Size) -> dict[str, float]:
    """Microseconds a run-step of each rule in NumPy and C, by name; only NumPy's where there is no compiler.

    Raises `AssertionError` where a kernel's numbers are not the rule's.
    """
    found: dict[str, float] = {}
    for name, call in calls(size).items():
        with floating_point():
            own = lambda call=call: call.function(*call.columns, **call.numbers)  # noqa: E731
            wanted, runs = own(), len(call.columns[0])
            found[f"{name} numpy"] = _least(own) / runs * 1e6
        for kind in FLAGS:
            kernel = in_c(name, call, kind)
            if kernel is not None:
                np.testing.assert_allclose(kernel(), wanted, rtol=CLOSE, atol=CLOSE, err_msg=f"{name} {kind}")
                found[f"{name} {kind}"] = _least(kernel) / runs * 1e6
    return found


if __name__ == "__main__":
    told = compare(cases.QUICK if "--quick" in sys.argv else cases.Size())
    for key, value in told.items():
        name, way = key.split()
        print(f"{name:18s} {way:6s} {value:8.2f} us a run-step {told[f'{name} numpy'] / value:6.2f}")
