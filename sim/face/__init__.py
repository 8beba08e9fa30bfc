"""The Mesa face of a run: a model whose agents are views on one row of the engine's arrays.

The only place that imports Mesa; sweeps never come here.
"""

from __future__ import annotations

from sim.face.agents import Body, Firm, Nation
from sim.face.choices import Proposal, SafetyChoice, TierChoice, VoteChoice
from sim.face.explain import Explanation
from sim.face.model import Model
from sim.face.rows import model_of, run_rows, runner

__all__ = [
    "Body",
    "Explanation",
    "Firm",
    "Model",
    "Nation",
    "Proposal",
    "SafetyChoice",
    "TierChoice",
    "VoteChoice",
    "model_of",
    "run_rows",
    "runner",
]
