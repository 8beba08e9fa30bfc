"""Policies compared under one setting of a lever at a time: in how many rival rules of the world a finding holds.

A study that crosses its policies with rival rules (`levers: {world.membership: {grid: [...]}}`) has a policy for each
pair. A difference between two of them under different rules is no effect of the policy; here each is compared with
the baseline under the same rule.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.comparison.columns import columns_of
from sim.comparison.grids import Grid, read_grids
from sim.comparison.paired import compare_grids
from sim.errors import ChoiceError
from sim.results import Results

__all__ = ["across", "holds_in", "setting_of", "settings_of", "under", "with_policies"]


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value["rule"]) if set(value) == {"rule"} else json.dumps(value, sort_keys=True)
    return str(value)


def settings_of(results: Results, lever: str) -> list[str]:
    """The settings of a lever in the study's order; raises `ChoiceError` where no policy has that lever.

    A rule without parameters is named alone, any other setting as it stands in the study.
    """
    levers = [each.get("levers", {}) for each in _policies(results).values()]
    settings = [_said(each[lever]) for each in levers if lever in each]
    if not settings:
        known = sorted({name for each in levers for name in each})
        has = ", ".join(known) or "it has none"
        raise ChoiceError(f"found the lever '{lever}', expected one of the study's: {has}")
    return list(dict.fromkeys(settings))


def setting_of(results: Results, policy: str, lever: str) -> str:
    """The setting of a lever under a policy, as `settings_of` names it; blank where the policy has no such lever."""
    held = _policies(results)[policy].get("levers") or {}
    return _said(held[lever]) if lever in held else ""


def under(results: Results, lever: str, setting: str) -> Results:
    """The results under one setting of a lever, in memory, with titles as they were before the lever.

    The baseline is the policy that it was. Policies keep their full names, so every run keeps its own, and everything
    that takes `Results` takes them: tables, plots and runs done again. Raises `ChoiceError` for an unknown lever or
    setting.
    """
    if setting not in settings_of(results, lever):
        raise ChoiceError(
            f"found the setting '{setting}' of {lever}, expected one of: {', '.join(settings_of(results, lever))}"
        )
    plain, baseline = _kept(results, lever, setting)
    known = _policies(results)
    manifest = dict(results.manifest)
    manifest["policies"] = {
        name: {**known[name], "title": _plain_title(str(known[name]["title"] or name), _others(known[name], lever))}
        for name in plain
    }
    manifest["scenarios"] = {name: results.manifest["scenarios"][name] for name in plain}
    manifest["baseline"] = next(name for name, new in plain.items() if new == baseline)
    manifest["shape"] = {**results.manifest["shape"], "policies": len(plain)}
    manifest["runs"] = len(plain) * manifest["shape"]["futures"] * manifest["shape"]["replicates"]
    return Results(manifest, None, _tables(results, list(plain)))


def with_policies(results: Results, policies: Sequence[str]) -> Results:
    """The results of some policies alone, in memory, in the study's order; `ChoiceError` without the baseline."""
    kept = [name for name in results.policies if name in policies]
    if len(kept) != len(set(policies)) or results.baseline not in kept:
        raise ChoiceError(f"found {', '.join(policies)}, expected policies of the study, the baseline among them")
    manifest = {**results.manifest, "shape": {**results.manifest["shape"], "policies": len(kept)}}
    for part in ("policies", "scenarios"):
        manifest[part] = {name: results.manifest[part][name] for name in kept}
    manifest["runs"] = len(kept) * manifest["shape"]["futures"] * manifest["shape"]["replicates"]
    return Results(manifest, None, _tables(results, kept))


def across(
    results: Results,
    lever: str,
    measures: Sequence[str] | str | None = None,
    level: float = 0.95,
    *,
    baseline: str | None = None,
    **options: Any,
) -> pd.DataFrame:
    """The comparison of `compare` under each setting of a lever, each with the baseline under that same setting.

    A column named `setting` stands first. `baseline` is the name of a policy without the lever, the study's own if
    left out. A measure may be a ratio of two columns of `runs`, as "waico.inside.ldc.end / waico.inside.end", taken
    run by run and blank where its bottom is 0. `options` are those of `compare`; a correction for several comparisons
    is made within each setting.
    """
    told = settings_of(results, lever)
    grids = list(_columns(results, [measures] if isinstance(measures, str) else measures))
    parts = []
    for setting in told:
        plain, own = _kept(results, lever, setting)
        if baseline is not None and baseline not in plain.values():
            raise ChoiceError(f"found the baseline '{baseline}', expected one of: {', '.join(plain.values())}")
        frame = compare_grids((_some(grid, plain) for grid in grids), baseline or own, level, **options)
        frame.insert(0, "setting", setting)
        parts.append(frame)
    return pd.concat(parts, ignore_index=True)


