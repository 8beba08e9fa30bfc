"""Users, creators and regulators of AI who learn whom to trust (Alalawi et al. 2024, "Trust AI regulation?").

Three populations: users trust (T) or not (N), creators comply (C) or defect (D), regulators enforce (C) or not (D).
A state names them in this order, as `TCD`. At rare mutation the three populations move between eight such states.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from sim.rules.textbook.evolution import fixation_at_constant_advantage, stationary

__all__ = ["STATES", "compliance_threshold", "long_run", "payoffs", "trust"]

STATES = tuple("".join(state) for state in product("TN", "CD", "CD"))


def payoffs(
    state: str,
    *,
    user: float,
    creator: float,
    regulator: float,
    compliance: float,
    enforcement: float,
    sanction: float,
    pursuit: float,
    bounty: float,
    misled: float,
) -> tuple[float, float, float]:
    """Payoffs of user, creator and regulator in one state.

    `user`, `creator`, `regulator`: what each gains from use; `compliance`, `enforcement`: what these cost;
    `sanction`: fine of a defecting creator who is caught; `pursuit`, `bounty`: cost and reward of catching one;
    `misled`: part of the user's gain that is left with an unsafe system (negative: harm).
    """
    trusts, complies, enforces = state[0] == "T", state[1] == "C", state[2] == "C"
    costs = -compliance if complies else 0.0
    watching = -enforcement if enforces else 0.0
    if not trusts:
        return 0.0, costs, watching
    caught = enforces and not complies
    return (
        user if complies else misled * user,
        creator + costs - (sanction if caught else 0.0),
        regulator + watching + (bounty - pursuit if caught else 0.0),
    )


def long_run(size: int, strength: float, **numbers: float) -> dict[str, float]:
    """Long-run share of each of the eight states: each population of `size` is equally likely to have the mutant.

    >>> numbers = dict(user=4.0, creator=4.0, regulator=4.0, compliance=0.5, enforcement=0.5, sanction=1.5, pursuit=0.5)
    >>> found = long_run(100, 0.1, bounty=0.0, misled=0.2, **numbers)
    >>> round(found["TDD"], 6), round(trust(found), 6)
    (0.992435, 0.99964)
    """
    moves = np.zeros((len(STATES), len(STATES)))
    for row, state in enumerate(STATES):
        before = payoffs(state, **numbers)
        for who, letters in enumerate(("TN", "CD", "CD")):
            other = letters[1 - letters.index(state[who])]
            there = state[:who] + other + state[who + 1 :]
            gain = strength * (payoffs(there, **numbers)[who] - before[who])
            moves[row, STATES.index(there)] = fixation_at_constant_advantage(gain, size) / 3.0
        moves[row, row] = 1.0 - moves[row].sum()
    return dict(zip(STATES, stationary(moves).tolist(), strict=True))


def trust(shares: dict[str, float]) -> float:
    """Share of time in which users trust."""
    return sum(share for state, share in shares.items() if state[0] == "T")


def compliance_threshold(compliance: float, sanction: float) -> float:
    """Share of enforcing regulators from which a trusted creator complies: its cost over the fine.

    >>> round(compliance_threshold(0.5, 1.5), 6)
    0.333333
    """
    return compliance / sanction
