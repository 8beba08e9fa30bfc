"""The model of a study file: policies, uncertainties, levers and how futures are drawn."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from sim.files.criteria import Column, Criterion
from sim.files.fields import Base, Text
from sim.files.search import Search
from sim.files.uncertain import FORMS, Uncertainty

__all__ = ["FORMS", "NAME", "Futures", "Lever", "Outputs", "Policy", "StudyFile", "Uncertainty"]

Design = Literal["replicates_only", "list", "grid", "latin_hypercube", "sobol", "one_at_a_time", "morris", "saltelli"]
SAMPLED = ("latin_hypercube", "sobol", "morris", "saltelli")

NAME = r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$"
FOLDER_NAME = r"^([^\W_][^/\\:\x00-\x1f\x7f]*)?$"
"""A study's results lie in results/NAME, so a name is one step down and never up, or out."""
Name = Annotated[str, StringConstraints(pattern=NAME, max_length=80)]
Free = Annotated[Any, Field()]


class Policy(Base):
    """A named bundle of lever settings: paths of the scenario with their values."""

    title: Text = Field(default="", description="one line for figures and tables")
    text: Text = Field(default="", description="what the policy stands for")
    set: dict[str, Free] = Field(
        default_factory=dict, description="paths of the scenario with their new values"
    )


class Lever(Base):
    """Values of one path that are tried with every policy."""

    grid: Annotated[list[Free], Field(min_length=1, max_length=1000)]
    where_present: bool = Field(default=False, description="leave out policies that do not have this path")


class Futures(Base):
    """How the futures are drawn that every policy meets."""

    design: Design = Field(default="replicates_only", description="how futures are laid out")
    count: int | None = Field(
        default=None, ge=1, le=10_000_000, description="number of futures (of the sampled designs)"
    )
    seed: int | None = Field(
        default=None, ge=0, lt=2**53, description="seed of the design; the study's seed if left out"
    )
    uncertainties: dict[str, Uncertainty] = Field(
        default_factory=dict, description="uncertain paths of the scenario"
    )
    table: Text | None = Field(
        default=None, description="CSV of a list design: one column for each path, one row a future"
    )

    @model_validator(mode="after")
    def _fits(self) -> Futures:
        if self.design in SAMPLED and self.count is None:
            raise _wrong(f"design {self.design} needs a number of futures; write count: 128")
        if self.design == "list" and self.table is None:
            raise _wrong("design list needs a table; write table: futures.csv")
        if self.design != "list" and self.table is not None:
            raise _wrong(
                f"found a table beside design {self.design}; write design: list or leave the table out"
            )
        if self.design not in ("list", "replicates_only") and not self.uncertainties:
            raise _wrong(
                f"design {self.design} varies nothing; write uncertainties, or design: replicates_only"
            )
        if self.design == "replicates_only" and self.uncertainties:
            raise _wrong(
                "design replicates_only would ignore the uncertainties; "
                "write design: latin_hypercube and count: 128"
            )
        if self.design == "list" and self.uncertainties:
            raise _wrong("design list takes its values from the table; leave uncertainties out")
        return self


class Outputs(Base):
    """Which tables are written besides runs and series."""

    nations: bool = Field(default=False, description="one row for each nation and year")
    events: bool = Field(default=False, description="votes, entries, exits, incidents")


class StudyFile(Base):
    """Policies, the futures they meet, and what is written down."""

    name: Annotated[str, StringConstraints(pattern=FOLDER_NAME, max_length=100)] = Field(
        default="", description="the name, also of the folder in results/; the file's name if left out"
    )
    title: Text = Field(default="", description="one line for figures and tables")
    text: Text = Field(default="", description="what the study asks")
    seed: int = Field(default=1, ge=0, lt=2**53, description="seed of every draw")
    replicates: int = Field(default=8, ge=1, le=1_000_000, description="runs for each policy and future")
    years: int | None = Field(
        default=None, ge=1, le=100, description="years to run; the scenario's if left out"
    )
    baseline: Text | None = Field(
        default=None, description="policy the others are compared with; the first if left out"
    )
    policies: dict[Name, Policy] = Field(default_factory=lambda: {"baseline": Policy()}, min_length=1)
    levers: dict[str, Lever] = Field(
        default_factory=dict, description="paths of the scenario with values to try"
    )
    futures: Futures = Field(default_factory=Futures, description="how futures are drawn")
    outputs: Outputs = Field(default_factory=Outputs, description="which further tables are written")
    criteria: dict[Column, Criterion] = Field(
        default_factory=dict, description="columns of runs that decide between policies: yours to state"
    )
    search: Search | None = Field(
        default=None, description="levers of a charter over which `waico search` looks for better ones"
    )


def _wrong(message: str) -> PydanticCustomError:
    problem, _, remedy = message.partition("; ")
    return PydanticCustomError("wrong", "{problem}", {"problem": problem, "remedy": remedy})
