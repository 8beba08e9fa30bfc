"""How a phase of the engine asks the agents whose classes decide for themselves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import AgentError
from sim.face.attributes import nearest
from sim.face.choices import Proposal, SafetyChoice, TierChoice, VoteChoice
from sim.face.classes import overrides
from sim.face.explain import by_tier
from sim.face.memberships import STATUSES, flags, tier_name
from sim.phases.run import Ask, Look
from sim.sections import POLICY_DIMENSIONS
from sim.units import Array, Flags

if TYPE_CHECKING:
    from sim.face.model import Model

__all__ = ["AskAgents"]

BALLOTS = ("yes", "no", "abstain")


class AskAgents(Ask):
    """Asks a model's agents, checks what they answer, and notes every look of a nation for `explain`."""

    watches = True

    def __init__(self, model: Model) -> None:
        self.model = model
        nations, firms = model._nations, model._firms
        self.choosers = [place for place, agent in enumerate(nations) if overrides(agent, "choose_tier")]
        self.voters = [place for place, agent in enumerate(nations) if overrides(agent, "vote")]
        self.developers = [place for place, agent in enumerate(firms) if overrides(agent, "choose_safety")]

    def tier_movers(self, body: str) -> Flags | None:
        """Nations whose class chooses are asked every year."""
        return flags(len(self.model._nations), self.choosers) if self.choosers else None

    def choose_tier(self, look: Look) -> int:
        """The answer of one nation, as a tier number."""
        nation, body = self.model._nations[look.nation], self.model._bodies[look.body]
        is_open = dict(zip(look.tiers, look.open, strict=True))
        terms = by_tier(look)
        choice = TierChoice(
            default=tier_name(look.tiers, look.default),
            tiers=tuple(tier for tier in look.tiers if is_open[tier]),
            utility={tier: value for tier, value in zip(look.tiers, look.utility, strict=True) if is_open[tier]},
            worth=look.worth,
            terms={tier: terms[tier] for tier in look.tiers if is_open[tier]},
            current=tier_name(look.tiers, look.tier),
            status=STATUSES[look.status],
            occasion=look.occasion,
        )
        with np.errstate(**self.model._errstate):
            answer = nation.choose_tier(body, choice)
        where = f"{type(nation).__name__}.choose_tier of {nation} for '{body}'"
        if answer is None:
            if self.model._run_now().plan.bodies[look.body].host == look.nation and look.tier >= 0:
                raise AgentError(f"{where} answered None, but the host cannot go out; return a tier")
            return -1
        if not isinstance(answer, str) or answer not in look.tiers:
            raise AgentError(f"{where} answered {answer!r}; {nearest(str(answer), look.tiers)}, or None for outside")
        if not is_open[answer] and answer not in (choice.current, choice.default):
            listed = ", ".join(choice.tiers) or "none"
            raise AgentError(f"{where} answered '{answer}', which is not open to it; open are: {listed}")
        return look.tiers.index(answer)

    def looked(self, look: Look, chosen: int) -> None:
        """Keep the look for `explain`."""
        self.model._looks.append((look, chosen))

    def vote(self, body: str, proposal: dict[str, Any], yes: Flags, no: Flags, voting: Flags) -> tuple[Flags, Flags]:
        """The ballots with the answers of nations whose class votes."""
        asked = [place for place in self.voters if voting[0, place]]
        if not asked or not proposal.get("put", np.ones((1, 1)))[0, 0]:
            return yes, no
        told = self._proposal(body, proposal)
        yes, no = yes.copy(), no.copy()
        for place in asked:
            nation = self.model._nations[place]
            default = "yes" if yes[0, place] else "no" if no[0, place] else "abstain"
            with np.errstate(**self.model._errstate):
                answer = nation.vote(self.model._bodies[body], told, VoteChoice(default))
            if not isinstance(answer, str) or answer not in BALLOTS:
                raise AgentError(
                    f"{type(nation).__name__}.vote of {nation} in '{body}' answered {answer!r}; "
                    "return 'yes', 'no' or 'abstain'"
                )
            yes[0, place], no[0, place] = answer == "yes", answer == "no"
        return yes, no

    def _proposal(self, body: str, proposal: dict[str, Any]) -> Proposal:
        decide = self.model._charter(body).decide
        if "applicant" in proposal:
            applicant = str(self.model._nations[int(proposal["applicant"][0])])
            return Proposal(body, "admission", decide["admission"], applicant=applicant)
        if "accused" in proposal:
            accused = str(self.model._nations[int(proposal["accused"][0])])
            return Proposal(body, "expulsion", decide["expulsion"], applicant=accused)
        dimension = POLICY_DIMENSIONS[int(proposal["dimension"][0, 0])]
        before, after = float(proposal["from"][0, 0]), float(proposal["to"][0, 0])
        return Proposal(body, "policy", decide[dimension], dimension, before, after)

    def choose_safety(self, effort: Array, before: Array) -> Array:
        """The efforts with the answers of firms whose class chooses."""
        run = self.model._run_now()
        works = run.state.firms.active & ~run.plan.stage.supplier
        asked = [place for place in self.developers if works[0, place]]
        if not asked:
            return effort
        found = np.array(effort)
        for place in asked:
            firm = self.model._firms[place]
            with np.errstate(**self.model._errstate):
                answer = firm.choose_safety(SafetyChoice(float(effort[0, place]), float(before[0, place])))
            number = float(answer) if _is_number(answer) else math.nan
            if not 0.0 <= number <= 1.0:
                raise AgentError(
                    f"{type(firm).__name__}.choose_safety of {firm} answered {answer!r}; return a share from 0 to 1"
                )
            found[0, place] = number
        return found


def _is_number(value: Any) -> bool:
    return not isinstance(value, (bool, np.bool_, str)) and hasattr(type(value), "__float__")
