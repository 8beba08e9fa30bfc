"""Designs: how the futures of a study are laid out over its uncertainties.

Every design is drawn in the unit cube and turned into typed values afterwards. Its random numbers are keyed
by the design's seed and the uncertainty's path (`sim.draws`), so that adding an uncertainty moves no other
column of a Latin hypercube, and a longer Sobol design begins with the shorter one.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from sim.draws import Draws, agent_keys
from sim.errors import ChoiceError
from sim.files.tables import paths_of
from sim.study.distributions import form_name, levels, middle, values
from sim.units import Array

__all__ = ["Design", "lay_out"]

SAMPLED = ("latin_hypercube", "sobol", "morris", "saltelli")
FOLDED = {"morris": 1, "saltelli": 2}
"""Designs whose rows are compared within blocks of inputs + this many rows."""
GRID_LEVELS = 3
MORRIS_LEVELS = 4
MOST_ROWS = 10_000_000


@dataclass(frozen=True)
class Design:
    """The futures of a study: `values[k][j]` is what `paths[j]` takes in the future `numbers[k]`.

    `unit` holds the same rows in the unit cube (None for a list), one column for each of `dimensions`: the paths, or
    the name of a table of joint draws in place of those it gives. `notes` is what was done beyond the request; `luck`
    is empty where every future has luck of its own (see `luck_of`); `widths` is how many paths each dimension gives.
    """

    kind: str
    seed: int
    paths: tuple[str, ...]
    numbers: tuple[int, ...]
    values: tuple[tuple[Any, ...], ...]
    unit: tuple[tuple[float, ...], ...] | None = None
    notes: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    luck: tuple[int, ...] = ()
    widths: tuple[int, ...] = ()

    def luck_of(self, place: int) -> int:
        """The number that keys the chance of a row: its future's own, unless rows are to be compared with each other.

        The rows of a trajectory (`morris`) or of a block (`saltelli`) share one, so that they differ by inputs alone.
        """
        return self.luck[place] if self.luck else self.numbers[place]

    def as_csv(self) -> str:
        """The design as a table: future, one column a path, and the place in the unit cube beside it."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        cube = [f"unit.{name}" for name in self.dimensions] if self.unit is not None else []
        writer.writerow(["future", *self.paths, *cube])
        for place, (number, row) in enumerate(zip(self.numbers, self.values, strict=True)):
            written = [each if isinstance(each, (int, float, str)) else json.dumps(each) for each in row]
            writer.writerow([number, *written, *(self.unit[place] if self.unit is not None else ())])
        return out.getvalue()


def _keyed(seed: int, path: str, rows: int, purpose: str) -> Array:
    """Uniform numbers of one path, (rows,), the same whatever else the study varies."""
    return Draws([seed], [0], [0]).uniform(f"design:{purpose}:{path}", agent_keys(map(str, range(rows))))[0]


def _latin_hypercube(paths: Sequence[str], count: int, seed: int) -> Array:
    columns = []
    for path in paths:
        order = np.argsort(_keyed(seed, path, count, "order"), kind="stable")
        columns.append((order + _keyed(seed, path, count, "jitter")) / count)
    return np.stack(columns, axis=-1)


def _sobol(paths: Sequence[str], count: int, seed: int) -> Array:
    """The Sobol sequence, each path shifted modulo 1 by its own keyed number (Cranley and Patterson 1976)."""
    points = scipy.stats.qmc.Sobol(len(paths), scramble=False).random_base2(int(math.log2(count)))
    shift = np.array([_keyed(seed, path, 1, "shift")[0] for path in paths])
    return (points + shift) % 1.0


