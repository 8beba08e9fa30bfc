"""World data: the tables as they are published, and the functions that read them."""

from __future__ import annotations

from sim.data.tables import checksums, names, read_table

__all__ = ["checksums", "names", "read_table"]
