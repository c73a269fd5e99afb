"""Small random centers over days, with ties everywhere: what must hold whatever the scenario, under both clocks.

All is checked against the facts and against what was given, by other means than the moves': they link lists and
count as they go, the checks here look back at whole tables.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import numpy as np
from hypothesis import event, given, settings
from hypothesis import strategies as st
from simpy import Event

from sim.clocks.beside import Floor
from sim.clocks.script import Told
from sim.clocks.simpy_clock import SimpyClock
from sim.measure import conservation
from sim.record import Agent, AgentState, ContactState, Duty, Facts, Outcome, Rows, by_arrival, rows
from sim.scenario import Scenario
from tests import scripted
from tests.scripted import INF, Call, center, same

DAY = 86400
HOURS: list[Any] = [
    "00:00-24:00",
    "00:00-00:02",
    "00:01-00:03",
    ["00:00-00:01", "00:02-00:03"],
    ["00:00-00:01", "00:01-00:02", "00:03-00:05"],
    "23:59-00:02",
    ["00:01-00:02", "23:59-00:01"],
    {"mon": "00:00-00:02", "wed": "00:01-00:03"},
    {"tue": ["00:00-00:01", "00:02-00:04"]},
    "closed",
    *["00:00-24:00"] * 8,
]
NOTICES = [None, None, {"ahead": [1], "hazard": [2.0]}, {"ahead": [1, 3], "hazard": [2.0, 9.0]}]
PICK_AGENT = ["longest_idle", "most_idle", "fewest_skills", "fastest", "random"]
PICK_CONTACT = ["priority", "longest_wait", "age_times_priority", "longest_queue"]
ACTIVITIES = [Duty.BREAK, Duty.LUNCH, Duty.TRAINING, Duty.AWAY]
BUSY = (AgentState.TALK, AgentState.HOLD, AgentState.WRAP)
Duties = list[tuple[Any, ...]]


@dataclass
class Case:
    """A center, who calls, who works, and in how large portions contacts are given."""

    scenario: Scenario
    calls: list[Call]
    agents: list[tuple[str, float]]
    duties: Duties
    portion: int

    def run(self) -> Told:
        """What both clocks tell of it; afterwards nobody is left anywhere."""
        one, other, told = scripted.run(self.scenario, self.calls, self.agents, self.duties, portion=self.portion)
        for seen in (one.center, other.center):
            left_nobody(seen)
        return told


# --- what is drawn ----------------------------------------------------------------------------


def moment(dice: Random, days: int) -> int:
    """A whole second: most in the first minutes of a day, some at its end or in its middle."""
    at = dice.choice([dice.randrange(200), dice.randrange(200), 15 * dice.randrange(20), 15 * dice.randrange(20)])
    return DAY * dice.randrange(days) + dice.choices([at, DAY - 1 - at % 70, 40000], [20, 2, 1])[0]


def queue_part(dice: Random, able: list[str]) -> dict[str, Any]:
    """A queue that these teams serve."""
    late = dice.sample(able, dice.randint(0, min(2, len(able)))) if dice.random() < 0.5 else []
    return {
        "open": dice.choice(HOURS),
        "at_close": dice.choice(["serve", "disconnect"]),
        "balk": dice.choice([0.0, 0.0, 0.0, 0.5]),
        "patience": {"kind": "exponential", "mean_s": 60},
        "told_place": dice.choice(NOTICES),
        "trunks": dice.choice([None] * 6 + [0, 1, 3, 5]),
        "head_start_s": dice.choice([0, 0, 10]),
        "weight": dice.choice([1.0, 2.0]),
        "overflow": [{"after_s": dice.choice([0, 5, 10, 10, 30]), "teams": [team]} for team in late],
        "redial": {key: dice.choice([0.0, 0.5, 1.0]) for key in ("after_abandon", "after_block", "after_balk")},
    }


def call(dice: Random, queues: list[str], at: float, attempts: int) -> Call:
    """A caller who tries at most so many times."""
    return Call(
        at=at,
        talk=dice.choice([0, 5, 10, 30, 60]),
        patience=dice.choice([0, 5, 10, 30, 100, INF]),
        queue=dice.choice(queues),
        hold=dice.choice([0, 0, 5, 30]),
        wrap=dice.choice([0, 0, 5, 30]),
        balk=dice.choice([0.25, 0.75]),
        delay=dice.choice([0, 5, 60, 120, 300, 50000, 2 * DAY]),
        delay_blocked=dice.choice([1, 10, 100]),
        pick=dice.choice([0.0, 0.5, 0.99]),
        heard=(dice.choice([0, 5, 40]), dice.choice([0, 1, 2])),
        come_back=dice.choice([0.25, 0.75]),
        then=call(dice, queues, INF, attempts - 1) if attempts > 1 else None,
    )


def duties_of(dice: Random, days: int, agent: int) -> Duties:
    """Shifts that do not touch, and activities within them, one after another or at once."""
    if dice.random() < 0.3:
        edges = sorted({moment(dice, days) for _ in range(2 * dice.randint(1, 4))})
    else:
        splits = ([0, 300], [15, 120], [0, 60, 61, 200], [30, 90, 105, 110, 180, 400])
        late = 15 * dice.randrange(3)
        edges = [DAY * day + late + edge for day in range(days) for edge in dice.choice(splits)]
    found: Duties = []
    for on, off in zip(edges[::2], edges[1::2], strict=False):
        found += [(on, agent, Duty.SIGN_ON), (off, agent, Duty.SIGN_OFF)]
        for _ in range(dice.choice([0, 0, 1, 3])):
            at = on + dice.choice([0, dice.randrange(60), 15 * dice.randrange(5)])
            if at < off:
                found.append((at, agent, dice.choice(ACTIVITIES), dice.choice([5, 10, 60])))
    return found


def skill(dice: Random) -> dict[str, Any]:
    factor, reserve = dice.choice([1.0, 1.0, 2.0]), dice.choice([0, 0, 0, 1, 2])
    return {"level": dice.randint(1, 2), "handle_factor": factor, "reserve": reserve}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Sizes are Hypothesis's, so that a failing example becomes small; the rest is thrown with dice."""
    days = draw(st.integers(1, 3))
    queues, teams = ["q", "p", "r"][: draw(st.integers(1, 3))], ["t", "u", "v"][: draw(st.integers(1, 3))]
    staff, callers, attempts = draw(st.integers(0, 6)), draw(st.integers(1, 40)), draw(st.integers(1, 4))
    dice = Random(draw(st.integers(0, 2**32)))
    skills = {team: {queue: skill(dice) for queue in queues if dice.random() < 0.7} for team in teams}
    scenario = center(
        {name: queue_part(dice, [team for team in teams if name in skills[team]]) for name in queues},
        {team: {"skills": skills[team]} for team in teams},
        days=days,
        trunks=dice.choice([None, None, None, 1, 3, 6]),
        routing={"pick_agent": dice.choice(PICK_AGENT), "pick_contact": dice.choice(PICK_CONTACT)},
    )
    who = [call(dice, queues, moment(dice, days), attempts) for _ in range(callers)]
    who.sort(key=lambda one: one.at)
    agents = [(dice.choice(teams), dice.choice([1.0, 0.5])) for _ in range(staff)]
    duties = [line for a in range(staff) for line in duties_of(dice, days, a)]
    return Case(scenario, who, agents, duties, dice.choice([1, 2, 3, 10**6]))


