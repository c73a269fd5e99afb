"""Marks: which fields of a contact are drawn for the callers of a queue, and from what.

What is the same for every caller is written into one row that all rows start from. A mark that no
rule of the scenario reads is not drawn; its field is nan. User code may read every mark, so for it all
are drawn.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.distributions import Distribution
from sim.draws import Keys, Purpose, uniform
from sim.record import Contact, Rows, rows
from sim.scenario import Queue, Scenario

Floats = NDArray[np.float64]


class Mark(NamedTuple):
    """One field of a contact, and where its value comes from."""

    name: str
    purpose: Purpose
    distribution: Distribution | None = None
    """None = the uniform number itself"""

    @property
    def constant(self) -> float | None:
        """Its value if that is the same for everybody."""
        if self.distribution is None or self.distribution.kind not in ("constant", "never"):
            return None
        return float(self.distribution.quantile(0.5))

    def draw(self, keys: Keys) -> Floats | float:
        """Its value for each key: the distribution's quantile at the key's uniform number for the purpose."""
        if self.distribution is None:
            return uniform(keys, self.purpose)
        same = self.constant
        return self.distribution.quantile(uniform(keys, self.purpose)) if same is None else same


class QueueMarks(NamedTuple):
    """What the callers of one queue bring along besides what everybody does."""

    each: tuple[Mark, ...]
    """for every attempt"""
    again: tuple[Mark, ...]
    """for an attempt that another may follow"""


def queue_marks(scenario: Scenario, queue: Queue) -> QueueMarks:
    """The marks of a queue's callers that somebody reads."""
    any_may_be_read = scenario.python is not None
    each = [
        Mark("patience", Purpose.PATIENCE, queue.patience),
        Mark("talk", Purpose.TALK, queue.talk),
        Mark("hold", Purpose.HOLD, queue.hold),
        Mark("wrap", Purpose.WRAP, queue.wrap),
    ]
    if queue.balk > 0.0 or any_may_be_read:
        each.append(Mark("balk", Purpose.BALK))
    if scenario.routing.pick_agent == "random" or any_may_be_read:
        each.append(Mark("pick", Purpose.ROUTE))
    redial = queue.redial
    again = [Mark("delay", Purpose.DELAY, redial.delay)]
    if redial.delay_after_block is not None:
        again.append(Mark("delay_blocked", Purpose.DELAY_AFTER_BLOCK, redial.delay_after_block))
    return QueueMarks(tuple(each), tuple(again))


def everybody(marks: list[QueueMarks]) -> tuple[Rows, tuple[QueueMarks, ...]]:
    """One `Contact` row with all that is the same for everybody, and what is left of each queue's marks."""
    row = rows(Contact, 1)
    row["balk"] = row["pick"] = np.nan
    for name in ("patience", "talk", "hold", "wrap"):
        first, *others = {mark.constant for own in marks for mark in own.each if mark.name == name}
        if first is not None and not others:
            row[name] = first
    left = [own._replace(each=tuple(m for m in own.each if m.constant != row[m.name][0])) for own in marks]
    return row, tuple(left)
