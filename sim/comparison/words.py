"""A comparison as sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.comparison.paired import compare
from sim.results import Results

__all__ = ["in_words"]


def in_words(
    results: Results, baseline: str | None = None, measures: Sequence[str] | str | None = None, level: float = 0.95
) -> str:
    """The comparison as text, a line for each policy and measure, that says no more than the interval allows.

    It calls a policy higher or lower where the interval leaves out 0, and says "no direction shown" where it holds
    0. That speaks of the runs of the study; whether their rules are right is another matter. Arguments and errors
    as in `compare`.
    """
    frame = compare(results, baseline, measures, level)
    first = results.policies[baseline or results.baseline]
    parts = []
    for policy, lines in frame.groupby("policy", sort=False):
        pairs = {_pairs(line) for line in lines.to_dict("records")}
        title = f"{results.policies[str(policy)]}, against {first}"
        said = [_sentence(line, level, len(pairs) > 1) for line in lines.to_dict("records")]
        parts.append("\n  ".join([f"{title} ({pairs.pop()}):" if len(pairs) == 1 else f"{title}:", *said]))
    return "\n\n".join(parts) or "There is one policy, so there is nothing to compare."


def _pairs(line: dict[Any, Any]) -> str:
    counted = ((line["n"], "pair"), (line["futures"], "future"))
    return " in ".join(f"{count} {word if count == 1 else word + 's'}" for count, word in counted)


def _sentence(line: dict[Any, Any], level: float, with_pairs: bool) -> str:
    if not line["n"]:
        return f"{line['measure']}: no pair of runs has a value"
    unit = f" {line['unit']}" if line["unit"] else ""
    said = (
        f"{line['statistic']} {line['difference']:+.3g}{unit} ({line['policy_value']:.4g} against "
        f"{line['baseline_value']:.4g}{', ' + _pairs(line) if with_pairs else ''})"
    )
    if np.isnan(line["low"]):
        return f"{line['measure']}: too few pairs for an interval; {said}"
    if line["low"] == line["high"] == 0.0:
        verdict = "no difference in these runs"
    elif line["low"] <= 0.0 <= line["high"]:
        verdict = "no direction shown"
    else:
        verdict = "higher" if line["difference"] > 0 else "lower"
    interval = f"{100 * level:g} % interval {line['low']:+.3g} to {line['high']:+.3g}"
    return f"{line['measure']}: {verdict}; {said}, {interval}"