# --- what was given, looked at again ----------------------------------------------------------


def tries(case: Case) -> dict[tuple[int, int], Call]:
    """Every try that callers may make, by caller and attempt."""
    found = {}
    for caller, first in enumerate(case.calls):
        attempt, call = 1, first
        while call:
            found[caller, attempt] = call
            attempt, call = attempt + 1, call.then  # type: ignore[assignment]
    return found


def windows(case: Case, queue: int) -> list[tuple[float, float]]:
    return case.scenario.open_windows(list(case.scenario.queues)[queue])


def shifts(case: Case, agent: int) -> list[tuple[float, float]]:
    edges = sorted(at for at, who, what, *_ in case.duties if who == agent and what in (Duty.SIGN_ON, Duty.SIGN_OFF))
    return list(zip(edges[::2], edges[1::2], strict=True))


def time_of_next_try(open_hours: list[tuple[float, float]], left: float, delay: float) -> float | None:
    """When `delay` seconds of opening hours have passed since `left`; None = never."""
    for opens, closes in open_hours:
        begins = max(opens, left)
        if delay < closes - begins:
            return begins + delay
        delay -= max(0.0, closes - begins)
    return None


# --- the checks -------------------------------------------------------------------------------


def check(case: Case, told: Told) -> None:
    """All that must hold of any day."""
    staff = rows(Agent, len(case.agents))
    facts = Facts(by_arrival(told.left), told.was, told.queued, staff, told.end, np.ones(case.scenario.days))
    assert conservation(facts) == []
    for finding in (
        *wrong_exits(case, told.left),
        *wrong_redials(case, told.left),
        *wrong_lines(case, told.left),
        *wrong_services(case, told.left),
        *wrong_order(told.left),
        *wrong_rest(case, told),
    ):
        raise AssertionError(finding)


