"""Every fault is answered with one line that names the argument and the value."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from sim.theory import erlang_a as a
from sim.theory import erlang_b as b
from sim.theory import erlang_c as c
from sim.theory.busyness import busyness_rule
from sim.theory.day import Day
from sim.theory.finite_room import finite_room
from sim.theory.impatient_queue import impatient_queue
from sim.theory.mg1 import mg1
from sim.theory.patience import Capped, Exponential, Never, ZeroOr
from sim.theory.patience_laws import Hyperexponential, Lognormal
from sim.theory.patience_tables import Empirical, PiecewiseHazard, Quantiles
from sim.theory.priority import priority
from sim.theory.redial import redial
from sim.theory.repeat_calls import repeat_calls
from sim.theory.sinusoid import sinusoid
from sim.theory.unlike_agents import unlike_agents

FAULTS: list[tuple[Callable[[], object], str]] = [
    (lambda: b.erlang_b(-1, 3.0), "trunks must be a finite number of at least 0, not -1"),
    (lambda: b.erlang_b(3, math.nan), "offered_load must be a finite number of at least 0, not nan"),
    (lambda: b.least_trunks(3.0, 0.0), "max_blocking must lie above 0"),
    (lambda: c.erlang_c(3, -0.1, 100.0), "arrival_rate must be a finite number of at least 0, not -0.1"),
    (lambda: c.erlang_c(3, 0.1, 0.0), "mean_service must be a finite number above 0, not 0.0"),
    (lambda: c.erlang_c(2.5, 0.1, 10.0), "agents must be a whole number of at least 0, not 2.5"),  # type: ignore[arg-type]
    (lambda: c.erlang_c(3, 0.1, 10.0, awt=-1.0), "awt must be a finite number of at least 0"),
    (lambda: c.least_agents(0.1, 100.0, 1.0), "service_level must lie strictly between 0 and 1, not 1.0"),
    (lambda: c.least_agents_for_asa(0.1, 100.0, 0.0), "mean_wait must be a finite number above 0"),
    (lambda: c.wait_quantile(3, 0.01, 100.0, 1.0), "share must be at least 0 and below 1"),
    (lambda: a.erlang_a(3, 0.1, 100.0, 0.0), "mean_s must be a finite number above 0, not 0.0"),
    (lambda: a.erlang_a(3, 0.1, 100.0, 90.0, balk=1.2), "balk must lie between 0 and 1, not 1.2"),
    (lambda: a.erlang_a(-1, 0.1, 100.0, 90.0), "agents must be a whole number of at least 0, not -1"),
    (lambda: a.least_agents(0.1, 100.0, 90.0, 0.0), "service_level must lie strictly between 0 and 1"),
    (lambda: a.erlang_a(3, 0.1, 9.0, 9.0).service_level("good"), "definition must be one of of_offered"),  # type: ignore[arg-type]
    (lambda: impatient_queue(3, 0.1, 9.0, Never(), short_abandon=-1.0), "short_abandon must be"),
    (lambda: finite_room(5, 4, 0.1, 100.0), "lines must be a whole number of at least 5, not 4"),
    (lambda: finite_room(5, 9, 0.1, 100.0, math.nan), "mean_patience must be above 0"),
    (lambda: mg1(0.1, 1.0, -1.0), "cv_service must be"),
    (lambda: priority(3, [], 100.0), "arrival_rates must name at least one class"),
    (lambda: redial(3, 0.1, 9.0, 9.0, 1.0, 9.0), "redial_probability must be at least 0 and below 1"),
    (lambda: repeat_calls(3, 0.1, 9.0, 0.0, 60.0), "first_contact_resolution must be a finite number above 0"),
    (lambda: sinusoid(3, 0.1, 0.2, 60.0, 9.0, 9.0), "the rate would fall below 0"),
    (lambda: unlike_agents([], 0.1, Never()), "agents must be a whole number of at least 1, not 0"),
    (lambda: unlike_agents([9.0] * 13, 0.1, Never(), pick_agent="fastest"), "at most 12 agents, not 13"),
    (lambda: unlike_agents([9.0], 0.1, Never(), pick_agent="best"), "pick_agent must be longest_idle"),  # type: ignore[arg-type]
    (lambda: busyness_rule(-1.0), "shape must be a finite number above 0"),
    (lambda: Day([], [], 60.0, 9.0), "one entry for each period"),
    (lambda: Day([1, 2], [0.1], 60.0, 9.0), "one entry for each period"),
    (lambda: Day([2], [0.1], 60.0, 9.0, lines=1), "lines must be a whole number of at least 2, not 1"),
    (lambda: Day([0], [0.1], 60.0, 9.0, 9.0, lines=0), "lines must be a whole number of at least 1, not 0"),
    (lambda: Day([2, 0], [0.1, 0.1], 60.0, 9.0), "or the day never ends"),
    (lambda: Exponential(-3.0), "mean_s must be a finite number above 0, not -3.0"),
    (lambda: ZeroOr(1.5, Never()), "probability_zero must lie between 0 and 1"),
    (lambda: Capped(Never(), 0.0), "at_s must be a finite number above 0"),
    (lambda: Lognormal(30.0, 0.0), "cv must be a finite number above 0"),
    (lambda: Hyperexponential((0.5,), (3.0, 4.0)), "weights must be finite"),
    (lambda: Hyperexponential((0.0, 0.0), (3.0, 4.0)), "not all 0"),
    (lambda: PiecewiseHazard((1.0, 2.0), (0.1, 0.1)), "from_s must start at 0"),
    (lambda: PiecewiseHazard((0.0, 2.0), (0.1, -0.1)), "per_s at least 0"),
    (lambda: Empirical(()), "weights must be finite"),
    (lambda: Empirical((-1.0, 2.0)), "values_s must be finite and at least 0"),
    (lambda: Quantiles((0.1, 1.0), (1.0, 2.0)), "at must run from 0 to 1"),
    (lambda: Quantiles((0.0, 1.0), (2.0, 1.0)), "must not descend"),
]


@pytest.mark.parametrize(("fault", "message"), FAULTS, ids=[message for _, message in FAULTS])
def test_fault(fault: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("(", r"\(")) as raised:
        fault()
    assert "\n" not in str(raised.value)
