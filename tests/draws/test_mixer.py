"""The mixer against published vectors and a second implementation; its numbers against what chance would give.

Everything here is keyed, so every statistic is the same on each run; limits are set for the number of tests made.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.draws import Draws, agent_keys, mix, text_key
from sim.plan import stage_of
from tests.draws.purposes import sites

GOLDEN, MASK = 0x9E3779B97F4A7C15, 2**64 - 1
STAGE = stage_of({"nations": "all", "firms": "all", "entrants": 60})
WORLD = np.array([0x5EED], dtype=np.uint64)
KEYS = {"nations": STAGE.nation_keys, "firms": STAGE.firm_keys, "world": WORLD, "keys": STAGE.nation_keys}
PURPOSES = sorted(
    {(site.purpose.replace("{}", str(k)), site.who) for site in sites("phases", "start.py") for k in range(3)}
)


def block(futures: int = 8, replicates: int = 16, seed: int = 1) -> Draws:
    """Runs of a study in the order of its rows: futures, then replicates."""
    count = futures * replicates
    return Draws([seed] * count, np.repeat(np.arange(futures), replicates), np.tile(np.arange(replicates), futures))


def split_mix(seed: int, count: int) -> list[int]:
    """SplitMix64 as a generator: the finaliser of a counter that grows by the golden gamma."""
    return [int(each) for each in mix(np.array([(seed + (k + 1) * GOLDEN) & MASK for k in range(count)], np.uint64))]


@pytest.mark.parametrize(
    ("seed", "published"),
    [
        # First outputs of the reference implementation (Vigna, splitmix64.c; Rosetta Code, "Pseudo-random
        # numbers/Splitmix64", gives the second list).
        (0, [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC, 0x1B39896A51A8749B]),
        (
            1234567,
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821],
        ),
    ],
)
def test_published_vectors(seed: int, published: list[int]) -> None:
    assert split_mix(seed, 5) == published


def test_published_counts_of_a_hundred_thousand_numbers() -> None:
    """Rosetta Code, same page: how often floor(5 u) is 0 .. 4 in 100,000 numbers from the seed 987654321."""
    steps = np.arange(1, 100_001, dtype=np.uint64) * np.uint64(GOLDEN) + np.uint64(987654321)
    fifths = np.floor(mix(steps).astype(np.float64) / 2.0**64 * 5.0).astype(int)
    assert np.bincount(fifths).tolist() == [20027, 19892, 20073, 19978, 20030]


def _unshifted(value: int, shift: int) -> int:
    """The number that, xored with itself shifted right, gives `value`."""
    found = value
    for _ in range(64 // shift):
        found = value ^ (found >> shift)
    return found


@given(st.integers(0, MASK))
def test_the_mixer_is_a_bijection(bits: int) -> None:
    """Undone step by step with whole numbers of Python, it gives back what went in: no two inputs collide."""
    value = int(mix(np.array([bits], dtype=np.uint64))[0])
    value = _unshifted(value, 31) * pow(0x94D049BB133111EB, -1, 2**64) & MASK
    value = _unshifted(value, 27) * pow(0xBF58476D1CE4E5B9, -1, 2**64) & MASK
    assert _unshifted(value, 30) == bits


def flips(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """How often each of the 64 output bits differs, (64,)."""
    changed = (before ^ after).ravel()
    return np.array([int(((changed >> np.uint64(bit)) & np.uint64(1)).sum()) for bit in range(64)])


def test_every_input_bit_moves_every_output_bit_half_of_the_time() -> None:
    """Strict avalanche: 64 x 64 cells of 4096 trials; among so many the largest deviation stays below 5 sigma."""
    given_bits = np.random.default_rng(1).integers(0, MASK, 4096, dtype=np.uint64, endpoint=True)
    before = mix(given_bits)
    found = np.array([flips(before, mix(given_bits ^ np.uint64(1 << bit))) for bit in range(64)])
    z = (found - 2048) / 32.0
    assert np.abs(z).max() < 5.0
    assert abs(found.mean() / 4096 - 0.5) < 0.001


@pytest.mark.parametrize("what", ["seed", "future", "replicate", "step"])
def test_one_bit_of_a_small_number_moves_half_of_the_output(what: str) -> None:
    """Seeds, futures, replicates and steps are small and alike: their last bits have to count as much as any."""
    here = {"seed": 5, "future": 3, "replicate": 6, "step": 9}
    who = STAGE.nation_keys

    def bits(**change: int) -> np.ndarray:
        at = here | change
        return Draws([at["seed"]], [at["future"]], [at["replicate"]]).bits("taste", who, at["step"], "waico")

    for bit in range(20):
        found = flips(bits(), bits(**{what: here[what] ^ (1 << bit)}))
        assert np.abs(found - len(who) / 2).max() < 4.5 * np.sqrt(len(who)) / 2, (what, bit)
        assert abs(found.sum() / (64 * len(who)) - 0.5) < 0.02


def test_names_that_differ_by_a_letter_share_nothing() -> None:
    """Agents by ISO3 code, bodies and purposes by name: pairs that differ by a letter agree in half their bits."""
    draws = block(2, 2)
    codes = [a + b + c for a in "ABCD" for b in "ABCD" for c in "ABCD"]
    first = draws.bits("taste", agent_keys(codes[:-1]), 0, "waico")
    second = draws.bits("taste", agent_keys(codes[1:]), 0, "waico")
    assert abs(flips(first, second).sum() / (64 * first.size) - 0.5) < 0.02
    for other in (draws.bits("tastf", agent_keys(codes[:-1]), 0, "waico"), draws.bits("taste", agent_keys(codes[:-1]))):
        assert abs(flips(first, other).sum() / (64 * first.size) - 0.5) < 0.02


@pytest.mark.parametrize("per_future", [False, True])
def test_every_purpose_is_uniform(per_future: bool) -> None:
    """Chi-square in 64 cells and Kolmogorov-Smirnov, purpose by purpose; their p-values are themselves uniform."""
    draws = block(160, 1, seed=20260716) if per_future else block(10, 16, seed=20260716)
    found = []
    for purpose, who in PURPOSES:
        keys = KEYS[who]
        steps = range(1 if len(keys) > 1 else 40)
        u = np.concatenate([draws.uniform(purpose, keys, step, "waico", per_future=per_future) for step in steps], -1)
        cells = np.bincount((u.ravel() * 64).astype(int), minlength=64)
        found += [stats.chisquare(cells).pvalue, stats.kstest(u.ravel(), "uniform").pvalue]
        assert abs(u.mean() - 0.5) < 4.5 / np.sqrt(12 * u.size), (purpose, who)
    assert len(found) > 60
    assert min(found) > 1e-3 / len(found)
    assert stats.kstest(found[::2], "uniform").pvalue > 1e-3
    assert stats.kstest(found[1::2], "uniform").pvalue > 1e-3


def test_sums_over_agents_spread_as_sums_of_independent_numbers_do() -> None:
    """A hidden common part would widen them: variance of the mean over nations and over firms is 1/(12 n)."""
    draws = block(64, 64, seed=3)
    for purpose, who in PURPOSES[:8]:
        keys = KEYS[who]
        means = draws.uniform(purpose, keys, 4, "gpai").mean(axis=-1)
        ratio = means.var(ddof=1) * 12 * len(keys)
        low, high = stats.chi2.ppf([0.0005, 0.9995], len(means) - 1) / (len(means) - 1)
        assert low < ratio < high, (purpose, ratio)


def lattice() -> np.ndarray:
    """Uniforms by (seed, future, replicate, purpose, body, step, agent)."""
    purposes = [purpose for purpose, who in PURPOSES if who == "nations"][:4]
    found = []
    for seed in range(3):
        draws = block(6, 6, seed=seed)
        found.append(
            [
                [
                    [draws.uniform(purpose, STAGE.nation_keys[:48], step, body) for step in range(6)]
                    for body in ("", "waico", "gpai")
                ]
                for purpose in purposes
            ]
        )
    whole = np.array(found)  # seed, purpose, body, step, run, agent
    whole = whole.reshape(3, len(purposes), 3, 6, 6, 6, 48)
    return np.moveaxis(whole, (4, 5), (1, 2))


AXES = ("seed", "future", "replicate", "purpose", "body", "step", "agent")


def test_neighbours_on_every_axis_are_independent() -> None:
    """Serial correlation, and all of the joint distribution in 12 x 12 cells, between neighbours and next ones."""
    whole = lattice()
    for axis, name in enumerate(AXES):
        for lag in (1, 2):
            size = whole.shape[axis]
            one = np.take(whole, range(size - lag), axis=axis).ravel()
            other = np.take(whole, range(lag, size), axis=axis).ravel()
            # u and its neighbour: correlation has standard deviation 1/sqrt(n) under independence
            assert abs(np.corrcoef(one, other)[0, 1]) * np.sqrt(one.size) < 4.0, (name, lag)
            cells = np.bincount((one * 12).astype(int) * 12 + (other * 12).astype(int), minlength=144)
            assert stats.chisquare(cells).pvalue > 1e-4, (name, lag)


def test_steps_along_two_axes_at_once_are_independent() -> None:
    """Future and replicate, seed and future, step and replicate moved together, also against each other."""
    whole = lattice()
    for first in range(len(AXES)):
        for second in range(first + 1, len(AXES)):
            for sign in (1, -1):
                one, other = whole, whole
                for axis, way in ((first, 1), (second, sign)):
                    size = whole.shape[axis]
                    low, high = range(size - 1), range(1, size)
                    one = np.take(one, low if way > 0 else high, axis=axis)
                    other = np.take(other, high if way > 0 else low, axis=axis)
                z = np.corrcoef(one.ravel(), other.ravel())[0, 1] * np.sqrt(one.size)
                assert abs(z) < 4.0, (AXES[first], AXES[second], sign)


def test_seed_future_and_replicate_do_not_trade_places() -> None:
    """(1, 2, 3) is another run than (2, 1, 3) or (1, 3, 2), and no run equals the common part of a future."""
    runs = [(s, f, r) for s in range(6) for f in range(6) for r in range(6)]
    draws = Draws(*(list(each) for each in zip(*runs, strict=True)))
    own = draws.bits("taste", WORLD)[:, 0]
    shared = draws.bits("taste", WORLD, per_future=True)[:, 0]
    assert len(set(own.tolist())) == 216
    assert len(set(shared.tolist())) == 36
    assert set(own.tolist()).isdisjoint(shared.tolist())


def test_no_two_keys_collide() -> None:
    """Agents (nations, firms, entrants, the world), purposes and bodies: 64 bits each, all different."""
    names = [*STAGE.nations.iso3.tolist(), *STAGE.firm_id.tolist()]
    agents = np.concatenate([STAGE.nation_keys, STAGE.firm_keys, WORLD])
    assert len(set(names)) == len(names)
    assert len(np.unique(agents)) == len(agents) == len(names) + 1
    purposes = {site.purpose.replace("{}", str(k)) for site in sites("phases", "start.py") for k in range(50)}
    texts = sorted(purposes | {f"body:{name}" for name in ("", "waico", "gpai", *names)})
    assert len({int(text_key(text)) for text in texts}) == len(texts)


def test_a_million_draws_hold_no_value_twice() -> None:
    """Expected pairs of equal 64-bit values among n: n**2 / 2**65, here 1e-7."""
    draws = block(20, 20, seed=9)
    whole = np.concatenate([draws.bits("order", STAGE.nation_keys, step, "waico").ravel() for step in range(15)])
    assert whole.size > 1_000_000
    assert len(np.unique(whole)) == whole.size


class Fixed(Draws):
    """Draws whose bits are given, to look at the ends of the interval."""

    given_bits = np.array([[0, MASK]], dtype=np.uint64)

    def bits(self, *args: object, **more: object) -> np.ndarray:  # type: ignore[override]
        return self.given_bits


def test_ends_of_the_interval_are_never_reached_and_normals_are_finite() -> None:
    ends = Fixed([1], [1], [1])
    low, high = ends.uniform("", WORLD)[0]
    assert low == 2.0**-53
    assert high == 1.0 - 2.0**-53
    below, above = ends.normal("", WORLD)[0]
    assert below == pytest.approx(-8.2095, abs=1e-3)  # Phi(-8.2095) = 2**-53
    assert above == pytest.approx(8.2095, abs=1e-3)


def test_normals_have_the_quantiles_and_moments_of_the_normal() -> None:
    """Shares beyond published quantiles, four moments, Kolmogorov-Smirnov; on 600,000 draws."""
    draws = block(32, 32, seed=12)
    z = np.concatenate([draws.normal("tension", STAGE.nation_keys, step) for step in range(3)], axis=-1).ravel()
    for share, quantile in ((0.5, 0.0), (0.9, 1.281552), (0.975, 1.959964), (0.995, 2.575829), (0.9995, 3.290527)):
        spread = np.sqrt(share * (1 - share) / z.size)
        assert abs((z < quantile).mean() - share) < 4 * spread, quantile
        assert abs((z > -quantile).mean() - share) < 4 * spread, -quantile
    root = np.sqrt(z.size)
    assert abs(z.mean()) < 4 / root
    assert abs((z**2).mean() - 1) < 4 * np.sqrt(2) / root
    assert abs((z**3).mean()) < 4 * np.sqrt(15) / root
    assert abs((z**4).mean() - 3) < 4 * np.sqrt(96) / root
    assert stats.kstest(z, "norm").pvalue > 1e-3


@given(st.permutations(range(12)), st.integers(1, 12), st.integers(0, 40), st.booleans())
def test_a_draw_depends_on_no_position(order: list[int], kept: int, step: int, per_future: bool) -> None:
    """Agents permuted and left out, runs permuted and left out, blocks of any size: the same numbers."""
    runs = [(7, k % 4, k // 4) for k in range(12)]
    whole = Draws(*zip(*runs, strict=True)).normal(
        "change of mind", STAGE.nation_keys[:12], step, "waico", per_future=per_future
    )
    some = order[:kept]
    agents = STAGE.nation_keys[:12][some]
    part = Draws(*zip(*(runs[k] for k in some), strict=True)).normal(
        "change of mind", agents, step, "waico", per_future=per_future
    )
    assert np.array_equal(part, whole[np.ix_(some, some)])


def test_draws_of_a_future_are_equal_across_its_replicates_and_differ_between_futures() -> None:
    draws = block(5, 7)
    shared = draws.uniform("AI use", STAGE.nation_keys, per_future=True).reshape(5, 7, -1)
    assert (shared == shared[:, :1]).all()
    assert len(np.unique(shared[:, 0])) == shared[:, 0].size
    own = draws.uniform("AI use", STAGE.nation_keys).reshape(5, 7, -1)
    assert len(np.unique(own)) == own.size
    assert abs(np.corrcoef(shared.ravel(), own.ravel())[0, 1]) * np.sqrt(shared[:, 0].size) < 4.0
