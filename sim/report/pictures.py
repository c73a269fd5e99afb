"""Which pictures a report shows, in what order, and one line each on what to see."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.report import causes, day, mind, needs, people, target, teams, waits, waterfall, written
from sim.report.goals import service_goal
from sim.report.kpis import Kpis, kpis_of
from sim.report.timeline import Timeline

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.measure.results import Results
    from sim.report.about import RunInfo


class Picture(NamedTuple):
    """A picture of the report."""

    name: str
    """of its files"""
    title: str
    caption: str
    draw: Callable[[float], Figure]
    """the figure at a width in inches"""
    of_people: bool = False
    """whether it belongs to the section on people"""


def pictures(results: Results, about: RunInfo) -> list[Picture]:
    """The pictures that these results call for."""
    kpis = kpis_of(results)
    many = len(kpis.names("queue")) > 1
    whole = "The day" if int(results.layout.days) == 1 else f"The {results.layout.days} days"
    shown = [Picture("day", whole, _day(results), partial(day.day, results))]
    if many:
        shown.append(Picture("queues", "Queues", _queues(results, kpis), partial(day.queues, results)))
    shown += [
        Picture("waits", "How long callers wait", _waits(results, kpis), partial(waits.waits, results)),
        Picture("target", "Chance of meeting the goal", _target(results), partial(target.target, results)),
    ]
    mental = causes.shows_people(results)
    if kpis.names("team"):
        shown += [
            Picture("teams", "Teams through the day", _teams(results, about, kpis),
                    partial(teams.teams, results, about.goals.occupancy)),
            Picture("paid_time", "Where paid time goes", _paid(kpis), partial(teams.paid_time, results)),
        ]
    if mental:
        shown += _of_people(results, about)
    if kpis.names("team"):
        shown.append(Picture("people", "The people", _people(results), partial(people.people, results), mental))
    return shown


LOST = ("Bars are causes, the largest loss first; they add up exactly from the CSAT of a typical contact to the one "
        "reached.")


def _of_people(results: Results, about: RunInfo) -> list[Picture]:
    """The pictures of minds and causes, beside that of the people themselves."""
    shown = [Picture("mind", "Pressure, energy, empathy and CSAT", _mind(results),
                     lambda width: mind.mind(results, about.goals.csat, width), True),
             Picture("needs", "What callers need and what they get", needs.caption(results),
                     partial(needs.needs, results), True)]
    lost, took = causes.fall(results, "satisfaction"), causes.fall(results, "handle_time")
    parts, took_by = causes.parts(results), causes.parts(results, "handle_time")
    if lost is not None:
        shown.insert(0, Picture("satisfaction", "Where satisfaction is lost", LOST + _grey(lost),
                                partial(waterfall.waterfall, lost), True))
    if parts:
        note = " ".join(filter(None, (f"{_parts(results)}, on one scale.", causes.passed_on(results))))
        shown.insert(1, Picture("satisfaction_by_part", "Where each part of the center loses it", note,
                                partial(waterfall.small_waterfalls, parts), True))
    if took is not None:
        why = causes.why_handle_time(results) + _grey(took)
        shown.append(Picture("handle_time", "Why handle time is what it is", why,
                             partial(waterfall.waterfall, took), True))
    if took_by:
        note = f"{_parts(results)}; each panel begins where its own contacts lie, and is as wide as the others."
        shown.append(Picture("handle_time_by_part", "Why it is what it is in each part of the center", note,
                             partial(waterfall.small_waterfalls, took_by, one_scale=False), True))
    return shown


def _parts(results: Results) -> str:
    """What the small waterfalls are of: only that of which there are several."""
    kpis = kpis_of(results)
    of = {"queue": "by queue (the contacts that arrive there)", "team": "by team (the contacts that it answers)"}
    said = " and ".join(words for scope, words in of.items() if len(kpis.names(scope)) > 1)
    return f"The same {said}"


def _grey(fall: waterfall.Fall) -> str:
    """What grey bars mean, where there are any."""
    return "" if all(step.sure or not step.mean for step in fall.steps) else " Grey: cannot be told from no effect."


def _mind(results: Results) -> str:
    """When pressure is highest, and what energy is then and at the end."""
    line = Timeline.of(results)
    hurry, energy = (line.contacts(results, column) for column in ("pressure", "energy"))
    if np.isnan(hurry).all():
        return "Nobody handled a contact."
    if not np.nanmax(hurry) > 0:
        return f"Agents are never pressed; their energy is {np.nanmin(energy):.2f} at its lowest."
    top = int(np.nanargmax(hurry))
    if line.daily:
        when = f"on day {line.days[top]}"
    else:
        day_name = f"{line.weekdays[top // line.per_day].capitalize()} " if len(line.days) > 1 else ""
        when = f"{day_name}{written.span(line.opens_s + top % line.per_day * line.interval_s, line.interval_s)}"
    return (f"Pressure is highest {when} ({hurry[top]:.2f}, with energy {energy[top]:.2f}); "
            f"energy is {np.nanmin(energy):.2f} at its lowest.")


def _day(results: Results) -> str:
    goal = service_goal(results)
    line = Timeline.of(results)
    high, level = (line.contacts(results, c) for c in ("service_level_high", "service_level"))
    if goal.target is None or np.isnan(level).all():
        return "Contacts, agents, service level and waits on one time axis."
    below = np.where(np.isnan(high), level, high) < goal.target
    many = int(below.sum())
    if not many:
        return f"No {line.slot_name} lies surely below the goal."
    if line.daily or len(line.days) > 1:
        counted = int((~np.isnan(level)).sum())
        return f"{many} of {counted} {line.slot_name}s lie surely below the goal; red shows by how much."
    return f"Surely below the goal: {spells(line, below)}; red shows by how much."


def spells(line: Timeline, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> str:
    """Stretches of one day in words: "10:00-12:30 and 14:00-14:30", with en dashes."""
    turns = np.flatnonzero(np.diff(np.concatenate(([False], chosen, [False]))))
    found = [written.span(line.opens_s + a * line.interval_s, (b - a) * line.interval_s)
             for a, b in zip(turns[::2], turns[1::2], strict=True)]
    return found[0] if len(found) == 1 else ", ".join(found[:-1]) + " and " + found[-1]


def _queues(results: Results, kpis: Kpis) -> str:
    most, names = day.room_for(day.MOST_QUEUES, results), kpis.names("queue")
    which = f"The {most} busiest of {len(names)} queues, each" if len(names) > most else "Each queue"
    return f"{which} against its own goal, busiest first."


def _waits(results: Results, kpis: Kpis) -> str:
    got = waits.Histogram.of(results, "center", "center")
    if got.queued <= 0:
        return "No contacts."
    text = f"{written.percent(got.at_once / got.queued)} are answered without waiting"
    median, long = kpis.get("wait_p50_s"), kpis.get("wait_p95_s")
    if median is not None and median.mean:
        text += f", half wait {median.text} or less"
    if long is not None and long.mean:
        text += f", one in twenty waits longer than {long.text}"
    return text + ". Below: what any other threshold would give."


def _target(results: Results) -> str:
    line = Timeline.of(results)
    p = line.contacts(results, "p_target_met")
    if np.isnan(p).all():
        return "No contacts."
    sure = int((p >= 0.9).sum())
    text = f"{sure} of {int((~np.isnan(p)).sum())} {line.slot_name}s meet the goal in at least 90 % of replications"
    worst = int(np.nanargmin(p))
    if line.daily:
        return f"{text}; least likely is day {line.days[worst]}, {written.percent(p[worst], 0)}."
    day_name = f"{line.weekdays[worst // line.per_day].capitalize()} " if len(line.days) > 1 else ""
    start = line.opens_s + worst % line.per_day * line.interval_s
    return f"{text}; least likely is {day_name}{written.span(start, line.interval_s)}, {written.percent(p[worst], 0)}."


def _teams(results: Results, about: RunInfo, kpis: Kpis) -> str:
    names = [n for n in kpis.names("team") if kpis("occupancy", "team", n).mean is not None]
    if not names:
        return "Nobody was on the phones."
    top = max(names, key=lambda n: kpis("occupancy", "team", n).mean or 0.0)
    line = Timeline.of(results)
    share = line.crew(results, "occupancy", "team", top)
    share = share[teams.manned(results, "team", top)]
    text = f"Occupancy peaks at {written.percent(float(np.nanmax(share)), 0)} in {written.short(top, 40)}"
    goal = about.goals.occupancy
    if goal is None:
        return text + "."
    over = int((share > goal).sum())
    return f"{text}, above the goal of {written.whole_percent(goal)} in {over} of {len(share)} {line.slot_name}s."


def _paid(kpis: Kpis) -> str:
    paid, shrinkage, busy = kpis("paid_hours"), kpis("shrinkage"), kpis("utilization")
    if not paid.mean:
        return "Nobody was paid."
    return (f"Of {paid.text} paid, {written.percent(busy.mean)} go to contacts and {shrinkage.full} "
            "are off the phones (shrinkage).")


def _people(results: Results) -> str:
    who = people.People.of(results)
    if not len(who.speed):
        return "Nobody handled a contact."
    effect = people.speed_effect(results)
    told = "darker ones took longer" if who.csat is None else "lighter ones leave callers more content"
    base = f"Each point is an agent; larger points handled more contacts, {told}"
    if effect is None or effect.low <= 1 <= effect.high:
        return base + ". Speed makes no difference that these results could tell."
    change = 100 * (effect.factor - 1)
    does = "shortens" if change < 0 else "lengthens"
    return f"{base}. One standard deviation more speed {does} handle time by {abs(change):.0f}{written.GLUE}%."
