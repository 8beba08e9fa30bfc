"""Reading conditions from plain data, as in a charter; every error says where, what and what to write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.rules.conditions import BASES, AllOf, AnyOf, Base, Condition, Consensus, Not, Tally, Veto
from sim.rules.thresholds import Threshold

_FORMS = ("chamber", "all", "any", "not", "consensus", "veto")
_COUNTED = ("yes", "no", "not_yes", "present")
_OF_ALL = ("present", "not_yes")
_WRITE = (
    "write a threshold such as '> 1/2', the word consensus, or a mapping: {chamber: NAME, yes: '>= 2/3'}, "
    "{all: [..]}, {any: [..]}, {not: ..}, {consensus: CHAMBER} or {veto: [MEMBER, ..]}"
)
Path = tuple[str | int, ...]


class ConditionError(ValueError):
    """A condition that cannot be read; ``path`` holds the keys and places that lead to the fault."""

    def __init__(self, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.path = path


def parse_condition(
    data: object, chambers: Sequence[str], default_of: Base = "cast", path: Path = ()
) -> Condition:
    """The condition tree of plain data (text, number or mapping, as read from YAML).

    ``chambers`` are the names a leaf may use, ``default_of`` is the base of leaves without "of". A bare
    threshold asks the same of every chamber; the word consensus, no objection in any. Raises ConditionError,
    a ValueError, with the ``path`` of the fault.

    >>> data = {"any": [{"chamber": "states", "yes": "2/3"}, {"consensus": "states"}]}
    >>> parse_condition(data, ["states"]).describe()
    'at least 2/3 of the votes cast in states in favour or no objection by a member present in states'
    """
    if not chambers:
        raise ConditionError("found no chamber, expected at least one; name a chamber with its votes", path)
    if default_of not in BASES:
        raise ConditionError(
            f"found the abstention rule {default_of!r}, expected one of {', '.join(BASES)}", path
        )
    if isinstance(data, Mapping):
        return _mapping(data, chambers, default_of, path)
    if isinstance(data, str) and data.strip() == "consensus":
        return Consensus()
    if isinstance(data, (str, int, float)) and not isinstance(data, bool):
        threshold = _threshold(data, path, hint=f"; {_WRITE}" if isinstance(data, str) else "")
        if not threshold.rises:
            raise ConditionError(
                f"found the bare threshold '{threshold}', expected a share in favour to be reached; "
                "write limits on votes against as {chamber: NAME, no: '" + str(threshold) + "'}",
                path,
            )
        parts = tuple(Tally(name, "yes", threshold, default_of) for name in chambers)
        return parts[0] if len(parts) == 1 else AllOf(parts)
    raise ConditionError(f"found {_shown(data)} as a condition, expected a rule for passing; {_WRITE}", path)


def _mapping(
    data: Mapping[object, object], chambers: Sequence[str], default_of: Base, path: Path
) -> Condition:
    forms = [form for form in _FORMS if form in data]
    if len(forms) != 1:
        found = f"the keys {', '.join(map(str, data)) or '(none)'}"
        raise ConditionError(f"found {found}, expected exactly one of {', '.join(_FORMS)}; {_WRITE}", path)
    form = forms[0]
    if form == "chamber":
        return _leaf(data, chambers, default_of, path)
    extra = [str(key) for key in data if key != form]
    if extra:
        raise ConditionError(
            f"found the key {extra[0]!r} beside {form!r}, expected it alone; {_WRITE}", (*path, extra[0])
        )
    value, here = data[form], (*path, form)
    if form == "not":
        return Not(parse_condition(value, chambers, default_of, here))
    if form == "consensus":
        return Consensus(_chamber(value, chambers, here))
    if isinstance(value, (str, Mapping)) or not isinstance(value, Sequence) or not value:
        raise ConditionError(
            f"found {_shown(value)} under {form!r}, expected a list with at least one entry; {_WRITE}", here
        )
    if form == "veto":
        return _veto(value, here)
    parts = tuple(
        parse_condition(part, chambers, default_of, (*here, place)) for place, part in enumerate(value)
    )
    return AllOf(parts) if form == "all" else AnyOf(parts)


def _leaf(data: Mapping[object, object], chambers: Sequence[str], default_of: Base, path: Path) -> Tally:
    write = (
        "write {chamber: NAME, yes: '>= 2/3', of: cast}, with no: or present: in place of yes: where meant"
    )
    for key in data:
        if key not in ("chamber", *_COUNTED, "of"):
            raise ConditionError(
                f"found the key {str(key)!r} beside chamber, expected yes, no, not_yes, present or of; {write}",
                (*path, str(key)),
            )
    chamber = _chamber(data["chamber"], chambers, (*path, "chamber"))
    counted = [key for key in _COUNTED if key in data]
    if len(counted) != 1:
        raise ConditionError(
            f"found {' and '.join(counted) or 'no threshold'}, expected one of yes, no, not_yes, present; {write}",
            path,
        )
    what = counted[0]
    threshold = _threshold(data[what], (*path, what))
    of = data.get("of", "all" if what in _OF_ALL else default_of)
    if of not in BASES:
        raise ConditionError(f"found of: {_shown(of)}, expected {', '.join(BASES)}; {write}", (*path, "of"))
    if "of" in data and threshold.counts:
        raise ConditionError(
            f"found of: {of} beside a count of votes, expected a share; leave of: out", (*path, "of")
        )
    if what in _OF_ALL and of != "all":
        raise ConditionError(
            f"found of: {of} beside {what}, expected all (a share of all votes); leave of: out", (*path, "of")
        )
    return Tally(chamber, what, threshold, of)  # type: ignore[arg-type]


def _veto(value: Sequence[object], path: Path) -> Veto:
    for place, member in enumerate(value):
        if (
            isinstance(member, bool)
            or not isinstance(member, (str, int))
            or (isinstance(member, int) and member < 0)
        ):
            raise ConditionError(
                f"found {_shown(member)} among the vetoing members, expected names; write veto: [CHN, USA]",
                (*path, place),
            )
        if value.index(member) != place:
            raise ConditionError(
                f"found {member} twice among the vetoing members, expected each once; write every name once",
                (*path, place),
            )
    return Veto(tuple(value))  # type: ignore[arg-type]


def _chamber(value: object, chambers: Sequence[str], path: Path) -> str:
    if not isinstance(value, str) or value not in chambers:
        raise ConditionError(
            f"found the chamber {_shown(value)}, expected one of {', '.join(chambers)}; write one of these",
            path,
        )
    return value


def _threshold(value: object, path: Path, hint: str = "") -> Threshold:
    try:
        return Threshold.parse(value)
    except ValueError as error:
        raise ConditionError(f"{error}{hint}", path) from None


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
