"""The figures of the table, each from the times of one round."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks import cases
from benchmarks.cases import Size
from benchmarks.growth import elasticity
from benchmarks.phases import NAMES

Round = Mapping[str, float]

__all__ = ["Measure", "Round", "measures"]


@dataclass(frozen=True)
class Measure:
    """A figure of the table, from the times of one round."""

    name: str
    unit: str
    of: Callable[[Round], float]
    text: str


def measures(size: Size) -> list[Measure]:
    """All figures, in the order of the table."""
    return [
        *_engine(size),
        *_phases(size),
        *_machinery(size),
        *_growth(size),
        *_power(size),
        *_kernels(),
        *_peers(size),
    ]


def _ratio(name: str, above: str, below: str, text: str, times: float = 1.0) -> Measure:
    return Measure(name, "ratio", lambda got: times * got[above] / got[below], text)


def _plain(name: str, unit: str, key: str, text: str, times: float = 1.0) -> Measure:
    return Measure(name, unit, lambda got: times * got[key], text)


def _engine(size: Size) -> list[Measure]:
    block, nations = size.block, size.nations or 193
    same = f"the same scenario of {nations} nations and {size.study_years} years, start and measures included"
    found = [
        _ratio(
            "ensemble_per_twin",
            "twin",
            "ensemble",
            f"runs a second on one core in a block of {block} (8 replicates of a future), for each of the plain Mesa "
            f"twin, which takes no measures; {same}",
            block,
        ),
        _ratio(
            "ensemble_per_numpy_alone",
            "single",
            "ensemble",
            "the same for each run of the same NumPy text taken one at a time",
            block,
        ),
        _ratio(
            "two_workers_per_one",
            "one worker",
            "two workers",
            f"runs a second of two workers for each of one; {size.pool_tasks} blocks of {block}, shards written",
        ),
        _plain(
            "single_run", "s", "single", f"one run alone, {nations} nations, {size.study_years} years, imports apart"
        ),
        _plain("command_help", "s", "help", "`waico --help` by the clock, Python's own start included"),
        _plain(
            "run_step",
            "us",
            f"block {block}",
            f"a run-step in a block of {block}, {nations} nations, {size.years} years, measures included, start not",
        ),
    ]
    for count in sorted({1, 8, 32, 2 * block}):
        found.append(_plain(f"run_step_block_{count}", "us", f"block {count}", f"a run-step in a block of {count}"))
    return found


def _phases(size: Size) -> list[Measure]:
    found = []
    for name in NAMES:
        text = {"start": "the start of a block, spread over its steps", "measures": "measures, taken once a year"}
        key = "".join(letter if letter.isalnum() else "_" for letter in name.lower().replace("'", ""))
        told = text.get(name, f"the phase '{name}'")
        found.append(_plain(f"phase_{key}", "us", f"phase {name}", f"a run-step's share of {told}; block {size.block}"))
    return found


def _machinery(size: Size) -> list[Measure]:
    few, middle, many = (count // 72 * 72 for count in size.idle_runs)  # whole replicates of 6 policies x 12 futures

    def slope(got: Round, first: str, last: str, runs: int, more: str = "") -> float:
        return 1e6 * (got[f"idle {last}{more}"] - got[f"idle {first}{more}"]) / runs

    text = "a sweep by an idle engine, names to shards on disk, one process: slope from {} to {} runs"
    wide = "processor's time, without waiting for the disk; 225 measures x 11 years, some 700 columns"
    large, small = text.format(middle, many), text.format(few, middle)
    return [
        Measure(
            "machinery_processor_per_run",
            "us",
            lambda got: slope(got, "middle", "large", many - middle, " processor"),
            f"{large}; {wide}",
        ),
        Measure(
            "machinery_per_run",
            "us",
            lambda got: slope(got, "middle", "large", many - middle),
            f"{large}; by the clock",
        ),
        Measure(
            "machinery_processor_per_run_small",
            "us",
            lambda got: slope(got, "small", "middle", middle - few, " processor"),
            f"{small}, where a shard holds one block of 192; {wide}",
        ),
        Measure(
            "machinery_raw_writing",
            "us",
            lambda got: 1e6 * got["raw writing"] / few,
            "the same numbers put on the disk as they lie in memory, for each run: processor's time",
        ),
        Measure(
            "machinery_start",
            "s",
            lambda got: got["idle small"] - 1e-6 * slope(got, "small", "middle", middle - few) * few,
            "what a sweep costs before its first run, imports and file apart: intercept of the slope in small studies",
        ),
    ]


def _growth(size: Size) -> list[Measure]:
    found = []
    spans = {
        "nations": (size.growth_nations, "nations (synthetic world, 60 firms)"),
        "bodies": (size.growth_bodies, "bodies of this charter"),
        "tiers": (size.growth_tiers, "tiers"),
    }
    for key, (counts, text) in spans.items():
        for count in counts:
            found.append(
                _plain(
                    f"run_step_{key}_{count}",
                    "us",
                    f"{key} {count}",
                    f"a run-step with {count} {text}, block of {size.block // 4}",
                )
            )
        first, last = counts[0], counts[-1]
        found.append(
            Measure(
                f"growth_of_{key}",
                "power",
                lambda got, key=key, first=first, last=last: elasticity(  # type: ignore[misc]
                    got[f"{key} {first}"], got[f"{key} {last}"], last / first
                ),
                f"cost grows as {key} to this power between {first} and {last} (in proportion would be 1)",
            )
        )
    blocks = size.structures
    small, middle, large = size.memory_runs
    return [
        *found,
        _ratio(
            "cost_of_steps",
            "long",
            "short",
            f"a run-step in {4 * size.years} years for each in {size.years} (in proportion would be 1)",
        ),
        _ratio(
            "cost_of_structures",
            "structures",
            "one structure",
            f"{size.block} runs of {blocks} structures, a block each, for the same in one block",
        ),
        _plain("memory_coordinator_small", "MB", "memory small", f"peak memory of the coordinator with {small} runs"),
        _plain("memory_coordinator_middle", "MB", "memory middle", f"the same with {middle} runs"),
        _plain("memory_coordinator", "MB", "memory large", f"the same with {large} runs"),
        _ratio(
            "memory_of_runs",
            "memory large",
            "memory middle",
            f"peak memory of the coordinator with {large} runs for each with {middle} (flat would be 1)",
        ),
        _plain("memory_worker", "MB", "memory worker", f"peak memory of a worker, block of {size.block}"),
    ]


def _power(size: Size) -> list[Measure]:
    return [
        _plain(
            f"{name}_{size.voters}",
            "s",
            name,
            f"{name.replace('_', '-').title()} index of {size.voters} voters, basic votes and GDP",
        )
        for name in cases.INDICES
    ]


def _kernels() -> list[Measure]:
    found = []
    for name, text in {"adaptive": "firms' choice of safety effort", "saturating_logit": "market shares"}.items():
        short = name.partition("_")[0]
        found.append(_plain(f"kernel_{short}_numpy", "us", f"{name} numpy", f"a run-step of {text}: the rule in NumPy"))
        for kind, how in (("exact", "the C library's exponential"), ("fast", "-ffast-math, vector exponential")):
            found.append(
                _ratio(
                    f"kernel_{short}_per_c_{kind}",
                    f"{name} numpy",
                    f"{name} {kind}",
                    f"time of {text} in NumPy for each of hand-written C, gcc -O3 -march=native, {how}",
                )
            )
    return found


def _peers(size: Size) -> list[Measure]:
    few = f"{size.voters} voters, about 500 votes together"
    rows = [
        ("workbench_blocks", "workbench blocks", "workbench without",
         "a run through EMA Workbench by the project's evaluator, for the same points by the engine alone"),
        ("workbench_sequential", "workbench sequential", "workbench without",
         "a run through EMA Workbench's own sequential evaluator, for the same points by the engine alone"),
        ("banzhaf_powerindex", "banzhaf powerindex", "banzhaf own",
         f"Banzhaf index of {size.voters} voters by powerindex, for ours"),
        ("banzhaf_bdd", "banzhaf power-bdd", "banzhaf few own", f"Banzhaf index by power-bdd, for ours; {few}"),
        ("shapley_bdd", "shapley power-bdd", "shapley few own", f"Shapley-Shubik index by power-bdd, for ours; {few}"),
        ("banzhaf_textbook", "banzhaf textbook", "banzhaf few own",
         f"Banzhaf index by the textbook's dynamic programme in whole numbers, for ours; {few}"),
    ]  # fmt: skip
    batch = _ratio(
        "peer_batch_run",
        "batch_run",
        "one structure",
        f"a run of the twin through mesa.batch_run, for one of ours in a block; {size.years} years",
        size.block,
    )
    return [batch, *(_ratio(f"peer_{name}", above, below, text) for name, above, below, text in rows)]