def left_nobody(seen: Any) -> None:
    """Lines are free, lists empty, agents off duty, contacts gone; objects or structured arrays alike."""
    assert values(seen.queues, "lines", "length", "head", "tail") <= {(0, 0, -1, -1)}
    assert values(seen.teams, "idle", "head", "tail") <= {(0, -1, -1)}
    assert values(seen.agents, "state", "contact", "leaving", "owed") <= {(AgentState.OFF, -1, 0, 0)}
    assert values(seen.desk, "lines") == {(0,)}
    assert values(seen.contacts, "state") <= {(ContactState.GONE,)}


def values(table: Any, *names: str) -> set[tuple[int, ...]]:
    """The values of some fields that occur among the records."""
    if isinstance(table, np.ndarray):
        return set(table[list(names)].tolist())
    return {tuple(getattr(record, name) for name in names) for record in table}


def wrong_exits(case: Case, left: Rows) -> Iterator[str]:
    """Each contact leaves once, and in the way that its marks and times allow."""
    known = tries(case)
    gone = [(int(row["caller"]), int(row["attempt"])) for row in left]
    if len(set(gone)) < len(gone):
        yield "somebody left twice"
    if missing := {(caller, 1) for caller in range(len(case.calls))} - set(gone):
        yield f"{missing} never left"
    for who, row in zip(gone, left, strict=True):
        event(Outcome(int(row["outcome"])).name)
        call, arrived, gone_at = known[who], float(row["arrived"]), float(row["left"])
        waited = (float(row["answered"]) if row["agent"] >= 0 else gone_at) - arrived
        rules = list(case.scenario.queues.values())[row["queue"]]
        if who[1] == 1 and arrived != call.at:
            yield f"{who} did not arrive when given"
        hears = call.heard[: len(rules.told_place.ahead)] if rules.told_place is not None else ()
        if row["patience"] not in (call.patience, *hears):
            yield f"{who} had a patience that nobody gave"
        if waited > row["patience"]:
            yield f"{who} waited longer than its patience"
        if row["outcome"] == Outcome.ABANDONED and waited != row["patience"]:
            yield f"{who} abandoned before its patience ended"
        if row["outcome"] == Outcome.BALKED and call.balk >= rules.balk:
            yield f"{who} balked who would not"
        if row["outcome"] in (Outcome.ABANDONED, Outcome.INSIDE) and call.balk < rules.balk:
            yield f"{who} waited who would balk"
        if row["outcome"] == Outcome.INSIDE and rules.at_close == "disconnect":
            closing = next(closes for opens, closes in windows(case, row["queue"]) if opens <= arrived < closes)
            if gone_at != closing:
                yield f"{who} was not cut off at closing time"


