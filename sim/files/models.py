"""The three kinds of file as pydantic models, built from the sections and from every enrolled rule.

The models describe a file after `extends`, `charter` and overrides have been worked in, so every default is
filled in here and nowhere else. They are built on first use and again when further rules have been enrolled.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Discriminator,
    Field,
    Strict,
    StringConstraints,
    Tag,
    create_model,
)

import sim.rules  # noqa: F401  (enrols every rule the models offer)
from sim.choices import FAMILIES
from sim.files.fields import Base, Text, choice_field, section_model
from sim.files.parts import (
    Constituency,
    Entry,
    Event,
    Evidence,
    Free,
    Iso3,
    Line,
    OtherMember,
    Sample,
    Synthetic,
    SyntheticNations,
    Word,
)
from sim.files.studies import StudyFile
from sim.sections import (
    ARREARS,
    BODY,
    CHARTER_SECTIONS,
    FUND,
    IN_FORCE,
    MEASURES,
    POLICY,
    POLICY_DIMENSIONS,
    PROGRAMMES,
    RELATION,
    TIER,
    VOTING,
    WORLD,
    Choice,
)

__all__ = ["DECISION_KINDS", "SUBJECTS", "VOTE_WEIGHT", "Models", "models"]

VOTE_WEIGHT = Choice("vote_weight", "equal", "how the votes of this chamber are weighed")
DECISION_KINDS = ("ordinary", "special", "super")
SUBJECTS = {
    **dict.fromkeys(POLICY_DIMENSIONS, "ordinary"),
    **dict.fromkeys(("redistribution", "response_powers", "expulsion"), "special"),
    "admission": "ordinary",
    "amendment": "super",
}

Gate = Literal["open", "values", "capability", "regional", "region", "invitation"]
Voters = Literal["nations", "firms", "pool"]
Casts = Literal["members", "seats"]
Kind = Literal["ordinary", "special", "super"]


def _date_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Date = Annotated[
    str,
    BeforeValidator(_date_text, json_schema_input_type=str | int),
    StringConstraints(pattern=r"^[12][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"),
]


def _which(value: Any) -> str | None:
    if isinstance(value, dict):
        return "synthetic" if "synthetic" in value else "sample"
    if isinstance(value, BaseModel):
        return "sample" if isinstance(value, Sample) else "synthetic"
    return "list" if isinstance(value, list) else "all"


_NATIONS = Annotated[
    Annotated[Literal["all"], Tag("all")]
    | Annotated[Sample, Tag("sample")]
    | Annotated[SyntheticNations, Tag("synthetic")]
    | Annotated[Annotated[list[Iso3], Field(min_length=2)], Tag("list")],
    Discriminator(_which),
]
_FIRMS = Annotated[
    Annotated[Literal["all"], Tag("all")] | Annotated[Synthetic, Tag("synthetic")],
    Discriminator(lambda value: "synthetic" if isinstance(value, (dict, BaseModel)) else "all"),
]
_ELIGIBLE = Annotated[
    Annotated[Line, Tag("group")] | Annotated[Annotated[list[Iso3], Field(min_length=1)], Tag("list")],
    Discriminator(lambda value: "list" if isinstance(value, list) else "group"),
]


_STATES = Annotated[
    Annotated[Line, Tag("group")] | Annotated[Annotated[list[Entry], Field(min_length=1)], Tag("list")],
    Discriminator(lambda value: "list" if isinstance(value, list) else "group"),
]


def _named_or_whole(value: Any) -> str:
    return "none" if value is None else "charter" if isinstance(value, (dict, BaseModel)) else "name"


def _gate(value: str) -> str:
    return "regional" if value == "region" else value


_GATE = Annotated[Gate, AfterValidator(_gate)]


@dataclass(frozen=True)
class Models:
    """One model for each kind of file, after everything it builds on has been worked in."""

    charter: type[BaseModel]
    scenario: type[BaseModel]
    study: type[BaseModel]


def models() -> Models:
    """The models for the rules that are enrolled now."""
    return _build(tuple((name, tuple(rule.name for rule in family)) for name, family in FAMILIES.items()))


def _part(model: type[BaseModel]) -> tuple[Any, Any]:
    return model, Field(default_factory=model, description=model.__doc__)


@lru_cache(maxsize=4)
def _build(enrolled: tuple[tuple[str, tuple[str, ...]], ...]) -> Models:
    whole = create_model("charter of the record", __base__=Base, **_charter_fields())
    named = Annotated[
        Annotated[Line, Tag("name")] | Annotated[whole, Tag("charter")] | Annotated[None, Tag("none")],
        Discriminator(_named_or_whole),
    ]
    charter = create_model(
        "charter", __base__=Base, __doc__="A charter: every lever of one body.", **_charter_fields(named)
    )
    scenario = create_model(
        "scenario",
        __base__=Base,
        __doc__="A world with its bodies, and how long it is run.",
        **_titles(None),
        years=(int, Field(default=10, ge=1, le=100, description="years to run [years]")),
        start=(int, Field(default=2026, ge=2026, le=2100, description="year at whose end the run starts")),
        steps_per_year=(Literal[1, 2, 4, 12], Field(default=4, description="steps in a year")),
        nations=(
            _NATIONS,
            Field(default="all", description="all, {sample: n}, {synthetic: n} or a list of ISO3"),
        ),
        firms=(_FIRMS, Field(default="all", description="all or {synthetic: n}")),
        entrants=(int, Field(default=8, ge=0, le=1000, description="firms that may enter during a run")),
        bodies=(dict[Word, charter], Field(default_factory=dict, description="the bodies, by name")),
        world=_part(section_model(WORLD)),
        measures=_part(section_model(MEASURES)),
    )
    return Models(charter, scenario, StudyFile)


def _titles(name: str | None) -> dict[str, Any]:
    named = (
        Field(description="the name")
        if name
        else Field(default="", description="the name; the file's name if left out")
    )
    return {
        "name": (Line if name else Annotated[str, Strict(), Field(max_length=300)], named),
        "title": (Text, Field(default="", description="one line for figures and tables")),
        "text": (Text, Field(default="", description="what it is about")),
    }


def _charter_fields(reference: Any = Line | None) -> dict[str, Any]:
    tier, relation = section_model(TIER), section_model(RELATION)
    policy, in_force, programmes = section_model(POLICY), section_model(IN_FORCE), section_model(PROGRAMMES)
    fund = section_model(FUND, {"arrears": _part(section_model(ARREARS))})
    body = section_model(BODY)
    return {
        **_titles("charter"),
        "sponsor": (Iso3, Field(description="ISO3 of the state that invites")),
        "host": (Iso3 | None, Field(default=None, description="ISO3 of the seat; the sponsor if left out")),
        "founded": (
            Date | None,
            Field(default=None, description="date of founding: 2026, 2026-07 or 2026-07-16"),
        ),
        "gate": (_GATE, Field(default="open", description="what a state must satisfy to come in")),
        "eligible": (_ELIGIBLE, Field(default="all", description="all, a group, or a list of ISO3")),
        "record": (
            _STATES | None,
            Field(default=None, description="who really joined: a roster, a group, or a list of states"),
        ),
        "other_members": (
            dict[Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")], OtherMember],
            Field(
                default_factory=dict,
                description="members that are no nation here: seated in the power analysis, not simulated",
            ),
        ),
        "reference": (
            reference,
            Field(default=None, description="charter under which the record was made"),
        ),
        **{name: (field.annotation, field) for name, field in body.model_fields.items()},
        "entry_into_force": _part(in_force),
        "policy": _part(policy),
        "tiers": (
            Annotated[dict[Word, tier], Field(min_length=1, max_length=12)],  # type: ignore[valid-type]
            Field(default_factory=lambda: {"member": tier()}, description=TIER.text),
        ),
        "voting": _part(_voting()),
        "fund": _part(fund),
        **{name: choice_field(choice) for name, choice in CHARTER_SECTIONS.items()},
        "programmes": _part(programmes),
        "relations": (dict[Word, relation], Field(default_factory=dict, description=RELATION.text)),  # type: ignore[valid-type]
        "events": (list[Event], Field(default_factory=list, description="changes of the charter on a date")),
        "evidence": (
            dict[str, Evidence],
            Field(default_factory=dict, description="how well each rule is known, by path"),
        ),
    }


def _voting() -> type[BaseModel]:
    chamber = create_model(
        "chamber",
        __base__=Base,
        __doc__="Who votes together, and with what weight.",
        of=(Voters, Field(default="nations", description="whose votes; pool: both together")),
        group=(
            _STATES | None,
            Field(default=None, description="only this group, not:GROUP for the others, or a list of states"),
        ),
        tiers=(
            list[Word] | None,
            Field(default=None, description="only members of these tiers; a tier's veto is consensus in its chamber"),
        ),
        weight=choice_field(VOTE_WEIGHT),
        constituencies=(
            dict[Word, Constituency] | None,
            Field(default=None, description="groups that vote through one seat; who is in none sits for itself"),
        ),
        casts=(
            Casts,
            Field(default="members", description="votes of a seat: those of its members together, or one a seat"),
        ),
    )
    condition = "a threshold such as '> 1/2', consensus, or a mapping with all, any, not, chamber, veto"
    decisions = create_model(
        "decisions",
        __base__=Base,
        __doc__="When a proposal passes, by kind of decision.",
        ordinary=(Free, Field(default="> 1/2", description=condition)),
        special=(Free, Field(default=">= 2/3", description=condition)),
        super=(Free, Field(default=">= 3/4", description=condition)),
    )
    decide = create_model(
        "decide",
        __base__=Base,
        __doc__="Which kind of decision settles what.",
        **{name: (Kind, Field(default=kind, description="kind of decision")) for name, kind in SUBJECTS.items()},  # type: ignore[call-overload]
    )
    return section_model(
        VOTING,
        {
            "abstention": (
                Literal["cast", "present", "all"],
                Field(default="cast", description="the votes a share is taken of: cast, present or all"),
            ),
            "chambers": (
                Annotated[dict[Word, chamber], Field(min_length=1, max_length=12)],
                Field(default_factory=lambda: {"states": chamber()}, description="chambers by name"),
            ),
            "quorum": (
                Free,
                Field(default=None, description="share or number of votes that must be present; null for none"),
            ),
            "veto": (list[Iso3], Field(default_factory=list, description="states whose vote against blocks")),
            "decisions": _part(decisions),
            "decide": _part(decide),
        },
    )
