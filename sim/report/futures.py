"""What futures differ in: the design, each uncertainty with its distribution, unit and source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.choices import Parameter
from sim.files.lookup import parameter_at
from sim.files.markup import number, value_in_words
from sim.report.sheet import Sheet, plain, shortened
from sim.results import Results
from sim.study.distributions import form_name

__all__ = ["design_in_words", "uncertainties"]

DESIGNS = {
    "latin_hypercube": "a Latin hypercube: each range is cut into as many equal parts as there are futures, and each "
    "part is used once",
    "sobol": "points of a Sobol sequence, spread evenly over all ranges",
    "grid": "a grid: every value with every other",
    "list": "a list of futures, written out in the study",
    "one_at_a_time": "one uncertainty moved at a time, the others at their middle",
    "morris": "Morris trajectories: from one future to the next a single uncertainty moves",
    "saltelli": "blocks of a Saltelli design for Sobol indices: within a block futures share their luck",
    "replicates_only": "one future; runs differ by chance alone",
}


def design_in_words(results: Results) -> str:
    """One paragraph on the size of the study, its futures and its luck."""
    manifest, design = results.manifest, results.manifest["design"]
    shape, kind = manifest["shape"], str(design.get("design") or "")
    base = manifest["scenarios"][results.baseline]
    said = [
        f"{_counted(shape['policies'], 'policy', 'policies')} × {_counted(shape['futures'], 'future')} × "
        f"{_counted(shape['replicates'], 'replicate')} = {_counted(manifest['runs'], 'run')}, each of "
        f"{_counted(base['years'], 'year')} from the end of {base['start']}.",
        f"Futures: {DESIGNS.get(kind, kind.replace('_', ' '))}.",
        "Every policy meets the same futures with the same luck, so that a difference between two policies is due to "
        "the policies. Replicates of one future share its uncertainties and differ by chance.",
    ]
    return " ".join([*said, *(str(note) for note in design.get("notes") or ())])


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def uncertainties(results: Results) -> Sheet | None:
    """The table of uncertainties, None where futures differ in nothing; a source is that of the parameter."""
    futures = results.manifest.get("study", {}).get("futures") or {}
    forms = dict(futures.get("uncertainties") or {})
    paths = list(results.manifest["design"]["paths"])
    rows = [row for path, form in forms.items() for row in _rows(results, path, form, paths)]
    told = {row[0] for row in rows} | set(forms)
    rows += [_row(results, path, _taken(results, path)) for path in paths if path not in told]
    if not rows:
        return None
    heads = ("Uncertain", "What it is", "Futures take", "Unit", "Default", "Source of the default and its range")
    notes = (
        "Distributions are the study's. The source is that of the parameter; an assumption is a judgement of the "
        "modellers, to be argued with. Results count all futures alike: they are not weighted by how likely they are.",
    )
    return plain("Uncertainties", heads, rows, notes)


def _rows(results: Results, path: str, form: Mapping[str, Any], paths: list[str]) -> list[tuple[str, ...]]:
    if form_name(form) != "draws":
        return [_row(results, path, _distribution(form))]
    plainly = set(results.manifest["study"]["futures"]["uncertainties"])
    joint = [each for each in paths if each not in plainly]
    digest = str(form.get("digest") or "")
    head = (path, "numbers that were estimated together and stay together",
            f"a row of the table of draws '{form['draws']}', all rows equally likely", "", "",
            f"digest {digest[:16]}" if digest else "")  # fmt: skip
    return [head, *(_row(results, each, f"joint draws, {_taken(results, each)}") for each in joint)]


def _row(results: Results, path: str, taken: str) -> tuple[str, ...]:
    known = _parameter(results, path)
    if known is None:
        return path, "", taken, "", "", ""
    return path, known.text, taken, known.unit, value_in_words(known.default), _source(known)


def _source(known: Parameter) -> str:
    said = shortened(known.source, 220)
    if known.low is None or known.high is None:
        return said
    return f"{said}; plausible {number(known.low)} to {number(known.high)}"


def _parameter(results: Results, path: str) -> Parameter | None:
    for scenario in results.manifest["scenarios"].values():
        found = parameter_at(scenario, path)
        if found is not None:
            return found
    return None


def _taken(results: Results, path: str) -> str:
    """The values of the design at a path: their span, or the list of what is no number."""
    design = results.manifest["design"]
    values = [row[design["paths"].index(path)] for row in design["values"]]
    numbers = [each for each in values if isinstance(each, int | float) and not isinstance(each, bool)]
    if numbers and len(numbers) == len(values):
        return f"from {number(min(numbers))} to {number(max(numbers))}"
    return shortened("one of " + "; ".join(dict.fromkeys(value_in_words(each) for each in values)), 200)


def _distribution(form: Mapping[str, Any]) -> str:
    """A distribution in words.

    >>> _distribution({"triangular": [0.03, 0.16, 0.35]}), _distribution({"choice": ["abs", "adaptive"]})
    ('triangular, 0.03 to 0.35, peak at 0.16', 'one of abs; adaptive')
    """
    kind = form_name(form)
    given = form[kind]
    if kind == "triangular":
        return f"triangular, {number(given[0])} to {number(given[2])}, peak at {number(given[1])}"
    if kind == "normal":
        cut = form.get("bounds")
        within = f", cut at {number(cut[0])} and {number(cut[1])}" if cut else ""
        return f"normal, mean {number(given[0])}, standard deviation {number(given[1])}{within}"
    if kind == "choice":
        return shortened("one of " + "; ".join(value_in_words(each) for each in given), 200)
    name = {"uniform": "uniform", "loguniform": "log-uniform", "integer": "a whole number"}[kind]
    return f"{name}, {number(given[0])} to {number(given[1])}"
