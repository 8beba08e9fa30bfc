"""Every column of the state: whose it is, its unit, and whether a user may write it.

A *state* column is carried from step to step and may be written through an agent of a Mesa run; a
*derived* column is computed anew by a phase, so writing it is refused and the advice says what to set instead;
a *given* column is a fact of the study that nothing changes. A *flow* is summed over a year; it is refused like a
derived one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["COLUMNS", "Column", "of"]

Entity = Literal["world", "nation", "firm", "body", "body_nation", "body_firm"]
Kind = Literal["state", "derived", "flow", "given"]


@dataclass(frozen=True)
class Column:
    """One column; `flow` columns are summed over a year and start each year at 0."""

    entity: Entity
    name: str
    unit: str
    kind: Kind
    text: str
    advice: str = ""


def _columns(entity: Entity, rows: str) -> list[Column]:
    found = []
    for row in rows.strip().splitlines():
        name, unit, kind, text, *advice = (cell.strip() for cell in row.split("|"))
        found.append(Column(entity, name, unit, kind, text, advice[0] if advice else ""))  # type: ignore[arg-type]
    return found


_WORLD = """
tension | 0-1 | state | tension between the poles
harm_memory | percent | state | recent harm, in percent of world product, being forgotten
harm_percent | percent | derived | harm of the last step, in percent of world product | harm_memory
struck | events | derived | serious incidents of the last step | a firm's safety
frontier | OOM | derived | best capability of an active firm | a firm's capability
published | OOM | derived | best capability among openly published models | a firm's capability or openness
pace | OOM/year | derived | speed of the frontier over the last year | a firm's capability
compute_cost | USD | derived | cost of an installed H100-equivalent | world.investment.price in the scenario
investment | bn USD/year | derived | world investment in AI compute | world.investment in the scenario
world_product | bn USD | derived | sum of GDP | a nation's gdp_base
revenue | bn USD/year | derived | AI revenue of all firms | a nation's ai_use
concentration | points | derived | Herfindahl-Hirschman index of AI revenue | a firm's capability
expected_loss | bn USD/year | flow | harm expected from the hazard path, in closed form | a firm's safety
realised_loss | bn USD/year | flow | harm that happened | a firm's safety
incidents | events/year | flow | serious incidents of firms' systems | a firm's safety
misuse | events/year | flow | serious misuse of open models | a firm's openness
closing_year | year | state | year in which the leading of those who published at the start stopped; 0 before
catastrophes | events/year | flow | harms beyond the catastrophe threshold | a firm's safety
response_months | months | flow | months to containment, summed over incidents | a body's response_powers
false_alarm_cost | bn USD/year | flow | output lost to false alarms | a body's response_powers
prevented_loss | bn USD/year | flow | harm that response units prevented | a body's response_powers
"""

_NATION = """
gdp_base | bn USD | state | GDP without what AI adds
gdp | bn USD | derived | GDP | gdp_base or ai_use
gdp_gain | share | derived | what AI adds to GDP | ai_use
population | million | state | population
readiness | 0-1 | state | skills and infrastructure for AI
readiness_supported | 0-1 | state | readiness from which the income path starts, programmes included
ai_use | 0-1 | state | share of people who use AI
compute | H100e | state | AI compute in the country or contracted
capability | OOM | derived | best capability the nation can use | a firm's capability, or its tiers
own_reach | OOM | derived | the same without platforms | a firm's capability
ai_service | 0-1 | derived | AI service per head | ai_use or compute
position | UN ideal point | state | foreign-policy position, higher nearer to the US-led order
rights | 0-1 | given | liberal-democracy index | another population in the scenario
stringency | 0-1 | state | own stringency of AI rules
stringency_effective | 0-1 | derived | stringency with what bodies bind | stringency
ideal_stringency | 0-1 | state | wanted stringency of a body
ideal_rights | 0-1 | state | wanted rights content
ideal_sharing | 0-1 | state | wanted depth of sharing
ideal_redistribution | 0-1 | state | wanted redistribution
ideal_response_powers | 0-1 | state | wanted powers of a response unit
regime | code | derived | place of the first nation of its regime, else its own | recognition in the charter
electricity | TWh/year | derived | electricity of AI compute | compute
emissions | Mt CO2/year | derived | emissions of AI compute | compute
losses | bn USD/year | flow | harm borne | a firm's safety
loss_rate | bn USD/year | derived | harm borne in the last step, as a yearly rate | harm_memory or gdp_base
trade_loss | bn USD/year | derived | output lost to trade measures of bodies it is not in | its tiers
built | 0-1 per year | state | readiness that programmes add this year
matched | H100e | derived | idle compute of others that serves its people in this step | programmes in the charter
granted | H100e/year | state | compute that funds grant this year
"""

_FIRM = """
active | yes/no | state | in business
waiting | yes/no | state | may still enter
capability | OOM | state | effective training compute relative to the frontier at the start
compute | H100e | state | compute in use
granted | H100e | state | compute taken over or pooled, in use from the next step
openness | 0-1 | state | how far it publishes weights
safety | 0-1 | state | safety effort
safety_effective | 0-1 | derived | safety effort with what fellow members share | safety
brand | log odds | state | customer base beyond quality
market_share | share | derived | share of world AI revenue | capability or brand
revenue | bn USD/year | derived | AI revenue | capability or brand
regime_cost | bn USD/year | derived | paid for the distinct regimes it sells under | world.regimes in the scenario
hazard | events/year | derived | rate of serious incidents | safety or capability
incidents | events/year | flow | serious incidents | safety
ideal_stringency | 0-1 | state | wanted stringency of a body
ideal_rights | 0-1 | state | wanted rights content
ideal_sharing | 0-1 | state | wanted depth of sharing
ideal_redistribution | 0-1 | state | wanted redistribution
ideal_response_powers | 0-1 | state | wanted powers of a response unit
"""

_BODY = """
in_force | yes/no | state | the agreement binds
reserve | bn USD | state | reserve of the fund
stringency | 0-1 | state | strictness of the common standard
rights | 0-1 | state | rights content of the common standard
sharing | 0-1 | state | depth of technology sharing
redistribution | 0-1 | state | scale of the fund
response_powers | 0-1 | state | authority of the response unit
surge | 0-1 | state | temporary tightening after an incident
constant | utility | state | the body's constant in the choice to join
supply_elsewhere | share | state | part of chip supply that has arisen under no condition since the start
leverage | share | derived | part of world chip supply that a condition of the body reaches | chips in the charter
refused | share | derived | part of outsiders' purchases of chips that the condition stops | chips in the charter
protection | 0-1 | derived | misuse that the body's safeguards prevent | safeguards in the charter
contributed | OOM | derived | best capability on the platform | a member firm's capability or openness
deadlock | years | state | years since a proposal passed
dues | bn USD/year | flow | assessed and paid by members | redistribution
levies | bn USD/year | flow | paid by firms | fund.levy in the charter
other_income | bn USD/year | flow | gifts | fund.other_income in the charter
allocations | bn USD/year | flow | paid to members | redistribution
costs | bn USD/year | flow | administration, programmes, units | programmes in the charter
proposals | events/year | flow | proposals put to a vote | voting.agenda in the charter
passed | events/year | flow | proposals that passed | voting.decisions in the charter
expelled | states/year | flow | members put out by vote | expulsion in the charter
consented | ratio | flow | share of people whose state voted yes, summed over what passed | the members' ideal points
gridlock | 0-1 | derived | width of the gridlock interval on stringency | the members' ideal points
gridlock_low | 0-1 | derived | stringency below which a proposal can raise it | the members' ideal points
gridlock_high | 0-1 | derived | stringency above which a proposal can lower it | the members' ideal points
"""

_BODY_NATION = """
status | code | state | 0 none, 1 invited, 2 observer, 3 signatory, 4 party, 5 suspended, 6 withdrawn
tier | code | state | number of the tier, -1 none
ratified | yes/no | state | has deposited its instrument
taste | utility | state | persistent taste for the body
tier_uniform | 0-1 | state | the uniform that picks a tier
served | years | state | years as a party in its tier, where promotion counts them
courted | bn USD/year | state | promised by the sponsor for being inside
deterred | bn USD/year | state | promised by the sponsor for staying out of a rival body
certified | yes/no | state | keeps a body's standard without being in it, for the sake of trade
arrears | years | state | years of unpaid dues
paid | bn USD | state | dues paid since the start
dues | bn USD/year | flow | dues paid | its tier, or the body's redistribution
receipts | bn USD/year | flow | received from the fund | its tier, or the body's redistribution
wins | events | state | votes in which it was on the winning side
votes_cast | events | state | votes it took part in
voted | events/year | flow | votes in which it said yes or no | the members' ideal points
agreed | events/year | flow | of these, those in which its side won | the members' ideal points
decisive | events/year | flow | of these, those that its one vote turned | the members' ideal points
"""

_BODY_FIRM = """
seat | yes/no | state | holds a seat
compliance | 0-1 | state | how far it keeps the standard
found | probability | derived | chance that training above a cap is found | safeguards in the charter
sanctioned | years | state | time it still stands under a sanction of inspectors
seat_uniform | 0-1 | state | the uniform that decides on a seat
levy | bn USD/year | flow | levy paid | fund.levy in the charter
voted | events/year | flow | votes in which it said yes or no | its ideal points
agreed | events/year | flow | of these, those in which its side won | its ideal points
decisive | events/year | flow | of these, those that its one vote turned | its ideal points
"""

COLUMNS: tuple[Column, ...] = tuple(
    _columns("world", _WORLD)
    + _columns("nation", _NATION)
    + _columns("firm", _FIRM)
    + _columns("body", _BODY)
    + _columns("body_nation", _BODY_NATION)
    + _columns("body_firm", _BODY_FIRM)
)


def of(entity: Entity) -> dict[str, Column]:
    """Columns of one kind of entity by name.

    >>> of("nation")["gdp"].kind
    'derived'
    """
    return {column.name: column for column in COLUMNS if column.entity == entity}
