"""Which parameter stands at a path of resolved data: its unit, bounds, plausible range, source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.choices import FAMILIES, Parameter
from sim.sections import (
    ARREARS,
    BODY,
    CHARTER_SECTIONS,
    FUND,
    IN_FORCE,
    MEASURES,
    POLICY,
    PROGRAMMES,
    RELATION,
    TIER,
    VOTING,
    WORLD,
    Choice,
)

__all__ = ["parameter_at"]

Fields = Mapping[str, Parameter | Choice]
_SCENARIO = {"world": WORLD, "measures": MEASURES}

# Sections of a charter by their place; a star stands for a name the author chose.
_CHARTER: dict[tuple[str, ...], Fields] = {
    (): {**BODY.fields, **CHARTER_SECTIONS},
    ("entry_into_force",): IN_FORCE.fields,
    ("policy",): POLICY.fields,
    ("tiers", "*"): TIER.fields,
    ("voting",): VOTING.fields,
    ("voting", "chambers", "*"): {"weight": Choice("vote_weight", "equal", "votes in this chamber")},
    ("fund",): FUND.fields,
    ("fund", "arrears"): ARREARS.fields,
    ("programmes",): PROGRAMMES.fields,
    ("relations", "*"): RELATION.fields,
}


def _field(fields: Mapping[tuple[str, ...], Fields], parts: tuple[str, ...]) -> Parameter | Choice | None:
    for place, section in fields.items():
        if len(place) == len(parts) - 1 and all(a in ("*", b) for a, b in zip(place, parts, strict=False)):
            found = section.get(parts[-1])
            if found is not None:
                return found
    return None


def parameter_at(resolved: Mapping[str, Any], path: str) -> Parameter | None:
    """The parameter at a dotted path of a resolved scenario or charter, or None where there is none.

    A parameter of a rule counts only while that rule is in force there.

    >>> parameter_at({"bodies": {}, "world": {}}, "bodies.waico.fund.envelope").unit
    'bn USD/year'
    """
    parts = tuple(path.split("."))
    inside = parts[2:] if parts[0] == "bodies" else parts
    fields: Mapping[tuple[str, ...], Fields] = _CHARTER
    if parts[0] in _SCENARIO:
        fields, inside = {(): _SCENARIO[parts[0]].fields}, parts[1:]
    if not inside:
        return None
    here = _field(fields, inside)
    if isinstance(here, Parameter):
        return here
    choice = _field(fields, inside[:-1]) if len(inside) > 1 else None
    if not isinstance(choice, Choice) or choice.family not in FAMILIES:
        return None
    chosen: Any = resolved
    for part in parts[:-1]:
        chosen = chosen.get(part) if isinstance(chosen, Mapping) else None
    rule = chosen.get("rule") if isinstance(chosen, Mapping) else None
    family = FAMILIES[choice.family]
    return family[rule].parameters.get(parts[-1]) if isinstance(rule, str) and rule in family else None
