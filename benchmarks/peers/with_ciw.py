"""Ciw: a network of one node. Two pools that share a class are not among its parts, so it has Erlang-A only."""

from __future__ import annotations

from collections.abc import Iterator

import ciw
from calls import Calls, of_rows
from models import DAY_S, Center


def days(center: Center, seed: int) -> Iterator[Calls]:
    """One day after the other."""
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(center.rates[0])],
        service_distributions=[ciw.dists.Exponential(1.0 / center.talk_s[0][0])],
        reneging_time_distributions=[ciw.dists.Exponential(1.0 / center.patience_s[0])],
        number_of_servers=[center.agents[0]],
    )
    while True:
        ciw.seed(seed)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(DAY_S)
        records = simulation.get_all_records(only=["service", "renege"])
        yield of_rows([(r.arrival_date, r.waiting_time, r.record_type == "renege", 0) for r in records])
        seed += 1
