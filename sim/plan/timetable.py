"""The timetable: everybody's duties and every queue's opening hours, in order of time.

Who is absent and when somebody is off the phones depends on the seed, the replication, the team's
name, the agent's number in the team and the day, and on nobody else.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import Domain, Purpose, key, split, uniform
from sim.plan.opening import opening_rows
from sim.plan.pauses import pauses
from sim.plan.roster import heads
from sim.plan.stints import goes_on, team_stints
from sim.record import Duty, Row, Rows, rows
from sim.scenario import Scenario, Team

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def timetable(scenario: Scenario, seed: int, replication: int) -> Rows:
    """`Row` rows of the whole horizon, by (at, what, who).

    Agents: SIGN_ON and SIGN_OFF in turn, never nested, one pair where a stint follows another
    without a gap; from one to the other BREAK, LUNCH, TRAINING, MEETING and AWAY, which last for
    `lasts` seconds and do not overlap. One that is due at the moment of signing on stands before the
    SIGN_ON row (`Duty`'s order). Queues: OPEN and CLOSE, with the queue in `who`.
    """
    parts = [opening_rows(scenario)]
    first = 0
    for name, team, count in zip(scenario.teams, scenario.teams.values(), heads(scenario), strict=True):
        own = team_rows(scenario, name, team, seed, replication)
        own["who"] += first
        parts.append(own)
        first += count
    table = np.concatenate(parts)
    return table[np.lexsort((table["who"], table["what"], table["at"]))]


def team_rows(scenario: Scenario, name: str, team: Team, seed: int, replication: int) -> Rows:
    """A team's rows, in no order, with agents numbered within the team."""
    parent = key(seed, replication, Domain.ROSTER, name)
    end = scenario.horizon_s if goes_on(scenario, team) else np.inf
    agents, ons, offs, parts = [], [], [], []
    for planned in team_stints(scenario, team):
        keys = split(split(split(parent, planned.agent), planned.day), planned.piece)
        here = uniform(keys, Purpose.ABSENT) >= team.absence
        stints, keys = planned.only(here), keys[here]
        at, lasts, what = pauses(stints, keys, team.shrinkage)
        who = np.broadcast_to(stints.agent[:, None], at.shape)
        start, stop = np.maximum(at, 0.0), np.minimum(at + lasts, end)
        kept = start < stop
        parts.append(duty_rows(start[kept], who[kept], what[kept], (stop - start)[kept]))
        agents.append(stints.agent)
        ons.append(np.maximum(stints.on, 0.0))
        offs.append(np.minimum(stints.off, end))
    if agents:
        parts.append(presence(np.concatenate(agents), np.concatenate(ons), np.concatenate(offs)))
    return np.concatenate(parts) if parts else rows(Row, 0)


def presence(agent: Ints, on: Floats, off: Floats) -> Rows:
    """SIGN_ON and SIGN_OFF rows of stints that do not overlap; none between two that touch."""
    order = np.lexsort((on, agent))
    agent, on, off = agent[order], on[order], off[order]
    touches = (agent[1:] == agent[:-1]) & (on[1:] == off[:-1])
    comes, goes = np.append(True, ~touches)[: len(on)], np.append(~touches, True)[: len(on)]
    return np.concatenate(
        (duty_rows(on[comes], agent[comes], Duty.SIGN_ON), duty_rows(off[goes], agent[goes], Duty.SIGN_OFF))
    )


def duty_rows(at: Floats, who: Ints, what: Ints | Duty, lasts: Floats | float = 0.0) -> Rows:
    """Timetable rows with these columns."""
    table = rows(Row, len(at))
    table["at"], table["who"], table["what"], table["lasts"] = at, who, what, lasts
    return table
