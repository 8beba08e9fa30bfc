"""`waico predict`: each nation's chance to join a body that a charter describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from sim.estimation.prediction import Prediction
    from sim.files import Charter


def predict(
    charter: str = typer.Argument(
        ..., metavar="CHARTER", help="Charter file; it needs only format, name, sponsor, founded, gate, eligible."
    ),
    joined: str | None = typer.Option(
        None, "--joined", metavar="FILE", help="States that really joined, one ISO3 a line, # comments: scores them."
    ),
    out: str | None = typer.Option(None, "-o", metavar="FILE", help="Write the CSV here; by default it is printed."),
    years: float = typer.Option(1.0, "--years", min=0.08, max=50.0, help="Years after the founding that are meant."),
    draws: int = typer.Option(40, "--draws", min=0, max=500, help="Bootstrap draws over bodies for the interval."),
) -> None:
    """Estimate from other bodies who joins this one: iso3, probability, low, high (80 % interval)."""
    import os

    # small matrices: a second BLAS thread only waits; to be said before NumPy is loaded
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")

    from sim.cli.printing import echo
    from sim.estimation.covariates import FIRST_YEAR
    from sim.estimation.prediction import described, founding
    from sim.estimation.prediction import predict as estimate

    document = _charter(charter)
    resolved = document.resolved
    states = _eligible(resolved)
    actual = _joined(joined, states, resolved["sponsor"]) if joined else None
    _can_be_written(out)
    day, off = founding(str(resolved["founded"]))
    named = {str(resolved["name"]), str(resolved.get("title") or "")} - {""}
    body = described(
        str(resolved["name"]), [resolved["sponsor"]], day, str(resolved["gate"]), states, years=years,
    )  # fmt: skip
    record = resolved.get("record")
    found = estimate(body, names=[*sorted(named), *([record] if isinstance(record, str) else [])], draws=draws, off=off)
    _write(found, out)
    if out:
        echo(f"written: {out}")
    if found.left_out:
        typer.echo(f"left out of the estimate: {', '.join(found.left_out)}", err=True)
    if day.year <= FIRST_YEAR:
        text = f"founded {day.year}: the yearly series begin in {FIRST_YEAR}, so states are taken as they were later"
        typer.echo(text, err=True)
    if actual is not None:
        _score(found, actual)


def _charter(path: str) -> Charter:
    from sim.errors import ScenarioError
    from sim.files import Charter, load

    document = load(path)
    if not isinstance(document, Charter):
        what = type(document).__name__.lower()
        raise ScenarioError(path, 0, 0, f"found a {what}, expected a charter", "name a file with 'kind: charter'")
    if document.resolved["founded"] is None:
        raise ScenarioError(path, 1, 1, "the key 'founded' is missing", "write 'founded: 2026-07-16'")
    return document


def _eligible(resolved: dict[str, Any]) -> list[str]:
    from sim.files.known import group_members

    choice = resolved["eligible"]
    return sorted(choice if isinstance(choice, list) else group_members(choice))


def _joined(path: str, states: list[str], sponsor: str) -> set[str]:
    from pathlib import Path

    from sim.errors import ScenarioError
    from sim.files.members import read_members

    members = set(read_members(path))
    outside = sorted(members - set(states) - {sponsor})
    if outside:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
        line = next(at for at, text in enumerate(lines, start=1) if outside[0] in text.split("#")[0])
        raise ScenarioError(
            path, line, lines[line - 1].index(outside[0]) + 1,
            f"found {', '.join(outside)}, who may not join under the charter",
            "remove them, or widen 'eligible' in the charter",
        )  # fmt: skip
    return members - {sponsor}


def _can_be_written(path: str | None) -> None:
    from pathlib import Path

    from sim.errors import ChoiceError

    if path is not None and (Path(path).is_dir() or not Path(path).resolve().parent.is_dir()):
        raise ChoiceError(f"'{path}' cannot be written: its folder does not exist, or it is a folder itself")


def _write(found: Prediction, path: str | None) -> None:
    import csv
    import sys
    from pathlib import Path

    rows = zip(found.iso3, found.probability, found.low, found.high, strict=True)
    lines = [[code, f"{chance:.4f}", f"{low:.4f}", f"{high:.4f}"] for code, chance, low, high in rows]
    stream = Path(path).open("w", encoding="utf-8", newline="") if path else sys.stdout
    try:
        sheet = csv.writer(stream, lineterminator="\n")
        sheet.writerow(["iso3", "probability", "low", "high"])
        sheet.writerows(lines)
    finally:
        if path:
            stream.close()


def _score(found: Prediction, actual: set[str]) -> None:
    import numpy as np

    from sim.estimation.scores import auc, log_score

    known = np.array([float(code in actual) for code in found.iso3])
    number = auc(known, found.log_odds)
    shown = f"{number:.4f}" if np.isfinite(number) else "undefined: nobody joined, or everybody did"
    typer.echo(f"auc {shown}")
    typer.echo(f"log_score {log_score(known, found.probability):.4f}")
