"""Stints: who is on duty from when to when, as planned, before anybody is absent."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.record import Duty
from sim.scenario import Scenario, Shift, Team
from sim.units import DAY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DUTY = {"breaks": Duty.BREAK, "lunch": Duty.LUNCH, "training": Duty.TRAINING, "meetings": Duty.MEETING}


class Stints(NamedTuple):
    """Stretches of duty of one team's agents, a row each, with the pauses that are planned for them."""

    agent: Ints
    """number within the team"""
    day: Ints
    """on which it begins; -1 = the day before the first"""
    piece: Ints
    """0 for the agent's first stint of that day, 1 for the next, ..."""
    on: Floats
    off: Floats
    pause_at: Floats
    """shape (stints, pauses)"""
    pause_s: Floats
    what: Ints
    """shape (pauses,): a `Duty`"""

    def only(self, kept: NDArray[np.bool_]) -> Stints:
        """The stints for which `kept` is true."""
        return Stints(
            self.agent[kept],
            self.day[kept],
            self.piece[kept],
            self.on[kept],
            self.off[kept],
            self.pause_at[kept],
            self.pause_s[kept],
            self.what,
        )


def team_stints(scenario: Scenario, team: Team) -> Iterator[Stints]:
    """The stints of a team over all days, shift by shift or interval by interval.

    The run is a cut out of an endless calendar where the team's queues are open at its edges: then
    those who began yesterday are at work at 0:00 of day 1, and all leave when the last day ends. Where
    the queues are closed at night, every stint is worked to its end, also past the last midnight.
    """
    first = -1 if opens_at_once(scenario, team) else 0
    end = scenario.horizon_s if goes_on(scenario, team) else np.inf
    found = by_shift(scenario, team, first) if team.staffing is None else by_interval(scenario, team, first)
    for stints in found:
        yield stints.only((stints.off > 0.0) & (stints.on < end))


def opens_at_once(scenario: Scenario, team: Team) -> bool:
    """Whether a queue of the team is open at 0:00 of day 1."""
    return any(own and own[0][0] <= 0.0 for own in map(scenario.open_windows, team.skills))


def goes_on(scenario: Scenario, team: Team) -> bool:
    """Whether a queue of the team that is open when the last day ends would be open after it."""
    tomorrow = scenario.weekday(scenario.days)
    for name in team.skills:
        own, then = scenario.open_windows(name), scenario.queues[name].open_windows(tomorrow)
        if own and own[-1][1] == scenario.horizon_s and then and then[0][0] <= 0.0:
            return True
    return False


def by_shift(scenario: Scenario, team: Team, first_day: int) -> Iterator[Stints]:
    """The stints of a team in shifts: its agents in the order of its shifts, one stint a working day."""
    agent = 0
    for name, heads in team.heads_by_shift(scenario.staffing.scale).items():
        shift = scenario.shifts[name]
        days = [day for day in range(first_day, scenario.days) if scenario.weekday(day) in shift.days]
        yield shift_stints(shift, np.arange(agent, agent + heads), np.array(days, np.int64))
        agent += heads


def shift_stints(shift: Shift, agents: Ints, days: Ints) -> Stints:
    """Every agent on every day. Staggered pauses start evenly over their span, in whole seconds.

    The j-th of n agents starts j / n of the span after the first, so n pauses follow one another
    where the span is n times their length.
    """
    heads = len(agents)
    day = np.repeat(days, heads)
    place = np.tile(np.arange(heads), len(days))
    midnight = day.astype(np.float64) * DAY
    pauses = shift.pauses()
    at = np.empty((len(day), len(pauses)))
    for p, pause in enumerate(pauses):
        at[:, p] = midnight + pause.start_s + np.floor(pause.stagger_s * place / max(heads, 1))
    return Stints(
        agent=np.tile(agents, len(days)),
        day=day,
        piece=np.zeros(len(day), np.int64),
        on=midnight + shift.start_s,
        off=midnight + shift.end_s,
        pause_at=at,
        pause_s=np.broadcast_to(np.array([pause.length_s for pause in pauses]), at.shape),
        what=np.array([DUTY[pause.kind] for pause in pauses], np.int64),
    )


def by_interval(scenario: Scenario, team: Team, first_day: int) -> Iterator[Stints]:
    """The stints of a team staffed by interval: agent i is on duty while i < entry, without a pause.

    Where a day's entries run into those of the next, who is on duty already goes on.
    """
    most = team.heads(scenario.staffing.scale)
    until = np.full(most, -np.inf)
    columns: list[list[Floats]] = [[] for _ in range(5)]
    for day in range(first_day, scenario.days):
        edges, wanted = team.on_duty(scenario.weekday(day), scenario.staffing.scale)
        levels = np.unique(np.minimum(np.append(wanted, 0), most)).tolist()
        for low, high in pairwise(levels):  # agents low to high - 1 all work the same hours
            for piece, (start, stop) in enumerate(stretches(wanted > low)):
                on = np.maximum(day * DAY + edges[start], until[low:high])
                off = np.full(high - low, day * DAY + edges[stop])
                until[low:high] = np.maximum(until[low:high], off)
                late = np.flatnonzero(on < off)
                same = np.ones(len(late))
                found = (low + late, day * same, piece * same, on[late], off[late])
                for column, part in zip(columns, found, strict=True):
                    column.append(part)
    agent, days, pieces, on, off = (np.concatenate([np.empty(0), *column]) for column in columns)
    none = np.empty((len(on), 0))
    what = np.empty(0, np.int64)
    yield Stints(agent.astype(int), days.astype(int), pieces.astype(int), on, off, none, none, what)


def stretches(busy: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(first, one past the last) of every run of True."""
    steps = np.flatnonzero(np.diff(np.concatenate(([False], busy, [False]))))
    return list(zip(steps[::2].tolist(), steps[1::2].tolist(), strict=True))
