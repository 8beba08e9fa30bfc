"""The world's columns as attributes, and sets of agents that know them by id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.errors import AgentError
from sim.face.attributes import attributes, nearest
from sim.face.base import AgentSet
from sim.state import Columns

if TYPE_CHECKING:
    from sim.face.model import Model

__all__ = ["Agents", "World"]


class Agents(AgentSet):
    """A Mesa AgentSet in which an agent may also be taken by its id: `model.nations["IDN"]`."""

    def __getitem__(self, item: Any) -> Any:
        if not isinstance(item, str):
            return super().__getitem__(item)
        found = {str(agent): agent for agent in self}
        if item not in found:
            raise AgentError(f"no agent '{item}' here; {nearest(item, list(found)[:400])}")
        return found[item]


@attributes("world")
class World:
    """The columns of the world as attributes: `model.world.tension`."""

    model: Model

    def __init__(self, model: Model) -> None:
        object.__setattr__(self, "model", model)

    def __str__(self) -> str:
        return "world"

    def __setattr__(self, name: str, value: Any) -> None:
        if not hasattr(type(self), name):
            known = [key for key in vars(World) if not key.startswith("_")]
            raise AgentError(f"the world has no column '{name}'; {nearest(name, known)}")
        object.__setattr__(self, name, value)

    def _cells(self) -> tuple[Columns, int]:
        return self.model._state().world, 0

    def _change(self, column: str, before: Any, after: Any) -> None:
        self.model._note("world", column, before, after)
