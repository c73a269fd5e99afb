"""M/M/n/K+M: a room with K lines (trunks), in which callers talk, wait, balk and give up.

Sources: the stationary law is that of a birth-and-death chain; waits given the place in the queue by
J. Riordan (1962), "Stochastic Service Systems": the virtual wait behind j callers is a sum of exponential
times with rates M, M + t, ..., M + j t, so that exp(-t V) has the Beta(M / t, j + 1) law (order statistics).
Units: seconds and contacts per second.
"""

from __future__ import annotations

import math

import numpy as np

from sim.theory import checks
from sim.theory.birth_death import Vector, birth_death
from sim.theory.figures import QueueFigures
from sim.theory.search import least_integer


def finite_room(
    agents: int,
    lines: int,
    arrival_rate: float,
    mean_service: float,
    mean_patience: float = math.inf,
    awt: float = 20.0,
    *,
    balk: float = 0.0,
    short_abandon: float | None = None,
) -> QueueFigures:
    """Long-run figures of agents behind `lines` lines; a contact that finds every line busy is blocked.

    Formula: birth-and-death chain on 0..lines. Shares are of all offered contacts, blocked ones included;
    mean waits are of those who got a line. Patience is exponential (infinite: nobody gives up).
    Units: seconds, contacts per second; `balk` and `short_abandon` as in `impatient_queue`.
    Errors: ValueError unless 1 <= agents <= lines and the rates are in range.
    """
    checks.whole(least=1, agents=agents)
    checks.whole(least=agents, lines=lines)
    checks.positive(arrival_rate=arrival_rate, mean_service=mean_service)
    checks.not_negative(awt=awt)
    checks.probability(balk=balk)
    short = awt if short_abandon is None else short_abandon
    checks.not_negative(short_abandon=short)
    if not mean_patience > 0.0:
        raise ValueError(f"mean_patience must be above 0 (or infinite), not {mean_patience}")
    give_up = 0.0 if mean_patience == math.inf else 1.0 / mean_patience
    busy_rate = agents / mean_service

    state = _states(agents, lines, arrival_rate, mean_service, give_up, balk)
    p_block = float(state[-1])
    # Where nobody may wait, all agents busy and all lines busy are the same, and the caller is blocked.
    full = state[agents:-1]
    p_free = float(state[:agents].sum())
    joins = (1.0 - balk) * full
    p_balk = balk * float(full.sum())
    queue = _Queue(busy_rate, give_up, joins)
    p_served = p_free + queue.served
    within = p_free + queue.served_within(awt)
    accepted = float(state[:-1].sum())
    mean_queue = float((state[agents:] * np.arange(lines - agents + 1)).sum())
    p_abandon = give_up * mean_queue / arrival_rate
    served_wait = queue.served_wait
    return QueueFigures(
        agents=agents,
        arrival_rate=arrival_rate,
        mean_service=mean_service,
        awt=awt,
        p_block=p_block,
        p_balk=p_balk,
        p_wait=float(joins.sum()),
        p_delay_virtual=float(full.sum()),
        p_abandon=p_abandon,
        mean_wait=mean_queue / arrival_rate / accepted,
        mean_wait_served=served_wait / p_served,
        mean_wait_abandoned=(mean_queue / arrival_rate - served_wait) / p_abandon if p_abandon else math.nan,
        mean_queue=mean_queue,
        occupancy=float((state * np.minimum(np.arange(lines + 1), agents)).sum()) / agents,
        sl_of_offered=within,
        sl_of_answered=min(1.0, within / p_served),
        sl_excluding_short_abandons=min(1.0, within / (1.0 - p_balk - queue.given_up_within(short))),
        sl_abandons_counted_as_met=within + p_balk + queue.given_up_within(awt),
        sl_virtual=p_free + float((full * queue.virtual_within(awt)).sum()),
    )


def least_lines(
    agents: int,
    arrival_rate: float,
    mean_service: float,
    max_blocking: float,
    mean_patience: float = math.inf,
) -> int:
    """Least lines (at least one an agent) that block at most a share `max_blocking` of contacts.

    Errors: ValueError unless 0 < max_blocking < 1, or when no number of lines is enough: without
    abandonment the share 1 - agents / load stays blocked however many lines there are.
    """
    checks.target(max_blocking=max_blocking)
    checks.whole(least=1, agents=agents)
    checks.positive(arrival_rate=arrival_rate, mean_service=mean_service)
    load = arrival_rate * mean_service
    if mean_patience == math.inf and 1.0 - agents / load >= max_blocking:
        raise ValueError(f"max_blocking {max_blocking} cannot be met: {agents} agents carry less of the load")

    def meets(lines: int) -> bool:
        return finite_room(agents, lines, arrival_rate, mean_service, mean_patience).p_block <= max_blocking

    return least_integer(meets, lowest=agents, guess=agents)


def _states(agents: int, lines: int, arrival_rate: float, mean_service: float, give_up: float, balk: float) -> Vector:
    """Probabilities of 0..lines contacts in the room, (lines + 1,)."""
    here = np.arange(lines)
    births = np.where(here < agents, arrival_rate, (1.0 - balk) * arrival_rate)
    there = here + 1
    deaths = np.minimum(there, agents) / mean_service + np.maximum(there - agents, 0) * give_up
    return birth_death(births, deaths)


class _Queue:
    """Waits of those who join: joins[j] is the share of contacts who join behind j waiting callers."""

    def __init__(self, busy_rate: float, give_up: float, joins: Vector) -> None:
        self.busy_rate, self.give_up, self.joins = busy_rate, give_up, joins
        self.places = np.arange(1.0, joins.size + 1.0)
        self.p_served = busy_rate / (busy_rate + self.places * give_up)
        self.served = float((joins * self.p_served).sum())

    @property
    def served_wait(self) -> float:
        """E[wait; served]: the served one's last j + 1 departures, each with one more who may give up."""
        steps = np.cumsum(1.0 / (self.busy_rate + self.places * self.give_up))
        return float((self.joins * self.p_served * steps).sum())

    def virtual_within(self, limit: float) -> Vector:
        """P(virtual wait <= limit) behind j callers."""
        return self._within(limit, 0.0)

    def served_within(self, limit: float) -> float:
        """P(joined, answered within the limit): the Beta law tilted by the caller's own patience."""
        return float((self.joins * self.p_served * self._within(limit, 1.0)).sum())

    def given_up_within(self, limit: float) -> float:
        """P(joined, gave up within the limit)."""
        if not self.give_up:
            return 0.0
        beyond = math.exp(-self.give_up * limit) * (1.0 - self.virtual_within(limit))
        return float((self.joins * (1.0 - beyond)).sum()) - self.served_within(limit)

    def _within(self, limit: float, tilt: float) -> Vector:
        from scipy.special import betaincc, gammainc

        if not self.give_up:
            return np.asarray(gammainc(self.places, self.busy_rate * limit))
        shape = self.busy_rate / self.give_up + tilt
        return np.asarray(betaincc(shape, self.places, math.exp(-self.give_up * limit)))
