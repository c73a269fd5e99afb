"""The timetable: everybody's duties and every queue's opening hours, in order of time.

Who is absent and when somebody is off the phones depends on the seed, the replication, the team's
name, the agent's number in the team and the day, and on nobody else. All the rest is the same in every
replication: `Timetable.of` works it out once, `Timetable.draw` gives one replication's rows, and
`Timetable.schedule` what they would be if all went as planned.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Domain, Keys, Purpose, key, name_hash, split, uniform
from sim.plan.opening import opening_rows
from sim.plan.pauses import PausePlan, as_planned
from sim.plan.roster import heads
from sim.plan.schedule import Schedule, stretches
from sim.plan.stints import Stints, goes_on, team_stints
from sim.record import Duty, Row, Rows, dtype_of
from sim.scenario import Scenario, Team

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TOGETHER = 1 << 15
"""stints from which on no more are drawn together, so that memory stays in bounds"""


class Lines(NamedTuple):
    """Rows of the timetable by column, in no order."""

    at: Floats
    who: Ints
    what: Ints
    lasts: Floats


class Timetable(NamedTuple):
    """All that is known about a scenario's timetable before anything is drawn."""

    opening: Lines
    """when queues open and close"""
    teams: Keys
    """shape (teams,): hashes of their names"""
    duties: tuple[Duties, ...]
    fixed: Schedule | None
    """the schedule, if it is the same in every replication"""

    @classmethod
    def of(cls, scenario: Scenario) -> Timetable:
        """The timetable of a scenario."""
        teams = np.array([name_hash(name) for name in scenario.teams], np.uint64)
        opening = Lines(*(opening_rows(scenario)[name] for name in Lines._fields))
        found = cls(opening, teams, tuple(map(Duties.of, together(scenario))), None)
        if any(duties.planned.blocks for duties in found.duties):
            return found
        return found._replace(fixed=found.schedule(0, 0))

    def schedule(self, seed: int, replication: int) -> Schedule:
        """What was planned for the replication; only where blocks of planned work stand depends on it."""
        if self.fixed is not None:
            return self.fixed
        parents = self._parents(seed, replication)
        return Schedule.join([duties.schedule(parents) for duties in self.duties])

    def draw(self, seed: int, replication: int) -> Rows:
        """`Row` rows of the whole horizon, by (at, what, who).

        Agents: SIGN_ON and SIGN_OFF in turn, never nested, one pair where a stint follows another
        without a gap; from one to the other BREAK, LUNCH, TRAINING, MEETING and AWAY, which last for
        `lasts` seconds and do not overlap. One that is due at the moment of signing on stands before the
        SIGN_ON row (`Duty`'s order). Queues: OPEN and CLOSE, with the queue in `who`.
        """
        parents = self._parents(seed, replication)
        lines = [self.opening, *(lines for duties in self.duties for lines in duties.draw(parents))]
        every = Lines(*map(np.concatenate, zip(*lines, strict=True)))
        order = np.lexsort((every.who, every.what, every.at))
        table = np.empty(len(order), dtype_of(Row))
        for name, column in every._asdict().items():
            table[name] = column[order]
        return table

    def _parents(self, seed: int, replication: int) -> Keys:
        return split(key(seed, replication, Domain.ROSTER), self.teams)


class Part(NamedTuple):
    """Stints of one team."""

    team: int
    first: int
    """number of the team's first agent among all agents"""
    asked: Team
    end: float
    """when the agents leave at the latest"""
    stints: Stints


def together(scenario: Scenario) -> Iterator[list[Part]]:
    """The stints of all teams, in lists of which all but the last have at least `TOGETHER`."""
    parts: list[Part] = []
    first = stints_in = 0
    for t, (team, count) in enumerate(zip(scenario.teams.values(), heads(scenario), strict=True)):
        end = scenario.horizon_s if goes_on(scenario, team) else np.inf
        for stints in team_stints(scenario, team):
            parts.append(Part(t, first, team, end, stints))
            stints_in += len(stints.on)
            if stints_in >= TOGETHER:
                yield parts
                parts, stints_in = [], 0
        first += count
    if parts:
        yield parts


