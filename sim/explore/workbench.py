"""What is used of EMA Workbench, imported without what it says about engines that are not wanted here."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from ema_workbench.analysis.cart import CART
    from ema_workbench.analysis.feature_scoring import get_ex_feature_scores
    from ema_workbench.analysis.prim import Prim
    from ema_workbench.analysis.scenario_discovery_util import RuleInductionType

__all__ = ["CART", "Prim", "RuleInductionType", "get_ex_feature_scores"]
