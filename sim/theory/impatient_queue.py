"""M/M/n+G: callers wait, but no longer than their patience, whatever its law; some balk.

Sources: F. Baccelli and G. Hebuterne (1981), "On queues with impatient customers", Performance '81;
S. Zeltyn and A. Mandelbaum (2005), "Call centers with impatient customers: many-server asymptotics of the
M/M/n+G queue", Queueing Systems 51. Units: seconds and contacts per second.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.theory import checks
from sim.theory.erlang_b import blocking
from sim.theory.figures import Definition, QueueFigures
from sim.theory.patience import Patience, ZeroOr
from sim.theory.search import least_integer
from sim.theory.virtual_wait import VirtualWait, virtual_wait


def impatient_queue(
    agents: int,
    arrival_rate: float,
    mean_service: float,
    patience: Patience,
    awt: float = 20.0,
    *,
    balk: float = 0.0,
    short_abandon: float | None = None,
) -> QueueFigures:
    """Long-run figures of a queue whose callers give up by any law of patience.

    Formula: with v the density of the virtual wait (see `virtual_wait`), S the survival and H its integral,
    p_abandon = int v (1 - S), E[wait] = int v H, answered within t = P(free) + int_0^t v S,
    E[wait; served] = int v x S, E[wait; abandoned] = int v (H - x S). `balk` is the probability of
    leaving at once when all agents are busy, which is patience 0 with that probability.
    Units: seconds, contacts per second. `short_abandon` (default: awt) is the longest wait of an abandon
    that `sl_excluding_short_abandons` leaves out. No agents: every caller waits for as long as they can.
    Errors: ValueError for numbers out of range.
    """
    checks.whole(agents=agents)
    checks.not_negative(awt=awt, arrival_rate=arrival_rate)
    checks.positive(mean_service=mean_service)
    checks.probability(balk=balk)
    short = awt if short_abandon is None else short_abandon
    checks.not_negative(short_abandon=short)
    load = arrival_rate * mean_service
    if not agents:
        wait = None
    elif load:
        p_block = blocking(agents - 1, load)
        odds_free = agents / load / p_block if p_block else math.inf
        law = ZeroOr(balk, patience) if balk else patience
        wait = virtual_wait(odds_free, agents / mean_service, arrival_rate, law, (awt, short))
    else:
        wait = virtual_wait(math.inf, agents / mean_service, 0.0, patience)
    callers = Callers(arrival_rate, patience, balk, awt, short)
    return callers.figures(agents, mean_service, wait)


@dataclass(frozen=True, slots=True)
class Callers:
    """Who comes: a rate, a law of patience, balking; and the limits that their waits are judged by."""

    arrival_rate: float
    patience: Patience
    balk: float
    awt: float
    short_abandon: float

    def figures(self, agents: int, mean_service: float, wait: VirtualWait | None) -> QueueFigures:
        """The queue's figures, given the law of the virtual wait (None: it is infinite).

        Units: mean_service, in seconds, is agents divided by their total service rate.
        """
        if wait is None:
            return self._never_answered(agents, mean_service)
        stay, x, mass = 1.0 - self.balk, wait.x, (1.0 - self.balk) * wait.mass
        survival, mean_until = self.patience.survival(x), self.patience.mean_until(x)
        served_late = mass * survival
        abandoned = mass * self.patience.gone(x)
        p_served = wait.p_free + float(served_late.sum())
        p_abandon = float(abandoned.sum())
        p_balk = self.balk * wait.p_delay
        mean_wait = float((mass * mean_until).sum())
        within = wait.p_free + float(served_late[x <= self.awt].sum())

        def given_up_within(limit: float) -> float:
            beyond = stay * self._gone_by(limit) * wait.beyond(limit)
            return p_balk + float(abandoned[x <= limit].sum()) + beyond

        return QueueFigures(
            agents=agents,
            arrival_rate=self.arrival_rate,
            mean_service=mean_service,
            awt=self.awt,
            p_wait=stay * wait.p_delay * float(self.patience.survival(np.zeros(1))[0]),
            p_delay_virtual=wait.p_delay,
            p_balk=p_balk,
            p_abandon=p_abandon,
            mean_wait=mean_wait,
            mean_wait_served=float((served_late * x).sum()) / p_served,
            mean_wait_abandoned=_ratio(float((mass * (mean_until - x * survival)).sum()), p_abandon),
            mean_queue=self.arrival_rate * mean_wait,
            occupancy=min(1.0, self.arrival_rate * p_served * mean_service / agents),
            sl_of_offered=within,
            sl_of_answered=min(1.0, within / p_served),
            sl_excluding_short_abandons=min(1.0, within / (1.0 - given_up_within(self.short_abandon))),
            sl_abandons_counted_as_met=min(1.0, within + given_up_within(self.awt)),
            sl_virtual=min(1.0, wait.p_free + float(wait.mass[x <= self.awt].sum())),
        )

    def _never_answered(self, agents: int, mean_service: float) -> QueueFigures:
        """Figures when the virtual wait is infinite: no agents, or too few for those who never give up."""
        stay = 1.0 - self.balk
        endless = np.array([math.inf])
        gives_up = float(self.patience.gone(endless)[0])
        mean_patience = float(self.patience.mean_until(endless)[0])
        mean_wait = stay * mean_patience if stay else 0.0
        return QueueFigures(
            agents=agents,
            arrival_rate=self.arrival_rate,
            mean_service=mean_service,
            awt=self.awt,
            p_wait=stay * float(self.patience.survival(np.zeros(1))[0]),
            p_delay_virtual=1.0,
            p_balk=self.balk,
            p_abandon=stay * gives_up,
            mean_wait=mean_wait,
            mean_wait_served=math.inf if agents else math.nan,
            mean_wait_abandoned=mean_patience if gives_up == 1.0 else math.nan,
            mean_queue=self.arrival_rate * mean_wait if self.arrival_rate else 0.0,
            occupancy=1.0 if agents else math.nan,
            sl_of_offered=0.0,
            sl_of_answered=0.0 if agents else math.nan,
            sl_excluding_short_abandons=0.0,
            sl_abandons_counted_as_met=self.balk + stay * self._gone_by(self.awt),
            sl_virtual=0.0,
        )

    def _gone_by(self, limit: float) -> float:
        return float(self.patience.gone(np.array([limit]))[0])


def least_agents(
    arrival_rate: float,
    mean_service: float,
    patience: Patience,
    service_level: float,
    awt: float = 20.0,
    *,
    definition: Definition = "of_offered",
    balk: float = 0.0,
    short_abandon: float | None = None,
) -> int:
    """Least agents (at least 1) whose service level, by the named definition, is `service_level` or more.

    Errors: ValueError unless 0 < service_level < 1 and the rates are in range.
    """
    checks.target(service_level=service_level)

    def meets(agents: int) -> bool:
        figures = impatient_queue(
            agents, arrival_rate, mean_service, patience, awt, balk=balk, short_abandon=short_abandon
        )
        return figures.service_level(definition) >= service_level

    return least_meeting(meets, arrival_rate * mean_service)


def least_agents_for_abandonment(
    arrival_rate: float, mean_service: float, patience: Patience, max_lost: float, *, balk: float = 0.0
) -> int:
    """Least agents (at least 1) who lose at most a share `max_lost` of contacts, abandoned and balked.

    Errors: ValueError unless 0 < max_lost < 1 and the rates are in range.
    """
    checks.target(max_lost=max_lost)

    def meets(agents: int) -> bool:
        return impatient_queue(agents, arrival_rate, mean_service, patience, balk=balk).p_lost <= max_lost

    return least_meeting(meets, arrival_rate * mean_service)


def least_meeting(meets: Callable[[int], bool], offered_load: float) -> int:
    """Least number of agents that meets a goal, searched from the load plus its square root on."""
    return least_integer(meets, lowest=1, guess=math.ceil(offered_load + math.sqrt(offered_load)))


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0.0 else math.nan
