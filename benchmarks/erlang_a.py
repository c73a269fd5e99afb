"""Erlang-A (M/M/100+M, load 102) in four simulators, each held against the exact answer.

    python benchmarks/erlang_a.py [--scale 1.0]

The scenario erlang_a under both clocks, a process-per-caller SimPy model and Ciw (if it is installed:
`pip install ciw`). Calls a second include everything from random numbers to results, in processor time
of one thread. A replication is a day of 24 hours that starts empty; its first and last two hours are
left out. Standard errors come from batches of two hours (40 mean service times); the compiled clock runs
as many days as bring that of abandonment to 0.4 % of its value, about 15 s. Ends with status
1 if any figure is more than 4 standard errors off.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.loading import load
from sim.record import Outcome
from sim.run import Engine, Model
from sim.theory.erlang_a import erlang_a

AGENTS, PER_HOUR, SERVICE_S, PATIENCE_S, WITHIN_S = 100, 2040.0, 180.0, 180.0, 18.0
DAY_S, BATCH_S, HOUR_S = 86400.0, 7200.0, 3600.0
ALLOWED = 4.0

Floats = NDArray[np.float64]


class Calls(NamedTuple):
    """The calls of one day."""

    arrived: Floats
    waited: Floats
    abandoned: NDArray[np.bool_]


class Measure(NamedTuple):
    """A share or mean of all calls: its exact value, and what each call adds to it."""

    name: str
    exact: float
    of: Callable[[Calls], Any]


def measures() -> list[Measure]:
    """What is compared with Erlang-A."""
    exact = erlang_a(AGENTS, PER_HOUR / HOUR_S, SERVICE_S, PATIENCE_S, WITHIN_S)
    return [
        Measure("abandoned", exact.p_abandon, lambda calls: calls.abandoned),
        Measure("waited", exact.p_wait, lambda calls: calls.waited > 0.0),
        Measure("mean wait s", exact.mean_wait, lambda calls: calls.waited),
        Measure("within 18 s", exact.sl_of_offered, lambda calls: ~calls.abandoned & (calls.waited <= WITHIN_S)),
    ]


def clock(engine: Engine) -> Callable[[int], Iterator[Calls]]:
    """Days of the shipped scenario under one of the two clocks."""
    model = Model.of(load("erlang_a").scenario)

    def days(count: int) -> Iterator[Calls]:
        for replication in range(count):
            told = model.simulate(replication, engine).contacts
            abandoned = told["outcome"] == Outcome.ABANDONED
            waited = np.where(abandoned, told["left"], told["answered"]) - told["arrived"]
            yield Calls(told["arrived"], waited, abandoned)

    return days


def process_style(count: int) -> Iterator[Calls]:
    """Days of the model that SimPy's users write first: a process for each caller, a Resource of agents."""
    for day in range(count):
        env, rng = simpy.Environment(), random.Random(day)
        agents = simpy.Resource(env, AGENTS)
        calls: list[tuple[float, float, bool]] = []
        env.process(source(env, agents, rng, calls))
        env.run(DAY_S)
        arrived, waited, abandoned = np.array(calls).T
        yield Calls(arrived, waited, abandoned.astype(bool))


def source(
    env: simpy.Environment, agents: simpy.Resource, rng: random.Random, calls: list[tuple[float, float, bool]]
) -> Iterator[simpy.Event]:
    """Callers arrive all day."""
    while True:
        yield env.timeout(rng.expovariate(PER_HOUR / HOUR_S))
        env.process(caller(env, agents, rng, calls))


def caller(
    env: simpy.Environment, agents: simpy.Resource, rng: random.Random, calls: list[tuple[float, float, bool]]
) -> Iterator[simpy.Event]:
    """A caller waits for an agent as long as patience lasts."""
    arrived = env.now
    with agents.request() as request:
        if not request.triggered:
            yield request | env.timeout(rng.expovariate(1.0 / PATIENCE_S))
        calls.append((arrived, env.now - arrived, not request.triggered))
        if request.triggered:
            yield env.timeout(rng.expovariate(1.0 / SERVICE_S))


