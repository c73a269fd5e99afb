"""A day as in `day`, with staff who are people: whoever goes off duty on a call finishes it, and the others go on.

In `day` staff are a number: while more agents are busy than are on duty, nobody takes the next caller. Here those who
stay take callers although somebody who leaves still talks; so fewer wait. Those who leave are drawn from the staff at
hand: their calls are a hypergeometric share of the calls in hand. From then on they touch nobody, and the rest is a
birth-and-death chain again. Source: as `day`. Units: seconds, contacts per second.
"""

from __future__ import annotations

import math

import numpy as np

from sim.theory.birth_death import Vector
from sim.theory.busyness import busyness_rule
from sim.theory.day import Day, DayFigures, summed
from sim.theory.room_in_time import Inside, Room

_CUT = 1e-13


def day_of_people(day: Day, factor_points: int = 32) -> DayFigures:
    """Expected totals of the day, as `day_figures` gives them under the other rule.

    Formula: the Kolmogorov equations period by period; where staff fall from n to m with x calls in hand, h of them
    leave, P(h) = C(x, h) C(n - x, n - m - h) / C(n, n - m). Exact as long as every set of busy agents is equally likely
    (equal agents, longest idle or random routing) and calls end within the period after the one they began in.
    Units: seconds. Errors: ValueError for a day with a limit on its lines.
    """
    if day.lines is not None:
        raise ValueError(f"lines must be None: with {day.lines} lines, those who leave still hold some")
    factors, weights = busyness_rule(day.day_factor_shape, factor_points)
    totals = sum(w * _totals(day, float(f)) for f, w in zip(factors, weights, strict=True))
    arrivals, balked, waiting, busy, after = (float(total) for total in np.asarray(totals))
    return summed(day, arrivals, 0.0, balked, waiting, busy, after)


def _totals(day: Day, factor: float) -> Vector:
    """Arrivals, balked, seconds waited, agent seconds busy in and after the periods."""
    most = 2 * max(day.agents) + 50
    while True:
        totals, cut = _totals_in_room(day, factor, most)
        if cut <= _CUT * totals[0]:
            return totals
        most *= 2


def _totals_in_room(day: Day, factor: float, most: int) -> tuple[Vector, float]:
    """The totals, and the contacts that met the end of the room."""
    law, agents = Inside.empty(day.agents[0], most).regular, day.agents[0]
    totals, cut = np.zeros(5), 0.0
    for on_duty, rate in zip(day.agents, day.arrival_rates, strict=True):
        law, leaving = _stay(law, agents, on_duty)
        agents, rate = on_duty, factor * rate
        room = Room(agents, most, rate, day.mean_service, day.mean_patience, day.balk)
        inside, spent = room.carry_forward(Inside(agents, law, {}), day.period)
        law = inside.regular
        balked = day.balk * rate * (spent.all_busy - spent.full)
        totals += (rate * day.period, balked, spent.waiting, spent.busy + leaving * day.mean_service, 0.0)
        cut += rate * spent.full
    last = Room(agents, most, 0.0, day.mean_service, day.mean_patience, day.balk)
    rest = last.drain(Inside(agents, law, {}))
    totals += (0.0, 0.0, rest.waiting, 0.0, rest.busy)
    return totals, cut


def _stay(law: Vector, agents: int, on_duty: int) -> tuple[Vector, float]:
    """Law of the contacts that are not in the hands of those who leave, and the mean number of those that are."""
    going = agents - on_duty
    if going <= 0:
        return law, 0.0
    stay, leaving = np.zeros_like(law), 0.0
    for contacts, share in enumerate(law):
        busy = min(contacts, agents)
        for with_them in range(max(0, busy - on_duty), min(going, busy) + 1):
            ways = math.comb(busy, with_them) * math.comb(agents - busy, going - with_them) / math.comb(agents, going)
            stay[contacts - with_them] += share * ways
            leaving += share * ways * with_them
    return stay, leaving
