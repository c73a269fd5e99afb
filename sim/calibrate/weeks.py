"""Weeks of the held-out part as scenarios to simulate: its own agents, its arrivals replayed or drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import yaml

from sim.calibrate.fits.estimate import Floats, Ints
from sim.calibrate.fits.everything import Fitted
from sim.calibrate.fits.staffing import Staffing, TeamStaff, whole_heads
from sim.calibrate.held_out import HeldOut
from sim.calibrate.hourly import HOURS, SUMS, Hourly, of_facts
from sim.calibrate.scenario_file import queue_names, scenario_text
from sim.calibrate.wavering import Wavering, simulate
from sim.record import Rows
from sim.run import Model
from sim.units import DAY, WEEKDAYS


class Week(NamedTuple):
    """Seven days, Monday first, of the held-out part."""

    days: Ints
    """places in the week of the days that are judged"""
    duty: Rows | None
    """who is there when, where the log tells it agent by agent; else the scenarios have heads by interval"""
    recorded: dict[str, Any]
    """the scenario that replays the recorded arrivals"""
    drawn: dict[str, Any]
    """the scenario that draws them"""


def simulated(
    fitted: Fitted, held: HeldOut, wavering: Wavering, replications: int, seed: int,
    watch: Callable[[int, int], None] | None,
) -> tuple[Hourly, Hourly]:  # fmt: skip
    """The sums of each replication with replayed and with drawn arrivals; `watch(done, of)` after each week."""
    hours = len(held.days) * HOURS
    by_hour = pace(fitted, held)
    found = [np.zeros((replications, len(fitted.queues) + 1, hours, len(SUMS))) for _ in range(2)]
    with TemporaryDirectory() as folder:
        every = list(weeks(fitted, held, Path(folder)))
        place = 0
        for number, week in enumerate(every):
            part = slice(place, place + len(week.days) * HOURS)
            place = part.stop
            for sums, values in zip(found, (week.recorded, week.drawn), strict=True):
                file = Path(folder) / "week.yaml"
                file.write_text(yaml.safe_dump(values, sort_keys=False, allow_unicode=True), encoding="utf-8")
                whole = replications * len(every) * 2
                sums[:, :, part] = _sums(file, week, held, wavering, by_hour, replications, whole, seed + number)
            if watch is not None:
                watch(number + 1, len(every))
    return Hourly(found[0]), Hourly(found[1])


def _sums(
    file: Path, week: Week, held: HeldOut, wavering: Wavering, pace: Floats, replications: int, whole: int, seed: int
) -> Floats:
    """A week's sums in each replication; `whole`: replications of such weeks in all, by which the engine is chosen."""
    from sim.loading import load

    scenario = load([str(file), "behavior=none", f"replications={whole}", f"seed={seed}"]).scenario
    model, queues = Model.of(scenario), len(scenario.queues)
    engine = model.engine
    return np.stack([
        of_facts(simulate(model, number, engine, wavering, seed, pace, week.duty), queues, week.days, held.within_s)
        for number in range(replications)
    ])  # fmt: skip


def weeks(fitted: Fitted, held: HeldOut, folder: Path) -> Iterator[Week]:
    """The weeks with days that are judged, as scenarios; recorded arrivals are written into the folder."""
    monday = -held.first.weekday()
    while monday <= int(held.days.max()):
        days = held.days[(held.days >= monday) & (held.days < monday + 7)] - monday
        if len(days):
            teams, duty = _heads(fitted, held, monday) if held.recorded is None else _present(fitted, held, monday)
            if any(team.heads.any() for team in teams):
                drawn = _drawn(fitted, teams)
                yield Week(days, duty, _recorded(drawn, fitted, held, monday, folder), drawn)
        monday += 7


