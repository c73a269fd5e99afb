"""The teams of a scenario file that is written: skills, heads by interval, speeds."""

from __future__ import annotations

import math
import textwrap

import numpy as np

from sim.calibrate.fits.everything import Fitted
from sim.calibrate.fits.staffing import TeamStaff, factors
from sim.calibrate.scenario_words import WIDTH, comment, number, plain_name, quoted, shown, week
from sim.units import MINUTE, format_clock


def team_lines(fitted: Fitted, names: dict[str, str]) -> list[str]:
    staffing = fitted.staffing
    assert staffing is not None
    lines = ["", *comment(f"Agents: {staffing.note}.", 0)]
    if staffing.presence is not None:
        said = (
            "Heads are the measured number on duty, absences taken off, in whole agents (rounded now up, now down); "
            f"who goes off duty finishes the contact in hand, {100 * staffing.finishing:.1f} % of an interval."
        )
        lines += comment(said, 0)
    speeds = fitted.speeds
    if speeds is not None and speeds.spread.value is not None:
        sd = shown(speeds.spread, 3)
        lines += comment(f"Agents' speeds: ln(mean handle time) differs by sd {sd} between agents; {speeds.note}.", 0)
    lines.append("teams:")
    used = [team for team in staffing.teams if team.heads.any()]
    taken: set[str] = set()
    for place, team in enumerate(used):
        name = "agents" if len(used) == 1 else plain_name(" & ".join(names[queue] for queue in team.skills)[:40])
        name = name if name not in taken else f"{name} {place + 1}"
        taken.add(name)
        lines += _team(name, team, fitted, names)
    return lines


def _team(name: str, team: TeamStaff, fitted: Fitted, names: dict[str, str]) -> list[str]:
    staffing = fitted.staffing
    assert staffing is not None
    busy = staffing.presence.busy if staffing.presence is not None else 0.0
    skill = [f"{quoted(names[queue])}: {1 if team.factors else _skill(fitted, queue)}" for queue in team.skills]
    skills = ", ".join(skill)
    hours = np.flatnonzero(team.heads.any(axis=0))
    first, last = int(hours[0]), int(hours[-1]) + 1
    lines = [f"  {quoted(name)}:"]
    if team.agents:
        busiest = float(team.on_duty.max())
        error = float(np.nanmedian(team.se[team.on_duty > 0])) if np.isfinite(team.se).any() else math.nan
        said = f"{team.agents} different agents, at most {busiest:.1f} on duty on average"
        lines += comment(f"{said}; standard error of an interval's mean {error:.2f} (median)", 4)
    lines.append(f"    skills: {{{skills}}}")
    if team.factors is not None:
        listed = ", ".join(number(one) for one in team.factors or (1.0,))
        lines += [f"    handle_factors: [{listed}]", "    traits: {speed: {mean: 0.5, sd: 0.0}}"]
    elif fitted.speeds is not None and fitted.speeds.spread.value:
        listed = ", ".join(number(one) for one in factors(fitted.speeds, team.heads, busy))
        body = textwrap.fill(listed, WIDTH - 10).replace("\n", "\n      ")
        said = "handle_factors: spread as the agents' measured speeds are (the trait speed would count them twice), of"
        said += " mean 1 over contacts; a skill's handle_factor: of the agents who took its contacts"
        lines += comment(said, 4)
        lines += [f"    handle_factors: [{body}]", "    traits: {speed: {mean: 0.5, sd: 0.0}}"]
    else:
        lines += comment("how agents differ in speed is not known; what it does to handle times is in their laws", 4)
        lines.append("    traits: {speed: {mean: 0.5, sd: 0.0}}")
    lines += [
        "    staffing:",
        f'      start: "{format_clock(first * staffing.interval_min * MINUTE)}"',
        f"      interval_min: {staffing.interval_min}",
        "      agents:",
        *week(team.heads[:, first:last].astype(np.float64), 0, staffing.interval_min, 8),
    ]
    return lines


def _skill(fitted: Fitted, queue: str) -> str:
    """The level, with the handle factor of those who take the queue's contacts."""
    takers = fitted.queues[queue].takers
    return "1" if takers is None else f"{{level: 1, handle_factor: {number(takers)}}}"
