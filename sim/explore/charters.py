"""What a search found, judged: tried again in fresh futures, put to the vote of the parties, and the next state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t as student

from sim.explore.adoption import Standings, adopted, next_states, standings
from sim.explore.points import placed
from sim.explore.searching import Futures, Search, futures_of, outcomes
from sim.plan import RunSpec
from sim.robustness import front
from sim.study.ensemble import holds
from sim.study.pool import Serial
from sim.units import Array

__all__ = ["MAJORITY", "Judged", "judge", "wilson"]

MAJORITY = 0.5
"""Share of fresh futures and replicates in which a charter has to pass to be called adoptable (assumption)."""
LOUDEST = 4


@dataclass(frozen=True)
class Judged:
    """The charters that no other beats, and the study's own policies beside them.

    `charters` has one line each: name, kind (status quo, policy, found), the levers, and for each objective COLUMN:
    COLUMN (mean in fresh futures), COLUMN.search (mean in the futures of the search), COLUMN.difference to the status
    quo within the same future with COLUMN.low and COLUMN.high (95 %, Student's t over futures); on_front (no other has
    means as good in fresh futures and a better one); adopted (share of runs in which the parties pass it) with
    adopted_low and adopted_high (95 %, Wilson), adoptable, against (who votes no most often). `next_states` as in
    `sim.explore.adoption`, under the status quo; `futures` and `runs` are what the judgement rests on; `notes` say
    what was left out.
    """

    search: Search
    charters: pd.DataFrame
    next_states: pd.DataFrame
    futures: int
    runs: int
    notes: tuple[str, ...]


def judge(found: Search, *, executor: Executor | None = None) -> Judged:
    """Try the best charters of a search again in fresh futures, and put them to the vote there."""
    study, settings = found.study, found.settings
    columns = list(settings["objectives"])
    signs = np.array([1.0 if each["better"] == "more" else -1.0 for each in settings["objectives"].values()])
    fresh = futures_of(study, int(settings["verify"]), fresh=True)
    own = str(settings["of"])
    charters: list[tuple[str, str, str, Mapping[str, Any]]] = [(own, "status quo", own, {})]
    charters += [(name, "policy", name, {}) for name in study.policies if name != own]
    order = np.argsort([-signs[0] * each.means[0] for each in found.best], kind="stable")
    charters += [(f"C{rank + 1}", "found", own, found.best[place].levers) for rank, place in enumerate(order)]
    means = {f"C{rank + 1}": found.best[place].means for rank, place in enumerate(order)}
    again, errors = outcomes(study, [(policy, levers) for _, _, policy, levers in charters], fresh, columns, executor)
    notes = [f"{name}: a run failed ({error})" for (name, *_), error in zip(charters, errors, strict=True) if error]
    votes = _votes(found, charters, fresh, executor)
    now = votes[0]
    assert now is not None  # the file's check: the policy searched over has the body
    on = front(signs[:, None] * again.mean(axis=1).T)
    lines = []
    for place, (name, kind, _, levers) in enumerate(charters):
        line: dict[str, Any] = {"name": name, "kind": kind, **{path: levers.get(path) for path in settings["levers"]}}
        for number, column in enumerate(columns):
            line |= _compared(column, again[place, :, number], again[0, :, number])
            line[f"{column}.search"] = means[name][number] if name in means else np.nan
        line["on_front"] = bool(on[place])
        line |= _verdict(now, votes[place]) if place else {}
        lines.append(line)
    frame = pd.DataFrame(lines)
    for column in ("adopted", "adopted_low", "adopted_high"):
        frame[column] = frame[column].astype(float) if column in frame else np.nan
    frame["adoptable"] = frame["adopted"] >= MAJORITY
    return Judged(found, frame, next_states(now), len(fresh.luck), len(now.worth), tuple(notes))


def _compared(column: str, own: Array, base: Array) -> dict[str, float]:
    difference = own - base
    kept = difference[np.isfinite(difference)]
    half = np.nan
    if len(kept) > 1:
        half = float(student.ppf(0.975, len(kept) - 1) * kept.std(ddof=1) / np.sqrt(len(kept)))
    middle = float(kept.mean()) if len(kept) else np.nan
    return {column: float(own.mean()), f"{column}.difference": middle, f"{column}.low": middle - half,
            f"{column}.high": middle + half}  # fmt: skip


def _specs(found: Search, policy: str, levers: Mapping[str, Any], futures: Futures) -> list[RunSpec]:
    study = found.study
    base = placed(study, policy, levers, {})
    specs = []
    for drawn, luck in zip(futures.drawn, futures.luck, strict=True):
        there = {path: value for path, value in drawn.items() if holds(base, tuple(path.split(".")))}
        scenario = placed(study, policy, levers, there) if there else base
        specs += [RunSpec(policy, luck, number, study.seed, scenario) for number in range(study.replicates)]
    return specs


def _votes(
    found: Search, charters: Sequence[tuple[str, str, str, Mapping[str, Any]]], futures: Futures,
    executor: Executor | None,
) -> list[Standings | None]:  # fmt: skip
    """How nations stand under each charter; None for a policy without the body."""
    body, year = str(found.settings["body"]), int(found.settings["year"])
    chosen = executor or Serial()
    waiting: list[Any] = []
    for _, _, policy, levers in charters:
        has = body in found.study.policies[policy]["bodies"]
        specs = _specs(found, policy, levers, futures) if has else []
        waiting.append(chosen.submit(_stand, specs, body, year, not waiting) if has else None)
    return [one.result() if one is not None else None for one in waiting]


def _stand(specs: list[RunSpec], body: str, year: int, first: bool) -> Standings:
    made = standings(specs, body, year)
    return made if first else replace(made, assemblies=())


def _verdict(now: Standings | None, then: Standings | None) -> dict[str, Any]:
    if now is None or then is None:
        return {"against": ""}
    passed, _, no = adopted(now, then)
    share = float(passed.mean())
    low, high = wilson(int(passed.sum()), len(passed))
    often = no.mean(axis=0)
    loud = [place for place in np.argsort(-often, kind="stable")[:LOUDEST] if often[place] > 0.0]
    said = ", ".join(f"{now.iso3[place]} {100 * often[place]:.0f} %" for place in loud)
    return {"adopted": share, "adopted_low": low, "adopted_high": high, "against": said}


def wilson(hits: int, trials: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Wilson 1927, JASA 22).

    >>> tuple(round(each, 4) for each in wilson(8, 10))
    (0.4902, 0.9433)
    """
    share = hits / trials
    middle = (share + z * z / (2 * trials)) / (1.0 + z * z / trials)
    half = z / (1.0 + z * z / trials) * np.sqrt(share * (1.0 - share) / trials + z * z / (4.0 * trials * trials))
    return float(middle - half), float(middle + half)
