"""Tightrope: the same center as a scenario, under either clock.

Both clocks keep more than is asked here: every attempt's marks and times, every state of every agent, every length of
every queue. A call's record is read off the first of these tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import chdir
from itertools import count
from pathlib import Path

import numpy as np
from calls import Calls
from models import ERLANG_A, Center

from sim.loading import load
from sim.record import Outcome
from sim.run import Engine, Model


def days(center: Center, engine: Engine, seed: int) -> Iterator[Calls]:
    """One day after the other, under that clock; reading the scenario and imports come before the first."""
    scenario = "erlang_a" if center is ERLANG_A else "two_skills"
    with chdir(Path(__file__).parent):  # own scenarios are found in the current folder
        model = Model.of(load([scenario, f"seed={seed}"]).scenario)
    model.simpy_clock(0)
    return (day(model, engine, replication) for replication in count())


def day(model: Model, engine: Engine, replication: int) -> Calls:
    """The calls of a day."""
    left = np.concatenate([told.left for told in model.portions(replication, engine)])
    abandoned = left["outcome"] == Outcome.ABANDONED
    until = np.where(abandoned, left["left"], left["answered"])
    return Calls(left["arrived"], until - left["arrived"], abandoned, left["queue"])
