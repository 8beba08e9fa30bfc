"""What drives a measure: the strongest inputs of each policy with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.lines import Line2D

from sim.plots.fitting import wrapped
from sim.plots.style import GREY, StudyFigure, page, plain_axis, policy_style, styled, text_page
from sim.plots.wording import label_of, plain_label, rests_on, title_of, unit_of
from sim.results import Results

if TYPE_CHECKING:  # its module needs the extra `analysis`, a figure does not
    from sim.explore.influence import Influence

__all__ = ["drivers"]

MOST, PANELS = 10, 4
_WORDS = {
    "morris": ("mean absolute elementary effect over the whole range, μ*", "standard deviation of effects, σ"),
    "sobol": ("total Sobol index (share of variance)", "first-order index"),
    "scores": ("feature score (share)", "what pure chance scores at most"),
}
_INTERVAL = {
    "morris": "bars: 95 % bootstrap intervals over trajectories",
    "sobol": "bars: 95 % bootstrap intervals over blocks",
    "scores": "bars: central 90 % of 40 bootstraps",
}


@styled
def drivers(results: Results, found: Influence) -> StudyFigure:
    """The ten strongest inputs of the level under the baseline and of the differences to it, a panel a policy.

    Takes what `sim.explore.influence.influence` found; up to four policies.
    """
    title = f"What drives {title_of(found.column)}"
    policies = list(dict.fromkeys(found.frame["policy"]))
    if not policies:
        return text_page(title, " ".join([*found.notes, *found.warnings]) or "Nothing was found.",
                         rests_on(results, list(results.policies)))  # fmt: skip
    shown = policies[:PANELS]
    first, second = _WORDS[found.method]
    unit = unit_of(found.column) if found.method == "morris" else ""
    rows = {policy: found.frame[found.frame["policy"] == policy].head(MOST) for policy in shown}
    shape = results.manifest["shape"]
    more = f" {len(policies) - PANELS} further policies are not shown." if len(policies) > PANELS else ""
    hidden = int(found.frame.groupby("policy").size().max()) - MOST
    weaker = f" {hidden} weaker inputs are not shown." if hidden > 0 else ""
    caption = (
        f"n = {shape['futures']} futures × {shape['replicates']} replicates, design "
        f"{results.manifest['design']['design'].replace('_', ' ')}; {_INTERVAL[found.method]}; an input counts for the "
        f"range the study gives it. Open mark: {second}.{weaker}{more} "
        f"{' '.join(f'{each.rstrip(chr(46))}.' for each in (*found.notes, *found.warnings))} "
        f"{rests_on(results, shown)}"
    )
    legend = [
        (Line2D([], [], color="black", marker="o", linestyle="-", markersize=4.5), first),
        (Line2D([], [], color=GREY, marker="D", markerfacecolor="white", linestyle="none", markersize=4.5), second),
    ]
    figure = page(title, caption, sum(0.17 * len(each) + 0.55 for each in rows.values()) + 0.1, legend=legend)
    ratios = [0.17 * len(each) + 0.4 for each in rows.values()]
    grid = figure.subplots(len(shown), 1, squeeze=False, gridspec_kw={"height_ratios": ratios})[:, 0]
    for axes, (policy, lines) in zip(grid, rows.items(), strict=True):
        look = policy_style(list(results.policies).index(policy))
        for place, row in enumerate(lines.to_dict("records")):
            axes.plot([row["low"], row["high"]], [place, place], color=look.colour, linewidth=1.2)
            axes.plot([row["effect"]], [place], marker="o", color=look.colour, markersize=4.5)
            axes.plot([row["beside"]], [place], marker="D", color=GREY, markerfacecolor="white", markersize=4.0,
                      linestyle="none")  # fmt: skip
        axes.set_yticks(range(len(lines)), [wrapped(str(name), 44) for name in lines["input"]])
        axes.set_ylim(len(lines) - 0.4, -0.6)
        axes.axvline(0.0, color="#bbbbbb", linewidth=0.6, zorder=0)
        axes.tick_params(axis="y", length=0)
        level = str(lines["look"].iloc[0]) == "level"
        axes.set_title(
            f"{label_of(results, policy)}: the level"
            if level
            else f"{label_of(results, policy)} less {plain_label(results, _base(results, found))}"
        )
        plain_axis(axes.xaxis, 5)
    grid[-1].set_xlabel(f"{first}{f' ({unit})' if unit else ''}")
    return figure


def _base(results: Results, found: Influence) -> str:
    level = found.frame[found.frame["look"] == "level"]["policy"]
    return str(level.iloc[0]) if len(level) else results.baseline
