"""The race: how firms trade speed against safety."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, number, whole
from sim.units import Array, Flags

race = Family("race", "How a firm sets its safety effort.")

race.renamed["abs_public"] = "{rule: abs, information: public}"

# Parameters of the surroundings, the same whatever rule sets the effort.
EXPOSURE = number(
    0.05, "probability", 0.0, 0.3, "assumption", "chance a year that a shortfall is found where nobody inspects"
)
SHARED = number(
    0.5, "share", 0.0, 1.0, "assumption", "part of the gap to fellow members' effort closed at full sharing"
)


def strongest_rival(value: Array, taking_part: Flags) -> Array:
    """For each firm the largest value among the other firms that take part, (runs, firms).

    >>> strongest_rival(np.array([[3., 1., 2.]]), np.array([[True, True, True]])).tolist()
    [[2.0, 3.0, 3.0]]
    """
    shown = np.where(taking_part, value, -1e3)
    first = shown.max(axis=-1, keepdims=True)
    leader = shown.argmax(axis=-1)[:, None]
    others = np.where(np.arange(value.shape[-1]) == leader, -1e3, shown)
    return np.where(np.arange(value.shape[-1]) == leader, others.max(axis=-1, keepdims=True), first)


@race(
    exposure=EXPOSURE,
    shared=SHARED,
    speed=number(0.8, "1/year", 0.1, 3.0, "assumption", "rate at which firms move to their best effort"),
    slowdown=number(
        1.0,
        "OOM",
        0.3,
        2.0,
        "assumption; in Armstrong et al. 2016 effort and lead share one scale",
        "lead given up at full effort",
    ),
    sharpness=number(
        8.0,
        "1/OOM",
        2.0,
        40.0,
        "assumption; at 8 the leaders' best effort is near that of the start",
        "how decisive a lead is",
    ),
    enmity=number(
        0.4,
        "share",
        0.0,
        1.0,
        "Armstrong, Bostrom and Shulman 2016: 0 to 1",
        "loss when a rival at home wins",
    ),
    pole_enmity=number(
        0.5,
        "share",
        0.0,
        1.0,
        "assumption",
        "further loss when the winner is of the other pole, at full tension",
    ),
    liability=number(
        0.14,
        "ratio",
        0.0,
        1.0,
        "assumption; at 0.14 the effort of the start is near what firms find best, so that the first years are no "
        "artefact of the start",
        "part of own harm that the firm pays, relative to the prize",
    ),
    cost=number(0.15, "ratio", 0.0, 0.5, "assumption", "resources that full effort takes, relative to the prize"),
    fine=number(0.5, "ratio", 0.0, 2.0, "assumption", "fine for effort below what is required, relative to the prize"),
    foresight=number(
        0.0,
        "share",
        0.0,
        1.0,
        "assumption; at 1 the leader of Armstrong et al. 2016",
        "part of rivals' reply that a firm counts on: who would rather see it win safely slows down with it",
    ),
    levels=whole(21, "levels", 11, 201, "assumption; steps of 0.05", "levels of effort that a firm compares"),
)
def adaptive(
    effort: Array,
    capability: Array,
    researching: Flags,
    across: Array,
    required: Array,
    detected: Array,
    slack: Array,
    tension: Array,
    dt: float,
    *,
    exposure: Array,
    shared: Array,
    speed: Array,
    slowdown: Array,
    sharpness: Array,
    enmity: Array,
    pole_enmity: Array,
    liability: Array,
    cost: Array,
    fine: Array,
    foresight: Array,
    levels: int,
) -> Array:
    """Each firm moves part of the way to the effort on a grid that maximises its expected payoff.

    Payoff = P(win)(1-risk) + (1-P(win))(1-rival's risk)(1-enmity) - liability*risk - cost*effort -
    fine*detected*shortfall, in units of the prize, after Armstrong, Bostrom and Shulman 2016 (AI & Society 31), with
    risk = 1 - effort. Rivals' efforts are those of the step before, but for the part `foresight` of their reply: for
    each unit of its effort they give up 1 - enmity, where its safe win is worth as much to them as overtaking. With
    foresight 1, a sharp contest, firms at no effort and neither liability, cost nor fine, one full step is that
    paper's equilibrium under public information. `across` in [0, 1]: share of rivals of the other pole; `required`
    and `detected` (runs, firms): effort demanded by rules and the chance that falling short is found; `slack` in
    [0, 1]: how much of the harm a quick response unit takes off the firm. Returns the new effort, (runs, firms).
    """
    rival = strongest_rival(capability - slowdown * effort, researching)
    pace = capability - slowdown * effort
    ahead = pace >= np.max(np.where(researching, pace, -1e3), axis=-1, keepdims=True)
    field = np.where(researching, pace, -1e3)
    lead_effort = np.where(np.arange(effort.shape[-1]) == field.argmax(axis=-1)[:, None], effort, 0.0).sum(
        axis=-1, keepdims=True
    )
    second = np.where(ahead, -1e3, field)
    second_effort = np.where(np.arange(effort.shape[-1]) == second.argmax(axis=-1)[:, None], effort, 0.0).sum(
        axis=-1, keepdims=True
    )
    rival_risk = 1.0 - np.where(ahead, second_effort, lead_effort)
    hatred = np.minimum(enmity + pole_enmity * tension * across, 1.0)
    slower = slowdown * (1.0 - foresight * (1.0 - hatred)) if np.any(foresight) else slowdown
    best_value = np.full(effort.shape, -np.inf)
    best_effort = np.zeros(effort.shape)
    # Half the time of plain expressions: what does not depend on the level stands outside the loop, the rest works in
    # three buffers; a fine that no firm owes any more and a bound that no exponent reaches are left out; levels rise,
    # so that the best so far is a maximum (writing through a mask costs ten times as much).
    lost, borne, fined = (1.0 - rival_risk) * (1.0 - hatred), liability * (1.0 - slack), fine * detected
    strictest, steep = required.max(initial=0.0), -sharpness + np.zeros(effort.shape)
    large = (steep * (capability - slower - rival)).max(initial=0.0) > 700.0  # beyond, exp overflows
    win, value, less = np.empty(effort.shape), np.empty(effort.shape), np.empty(effort.shape)
    for level in np.linspace(0.0, 1.0, levels):
        np.subtract(capability, slower * level, out=win)
        win -= rival
        win *= steep
        if large:
            np.minimum(win, 700.0, out=win)
        np.exp(win, out=win)
        win += 1.0
        np.divide(1.0, win, out=win)
        np.subtract(level, lost, out=value)
        value *= win
        value += lost
        np.multiply(borne, 1.0 - level, out=less)
        less += cost * level
        value -= less
        if level < strictest:
            np.subtract(required, level, out=less)
            np.maximum(less, 0.0, out=less)
            less *= fined
            value -= less
        np.multiply(value > best_value, level, out=less)
        np.maximum(best_effort, less, out=best_effort)
        np.maximum(best_value, value, out=best_value)
    moved = effort + (best_effort - effort) * (1.0 - np.exp(-speed * dt))
    return np.where(researching, moved, effort)


@race(exposure=EXPOSURE, shared=SHARED)
def fixed_effort(
    effort: Array,
    capability: Array,
    researching: Flags,
    across: Array,
    required: Array,
    detected: Array,
    slack: Array,
    tension: Array,
    dt: float,
    *,
    exposure: Array,
    shared: Array,
) -> Array:
    """Rival rule: firms keep the effort of the start whatever others do.

    >>> fixed_effort(np.array([[0.3]]), 0, 0, 0, 0, 0, 0, 0, 1.0).tolist()
    [[0.3]]
    """
    return effort
