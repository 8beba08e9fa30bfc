"""docs/validation.md and its figures: what was compared, how near it came, and what is left out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.lines import Line2D

from sim.plots.style import GREY, in_style, page, plain_axis, policy_style
from sim.rules.textbook import contest, dsair, precipice
from validation.race import BASE, ROW, SPREADS, adaptive_risk, dsair_rule

__all__ = ["write"]

SUBJECTS = (
    ("power.", "Voting power"), ("coalition.", "Stable coalitions"), ("race.", "The race"),
    ("inequality.", "Inequality"), ("concentration.", "Concentration"), ("dues.", "Dues"),
    ("diffusion.", "Diffusion"), ("convergence.", "Convergence"), ("growth.", "Growth"), ("vote.", "Votes"),
    ("sensitivity.", "Sensitivity"), ("discovery.", "Scenario discovery"),
)  # fmt: skip
FAILED = "#b00020"


def subject_of(row: dict[str, str]) -> str:
    """The subject a target belongs to."""
    return next(title for start, title in SUBJECTS if row["id"].startswith(start))


def draw_distances(rows: list[dict[str, str]], folder: Path) -> None:
    """One mark a target: how much of its tolerance it uses."""
    judged = [row for row in rows if row["verdict"] in ("pass", "fail")]
    titles = [title for _, title in SUBJECTS if any(subject_of(row) == title for row in judged)]
    caption = (
        "One mark a target: the largest difference of its figures from the expected ones, as a share of the "
        "tolerance stated for it (1e-9 for most exact figures, half a unit of the last printed digit for printed "
        f"ones). Differences below 1e-6 of the tolerance, and none at all, stand at the left edge. n = {len(judged)} "
        f"targets; {sum(row['verdict'] == 'fail' for row in judged)} beyond the line."
    )
    with in_style():
        figure = page("How much of its tolerance each target uses", caption, 3.4)
        axis = figure.subplots()
        for place, title in enumerate(titles):
            own = [row for row in judged if subject_of(row) == title]
            share = np.clip([float(row["used"]) for row in own], 1e-6, 15.0)
            spread = np.linspace(-0.3, 0.3, len(own)) if len(own) > 1 else np.zeros(1)
            colours = [FAILED if row["verdict"] == "fail" else policy_style(1).colour for row in own]
            axis.scatter(share, place + spread, s=9, c=colours, linewidths=0, alpha=0.8)
        axis.axvline(1.0, color=FAILED, linewidth=1.0)
        axis.set_xscale("log")
        axis.set_xlim(5e-7, 20.0)
        axis.set_xlabel("difference / tolerance (the line is the tolerance)")
        counts = Counter(subject_of(row) for row in judged)
        axis.set_yticks(range(len(titles)), [f"{title} ({counts[title]})" for title in titles])
        axis.set_ylim(len(titles) - 0.4, -0.6)
        figure.fix_layout()
    figure.savefig(folder / "validation.png", dpi=130)


def draw_race(folder: Path) -> None:
    """The race: published curves, and what the rules do."""
    names = ("no information", "private", "public", "adaptive, default rule")
    looks = [policy_style(place) for place in (0, 1, 2, 3)]
    legend: list[tuple[Any, str]] = [
        (Line2D([], [], color=look.colour, linestyle=look.dashes if place < 3 else "", marker="" if place < 3 else "D"),
         name)
        for place, (name, look) in enumerate(zip(names, looks, strict=True))
    ]  # fmt: skip
    caption = (
        "Upper: probability of disaster in the race to the precipice of two teams (Armstrong, Bostrom and Shulman "
        "2016) by the range mu of capability; lines are the closed forms, diamonds the default rule in that case "
        "(one decision, foresight 1, 4,000 races each). Lower left: share of unsafe firms in the race for supremacy "
        "(Han and others 2020; b 4, c 1, B 10,000, W 100, Z 100, beta 0.01) through the rule dsair; dashed lines are "
        "the two thresholds for s = 1.5. Lower right: chance that a win is safe in the safety-performance contest, by "
        "the price theta that safety pays for performance, d = 1, r = 0.05."
    )
    with in_style():
        figure = page("The race: published models and the rules of the model", caption, 4.6, legend=legend)
        (left, right), (lower_left, lower_right) = figure.subplots(2, 2)
        grid = np.linspace(0.05, 8.0, 300)
        functions = (precipice.risk_without_information, precipice.risk_with_private_information,
                     precipice.risk_with_public_information)  # fmt: skip
        for axis, enmity in ((left, 0.5), (right, 1.0)):
            for function, look in zip(functions, looks, strict=False):
                axis.plot(grid, function(grid, 2, enmity), color=look.colour, linestyle=look.dashes)
            found = [adaptive_risk(2, spread, enmity) for spread in SPREADS]
            axis.plot(SPREADS, found, "D", color=looks[3].colour, markersize=4)
            axis.set_title(f"Precipice, enmity {enmity:g}")
            axis.set_xlabel("mu: range of capability, in units of effort")
            axis.set_ylabel("probability of disaster")
            axis.set_ylim(-0.03, 1.03)
        risks = np.linspace(0.0, 1.0, 201)
        for speed, place in ((1.5, 0), (2.0, 1), (4.0, 2)):
            look = policy_style(place + 4)
            share = [share_unsafe(float(risk), speed) for risk in risks]
            lower_left.plot(risks, share, color=look.colour, label=f"s = {speed:g}")
        for line in (dsair.social_preference(*BASE, 1.5), dsair.risk_dominance(*BASE, 1.5)):
            lower_left.axvline(line, color=GREY, linestyle=(0, (3, 2)), linewidth=0.8)
        lower_left.set_title("Race for supremacy")
        lower_left.set_xlabel("p_r: chance that an unsafe team loses all")
        lower_left.set_ylabel("share of unsafe firms")
        lower_left.legend(loc="lower left")
        thetas = np.linspace(0.0, 0.9, 91)
        for number, place in ((2, 0), (3, 1), (10, 2)):
            row = {**ROW, "price": 0.05}
            sigma = contest.symmetric_equilibrium(float(number), **row, tradeoff=thetas).sigma
            look = policy_style(place + 4)
            lower_right.plot(thetas, sigma, color=look.colour, label=f"{number} firms")
        lower_right.set_title("Safety-performance contest")
        lower_right.set_xlabel("theta: safety lost to performance")
        lower_right.set_ylabel("chance of a safe win")
        lower_right.set_ylim(-0.03, 1.03)
        lower_right.legend(loc="lower left")
        for axis in (left, right, lower_left, lower_right):
            plain_axis(axis.xaxis)
            plain_axis(axis.yaxis)
        figure.fix_layout()
    figure.savefig(folder / "validation-race.png", dpi=130)


def share_unsafe(disaster: float, speed: float) -> float:
    """Share of unsafe firms among a hundred: the rule at s = 1.5, its function at other speeds."""
    if speed == 1.5:
        return dsair_rule(disaster)
    odds = float(dsair.log_odds_of_unsafe(dsair.payoffs(*BASE, speed, disaster), 100, 0.01))
    return float(1.0 / (1.0 + np.exp(-np.clip(odds, -700.0, 700.0))))


def text(rows: list[dict[str, str]]) -> str:
    """The page."""
    count = Counter(row["verdict"] for row in rows)
    lines = [
        "# Validation",
        "",
        "Written by `make validate` (`tools/validate.py`); do not edit. It compares what the components of the project",
        "compute with published and exact figures: voting power, stable coalitions, the race, inequality and dues,",
        "diffusion, votes, sensitivity. The figures, each with its source and tolerance, stand in",
        "`tools/validation/targets.csv`, beside the code that computes the other side of the comparison; the result is",
        "`results/reference/validation.csv`. *Recalled* in a source means that the printed table was not read again",
        "and the figure was recomputed from the model it names. Properties that hold for any such case, not only for",
        "these, are tested in `tests/power`, `tests/theory` and `tests/rules`.",
        "",
        f"**{len(rows)} targets: {count['pass']} pass, {count['fail']} fail, {count['not_covered']} not covered.**",
        "A target passes where every figure of it lies within its tolerance. This says that the parts are what they",
        "claim to be; it does not say that the world behaves like them, for which see",
        "[the record of plausibility](sanity.md).",
        "",
        "![How much of its tolerance each target uses](figures/validation.png)",
        "",
        "| subject | pass | fail | not covered |",
        "|---|---|---|---|",
    ]
    for _, title in SUBJECTS:
        own = Counter(row["verdict"] for row in rows if subject_of(row) == title)
        lines.append(f"| {title} | {own['pass']} | {own['fail']} | {own['not_covered']} |")
    lines += [
        "",
        "## The race",
        "",
        "![The race: published models and the rules](figures/validation-race.png)",
        "",
        "The rules `abs`, `contest` and `dsair` call the functions that are compared here (`sim/rules/textbook/`).",
        "`adaptive`, the default, is another model; in the textbook case of the race to the precipice it comes to the",
        "same risk. That case is: teams that differ in nothing but capability, leads known, no effort yet, one full",
        "step, a contest that the faster wins for certain, no liability, cost, fine or pole, 201 levels of effort, and",
        "`foresight` 1. The last is needed because the equilibrium of Armstrong and others lets the leader count on",
        "its rivals: they hold back as long as its safe win is worth as much to them as a win by haste. With foresight",
        "0, the default, a leader keeps only the effort that its lead pays for, as if enmity were 1.",
        "",
    ]
    for verdict, heading in (("fail", "Failed"), ("not_covered", "Not covered, and why")):
        own_rows = [row for row in rows if row["verdict"] == verdict]
        if not own_rows:
            continue
        lines += [f"## {heading}", "", "| id | what | expected | got | reason |", "|---|---|---|---|---|"]
        for row in own_rows:
            told = (row[key] for key in ("what", "expected", "got", "reason"))
            lines.append("| " + " | ".join([f"`{row['id']}`", *told]) + " |")
        lines.append("")
    lines += ["## All targets", "", "| id | what | source | expected | got | tolerance |", "|---|---|---|---|---|---|"]
    for row in rows:
        if row["verdict"] == "pass":
            cells = (row[key] for key in ("what", "source", "expected", "got", "tolerance"))
            lines.append("| " + " | ".join([f"`{row['id']}`", *(cell.replace("|", "\\|") for cell in cells)]) + " |")
    return "\n".join(lines) + "\n"


def write(rows: list[dict[str, str]], root: Path) -> None:
    """The page and its figures."""
    (root / "docs" / "validation.md").write_text(text(rows), encoding="utf-8")
    folder = root / "docs" / "figures"
    draw_distances(rows, folder)
    draw_race(folder)
