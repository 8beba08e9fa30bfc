"""Who could have joined a body, and who did: the observations behind the membership estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.data.tables import read_table
from sim.errors import ChoiceError
from sim.population import JOINED, history, load_nations

__all__ = ["TROPIC", "Body", "Dates", "bodies", "body", "coded", "eligible_states", "iso3_codes", "outcome"]

Flags = NDArray[np.bool_]
TROPIC: Final = 23.44  # degrees of latitude
# states with a capital beyond the tropics whose territory reaches between them (overseas territories counted)
ACROSS_A_TROPIC: Final = frozenset(
    "ARE ARG AUS BGD BHS BRA BWA CHL CHN DZA EGY FRA GBR IND LBY MDG MEX MOZ MRT NAM NLD OMN PRY SAU USA ZAF".split()
)
# a recorded event that is neither joining nor staying out
NO_ANSWER: Final = frozenset({"observer", "invited", "represented", "applied"})


@dataclass(frozen=True)
class Body:
    """One body as an observation: who led it, when, through which gate, and who may join.

    `leads` ISO3 codes of the states that convened it; `founded` and `observed_until` days; `gate` open, values,
    region or invitation; `aims` and `form` as in the table `risk_sets`;
    `aliases` coded bodies that are this one under another name, whose lists are no tie of it.
    """

    name: str
    role: str
    scope: str
    leads: tuple[str, ...]
    founded: date
    observed_until: date
    gate: str
    aims: str
    form: str
    eligible: str
    european_union: bool
    aliases: tuple[str, ...] = ()

    @property
    def exposure(self) -> float:
        """Years from the founding to the day the roster speaks of, one month at least."""
        return max((self.observed_until - self.founded).days / 365.25, 1 / 12)


@dataclass(frozen=True)
class Dates:
    """First and last day an event can have happened; `exact` to a month at least."""

    first: date | None
    last: date
    exact: bool


@lru_cache(maxsize=1)
def iso3_codes() -> tuple[str, ...]:
    """The 193 states, in the order of every array of this package."""
    return tuple(read_table("nations")["iso3"])


@lru_cache(maxsize=16)
def bodies(*roles: str) -> tuple[Body, ...]:
    """The coded bodies with one of the roles (`train`, `held_out`, `out`), all by default, in order of founding.

    >>> [body.name for body in bodies("held_out")]
    ['WAICO']
    """
    coded, facts = read_table("risk_sets"), read_table("bodies")
    place = {name: at for at, name in enumerate(facts["body"])}
    found = []
    for at, name in enumerate(coded["body"]):
        row, fact = {key: cells[at] for key, cells in coded.items()}, place[name]
        if roles and row["role"] not in roles:
            continue
        found.append(
            Body(
                name=name,
                role=row["role"],
                scope=row["scope"],
                leads=tuple(code for code in row["lead"].split(";") if code),
                founded=date.fromisoformat(facts["founded"][fact]),
                observed_until=date.fromisoformat(row["observed_until"]),
                gate=facts["gate"][fact],
                aims=row["aims"],
                form=row["form"],
                eligible=row["eligible"],
                european_union=row["european_union"] == "1",
            )
        )
    return tuple(sorted(found, key=lambda one: (one.founded, one.name)))


def body(name: str) -> Body:
    """One coded body by name; raises `ChoiceError` where there is none.

    >>> body("AIIB").leads, body("AIIB").exposure > 9
    (('CHN',), True)
    """
    for one in bodies():
        if one.name == name.upper():
            return one
    raise ChoiceError(f"no coded body {name!r}; expected one of {', '.join(one.name for one in bodies())}")


def coded(text: str) -> list[tuple[str, bool]]:
    """The words of an expression of eligible states, each with whether it adds (True) or takes out.

    >>> coded("all-CUB+m49:Asia")
    [('all', True), ('CUB', False), ('m49:Asia', True)]
    """
    words, sign, word = [], True, ""
    for letter in [*text, "+"]:
        if letter in "+-":
            if word.strip():
                words.append((word.strip(), sign))
            sign, word = letter == "+", ""
        else:
            word += letter
    return words


def eligible_states(text: str) -> Flags:
    """Flags (193,) of the states an expression names.

    Words: `all`, `tropics`, `m49:REGION`, `m49sub:SUBREGION`, `group:NAME`, an ISO3 code or the code of a body (its
    joiners), joined by +; a word after - is taken out. Raises `ChoiceError` for a word that names nobody.

    >>> int(eligible_states("all-CUB-LIE-MCO-PRK").sum()), int(eligible_states("group:asean+CHN").sum())
    (189, 12)
    """
    nations, codes = load_nations(), iso3_codes()
    inside = np.zeros(len(codes), dtype=bool)
    for word, adds in coded(text):
        kind, _, name = word.partition(":")
        if word == "all":
            named = np.ones(len(codes), dtype=bool)
        elif word == "tropics":
            named = np.abs(nations.latitude) <= TROPIC
            named = named | np.isin(nations.iso3, list(ACROSS_A_TROPIC))
        elif kind in ("m49", "m49sub") and name:
            named = (nations.region if kind == "m49" else nations.subregion) == name
        elif kind == "group" and name in nations.groups:
            named = nations.groups[name]
        elif word in codes:
            named = nations.iso3 == word
        elif word in read_table("bodies")["body"]:
            named = outcome_of(word, None) == 1.0
        else:
            named = np.zeros(len(codes), dtype=bool)
        if not named.any():
            raise ChoiceError(
                f"'{word}' names no state; expected all, tropics, m49:REGION, m49sub:SUBREGION, "
                f"group:NAME ({', '.join(sorted(nations.groups))}), an ISO3 code or a body"
            )
        inside = inside | named if adds else inside & ~named
    return inside


def dates(text: str, precision: str, founded: date) -> Dates:
    """The days between which an event lies: an upper bound begins at the founding, a month or year is its span."""
    if not text:
        return Dates(None, date.max, False)
    parts = [int(part) for part in text.split("-")]
    year, month, day = (*parts, 1, 1)[:3] if len(parts) < 3 else parts
    if len(parts) == 1:
        first, last = date(year, 1, 1), date(year, 12, 31)
    elif len(parts) == 2:
        first = date(year, month, 1)
        last = date(year + month // 12, month % 12 + 1, 1)
    else:
        first = last = date(year, month, day)
    if precision == "by":
        return Dates(min(founded, last), last, False)
    return Dates(first, last, precision in ("day", "month"))


@lru_cache(maxsize=64)
def first_joining(name: str) -> dict[str, Dates]:
    """State to the dates between which it first joined, whatever it did later."""
    one = body(name)
    found: dict[str, Dates] = {}
    for iso3, events in history(name).items():
        spans = [dates(text, precision, one.founded) for status, text, precision in events if status in JOINED]
        if spans:
            found[iso3] = min(spans, key=lambda span: (span.last, span.first is None))
    return found


def outcome_of(name: str, until: date | None) -> NDArray[np.float64]:
    """1 joined (by `until`, where given), 0 stayed out, NaN neither, (193,), whoever was eligible."""
    codes = iso3_codes()
    place = {code: at for at, code in enumerate(codes)}
    answer = np.zeros(len(codes))
    for iso3, events in history(name).items():
        if any(status in NO_ANSWER for status, *_ in events):
            answer[place[iso3]] = np.nan
    for iso3, span in first_joining(name).items():
        begins = span.first if span.exact else span.last  # an upper bound is all that is known of the others
        in_time = until is None or span.first is None or (begins or span.last) <= until
        answer[place[iso3]] = 1.0 if in_time else 0.0
    return answer


def outcome(one: Body) -> NDArray[np.float64]:
    """1 joined by `observed_until`, 0 stayed out, NaN no observation, (193,).

    No observation: the leading states; states that were not eligible; observers, invited states, applicants and
    those represented by the EU; EU states that did not join where the EU itself did.

    >>> answer = outcome(body("WAICO"))
    >>> int(np.nansum(answer)), int(np.isnan(answer).sum())
    (36, 3)
    """
    answer = outcome_of(one.name, one.observed_until)
    if one.european_union:
        answer = np.where(load_nations().groups["eu"] & (answer == 0.0), np.nan, answer)
    joined = answer == 1.0
    answer = np.where(eligible_states(one.eligible) | joined, answer, np.nan)
    return np.where(np.isin(iso3_codes(), one.leads), np.nan, answer)


def table(chosen: Sequence[Body]) -> NDArray[np.float64]:
    """Outcomes of many bodies, (bodies, 193)."""
    return np.stack([outcome(one) for one in chosen])
