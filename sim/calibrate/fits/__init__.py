"""Fits: from the normalised rows of a log to figures with their uncertainty, and the arrays to draw data beside fit.

estimate: one figure. counts: contacts by day and interval. calendar: opening hours and odd days. arrivals
(day_factor, slot_factor): how many come when. laws, handle: how long contacts take. wrap: wrap-up that is not on
record. patience: how long callers wait, by single waits; match (replay, moments): by a report's counts. agents: who
is fast, who learns, who cuts calls short. presence, concurrency, closing, staffing, heads: who is on duty when.
following, redials: who calls again. everything: all of them for one log.
"""
