"""The model of a study's criteria: measures that count, their better side, thresholds and weights."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from sim.files.fields import Base, Text

__all__ = ["COLUMN", "Column", "Criterion"]

COLUMN = r"^\w[\w.+-]*\.(end|mean)$"
"""A column of `runs`: a measure at the end, or its mean over the years. Which there are depends on the policies."""
Column = Annotated[str, StringConstraints(pattern=COLUMN, max_length=200)]


class Criterion(Base):
    """One measure that counts, and what of it is enough."""

    at_least: float | None = Field(default=None, description="threshold; more is better")
    at_most: float | None = Field(default=None, description="threshold; less is better")
    better: Literal["more", "less"] | None = Field(
        default=None, description="the better side, where no threshold says it; the measure's own if left out"
    )
    weight: float = Field(default=1.0, ge=0.0, le=1e6, description="weight among the criteria")
    statistic: Literal["mean", "median", "worst"] | None = Field(
        default=None, description="how replicates become one number; mean, for heavy tails median, if left out"
    )
    source: Text = Field(default="", description="what the threshold rests on: a source, or assumption: and why")

    @model_validator(mode="after")
    def _one_side(self) -> Criterion:
        if self.at_least is not None and self.at_most is not None:
            raise _wrong(
                f"found at_least {self.at_least:g} and at_most {self.at_most:g}, expected one threshold",
                "keep the one on the side that is worse, and leave the other out",
            )
        side = "more" if self.at_least is not None else "less" if self.at_most is not None else self.better
        if self.better not in (None, side):
            raise _wrong(f"found 'better: {self.better}' beside a threshold on the other side", "leave better out")
        return self


def _wrong(problem: str, remedy: str) -> PydanticCustomError:
    return PydanticCustomError("wrong", "{problem}", {"problem": problem, "remedy": remedy})
