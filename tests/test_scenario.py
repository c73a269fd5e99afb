"""The scenario: canonical forms of what a planner writes, and one plain line for everything that is wrong."""

from __future__ import annotations

import copy
import json
import math
import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.scenario import (
    Counts,
    Fault,
    Rates,
    Scenario,
    ScenarioError,
    Skill,
    build,
    dotted,
    estimated_contacts,
    faults,
    warnings,
)
from sim.scenario.team import apportion
from sim.units import DAY, HOUR


class Drop:
    """Instead of a value: the key goes. Its name has no address, so test processes give a case the same name."""

    def __repr__(self) -> str:
        return "DROP"


DROP = Drop()
Q, T = "queues.service.", "teams.front."

BASE: dict[str, Any] = {
    "queues": {
        "service": {
            "open": "08:00-20:00",
            "arrivals": {"kind": "rates", "per_hour": 300},
            "talk": {"kind": "lognormal", "mean_s": 240, "cv": 1.2},
            "patience": {"kind": "exponential", "mean_s": 390},
        }
    },
    "teams": {"front": {"skills": {"service": 1}, "shifts": {"early": 20, "late": 20}}},
    "shifts": {
        "early": {"start": "08:00", "end": "16:00"},
        "late": {"start": "12:00", "end": "20:00"},
    },
}


def raw_with(changes: dict[str, Any]) -> dict[str, Any]:
    """The base scenario with the values at some dotted keys changed, or dropped."""
    raw = copy.deepcopy(BASE)
    for dots, value in changes.items():
        *above, last = dots.split(".")
        node = raw
        for key in above:
            node = node.setdefault(key, {})
        if value is DROP:
            del node[last]
        else:
            node[last] = value
    return raw


def having(changes: dict[str, Any]) -> Scenario:
    """The base scenario, changed and built."""
    return build(raw_with(changes))


def lines(found: list[Fault]) -> list[str]:
    """Faults as "path: message"."""
    return [f"{dotted(fault)}: {fault.message}" for fault in found]


SECOND = {"arrivals": {"kind": "rates", "per_hour": 0}, "talk": {"kind": "constant", "value_s": 3}}
PRICES = {"agent_hour": 28, "contact": 0.4, "customer_value_year": 300}

# ---------------------------------------------------------------- one fault, one line

