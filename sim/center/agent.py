"""An agent: sign on, answer, hang up, wrap up, go on an activity and come back, sign off.

Whatever comes due while a contact is in hand (a break, the end of the shift, a change of team)
waits until that contact is wrapped up.
"""

from __future__ import annotations

from sim.center.encounter import change_of_state, meet, part
from sim.center.leaving import leave_for_good
from sim.center.queue import free_line, step_out
from sim.center.router import pick_contact
from sim.center.verbs import Center, Event, agent_was, schedule
from sim.record import NOBODY, AgentState, ComesBack, ContactState, Outcome

OFF = int(AgentState.OFF)
IDLE = int(AgentState.IDLE)
TALK = int(AgentState.TALK)
HOLD = int(AgentState.HOLD)
WRAP = int(AgentState.WRAP)
TALKING = int(ContactState.TALKING)
HANDLED = int(Outcome.HANDLED)
STAYS_AWAY = int(ComesBack.NO)
HANG_UP = int(Event.HANG_UP)
WRAPPED = int(Event.WRAPPED)
BACK = int(Event.BACK)
NEVER_YET = -1.0


def become(center: Center, a: int, state: int, now: float) -> None:
    """Agent a is in that state from now on; what it did until now is written down."""
    agent = center.agents[a]
    if agent.state != OFF and now > agent.since:
        busy = agent.state == TALK or agent.state == HOLD or agent.state == WRAP
        agent_was(center, a, agent.serving if busy else NOBODY, now)
    if center.desk[0].people == 1:
        change_of_state(center, a, state, now)
    agent.state = state
    agent.since = now


def sign_on(center: Center, a: int, now: float) -> None:
    """Agent a comes on duty, or stays if still busy with the last contact of an earlier shift.

    An activity that came due at this very moment is begun before any contact is taken.
    """
    agent = center.agents[a]
    agent.leaving = 0
    if agent.state == OFF:
        if agent.back_at != now:
            agent.owed = OFF
            agent.owed_s = 0.0
        agent.signed_on = now
        agent.handling = 0.0
        become_free(center, a, now)


def sign_off(center: Center, a: int, now: float) -> None:
    """Agent a goes off duty; with a contact in hand, when that is wrapped up. What is owed ends with the shift."""
    agent = center.agents[a]
    if agent.state == TALK or agent.state == WRAP:
        agent.leaving = 1
        agent.owed = OFF
        agent.owed_s = 0.0
        return
    if agent.state == IDLE:
        stop_idling(center, a)
    go_off(center, a, now)


def go_off(center: Center, a: int, now: float) -> None:
    """Agent a, with nothing in hand, goes off duty."""
    become(center, a, OFF, now)
    agent = center.agents[a]
    agent.leaving = 0
    agent.owed = OFF
    agent.owed_s = 0.0
    agent.back_at = NEVER_YET


def become_free(center: Center, a: int, now: float) -> None:
    """Agent a has nothing in hand: signs off, starts what is owed, takes a contact, or idles."""
    agent = center.agents[a]
    if agent.moves_to >= 0:
        change_team(center, a, now)
    if agent.leaving == 1:
        go_off(center, a, now)
        return
    if agent.owed != OFF:
        begin(center, a, now)
        return
    k = pick_contact(center, a, now)
    if k >= 0:
        step_out(center, k, now)
        answer(center, k, a, now)
    else:
        become(center, a, IDLE, now)
        start_idling(center, a)


def start_idling(center: Center, a: int) -> None:
    """Agent a stands at the end of its team's list of idle agents."""
    agent = center.agents[a]
    team = center.teams[agent.team]
    agent.next = NOBODY
    agent.prev = team.tail
    if team.tail < 0:
        team.head = a
    else:
        center.agents[team.tail].next = a
    team.tail = a
    team.idle += 1


