"""The small studies that the figures are tested with."""

from tests.plots.conftest import kept, many

__all__ = ["kept", "many"]
