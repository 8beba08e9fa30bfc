"""What a report rests on: labels of evidence, limits that hold for this study, and where every number came from."""

from __future__ import annotations

import datetime
import hashlib
import shlex
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd

from sim.comparison import SMALL_SAMPLE
from sim.files.documents import LABELS, evidence_labels
from sim.plots.wording import body_title
from sim.report.sheet import Sheet, plain, shortened
from sim.results import Results

__all__ = ["command", "evidence", "failures", "limits", "provenance"]

MOST_FAILURES = 10


def _charters(results: Results) -> dict[str, tuple[str, Mapping[str, Any], list[str]]]:
    """The different charters of a study: body, charter, and the titles of the policies that hold it."""
    found: dict[str, tuple[str, Mapping[str, Any], list[str]]] = {}
    for policy, scenario in results.manifest["scenarios"].items():
        for body, charter in (scenario.get("bodies") or {}).items():
            key = f"{body} {charter['evidence']} {evidence_labels(charter)} {charter.get('title')}"
            found.setdefault(key, (body, charter, []))[2].append(results.policies[policy])
    return found


def evidence(results: Results) -> list[Sheet]:
    """How many rules in force of each charter are confirmed, reported and assumed, and the sources of the labels."""
    held = list(_charters(results).values())
    if not held:
        return []
    rows = []
    for body, charter, policies in held:
        counts = evidence_labels(charter)
        total = sum(counts.values())
        shares = [f"{counts[label]} of {total}" for label in LABELS]
        under = "every policy" if len(policies) == len(results.policies) else "; ".join(policies)
        rows.append([body_title(body), str(charter.get("title") or charter.get("name")), under, *shares])
    notes = (
        "Rules in force: the gate, the entry into force, each kind of decision, and every rule that is not 'none'. "
        "Confirmed: read in the text itself. Reported: said by others. Assumed: a judgement of the charter's author. "
        "Numbers inside a rule may be assumptions even where the rule is reported.",
    )
    heads = ("Body", "Charter", "Under", *(label.capitalize() for label in LABELS))
    counted = plain("Rules in force by label of evidence", heads, rows, notes, words=3)
    stated: dict[tuple[str, str, str, str], dict[str, None]] = {}
    for body, charter, _ in held:
        for path, each in charter["evidence"].items():
            line = (body_title(body), str(path), str(each["label"]), shortened(str(each.get("source") or "–")))
            stated.setdefault(line, {})[str(charter.get("title") or charter.get("name"))] = None
    if not stated:
        return [counted]
    sources = [(body, "; ".join(charters), *line) for (body, *line), charters in stated.items()]
    return [counted, plain("Sources of the labels", ("Body", "Charter", "Rule", "Label", "Source"), sources)]


def failures(results: Results) -> tuple[int, int, Sheet | None]:
    """How many runs are done, how many failed, and the errors of those, counted."""
    runs = results.read("runs", ["policy", "status", "error"])
    failed = runs[runs["status"] != "ok"]
    if not len(failed):
        return len(runs), 0, None
    counted = Counter(zip(failed["policy"].astype(str), failed["error"].astype(str), strict=True))
    rows = [
        [results.policies.get(policy, policy), shortened(error), f"{count:,}"]
        for (policy, error), count in counted.most_common(MOST_FAILURES)
    ]
    more = len(counted) - MOST_FAILURES
    notes = ["A failed run has no value: its pair is dropped from every difference, and counted there."]
    if more > 0:
        notes.append(f"{more} further kinds of error are left out here; waico show DIR names the failed runs.")
    return len(runs), len(failed), plain("Runs that failed", ("Policy", "Error", "Runs"), rows, notes, words=2)


def limits(results: Results, done: int, failed: int) -> list[str]:
    """What this report does not show, in the words that fit this study."""
    manifest = results.manifest
    futures, replicates = manifest["shape"]["futures"], manifest["shape"]["replicates"]
    years = manifest["scenarios"][results.baseline]["years"]
    said = []
    if done < results.expected:
        said.append(f"The study is not finished: {done:,} of {results.expected:,} runs are done. Figures will move.")
    if failed:
        said.append(
            f"{failed:,} of {done:,} runs failed. If they failed for a reason that bears on the outcome, what is left "
            "is a biased sample."
        )
    if done == 1:
        said.append("This is a single run: it is an example of what can happen, not a finding.")
    elif futures < SMALL_SAMPLE:
        said.append(
            f"With {futures} future{'s' * (futures != 1)} the intervals speak of chance within these futures alone, "
            "not of deep uncertainty."
        )
    if 1 < futures < 10:
        said.append(f"{futures} futures are few: shares of futures and extremes are coarse.")
    if replicates == 1 and done > 1:
        said.append("One replicate a future: chance and uncertainty cannot be told apart.")
    said += [
        f"The laboratory compares rules within the same futures. Rankings and directions are claimed, levels are not, "
        f"and over {years} year{'s' * (years != 1)}, not longer.",
        "Futures are the study's, drawn from ranges that are largely judgements. They all count alike; a share of "
        "futures is no probability. What lies outside the ranges, or outside the model, is in no interval.",
        "An interval says how surely the runs of this model differ, not whether its rules are right. Where published "
        "models disagree, rival rules exist; the section on robustness says which were tried here.",
        "A difference can be sure and too small to matter: read its size beside the baseline's value.",
        "Hazards of AI have no measured frequency; losses compare policies within the study and are no forecast.",
    ]
    return said


