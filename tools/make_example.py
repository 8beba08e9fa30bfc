"""The example of results/reference/example: a small study as its readers get it, made anew by one command.

Six policies of first-look in six futures, once each: the report, every table as CSV with units and meanings, the
table of differences and three figures. Small on purpose: it shows what the files look like, and finds nothing.

    python tools/make_example.py
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import sim
from sim.comparison import compare
from sim.plots import differences, divide_fan, trajectories
from sim.report import report
from sim.store.dictionary import columns_csv

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "results" / "reference" / "example"
STUDY = ROOT / "scenarios" / "studies" / "first-look.yaml"
MOST = 3_000_000
WORDS = """# An example

What a study's readers get, from six futures of `scenarios/studies/first-look.yaml`, one run each for six policies.
Small on purpose: it shows the files, and finds nothing. Made by `python tools/make_example.py`.

| file | what it is | made in a study of your own by |
|---|---|---|
| [report.html](report.html) | the report, to be opened in a browser, mailed or printed | `waico report DIR` |
| [runs.csv](runs.csv), [series.csv](series.csv) | a row a run; a row a run and year | `waico show DIR --csv` |
| [columns.csv](columns.csv) | unit and meaning of every column, and what a blank cell says | `waico show DIR --csv` |
| [design.csv](design.csv) | a row a future, with what was drawn | `waico sweep STUDY` |
| [compare.csv](compare.csv) | differences to the baseline with intervals | `waico compare DIR` |
| differences.png, trajectories.png, divide.png | figures | `waico compare DIR` |

The explorer (`waico explore DIR`) carries a drawing library of 4.8 MB and is left out for its size.
"""
FIGURES = 1_100_000
"""Bytes of figures in the report, so that it stays below 2 MB."""


def main() -> None:
    """Sweep, and write the files; refuses to leave more than 3 MB."""
    with tempfile.TemporaryDirectory() as place:
        results = sim.sweep(STUDY, Path(place) / "example", futures=6, replicates=1, progress=False)
        shutil.rmtree(TARGET, ignore_errors=True)
        TARGET.mkdir(parents=True)
        (TARGET / "report.html").write_text(report(results, FIGURES), encoding="utf-8")
        for table in results.manifest["tables"]:
            results.read(table).to_csv(TARGET / f"{table}.csv", index=False, float_format="%.7g")
        (TARGET / "columns.csv").write_text(columns_csv(results.manifest), encoding="utf-8")
        shutil.copy(Path(place) / "example" / "design.csv", TARGET)
        compare(results).to_csv(TARGET / "compare.csv", index=False, float_format="%.7g")
        for name, draw in (("differences", differences), ("trajectories", trajectories), ("divide", divide_fan)):
            draw(results).savefig(TARGET / f"{name}.png", dpi=110)
    (TARGET / "README.md").write_text(WORDS, encoding="utf-8")
    size = sum(file.stat().st_size for file in TARGET.iterdir())
    assert size < MOST, f"the example weighs {size:,} bytes"
    print(f"{TARGET.relative_to(ROOT)}: {len(list(TARGET.iterdir()))} files, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
