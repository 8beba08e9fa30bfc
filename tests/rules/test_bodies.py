"""The grammar of conditions says what real bodies say."""

from __future__ import annotations

import numpy as np

from tests.rules.ballots import decide, heads


def test_un_security_council():
    five = [f"P{place}" for place in range(5)]
    rule = {"all": [{"chamber": "members", "yes": "9 votes"}, {"veto": five}]}
    votes, at = {"members": np.ones(15, dtype=int)}, {name: place for place, name in enumerate(five)}
    ten = np.arange(15) >= 5
    assert decide(rule, votes, ten, np.zeros(15), positions=at), "the five abstain: no veto"
    first = np.arange(15) == 0
    assert not decide(rule, votes, ~first, first, positions=at), "one permanent member against"
    assert not decide(rule, votes, np.arange(15) < 8, np.zeros(15), positions=at), "eight are too few"
    assert decide(rule, votes, np.arange(15) < 9, np.arange(15) >= 9, positions=at)


STATES = {"chamber": "states", "yes": "55 %", "of": "all"}
PEOPLE = {"chamber": "people", "yes": "65 %", "of": "all"}
EU = {"all": [STATES, {"any": [PEOPLE, {"not": {"chamber": "states", "no": ">= 4 votes"}}]}]}


def test_eu_council_needs_four_to_block():
    people = np.array([84, 68, 67, 47] + [10] * 23)
    votes = {"states": np.ones(27, dtype=int), "people": people}
    three, four = np.arange(27) < 3, np.arange(27) < 4
    assert people[~three].sum() / people.sum() < 0.65
    assert decide(EU, votes, ~three), "three large states cannot block"
    assert not decide(EU, votes, ~four), "four can"
    assert not decide(EU, votes, np.arange(27) < 14, np.zeros(27)), (
        "abstention counts against: 14 of 27 states"
    )
    assert decide(EU, votes, np.arange(27) < 15, np.arange(27) >= 15)


def test_gef_sixty_per_cent_of_both():
    rule = {"all": [{"chamber": name, "yes": "60 %"} for name in ("participants", "contributions")]}
    votes = {"participants": [1] * 5, "contributions": [60, 10, 10, 10, 10]}
    assert not decide(rule, votes, [0, 1, 1, 1, 1])
    assert decide(rule, votes, [1, 1, 1, 0, 0])
    assert not decide(rule, votes, [1, 1, 0, 0, 0])


MONTREAL = {
    "all": [
        {"chamber": "all", "yes": "2/3"},
        {"chamber": "north", "yes": "> 1/2"},
        {"chamber": "south", "yes": "> 1/2"},
    ]
}


def test_montreal_fund_two_thirds_with_a_majority_of_each_group():
    north = np.arange(14) < 7
    votes = {"all": np.ones(14, dtype=int), "north": north.astype(int), "south": (~north).astype(int)}
    assert not decide(MONTREAL, votes, np.isin(np.arange(14), [0, 1, 2, 7, 8, 9, 10, 11, 12, 13])), (
        "3 of 7 northern"
    )
    assert decide(MONTREAL, votes, np.isin(np.arange(14), [0, 1, 2, 3, 7, 8, 9, 10, 11, 12]))
    assert not decide(MONTREAL, votes, np.isin(np.arange(14), [0, 1, 2, 3, 7, 8, 9, 10, 11])), "9 of 14"


ISO = {"all": [{"chamber": "p_members", "yes": "2/3"}, {"chamber": "all", "no": "<= 1/4"}]}


def test_iso_two_thirds_of_p_members_and_a_quarter_against():
    votes = {"p_members": [1] * 6 + [0] * 6, "all": [1] * 12}
    assert decide(ISO, votes, [1] * 4 + [0] * 2 + [1] * 5 + [0])
    assert not decide(ISO, votes, [1] * 4 + [0] * 2 + [1] * 4 + [0] * 2), "4 of 12 against"
    assert not decide(ISO, votes, [1] * 3 + [0] * 3 + [1] * 6), "3 of 6 P-members"
    assert decide(ISO, votes, np.arange(12) < 3, np.zeros(12)), "abstentions are excluded"


