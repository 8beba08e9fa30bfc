"""Findings: the table of claims, the figures of two of them at smoke size, and a page that says what the table says."""

from __future__ import annotations

import csv
import math
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sim

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import make_findings  # noqa: E402
from findings import COLUMNS, ENTRIES, MADE, RIVALS, contradictions, read, text  # noqa: E402
from findings.entries import WAYS  # noqa: E402
from findings.page import PAGE, TABLE, _holm, _number, _signed, written  # noqa: E402

LABELS = re.compile(r"(estimated|assumed|reported|confirmed): [^;]+(; (estimated|assumed|reported|confirmed): [^;]+)*")


def row(**given: object) -> dict[str, str]:
    made = dict.fromkeys(COLUMNS, "") | {
        "finding": "a.b", "study": "a", "claim": "A claim", "way": "higher", "scale": "1", "line": "0", "p": "0.01",
        "estimate": "2", "low": "1", "high": "3", "holds": "yes", "rules_holding": "3", "rules": "4", "unit": "states",
        "futures": "5", "replicates": "2", "seed": "1", "commit": "0123456789", "rests": "assumed: all of it",
    }  # fmt: skip
    return {**made, **{name: str(value) for name, value in given.items()}}


def test_there_are_ten_findings_and_each_names_what_it_rests_on() -> None:
    names = [each.name for each in ENTRIES]
    assert len(names) >= 10 and len(set(names)) == len(names)
    for each in ENTRIES:
        assert each.way in WAYS and LABELS.fullmatch(each.rests), each.name
        assert (each.line > 0.0) == (each.way == "none"), f"{each.name}: a line is for claims of no difference"
        assert each.unit and (each.year in ("end", "mean") or isinstance(each.year, int))


@pytest.mark.parametrize("study", make_findings.studies())
def test_every_finding_is_of_policies_that_its_study_has(study: str) -> None:
    known = set(sim.load(ROOT / "scenarios" / "studies" / f"{study}.yaml").policies) | set(MADE.get(study, {}))
    own = [each for each in ENTRIES if each.study == study]
    assert {name for each in own for name in (each.policy, each.baseline)} <= known


def test_the_page_and_the_table_are_of_one_piece() -> None:
    assert make_findings.checked() == 0


def test_two_findings_at_smoke_size_agree_with_differences_taken_by_hand(tmp_path: Path) -> None:
    """The second takes the same runs in one year, and as a ratio of two measures."""
    first = next(each for each in ENTRIES if each.name == "the-host.invitations")
    ratio = "waico.inside.ldc / waico.inside"
    share = replace(first, name="the-host.share", measure=ratio, year=2030, way="none", line=9.0)
    rows = make_findings.computed("the-host", [first, share], tmp_path / "host", futures=2, replicates=1)
    results = sim.open_results(tmp_path / "host")
    runs = results.runs.assign(plain=results.runs["policy"].str.partition("[")[0])
    assert set(runs["input.world.membership"]) == set(RIVALS) and len(runs) == 2 * len(RIVALS) * 2
    own = runs[runs["input.world.membership"] == RIVALS[0]]
    ends = own.pivot(index="future", columns="plain", values="waico.inside.end")
    assert rows[0]["estimate"] == pytest.approx((ends["host-year"] - ends["rotating"]).mean())
    series = results.read("series", ["run_id", "waico.inside", "waico.inside.ldc"], {"year": 2030}).set_index("run_id")
    part = (series["waico.inside.ldc"] / series["waico.inside"]).loc[own["run_id"]].to_numpy()
    gap = np.array(own["plain"] == "host-year").astype(float) * 2.0 - 1.0
    assert rows[1]["estimate"] == pytest.approx((part * gap).sum() / 2.0)
    assert rows[1]["rules_holding"] == rows[1]["rules"] == len(RIVALS)
    assert rows[0]["evidence"].endswith("assumed") and set(rows[0]) == set(COLUMNS)
    written(tmp_path, rows)
    again = read(tmp_path)
    assert (tmp_path / PAGE).read_text(encoding="utf-8") == text(tmp_path, again)
    assert float(again[0]["estimate"]) == pytest.approx(rows[0]["estimate"], rel=1e-5)


def test_a_claim_that_is_not_borne_out_or_leaves_its_page_is_named() -> None:
    fine = row(page_estimate="+2.2", page_from="1.5", page_to="2.9")
    far = row(finding="a.far", page_estimate="+9", page_from="8", page_to="10")
    apart = {"page_estimate": "−0.5", "page_from": "−0.8", "page_to": "−0.2"}
    meets = row(finding="a.meets", way="lower", low="-3", high="-0.7", **apart)
    parts = row(finding="a.parts", way="lower", low="-3", high="-1", **apart)
    turned = row(finding="a.turned", way="lower", holds="no")
    missed = row(finding="a.missed", holds="no", low="-1")
    found = dict(contradictions([fine, far, meets, parts, turned, missed]))
    assert list(found) == ["a.far", "a.parts", "a.turned", "a.missed"]
    assert "other way round" in found["a.turned"] and "not shown" in found["a.missed"]


def test_an_interval_without_width_is_not_shown_as_one(tmp_path: Path) -> None:
    """Six equal differences have no spread to tell an interval from."""
    page = text(
        tmp_path, [row(finding="a.none", way="none", line="0.5", estimate="0", low="0", high="0", futures="6"), row()]
    )
    assert "| 0 (the same in all 6 futures) |" in page and "0 to 0" not in page and "+2 (+1 to +3)" in page


def test_a_claim_of_a_direction_names_no_level() -> None:
    """What is tested is the sign of a difference: "more than half" or "a majority" would claim a level."""
    for each in ENTRIES:
        assert each.way == "none" or not re.search(r"than half|majority|most of", each.claim), each.name


def test_holm_asks_more_of_the_smallest_p() -> None:
    """Three comparisons at 5 %: 0.016 passes 0.05 / 3, then 0.026 fails 0.05 / 2 and nothing after it is asked."""
    rows = [row(finding=str(p), p=p) for p in (0.016, 0.026, 0.03)]
    assert _holm(rows) == {"0.016"}
    assert _holm([row(finding="x", p=0.03)]) == {"x"}
    assert _holm([row(finding="x", p=0.03, way="none"), row(finding="y", p="nan")]) == set()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "0"),
        (17.46, "+17.5"),
        (-0.00002341, "−0.0000234"),
        (1234.5, "+1,234"),
        (0.1, "+0.1"),
        (-40.0, "−40"),
        (math.nan, "–"),
    ],  # fmt: skip
)
def test_numbers_are_written_with_three_digits_and_never_an_exponent(value: float, said: str) -> None:
    assert _signed(value) == said and "e" not in _number(value)


def test_the_committed_figures_are_read_as_a_table_and_say_where_they_come_from() -> None:
    with (ROOT / TABLE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    for each in rows:
        assert re.fullmatch(r"[0-9a-f]{40}", each["commit"]) and int(each["seed"]) > 0
    assert max(int(each["futures"]) for each in rows) >= 5, "below five an interval is of these futures alone"
