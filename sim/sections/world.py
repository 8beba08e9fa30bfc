"""The section `world` of a scenario: the relationships between the agents."""

from __future__ import annotations

from sim.sections.base import Choice, Section

__all__ = ["WORLD"]

WORLD = Section(
    "world",
    "The relationships between the agents, and the uncertainties in them.",
    {
        "growth": Choice("growth", "income_groups", "base growth of GDP and population"),
        "investment": Choice("investment", "capped", "investment in compute"),
        "frontier": Choice("frontier", "effective_compute", "growth of firms' capability"),
        "entry": Choice("firm_entry", "readiness", "entry, exit and purchase of firms"),
        "market": Choice("market", "saturating_logit", "market shares of firms"),
        "openness": Choice("openness", "leader_incentive", "whether firms publish weights"),
        "access": Choice("access", "best_channel", "which capability a nation can use"),
        "service": Choice("service", "smooth_minimum", "AI service per head"),
        "hosting": Choice("hosting", "readiness_share", "where compute is installed"),
        "adoption": Choice("adoption", "logistic", "spread of use"),
        "readiness": Choice("readiness", "income_relaxation", "skills and infrastructure"),
        "economy": Choice("economy", "level_gain", "what AI adds to GDP"),
        "race": Choice("race", "adaptive", "how firms set safety effort"),
        "incidents": Choice("incidents", "bounded_hazard", "how often AI systems cause harm"),
        "misuse": Choice("misuse", "open_capability", "harm by users of open models"),
        "severity": Choice("severity", "truncated_pareto", "how large a harm is"),
        "regulation": Choice("regulation", "binding_mix", "national stringency and how a body's standard binds it"),
        "regimes": Choice("regimes", "none", "what firms pay for every distinct regime they sell under"),
        "membership": Choice("membership", "random_utility", "why a nation joins, changes tier, leaves"),
        "mobility": Choice("mobility", "yearly_rates", "how often a nation looks at its membership"),
        "seats": Choice("firm_seats", "net_benefit", "whether a firm takes a seat"),
        "preferences": Choice("preferences", "prior", "ideal policies of nations and firms"),
        "ballots": Choice("ballots", "logistic", "how a member votes on a proposal"),
        "tension": Choice("tension", "mean_reverting", "tension between the poles"),
        "ideal_points": Choice("ideal_points", "fixed", "movement of foreign-policy positions"),
        "energy": Choice("energy", "compute_power", "energy and emissions of compute"),
        "poles": Choice("poles", "two", "which two nations are the poles"),
    },
)
