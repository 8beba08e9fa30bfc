"""One scenario, run as often as wanted, its tables in memory."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from sim.errors import ScenarioError, SimError
from sim.files import Scenario, load
from sim.results import Results
from sim.store.machine import module_digests, origin_of
from sim.study.blocks import block_size, blocks
from sim.study.description import manifest_of, structures_of, study_schema, tables_of
from sim.study.ensemble import Ensemble
from sim.study.policies import of_scenario
from sim.study.work import run_tables

__all__ = ["run", "run_in_memory"]

ENGINE = "sim.engine"
# The face of a run stands below this and loads Mesa, which only runs with agents need: so it is named, not imported.
FACE = "sim.face"


def run(
    scenario: Scenario | str | Path,
    replicates: int = 64,
    seed: int = 1,
    agents: Mapping[Any, Any] | None = None,
    *,
    future: int = 0,
    nations: bool = False,
    events: bool = False,
    engine: str = "sim.engine",
) -> Results:
    """Run a scenario `replicates` times, in this process, and return its tables.

    `seed`, `future` and the number of the replicate decide every draw. `agents` gives nations or firms classes of
    your own, as in `sim.Model`: then runs are done one by one, and what such a class raises is raised. `nations`
    and `events` ask for the further tables. Raises `ScenarioError` for a file that cannot be used.
    """
    if replicates < 1 or not 0 <= seed < 2**53 or future < 0:
        raise SimError(
            f"found replicates {replicates}, seed {seed}, future {future}; expected replicates of at least "
            "1, a seed from 0 up to 2**53, a future from 0"
        )
    found = scenario if isinstance(scenario, Scenario) else load(scenario)
    if not isinstance(found, Scenario):
        raise ScenarioError(
            str(scenario),
            0,
            0,
            f"found a {type(found).__name__.lower()}, expected a scenario",
            "use `waico sweep` for a study",
        )
    ensemble = of_scenario(
        found, seed=seed, replicates=replicates, future=future, outputs={"nations": nations, "events": events}
    )
    return run_in_memory(ensemble, engine, agents=agents)


def run_in_memory(
    ensemble: Ensemble,
    engine: str = "sim.engine",
    modules: tuple[str, ...] = (),
    agents: Mapping[Any, Any] | None = None,
) -> Results:
    """Run an ensemble in this process and keep its tables in memory; with `agents`, one by one through Mesa."""
    if agents and engine != ENGINE:
        raise SimError(f"classes of agents need the engine {ENGINE}, found {engine}; leave one of the two out")
    digests = module_digests(modules)
    model = importlib.import_module(engine)
    labels, bases = structures_of(ensemble)
    schema, tables = study_schema(ensemble, model, bases), tables_of(ensemble)
    identities = ensemble.run_ids()
    runner = importlib.import_module(FACE).runner(agents) if agents else None
    structures = {label: model.structure(base) for label, base in bases.items()}
    parts = [
        run_tables(
            ensemble.rows(numbers, identities), schema, engine=engine, modules=modules, tables=tables, runner=runner
        )
        for numbers in blocks(range(len(ensemble)), labels, ensemble.replicates, structures, block_size(len(ensemble)))
    ]
    manifest = manifest_of(ensemble, schema, origin_of(digests, engine), digests, engine, tables)
    found = Results(manifest, None, {name: pa.concat_tables([part[name] for part in parts]) for name in tables})
    found.agents = agents
    return found
