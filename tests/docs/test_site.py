"""The site has a place for every page, its links lead somewhere, and nothing on it comes from another server."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections import deque
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("mkdocs", reason="the extra [docs] is not installed")
import yaml  # it comes with MkDocs

import sim
from sim.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
LINK = re.compile(r"(?<!!)\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s#]+)(?:#[^()\s]*)?\)")
CONFIG = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def site() -> ModuleType:
    spec = importlib.util.spec_from_file_location("site_pages", ROOT / "tools" / "site_pages.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    path = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = path
    return module


@pytest.fixture(scope="module")
def texts(site: ModuleType) -> dict[str, str]:
    """Every page of the site, by its path."""
    own = {path.relative_to(DOCS).as_posix(): path.read_text(encoding="utf-8") for path in DOCS.rglob("*.md")}
    return {**own, **site.made_pages()}


def test_every_page_has_its_place_in_the_menu(site: ModuleType, texts: dict[str, str]) -> None:
    nav = site.spread(yaml.safe_load(CONFIG)["nav"], set(texts), set(site.texts(yaml.safe_load(CONFIG)["nav"])))
    placed = site.texts(nav)
    assert len(placed) == len(set(placed)) and set(placed) <= set(texts)


def test_pages_that_come_and_go_do_not_break_the_menu(site: ModuleType) -> None:
    nav = [{"A": "a.md"}, {"B": [{"C": "gone.md"}, "f/*.md"]}, {"D": [{"E": "gone.md"}]}]
    assert site.spread(nav, {"a.md", "f/x.md", "f/y.md"}, {"a.md"}) == [{"A": "a.md"}, {"B": ["f/x.md", "f/y.md"]}]


def test_links_lead_to_files(texts: dict[str, str]) -> None:
    dead = []
    for name, text in texts.items():
        folder = ROOT if name in ("architecture.md", "contributing.md", "changes.md") else (DOCS / name).parent
        for target in LINK.findall(re.sub(r"```.*?```", "", text, flags=re.S)):
            if "://" in target or target.startswith("mailto:"):
                continue
            full = (folder / target).resolve()
            page = full.relative_to(DOCS).as_posix() if full.is_relative_to(DOCS) else ""
            if not full.exists() and page not in texts:
                dead.append(f"{name}: {target}")
    assert not dead, dead


def test_three_clicks_from_the_front_page_to_who_gains_by_another_voting_rule(texts: dict[str, str]) -> None:
    far = {"index.md": 0}
    waiting = deque(far)
    while waiting:
        at = waiting.popleft()
        for target in LINK.findall(texts[at]):
            page = (DOCS / at).parent.joinpath(target).resolve()
            name = page.relative_to(DOCS).as_posix() if page.is_relative_to(DOCS) else ""
            if name in texts and name not in far:
                far[name] = far[at] + 1
                waiting.append(name)
    assert far["how-to/change-the-voting-rule.md"] <= 3
    assert "## 4. Who gains" in texts["how-to/change-the-voting-rule.md"]


def test_every_public_name_and_command_stands_in_the_reference(texts: dict[str, str]) -> None:
    index = texts["reference/index.md"]
    assert all(f"[`sim.{name}`]" in index for name in sim.PUBLIC)
    assert all(f"\n## {name}\n" in texts["reference/commands.md"] for name, _, _ in COMMANDS)
    assert "{ #sim.comparison.paired.compare }" in texts["reference/comparison.md"]


def test_the_site_asks_no_other_server() -> None:
    assert "font: false" in CONFIG and "://" not in CONFIG
    assets = "".join(path.read_text(encoding="utf-8") for path in (DOCS / "assets").iterdir())
    assert "://" not in assets.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_every_research_question_has_a_study_a_finding_and_a_strength() -> None:
    text = (DOCS / "questions.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if re.match(r"\| \d+ \|", line)
    ]
    assert [int(row[0]) for row in rows] == list(range(1, 29))
    strengths = ("estimated", "assumed", "exit-only", "not answered")
    counts = []
    for _, question, study, finding, strength in rows:
        found = re.fullmatch(r"\[([\w-]+)\]\(([\w/-]+\.md)\)", study)
        assert question and finding and strength in strengths
        assert found or strength == "not answered", study
        if found:
            assert (ROOT / "scenarios" / "studies" / f"{found[1]}.yaml").exists() and (DOCS / found[2]).exists()
        counts.append(strength)
    said = re.search(r"\*\*Count\*\*: (\d+) estimated, (\d+) assumed, (\d+) exit-only, (\d+) not answered", text)
    assert said is not None and [counts.count(one) for one in strengths] == [int(number) for number in said.groups()]
