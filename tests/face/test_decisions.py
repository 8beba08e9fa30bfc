"""Classes of the user's own decide, are asked when they should be, and are told what is wrong with an answer."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import sim
from sim.engine import run_block
from sim.errors import AgentError
from sim.plan import RunSpec


class NeverJoins(sim.Nation):
    def choose_tier(self, body, choice):
        return None if choice.current is None else choice.default


class Joins(sim.Nation):
    def choose_tier(self, body, choice):
        return choice.tiers[0] if body == "waico" and choice.tiers else choice.default


def inside(result, nation: str, body: str = "waico") -> list[bool]:
    status = result.nations[f"{body}.status"][0][:, result.iso3.index(nation)]
    return [bool(3 <= one <= 5) for one in status]


@pytest.fixture(scope="module")
def eager(world):
    """A world in which outsiders look often and are drawn in."""
    scenario = copy.deepcopy(world("commentary", 6))
    scenario["world"]["mobility"]["join"] = 0.9
    scenario["world"]["membership"]["club"] = 6.0
    return scenario


def test_a_nation_that_always_says_no_stays_out_and_changes_the_rest_only_from_then_on(eager) -> None:
    spec = RunSpec("p", 0, 0, 5, eager)
    block = run_block([spec], nations=True)
    came = [
        (inside(block, code).index(True), code)
        for code in block.iso3
        if not inside(block, code)[0] and any(inside(block, code))
    ]
    assert came, "nobody joined; the scenario does not test anything"
    year, joiner = min(came)
    with sim.Model.of(spec, {joiner: NeverJoins}, panel=True) as model:
        without = model.run().result()
        assert not any(inside(without, joiner))
        assert len(model.agents_by_type[sim.Nation]) == 193
        last = model.nations[joiner].explain("waico")
        assert (
            last.chosen is None
            and last.worth > 0
            and "the rule said" in str(model.nations[joiner].explain("waico", 2026 + year))
        )
    for name, values in block.series.items():
        assert np.array_equal(values[0][:year], without.series[name][0][:year], equal_nan=True), name
    assert block.series["waico.gdp_share"][0][year] > without.series["waico.gdp_share"][0][year]


def test_a_class_for_all_nations(eager) -> None:
    with sim.Model(eager, seed=5, agents={sim.Nation: NeverJoins}) as model:
        before = {str(one) for one in model.nations if one.statuses["waico"] in ("signatory", "party")}
        model.run()
        after = {str(one) for one in model.nations if one.statuses["waico"] in ("signatory", "party", "suspended")}
        assert after <= before


def test_a_nation_asked_enters_without_an_occasion_and_signs_first(world) -> None:
    with sim.Model(world("commentary"), seed=5, agents={"PER": Joins}) as model:
        assert model.nations["PER"].statuses["waico"] == "none"
        for _ in range(3):
            model.step()
        assert model.nations["PER"].statuses["waico"] == "none"
        model.step()
        assert model.nations["PER"].statuses["waico"] == "signatory"
        assert model.nations["PER"].tiers["waico"] == "associate"
        assert [one for one in model.events if one["kind"] == "signs" and one["agent"] == "PER"]
        assert model.nations["PER"].explain("waico").occasion == "asked"


def test_a_nation_is_asked_once_a_year_and_body_in_the_drawn_order_and_told_the_terms(world) -> None:
    heard = []

    class Notes(sim.Nation):
        def choose_tier(self, body, choice):
            heard.append((self.model.year, str(self), str(body)))
            assert body == self.model.bodies[str(body)]
            assert choice.default in (choice.current, None, *choice.tiers)
            assert choice.status == self.statuses[body] and choice.current == self.tiers[body]
            assert set(choice.utility) == set(choice.terms) == set(choice.tiers)
            for tier, terms in choice.terms.items():
                assert sum(terms.values()) == pytest.approx(choice.utility[tier])
            return super().choose_tier(body, choice)

    with sim.Model(world("commentary", 2), seed=5, agents={sim.Nation: Notes}) as model:
        model.run()
    assert len(heard) == len(set(heard)) == 2 * 2 * 193
    orders = [[who for _, who, body in heard[:386] if body == name] for name in ("waico", "gpai")]
    assert orders[0] != orders[1] and orders[0] != sorted(orders[0])


def test_votes_take_effect(world) -> None:
    put = []

    class Contrary(sim.Nation):
        def vote(self, body, proposal, choice):
            put.append(proposal)
            assert choice.default in ("yes", "no", "abstain")
            return "no"

    class Agrees(sim.Nation):
        def vote(self, body, proposal, choice):
            return "yes"

    class Abstains(sim.Nation):
        def vote(self, body, proposal, choice):
            return "abstain"

    def votes(agents):
        with sim.Model(world("as-signed"), seed=5, agents=agents) as model:
            model.run()
            wins = sum(model.nations.map(lambda one: one.memberships["waico"].wins))
            return [one for one in model.events if one["kind"] == "vote" and one["body"] == "waico"], wins

    refused, _ = votes({sim.Nation: Contrary})
    assert refused and all(one["yes"] == 0 and not one["passed"] for one in refused)
    accepted, wins = votes({sim.Nation: Agrees})
    assert accepted and all(one["no"] == 0 and one["passed"] for one in accepted) and wins > 0
    silent, _ = votes({sim.Nation: Abstains})
    assert all(one["yes"] == one["no"] == 0 for one in silent)
    of_waico = [one for one in put if one.body == "waico"]
    assert {one.kind for one in of_waico} == {"policy"}
    assert all(
        one.before != one.after
        and one.dimension in ("stringency", "rights", "sharing", "redistribution", "response_powers")
        for one in of_waico
    )
    assert all(one.decision in ("ordinary", "special", "super") for one in of_waico)


def test_an_admission_by_vote_is_asked_and_binds_the_applicant(world) -> None:
    scenario = copy.deepcopy(world("as-signed", 2))
    scenario["bodies"]["waico"]["tiers"]["member"]["admission"] = {"rule": "vote"}
    scenario["bodies"]["waico"]["entry_into_force"]["reached"] = True
    heard = []

    class Refuses(sim.Nation):
        def vote(self, body, proposal, choice):
            heard.append(proposal)
            return "no" if proposal.kind == "admission" else choice.default

    class Applies(Refuses):
        def choose_tier(self, body, choice):
            return "member" if body == "waico" else choice.default

    for members, status in ((Refuses, "none"), (sim.Nation, "signatory")):
        with sim.Model(scenario, seed=5, agents={sim.Nation: members, "PER": Applies}) as model:
            assert model.nations["PER"].statuses["waico"] == "none"
            for _ in range(4):
                model.step()
            assert model.nations["PER"].statuses["waico"] == status
    applied = [one for one in heard if one.kind == "admission"]
    assert "PER" in {one.applicant for one in applied}
    assert all(one.dimension is None and one.decision in ("ordinary", "special", "super") for one in applied)


def test_safety_takes_effect(world) -> None:
    class Careful(sim.Firm):
        def choose_safety(self, choice):
            assert 0 <= choice.default <= 1 and choice.before == self.safety
            return 1

    with sim.Model(world(), seed=5) as plain, sim.Model(world(), seed=5, agents={"openai": Careful}) as model:
        plain.step(), model.step()
        assert model.firms["openai"].safety == 1.0 > plain.firms["openai"].safety
        assert model.firms["openai"].hazard < plain.firms["openai"].hazard
        others = [one.safety for one in model.firms if str(one) != "openai"]
        assert others == [one.safety for one in plain.firms if str(one) != "openai"]
        assert type(model.firms["google"]) is sim.Firm


def test_suppliers_and_firms_out_of_business_are_not_asked(world) -> None:
    heard = set()

    class Notes(sim.Firm):
        def choose_safety(self, choice):
            heard.add(str(self))
            return choice.default

    with sim.Model(world(), seed=5, agents={sim.Firm: Notes}) as model:
        model.step()
        able = {str(firm) for firm in model.firms if firm.active and not firm.supplier}
        assert heard == able and len(able) < len(model.firms)


ANSWERS = [
    ("choose_tier", "assoziate", "did you mean 'associate'"),
    ("choose_tier", 0, "answered 0"),
    ("choose_tier", True, "answered True"),
    ("choose_tier", "strategic", "not open to it"),
    ("vote", "maybe", "return 'yes', 'no' or 'abstain'"),
    ("vote", None, "return 'yes', 'no' or 'abstain'"),
    ("vote", True, "return 'yes', 'no' or 'abstain'"),
    ("choose_safety", 1.5, "a share from 0 to 1"),
    ("choose_safety", float("nan"), "a share from 0 to 1"),
    ("choose_safety", None, "a share from 0 to 1"),
    ("choose_safety", "high", "a share from 0 to 1"),
    ("choose_safety", True, "a share from 0 to 1"),
]


@pytest.mark.parametrize(("decision", "answer", "said"), ANSWERS)
def test_impossible_answers_raise_and_change_nothing(world, decision, answer, said) -> None:
    kind = sim.Firm if decision == "choose_safety" else sim.Nation
    body = {
        "choose_tier": lambda self, body, choice: answer if body == "waico" else choice.default,
        "vote": lambda self, body, proposal, choice: answer,
        "choose_safety": lambda self, choice: answer,
    }[decision]
    wrong = type("Wrong", (kind,), {decision: body})
    agents = {"BDI": wrong} if decision == "choose_tier" else {kind: wrong}
    with sim.Model(world("commentary"), seed=5, agents=agents) as model, pytest.raises(AgentError, match=said):
        while True:
            steps, tension, events = model.steps, model.world.tension, list(model.events)
            model.step()
    with sim.Model(world("commentary"), seed=5, agents=agents) as model:
        for _ in range(steps):
            model.step()
        with pytest.raises(AgentError, match="Wrong"):
            model.step()
        assert (model.steps, model.world.tension, model.events) == (steps, tension, events)


def test_the_host_cannot_go_out(world) -> None:
    class Leaves(sim.Nation):
        def choose_tier(self, body, choice):
            return None

    with sim.Model(world(years=1), seed=5, agents={"CHN": Leaves}) as model, pytest.raises(AgentError, match="host"):
        model.run()


def nation(**methods):
    return type("Mine", (sim.Nation,), methods)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"IDN": nation(choose_teir=lambda self, body, choice: None)}, "did you mean 'choose_tier'"),
        ({"IDN": nation(chooseTier=lambda self, body, choice: None)}, "did you mean 'choose_tier'"),
        ({"IDN": nation(Vote=lambda self, body, proposal, choice: "no")}, "did you mean 'vote'"),
        ({"IDN": nation(votes=lambda self, body, proposal, choice: "no")}, "did you mean 'vote'"),
        ({"IDN": nation(choose_safety=lambda self, choice: 1.0)}, "a Nation decides choose_tier, vote"),
        ({"openai": type("F", (sim.Firm,), {"vote": lambda self, b, p, c: "no"})}, "a Firm decides choose_safety"),
        ({"IDN": nation(choose_tier=lambda self, choice: None)}, r"write def choose_tier\(self, body, choice\)"),
        ({"IDN": nation(vote=lambda self, choice: None)}, r"def vote\(self, body, proposal, choice\)"),
        ({"IDN": nation(step=lambda self: None)}, "would never be called"),
        ({"IDO": nation()}, "no nation 'IDO' in this run; did you mean"),
        ({"openia": type("F", (sim.Firm,), {})}, "did you mean 'openai'"),
        ({"openai": nation()}, "it is a Firm"),
        ({"IDN": sim.Firm}, "it is a Nation"),
        ({sim.Nation: sim.Firm}, "is no Nation"),
        ({"IDN": dict}, r"write class dict\(sim.Nation\)"),
        ({"IDN": "Mine"}, "expected a class"),
        ({nation(): nation()}, "write sim.Nation, sim.Firm, sim.Body or an id"),
        ([nation()], "expected a mapping"),
    ],
)
def test_classes_and_ids_that_cannot_be_used(world, given, said) -> None:
    with pytest.raises(AgentError, match=said):
        sim.Model(world(), agents=given)


def test_methods_of_ones_own_are_welcome(world) -> None:
    mine = nation(note=lambda self: str(self), mood=0.1, partners=lambda self: [], _vote=lambda self: None)
    with sim.Model(world(), agents={"IDN": mine}) as model:
        assert model.nations["IDN"].note() == "IDN"


def test_a_decision_set_on_an_agent_is_refused(model) -> None:
    with pytest.raises(AgentError, match="in a class"):
        model.nations["IDN"].vote = lambda body, proposal, choice: "no"


def test_nothing_is_written_while_decisions_are_made(world) -> None:
    class Writes(sim.Nation):
        def choose_tier(self, body, choice):
            self.tiers[body] = choice.tiers[0]
            return choice.default

    with sim.Model(world(years=1), agents={"IDN": Writes}) as model, pytest.raises(AgentError, match="between steps"):
        model.run()


def test_floating_point_in_a_users_class_is_as_outside(world) -> None:
    class Divides(sim.Nation):
        def vote(self, body, proposal, choice):
            with np.errstate(divide="ignore"):
                assert np.isinf(np.float64(1.0) / 0.0)
            assert np.geterr() == outside
            return choice.default

    outside = np.geterr()
    with sim.Model(world(years=1), agents={sim.Nation: Divides}) as model:
        model.run()
