"""Computes the findings of the shipped studies and writes the one page that holds them all.

`python tools/make_findings.py [STUDY ...]` sweeps what is missing into results/findings/, computes with
`sim.comparison`, and writes results/reference/findings.csv and docs/findings.md, with what the new figures speak
against; all studies if none is named (`make findings`). Stopped with Ctrl-C it goes on from there. `--futures`,
`--replicates` and `--workers` set the size. `--page` runs nothing and writes the page from the table; `--check` runs
nothing and compares the two, status 1 if they differ.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(Path(__file__).resolve().parent))

from findings import ENTRIES, PAGE, Entry, contradictions, figure, prepared, read, text, written  # noqa: E402
from findings.figures import folder  # noqa: E402
from findings.page import TABLE  # noqa: E402

import sim  # noqa: E402

FUTURES, REPLICATES = 24, 2


def studies(entries: Sequence[Entry] = ENTRIES) -> list[str]:
    """Studies that have findings, in the table's order."""
    return list(dict.fromkeys(each.study for each in entries))


def computed(
    study: str, entries: Sequence[Entry], out: Path, futures: int, replicates: int, workers: int | None = None
) -> list[dict[str, Any]]:
    """The rows of one study's findings, its missing runs done in `out`; raises `ValueError` where a run failed."""
    asked = prepared(sim.load(ROOT / "scenarios" / "studies" / f"{study}.yaml"), entries)
    results = sim.sweep(asked, out=out, futures=futures, replicates=replicates, workers=workers, progress=False)
    if len(results.failed):
        raise ValueError(f"{study}: {len(results.failed)} runs failed: {results.failed['error'].iloc[0]}")
    return [figure(results, each) for each in entries]


def checked() -> int:
    """Whether page, table and list of findings are of one piece; says what is not."""
    rows = read(ROOT)
    problems = []
    if [row["finding"] for row in rows] != [each.name for each in ENTRIES]:
        problems.append(f"{TABLE} does not hold the findings of tools/findings/entries.csv")
    elif [row["claim"] for row in rows] != [each.claim for each in ENTRIES]:
        problems.append(f"{TABLE} has other claims than tools/findings/entries.csv")
    page = ROOT / PAGE
    if not page.exists() or page.read_text(encoding="utf-8") != text(ROOT, rows):
        problems.append(f"{PAGE} is not what {TABLE} says")
    for each in problems:
        print(f"{each}; run: make findings (the page alone: --page)", file=sys.stderr)
    return 1 if problems else 0


def main() -> int:
    """Compute what was asked for, keep the other rows, write both files, and say what changed its mind."""
    parser = argparse.ArgumentParser(description="Compute the findings of the studies and write docs/findings.md.")
    parser.add_argument("study", nargs="*", choices=[[], *studies()], metavar="STUDY", help=", ".join(studies()))
    parser.add_argument("--futures", type=int, default=FUTURES)
    parser.add_argument("--replicates", type=int, default=REPLICATES)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--check", action="store_true", help="compare page and table, run nothing")
    parser.add_argument("--page", action="store_true", help="write the page from the table, run nothing")
    asked = parser.parse_args()
    if asked.page:
        written(ROOT, read(ROOT))
    if asked.page or asked.check:
        return checked()
    rows: dict[str, Any] = {row["finding"]: row for row in read(ROOT)}
    wanted = asked.study or studies()
    began = time.monotonic()
    for number, study in enumerate(wanted, start=1):
        own = [each for each in ENTRIES if each.study == study]
        print(f"{number} of {len(wanted)}: {study}, {len(own)} findings ...", end=" ", flush=True)
        found = computed(study, own, folder(ROOT, study), asked.futures, asked.replicates, asked.workers)
        rows |= {row["finding"]: row for row in found}
        print(f"done after {time.monotonic() - began:.0f} s", flush=True)
        written(ROOT, [rows[each.name] for each in ENTRIES if each.name in rows])
    against = contradictions([row for row in read(ROOT) if row["study"] in wanted])
    for name, why in against:
        print(f"speaks against the page: {name}: {why}")
    print(f"{TABLE} and {PAGE} written; {len(against)} findings to read again")
    return 0


if __name__ == "__main__":
    sys.exit(main())
