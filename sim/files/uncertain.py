"""The model of an uncertain value: one distribution, or several values drawn together."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sim.files.fields import Base, Text

__all__ = ["FORMS", "Uncertainty"]

FORMS = ("uniform", "loguniform", "triangular", "normal", "choice", "integer", "draws")
Pair = Annotated[list[float], Field(min_length=2, max_length=2)]
Triple = Annotated[list[float], Field(min_length=3, max_length=3)]
Free = Annotated[Any, Field()]


class Uncertainty(Base):
    """One uncertain value and its distribution, or several that are drawn together."""

    uniform: Pair | None = Field(default=None, description="[low, high]")
    loguniform: Pair | None = Field(default=None, description="[low, high], both above 0")
    triangular: Triple | None = Field(default=None, description="[low, mode, high]")
    normal: Pair | None = Field(default=None, description="[mean, standard deviation]")
    choice: Annotated[list[Free], Field(min_length=1)] | None = Field(
        default=None, description="values, equally likely"
    )
    integer: Annotated[list[int], Field(min_length=2, max_length=2)] | None = Field(
        default=None, description="[low, high], both included"
    )
    draws: Text | None = Field(
        default=None,
        description="joint draws: a CSV with one column for each path and one row for each draw, or the name of a "
        "shipped table; the uncertainty then has a name of its own in place of a path",
    )
    bounds: Pair | None = Field(default=None, description="[low, high] outside which a normal draw is cut")
    where_present: bool = Field(default=False, description="leave out policies that do not have this path")

    @model_validator(mode="after")
    def _one_form(self) -> Uncertainty:
        given = [form for form in FORMS if getattr(self, form) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            raise _wrong(
                f"found {found} of the distributions, expected exactly one; write one of: {', '.join(FORMS)}"
            )
        values = getattr(self, given[0])
        if given[0] in ("uniform", "loguniform", "integer") and not values[0] < values[1]:
            raise _wrong(f"found the range {values}, expected low below high; write [low, high]")
        if given[0] == "loguniform" and values[0] <= 0:
            raise _wrong(f"found the range {values}, expected numbers above 0; use uniform")
        if given[0] == "triangular" and not (values[0] <= values[1] <= values[2] and values[0] < values[2]):
            raise _wrong(f"found {values}, expected low <= mode <= high; write [low, mode, high]")
        if given[0] == "normal" and values[1] <= 0:
            raise _wrong(f"found the standard deviation {values[1]}, expected one above 0; write [mean, sd]")
        if self.bounds is not None and (given[0] != "normal" or not self.bounds[0] < self.bounds[1]):
            raise _wrong("found bounds that do not fit, expected [low, high] beside normal; leave them out")
        return self


def _wrong(message: str) -> PydanticCustomError:
    problem, _, remedy = message.partition("; ")
    return PydanticCustomError("wrong", "{problem}", {"problem": problem, "remedy": remedy})
