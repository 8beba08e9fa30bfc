"""The state of a block of runs: groups of columns, replaced whole and never changed in place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.columns import Entity, of

__all__ = ["BodyState", "Columns", "State"]


class Columns:
    """Columns of one kind of entity, as attributes; a column is replaced, never written into.

    So a snapshot is a shallow copy, and what was recorded stays as it was.
    """

    def __init__(self, entity: Entity, shape: tuple[int, int], **columns: Any) -> None:
        object.__setattr__(self, "_entity", entity)
        object.__setattr__(self, "_shape", shape)
        object.__setattr__(self, "_known", of(entity))
        for name, values in columns.items():
            setattr(self, name, values)

    def __setattr__(self, name: str, values: Any) -> None:
        if name not in self._known:
            raise AttributeError(f"no {self._entity} column '{name}'; declare it in sim/columns.py")
        array = np.asarray(values)
        if array.shape != self._shape:
            array = np.ascontiguousarray(np.broadcast_to(array, self._shape))
        object.__setattr__(self, name, array)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"no {self.__dict__.get('_entity')} column '{name}' yet")

    def names(self) -> Iterator[str]:
        """Names of the columns that hold values, in declared order."""
        return (name for name in self._known if name in self.__dict__)

    @property
    def shape(self) -> tuple[int, int]:
        """(runs, agents)."""
        return self._shape

    def copy(self) -> Columns:
        """A shallow copy: the arrays are shared, which is safe because they are never written into."""
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        return twin

    def start_year(self) -> None:
        """Set the flow columns to 0."""
        for name, column in self._known.items():
            if column.kind == "flow":
                object.__setattr__(self, name, np.zeros(self._shape))


@dataclass
class BodyState:
    """One body: its own numbers (runs, 1), and its columns of nations and of firms."""

    own: Columns
    nations: Columns
    firms: Columns
    weighing: Any = None  # the roll as it stood at the last review of vote weights

    def copy(self) -> BodyState:
        """A shallow copy."""
        return BodyState(self.own.copy(), self.nations.copy(), self.firms.copy(), self.weighing)

    @property
    def parties(self) -> Any:
        """Flags (runs, nations): parties in any tier, suspended included."""
        return (self.nations.status == 4) | (self.nations.status == 5)

    @property
    def inside(self) -> Any:
        """Flags (runs, nations): signatories and parties."""
        return (self.nations.status >= 3) & (self.nations.status <= 5)

    @property
    def active(self) -> Any:
        """Flags (runs, nations): parties that are not suspended, once the agreement is in force."""
        return (self.nations.status == 4) & self.own.in_force


@dataclass
class State:
    """All columns of a block at one moment; `step` counts from 0 at the start."""

    world: Columns
    nations: Columns
    firms: Columns
    bodies: dict[str, BodyState]
    step: int = 0

    def copy(self) -> State:
        """A snapshot; later phases do not change it."""
        bodies = {name: body.copy() for name, body in self.bodies.items()}
        return State(self.world.copy(), self.nations.copy(), self.firms.copy(), bodies, self.step)