def _morris(paths: Sequence[str], trajectories: int, seed: int, drawn: Sequence[bool]) -> Array:
    """Trajectories that move one path at a time by 2/3 on 4 levels (Morris 1991, Technometrics 33).

    Joint draws (`drawn`) have more than 4 values and no order: each trajectory shifts its levels by a number of its
    own modulo 1, so that it compares two rows of its own.
    """
    step = MORRIS_LEVELS / (2.0 * (MORRIS_LEVELS - 1))
    rows = []
    for number in range(trajectories):
        start = np.array([_keyed(seed, path, 1, f"start{number}")[0] for path in paths])
        up = np.array([_keyed(seed, path, 1, f"way{number}")[0] for path in paths]) < 0.5
        turn = np.array([_keyed(seed, path, 1, f"turn{number}")[0] for path in paths])
        low = np.floor(start * (MORRIS_LEVELS // 2)) / (MORRIS_LEVELS - 1)
        here = np.where(up, low, low + step)
        own = [here.copy()]
        for place in np.argsort(turn, kind="stable"):
            here[place] = low[place] + step if up[place] else low[place]
            own.append(here.copy())
        for place in (place for place, joint in enumerate(drawn) if joint):
            shift = _keyed(seed, paths[place], 1, f"row{number}")[0]
            for row in own:
                row[place] = (row[place] + shift) % 1.0
        rows += own
    return np.array(rows)


def _saltelli(paths: Sequence[str], base: int, seed: int) -> Array:
    """Blocks of inputs + 2 rows: a, a with one input of b after another, b (Saltelli 2002; Saltelli et al. 2010).

    a and b are halves of a Sobol sequence in twice the dimensions, so that neither repeats the other.
    """
    number = len(paths)
    both = _sobol([f"{path}:{half}" for half in "ab" for path in paths], base, seed)
    rows = np.repeat(both[:, None, :number], number + 2, axis=1)
    for place in range(number):
        rows[:, place + 1, place] = both[:, number + place]
    rows[:, -1] = both[:, number:]
    return rows.reshape(-1, number)


def _grid(forms: Sequence[Mapping[str, Any]], count: int) -> Array:
    axes = [levels(form, count) for form in forms]
    size = math.prod(len(axis) for axis in axes)
    if size > MOST_ROWS:
        raise ChoiceError(f"the grid has {size} futures, expected at most {MOST_ROWS}; write latin_hypercube")
    return np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=-1)


def _one_at_a_time(forms: Sequence[Mapping[str, Any]]) -> Array:
    """Everything at its median first, then each path at its ends (a choice, draws: at each further value)."""
    held = np.array([middle(form) for form in forms])
    rows = [held]
    for place, form in enumerate(forms):
        ends = levels(form, 2) if form_name(form) in ("choice", "draws") else np.array([0.0, 1.0])
        for end in ends:
            if values(form, np.array([end])) != values(form, held[place : place + 1]):
                row = held.copy()
                row[place] = end
                rows.append(row)
    return np.array(rows)


def _cube(kind: str, forms: Mapping[str, Mapping[str, Any]], count: int | None, seed: int) -> tuple[Array, list[str]]:
    paths, shapes = list(forms), list(forms.values())
    if not paths:
        raise ChoiceError(f"design {kind} varies nothing; write uncertainties, or design: replicates_only")
    if kind == "grid":
        return _grid(shapes, count or GRID_LEVELS), []
    if kind == "one_at_a_time":
        return _one_at_a_time(shapes), []
    if count is None or count < 1:
        raise ChoiceError(f"design {kind} needs a number of futures, found {count}; write count: 128")
    if kind == "latin_hypercube":
        return _latin_hypercube(paths, count, seed), []
    if kind == "sobol":
        rounded = 1 << max(count - 1, 0).bit_length()
        more = [f"sobol: {count} futures rounded up to {rounded}, a power of two"] if rounded != count else []
        return _sobol(paths, rounded, seed), more
    if kind == "saltelli":
        each = len(paths) + 2
        base = 1 << max(-(-count // each) - 1, 1).bit_length()
        rows = base * each
        more = [f"saltelli: {count} futures rounded up to {base} blocks of {each}, {rows} in all"]
        return _saltelli(paths, base, seed), more if rows != count else []
    if kind == "morris":
        each = len(paths) + 1
        trajectories = max(2, -(-count // each))
        rows = trajectories * each
        more = [f"morris: {count} futures rounded up to {trajectories} trajectories of {each}, {rows} in all"]
        drawn = [form_name(form) == "draws" for form in shapes]
        return _morris(paths, trajectories, seed, drawn), more if rows != count else []
    raise ChoiceError(f"found the design '{kind}', expected one of those that `waico schema` lists")


def lay_out(
    design: Mapping[str, Any], uncertainties: Mapping[str, Mapping[str, Any]], futures: int | None = None
) -> Design:
    """The futures of a study, typed.

    `design` is `{design, count, seed, rows}`, `uncertainties` maps paths to one distribution each, names to tables
    of joint draws: one dimension of the cube picks the row. `futures` asks for fewer or more: sampled designs are
    drawn anew at that size, of the others the first ones are taken (of a grid, evenly spaced ones) and keep their
    numbers; `notes` says so. Raises `ChoiceError` for a design that cannot be.

    >>> lay_out({"design": "grid", "count": 2, "seed": 1}, {"a": {"uniform": [0.0, 1.0]}}).values
    ((0.0,), (1.0,))
    """
    kind, seed, count = str(design["design"]), int(design.get("seed") or 0), design.get("count")
    notes: list[str] = []
    if kind == "replicates_only":
        number = futures or count or 1
        return Design(kind, seed, (), tuple(range(number)), ((),) * number)
    rows = design.get("rows")
    if kind == "list":
        if not rows:
            raise ChoiceError("design list needs a table; write table: futures.csv")
        paths = tuple(rows[0])
        kept = list(range(min(len(rows), futures or len(rows))))
        listed = tuple(tuple(rows[k][p] for p in paths) for k in kept)
        return Design(kind, seed, paths, tuple(kept), listed, notes=_fixed(kind, len(rows), futures))
    sampled = kind in SAMPLED
    cube, notes = _cube(kind, uncertainties, futures if sampled and futures else count, seed)
    numbers = np.arange(len(cube))
    if not sampled and futures and futures < len(cube):
        spaced = np.unique(np.linspace(0, len(cube) - 1, futures).round().astype(int))
        numbers = spaced if kind == "grid" else numbers[:futures]
    if not sampled:
        notes += _fixed(kind, len(cube), futures)
    columns: list[Sequence[Any]] = []
    for place, form in enumerate(uncertainties.values()):
        found = values(form, cube[numbers, place])
        columns += list(zip(*found, strict=True)) if form_name(form) == "draws" else [found]
    return Design(
        kind,
        seed,
        tuple(path for name, form in uncertainties.items() for path in paths_of(name, form)),
        tuple(int(number) for number in numbers),
        tuple(zip(*columns, strict=True)),
        tuple(tuple(float(each) for each in row) for row in cube[numbers]),
        tuple(notes),
        tuple(uncertainties),
        tuple(place // (len(uncertainties) + FOLDED[kind]) for place in range(len(cube))) if kind in FOLDED else (),
        tuple(len(paths_of(name, form)) for name, form in uncertainties.items()),
    )


def _fixed(kind: str, size: int, futures: int | None) -> tuple[str, ...]:
    """What a design that has its own number of futures makes of the wish for another."""
    if futures is None or futures == size:
        return ()
    if futures > size:
        return (f"{kind}: {futures} futures were asked for, there are {size}: all of them are run",)
    which = "evenly spaced" if kind == "grid" else "the first"
    return (f"{kind}: {futures} of {size} futures, {which}, for a first look",)
