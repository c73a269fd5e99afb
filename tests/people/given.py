"""What the rules of people are given in tests: the whole of what a scenario admits, and two ways to check a slope."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

SHARE = st.floats(0, 1)
TRAIT = SHARE
SCORE = st.floats(-1 / 0.3, 1 / 0.3)
"""standard scores of traits in [0, 1]"""
SECONDS = st.floats(0, 1e7)
STRENGTH = st.floats(0, 10)
"""coefficients that may not be negative"""
SIGNED = st.floats(-2, 2)
POSITIVE = st.floats(0, 2)
"""coefficients that may be negative, in their usual sign"""
ATTEMPT = st.integers(1, 1000)
LATENT = st.floats(-1e6, 1e6)

ROUNDING = 1e-12


def rises(f: Callable[[float], float], one: float, other: float) -> bool:
    """Whether f does not fall from the lesser to the greater of the two, rounding aside."""
    low, high = f(min(one, other)), f(max(one, other))
    return low <= high + ROUNDING * max(1.0, abs(low), abs(high))


def falls(f: Callable[[float], float], one: float, other: float) -> bool:
    """Whether f does not rise."""
    return rises(lambda x: -f(x), one, other)
