"""Tightrope beside LINE, which gives exact figures: within 4 standard errors, 40 replications each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from sim.study.validation import Case, check, find
from sim.study.validation import measures as m
from sim.study.validation.case import exponential, poisson, team
from sim.study.validation.designs import by_queue
from sim.study.validation.measures import Measure, Sums
from sim.study.validation.view import View
from tests.oracles.line_models import Found, Net, line, one

TALK_S = 120.0
"""A mean talk, LINE's unit of time."""
BOUND = 4.0
"""Standard errors that a figure may lie off."""
REPLICATIONS, DAYS, SEED = 40, 3, 2
CUT_S = 2 * 3600.0
"""Cut off at both ends: by then centers of a few agents have forgotten that they began empty."""


def lost(view: View) -> Sums:
    """Neither answered nor to be answered."""
    return float(len(view.contacts)) - m.sl_of_answered(view)[1], float(len(view.contacts))


def mean_wait_of_offered(view: View) -> Sums:
    """Seconds waited, by everybody, whatever became of them."""
    return float(view.wait.sum()), float(len(view.contacts))


def mean_wait_of_served(view: View) -> Sums:
    """Seconds waited by everybody, for each who was served."""
    return float(view.wait.sum()), m.sl_of_answered(view)[1]


OURS: dict[str, Measure] = {
    "occupancy": m.occupancy,
    "mean_queue": m.mean_queue,
    "lost": lost,
    "mean_wait_of_offered": mean_wait_of_offered,
    "mean_wait_of_served": mean_wait_of_served,
    "mean_in_orbit": m.mean_in_orbit,
    "total_rate": m.total_rate,
}


def case(
    name: str,
    agents: int,
    queue: Mapping[str, Any],
    exact: Callable[[], Mapping[str, float]],
    figures: str,
    rate: float,
) -> Case:
    """A case of one queue, by mean talks."""
    return Case(
        name=name,
        theory="",
        what="",
        scenario={
            "queues": {"calls": {"arrivals": poisson(rate / TALK_S), "talk": exponential(TALK_S), **queue}},
            "teams": {"team": team(agents, {"calls": 1})},
        },
        measures={figure: OURS[figure] for figure in figures.split()},
        exact=exact,
        days=DAYS,
        replications=REPLICATIONS,
        cut_s=CUT_S,
    )


def erlang_a() -> Case:
    """Exponential patience."""

    def exact() -> Mapping[str, float]:
        net = Net(4, 4.2)
        net.station.set_patience(net.classes[0], line.Exp(0.5))
        (found,) = net.straight().solved("CTMC", cutoff=40)
        return one(found, 4, 4.2, TALK_S)

    queue = {"patience": exponential(2.0 * TALK_S)}
    return case("LINE_A", 4, queue, exact, "occupancy mean_queue lost mean_wait_of_offered", 4.2)


def few_lines() -> Case:
    """M/M/3/5."""

    def exact() -> Mapping[str, float]:
        (found,) = Net(3, 2.5, room=5).straight().solved("CTMC")
        return one(found, 3, 2.5, TALK_S)

    return case("LINE_K", 3, {"trunks": 5}, exact, "occupancy mean_queue lost mean_wait_of_served", 2.5)


SHARES, MEANS = (0.2, 0.8), (3.0, 0.5)
"""Of short and long talks: 1 in the mean, and a squared coefficient of variation of 3."""


def uneven_talks() -> Case:
    """M/H2/3/10: talks that vary a lot before few lines; beyond our own theory."""

    def exact() -> Mapping[str, float]:
        net = Net(3, 2.2, room=10)
        net.station.set_service(net.classes[0], line.HyperExp(SHARES[0], 1.0 / MEANS[0], 1.0 / MEANS[1]))
        (found,) = net.straight().solved("CTMC", cutoff=10)
        return one(found, 3, 2.2, TALK_S)

    talk = {"kind": "hyperexponential", "weights": list(SHARES), "means_s": [TALK_S * mean for mean in MEANS]}
    return case("LINE_H2", 3, {"talk": talk, "trunks": 10}, exact, "occupancy mean_queue lost mean_wait_of_served", 2.2)


def one_agent() -> Case:
    """M/G/1 with lognormal talks."""

    def exact() -> Mapping[str, float]:
        net = Net(1, 0.6)
        net.station.set_service(net.classes[0], line.Lognormal.fit_mean_and_scv(1.0, 1.44))
        (found,) = net.straight().solved("MVA")
        return one(found, 1, 0.6, TALK_S)

    queue = {"talk": {"kind": "lognormal", "mean_s": TALK_S, "cv": 1.2}}
    return case("LINE_MG1", 1, queue, exact, "occupancy mean_queue mean_wait_of_offered", 0.6)


def busy_signals() -> Case:
    """M/M/3/3 whose blocked callers try again after five mean talks, until they get through; beyond our own theory.

    Twenty tries are as good as no limit: one in ten million callers would try again.
    """

    def exact() -> Mapping[str, float]:
        net = Net(3, 2.0, room=3)
        net.station.set_orbit(net.classes[0], line.Exp(0.2))
        (found,) = net.straight().solved("MAM")
        orbit = found.present - 3 * found.busy
        return {
            "occupancy": found.busy,
            "mean_in_orbit": orbit,
            "total_rate": (2.0 + 0.2 * orbit) / TALK_S,
            "lost": 0.2 * orbit / (2.0 + 0.2 * orbit),
        }

    redial = {"after_block": 1.0, "delay_after_block": exponential(5.0 * TALK_S), "max_attempts": 20}
    queue = {"trunks": 3, "redial": redial}
    return case("LINE_RETRIAL", 3, queue, exact, "occupancy mean_in_orbit total_rate lost", 2.0)


