"""Figures of a report, embedded: SVG where that is small, PNG where not, left out where the page grows too large."""

from __future__ import annotations

import base64
import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sim.comparison import with_policies
from sim.errors import SimError
from sim.plots import (
    by_groups,
    differences,
    divide_fan,
    dues_and_allocations,
    membership_strip,
    power_against_share,
    regret_map,
    satisficing_bars,
    tradeoffs,
    trajectories,
)
from sim.plots.differences import headline_columns
from sim.plots.style import StudyFigure
from sim.plots.trajectories import headline_series
from sim.plots.wording import bodies_of, body_of, body_title
from sim.report.findings import asked
from sim.results import Results
from sim.robustness import Robustness, robustness

__all__ = ["BUDGET", "Picture", "pictures"]

BUDGET = 4_200_000
"""Bytes of all figures of a page together, as they stand in it: with tables and words it stays below 5 MB."""
VECTOR = 330_000
"""Bytes up to which a figure is embedded as SVG."""
MOST_BODIES = 2
MOST_DRAWN = 8
"""Policies drawn where there are too many to draw all: a line's colour and dash are told apart up to here."""
TALL, PAGE = 0.95, 1.15
"""Height of a figure by its width from where it has half a page and more, and a whole page, in print."""
MOST_POLICIES = 12
"""Policies beyond which lines and rows of a figure can no longer be told apart."""
_COORDINATE = re.compile(rb"(?<=[0-9])\.([0-9]{2})[0-9]+")
_GLYPH = re.compile(r"Glyph .* missing from font", re.DOTALL)
NO_LETTER = "Some letters of a title are missing from the font of this figure; the tables show them."
_PATH = re.compile(rb'(?<= d=")[^"]*')


@dataclass(frozen=True)
class Picture:
    """A figure as a data address with the words that stand for it, or the reason why there is none."""

    name: str
    address: str
    words: str
    reason: str = ""
    note: str = ""
    shape: str = ""


Recipe = tuple[str, str, Callable[[], StudyFigure]]


def pictures(results: Results, verdict: Robustness | None, budget: int = BUDGET) -> Mapping[str, list[Picture]]:
    """The figures by section: found, over-time, gains, choosing, power; those without a subject carry the reason.

    None is drawn where `budget`, in bytes, is 0.
    """
    found: dict[str, list[Picture]] = {}
    if budget <= 0:
        return found
    if len(results.policies) > MOST_POLICIES:
        drawn = _nearest(results, verdict)
        said = (
            f"{len(drawn)} of {len(results.policies)} policies are drawn here, because more could not be told apart: "
            "the baseline, and those with the best and the worst mean of a criterion, a criterion after the other: "
            f"{', '.join(f'“{results.policies[name]}”' for name in drawn)}. The tables hold all."
        )
        for section in ("over-time", "gains", "power", "choosing"):
            more = " Trade-offs and regret rest on all policies, and are not drawn." if section == "choosing" else ""
            found[section] = [Picture("", "", "", note=said + more)]
    for section, name, make in _recipes(results, verdict):
        picture, size = _embedded(name, make, budget)
        budget -= size
        found.setdefault(section, []).append(picture)
    return found


def _recipes(results: Results, verdict: Robustness | None) -> Iterator[Recipe]:
    columns, series = list(dict.fromkeys([*asked(results), *headline_columns(results)])), headline_series(results)
    several = 1 < len(results.policies) <= MOST_POLICIES
    whole, bodies = results, _bodies(results)
    if len(results.policies) > MOST_POLICIES:
        results = with_policies(results, _nearest(results, verdict))
        verdict = verdict and robustness(results)
    for body in ("", *bodies):
        named = body_title(body) if body else "the world"
        own = [name for name in columns if body_of(name) == body]
        if own and several:
            yield "found", f"Differences to the baseline: {named}", partial(differences, results, None, own)
        lines = [name for name in series if body_of(name) == body]
        if lines and len(results.policies) <= MOST_POLICIES:
            yield "over-time", f"Over time: {named}", partial(trajectories, results, lines)
    if len(results.policies) <= MOST_POLICIES:
        yield "gains", "Service of AI by income group", partial(divide_fan, results)
        yield "gains", "Measures by income group", partial(by_groups, results, "", "income group")
        for body in bodies:
            yield "gains", f"Dues and allocations: {body_title(body)}", partial(dues_and_allocations, results, body)
            if "nations" in results.manifest["tables"] and results.expected <= 5_000:
                yield "gains", f"Who is inside: {body_title(body)}", partial(membership_strip, results, body)
            yield "power", f"Voting power: {body_title(body)}", partial(power_against_share, results, body)
    if several and verdict is not None:
        yield "choosing", "Trade-offs", partial(tradeoffs, results, verdict=verdict)
        yield "choosing", "Regret", partial(regret_map, results, verdict=verdict)
    if len(results.policies) > 1 and verdict is not None:
        yield "choosing", "Thresholds", partial(satisficing_bars, results, verdict=verdict)
    if len(whole.policies) > MOST_POLICIES:
        yield from _forests(whole, columns, bodies)  # the heaviest come last: what they show stands in tables too


