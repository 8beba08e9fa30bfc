"""Which columns of `runs` a comparison is about."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from sim.errors import ChoiceError
from sim.measures import headline_columns, metadata_of
from sim.results import Results

__all__ = ["better_of", "columns_of", "headlines", "known_policy", "unit_of", "unknown_measure"]


def headlines(results: Results) -> list[str]:
    """Columns of `runs` that a comparison shows unless told otherwise: see `sim.measures.headline_columns`."""
    return headline_columns(results.schema.measures)


def unknown_measure(results: Results, name: str) -> ChoiceError:
    """The error for a measure that the results do not have: the nearest names, or the headline ones."""
    known = list(results.schema.measures)
    plain, _, part = name.rpartition(".") if name.endswith((".end", ".mean")) else (name, "", "")
    near = [each + (f".{part}" if part else "") for each in difflib.get_close_matches(plain, known, 3)]
    asked = f"write {' or '.join(near)}" if near else f"they have {', '.join(headlines(results))}"
    return ChoiceError(f"the results have no measure '{name}'; {asked} (docs/measures.md says what {len(known)} mean)")


def columns_of(results: Results, measures: Sequence[str] | str | None) -> list[str]:
    """Columns of `runs` from names of measures (both parts) or columns; `ChoiceError` for unknown ones."""
    if measures is None:
        return headlines(results)
    known = {column for name in results.schema.measures for column in (f"{name}.end", f"{name}.mean")}
    found: list[str] = []
    for name in [measures] if isinstance(measures, str) else measures:
        if name in known:
            found.append(name)
        elif name in results.schema.measures:
            found += [f"{name}.end", f"{name}.mean"]
        else:
            raise unknown_measure(results, name)
    return found


def known_policy(results: Results, policy: str | None) -> str:
    """The policy named, by default the study's baseline; `ChoiceError` for an unknown one."""
    policy = policy or results.baseline
    if policy not in results.policies:
        raise ChoiceError(f"there is no policy '{policy}'; write one of: {', '.join(results.policies)}")
    return policy


def unit_of(column: str) -> str:
    """The unit of a column, blank where it has none."""
    return str(metadata_of(column).get("unit", ""))


def better_of(column: str) -> int:
    """1 where more is better, -1 where less is, 0 where the model takes no side.

    >>> better_of("gdp_gain.end"), better_of("expected_loss.mean"), better_of("tension.end")
    (1, -1, 0)
    """
    return int(metadata_of(column).get("better", 0) or 0)
