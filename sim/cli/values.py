"""Values given on the command line as PATH=VALUE, read as a scenario file would read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["settings_of"]


def settings_of(texts: Iterable[str]) -> dict[str, Any]:
    """Path to value; YAML 1.2, so that NO is Norway and 1e-3 a number. `SimError` for a text without '='.

    >>> settings_of(["years=5", "world.race=abs", "nations={sample: 12}"])
    {'years': 5, 'world.race': 'abs', 'nations': {'sample': 12}}
    """
    from sim.errors import SimError
    from sim.files.nodes import plain
    from sim.files.reading import parse

    found = {}
    for text in texts:
        path, equals, value = text.partition("=")
        if not equals or not path.strip():
            raise SimError(f"--set: found '{text}', expected PATH=VALUE; write --set years=5")
        node = parse(f"value: {value}\n", "--set")
        found[path.strip()] = plain(node)["value"] if node is not None else None
    return found
