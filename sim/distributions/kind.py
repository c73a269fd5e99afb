"""What all kinds of distribution share, and the few checks and conversions they need."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

FloatArray = npt.NDArray[np.float64]

Weight = Annotated[float, Field(strict=True, ge=0, le=1e15)]


class Kind(BaseModel):
    """What all kinds share: given once, never changed, no unknown keys, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @property
    def mean(self) -> float:
        """Mean in seconds (inf where some never end)."""
        raise TypeError(f"{type(self).__name__} has no mean")

    def quantile(self, u: npt.ArrayLike) -> FloatArray:
        """Seconds t with P(T <= t) = u, elementwise, in the shape of `u` (values in [0, 1))."""
        raise TypeError(f"{type(self).__name__} has no quantile")

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """P(T > t) for t >= 0 in seconds, elementwise."""
        raise TypeError(f"{type(self).__name__} has no survival function")


def as_array(values: npt.ArrayLike) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


def hazard_of(u: npt.ArrayLike) -> FloatArray:
    """-ln(1 - u): the summed hazard at which a uniform u ends (inf at u = 1)."""
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log1p(-as_array(u)))


def same_length(name: str, values: Sequence[float], other: str, others: Sequence[float]) -> None:
    if len(values) != len(others):
        raise ValueError(f"needs as many entries in {name} as in {other}, got {len(values)} and {len(others)}")


def some_weight(weights: tuple[float, ...]) -> None:
    if sum(weights) <= 0:
        raise ValueError("needs at least one weight above 0")


def rising(name: str, values: Sequence[float]) -> None:
    for index, (low, high) in enumerate(pairwise(values), start=1):
        if high <= low:
            raise ValueError(f"needs {name} to rise from entry to entry, got {low:g} then {high:g} (entry {index})")
