"""What a sweep says while it works: a bar on a terminal or in a notebook, a plain line every few seconds elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

__all__ = ["Reporter", "duration", "size"]

EVERY = 5.0
REDRAW = 0.25
"""Seconds between two drawings of a notebook's bar: each one is a message to the browser."""


def duration(seconds: float) -> str:
    """A time in words short enough for a line.

    >>> duration(0.4), duration(75), duration(7300)
    ('under 1 s', '1 min 15 s', '2 h 01 min')
    """
    whole = int(round(seconds))
    if whole < 1:
        return "under 1 s"
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def size(count: float) -> str:
    """A number of bytes for readers.

    >>> size(1500), size(2_500_000)
    ('2 kB', '2 MB')
    """
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:.0f} {unit}"
        count /= 1000
    raise AssertionError


def _display() -> Callable[..., Any] | None:
    """What shows things in a notebook, or None outside one. A kernel has IPython loaded; nothing is loaded here."""
    ipython, shows = sys.modules.get("IPython"), sys.modules.get("IPython.display")
    shell = ipython.get_ipython() if ipython is not None else None
    return shows.display if shows is not None and getattr(shell, "kernel", None) is not None else None


class NotebookBar:
    """A bar in the output of a cell, drawn over again as runs end; it keeps no time, so it reads the same again."""

    def __init__(self, display: Callable[..., Any], total: int) -> None:
        self._total, self._drawn = total, time.monotonic()
        self._handle = display(self._look(0, 0), raw=True, display_id=True)

    def _look(self, done: int, failed: int) -> dict[str, str]:
        said = f"{done} of {self._total} runs" + (f", {failed} failed" if failed else "")
        bar = f'<progress value="{done}" max="{max(self._total, 1)}" style="width: 20em"></progress>'
        return {"text/plain": said, "text/html": f"{bar} {said}"}

    def update(self, done: int, failed: int, *, now: bool = False) -> None:
        """Draw the bar, unless it was drawn a moment ago."""
        if now or time.monotonic() - self._drawn >= REDRAW:
            self._drawn = time.monotonic()
            self._handle.update(self._look(done, failed), raw=True)


class Reporter:
    """Tells how far a sweep is, on the standard error stream or in a notebook; silent when `enabled` is false."""

    def __init__(self, total: int, enabled: bool = True) -> None:
        self.total, self.done, self.failed, self._enabled = total, 0, 0, enabled
        self._start = self._said = time.monotonic()
        self._bar: Progress | None = None
        self._display = _display() if enabled else None
        self._notebook: NotebookBar | None = None
        if enabled and self._display is None and sys.stderr.isatty():
            self._bar = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[more]}"),
                TimeRemainingColumn(elapsed_when_finished=True),
                console=Console(stderr=True),
                transient=True,
            )

    def __enter__(self) -> Reporter:
        self._start = self._said = time.monotonic()
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task("runs", total=self.total, more="")
        if self._display is not None:
            self._notebook = NotebookBar(self._display, self.total)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        if self._notebook is not None:
            self._notebook.update(self.done, self.failed, now=True)

    @property
    def rate(self) -> float:
        """Runs a second so far."""
        return self.done / max(time.monotonic() - self._start, 1e-9)

    def add(self, ok: int, failed: int) -> None:
        """Count finished runs."""
        self.done += ok + failed
        self.failed += failed
        if self._bar is not None:
            failures = f", [red]{self.failed} failed[/red]" if self.failed else ""
            self._bar.update(self._task, completed=self.done, more=f"{self.rate:.1f}/s{failures}")
        if self._notebook is not None:
            self._notebook.update(self.done, self.failed)

    def tick(self) -> None:
        """Print a plain line when it is time for one."""
        now = time.monotonic()
        if self._enabled and self._bar is None and self._notebook is None and now - self._said >= EVERY:
            self._said = now
            left = duration((self.total - self.done) / self.rate) if self.done else "unknown"
            self.say(
                f"{self.done} of {self.total} runs, {self.failed} failed, {self.rate:.1f} a second, time left {left}"
            )

    def say(self, text: str) -> None:
        """One plain line; a notebook gets it as output, where its error stream would look like a failure."""
        if self._enabled:
            print(text, file=sys.stderr if self._display is None else sys.stdout, flush=True)
