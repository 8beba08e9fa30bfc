"""Games for the tests of voting power, and the slow, independent ways to count them."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from math import comb, factorial
from pathlib import Path

import numpy as np

from sim.rules.decision import Decision

GAMES = json.loads(Path(__file__).with_name("power_games.json").read_text(encoding="utf-8"))
"""Nineteen games with their exact indices; each names where its weights or published digits come from."""


def brute_force(rule: Decision, chambers: dict[str, list[int]]):
    """Absolute Banzhaf, Shapley-Shubik and the number of winning coalitions, by casting every ballot."""
    n = len(next(iter(chambers.values())))
    ballots = np.array(list(product([False, True], repeat=n)))
    won = rule.passes({name: np.array(votes) for name, votes in chambers.items()}, ballots, ~ballots)
    winning = {tuple(ballot): bool(result) for ballot, result in zip(ballots.tolist(), won, strict=True)}
    swings, orders = [0] * n, [Fraction(0)] * n
    for ballot, result in winning.items():
        for member in range(n):
            if not ballot[member]:
                with_one = ballot[:member] + (True,) + ballot[member + 1 :]
                if winning[with_one] and not result:
                    size = sum(ballot)
                    swings[member] += 1
                    orders[member] += Fraction(factorial(size) * factorial(n - 1 - size), factorial(n))
    return (
        np.array(swings) / 2 ** (n - 1),
        np.array([float(order) for order in orders]),
        sum(winning.values()),
    )


def exact_swings(weights: list[int], quota: int) -> tuple[list[int], int]:
    """Swings and winning coalitions in whole numbers of any size: one big integer is the polynomial."""
    n, total = len(weights), sum(weights)
    bits = n + 1
    polynomial = 1
    for weight in weights:
        polynomial += polynomial << (weight * bits)
    mask = (1 << bits) - 1
    at = [(polynomial >> (place * bits)) & mask for place in range(total + 1)]
    below = [0]
    for number in at:
        below.append(below[-1] + number)

    def up_to(value: int, weight: int) -> int:
        """Coalitions without one member of this weight whose votes are at most ``value``."""
        found, sign = 0, 1
        while value >= 0:
            found += sign * below[min(value, total) + 1]
            value, sign = value - weight, -sign
        return found

    one = {
        weight: up_to(quota - 1, weight) - up_to(quota - 1 - weight, weight)
        for weight in set(weights)
        if weight
    }
    return [one.get(weight, 0) for weight in weights], sum(at[quota:])


def exact_orders(weights: list[int], quota: int, member: int) -> float:
    """One member's Shapley-Shubik index from whole numbers: coalitions of the others by size and sum."""
    others = weights[:member] + weights[member + 1 :]
    n, top = len(weights), quota
    counts = [[0] * top for _ in range(n)]
    counts[0][0] = 1
    for done, weight in enumerate(others):
        for size in range(done, -1, -1):
            row, up = counts[size], counts[size + 1]
            for value in range(top - weight):
                if row[value]:
                    up[value + weight] += row[value]
    low = max(0, quota - weights[member])
    return float(sum(Fraction(sum(counts[size][low:quota]), n * comb(n - 1, size)) for size in range(n)))
