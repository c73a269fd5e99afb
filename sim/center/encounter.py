"""An encounter of caller and agent: how it goes, what comes of it, and what it leaves with the two.

`meet` settles how long a talk takes when it begins; `part` what came of it when it ends. Only where behavior
counts (`desk.people`): otherwise the times drawn stand, and every handled contact is over.
"""

from __future__ import annotations

from math import exp, log

from sim.center.leaving import leave_for_good, leave_onward, leave_unresolved
from sim.center.queue import free_line
from sim.center.router import occupancy
from sim.center.verbs import Center, have_met
from sim.people.empathy import acted_empathy, own_empathy
from sim.people.energy import drained, rested
from sim.people.loyalty import churn_probability
from sim.people.pressure import care_of, cut_probability, hurry_left, hurry_of, seen
from sim.people.resolution import resolution_probability
from sim.people.satisfaction import (
    csat_score,
    effort_score,
    empathy_gain,
    goodwill_gain,
    goodwill_spent,
    long_talk_loss,
    nps_score,
    repeats_loss,
    reply_probability,
    resolution_loss,
    said,
    transfers_loss,
    waiting_loss,
)
from sim.people.talk import (
    agitation_term,
    assist_term,
    calming_term,
    canned_term,
    hurry_term,
    listening_term,
    load_of,
    load_term,
    wait_term,
)
from sim.people.temper import agitation_of
from sim.people.trait import renewed, standard_score
from sim.record import AgentState, ComesBack, Outcome

IDLE = int(AgentState.IDLE)
WRAP = int(AgentState.WRAP)
HANDLED = int(Outcome.HANDLED)
STAYS_AWAY, AGAIN, LATER, ONWARD = (int(what) for what in ComesBack)
CONTENT = 4
NEVER = float("inf")


def meet(center: Center, k: int, a: int, skill: int, factor: float, now: float) -> None:
    """Agent a answers contact k: what the two make of each other, and how long it will take.

    `skill` is the row of what the agent's team does in this queue, or -1; `factor` what agent and team make of times.
    """
    contact, caller, agent, person = center.contacts[k], center.callers[k], center.agents[a], center.people[a]
    policy, ways = center.policies[contact.queue], center.ways[0]
    wait = now - contact.arrived
    see_answer(center, contact.queue, wait)

    hurry = hurry_of(
        policy.asks_speed, policy.weight_aht, person.pace, policy.weight_level, policy.level, ways.pressure
    )
    care = care_of(
        policy.asks_empathy, policy.weight_csat, person.csat, policy.weight_fcr, person.fcr, ways.pressure
    )
    canned = center.aids[skill].canned if skill >= 0 else 0.0
    assist = center.aids[skill].assist if skill >= 0 else 0.0
    script = max(policy.script, canned)
    caller.hurry = hurry_left(hurry, care)
    caller.energy = person.energy
    caller.agitation = agitation_of(wait, contact.attempt, caller.transfers, person.patience, ways.temper)
    own = own_empathy(agent.empathy, person.energy, caller.hurry, policy.asks_empathy, script, ways.empathy)
    caller.acted = acted_empathy(own, policy.asks_empathy, script, ways.empathy)
    caller.delivered = own + caller.acted

    shown = standard_score(caller.delivered)
    caller.by_agent = log(factor)
    caller.by_load = load_term(load_in(center, contact.queue), ways.talk)
    caller.by_wait = wait_term(wait, ways.talk)
    caller.by_listening = listening_term(shown, contact.empathy, ways.talk)
    caller.by_calming = calming_term(shown, caller.agitation, ways.talk)
    caller.by_agitation = agitation_term(caller.agitation, ways.talk)
    caller.by_hurry = hurry_term(caller.hurry, ways.talk)
    knowledge = standard_score(person.knowledge)
    caller.by_aids = assist_term(assist, knowledge, ways.talk) + canned_term(canned, ways.talk)
    longer = exp(
        caller.by_load
        + caller.by_wait
        + caller.by_listening
        + caller.by_calming
        + caller.by_agitation
        + caller.by_hurry
        + caller.by_aids
    )
    contact.talk *= longer
    contact.hold *= longer

    caller.short = 0
    caller.cut_off = 0.0
    cut = cut_probability(person.games, policy.asks_speed, policy.weight_aht, person.pace, ways.pressure)
    cut_short = caller.cut < cut
    caller.cut = renewed(caller.cut, cut)
    if cut_short and contact.talk + contact.hold > ways.pressure.cut_s:
        caller.short = 1
        caller.cut_off = contact.talk + contact.hold - ways.pressure.cut_s
        contact.talk = ways.pressure.cut_s
        contact.hold = 0.0


def load_in(center: Center, q: int) -> float:
    """Contacts waiting in queue q and in the hands of its teams, over the agents of those teams on the phones."""
    queue = center.queues[q]
    busy, on_phones = 0, 0
    for r in range(queue.route_from, queue.route_to):
        route = center.routes[r]
        if route.tier == 0:
            busy += center.crews[route.team].busy
            on_phones += center.crews[route.team].on_phones
    return load_of(float(queue.length), float(busy), float(on_phones))


