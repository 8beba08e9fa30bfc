"""What a file may not say although each value is well formed: states, groups, chambers, thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.choices import FAMILIES
from sim.files.courting import check_courting, check_relations
from sim.files.known import group_names, rosters, states
from sim.files.models import DECISION_KINDS
from sim.files.nodes import Node, nearest
from sim.files.problems import Problems, hint, shown
from sim.files.voters import Scope, could_sit, most_votes, named_states
from sim.rules.attainable import hindrance
from sim.rules.condition_reader import ConditionError, parse_condition
from sim.rules.thresholds import Threshold

__all__ = ["check_charter", "check_scenario"]


class Checker:
    """Checks of one file; `node` is its tree, for places."""

    def __init__(self, node: Node, problems: Problems, inside: str = "") -> None:
        self.node, self.problems, self.inside = node, problems, inside

    def bad(self, path: tuple[str | int, ...], problem: str, remedy: str, *, key: bool = False) -> None:
        """Note a problem at the value of a path, or at what stands nearest to it."""
        node, found = nearest(self.node, path)
        name = self.inside + ".".join(str(part) for part in path)
        self.problems.add(node, f"{name}: {problem}", remedy, key=key and len(found) == len(path))

    def state(self, path: tuple[str | int, ...], code: str | None) -> None:
        """Refuse a code that is no member state."""
        if code is not None and code not in states():
            self.bad(
                path,
                f"there is no state '{code}' among the 193",
                hint(code, sorted(states()), "write an ISO3 code such as"),
            )

    def group(
        self, path: tuple[str | int, ...], name: str | list[str] | None, *, but: tuple[str, ...] = ()
    ) -> None:
        """Refuse what is no group of states (`not:GROUP` stands for the others), entry by entry in a list."""
        if name is None or name in but:
            return
        if isinstance(name, list):
            for place, entry in enumerate(name):
                bare = entry.removeprefix("-")
                if bare.isupper():
                    self.state((*path, place), bare)
                else:
                    self.group((*path, place), bare, but=("all",))
            return
        bare = name.removeprefix("not:")
        if bare not in group_names():
            self.bad(path, f"there is no group '{bare}'", hint(bare.lower(), [*group_names(), *but]))


def check_charter(
    data: dict[str, Any], node: Node, problems: Problems, inside: str = "", scope: Scope | None = None
) -> None:
    """Check a charter with its defaults filled in, and bring its thresholds and its host to one form.

    `scope` says whom the scenario holds; by default all states and firms may come.
    """
    check = Checker(node, problems, inside)
    check.state(("sponsor",), data["sponsor"])
    check.state(("host",), data["host"])
    data["host"] = data["host"] or data["sponsor"]
    for key in ("invited",):
        for place, code in enumerate(data[key]):
            check.state((key, place), code)
    _membership(data, check)
    _voting(data, check, scope or Scope.everybody())
    tiers = data["tiers"]
    for name, tier in tiers.items():
        if "groups" in tier["admission"]:
            check.group(("tiers", name, "admission", "groups"), tier["admission"]["groups"])
    check_courting(check, data)
    if sum(tier["weight"] for tier in tiers.values()) <= 0:
        check.bad(("tiers",), "the weights of all tiers are 0", "give at least one tier a weight above 0")
    for name in tiers:
        if name.startswith("tier_") or name in ("end", "mean", "none", "all"):
            check.bad(
                ("tiers", name),
                f"the name '{name}' is reserved",
                "choose another name, without tier_",
                key=True,
            )
    for event in data["events"]:
        if "evidence" in event["set"] or "events" in event["set"]:
            check.bad(
                ("events",), "an event cannot change events or evidence", "write a path such as fund.envelope"
            )
    _evidence(data, check)


def _membership(data: Mapping[str, Any], check: Checker) -> None:
    eligible = data["eligible"]
    if isinstance(eligible, list):
        for place, code in enumerate(eligible):
            check.state(("eligible", place), code)
    else:
        check.group(("eligible",), eligible, but=("all",))
    record = data["record"]
    if isinstance(record, list) or record in ("all", *group_names()):
        check.group(("record",), record, but=("all",))
    elif record is not None and record not in rosters():
        check.bad(("record",), f"there is no roster '{record}'", hint(record.upper(), rosters()))


def _voting(data: Mapping[str, Any], check: Checker, scope: Scope) -> None:
    voting, eligible = data["voting"], could_sit(data, scope)
    chambers = voting["chambers"]
    told = len(check.problems.found)
    role = FAMILIES["corporate_role"][voting["corporate"]["rule"]]
    for name, chamber in chambers.items():
        check.group(("voting", "chambers", name, "group"), chamber["group"])
        _parts_of_chamber(("voting", "chambers", name), chamber, list(data["tiers"]), check)
        if chamber["of"] == "pool" and FAMILIES["vote_weight"][chamber["weight"]["rule"]].metadata.get("heads"):
            check.bad(
                ("voting", "chambers", name, "weight"),
                "heads are single votes of states, which cannot be pooled with votes of firms",
                "write 'weight: equal', or 'of: nations'",
            )
        if chamber["of"] == "firms" and not role.metadata.get("votes", True):
            voters = [rule.name for rule in FAMILIES["corporate_role"] if rule.metadata.get("votes", True)]
            check.bad(
                ("voting", "chambers", name, "of"),
                f"firms vote here, but the corporate role '{role.name}' gives them no vote",
                f"write 'corporate: {voters[0]}' or another role with a vote"
                if voters
                else "write 'of: nations'",
            )
    for kind in DECISION_KINDS:
        path = ("voting", "decisions", kind)
        condition = voting["decisions"][kind]
        try:
            parse_condition(condition, list(chambers), voting["abstention"])
            voting["decisions"][kind] = canonical(condition)
            _vetoes(condition, path, check, eligible)
        except ConditionError as error:
            problem, _, remedy = str(error).partition("; ")
            check.bad((*path, *error.path), problem, remedy)
    if voting["quorum"] is not None:
        try:
            quorum = Threshold.parse(voting["quorum"])
            voting["quorum"] = str(quorum)
            if not quorum.rises:
                check.bad(
                    ("voting", "quorum"),
                    f"found '{quorum}', expected a share to be reached",
                    "write '>= 1/2'",
                )
        except ValueError as error:
            problem, _, remedy = str(error).partition("; ")
            check.bad(("voting", "quorum"), problem, remedy)
    for place, code in enumerate(voting["veto"]):
        _veto(("voting", "veto", place), code, check, eligible)
    if len(check.problems.found) == told:
        _attainable(data, check, scope)


def _parts_of_chamber(
    path: tuple[str, ...], chamber: Mapping[str, Any], tiers: list[str], check: Checker
) -> None:
    """A chamber's tiers exist, and nobody stands in two of its constituencies."""
    for place, tier in enumerate(chamber["tiers"] or ()):
        if tier not in tiers:
            check.bad((*path, "tiers", place), f"there is no tier '{tier}'", hint(tier, tiers))
    counts = FAMILIES["vote_weight"][chamber["weight"]["rule"]].metadata.get("counts")
    if chamber["casts"] == "seats" and not counts:
        problem = f"one vote a seat needs a weight that counts members, and votes go by {chamber['weight']['rule']}"
        check.bad((*path, "casts"), problem, "write 'weight: heads', or 'casts: members'")
    seen: dict[str, str] = {}
    for name, each in (chamber["constituencies"] or {}).items():
        here = (*path, "constituencies", name)
        check.group((*here, "members"), each["members"], but=("all",))
        if chamber["of"] == "firms":
            check.bad(here, "only states form constituencies, and firms vote here", "write 'of: nations'", key=True)
        twice = sorted(code for code in named_states(each["members"]) if code in seen)
        if twice:
            problem = f"{twice[0]} stands in '{seen[twice[0]]}' too, expected one constituency of a chamber each"
            check.bad((*here, "members"), problem, f"take it out with -{twice[0]}")
        seen.update(dict.fromkeys(named_states(each["members"]), name))


