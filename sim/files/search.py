"""The model of a study's search: levers with their ranges, objectives, and how far the search goes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from sim.files.criteria import Column
from sim.files.fields import Base, Text
from sim.files.uncertain import Uncertainty

__all__ = ["Objective", "Search"]


class Objective(Base):
    """One measure that the search wants more or less of."""

    better: Annotated[str, StringConstraints(pattern=r"^(more|less)$")] = Field(description="more or less")
    epsilon: float = Field(
        gt=0.0, description="difference that counts, in the unit of the measure: the archive keeps one charter a box"
    )


class Search(Base):
    """A search over a charter's levers for policies that no other beats on every objective."""

    of: Text = Field(description="policy whose charter the levers change")
    levers: Annotated[dict[str, Uncertainty], Field(min_length=1)] = Field(
        description="paths with the range or the values that the search may choose from"
    )
    objectives: Annotated[dict[Column, Objective], Field(min_length=1)] = Field(
        description="columns of runs that count, a mean over futures (heavy tails: of medians of replicates)"
    )
    futures: int = Field(default=8, ge=2, le=10_000, description="futures in which every charter is tried")
    population: int = Field(default=40, ge=4, le=10_000, description="charters of one generation")
    evaluations: int = Field(default=400, ge=4, le=10_000_000, description="charters tried in all")
    verify: int = Field(default=24, ge=2, le=100_000, description="fresh futures in which the best are tried again")
    body: Text = Field(default="waico", description="body whose parties would vote on the change")
    year: int = Field(default=5, ge=1, le=100, description="years after the start at which they compare the charters")

    @model_validator(mode="after")
    def _fits(self) -> Search:
        for path, form in self.levers.items():
            if form.draws is not None or form.where_present:
                raise _wrong(f"lever '{path}': found draws or where_present; write uniform, integer or choice")
        if self.evaluations < self.population:
            raise _wrong(f"found evaluations {self.evaluations} below the population {self.population}; write more")
        return self


def _wrong(message: str) -> PydanticCustomError:
    problem, _, remedy = message.partition("; ")
    return PydanticCustomError("wrong", "{problem}", {"problem": problem, "remedy": remedy})
