"""What runs but is probably not meant: warnings, each at its own place."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.arrivals import Counts, Rates, Recorded
from sim.scenario.part import Fault, Path
from sim.scenario.people_cautions import people_warnings
from sim.scenario.queue import Queue
from sim.scenario.sampling import cautions as of_sampling
from sim.scenario.scenario import Scenario, estimated_contacts
from sim.scenario.shift import Shift
from sim.scenario.team import Team
from sim.scenario.week import around, outside
from sim.units import Window, format_days, format_window

MANY_CONTACTS = 2e7
"""First tries in one replication from which the user is told about memory (about 150 bytes each)."""


MANY_INTERVALS = 1_000_000
"""Rows of figures by interval, of all queues and teams, from which the user is told about memory."""
BYTES_AN_INTERVAL = 1_850
"""Memory for one of these rows at its most (measured with one queue and one team: 288,000 intervals took 2.1 GB)."""


def warnings(scenario: Scenario) -> list[Fault]:
    """What is allowed but probably a slip: queues that nobody serves, shifts outside opening hours, ..."""
    found: list[Fault] = []
    for name, queue in scenario.queues.items():
        found += _served(scenario, name, queue)
        found += _arrivals_when_open(scenario, name, queue)
        found += _trunks(scenario, name, queue)
    for name, team in scenario.teams.items():
        found += _away(name, team)
        found += _reserve(scenario, name, team)
    for name, shift in scenario.shifts.items():
        found += _shift_used(scenario, name, shift)
    found += people_warnings(scenario)
    found += of_sampling(scenario)
    found += _intervals(scenario)
    expected = estimated_contacts(scenario)
    if expected > MANY_CONTACTS:
        gigabytes = expected * 150 / 1e9
        found.append(Fault(("days",), f"about {expected:,.0f} contacts a replication need some {gigabytes:.0f} GB"))
    return found


def _intervals(scenario: Scenario) -> Iterator[Fault]:
    """Figures are kept for each interval of the center, of every queue and of every team."""
    scopes = 2 + len(scenario.queues) + len(scenario.teams)
    count = scenario.days * 1440 // scenario.interval_min
    if count * scopes > MANY_INTERVALS:
        gigabytes = count * scopes * BYTES_AN_INTERVAL / 1e9
        told = f"{count:,} intervals of {scopes - 2} queues and teams need some {gigabytes:.1f} GB for their figures"
        key = "days" if scenario.interval_min >= 15 else "interval_min"
        yield Fault((key,), f"{told}: take longer intervals or fewer days")


def _serving(scenario: Scenario, queue: str) -> dict[str, Team]:
    """Teams with that skill and with agents."""
    scale = scenario.staffing.scale
    return {name: team for name, team in scenario.teams.items() if queue in team.skills and team.heads(scale)}


def _served(scenario: Scenario, name: str, queue: Queue) -> Iterator[Fault]:
    if not any(name in team.skills for team in scenario.teams.values()):
        yield Fault(("queues", name), f"no team serves it, so everyone abandons: add {name} to a team's skills")
        return
    serving = _serving(scenario, name)
    if not serving:
        yield Fault(("queues", name), "the teams that serve it have no agents, so everyone abandons")
        return
    on_duty = [_duty(scenario, team) for team in serving.values()]
    duty = tuple(tuple(window for week in on_duty for window in week[weekday]) for weekday in range(7))
    gaps: dict[Window, list[int]] = {}
    for weekday in scenario.weekdays():
        for gap in outside(queue.open_windows(weekday), around(duty, weekday)):
            gaps.setdefault(gap, []).append(weekday)
    if gaps:
        yield Fault(("queues", name, "open"), f"open {_spans(gaps)} while no team that serves it is on duty")


def _spans(found: dict[Window, list[int]]) -> str:
    """Windows with their days, as "08:00-09:00 (mon-fri) and 09:00-14:00 (sat)"; at most three."""
    spans = [f"{format_window(span)} ({format_days(days)})" for span, days in found.items()]
    return " and ".join(spans if len(spans) <= 3 else [*spans[:3], f"{len(spans) - 3} more"])


def _duty(scenario: Scenario, team: Team) -> list[list[Window]]:
    """Hours of each weekday in which at least one agent of a team is scheduled."""
    scale = scenario.staffing.scale
    week: list[list[Window]] = [[] for _ in range(7)]
    for name, heads in team.heads_by_shift(scale).items():
        shift = scenario.shifts[name]
        for weekday in shift.days if heads else ():
            week[weekday].append((shift.start_s, shift.end_s))
    for weekday in range(7) if team.staffing is not None else ():
        edges, agents = team.on_duty(weekday, scale)
        week[weekday] += [(float(edges[i]), float(edges[i + 1])) for i in range(len(agents)) if agents[i]]
    return week


def _arrivals_when_open(scenario: Scenario, name: str, queue: Queue) -> Iterator[Fault]:
    path: Path = ("queues", name, "arrivals")
    if isinstance(queue.arrivals, Recorded):
        if scenario.demand.scale != 1:
            yield Fault(path, "recorded arrivals are replayed as they are: demand.scale does not change them")
        return
    days = scenario.weekdays()
    if not any(queue.expected_contacts(weekday) for weekday in days):
        if not _fed(scenario, name):
            yield Fault(path, "nobody calls on the simulated days")
        return
    silent = [day for day in days if queue.open[day] and queue.arrivals.week[day] is None]
    if silent and isinstance(queue.arrivals, Rates | Counts):
        key = "per_hour" if isinstance(queue.arrivals, Rates) else "per_interval"
        remedy = f"if that is meant, add {format_days(silent)}: 0 (or closed under open)"
        yield Fault((*path, key), f"nothing for {format_days(silent)}, when the queue is open: {remedy}")


def _fed(scenario: Scenario, name: str) -> bool:
    """Whether callers of another queue may reach this one: passed on, or trying again here."""
    others = [queue for other, queue in scenario.queues.items() if other != name]
    return any(
        (scenario.behavior.people and queue.transfer.to == name and queue.transfer.probability > 0)
        or (queue.redial.queue == name and queue.redial.happens)
        for queue in others
    )


def _trunks(scenario: Scenario, name: str, queue: Queue) -> Iterator[Fault]:
    if queue.trunks is not None and scenario.trunks is not None and queue.trunks > scenario.trunks:
        yield Fault(("queues", name, "trunks"), f"more than the {scenario.trunks} lines of the whole center")


def _away(name: str, team: Team) -> Iterator[Fault]:
    if team.shrinkage.planned + team.shrinkage.unplanned >= 1 - 1e-12 and team.heads():
        yield Fault(("teams", name, "shrinkage"), "is 100 %: nobody of this team ever takes a contact")
    if team.absence == 1 and team.heads():
        yield Fault(("teams", name, "absence"), "is 1: everybody of this team misses every shift")
    if not team.skills:
        yield Fault(("teams", name, "skills"), "has no skills: this team never takes a contact")


def _reserve(scenario: Scenario, name: str, team: Team) -> Iterator[Fault]:
    heads = team.heads(scenario.staffing.scale)
    for queue, skill in team.skills.items():
        if heads and skill.reserve >= heads:
            path = ("teams", name, "skills", queue)
            yield Fault(path, f"reserve {skill.reserve} of {heads} agents: the team never takes this queue")


def _shift_used(scenario: Scenario, name: str, shift: Shift) -> Iterator[Fault]:
    teams = [team for team in scenario.teams.values() if name in (team.shifts or {})]
    if not teams:
        yield Fault(("shifts", name), "no team works this shift")
        return
    served = {queue for team in teams for queue in team.skills}
    open_week = tuple(
        tuple(window for queue in served for window in scenario.queues[queue].open_windows(weekday))
        for weekday in range(7)
    )
    idle: dict[Window, list[int]] = {}
    for weekday in shift.days:
        for part in outside([(shift.start_s, shift.end_s)], around(open_week, weekday)):
            idle.setdefault(part, []).append(weekday)
    if idle and served:
        yield Fault(("shifts", name), f"is outside opening hours {_spans(idle)}: no queue of its teams is open then")
