"""Words of figures: titles of measures, units on axes, and captions that say what a figure rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.errors import ChoiceError
from sim.files.documents import evidence_counts
from sim.measures import metadata_of
from sim.results import Results

__all__ = [
    "NothingToShowError",
    "bodies_of",
    "body_of",
    "body_title",
    "chosen",
    "is_flow",
    "is_heavy",
    "known_body",
    "label_of",
    "plain_label",
    "rests_on",
    "shape_of",
    "subject_of",
    "title_of",
    "unit_of",
]

_TITLES = {
    "net_south_share": "net transfers per GDP of the South",
    "dues_kakwani": "progressivity of dues (Kakwani)",
    "gdp_gain": "World product gained by AI",
    "service_gini": "AI divide (Gini of service)",
    "safety": "Safety effort of firms",
    "expected_loss": "Expected loss",
    "realised_loss": "Realised loss",
    "fragmentation": "Fragmentation of AI rules",
    "members": "members",
    "inside": "signatories and members",
    "gdp_share": "share of world product",
    "host_votes": "host's share of votes",
    "net_to_south": "net transfers to the South",
}
_CAPITALS = {"gdp": "GDP", "ai": "AI", "ldc": "LDC", "oecd": "OECD", "gpai": "GPAI", "south": "South"}


class NothingToShowError(ChoiceError):
    """A figure has no subject in these results; the message says why and what would give it one."""


def body_title(body: str) -> str:
    """A body's name as a reader expects it.

    >>> body_title("waico"), body_title("the_club")
    ('WAICO', 'the club')
    """
    return body.upper() if len(body) <= 6 and body.isalnum() else body.replace("_", " ")


def _words(name: str) -> str:
    return " ".join(_CAPITALS.get(word, word) for word in name.split("_"))


def _parts(column: str) -> tuple[str, str, str]:
    """Body, measure and group of a column, blank where there is none."""
    parts = column.removesuffix(".end").removesuffix(".mean").split(".")
    if len(parts) == 1:
        stem, broken_down, _ = str(metadata_of(column).get("name", "")).partition("_by_")
        return ("", stem, parts[0].removeprefix(f"{stem}_")) if broken_down else ("", parts[0], "")
    return parts[0], parts[1], parts[2] if len(parts) > 2 else ""


def body_of(column: str) -> str:
    """The body a column belongs to, blank for the world.

    >>> body_of("waico.members.end"), body_of("gdp_gain_low_income.mean")
    ('waico', '')
    """
    return _parts(column)[0]


def title_of(column: str, *, with_body: bool = True) -> str:
    """A title for a measure; a name without one of its own becomes words.

    >>> title_of("waico.members.low_income.end"), title_of("active_firms")
    ('WAICO: members, low income', 'Active firms')
    >>> title_of("capability_lag_low_income")
    'Capability lag, low income'
    """
    body, measure, group = _parts(column)
    title = _TITLES.get(measure, _words(measure))
    if group:
        title += f", {_words(group.removeprefix('tier_'))}"
    if body and with_body:
        return f"{body_title(body)}: {title}"
    return title[:1].upper() + title[1:]


def subject_of(columns: Sequence[str]) -> str:
    """Whose measures these are: the world's, a body's, or those of several.

    >>> subject_of(["gdp_gain", "waico.members"]), subject_of(["waico.members.end"])
    ('The world, WAICO', 'WAICO')
    """
    return ", ".join(dict.fromkeys(body_title(body_of(each)) if body_of(each) else "The world" for each in columns))


def unit_of(column: str) -> str:
    """The unit of a column for an axis; a measure without a unit says so."""
    return str(metadata_of(column).get("unit", "")) or "no unit"


def is_heavy(column: str) -> bool:
    """Whether the tail is so heavy that only quantiles are shown."""
    return bool(metadata_of(column).get("heavy")) or "realised_loss" in column


def is_flow(column: str) -> bool:
    """Whether the column is summed over a year, so that its start row is no observation."""
    return unit_of(column).endswith("/year") or is_heavy(column)


def chosen(results: Results, policies: Sequence[str] | str | None) -> list[str]:
    """Names of policies in the study's order; all for None; `ChoiceError` for an unknown one."""
    if policies is None:
        return list(results.policies)
    asked = [policies] if isinstance(policies, str) else list(policies)
    for name in asked:
        if name not in results.policies:
            raise ChoiceError(f"there is no policy '{name}'; write one of: {', '.join(results.policies)}")
    return [name for name in results.policies if name in asked]


