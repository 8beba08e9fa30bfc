"""Parameters, choices and sections as pydantic types: what the rules state once is what a file may say."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Union

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Strict,
    StringConstraints,
    Tag,
    WithJsonSchema,
    create_model,
)

from sim.choices import FAMILIES, Family, Parameter, Rule
from sim.errors import ChoiceError
from sim.sections import Choice, Section

__all__ = ["Base", "Text", "choice_type", "family_of", "parameter_type", "section_model", "sentence"]

Text = Annotated[str, Strict(), Field(max_length=20_000)]

FAR = 1e12
"""Numbers of a small table (bands, classes) have no range of their own; what lies beyond this is a slip."""


class Base(BaseModel):
    """What every mapping of a file has in common: unknown keys are refused, nothing is guessed from text."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, arbitrary_types_allowed=False)


def sentence(parameter: Parameter) -> str:
    """One parameter in words, for editors: text [unit]; default; plausible range; source."""
    parts = [f"{parameter.text} [{parameter.unit}]", f"default {_short(parameter.default)}"]
    if parameter.low is not None:
        parts.append(f"plausible {parameter.low:g}..{parameter.high:g}")
    if parameter.options:
        parts.append(f"one of {', '.join(parameter.options)}")
    return "; ".join([*parts, parameter.source])


def _short(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (tuple, list, Mapping)):
        return f"{len(value)} entries" if value else "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def parameter_type(parameter: Parameter) -> tuple[Any, Any]:
    """The pydantic type and field of one parameter, bounded by what has a meaning."""
    kinds: dict[str, Any] = {
        "number": Annotated[float, Strict(), Field(ge=parameter.at_least, le=parameter.at_most)],
        "whole": Annotated[int, Strict(), Field(ge=_whole(parameter.at_least), le=_whole(parameter.at_most))],
        "flag": Annotated[bool, Strict()],
        "name": Literal[parameter.options] if parameter.options else Text,
        "names": list[Text],
        "table": list[Annotated[list[Annotated[float, Strict(), Field(ge=-FAR, le=FAR)]], Field(min_length=1)]],
        "by_member": dict[
            Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")],
            Annotated[int, Strict(), Field(ge=0, le=10**9)],
        ],
    }
    default = _plain(parameter.default)
    return kinds[parameter.kind], Field(
        default_factory=lambda: copy.deepcopy(default), description=sentence(parameter)
    )


def _whole(bound: float | None) -> int | None:
    return None if bound is None else int(bound)


def _plain(value: Any) -> Any:
    return [_plain(part) for part in value] if isinstance(value, (tuple, list)) else value


def family_of(choice: Choice) -> Family:
    """The family a choice is made from; `ChoiceError` where none of that name is enrolled."""
    try:
        family = FAMILIES[choice.family]
    except KeyError:
        raise ChoiceError(
            f"no family '{choice.family}' is enrolled; import the module that enrols it"
        ) from None
    if choice.default not in family:
        raise ChoiceError(f"family '{family.name}' has no rule '{choice.default}', the default of a section")
    return family


def _rule_model(rule: Rule) -> type[BaseModel]:
    fields: dict[str, Any] = {"rule": (Literal[rule.name], Field(description=_first_line(rule.text)))}
    for parameter in rule.parameters.values():
        fields[parameter.name] = parameter_type(parameter)
    return create_model(f"{rule.family}.{rule.name}", __base__=Base, __doc__=rule.text, **fields)


def _first_line(text: str) -> str:
    return " ".join(text.split("\n\n")[0].split())


def choice_type(choice: Choice) -> Any:
    """The type of a choice: a name, or a mapping with rule and parameters; defaults are filled in."""
    family = family_of(choice)
    models = {rule.name: _rule_model(rule) for rule in family}

    def named(value: Any) -> Any:
        if isinstance(value, str):
            return {"rule": value}
        if isinstance(value, Mapping) and "rule" not in value:
            return {"rule": choice.default, **value}
        return value

    def which(value: Any) -> Any:
        return value.get("rule") if isinstance(value, Mapping) else getattr(value, "rule", None)

    tagged = tuple(Annotated[model, Tag(name)] for name, model in models.items())
    inner = Annotated[Union[tagged], Discriminator(which)] if len(tagged) > 1 else next(iter(models.values()))  # noqa: UP007
    schema = choice_schema(choice, family, models)
    return Annotated[inner, BeforeValidator(named), WithJsonSchema(schema)]


def choice_schema(choice: Choice, family: Family, models: Mapping[str, type[BaseModel]]) -> dict[str, Any]:
    """What an editor may offer: a bare name, a rule with parameters, parameters of an inherited rule."""
    variants, every = [], dict[str, Any]()
    for rule in family:
        properties = models[rule.name].model_json_schema()["properties"]
        every.update({key: value for key, value in properties.items() if key != "rule"})
        variants.append(
            {
                "type": "object",
                "title": rule.name,
                "description": _first_line(rule.text),
                "required": ["rule"],
                "properties": {
                    **properties,
                    "rule": {"const": rule.name, "description": _first_line(rule.text)},
                },
                "additionalProperties": False,
            }
        )
    names: list[dict[str, Any]] = [
        {"const": rule.name, "description": _first_line(rule.text)} for rule in family
    ]
    inherited = {
        "type": "object",
        "title": "parameters of the rule already in force",
        "not": {"required": ["rule"]},
        "properties": {key: {} for key in every},
        "additionalProperties": False,
    }
    return {
        "description": f"{choice.text}; default {choice.default}",
        "anyOf": [
            {"oneOf": names, "title": f"{family.name}: by name"},
            *variants,
            *([inherited] if every else []),
        ],
    }


def section_model(section: Section, extra: Mapping[str, Any] | None = None) -> type[BaseModel]:
    """The model of a section; `extra` gives further fields as pydantic (type, field) pairs."""
    fields: dict[str, Any] = {}
    for name, field in section.fields.items():
        if isinstance(field, Choice):
            fields[name] = choice_field(field)
        else:
            fields[name] = parameter_type(field)
    return create_model(section.name, __base__=Base, __doc__=section.text, **{**fields, **(extra or {})})


def choice_field(choice: Choice) -> tuple[Any, Any]:
    """A choice as a pydantic (type, field) pair, its default rule filled in with that rule's parameters."""
    return choice_type(choice), Field(default=choice.default, validate_default=True, description=choice.text)
