"""Words for the arrays of the model: agents on the last axis, runs first, one unit per name.

The unit of every column stands in `sim.columns`, the unit of every parameter in its decorator; the aliases
here only say what kind of thing an argument is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Codes", "Flags", "Keys", "Places", "Votes"]

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.integer[Any]]
Places = NDArray[np.int64]
Keys = NDArray[np.uint64]
Votes = NDArray[np.int64]
