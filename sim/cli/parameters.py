"""The parameter table: one line for each number or name of a charter, of a world and of every rule."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["parameter_lines"]


def parameter_lines() -> Iterator[str]:
    """Lines of path, default, unit, plausible range, source and meaning, separated by tabs."""
    from sim.choices import FAMILIES, Parameter
    from sim.sections import ARREARS, FUND, IN_FORCE, MEASURES, POLICY, RELATION, TIER, VOTING

    def row(path: str, parameter: Parameter) -> str:
        plausible = "" if parameter.low is None else f"{parameter.low:g}..{parameter.high:g}"
        default = list(parameter.default) if isinstance(parameter.default, tuple) else parameter.default
        return "\t".join([path, str(default), parameter.unit, plausible, parameter.source, parameter.text])

    yield "\t".join(["path", "default", "unit", "plausible", "source", "text"])
    places = {
        "measures": MEASURES,
        "entry_into_force": IN_FORCE,
        "policy": POLICY,
        "tiers.NAME": TIER,
        "voting": VOTING,
        "fund": FUND,
        "fund.arrears": ARREARS,
        "relations.NAME": RELATION,
    }
    for place, section in places.items():
        for name, field in section.fields.items():
            if isinstance(field, Parameter):
                yield row(f"{place}.{name}", field)
    for family in FAMILIES.values():
        for rule in family:
            for name, parameter in rule.parameters.items():
                yield row(f"{family.name}.{rule.name}.{name}", parameter)
