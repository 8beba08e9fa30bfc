"""Parts of a file that no rule adds to: names, events, evidence, members beside the nations, samples."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, Strict, StringConstraints

from sim.files.fields import Base

__all__ = [
    "Constituency",
    "Entry",
    "Event",
    "Evidence",
    "Free",
    "Iso3",
    "Line",
    "OtherMember",
    "Sample",
    "Synthetic",
    "SyntheticNations",
    "Word",
]

Line = Annotated[str, Strict(), StringConstraints(min_length=1, max_length=300, pattern=r"^[^\n\r\t]*\S[^\n\r\t]*$")]
Iso3 = Annotated[str, Strict(), StringConstraints(pattern=r"^[A-Z]{3}$")]
# one entry of a list of states: a code, a group, not:GROUP; with - in front it is taken out again
Entry = Annotated[str, Strict(), StringConstraints(pattern=r"^-?([A-Z]{3}|(not:)?[a-z][a-z0-9_]*)$")]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=60)]
Free = Annotated[Any, Field()]


class Event(Base):
    """A change of the charter at the start of a year: an amendment, a weight reform, a host year."""

    year: int = Field(ge=1900, le=2200, description="the year at whose start the change takes effect")
    title: Line = Field(default="change of the charter", description="what the change is called in tables")
    set: dict[str, Free] = Field(min_length=1, description="paths inside the charter, with their new values")


class OtherMember(Base):
    """A member that is no nation of the simulation, such as the EU; what is left out counts 0."""

    title: Line = Field(description="the member's name")
    gdp: float = Field(default=0.0, ge=0, le=200_000, description="gross domestic product [bn USD]")
    population: float = Field(default=0.0, ge=0, le=10_000, description="population [millions]")
    imf_quota: float = Field(default=0.0, ge=0, le=1e6, description="quota [SDR million]")
    un_assessment: float = Field(default=0.0, ge=0, le=100, description="UN scale [percent]")
    groups: list[Word] = Field(default_factory=list, description="groups of states it counts among")


class Constituency(Base):
    """Members that fill a seat together and vote through whoever sits there."""

    members: Line | list[Entry] = Field(description="a group, not:GROUP for the others, or a list of states")
    seats: int = Field(default=1, ge=1, le=50, description="seats it fills")
    lead: Literal["largest", "rotating"] = Field(
        default="largest", description="who sits: the largest economies of its members, or members by turns of a year"
    )


class Evidence(Base):
    """How well a rule of the charter is known."""

    label: Literal["confirmed", "reported", "assumed"]
    source: Line


class Sample(Base):
    """Some real nations, drawn at random but always the same ones for one seed."""

    sample: int = Field(ge=2, le=193, description="number of nations")
    seed: int = Field(default=1, ge=0, lt=2**53)


class Synthetic(Base):
    """Made-up agents, drawn from the distributions of the real ones."""

    synthetic: int = Field(ge=1, le=100_000, description="number of agents")
    seed: int = Field(default=1, ge=0, lt=2**53)


class SyntheticNations(Synthetic):
    """Made-up nations, drawn from the distributions of the real ones; trade needs two."""

    synthetic: int = Field(ge=2, le=100_000, description="number of nations")
