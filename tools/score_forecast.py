"""Score a dated forecast once the day has come.

    python tools/score_forecast.py docs/forecast-2026-11-23.csv OUTCOME.csv

OUTCOME.csv has the columns body, iso3, sign, ratify: a row for every state that had signed by the end of 2027, with
sign 1 and ratify 1 or 0. States without a row count as not having signed. Prints log and Brier score, and refuses a
forecast whose SHA-256 is not the one in the file beside it (.sha256).
"""

from __future__ import annotations

import csv
import hashlib
import sys
from pathlib import Path

from sim.errors import ChoiceError
from sim.estimation.forecast import read_forecast, score
from sim.estimation.risk_sets import iso3_codes


def read_outcome(path: Path) -> dict[tuple[str, str], dict[str, float]]:
    """What happened, (body, ISO3) to sign and ratify; a bad line is refused with its number."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        sheet = csv.DictReader(stream)
        if not {"body", "iso3", "sign", "ratify"} <= set(sheet.fieldnames or ()):
            raise ChoiceError(f"{path}:1:1: found {sheet.fieldnames}; expected the columns body, iso3, sign, ratify")
        for number, row in enumerate(sheet, start=2):
            if row["iso3"] not in iso3_codes() or row["sign"] not in ("0", "1") or row["ratify"] not in ("0", "1"):
                raise ChoiceError(f"{path}:{number}:1: found {row}; write an ISO3 code, and 0 or 1 twice")
            found[row["body"], row["iso3"]] = {"sign": float(row["sign"]), "ratify": float(row["ratify"])}
    return found


def main(forecast: str, outcome: str) -> None:
    """Print the scores, one line each."""
    path = Path(forecast)
    told = path.with_suffix(".sha256").read_text(encoding="utf-8").split()[0]
    if hashlib.sha256(path.read_bytes()).hexdigest() != told:
        raise ChoiceError(f"{path}: its SHA-256 is not the one written when it was made; restore the file")
    rows = score(read_forecast(path), read_outcome(Path(outcome)))
    print(",".join(rows[0]))
    for row in rows:
        print(",".join(row.values()))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except (ChoiceError, OSError) as error:
        sys.exit(str(error))
