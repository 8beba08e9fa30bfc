"""The small studies that the figures are tested with."""

from tests.plots.conftest import many

__all__ = ["many"]
