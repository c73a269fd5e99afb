"""Routing: which agent answers a contact, and which contact a free agent takes.

Teams and queues are tried level by level, first choice first; a rule chooses among those of one
level. A team that is an overflow of the queue counts once the contact has waited long enough, and
a team that keeps agents in reserve counts while it would have more of them free.
"""

from __future__ import annotations

from sim.center.verbs import Center
from sim.record import NOBODY, PickAgent, PickContact

LONGEST_IDLE = int(PickAgent.LONGEST_IDLE)
MOST_IDLE = int(PickAgent.MOST_IDLE)
FEWEST_SKILLS = int(PickAgent.FEWEST_SKILLS)
FASTEST = int(PickAgent.FASTEST)
RANDOM = int(PickAgent.RANDOM)
EMPATHY = int(PickAgent.EMPATHY)
PRIORITY = int(PickContact.PRIORITY)
AGE_TIMES_PRIORITY = int(PickContact.AGE_TIMES_PRIORITY)
LONGEST_QUEUE = int(PickContact.LONGEST_QUEUE)


def pick_agent(center: Center, k: int, now: float) -> int:
    """The free agent who is to answer contact k, or -1."""
    contact, rule = center.contacts[k], center.desk[0].pick_agent
    if rule == RANDOM:
        return pick_at_random(center, k)
    queue = center.queues[contact.queue]
    best, best_score, best_since, level = NOBODY, 0.0, 0.0, 0
    for r in range(queue.route_from, queue.route_to):
        route = center.routes[r]
        if best >= 0 and route.level != level:
            break
        team = center.teams[route.team]
        if route.tier > contact.tier or team.idle <= route.reserve:
            continue
        a = team.head
        while a >= 0:
            agent = center.agents[a]
            if rule == FASTEST:
                score = agent.handle_factor * route.handle_factor
            elif rule == EMPATHY:
                score = abs(agent.empathy - contact.empathy)
            elif rule == MOST_IDLE:
                score = occupancy(center, a, now)
            elif rule == FEWEST_SKILLS:
                score = float(team.skill_to - team.skill_from)
            else:
                score = 0.0
            if (
                best < 0
                or score < best_score
                or (score == best_score and (agent.since < best_since or (agent.since == best_since and a < best)))
            ):
                best, best_score, best_since, level = a, score, agent.since, route.level
            if rule in (LONGEST_IDLE, FEWEST_SKILLS):
                break  # the head of the list is the team's longest idle
            a = agent.next
    return best


def occupancy(center: Center, a: int, now: float) -> float:
    """Share of this spell of duty that agent a has spent handling contacts."""
    agent = center.agents[a]
    present = now - agent.signed_on
    return agent.handling / present if present > 0.0 else 0.0


def pick_at_random(center: Center, k: int) -> int:
    """A free agent of the first level that has one, by the contact's own mark, or -1."""
    contact = center.contacts[k]
    queue = center.queues[contact.queue]
    free, level = 0, 0
    for r in range(queue.route_from, queue.route_to):
        route = center.routes[r]
        if free > 0 and route.level != level:
            break
        idle = center.teams[route.team].idle
        if route.tier <= contact.tier and idle > route.reserve:
            free += idle
            level = route.level
    place = int(contact.pick * free)
    for r in range(queue.route_from, queue.route_to):
        route = center.routes[r]
        team = center.teams[route.team]
        if free == 0 or route.level != level or route.tier > contact.tier or team.idle <= route.reserve:
            continue
        if place >= team.idle:
            place -= team.idle
            continue
        a = team.head
        while place > 0:
            a = center.agents[a].next
            place -= 1
        return a
    return NOBODY


def pick_contact(center: Center, a: int, now: float) -> int:
    """The waiting contact that agent a, who is free, takes next, or -1."""
    team, rule = center.teams[center.agents[a].team], center.desk[0].pick_contact
    best, best_score, level = NOBODY, 0.0, 0
    for s in range(team.skill_from, team.skill_to):
        skill = center.skills[s]
        if rule == PRIORITY and best >= 0 and skill.level != level:
            break
        queue = center.queues[skill.queue]
        k = queue.head
        if k < 0 or team.idle < skill.reserve:
            continue
        contact = center.contacts[k]
        if contact.tier < skill.tier:
            continue
        if rule == LONGEST_QUEUE:
            score = -float(queue.length)
        elif rule == AGE_TIMES_PRIORITY:
            score = -(now - contact.arrived + queue.head_start) * queue.weight
        else:
            score = contact.arrived - queue.head_start
        if best < 0 or score < best_score:
            best, best_score, level = k, score, skill.level
    return best
