"""Set-up shared by every test and doctest: random search, floating-point errors, plots without a screen."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("MPLBACKEND", "Agg")
# One thread each: test processes share the cores with the pools that some tests start.
for library in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(library, "1")

# A shell that starts the tests in the background has them ignore Ctrl-C, and what they start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# No deadline anywhere: a slow machine is no failure. On CI the examples are fixed, so that a red run can be
# repeated; at a desk they differ from run to run and search further. `thorough` is for a release.
settings.register_profile(
    "desk", deadline=None, max_examples=60, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("ci", settings.get_profile("desk"), derandomize=True, database=None)
settings.register_profile("thorough", settings.get_profile("desk"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "desk"))

# Division by zero, overflow and invalid operations stop a test at the line that made them. Underflow stays
# silent: a probability of 1e-320 that becomes 0 is right.
STRICT = {"divide": "raise", "over": "raise", "invalid": "raise", "under": "ignore"}
np.seterr(**STRICT)  # for the doctests below sim/, which the fixture does not reach


@pytest.fixture(autouse=True)
def floating_point_errors_raise() -> Iterator[None]:
    """A test that loosened the settings must not loosen them for the next one."""
    with np.errstate(**STRICT):
        yield