def bodies_of(results: Results, policy: str) -> Mapping[str, Any]:
    """The charters of a policy's scenario by body."""
    return results.manifest["scenarios"][policy].get("bodies") or {}


def known_body(results: Results, body: str | None) -> str:
    """The body asked for, or the first one of the study."""
    found = list(dict.fromkeys(name for policy in results.policies for name in bodies_of(results, policy)))
    if body is None and found:
        return found[0]
    if body in found:
        return str(body)
    if not found:
        raise NothingToShowError("no policy of this study has a body; name one under bodies: in its scenario")
    raise ChoiceError(f"there is no body '{body}'; write one of: {', '.join(found)}")


def plain_label(results: Results, policy: str) -> str:
    """A policy's title, cut where it is long."""
    title = results.policies[policy].strip().rstrip(".")
    return title if len(title) <= 34 else f"{title[:32].rstrip()} …"


def label_of(results: Results, policy: str) -> str:
    """A policy's title as a label; the baseline says so."""
    title = plain_label(results, policy)
    return f"{title} (baseline)" if policy == results.baseline and len(results.policies) > 1 else title


def shape_of(results: Results, policies: Sequence[str]) -> str:
    """Policies x futures x replicates, and how many runs are done."""
    runs = results.read("runs", ["policy", "status"], {"policy": list(policies)})
    good = int((runs["status"] == "ok").sum())
    shape = results.manifest["shape"]
    counted = [
        f"{count} {word if count != 1 else word[:-1].replace('policie', 'policy')}"
        for word, count in (
            ("policies", len(policies)), ("futures", shape["futures"]), ("replicates", shape["replicates"]),
        )
    ]  # fmt: skip
    asked = len(policies) * shape["futures"] * shape["replicates"]
    missing = "" if good == asked else f" of {asked}"
    return f"{' × '.join(counted)}, n = {good}{missing} {'run' if good == 1 else 'runs'}"


def _assumed(results: Results, policies: Sequence[str], body: str | None) -> str:
    """How many charter rules in force are assumed, by policy; those alike are named once."""
    found: dict[tuple[int, int], list[str]] = {}
    for policy in policies:
        charters = bodies_of(results, policy)
        kept = [charter for name, charter in charters.items() if body is None or name == body]
        try:
            counts = [evidence_counts(charter) for charter in kept]
        except (KeyError, TypeError):  # scenarios of another engine know no evidence
            return ""
        if counts:
            pair = sum(assumed for assumed, _ in counts), sum(total for _, total in counts)
            found.setdefault(pair, []).append(plain_label(results, policy))
    if not found:
        return "No charter rules in force."
    if len(found) == 1:
        (assumed, total), _ = next(iter(found.items()))
        return f"Assumed charter rules: {assumed} of {total} in force."
    each = "; ".join(f"{' / '.join(names)} {assumed} of {total}" for (assumed, total), names in found.items())
    return f"Assumed charter rules of those in force: {each}."


def rests_on(results: Results, policies: Sequence[str], body: str | None = None) -> str:
    """The end of every caption: study, seed, size, and how many of the rules in force are assumed."""
    title = results.manifest["title"]
    named = f"{results.name} ({title.strip().rstrip('.')})" if title and len(results.policies) > 1 else results.name
    where = f"Study {named}, seed {results.manifest['seed']}: {shape_of(results, policies)}."
    return " ".join(part for part in (where, _assumed(results, policies, body)) if part)
