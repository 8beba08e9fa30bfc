"""The model once more, as an ordinary Mesa model: one object per nation, firm and body, loops and floats.

Written from `docs/odd.md` and to be read beside it; the section numbers in the docstrings are those of that page. It
shares with the package what is data or luck (populations, scenarios, draws) and the object that counts votes, and
nothing of the rules and phases.
"""

from tests.docking.twin.world import World

__all__ = ["World"]