def holds_in(frame: pd.DataFrame, kept: Sequence[str] = ()) -> pd.DataFrame:
    """In how many settings of `across` each policy is clearly higher, clearly lower or neither, a row a difference.

    Columns: policy, measure, unit, higher, lower, unclear (settings), of (settings with a value), smallest and largest
    mean difference, and `words`, such as "higher in 3 of 4". `kept` leaves out policies that are not named. An
    interval that leaves out 0 counts; these are as many looks as there are settings, not corrected for.

    >>> rows = [("a", "p", "m", "", 1.0, 0.5, 1.5), ("b", "p", "m", "", 0.1, -0.2, 0.4)]
    >>> names = ["setting", "policy", "measure", "unit", "difference", "low", "high"]
    >>> holds_in(pd.DataFrame(rows, columns=names))["words"].tolist()
    ['higher in 1 of 2']
    """
    lines = []
    for (policy, measure), part in frame.groupby(["policy", "measure"], sort=False):
        valued = part[np.isfinite(part["low"].to_numpy(np.float64))]
        higher, lower, many = int((valued["low"] > 0).sum()), int((valued["high"] < 0).sum()), len(valued)
        sides = [f"{word} in {count}" for word, count in (("higher", higher), ("lower", lower)) if count]
        words = f"{' and '.join(sides)} of {many}" if sides else f"no direction in {many} of {many}"
        lines.append(
            {
                "policy": policy, "measure": measure, "unit": part["unit"].iloc[0], "higher": higher, "lower": lower,
                "unclear": many - higher - lower, "of": many, "smallest": valued["difference"].min(),
                "largest": valued["difference"].max(), "words": words if many else "no value",
            }
        )  # fmt: skip
    made = pd.DataFrame(lines)
    return made[made["policy"].isin(list(kept))].reset_index(drop=True) if len(kept) else made


def _policies(results: Results) -> dict[str, Any]:
    return dict(results.manifest["policies"])


def _others(policy: Mapping[str, Any], lever: str) -> dict[str, Any]:
    return {name: value for name, value in policy.get("levers", {}).items() if name != lever}


def _kept(results: Results, lever: str, setting: str) -> tuple[dict[str, str], str]:
    """The policies under a setting, each with its name without the lever; and the baseline by that name."""
    known, first = _policies(results), results.baseline
    plain = {
        name: _plain(name, _others(each, lever))
        for name, each in known.items()
        if lever in each.get("levers", {}) and _said(each.get("levers", {})[lever]) == setting
    }
    wanted = _plain(first, _others(known[first], lever))
    return plain, wanted if wanted in plain.values() else next(iter(plain.values()))


def _columns(results: Results, measures: Sequence[str] | None) -> Iterator[Grid]:
    """The columns asked for, in their order, and ratios of two of them."""
    for name in columns_of(results, measures) if measures is None else measures:
        parts = [part.strip() for part in name.split(" / ")]
        grids = list(read_grids(results, columns_of(results, parts)))
        if len(parts) == 1 or len(grids) != 2:
            yield from grids
            continue
        top, bottom = grids
        usable = bottom.values != 0.0
        values = np.divide(top.values, bottom.values, out=np.full(top.values.shape, np.nan), where=usable)
        yield Grid(name, top.policies, top.futures, top.asked, values)


def _some(grid: Grid, plain: Mapping[str, str]) -> Grid:
    """Some policies of a column, renamed."""
    places = [grid.policies.index(name) for name in plain]
    return Grid(grid.column, tuple(plain.values()), grid.futures, grid.asked[places], grid.values[places])


def _plain(name: str, levers: Mapping[str, Any]) -> str:
    """The name before the lever; what other levers it has stays."""
    return name.split("[", 1)[0] + _suffix(levers, "[", "]")


def _plain_title(title: str, levers: Mapping[str, Any]) -> str:
    return title.rsplit(" (", 1)[0] + _suffix(levers, " (", ")")


def _suffix(levers: Mapping[str, Any], left: str, right: str) -> str:
    return f"{left}{','.join(f'{path}={_said(value)}' for path, value in levers.items())}{right}" if levers else ""


def _tables(results: Results, policies: Sequence[str]) -> dict[str, Any]:
    """The tables of these policies alone."""
    runs = results.read("runs", None, {"policy": policies})
    found = {"runs": _table(results, "runs", runs)}
    for name in results.manifest["tables"]:
        if name != "runs":
            found[name] = _table(results, name, results.read(name, None, {"run_id": runs["run_id"].tolist()}))
    return found


def _table(results: Results, name: str, frame: pd.DataFrame) -> Any:
    schema = results.schema.arrow(name)
    return pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)