FAULTS: list[tuple[dict[str, Any], str]] = [
    # misspelled keys and wrong units
    (
        {Q + "arrivals": {"kind": "rates", "per_huor": 3}},
        "queues.service.arrivals.per_huor: unknown key, did you mean 'per_hour' (contacts an hour)?",
    ),
    (
        {Q + "talk": {"kind": "exponential", "mean": 240}},
        "queues.service.talk.mean: unknown key, did you mean 'mean_s' (seconds)?",
    ),
    (
        {Q + "talk": {"kind": "lognormal", "mean_min": 4, "cv": 1}},
        "queues.service.talk.mean_min: unknown key, did you mean 'mean_s' (seconds)?",
    ),
    (
        {Q + "talk.mean_s": "4 min"},
        "queues.service.talk.mean_s: needs a number of seconds > 0, for example 240, got '4 min'",
    ),
    (
        {Q + "talk.mean_s": "240"},
        "queues.service.talk.mean_s: needs a number of seconds > 0 without quotes, got '240'",
    ),
    ({"queue": {}, "queues": DROP}, "queue: unknown key, did you mean 'queues'?"),
    (
        {T + "shfts": {"early": 1}, T + "shifts": DROP},
        "teams.front.shfts: unknown key, did you mean 'shifts'?",
    ),
    (
        {"patience": {"kind": "never"}},
        "patience: unknown key here: it belongs at queues.NAME.patience or teams.NAME.traits.patience or "
        "teams.NAME.roster.patience",
    ),
    ({"goals": {"sl": 0.8}}, "goals.sl: unknown key, did you mean 'service_level'?"),
    ({"demand": {"x": 1}}, "demand.x: unknown key, known here: scale"),
    (
        {Q + "talk": {"kind": "weibull", "scale_s": 9, "shape": 1, "cv": 1}},
        "queues.service.talk.cv: kind weibull has no such key (its keys: scale_s, shape)",
    ),
    ({"goals": {"service_level": 80}}, "goals.service_level: needs a share above 0 to 1 (80 % is 0.8), got 80"),
    ({"confidence": "95%"}, "confidence: needs a share above 0 and below 1, for example 0.95, got '95%'"),
    # numbers out of bounds
    ({Q + "talk.mean_s": -3}, "queues.service.talk.mean_s: needs a number of seconds > 0, got -3"),
    ({Q + "talk.mean_s": math.nan}, "queues.service.talk.mean_s: needs a number of seconds > 0 (finite), got nan"),
    (
        {Q + "talk.mean_s": 1e12},
        "queues.service.talk.mean_s: needs at most 1,000,000,000 seconds (31 years), got 1e+12",
    ),
    ({Q + "talk.mean_s": True}, "queues.service.talk.mean_s: needs a number of seconds > 0, got true"),
    (
        {Q + "patience.mean_s": 0},
        "queues.service.patience.mean_s: needs a number of seconds > 0, got 0",
    ),
    (
        {Q + "arrivals.per_hour": -1},
        "queues.service.arrivals.per_hour: needs a number of contacts an hour >= 0, got -1",
    ),
    (
        {Q + "arrivals.per_hour": math.nan},
        "queues.service.arrivals.per_hour: needs a number of contacts an hour >= 0, got nan",
    ),
    (
        {Q + "arrivals.per_hour": 1e12},
        "queues.service.arrivals.per_hour: needs at most 1,000,000 contacts an hour (far beyond any center), got 1e+12",
    ),
    (
        {Q + "arrivals.per_hour": 10**400},
        "queues.service.arrivals.per_hour: needs at most 1,000,000 contacts an hour (far beyond any center), "
        "got a number of 401 digits",
    ),
    (
        {Q + "arrivals.per_hour": {"mon-fri": [3, "x"]}},
        "queues.service.arrivals.per_hour.mon-fri.1: needs a number of contacts an hour >= 0, got 'x'",
    ),
    (
        {Q + "arrivals": {"kind": "counts", "per_interval": 2.5}},
        "queues.service.arrivals.per_interval: needs a whole number of contacts an interval >= 0, got 2.5",
    ),
    (
        {"demand.scale": 1000, Q + "arrivals.per_hour": 2000},
        "demand.scale: gives queue 'service' 2,000,000 contacts an hour: at most 1,000,000 are possible",
    ),
    (
        {"days": 3660, Q + "arrivals.per_hour": 1e5},
        "days: 3660 days would have about 4,392,000,000 contacts a replication: at most 1,000,000,000 are possible, "
        "simulate fewer days",
    ),
    ({"days": 0}, "days: needs a whole number of days from 1 to 3,660, got 0"),
    ({"days": 4000}, "days: needs a whole number of days from 1 to 3,660, got 4000"),
    ({"days": 1.5}, "days: needs a whole number of days from 1 to 3,660, got 1.5"),
    ({"replications": 0}, "replications: needs a whole number >= 1, got 0"),
    ({"replications": 2e6}, "replications: needs at most 1,000,000, got 2000000"),
    ({T + "agents": 1e6}, "teams.front.agents: needs at most 100,000 agents, got 1000000"),
    ({T + "agents": -1}, "teams.front.agents: needs a whole number of agents >= 0, got -1"),
    (
        {T + "agents": 1e5, "staffing": {"scale": 20}},
        "staffing.scale: gives 2,000,000 agents in all: at most 1,000,000 are possible",
    ),
    (
        {T + "traits": {"correlation": 1.2}},
        "teams.front.traits.correlation: needs a number from -1 to 1, got 1.2",
    ),
    (
        {Q + "needs": {"empathy": {"mean": 50}}},
        "queues.service.needs.empathy.mean: needs a share from 0 to 1 (50 % is 0.5), got 50",
    ),
    (
        {Q + "arrivals.slot_factor": {"sd": 0.1, "lag1": 1}},
        "queues.service.arrivals.slot_factor.lag1: needs a number above -1 and below 1, got 1",
    ),
    ({"interval_min": 7}, "interval_min: needs minutes that divide a day (1440), such as 6 or 8, got 7"),
    # wrong shapes and choices
    ({"queues": []}, "queues: needs at least one queue, for example queues: {service: {arrivals: ..., talk: ...}}"),
    ({"queues": {}}, "queues: needs at least one queue, for example queues: {service: {arrivals: ..., talk: ...}}"),
    ({"queues": 5}, "queues: needs queues by name, for example queues: {service: {arrivals: ..., talk: ...}}"),
    (
        {"queues": DROP},
        "queues: is missing: needs a mapping by name such as "
        "{NAME: {arrivals: {kind: rates, per_hour: 300}, talk: {kind: exponential, mean_s: 240}}}",
    ),
    (
        {Q + "talk": 240},
        "queues.service.talk: needs a mapping such as {kind: lognormal, mean_s: 240, cv: 1.2}, got 240",
    ),
    (
        {Q + "talk": DROP},
        "queues.service.talk: is missing: needs a mapping such as {kind: lognormal, mean_s: 240, cv: 1.2}",
    ),
    ({Q + "talk.kind": "lognormall"}, "queues.service.talk.kind: unknown kind 'lognormall', did you mean 'lognormal'?"),
    ({Q + "arrivals.kind": 3}, "queues.service.arrivals.kind: needs one of rates, counts, recorded, got 3"),
    ({Q + "arrivals.kind": DROP}, "queues.service.arrivals: is missing its kind: one of rates, counts, recorded"),
    (
        {Q + "talk": {"knd": "exponential", "mean_s": 3}},
        "queues.service.talk.knd: unknown key, did you mean 'kind'?",
    ),
    (
        {Q + "talk.sigma": 1.0},
        "queues.service.talk: needs mean_s and cv, or median_s and sigma, got cv, mean_s, sigma",
    ),
    (
        {Q + "talk": {"kind": "empirical", "values_s": [-1]}},
        "queues.service.talk.values_s.0: needs a number of seconds >= 0, got -1",
    ),
    (
        {Q + "talk": {"kind": "zero_or", "probability_zero": 0.1, "then": {"kind": "gamma", "mean_s": 9}}},
        "queues.service.talk.then.cv: is missing: needs a number from 0.01 to 30",
    ),
    (
        {Q + "talk": {"kind": "never"}},
        "queues.service.talk: needs a duration that ends, got one that is endless (mean infinite)",
    ),
    (
        {"cluster": "tcp://10.0.0.5:8786"},
        "cluster: is not used by execution processes: needs execution dask or ray",
    ),
    ({"execution": "ray", "cluster": "auto", "workers": 0}, "workers: needs a whole number >= 1, got 0"),
    ({"engine": "simpi"}, "engine: needs one of auto, simpy, compiled, got 'simpi', did you mean 'simpy'?"),
    ({"first_day": "moonday"}, "first_day: needs a weekday (mon, tue, wed, thu, fri, sat, sun), got 'moonday'"),
    ({"allow_python": "yes"}, "allow_python: needs true or false, got 'yes'"),
    ({Q + "arrivals.start": 8}, 'queues.service.arrivals.start: needs a time of day, got the number 8: write "8:00"'),
    ({"shifts.early.start": "8 am"}, "shifts.early.start: needs a time of day such as \"08:30\", got '8 am'"),
    (
        {"shifts.early.days": "mon-fry"},
        "shifts.early.days: needs a weekday (mon, tue, wed, thu, fri, sat, sun), got 'fry'",
    ),
    (
        {Q + "open": {"mon": "08:00-20:00", "tue": "cloosed"}},
        'queues.service.open.tue: needs hours such as "08:00-20:00" or "closed", got \'cloosed\'',
    ),
    (
        {Q + "open": {"all": "20:00-09:00", "sat": "10:00-12:00"}},
        "queues.service.open.sat: sat was already given under 'all'",
    ),
    (
        {Q + "open": "08:00-07:00", "shifts.early.start": "09:00"},
        "",  # 23 hours a day fit
    ),
    (
        {Q + "open": {"mon": "20:00-09:00", "tue": "08:00-12:00"}},
        "queues.service.open: needs windows that do not overlap: 20:00-09:00 (mon) runs into the next day's "
        "08:00-12:00",
    ),
    # what does not fit together
    ({T + "skills": {"servise": 1}}, "teams.front.skills.servise: unknown queue 'servise', did you mean 'service'?"),
    ({T + "skills": {"service": 0}}, "teams.front.skills.service: needs a whole number from 1 to 1,000, got 0"),
    ({T + "shifts": {"early": 20, "lat": 9}}, "teams.front.shifts.lat: unknown shift 'lat', did you mean 'late'?"),
    (
        {T + "shifts": DROP},
        "teams.front: has neither shifts nor staffing, so nobody ever works: add shifts: {early: 20} or "
        'staffing: {start: "08:00", agents: [4, 6, 8]}',
    ),
    ({T + "staffing": {"agents": [1, 2]}}, "teams.front: has both shifts and staffing: keep one"),
    (
        {T + "shifts": DROP, T + "staffing": {"agents": [1] * 25}},
        "teams.front.staffing.agents: 25 entries of 60 min are more than 24 hours: needs at most 24",
    ),
    (
        {T + "shifts": {"early": 1.5}},
        "teams.front.shifts.early: needs a whole number of agents, got 1.5 (a share needs `agents`, too)",
    ),
    (
        {T + "agents": 9, T + "shifts": {"early": 0}},
        "teams.front.shifts: needs a share above 0 to split 9 agents",
    ),
    (
        {T + "shrinkage": {"planned": 0.7, "unplanned": 0.7}},
        "teams.front.shrinkage: planned + unplanned is 1.4: needs at most 1 (shares of the shift)",
    ),
    (
        {Q + "overflow": [{"after_s": 9, "teams": ["frnt"]}]},
        "queues.service.overflow.0.teams.0: unknown team 'frnt', did you mean 'front'?",
    ),
    (
        {Q + "overflow": [{"after_s": 9, "teams": ["front"]}], T + "skills": {}},
        "queues.service.overflow.0.teams.0: team 'front' lacks the skill: add service to teams.front.skills",
    ),
    (
        {Q + "overflow": [{"after_s": 9, "teams": ["front", "front"]}]},
        "queues.service.overflow.0.teams.1: team 'front' is listed twice: it joins at one time only",
    ),
    (
        {Q + "redial": {"after_abandon": 1, "max_attempts": None}},
        "queues.service.redial.after_abandon: is 1 without max_attempts, so callers redial for ever: "
        "set max_attempts, or less than 1",
    ),
    (
        {Q + "redial": {"queue": "servce"}},
        "queues.service.redial.queue: unknown queue 'servce', did you mean 'service'?",
    ),
    (
        {Q + "redial": {"delay": {"kind": "never"}}},
        "queues.service.redial.delay: needs a delay that ends; to let fewer callers come back, lower after_abandon",
    ),
    (
        {"shifts.early.lunch": {"start": "17:00", "minutes": 30}},
        "shifts.early.lunch: begins at 17:00, outside the shift 08:00-16:00",
    ),
    (
        {"shifts.early.breaks": [{"start": "15:00", "minutes": 30, "stagger_min": 60}]},
        "shifts.early.breaks.0: ends at 16:30 (with its stagger_min), after the shift 08:00-16:00: "
        "begin earlier or shorten it",
    ),
    ({"shifts.early.start": "25:00"}, 'shifts.early.start: needs a time before "24:00", got "25:00"'),
    (
        {"python": {"file": "a.py"}},
        "python: asks to run Python code from a file: if you trust it, add allow_python=true to the command",
    ),
    (
        {"python": {"file": "a.py"}, "allow_python": True, "engine": "compiled"},
        "engine: compiled cannot run your Python code: needs engine simpy or auto",
    ),
    # lists against opening hours
    (
        {Q + "arrivals.per_hour": [1] * 11, Q + "arrivals.start": "08:00"},
        "queues.service.arrivals.per_hour: 11 entries of 60 min from 08:00 cover 08:00-19:00, but the queue is open "
        "08:00-20:00: needs 12 entries (0 where nobody calls)",
    ),
    (
        {Q + "arrivals.per_hour": [1] * 13, Q + "arrivals.start": "08:00"},
        "queues.service.arrivals.per_hour: 13 entries of 60 min from 08:00 cover 08:00-21:00; one of them is not 0 "
        "while the queue is closed (first at 20:00): change open, start or the list",
    ),
    (
        {Q + "arrivals.per_hour": {"mon-fri": [1] * 11, "sat": [2] * 12}, Q + "arrivals.start": "09:00"},
        "queues.service.arrivals.per_hour: mon-fri: 11 entries of 60 min from 09:00 cover 09:00-20:00, but the queue "
        'is open 08:00-20:00: needs 12 entries, start: "08:00" (0 where nobody calls)',
    ),
    (
        {Q + "arrivals.per_hour": [1] * 25, Q + "open": DROP},
        "queues.service.arrivals.per_hour: 25 entries of 60 min from 00:00 are more than 24 hours: needs at most 24",
    ),
    (
        {Q + "arrivals": {"kind": "counts", "per_interval": 5, "interval_min": 480}},
        "queues.service.arrivals.interval_min: 08:00-20:00 is not a whole number of 480 min intervals",
    ),
    (
        {Q + "arrivals": {"kind": "counts", "per_interval": [0, 5, 5], "interval_min": 480}},
        "queues.service.arrivals.interval_min: interval 16:00-24:00 is only partly open: counts need intervals "
        "wholly open",
    ),
    # people: traits
    (
        {T + "traits": {"empathy": {"mean": 1.2}}},
        "teams.front.traits.empathy.mean: needs a share from 0 to 1, got 1.2",
    ),
    ({T + "traits": {"knowledge": {"sd": -1}}}, "teams.front.traits.knowledge.sd: needs a number from 0 to 10, got -1"),
    ({T + "traits": {"correlation": 1.2}}, "teams.front.traits.correlation: needs a number from -1 to 1, got 1.2"),
    ({Q + "needs": {"correlation": -1.2}}, "queues.service.needs.correlation: needs a number from -1 to 1, got -1.2"),
    (
        {Q + "needs": {"knowledge": {"mean": 1}}},
        "queues.service.needs.knowledge: unknown key here: it belongs at teams.NAME.traits.knowledge or "
        "teams.NAME.roster.knowledge or behavior.resolution.knowledge",
    ),
    ({T + "traits": {"pasion": {}}}, "teams.front.traits.pasion: unknown key, did you mean 'passion'?"),
    # people: surveys and scorecards
    ({Q + "survey": None}, "queues.service.survey: needs a mapping such as {offered: 0.5}, got nothing (null)"),
    ({Q + "survey": {}}, "queues.service.survey.offered: is missing: needs a share from 0 to 1"),
    ({Q + "survey": 0.5}, "queues.service.survey: needs a mapping such as {offered: 0.5}, got 0.5"),
    (
        {Q + "survey": {"offered": 0}, "behavior": {"people": True}, "goals": {"scorecard": {"csat": 2}}},
        "queues.service.survey.offered: is 0 while the scorecard rewards csat, which nobody would ever see: offer "
        "surveys, or set goals.scorecard.csat to 0",
    ),
    (
        {"goals": {"scorecard": {"aht": 0, "service_level": 0, "csat": 0, "fcr": 0}}},
        "goals.scorecard: rewards nothing: needs a weight above 0 for aht, service_level, csat or fcr (to have no "
        "pressure at all, set behavior.pressure.speed and quality to 0)",
    ),
    (
        {
            "goals": {"scorecard": {"aht": 1, "service_level": 0, "csat": 0, "fcr": 0}},
            Q + "goals": {"scorecard": {"aht": 0}},
        },
        "queues.service.goals.scorecard: rewards nothing: needs a weight above 0 for aht, service_level, csat or fcr "
        "(to have no pressure at all, set behavior.pressure.speed and quality to 0)",
    ),
    ({"goals": {"scorecard": {"aht": -1}}}, "goals.scorecard.aht: needs a number from 0 to 1,000, got -1"),
    ({"goals": {"scorecard": {"ahtt": 1}}}, "goals.scorecard.ahtt: unknown key, did you mean 'aht'?"),
    (
        {"goals": {"scorecard": "aht"}},
        "goals.scorecard: needs a mapping such as {aht: 1, service_level: 1, csat: 2, fcr: 1}, got 'aht'",
    ),
    # people: resolution, repeats, transfers
    ({Q + "fcr": 1}, "queues.service.fcr: needs a share above 0 and below 1, got 1"),
    ({Q + "fcr": 0}, "queues.service.fcr: needs a share above 0 and below 1, got 0"),
    ({Q + "fcr": 70}, "queues.service.fcr: needs a share above 0 and below 1 (70 % is 0.7), got 70"),
    (
        {Q + "repeat": {"probability": 1}, Q + "redial": {"max_attempts": None}},
        "queues.service.repeat.probability: is 1 without redial.max_attempts, so an unresolved case may never close: "
        "set redial.max_attempts, or less than 1",
    ),
    (
        {Q + "repeat": {"delay": {"kind": "never"}}},
        "queues.service.repeat.delay: needs a delay that ends; to let fewer callers come back, lower probability",
    ),
    (
        {Q + "transfer": {"probability": 0.2}},
        "queues.service.transfer.to: is missing: needs the queue that contacts are passed on to, but there is no other "
        "queue: add one",
    ),
    (
        {Q + "transfer": {"probability": 0.2}, "queues.second": dict(SECOND)},
        "queues.service.transfer.to: is missing: needs the queue that contacts are passed on to, such as second",
    ),
    (
        {Q + "transfer": {"probability": 0, "to": "service"}},
        "queues.service.transfer.to: passes contacts on to the queue they come from: needs another queue",
    ),
    (
        {Q + "transfer": {"probability": 0.2, "to": "secnd"}, "queues.second": dict(SECOND)},
        "queues.service.transfer.to: unknown queue 'secnd', did you mean 'second'?",
    ),
    (
        {
            Q + "transfer": {"probability": 0.2, "to": "second"},
            "queues.second": SECOND | {"transfer": {"probability": 0.1, "to": "third"}},
            "queues.third": SECOND | {"transfer": {"probability": 0.1, "to": "service"}},
        },
        "queues.service.transfer.to: contacts would go round in a circle, service -> second -> third -> service: end "
        "it somewhere",
    ),
    (
        {
            Q + "transfer": {"probability": 0.2, "to": "second"},
            "queues.second": SECOND | {"transfer": {"probability": 0.1, "to": "third"}},
            "queues.third": SECOND | {"transfer": {"probability": 0.1, "to": "second"}},
        },
        "queues.second.transfer.to: contacts would go round in a circle, second -> third -> second: end it somewhere",
    ),
    # people: behavior and prices
    ({"behavior": {"people": 1}}, "behavior.people: needs true or false, got 1"),
    (
        {"behavior": "none"},
        "behavior: needs a mapping such as {people: true} (a file of configs/behavior is chosen on "
        "the command line: behavior=none), got 'none'",
    ),
    ({"behavior": {"talk": {"lisening": 1}}}, "behavior.talk.lisening: unknown key, did you mean 'listening'?"),
    ({"behavior": {"talk": {"hurry": 3}}}, "behavior.talk.hurry: needs a number from -2 to 2, got 3"),
    (
        {"behavior": {"satisfaction": {"typical": 1}}},
        "behavior.satisfaction.typical: needs a share above 0 and below 1, got 1",
    ),
    (
        {"behavior": {"pressure": {"cut_s": 0}}},
        "behavior.pressure.cut_s: needs a number of seconds > 0, got 0",
    ),
    ({"costs": PRICES | {"agent_hour": None}}, "costs.agent_hour: needs a price >= 0, got nothing (null)"),
    ({"costs": {"agent_hour": 28, "contact": 1}}, "costs.customer_value_year: is missing: needs a price >= 0"),
    ({"costs": PRICES | {"contact": -1}}, "costs.contact: needs a price >= 0, got -1"),
    (
        {"costs": PRICES | {"currency": "€"}},
        "costs.currency: needs a currency's three capital letters such as EUR, got '€'",
    ),
    (
        {"costs": {"wage": 28, "contact": 1, "customer_value_year": 1}},
        "costs.wage: unknown key, did you mean 'agent_hour'?",
    ),
    # people: the roster
    (
        {T + "roster": "people.csv"},
        "teams.front.roster: needs a list of agents; a file such as 'people.csv' is read where scenarios are loaded",
    ),
    ({T + "roster": [{"empathy": 7}]}, "teams.front.roster.0.empathy: needs a share from 0 to 1 (7 % is 0.07), got 7"),
    ({T + "roster": [{"empaty": 0.7}]}, "teams.front.roster.0.empaty: unknown key, did you mean 'empathy'?"),
    (
        {T + "roster": [{"name": "Ada"}, {"speed": 0.7}, {"name": "Ada"}]},
        "teams.front.roster.2.name: 'Ada' is given twice, first as number 1 of the list",
    ),
    (
        {T + "roster": [{"handle_factor": 0}]},
        "teams.front.roster.0.handle_factor: needs a number above 0 to 100, got 0",
    ),
]


