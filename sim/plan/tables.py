"""The center's own rows: queues, teams, who serves what in which order, opening hours, the desk."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.people.ways import Ways
from sim.plan.heard import most_notices, notices
from sim.plan.opening import opening
from sim.plan.policies import aids, policies, ways
from sim.record import Aid, Crew, Desk, PickAgent, PickContact, Policy, Queue, Rows, Skill, Team, rows
from sim.scenario import Scenario

NO_LIMIT = -1


class Tables(NamedTuple):
    """Structured arrays of the records in `sim.record`, in the scenario's order of queues and teams."""

    queues: Rows
    teams: Rows
    skills: Rows
    routes: Rows
    windows: Rows
    notices: Rows
    desk: Rows
    policies: Rows
    crews: Rows
    aids: Rows
    ways: Ways


def tables(scenario: Scenario) -> Tables:
    """The rows of a scenario's center as they are before the first event."""
    served = serving(scenario)
    skills = np.sort(served, order=["team", "level"], kind="stable")
    routes = np.sort(served, order=["queue", "level", "team"], kind="stable")
    teams, queues = rows(Team, len(scenario.teams)), queue_rows(scenario)
    teams["skill_from"], teams["skill_to"] = spans(skills["team"], len(teams))
    queues["route_from"], queues["route_to"] = spans(routes["queue"], len(queues))
    hours = opening(scenario)
    queues["window_from"], queues["window_to"] = hours.bounds[:-1], hours.bounds[1:]
    told, bounds = notices(scenario)
    queues["notice_from"], queues["notice_to"] = bounds[:-1], bounds[1:]
    people = scenario.behavior.people
    return Tables(
        queues,
        teams,
        skills,
        routes,
        hours.windows,
        told,
        desk_row(scenario),
        policies(scenario) if people else rows(Policy, 0),
        rows(Crew, len(teams) if people else 0),
        aids(scenario, skills) if people else rows(Aid, 0),
        ways(scenario.behavior) if people else Ways(),
    )


def serving(scenario: Scenario) -> Rows:
    """A `Skill` row for each queue that each team serves, in the order written."""
    queue_index = {name: q for q, name in enumerate(scenario.queues)}
    found = []
    for t, (team_name, team) in enumerate(scenario.teams.items()):
        for queue_name, skill in team.skills.items():
            tier, after = overflow_step(scenario, queue_name, team_name)
            found.append((skill.handle_factor, after, t, queue_index[queue_name], skill.level, tier, skill.reserve))
    table = rows(Skill, len(found))
    table[:] = np.array(found, table.dtype)
    return table


def overflow_step(scenario: Scenario, queue: str, team: str) -> tuple[int, float]:
    """(which overflow step lets the team serve the queue, after how many seconds); (0, 0.0) = at once."""
    steps = sorted(scenario.queues[queue].overflow, key=lambda step: step.after_s)
    for tier, step in enumerate(steps, start=1):
        if team in step.teams:
            return tier, step.after_s
    return 0, 0.0


def queue_rows(scenario: Scenario) -> Rows:
    """A `Queue` row for each queue, without its places in the other tables."""
    table = rows(Queue, len(scenario.queues))
    for row, queue in zip(table, scenario.queues.values(), strict=True):
        row["balk"] = queue.balk
        row["after_abandon"] = queue.redial.after_abandon
        row["after_block"] = queue.redial.after_block
        row["after_balk"] = queue.redial.after_balk
        row["head_start"] = queue.head_start_s
        row["weight"] = queue.weight
        row["trunks"] = NO_LIMIT if queue.trunks is None else queue.trunks
        row["disconnects"] = queue.at_close == "disconnect"
        row["tiers"] = len(queue.overflow)
    return table


def desk_row(scenario: Scenario) -> Rows:
    """The one `Desk` row."""
    desk = rows(Desk, 1)
    desk["trunks"] = NO_LIMIT if scenario.trunks is None else scenario.trunks
    desk["pick_agent"] = PickAgent[scenario.routing.pick_agent.removesuffix("_match").upper()]
    desk["pick_contact"] = PickContact[scenario.routing.pick_contact.upper()]
    desk["people"] = scenario.behavior.people
    desk["notices"] = most_notices(scenario)
    return desk


def spans(owner: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(first, one past the last) row of each of `count` owners in a table sorted by owner."""
    numbers = np.arange(count)
    return np.searchsorted(owner, numbers, side="left"), np.searchsorted(owner, numbers, side="right")
