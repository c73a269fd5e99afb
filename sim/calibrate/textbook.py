"""The textbook beside it: each hour as a stationary queue of its own, Erlang C or Erlang A, with fitted constants."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.calibrate.fits.estimate import Floats, Ints
from sim.calibrate.fits.everything import Fitted
from sim.calibrate.fits.match import DEFAULT_PATIENCE_S
from sim.calibrate.hourly import HOURS, SUMS
from sim.units import HOUR

METHODS = ("Erlang C", "Erlang A")
WAIT_AT_MOST_S = HOUR
"""what Erlang C counts as where it says infinite: no queue of an hour is longer than the hour"""


class Pool(NamedTuple):
    """Queues that share agents, directly or through other queues: the textbook knows one queue, one kind of agent."""

    queues: Ints
    teams: Ints
    handle_s: Floats
    """of each of the queues: talk, hold and wrap-up"""
    patience_s: float


def pools(fitted: Fitted, skills: tuple[tuple[str, ...], ...]) -> list[Pool]:
    """The pools of queues and teams, with the constants of the fitted part: means, and one exponential patience."""
    names = list(fitted.queues)
    groups: list[tuple[set[str], set[int]]] = []
    for team, own in enumerate(skills):
        merged, members = set(own) & set(names), {team}
        for group in [each for each in groups if each[0] & merged]:
            groups.remove(group)
            merged, members = merged | group[0], members | group[1]
        groups.append((merged, members))
    return [
        Pool(np.array(places, dtype=np.int64), np.array(sorted(members), dtype=np.int64),
             np.array([_handle(fitted, names[k]) for k in places]), _patience(fitted, [names[k] for k in places]))
        for own, members in groups
        if (places := sorted(names.index(queue) for queue in own))
    ]  # fmt: skip


def _handle(fitted: Fitted, queue: str) -> float:
    known = [fit.aht.known for fit in fitted.queues.values() if fit.aht.value is not None]
    aht = fitted.queues[queue].aht
    presence = fitted.staffing.presence if fitted.staffing is not None else None
    wrap = presence.wrap.mean_s if presence is not None and presence.wrap is not None else 0.0
    return (aht.value if aht.value is not None else float(np.mean(known))) + wrap


def _patience(fitted: Fitted, queues: list[str]) -> float:
    """Seconds waited for each hang-up, in all of these queues together."""
    found = [fitted.queues[queue].patience for queue in queues]
    waited = sum(one.mean.known * one.hang_ups for one in found if one.mean.value is not None)
    hung_up = sum(one.hang_ups for one in found if one.mean.value is not None)
    return waited / hung_up if hung_up else DEFAULT_PATIENCE_S


def by_hour(pool_list: list[Pool], offered: Floats, agents: Floats, within_s: float) -> tuple[dict[str, Floats], int]:
    """(sums by method, shape (1, queues + 1, hours, SUMS); hours in which Erlang C is infinite).

    offered: contacts by queue and hour, shape (queues, hours); agents: on duty by team and hour. Between two whole
    numbers of agents the figures of both are mixed. All queues of a pool have its figures.
    """
    queues, hours = offered.shape
    found = {method: np.zeros((1, queues + 1, hours, len(SUMS))) for method in METHODS}
    never = 0
    for pool in pool_list:
        for hour in np.flatnonzero(offered[pool.queues].sum(axis=0) > 0):
            here = offered[pool.queues, hour]
            rate = float(here.sum()) / HOUR
            handle = float(here @ pool.handle_s / here.sum())
            number = float(agents[pool.teams, hour].sum())
            for method in METHODS:
                p_wait, wait, answer, lost, level = _mixed(method, number, rate, handle, pool.patience_s, within_s)
                if math.isinf(wait):
                    never, wait, answer = never + 1, WAIT_AT_MOST_S, WAIT_AT_MOST_S
                shares = {"offered": 1.0, "waited": p_wait, "wait_s": wait, "answered": 1.0 - lost,
                          "answer_s": answer * (1.0 - lost), "within": level, "abandoned": lost}  # fmt: skip
                for name, share in shares.items():
                    found[method][0, pool.queues + 1, hour, SUMS.index(name)] = here * share
                busy = min(rate * handle * (1.0 - lost), number) * HOUR
                found[method][0, 0, hour, SUMS.index("busy_s")] += busy
    for sums in found.values():
        own = sums[0, 1:].sum(axis=0)
        own[:, SUMS.index("busy_s")] = sums[0, 0, :, SUMS.index("busy_s")]
        own[:, SUMS.index("duty_s")] = agents.sum(axis=0) * HOUR
        sums[0, 0] = own
    return found, never


def _mixed(
    method: str, agents: float, rate: float, handle_s: float, patience_s: float, within_s: float
) -> tuple[float, float, float, float, float]:
    """(P(wait > 0), mean wait of all, that of the answered, share that hangs up, service level of offered)."""
    from sim.theory.erlang_a import erlang_a
    from sim.theory.erlang_c import erlang_c

    low = math.floor(agents)
    part = agents - low
    figures = []
    for number in (low, low + 1):
        if method == "Erlang C":
            one = erlang_c(number, rate, handle_s, within_s) if number else None
        else:
            one = erlang_a(number, rate, handle_s, patience_s, within_s)
        served = 0.0 if one is None or math.isnan(one.mean_wait_served) else one.mean_wait_served
        figures.append((1.0, math.inf, math.inf, 0.0, 0.0) if one is None else
                       (one.p_wait, one.mean_wait, served, one.p_abandon, one.sl_of_offered))  # fmt: skip
    if part == 0.0:
        return figures[0]
    mixed = [(1.0 - part) * a + part * b for a, b in zip(*figures, strict=True)]
    return mixed[0], mixed[1], mixed[2], mixed[3], mixed[4]


def agents_by_hour(on_duty: Floats, days: Ints) -> Floats:
    """Mean agents on duty by team and hour of these days, shape (teams, days x 24), from that by interval."""
    teams, _, slots = on_duty.shape
    own = on_duty[:, days]
    if slots >= HOURS:
        return np.asarray(own.reshape(teams, len(days), HOURS, slots // HOURS).mean(axis=3).reshape(teams, -1))
    return np.asarray(np.repeat(own, HOURS // slots, axis=2).reshape(teams, -1))
