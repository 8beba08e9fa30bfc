"""What a sweep says in a notebook: one bar that is drawn over, lines as plain output, nothing of time in the end."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from sim.study import progress
from sim.study.progress import Reporter


class Screen:
    """Stands for the display of a notebook: keeps everything that was shown, in order."""

    def __init__(self) -> None:
        self.shown: list[dict[str, str]] = []

    def display(self, data: dict[str, str], *, raw: bool, display_id: bool) -> Screen:
        assert raw and display_id
        self.shown.append(data)
        return self

    def update(self, data: dict[str, str], *, raw: bool) -> None:
        assert raw
        self.shown.append(data)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    screen = Screen()
    shell = SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "IPython.display", screen)  # type: ignore[arg-type]
    return screen


def test_a_notebook_gets_one_bar_that_ends_full(
    screen: Screen, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: 0.0))  # all within one moment
    with Reporter(40) as reporter:
        reporter.say("one line")
        for _ in range(10):
            reporter.add(4, 0)
            reporter.tick()
    assert screen.shown[0]["text/plain"] == "0 of 40 runs"
    assert screen.shown[-1]["text/plain"] == "40 of 40 runs"
    assert 'value="40" max="40"' in screen.shown[-1]["text/html"]
    assert len(screen.shown) == 2, "drawn at most a few times a second"
    said = capsys.readouterr()
    assert said.out == "one line\n" and said.err == ""


def test_failed_runs_and_a_stopped_sweep_are_told(screen: Screen) -> None:
    with pytest.raises(KeyboardInterrupt), Reporter(9) as reporter:
        reporter.add(3, 1)
        raise KeyboardInterrupt
    assert screen.shown[-1]["text/plain"] == "4 of 9 runs, 1 failed"


def test_silence_is_silent(screen: Screen, capsys: pytest.CaptureFixture[str]) -> None:
    with Reporter(9, enabled=False) as reporter:
        reporter.add(9, 0)
        reporter.say("nothing")
    said: Any = capsys.readouterr()
    assert screen.shown == [] and said.out == said.err == ""


def test_a_prompt_without_a_kernel_is_no_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setitem(sys.modules, "IPython.display", screen)  # type: ignore[arg-type]
    for shell in (None, SimpleNamespace()):
        ipython = SimpleNamespace(get_ipython=lambda shell=shell: shell)
        monkeypatch.setitem(sys.modules, "IPython", ipython)  # type: ignore[arg-type]
        assert progress._display() is None
