"""The small study that the figures are tested with."""

from tests.plots.conftest import kept

__all__ = ["kept"]
