"""The sections of a charter, field by field."""

from __future__ import annotations

from sim.choices import flag, name, names, number, whole
from sim.sections.base import Choice, Section

__all__ = [
    "ARREARS",
    "BODY",
    "CHARTER_SECTIONS",
    "FUND",
    "IN_FORCE",
    "POLICY",
    "POLICY_DIMENSIONS",
    "PROGRAMMES",
    "RELATION",
    "TIER",
    "VOTING",
]

POLICY_DIMENSIONS = ("stringency", "rights", "sharing", "redistribution", "response_powers")


TIER = Section(
    "tier",
    "One tier of membership; tiers stand in the file from outside to most bound.",
    {
        "weight": number(
            1.0,
            "ratio",
            0.0,
            1.0,
            "assumption: equal by default",
            "prior weight of the tier within the nest of tiers; divided by the sum over tiers",
        ),
        "admission": Choice("admission", "open", "who may take this tier"),
        "dues": number(
            1.0,
            "ratio",
            0.0,
            1.0,
            "assumption; CERN associates pay from 0.1 of full dues",
            "factor on the dues formula",
        ),
        "votes": number(
            1.0,
            "ratio",
            0.0,
            1.0,
            "assumption; CERN associates have no vote",
            "factor on the vote weight; 0 is a tier without a vote",
        ),
        "binding": number(
            0.3,
            "share",
            0.0,
            1.0,
            "assumption",
            "theta: how far the body's standard replaces the member's own",
        ),
        "latitude": number(
            0.0,
            "share",
            0.0,
            1.0,
            "assumption; the announced text says differences are fully respected",
            "share of the binding standard a member may adapt nationally",
        ),
        "platform_lag": number(0.5, "years", 0.0, 3.0, "assumption", "delay behind what the platform's firms have"),
        "fund_share": number(1.0, "ratio", 0.0, 1.0, "assumption", "factor on what a member may receive; 0 excludes"),
    },
)

IN_FORCE = Section(
    "entry_into_force",
    "What makes a signed agreement binding.",
    {
        "ratifications": whole(
            3,
            "instruments",
            1,
            193,
            "reported: WAICO enters into force on the third instrument",
            "number of ratifications needed",
        ),
        "gdp_share": number(
            0.0,
            "share",
            0.0,
            1.0,
            "assumption; AIIB asked for half of the capital",
            "share of world GDP that the ratifying states must hold besides",
        ),
        "reached": flag(False, "the body is in force at the start, and whoever signed is a party"),
    },
)

POLICY = Section(
    "policy",
    "The body's policy at its founding; the assembly moves it from there.",
    {
        "stringency": number(0.2, "share", 0.0, 1.0, "assumption", "how strict the common safety standard is"),
        "rights": number(0.2, "share", 0.0, 1.0, "assumption", "rights content of the common standard"),
        "sharing": number(0.4, "share", 0.0, 1.0, "assumption", "depth of technology sharing on the platform"),
        "redistribution": number(
            0.3,
            "share",
            0.0,
            1.0,
            "assumption",
            "scale of the fund: the envelope is multiplied by twice this, so 0.5 is the envelope",
        ),
        "response_powers": number(0.2, "share", 0.0, 1.0, "assumption", "authority of the response unit"),
    },
)

ARREARS = Section(
    "arrears",
    "What happens to a member that does not pay.",
    {
        "years_to_lose_vote": number(
            2.0, "years", 0.5, 5.0, "UN Charter, Article 19", "arrears after which the vote is lost"
        ),
        "years_to_suspend": number(
            4.0, "years", 1.0, 10.0, "assumption", "arrears after which membership is suspended"
        ),
        "repayment": number(
            0.5,
            "1/year",
            0.0,
            1.0,
            "assumption",
            "yearly chance that a suspended member settles and returns; its arrears are then written off",
        ),
        "default_rate": number(0.02, "1/year", 0.0, 0.2, "assumption", "yearly chance that a poor member does not pay"),
    },
)

