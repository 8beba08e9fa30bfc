"""The figures beyond the standard set, with their names: those whose subject the study has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from sim.plots.assembly import gridlock_over_time, votes_success
from sim.plots.beside import run_beside_ensemble
from sim.plots.gridlock import gridlock_interval
from sim.plots.groups import by_groups, divide_fan, grouped
from sim.plots.maps import membership_map, membership_strip
from sim.plots.network import voting_network
from sim.plots.overlap import coalition_overlap
from sim.plots.progressivity import progressivity
from sim.plots.robust import regret_map, satisficing_bars
from sim.plots.style import StudyFigure
from sim.plots.tradeoffs import tradeoffs
from sim.plots.wording import bodies_of
from sim.results import Results
from sim.robustness import robustness

__all__ = ["further"]


def further(
    results: Results, baseline: str | None, criteria: Sequence[Any] | None
) -> Iterator[tuple[str, Callable[[], StudyFigure]]]:
    """Names of the further figures of a study, each with what draws it.

    run-beside-ensemble, tradeoffs, regret, thresholds, divide-fan, coalition-overlap, groups-KIND (income-group, tier,
    bloc; the world's), and for each body groups-KIND-BODY, gridlock-BODY, gridlock-interval-BODY, votes-BODY,
    network-BODY, map-BODY, strip-BODY and progressivity-BODY.
    """
    verdict = robustness(results, criteria)
    yield "run-beside-ensemble", partial(run_beside_ensemble, results)
    yield "tradeoffs", partial(tradeoffs, results, criteria, baseline, verdict=verdict)
    yield "regret", partial(regret_map, results, criteria, verdict=verdict)
    yield "thresholds", partial(satisficing_bars, results, criteria, verdict=verdict)
    yield "divide-fan", partial(divide_fan, results)
    yield "coalition-overlap", partial(coalition_overlap, results)
    for body, grouping in grouped(results):
        end = f"-{body}" if body else ""
        yield f"groups-{grouping.replace(' ', '-')}{end}", partial(by_groups, results, body, grouping)
    for body in dict.fromkeys(name for policy in results.policies for name in bodies_of(results, policy)):
        yield f"gridlock-{body}", partial(gridlock_over_time, results, body)
        yield f"gridlock-interval-{body}", partial(gridlock_interval, results, body)
        yield f"votes-{body}", partial(votes_success, results, body)
        yield f"network-{body}", partial(voting_network, results, body)
        yield f"map-{body}", partial(membership_map, results, body)
        yield f"strip-{body}", partial(membership_strip, results, body)
        yield f"progressivity-{body}", partial(progressivity, results, body)
