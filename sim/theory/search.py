"""The least whole number that meets a goal which only gets easier as the number grows."""

from __future__ import annotations

from collections.abc import Callable

_MOST = 2**31


def least_integer(meets: Callable[[int], bool], *, lowest: int, guess: int) -> int:
    """Least n >= lowest with meets(n), by doubling steps from a guess and then bisection.

    Formula: needs meets(n) to imply meets(n + 1); about 2 log2(|n - guess|) calls.
    Errors: ValueError when nothing up to 2^31 meets the goal.
    """
    low, high = lowest - 1, max(lowest, guess)
    step = 1
    if meets(high):
        while high - step > low and meets(high - step):
            high -= step
            step *= 2
        low = max(low, high - step)
    else:
        while not meets(high):
            low, high = high, high + step
            step *= 2
            if high > _MOST:
                raise ValueError("no number of agents up to 2^31 meets the target")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if meets(middle) else (middle, high)
    return high
