"""The explorer: its numbers are the study's, its page asks for nothing, and text from a study stays text."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.cli import main
from sim.errors import ChoiceError
from sim.explorer import explorer
from sim.explorer.packing import packed, unpacked
from sim.explorer.page import data_of
from sim.results import Results
from tests.explorer.browser import CHROMEDRIVER, CHROMIUM, Browser
from tests.report.reading import Page, with_tables
from tests.report.test_report import hostile

INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
KEPT = ["gdp_gain", "gdp_gain_low_income", "gdp_gain_high_income", "waico.members", "safety", "realised_loss"]


@given(st.lists(st.one_of(st.none(), st.integers(-40000, 40000), st.floats(width=32, allow_nan=False)), max_size=30))
def test_packed_numbers_come_back_as_they_went(values: list[float | None]) -> None:
    array = np.array([np.nan if each is None else each for each in values], dtype=np.float32)
    np.testing.assert_array_equal(unpacked(packed(array)), array)


def test_numbers_of_the_page_are_those_of_the_tables(many: Results) -> None:
    data = json.loads(json.dumps(data_of(many, KEPT)))
    runs, series = many.runs, many.series
    ids = data["rows"]["ids"].split(" ")
    assert ids == runs["run_id"].tolist()
    names = [each["name"] for each in data["policies"]]
    assert [names[int(place)] for place in unpacked(data["rows"]["policy"])] == runs["policy"].tolist()
    assert [data["futures"][int(place)] for place in unpacked(data["rows"]["future"])] == runs["future"].tolist()
    for held in data["measures"]:
        table = unpacked(held["values"]).reshape(len(ids), -1)
        wide = series.pivot(index="run_id", columns="year", values=held["name"]).loc[ids].to_numpy(np.float32)
        first = 1 if held["flow"] else 0
        np.testing.assert_array_equal(table[:, first:-1], wide[:, first:])
        np.testing.assert_array_equal(table[:, -1], runs[f"{held['name']}.mean"].to_numpy(np.float32))
        bands = unpacked(held["bands"]).reshape(len(names), -1, 5)
        own = wide[runs["policy"] == names[1]][:, -1]
        np.testing.assert_allclose(bands[1, -2], np.nanquantile(own, [0.05, 0.25, 0.5, 0.75, 0.95]), rtol=1e-6)
    severity = next(each for each in data["inputs"] if each["path"] == "world.severity.index")
    np.testing.assert_allclose(
        unpacked(severity["values"])[unpacked(data["rows"]["future"]).astype(int)],
        runs["input.world.severity.index"], rtol=1e-6,
    )  # fmt: skip


def test_a_sample_keeps_pairs_and_bands_count_all(many: Results) -> None:
    whole, some = data_of(many, KEPT), data_of(many, KEPT, runs=7)
    assert some["counts"]["shown"] == 6 and some["counts"]["good"] == whole["counts"]["shown"] == 18
    pairs = list(zip(*(unpacked(some["rows"][name]).tolist() for name in ("future", "replicate")), strict=True))
    assert len(set(pairs)) == 2 and pairs == pairs[:2] * 3
    assert some["measures"][0]["bands"] == whole["measures"][0]["bands"]
    assert set(some["rows"]["ids"].split()) < set(data_of(many, KEPT, runs=12)["rows"]["ids"].split())


def test_what_does_not_fit_is_named(many: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.explorer.page.MOST_DATA", 900)
    data = data_of(many)
    names = [each["name"] for each in data["measures"]]
    assert names and data["left"] and sorted(names + data["left"]) == sorted(many.schema.measures)
    with pytest.raises(ChoiceError, match="no measure 'nothing'"):
        data_of(many, ["nothing"])


@pytest.fixture(scope="module")
def spoiled(many: Results) -> str:
    return explorer(hostile(many), KEPT)


def test_the_page_asks_for_nothing_and_runs_its_own_scripts_alone(spoiled: str, many: Results) -> None:
    library, code = INLINE.findall(spoiled)
    assert library.count("plotly.js v") >= 1 and len(library) > 1_000_000
    rest = spoiled.replace(library, "").replace(code, "")
    held = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', rest, re.DOTALL)[1])  # type: ignore[index]
    words = re.sub(r'<script type="application/json".*?</script>', "", rest, flags=re.DOTALL)
    assert "innerHTML" not in code and "http" not in code
    assert held["policies"][0]["name"] in hostile(many).policies
    page = Page(words)
    assert not page.tags() & {"link", "iframe", "object", "embed", "base", "img", "svg", "video", "audio"}
    assert all(value.startswith("#") for _, _, value in page.addresses())
    assert not [key for _, each in page.elements for key in each if key.startswith("on") or key == "style"]
    policy = next(each["content"] for tag, each in page.elements if tag == "meta" and "content" in each) or ""
    assert policy.startswith("default-src 'none'; script-src 'unsafe-eval' 'sha256-") and "connect-src" not in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    assert explorer(many, ["safety"]) == explorer(many, ["safety"])


def test_every_control_has_a_label(many: Results) -> None:
    page = Page(INLINE.sub("", explorer(many, ["safety"])))
    labelled = {each.get("for") for tag, each in page.elements if tag == "label"}
    for tag, each in page.elements:
        if tag == "select":
            assert each["id"] in labelled
    live = [each for _, each in page.elements if each.get("aria-live") == "polite"]
    assert {each["id"] for each in live} == {"status", "run-details"}


def test_failed_runs_and_empty_studies_are_told(many: Results) -> None:
    runs = many.read("runs")
    runs.loc[:3, ["status", "error"]] = ["failed", "a number was not finite"]
    data = data_of(with_tables(many, runs=runs), ["safety"])
    assert data["counts"]["failed"] == 4 and data["counts"]["shown"] == 14
    none = data_of(with_tables(many, runs=runs.iloc[:0], series=many.series.iloc[:0]), ["safety"])
    assert none["counts"]["good"] == 0 and none["rows"]["ids"] == ""


def test_the_command_writes_where_it_is_told(
    many: Results, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str) -> int:
        with pytest.raises(SystemExit) as ended:
            main(["explore", *arguments])
        return int(ended.value.code or 0)

    target = tmp_path / "out.html"
    assert run(str(many.path), "-o", str(target), "-m", "safety") == 0
    assert "MB" in capsys.readouterr().out and f"waico rerun {many.path}" in target.read_text(encoding="utf-8")
    assert run(str(tmp_path / "nothing")) == 2 and not (tmp_path / "nothing").exists()
    assert run(str(many.path), "-o", str(tmp_path / "no" / "out.html")) == 2
    assert run(str(many.path), "-o", str(target), "-m", "safety.end") == 0
    capsys.readouterr()
    assert run(str(many.path), "-o", str(target), "-m", "saftey") == 2
    said = capsys.readouterr().err
    assert "no measure 'saftey'; write safety" in said and len(said) < 300


def opened(page: str, folder: Path, browser: Browser) -> None:
    file = folder / "explorer.html"
    file.write_text(page, encoding="utf-8")
    browser.open(file)
    browser.wait("document.body.dataset.drawn")


def drawn_again(browser: Browser, change: str, selector: str = "") -> None:
    """Do something that draws anew, and wait until it is drawn."""
    browser.run("delete document.body.dataset.drawn")
    if selector:
        browser.click(selector)
    if change:
        browser.run(change)
    browser.wait("document.body.dataset.drawn")


@pytest.mark.skipif(CHROMIUM is None or CHROMEDRIVER is None, reason="no Chromium with chromedriver; see CHROMIUM")
def test_in_a_browser_clicks_lead_to_runs_and_nothing_leaves(many: Results, spoiled: str, tmp_path: Path) -> None:
    """One session: the figures against the tables, a click on a point, the keyboard, and the hostile study."""
    with Browser(tmp_path, "--enable-unsafe-swiftshader") as browser:
        opened(explorer(many, KEPT), tmp_path, browser)
        frame = sim.compare(many, None, ["gdp_gain.end"])
        drawn_again(browser, "", "input[value=paired]")
        for row in frame[frame["policy"].isin(["commentary", "without"])].to_dict("records"):
            place = list(many.policies).index(str(row["policy"]))
            found: dict[str, Any] = browser.run(
                "const state = read(); return meanOf(pairsOf(state, MEASURES[0], keptRows(state), arguments[0]))", place
            )
            assert [found["mean"], found["low"], found["high"]] == pytest.approx(
                [row["difference"], row["low"], row["high"]], abs=3e-6
            )
        drawn_again(browser, "", "input[value=spread]")
        spot = browser.run(
            "const chart = document.getElementById('chart'); chart.scrollIntoView();"
            "const trace = chart.data[0]; const box = chart.getBoundingClientRect(); const full = chart._fullLayout;"
            "return [box.left + full.xaxis._offset + full.xaxis.d2p(trace.x[2]),"
            " box.top + full.yaxis._offset + full.yaxis.d2p(trace.y[2]), trace.customdata[2]]"
        )
        assert browser.run("return GL") is True
        browser.run("delete document.body.dataset.drawn")
        browser.point(spot[0], spot[1], click=True)
        browser.wait("document.body.dataset.drawn")
        identity = many.runs["run_id"].iloc[browser.run("return run")]
        command = browser.run("return document.getElementById('command').textContent")
        assert command == f"waico rerun {many.path} {identity}"
        inputs = browser.run("return document.querySelector('#run-details tbody').textContent")
        value = many.runs.set_index("run_id").loc[identity, "input.world.severity.index"]
        assert f"{value:.4g}" in inputs
        drawn_again(
            browser,
            f"const box = document.getElementById('filter-0-low'); box.value = {value:.6g} + 0.01;"
            "box.dispatchEvent(new Event('change', {bubbles: true}))",
        )
        left = int((many.runs["input.world.severity.index"] >= value + 0.01).sum())
        assert browser.run("return document.getElementById('status').textContent").startswith(f"{left} of 18 runs")
        drawn_again(browser, "", "#reset")
        browser.run("document.querySelector('input[value=spread]').focus()")
        browser.run("delete document.body.dataset.drawn")
        browser.press("\ue015")  # arrow down: the next view
        browser.wait("document.body.dataset.drawn")
        assert browser.run("return document.querySelector('input[name=view]:checked').value") == "paired"
        unnamed = browser.run(
            "return [...document.querySelectorAll('input, select, button')].filter((each) => each.offsetParent &&"
            " !each.labels?.length && !each.getAttribute('aria-label') && !each.textContent.trim()"
            " && !each.dataset.title).map((each) => each.outerHTML)"
        )
        assert unnamed == []
        opened(spoiled, tmp_path, browser)
        for view in ("spread", "paired", "scatter", "years"):
            drawn_again(browser, "", f"input[value={view}]")
        drawn_again(browser, "", "#run-after")
        assert "owned" not in browser.run("return document.title").partition("explorer")[2]
        strange = browser.run(
            "return [...document.querySelectorAll('script, img, iframe, object, a[href]')]"
            ".filter((each) => each.tagName !== 'SCRIPT' && each.className !== 'skip').map((each) => each.outerHTML)"
        )
        assert strange == []
        severe = [each for each in browser.complaints() if "GL Driver Message" not in each]
        assert severe == [], severe
    asked = set(re.findall(r'"url":"(https?://[^"]*)"', browser.log.read_text(encoding="utf-8", errors="replace")))
    assert not {each for each in asked if "127.0.0.1:9" in each or "owned" in each or "plot" in each}, asked


def test_a_study_without_titles_and_with_many_policies_is_drawn(many: Results) -> None:
    held = copy.deepcopy(many.manifest)
    held["title"] = ""
    data = data_of(with_tables(many, held), ["safety"])
    assert data["title"] == many.name and data["command"] == ""
