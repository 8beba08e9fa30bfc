"""The state of the engine and the twin's objects, column by column."""

from __future__ import annotations

from typing import Any

from sim.columns import of
from sim.phases.run import Run
from sim.phases.votes import chamber_votes
from tests.docking.twin import World
from tests.docking.twin.assembly import Electorate

# Columns that the twin calls otherwise.
NAMES = {"tier_uniform": "tier_luck", "seat": "held", "seat_uniform": "luck"}
RELATIVE, ABSOLUTE = 1e-9, 1e-12


def agree(first: float, second: float, unit: str = "") -> bool:
    """Whether two values are the same to within rounding."""
    # 1e-16 bn USD left over by rounding buy 5e-12 H100e
    absolute = 1e-6 if unit.startswith("H100e") else ABSOLUTE
    return abs(first - second) <= RELATIVE * max(abs(first), abs(second)) + absolute


def read(thing: Any, column: str) -> float:
    """A column of an object of the twin."""
    name = NAMES.get(column, column)
    for place in (getattr(thing, "flows", {}), getattr(thing, "policy", {})):
        if name in place:
            return float(place[name])
    if name.startswith("ideal_"):
        return float(thing.ideal[name.removeprefix("ideal_")])
    return float(getattr(thing, name))


def differences(run: Run, world: World) -> list[str]:
    """Columns in which the only row of a run and the twin differ, as text; every declared column is compared."""
    state = run.state
    pairs: list[tuple[str, str, Any, list[Any]]] = [
        ("world", "world", state.world, [world]),
        ("nation", "nation", state.nations, world.nations),
        ("firm", "firm", state.firms, world.firms),
    ]
    for name, body in world.bodies.items():
        found = state.bodies[name]
        pairs.append((name, "body", found.own, [body]))
        pairs.append((name, "body_nation", found.nations, [nation.membership[name] for nation in world.nations]))
        pairs.append((name, "body_firm", found.firms, [firm.seats[name] for firm in world.firms]))
    wrong = []
    for title, entity, columns, things in pairs:
        for column, known in of(entity).items():  # type: ignore[arg-type]
            for number, thing in enumerate(things):
                engine, twin = float(getattr(columns, column)[0, number]), read(thing, column)
                if not agree(engine, twin, known.unit):
                    wrong.append(f"{title} {entity} {number}: {column} is {engine!r}, in the twin {twin!r}")
    return wrong + votes_apart(run, world)


def votes_apart(run: Run, world: World) -> list[str]:
    """Chambers in which somebody has other votes in the engine than in the twin."""
    everyone = [*world.nations, *world.firms]
    wrong = []
    for name, body in world.bodies.items():
        votes, voting = chamber_votes(run, name)
        electorate = Electorate(body)
        if voting[0].tolist() != [one in electorate.voting for one in everyone]:
            wrong.append(f"{name}: other voters")
        for chamber, held in votes.items():
            if held[0].tolist() != [electorate.votes[chamber].get(one, 0) for one in everyone]:
                wrong.append(f"{name}: other votes in the chamber {chamber}")
    return wrong
