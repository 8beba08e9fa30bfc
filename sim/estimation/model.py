"""A partially pooled logit of joining: many bodies, many states, Gaussian priors, found by Newton's method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Data", "Fit", "Priors", "fit", "logistic", "relevel"]

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Data:
    """Observations of many bodies and states.

    `outcome` (bodies, states) 1, 0 or NaN; `slopes` (bodies, states, covariates), `level` (bodies, terms), `side`
    (bodies,) the feature to which states lean, `weight` (bodies,) how often a body counts.
    """

    outcome: Reals
    slopes: Reals
    level: Reals
    side: Reals
    weight: Reals


@dataclass(frozen=True)
class Priors:
    """Standard deviations of the Gaussian priors.

    `slope` (covariates,), `level` (terms,), of the effect of a body, of a state (its propensity to join anything)
    and of its leaning to one side; `varying` the numbers of covariates whose slope differs from body to body,
    `variation` how much.
    """

    slope: Reals
    level: Reals
    body: float
    state: float
    leaning: float
    varying: tuple[int, ...] = ()
    variation: float = 0.0


@dataclass(frozen=True)
class Fit:
    """Posterior mode.

    `slope` (covariates,), `level` (terms,), `body` (bodies,), `body_slope` (bodies, covariates) what a body's
    slopes differ by, `state` and `leaning` (states,); `steps` Newton steps, `gradient` the largest absolute
    gradient at the end.
    """

    slope: Reals
    level: Reals
    body: Reals
    body_slope: Reals
    state: Reals
    leaning: Reals
    steps: int
    gradient: float

    def predict(self, slopes: Reals, level: Reals, side: Reals) -> Reals:
        """Log odds of bodies not seen, (bodies, states): without an effect of the body, with those of the states."""
        fixed = (slopes * self.slope).sum(axis=-1) + self.state + side[:, None] * self.leaning
        return fixed + (level * self.level).sum(axis=-1, keepdims=True)


def logistic(value: Reals) -> Reals:
    """Standard logistic distribution function, without overflow.

    >>> logistic(np.array([0.0, 1000.0, -1000.0])).tolist()
    [0.5, 1.0, 0.0]
    """
    small = np.exp(-np.abs(value))
    return np.where(value >= 0, 1.0 / (1.0 + small), small / (1.0 + small))


def fit(data: Data, priors: Priors, *, rounds: int = 60, tolerance: float = 1e-7) -> Fit:
    """The mode of the posterior of y ~ logit(level + slopes + effect of the body + effects of the state).

    The objective is strictly concave, so the mode is unique; states are eliminated by the Schur complement
    of their 2 x 2 blocks. Steps are halved until the objective rises. A prior standard deviation of 0 for
    states or leanings leaves that effect out. Raises `ValueError` where there is nothing to fit.
    """
    seen = ~np.isnan(data.outcome) & (data.weight[:, None] > 0)
    if not seen.any():
        raise ValueError("no observation to fit")
    bodies, states, number = data.slopes.shape
    order = np.argwhere(seen.T)  # sorted by state, so that sums over a state are sums over neighbours
    who, which = order[:, 0], order[:, 1]
    first = np.flatnonzero(np.r_[True, who[1:] != who[:-1]])
    present = who[first]
    target, worked, side = data.outcome[which, who], data.weight[which], data.side[which]
    inverse = np.repeat(np.arange(len(present)), np.diff(np.r_[first, len(who)]))
    varying = priors.varying if priors.variation > 0 else ()
    common = np.concatenate([data.slopes[which, who], data.level[which]], axis=-1)
    blocks = np.column_stack([np.ones(len(who)), data.slopes[which, who][:, list(varying)]])
    shared, wide = common.shape[-1], blocks.shape[-1]
    place = shared + which[:, None] * wide + np.arange(wide)  # columns of a row's own body
    groups = [(np.flatnonzero(which == at), shared + at * wide) for at in np.unique(which)]
    precision = np.concatenate(
        [priors.slope, priors.level, np.tile([priors.body, *[priors.variation] * len(varying)], bodies)]
    ) ** -2.0  # fmt: skip
    widths = np.array([priors.state, priors.leaning])
    own = np.column_stack([np.ones(len(who)), side])[:, widths > 0]
    own_precision = widths[widths > 0] ** -2.0
    main, extra = np.zeros(len(precision)), np.zeros((len(present), own.shape[-1]))

    def value_at(main: Reals, extra: Reals) -> Reals:
        return common @ main[:shared] + (blocks * main[place]).sum(axis=-1) + (own * extra[inverse]).sum(axis=-1)

    def objective(value: Reals, main: Reals, extra: Reals) -> float:
        gain = float((worked * (target * value - np.logaddexp(0.0, value))).sum())
        return gain - 0.5 * float((precision * main**2).sum()) - 0.5 * float((own_precision * extra**2).sum())

    value = value_at(main, extra)
    best, largest, steps = objective(value, main, extra), np.inf, 0
    for _ in range(rounds):
        steps += 1
        chance = logistic(value)
        residual, curve = worked * (target - chance), worked * chance * (1.0 - chance)
        slope_main, hessian = -precision * main, np.diag(precision)
        slope_main[:shared] += common.T @ residual
        heavy, heavy_blocks = common * curve[:, None], blocks * curve[:, None]
        hessian[:shared, :shared] += heavy.T @ common
        for rows, begin in groups:
            part, mine = slice(begin, begin + wide), blocks[rows]
            slope_main[part] += mine.T @ residual[rows]
            hessian[:shared, part] = heavy[rows].T @ mine
            hessian[part, :shared] = hessian[:shared, part].T
            hessian[part, part] += heavy_blocks[rows].T @ mine
        largest = float(np.abs(slope_main).max())
        if own.shape[-1]:
            slope_extra = np.add.reduceat(own * residual[:, None], first) - own_precision * extra
            block = np.add.reduceat(curve[:, None, None] * own[:, :, None] * own[:, None, :], first)
            block = block + np.diag(own_precision)
            cross = np.zeros((len(present), own.shape[-1], len(precision)))
            for each in range(own.shape[-1]):
                cross[:, each, :shared] = np.add.reduceat(heavy * own[:, [each]], first)
                cross[inverse[:, None], each, place] = heavy_blocks * own[:, [each]]
            share = np.linalg.solve(block, cross)
            short = np.linalg.solve(block, slope_extra[..., None])[..., 0]
            together = cross.reshape(-1, cross.shape[-1])
            left = hessian - together.T @ share.reshape(-1, share.shape[-1])
            move = np.linalg.solve(left, slope_main - together.T @ short.ravel())
            move_extra = short - (share * move).sum(axis=-1)
            largest = max(largest, float(np.abs(slope_extra).max()))
        else:
            move, move_extra = np.linalg.solve(hessian, slope_main), extra
        if largest < tolerance:
            break
        size = 1.0
        while True:
            ahead = value_at(main + size * move, extra + size * move_extra)
            found = objective(ahead, main + size * move, extra + size * move_extra)
            if found >= best - 1e-10 or size < 1e-6:
                break
            size /= 2.0
        main, extra, best, value = main + size * move, extra + size * move_extra, found, ahead
    rest = main[shared:].reshape(bodies, wide)
    own_slopes = np.zeros((bodies, number))
    own_slopes[:, list(varying)] = rest[:, 1:]
    effects = np.zeros((2, states))
    effects[np.ix_(widths > 0, present)] = extra.T
    return Fit(
        main[:number], main[number:shared], rest[:, 0], own_slopes, effects[0], effects[1], steps, largest
    )


def relevel(log_odds: Reals, joined: float, rounds: int = 50) -> Reals:
    """The same log odds moved together until `joined` of the states are expected to join, (states,).

    >>> round(float(logistic(relevel(np.array([0.0, 1.0, 5.0]), 1.0)).sum()), 9)
    1.0
    """
    low, high = -60.0, 60.0
    for _ in range(rounds):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if float(logistic(log_odds + middle).sum()) < joined else (low, middle)
    return log_odds + 0.5 * (low + high)
