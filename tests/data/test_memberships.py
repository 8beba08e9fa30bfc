"""Membership counts and overlaps against the published ones."""

import numpy as np
import pytest

from sim.data import read_table
from sim.errors import ChoiceError
from sim.population import JOINED, bodies, history, joiners, load_nations, signatories

# members of the UN in each group; the published count differs where a member is no UN member
GROUP_SIZES = {
    "apec": 19,  # of 21: Hong Kong and Chinese Taipei
    "oecd": 38,
    "eu": 27,
    "g7": 7,
    "g20": 19,
    "brics": 10,
    "sco": 10,
    "asean": 11,
    "g77": 133,
    "african_union": 54,
    "oic": 56,
    "nato": 32,
    "gcc": 6,
    "rcep": 15,
    "ldc": 44,
    "lldc": 32,
    "gpai": 28,  # of 29: the EU
}
# Guey et al., arXiv 2606.23860, and the member lists: members of each group among the 37 signatories
WAICO_OVERLAP = {"oecd": 0, "gpai": 3, "apec": 6, "sco": 9, "brics": 7, "asean": 7, "ldc": 11, "g20": 5}


@pytest.mark.parametrize(("group", "size"), GROUP_SIZES.items())
def test_group_sizes(group, size):
    assert load_nations().groups[group].sum() == size


def test_waico_has_29_founders_and_8_later_signatories_one_observer_one_invited():
    statuses = [status for status, _ in signatories("WAICO").values()]
    assert {name: statuses.count(name) for name in set(statuses)} == {
        "founding_signatory": 29,
        "signatory": 8,
        "observer": 1,
        "invited": 1,
    }
    assert len(joiners("waico")) == 37
    assert signatories("WAICO")["BGD"][0] == "observer"
    assert signatories("WAICO")["SGP"][0] == "invited"


@pytest.mark.parametrize(("group", "overlap"), WAICO_OVERLAP.items())
def test_overlap_of_the_signatories_with_other_groups(group, overlap):
    nations = load_nations()
    inside = np.isin(nations.iso3, list(joiners("WAICO")))
    assert (nations.groups[group] & inside).sum() == overlap


def test_pax_silica_has_24_national_signatories_and_20_through_the_union():
    nations, members = load_nations(), signatories("PAX_SILICA")
    assert len(joiners("PAX_SILICA")) == 24
    represented = [iso3 for iso3, (status, _) in members.items() if status == "represented"]
    assert len(represented) == 20
    assert all(nations.groups["eu"][nations.index(iso3)] for iso3 in represented)
    assert set(joiners("WAICO")) & set(joiners("PAX_SILICA")) == {"KAZ"}


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("RCEP", 15),
        ("CPTPP", 12),
        ("APSCO", 8),
        ("ILRS", 15),
        ("DEPA", 4),
        ("REAIM_2023", 57),
        ("GPAI", 28),
        ("MSP", 14),
    ],
)
def test_complete_rosters_have_the_published_number_of_un_members(body, count):
    assert len(joiners(body)) == count


def test_a_state_that_left_is_recorded_as_having_joined_and_withdrawn():
    assert signatories("BRI")["ITA"][0] == "withdrew"
    assert "ITA" in joiners("BRI")
    assert signatories("FOC")["USA"][0] == "withdrew"


def test_invited_and_declined_are_no_joiners():
    assert "IND" in history("RCEP") and "IND" not in joiners("RCEP")
    assert "SAU" in history("BRICS") and "SAU" not in joiners("BRICS")


def test_joiner_counts_in_the_table_of_bodies_agree_with_the_records():
    table = read_table("bodies")
    for body, found in zip(table["body"], table["joiners_found"], strict=True):
        assert len(joiners(body)) == int(found), body


def test_sponsors_are_states_and_gates_are_known():
    table = read_table("bodies")
    codes = set(load_nations().iso3.tolist())
    for sponsor in table["sponsor"]:
        assert set(filter(None, sponsor.split(";"))) <= codes
    assert set(table["gate"]) <= {"open", "values", "region", "invitation"}


def test_an_unknown_body_gets_a_hint():
    with pytest.raises(ChoiceError, match="did you mean 'WAICO'"):
        signatories("WAIKO")
    assert "WAICO" in bodies()


def test_no_dated_signature_stands_before_the_body_was_founded():
    table = read_table("bodies")
    for body, founded in zip(table["body"], table["founded"], strict=True):
        for events in history(body).values():
            for status, date, precision in events:
                if precision == "day" and status in JOINED:
                    assert date[:10] >= founded, (body, date)
