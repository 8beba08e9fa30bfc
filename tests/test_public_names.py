"""What `import sim` offers, and what it costs."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest

import sim


@pytest.mark.parametrize("name", sorted(sim.PUBLIC))
def test_every_public_name_is_there(name: str) -> None:
    value = getattr(sim, name)
    assert name in dir(sim)
    assert isinstance(value, ModuleType) or value.__name__ == name


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(AttributeError, match="its names are: .*load"):
        sim.lode  # noqa: B018


def test_import_sim_loads_nothing_heavy() -> None:
    heavy = "{'numpy', 'pandas', 'pydantic', 'mesa', 'scipy', 'matplotlib'}"
    code = f"import sim, sys; print(sorted(set(sys.modules) & {heavy}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