def wrong_redials(case: Case, left: Rows) -> Iterator[str]:
    """Who may try again does so when the delay has passed in opening hours, and nobody else does."""
    known, arrivals = tries(case), {(int(row["caller"]), int(row["attempt"])): row for row in left}
    for (caller, attempt), row in arrivals.items():
        call = known[caller, attempt]
        redial = list(case.scenario.queues.values())[row["queue"]].redial
        chance, delay = {
            int(Outcome.ABANDONED): (redial.after_abandon, call.delay),
            int(Outcome.BALKED): (redial.after_balk, call.delay),
            int(Outcome.BLOCKED): (redial.after_block, call.delay_blocked),
            int(Outcome.INSIDE): (redial.after_abandon, call.delay),
        }.get(int(row["outcome"]), (0.0, 0.0))
        wanted = None
        if call.then and call.come_back < chance:
            place = list(case.scenario.queues).index(call.then.queue)
            wanted = time_of_next_try(windows(case, place), float(row["left"]), delay)
        came = arrivals.get((caller, attempt + 1))
        if (came is not None) != bool(row["comes_back"]):
            yield f"{caller}.{attempt}: comes back {row['comes_back']}, came back {came is not None}"
        if (None if came is None else float(came["arrived"])) != wanted:
            yield f"{caller}.{attempt} left at {row['left']} and came back {came}, not at {wanted}"


def wrong_lines(case: Case, left: Rows) -> Iterator[str]:
    """Contacts are blocked where the queue is closed or the lines are full, and nowhere else."""
    rules = list(case.scenario.queues.values())
    holds = left[(left["outcome"] != Outcome.BLOCKED) & (left["outcome"] != Outcome.BALKED)]
    for row in left:
        at, queue = float(row["arrived"]), int(row["queue"])
        opened = any(opens <= at < closes for opens, closes in windows(case, queue))
        surely = holds[(holds["arrived"] < at) & (at < holds["left"])]
        perhaps = holds[(holds["arrived"] <= at) & (at <= holds["left"])]
        limits = [(case.scenario.trunks, surely, perhaps)]
        limits += [(rules[queue].trunks, *(some[some["queue"] == queue] for some in (surely, perhaps)))]
        if row["outcome"] == Outcome.BLOCKED:
            if opened and not any(limit is not None and len(most) >= limit for limit, _, most in limits):
                yield f"{row} was blocked though open, with a line free"
        elif not opened:
            yield f"{row} came in while the queue was closed"
        elif any(limit is not None and len(least) >= limit for limit, least, _ in limits):
            yield f"{row} came in without a line"


def wrong_services(case: Case, left: Rows) -> Iterator[str]:
    """Who answers is on duty, has the skill, may be asked by then, and takes as long as this agent does."""
    known = tries(case)
    for row in left[left["agent"] >= 0]:
        name, (_, factor) = list(case.scenario.queues)[row["queue"]], case.agents[row["agent"]]
        team = list(case.scenario.teams)[row["team"]]
        skill = case.scenario.teams[team].skills.get(name)
        if skill is None:
            yield f"{row} was answered by somebody without the skill"
            continue
        answered, call = float(row["answered"]), known[int(row["caller"]), int(row["attempt"])]
        if not any(on <= answered <= off for on, off in shifts(case, row["agent"])):
            yield f"{row} was answered by somebody off duty"
        if answered - row["arrived"] < joins_after(case, name, team):
            yield f"{row} overflowed too early"
        factor *= skill.handle_factor
        if (row["talk"], row["hold"], row["wrap"]) != (call.talk * factor, call.hold * factor, call.wrap * factor):
            yield f"{row} took another time than this agent takes"
        if row["left"] != answered + row["talk"] + row["hold"]:
            yield f"{row} hung up at another time"


def joins_after(case: Case, queue: str, team: str) -> float:
    """Seconds of waiting after which the team serves the queue; inf = never."""
    if queue not in case.scenario.teams[team].skills:
        return INF
    return next((step.after_s for step in case.scenario.queues[queue].overflow if team in step.teams), 0.0)


def joined(case: Case, queue: str, team: str, waited: float) -> bool:
    """Whether the team surely serves who has waited so long; the moment itself may be too early."""
    late = any(team in step.teams for step in case.scenario.queues[queue].overflow)
    after = joins_after(case, queue, team)
    return after < waited or (after == waited and not late)


