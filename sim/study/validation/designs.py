"""Cases with something beyond one queue and one team, in the long run: priorities, N and M designs, wrap-up, redial.

The exact figures come from chains over all states of the center; numbers as in tests/theory/cases.json.
"""

from __future__ import annotations

from collections.abc import Mapping

from sim.study.validation import measures as m
from sim.study.validation.case import RELAXATIONS, Case, exponential, poisson, team
from sim.study.validation.measures import Measure
from sim.study.validation.one_queue import relaxation_of_patient_s
from sim.theory.m_design import MDesign, m_design
from sim.theory.n_design import NDesign, n_design
from sim.theory.priority import priority
from sim.theory.redial import redial
from sim.theory.wrap_up import wrap_up
from sim.units import MINUTE


def cases() -> list[Case]:
    """All of them."""
    return [
        priorities(),
        n_of_two_teams(),
        m_of_three_teams(),
        after_call_work(),
        calling_again(),
    ]


def in_queue(queue: int, measure: Measure) -> Measure:
    """A figure of one queue's contacts."""
    return lambda view: measure(view.of_queue(queue))


def in_team(number: int, measure: Measure) -> Measure:
    """A figure of one team's agents."""
    return lambda view: measure(view.of_team(number))


def of_agent(agent: int, measure: Measure) -> Measure:
    """A figure of one agent."""
    return lambda view: measure(view.of_agent(agent))


def by_queue(*counted: Measure) -> dict[str, Measure]:
    """Figures of both queues, with _1 and _2 behind their names."""
    return {f"{measure.__name__}_{q + 1}": in_queue(q, measure) for measure in counted for q in (0, 1)}


def by_pair(**pairs: tuple[float, float]) -> dict[str, float]:
    """Exact figures of both queues, named as `by_queue` does."""
    return {f"{name}_{q + 1}": pair[q] for name, pair in pairs.items() for q in (0, 1)}


def priorities() -> Case:
    """Two classes before one team, the first always first; nobody gives up."""
    rates, mean_s, agents = (1.0 / MINUTE, 2.0 / MINUTE), 240.0, 14

    def exact() -> Mapping[str, float]:
        found = priority(agents, rates, mean_s)
        waits = (found.mean_waits[0], found.mean_waits[1])
        return {**by_pair(p_wait=(found.p_wait,) * 2, mean_wait=waits), "occupancy": found.occupancy}

    return Case(
        name="PRIO2",
        theory="priority",
        what="14 agents, urgent calls before others",
        scenario={
            "queues": {
                name: {"arrivals": poisson(rate), "talk": exponential(mean_s)}
                for name, rate in zip(("urgent", "other"), rates, strict=True)
            },
            "teams": {"team": team(agents, {"urgent": 1, "other": 2})},
        },
        measures={**by_queue(m.p_wait, m.mean_wait), "occupancy": m.occupancy},
        exact=exact,
        days=6,
        quick_days=3,
        cut_s=RELAXATIONS * relaxation_of_patient_s(agents, sum(rates), mean_s),
    )


def n_of_two_teams() -> Case:
    """Team A serves class 1; team B prefers class 2, helps class 1, and takes longer for it."""
    design = NDesign(7, 8, (2.0 / MINUTE, 1.5 / MINUTE), 240.0, 270.0, 300.0, (MINUTE / 0.3, MINUTE / 0.2))

    def exact() -> Mapping[str, float]:
        found = n_design(design)
        pairs = by_pair(p_wait=found.p_wait, p_abandon=found.p_abandon, mean_wait=found.mean_wait)
        teams = {"occupancy_a": found.occupancy_a, "occupancy_b": found.occupancy_b}
        return {**pairs, **teams, "b_on_class_1": found.b_on_class_1}

    return Case(
        name="NMODEL_a",
        theory="n_design",
        what="N design: 7 and 8 agents, two queues",
        scenario={
            "queues": {
                f"class {q + 1}": {
                    "arrivals": poisson(design.arrival_rates[q]),
                    "talk": exponential((design.mean_service_a1, design.mean_service_b2)[q]),
                    "patience": exponential(design.mean_patience[q]),
                }
                for q in (0, 1)
            },
            "teams": {
                "A": team(7, {"class 1": 1}),
                "B": team(8, {"class 2": 1, "class 1": {"level": 2, "handle_factor": 270.0 / 240.0}}),
            },
        },
        measures={
            **by_queue(m.p_wait, m.p_abandon, m.mean_wait),
            "occupancy_a": in_team(0, m.occupancy),
            "occupancy_b": in_team(1, m.occupancy),
            "b_on_class_1": lambda view: (
                view.of_team(1).of_queue(0).agent_seconds(*m.BUSY),
                view.of_team(1).agent_seconds(),
            ),
        },
        exact=exact,
        days=5,
        cut_s=RELAXATIONS * 300.0,  # everybody inside leaves at rate 1 / 300 s at least
    )