def _heads(fitted: Fitted, held: HeldOut, monday: int) -> tuple[tuple[TeamStaff, ...], None]:
    """Whole agents by interval, where only their number is known."""
    teams, days, slots = held.on_duty.shape
    wanted = np.zeros((teams, 7, slots))
    for day in range(7):
        if 0 <= monday + day < days:
            wanted[:, day] = held.on_duty[:, monday + day]
    gross = fitted.staffing.pace if fitted.staffing is not None else np.ones(HOURS)
    wanted /= gross[np.arange(slots) * fitted.interval_min // 60]
    for team, skills in enumerate(held.skills):  # agents of a report who are not on the phones all the time
        loads = [fit.load.known for queue, fit in fitted.queues.items() if queue in skills and fit.load is not None]
        wanted[team] /= float(np.mean(loads)) if loads else 1.0
    opened = {queue: fitted.calendar.open_slots(queue) for queue in fitted.queues}
    heads = whole_heads(wanted, held.skills, opened, held.finishing)
    queues = set(fitted.queues)
    return tuple(
        _team(tuple(queue for queue in skills if queue in queues), own)
        for skills, own in zip(held.skills, heads, strict=True)
        if set(skills) & queues
    ), None


def _present(fitted: Fitted, held: HeldOut, monday: int) -> tuple[tuple[TeamStaff, ...], Rows]:
    """Those who are there at all, agents of the same queues in one team; and when each of them is there.

    Newcomers, whose speed is not known, have teams of their own. A team for each agent was slow with 100 of them, and
    more than a scenario may hold with 300.
    """
    assert held.recorded is not None
    spells = held.recorded.between(monday * DAY, (monday + 7) * DAY)
    members: dict[tuple[tuple[str, ...], bool], list[int]] = {}
    for agent in np.unique(spells.agent).tolist():
        skills = tuple(queue for queue in held.skills[agent] if queue in fitted.queues)
        members.setdefault((skills, held.factors[agent] is None), []).append(agent)
    number = np.full(len(held.skills), -1, dtype=np.int64)
    teams = []
    for (skills, new), agents in members.items():
        number[agents] = np.arange(len(agents)) + int(number.max(initial=-1)) + 1
        whole = np.full((7, 1), len(agents), dtype=np.int64)
        factors = () if new else tuple(held.factors[agent] or 1.0 for agent in agents)
        teams.append(_team(skills, whole, factors))
    return tuple(teams), spells.rows(number)


def _team(skills: tuple[str, ...], heads: Ints, factors: tuple[float, ...] | None = None) -> TeamStaff:
    return TeamStaff(skills, heads.astype(np.float64), np.full(heads.shape, np.nan), heads, 0, factors)


def pace(fitted: Fitted, held: HeldOut) -> Floats:
    """What handle times are multiplied with by hour of the day, shape (24,), beyond the speeds of those at work.

    A scenario has one law a queue. Where only the number of agents is known it is divided by the pace instead.
    """
    return fitted.staffing.own_pace if fitted.staffing is not None and held.recorded is not None else np.ones(HOURS)


def _drawn(fitted: Fitted, teams: tuple[TeamStaff, ...]) -> dict[str, Any]:
    """The fitted scenario with a week's own agents, as values."""
    presence = fitted.staffing.presence if fitted.staffing is not None else None
    even = np.ones(HOURS)
    staffing = Staffing(1440 // teams[0].heads.shape[1], teams, 0.0, even, even, presence, "as in the held-out days")
    found: dict[str, Any] = yaml.safe_load(scenario_text(fitted._replace(staffing=staffing), "week"))
    return found


def _recorded(
    drawn: dict[str, Any], fitted: Fitted, held: HeldOut, monday: int, folder: Path
) -> dict[str, Any]:
    """The same with the arrivals of the log instead, at any hour; who called again is among them."""
    queues: dict[str, Any] = {}
    for queue, name in queue_names(fitted).items():
        values = {key: value for key, value in drawn["queues"][name].items() if key not in ("redial", "open")}
        if isinstance(held.arrivals, pl.DataFrame):
            file = folder / f"{len(queues)}-{monday}.csv"
            arrivals = _times(held.arrivals, queue, monday, file)
        else:
            arrivals = _counts(held.arrivals[queue], monday, fitted.interval_min)
        queues[name] = values | {"arrivals": arrivals, "open": "00:00-24:00"}
    return drawn | {"queues": queues}


def _times(contacts: pl.DataFrame, queue: str, monday: int, file: Path) -> dict[str, Any]:
    """A queue's arrivals of a week as the log has them, in a file."""
    start = monday * DAY
    own = contacts.filter(
        pl.col("at").is_between(start, start + 7 * DAY, closed="left") & (pl.col("queue") == queue)
    ).select(arrived=pl.col("at") - start)
    if own.is_empty():
        return {"kind": "rates", "per_hour": 0.0}
    own.write_csv(file)
    return {"kind": "recorded", "file": str(file)}


def _counts(counts: Ints, monday: int, interval_min: int) -> dict[str, Any]:
    """The same of a report: as many in each interval, at times that each replication draws evenly within it.

    That is a Poisson process, its rate constant within the interval, given the count.
    """
    blank = np.zeros(counts.shape[1], dtype=np.int64)
    days = {name: counts[monday + k] if 0 <= monday + k < len(counts) else blank for k, name in enumerate(WEEKDAYS)}
    return {"kind": "counts", "interval_min": interval_min,
            "per_interval": {name: own.tolist() for name, own in days.items()}}  # fmt: skip
