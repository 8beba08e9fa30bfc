"""How documents and results show themselves: true numbers, plain words, and text that stays text."""

from __future__ import annotations

import dataclasses
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.files.display import decisions_in_words
from sim.files.markup import heading, line, number, table, value_in_words
from sim.plan import Plan, RunSpec
from sim.results import Results

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "scenarios"
CHARTERS = sorted((SCENARIOS / "charters").glob("*.yaml"))
HOSTILE = "<script>alert('x')</script>&\"<img src=x onerror=y>"
OURS = {"p", "b", "table", "tr", "th", "td", "details", "summary"}


class Page(HTMLParser):
    """Tags, attributes and text of a page; every tag has to be closed in its order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[Any] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def harmless(text: str) -> Page:
    page = Page(text)
    assert page.tags <= OURS and set(page.attributes) <= {("style", "text-align: left")}
    return page


def shown(document: Any) -> Page:
    return harmless(document._repr_html_())


@given(st.text())
def test_text_stays_text(text: str) -> None:
    for made in (heading(text, text, text), line(text), table([text], [[text], [{"rule": text, text: [text]}]])):
        harmless(made)
    assert Page(line(text)).text == text


@pytest.mark.parametrize("path", CHARTERS, ids=lambda path: path.stem)
def test_every_charter_shows_itself(path: Path) -> None:
    charter = sim.load(path)
    assert isinstance(charter, sim.Charter)
    page = shown(charter)
    assumed, total = charter.evidence_counts()
    assert f"assumed {assumed} of {total} rule" in page.text and f"assumed {assumed} of {total} rule" in repr(charter)
    assert charter.title in page.text and all(tier in page.text for tier in charter.resolved["tiers"])


@pytest.mark.parametrize("path", CHARTERS, ids=lambda path: path.stem)
def test_voting_is_told_as_the_assembly_decides(path: Path) -> None:
    """The words are those of the decision that a run asks; who can never sit in the body is left out there."""
    scenario = sim.load(SCENARIOS / "baseline.yaml")
    assert isinstance(scenario, sim.Scenario)
    resolved = scenario.with_changes({"bodies.waico.charter": str(path.relative_to(SCENARIOS))}).resolved
    plan = Plan([RunSpec("test", 0, 0, 1, resolved)]).bodies["waico"].at(2026)
    told = {kind: words for kind, (_, words) in decisions_in_words(resolved["bodies"]["waico"]).items()}
    assert told == {kind: decision.describe() for kind, decision in plan.decisions.items()}


def test_a_scenario_tells_years_bodies_evidence_and_what_differs() -> None:
    scenario = sim.load(SCENARIOS / "baseline.yaml")
    assert isinstance(scenario, sim.Scenario)
    made = scenario.with_changes({"world.economy.gain": 0.2, "bodies.gpai": None})
    text = shown(made).text
    assert "End of 2026 to end of 2036, 4 steps a year" in text
    assert "world.economy.gain0.160.2" in text and "bodies.gpai" in text
    assumed, total = made.evidence_counts()
    assert f"assumed {assumed} of {total} rules in force" in text
    assert "Nothing differs" in shown(made.with_changes({})).text


def test_a_study_tells_its_size_and_policies() -> None:
    study = sim.load(SCENARIOS / "studies" / "first-look.yaml")
    assert isinstance(study, sim.Study)
    assert repr(study.only("commentary", "consensus")).startswith(
        "<Study first-look: 2 policies x 12 futures x 8 replicates = 192 runs"
    )
    text = shown(study).text
    assert "as-signed (baseline)" in text and all(about["title"] in text for about in study.about.values())
    assert all(path in text for path in study.uncertainties)


def test_hostile_text_of_files_is_shown_and_never_run() -> None:
    study = sim.load(SCENARIOS / "studies" / "first-look.yaml")
    assert isinstance(study, sim.Study) and study.scenario is not None
    bad = {"title": HOSTILE, "text": HOSTILE, "name": HOSTILE}
    charter = {**study.scenario.resolved["bodies"]["waico"], **bad}
    charter["evidence"] = {HOSTILE: {"label": "reported", "source": HOSTILE}}
    charter["tiers"] = {HOSTILE: charter["tiers"]["member"]}
    resolved = {**study.scenario.resolved, "bodies": {HOSTILE: charter}}
    place = Path(HOSTILE)
    pages = [
        dataclasses.replace(study.scenario, **bad, path=place, resolved=resolved),
        sim.Charter(place, HOSTILE, HOSTILE, HOSTILE, charter, (), {"added": 1}),
        dataclasses.replace(
            study,
            **bad,
            path=place,
            policies={HOSTILE: resolved},
            about={HOSTILE: {"title": HOSTILE, "text": HOSTILE}},
            uncertainties={HOSTILE: {"choice": [HOSTILE], "where_present": False}},
            levers={HOSTILE: {"grid": [HOSTILE]}},
        ),
    ]
    for document in pages:
        assert HOSTILE in shown(document).text
        repr(document)


@pytest.fixture(scope="module")
def results() -> Results:
    scenario = sim.load(SCENARIOS / "baseline.yaml")
    assert isinstance(scenario, sim.Scenario)
    return sim.run(scenario.with_changes({"years": 1}, title=HOSTILE), replicates=3, seed=5)


def test_results_tell_size_state_place_and_medians(results: Results) -> None:
    page = shown(results)
    assert "1 policy x 1 future x 3 replicates; 3 of 3 runs are done: 3 ok, 0 failed" in page.text
    assert HOSTILE in page.text and "in memory" in page.text
    median = sorted(results.runs["waico.members.end"])[1]
    assert f"waico.members.end [states]{number(median)}" in page.text


def test_failed_runs_are_counted_and_left_out_of_medians(results: Results) -> None:
    table_of = results._tables["runs"]
    place = table_of.column_names.index("status")
    status = table_of.column(place).cast("string").to_pylist()
    broken = table_of.set_column(place, table_of.field(place).name, [["failed", *status[1:]]])
    broken = broken.cast(table_of.schema)
    page = shown(Results(results.manifest, None, {"runs": broken}))
    assert "3 of 3 runs are done: 2 ok, 1 failed" in page.text
    none = shown(Results(results.manifest, None, {"runs": table_of.slice(0, 0)}))
    assert "0 of 3 runs are done" in none.text


def test_a_folder_that_cannot_be_read_says_so(results: Results, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "broken.parquet").write_bytes(b"no table")
    assert "is damaged" in shown(Results(results.manifest, tmp_path)).text


def test_values_in_words() -> None:
    assert value_in_words({"rule": "none"}) == "none"
    assert value_in_words({"title": "A charter", "tiers": {}, "voting": {}}) == "A charter"
    assert len(value_in_words("word " * 500)) <= 160
    assert value_in_words(True) == "yes" and value_in_words({}) == "none"
