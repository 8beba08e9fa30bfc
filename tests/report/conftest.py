"""The small studies that the figures are tested with."""

from tests.plots.conftest import kept, lone, many

__all__ = ["kept", "lone", "many"]
