"""What a sweep says while it works: a bar on a terminal, a plain line every few seconds elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType

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


class Reporter:
    """Tells on the standard error stream how far a sweep is; silent when `enabled` is false."""

    def __init__(self, total: int, enabled: bool = True) -> None:
        self.total, self.done, self.failed, self._enabled = total, 0, 0, enabled
        self._start = self._said = time.monotonic()
        self._bar: Progress | None = None
        if enabled and sys.stderr.isatty():
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
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

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

    def tick(self) -> None:
        """Print a plain line when it is time for one."""
        now = time.monotonic()
        if self._enabled and self._bar is None and now - self._said >= EVERY:
            self._said = now
            left = duration((self.total - self.done) / self.rate) if self.done else "unknown"
            self.say(
                f"{self.done} of {self.total} runs, {self.failed} failed, {self.rate:.1f} a second, time left {left}"
            )

    def say(self, text: str) -> None:
        """One plain line."""
        if self._enabled:
            print(text, file=sys.stderr, flush=True)
