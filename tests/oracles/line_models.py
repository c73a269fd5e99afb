"""Centers as LINE has them: networks of queues, solved exactly by its own solvers.

LINE: G. Casale (2020), "Integrated Performance Evaluation of Extended Queueing Network Models with LINE", Winter
Simulation Conference. Its unit of time is here a mean talk.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    line = pytest.importorskip(
        "line_solver",
        reason="LINE is not installed: pip install --no-deps line-solver==3.0.8.0 (docs/validation.md says why so)",
    )


class Found(NamedTuple):
    """What LINE answers about one class of jobs at one station."""

    present: float
    """mean number, in service included"""
    busy: float
    """share of the station's servers that this class keeps busy"""
    served: float
    """a unit of time"""


class Net:
    """A source, a station with servers, and a sink, with a class of jobs for each arrival rate."""

    def __init__(self, servers: int, *rates: float, order: str = "FCFS", room: int | None = None) -> None:
        self.model = line.Network("center")
        self.source = line.Source(self.model, "in")
        self.station = line.Queue(self.model, "agents", getattr(line.SchedStrategy, order))
        self.sink = line.Sink(self.model, "out")
        self.station.set_number_of_servers(servers)
        levels = range(len(rates)) if order == "HOL" else [0] * len(rates)
        self.classes = [line.OpenClass(self.model, f"class{k}", level) for k, level in enumerate(levels)]
        for each, rate in zip(self.classes, rates, strict=True):
            self.source.set_arrival(each, line.Exp(rate))
            self.station.set_service(each, line.Exp(1.0))
        if room is not None:
            self.station.set_capacity(room)

    def straight(self) -> Net:
        """In, served, out."""
        self.model.link(line.Network.serial_routing(self.source, self.station, self.sink))
        return self

    def solved(self, solver: str, station: str = "agents", **settings: Any) -> list[Found]:
        """The figures of a station, class by class."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            table = getattr(line, solver)(self.model, verbose=False, **settings).avg_table()
        rows = table.data if hasattr(table, "data") else table
        own = rows[rows["Station"].astype(str) == station]
        return [Found(float(r["QLen"]), float(r["Util"]), float(r["Tput"])) for _, r in own.iterrows()]


def one(found: Found, servers: int, offered: float, talk_s: float) -> Mapping[str, float]:
    """Our names for what is known of a queue of one class; `offered` contacts a mean talk of `talk_s` seconds."""
    waiting = found.present - servers * found.busy
    return {
        "occupancy": found.busy,
        "mean_queue": waiting,
        "lost": 1.0 - found.served / offered,
        "mean_wait_of_offered": waiting / offered * talk_s,
        "mean_wait_of_served": waiting / found.served * talk_s,
    }
