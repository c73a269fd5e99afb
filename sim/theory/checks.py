"""Checks of what a formula is given, with one clear line per fault."""

from __future__ import annotations

import math


def positive(**given: float) -> None:
    """Raises ValueError unless every named value is finite and above zero."""
    for name, value in given.items():
        if not (math.isfinite(value) and value > 0.0):
            raise ValueError(f"{name} must be a finite number above 0, not {value}")


def not_negative(**given: float) -> None:
    """Raises ValueError unless every named value is finite and at least zero."""
    for name, value in given.items():
        if not (math.isfinite(value) and value >= 0.0):
            raise ValueError(f"{name} must be a finite number of at least 0, not {value}")


def probability(**given: float) -> None:
    """Raises ValueError unless every named value lies in [0, 1]."""
    for name, value in given.items():
        if not 0.0 <= value <= 1.0:
            raise ValueError(f"{name} must lie between 0 and 1, not {value}")


def target(**given: float) -> None:
    """Raises ValueError unless every named target lies strictly between 0 and 1: only those can be met."""
    for name, value in given.items():
        if not 0.0 < value < 1.0:
            raise ValueError(f"{name} must lie strictly between 0 and 1, not {value}")


def whole(least: int = 0, **given: int) -> None:
    """Raises ValueError unless every named count is a whole number of at least `least`."""
    for name, value in given.items():
        if value != int(value) or value < least:
            raise ValueError(f"{name} must be a whole number of at least {least}, not {value}")
