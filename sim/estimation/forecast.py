"""The dated forecast: who will have signed and ratified a body by a day, stated before it is known."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.errors import ChoiceError
from sim.estimation import rates
from sim.estimation.evaluation import in_sample
from sim.estimation.risk_sets import Body, bodies, body, eligible_states, first_joining, iso3_codes, outcome_of
from sim.estimation.scores import brier, log_score
from sim.estimation.specification import FROZEN

__all__ = ["COLUMNS", "HORIZON", "Forecast", "forecast", "read_forecast", "score"]

Reals = NDArray[np.float64]
COLUMNS: Final = ("body", "iso3", "signed", "sign", "ratify")
HORIZON: Final = date(2027, 12, 31)
# Days without a new signature at the end of a roster, from the last one on record (WAICO: 31 July to 24 September
# 2026). They weigh the candidate rates; for a body that was still growing its own rate is a candidate.
QUIET: Final = {"WAICO": (date(2026, 7, 31), date(2026, 9, 24))}
# assumption: with chance one half the pace so far lasts, else it becomes that of any other body
PERSISTENCE: Final = 0.5
STEPS: Final = 60  # days of joining looked at when a state still has to sign and then to ratify


@dataclass(frozen=True)
class Forecast:
    """Chances by `HORIZON` for the states that may join, in order of ISO3: each (states,)."""

    body: str
    iso3: tuple[str, ...]
    signed: NDArray[np.bool_]
    sign: Reals
    ratify: Reals


def candidate_rates(one: Body) -> tuple[Reals, Reals]:
    """Rates at which outsiders joined other bodies after their founding, and how well each suits this one.

    One candidate per body with dated joiners, alike before anything is known of this body. Half of the belief
    follows this body's own pace since its conference (`PERSISTENCE`): the chance of what it did under each candidate.
    """
    spells = rates.joining(willing=False)
    values = np.array(
        [rates.estimate([each for each in spells if each.body == name]) for name in sorted({s.body for s in spells})]
    )
    prior = np.full(len(values), 1.0 / len(values))
    weight = prior.copy()
    if one.name in QUIET:
        begin, end = QUIET[one.name]
        outside = int((outcome_of(one.name, None) == 0.0).sum())
        weight = weight * np.exp(-values * outside * (end - begin).days / rates.YEAR)
    else:
        own = [each for each in spells if each.body == one.name]
        events = sum(1 for each in own if np.isfinite(each.high))
        time = sum(each.low for each in own)
        weight = weight * np.exp(events * np.log(values) - values * time - events * np.log(values.max()))
    return values, PERSISTENCE * weight / weight.sum() + (1.0 - PERSISTENCE) * prior


def ratify_rates() -> Reals:
    """Rates of ratifying, one per body with dated deposits: the next body may be like any of them."""
    spells = rates.ratifying()
    names = sorted({one.body for one in spells})
    return np.array([rates.estimate([one for one in spells if one.body == name]) for name in names])


def forecast(name: str, horizon: date = HORIZON) -> Forecast:
    """Chance of every eligible state to have signed, and to be a party, by a day.

    A state that signed has signed: 1. An outsider joins at a rate proportional to its chance in the model fitted to
    all bodies *and* this one's list (how likely it is to want to), scaled so that outsiders join at a candidate
    rate. Ratifying follows at a constant rate. A declaration binds nobody: for it to be a party is to have signed.
    """
    one = body(name)
    pool = bodies("train")
    held = in_sample(one, pool, FROZEN)
    inside = eligible_states(one.eligible)
    spans = first_joining(name)
    codes = np.array(iso3_codes())[inside]
    signed = np.array([code in spans and spans[code].last <= one.observed_until for code in codes])
    weight = held.chance[inside]
    weight = weight / weight[~signed].mean()
    values, belief = candidate_rates(one)
    left = (horizon - one.observed_until).days / rates.YEAR
    hazard = values[:, None] * weight  # (candidates, states)
    sign = np.where(signed, 1.0, (belief[:, None] * -np.expm1(-hazard * left)).sum(axis=0))
    if one.form != "treaty":
        return Forecast(name, tuple(codes.tolist()), signed, sign, sign.copy())
    slow = ratify_rates()
    since = np.array(
        [(horizon - spans[code].last).days / rates.YEAR if at else 0.0 for code, at in zip(codes, signed, strict=True)]
    )
    done = -np.expm1(-slow[:, None] * since)
    days = (np.arange(STEPS) + 0.5) / STEPS * left
    density = hazard[:, None, :] * np.exp(-hazard[:, None, :] * days[:, None]) * (left / STEPS)
    density = (belief[:, None, None] * density).sum(axis=0)  # (days, states)
    later = -np.expm1(-slow[:, None] * (left - days))  # (rates, days)
    new = (later.mean(axis=0)[:, None] * density).sum(axis=0)
    return Forecast(name, tuple(codes.tolist()), signed, sign, np.where(signed, done.mean(axis=0), new))


def write_forecast(path: Path, found: list[Forecast]) -> str:
    """Write forecasts as one CSV and return its SHA-256."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        sheet = csv.writer(stream, lineterminator="\n")
        sheet.writerow(COLUMNS)
        for one in found:
            for at, code in enumerate(one.iso3):
                chances = (f"{one.sign[at]:.4f}", f"{one.ratify[at]:.4f}")
                sheet.writerow([one.body, code, int(one.signed[at]), *chances])
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_forecast(path: Path) -> dict[tuple[str, str], dict[str, float]]:
    """A forecast as (body, ISO3) to its chances; raises `ChoiceError` where it is no such table."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    if not rows or tuple(rows[0]) != COLUMNS:
        raise ChoiceError(f"{path}: expected the columns {', '.join(COLUMNS)}; name a file written by make estimate")
    return {
        (row["body"], row["iso3"]): {key: float(row[key]) for key in ("signed", "sign", "ratify")} for row in rows
    }


def score(
    chances: Mapping[tuple[str, str], Mapping[str, float]], happened: Mapping[tuple[str, str], Mapping[str, float]]
) -> list[dict[str, str]]:
    """Log and Brier score of a forecast for each body and question, over all states and over those outside on its day.

    `happened` has, for every state that signed or ratified, 1 under `sign` and `ratify`; a state not named did not.
    """
    found = []
    for name in dict.fromkeys(key[0] for key in chances):
        for question in ("sign", "ratify"):
            for states in ("all", "outside"):
                keys = [key for key in chances if key[0] == name and (states == "all" or not chances[key]["signed"])]
                said = np.array([chances[key][question] for key in keys])
                was = np.array([float(happened.get(key, {}).get(question, 0.0)) for key in keys])
                base = np.full(len(was), was.mean())
                found.append(
                    {"body": name, "question": question, "states": states, "n": str(len(keys)),
                     "happened": str(int(was.sum())), "expected": f"{said.sum():.1f}",
                     "log_score": f"{log_score(was, said):.4f}", "brier": f"{brier(was, said):.4f}",
                     "log_score_base_rate": f"{log_score(was, base):.4f}"}
                )  # fmt: skip
    return found
