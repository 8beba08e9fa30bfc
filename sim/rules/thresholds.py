"""Thresholds: exact comparisons of whole votes with a fraction of a total, or with a count.

A threshold never becomes a float. ``55 %`` is the fraction 11/20, and a share of the votes is compared by
``denominator * votes >= numerator * total`` in 64-bit integers, so that a tie is a tie.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

LARGEST_INTEGER = 2**63 - 1
LARGEST_TERM = 10**9
"""Largest numerator, denominator or count of a threshold; leaves room for totals of 9.2e9 votes."""

_COMPARISONS = {
    ">=": (np.greater_equal, "at least"),
    ">": (np.greater, "more than"),
    "<=": (np.less_equal, "at most"),
    "<": (np.less, "fewer than"),
}
_SIGNS = {"≥": ">=", "≤": "<=", "=>": ">=", "=<": "<="}
_FORM = re.compile(
    r"(?P<sign>>=|<=|=>|=<|>|<|≥|≤)?\s*(?P<number>\d+(?:\.\d+)?(?:[eE]-?\d+)?|\.\d+)"
    r"(?:\s*/\s*(?P<denominator>\d+))?\s*(?P<unit>%|votes?)?"
)
_WRITE = "write a share such as '> 1/2', '>= 2/3' or '55 %', or a count such as '4 votes'"


@dataclass(frozen=True)
class Threshold:
    """A comparison with a fraction of a total, or with a number of votes, decided in whole numbers.

    ``sign`` is one of ``>=  >  <=  <``; ``value`` the exact fraction, or the count where ``counts`` is true.

    >>> Threshold.parse("2/3")
    Threshold('>= 2/3')
    >>> Threshold.parse("2/3").met([66, 67], 100).tolist()
    [False, True]
    >>> str(Threshold.parse(0.55)), str(Threshold.parse("< 4 votes"))
    ('>= 11/20', '< 4 votes')
    """

    sign: str
    value: Fraction
    counts: bool = False

    def __post_init__(self) -> None:
        """Refuse what no body could meet and what 64-bit integers could not decide."""
        if self.sign not in _COMPARISONS:
            raise ValueError(f"found the sign {self.sign!r}, expected one of >=  >  <=  <; {_WRITE}")
        if self.counts and self.value.denominator != 1:
            raise ValueError(f"found {self.value} votes, expected a whole number of votes; {_WRITE}")
        if max(self.value.numerator, self.value.denominator) > LARGEST_TERM:
            raise ValueError(
                f"found the threshold {self}, expected a fraction whose terms are below 10^9 "
                "(at most nine decimals), because votes are compared exactly; write fewer digits"
            )
        if not self.counts and (self.value > 1 or (self.value == 1 and self.sign == ">")):
            raise ValueError(
                f"found the threshold '{self}', which no votes can pass, expected a share of at most 1; "
                f"{_WRITE} ('100 %' for everyone)"
            )
        if self.value < 0 or (self.value == 0 and self.sign == "<"):
            raise ValueError(f"found the threshold '{self}', which nothing can be below; {_WRITE}")

    @classmethod
    def parse(cls, value: object) -> Threshold:
        """Read a threshold from text or a decimal number; without a sign it means "at least".

        Decimals count by their text: 0.55 is exactly 55/100. Raises ValueError for anything else; a bare
        number of 1 or more is refused, because it may mean votes or per cent.
        """
        if isinstance(value, Threshold):
            return value
        if isinstance(value, bool) or not isinstance(value, (str, int, float, Fraction)):
            raise ValueError(f"found {value!r} as a threshold, expected text or a decimal number; {_WRITE}")
        text = str(value).strip()
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError(f"found the threshold {text!r}, expected a sign, a number and a unit; {_WRITE}")
        sign = _SIGNS.get(match["sign"] or "", match["sign"] or ">=")
        denominator = int(match["denominator"] or 1)
        if denominator == 0:
            raise ValueError(f"found the threshold {text!r} with the denominator 0; {_WRITE}")
        number = Fraction(match["number"]) / denominator
        unit = match["unit"]
        if unit is None and match["denominator"] is None and number >= 1:
            raise ValueError(
                f"found the threshold {text!r}, which may mean votes or a share; "
                f"write '{sign} {match['number']} votes', or a share such as '{sign} 1/2' or '{sign} 100 %'"
            )
        if unit == "%":
            return cls(sign, number / 100)
        return cls(sign, number, counts=unit is not None)

    @property
    def largest_total(self) -> int:
        """The largest total of votes that 64-bit integers can compare with this threshold."""
        return LARGEST_INTEGER // max(self.value.numerator, self.value.denominator, 1)

    def met(self, votes: ArrayLike, total: ArrayLike) -> NDArray[np.bool_]:
        """Whether the votes meet the threshold: whole numbers of any (broadcastable) shape, bool out.

        A share of nothing (total 0) is met by "at most" and "less than" and by nothing else.
        Raises ValueError for numbers that are not whole or beyond ``largest_total``.
        """
        votes, total = np.asarray(votes), np.asarray(total)
        for name, array in (("votes", votes), ("total", total)):
            if not np.issubdtype(array.dtype, np.integer):
                raise ValueError(f"found {name} of type {array.dtype}, expected integers; write whole votes")
            if array.size and int(array.max()) > self.largest_total:
                raise ValueError(
                    f"found {int(array.max())} votes, expected at most {self.largest_total} under '{self}'; "
                    "count votes in larger units"
                )
        compare = _COMPARISONS[self.sign][0]
        votes = votes.astype(np.int64, copy=False)
        if self.counts:
            met = compare(votes, np.int64(self.value.numerator))
            return np.asarray(met | np.zeros(total.shape, dtype=bool))
        left = votes * np.int64(self.value.denominator)
        right = total.astype(np.int64, copy=False) * np.int64(self.value.numerator)
        nothing = total == 0
        return np.asarray(compare(left, right) & ~nothing if self.rises else compare(left, right) | nothing)

    @property
    def rises(self) -> bool:
        """Whether more votes help to meet it ("at least", "more than")."""
        return self.sign in (">=", ">")

    def describe(self) -> str:
        """The threshold in words, as in "at least 55 %", "more than 1/2", "fewer than 4 votes".

        >>> Threshold.parse("< 4 votes").describe(), Threshold.parse("> 1/2").describe()
        ('fewer than 4 votes', 'more than 1/2')
        """
        words = _COMPARISONS[self.sign][1]
        if self.sign == "<" and not self.counts:
            words = "less than"
        return f"{words} {self._amount(percent=True)}"

    def _amount(self, percent: bool) -> str:
        if self.counts:
            return f"{self.value} vote" + ("" if self.value == 1 else "s")
        if percent and self.value.denominator > 4 and 10_000 % self.value.denominator == 0:
            return f"{float(self.value * 100):.6g} %"
        return "100 %" if self.value == 1 else f"{self.value.numerator}/{self.value.denominator}"

    def __str__(self) -> str:
        return f"{self.sign} {self._amount(percent=False)}"

    def __repr__(self) -> str:
        return f"Threshold('{self}')"
