"""A nation's and a firm's place in each body, as mappings by the body's name and as attributes."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import AgentError
from sim.face.attributes import attributes, nearest, put
from sim.state import Columns

if TYPE_CHECKING:
    from sim.face.agents import Firm, Nation

__all__ = ["STATUSES", "Membership", "Memberships", "Seat", "Statuses", "Tiers", "UnknownBodyError"]

STATUSES = ("none", "invited", "observer", "signatory", "party", "suspended", "withdrawn")
INSIDE = (3, 4, 5)


class UnknownBodyError(AgentError, KeyError):
    """A body that this run does not have; also a `KeyError`, as a mapping should raise."""

    def __str__(self) -> str:
        return str(self.args[0])


def _set(member: Membership, status: int, tier: int, ratified: bool) -> None:
    """Replace a nation's status, tier and ratification in a body."""
    columns, place = member._cells()
    before = (member.status, member.tier)
    names = member.tiers
    member._change("status, tier", before, (STATUSES[status], names[tier] if tier >= 0 else None))
    for name, value in (("status", status), ("tier", tier), ("ratified", ratified)):
        put(columns, place, name, value)


class _Place:
    """What nations' and firms' places in a body share."""

    def __init__(self, agent: Any, body: str) -> None:
        self.agent, self.body = agent, body

    def __str__(self) -> str:
        return f"{self.agent}.memberships['{self.body}']"

    def __repr__(self) -> str:
        return f"<{self}>"

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in ("agent", "body") and not hasattr(type(self), name):
            known = [key for key in dir(type(self)) if not key.startswith("_")]
            raise AgentError(f"{self} has no attribute '{name}'; {nearest(name, known)}")
        object.__setattr__(self, name, value)

    def _change(self, column: str, before: Any, after: Any) -> None:
        self.agent.model._note(f"{self.agent} in {self.body}", column, before, after)


@attributes("body_nation", leave=("status", "tier"))
class Membership(_Place):
    """A nation in one body; its columns are attributes, such as `taste`, `arrears` or `dues`."""

    agent: Nation

    def _cells(self) -> tuple[Columns, int]:
        return self.agent.model._state().bodies[self.body].nations, self.agent._place

    @property
    def tiers(self) -> tuple[str, ...]:
        """Names of the body's tiers, from outside to most bound."""
        return self.agent.model._charter(self.body).tiers

    @property
    def status(self) -> str:
        """The status in a word: none, invited, observer, signatory, party, suspended or withdrawn."""
        columns, place = self._cells()
        return STATUSES[int(columns.status[0, place])]

    @status.setter
    def status(self, word: str) -> None:
        if word not in STATUSES:
            raise AgentError(f"{self}.status: found {word!r}; {nearest(str(word), STATUSES)}")
        code = STATUSES.index(word)
        columns, place = self._cells()
        now, tier = int(columns.status[0, place]), int(columns.tier[0, place])
        if code not in INSIDE:
            self._leave(code)
            return
        in_force = bool(self.agent.model._state().bodies[self.body].own.in_force[0, 0])
        if code == 4 and not in_force:
            raise AgentError(
                f"{self}.status: '{self.body}' is not in force and has no parties yet; write 'signatory' and then "
                f"memberships['{self.body}'].ratified = True, which makes it a party on entry into force"
            )
        if code == 5 and now not in (4, 5):
            raise AgentError(f"{self}.status: only a party can be suspended, and it is {STATUSES[now]}; write 'party'")
        _set(self, code, max(tier, 0), code != 3)

    @property
    def tier(self) -> str | None:
        """The name of the tier, or None outside the body."""
        columns, place = self._cells()
        number = int(columns.tier[0, place])
        return self.tiers[number] if number >= 0 else None

    @tier.setter
    def tier(self, name: str | None) -> None:
        columns, place = self._cells()
        if name is None:
            if int(columns.status[0, place]) in INSIDE:
                self._leave(6)
            return
        if name not in self.tiers:
            raise AgentError(f"{self}.tier: found {name!r}; {nearest(str(name), self.tiers)}, or None for outside")
        status = int(columns.status[0, place])
        inside = status in INSIDE
        _set(self, status if inside else 3, self.tiers.index(name), bool(columns.ratified[0, place]) and inside)

    def _leave(self, status: int) -> None:
        if self.agent.model._run_now().plan.bodies[self.body].host == self.agent._place:
            raise AgentError(
                f"{self}: the host is a party by construction and cannot go out; change `host` in the charter"
            )
        _set(self, status, -1, False)


@attributes("body_firm")
class Seat(_Place):
    """A firm in one body; its columns are attributes, such as `seat`, `compliance` or `levy`."""

    agent: Firm

    def _cells(self) -> tuple[Columns, int]:
        return self.agent.model._state().bodies[self.body].firms, self.agent._place


class _ByBody(MutableMapping[str, Any]):
    """Something of an agent for each body of the run; what a policy lacks is not there."""

    def __init__(self, agent: Any) -> None:
        self._agent = agent

    def _name(self, body: Any) -> str:
        name = str(body)
        bodies = self._agent.model._state().bodies
        if name not in bodies:
            raise UnknownBodyError(f"this run has no body '{name}'; {nearest(name, bodies)}")
        return name

    def __iter__(self) -> Iterator[str]:
        return iter(self._agent.model._state().bodies)

    def __len__(self) -> int:
        return len(self._agent.model._state().bodies)

    def __delitem__(self, body: str) -> None:
        raise AgentError(f"a place in a body cannot be deleted; write {self._agent}.tiers['{body}'] = None to go out")

    def __setitem__(self, body: str, value: Any) -> None:
        raise AgentError(f"{self._agent}: write tiers['{body}'], statuses['{body}'] or an attribute of the membership")

    def __repr__(self) -> str:
        return repr(dict(self))


class Memberships(_ByBody):
    """All columns of an agent in each body: a `Membership` of a nation, a `Seat` of a firm."""

    def __init__(self, agent: Any, kind: type[Membership] | type[Seat]) -> None:
        super().__init__(agent)
        self._kind = kind

    def __getitem__(self, body: str) -> Any:
        return self._kind(self._agent, self._name(body))


class Tiers(_ByBody):
    """A nation's tier by body: its name, or None outside.

    Writing a name moves the nation from then on. An outsider becomes a signatory, as by signing; it is a party once
    it has ratified. None lets it withdraw. A write is the analyst's own doing: no admission rule is asked.
    """

    def __getitem__(self, body: str) -> str | None:
        return Membership(self._agent, self._name(body)).tier

    def __setitem__(self, body: str, tier: str | None) -> None:
        Membership(self._agent, self._name(body)).tier = tier


class Statuses(_ByBody):
    """A nation's status by body, in a word; writing one moves the nation from then on.

    "party" and "signatory" give an outsider the first, outermost tier; the words for outside take the tier away.
    """

    def __getitem__(self, body: str) -> str:
        return Membership(self._agent, self._name(body)).status

    def __setitem__(self, body: str, status: str) -> None:
        Membership(self._agent, self._name(body)).status = status


def tier_name(tiers: tuple[str, ...], number: int) -> str | None:
    """The name of a tier number; None for -1.

    >>> tier_name(("associate", "full"), 1), tier_name(("associate", "full"), -1)
    ('full', None)
    """
    return tiers[number] if number >= 0 else None


def flags(number: int, chosen: Any) -> Any:
    """Flags (1, number) that are set at the chosen places."""
    found = np.zeros((1, number), dtype=bool)
    found[0, list(chosen)] = True
    return found
