"""Numbers as text for a page: little-endian arrays in base64, in the narrowest type that loses nothing."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["packed", "packed_bytes", "unpacked"]

NONE_U1, NONE_I2 = 255, -32768
"""What stands for a blank in whole numbers of one and two bytes; real numbers have NaN."""


def packed(values: NDArray[Any]) -> dict[str, Any]:
    """An array as `{t: type, n: length, b: base64}`, or `{t: "c", n: length, v: value}` where all are alike.

    Whole numbers take one or two bytes, all others are real numbers of four (seven significant digits). NaN is a blank.

    >>> packed(np.array([1.0, 2.0, np.nan]))["t"], packed(np.array([0.5, 1.0]))["t"], packed(np.zeros(9))
    ('u1', 'f4', {'t': 'c', 'n': 9, 'v': 0.0})
    """
    flat = np.ascontiguousarray(values, dtype=np.float32).ravel()
    blank = np.isnan(flat)
    known = flat[~blank]
    if len(known) == 0 or (not blank.any() and bool((known == known[0]).all())):
        return {"t": "c", "n": len(flat), "v": float(known[0]) if len(known) else None}
    if bool((known == np.rint(known)).all()) and np.abs(known).max() < 32768:
        small = known.min() >= 0 and known.max() < NONE_U1
        kind, none = ("u1", NONE_U1) if small else ("i2", NONE_I2)
        flat = np.where(blank, np.float32(none), flat)
    else:
        kind = "f4"
    raw = flat.astype(f"<{kind}").tobytes()
    return {"t": kind, "n": len(flat), "b": base64.b64encode(raw).decode("ascii")}


def unpacked(column: dict[str, Any]) -> NDArray[np.float32]:
    """What the page reads from a packed array.

    >>> unpacked(packed(np.array([1.0, np.nan, 300.0]))).tolist()
    [1.0, nan, 300.0]
    """
    if column["t"] == "c":
        return np.full(column["n"], np.nan if column["v"] is None else column["v"], dtype=np.float32)
    found = np.frombuffer(base64.b64decode(column["b"]), dtype=f"<{column['t']}").astype(np.float32)
    none = {"u1": NONE_U1, "i2": NONE_I2}.get(column["t"])
    return found if none is None else np.where(found == none, np.float32(np.nan), found)


def packed_bytes(column: dict[str, Any]) -> int:
    """How many bytes a packed array takes in a page, about."""
    return len(column.get("b", "")) + 24
