"""Where a firm starts: capability, compute, openness, safety effort and revenue, by stated rules.

The raw column of training computation ranks firms wrongly: it holds the largest *published* run, some years
old, some of a joint paper or a fine-tune, while the newest closed models have no estimate. So a run is read
against the frontier of its own day, and is combined with the chips the firm uses.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.population.compute import world_stock

__all__ = ["ai_revenue", "capability", "compute_in_use", "openness", "safety_effort"]

Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.str_]

START: Final = 2027.0  # end of 2026, as a decimal year
# Epoch AI, Notable AI Models: the records of published training compute are Gemini 1.0 Ultra (5e25 FLOP,
# December 2023), GPT-4.5 (3.8e26, February 2025) and Grok 4 (5e26, July 2025); between the first and the
# last it grew by 0.63 OOM a year (Epoch AI: 4 to 5 times a year), and no larger run was on record by July
# 2026
RECORD: Final = 26.70
RECORD_DATE: Final = 2025.52
RECORD_GROWTH: Final = 0.63
# Followers turn less compute into nearly the same capability (published methods, distillation): OOM of lag
# per OOM of raw gap. Calibrated on Epoch AI, "Chinese AI models have lagged the US frontier by 7 months on
# average" (2026): 7 months at 1.1 effective OOM a year are 0.64 OOM; the best Chinese firm then starts at
# -0.63
CATCH_UP: Final = 0.50
CATCH_UP_UNSEEN: Final = (
    0.75  # assumption: a firm without a known run of its own shares half of that advantage
)
# assumption, OOM a year: a firm with no newer run on record falls behind, a frontier laboratory more
# slowly; not one whose chips in use are known, for its newest models are closed and have no estimate
SILENT_DRIFT: Final = {"frontier lab": 0.15, "other": 0.33}
# assumptions, OOM: error of a known use of chips, of a filled one, of a fresh run, and per year of its age
USE_ERROR, FILLED_USE_ERROR, RUN_ERROR, RUN_ERROR_YEAR = 0.25, 0.6, 0.35, 0.2
BRIDGE_ERROR: Final = 0.8  # assumption: a firm of which no run is known
SUPPLIER_CAPABILITY: Final = -9.0
# assumption: share of owned chips a cloud uses for models of its own (with, without a laboratory)
OWN_RESEARCH_SHARE: Final = (0.05, 0.02)
# assumption: share of the stock of a home that its recorded developers use together
DEVELOPER_SHARE: Final = {"CHN": 0.60, "other": 0.10}
# assumption: relative size of developers by role; laboratories with a cloud of their own count four times
ROLE_WEIGHT: Final = {"frontier lab": 1.0, "open-source lab": 0.5, "cloud": 1.0, "application": 0.25}
CLOUD_FACTOR: Final = 4.0
# assumption: USD of yearly AI revenue per H100e in use, applications running on chips of others; OpenAI
# has 23,000 and Anthropic 55,000 (Epoch AI, 2026)
REVENUE_PER_H100E: Final = {"application": 100_000.0, "other": 10_000.0}
APPLICATION_CHIPS: Final = 10_000.0
REVENUE_GROWTH: Final = 2.0  # assumption: a year; only for figures older than a year
# assumption: Meta releases closed models since 2026, which the count of models since 2023 does not show
OPENNESS_SINCE: Final = {"meta": 0.5}
OPENNESS_PRIOR_MODELS: Final = 2.0


def compute_in_use(
    used: Reals,
    owned: Reals,
    seen: Reals,
    *,
    role: Texts,
    home: Texts,
    models: Reals,
    laboratory: Flags,
    cloud: Flags,
    supplier: Flags,
) -> Reals:
    """H100-equivalents each firm uses for its models at the end of 2025, shape (firms,).

    Known use stands. Where only ownership is known, a share of it (`OWN_RESEARCH_SHARE`). The rest divide a
    share of their home's stock (`DEVELOPER_SHARE`; homes outside China share the stock of other owners) by
    role and the root of models published, and get no less than their known clusters. Suppliers have their
    known clusters only. Owned and used chips overlap (rented), so they are never added.
    """
    stock = world_stock()
    known = np.isfinite(used)
    by_owner = np.isfinite(owned) & ~known & ~supplier
    share = np.where(laboratory, *OWN_RESEARCH_SHARE)
    compute = np.where(known, used, np.where(by_owner, np.nan_to_num(owned) * share, 0.0))
    open_ = ~known & ~by_owner & ~supplier
    weight = np.array([ROLE_WEIGHT.get(str(name), 0.0) for name in role])
    weight = weight * np.where(cloud & laboratory, CLOUD_FACTOR, 1.0) * np.sqrt(1 + models)
    china = home == "CHN"
    for members, total in (
        (open_ & china, DEVELOPER_SHARE["CHN"] * stock["CHN"]),
        (open_ & ~china, DEVELOPER_SHARE["other"] * stock["other"]),
    ):
        compute = np.where(members, total * weight / weight[members].sum(), compute)
    floor = np.where(open_ | supplier, np.nan_to_num(seen), 0.0)
    return np.maximum(compute, floor)


def capability(
    run: Reals, date: Reals, compute: Reals, use_known: Flags, role: Texts, supplier: Flags
) -> tuple[Reals, Reals, Flags]:
    """Capability (OOM, best firm 0), its standard deviation, and where no run and no use is known.

    `run` is log10 FLOP of the firm's own largest run (NaN unknown), `date` its decimal year. Two readings are
    averaged by precision: the run against the record of its day less `SILENT_DRIFT` for the years since, and
    the chips in use against the largest user; both times `CATCH_UP`.
    """
    seen_run = np.isfinite(run)
    age = START - date
    gap = run - (RECORD + RECORD_GROWTH * np.minimum(date - RECORD_DATE, 0.0))
    rate = np.where(role == "frontier lab", SILENT_DRIFT["frontier lab"], SILENT_DRIFT["other"])
    by_run = CATCH_UP * gap - np.where(use_known, 0.0, rate) * age
    run_error = np.where(seen_run, np.hypot(RUN_ERROR, RUN_ERROR_YEAR * age), np.inf)
    advantage = np.where(seen_run | use_known, CATCH_UP, CATCH_UP_UNSEEN)
    by_use = advantage * np.log10(np.maximum(compute, 1.0) / compute[~supplier].max())
    use_error = np.where(use_known, USE_ERROR, np.where(seen_run, FILLED_USE_ERROR, BRIDGE_ERROR))
    precision_run, precision_use = run_error**-2.0, use_error**-2.0
    total = precision_run + precision_use
    mean = (precision_run * np.nan_to_num(by_run) + precision_use * by_use) / total
    mean = mean - mean[~supplier].max()
    error = total**-0.5
    value = np.where(supplier, SUPPLIER_CAPABILITY, mean)
    return value, np.where(supplier, 0.0, error), ~seen_run & ~use_known & ~supplier


def openness(share: Reals, released: Reals, role: Texts, firm_id: list[str]) -> tuple[Reals, Flags]:
    """Share of models with open weights in [0, 1], and where it is filled by the mean of the role.

    Small counts are drawn to the role's mean as if `OPENNESS_PRIOR_MODELS` more models had been seen.
    """
    known = np.isfinite(share)
    prior = np.full(share.shape, share[known].mean())
    for name in np.unique(role):
        members = known & (role == name)
        if members.sum() >= 3:
            prior[role == name] = share[members].mean()
    count = np.where(known, np.nan_to_num(released), 0.0)
    value = (np.nan_to_num(share) * count + prior * OPENNESS_PRIOR_MODELS) / (count + OPENNESS_PRIOR_MODELS)
    for name, since in OPENNESS_SINCE.items():
        value[firm_id.index(name)] = since
    return value, ~known


def safety_effort(commitments: list[str], framework: list[str], forum: list[str]) -> Reals:
    """Start effort in [0, 1], an assumption from public commitments.

    0.20, plus 0.15 for the Seoul commitments, 0.15 for a published framework (0.08 for an internal one), 0.10
    for membership of the Frontier Model Forum.

    >>> safety_effort(["1", "0"], ["published", ""], ["1", ""]).round(2).tolist()
    [0.6, 0.2]
    """
    worth = {"published": 0.15, "internal": 0.08, "": 0.0}
    return np.array(
        [
            0.20 + 0.15 * (promised == "1") + worth[paper] + 0.10 * (member == "1")
            for promised, paper, member in zip(commitments, framework, forum, strict=True)
        ]
    )


def ai_revenue(published: Reals, date: Reals, compute: Reals, role: Texts, supplier: Flags) -> Reals:
    """AI revenue, bn USD a year; figures older than a year grow by `REVENUE_GROWTH`, blanks by chips in use.

    A blank becomes `REVENUE_PER_H100E` times the chips in use; the higher rate of applications holds for
    their first `APPLICATION_CHIPS`, beyond which chips serve other products (cars, search). Suppliers sell
    chips, not AI services, and count 0.
    """
    known = np.isfinite(published)
    age = np.where(known, START - np.nan_to_num(date, nan=START), 0.0)
    grown = np.nan_to_num(published) * np.where(age > 1, REVENUE_GROWTH**age, 1.0)
    served = np.where(role == "application", np.minimum(compute, APPLICATION_CHIPS), 0.0)
    earned = REVENUE_PER_H100E["application"] * served + REVENUE_PER_H100E["other"] * (compute - served)
    return np.where(known, grown, np.where(supplier, 0.0, earned / 1e9))