def test_seabed_no_majority_against_in_any_chamber():
    chambers = ["council", "consumers", "investors"]
    rule = {"all": [{"chamber": "council", "yes": "2/3"}]
            + [{"not": {"chamber": name, "no": "> 1/2", "of": "all"}} for name in chambers[1:]]}  # fmt: skip
    votes = {
        "council": np.ones(12, dtype=int),
        "consumers": (np.arange(12) < 4).astype(int),
        "investors": ((np.arange(12) >= 4) & (np.arange(12) < 8)).astype(int),
    }
    assert decide(rule, votes, np.arange(12) >= 2), "2 of 4 against is no majority"
    assert not decide(rule, votes, np.arange(12) >= 3), "3 of 4 consumers against"


AIIB_SUPER = {
    "all": [
        {"chamber": "governors", "yes": "2/3", "of": "all"},
        {"chamber": "votes", "yes": "3/4", "of": "all"},
    ]
}


def test_aiib_super_majority_gives_a_quarter_holder_a_block():
    votes = {"governors": [1] * 6, "votes": [26, 20, 20, 20, 10, 4]}
    assert not decide(AIIB_SUPER, votes, [0, 1, 1, 1, 1, 1])
    assert decide(AIIB_SUPER, votes, [1, 1, 1, 1, 0, 0])
    assert not decide(AIIB_SUPER, votes, [1, 1, 1, 0, 0, 0])


def test_canada_seven_fifty_with_parliament():
    people = [10753573, 7138795, 3724500, 2696826, 1113898, 990237, 909282, 738133, 551792, 134557]
    rule = {"all": [{"chamber": "parliament", "yes": "100 %"}, {"chamber": "provinces", "yes": "7 votes"},
                    {"chamber": "people", "yes": "50 %", "of": "all"}]}  # fmt: skip
    votes = {"parliament": [1] + [0] * 10, "provinces": [0] + [1] * 10, "people": [0, *people]}
    assert decide(rule, votes, [1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 0])
    assert not decide(rule, votes, [0] + [1] * 10)
    assert not decide(rule, votes, [1, 0, 0] + [1] * 8), "eight provinces, too few people"


def test_us_federal_legislation():
    chambers = {"house": ">= 218 votes", "senate": ">= 51 votes"}
    simple = [{"chamber": name, "yes": text} for name, text in chambers.items()]
    tie = [
        simple[0],
        {"chamber": "senate", "yes": "50 votes"},
        {"chamber": "vice_president", "yes": "1 vote"},
    ]
    signed = {"chamber": "president", "yes": "1 vote"}
    override = [{"chamber": "house", "yes": "290 votes"}, {"chamber": "senate", "yes": "67 votes"}]
    rule = {"any": [{"all": [signed, *simple]}, {"all": [signed, *tie]}, {"all": override}]}
    place = np.repeat(np.arange(4), [435, 100, 1, 1])
    names = ["house", "senate", "vice_president", "president"]
    votes = {name: (place == number).astype(int) for number, name in enumerate(names)}

    def bill(house, senate, vice, president):
        many = zip([house, senate, vice, president], [435, 100, 1, 1], strict=True)
        return decide(rule, votes, np.concatenate([np.arange(size) < yes for yes, size in many]))

    assert bill(218, 51, 0, 1) and bill(218, 50, 1, 1) and bill(290, 67, 0, 0)
    assert not bill(217, 100, 1, 1) and not bill(218, 50, 0, 1) and not bill(289, 100, 1, 0)


def test_consensus_and_fallback_ilo_and_imf():
    assert heads("consensus", yes=1, no=0, abstain=3, absent=17)
    assert not heads("consensus", yes=20, no=1)
    assert not heads("consensus", yes=0, no=0, absent=21)
    assert heads({"any": ["consensus", "3/4"]}, yes=3, no=1)
    assert heads("2/3", yes=2, no=1, abstain=9) and not heads("2/3", yes=199, no=100)
    imf = {"members": [831_407, 5_032_443 - 831_407]}
    assert not decide("85 %", imf, [0, 1], of="all") and decide("> 1/2", imf, [0, 1], of="all")