def command(results: Results) -> str:
    """The command that makes such a study, as far as the manifest tells it; blank where it came from no file.

    What --futures and --replicates changed is read off the sizes that were run.
    """
    manifest = results.manifest
    base, study, shape = manifest.get("base"), manifest.get("study") or {}, manifest["shape"]
    if not base or not study.get("futures"):
        return ""
    parts = ["waico", "sweep", _file(base), "--out", f"results/{results.name}"]
    stated = study["futures"].get("count")
    if stated is not None and stated != shape["futures"] and manifest["design"]["design"] == "latin_hypercube":
        parts += ["--futures", str(shape["futures"])]
    if study.get("replicates") not in (None, shape["replicates"]):
        parts += ["--replicates", str(shape["replicates"])]
    for module in manifest["made_with"].get("modules") or {}:
        parts += ["--import", str(module)]
    return shlex.join(parts)


def _file(base: str) -> str:
    """A study's file as the project's folder names it; where it lay on the machine that ran it tells nothing.

    >>> _file("/home/ada/waico-sim/scenarios/studies/first-look.yaml"), _file("own/study.yaml")
    ('scenarios/studies/first-look.yaml', 'own/study.yaml')
    """
    _, shipped, rest = str(base).replace("\\", "/").rpartition("/scenarios/studies/")
    return f"scenarios/studies/{rest}" if shipped else str(base)


def provenance(results: Results) -> Sheet:
    """Versions, commit, machine, seeds, checksums and dates, as the manifest and the log hold them."""
    manifest = results.manifest
    made, design = manifest["made_with"], manifest["design"]
    machine = made.get("machine") or {}
    rows = [
        ("Study", f"{results.name}, format {manifest['format']} of results"),
        ("File", _file(manifest["base"]) if manifest.get("base") else "none: it was made in memory"),
        ("Seed of the study", f"{manifest['seed']}; draws are keyed by it, future, replicate and their purpose"),
        ("Seed of the design", str(design.get("seed"))),
        ("Commit of the code", str(made.get("commit") or "not known")),
        ("Digest of the code that makes numbers", str(made["origin"].get("code"))),
        ("Digest of the data", str(made["origin"].get("data"))),
        ("Engine", str(made.get("engine"))),
        *((f"Further rules: {name}", f"digest {digest}") for name, digest in (made.get("modules") or {}).items()),
        *((name.replace("_", " ").capitalize(), _joined(value)) for name, value in machine.items()),
        *_dates(results),
        *_checksums(results),
    ]
    return plain("Where the numbers come from", ("What", "Value"), rows)


def _joined(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _dates(results: Results) -> list[tuple[str, str]]:
    file = results.path / "log.parquet" if results.path else None
    if file is None or not file.exists():
        return []
    try:
        log = pd.read_parquet(file, columns=["started", "seconds", "host"])
    except (OSError, ValueError):
        return [("Log", "cannot be read")]
    if not len(log):
        return []
    first, last = (
        datetime.datetime.fromtimestamp(float(each), datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
        for each in (log["started"].min(), (log["started"] + log["seconds"]).max())
    )
    hosts = ", ".join(sorted(set(log["host"].astype(str))))
    return [("Runs made", f"{first} to {last}, on {hosts}"), ("Time of workers", f"{log['seconds'].sum():,.0f} s")]


def _checksums(results: Results) -> list[tuple[str, str]]:
    if results.path is None:
        return []
    found = []
    for name in ("manifest.json", "design.csv"):
        file = results.path / name
        if file.exists():
            found.append((f"SHA-256 of {name}", hashlib.sha256(file.read_bytes()).hexdigest()))
    shards = sorted((results.path / "runs").glob("*.parquet"))
    names = hashlib.sha256("\n".join(each.stem for each in shards).encode()).hexdigest()
    return [*found, (f"SHA-256 of the names of {len(shards)} shards, named by runs, data and code", names)]
