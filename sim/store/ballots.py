"""The votes of members, unpacked from the events of a study: one row for each proposal and member."""

from __future__ import annotations

import json

import pandas as pd

__all__ = ["SIDES", "ballots_of"]

SIDES = {"in_favour": "yes", "against": "no", "abstaining": "abstain", "absent": "absent"}
"""What an event of a vote packs, and what each member named there did."""

COLUMNS = (
    "run_id", "year", "body", "proposal", "dimension", "before", "after", "proposer", "member", "vote", "outcome",
)  # fmt: skip


def ballots_of(events: pd.DataFrame) -> pd.DataFrame:
    """Every member's vote on every proposal of the assemblies, from the table `events`.

    Columns: run_id, year, body, proposal (number in the year), dimension, before, after (the policy and what is
    proposed), proposer (ISO3, blank: the secretariat), member (ISO3 or firm id), vote (yes, no, abstain, absent) and
    outcome (passed, failed). Members stand in favour first, then against, abstaining, absent.

    >>> details = '{"proposal": 1, "dimension": "rights", "before": 0.2, "after": 0.4, "passed": true, "in_favour": '
    >>> details += '"CHN KAZ", "against": "BRA", "abstaining": "", "absent": ""}'
    >>> vote = {"run_id": "a", "year": 2027, "kind": "vote", "body": "waico", "agent": "KAZ", "details": details}
    >>> ballots_of(pd.DataFrame([vote]))[["year", "proposer", "member", "vote", "outcome"]].values.tolist()[1:]
    [[2027, 'KAZ', 'KAZ', 'yes', 'passed'], [2027, 'KAZ', 'BRA', 'no', 'passed']]
    """
    found: dict[str, list[object]] = {name: [] for name in COLUMNS}
    votes = events.loc[events["kind"] == "vote", ["run_id", "year", "body", "agent", "details"]]
    for run_id, year, body, agent, text in votes.itertuples(index=False):
        told = json.loads(text)
        outcome = "passed" if told["passed"] else "failed"
        facts = (told["proposal"], told["dimension"], told["before"], told["after"], agent)
        for side, vote in SIDES.items():
            for member in told[side].split():
                row = (run_id, year, body, *facts, member, vote, outcome)
                for name, value in zip(COLUMNS, row, strict=True):
                    found[name].append(value)
    return pd.DataFrame(found, columns=list(COLUMNS))
