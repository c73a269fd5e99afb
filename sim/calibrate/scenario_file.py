"""The fitted figures as a scenario file, each with its source and interval in a comment; ready for +scenario=NAME."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sim.calibrate.fits.everything import Fitted
from sim.calibrate.log import Notes
from sim.calibrate.scenario_queues import queue_lines
from sim.calibrate.scenario_teams import team_lines
from sim.calibrate.scenario_words import comment, plain_name, shown
from sim.loading.refusal import Refused

REPLICATIONS = 50


def write_scenario(fitted: Fitted, path: Path, notes: Notes | None = None, sources: Sequence[str] = ()) -> Path:
    """Writes the scenario and gives back its path; a file that does not load is not left behind.

    `notes`: how the log was read, told at the head; or `sources`, lines of the same kind. Raises Refused if what was
    fitted makes no scenario (nobody on duty, no calls), with the lines that say why.
    """
    from sim.loading import load

    text = scenario_text(fitted, path.stem, [*(notes.lines() if notes is not None else []), *sources])
    beside = path.with_name(f".{path.stem}.{os.getpid()}.yaml")
    beside.parent.mkdir(parents=True, exist_ok=True)
    try:
        beside.write_text(text, encoding="utf-8")
        load([str(beside)])
        beside.replace(path)
    except Refused as error:
        said = [line.replace(str(beside), str(path)) for line in error.lines]
        raise Refused(f"{path}: what was fitted makes no scenario that runs; nothing was written", *said) from None
    finally:
        beside.unlink(missing_ok=True)
    return path


def scenario_text(fitted: Fitted, name: str, sources: Sequence[str] = ()) -> str:
    """The scenario file's text. Errors: Refused if there is no team, or no talk time at all."""
    if fitted.staffing is None or not any(team.heads.any() for team in fitted.staffing.teams):
        raise Refused(
            f"{name}: no agents: the log says neither who answered nor how many were staffed; "
            "map an agent column, `staffed`, `occupancy` or average waits"
        )
    names = queue_names(fitted)
    lines = [*_head(fitted, name, sources), "queues:"]
    for queue, fit in fitted.queues.items():
        lines += queue_lines(names[queue], queue, fit, fitted)
    lines += team_lines(fitted, names)
    lines += [
        "routing: {pick_agent: longest_idle, pick_contact: priority} # assumed: a log does not tell the rules",
        "",
    ]
    return "\n".join(lines)


def write_recorded(contacts: pl.DataFrame, queue: str, path: Path, first_of: pl.DataFrame | None = None) -> Path:
    """Writes a queue's arrivals for `arrivals: {kind: recorded, file: ...}`: the log replayed instead of drawn.

    Column `arrived`, date and time; day 1 is the date of the earliest arrival, so the scenario's first_day must be its
    weekday. `first_of`: the contacts with `first` (`redials.first_share`), of which those under one half are left out,
    for scenarios that draw redials themselves.
    """
    rows = contacts if first_of is None else first_of.filter(pl.col("first") >= 0.5)
    own = rows.filter(pl.col("queue") == queue).select("arrived")
    own.write_csv(path, datetime_format="%Y-%m-%dT%H:%M:%S%.6f")
    return path


# ---------------------------------------------------------------- the head


def queue_names(fitted: Fitted) -> dict[str, str]:
    """The log's name of each queue -> its name in the scenario, which allows fewer signs."""
    names = {queue: plain_name(queue) for queue in fitted.queues}
    if len(set(names.values())) < len(names):
        names = {queue: f"{plain_name(queue)[:50]} {i + 1}" for i, queue in enumerate(fitted.queues)}
    return names


def _head(fitted: Fitted, name: str, sources: Sequence[str]) -> list[str]:
    calendar = fitted.calendar
    lines = comment(f"{name}: fitted to a log of {fitted.rows:,} rows ({fitted.kind}). Intervals are 95 %.", 0)
    for source in sources:
        lines += comment(source, 0, hang=2)
    lines += comment(calendar.note + ".", 0)
    for day in calendar.odd:
        here = calendar.dates.index(day.date) in set(calendar.regular.tolist())
        told = f"{day.date:%a %d %b %Y}: {day.offered:.0f} contacts, usually {day.usual:.0f}; {day.reason}"
        lines += comment(f"{'Kept' if here else 'Left out'}: {told}", 0, hang=2, indent=2)
    if calendar.missing:
        dates = ", ".join(f"{date:%d %b %Y}" for date in calendar.missing[:12])
        lines += comment(f"Not in the log: {dates}{' ...' if len(calendar.missing) > 12 else ''}", 0, hang=2, indent=2)
    if fitted.missing:
        lines += comment("Could not be fitted, and keeps its default or is assumed as said at its place:", 0)
        for reason in fitted.missing:
            lines += comment(reason, 0, hang=2, indent=2)
    ranks = "priorities" if fitted.order is None else "priorities within a queue"
    lines += comment(
        f"Never fitted: {ranks}, skill levels, shifts and breaks, routing, goals, costs, coefficients of behavior, "
        "needs, traits other than speed. Heads by interval are who was there. The log holds what waits, moods and load "
        "did to talks: behavior=none reproduces it; with behavior these effects come on top of the measured means.", 0,
    )  # fmt: skip
    if fitted.learning is not None and fitted.learning.by_week.value is not None:
        weekly, new = shown(fitted.learning.by_week, 4), shown(fitted.learning.newcomers, 3)
        said = f"Learning (told only): ln(handle time) by {weekly} a week; newcomers {new} per ln(contacts so far)."
        lines += comment(said, 0)
    if fitted.short_calls is not None and fitted.short_calls.flagged:
        who = ", ".join(fitted.short_calls.flagged[:20])
        lines += comment(f"Far more contacts under 10 s than colleagues, look into it: {who}.", 0)
    return [
        *lines,
        f"description: Fitted to {calendar.first:%d %b %Y} to {calendar.last:%d %b %Y}, {len(calendar.regular)} days.",
        "days: 7",
        "first_day: monday",
        f"interval_min: {fitted.interval_min}",
        f"replications: {REPLICATIONS}",
        "",
    ]


__all__ = ["plain_name", "scenario_text", "write_recorded", "write_scenario"]