def two_queues(name: str, agents: Mapping[str, Any], found: Callable[[], list[Found]], **more: Any) -> Case:
    """A case of two queues before the lines of one center, 0.8 and 1.2 contacts a mean talk."""
    rates = (0.8, 1.2)

    def exact() -> Mapping[str, float]:
        each = found()
        return {f"lost_{q + 1}": 1.0 - each[q].served / rates[q] for q in (0, 1)} | {
            f"mean_present_{q + 1}": each[q].present for q in (0, 1)
        }

    def mean_present(view: View) -> Sums:
        """Waiting or in service, over time."""
        return view.waiting_seconds() + view.agent_seconds(*m.BUSY), view.window.seconds

    return Case(
        name=name,
        theory="",
        what="",
        scenario={
            "queues": {
                queue: {"arrivals": poisson(rate / TALK_S), "talk": exponential(TALK_S)}
                for queue, rate in zip("ab", rates, strict=True)
            },
            "teams": dict(agents),
            "trunks": 5,
            **more,
        },
        measures=by_queue(lost, mean_present),
        exact=exact,
        days=DAYS,
        replications=REPLICATIONS,
        cut_s=CUT_S,
    )


def urgent_first() -> Case:
    """Two classes before three agents and five lines, one always first; beyond our own theory."""

    def found() -> list[Found]:
        return Net(3, 0.8, 1.2, order="HOL", room=5).straight().solved("CTMC")

    return two_queues("LINE_HOL", {"team": team(3, {"a": 1, "b": 2})}, found)


def two_skills() -> Case:
    """One agent for class a, two for both who are slower at a, first come first served; beyond our own theory."""

    def found() -> list[Found]:
        net = Net(3, 0.8, 1.2, room=5)
        (a, b), station = net.classes, net.station
        own, both = line.ServerType("own", 1, [a]), line.ServerType("both", 2, [a, b])
        station.add_server_type(own)
        station.add_server_type(both)
        station.set_hetero_service(a, own, line.Exp(1.0))
        station.set_hetero_service(a, both, line.Exp(0.8))
        station.set_hetero_service(b, both, line.Exp(1.0))
        return net.straight().solved("CTMC")

    teams = {"own": team(1, {"a": 1}), "both": team(2, {"a": {"level": 1, "handle_factor": 1.25}, "b": 1})}
    routing = {"pick_agent": "fewest_skills", "pick_contact": "longest_wait"}
    return two_queues("LINE_SKILLS", teams, found, routing=routing)


def coming_back() -> Case:
    """The case FCR_75 in short, a network of a queue and a delay with feedback, by LINE's mean value analysis."""
    (ours,) = find(["FCR_75"])
    quick = ours.quick()
    assert quick is not None

    def exact() -> Mapping[str, float]:
        net = Net(21, 12.0)  # 3 a minute, talks of 4 minutes; a quarter call again an hour (15 talks) later
        net.station.set_service(net.classes[0], line.Exp(1.0))
        away, (each,) = line.Delay(net.model, "away"), net.classes
        away.set_service(each, line.Exp(1.0 / 15.0))
        ways = net.model.init_routing_matrix()
        for start, end, share in (
            (net.source, net.station, 1.0),
            (net.station, away, 0.25),
            (net.station, net.sink, 0.75),
            (away, net.station, 1.0),
        ):
            ways.set(each, each, start, end, share)
        net.model.link(ways)
        (there,), (gone,) = net.solved("MVA"), net.solved("MVA", "away")
        known = one(there, 21, there.served, 240.0)
        return {
            "occupancy": known["occupancy"],
            "mean_wait": known["mean_wait_of_served"],
            "total_rate": there.served / 240.0,
            "mean_in_orbit": gone.present,
        }

    figures = ("occupancy", "mean_wait", "total_rate", "mean_in_orbit")
    return replace(quick, measures={key: quick.measures[key] for key in figures}, exact=exact)


CASES = [erlang_a, few_lines, uneven_talks, one_agent, busy_signals, urgent_first, two_skills,
         coming_back]  # fmt: skip


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_a_center_is_what_line_says(make: Callable[[], Case]) -> None:
    (checked,) = check([make()], "compiled", SEED)
    assert all(row.replications == REPLICATIONS for row in checked.figures)
    assert [row for row in checked.figures if not abs(row.difference) <= BOUND] == []
    # Standard errors are small enough for 4 of them to mean something.
    assert all(row.standard_error < 0.06 * row.reference.value for row in checked.figures)


@pytest.mark.parametrize(
    ("make", "figure", "path", "value"),
    [
        (erlang_a, "lost", ("queues", "calls", "patience"), exponential(1.5 * TALK_S)),
        (urgent_first, "mean_present_2", ("teams", "team"), team(3, {"a": 2, "b": 1})),
        (two_skills, "mean_present_1", ("teams", "both"), team(2, {"a": 1, "b": 1})),
    ],
)
def test_another_center_is_not(make: Callable[[], Case], figure: str, path: tuple[str, ...], value: Any) -> None:
    """The exact figures of one center, and another one simulated."""
    wrong = make()
    part: Any = wrong.scenario
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    (checked,) = check([wrong], "compiled", SEED)
    assert any(row.figure == figure and abs(row.difference) > BOUND for row in checked.figures)
