"""How robust each policy of a study is, by every criterion and by all together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.results import Results
from sim.robustness.criteria import Criterion, criteria_of
from sim.robustness.front import dominates, front
from sim.robustness.measures import domain, efficient, meets, regret
from sim.robustness.outcomes import Outcomes, outcomes_of, scores
from sim.robustness.rivals import rivals
from sim.units import Array

__all__ = ["HIGH", "Robustness", "robustness"]

HIGH = 0.9
"""Quantile of regret over futures beside its maximum (Hadka et al. 2015; McPhail et al. 2018)."""


@dataclass(frozen=True)
class Robustness:
    """The verdicts, each a frame with one line a policy (and criterion), and what they rest on.

    `by_measure`: policy, title, measure, unit, futures, mean, sd, worst, regret_max, regret_p90, regret_mean, best_in
    (share of futures in which nobody does better), met (share of futures that meet the threshold), efficient (by mean
    and variance). `overall`: policy, title, futures, regret_max, regret_p90 (of the weighted score), met_all, domain,
    on_front, front_in (share of futures in which it is on the front), dominated_by. `rivals` as in
    `sim.robustness.rivals`. `source` says who stated the criteria; `notes` what was left out.
    """

    criteria: tuple[Criterion, ...]
    source: str
    by_measure: pd.DataFrame
    overall: pd.DataFrame
    rivals: pd.DataFrame
    notes: tuple[str, ...]
    outcomes: Outcomes


def robustness(results: Results, criteria: Sequence[Criterion | str] | None = None) -> Robustness:
    """How the policies of a study do over its futures, all futures counting alike.

    `criteria` are the user's: `Criterion`s or texts such as "gdp_gain.end >= 6"; by default those of the study, else
    the world's headline measures with equal weights and no thresholds, which `source` says. Raises `ChoiceError`
    for an unknown measure.
    """
    known, source = criteria_of(results, criteria)
    found = outcomes_of(results, known)
    titles = results.policies
    lines = [line for number in range(len(known)) for line in _by_measure(found, number, titles)]
    return Robustness(
        known, source, pd.DataFrame(lines), pd.DataFrame(_overall(found, titles)), rivals(results, found),
        tuple(_notes(found, titles)), found,
    )  # fmt: skip


def _by_measure(found: Outcomes, number: int, titles: dict[str, str]) -> list[dict[str, Any]]:
    criterion, good = found.criteria[number], found.good[number]
    has = ~np.isnan(good).all(axis=1)
    kept = good[:, ~np.isnan(good[has]).any(axis=0)]
    futures = kept.shape[1]
    blank = np.full(len(good), np.nan)
    if not has.any() or not futures:
        mean = deviation = worst = highest = high = average = best = blank
    else:
        lost = np.full(kept.shape, np.nan)
        lost[has] = regret(kept[has])
        mean, worst = kept.mean(axis=1), kept.min(axis=1)
        deviation = kept.std(axis=1, ddof=1) if futures > 1 else blank
        highest, high, average = lost.max(axis=1), np.quantile(lost, HIGH, axis=1), lost.mean(axis=1)
        best = np.where(has, (lost == 0.0).mean(axis=1), np.nan)
    met = blank
    if criterion.threshold is not None and futures:
        met = np.where(has, meets(kept, criterion.better * criterion.threshold).mean(axis=1), np.nan)
    flags = efficient(mean, deviation)
    side = criterion.better
    return [
        {
            "policy": policy, "title": titles[policy], "measure": criterion.column, "unit": criterion.unit,
            "futures": futures if has[place] else 0, "mean": side * mean[place], "sd": deviation[place],
            "worst": side * worst[place], "regret_max": highest[place], "regret_p90": high[place],
            "regret_mean": average[place], "best_in": best[place], "met": met[place], "efficient": bool(flags[place]),
        }
        for place, policy in enumerate(found.policies)
    ]  # fmt: skip


def _overall(found: Outcomes, titles: dict[str, str]) -> list[dict[str, Any]]:
    judged, complete = np.flatnonzero(found.judged()), found.complete()
    good = found.good[found.counted()][:, judged][:, :, complete]
    blank = np.full(len(judged), np.nan)
    highest = high = met = share = within = blank
    on, dominated = np.zeros(len(judged), dtype=bool), [""] * len(judged)
    if good.shape[1] and good.shape[2]:
        score = scores(found)[judged][:, complete]
        lost = regret(score)
        highest, high, share = lost.max(axis=1), np.quantile(lost, HIGH, axis=1), domain(score)
        met = _met_all(found, good)
        on = front(good.mean(axis=2))
        each = np.stack([dominates(good[:, :, future]) for future in range(good.shape[2])])
        within = (~each.any(axis=1)).mean(axis=0)
        names = [titles[found.policies[place]] for place in judged]
        for place in range(len(judged)):
            by = np.flatnonzero(dominates(good.mean(axis=2))[:, place])
            dominated[place] = "; ".join(
                f"{names[other]} (in {100 * each[:, other, place].mean():.0f} % of futures)" for other in by
            )
    place_of = {int(policy): place for place, policy in enumerate(judged)}
    lines = []
    for place, policy in enumerate(found.policies):
        at = place_of.get(place)
        line: dict[str, Any] = {"policy": policy, "title": titles[policy]}
        line["futures"] = 0 if at is None else good.shape[2]
        if at is not None:
            line |= {
                "regret_max": highest[at], "regret_p90": high[at], "met_all": met[at], "domain": share[at],
                "on_front": bool(on[at]), "front_in": within[at], "dominated_by": dominated[at],
            }  # fmt: skip
        lines.append(line)
    return lines


def _met_all(found: Outcomes, good: Array) -> Array:
    """Share of futures that meet every stated threshold of a counted criterion; blank where none is stated."""
    counted = [each for each in found.criteria if each.weight > 0.0]
    if all(each.threshold is None for each in counted):
        return np.full(good.shape[1], np.nan)
    every = np.ones(good.shape[1:], dtype=bool)
    for values, each in zip(good, counted, strict=True):
        if each.threshold is not None:
            every &= meets(values, each.better * each.threshold)
    return np.asarray(every.mean(axis=1))


def _notes(found: Outcomes, titles: dict[str, str]) -> list[str]:
    said = []
    without = [titles[policy] for policy, judged in zip(found.policies, found.judged(), strict=True) if not judged]
    if without:
        said.append(f"Not judged together, having no value for some criterion: {', '.join(without)}.")
    dropped = int((~found.complete()).sum())
    if dropped and found.judged().any():
        said.append(f"{dropped} futures left out: some policy has no value in them.")
    if len(found.futures) < 10:
        said.append(f"{len(found.futures)} futures are few: shares and quantiles over them are coarse.")
    if all(each.threshold is None for each in found.criteria):
        said.append("No thresholds are stated, so how often they are met stays blank.")
    alone = [each.column for each in found.criteria if not each.weight]
    if alone:
        said.append(f"Shown by itself and not counted among all together, having weight 0: {', '.join(alone)}.")
    return said
