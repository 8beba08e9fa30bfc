"""What a charter may not say about other bodies and powers, although each value is well formed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.files.checks import Checker

__all__ = ["check_courting", "check_relations"]


def check_courting(check: Checker, charter: Mapping[str, Any]) -> None:
    """Refuse a power that is no state, and guests of a summit that are no groups."""
    if charter["framing"].get("power"):
        check.state(("framing", "power"), charter["framing"]["power"])
    check.group(("host_year", "guests"), charter["host_year"].get("guests"))


def check_relations(check: Checker, name: str, charter: Mapping[str, Any], bodies: Sequence[str]) -> None:
    """Refuse a relation of a body to itself, and payments for staying out of rivals where it has none."""
    for other in charter["relations"]:
        if other == name:
            check.bad(
                ("bodies", name, "relations", other),
                "a body has no relation to itself",
                "name another body",
                key=True,
            )
    rivals = [other for other, each in charter["relations"].items() if each["term"] == "rival" and other != name]
    if charter["side_payments"]["rule"] == "deter" and not set(rivals) & set(bodies):
        check.bad(
            ("bodies", name, "side_payments"),
            "it pays states for staying out of rival bodies, and calls no body of the scenario a rival",
            "write 'relations: {BODY: {term: rival}}', or 'side_payments: recruit'",
        )
