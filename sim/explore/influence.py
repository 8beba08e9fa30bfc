"""What drives a measure of a study: the method that fits the study's design, with what stands in its way said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.comparison import read_grids
from sim.comparison.columns import columns_of, known_policy, unit_of
from sim.errors import ChoiceError
from sim.explore.scores import feature_scores
from sim.explore.sensitivity import elementary_effects, sobol_indices
from sim.measures import is_heavy
from sim.results import Results
from sim.units import Array

__all__ = ["METHODS", "Factor", "Influence", "factors_of", "influence", "outcome_by_future"]

METHODS = {
    "morris": "Morris's elementary effects",
    "sobol": "Sobol indices",
    "scores": "feature scores",
}
NEEDS = {"morris": ("morris",), "sobol": ("saltelli",)}
WIDE = 0.1
"""Half width of an index from which a reader is warned."""
ORDER = ["policy", "look", "input", "kind", "rank", "effect", "low", "high", "beside"]


@dataclass(frozen=True)
class Factor:
    """One dimension of a design: its kind (number, rule, draws), its values as numbers, and what a rule's stand for.

    `values` is (futures,); of a rule the place in `names`, of joint draws the place in the unit interval.
    """

    name: str
    kind: str
    values: Array
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Influence:
    """What was found: one line a look and input, the method, and what a reader must know.

    Columns of `frame`: policy, look (level or difference), input, kind, rank, effect (mean absolute elementary effect
    in the unit of the measure, total Sobol index, or feature score), low, high (its interval), beside (standard
    deviation of effects, first-order index, or the score that chance reaches).
    """

    column: str
    unit: str
    method: str
    frame: pd.DataFrame
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def said(value: Any) -> str:
    """A rule, name, flag or list as a word."""
    if isinstance(value, Mapping) and "rule" in value:
        more = ", ".join(f"{key} {said(each)}" for key, each in value.items() if key != "rule")
        return f"{value['rule']}" + (f" ({more})" if more else "")
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def factors_of(results: Results, *, split: bool = False) -> tuple[Factor, ...]:
    """What the futures of a study differ in, in the order of its dimensions; a table of joint draws is one factor.

    With `split` the columns of such a table stand alone instead, which is what a box needs. Factors that never vary are
    left out.
    """
    design = results.manifest["design"]
    paths, rows = list(design["paths"]), design["values"]
    unit = np.array(design["unit"], dtype=np.float64) if design.get("unit") else None
    dimensions = list(design.get("dimensions") or paths)
    found: list[Factor] = []
    at = 0
    for place, (name, width) in enumerate(zip(dimensions, _widths(design, dimensions), strict=True)):
        if name not in paths and not split and unit is not None:
            found.append(Factor(name, "draws", unit[:, place]))
        else:
            found += [_factor(paths[one], [row[one] for row in rows]) for one in range(at, at + width)]
        at += width
    return tuple(each for each in found if len(each.values) and np.ptp(each.values) > 0.0)


def _widths(design: Mapping[str, Any], dimensions: list[str]) -> list[int]:
    """How many paths each dimension gives; earlier folders did not say it, one joint table leaves no doubt."""
    if design.get("widths"):
        return list(design["widths"])
    joint = [name for name in dimensions if name not in design["paths"]]
    if len(joint) > 1:
        raise ChoiceError("the folder does not say which table gives which path; sweep the study anew")
    rest = len(design["paths"]) - len(dimensions) + 1
    return [rest if name in joint else 1 for name in dimensions]


def _factor(path: str, taken: list[Any]) -> Factor:
    if all(isinstance(each, int | float) and not isinstance(each, bool) for each in taken):
        return Factor(path, "number", np.array(taken, dtype=np.float64))
    words = [said(each) for each in taken]
    names = tuple(dict.fromkeys(sorted(words)))
    return Factor(path, "rule", np.array([names.index(each) for each in words], dtype=np.float64), names)


def outcome_by_future(results: Results, column: str, *, strict: bool) -> dict[str, Array]:
    """One number for each policy and future of the design, (futures,), replicates averaged (heavy tails: the median).

    NaN where a run failed, is not done or has no value: `strict` asks for every replicate, otherwise one is enough.
    """
    futures = list(results.manifest["design"]["futures"])
    place_of = {number: place for place, number in enumerate(futures)}
    replicates = int(results.manifest["shape"]["replicates"])
    grid = next(iter(read_grids(results, [column])))
    middle = np.median if is_heavy(column) else np.mean
    found = {}
    for policy in grid.policies:
        values = np.full((len(futures), replicates), np.nan)
        own = grid.of(policy)
        values[[place_of[int(each)] for each in grid.futures], : own.shape[1]] = own
        known = ~np.isnan(values)
        whole = known.all(axis=1) if strict else known.any(axis=1)
        found[policy] = np.array([
            float(middle(row[is_known])) if kept else np.nan
            for row, is_known, kept in zip(values, known, whole, strict=True)
        ])  # fmt: skip
    return found


def method_of(results: Results, asked: str) -> str:
    """The method asked for, or the one that fits the design; `ChoiceError` for one that the design cannot bear."""
    kind = str(results.manifest["design"]["design"])
    if asked == "auto":
        asked = next((name for name, kinds in NEEDS.items() if kind in kinds), "scores")
    if asked not in METHODS:
        raise ChoiceError(f"found the method '{asked}', expected one of: auto, {', '.join(METHODS)}")
    if kind not in NEEDS.get(asked, (kind,)):
        raise ChoiceError(
            f"{METHODS[asked]} need the design {NEEDS[asked][0]}, found {kind}; write design: {NEEDS[asked][0]} under "
            "futures and sweep anew, or --method scores"
        )
    if asked == "scores" and kind in ("one_at_a_time", "replicates_only"):
        raise ChoiceError(f"a design {kind} does not cover the ranges; write design: latin_hypercube, morris, saltelli")
    return asked


def influence(
    results: Results, column: str, *, method: str = "auto", baseline: str | None = None, level: float = 0.95
) -> Influence:
    """How much each uncertainty moves a column of `runs`: under the baseline, and in each policy's difference to it.

    `method` is auto, morris, sobol or scores: by default the one that the design was made for (morris, saltelli),
    else feature scores. Rival rules are factors like any other. Blocks of rows in which a run failed or has no value
    are left out with their number, never filled. Raises `ChoiceError` for a design that does not fit, an unknown
    column, an unfinished study, a study that varies nothing, and too few futures under every policy.
    """
    if columns_of(results, column) != [column]:
        raise ChoiceError(f"found the measure '{column}'; write {column}.end or {column}.mean")
    chosen = method_of(results, method)
    first = known_policy(results, baseline)
    done = len(results.read("runs", ["run_id"]))
    if done < results.expected:
        raise ChoiceError(f"{done} of {results.expected} runs are done; finish the sweep first, it goes on by itself")
    factors = factors_of(results)
    if not factors:
        raise ChoiceError(f"the futures of {results.name} differ in no input; write uncertainties in the study")
    values = outcome_by_future(results, column, strict=chosen != "scores")
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    warnings: list[str] = []
    refused: list[str] = []
    for policy, own in values.items():
        look = "level" if policy == first else "difference"
        y = own if policy == first else own - values[first]
        who = f"{results.policies[policy]} ({look})"
        if np.isnan(y).all():
            notes.append(f"{who}: no value.")
            continue
        kept, left = _whole_blocks(results, chosen, y)
        if left:
            notes.append(f"{who}: {left}.")
        y_kept = y[kept]
        if len(y_kept) and np.ptp(y_kept) == 0.0:
            notes.append(f"{who}: no variation over the futures, so nothing drives it.")
            continue
        try:
            found = _measured(results, chosen, factors, kept, y_kept, level, who, warnings)
        except ValueError as error:
            refused.append(str(error))
            warnings.append(f"{who}: not computed: {error}.")
            continue
        rows += [{"policy": policy, "look": look, **each} for each in found]
    if refused and not rows:
        raise ChoiceError(f"{column}: {refused[0]}; sweep with more futures (--futures N)")
    return Influence(column, unit_of(column), chosen, pd.DataFrame(rows, columns=ORDER), tuple(notes), tuple(warnings))


def _whole_blocks(results: Results, method: str, y: Array) -> tuple[NDArray[np.int64], str]:
    """Places of the rows kept, and in words how many blocks were left out."""
    known = ~np.isnan(y)
    if method == "scores":
        without = int((~known).sum())
        return np.flatnonzero(known).astype(np.int64), f"{without} futures without a value left out" * bool(without)
    length = len(results.manifest["design"]["dimensions"]) + (1 if method == "morris" else 2)
    if len(y) % length:
        raise ChoiceError(f"found {len(y)} futures, expected a multiple of {length}; the design is not whole")
    whole = np.asarray(known.reshape(-1, length).all(axis=-1))
    word = "trajectories" if method == "morris" else "blocks"
    left = f"{int((~whole).sum())} of {len(whole)} {word} left out: {int((~known).sum())} futures have no value"
    return np.flatnonzero(np.repeat(whole, length)).astype(np.int64), left * bool((~whole).sum())


def _measured(
    results: Results,
    method: str,
    factors: tuple[Factor, ...],
    kept: NDArray[np.int64],
    y: Array,
    level: float,
    who: str,
    warnings: list[str],
) -> list[dict[str, Any]]:
    design = results.manifest["design"]
    if method == "scores":
        scored = feature_scores({each.name: each.values[kept] for each in factors}, y)
        if scored.explained < 0.5:
            warnings.append(f"{who}: the trees explain {max(scored.explained, 0.0):.0%} of the variance out of bag; "
                            "the scores rank that part alone")  # fmt: skip
        beside = np.full(len(factors), scored.chance)
        return _lines(factors, scored.score, scored.low, scored.high, beside)
    unit = np.array(design["unit"], dtype=np.float64)[kept]
    names = list(design["dimensions"])
    known = {each.name: each for each in factors}
    kinds = tuple(known.get(name, Factor(name, "number", np.zeros(1))) for name in names)
    if method == "morris":
        found = elementary_effects(unit, y, level=level)
        if np.isfinite(found.half_width).all() and found.absolute.max() < found.half_width[found.absolute.argmax()]:
            warnings.append(f"{who}: the interval of the largest effect begins at 0; more trajectories are needed")
        low = np.maximum(found.absolute - found.half_width, 0.0)
        return _lines(kinds, found.absolute, low, found.absolute + found.half_width, found.deviation)
    _check_blocks(unit)
    bounds = dict.fromkeys(names, (0.0, 1.0))
    indices = sobol_indices(bounds, y, pairs=False, resamples=500, level=level)
    widest = int(np.argmax(indices.total_half_width))
    if indices.total_half_width[widest] > WIDE:
        warnings.append(
            f"{who}: wide intervals, {names[widest]} ± {indices.total_half_width[widest]:.2f}; "
            "more futures narrow them with their square root"
        )
    if indices.first.sum() > 1.0 + WIDE:
        warnings.append(f"{who}: first-order indices sum to {indices.first.sum():.2f}, above 1: too few futures")
    half = indices.total_half_width
    return _lines(kinds, indices.total, indices.total - half, indices.total + half, indices.first)


def _check_blocks(unit: Array) -> None:
    inputs = unit.shape[1]
    blocks = unit.reshape(-1, inputs + 2, inputs)
    expected = np.repeat(blocks[:, :1], inputs, axis=1)
    place = np.arange(inputs)
    expected[:, place, place] = blocks[:, -1]
    if not (expected == blocks[:, 1:-1]).all():
        raise ChoiceError("the rows of the design are no Saltelli blocks; sweep the study anew")


def _lines(
    factors: tuple[Factor, ...], effect: Array, low: Array, high: Array, beside: Array
) -> list[dict[str, Any]]:
    order = np.argsort(-effect, kind="stable")
    return [
        {"input": factors[place].name, "kind": factors[place].kind, "rank": rank + 1, "effect": float(effect[place]),
         "low": float(low[place]), "high": float(high[place]), "beside": float(beside[place])}
        for rank, place in enumerate(order)
    ]  # fmt: skip
