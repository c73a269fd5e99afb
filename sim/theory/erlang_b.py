"""Erlang B, M/M/n/n (and M/G/n/n): calls that find every trunk busy are lost.

Sources: A. K. Erlang (1917), "Solution of some problems in the theory of probabilities of significance in
automatic telephone exchanges"; the stable recursion and the continuous extension: D. L. Jagerman (1974),
"Some properties of the Erlang loss function", Bell System Technical Journal 53. The law of the service
time does not matter beyond its mean (insensitivity).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.theory import checks


@dataclass(frozen=True, slots=True)
class LossFigures:
    """What a room without a queue shows in the long run; loads in erlangs."""

    trunks: float
    offered_load: float
    p_block: float
    carried: float
    occupancy: float


def erlang_b(trunks: float, offered_load: float) -> LossFigures:
    """Blocking, carried load and occupancy of `trunks` lines offered `offered_load` erlangs.

    Formula: B(n) = a B(n-1) / (n + a B(n-1)), B(0) = 1, which neither overflows nor cancels. For
    fractional trunks the recursion starts at the fraction x with 1/B(x) = a int_0^inf e^(-a t) (1+t)^x dt.
    Units: trunks and loads are numbers (a = arrival rate times mean service).
    Errors: ValueError for a negative number.
    """
    checks.not_negative(trunks=trunks, offered_load=offered_load)
    p_block = blocking(trunks, offered_load)
    served = _served(trunks, offered_load, p_block)
    carried = offered_load * served
    return LossFigures(
        trunks=trunks,
        offered_load=offered_load,
        p_block=p_block,
        carried=carried,
        occupancy=carried / trunks if trunks else math.nan,
    )


def blocking(trunks: float, offered_load: float) -> float:
    """Probability that all trunks are busy; the bare recursion of `erlang_b`, unchecked, O(trunks)."""
    if offered_load == 0.0:
        return 1.0 if trunks == 0 else 0.0
    whole = math.floor(trunks)
    fraction = trunks - whole
    p_block = _blocking_below_one(fraction, offered_load) if fraction else 1.0
    for k in range(1, whole + 1):
        lost = offered_load * p_block
        p_block = lost / (fraction + k + lost)
    return p_block


def least_trunks(offered_load: float, max_blocking: float) -> int:
    """Least number of trunks whose blocking is at most `max_blocking`.

    Formula: one pass up the recursion of `erlang_b`. Errors: ValueError unless 0 < max_blocking <= 1.
    """
    checks.not_negative(offered_load=offered_load)
    if not 0.0 < max_blocking <= 1.0:
        raise ValueError(f"max_blocking must lie above 0 and be at most 1, not {max_blocking}")
    trunks, p_block = 0, 1.0
    while p_block > max_blocking:
        trunks += 1
        lost = offered_load * p_block
        p_block = lost / (trunks + lost)
    return trunks


def greatest_load(trunks: int, max_blocking: float) -> float:
    """Largest offered load (erlangs) that `trunks` lines carry with at most `max_blocking`.

    Formula: bisection on `erlang_b`, which grows with the load, to the last bit but two.
    Errors: ValueError unless 0 < max_blocking < 1 and trunks is a whole number.
    """
    checks.whole(trunks=trunks)
    checks.target(max_blocking=max_blocking)
    # The carried load never exceeds the trunks, so the load never exceeds trunks / (1 - blocking).
    low, high = 0.0, trunks / (1.0 - max_blocking)
    while high - low > 4e-16 * high:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if blocking(trunks, middle) <= max_blocking else (low, middle)
    return low


def _served(trunks: float, offered_load: float, p_block: float) -> float:
    """1 - B without cancellation near B = 1: (n / a) B(n) / B(n-1) = n / (n + a B(n-1))."""
    if trunks < 1.0 or p_block < 0.5:
        return 1.0 - p_block
    return trunks / (trunks + offered_load * blocking(trunks - 1.0, offered_load))


def _blocking_below_one(fraction: float, load: float) -> float:
    """B(x, a) for 0 < x < 1: 1 / (e^a a^(-x) Gamma(x+1, a)), the upper incomplete gamma function.

    Small loads take the library's function, large ones Legendre's continued fraction (from below up).
    """
    if load < 30.0:
        from scipy.special import gammaincc

        upper = float(gammaincc(fraction + 1.0, load)) * math.gamma(fraction + 1.0)
        return math.exp(fraction * math.log(load) - load) / upper
    # Gamma(s, a) = e^-a a^s / (a + 1 - s - 1(1-s)/(a + 3 - s - 2(2-s)/(a + 5 - s - ...))), s = x + 1.
    s, tail = fraction + 1.0, 0.0
    for k in range(40, 0, -1):
        tail = k * (k - s) / (load + 2.0 * k + 1.0 - s - tail)
    return (load + 1.0 - s - tail) / load
