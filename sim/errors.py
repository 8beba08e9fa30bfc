"""What can go wrong, as a tree of exceptions.

SimError
├── ScenarioError    a file a user wrote cannot be used: carries file, line and column
├── ChoiceError      a name or a number that no enrolled rule knows or allows
├── AgentError       an agent of a Mesa run was asked for, or answered, something impossible
├── RunError         a run produced something that is no number, or broke an invariant
└── StoreError       a results folder cannot be read or written
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["AgentError", "ChoiceError", "RunError", "ScenarioError", "SimError", "StoreError"]


class SimError(Exception):
    """Root of every error this package raises on purpose."""


class ScenarioError(SimError):
    """A scenario, study or charter file is unusable.

    Attributes: `file` (text), `line` and `column` (from 1, or 0 when the whole file is meant), `problem`
    (what was found and what was expected), `remedy` (what to write instead) and `others` (the further problems
    found in the same reading, each a `ScenarioError`).

    >>> print(ScenarioError("a.yaml", 3, 7, "unknown key 'duse'", "write 'dues'"))
    a.yaml:3:7: unknown key 'duse'; write 'dues'
    """

    def __init__(
        self,
        file: str,
        line: int,
        column: int,
        problem: str,
        remedy: str = "",
        *,
        others: Iterable[ScenarioError] = (),
    ) -> None:
        self.file, self.line, self.column, self.problem, self.remedy = file, line, column, problem, remedy
        self.others = tuple(others)
        super().__init__(file, line, column, problem, remedy)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else f"{self.file}:1:1"
        return f"{place}: {self.problem}" + (f"; {self.remedy}" if self.remedy else "")


class ChoiceError(SimError):
    """A rule or parameter name that is not enrolled, or a value outside its bounds."""


class AgentError(SimError):
    """A Mesa agent was written to, removed, or answered, in a way the model cannot honour."""


class RunError(SimError):
    """A run produced NaN or broke an invariant; the sweep records it as a failed row."""


class StoreError(SimError):
    """A results folder is locked, foreign, damaged or from a newer format."""
