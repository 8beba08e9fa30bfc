"""Chance, drawn outside the rules and keyed by who and what it is for, never by position.

Each uniform number is a function of (study seed, future, replicate), purpose, body, step and the agent's own
id, through the SplitMix64 finaliser (Steele, Lea and Flood 2014, OOPSLA, "Fast splittable pseudorandom number
generators", with the constants of their reference implementation). So two policies in the same future and
replicate meet the same shocks, and adding a draw, an agent, a body or a tier moves no other number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

__all__ = ["Draws", "agent_keys", "mix", "text_key"]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_THIRTY, _TWENTY_SEVEN, _THIRTY_ONE, _TWELVE = (np.uint64(shift) for shift in (30, 27, 31, 12))
_ANY_REPLICATE = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_ALL_BITS = 0xFFFF_FFFF_FFFF_FFFF


def _golden(times: int) -> np.uint64:
    return np.uint64(int(_GOLDEN) * times & _ALL_BITS)


def mix(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The SplitMix64 finaliser: a bijection of 64 bits in which every input bit moves half the output bits.

    >>> hex(int(mix(np.array([0x9E3779B97F4A7C15], dtype=np.uint64))[0]))   # first output of SplitMix64(0)
    '0xe220a8397b1dcdaf'
    """
    bits = (bits ^ (bits >> _THIRTY)) * _FIRST
    bits = (bits ^ (bits >> _TWENTY_SEVEN)) * _SECOND
    return bits ^ (bits >> _THIRTY_ONE)


@lru_cache(maxsize=4096)
def text_key(text: str) -> np.uint64:
    """A 64-bit key of a name (BLAKE2b), the same in every process and on every machine.

    >>> bool(text_key("CHN") == text_key("CHN") != text_key("USA"))
    True
    """
    return np.uint64(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little"))


def agent_keys(names: Iterable[str]) -> NDArray[np.uint64]:
    """Keys of agents by their ids, in the order given: shape (agents,)."""
    return np.array([text_key(name) for name in names], dtype=np.uint64)


class Draws:
    """The random numbers of a block of runs.

    `seed`, `future` and `replicate` are integers of shape (runs,). Every method returns (runs, agents).

    >>> one = Draws([7], [0], [3]); many = Draws([7, 7], [1, 0], [0, 3])
    >>> who = agent_keys(["CHN", "KAZ"])
    >>> bool((one.uniform("demo", who) == many.uniform("demo", who)[1]).all())
    True
    """

    def __init__(self, seed: Iterable[int], future: Iterable[int], replicate: Iterable[int]) -> None:
        seeds, futures, replicates = (
            np.asarray(list(values), dtype=np.uint64).reshape(-1, 1) for values in (seed, future, replicate)
        )
        base = mix(mix(seeds + _golden(1)) ^ mix(futures + _golden(2)))
        self._run = mix(base ^ mix(replicates + _golden(3)))
        self._future = mix(base ^ mix(np.full_like(replicates, _ANY_REPLICATE)))

    def bits(
        self,
        purpose: str,
        agents: NDArray[np.uint64],
        step: int = 0,
        body: str = "",
        *,
        per_future: bool = False,
    ) -> NDArray[np.uint64]:
        """64 random bits for each run and agent; `per_future` draws the same in every replicate of a future."""
        key = self._future if per_future else self._run
        key = mix(key ^ text_key(purpose))
        key = mix(key ^ text_key("body:" + body))
        key = mix(key + _golden(step + 1))
        return mix(mix(key ^ agents) + _GOLDEN)

    def uniform(
        self,
        purpose: str,
        agents: NDArray[np.uint64],
        step: int = 0,
        body: str = "",
        *,
        per_future: bool = False,
    ) -> NDArray[np.float64]:
        """Uniform on the open interval (0, 1): the exact middle of one of 2**52 equal cells."""
        bits = self.bits(purpose, agents, step, body, per_future=per_future) >> _TWELVE
        return (bits.astype(np.float64) + 0.5) * 2.0**-52

    def normal(
        self,
        purpose: str,
        agents: NDArray[np.uint64],
        step: int = 0,
        body: str = "",
        *,
        per_future: bool = False,
    ) -> NDArray[np.float64]:
        """Standard normal, by inversion of the uniform."""
        return np.asarray(ndtri(self.uniform(purpose, agents, step, body, per_future=per_future)))
