"""Precision in words: how far the run has come, what came of it, and what run.json keeps."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.measure.kpis import Kpi
    from sim.study.stopping import Reached, Stopping

POINTS = ("share", "ratio")
"""units of which a hundredth is a percentage point"""
BARE = ("0-1", "score")
"""units that are not written behind their number"""


def so_far(stopping: Stopping) -> str:
    """The half-width by now against what is wanted: "service_level ± 2.41, wanted 1 percentage point"."""
    kpi, half = stopping.watch.kpi, stopping.half_width()
    return f"{_width(kpi, None if half != half else half)}, wanted {_plain(stopping.precision.half_width, kpi)}"


def distance(reached: Reached) -> str:
    """The half-width in the end against what was wanted, and what it would take if it was missed."""
    said = f"{_width(reached.kpi, reached.half_width)}, wanted {_plain(reached.wanted, reached.kpi)}"
    if reached.because == "met" or reached.needed is None or reached.needed <= reached.replications:
        return said
    return f"{said} (about {float(f'{reached.needed:.1e}'):,.0f} replications would do)"


def sentence(reached: Reached) -> str:
    """What came of it: "service_level ± 0.97, wanted 1 percentage point: met after 45 replications"."""
    done = f"{reached.replications:,} replication{'' if reached.replications == 1 else 's'}"
    end = {
        "met": f"met after {done}",
        "capped": f"not met, stopped at precision.max_replications = {reached.replications:,}",
        "stopped": f"stopped by hand after {done}",
    }[reached.because]
    return f"{distance(reached)}: {end}"


def warnings(reached: Reached) -> list[str]:
    """A line where the cap came first, else none; of a stop by hand warns the one who notices it."""
    return [f"precision: {sentence(reached)}"] if reached.because == "capped" else []


def facts(reached: Reached) -> dict[str, Any]:
    """What run.json keeps; half-widths in the KPI's unit."""
    return {
        "kpi": reached.kpi.key,
        "unit": reached.kpi.unit,
        "wanted": reached.wanted,
        "half_width": reached.half_width,
        "because": reached.because,
    }


def _width(kpi: Kpi, half: float | None) -> str:
    return f"{kpi.key} has no interval" if half is None else f"{kpi.key} ± {_three(half, kpi)}"


def _three(half: float, kpi: Kpi) -> str:
    """A half-width in three figures, rounded up, so that what was missed narrowly does not look met."""
    shown = half * _times(kpi)
    places = max(0, 2 - floor(log10(shown))) if shown > 0 else 0
    up = ceil(round(shown * 10**places, 6)) / 10**places
    return _short(f"{up:,.{places}f}")


def _plain(wanted: float, kpi: Kpi) -> str:
    """A half-width that somebody chose, as it was chosen, with its unit."""
    shown = wanted * _times(kpi)
    places = max(0, 5 - floor(log10(shown)))
    number = _short(f"{shown:,.{places}f}")
    point = "percentage point" if number == "1" else "percentage points"
    unit = point if kpi.unit in POINTS else "" if kpi.unit in BARE else kpi.unit
    return f"{number} {unit}".rstrip()


def _short(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


def _times(kpi: Kpi) -> float:
    return 100.0 if kpi.unit in POINTS else 1.0