def _attainable(data: Mapping[str, Any], check: Checker, scope: Scope) -> None:
    """Refuse chambers that nobody can ever sit in, and rules that no vote could ever meet."""
    voting, most = data["voting"], most_votes(data, scope)
    chambers = list(voting["chambers"])
    for name in chambers:
        if not most[name]:
            check.bad(
                ("voting", "chambers", name),
                "nobody can ever sit in this chamber: no state that may join is of it in a tier with votes, "
                "nor three firms with a vote",
                "widen 'eligible', the chamber's 'group' or who it is 'of', or remove the chamber",
            )
    if not all(most.values()):
        return
    asked: list[tuple[tuple[str, ...], Any]]
    asked = [(("voting", "decisions", kind), voting["decisions"][kind]) for kind in DECISION_KINDS]
    if voting["quorum"] is not None:
        asked.append((("voting", "quorum"), {"chamber": chambers[0], "present": voting["quorum"]}))
    for path, condition in asked:
        found = hindrance(parse_condition(condition, chambers, voting["abstention"]), most, condition)
        if found is not None:
            inner = () if path[1] == "quorum" else found[1]
            check.bad((*path, *inner), f"no vote could ever meet this rule: it {found[0]}", "ask for fewer votes")


def _veto(path: tuple[str | int, ...], code: object, check: Checker, eligible: frozenset[str]) -> None:
    if not isinstance(code, str):
        check.bad(path, f"found {shown(code)} among the vetoing states, expected an ISO3 code", "write CHN")
    elif code not in states():
        check.state(path, code)
    elif code not in eligible:
        check.bad(
            path,
            f"{code} may not become a member, so it has no veto",
            "add it to eligible and to the scenario's nations, or leave the veto out",
        )