FUND = Section(
    "fund",
    "The equity adjustment mechanism: who pays in, who is paid, in what form.",
    {
        "envelope": number(
            0.0,
            "bn USD/year",
            0.0,
            30.0,
            "assumption; anchors: ITU 0.2, CERN 1.3, UN regular budget 3.7, IDA about 30",
            "yearly sum assessed on members as dues, at redistribution 0.5",
        ),
        "dues": Choice("dues", "equal", "how the assessed sum is shared among members"),
        "levy": Choice("levy", "none", "what firms pay"),
        "other_income": number(
            0.0, "bn USD/year", 0.0, 1.0, "assumption", "voluntary gifts of host and sponsor a year"
        ),
        "allocation": Choice("allocation", "equal", "how the spending is shared among eligible members"),
        "compute_part": number(
            0.3,
            "share",
            0.0,
            1.0,
            "assumption",
            "part of an allocation given as compute, the rest as training and connection",
        ),
        "connection_cost": number(
            150.0,
            "USD",
            50.0,
            500.0,
            "ITU and GIGA estimates of connecting a person; an anchor, assumption",
            "cost of giving one person access and basic skills",
        ),
        "cash_part": number(
            0.0, "share", 0.0, 1.0, "assumption", "part of an allocation given as cash in place of compute and capacity"
        ),
        "cash_use": number(
            0.1,
            "share",
            0.0,
            0.5,
            "assumption; low-income countries spend about a tenth of their budgets on digital and education investment",
            "part of cash that governments spend on the same things",
        ),
        "leakage": number(0.15, "share", 0.0, 0.5, "assumption", "part of an allocation lost before it does any good"),
        "conditional": flag(False, "only members that keep the standard receive"),
        "condition": number(
            0.8,
            "share",
            0.3,
            1.0,
            "assumption",
            "part of the body's stringency a member's own must reach, where payment is conditional",
        ),
        "connection_limit": number(
            0.2, "share", 0.05, 0.5, "assumption", "most people of a nation that a fund can connect in a year"
        ),
        "administrative_cost": number(
            0.08,
            "share",
            0.0,
            0.3,
            "assumption; multilateral funds report 5-12 %",
            "share of income spent on administration",
        ),
        "reserve_target": number(0.25, "share", 0.0, 1.0, "assumption", "reserve kept, as a share of a year's income"),
    },
)

PROGRAMMES = Section(
    "programmes",
    "What the body does besides rules and transfers.",
    {
        "capacity_building": Choice("capacity_building", "none", "training places and AI literacy"),
        "joint_research": Choice("joint_research", "none", "pooled research compute"),
        "green_compute": Choice("green_compute", "none", "efficiency of the members' data centres"),
        "ecosystems": Choice("ecosystems", "none", "help for new local firms"),
        "compute_matching": Choice("compute_matching", "none", "idle compute lent to members that lack it"),
    },
)

VOTING = Section(
    "voting",
    "How votes are weighed, who sets the agenda and when a proposal passes.",
    {
        "corporate": Choice("corporate_role", "none", "what firms may do in the assembly"),
        "agenda": Choice("agenda", "rotating", "who proposes"),
        "review_years": whole(
            5,
            "years",
            0,
            50,
            "assumption; IMF quotas are reviewed every five years",
            "how often weights are computed anew; 0 freezes them at entry into force",
        ),
    },
)

CHARTER_SECTIONS: dict[str, Choice] = {
    "platform": Choice("platform", "none", "technology-sharing platform"),
    "response": Choice("response", "none", "rapid regulatory response unit"),
    "safeguards": Choice("safeguards", "none", "mitigation of frontier risk"),
    "standards": Choice("standards", "minimal", "monitoring of and compliance with the common standard"),
    "trade": Choice("trade_measure", "none", "what outsiders lose in trade"),
    "recognition": Choice("recognition", "none", "whose assessments members accept"),
    "harmonisation": Choice("harmonisation", "none", "how members' own rules move toward each other"),
    "chips": Choice("chips", "none", "who may buy AI chips from members"),
    "observation": Choice("observation", "none", "states that take part as observers before they sign"),
    "promotion": Choice("promotion", "none", "how a member rises through the tiers"),
    "expulsion": Choice("expulsion", "none", "members that the assembly may put out"),
    "side_payments": Choice("side_payments", "none", "what the sponsor pays states to win or keep them"),
    "framing": Choice("framing", "none", "membership as taking sides against a power"),
    "host_year": Choice("host_year", "none", "a summit year of the host: invitations and agenda"),
}

# Tier options that are lists of names stand in the admission rules; relations between bodies stand by name.
RELATION = Section(
    "relation",
    "How membership of this body goes with membership of another.",
    {
        "term": name("complement", "kind of relation", ("complement", "rival", "exclusive")),
        "strength": number(0.2, "utility", 0.0, 2.0, "assumption", "size of the term; exclusive forbids both"),
    },
)

BODY = Section(
    "body",
    "Facts about a body that are neither rule nor number of a rule.",
    {
        "invites": flag(False, "a state may join only when invited"),
        "observers": flag(True, "states may take part without a vote before signing"),
        "invited": names((), "states that hold an invitation"),
        "expected_share": number(
            0.2,
            "share",
            0.02,
            0.6,
            "assumption; 37 of 193 signed WAICO in its first two weeks",
            "share of eligible states expected to want it, where no record of joiners stands",
        ),
    },
)
