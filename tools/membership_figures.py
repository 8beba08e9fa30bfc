"""The figures of docs/membership.md, from the committed tables alone."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from matplotlib.lines import Line2D

from sim.plots.style import GREY, StudyFigure, in_style, page

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "results" / "reference"
FOLDER = ROOT / "docs" / "figures"
MODELS = (("ours", "#0072B2", "o", "this model"), ("logit", "#D55E00", "s", "pooled logit"),
          ("one_variable", "#009E73", "^", "distance alone"))  # fmt: skip


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of one reference table."""
    with (REFERENCE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def by_body() -> StudyFigure:
    """Left-out AUC of every scored body under the three models, with intervals."""
    table = [row for row in rows_of("membership.csv") if row["evaluation"] == "left_out"]
    ours = {row["body"]: float(row["auc"]) for row in table if row["model"] == "ours"}
    names = sorted(ours, key=lambda name: (name == "WAICO", ours[name]))
    legend = [(Line2D([], [], color=colour, marker=marker), label) for _, colour, marker, label in MODELS]
    caption = (
        "Each body is predicted from the other coded bodies, without its own list and without WAICO's. Bars: 90 % "
        "interval of the AUC, drawing sub-regions of states with replacement (1,000 draws). n: states observed. "
        "Bodies with at least 15 joiners and 15 that stayed out."
    )
    figure = page("Who joins: ranking of states for bodies left out", caption, 5.2, legend=legend)
    axes = figure.subplots()
    for shift, (model, colour, marker, _) in zip((0.24, 0.0, -0.24), MODELS, strict=True):
        for place, name in enumerate(names):
            row = next(each for each in table if each["body"] == name and each["model"] == model)
            axes.plot([float(row["auc_low"]), float(row["auc_high"])], [place + shift] * 2, color=colour, linewidth=1.0)
            axes.plot(float(row["auc"]), place + shift, color=colour, marker=marker, linestyle="none", markersize=4)
    numbers = {row["body"]: row["n"] for row in table if row["model"] == "ours"}
    axes.set_yticks(range(len(names)), [f"{name} ({numbers[name]})" for name in names])
    axes.axvline(0.5, color=GREY, linewidth=0.8, linestyle=":")
    axes.axhline(len(names) - 1.5, color=GREY, linewidth=0.6)
    axes.set_xlim(0.3, 1.0)
    axes.set_xlabel("area under the ROC curve (0.5: no better than chance)")
    return figure


def over_specifications() -> StudyFigure:
    """The score of WAICO left out over all specifications of the grid, the frozen one marked."""
    table = rows_of("membership_spread.csv")
    frozen = next(row for row in table if row["frozen"] == "1")
    panels = (("auc", "AUC, all states"), ("auc_non_oecd", "AUC, states outside the OECD"),
              ("log_score", "log score, nats a state"))  # fmt: skip
    caption = (
        f"{len(table)} specifications: covariates, interactions and prior widths of the grid from which the frozen one "
        "was chosen on other bodies. Dashed: the frozen one. Dotted: the share that really joined told to every "
        "state (log score) and the AUC of distance alone. n = 190 states, 36 joiners."
    )
    legend = [(Line2D([], [], color="#D55E00", linestyle="--"), "frozen specification"),
              (Line2D([], [], color=GREY, linestyle=":"), "to be beaten")]  # fmt: skip
    figure = page("WAICO left out: the score over every specification tried", caption, 2.1, legend=legend)
    detail = rows_of("membership_detail.csv")
    plain = {row["states"]: row for row in detail
             if (row["body"], row["model"], row["evaluation"]) == ("WAICO", "one_variable", "left_out")}  # fmt: skip
    beat = {"auc": float(plain["all"]["auc"]), "auc_non_oecd": float(plain["non_oecd"]["auc"]),
            "log_score": float(plain["all"]["log_score_base_rate"])}  # fmt: skip
    for axes, (name, label) in zip(figure.subplots(1, 3), panels, strict=True):
        values = np.array([float(row[name]) for row in table])
        axes.hist(values, bins=14, color="#56B4E9", edgecolor="white", linewidth=0.5)
        axes.axvline(float(frozen[name]), color="#D55E00", linestyle="--")
        axes.axvline(beat[name], color=GREY, linestyle=":")
        axes.set_xlabel(label)
    figure.axes[0].set_ylabel("specifications")
    return figure


def main() -> None:
    """Write both figures as PNG and SVG."""
    with in_style():
        for name, figure in (("membership-bodies", by_body()), ("membership-spread", over_specifications())):
            figure.fix_layout()
            for kind in ("png", "svg"):
                figure.savefig(FOLDER / f"{name}.{kind}", **({"dpi": 120} if kind == "png" else {}))
            print(f"written: docs/figures/{name}.png")


if __name__ == "__main__":
    main()
