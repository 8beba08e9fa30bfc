"""What drives a measure, as tables for a terminal or a paper."""

from __future__ import annotations

from sim.comparison import PaperTable, figures
from sim.explore.influence import METHODS, Influence
from sim.results import Results

__all__ = ["MOST", "influence_sheets"]

MOST = 12
"""Inputs named in a table; the CSV holds all."""

_HEADS = {
    "morris": ("Mean absolute effect (μ*)", "Standard deviation of effects (σ)"),
    "sobol": ("Total index", "First-order index"),
    "scores": ("Score", "Chance scores up to"),
}
_WORDS = {
    "morris": "μ*: mean absolute change of the measure when an input moves over its whole range, were it linear; a σ "
    "as large as μ* tells of bends or of inputs that work together. Within a trajectory the luck is the same "
    "(Morris 1991; Campolongo, Cariboni and Saltelli 2007).",
    "sobol": "Total: share of the variance that would be left if all but this input were known, interactions included; "
    "first-order: share that goes if this input alone were known. Within a block the luck is the same, so that chance "
    "is no input here; what the first-order indices leave up to 1 is interactions and chance (Saltelli et al. 2010).",
    "scores": "How much extremely randomised trees lean on an input when they predict the measure (Geurts, Ernst and "
    "Wehenkel 2006); scores sum to 1 with that of an input of pure chance. What scores no more than chance is not told "
    "from noise. Intervals are the central 90 % of 40 bootstraps and tend to lie below a strong score.",
}


def influence_sheets(results: Results, found: Influence, most: int = MOST) -> tuple[PaperTable, ...]:
    """One table a policy: the level under the baseline, the differences of the others; strongest inputs first."""
    made = []
    first, second = _HEADS[found.method]
    for policy, lines in found.frame.groupby("policy", sort=False):
        look = str(lines["look"].iloc[0])
        rows = tuple(
            (
                str(row["input"]), {"number": "number", "rule": "rival rules", "draws": "joint draws"}[row["kind"]],
                figures(row["effect"]) or "–", f"{figures(row['low']) or '–'} to {figures(row['high']) or '–'}",
                figures(row["beside"]) or "–",
            )
            for row in lines.head(most).to_dict("records")
        )  # fmt: skip
        unit = f" ({found.unit})" if found.unit and found.method == "morris" else ""
        title = f"{found.column}, {look} of {results.policies[str(policy)]}: {METHODS[found.method]}"
        heads = ("Input", "Kind", f"{first}{unit}", "Interval", f"{second}{unit}")
        hidden = len(lines) - len(rows)
        more = (f"{hidden} weaker inputs are not shown.",) if hidden > 0 else ()
        made.append(PaperTable(title, heads, rows, (_size(results), _WORDS[found.method], *more)))
    return tuple(made)


def _size(results: Results) -> str:
    shape = results.manifest["shape"]
    return (
        f"Study {results.name}: design {results.manifest['design']['design']}, {shape['futures']} futures × "
        f"{shape['replicates']} replicates."
    )
