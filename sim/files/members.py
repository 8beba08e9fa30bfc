"""Lists of members: one ISO3 code a line, with a tier after a comma where wanted, and # comments."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from sim.errors import ChoiceError, ScenarioError
from sim.files.folder import read_text
from sim.files.known import group_members, group_names, rosters, states
from sim.files.problems import hint
from sim.population.memberships import joiners

__all__ = ["members_named", "read_members"]


def members_named(
    name: str, others: Collection[str] = (), tiers: Collection[str] | None = None
) -> dict[str, str | None]:
    """Codes of `all`, a group, `not:GROUP`, a roster or a file of members, with the tier a file asks for.

    `others` are further codes and `tiers` the tiers a file may name. Raises `ChoiceError` for a name that is none
    of these, `ScenarioError` with its place for a line that cannot be used.

    >>> len(members_named("oecd")), len(members_named("not:oecd")), len(members_named("WAICO"))
    (38, 155, 37)
    """
    if name == "all" or name.removeprefix("not:") in group_names():
        return dict.fromkeys(sorted(group_members(name)))
    if name in rosters():
        return dict.fromkeys(sorted(joiners(name)))
    if not Path(name).exists() and "/" not in name and "." not in name:
        known = ["all", *group_names(), *rosters()]
        raise ChoiceError(f"there is no group, roster or file of members '{name}'; {hint(name, known)}")
    return read_members(name, others, tiers)


def read_members(
    file: str, others: Collection[str] = (), tiers: Collection[str] | None = None
) -> dict[str, str | None]:
    """The members a file lists, code to tier (None where no tier is named); `ScenarioError` for a bad line."""
    found: dict[str, str | None] = {}
    for number, line in enumerate(read_text(Path(file), file, "file of members").splitlines(), start=1):
        text = line.split("#", 1)[0]
        if not text.strip():
            continue
        column = len(text) - len(text.lstrip()) + 1
        code, _, tier = (part.strip() for part in text.partition(","))
        if not re.fullmatch(r"[A-Z]{3}", code) or (code not in states() and code not in others):
            remedy = hint(code.upper(), sorted({*states(), *others}), "write an ISO3 code such as")
            raise ScenarioError(file, number, column, f"there is no state '{code}'", remedy)
        if code in found:
            raise ScenarioError(file, number, column, f"found {code} twice, expected each once", "remove one")
        if tier and tiers is not None and tier not in tiers:
            place = text.index(tier, text.index(",")) + 1
            raise ScenarioError(file, number, place, f"there is no tier '{tier}'", hint(tier, list(tiers)))
        found[code] = tier or None
    if not found:
        raise ScenarioError(file, 0, 0, "the file names no member", "write one ISO3 code a line")
    return found
