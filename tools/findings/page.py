"""The page of the findings, written from the table alone, and what in it speaks against the studies' pages."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from findings.figures import COLUMNS, RIVALS

__all__ = ["PAGE", "TABLE", "contradictions", "read", "text", "written"]

TABLE = Path("results/reference/findings.csv")
PAGE = Path("docs/findings.md")
HEAD = """# Findings

Written by `tools/make_findings.py` from `results/reference/findings.csv`; do not edit. `make findings` computes every
figure anew and writes both; `python tools/make_findings.py NAME ...` does it for some studies. Runs are kept in
`results/findings/` and gone on with.

**How to read a row.** A finding is the difference between two policies of one study, taken in the same future with the
same luck, in the last year unless the measure is a mean of all ten. **Estimate**: mean over futures with its 95 %
interval (Student's; futures are the units, each the mean of its replicates), under the theory of membership whose
weights are estimated (`random_utility`). **Borne out**: whether that interval lies where the claim says; for a claim
of no difference, within a line that is stated. **Rules**: under how many of {rules} theories of why states join
({names}) it does.
**On its page**: the figure of the study's page (of the README for first-look), of other futures or an earlier commit.
**Futures**: those in which both policies have a value. Where all of them give the same difference there is no
interval, and that is said in its place: so few that agree do not show that no other future would differ. Intervals are
not corrected for the number of rows; † marks what Holm's correction for all rows with a direction leaves clear.

The ranges of the futures are judgements: an interval says how well this model with these ranges is known, not how well
the world is. Theories are those that somebody thought of: all of four is no probability.
"""
MARK = " †"
ROW = "| {place} | {claim} | {estimate} | {unit} | {holds} | {rules} | {page} | {size} |"
HEADS = ("", "finding", "estimate", "unit", "borne out", "rules", "on its page", "futures × replicates")


def read(root: Path) -> list[dict[str, str]]:
    """The rows of the committed table, none where there is none."""
    path = root / TABLE
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(root: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Write the table and the page."""
    kept = [{name: _cell(row[name]) for name in COLUMNS} for row in rows]
    (root / TABLE).parent.mkdir(parents=True, exist_ok=True)
    with (root / TABLE).open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(kept)
    (root / PAGE).parent.mkdir(parents=True, exist_ok=True)
    (root / PAGE).write_text(text(root, kept), encoding="utf-8")


def _cell(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def text(root: Path, rows: Sequence[Mapping[str, str]]) -> str:
    """The page, of the table's rows."""
    clear = _holm(rows)
    borne = sum(row["holds"] == "yes" for row in rows)
    every = sum(row["rules_holding"] == row["rules"] for row in rows)
    parts = [
        HEAD.format(rules=len(RIVALS), names=", ".join(f"`{name}`" for name in RIVALS)),
        f"**{len(rows)} findings**: {borne} borne out under the estimated theory, {every} under every theory.\n",
    ]
    for study in dict.fromkeys(row["study"] for row in rows):
        own = [row for row in rows if row["study"] == study]
        parts.append(f"## {study}\n")
        parts.append(_home(root, study, own[0]))
        lines = [_line(row, place, row["finding"] in clear) for place, row in enumerate(own, start=1)]
        parts.append(_ruled(HEADS) + "\n".join(lines) + "\n")
        parts.append("What it rests on:\n")
        rests = (f"{place}. {row['rests']}; {row['evidence']}" for place, row in enumerate(own, start=1))
        parts.append("\n".join(rests) + "\n")
    against = [f"- `{name}`: {why}" for name, why in contradictions(rows)]
    parts.append("## What these figures do not bear out\n")
    parts.append("\n".join(against) + "\n" if against else "All is borne out.\n")
    return "\n".join(parts)


def _ruled(heads: Sequence[str]) -> str:
    return f"| {' | '.join(heads)} |\n{'|---' * len(heads)}|\n"


def _home(root: Path, study: str, row: Mapping[str, str]) -> str:
    own = f"findings/{study}.md"
    told = f"[The study's page]({own}). " if (root / "docs" / own).exists() else ""
    return (
        f"{told}Regenerate: `python tools/make_findings.py {study}`. Seed {row['seed']}, commit {row['commit'][:7]}, "
        f"policies of `scenarios/studies/{study}.yaml`.\n"
    )


def _line(row: Mapping[str, str], place: int, clear: bool) -> str:
    scale = float(row["scale"])
    claim = row["claim"] + (f" (within ±{_number(scale * float(row['line']))})" if row["way"] == "none" else "")
    low, high = (scale * float(row[name]) for name in ("low", "high"))
    interval = f"{_signed(low)} to {_signed(high)}" if low != high else f"the same in all {row['futures']} futures"
    estimate = f"{_signed(scale * float(row['estimate']))} ({interval}){MARK if clear else ''}"
    page = row["page_estimate"] + (f" ({row['page_from']} to {row['page_to']})" if row["page_from"] else "")
    return ROW.format(
        place=place, claim=claim, estimate=estimate, unit=row["unit"], holds=row["holds"], page=page or "–",
        rules=f"{row['rules_holding']} of {row['rules']}", size=f"{row['futures']} × {row['replicates']}",
    )  # fmt: skip


def _number(value: float) -> str:
    """Three digits, never an exponent."""
    if not math.isfinite(value) or value == 0.0:
        return "0" if value == 0.0 else "–"
    places = min(max(2 - math.floor(math.log10(abs(value))), 0), 7)
    said = f"{abs(value):,.{places}f}"
    return (said.rstrip("0").rstrip(".") if "." in said else said) or "0"


def _signed(value: float) -> str:
    said = _number(value)
    return said if said in ("0", "–") else f"{'+' if value > 0 else '−'}{said}"


def _holm(rows: Sequence[Mapping[str, str]]) -> set[str]:
    """Findings with a direction whose interval leaves out 0 also after Holm's correction for all of them."""
    asked = sorted((float(row["p"]), row["finding"]) for row in rows if row["way"] != "none" and row["p"] != "nan")
    found = set()
    for place, (p, name) in enumerate(asked):
        if p * (len(asked) - place) > 0.05:
            break
        found.add(name)
    return found


def contradictions(rows: Sequence[Mapping[str, str]]) -> list[tuple[str, str]]:
    """Findings whose figure is not as claimed, or whose interval does not meet that of the study's page."""
    found = []
    for row in rows:
        scale = float(row["scale"])
        low, high = scale * float(row["low"]), scale * float(row["high"])
        here = f"{_signed(scale * float(row['estimate']))} ({_signed(low)} to {_signed(high)}) {row['unit']}"
        if row["holds"] != "yes":
            turned = high < 0.0 if row["way"] == "higher" else low > 0.0 if row["way"] == "lower" else False
            verdict = "the other way round" if turned else "not shown by these futures"
            found.append((row["finding"], f"claimed {row['way']}, found {here}: {verdict}"))
        elif row["way"] != "none" and row["page_from"]:
            first, last = (float(row[name].replace("−", "-")) for name in ("page_from", "page_to"))
            if last < low or high < first:
                page = f"{row['page_estimate']} ({row['page_from']} to {row['page_to']})"
                found.append((row["finding"], f"found {here}, on its page {page}: the intervals do not meet"))
    return found