def wrong_order(left: Rows) -> Iterator[str]:
    """In one queue nobody is answered while somebody who came before waits on."""
    until = np.where(left["agent"] >= 0, left["answered"], left["left"])
    for row in left[left["agent"] >= 0]:
        passed = (left["queue"] == row["queue"]) & (left["arrived"] < row["arrived"]) & (until > row["answered"])
        if passed.any():
            yield f"{row} was answered before {left[passed]}"


def wrong_rest(case: Case, told: Told) -> Iterator[str]:
    yield from idle_while_somebody_waits(case, told)
    yield from wrong_choices(case, told)
    for agent in range(len(case.agents)):
        mine = told.was[told.was["agent"] == agent]
        yield from wrong_presence(case, agent, mine)
        yield from wrong_activities(case, agent, mine)


def idle_while_somebody_waits(case: Case, told: Told) -> Iterator[str]:
    """Work is conserved: while a contact waits, no team that may serve it has more agents idle than it reserves."""
    idle = told.was[told.was["state"] == AgentState.IDLE]
    for row in told.left:
        name = list(case.scenario.queues)[row["queue"]]
        until = float(row["answered"] if row["agent"] >= 0 else row["left"])
        for t, (team, rules) in enumerate(case.scenario.teams.items()):
            since = float(row["arrived"]) + joins_after(case, name, team)
            theirs = idle[(idle["team"] == t) & (idle["end"] > since) & (idle["start"] < until)]
            if not since < until or not len(theirs):
                continue
            for moment in (*theirs["start"], since):
                if since <= moment < until:
                    free = int(((theirs["start"] <= moment) & (moment < theirs["end"])).sum())
                    if free > rules.skills[name].reserve:
                        yield f"{row} waits from {since} to {until}, {free} of team {team} idle at {moment}"


def wrong_choices(case: Case, told: Told) -> Iterator[str]:
    """Reserves are kept, better levels go first, then the longest idle or the longest wait, as the rule says.

    Only what was so before the moment of the answer and went on after it counts: in between all can happen.
    """
    scenario, idle = case.scenario, told.was[told.was["state"] == AgentState.IDLE]
    names, teams, routing = list(scenario.queues), list(scenario.teams), scenario.routing
    until = np.where(told.left["agent"] >= 0, told.left["answered"], told.left["left"])
    for row in told.left[told.left["agent"] >= 0]:
        at, team, name = float(row["answered"]), teams[row["team"]], names[row["queue"]]
        skill = scenario.teams[team].skills[name]
        was_idle = idle[(idle["agent"] == row["agent"]) & (idle["end"] == at)]
        through = idle[(idle["start"] < at) & (at < idle["end"])]
        touching = told.was[(told.was["team"] == row["team"]) & (told.was["agent"] != row["agent"])]
        others = touching[
            ((touching["start"] == at) | (touching["end"] == at))
            | ((touching["state"] == AgentState.IDLE) & (touching["start"] <= at) & (at <= touching["end"]))
        ]
        if len(set(others["agent"].tolist())) < skill.reserve:
            yield f"{row} took an agent of the reserve"
        for t, other in enumerate(teams):
            free = through[through["team"] == t]
            if not joined(case, name, other, at - row["arrived"]):
                continue
            theirs = scenario.teams[other].skills[name]
            if len(free) <= theirs.reserve or not len(was_idle):
                continue
            if theirs.level < skill.level:
                yield f"{row} was not answered by the better team {other}"
            longest = routing.pick_agent == "longest_idle" and theirs.level == skill.level
            if longest and free["start"].min() < was_idle["start"][0]:
                yield f"{row} was not answered by the longest idle"
        for rival in told.left[(told.left["arrived"] < at) & (until > at)]:
            wanted = names[rival["queue"]]
            if not joined(case, wanted, team, at - rival["arrived"]):
                continue
            theirs = scenario.teams[team].skills[wanted]
            if theirs.reserve > 0:
                continue
            if routing.pick_contact == "priority" and theirs.level < skill.level:
                yield f"{row} was taken before {rival} of a better level"
            since, since_rival = (
                float(one["arrived"]) - scenario.queues[queue].head_start_s
                for one, queue in ((row, name), (rival, wanted))
            )
            same_rank = routing.pick_contact == "longest_wait" or (
                routing.pick_contact == "priority" and theirs.level == skill.level
            )
            if same_rank and since_rival < since:
                yield f"{row} was taken before {rival}, who had waited longer"


