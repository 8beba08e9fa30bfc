"""What an agent is told when it is asked to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Proposal", "SafetyChoice", "TierChoice", "VoteChoice"]


@dataclass(frozen=True)
class TierChoice:
    """A nation's choice of a tier of one body; answer the name of a tier, or None to stay or go out.

    `default` is what the rule decided: the name of a tier, or None for outside. `tiers` are the names of the
    tiers open to the nation, from outside to most bound; `utility` and `terms` (term by term) what each of them
    is worth to it; `worth` what membership as a whole is worth against staying out, taste and shock included.
    `current` is its tier now or None, `status` its status in a word, and `occasion` why it looks: join, ratify,
    change, leave, or asked where the rule gave it no occasion this year and keeps what is.
    """

    default: str | None
    tiers: tuple[str, ...]
    utility: Mapping[str, float]
    worth: float
    terms: Mapping[str, Mapping[str, float]]
    current: str | None
    status: str
    occasion: str


@dataclass(frozen=True)
class Proposal:
    """What is put to the vote in a body.

    For a policy, `dimension` of the policy is to move from `before` to `after`; for an admission, `applicant`
    (ISO3) asks to be let in, for an expulsion it is to be put out, and those three are None. `kind` is policy,
    admission or expulsion, `decision` the kind of decision whose majority is needed: ordinary, special or super.
    """

    body: str
    kind: str
    decision: str
    dimension: str | None = None
    before: float | None = None
    after: float | None = None
    applicant: str | None = None


@dataclass(frozen=True)
class VoteChoice:
    """A nation's vote; answer "yes", "no" or "abstain". `default` is what the rule decided."""

    default: str


@dataclass(frozen=True)
class SafetyChoice:
    """A firm's safety effort; answer a share in [0, 1]. `default` is the rule's, `before` that of the last step."""

    default: float
    before: float
