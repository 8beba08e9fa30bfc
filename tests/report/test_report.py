"""The report: what it says, that it asks for nothing, and that text from a study stays text."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.cli import main
from sim.files.documents import LABELS, evidence_counts, evidence_labels
from sim.report import report
from sim.report.differing import differing
from sim.report.page import MOST_BYTES
from sim.report.pictures import Picture, pictures
from sim.results import Results
from tests.report.reading import Page, with_tables

PAYLOADS = (
    "<script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "'><svg/onload=document.title='owned'>",
    "javascript:document.title='owned'",
    "</style><style>body{background:url(http://127.0.0.1:9/owned)}</style>",
    "--><!-- ]]> </title></textarea><iframe src=http://127.0.0.1:9/>",
    "{{ 7 * 191 }} {% raw %} $x_{$ \\frac{1}{2}$ ${7*191}",
    "\u202egnp.exe &lt;b&gt; &amp; \x07",
)


@pytest.fixture(scope="module")
def page(many: Results) -> Page:
    return Page(report(many, budget=0))


def hostile(results: Results) -> Results:
    """The study with payloads for its name, titles, texts, sources and names of policies."""
    held = copy.deepcopy(results.manifest)
    names = {name: f"{name}{PAYLOADS[place % len(PAYLOADS)]}" for place, name in enumerate(results.policies)}
    everything = " ".join(PAYLOADS)

    def spoiled(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: spoiled(each, name) for name, each in value.items()}
        if isinstance(value, str) and key in ("title", "text", "source", "commit", "base", "code", "python", "system"):
            return f"{value} {everything}" if key != "title" else f"{value[:6]} {PAYLOADS[len(value) % 3]} $_{{$ \\frac"
        return value

    held = spoiled(held)
    for part in ("policies", "scenarios"):
        held[part] = {names[name]: each for name, each in held[part].items()}
    for each in held["policies"].values():
        each["text"] = everything
    held |= {"baseline": names[results.baseline], "name": f"x{everything}", "title": everything, "base": everything}
    held["study"] |= {"text": f"{everything}\n\n{everything}", "levers": {everything: {"grid": [everything]}}}
    held["design"]["notes"] = [everything]
    runs = results.read("runs")
    runs["policy"] = runs["policy"].map(names)
    runs.loc[0, ["status", "error"]] = ["failed", everything]
    return with_tables(results, held, runs=runs)


def test_every_section_is_there_and_says_what_was_asked(page: Page, many: Results) -> None:
    anchors = {held.get("id") for tag, held in page.elements if tag == "section"}
    assert anchors == {
        "question", "found", "policies", "futures", "results", "gains", "power", "robust", "drivers", "sdg", "limits",
        "evidence", "provenance", "annex",
    }  # fmt: skip
    linked = {value[1:] for _, key, value in page.addresses() if key == "href"}
    assert linked <= {held.get("id") for _, held in page.elements}
    for word in (*many.policies.values(), "world.severity.index", "uniform, 1.1 to 2.5", "SDG 9.c"):
        assert word in page.text
    made = many.manifest["made_with"]
    assert made["origin"]["code"] in page.text and made["machine"]["numpy"] in page.text


def test_figures_of_the_headline_table_are_those_of_the_comparison(page: Page, many: Results) -> None:
    frame = sim.compare(many)
    row = frame[(frame["measure"] == "safety.end") & (frame["policy"] == "commentary")].iloc[0]
    shown = [float(each.replace("−", "-")) for each in re.findall(r"[+−]\d*\.\d+", page.text)]
    assert any(abs(each - row["difference"]) <= 0.05 * abs(row["difference"]) for each in shown)
    assert f"holm, {int(frame['p'].notna().sum())} comparisons" in page.text


@pytest.fixture(scope="module")
def spoiled(many: Results) -> str:
    """The one page of these tests with every figure drawn: that of the hostile study."""
    return report(hostile(many))


def test_the_page_asks_for_nothing_and_holds_no_script(spoiled: str, many: Results) -> None:
    text = spoiled
    page = Page(text)
    assert len(text.encode()) < MOST_BYTES
    assert not page.tags() & {"script", "link", "iframe", "object", "embed", "base", "form", "video", "audio"}
    assert all(
        value.startswith("data:image/") if key == "src" else value.startswith("#") for _, key, value in page.addresses()
    )
    style = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in style and "@import" not in style
    pictures = [held for tag, held in page.elements if tag == "img"]
    assert len(pictures) >= 6 and all(held["alt"] for held in pictures)
    assert "default-src 'none'" in text
    assert report(many, budget=0) == report(many, budget=0)


def test_hostile_words_stay_words(spoiled: str, many: Results) -> None:
    calm = report(many, budget=0)
    page = Page(spoiled)
    assert page.tags() <= Page(calm).tags() | {"img", "figure", "figcaption"}
    assert not [key for _, held in page.elements for key in held if key.startswith("on") or key == "style"]
    assert all(value.startswith(("#", "data:image/")) for _, _, value in page.addresses())
    assert spoiled.count("</style>") == calm.count("</style>") == 1
    shown = page.text.replace("\n", " ")
    assert all(" ".join(payload.split()) in " ".join(shown.split()) for payload in PAYLOADS)
    assert "1337" not in shown


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_study_file_is_refused_or_harmless(payload: str, many: Results) -> None:
    held = copy.deepcopy(many.manifest)
    held["title"] = payload
    page = Page(report(with_tables(many, held), budget=0))
    assert "script" not in page.tags() and "iframe" not in page.tags()
    heading = page.text[page.text.index("report on a study") :]
    assert " ".join(payload.split()) in " ".join(heading.split())


def test_a_browser_sends_nothing_and_runs_nothing(spoiled: str, tmp_path: Path) -> None:
    known = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    browser = next((found for name in known if name and (found := shutil.which(name))), None)
    if browser is None:
        pytest.skip("no Chromium: install one, or name it in the environment variable CHROMIUM")
    file, log = tmp_path / "page.html", tmp_path / "net.json"
    file.write_text(spoiled, encoding="utf-8")
    done = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", f"--user-data-dir={tmp_path / 'profile'}",
         f"--log-net-log={log}", "--dump-dom", file.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert "owned" not in done.stdout[: done.stdout.index("<meta charset")]
    assert Page(done.stdout).tags() == Page(file.read_text(encoding="utf-8")).tags() | {"html", "head", "body", "tbody"}
    asked = set(re.findall(r'"url":"(https?://[^"]*)"', log.read_text(encoding="utf-8")))
    assert not {each for each in asked if "127.0.0.1:9" in each or "owned" in each}, asked


def test_the_smallest_study_gives_levels(lone: Results) -> None:
    page = Page(report(lone, budget=0))
    assert "levels, which the model claims less" in page.text and "single run" in page.text
    assert "No policy has a body" in page.text and "There is only the baseline" in page.text
    assert "nan" not in page.text.lower().replace("finance", "").replace("governance", "").split()


def test_failed_and_missing_runs_are_told(many: Results) -> None:
    runs = many.read("runs")
    runs.loc[:3, ["status", "error"]] = ["failed", "a number was not finite"]
    page = Page(report(with_tables(many, runs=runs), budget=0))
    assert f"4 of {len(runs)} runs failed" in page.text and "a number was not finite" in page.text
    short = Page(report(with_tables(many, runs=runs.iloc[:-2]), budget=0))
    assert "not finished" in short.text
    runs[["status", "error"]] = ["failed", "everything"]
    none = Page(report(with_tables(many, runs=runs), budget=0))
    assert "No run of this study has values" in none.text
    empty = Page(report(with_tables(many, runs=runs.iloc[:0]), budget=0))
    assert "0 of 18 runs done" in empty.text


def test_a_study_with_nations_tells_blocs(kept: Results) -> None:
    assert "by bloc" in Page(report(kept, budget=0)).text


def test_drivers_are_told_where_the_design_permits(many: Results) -> None:
    """Forty futures of one uncertainty that a measure rises with: its rank correlation is one, and it is named."""
    held = copy.deepcopy(many.manifest)
    one = many.read("runs")[lambda frame: frame["replicate"] == 0]
    parts = []
    for future in range(40):
        part = one[one["future"] == 0].assign(future=future)
        part["run_id"] = [f"{future}-{name}" for name in part["policy"]]
        part["safety.end"] = 0.3 + 0.01 * future + np.where(part["policy"] == "without", 0.1, 0.0)
        parts.append(part)
    runs = type(one)(np.concatenate([part.to_numpy() for part in parts]), columns=one.columns).infer_objects()
    held["design"] |= {"futures": list(range(40)), "values": [[1.1 + 0.03 * each] for each in range(40)]}
    held["shape"] |= {"futures": 40, "replicates": 1}
    held["runs"] = len(runs)
    text = Page(report(with_tables(many, held, runs=runs), budget=0)).text
    assert "world.severity.index (+1.00)" in text
    assert "too few" in Page(report(many, budget=0)).text


def test_the_difference_is_what_one_would_write() -> None:
    base = sim.load("scenarios/baseline.yaml")
    other = base.with_changes({"bodies.waico.fund.envelope": 2.0, "bodies.waico.fund.levy": {"rule": "ai_revenue"}})
    lines = list(differing(base.resolved, other.resolved))
    assert [line for line in lines if line.sign == "+"][0].text.strip() == "envelope: 2.0"
    assert not list(differing(base.resolved, base.resolved))


@pytest.mark.parametrize("name", ["waico-as-signed", "waico-commentary", "gpai-oecd", "aiib"])
def test_labels_of_evidence_add_up(name: str) -> None:
    charter = sim.load(f"scenarios/charters/{name}.yaml").resolved
    counts = evidence_labels(charter)
    assert tuple(counts) == LABELS
    assert evidence_counts(charter) == (counts["assumed"], sum(counts.values()))
    everything = {**charter, "evidence": {}}
    assert evidence_labels(everything)["assumed"] == sum(counts.values())


def test_the_command_writes_where_it_is_told(
    many: Results, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert many.path is not None
    monkeypatch.setattr("sim.report.page.pictures", lambda *_: {})  # drawn elsewhere
    target = tmp_path / "out.html"
    with pytest.raises(SystemExit) as ended:
        main(["report", str(many.path), "-o", str(target)])
    assert ended.value.code == 0 and "MB" in capsys.readouterr().out
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    with pytest.raises(SystemExit) as ended:
        main(["report", str(tmp_path / "nothing")])
    assert ended.value.code == 2 and not (tmp_path / "nothing").exists()
    assert json.loads((many.path / "manifest.json").read_text())["name"] in target.read_text(encoding="utf-8")


def crossed(results: Results) -> Results:
    """The small study crossed with two rules of the world: under the second one the first policy is less safe."""
    held, settings = copy.deepcopy(results.manifest), ("random_utility", "bandwagon")
    named = {(name, rule): f"{name}[membership={rule}]" for rule in settings for name in results.policies}
    held["policies"] = {
        new: {
            "title": f"{results.policies[name]} (membership={rule})",
            "text": "",
            "levers": {"world.membership": rule},
        }
        for (name, rule), new in named.items()
    }
    held["scenarios"] = {new: results.manifest["scenarios"][name] for (name, _), new in named.items()}
    held |= {"baseline": named[results.baseline, settings[0]], "runs": 2 * len(results.runs)}
    held["shape"] |= {"policies": len(named)}
    frames = {}
    for table in ("runs", "series"):
        parts = []
        for rule in settings:
            part = results.read(table)
            part["run_id"] = [f"{rule}-{each}" for each in part["run_id"]]
            if table == "runs":
                worse = (part["policy"] == "commentary") & (rule == "bandwagon")
                part["safety.end"] -= np.where(worse, 9.0, 0.0)
                part["policy"] = [named[each, rule] for each in part["policy"]]
            parts.append(part)
        frames[table] = type(parts[0])(
            np.concatenate([part.to_numpy() for part in parts]), columns=parts[0].columns
        ).infer_objects()
    return with_tables(results, held, **frames)


def test_rival_rules_are_never_compared_with_each_other(many: Results) -> None:
    text = Page(report(crossed(many), budget=0)).text
    assert "The study has 6 policies: 3 of them under every setting" in text
    assert "In how many of 2 settings of membership a direction holds" in text
    assert "−9.0" not in text and "−8.9" not in text  # a difference across rules is no effect of a policy
    assert re.search(r"lower in \d of 2", text)
    assert "36 of 36 runs done" in text


def test_of_too_many_policies_the_figures_say_which_are_drawn(many: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    held, copies = copy.deepcopy(many.manifest), 5
    named = {(name, copy_): f"{name}-{copy_}" for copy_ in range(copies) for name in many.policies}
    held["policies"] = {new: {**held["policies"][name], "title": new} for (name, _), new in named.items()}
    held["scenarios"] = {new: many.manifest["scenarios"][name] for (name, _), new in named.items()}
    held |= {"baseline": named[many.baseline, 0], "runs": copies * len(many.runs)}
    held["shape"] |= {"policies": len(named)}
    frames = {}
    for table in ("runs", "series"):
        parts = []
        for copy_ in range(copies):
            part = many.read(table)
            part["run_id"] = [f"{copy_}-{each}" for each in part["run_id"]]
            if table == "runs":
                part["policy"] = [named[each, copy_] for each in part["policy"]]
            parts.append(part)
        frames[table] = type(parts[0])(
            np.concatenate([part.to_numpy() for part in parts]), columns=parts[0].columns
        ).infer_objects()
    counted = lambda name, make, _: (Picture(name, str(len(make.args[0].policies)), ""), 0)  # noqa: E731
    monkeypatch.setattr("sim.report.pictures._embedded", counted)
    drawn = pictures(with_tables(many, held, **frames), None)
    assert {each.address for each in drawn["found"]} == {"12", "4"}  # every policy stands in one of two forests
    assert all(drawn[section][0].note.startswith("8 of 15 policies are drawn") for section in ("over-time", "power"))
    assert {each.address for part in ("over-time", "gains", "power") for each in drawn[part][1:]} == {"8"}
