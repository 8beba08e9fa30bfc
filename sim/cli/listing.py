"""`waico list`: everything a scenario may choose, with its parameters."""

from __future__ import annotations

import typer

_KINDS = (
    "families (the default), rules, measures, parameters, groups, rosters, "
    "or the name of a family such as dues"
)


def list_choices(
    kind: str = typer.Argument("families", metavar="[KIND]", help=f"One of: {_KINDS}."),
    imports: list[str] = typer.Option(
        [], "--import", metavar="MODULE", help="Module that enrols further rules."
    ),
) -> None:
    """List what a scenario may choose: families of rules, rules, parameters with range and source."""
    import sim.measures  # noqa: F401  (enrols measures and rules)
    from sim.choices import FAMILIES, Family
    from sim.cli.imports import import_rules
    from sim.errors import ChoiceError
    from sim.files.fields import sentence
    from sim.files.known import group_members, group_names, rosters
    from sim.files.problems import hint

    import_rules(imports)

    def tell(family: Family) -> None:
        typer.echo(f"{family.name}: {family.text}")
        for rule in family:
            typer.echo(f"  {rule.name}: {' '.join(rule.text.split(chr(10) + chr(10))[0].split())}")
            for parameter in rule.parameters.values():
                typer.echo(f"    {parameter.name}: {sentence(parameter)}")

    if kind == "families":
        width = max(len(name) for name in FAMILIES)
        for family in FAMILIES.values():
            typer.echo(f"{family.name:{width}}  {len(family):3}  {family.text}")
        typer.echo(f"\n{len(FAMILIES)} families. 'waico list FAMILY' shows the rules of one. KIND: {_KINDS}.")
    elif kind == "rules":
        for family in FAMILIES.values():
            tell(family)
    elif kind in ("groups", "rosters"):
        for name in group_names() if kind == "groups" else rosters():
            typer.echo(f"{name}  {len(group_members(name))}" if kind == "groups" else name)
    elif kind == "measures":
        for family in (FAMILIES["measure"], FAMILIES["body_measure"]):
            typer.echo(f"{family.name}: {family.text}")
            for rule in family:
                breakdown = "income" if rule.metadata.get("income") else rule.metadata.get("by")
                unit = rule.metadata["unit"] + (f", by {breakdown}" if breakdown else "")
                typer.echo(f"  {rule.name} [{unit}]: {' '.join(rule.text.split())}")
    elif kind == "parameters":
        from sim.cli.parameters import parameter_lines

        for line in parameter_lines():
            typer.echo(line)
    elif kind in FAMILIES:
        tell(FAMILIES[kind])
    else:
        known = ["families", "rules", "measures", "parameters", "groups", "rosters", *FAMILIES]
        raise ChoiceError(f"there is nothing called '{kind}' to list; {hint(kind, known)}")
