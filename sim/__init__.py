"""waico-sim: a policy laboratory for international bodies that govern AI.

The public names are imported when they are first used, so that `import sim` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.comparison import compare as compare
    from sim.comparison import in_words as in_words
    from sim.comparison import summary as summary
    from sim.errors import ScenarioError as ScenarioError
    from sim.face import Body as Body
    from sim.face import Firm as Firm
    from sim.face import Model as Model
    from sim.face import Nation as Nation
    from sim.files import Charter as Charter
    from sim.files import Scenario as Scenario
    from sim.files import Study as Study
    from sim.files import load as load
    from sim.results import Results as Results
    from sim.results import open_results as open_results
    from sim.study.single import run as run
    from sim.study.sweeping import sweep as sweep

__version__ = "0.1.0"

# Public name -> module that holds it; a further public name is one more line here.
# A name that is a module itself maps to that module.
PUBLIC = {
    "load": "sim.files",
    "Scenario": "sim.files",
    "Study": "sim.files",
    "Charter": "sim.files",
    "ScenarioError": "sim.errors",
    "run": "sim.study.single",
    "sweep": "sim.study.sweeping",
    "open_results": "sim.results",
    "Results": "sim.results",
    "compare": "sim.comparison",
    "comparison": "sim.comparison",
    "robustness": "sim.robustness",
    "in_words": "sim.comparison",
    "summary": "sim.comparison",
    "plots": "sim.plots",
    "power": "sim.power",
    "Model": "sim.face",
    "Nation": "sim.face",
    "Firm": "sim.face",
    "Body": "sim.face",
}

__all__ = ["__version__", *PUBLIC]


def __getattr__(name: str) -> Any:
    if name not in PUBLIC:
        known = ", ".join(PUBLIC)
        raise AttributeError(f"module 'sim' has no name '{name}'; its names are: {known}")
    module = importlib.import_module(PUBLIC[name])
    value = module if PUBLIC[name] == f"sim.{name}" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *PUBLIC])
