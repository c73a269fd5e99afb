"""Minds: what callers bring to a talk besides their contact, drawn before the clock starts, as `Caller` rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.distributions import Distribution
from sim.draws import Keys, Purpose, uniform
from sim.people.temper import Temper, ln_patience_factor
from sim.plan.attempts import Attempts
from sim.plan.policies import ways
from sim.record import NOBODY, Caller, Rows, rows
from sim.scenario import Scenario

Floats = NDArray[np.float64]

EVERYBODY = {"solve": Purpose.SOLVE, "mood": Purpose.MOOD, "replies": Purpose.REPLIES}
ONWARD = {
    "onward_talk": ("talk", Purpose.ONWARD_TALK),
    "onward_hold": ("hold", Purpose.ONWARD_HOLD),
    "onward_wrap": ("wrap", Purpose.ONWARD_WRAP),
    "onward_patience": ("patience", Purpose.ONWARD_PATIENCE),
}


class Minds(NamedTuple):
    """What is known about them before anything is drawn; lists are by queue."""

    complexity: Floats
    """mean, in standard deviations"""
    delays: tuple[Distribution, ...]
    """until an unresolved caller tries again"""
    onward: tuple[dict[str, Distribution] | None, ...]
    """how long talk, hold and wrap-up take where contacts are passed on to, and how long callers wait there"""
    cut: bool
    """whether any agent cuts talks short"""
    temper: Temper

    @classmethod
    def of(cls, scenario: Scenario) -> Minds:
        """Those of a scenario."""
        queues = scenario.queues.values()
        targets = [scenario.queues[q.transfer.to] if q.transfer.to and q.transfer.probability else None for q in queues]
        return cls(
            np.array([queue.complexity for queue in queues]),
            tuple(queue.repeat.delay for queue in queues),
            tuple(
                None if to is None else {name: getattr(to, part) for name, (part, _) in ONWARD.items()}
                for to in targets
            ),
            scenario.behavior.pressure.cut > 0.0 and scenario.behavior.pressure.gamers > 0.0,
            ways(scenario.behavior).temper,
        )

    def draw(self, people: Keys, tried: Attempts) -> Rows:
        """`Caller` rows beside the contacts of these attempts; `people` are the keys of their callers."""
        from scipy.special import ndtri

        table = rows(Caller, len(tried.keys))
        for name, purpose in EVERYBODY.items():
            table[name] = uniform(tried.keys, purpose)
        table["cut"] = uniform(tried.keys, Purpose.CUT) if self.cut else 1.0
        of_case = ndtri(uniform(people, Purpose.COMPLEXITY))
        table["complexity"] = of_case[tried.caller] + self.complexity[tried.queue]
        goes_on = tried.again != NOBODY
        for q, (delay, onward) in enumerate(zip(self.delays, self.onward, strict=True)):
            mine = tried.queue == q
            repeats = np.flatnonzero(mine & goes_on)
            table["repeats_after"][repeats] = delay.quantile(uniform(tried.keys[repeats], Purpose.REPEATS_AFTER))
            if onward is not None:
                self._draw_onward(table, np.flatnonzero(mine), tried.keys, onward)
        return table

    def _draw_onward(self, table: Rows, at: NDArray[np.int64], keys: Keys, takes: dict[str, Distribution]) -> None:
        keys = keys[at]
        table["onward"][at] = uniform(keys, Purpose.ONWARD)
        for name, (_, purpose) in ONWARD.items():
            table[name][at] = takes[name].quantile(uniform(keys, purpose))

    def hurry(self, contacts: Rows, callers: Rows, heard: Rows) -> None:
        """Let callers in a hurry wait less long, in the first queue as in the next, whatever they hear."""
        if self.temper.hurry != 0.0:
            factor = np.exp(ln_patience_factor(contacts["speed"], self.temper))
            contacts["patience"] *= factor
            callers["onward_patience"] *= factor
            heard["patience"] *= np.repeat(factor, len(heard) // max(1, len(contacts)))
