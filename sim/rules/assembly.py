"""The assembly: what members want, who proposes, what is proposed, and how members vote."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.choices import Family, number, table, whole
from sim.units import Array, Flags

preferences = Family("preferences", "Ideal policies of nations and firms.")
agenda = Family("agenda", "Who proposes.")
ballots = Family("ballots", "How a member votes on a proposal.")

TIE = 1e-12  # a pivotal voter is indifferent to the point proposed; rounding must not decide for it

# Rows: stringency, rights, sharing, redistribution, response powers. Columns: constant, rights index (0..1),
# income (log10 of PPP income per head less 4), position between the poles (0 China .. 1 USA), share of own
# frontier compute (0..1).
_PRIOR = (
    (0.40, 0.30, 0.05, 0.00, -0.30),
    (0.20, 0.60, 0.00, 0.10, 0.00),
    (0.65, 0.00, -0.20, -0.15, -0.40),
    (0.65, 0.00, -0.35, -0.10, -0.30),
    (0.40, 0.10, -0.05, 0.00, -0.20),
)


@preferences(
    coefficients=table(
        _PRIOR,
        "share per unit",
        "assumption: a stated prior; signs after Guey et al. 2026 and the positions taken in the UN",
        "regression of ideal policies on observable positions",
    ),
    error=number(0.12, "share", 0.0, 0.3, "assumption", "standard deviation of a nation's deviation from the prior"),
    firm_error=number(0.12, "share", 0.0, 0.3, "assumption", "standard deviation of a firm's deviation"),
    draw=whole(
        0,
        "draw",
        0,
        99,
        "none: any is as good as another",
        "which draw of the deviations; another gives others, and everything else in the future stays as it is",
    ),
)
def prior(
    observed: Array,
    shock: Array,
    deviation: Array,
    *,
    coefficients: tuple[tuple[float, ...], ...],
    error: Array,
    firm_error: Array,
    draw: int,
) -> Array:
    """Ideal policies q in [0, 1], (runs, dimensions, agents): a prior on observable positions plus an error.

    `observed` (4, agents) holds the regressors, `shock` (runs, dimensions, agents) standard normal draws of the
    future, `deviation` their scale (`error` for nations, `firm_error` for firms).
    """
    weights = np.asarray(coefficients)
    mean = np.stack(
        [
            row[0] + row[1] * observed[0] + row[2] * observed[1] + row[3] * observed[2] + row[4] * observed[3]
            for row in weights
        ]
    )
    return np.clip(mean[None] + np.asarray(deviation)[..., None] * shock, 0.0, 1.0)


@agenda(proposals=whole(1, "proposals", 1, 5, "assumption", "proposals in a year's assembly"))
def rotating(voting: Flags, host: Flags, contributions: Array, uniform: Array, *, proposals: int) -> Array:
    """The chair rotates: each voting member is as likely as any other. Returns the setter's number (runs, 1).

    -1 stands for the secretariat, which proposes the median of the members. `uniform` (runs, nations).

    >>> rotating(np.array([[True, True]]), 0, 0, np.array([[0.2, 0.9]])).tolist()
    [[1]]
    """
    return np.argmax(np.where(voting, uniform, -1.0), axis=-1)[:, None]


@agenda(proposals=whole(1, "proposals", 1, 5, "assumption", "proposals in a year's assembly"))
def host(voting: Flags, host: Flags, contributions: Array, uniform: Array, *, proposals: int) -> Array:
    """The host state sets the agenda (APEC: the host economy of the year).

    >>> host(np.array([[True, True]]), np.array([[False, True]]), 0, np.zeros((1, 2))).tolist()
    [[1]]
    """
    return np.argmax(np.where(host & voting, 2.0, np.where(voting, uniform, -1.0)), axis=-1)[:, None]


@agenda(proposals=whole(1, "proposals", 1, 5, "assumption", "proposals in a year's assembly"))
def largest_contributor(voting: Flags, host: Flags, contributions: Array, uniform: Array, *, proposals: int) -> Array:
    """Whoever has paid most sets the agenda; before anybody has paid, the chair rotates."""
    return np.argmax(np.where(voting, contributions + 1e-9 * uniform, -1.0), axis=-1)[:, None]


@agenda(proposals=whole(1, "proposals", 1, 5, "assumption", "proposals in a year's assembly"))
def secretariat(voting: Flags, host: Flags, contributions: Array, uniform: Array, *, proposals: int) -> Array:
    """The secretariat proposes the median of the voting members.

    >>> secretariat(np.array([[True, True]]), 0, 0, np.zeros((1, 2))).tolist()
    [[-1]]
    """
    return np.full((voting.shape[0], 1), -1)


def median_of(values: Array, voting: Flags) -> Array:
    """Lower median of those voting, (runs, 1); 0 where nobody votes.

    >>> median_of(np.array([[0.9, 0.1, 0.4]]), np.array([[True, True, True]])).tolist()
    [[0.4]]
    """
    ordered = np.sort(np.where(voting, values, np.inf), axis=-1)
    middle = np.maximum((voting.sum(axis=-1, keepdims=True) - 1) // 2, 0)
    found = np.take_along_axis(ordered, middle, axis=-1)
    return np.where(np.isfinite(found), found, 0.0)


def caucus_ideal(ideal: Array, caucus: Array, voting: Flags, cohesion: Array) -> Array:
    """Ideal points drawn towards the mean of the own caucus by `cohesion`; `caucus` (agents,) numbers them.

    Shapes broadcast: one dimension (runs, agents) or several side by side (runs, dimensions, agents).
    Pulling the point and not the vote keeps preferences single-peaked, so the closed form still holds.

    >>> caucus_ideal(np.array([[0.0, 1.0]]), np.array([0, 0]), np.array([[True, True]]), np.array([[0.5]])).tolist()
    [[0.25, 0.75]]
    """
    labels, own = np.unique(caucus, return_inverse=True)
    means = []
    for label in labels:
        inside = voting & (caucus == label)
        number = np.maximum(inside.sum(axis=-1, keepdims=True), 1)
        means.append(np.where(inside, ideal, 0.0).sum(axis=-1, keepdims=True) / number)
    centre = np.take(np.concatenate(means, axis=-1), own, axis=-1)
    return np.where(voting, (1.0 - cohesion) * ideal + cohesion * centre, ideal)


def best_passing(
    status_quo: Array, goal: Array, ideal: Array, voting: Flags, passes: Callable[[Flags, Flags], Flags]
) -> Array:
    """The point nearest `goal` that passes when everyone votes by distance (Romer and Rosenthal 1978), (..., 1).

    A voter accepts x over the status quo s exactly when x lies between s and the reflection 2q - s of s in the
    own ideal point. So fewer accept the farther x goes, and the answer is the goal itself or one of the
    reflections: found by bisection over the sorted reflections. Returns the status quo where nothing passes.
    """
    up = np.where(goal >= status_quo, 1.0, -1.0)
    reach = up * 2.0 * (ideal - status_quo)  # how far from the status quo this voter goes along
    far = np.abs(goal - status_quo)
    steps = np.sort(np.concatenate([np.where(voting, np.clip(reach, 0.0, far), 0.0), far], axis=-1), axis=-1)
    low, high = np.zeros(far.shape, dtype=np.int64), np.full(far.shape, steps.shape[-1] - 1)

    def accepted(step: Array) -> Flags:
        yes = voting & (reach >= step) & (step > 0.0)
        return passes(yes, voting & ~yes)[..., None]

    works = np.zeros(far.shape)
    for _ in range(int(steps.shape[-1]).bit_length() + 1):
        middle = (low + high) // 2
        step = np.take_along_axis(steps, middle, axis=-1)
        fine = (accepted(step) | (step <= 0.0)) & (low <= high)
        works = np.where(fine, np.maximum(works, step), works)
        low, high = np.where(fine, middle + 1, low), np.where(fine | (low > high), high, middle - 1)
        low, high = np.minimum(low, steps.shape[-1] - 1), np.maximum(high, 0)
    return status_quo + up * works


@ballots(
    noise=number(0.05, "share", 0.0, 0.2, "assumption", "tau: distance at which a vote is a matter of chance"),
    cohesion=number(0.3, "share", 0.0, 0.9, "assumption", "pull of the own caucus (Global South or not)"),
    absence=number(
        0.1,
        "probability",
        0.0,
        0.4,
        "assumption; about a tenth of members miss a roll call of the UN General Assembly",
        "chance to be absent from a vote",
    ),
    abstention=number(
        0.3,
        "probability",
        0.0,
        0.8,
        "assumption; about a tenth of votes in the UN General Assembly are abstentions",
        "chance to abstain when indifferent",
    ),
)
def logistic(
    gain: Array, uniform: Array, voting: Flags, *, noise: Array, cohesion: Array, absence: Array, abstention: Array
) -> tuple[Flags, Flags]:
    """Ballots of yes and no: a yes with a chance logistic in gain/tau, abstentions when nearly indifferent.

    `gain` is |q - status quo| - |q - proposal|. One uniform decides: low yes, middle abstain, high no. At noise 0
    the vote is the sign of the gain, a tie (to within rounding) is a yes, and nobody abstains. `cohesion` acts in
    the ideal points, `absence` in who is present.

    >>> gain, draw, everyone = np.array([[0.1, -0.1]]), np.array([[0.5, 0.5]]), np.ones((1, 2), bool)
    >>> yes, no = logistic(gain, draw, everyone, noise=np.zeros((1, 1)))
    >>> yes.tolist(), no.tolist()
    ([[True, False]], [[False, True]])
    """
    scale = np.maximum(noise, 1e-12)
    chance = np.where(noise > 0.0, 1.0 / (1.0 + np.exp(-np.clip(gain / scale, -500.0, 500.0))), gain >= -TIE)
    idle = np.where(noise > 0.0, abstention * np.exp(-np.abs(gain) / scale), 0.0)
    yes = voting & (uniform < chance * (1.0 - idle))
    return yes, voting & ~yes & (uniform >= chance * (1.0 - idle) + idle)
