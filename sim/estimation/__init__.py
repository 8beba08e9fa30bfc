"""Who joins: a membership choice estimated from the dated rosters of many bodies.

`risk_sets` says who could have joined each body and who did; `covariates` and `ties` give each state's position
towards the body's leading states before it was founded; `model` fits the partially pooled logit; `evaluation`
scores it on bodies left out; `rates` reads how fast states join and ratify. The frozen choices stand in
`specification`. Nothing here is needed to run a scenario.
"""

from __future__ import annotations
