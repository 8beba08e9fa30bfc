"""Every file of the corpus is refused at the stated place with the stated words.

The first line of a file states what is expected: `# expect: [file:]line:column | words | words`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import sim
from sim.cli import main

FOLDER = Path(__file__).parent / "bad"
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.yaml"))


def expectation(name: str) -> tuple[str, list[str]]:
    """The start of the message and the words in it."""
    first = (FOLDER / name).read_text(encoding="utf-8").splitlines()[0]
    place, *words = first.removeprefix("# expect: ").split(" | ")
    file = name if place.count(":") == 1 else place.split(":")[0]
    return f"{file}:{':'.join(place.split(':')[-2:])}: ", [word.strip() for word in words]


@pytest.mark.parametrize("name", FILES)
def test_file_is_refused_at_its_place(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    start, words = expectation(name)
    with pytest.raises(sim.ScenarioError) as caught:
        sim.load(name)
    messages = [str(each) for each in (caught.value, *caught.value.others)]
    meant = [message for message in messages if message.startswith(start)]
    assert meant, messages
    assert all(any(word in message for message in meant) for word in words), messages
    assert "; " in meant[0], f"no remedy in {meant[0]}"


@pytest.mark.parametrize("name", FILES[::8])
def test_command_line_tells_it_and_ends_with_2(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(FOLDER)
    before = sorted(os.listdir(FOLDER))
    with pytest.raises(SystemExit) as ended:
        main(["validate", name])
    out, err = capsys.readouterr()
    assert ended.value.code == 2
    assert out == "" and expectation(name)[0] in err and "Traceback" not in err
    assert sorted(os.listdir(FOLDER)) == before


def test_all_problems_of_a_file_are_told_together(tmp_path: Path) -> None:
    file = tmp_path / "many.yaml"
    file.write_text(
        "format: 1\nkind: charter\nname: 3\nsponsor: CHN\n"
        "policy: {rights: 7, sharing: x}\nfund: {dues: no_such}\n"
    )
    with pytest.raises(sim.ScenarioError) as caught:
        sim.load(file)
    places = [(each.line, each.column) for each in (caught.value, *caught.value.others)]
    assert places == [(3, 7), (5, 18), (5, 30), (6, 14)]
