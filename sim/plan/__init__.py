"""The plan: everything that is given before the clock starts, drawn by key and never by event.

What all replications share is worked out once a scenario (`Callers.of`, `Demand.of`, `Timetable.of`);
a replication then draws only what is its own.

    demand.py    who arrives when, in all queues
    streams.py   the arrivals of one queue on one day
    factors.py   how busy a day and its intervals turn out to be
    recorded.py  arrivals read from a log
    callers.py   what each caller brings along: patience, work, needs
    marks.py     which of that is drawn for a queue's callers, and from what
    heard.py     how patient those are who are told their place
    attempts.py  how often each caller tries at most
    roster.py    who the agents are
    stints.py    who is on duty from when to when
    pauses.py    what agents do off the phones during a stint
    timetable.py all of that in order of time, with the queues' opening and closing
    schedule.py  who is asked to do what from when to when, as planned
    opening.py   opening hours
    traits.py    empathy and speed of a population
    tables.py    the center's own rows
"""