def _forests(results: Results, columns: list[str], bodies: list[str]) -> Iterator[Recipe]:
    """Differences of every policy, the baseline and eleven others a figure."""
    others = [name for name in results.policies if name != results.baseline]
    slices = [others[start : start + MOST_POLICIES - 1] for start in range(0, len(others), MOST_POLICIES - 1)]
    for number, names in enumerate(slices, start=1):
        part = with_policies(results, [results.baseline, *names])
        for body in ("", *bodies):
            own = [name for name in columns if body_of(name) == body]
            if own and (not body or any(body in bodies_of(part, name) for name in names)):
                told = f"Differences to the baseline: {body_title(body) if body else 'the world'}"
                yield "found", f"{told} ({number} of {len(slices)})", partial(differences, part, None, own)


def _nearest(results: Results, verdict: Robustness | None) -> list[str]:
    """The policies to draw of too many: the baseline, and the best and the worst mean of a criterion, one by one."""
    ranked = [] if verdict is None else [
        frame.sort_values("mean", kind="stable")["policy"].astype(str).tolist()
        for _, frame in verdict.by_measure.dropna(subset=["mean"]).groupby("measure", sort=False)
    ]  # fmt: skip
    first = [results.baseline, *(names[end] for names in ranked for end in (-1, 0)), *results.policies]
    kept = list(dict.fromkeys(first))[:MOST_DRAWN]
    return [name for name in results.policies if name in kept]


def _bodies(results: Results) -> list[str]:
    """The bodies that policies differ in, or all where there is nothing to tell apart; the first two."""
    names = list(dict.fromkeys(body for policy in results.policies for body in bodies_of(results, policy)))
    base = bodies_of(results, results.baseline)
    varied = [
        body
        for body in names
        if any(bodies_of(results, policy).get(body) != base.get(body) for policy in results.policies)
    ]
    return (varied or names)[:MOST_BODIES]


def _embedded(name: str, make: Callable[[], StudyFigure], budget: int) -> tuple[Picture, int]:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        picture, size = _drawn(name, make, budget)
    kept = [each for each in warned if not _GLYPH.match(str(each.message))]
    for each in kept:
        warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
    return (replace(picture, note=NO_LETTER) if len(kept) < len(warned) else picture), size


def _drawn(name: str, make: Callable[[], StudyFigure], budget: int) -> tuple[Picture, int]:
    try:
        figure = make()
    except (SimError, KeyError) as error:
        # votes are counted by today's engine, which may ask for what did not exist when the results were made
        reason = f"results of another version of the code, which this one cannot draw ({type(error).__name__}: {error})"
        return Picture(name, "", "", reason), 0
    if figure.reason:
        return Picture(name, "", "", figure.reason), 0
    figure.fix_layout()
    address = _address("svg+xml", _slim(_saved(figure, "svg")))
    if len(address) > VECTOR:
        address = min(address, _address("png", _saved(figure, "png")), key=len)
    if len(address) > budget:
        return Picture(name, "", "", "the page would grow beyond 5 MB; waico compare DIR --all-plots draws it"), 0
    wide, high = figure.get_size_inches()
    shape = "page" if high > PAGE * wide else "tall" if high > TALL * wide else ""
    return Picture(name, address, f"{name}. {figure.caption}", shape=shape), len(address)


def _saved(figure: StudyFigure, kind: str) -> bytes:
    buffer = io.BytesIO()
    options: dict[str, Any] = {"dpi": 200} if kind == "png" else {}
    figure.savefig(buffer, format=kind, **options)
    return buffer.getvalue()


def _slim(svg: bytes) -> bytes:
    """An SVG whose paths have two places behind the point: a hundredth of a point is nothing to the eye.

    >>> _slim(b'<path d="M 1.234567 20.5 L 3.1 4.999999" transform="scale(0.015625)"/>')
    b'<path d="M 1.23 20.5 L 3.1 4.99" transform="scale(0.015625)"/>'
    """
    return _PATH.sub(lambda found: _COORDINATE.sub(rb".\1", found[0]), svg)


def _address(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"