def with_ciw(count: int) -> Iterator[Calls]:
    """Days of the same queue in Ciw."""
    import ciw

    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(PER_HOUR / HOUR_S)],
        service_distributions=[ciw.dists.Exponential(1.0 / SERVICE_S)],
        reneging_time_distributions=[ciw.dists.Exponential(1.0 / PATIENCE_S)],
        number_of_servers=[AGENTS],
    )
    for day in range(count):
        ciw.seed(day)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(DAY_S)
        records = simulation.get_all_records(only=["service", "renege"])
        columns = zip(*((r.arrival_date, r.waiting_time, r.record_type == "renege") for r in records), strict=True)
        arrived, waited, abandoned = map(np.array, columns)
        yield Calls(arrived, waited, abandoned)


def batches(calls: Calls, measure: Measure) -> Floats:
    """(number of calls, sum of the measure) of each batch of a day, by time of arrival."""
    edges = np.arange(BATCH_S, DAY_S - BATCH_S + 1.0, BATCH_S)
    number, _ = np.histogram(calls.arrived, edges)
    total, _ = np.histogram(calls.arrived, edges, weights=np.asarray(measure.of(calls), float))
    return np.stack([number, total], axis=1)


def ratio(parts: Floats) -> tuple[float, float]:
    """(sum over number, its standard error by the delta method) of rows (number, sum)."""
    number, total = parts.sum(axis=0)
    mean = total / number
    residuals = parts[:, 1] - mean * parts[:, 0]
    count = len(parts)
    return float(mean), float(np.sqrt(count / (count - 1) * (residuals**2).sum()) / number)


def run(name: str, days: Callable[[int], Iterator[Calls]], count: int, wanted: list[Measure]) -> bool:
    """Run some days, print a line of figures; whether all are within the allowed standard errors."""
    start = time.process_time()
    watched: list[Floats] = []
    calls = 0
    for day in days(count):
        calls += len(day.arrived)
        watched.append(np.stack([batches(day, measure) for measure in wanted]))
    seconds = time.process_time() - start
    figures, good = [], True
    for measure, parts in zip(wanted, np.concatenate(watched, axis=1), strict=True):
        value, error = ratio(parts)
        off = (value - measure.exact) / error
        good &= abs(off) <= ALLOWED
        figures.append(f"{value:9.4f} {off:+5.1f} {error / measure.exact:6.2%}")
    print(f"{name:26}{calls:12,}{calls / seconds:12,.0f}  " + "  ".join(figures))
    return good


def main() -> int:
    """Run all four; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies the days simulated (default 1)")
    scale = parser.parse_args().scale
    wanted = measures()
    print(f"{'':26}{'calls':>12}{'calls/s':>12}  " + "  ".join(f"{m.name:>23}" for m in wanted))
    print(f"{'exact (Erlang A)':50}  " + "  ".join(f"{m.exact:9.4f} {'off':>5} {'s.e.':>6}" for m in wanted))
    list(clock("compiled")(1))  # compiles, or reads machine code from disk
    programs = [
        ("compiled clock", clock("compiled"), 420),
        ("SimPy clock", clock("simpy"), 4),
        ("process-per-caller SimPy", process_style, 4),
        ("Ciw", with_ciw, 2),
    ]
    good = True
    for name, days, count in programs:
        try:
            good &= run(name, days, max(1, round(count * scale)), wanted)
        except ModuleNotFoundError as missing:
            print(f"{name:26}skipped: {missing.name} is not installed (pip install {missing.name})")
    print("\noff: standard errors from the exact value; s.e.: standard error relative to it")
    print(f"all within {ALLOWED:g} standard errors" if good else f"MORE than {ALLOWED:g} standard errors off")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
