"""Who belongs to what: dated records of states and bodies."""

from __future__ import annotations

import difflib
from typing import Final

from sim.data.tables import read_table
from sim.errors import ChoiceError

__all__ = ["JOINED", "bodies", "history", "joiners", "signatories"]

# statuses that a state chose by joining; `represented`, `invited`, `observer`, `applied`, `declined` are not
JOINED: Final = ("founding_signatory", "founder", "signatory", "approved", "member")
# a later event outranks an earlier one; of equal or unknown dates the later stage wins
STAGES: Final = (
    "invited", "applied", "represented", "observer", "declined",
    "founding_signatory", "founder", "signatory", "approved", "member", "withdrew",
)  # fmt: skip


def bodies() -> tuple[str, ...]:
    """Codes of the bodies with recorded members, as in the table `bodies`.

    >>> bodies()[:2], len(bodies())
    (('WAICO', 'PAX_SILICA'), 34)
    """
    return tuple(read_table("bodies")["body"])


def history(body: str) -> dict[str, list[tuple[str, str, str]]]:
    """Every recorded event of one body: ISO3 to (status, date, precision), in order of stage then date.

    Dates may be prefixes of ISO dates, upper bounds (precision `by`) or blank. `body` in any case. Raises
    `ChoiceError` for a body without records.

    >>> history("rcep")["IND"][0][0]
    'declined'
    """
    table, code = read_table("memberships"), body.upper()
    if code not in table["body"]:
        near = difflib.get_close_matches(code, bodies(), 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ChoiceError(f"no membership records of {body!r}; expected one of {', '.join(bodies())}{hint}")
    events: dict[str, list[tuple[str, str, str]]] = {}
    columns = (table[name] for name in ("body", "iso3", "status", "date", "precision"))
    for name, iso3, status, date, precision in zip(*columns, strict=True):
        if name == code:
            events.setdefault(iso3, []).append((status, date, precision))
    for rows in events.values():
        rows.sort(key=lambda event: (STAGES.index(event[0]), event[1]))
    return events


def signatories(body: str) -> dict[str, tuple[str, str]]:
    """The last stage each state reached in a body: ISO3 to (status, date).

    >>> signatories("WAICO")["KAZ"], signatories("PAX_SILICA")["KAZ"][0]
    (('founding_signatory', '2026-07-16'), 'signatory')
    """
    return {iso3: events[-1][:2] for iso3, events in history(body).items()}


def joiners(body: str) -> dict[str, str]:
    """States that joined a body at some time, with the first date of joining on record (blank if none).

    The date may be an upper bound or only a year: `history` has its precision.

    >>> len(joiners("WAICO")), joiners("AIIB")["AFG"]
    (37, '2017-03-23')
    """
    first: dict[str, str] = {}
    for iso3, events in history(body).items():
        dates = [date for status, date, _ in events if status in JOINED]
        if dates:
            first[iso3] = min((date for date in dates if date), default="")
    return first
