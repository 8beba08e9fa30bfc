"""Which policy does well whatever comes: regret, thresholds met, domains of priors, Pareto fronts, rival rules."""

from sim.robustness.criteria import Criterion, criteria_of, read_criterion
from sim.robustness.front import dominated_by, front
from sim.robustness.measures import domain, efficient, meets, regret
from sim.robustness.outcomes import Outcomes, outcomes_of
from sim.robustness.rivals import rival_paths, rivals
from sim.robustness.sheets import sheets
from sim.robustness.verdict import Robustness, robustness

__all__ = [
    "Criterion", "Outcomes", "Robustness", "criteria_of", "domain", "dominated_by", "efficient", "front", "meets",
    "outcomes_of", "read_criterion", "regret", "rival_paths", "rivals", "robustness", "sheets",
]  # fmt: skip
