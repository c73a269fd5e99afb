"""What must fit in teams and shifts: skills and shifts that exist, heads, pauses inside the shift."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sim.scenario.part import Fault, Path
from sim.scenario.shift import Shift
from sim.scenario.suggest import did_you_mean
from sim.scenario.team import Team
from sim.units import DAY, format_clock, shown

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


def _skills_known(scenario: Scenario, name: str, team: Team) -> Iterator[Fault]:
    for queue in team.skills if scenario.queues else ():
        if queue not in scenario.queues:
            path = ("teams", name, "skills", queue)
            yield Fault(path, f"unknown queue {shown(queue)}{did_you_mean(queue, scenario.queues)}")


def _shifts_known(scenario: Scenario, name: str, team: Team) -> Iterator[Fault]:
    for shift in team.shifts or {}:
        if shift not in scenario.shifts:
            path = ("teams", name, "shifts", shift)
            yield Fault(path, f"unknown shift {shown(shift)}{did_you_mean(shift, scenario.shifts)}")


def _shifts_or_staffing(scenario: Scenario, name: str, team: Team) -> Iterator[Fault]:
    if team.shifts and team.staffing is not None:
        yield Fault(("teams", name), "has both shifts and staffing: keep one")
    elif not team.shifts and team.staffing is None:
        remedy = 'shifts: {early: 20} or staffing: {start: "08:00", agents: [4, 6, 8]}'
        yield Fault(("teams", name), f"has neither shifts nor staffing, so nobody ever works: add {remedy}")


def _shift_heads(scenario: Scenario, name: str, team: Team) -> Iterator[Fault]:
    if not team.shifts:
        return
    if team.agents and sum(team.shifts.values()) == 0:
        yield Fault(("teams", name, "shifts"), f"needs a share above 0 to split {team.agents} agents")
    if team.agents is None:
        for shift, heads in team.shifts.items():
            if math.isfinite(heads) and heads != int(heads):
                path = ("teams", name, "shifts", shift)
                yield Fault(path, f"needs a whole number of agents, got {heads:g} (a share needs `agents`, too)")


def _staffing_within_day(scenario: Scenario, name: str, team: Team) -> Iterator[Fault]:
    if team.staffing is None:
        return
    interval = team.staffing.interval_min
    longest = max((len(day) for day in team.staffing.agents if isinstance(day, tuple)), default=0)
    if longest * interval > 1440:
        path = ("teams", name, "staffing", "agents")
        got = f"{longest} entries of {interval} min are more than 24 hours"
        yield Fault(path, f"{got}: needs at most {1440 // interval}")


def _shrinkage_whole(scenario: Scenario, name: str, team: Team) -> Iterator[Fault]:
    total = team.shrinkage.planned + team.shrinkage.unplanned
    if total > 1 + 1e-12:
        path = ("teams", name, "shrinkage")
        yield Fault(path, f"planned + unplanned is {total:g}: needs at most 1 (shares of the shift)")


def _shift_times(name: str, shift: Shift) -> Iterator[Fault]:
    if shift.start >= DAY:
        path = ("shifts", name, "start")
        yield Fault(path, f'needs a time before "24:00", got "{format_clock(shift.start)}"')
    elif shift.end_s - shift.start > DAY:
        yield Fault(("shifts", name, "end"), f"needs to end within 24 hours of {format_clock(shift.start)}")


def _pauses_in_shift(name: str, shift: Shift) -> Iterator[Fault]:
    hours = f"{format_clock(shift.start_s)}-{format_clock(shift.end_s % DAY or DAY)}"
    for pause in shift.pauses():
        path: Path = ("shifts", name, pause.kind)
        path = path if pause.kind == "lunch" else (*path, pause.number)
        begins, ends = format_clock(pause.start_s % DAY), format_clock(pause.last_end_s % DAY or DAY)
        if not shift.start_s <= pause.start_s < shift.end_s:
            yield Fault(path, f"begins at {begins}, outside the shift {hours}")
        elif pause.last_end_s > shift.end_s:
            last = " (with its stagger_min)" if pause.stagger_s else ""
            yield Fault(path, f"ends at {ends}{last}, after the shift {hours}: begin earlier or shorten it")


TEAM_CHECKS: tuple[Callable[[Scenario, str, Team], Iterator[Fault]], ...] = (
    _skills_known,
    _shifts_or_staffing,
    _shifts_known,
    _shift_heads,
    _staffing_within_day,
    _shrinkage_whole,
)
SHIFT_CHECKS: tuple[Callable[[str, Shift], Iterator[Fault]], ...] = (_shift_times, _pauses_in_shift)