def m_of_three_teams() -> Case:
    """Two teams of specialists, and generalists who help both and take from the longer queue."""
    design = MDesign((6, 4), 3, (1.6 / MINUTE, 1.2 / MINUTE), 240.0, MINUTE / 0.3)

    def exact() -> Mapping[str, float]:
        found = m_design(design)
        pairs = by_pair(p_wait=found.p_wait, p_abandon=found.p_abandon, mean_wait=found.mean_wait)
        return {**pairs, **dict(zip(("occupancy_1", "occupancy_2", "occupancy_g"), found.occupancy, strict=True))}

    return Case(
        name="MMODEL_a",
        theory="m_design",
        what="M design: 6 and 4 specialists, 3 generalists who take from the longest queue",
        scenario={
            "queues": {
                f"class {q + 1}": {
                    "arrivals": poisson(design.arrival_rates[q]),
                    "talk": exponential(design.mean_service),
                    "patience": exponential(design.mean_patience),
                }
                for q in (0, 1)
            },
            "teams": {
                "one": team(6, {"class 1": 1}),
                "two": team(4, {"class 2": 1}),
                "both": team(3, {"class 1": 2, "class 2": 2}),
            },
            "routing": {"pick_contact": "longest_queue"},
        },
        measures={
            **by_queue(m.p_wait, m.p_abandon, m.mean_wait),
            **{f"occupancy_{name}": in_team(t, m.occupancy) for t, name in enumerate("12g")},
        },
        exact=exact,
        days=6,
        cut_s=RELAXATIONS * design.mean_service,
    )


def after_call_work() -> Case:
    """Talk, then wrap-up: the agent is busy in both, the caller is gone after the first."""
    names = {measure.__name__: measure for measure in (m.p_wait, m.p_abandon, m.mean_wait, m.talking, m.wrapping)}

    def exact() -> Mapping[str, float]:
        found = wrap_up(12, 2.0 / MINUTE, 240.0, 90.0, 120.0)
        return {name: getattr(found, name) for name in names}

    return Case(
        name="ACW_a",
        theory="wrap_up",
        what="12 agents, 4 minutes of talk and 1.5 of wrap-up",
        scenario={
            "queues": {
                "calls": {
                    "arrivals": poisson(2.0 / MINUTE),
                    "talk": exponential(240.0),
                    "wrap": exponential(90.0),
                    "patience": exponential(120.0),
                }
            },
            "teams": {"team": team(12, {"calls": 1})},
        },
        measures=names,
        exact=exact,
        days=8,
        cut_s=RELAXATIONS * (240.0 + 90.0),
    )


def calling_again() -> Case:
    """Of those who give up, 60 % call again ten minutes later, as often as it takes."""
    counted = (m.total_rate, m.p_wait, m.p_abandon, m.mean_wait, m.occupancy, m.mean_in_orbit, m.p_customer_lost)
    names = {measure.__name__: measure for measure in counted}

    def exact() -> Mapping[str, float]:
        found = redial(12, 4.0 / MINUTE, 180.0, 120.0, 0.6, 600.0)
        return {name: getattr(found, name) for name in names}

    return Case(
        name="RETRY_a",
        theory="redial",
        what="12 agents offered 12 erlangs, 60 % of those who give up call again",
        scenario={
            "queues": {
                "calls": {
                    "arrivals": poisson(4.0 / MINUTE),
                    "talk": exponential(180.0),
                    "patience": exponential(120.0),
                    "redial": {"after_abandon": 0.6, "delay": exponential(600.0), "max_attempts": None},
                }
            },
            "teams": {"team": team(12, {"calls": 1})},
        },
        measures=names,
        exact=exact,
        chief="p_wait",
        days=5,
        quick_days=2,
        cut_s=RELAXATIONS * 600.0 / (1.0 - 0.6),  # even one who never gets through calls 1 / (1 - 0.6) times
    )
