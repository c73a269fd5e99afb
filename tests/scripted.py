"""Scripted days: callers and duties written out by hand, run under both clocks, told as a list of lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.clocks.compiled_clock import CompiledClock
from sim.clocks.script import Given, Told
from sim.clocks.simpy_clock import SimpyClock
from sim.people.empathy import USUAL_ENERGY
from sim.plan.heard import most_notices
from sim.plan.tables import tables
from sim.record import Agent, AgentState, Caller, Contact, Duty, Heard, Outcome, Person, Portion, Row, rows
from sim.scenario import Scenario

INF = float("inf")


@dataclass
class Call:
    """One try of a caller, in seconds; `then` is the next try, whose `at` is set when it is made."""

    at: float = INF
    talk: float = 60.0
    patience: float = INF
    queue: str = "q"
    hold: float = 0.0
    wrap: float = 0.0
    balk: float = 1.0
    delay: float = 0.0
    delay_blocked: float = 0.0
    pick: float = 0.5
    come_back: float = 0.0
    empathy: float = 0.5
    speed: float = 0.5
    # where behavior counts
    solve: float = 0.0
    mood: float = 0.5
    replies: float = 1.0
    cut: float = 1.0
    onward: float = 1.0
    complexity: float = 0.0
    repeats_after: float = 0.0
    onward_talk: float = 0.0
    onward_hold: float = 0.0
    onward_wrap: float = 0.0
    onward_patience: float = INF
    heard: tuple[float, ...] = ()
    """patience after each of the queue's notices, where callers are told their place; those missing: as without"""
    then: Call | None = None


MIND = (
    "solve",
    "mood",
    "replies",
    "cut",
    "onward",
    "complexity",
    "repeats_after",
    "onward_talk",
    "onward_hold",
    "onward_wrap",
    "onward_patience",
)


def center(queues: dict[str, dict[str, Any]], teams: dict[str, dict[str, Any]], **more: Any) -> Scenario:
    """A scenario with these queues and teams; what a scripted day gives by hand is filled in."""
    filler = {"arrivals": {"kind": "rates", "per_hour": 0}, "talk": {"kind": "constant", "value_s": 60}}
    full_queues = {name: filler | queue for name, queue in queues.items()}
    full_teams = {name: {"staffing": {"agents": 0}} | team for name, team in teams.items()}
    return Scenario.model_validate({"queues": full_queues, "teams": full_teams, **more})


def given(
    scenario: Scenario,
    calls: Sequence[Call],
    agents: Sequence[str | tuple[str, float]],
    duties: Sequence[tuple[float, int, Duty] | tuple[float, int, Duty, float]],
    portion: int = 10**6,
    people: Sequence[dict[str, float]] = (),
) -> Given:
    """What a clock needs: callers in order of arrival, agents as team or (team, handle factor), duties by hand.

    A duty is (time, agent number, what[, lasts]). Queues open and close as the scenario says. `people` holds what is
    not typical about agents, where behavior counts.
    """
    opening = [
        (edge, q, what)
        for q, name in enumerate(scenario.queues)
        for window in scenario.open_windows(name)
        for edge, what in zip(window, (Duty.OPEN, Duty.CLOSE), strict=True)
    ]
    lines = sorted([*duties, *opening], key=lambda line: (line[0], line[2], line[1]))
    timetable = rows(Row, len(lines))
    for row, (at, who, what, *lasts) in zip(timetable, lines, strict=True):
        row["at"], row["who"], row["what"], row["lasts"] = at, who, what, lasts[0] if lasts else 0.0
    staff = rows(Agent, len(agents))
    for number, who in enumerate(agents):
        team, factor = who if isinstance(who, tuple) else (who, 1.0)
        staff[number]["team"] = list(scenario.teams).index(team)
        staff[number]["handle_factor"] = factor
        staff[number]["number"] = number
    chunks = [contact_rows(scenario, calls[i : i + portion], i) for i in range(0, len(calls), portion)]
    persons = rows(Person, len(agents) if scenario.behavior.people else 0)
    for trait in ("knowledge", "patience", "persistence", "passion"):
        persons[trait] = 0.5
    staff["empathy"] = staff["speed"] = 0.5
    persons["energy"] = USUAL_ENERGY
    for number, own in enumerate(people):
        for name, value in own.items():
            table = staff if name in ("empathy", "speed") else persons
            table[number][name] = value
    return Given(chunks=iter(chunks), agents=staff, people=persons, timetable=timetable, **tables(scenario)._asdict())


