"""Scenario and charters as the twin reads them: rules with their numbers, tiers, versions by year, decisions."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from sim.choices import FAMILIES
from sim.rules.decision import Decision

POLICY = ("stringency", "rights", "sharing", "redistribution", "response_powers")
INCOME_GROUPS = ("low_income", "lower_middle", "upper_middle", "high_income")

# The families of the world's rules that are not called like their place in the scenario.
WORLD_FAMILIES = {"entry": "firm_entry", "seats": "firm_seats"}
CHARTER_FAMILIES = {
    "platform": "platform",
    "response": "response",
    "safeguards": "safeguards",
    "standards": "standards",
    "trade": "trade_measure",
    "recognition": "recognition",
    "harmonisation": "harmonisation",
    "chips": "chips",
    "observation": "observation",
    "promotion": "promotion",
    "expulsion": "expulsion",
    "side_payments": "side_payments",
    "framing": "framing",
    "host_year": "host_year",
}
PROGRAMMES = ("capacity_building", "joint_research", "green_compute", "ecosystems", "compute_matching")


class Rule:
    """A rule in force: its name, and its parameters as attributes."""

    def __init__(self, family: str, node: Mapping[str, Any]) -> None:
        self.family, self.name = family, str(node["rule"])
        self.numbers = {
            key: node.get(key, parameter.default) for key, parameter in FAMILIES[family][self.name].parameters.items()
        }

    def __getattr__(self, key: str) -> Any:
        if key in self.numbers:
            return self.numbers[key]
        raise AttributeError(f"{self.family}: {self.name} has no parameter {key}")

    def get(self, key: str, default: float = 0.0) -> Any:
        """A parameter, or a default where this rule has none of that name."""
        return self.numbers.get(key, default)


class Tier:
    """One tier of membership."""

    def __init__(self, name: str, node: Mapping[str, Any], weight: float) -> None:
        self.name, self.weight = name, weight
        self.admission = Rule("admission", node["admission"])
        self.dues, self.votes, self.fund_share = node["dues"], node["votes"], node["fund_share"]
        self.platform_lag = node["platform_lag"]
        self.theta = node["binding"] * (1.0 - node["latitude"])


class Chamber:
    """Who votes together, with what weight."""

    def __init__(self, name: str, node: Mapping[str, Any]) -> None:
        self.name, self.of, self.group, self.tiers = name, node["of"], node.get("group"), node.get("tiers")
        self.constituencies = [
            (each["members"], each["seats"], each["lead"]) for each in (node.get("constituencies") or {}).values()
        ]
        self.one_a_seat = node.get("casts") == "seats"
        self.weight = Rule("vote_weight", node["weight"])


class Charter:
    """One version of a charter."""

    def __init__(self, node: Mapping[str, Any], places: Mapping[str, int], amends: Sequence[str] = ()) -> None:
        whole = sum(tier["weight"] for tier in node["tiers"].values())
        self.tiers = [
            Tier(name, tier, tier["weight"] / whole if whole > 0.0 else 0.0) for name, tier in node["tiers"].items()
        ]
        self.entry_into_force = node["entry_into_force"]
        self.policy = {dimension: node["policy"][dimension] for dimension in POLICY}
        self.amends = tuple(amends)
        self.fund, self.arrears = node["fund"], node["fund"]["arrears"]
        self.dues = Rule("dues", self.fund["dues"])
        self.levy = Rule("levy", self.fund["levy"])
        self.allocation = Rule("allocation", self.fund["allocation"])
        voting = node["voting"]
        self.corporate = Rule("corporate_role", voting["corporate"])
        self.agenda = Rule("agenda", voting["agenda"])
        self.review_years = voting["review_years"]
        self.chambers = [Chamber(name, chamber) for name, chamber in voting["chambers"].items()]
        self.decide = voting["decide"]
        self.decisions = self._decisions(voting, places)
        for place, family in CHARTER_FAMILIES.items():
            setattr(self, place, Rule(family, node[place]))
        for place in PROGRAMMES:
            setattr(self, place, Rule(place, node["programmes"][place]))

    def _decisions(self, voting: Mapping[str, Any], places: Mapping[str, int]) -> dict[str, Decision]:
        """Each kind of decision, with the vetoes of nations in the study and the quorum of the first chamber."""
        names = [chamber.name for chamber in self.chambers]
        vetoing = [code for code in voting["veto"] if code in places]
        more: list[Any] = [{"veto": vetoing}] if vetoing else []
        if voting.get("quorum"):
            more.append({"chamber": names[0], "present": voting["quorum"]})
        whole = {
            kind: {"all": [condition, *more]} if more else condition for kind, condition in voting["decisions"].items()
        }
        return {
            kind: Decision.parse(one, names, voting["abstention"], places, lapsing=True) for kind, one in whole.items()
        }

    def __getattr__(self, key: str) -> Rule:
        raise AttributeError(f"a charter has no {key}")


def versions(node: Mapping[str, Any], places: Mapping[str, int]) -> list[tuple[float, Charter]]:
    """The versions of a charter with the year from which each holds."""
    found = [(float("-inf"), Charter(node, places))]
    current = copy.deepcopy(dict(node))
    for event in sorted(node.get("events", []), key=lambda each: each["year"]):
        for path, value in event["set"].items():
            *above, last = path.split(".")
            here = current
            for key in above:
                here = here[key]
            here[last] = value
        amends = [path.split(".")[1] for path in event["set"] if path.startswith("policy.")]
        found.append((event["year"], Charter(copy.deepcopy(current), places, amends)))
    return found
