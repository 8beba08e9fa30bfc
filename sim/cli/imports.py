"""Importing the modules that a user names with `--import`, so that their rules can be chosen."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable
from importlib import metadata

from sim.errors import ChoiceError

__all__ = ["import_rules"]


def import_rules(modules: Iterable[str]) -> None:
    """Import modules by name, the working folder included, after the entry points of group `waico.rules`."""
    for entry in metadata.entry_points(group="waico.rules"):
        entry.load()
    for module in modules:
        if (here := os.getcwd()) not in sys.path:
            sys.path.insert(0, here)
        try:
            importlib.import_module(module)
        except ModuleNotFoundError as error:
            if error.name is not None and module.split(".")[0] != error.name.split(".")[0]:
                raise ChoiceError(
                    f"--import {module}: it needs the module '{error.name}'; install it"
                ) from None
            raise ChoiceError(
                f"--import {module}: there is no such module; write it without .py, with dots"
            ) from None
