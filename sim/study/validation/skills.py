"""The skills-flexibility study: six kinds of calls, 90 agents with 1, 2, 3 or all 6 skills each, 120 lines.

After R. B. Wallace and W. Whitt (2005), "A staffing algorithm for call centers with skill-based routing", M&SOM 7: a
little flexibility goes a long way, one more skill each brings nearly all that five more do. Every agent has a primary
skill, 15 agents each; a call goes to the longest idle agent who has it as the primary skill, else as a further one; a
free agent takes calls of the primary skill first, then the longest waiting. With k skills, further ones are spread
evenly (the list of cases does not say how they were): every pair of two, three agents each; of three, a cyclic design.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.study.validation import measures as m
from sim.study.validation.case import PUBLISHED, RELAXATIONS, Case, Exact, Raw, exponential, poisson, team
from sim.study.validation.one_queue import relaxation_of_patient_s
from sim.study.validation.reference import Reference, simulated
from sim.theory.finite_room import finite_room
from sim.theory.shared_lines import shared_lines
from sim.units import MINUTE

KINDS, AGENTS, LINES = 6, 90, 120
RATE, MEAN_S = 8.4 / MINUTE, 600.0
COUNTED = {measure.__name__: measure for measure in (m.p_block, m.p_wait, m.mean_wait, m.occupancy)}

Elsewhere = Mapping[str, Sequence[Reference]]


def cases() -> list[Case]:
    """The four rows of the study. Waits on the list are in minutes; its row for 3 skills has no intervals: as wide as
    those for 6."""
    return [
        _row(1, _one_team_each(), "shared_lines", _alone, _simulated((0.04139, 0.0009), (3.049, 0.02))),
        _row(2, _pairs(), PUBLISHED, dict, _simulated((0.00438, 0.00017), (0.595, 0.009))),
        _row(3, _triples(), PUBLISHED, dict, _simulated((0.00368, 0.0002), (0.478, 0.01))),
        _row(6, _all(), "finite_room", _pooled, _simulated((0.00356, 0.0002), (0.448, 0.01))),
    ]


def _simulated(p_block: tuple[float, float], mean_wait_min: tuple[float, float]) -> Elsewhere:
    return {"p_block": (simulated(*p_block),), "mean_wait": (simulated(*mean_wait_min).times(MINUTE),)}


def _row(skills: int, teams: Raw, theory: str, exact: Exact, elsewhere: Elsewhere) -> Case:
    # A queue of its own 15 agents, 93 % busy, is the slowest of all; lines cut it short.
    slowest = relaxation_of_patient_s(AGENTS // KINDS, RATE / KINDS, MEAN_S) if skills == 1 else 0.0
    return Case(
        name=f"SKILLS_{skills}",
        theory=theory,
        what=f"6 kinds of calls, 90 agents with {skills} skill{'s' if skills > 1 else ''} each, 120 lines",
        scenario={
            "queues": {kind: {"arrivals": poisson(RATE / KINDS), "talk": exponential(MEAN_S)} for kind in _kinds()},
            "teams": teams,
            "trunks": LINES,
        },
        measures=COUNTED,
        exact=exact,
        elsewhere=elsewhere,
        days=7 if skills > 1 else 36,
        quick_days=None,
        replications=64 if skills > 1 else 40,
        cut_s=RELAXATIONS * max(slowest, relaxation_of_patient_s(AGENTS, RATE, MEAN_S)),
    )


def _kinds() -> list[str]:
    return [f"skill {number}" for number in range(1, KINDS + 1)]


def _pooled() -> Mapping[str, float]:
    found = finite_room(AGENTS, LINES, RATE, MEAN_S)
    return {name: getattr(found, name) for name in COUNTED}


def _alone() -> Mapping[str, float]:
    found = shared_lines([AGENTS // KINDS] * KINDS, [RATE / KINDS] * KINDS, MEAN_S, LINES)
    return {name: getattr(found, name) for name in COUNTED}


def _one_team_each() -> Raw:
    return {f"team {kind}": team(AGENTS // KINDS, {kind: 1}) for kind in _kinds()}


def _all() -> Raw:
    return {"team": team(AGENTS, dict.fromkeys(_kinds(), 1))}


def _pairs() -> Raw:
    """All 30 pairs of a primary and a further skill, three agents each."""
    return _further([[step] for step in range(1, KINDS)])


def _triples() -> Raw:
    """With each primary skill five teams of three, whose two further skills lie so many places on; each of the five
    others comes twice."""
    return _further([[1, 2], [2, 4], [4, 5], [5, 3], [3, 1]])


def _further(steps: Sequence[Sequence[int]]) -> Raw:
    """A team for each primary skill and each set of further ones, given by how many places on they are."""
    kinds = _kinds()
    teams: Raw = {}
    for first in range(KINDS):
        for more in steps:
            others = [kinds[(first + step) % KINDS] for step in more]
            name = " ".join(str(1 + (first + step) % KINDS) for step in (0, *more))
            teams[name] = team(AGENTS // KINDS // len(steps), {kinds[first]: 1, **dict.fromkeys(others, 2)})
    return teams
