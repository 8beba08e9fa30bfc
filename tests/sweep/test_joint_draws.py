"""Joint draws: a table whose rows stay together, one dimension of a design, in every design there is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sim
from sim.files import folder, load
from sim.study.again import again
from sim.study.designs import lay_out
from sim.study.policies import of_study
from sim.study.sweeping import sweep

STUB = "stub_engine"
PATHS = ("world.membership.distance", "world.membership.club")
ROWS = [[0.6 + 0.1 * k, 3.0 - 0.25 * k] for k in range(8)]
FORMS: dict[str, dict[str, Any]] = {
    "membership": {"draws": "m.csv", "paths": list(PATHS), "rows": ROWS},
    "world.severity.index": {"uniform": [1.1, 2.5]},
}


def text_of(rows: list[list[float]], paths: tuple[str, ...] = PATHS) -> str:
    return "\n".join([",".join(paths), *(",".join(map(repr, row)) for row in rows), ""])


def design(kind: str, count: int | None = None, seed: int = 1) -> dict[str, Any]:
    return {"design": kind, "count": count, "seed": seed, "rows": None}


@pytest.fixture
def drawn(study: Callable[..., Path]) -> Callable[..., Path]:
    """A small study with a table of draws beside it."""

    def write(table: str = text_of(ROWS), name: str = "membership", more: str = "", **sizes: Any) -> Path:
        path = study(**sizes)
        (path.parent / "m.csv").write_text(table)
        index = "    world.severity.index: {uniform: [1.1, 2.5]}\n"
        path.write_text(path.read_text().replace(index, f"{index}    {name}: {{draws: m.csv{more}}}\n"))
        return path

    return write


def said(path: Path) -> list[str]:
    with pytest.raises(sim.ScenarioError) as caught:
        load(path)
    return [str(each) for each in (caught.value, *caught.value.others)]


@pytest.mark.parametrize(
    ("kind", "count"), [("latin_hypercube", 12), ("sobol", 16), ("morris", 12), ("one_at_a_time", None), ("grid", 2)]
)
def test_rows_stay_together_in_every_design(kind: str, count: int | None) -> None:
    found = lay_out(design(kind, count), FORMS)
    assert found.paths == (*PATHS, "world.severity.index")
    assert found.dimensions == ("membership", "world.severity.index")
    assert {row[:2] for row in found.values} <= {tuple(row) for row in ROWS}
    assert np.array(found.unit).shape == (len(found.numbers), 2)
    header = found.as_csv().splitlines()[0]
    assert header == f"future,{','.join(found.paths)},unit.membership,unit.world.severity.index"


def test_a_latin_hypercube_takes_every_row_equally_often_and_moves_no_other_column() -> None:
    found = lay_out(design("latin_hypercube", 24), FORMS)
    assert sorted(row[:2] for row in found.values) == sorted(tuple(row) for row in ROWS for _ in range(3))
    alone = lay_out(design("latin_hypercube", 24), {"world.severity.index": FORMS["world.severity.index"]})
    assert [row[2:] for row in found.values] == list(alone.values)


def test_a_grid_crosses_every_row_with_the_rest() -> None:
    found = lay_out(design("grid", 3), FORMS)
    assert len(set(found.values)) == len(found.values) == len(ROWS) * 3


def test_one_at_a_time_holds_the_row_nearest_to_the_medians_and_tries_every_other() -> None:
    rows = [[0.0, 9.0], [5.0, 5.0], [9.0, 1.0], [4.0, 0.0]]
    found = lay_out(design("one_at_a_time"), {**FORMS, "membership": {**FORMS["membership"], "rows": rows}})
    # Medians 4.5 and 3; distances in units of the ranges of 9: 10.5, 2.5, 6.5, 3.5 ninths.
    assert found.values[0][:2] == (5.0, 5.0)
    moved = [row for row in found.values[1:] if row[2] == found.values[0][2]]
    assert sorted(row[:2] for row in moved) == [(0.0, 9.0), (4.0, 0.0), (9.0, 1.0)]
    assert all(row[:2] == (5.0, 5.0) for row in found.values[1:] if row[2] != found.values[0][2])


def test_morris_compares_other_rows_in_each_trajectory_and_moves_others_as_without_draws() -> None:
    found = lay_out(design("morris", 60), FORMS)
    unit = np.array(found.unit).reshape(-1, 3, 2)
    steps = np.abs(np.diff(unit, axis=1))
    assert ((steps > 0).sum(axis=-1) == 1).all() and ((steps > 0).sum(axis=1) == 1).all()
    apart = steps[..., 0].max(axis=-1)
    np.testing.assert_allclose(np.minimum(apart, 1.0 - apart), 1 / 3)
    assert len({row[:2] for row in found.values}) > 4, "more than the four levels of a single number"
    alone = lay_out(design("morris", 40), {"world.severity.index": FORMS["world.severity.index"]})
    levels = {round(row[0], 12) for row in alone.values}
    assert {round(row[2], 12) for row in found.values} <= levels


def test_each_column_is_an_input_and_the_manifest_holds_the_digest(
    drawn: Callable[..., Path], tmp_path: Path
) -> None:
    path = drawn()
    found = sweep(path, tmp_path / "out", engine=STUB, workers=1, progress=False)
    inputs = found.runs[[f"input.{each}" for each in PATHS]].drop_duplicates()
    assert {tuple(row) for row in inputs.to_numpy().tolist()} <= {tuple(row) for row in ROWS}
    ensemble = of_study(load(path))
    for row in range(0, len(ensemble), 7):
        one = ensemble.row(row)
        assert all(one.spec.scenario["world"]["membership"][each.split(".")[-1]] == one.inputs[each] for each in PATHS)
    kept = found.manifest["study"]["futures"]["uncertainties"]["membership"]
    assert kept["digest"] == hashlib.sha256((path.parent / "m.csv").read_bytes()).hexdigest()
    assert found.manifest["design"]["dimensions"] == ["world.severity.index", "membership"]
    assert not again(found.path, found.runs["run_id"].iloc[3]).differences


def test_a_changed_table_never_mixes(drawn: Callable[..., Path], tmp_path: Path) -> None:
    path, out = drawn(), tmp_path / "out"
    first = set(sweep(path, out, engine=STUB, workers=1, progress=False).runs["run_id"])
    changed = [[row[0] + 0.001, row[1]] for row in ROWS]
    (path.parent / "m.csv").write_text(text_of(changed))
    second = sweep(path, out, engine=STUB, workers=1, progress=False)
    assert first.isdisjoint(second.runs["run_id"])
    assert len(pd.read_parquet(out / "runs")) == len(second.runs) == 48


def test_a_table_that_ships_is_named_without_a_path(
    drawn: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "package" / "data").mkdir(parents=True)
    (tmp_path / "package" / "data" / "states_draws.csv").write_text("# an estimate\n" + text_of(ROWS))
    monkeypatch.setattr(folder, "_PACKAGE", tmp_path / "package")
    path = drawn()
    path.write_text(path.read_text().replace("m.csv", "states"))
    found = load(path)
    assert isinstance(found, sim.Study)
    assert found.uncertainties["membership"]["rows"] == ROWS
    path.write_text(path.read_text().replace("states", "stakes"))
    assert any("did you mean 'states'?" in line for line in said(path))


def test_the_estimate_of_membership_ships_and_fits_the_scenario(drawn: Callable[..., Path]) -> None:
    path = drawn()
    path.write_text(path.read_text().replace("m.csv", "membership"))
    found = load(path)
    assert isinstance(found, sim.Study)
    form = found.uncertainties["membership"]
    assert len(form["rows"]) >= 100 and all(each.startswith("world.") for each in form["paths"])
    design, joint = of_study(found).design, {tuple(row) for row in form["rows"]}
    places = [design.paths.index(each) for each in form["paths"]]
    assert {tuple(row[place] for place in places) for row in design.values} <= joint


def test_a_path_that_some_policies_lack_is_left_out_there(drawn: Callable[..., Path]) -> None:
    table = text_of([[0.1, 1.0], [0.2, 2.0]], ("bodies.rival.policy.stringency", "world.membership.club"))
    path = drawn(table, third=True, more=", where_present: true")
    ensemble = of_study(load(path))
    assert set(ensemble.inputs(0, 0)) == {"world.severity.index", "world.membership.club"}
    assert len(ensemble.inputs(2, 0)) == 3


@pytest.mark.parametrize(
    ("table", "place", "words"),
    [
        ("", "m.csv:1:1", "has no rows"),
        ("world.membership.club\n", "m.csv:1:1", "has no rows"),
        ("world.membership.club,world.membership.club\n1,2\n", "m.csv:1:23", "twice"),
        ("world.membership.club,\n1,2\n", "m.csv:1:23", "a column without a name"),
        ("# source\nworld.membership.club, world.membership.monye\n1,2\n", "m.csv:2:24", "did you mean 'money'?"),
        ("world.membership.club\n1.0\nx2\n", "m.csv:3:1", "the text 'x2', expected a number"),
        ("world.membership.club,world.severity.beta\n1,1\n", "m.csv:1:23", "no such path"),
        ("world.membership.club,world.membership.money\n1.0, 2.0\n1.0,-3e9\n", "m.csv:3:5", "expected at least"),
        ("world.membership.distance,world.membership.club\n1.0\n", "m.csv:2:4", "found 1 cells, expected 2"),
        ("world.membership.distance,world.membership.club\n1.0,2.0,3.0\n", "m.csv:2:9", "found 3 cells"),
        ("world.membership.distance,world.membership.club\n1.0,\n", "m.csv:2:5", "an empty cell"),
        ("world.membership.club\n.nan\n", "m.csv:2:1", "expected a finite number"),
        ("world.membership.club\n1e999\n", "m.csv:2:1", "too large"),
        ("world.membership.club\nnull\n", "m.csv:2:1", "found nothing"),
        ('world.membership.club\n"1\n', "m.csv:2:1", "quotation mark without its end"),
        ("world.severity.index\n1.2\n", "m.csv:1:1", "two uncertainties"),
        ("years\n2\n", "m.csv:1:1", "one world for all runs"),
    ],
)
def test_errors_of_the_table_stand_where_it_has_them(
    drawn: Callable[..., Path], table: str, place: str, words: str
) -> None:
    lines = said(drawn(table))
    meant = [line for line in lines if f"{place}: " in line]
    assert meant, lines
    assert any(words in line for line in meant), lines


def test_errors_of_the_study_stand_where_it_names_the_table(drawn: Callable[..., Path]) -> None:
    path = drawn(name="world.membership.club")
    assert any("small.yaml:14:5: found the path 'world.membership.club'" in line for line in said(path)), said(path)
    path = drawn()
    for written, words in (
        ("n.csv", "there is no table of draws 'n.csv'"),
        ("../../../m.csv", "leaves the folder"),
        ("/etc/passwd", "expected one relative to this file"),
        ("../charters", "is a folder, expected a table of draws"),
        ("3", "expected text"),
    ):
        path = drawn()
        path.write_text(path.read_text().replace("draws: m.csv", f"draws: {written}"))
        lines = [line for line in said(path) if "small.yaml:14:25: " in line]
        assert lines and words in lines[0], said(path)
    path = drawn(more=", uniform: [0, 1]")
    assert any("found uniform and draws of the distributions" in line for line in said(path)), said(path)


def test_replicates_only_would_ignore_it_and_says_so(drawn: Callable[..., Path]) -> None:
    path = drawn()
    path.write_text(path.read_text().replace("design: latin_hypercube\n  count: 6\n", "design: replicates_only\n"))
    assert any("would ignore the uncertainties" in line for line in said(path))
