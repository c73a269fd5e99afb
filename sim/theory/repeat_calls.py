"""M/M/n whose unresolved callers call again after a while: an open network with product form.

Source: J. R. Jackson (1957), "Networks of waiting lines", Operations Research 5. The callers who mean to
call again are an infinite-server station, independent of the queue in the long run, and only the mean of
the delay matters. Units: seconds and contacts per second.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.theory import checks
from sim.theory.erlang_c import erlang_c
from sim.theory.figures import QueueFigures


@dataclass(frozen=True, slots=True)
class RepeatFigures:
    """What a queue with repeat calls shows in the long run."""

    queue: QueueFigures
    effective_rate: float
    """First calls and repeats together, per second."""
    mean_in_orbit: float
    """Mean number of callers who will call again."""


def repeat_calls(
    agents: int,
    first_calls_rate: float,
    mean_service: float,
    first_contact_resolution: float,
    mean_return_delay: float,
    awt: float = 20.0,
) -> RepeatFigures:
    """Erlang C figures at the rate first_calls_rate / FCR; every call is resolved with probability FCR.

    Formula: effective rate = external rate / FCR, orbit = effective rate (1 - FCR) mean_return_delay.
    Units: seconds, contacts per second. Errors: ValueError unless 0 < FCR <= 1 and rates are in range.
    """
    checks.probability(first_contact_resolution=first_contact_resolution)
    checks.positive(first_contact_resolution=first_contact_resolution)
    checks.not_negative(mean_return_delay=mean_return_delay)
    rate = first_calls_rate / first_contact_resolution
    return RepeatFigures(
        queue=erlang_c(agents, rate, mean_service, awt),
        effective_rate=rate,
        mean_in_orbit=rate * (1.0 - first_contact_resolution) * mean_return_delay,
    )
