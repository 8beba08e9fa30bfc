"""A small study on the real engine, one lone run, and results whose tables a test may change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import sim
from sim.results import Results

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
STUDY = """format: 1
kind: study
title: A small study
scenario: ../tiny.yaml
seed: 9
replicates: 2
policies:
  as-signed: {title: As signed}
  commentary: {title: Commentary, set: {bodies.waico.charter: waico-commentary}}
  without: {title: No WAICO, set: {bodies.waico: null}}
futures:
  design: latin_hypercube
  count: 3
  uncertainties:
    world.severity.index: {uniform: [1.1, 2.5]}
"""


def write_study(folder: Path, extra: str = "") -> Path:
    """The small study below `folder`; `extra` lines end it."""
    root = folder / "scenarios"
    (root / "studies").mkdir(parents=True)
    (root / "charters").symlink_to(SCENARIOS / "charters")
    base = (SCENARIOS / "baseline.yaml").read_text()
    lines = [line for line in base.splitlines() if not line.startswith(("nations:", "years:", "name:"))]
    (root / "tiny.yaml").write_text("\n".join([*lines, "nations: {sample: 40}", "years: 3", ""]))
    file = root / "studies" / "tiny.yaml"
    file.write_text(STUDY + extra)
    return file


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Three policies, three futures, two replicates, no table of nations; read only."""
    folder = tmp_path_factory.mktemp("many")
    return sim.sweep(write_study(folder), folder / "out", workers=1, progress=False)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The same study with its table of nations; read only."""
    folder = tmp_path_factory.mktemp("kept")
    file = write_study(folder, "outputs: {nations: true}\n")
    return sim.sweep(file, folder / "out", workers=1, progress=False)


@pytest.fixture(scope="session")
def lone(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """One run of one policy in a world without bodies; read only."""
    file = tmp_path_factory.mktemp("lone") / "lone.yaml"
    file.write_text("format: 1\nkind: scenario\nyears: 2\nnations: {sample: 12}\nbodies: {}\n")
    return sim.run(file, replicates=1, seed=3)


@pytest.fixture
def changed(many: Results) -> Callable[[Mapping[str, Any]], Results]:
    """The small study with other values in some columns of series, and of their `.end` and `.mean` in runs."""

    def change(columns: Mapping[str, Any]) -> Results:
        tables = {}
        for name in ("runs", "series"):
            frame = many.read(name)
            for column, value in columns.items():
                for each in [column] if name == "series" else [f"{column}.end", f"{column}.mean"]:
                    frame[each] = np.float64(value) if np.isscalar(value) else value(frame)
            tables[name] = pa.Table.from_pandas(frame, schema=many.schema.arrow(name), preserve_index=False)
        return Results(many.manifest, None, tables)

    return change
