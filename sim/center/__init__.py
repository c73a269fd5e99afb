"""The moves of callers, queues and agents: what happens, written once.

A move is a plain function of the center, somebody, and now. It changes records and uses the verbs
of `verbs` to say what happens next and when, and what is to be written down. It draws no random
number, keeps no statistics and does no input or output. The same functions run on Python objects
under SimPy and, compiled, on structured arrays; so they use numbers, records and loops only.

    verbs.py    schedule, contact_left, agent_was, queue_is
    leaving.py  the ways out, and coming back
    queue.py    join, step out
    router.py   which agent for a contact, which contact for an agent
    agent.py    sign on, answer, hang up, wrap up, activities, sign off
    caller.py   arrive, wait, overflow, give up
    day.py      opening and closing, and which move an event calls for
"""
