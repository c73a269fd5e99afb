"""A supervisor beside the center, and a routing policy of one's own.

    python -m sim +scenario=docs/examples/supervisor.yaml allow_python=true

`move_three` is a SimPy process: a function of the environment and the floor that yields events.
`most_caring` is a routing policy: a function of a contact and the free agents that returns one of them.
"""

ELEVEN = 11 * 3600  # seconds since midnight


def move_three(env, floor):
    """At 11:00 the three longest idle (or else busy) service agents go over to sales, and at 15:00 back."""
    yield env.timeout(ELEVEN - env.now)
    movers = sorted(floor.agents("service"), key=lambda agent: (agent.state, agent.since))[:3]
    floor.move(movers, "sales")
    yield env.timeout(4 * 3600)
    floor.move(movers, "service")


def most_caring(contact, agents):
    """Callers who need to be listened to get the most empathic free agent; others the longest idle."""
    if contact.empathy > 0.6:
        return max(agents, key=lambda agent: agent.empathy)
    return min(agents, key=lambda agent: agent.since)
