"""Scenarios that this machine could never finish, refused before anything is started."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sim.loading.origin import Told
from sim.scenario import Scenario
from sim.scenario.size import size

MOST_CONTACTS = 1e11
"""Contacts of a run: some 20 hours of one core under the compiled clock, ten days under SimPy."""
A_SECOND = {"compiled": 1.4e6, "simpy": 1e5}
"""Contacts a core (docs/performance.md)."""
LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
"""Where Linux tells what a container may have."""


def faults(scenario: Scenario) -> Iterator[Told]:
    """A line if the scenario needs more contacts than can be waited for, or more memory than there is."""
    needs, most = size(scenario), memory()
    if needs.contacts > MOST_CONTACTS:
        hours = needs.contacts / A_SECOND["simpy" if scenario.engine == "simpy" else "compiled"] / 3600
        told = f"about {_count(needs.contacts)} contacts in all, {_count(hours)} hours of one core"
        told += f": at most {MOST_CONTACTS:,.0f} are simulated at once"
        many = needs.tries < MOST_CONTACTS / 100
    elif most is not None and needs.memory > most:
        told = f"needs at least {_size(needs.memory)} of memory, and there are {_size(most)} here"
        many = needs.results > needs.replication
    else:
        return
    remedy = "fewer days, longer intervals, less demand.scale or redials, or fewer agents"
    yield Told(("replications" if many else "days",), f"{told}; take {'fewer replications' if many else remedy}")


def memory() -> float | None:
    """Bytes of memory that this program may have; None where the system does not tell."""
    found: list[float] = []
    with suppress(AttributeError, OSError, ValueError):
        found.append(float(os.sysconf("SC_PHYS_PAGES")) * os.sysconf("SC_PAGE_SIZE"))
    for file in LIMITS:
        with suppress(OSError, ValueError):
            found.append(float(Path(file).read_text()))
    with suppress(ImportError, OSError, ValueError):
        import resource

        soft = resource.getrlimit(resource.RLIMIT_AS)[0]
        if soft != resource.RLIM_INFINITY:
            found.append(float(soft))
    return min((each for each in found if each > 0), default=None)


def _count(number: float) -> str:
    return f"{number:,.0f}" if number < 1e12 else f"{number:.3g}"


def _size(bytes_: float) -> str:
    return f"{bytes_ / 1e9:,.1f} GB" if bytes_ < 1e12 else f"{bytes_ / 1e12:,.1f} TB"