def stop_idling(center: Center, a: int) -> None:
    """Agent a leaves its team's list of idle agents."""
    agent = center.agents[a]
    team = center.teams[agent.team]
    if agent.prev < 0:
        team.head = agent.next
    else:
        center.agents[agent.prev].next = agent.next
    if agent.next < 0:
        team.tail = agent.prev
    else:
        center.agents[agent.next].prev = agent.prev
    team.idle -= 1


def answer(center: Center, k: int, a: int, now: float) -> None:
    """Agent a answers contact k: from now on its times are those that this agent takes."""
    contact, agent = center.contacts[k], center.agents[a]
    skill = skill_for(center, agent.team, contact.queue)
    factor = agent.handle_factor
    if skill >= 0:
        factor *= center.skills[skill].handle_factor
    contact.talk *= factor
    contact.hold *= factor
    contact.wrap *= factor
    contact.answered = now
    contact.agent = a
    contact.state = TALKING
    become(center, a, TALK, now)
    if center.desk[0].people == 1:
        meet(center, k, a, skill, factor, now)
    agent.contact = k
    agent.serving = contact.queue
    schedule(center, now + (contact.talk + contact.hold), HANG_UP, a)


def skill_for(center: Center, t: int, q: int) -> int:
    """Which row of `skills` says how team t serves queue q; -1 if an outside rule sent it there unskilled."""
    team = center.teams[t]
    for s in range(team.skill_from, team.skill_to):
        if center.skills[s].queue == q:
            return s
    return NOBODY


def hang_up(center: Center, a: int, now: float) -> None:
    """The contact of agent a is over; after-call work follows, if there is any."""
    agent = center.agents[a]
    k = agent.contact
    contact = center.contacts[k]
    if contact.hold > 0.0:
        held_since = now - contact.hold if contact.talk > 0.0 else agent.since
        become(center, a, HOLD, max(agent.since, held_since))
    become(center, a, WRAP, now)
    agent.handling += now - contact.answered + contact.wrap
    agent.contact = NOBODY
    wrap = contact.wrap
    if center.desk[0].people == 1:
        part(center, k, a, now)
    else:
        free_line(center, contact.queue)
        leave_for_good(center, k, now, HANDLED, STAYS_AWAY)
    if wrap > 0.0:
        schedule(center, now + wrap, WRAPPED, a)
    else:
        become_free(center, a, now)


def come_due(center: Center, a: int, activity: int, lasts: float, now: float) -> None:
    """An activity is due for agent a: it starts now, or is owed until the present doing ends.

    Activities that come due together are taken together, under the name of the last. Off duty it counts
    only if the agent signs on at this very moment.
    """
    agent = center.agents[a]
    if agent.state == OFF and agent.back_at != now:
        agent.owed_s = 0.0
        agent.back_at = now
    agent.owed = activity
    agent.owed_s += lasts
    if agent.state == IDLE:
        stop_idling(center, a)
        begin(center, a, now)


def begin(center: Center, a: int, now: float) -> None:
    """Agent a starts the activity that is owed, in its full length."""
    agent = center.agents[a]
    become(center, a, agent.owed, now)
    agent.back_at = now + agent.owed_s
    agent.owed = OFF
    agent.owed_s = 0.0
    schedule(center, agent.back_at, BACK, a)


def come_back_to_work(center: Center, a: int, now: float) -> None:
    """The activity of agent a ends, unless a sign-off has already ended it."""
    agent = center.agents[a]
    if agent.state > WRAP and agent.back_at == now:
        become_free(center, a, now)


def move_to_team(center: Center, a: int, t: int, now: float) -> None:
    """Agent a works for team t from now on, or from the end of the contact or activity in hand."""
    agent = center.agents[a]
    agent.moves_to = t
    if agent.state == OFF:
        change_team(center, a, now)
    elif agent.state == IDLE:
        stop_idling(center, a)
        become_free(center, a, now)


def change_team(center: Center, a: int, now: float) -> None:
    """Agent a, with nothing in hand, changes to the team it was told to move to."""
    agent = center.agents[a]
    state = agent.state
    become(center, a, OFF, now)
    agent.team = agent.moves_to
    become(center, a, state, now)
    agent.moves_to = NOBODY