class Duties(NamedTuple):
    """Stints, a row each, of agents who have all their stints here."""

    team: Ints
    agent: Ints
    """number within the team"""
    day: Ints
    piece: Ints
    who: Ints
    """number among all agents"""
    absence: Floats
    """probability that the stint is missed"""
    on: Floats
    """not before the first midnight"""
    off: Floats
    """not after the end"""
    end: Floats
    in_turn: Ints
    """the rows by agent, each one's in order of time"""
    pauses: PausePlan
    planned: PausePlan
    """without short absences"""

    @classmethod
    def of(cls, parts: list[Part]) -> Duties:
        """The duties of these parts."""

        def each(values: list[float]) -> Floats:
            return np.repeat(np.array(values), [len(part.stints.on) for part in parts])

        stints = [part.stints for part in parts]
        agent, day, piece = (
            np.concatenate([getattr(own, name) for own in stints]) for name in ("agent", "day", "piece")
        )
        who = agent + each([part.first for part in parts]).astype(int)
        on, end = np.concatenate([own.on for own in stints]), each([part.end for part in parts])
        asked = [(part.stints, part.asked.shrinkage) for part in parts]
        pauses = PausePlan.of(asked)
        surprising = any(shrinkage.unplanned > 0.0 for _, shrinkage in asked)
        return cls(
            team=each([part.team for part in parts]).astype(int),
            agent=agent,
            day=day,
            piece=piece,
            who=who,
            absence=each([part.asked.absence for part in parts]),
            on=np.maximum(on, 0.0),
            off=np.minimum(np.concatenate([own.off for own in stints]), end),
            end=end,
            in_turn=np.lexsort((on, who)),
            pauses=pauses,
            planned=PausePlan.of([(own, as_planned(shrinkage)) for own, shrinkage in asked]) if surprising else pauses,
        )

    def schedule(self, parents: Keys) -> Schedule:
        """What one replication plans for all stints, missed or not."""
        pauses, row = self.planned.draw(self._keys(parents)), self.in_turn
        return stretches(self.who[row], self.on[row], self.off[row], pauses.only(row))

    def _keys(self, parents: Keys) -> Keys:
        """A key for each stint."""
        return split(split(split(parents[self.team], self.agent), self.day), self.piece)

    def draw(self, parents: Keys) -> tuple[Lines, Lines, Lines]:
        """The rows of one replication's pauses, SIGN_ONs and SIGN_OFFs; `parents` are the teams' keys."""
        keys = self._keys(parents)
        here = uniform(keys, Purpose.ABSENT) >= self.absence
        at, lasts, what = self.pauses.draw(keys)
        start, stop = np.maximum(at, 0.0), np.minimum(at + lasts, self.end[:, None])
        kept = (start < stop) & here[:, None]
        start, who = start[kept], np.repeat(self.who, kept.sum(axis=1))
        return Lines(start, who, what[kept], stop[kept] - start), *self._presence(here)

    def _presence(self, here: NDArray[np.bool_]) -> tuple[Lines, Lines]:
        """SIGN_ON and SIGN_OFF rows of the stints that are not missed; none between two that touch."""
        row = self.in_turn[here[self.in_turn]]
        who, on, off = self.who[row], self.on[row], self.off[row]
        touches = np.zeros(len(row) + 1, bool)  # the stint before
        touches[1:-1] = (who[1:] == who[:-1]) & (on[1:] == off[:-1])
        comes, goes = ~touches[:-1], ~touches[1:]
        return duty_lines(on[comes], who[comes], Duty.SIGN_ON), duty_lines(off[goes], who[goes], Duty.SIGN_OFF)


def duty_lines(at: Floats, who: Ints, duty: Duty) -> Lines:
    """Rows of one duty."""
    return Lines(at, who, np.full(len(at), int(duty)), np.zeros(len(at)))
