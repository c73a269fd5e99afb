"""cimba: models that Numba compiles, on a C engine.

As its authors' tutorials write callers who give up: a process for each, with a timer on its patience.
"""

from __future__ import annotations

from collections.abc import Iterator

import cimba as cb
import numpy as np
from calls import Calls
from cimba import inputs
from models import DAY_S, ERLANG_A, TWO_SKILLS, Center

PATIENCE_ENDS = 17
PORTION = 10
"""days in one experiment, whose start takes some 15 ms"""


class Caller(cb.Model):
    """One who calls the one pool."""

    center: cb.Ref[OnePool]

    @cb.process
    def waits(self):  # type: ignore[no-untyped-def]  # compiled
        """Waits for an agent as long as patience lasts."""
        center, arrived, me = self.center, cb.now(), cb.this_process()
        me.timer_set(center.patience.next(), PATIENCE_ENDS)
        signal = center.agents.acquire(1)
        me.timers_clear()
        center.arrived.record(arrived)
        center.waited.record(cb.now() - arrived)
        center.kind.record(0.0)
        center.abandoned.record(1.0 if signal != 0 else 0.0)
        if signal == 0:
            cb.hold(center.talk.next())
            center.agents.release(1)
        cb.release(self)


class OnePool(cb.Model):
    """Erlang-A."""

    gap: cb.Input[float] = inputs.dist.exponential(mean=1.0 / ERLANG_A.rates[0])
    talk: cb.Input[float] = inputs.dist.exponential(mean=ERLANG_A.talk_s[0][0])
    patience: cb.Input[float] = inputs.dist.exponential(mean=ERLANG_A.patience_s[0])
    agents: cb.Resource = cb.Resource(capacity=ERLANG_A.agents[0])
    arrived: cb.Dataset = cb.Dataset()
    waited: cb.Dataset = cb.Dataset()
    abandoned: cb.Dataset = cb.Dataset()
    kind: cb.Dataset = cb.Dataset()

    @cb.process
    def arrivals(self):  # type: ignore[no-untyped-def]
        """Callers arrive all day."""
        while True:
            cb.hold(self.gap.next())
            cb.spawn(Caller, center=self)


class First(cb.Model):
    """A caller of class 1, whom either pool answers."""

    center: cb.Ref[TwoPools]

    @cb.process
    def waits(self):  # type: ignore[no-untyped-def]
        """Waits for an agent as long as patience lasts."""
        center, arrived, me = self.center, cb.now(), cb.this_process()
        me.timer_set(center.patience_1.next(), PATIENCE_ENDS)
        pool = cb.acquire_any((center.a, center.b), priority=0)
        me.timers_clear()
        center.arrived.record(arrived)
        center.waited.record(cb.now() - arrived)
        center.kind.record(0.0)
        center.abandoned.record(1.0 if pool not in (0, 1) else 0.0)
        if pool == 0:
            cb.hold(center.talk_a1.next())
            center.a.release(1)
        elif pool == 1:
            cb.hold(center.talk_b1.next())
            center.b.release(1)
        cb.release(self)


class Second(cb.Model):
    """A caller of class 2, whom pool b prefers."""

    center: cb.Ref[TwoPools]

    @cb.process
    def waits(self):  # type: ignore[no-untyped-def]
        """Waits for an agent as long as patience lasts."""
        center, arrived, me = self.center, cb.now(), cb.this_process()
        me.timer_set(center.patience_2.next(), PATIENCE_ENDS)
        signal = center.b.acquire(1, priority=1)
        me.timers_clear()
        center.arrived.record(arrived)
        center.waited.record(cb.now() - arrived)
        center.kind.record(1.0)
        center.abandoned.record(1.0 if signal != 0 else 0.0)
        if signal == 0:
            cb.hold(center.talk_b2.next())
            center.b.release(1)
        cb.release(self)


class TwoPools(cb.Model):
    """The N design."""

    gap_1: cb.Input[float] = inputs.dist.exponential(mean=1.0 / TWO_SKILLS.rates[0])
    gap_2: cb.Input[float] = inputs.dist.exponential(mean=1.0 / TWO_SKILLS.rates[1])
    talk_a1: cb.Input[float] = inputs.dist.exponential(mean=TWO_SKILLS.talk_s[0][0])
    talk_b1: cb.Input[float] = inputs.dist.exponential(mean=TWO_SKILLS.talk_s[0][1])
    talk_b2: cb.Input[float] = inputs.dist.exponential(mean=TWO_SKILLS.talk_s[1][1])
    patience_1: cb.Input[float] = inputs.dist.exponential(mean=TWO_SKILLS.patience_s[0])
    patience_2: cb.Input[float] = inputs.dist.exponential(mean=TWO_SKILLS.patience_s[1])
    a: cb.Resource = cb.Resource(capacity=TWO_SKILLS.agents[0])
    b: cb.Resource = cb.Resource(capacity=TWO_SKILLS.agents[1])
    arrived: cb.Dataset = cb.Dataset()
    waited: cb.Dataset = cb.Dataset()
    abandoned: cb.Dataset = cb.Dataset()
    kind: cb.Dataset = cb.Dataset()

    @cb.process
    def first_arrive(self):  # type: ignore[no-untyped-def]
        """Class 1, all day."""
        while True:
            cb.hold(self.gap_1.next())
            cb.spawn(First, center=self)

    @cb.process
    def second_arrive(self):  # type: ignore[no-untyped-def]
        """Class 2, all day."""
        while True:
            cb.hold(self.gap_2.next())
            cb.spawn(Second, center=self)


def days(center: Center, seed: int) -> Iterator[Calls]:
    """One day after the other, with a process for each caller."""
    return of(OnePool() if center is ERLANG_A else TwoPools(), seed)


def of(model: cb.Model, seed: int) -> Iterator[Calls]:
    """The captured records of each day."""
    kept = ("arrived", "waited", "abandoned", "kind")
    for name in kept:
        getattr(model, name).capture()
    while True:
        window = cb.Window(duration=DAY_S)
        found = cb.Experiment(model, replications=PORTION, window=window, seed=seed).run(workers=1)[model]
        for day in range(PORTION):
            arrived, waited, abandoned, kind = (getattr(found, name).trial(0, day)[1] for name in kept)
            yield Calls(arrived, waited, abandoned > 0.0, kind.astype(np.int64))
        seed += 1
