"""salabim: a component for each caller, who requests an agent of any pool that answers its class."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import salabim
from calls import Calls, of_rows
from models import DAY_S, Center

salabim.yieldless(False)  # generators take two thirds of the time of greenlets here


def days(center: Center, seed: int) -> Iterator[Calls]:
    """One day after the other."""
    rng = random.Random(seed)
    while True:
        env = salabim.Environment(random_seed=None)
        calls: list[tuple[float, float, bool, int]] = []
        pools = [salabim.Resource(capacity=agents, env=env) for agents in center.agents]
        for resource in pools:  # figures over time, which nobody asks for here
            for monitor in (resource.claimed_quantity, resource.available_quantity, resource.occupancy):
                monitor.monitor(False)
        for kind in range(len(center.rates)):
            Arrivals(env=env, center=center, pools=pools, kind=kind, rng=rng, calls=calls)
        env.run(DAY_S)
        yield of_rows(calls)


class Arrivals(salabim.Component):  # type: ignore[misc]
    """Callers of a class arrive all day."""

    def setup(self, **given: Any) -> None:
        """Keep what is given."""
        self.given = given

    def process(self) -> Iterator[Any]:
        """One after the other."""
        rng, rate = self.given["rng"], self.given["center"].rates[self.given["kind"]]
        while True:
            yield self.hold(rng.expovariate(rate))
            Caller(env=self.env, **self.given)


class Caller(salabim.Component):  # type: ignore[misc]
    """One who calls."""

    def setup(self, center: Center, pools: list[Any], kind: int, rng: random.Random, calls: list[Any]) -> None:
        """Keep what is given."""
        self.center, self.pools, self.kind, self.rng, self.calls = center, pools, kind, rng, calls

    def process(self) -> Iterator[Any]:
        """Waits for an agent as long as patience lasts."""
        center, kind, rng, arrived = self.center, self.kind, self.rng, self.env.now()
        asked = [(self.pools[p], 1, center.serves[p].index(kind)) for p in center.asks[kind]]
        yield self.request(*asked, oneof=True, fail_delay=rng.expovariate(1.0 / center.patience_s[kind]))
        self.calls.append((arrived, self.env.now() - arrived, self.failed(), kind))
        if not self.failed():
            (resource,) = self.claimed_resources()
            yield self.hold(rng.expovariate(1.0 / center.talk_s[kind][self.pools.index(resource)]))
            self.release()
