"""One run as a Mesa model, stepped by the engine of the ensembles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from sim import measures
from sim.charter_plan import Charter
from sim.engine import BlockResult, floating_point, gather, step
from sim.errors import AgentError, ScenarioError, SimError
from sim.face.agents import Body, Firm, Nation, StateAgent
from sim.face.asking import AskAgents
from sim.face.attributes import nearest
from sim.face.base import AgentSet, mesa
from sim.face.classes import KINDS, classes_of
from sim.face.display import as_html
from sim.face.world import Agents, World
from sim.files import Scenario, apply, load
from sim.phases.run import Look, Run
from sim.plan import Plan, RunSpec
from sim.start import begin
from sim.state import State

__all__ = ["Model"]


class Model(mesa.Model):
    """One run: a Mesa model whose agents are nations, firms and bodies.

    `scenario` is a loaded scenario, the path of one, or its resolved data. The run equals the row of the same
    `seed`, `future` and `replicate` of an ensemble, bit for bit. `agents` gives classes of your own to agents, by
    id or by kind: `{"IDN": MyNation}`, `{sim.Nation: MyNation}`. Raises `ScenarioError` for a scenario that cannot
    be used, `AgentError` for classes or ids that cannot.

    >>> import sim
    >>> with sim.Model("scenarios/baseline.yaml", seed=1) as model:
    ...     model.step()
    ...     model.year, len(model.nations), model.nations["IDN"].tiers["waico"]
    (2026.25, 193, 'member')
    """

    running: bool
    steps: int
    _agents: dict[Any, None]
    _agents_by_type: dict[type, AgentSet]

    def __init__(
        self,
        scenario: Scenario | Mapping[str, Any] | str | Path,
        seed: int = 1,
        future: int = 0,
        replicate: int = 0,
        agents: Mapping[Any, Any] | None = None,
    ) -> None:
        if not all(isinstance(one, int) for one in (seed, future, replicate)) or not 0 <= seed < 2**53:
            raise SimError(
                f"found seed {seed!r}, future {future!r}, replicate {replicate!r}; write whole numbers from 0"
            )
        if min(future, replicate) < 0:
            raise SimError(f"found future {future}, replicate {replicate}; expected numbers from 0")
        name, resolved = _resolved(scenario)
        self._begin(RunSpec(name, future, replicate, seed, resolved), agents)

    @classmethod
    def of(cls, spec: RunSpec, agents: Mapping[Any, Any] | None = None, *, panel: bool = False) -> Self:
        """The model of a row of an ensemble; `panel` keeps the nations table too."""
        model = cls.__new__(cls)
        model._begin(spec, agents, panel=panel)
        return model

    def _begin(self, spec: RunSpec, agents: Mapping[Any, Any] | None, *, panel: bool = False) -> None:
        # The engine draws by itself; Mesa's generators are for agents of the user, and differ from run to run.
        super().__init__(seed=hash((spec.seed, spec.future, spec.replicate)) & (2**53 - 1))
        self.scenario, self.seed, self.future, self.replicate = spec.scenario, spec.seed, spec.future, spec.replicate
        self.policy, self.world, self.events = spec.policy, World(self), list[dict[str, Any]]()
        self.interventions: list[dict[str, Any]] = []
        self._deciding, self._panel, self._errstate = False, panel, np.geterr()
        self._looks: list[tuple[Look, int]] = []
        with floating_point():
            self._run: Run | None = begin(Plan([spec]))
            self._rows = [measures.measure_all(self._run)]
            self._panels = [measures.nation_panel(self._run)] if panel else []
        stage = self._run.plan.stage
        ids = (
            [str(code) for code in stage.nations.iso3],
            [str(name) for name in stage.firm_id],
            list(self._run.plan.bodies),
        )
        classes = classes_of(agents, *ids)
        self._nations: list[Any] = [classes[Nation][name](self, place) for place, name in enumerate(ids[0])]
        self._firms: list[Any] = [classes[Firm][name](self, place) for place, name in enumerate(ids[1])]
        named: dict[str, Any] = classes[Body]
        self._bodies: dict[str, Any] = {name: named[name](self, place, name) for place, name in enumerate(ids[2])}
        self._connect()

    def _connect(self) -> None:
        run = self._run_now()
        run.ask, run.record = AskAgents(self), self.events.append

    def step(self) -> None:
        """One step of the engine: a quarter, unless the scenario says otherwise. A step that raises changes nothing."""
        run = self._run_now()
        if not self.running:
            self.steps -= 1
            raise SimError(f"the run has ended after {run.plan.years} years; set more `years` in the scenario")
        before, looks, events = run.state.copy(), len(self._looks), len(self.events)
        self._deciding, self._errstate = True, np.geterr()
        try:
            with floating_point():
                step(run)
                if run.state.step % run.plan.steps_per_year == 0:
                    self._rows.append(measures.measure_all(run))
                    if self._panel:
                        self._panels.append(measures.nation_panel(run))
        except BaseException:
            run.state = before
            del self._looks[looks:], self.events[events:]
            self.steps -= 1
            raise
        finally:
            self._deciding = False
        self.running = run.state.step < run.plan.years * run.plan.steps_per_year

    def run(self) -> Self:
        """Step to the end of the scenario; returns the model itself."""
        while self.running:
            self.step()
        return self

    @property
    def year(self) -> float:
        """The time now: 2026.0 is the end of 2026, 2026.25 a quarter later."""
        run = self._run_now()
        return run.plan.start_year + run.state.step * run.plan.dt

    @property
    def nations(self) -> AgentSet:
        """All nations, as a Mesa AgentSet."""
        return self.agents_by_type[Nation]

    @property
    def firms(self) -> AgentSet:
        """All firms, those that may enter later included."""
        return self.agents_by_type[Firm]

    @property
    def bodies(self) -> AgentSet:
        """All bodies."""
        return self.agents_by_type[Body]

    @property
    def series(self) -> pd.DataFrame:
        """Every measure, one row a year so far, as in the table `series` of an ensemble; the first is the start."""
        frame = pd.DataFrame({name: np.concatenate([row[name][0] for row in self._rows]) for name in self._rows[0]})
        frame.insert(0, "year", int(self.scenario.get("start", 2026)) + np.arange(len(self._rows)))
        return frame

    def measure(self, name: str) -> float:
        """A measure as it stands now, such as "gdp_gain" or "waico.members": for DataCollector's model reporters.

        Flows are those of the year so far.
        """
        with floating_point():
            found = measures.measure_all(self._run_now())
        if name not in found:
            raise AgentError(f"there is no measure '{name}'; {nearest(name, found)}")
        return float(found[name][0, 0])

    def result(self) -> BlockResult:
        """What the run has yielded so far, as the engine gives it for a block of one row."""
        return gather(self._run_now().plan, self._rows, self._panels, list(self.events))

    def register_agent(self, agent: Any) -> None:
        """Called by Mesa for every new agent; files it under its own class and those above it, up to its kind."""
        # Mesa counts ids in a table of all models, which would keep this one in memory for good.
        mesa.Agent._ids.pop(self, None)
        agent.unique_id = len(self._agents) + 1
        self._agents[agent] = None
        self._all_agents.add(agent)
        kinds = [kind for kind in KINDS if isinstance(agent, kind)]
        above = type(agent).__mro__
        for one in above[: above.index(kinds[0]) + 1] if kinds else above[:1]:
            if one not in self._agents_by_type:
                self._agents_by_type[one] = Agents([], random=self.random)
            self._agents_by_type[one].add(agent)

    def deregister_agent(self, agent: Any) -> None:
        """Refused for nations, firms and bodies; agents of other kinds may go."""
        if isinstance(agent, StateAgent):
            agent.remove()
        super().deregister_agent(agent)

    def close(self) -> None:
        """Let go of agents and state; `series` and `events` stay."""
        self._run, self.running = None, False
        self._nations, self._firms, self._bodies = [], [], {}
        self._agents, self._agents_by_type = {}, {}
        self._all_agents = AgentSet([], random=self.random)
        mesa.Agent._ids.pop(self, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        state = {key: value for key, value in self.__dict__.items() if key not in ("step", "_user_step", "_run")}
        if self._run is not None:
            state["_frozen"] = self._run.plan.specs, self._run.state, self._run.fixed
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        frozen = state.pop("_frozen", None)
        self.__dict__.update(state)
        self._run = None
        self._user_step, self.step = type(self).step.__get__(self), self._wrapped_step  # type: ignore[method-assign]
        if frozen is not None:
            specs, columns, fixed = frozen
            self._run = Run(Plan(specs), columns, fixed=fixed)
            self._connect()

    def _run_now(self) -> Run:
        if self._run is None:
            raise AgentError("the model is closed; make a new one with sim.Model(...)")
        return self._run

    def _state(self) -> State:
        return self._run_now().state

    def _charter(self, body: str) -> Charter:
        run = self._run_now()
        return run.plan.bodies[body].at(run.year)

    def _note(self, whose: str, column: str, before: Any, after: Any) -> None:
        """Refuse a write while the engine decides; keep what was written, for the record."""
        if self._deciding:
            raise AgentError(
                f"{whose}: nothing can be written while decisions are made; answer, or write between steps"
            )
        self.interventions.append(
            {"year": self.year, "agent": whose, "column": column, "before": before, "after": after}
        )

    def __repr__(self) -> str:
        when = "closed" if self._run is None else f"at {self.year:g}"
        return (
            f"<Model of {self.policy}: seed {self.seed}, future {self.future}, replicate {self.replicate}, {when}, "
            f"{len(self.agents)} agents>"
        )

    def _repr_html_(self) -> str:
        return as_html(self, self._run is None)


def _resolved(scenario: Any) -> tuple[str, Mapping[str, Any]]:
    """Name and resolved data of whatever names a scenario."""
    found = load(scenario) if isinstance(scenario, (str, Path)) else scenario
    if isinstance(found, Scenario):
        return found.name or "scenario", found.resolved
    if isinstance(found, Mapping) and "bodies" in found and "years" in found:
        # Setting a value to itself checks the whole, which data changed by hand need.
        return str(found.get("name") or "scenario"), apply(found, {"years": found["years"]}, source="scenario")
    raise ScenarioError(
        str(scenario) if isinstance(scenario, (str, Path)) else "scenario",
        0,
        0,
        f"found a {type(found).__name__}, expected a scenario",
        "hand in sim.load('scenarios/baseline.yaml'), its path, or its resolved data",
    )
