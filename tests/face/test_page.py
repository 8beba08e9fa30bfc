"""The page for modellers runs as it stands."""

from __future__ import annotations

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "mesa.md"


def test_every_example_of_the_page_runs() -> None:
    options = doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL | doctest.ELLIPSIS
    tried = doctest.testfile(str(PAGE), module_relative=False, optionflags=options)
    assert tried.attempted > 30 and tried.failed == 0
