"""Chances of joining for a body that a user describes, with an interval over the bodies the estimate rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.data.tables import read_table
from sim.errors import ChoiceError
from sim.estimation.design import eligible, fit_bodies
from sim.estimation.evaluation import over_levels
from sim.estimation.model import logistic
from sim.estimation.risk_sets import Body, bodies, iso3_codes
from sim.estimation.specification import FROZEN, LEVEL_ERROR, Specification

__all__ = ["GATES", "Prediction", "described", "founding", "predict", "same_body"]

Reals = NDArray[np.float64]
GATES: Final = {"open": "open", "values": "values", "regional": "region", "invitation": "invitation"}
SAME_DAYS: Final = 31  # two bodies with a common leader founded within a month are taken for one


@dataclass(frozen=True)
class Prediction:
    """Eligible states and their chance of joining, with the bounds of an 80 % interval, each (states,).

    `left_out` names the body of the estimate that was taken for the same one, and left out; `level` the standard
    deviation of the error of the overall level, which is in the interval and integrated out of the chance.
    """

    iso3: tuple[str, ...]
    probability: Reals
    low: Reals
    high: Reals
    log_odds: Reals
    left_out: tuple[str, ...]
    level: float


def described(
    name: str, leads: Sequence[str], founded: date, gate: str, states: Sequence[str], *, years: float = 1.0,
    form: str = "treaty", aims: str = "ai",
) -> Body:  # fmt: skip
    """A body that need not exist: leading states, day of founding, gate of a charter, the states that may join.

    `years` after the founding is when it is asked who has joined. `form` and `aims` as in the table `risk_sets`.
    """
    until = founded + timedelta(days=round(365.25 * years))
    return Body(
        name=name, role="described", scope="universal", leads=tuple(leads), founded=founded, observed_until=until,
        gate=GATES.get(gate, gate), aims=aims, form=form, eligible="+".join(states), european_union=False,
    )  # fmt: skip


def founding(text: str) -> tuple[date, int]:
    """The day a founding is taken for, and the days it may be off either way: a month or a year gives its middle.

    >>> founding("2016-01-16"), founding("2016-02"), founding("2016")
    ((datetime.date(2016, 1, 16), 0), (datetime.date(2016, 2, 15), 16), (datetime.date(2016, 7, 1), 183))
    """
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 1:
        return date(parts[0], 7, 1), 183
    return (date(parts[0], parts[1], 15), 16) if len(parts) == 2 else (date(*parts), 0)


def same_body(one: Body, pool: Sequence[Body], names: Sequence[str] = (), off: int = 0) -> list[Body]:
    """Bodies of a pool that are the described one.

    By name or full name, as the start of its name, or because a common leader founded both, or brought one into
    force, within a month; `off` is by how many days the founding of the described one may be off.
    """
    table = read_table("bodies")
    called = {_plain(text) for text in (one.name, *names)}
    found = []
    for each in pool:
        at = table["body"].index(each.name)
        days = [each.founded, *(date.fromisoformat(text) for text in [table["in_force"][at]] if text)]
        close = any(abs((one.founded - day).days) <= SAME_DAYS + off for day in days)
        near = close and set(each.leads) & set(one.leads)
        own = {_plain(each.name), _plain(table["full_name"][at])}
        if near or own & called or any(text.startswith(f"{_plain(each.name)}_") for text in called):
            found.append(each)
    return found


def _plain(text: str) -> str:
    return "_".join("".join(letter if letter.isalnum() else " " for letter in text.upper()).split())


def predict(
    one: Body, *, names: Sequence[str] = (), draws: int = 40, spec: Specification = FROZEN,
    pool: Sequence[Body] | None = None, off: int = 0,
) -> Prediction:  # fmt: skip
    """Chance of every eligible state to join a body, estimated from the coded bodies other than it.

    `names` are further names by which the body may stand in the tables, `off` the days by which its founding may be
    off (`founding`). The interval is the 10 % to 90 % quantile
    over `draws` bootstrap samples of bodies, each with a draw of the error of the level.
    """
    everyone = bodies("train", "held_out") if pool is None else tuple(pool)
    same = same_body(one, everyone, names, off)
    others = [each for each in everyone if each not in same]
    target = replace(one, aliases=tuple(each.name for each in same))
    inside = eligible(target)
    if not inside.any():
        raise ChoiceError(f"nobody but {', '.join(one.leads)} may join {one.name}; widen 'eligible' in the charter")
    _, ahead, _ = fit_bodies(others, spec, ahead=[target])
    odds = ahead[0][inside]
    generator = np.random.default_rng(20261123)
    drawn = np.empty((draws, int(inside.sum())))
    for at in range(draws):
        weight = np.bincount(generator.integers(0, len(others), len(others)), minlength=len(others)).astype(float)
        _, ahead, _ = fit_bodies(others, spec, ahead=[target], weight=weight)
        drawn[at] = logistic(ahead[0][inside] + LEVEL_ERROR * generator.standard_normal())
    probability = over_levels(odds, LEVEL_ERROR)
    low, high = np.quantile(drawn, (0.1, 0.9), axis=0) if draws else (probability, probability)
    codes = np.array(iso3_codes())[inside]
    return Prediction(
        tuple(codes.tolist()), probability, np.minimum(low, probability), np.maximum(high, probability), odds,
        tuple(each.name for each in same), LEVEL_ERROR,
    )  # fmt: skip