def _vetoes(condition: Any, path: tuple[str | int, ...], check: Checker, eligible: frozenset[str]) -> None:
    if isinstance(condition, Mapping):
        for key, value in condition.items():
            if key == "veto":
                for place, code in enumerate(value):
                    _veto((*path, key, place), code, check, eligible)
            else:
                _vetoes(value, (*path, key), check, eligible)
    elif isinstance(condition, list):
        for place, value in enumerate(condition):
            _vetoes(value, (*path, place), check, eligible)


def canonical(condition: Any) -> Any:
    """A condition that has been read without error, with every threshold in its one exact form.

    >>> canonical({"any": ["0.55", {"chamber": "states", "yes": "2/3"}]})
    {'any': ['>= 11/20', {'chamber': 'states', 'yes': '>= 2/3'}]}
    """
    if isinstance(condition, Mapping):
        plain = ("chamber", "consensus", "veto", "of")
        return {key: value if key in plain else canonical(value) for key, value in condition.items()}
    if isinstance(condition, (list, tuple)):
        return [canonical(part) for part in condition]
    return "consensus" if str(condition).strip() == "consensus" else str(Threshold.parse(condition))


def _evidence(data: Mapping[str, Any], check: Checker) -> None:
    for path in data["evidence"]:
        here: Any = data
        for part in path.split("."):
            if not isinstance(here, Mapping) or part not in here:
                known = [str(key) for key in here] if isinstance(here, Mapping) else []
                check.bad(
                    ("evidence", path),
                    f"the charter has no '{part}' at this path",
                    hint(part, known),
                    key=True,
                )
                break
            here = here[part]


def check_scenario(data: dict[str, Any], node: Node, problems: Problems) -> None:
    """Check a scenario with its defaults filled in, and each of its bodies."""
    check, scope = Checker(node, problems), Scope.of(data)
    if isinstance(data["nations"], list):
        for place, code in enumerate(data["nations"]):
            check.state(("nations", place), code)
            if data["nations"].index(code) != place:
                check.bad(("nations", place), f"found {code} twice", "remove one of them")
    for name, charter in data["bodies"].items():
        if name in ("world", "end", "mean", "input") or name.startswith("tier_"):
            check.bad(("bodies", name), f"the name '{name}' is reserved", "choose another name", key=True)
        own = nearest(node, ("bodies", name))[0]
        check_charter(charter, own, problems, f"bodies.{name}.", scope)
        check_relations(check, name, charter, list(data["bodies"]))
        synthetic = isinstance(data["nations"], dict) and "synthetic" in data["nations"]
        members = data["nations"] if isinstance(data["nations"], list) else None
        for role in ("sponsor", "host"):
            if members is not None and charter[role] in states() and charter[role] not in members:
                check.bad(
                    ("bodies", name, role),
                    f"{charter[role]} is not among the scenario's nations",
                    f"add {charter[role]} to nations",
                )
        if synthetic and charter["record"]:
            charter["record"] = None