def part(center: Center, k: int, a: int, now: float) -> None:
    """The talk of agent a and contact k is over: what came of it is written down, and the caller goes their way."""
    contact, caller, person = center.contacts[k], center.callers[k], center.people[a]
    policy, ways = center.policies[contact.queue], center.ways[0]
    shown = standard_score(caller.delivered)
    probability = resolution_probability(
        policy.fcr_logit,
        shown,
        contact.empathy,
        standard_score(person.knowledge),
        standard_score(person.persistence),
        caller.hurry,
        caller.complexity,
        ways.resolution,
    )
    if caller.short == 1:
        probability = 0.0
    resolved = 1 if caller.solve < probability else 0
    passed_on = resolved == 0 and contact.leg == 0 and policy.onward_to >= 0 and caller.onward < policy.onward
    # Whose issue goes on to somebody else has no outcome yet to judge, to ask about or to make good for.
    over = not passed_on

    real = standard_score(caller.delivered - (1.0 - ways.satisfaction.acted) * caller.acted)
    spent = goodwill_spent(policy.goodwill, contact.empathy) if over and caller.short == 0 else 0.0
    from_resolution = resolution_loss(resolved, ways.satisfaction) if over else 0.0
    from_repeats = repeats_loss(contact.attempt, ways.satisfaction)
    from_empathy = empathy_gain(real, contact.empathy, ways.satisfaction)
    if caller.short == 1:  # nobody thanks for being hung up on
        from_empathy = min(from_empathy, 0.0)
    from_waiting = waiting_loss(contact.answered - contact.arrived, contact.speed, ways.satisfaction)
    from_long_talk = long_talk_loss(contact.speed, contact.talk + contact.hold, policy.expected, ways.satisfaction)
    from_transfers = transfers_loss(caller.transfers, ways.satisfaction)
    from_goodwill = goodwill_gain(spent, ways.satisfaction)
    manner = from_empathy + from_goodwill
    journey = from_waiting + from_long_talk + from_transfers
    satisfaction = ways.satisfaction.typical + from_resolution + from_repeats + manner + journey
    feeling = said(satisfaction, caller.mood)
    csat = csat_score(feeling)
    replies = reply_probability(policy.survey, satisfaction, ways.satisfaction) if over else 0.0
    surveyed = 1 if caller.replies < replies else 0
    see_handle_time(center, a, k)
    if over:
        see_outcome(center, a, k, resolved, surveyed, csat)
    tire(center, a, k, now)

    free_line(center, contact.queue)
    if resolved == 1:
        next_step = STAYS_AWAY
        leave_for_good(center, k, now, HANDLED, STAYS_AWAY)
    elif passed_on:
        next_step = ONWARD
        caller.solve = renewed(caller.solve, probability)
    else:
        next_step = leave_unresolved(center, k, now, policy.repeats)
    churn = 0.0
    if next_step == STAYS_AWAY:
        churn = churn_probability(resolved, contact.attempt + caller.transfers, manner + journey, ways.loyalty)
    have_met(
        center,
        k,
        probability,
        resolved,
        satisfaction,
        from_resolution,
        from_repeats,
        from_empathy,
        from_waiting,
        from_long_talk,
        from_transfers,
        from_goodwill,
        spent,
        churn,
        caller.repeats_after if next_step in (AGAIN, LATER) else NEVER,
        surveyed,
        csat,
        nps_score(feeling),
        effort_score(feeling - manner),
    )
    if next_step == ONWARD:
        leave_onward(center, k, now, policy.onward_to)


def see_answer(center: Center, q: int, wait: float) -> None:
    """A contact of queue q was answered after that wait: the scoreboard shows it."""
    policy = center.policies[q]
    met = 1.0 if wait <= policy.within else 0.0
    policy.level = seen(policy.level, met - policy.level_target, center.ways[0].pressure.queue_memory)


def see_abandonment(center: Center, q: int) -> None:
    """A contact of queue q gave up: on the scoreboard a contact that was not answered in time."""
    policy = center.policies[q]
    policy.level = seen(policy.level, -policy.level_target, center.ways[0].pressure.queue_memory)


def see_handle_time(center: Center, a: int, k: int) -> None:
    """Agent a sees how long contact k took."""
    contact, person = center.contacts[k], center.people[a]
    took = contact.talk + contact.hold + contact.wrap
    target = center.policies[contact.queue].aht_target
    person.pace = seen(person.pace, took / target, center.ways[0].pressure.agent_memory)


def see_outcome(center: Center, a: int, k: int, resolved: int, surveyed: int, csat: int) -> None:
    """Agent a sees whether contact k was resolved, and what the caller said if asked."""
    person, pressure = center.people[a], center.ways[0].pressure
    policy = center.policies[center.contacts[k].queue]
    person.fcr = seen(person.fcr, float(resolved) - policy.fcr_target, pressure.agent_memory)
    if surveyed == 1:
        content = 1.0 if csat >= CONTENT else 0.0
        person.csat = seen(person.csat, content - policy.csat_target, pressure.agent_memory)


def tire(center: Center, a: int, k: int, now: float) -> None:
    """Contact k has cost agent a some energy."""
    contact, caller, person = center.contacts[k], center.callers[k], center.people[a]
    seconds = contact.talk + contact.hold + contact.wrap
    person.energy = drained(
        person.energy,
        seconds,
        occupancy(center, a, now),
        caller.hurry,
        caller.acted,
        caller.agitation,
        center.ways[0].energy,
    )


def change_of_state(center: Center, a: int, state: int, now: float) -> None:
    """Agent a, who is about to be in that state, has rested if off the phones, and counts with the team at work."""
    agent, person, crew = center.agents[a], center.people[a], center.crews[center.agents[a].team]
    was = agent.state
    if IDLE <= was <= WRAP:
        crew.on_phones -= 1
        if was != IDLE:
            crew.busy -= 1
    elif agent.since > 0.0:  # at the first sign-on of the run nobody knows for how long the agent has rested
        person.energy = rested(person.energy, now - agent.since, person.passion, center.ways[0].energy)
    if IDLE <= state <= WRAP:
        crew.on_phones += 1
        if state != IDLE:
            crew.busy += 1