@pytest.mark.parametrize(("changes", "line"), [case for case in FAULTS if case[1]], ids=lambda case: str(case)[:60])
def test_each_fault_gives_its_one_line(changes: dict[str, Any], line: str) -> None:
    found = lines(faults(raw_with(changes)))
    # A list that starts late is also too short on the other days: one line a list is enough for each.
    assert found[0] == line
    assert len(found) == (2 if "mon-fri: 11 entries" in line else 1)


def test_the_base_has_no_faults_and_no_warnings() -> None:
    assert faults(BASE) == []
    assert warnings(build(BASE)) == []


def test_all_faults_are_told_at_once_and_none_hides_another() -> None:
    changes = {
        Q + "talk.mean_s": -3,
        Q + "arrivals.per_hour": [1] * 11,
        Q + "arrivals.start": "08:00",
        Q + "arrivals.day_factor_shape": 0,
        Q + "overflow": [{"after_s": -1, "teams": ["bak"]}],
        T + "skills": {"servise": 1, "service": 0},
        T + "absence": 3,
        "shifts.early.lunch": {"start": "17:00", "minutes": 30},
        "shifts.late.start": "x",
        "days": 0,
        "goals": 3,
    }
    assert {line.split(": ")[0] for line in lines(faults(raw_with(changes)))} == {
        "queues.service.talk.mean_s",
        "queues.service.arrivals.day_factor_shape",
        "queues.service.arrivals.per_hour",
        "queues.service.overflow.0.after_s",
        "queues.service.overflow.0.teams.0",
        "teams.front.skills.service",
        "teams.front.skills.servise",
        "teams.front.absence",
        "shifts.early.lunch",
        "shifts.late.start",
        "days",
        "goals",
    }
    assert len(faults(raw_with(changes))) == 12


