"""Nations, firms and bodies as Mesa agents: views on one row of the columns that the engine steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.columns import of
from sim.errors import AgentError
from sim.face.attributes import Fact, attributes, fact_of, nearest
from sim.face.base import AgentSet, mesa
from sim.face.choices import Proposal, SafetyChoice, TierChoice, VoteChoice
from sim.face.explain import Explanation, Explanations, explanation
from sim.face.memberships import Membership, Memberships, Seat, Statuses, Tiers
from sim.population import INCOME_GROUPS
from sim.state import Columns

if TYPE_CHECKING:
    from sim.face.model import Model

__all__ = ["DECISIONS", "Body", "Firm", "Nation", "StateAgent"]

DECISIONS = ("choose_tier", "vote", "choose_safety")
_MESA = ("model", "unique_id", "pos")  # what Mesa sets on every agent


class StateAgent(mesa.Agent):
    """What nations, firms and bodies share: a place in the model's columns, which are its attributes.

    `step` is empty: the rules act on everyone at once in `model.step()`. Override the decisions instead. Agents are
    never removed. Attributes of your own are welcome; a name next to a column's is refused, being a slip.
    """

    model: Model
    decisions: tuple[str, ...] = ()
    entity = ""

    def __init__(self, model: Model, place: int) -> None:
        self._place = place
        super().__init__(model)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in DECISIONS:
            raise AgentError(
                f"a decision is overridden in a class: write agents={{...: MyClass}} with a method '{name}'"
            )
        known = name.startswith("_") or name in _MESA or name in self.__dict__ or hasattr(type(self), name)
        if not known:
            hint = nearest(name, of(self.entity), 0.8)  # type: ignore[arg-type]
            if hint.startswith("did"):
                raise AgentError(f"{self} has no column '{name}'; {hint} (define '{name}' in your class to keep it)")
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"

    def remove(self) -> None:
        """Refused: who exists belongs to the study."""
        raise AgentError(
            f"{self} cannot be removed: who exists belongs to the study; "
            "write nation.tiers[body] = None to leave a body, firm.active = False to close a firm"
        )

    def _change(self, column: str, before: Any, after: Any) -> None:
        self.model._note(str(self), column, before, after)

    def _cells(self) -> tuple[Columns, int]:
        raise NotImplementedError


@attributes("nation")
class Nation(StateAgent):
    """A state. Subclass it to let states decide by your own rule; attributes are columns with their units.

    `choose_tier` and `vote` are asked after the rule has decided for everyone, and what they answer counts.
    """

    entity = "nation"
    decisions = ("choose_tier", "vote")
    iso3 = Fact("ISO 3166-1 alpha-3 code")
    name = Fact("short name")
    region = Fact("UN M49 region")
    subregion = Fact("UN M49 subregion")
    income_group = Fact("income group in a word, low_income to high_income")
    groups = Fact("names of the groups of states it belongs to, such as g77 or asean")

    def __str__(self) -> str:
        return str(self.iso3)

    def choose_tier(self, body: Body, choice: TierChoice) -> str | None:
        """The tier of a body to take, or None to stay or go out; asked every year, in the drawn order."""
        return choice.default

    def vote(self, body: Body, proposal: Proposal, choice: VoteChoice) -> str:
        """The vote on a proposal: "yes", "no" or "abstain"; asked where the nation has a vote."""
        return choice.default

    @property
    def tiers(self) -> Tiers:
        """The tier in each body: its name, or None outside; may be written."""
        return Tiers(self)

    @property
    def statuses(self) -> Statuses:
        """The status in each body: none, invited, observer, signatory, party, suspended, withdrawn; may be written."""
        return Statuses(self)

    @property
    def memberships(self) -> Memberships:
        """All columns of the nation in each body: `nation.memberships["waico"].taste`."""
        return Memberships(self, Membership)

    def explain(self, body: str | None = None, year: int | None = None) -> Explanation | Explanations:
        """Why it is in or out: the terms of its last decision on a body (up to a year), or on every body.

        Shown when printed or at a prompt; `terms`, `utility`, `worth`, `default`, `chosen` and the rest are
        attributes. Where it had no occasion to decide yet, the terms are those of the present.
        """
        if body is None:
            return Explanations(explanation(self, name, year) for name in self.tiers)
        return explanation(self, self.tiers._name(body), year)

    def _cells(self) -> tuple[Columns, int]:
        return self.model._state().nations, self._place

    def _fact(self, name: str) -> Any:
        facts = self.model._run_now().plan.stage.nations
        if name == "income_group":
            return INCOME_GROUPS[int(facts.income_group[self._place])]
        if name == "groups":
            return tuple(group for group, flags in facts.groups.items() if flags[self._place])
        return fact_of(facts, self._place, name)


@attributes("firm")
class Firm(StateAgent):
    """A developer of AI or a supplier. Subclass it to let firms set their safety effort by your own rule."""

    entity = "firm"
    decisions = ("choose_safety",)
    firm_id = Fact("identifier")
    name = Fact("name")
    home = Fact("ISO3 of the home state; TWN and HKG are homes without a nation")
    supplier = Fact("whether it supplies developers and does no research of its own")

    def __str__(self) -> str:
        return str(self.firm_id)

    def choose_safety(self, choice: SafetyChoice) -> float:
        """The safety effort, a share in [0, 1]; asked every step while it is in business, suppliers never."""
        return choice.default

    @property
    def memberships(self) -> Memberships:
        """All columns of the firm in each body: `firm.memberships["waico"].seat`."""
        return Memberships(self, Seat)

    def _cells(self) -> tuple[Columns, int]:
        return self.model._state().firms, self._place

    def _fact(self, name: str) -> Any:
        stage = self.model._run_now().plan.stage
        if name == "name":
            known = self._place < len(stage.firms)
            return str(stage.firms.name[self._place]) if known else str(stage.firm_id[self._place])
        column = {"firm_id": stage.firm_id, "home": stage.firm_home, "supplier": stage.supplier}[name]
        return column[self._place].item()


@attributes("body")
class Body(StateAgent):
    """An international body. It equals its name: `body == "waico"`, and either may stand in `nation.tiers[body]`."""

    entity = "body"

    def __init__(self, model: Model, place: int, name: str = "") -> None:
        object.__setattr__(self, "name", name)
        super().__init__(model, place)

    name: str

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "name":
            raise AgentError(f"{self}.name is a fact of the study and cannot be written; choose it in the scenario")
        super().__setattr__(name, value)

    def __str__(self) -> str:
        return self.name

    def __eq__(self, other: object) -> bool:
        return self.name == other if isinstance(other, str) else self is other

    def __hash__(self) -> int:
        return hash(self.name)

    def __reduce__(self) -> tuple[Any, ...]:
        # The name comes first, because copies and pickles use the hash before the other attributes are there.
        return _bare_body, (type(self), self.name), self.__dict__

    @property
    def tiers(self) -> tuple[str, ...]:
        """Names of its tiers, from outside to most bound."""
        return self.model._charter(self.name).tiers

    @property
    def members(self) -> AgentSet:
        """Its parties, suspended ones included."""
        return self.model.nations.select(lambda nation: nation.statuses[self.name] in ("party", "suspended"))

    @property
    def signatories(self) -> AgentSet:
        """States that have signed and are not yet parties."""
        return self.model.nations.select(lambda nation: nation.statuses[self.name] == "signatory")

    def _cells(self) -> tuple[Columns, int]:
        return self.model._state().bodies[self.name].own, 0


def _bare_body(kind: type[Body], name: str) -> Body:
    body = object.__new__(kind)
    object.__setattr__(body, "name", name)
    return body
