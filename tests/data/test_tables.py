"""The shipped tables: complete dictionary, licences, no withheld column, text kept as text."""

import csv
import hashlib
from importlib import resources

import pytest

from sim.data import checksums, names, read_table
from sim.errors import ChoiceError

TABLES = (
    "bodies",
    "columns",
    "compute_owners",
    "firms",
    "groups",
    "membership_draws",
    "memberships",
    "nations",
    "risk_sets",
    "yearly",
)


def test_the_tables_are_the_named_ones():
    assert names() == TABLES


def test_namibia_and_norway_are_read_as_text():
    nations = read_table("nations")
    code = dict(zip(nations["iso3"], nations["iso2"], strict=True))
    assert (code["NAM"], code["NOR"]) == ("NA", "NO")


def test_every_column_has_one_dictionary_row_with_text_licence_and_source():
    columns = read_table("columns")
    described = list(zip(columns["table"], columns["column"], strict=True))
    assert len(described) == len(set(described))
    assert set(described) == {(table, column) for table in TABLES for column in read_table(table)}
    for heading in columns:
        assert all(cell.strip() for cell in columns[heading]), heading
    assert all(url.startswith(("http://", "https://")) for url in columns["url"])


def test_columns_with_blanks_state_a_rule_and_columns_without_say_so():
    columns = read_table("columns")
    for table, column, rule in zip(columns["table"], columns["column"], columns["blank_rule"], strict=True):
        if any(not cell for cell in read_table(table)[column]):
            assert rule != "no blanks", (table, column)


@pytest.mark.parametrize(
    "withheld",
    ["stanford", "oxford", "vibrancy", "aipi", "forbes", "market_cap", "atop", "fh_", "freedom_house"],
)
def test_no_column_of_a_withheld_source(withheld):
    columns = read_table("columns")
    for table in TABLES:
        assert not [column for column in read_table(table) if withheld in column.lower()]
    assert not [
        cell
        for cell in columns["publisher"] + columns["dataset"]
        if withheld.replace("_", " ").strip() in cell.lower()
    ]


def test_v_dem_columns_carry_their_own_licence():
    columns = read_table("columns")
    for name in ("electoral_democracy", "liberal_democracy"):
        assert columns["licence"][columns["column"].index(name)] == "CC BY-SA 4.0"


def test_dates_of_the_belt_and_road_are_left_out_where_one_author_estimated_them():
    table = read_table("memberships")
    rows = zip(table["body"], table["iso3"], table["date"], table["source"], strict=True)
    dated = {iso3 for body, iso3, date, _ in rows if body == "BRI" and date}
    assert dated == {"ITA", "COL", "PAN"}  # two exits and one entry reported in the press


def test_every_membership_has_a_known_state_body_status_and_source():
    table = read_table("memberships")
    assert set(table["iso3"]) <= set(read_table("nations")["iso3"])
    assert set(table["body"]) == set(read_table("bodies")["body"])
    assert set(table["precision"]) <= {"day", "month", "year", "by", "none"}
    assert all(table["source"])
    assert all(
        bool(date) == (precision != "none")
        for date, precision in zip(table["date"], table["precision"], strict=True)
    )


def test_checksums_are_those_of_the_files():
    for file, digest in checksums().items():
        assert hashlib.sha256(resources.files("sim.data").joinpath(file).read_bytes()).hexdigest() == digest


def test_reading_agrees_with_a_dictionary_reader():
    text = resources.files("sim.data").joinpath("firms.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert read_table("firms")["role"] == [row["role"] for row in rows]


def test_an_unknown_table_names_those_there_are():
    with pytest.raises(ChoiceError, match="unknown table 'nation'.*nations"):
        read_table("nation")
