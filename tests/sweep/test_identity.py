"""Names made of content: equal inputs, equal name; anything that matters changes it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.files import apply, load
from sim.study.blocks import block_size, blocks, blocks_a_shard, even
from sim.study.identity import content, overlaid, run_id
from sim.study.policies import of_study

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
LEAVES = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(), st.booleans(), st.none())
TREES = st.recursive(LEAVES, lambda each: st.dictionaries(st.text(max_size=4), each, max_size=4), max_leaves=12)


@given(TREES, TREES)
def test_contents_are_equal_where_the_data_are(one: object, other: object) -> None:
    silent = repr(one).find("title") >= 0 or repr(one).find("text") >= 0
    if not silent and repr(one) != repr(other):
        assert content(one) != content(other) or one == other
    assert content(one) == content(one)


def test_the_order_of_tiers_counts_and_titles_do_not() -> None:
    assert content({"a": 1, "b": 2}) != content({"b": 2, "a": 1})
    assert content({"a": 1, "title": "x"}) == content({"a": 1, "title": "y"}) == content({"a": 1})
    assert content({"a": {"b": 1}}) != content({"a": 1, "b": {}})


@given(st.floats(0, 1), st.floats(0, 1))
def test_an_overlay_is_what_a_deep_copy_would_be(first: float, second: float) -> None:
    old = {"a": {"b": {"c": 0.5, "d": 1.0}, "e": 2.0}, "f": {"g": 3.0}}
    new = overlaid(old, {("a", "b", "c"): first, ("a", "e"): second})
    assert new == {"a": {"b": {"c": first, "d": 1.0}, "e": second}, "f": {"g": 3.0}}
    assert old == {"a": {"b": {"c": 0.5, "d": 1.0}, "e": 2.0}, "f": {"g": 3.0}}
    assert new["f"] is old["f"]


def test_known_digests_change_nothing() -> None:
    tree = {"a": {"b": {"c": 0.5}}, "f": {"g": 3.0}}
    known: dict[int, bytes] = {}
    assert content(tree, known, known) == content(tree)
    changed = overlaid(tree, {("a", "b", "c"): 0.7})
    assert content(changed, known) == content(changed) != content(tree)


def test_a_run_id_depends_on_nothing_but_its_own_inputs(study: Callable[..., Path]) -> None:
    few, many = of_study(load(study())), of_study(load(study(replicates=9, third=True)))
    assert set(few.run_ids()) < set(many.run_ids())
    base = run_id("a", b"x", 1, 2, 3)
    changed = [
        ("b", b"x", 1, 2, 3),
        ("a", b"y", 1, 2, 3),
        ("a", b"x", 2, 2, 3),
        ("a", b"x", 1, 3, 3),
        ("a", b"x", 1, 2, 4),
    ]
    assert base not in {run_id(*each) for each in changed}


def test_scenarios_of_an_ensemble_equal_those_the_files_would_give(study: Callable[..., Path]) -> None:
    ensemble = of_study(load(study()))
    path = "world.severity.index"
    for policy, own in enumerate(ensemble.policies):
        for future in range(3):
            value = ensemble.inputs(policy, future)[path]
            assert ensemble.scenario(policy, future) == apply(own.resolved, {path: value})


def test_ids_are_the_same_under_any_hash_seed(study: Callable[..., Path]) -> None:
    code = (
        "import sys; from sim.files import load; from sim.study.policies import of_study; "
        "print(*of_study(load(sys.argv[1])).run_ids())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code, str(study())],
            env={"PYTHONHASHSEED": seed},
            text=True,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(found) == 1


@given(st.lists(st.integers(0, 2), min_size=1, max_size=12), st.integers(1, 5), st.integers(1, 9), st.data())
def test_blocks_hold_every_missing_row_once_and_one_structure(
    labels: list[int], replicates: int, size: int, data: st.DataObject
) -> None:
    bases = np.array([labels])
    structures = {base: "one" if base < 2 else "two" for base in range(3)}
    rows = data.draw(st.lists(st.integers(0, len(labels) * replicates - 1), unique=True).map(sorted))
    found = list(blocks(rows, bases, replicates, structures, size))
    assert sorted(row for block in found for row in block) == rows
    for block in found:
        assert 1 <= len(block) <= size
        assert len({structures[labels[row // replicates]] for row in block}) == 1


@given(st.integers(1, 10**7))
def test_block_sizes_depend_on_the_study_alone_and_stay_in_their_range(runs: int) -> None:
    assert 16 <= block_size(runs) <= 192
    assert block_size(runs) <= block_size(runs + 1)
    many = blocks_a_shard(runs)
    assert 1 <= many <= 4 and many <= blocks_a_shard(runs + 1)
    assert many == 1 or runs >= 64 * many * block_size(runs), "many workers find enough shards"


@given(st.integers(1, 2000), st.integers(1, 300))
def test_a_shard_is_cut_into_even_blocks(rows: int, size: int) -> None:
    width = even(rows, size)
    assert 1 <= width <= size
    assert -(-rows // width) == -(-rows // size), "as few blocks as can be"
    assert width == 1 or rows > (-(-rows // size)) * (width - 1), "no smaller width would do"


def _reached(resolved: Mapping[str, Any], path: str) -> object:
    here: Any = resolved
    for part in path.split("."):
        here = here[part]
    return here


def test_every_run_holds_the_inputs_its_row_states(tmp_path: Path) -> None:
    """Whatever holds others (a charter, a rule) is put in first, whether lever or uncertainty."""
    file = tmp_path / "scenarios" / "varied.yaml"
    file.parent.mkdir()
    file.write_text(
        "format: 1\nkind: study\nscenario: {extends: baseline, years: 1}\nreplicates: 1\n"
        "levers:\n"
        "  bodies.waico.fund.envelope: {grid: [0.1, 1.0]}\n"
        "  bodies.gpai.policy.rights: {grid: [0.1, 0.2]}\n"
        "  bodies.gpai.charter: {grid: [gpai-oecd, coe-ai-convention]}\n"
        "futures:\n  design: grid\n  uncertainties:\n"
        "    bodies.waico.policy.sharing: {choice: [0.25, 0.75]}\n"
        "    bodies.waico.charter: {choice: [waico-commentary, waico-consensus]}\n"
    )
    ensemble = of_study(load(file))
    policies, futures, _ = ensemble.shape
    assert (policies, futures) == (8, 4)
    for policy in range(policies):
        for future in range(futures):
            found = ensemble.scenario(policy, future)
            for path, value in ensemble.inputs(policy, future).items():
                if path.endswith(".charter"):
                    assert _reached(found, path.replace(".charter", ".name")) == value
                else:
                    assert _reached(found, path) == value, (path, policy, future)


def test_the_order_of_changes_does_not_matter() -> None:
    resolved = load(SCENARIOS / "baseline.yaml").resolved
    changes = {"bodies.waico.fund.envelope": 5.0, "bodies.waico.charter": "waico-commentary"}
    changes |= {"bodies.waico.fund.levy.rate": 0.02, "bodies.waico.fund.levy.rule": "ai_revenue"}
    base = SCENARIOS / "baseline.yaml"
    backwards = dict(reversed(changes.items()))
    assert apply(resolved, changes, base=base) == apply(resolved, backwards, base=base)
