"""The plan: everything that is given before the clock starts, drawn by key and never by event.

    demand.py    who arrives when, in all queues
    recorded.py  arrivals read from a log
    callers.py   what each caller brings along: patience, work, needs, later attempts
    roster.py    who the agents are
    stints.py    who is on duty from when to when
    pauses.py    what agents do off the phones during a stint
    timetable.py all of that in order of time, with the queues' opening and closing
    opening.py   opening hours
    traits.py    empathy and speed of a population
    tables.py    the center's own rows
"""