def test_build_raises_all_lines() -> None:
    with pytest.raises(ScenarioError) as refused:
        build(raw_with({"days": 0, T + "shifts": {"lat": 3}}))
    assert str(refused.value).splitlines() == [
        "days: needs a whole number of days from 1 to 3,660, got 0",
        "teams.front.shifts.lat: unknown shift 'lat', did you mean 'late'?",
    ]


def test_pydantic_alone_tells_contradictions_at_their_place() -> None:
    with pytest.raises(ValidationError) as refused:
        Scenario.model_validate(raw_with({T + "skills": {"servise": 1}}))
    (error,) = refused.value.errors()
    assert error["loc"] == ("teams", "front", "skills", "servise")


@pytest.mark.parametrize("raw", [None, [], "queues", 3])
def test_what_is_no_mapping_at_all(raw: Any) -> None:
    assert lines(faults(raw)) == ["scenario: needs a mapping with queues and teams (is the file empty, or a list?)"]


def _nodes(raw: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ()
    for key, value in items:
        found += _nodes(value, (*path, key))
    return found


RICH = raw_with(
    {
        "queues.sales": {
            "open": {"mon-fri": "08:00-20:00", "sat": "closed"},
            "arrivals": {"kind": "counts", "per_interval": {"mon": [1] * 24}},
            "talk": {"kind": "zero_or", "probability_zero": 0.1, "then": {"kind": "erlang", "mean_s": 9, "phases": 2}},
            "hold": {"kind": "piecewise_hazard", "from_s": [0, 9], "per_s": [0.1, 0.2]},
            "redial": {"after_abandon": 0.4, "queue": "service"},
            "fcr": 0.8,
            "repeat": {"probability": 0.5, "delay": {"kind": "constant", "value_s": 60}},
            "transfer": {"probability": 0.1, "to": "service"},
            "survey": {"offered": 0.2},
            "asks": {"empathy": 0.7},
            "goals": {"csat": 0.8, "scorecard": {"csat": 2}},
            "overflow": [{"after_s": 45, "teams": ["backup"]}],
        },
        "teams.backup": {
            "skills": {"sales": {"level": 2, "reserve": 1}},
            "staffing": {"start": "08:00", "agents": {"mon-fri": [4] * 12}},
            "shrinkage": {"planned": 0.1},
            "traits": {"empathy": {"mean": 0.6}, "knowledge": {"sd": 0.1}},
            "roster": [{"name": "Ada", "empathy": 0.7}, {}],
        },
        "goals": {"service_level": 0.8, "scorecard": {"aht": 2}},
        "behavior": {"people": True, "talk": {"listening": 0.1}, "loyalty": {"at_once": 0.05}},
        "costs": dict(PRICES),
        "routing": {"pick_agent": "random"},
    }
)
RICH["queues"]["sales"]["arrivals"]["per_interval"] = {"mon": [0] * 8 + [1] * 12 + [0] * 4}
ODD = [
    None, 0, -1, 2.5, 1e300, math.nan, math.inf, "", "x", "08:00", True, [], {}, [[]], [{}], {"kind": "never"},
    {"kind": ["a"]}, {1: 2}, {None: None}, 10**400, b"x", "é" * 5000, "\x00", {"mon": {"tue": 3}},
]  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_input_breaks_the_check(data: st.DataObject) -> None:
    raw = copy.deepcopy(RICH)
    for _ in range(data.draw(st.integers(1, 3))):
        *above, last = data.draw(st.sampled_from(_nodes(raw)))
        node = raw
        for key in above:
            node = node[key]
        node[last] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
    found = faults(raw)
    assert all(fault.message and "\n" not in fault.message and len(fault.message) < 400 for fault in found)
    if found:
        with pytest.raises(ScenarioError):
            build(raw)
    else:
        warnings(build(raw))


# ---------------------------------------------------------------- warnings

PASSED_ON = {"probability": 0.2, "to": "second"}
NOBODY_CALLS = {
    "open": "08:00-20:00",
    "arrivals": {"kind": "rates", "per_hour": 0},
    "talk": {"kind": "constant", "value_s": 3},
}
SERVED = {T + "skills.second": 2}
WARNINGS: list[tuple[dict[str, Any], list[str]]] = [
    (
        {"queues.sales": {"arrivals": {"kind": "rates", "per_hour": 3}, "talk": {"kind": "constant", "value_s": 3}}},
        ["queues.sales: no team serves it, so everyone abandons: add sales to a team's skills"],
    ),
    (
        {T + "agents": 0},
        ["queues.service: the teams that serve it have no agents, so everyone abandons"],
    ),
    (
        {"shifts.early.start": "06:00"},
        ["shifts.early: is outside opening hours 06:00-08:00 (all): no queue of its teams is open then"],
    ),
    (
        {"shifts.early.start": "09:30"},
        ["queues.service.open: open 08:00-09:30 (mon) while no team that serves it is on duty"],
    ),
    (
        {T + "shrinkage": {"planned": 0.6, "unplanned": 0.4}},
        ["teams.front.shrinkage: is 100 %: nobody of this team ever takes a contact"],
    ),
    ({T + "absence": 1}, ["teams.front.absence: is 1: everybody of this team misses every shift"]),
    (
        {T + "skills": {"service": {"reserve": 40}}},
        ["teams.front.skills.service: reserve 40 of 40 agents: the team never takes this queue"],
    ),
    ({"shifts.night": {"start": "20:00", "end": "08:00"}}, ["shifts.night: no team works this shift"]),
    ({"trunks": 5, Q + "trunks": 9}, ["queues.service.trunks: more than the 5 lines of the whole center"]),
    (
        {"days": 6, Q + "arrivals.per_hour": {"mon-fri": 30}},
        [
            "queues.service.arrivals.per_hour: nothing for sat, when the queue is open: if that is meant, add sat: 0 "
            "(or closed under open)"
        ],
    ),
    ({Q + "arrivals.per_hour": {"sat": 9}}, ["queues.service.arrivals: nobody calls on the simulated days"]),
    (
        {Q + "arrivals": {"kind": "recorded", "file": "a.csv"}, "demand": {"scale": 2}},
        ["queues.service.arrivals: recorded arrivals are replayed as they are: demand.scale does not change them"],
    ),
    (
        {Q + "arrivals": {"kind": "recorded", "file": "a.csv"}, "behavior": {"people": True}},
        [
            "queues.service.arrivals: the recorded contacts contain repeat calls already, and more are made on top: "
            "set repeat: {probability: 0}, or behavior.people=false"
        ],
    ),
    (
        {
            Q + "arrivals": {"kind": "recorded", "file": "a.csv"},
            Q + "repeat": {"probability": 0.0},
            "behavior": {"people": True},
        },
        [],
    ),
    ({Q + "transfer": PASSED_ON, "queues.second": NOBODY_CALLS, **SERVED, "behavior": {"people": True}}, []),
    (
        {Q + "transfer": PASSED_ON, "queues.second": NOBODY_CALLS, **SERVED},
        [
            "queues.second.arrivals: nobody calls on the simulated days",
            "queues.service.transfer: has no effect: behavior.people is false, as in behavior=none",
        ],
    ),
    (
        {Q + "transfer": {"to": "second"}, "queues.second": NOBODY_CALLS, **SERVED, "behavior": {"people": True}},
        ["queues.second.arrivals: nobody calls on the simulated days"],
    ),
    ({Q + "redial": {"after_block": 0.1, "queue": "second"}, "queues.second": NOBODY_CALLS, **SERVED}, []),
    (
        {Q + "redial": {"queue": "second"}, "queues.second": NOBODY_CALLS, **SERVED},
        ["queues.second.arrivals: nobody calls on the simulated days"],
    ),
    (
        {Q + "survey": {"offered": 0}, "behavior": {"people": True}},
        [
            "queues.service.survey.offered: is 0 while the scorecard rewards csat, which nobody would ever see: offer "
            "surveys, or set goals.scorecard.csat to 0"
        ],
    ),
    ({Q + "survey": {"offered": 0}, "behavior": {"people": True}, "goals": {"scorecard": {"csat": 0}}}, []),
    (
        {Q + "fcr": 0.8},
        ["queues.service.fcr: has no effect: behavior.people is false, as in behavior=none"],
    ),
    (
        {
            T + "skills": {"service": {"assist": 1}},
            T + "traits": {"passion": {"mean": 0.6}},
            Q + "goals": {"csat": 0.9},
        },
        [
            "queues.service.goals.csat: has no effect (nor have 2 more such keys): behavior.people is false, as in "
            "behavior=none"
        ],
    ),
    ({Q + "fcr": 0.8, T + "traits": {"passion": {"mean": 0.6}}, "behavior": {"people": True}}, []),
    (
        {T + "roster": [{}] * 42},
        ["teams.front.roster: names 42 agents for 40 heads: the last 2 never work"],
    ),
    ({"days": 1000, Q + "arrivals.per_hour": 1e4}, ["days: about 120,000,000 contacts a replication need some 18 GB"]),
]


@pytest.mark.parametrize(("changes", "told"), WARNINGS, ids=lambda case: str(case)[:60])
def test_warnings(changes: dict[str, Any], told: list[str]) -> None:
    assert lines(warnings(having(changes))) == told


# ---------------------------------------------------------------- canonical forms


def test_opening_hours_by_weekday() -> None:
    queue = having({Q + "open": {"mon-fri": "08:00-20:00", "sat": ["09:00-12:00", "13:00-14:00"], "sun": "closed"}})
    found = queue.queues["service"]
    assert found.open_windows(0) == ((8 * HOUR, 20 * HOUR),)
    assert found.open_windows(5) == ((9 * HOUR, 12 * HOUR), (13 * HOUR, 14 * HOUR))
    assert found.open_windows(6) == ()
    assert having({Q + "open": DROP}).queues["service"].open_windows(3) == ((0.0, DAY),)


def test_windows_of_all_days_are_joined_where_they_touch() -> None:
    assert having({Q + "open": DROP, "days": 3}).open_windows("service") == [(0.0, 3 * DAY)]
    nights = having({Q + "open": "22:00-06:00", "days": 2})
    assert nights.open_windows("service") == [(22 * HOUR, 30 * HOUR), (46 * HOUR, 54 * HOUR)]


def rates_of(changes: dict[str, Any], weekday: int = 0, yesterday: bool = True) -> list[tuple[float, float, float]]:
    """(from h, to h, contacts an hour) of each piece of a weekday's rates."""
    queue = having(changes).queues["service"]
    assert isinstance(queue.arrivals, Rates)
    edges, rates = queue.arrivals.by_weekday(weekday, queue.open, yesterday)
    assert len(edges) == len(rates) + 1
    assert (np.diff(edges) > 0).all()
    return [
        (float(a) / HOUR, float(b) / HOUR, round(float(r) * HOUR, 9))
        for a, b, r in zip(edges[:-1], edges[1:], rates, strict=True)
    ]


def test_one_rate_holds_in_all_open_hours() -> None:
    assert rates_of({}) == [(8, 20, 300)]
    assert rates_of({Q + "open": ["08:00-12:00", "13:00-17:00"]}) == [(8, 12, 300), (12, 13, 0), (13, 17, 300)]
    assert rates_of({Q + "open": "22:00-06:00"}) == [(22, 30, 300)]
    assert rates_of({Q + "open": {"tue": "08:00-20:00"}}) == [(0, 24, 0)]


def test_a_list_begins_at_its_start_and_is_cut_to_the_open_hours() -> None:
    by_six_hours = {Q + "arrivals.interval_min": 360, Q + "arrivals.per_hour": [0, 10, 20, 30]}
    assert rates_of(by_six_hours) == [(8, 12, 10), (12, 18, 20), (18, 20, 30)]
    from_eight = {Q + "arrivals.start": "08:00", Q + "arrivals.interval_min": 240, Q + "arrivals.per_hour": [1, 2, 3]}
    assert rates_of(from_eight) == [(8, 12, 1), (12, 16, 2), (16, 20, 3)]


def test_rates_by_weekday() -> None:
    week = {Q + "arrivals.per_hour": {"mon-fri": 60, "sat": [0] * 8 + [6] * 12 + [0] * 4}, "days": 6}
    assert rates_of(week, weekday=4) == [(8, 20, 60)]
    assert rates_of(week, weekday=5)[0] == (8, 9, 6)
    assert rates_of(week, weekday=6) == [(8, 20, 0)]


def test_a_clock_list_over_midnight_belongs_to_each_calendar_day() -> None:
    clock = [5] * 3 + [0] * 8 + [9]
    night = {Q + "open": "22:00-06:00", Q + "arrivals.interval_min": 120, Q + "arrivals.per_hour": clock}
    assert rates_of(night) == [(0, 2, 5), (2, 4, 5), (4, 6, 5), (6, 22, 0), (22, 24, 9)]
    # Before day 1 there was no opening: its early hours are closed.
    assert rates_of(night, yesterday=False) == [(22, 24, 9)]


def test_a_list_may_itself_run_over_midnight() -> None:
    night = {Q + "open": "22:00-06:00", Q + "arrivals.start": "22:00", Q + "arrivals.interval_min": 240}
    assert rates_of({**night, Q + "arrivals.per_hour": [4, 2]}) == [(22, 26, 4), (26, 30, 2)]


def test_counts_by_interval() -> None:
    def counts(changes: dict[str, Any]) -> list[tuple[float, float, int]]:
        queue = having({Q + "arrivals": {"kind": "counts", **changes}}).queues["service"]
        assert isinstance(queue.arrivals, Counts)
        slots, found = queue.arrivals.by_weekday(0, queue.open)
        return [(a / HOUR, b / HOUR, n) for (a, b), n in zip(slots.tolist(), found.tolist(), strict=True)]

    assert counts({"per_interval": 7, "interval_min": 360}) == [(8, 14, 7), (14, 20, 7)]
    assert counts({"per_interval": [7, 0, 8], "interval_min": 240, "start": "8:00"}) == [(8, 12, 7), (16, 20, 8)]
    assert counts({"per_interval": {"tue": 3}}) == []


def test_expected_contacts_of_a_week() -> None:
    week = {"days": 7, "first_day": "wednesday", Q + "arrivals.per_hour": {"mon-fri": 10, "sat": 5, "sun": 0}}
    assert estimated_contacts(having(week)) == pytest.approx(12 * (5 * 10 + 5))
    assert estimated_contacts(having({**week, "demand": {"scale": 1.5}})) == pytest.approx(1.5 * 660)
    assert estimated_contacts(having({**week, "days": 4})) == pytest.approx(12 * (3 * 10 + 5))
    log = having({Q + "arrivals": {"kind": "recorded", "file": "a.csv"}})
    assert estimated_contacts(log) == 0
    assert estimated_contacts(log, {"service": 123}) == 123


def test_skills_in_short_and_in_long() -> None:
    skills = {"service": 2, "sales": {"level": 3, "handle_factor": 1.1, "reserve": 2}}
    sales = {"arrivals": {"kind": "rates", "per_hour": 3}, "talk": {"kind": "constant", "value_s": 3}}
    team = having({T + "skills": skills, "queues.sales": sales}).teams["front"]
    assert team.skills == {"service": Skill(level=2), "sales": Skill(level=3, handle_factor=1.1, reserve=2)}


def test_heads_are_split_over_shifts_without_losing_any() -> None:
    team = having({T + "agents": 41}).teams["front"]
    assert team.heads_by_shift() == {"early": 21, "late": 20}
    assert having({}).teams["front"].heads_by_shift() == {"early": 20, "late": 20}
    assert having({}).teams["front"].heads_by_shift(1.1) == {"early": 22, "late": 22}
    assert having({T + "agents": 0}).teams["front"].heads_by_shift() == {"early": 0, "late": 0}


@given(
    st.integers(0, 100_000),
    st.dictionaries(st.text(min_size=1, max_size=3), st.floats(0, 1e5), min_size=1, max_size=8),
)
def test_apportionment_adds_up_and_stays_within_one(total: int, weights: dict[str, float]) -> None:
    heads = apportion(total, weights)
    mass = sum(weights.values())
    assert sum(heads.values()) == (total if mass > 0 else 0)
    if mass > 0:
        assert all(abs(heads[name] - total * weight / mass) < 1 + 1e-6 for name, weight in weights.items())


def test_staffing_by_interval() -> None:
    staffing = {"start": "08:00", "interval_min": 180, "agents": {"mon-fri": [4, 6, 8, 8], "sat": 2}}
    team = having({T + "shifts": DROP, T + "staffing": staffing}).teams["front"]
    edges, heads = team.on_duty(0)
    assert (edges / HOUR).tolist() == [8, 11, 14, 17, 20]
    assert heads.tolist() == [4, 6, 8, 8]
    assert team.heads() == 8
    assert team.on_duty(0, 1.25)[1].tolist() == [5, 8, 10, 10]
    assert [part.tolist() for part in team.on_duty(5)] == [[0, DAY], [2]]
    assert [part.tolist() for part in team.on_duty(6)] == [[0, DAY], [0]]
    scaled = having({T + "shifts": DROP, T + "staffing": staffing, T + "agents": 16}).teams["front"]
    assert scaled.on_duty(0)[1].tolist() == [8, 12, 16, 16]
    assert scaled.heads(0.5) == 8


def test_a_night_shift_ends_the_next_day_and_so_do_its_pauses() -> None:
    night = {"start": "22:00", "end": "06:00", "lunch": {"start": "02:00", "minutes": 30, "stagger_min": 60}}
    shift = having({"shifts.night": night}).shifts["night"]
    assert (shift.start_s, shift.end_s) == (22 * HOUR, 30 * HOUR)
    (lunch,) = shift.pauses()
    assert (lunch.kind, lunch.start_s, lunch.length_s, lunch.last_end_s) == ("lunch", 26 * HOUR, 1800, 27.5 * HOUR)
    assert shift.days == (0, 1, 2, 3, 4, 5, 6)


def test_a_queue_takes_from_the_center_the_goals_it_does_not_give() -> None:
    scenario = having({Q + "goals": {"within_s": 60}, "goals": {"service_level": 0.9}})
    goals = scenario.goals_for("service")
    assert (goals.service_level, goals.within_s, goals.aht_target) == (0.9, 60, 300)


def test_nothing_after_a_key_means_its_default() -> None:
    scenario = having({Q + "hold": None, Q + "redial": None, "goals": None, T + "absence": None, "trunks": None})
    assert scenario == having({})
    assert having({Q + "redial": {"max_attempts": None}}).queues["service"].redial.max_attempts is None
    assert having({}).queues["service"].redial.max_attempts == 20


def test_whole_numbers_may_be_written_as_floats() -> None:
    assert having({"replications": 1e3}).replications == 1000


def test_calendar() -> None:
    scenario = having({"days": 3, "first_day": "sat", Q + "arrivals.per_hour": 1})
    assert [scenario.weekday(day) for day in range(3)] == [5, 6, 0]
    assert scenario.weekdays() == (0, 5, 6)
    assert scenario.horizon_s == 3 * DAY


def test_scenarios_are_frozen_equal_by_value_and_pickled() -> None:
    scenario = having({})
    assert scenario == having({})
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    with pytest.raises(ValidationError, match="frozen"):
        scenario.days = 3  # type: ignore[misc]


def test_patience_of_zero_is_allowed() -> None:
    assert having({Q + "patience": {"kind": "constant", "value_s": 0}}).queues["service"].patience.mean == 0


# ---------------------------------------------------------------- schema and import


def test_schema_is_plain_json_and_describes_every_field() -> None:
    schema = Scenario.json_schema()
    json.loads(json.dumps(schema, allow_nan=False))
    assert schema["$schema"].startswith("https://json-schema.org/")
    bare = []
    for name, part in {"Scenario": schema, **schema["$defs"]}.items():
        assert part.get("description"), name
        # A reference to a part that describes itself needs no words of its own.
        said = {key for key, field in part["properties"].items() if field.get("description") or "$ref" in field}
        bare += [f"{name}.{key}" for key in part["properties"] if key not in said and key != "kind"]
    assert bare == []


def test_schema_lists_the_shorthands() -> None:
    parts = Scenario.json_schema()["$defs"]
    (skill,) = parts["Team"]["properties"]["skills"]["patternProperties"].values()
    assert [form["type"] for form in skill["anyOf"]] == ["integer", "object"]
    assert [form.get("type") for form in parts["Shift"]["properties"]["start"]["anyOf"]] == ["string", "integer"]
    assert parts["Shift"]["properties"]["days"]["default"] == "all"
    assert parts["Rates"]["properties"]["interval_min"]["maximum"] == 1440
    assert "default" not in parts["Rates"]["properties"]["day_factor_shape"]


def test_importing_the_scenario_imports_nothing_heavy() -> None:
    heavy = ("scipy", "numba", "polars", "matplotlib", "hydra", "simpy")
    code = f"import sys, sim.scenario; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
