"""What a section of a file is: named fields, each a parameter or a choice of one rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.choices import Parameter

__all__ = ["Choice", "Section"]


@dataclass(frozen=True)
class Choice:
    """A field that is one rule of a family; `default` is the rule meant when the field is left out."""

    family: str
    default: str
    text: str


@dataclass(frozen=True)
class Section:
    """A named group of fields of a file."""

    name: str
    text: str
    fields: Mapping[str, Parameter | Choice]

    def __post_init__(self) -> None:
        titled = {
            key: Parameter(**{**field.__dict__, "name": key}) if isinstance(field, Parameter) else field
            for key, field in self.fields.items()
        }
        object.__setattr__(self, "fields", titled)
