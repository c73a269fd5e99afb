"""The people behind the records: what callers bring to a talk, what agents bring to work, what leaders decide.

Rows stand beside those of `center`: `callers[k]` is the person behind contact k, `people[a]` the one behind
agent a, `policies[q]` what is asked in queue q, `crews[t]` who of team t is at work, `aids[s]` what helps with
skill s. A center without behavior has none of them, and no move looks for them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.record.codes import NOBODY
from sim.record.forms import Small


@dataclass(slots=True)
class Caller:
    """The person behind a contact. Marks were drawn before the clock started."""

    solve: float
    """uniform: the issue is resolved if below its probability"""
    mood: float
    """uniform: chance in how content they say they are"""
    replies: float
    """uniform: is asked for and answers a survey if below the probability"""
    cut: float
    """uniform: the talk is cut short if below the probability"""
    onward: float
    """uniform: passed on, if unresolved, when below the probability"""
    complexity: float
    """of the issue, in standard deviations above the typical"""
    repeats_after: float
    """seconds until the next try after an issue was not resolved"""
    onward_talk: float
    """seconds of talk, hold and wrap-up where the contact is passed on to"""
    onward_hold: float
    onward_wrap: float
    onward_patience: float
    """seconds that it waits there"""
    # from here on the moves write, about the talk in hand
    agitation: float = 0.0
    """the caller's own"""
    hurry: float = 0.0
    """the agent's, and so on, as in `Met`"""
    energy: float = 0.0
    delivered: float = 0.0
    acted: float = 0.0
    by_agent: float = 0.0
    """terms of ln(handle time), as in `Met`"""
    by_load: float = 0.0
    by_wait: float = 0.0
    by_listening: float = 0.0
    by_calming: float = 0.0
    by_agitation: float = 0.0
    by_hurry: float = 0.0
    by_aids: float = 0.0
    cut_off: float = 0.0
    short: Small = 0
    """1 = this talk is cut short"""
    transfers: Small = 0


@dataclass(slots=True)
class Person:
    """The person behind an agent."""

    knowledge: float
    patience: float
    persistence: float
    passion: float
    games: Small
    """1 = ends talks early when pressed on handle time"""
    # from here on the moves write
    energy: float = 1.0
    pace: float = 1.0
    """recent handle time over its target"""
    csat: float = 0.0
    """recent surveyed CSAT less its target"""
    fcr: float = 0.0
    """recent share resolved less its target"""


@dataclass(slots=True)
class Policy:
    """What leaders ask in a queue, and what its issues are like."""

    asks_empathy: float
    """0 to 1: weight of quality on the scorecard, and what the script asks for"""
    asks_speed: float
    """0 to 1: weight of speed on the scorecard"""
    aht_target: float
    """seconds"""
    level_target: float
    within: float
    """seconds"""
    csat_target: float
    fcr_target: float
    weight_aht: float
    """of handle time against service level, 0 to 2; 1 = both alike"""
    weight_level: float
    weight_csat: float
    """of CSAT against resolution, 0 to 2"""
    weight_fcr: float
    script: float
    """strictness, 0 to 1"""
    goodwill: float
    """money that an agent may spend on a contact"""
    survey: float
    """share of handled contacts that are asked"""
    fcr_logit: float
    """ln(p / (1 - p)) of a typical issue's resolution by a typical agent"""
    repeats: float
    """probability that an unresolved caller tries again"""
    onward: float
    """probability that an unresolved contact is passed on"""
    expected: float
    """seconds of talk and hold that a typical contact takes"""
    onward_to: Small = NOBODY
    """queue that it is passed on to"""
    # from here on the moves write
    level: float = 0.0
    """recent service level less its target"""


@dataclass(slots=True)
class Crew:
    """Who of a team is at work."""

    # the moves write
    on_phones: Small = 0
    """idle or with a contact"""
    busy: Small = 0
    """with a contact"""


@dataclass(slots=True)
class Aid:
    """What helps a team's agents with one queue, beside its row in `skills`."""

    assist: float
    """strength of the suggestions they get, 1 = as studied"""
    canned: float
    """share of the talk that canned answers cover"""