def wrong_presence(case: Case, agent: int, mine: Rows) -> Iterator[str]:
    """Somebody on duty is doing something all the time; off duty, nothing but finishing the contact in hand."""
    for on, off in shifts(case, agent):
        inside = np.minimum(mine["end"], off) - np.maximum(mine["start"], on)
        if inside[inside > 0].sum() != off - on:
            yield f"agent {agent} is not there all the time from {on} to {off}"
    for row in mine:
        started = [off for on, off in shifts(case, agent) if on <= row["start"] <= off]
        if row["state"] not in BUSY and not (started and row["end"] <= max(started)):
            yield f"agent {agent} is off duty: {row}"


def wrong_activities(case: Case, agent: int, mine: Rows) -> Iterator[str]:
    """Activities are taken in order, at once or from the next free moment, in full unless the shift ends."""
    for on, off in shifts(case, agent):
        due = sorted(
            (line for line in case.duties if line[1] == agent and len(line) > 3 and on <= line[0] < off),
            key=lambda line: (line[0], line[2]),
        )
        taken = mine[(mine["state"] > AgentState.WRAP) & (on <= mine["start"]) & (mine["start"] < off)]
        for row in np.sort(taken, order="start"):
            at_least = max(1, sum(line[0] < row["start"] for line in due))
            at_most = sum(line[0] <= row["start"] for line in due)
            lasts = {n: sum(line[3] for line in due[:n]) for n in range(at_least, at_most + 1)}
            fits = [n for n, seconds in lasts.items() if row["end"] == min(off, row["start"] + seconds)]
            fits = [n for n in fits if due[n - 1][2] == row["state"]]
            if not fits:
                yield f"agent {agent} took {row}, due were {due}"
                return
            due = due[fits[0] :]
        there = mine[(mine["start"] < off) & (mine["end"] > on) & (mine["state"] == AgentState.IDLE)]
        for line in due:
            if (there["end"] > line[0]).any():
                yield f"agent {agent} idles instead of {line}"


# --- the tests --------------------------------------------------------------------------------


@settings(max_examples=600, deadline=None, derandomize=True)
@given(cases())
def test_what_holds_in_every_center(case: Case) -> None:
    check(case, case.run())


def untied(case: Case) -> Case:
    """The same with a fraction of a second in all that callers do, so that no two of them act at one instant.

    Those who do are served by their places in memory, which are given out portion by portion.
    """
    dice = Random(0)

    def fraction() -> float:
        return dice.randrange(1, 2**30) / 2**30

    def blur(one: Call) -> Call:
        then = one.then and blur(one.then)
        delays = one.delay + fraction(), one.delay_blocked + fraction()
        return replace(one, at=one.at + fraction(), delay=delays[0], delay_blocked=delays[1], then=then)

    return replace(case, calls=sorted(map(blur, case.calls), key=lambda one: one.at))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(cases().map(untied))
def test_portions_make_no_difference(case: Case) -> None:
    whole = replace(case, portion=10**6).run()
    check(case, whole)
    for portion in (1, 2, 5):
        assert same(replace(case, portion=portion).run(), whole)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(cases(), st.integers(0, 2**32))
def test_agents_who_change_teams(case: Case, seed: int) -> None:
    """A process beside the center moves agents, whatever they are doing."""
    dice, days, teams = Random(seed), case.scenario.days, list(case.scenario.teams)
    orders = sorted((moment(dice, days), dice.randrange(6), dice.choice(teams)) for _ in range(12))
    clock = SimpyClock(scripted.given(case.scenario, case.calls, case.agents, case.duties, portion=case.portion))
    floor = Floor(clock, list(case.scenario.queues), teams)

    def supervisor() -> Generator[Event, None, None]:
        for at, agent, team in orders:
            yield clock.env.timeout(at - clock.env.now)
            if agent < len(case.agents):
                floor.move([clock.center.agents[agent]], team)

    clock.env.process(supervisor())
    told = clock.run()
    left_nobody(clock.center)
    check(case, told)