def contact_rows(scenario: Scenario, calls: Sequence[Call], first: int) -> Portion:
    """The contacts of these callers: first attempts, then the later ones, linked."""
    chain = [(call, first + i, 1) for i, call in enumerate(calls)]
    again = []
    for call, caller, attempt in chain:  # grows while it is read
        again.append(len(chain) if call.then else -1)
        if call.then:
            chain.append((call.then, caller, attempt + 1))
    table = rows(Contact, len(chain))
    for row, link, (call, caller, attempt) in zip(table, again, chain, strict=True):
        row["arrived"], row["talk"], row["patience"] = call.at, call.talk, call.patience
        row["hold"], row["wrap"], row["balk"], row["pick"] = call.hold, call.wrap, call.balk, call.pick
        row["delay"], row["delay_blocked"], row["come_back"] = call.delay, call.delay_blocked, call.come_back
        row["queue"] = list(scenario.queues).index(call.queue)
        row["caller"], row["attempt"], row["again"] = caller, attempt, link
        row["empathy"], row["speed"] = call.empathy, call.speed
    minds = rows(Caller, len(chain) if scenario.behavior.people else 0)
    for row, (call, _, _) in zip(minds, chain, strict=False):
        for name in MIND:
            row[name] = getattr(call, name)
    most = most_notices(scenario)
    told = rows(Heard, len(chain) * most)
    told["patience"] = [
        call.heard[step] if step < len(call.heard) else call.patience for call, _, _ in chain for step in range(most)
    ]
    return Portion(table, minds, told)


def told(*day: Any, **how: Any) -> Told:
    """What both clocks write down about a scripted day (the same, or this fails)."""
    return run(*day, **how)[2]


def run(*day: Any, **how: Any) -> tuple[SimpyClock, CompiledClock, Told]:
    """Both clocks after a scripted day, and what they have written down about it (the same, or this fails)."""
    trace: list[tuple[float, int, int]] = []
    one = SimpyClock(given(*day, **how), trace=trace)
    other = CompiledClock(given(*day, **how), trace=10_000)
    first, second = one.run(), other.run()
    assert same(first, second)
    assert trace == other.trace
    return one, other, first


def same(one: Told, other: Told) -> bool:
    """Whether two runs have written down the same, row for row and bit for bit."""
    tables_agree = all(
        np.array_equal(a[name], b[name], equal_nan=a[name].dtype.kind == "f")
        for a, b in zip((*one[:3], one.met), (*other[:3], other.met), strict=True)
        for name in a.dtype.names
    )
    return tables_agree and one.end == other.end


def calls_of(day: Told) -> list[str]:
    """Each contact in the order of leaving, such as '0.1 handled by 2 after 5, left 65'."""
    lines = []
    for row in day.left:
        who = f"{row['caller']}.{row['attempt']}"
        outcome = Outcome(int(row["outcome"])).name.lower()
        if row["outcome"] == Outcome.HANDLED:
            waited = row["answered"] - row["arrived"]
            lines.append(f"{who} {outcome} by {row['agent']} after {waited:g}, left {row['left']:g}")
        else:
            lines.append(f"{who} {outcome} after {row['left'] - row['arrived']:g}, left {row['left']:g}")
    return lines


def doing(day: Told, agent: int) -> list[str]:
    """What an agent did, such as 'talk 0-60'."""
    mine = day.was[day.was["agent"] == agent]
    return [f"{AgentState(int(r['state'])).name.lower()} {r['start']:g}-{r['end']:g}" for r in mine]


def lengths(day: Told, queue: int = 0) -> list[tuple[float, int]]:
    """(time, length) of a queue at each change."""
    mine = day.queued[day.queued["queue"] == queue]
    return [(float(row["at"]), int(row["length"])) for row in mine]
