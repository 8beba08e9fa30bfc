"""The firms: homes, suppliers, a credible ranking, stated totals."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.data import read_table
from sim.errors import ChoiceError
from sim.population import herfindahl, load_firms, load_nations, ranking_table, synthetic_firms, world_stock
from sim.population.frontier import capability

FIRMS = load_firms()
AT = {name: at for at, name in enumerate(FIRMS.firm_id.tolist())}
RESEARCH = ~FIRMS.supplier


def test_there_are_100_firms_17_of_them_suppliers_without_research():
    assert len(FIRMS) == 100 and FIRMS.supplier.sum() == 17
    assert (FIRMS.capability[FIRMS.supplier] == -9).all()
    assert (FIRMS.market_share[FIRMS.supplier] == 0).all()


def test_homes_are_un_members_or_taiwan_or_hong_kong():
    assert set(FIRMS.home.tolist()) - set(load_nations().iso3.tolist()) == {"HKG", "TWN"}
    filled = {name: FIRMS.home[AT[name]] for name in AT if FIRMS.filled["home"][AT[name]]}
    assert filled == {"cerebras": "USA", "physint": "USA", "isomorphic": "GBR", "shanghaiailab": "CHN"}


def test_the_ranking_starts_with_the_known_frontier_laboratories():
    order = FIRMS.firm_id[np.argsort(-FIRMS.capability)].tolist()
    assert set(order[:5]) == {"openai", "google", "anthropic", "xai", "meta"}
    assert FIRMS.capability[RESEARCH].max() == 0


def test_the_best_chinese_firm_lags_as_published():
    # Epoch AI 2026: 7 months on average since 2023, 4 to 14; at 1.1 OOM a year 0.64, 0.37 to 1.28 OOM
    china = RESEARCH & (FIRMS.home == "CHN")
    assert 0.37 < -FIRMS.capability[china].max() < 1.28
    for name in ("deepseek", "alibaba"):
        assert 0.5 < -FIRMS.capability[AT[name]] <= 1.0


def test_misleading_runs_do_not_rank():
    # a fine-tune of another's model, a joint paper of 2022, an old run without a successor
    for name in ("cursor", "cohere", "aramco", "inflection"):
        assert FIRMS.capability[AT[name]] < FIRMS.capability[AT["deepseek"]]
    assert FIRMS.capability[AT["cohere"]] > -2
    assert FIRMS.capability_error[AT["cohere"]] > FIRMS.capability_error[AT["openai"]]


def test_compute_in_use_stays_within_the_stock_and_is_the_published_where_known():
    stock = world_stock()
    assert FIRMS.compute.sum() < stock["world"]
    assert FIRMS.compute[FIRMS.home == "CHN"].sum() < stock["CHN"]
    known = {
        "openai": 1_743_000,
        "anthropic": 1_190_000,
        "google": 1_583_000,
        "meta": 996_000,
        "xai": 635_000,
    }
    for name, chips in known.items():
        assert FIRMS.compute[AT[name]] == chips
    assert set(FIRMS.firm_id[~FIRMS.filled["compute"]].tolist()) == set(known)


def test_compute_covers_known_clusters_where_it_is_filled():
    cells = read_table("firms")["cluster_h100e"]
    seen = np.array([float(cell) if cell else 0.0 for cell in cells])
    owners_known = np.array([bool(cell) for cell in read_table("firms")["chips_owned_h100e"]])
    check = FIRMS.filled["compute"] & ~owners_known
    assert (FIRMS.compute[check] >= seen[check]).all()


def test_market_shares_sum_to_one_with_a_concentration_near_the_published():
    assert FIRMS.market_share.sum() == pytest.approx(1)
    # squares of published shares of spending on language models: 0.28 (Menlo Ventures 2025: 40, 27, 21 %) and
    # 0.35 (a16z 2026: 53, 18, 18 %) for companies alone; consumers included it is lower
    assert 0.15 < herfindahl(FIRMS.market_share) < 0.35


def test_revenue_keeps_the_published_run_rates():
    assert FIRMS.ai_revenue[AT["openai"]] == 40 and FIRMS.ai_revenue[AT["anthropic"]] == 65
    assert 120 < FIRMS.ai_revenue.sum() < 250


def test_shares_are_shares():
    for column in (FIRMS.openness, FIRMS.safety, FIRMS.market_share):
        assert column.min() >= 0 and column.max() <= 1


@given(st.floats(0.1, 2), st.floats(2023, 2026.5), st.floats(1e3, 1e6))
@settings(max_examples=40)
def test_more_training_or_more_chips_never_lower_capability(more, date, chips):
    role, supplier = np.array(["frontier lab"] * 2), np.array([False, False])
    known = np.array([True, False])
    base = capability(
        np.array([26.7, 24.0]), np.array([2025.5, date]), np.array([2e6, chips]), known, role, supplier
    )
    run = capability(
        np.array([26.7, 24.0 + more]), np.array([2025.5, date]), np.array([2e6, chips]), known, role, supplier
    )
    use = capability(
        np.array([26.7, 24.0]), np.array([2025.5, date]), np.array([2e6, chips * 2]), known, role, supplier
    )
    lag = [value[0][1] - value[0][0] for value in (base, run, use)]
    assert lag[1] > lag[0] and lag[2] > lag[0]


def test_the_ranking_table_lists_what_is_asked():
    lines = ranking_table(rows=10).splitlines()
    assert len(lines) == 11 and "OpenAI" in lines[1]


def test_a_selection_has_shares_that_sum_to_one_and_unknown_ids_are_refused():
    few = load_firms(["openai", "deepseek"])
    assert few.firm_id.tolist() == ["openai", "deepseek"] and few.market_share.sum() == pytest.approx(1)
    with pytest.raises(ChoiceError, match="'open-ai'"):
        load_firms(["open-ai"])


@pytest.mark.parametrize("size", [1, 40, 500])
def test_synthetic_firms_are_valid(size):
    firms = synthetic_firms(size, seed=4, homes=["S0001", "S0002"])
    assert firms.capability.max() == 0 and firms.market_share.sum() == pytest.approx(1)
    assert set(firms.home.tolist()) <= {"S0001", "S0002"} and firms.compute.sum() <= 1e7 * (1 + 1e-9)
    for field in dataclasses.fields(firms):
        assert len(getattr(firms, field.name)) == (7 if field.name == "filled" else size)
