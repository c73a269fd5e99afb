"""cimba again, in the fastest way that was found, for one pool only.

The agents are processes that take calls from a store, and a call that was dead when taken is written down as abandoned
then. Nobody acts at the moment of giving up, so that nothing could follow from it (a redial, a shorter queue to show).
"""

from __future__ import annotations

from collections.abc import Iterator

import cimba as cb
from calls import Calls
from cimba import inputs
from models import ERLANG_A, Center
from with_cimba import of


class Bench(cb.Model):
    """Erlang-A."""

    gap: cb.Input[float] = inputs.dist.exponential(mean=1.0 / ERLANG_A.rates[0])
    talk: cb.Input[float] = inputs.dist.exponential(mean=ERLANG_A.talk_s[0][0])
    patience: cb.Input[float] = inputs.dist.exponential(mean=ERLANG_A.patience_s[0])
    line: cb.Store[float]
    arrived: cb.Dataset = cb.Dataset()
    waited: cb.Dataset = cb.Dataset()
    abandoned: cb.Dataset = cb.Dataset()
    kind: cb.Dataset = cb.Dataset()

    @cb.process
    def arrivals(self):  # type: ignore[no-untyped-def]
        """Callers arrive all day."""
        while True:
            cb.hold(self.gap.next())
            self.line.put(cb.now())

    @cb.process(copies=ERLANG_A.agents[0])
    def agent(self):  # type: ignore[no-untyped-def]
        """Takes one call after the other."""
        while True:
            arrived = self.line.get()
            patience = self.patience.next()
            waited = cb.now() - arrived
            self.arrived.record(arrived)
            self.kind.record(0.0)
            if patience < waited:
                self.waited.record(patience)
                self.abandoned.record(1.0)
            else:
                self.waited.record(waited)
                self.abandoned.record(0.0)
                cb.hold(self.talk.next())


def days(center: Center, seed: int) -> Iterator[Calls]:
    """One day after the other."""
    return of(Bench(), seed)
