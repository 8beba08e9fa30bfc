"""The examples of README, tutorial and how-to pages run as they stand, in a copy of the project and at a small size.

Every page is read from top to bottom: a block with a title is written to that file, a line `waico ...` is given to the
command line, Python is executed. What draws or asks for a cluster is read by the command line and not carried out.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import sim
import sim.engine
from sim.choices import FAMILIES
from sim.cli import application, main

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [
    ROOT / "README.md",
    DOCS / "tutorial.md",
    DOCS / "how-to" / "change-the-voting-rule.md",
    DOCS / "how-to" / "write-a-charter.md",
    DOCS / "how-to" / "write-a-study.md",
    DOCS / "how-to" / "add-a-rule.md",
    DOCS / "how-to" / "add-data.md",
    DOCS / "how-to" / "rerun-next-year.md",
    DOCS / "how-to" / "other-programs.md",
    DOCS / "clusters.md",
]
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)(?P<more>[^\n]*)\n(?P<text>.*?)^(?P=indent)```", re.M | re.S)
ONLY_READ = {"report", "predict", "explain"}
ELSEWHERE = {"--dask", "--mpi", "--convergence"}
NOT_OURS = {"r", "text", "python-session", "toml", "slurm", "kubernetes"}


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    language: str
    title: str
    text: str
    place: str


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        title = re.search(r'title="([^"]+)"', found["more"])
        body = "\n".join(line.removeprefix(found["indent"]) for line in found["text"].splitlines()) + "\n"
        line = text.count("\n", 0, found.start()) + 1
        yield Block(found["language"], title[1] if title else "", body, f"{page.relative_to(ROOT)}:{line}")


def small(text: str) -> str:
    """A study at a small size."""
    return re.sub(r"^(replicates): \d+", r"\1: 1", re.sub(r"^(  count): \d+", r"\1: 2", text, flags=re.M), flags=re.M)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the scenarios with few nations and years, in which the pages are carried out one after the other."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    base = folder / "scenarios" / "baseline.yaml"
    text = base.read_text(encoding="utf-8").replace("nations: all", "nations: {sample: 20}")
    base.write_text(re.sub(r"^years: \d+", "years: 1", text, flags=re.M), encoding="utf-8")
    for study in (folder / "scenarios" / "studies").glob("*.yaml"):
        study.write_text(small(study.read_text(encoding="utf-8")), encoding="utf-8")
    before, path = Path.cwd(), list(sys.path)
    os.chdir(folder)
    yield folder
    os.chdir(before)
    sys.path[:] = path
    for family in FAMILIES.values():  # rules that a page enrolled
        for name in [rule.name for rule in family if not rule.function.__module__.startswith("sim.")]:
            del family._rules[name]


@pytest.fixture(scope="module")
def before() -> set[tuple[str, ...]]:
    """What has been asked already."""
    return set()


def shrunk(words: list[str]) -> list[str]:
    """The words of a command at a small size."""
    words = [word for word in words if word != "--plots"]
    for option in ("--replicates", "--futures"):
        if option in words:
            words[words.index(option) + 1] = "2" if option == "--futures" else "1"
    if words[0] == "run" and "--replicates" not in words:
        words += ["--replicates", "1"]
    if words[0] == "sweep":
        words += ["--workers", "1"]
    if words[0] == "power":
        words += ["--votes", "1000", "--firms", "none"]
    return words


def asked(words: list[str], where: str, before: set[tuple[str, ...]]) -> None:
    """Give a command to the command line; of what would draw, estimate or ask a cluster only the words are read.

    The same is done where a page has asked the same of the same file `before`, with other values of the options.
    """
    if "RUN_ID" in words:
        runs = sim.open_results("results/first-look").runs
        words[words.index("RUN_ID")] = str(runs["run_id"].iloc[0])
    options = sorted({word for word in words if word.startswith("-")} - {"-m"}) if words[0] != "sweep" else []
    same = (*(words[:1] if "--groups" in options else words[:2]), *options)
    if words[0] in ONLY_READ or ELSEWHERE & set(words) or same in before:
        group: Any = sys.modules["typer.main"].get_command(application())  # type: ignore[attr-defined]
        group.commands[words[0]].make_context("waico", list(words[1:]))
        return
    before.add(same)
    with pytest.raises(SystemExit) as ended:
        main(shrunk(words))
    assert ended.value.code == 0, f"{where}: waico {' '.join(words)}"


def lines_of(text: str) -> Iterator[str]:
    for line in text.replace("\\\n", " ").splitlines():
        plain = line.split(" #")[0].strip()
        if plain and not plain.startswith("#"):
            yield plain


def shell(block: Block, before: set[tuple[str, ...]]) -> None:
    """Carry out the lines of a block that are ours; of the others, files that are named have to exist."""
    for line in lines_of(block.text):
        words = shlex.split(line)
        command = words[0].rsplit("/", 1)[-1]
        if command == "waico":
            asked(words[1:], block.place, before)
        elif command == "make":
            targets = [word for word in words[1:] if "=" not in word]
            known = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
            assert set(targets) <= set(known), f"{block.place}: {line}"
        elif command == "python" and len(words) > 1 and words[1].endswith(".py"):
            assert (ROOT / words[1]).exists(), f"{block.place}: {line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_run(
    page: Path, place: Path, before: set[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, Any] = {"__name__": "example"}
    carried_out = 0
    for block in blocks(page):
        if block.language in NOT_OURS:
            continue
        carried_out += 1
        if block.title:
            if block.title.endswith(".py"):
                compile(block.text, block.place, "exec")
            target = place / block.title
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(small(block.text) if "kind: study" in block.text else block.text, encoding="utf-8")
        elif block.language in ("bash", ""):
            shell(block, before)
        elif block.language == "python":
            exec(compile(block.text, block.place, "exec"), names)
    assert carried_out, f"{page.name} has no example"


def test_every_how_to_page_is_carried_out() -> None:
    pages = {path for path in (DOCS / "how-to").glob("*.md") if path.name != "index.md"}
    assert pages <= set(PAGES)
