"""Which class each agent gets, and whether the classes can do what their methods promise."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from sim.errors import AgentError
from sim.face.agents import DECISIONS, Body, Firm, Nation, StateAgent
from sim.face.attributes import nearest

__all__ = ["check_class", "classes_of", "overrides"]

KINDS: tuple[type[StateAgent], ...] = (Nation, Firm, Body)
_WORDS = {"choosetier": "choose_tier", "choosesafety": "choose_safety", "vote": "vote"}


def overrides(agent: StateAgent, decision: str) -> bool:
    """Whether an agent's class decides for itself."""
    kind = kind_of(type(agent))
    return getattr(type(agent), decision) is not getattr(kind, decision)


def kind_of(given: type) -> type[StateAgent]:
    """Nation, Firm or Body: what a class is a subclass of."""
    for kind in KINDS:
        if issubclass(given, kind):
            return kind
    raise AgentError(f"{given.__name__} is no kind of agent; write class {given.__name__}(sim.Nation) or (sim.Firm)")


def _meant(name: str) -> str:
    """The decision a method's name looks like, or nothing.

    >>> _meant("choose_teir"), _meant("Vote"), _meant("mood"), _meant("note")
    ('choose_tier', 'vote', '', '')
    """
    plain = name.replace("_", "").lower()
    if sorted(plain) == sorted("vote") or plain in ("castvote", "voting", "ballot"):
        return "vote"
    near = difflib.get_close_matches(plain, _WORDS, 1, 0.8)
    return _WORDS[near[0]] if near else ""


def check_class(given: Any) -> type[StateAgent]:
    """The class, if it is one that can decide; `AgentError` for a method that would never be asked."""
    if not isinstance(given, type):
        raise AgentError(f"agents: found {given!r}, expected a class; write the class itself, not an agent made of it")
    kind = kind_of(given)
    for one in given.__mro__[: given.__mro__.index(kind)]:
        for name, value in vars(one).items():
            if name in ("step", "advance"):
                raise AgentError(
                    f"{one.__name__}.{name} would never be called: the rules act on everyone at once; override a "
                    f"decision, or name it otherwise and call it yourself with do(...) of an AgentSet"
                )
            if name.startswith("_") or not callable(value) or (hasattr(kind, name) and name not in DECISIONS):
                continue
            if name in kind.decisions:
                _check_parameters(one, name, value, kind)
                continue
            meant = _meant(name)
            if meant:
                known = ", ".join(kind.decisions) or "nothing"
                said = f"did you mean '{meant}'?" if meant in kind.decisions else "rename the method if it is your own"
                raise AgentError(
                    f"{one.__name__}.{name} would never be asked: a {kind.__name__} decides {known}; {said}"
                )
    return given


def _check_parameters(owner: type, name: str, method: Any, kind: type[StateAgent]) -> None:
    wanted = list(inspect.signature(getattr(kind, name)).parameters)
    try:
        inspect.signature(method).bind(*wanted)
    except TypeError:
        raise AgentError(f"{owner.__name__}.{name} cannot be called; write def {name}({', '.join(wanted)})") from None


def classes_of(
    agents: Mapping[Any, Any] | None, nations: Sequence[str], firms: Sequence[str], bodies: Sequence[str]
) -> dict[type[StateAgent], dict[str, type[StateAgent]]]:
    """The class of every agent, by kind and id. A key that names one agent goes before one that names a kind."""
    names: dict[type[StateAgent], Sequence[str]] = {Nation: nations, Firm: firms, Body: bodies}
    if agents is not None and not isinstance(agents, Mapping):
        raise AgentError(f"agents: found {agents!r}, expected a mapping; write agents={{'IDN': MyNation}}")
    given = {key: check_class(value) for key, value in (agents or {}).items()}
    found: dict[type[StateAgent], dict[str, type[StateAgent]]] = {}
    for kind, ids in names.items():
        base = given.get(kind, kind)
        if not issubclass(base, kind):
            raise AgentError(
                f"agents: {base.__name__} is no {kind.__name__}; write class {base.__name__}(sim.{kind.__name__})"
            )
        found[kind] = dict.fromkeys(ids, base)
    for key, value in given.items():
        if key in names:
            continue
        if isinstance(key, type):
            raise AgentError(f"agents: found the key {key.__name__}; write sim.Nation, sim.Firm, sim.Body or an id")
        kind = kind_of(value)
        if str(key) not in found[kind]:
            others = [one for one in KINDS if str(key) in found[one]]
            hint = f"it is a {others[0].__name__}" if others else nearest(str(key), names[kind][:400])
            raise AgentError(f"agents: no {kind.__name__.lower()} '{key}' in this run; {hint}")
        found[kind][str(key)] = value
    return found
