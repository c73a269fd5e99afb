"""How a case of one queue and one team is made, for each theory that answers with a queue's figures in the long run."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sim.study.validation import measures as m
from sim.study.validation.case import PUBLISHED, RELAXATIONS, Case, Raw, attributes, exponential, poisson, team
from sim.study.validation.reference import Reference
from sim.theory.erlang_a import erlang_a
from sim.theory.erlang_b import erlang_b
from sim.theory.erlang_c import erlang_c
from sim.theory.finite_room import finite_room
from sim.theory.impatient_queue import impatient_queue
from sim.theory.mg1 import mg1
from sim.theory.patience import Patience
from sim.theory.patience_laws import patience_law
from sim.theory.told_place import told_place

WAITS = (m.mean_wait, m.mean_wait_served, m.mean_wait_abandoned)
LEVELS = (m.sl_of_offered, m.sl_of_answered, m.sl_excluding_short_abandons, m.sl_abandons_counted_as_met)


def one_queue(
    name: str,
    what: str,
    *,
    theory: str,
    figures: Callable[[], object],
    counted: Sequence[m.Measure],
    agents: int,
    rate: float,
    relaxation_s: float,
    queue: Raw,
    **more: Any,
) -> Case:
    """A case of one queue; `counted` is compared with the attributes of the same names that `figures()` has."""
    names = {measure.__name__: measure for measure in counted}
    return Case(
        name=name,
        theory=theory,
        what=what,
        scenario={
            "queues": {"calls": {"arrivals": poisson(rate), **queue}},
            "teams": {"team": team(agents, {"calls": 1})},
        },
        measures=names,
        exact=attributes(figures, names),
        cut_s=RELAXATIONS * relaxation_s,
        **more,
    )


def loss(name: str, what: str, *, agents: int, load: float, talk: Raw, mean_s: float, **more: Any) -> Case:
    """Erlang B: as many lines as agents. Relaxation: a call is gone after its own length."""
    return one_queue(
        name,
        what,
        theory="erlang_b",
        figures=lambda: erlang_b(agents, load),
        counted=(m.p_block, m.occupancy),
        agents=agents,
        rate=load / mean_s,
        relaxation_s=mean_s,
        queue={"talk": talk, "trunks": agents},
        **more,
    )


def relaxation_of_patient_s(agents: int, rate: float, mean_s: float) -> float:
    """About the longest relaxation time of M/M/n: 1 / (sqrt(n / mean_s) - sqrt(rate))^2, or a longer handle time.

    Source: the spectrum of M/M/n, E. A. van Doorn (1981), "Stochastic Monotonicity and Queueing Applications of
    Birth-Death Processes".
    """
    return max(mean_s, 1.0 / (math.sqrt(agents / mean_s) - math.sqrt(rate)) ** 2)


def patient(
    name: str, what: str, *, agents: int, rate: float, mean_s: float, within_s: float = 20.0, **more: Any
) -> Case:
    """Erlang C."""
    return one_queue(
        name,
        what,
        theory="erlang_c",
        figures=lambda: erlang_c(agents, rate, mean_s, within_s),
        counted=(m.p_wait, m.mean_wait, m.mean_queue, m.sl_of_offered, m.occupancy),
        agents=agents,
        rate=rate,
        relaxation_s=relaxation_of_patient_s(agents, rate, mean_s),
        queue={"talk": exponential(mean_s)},
        within_s=within_s,
        **more,
    )


def single(name: str, what: str, *, rate: float, mean_s: float, cv: float, **more: Any) -> Case:
    """M/G/1 with lognormal handle times. Relaxation: of M/M/1, times how much longer the waits are, (1 + cv^2) / 2."""
    return one_queue(
        name,
        what,
        theory="mg1",
        figures=lambda: mg1(rate, mean_s, cv),
        counted=(m.p_wait, m.mean_wait, m.mean_queue, m.occupancy),
        agents=1,
        rate=rate,
        relaxation_s=relaxation_of_patient_s(1, rate, mean_s) * 0.5 * (1.0 + cv**2),
        queue={"talk": {"kind": "lognormal", "mean_s": mean_s, "cv": cv}},
        **more,
    )


def told(
    name: str, what: str, *, agents: int, rate: float, mean_s: float, patience_s: float, hazard: Sequence[float],
    days: int,
) -> Case:  # fmt: skip
    """M/M/n/K whose callers are told their place. Relaxation: as `impatient`."""
    steps = {"ahead": list(range(1, len(hazard))), "hazard": [one / hazard[0] for one in hazard[1:]]}
    return one_queue(
        name,
        what,
        theory="told_place",
        figures=lambda: told_place(agents, rate, mean_s, patience_s, hazard),
        counted=(m.p_wait, m.p_abandon, m.p_block, m.mean_wait),
        agents=agents,
        rate=rate,
        relaxation_s=max(mean_s, patience_s),
        queue={
            "talk": exponential(mean_s),
            "patience": exponential(patience_s / hazard[0]),
            "told_place": steps,
            "trunks": agents + len(hazard),
        },
        days=days,
    )


def impatient(
    name: str,
    what: str,
    *,
    agents: int,
    rate: float,
    mean_s: float,
    patience_s: float,
    balk: float = 0.0,
    within_s: float = 20.0,
    short_s: float = 5.0,
    **more: Any,
) -> Case:
    """Erlang A. Everybody inside leaves at rate 1 / mean_s or 1 / patience_s at least: the relaxation's bound."""
    counted = (m.p_wait, m.p_abandon, *WAITS, m.mean_queue, *LEVELS, m.occupancy)
    return one_queue(
        name,
        what,
        theory="erlang_a",
        figures=lambda: erlang_a(agents, rate, mean_s, patience_s, within_s, balk=balk, short_abandon=short_s),
        counted=(*counted, m.p_balk, m.p_delay_virtual) if balk else counted,
        agents=agents,
        rate=rate,
        relaxation_s=max(mean_s, patience_s),
        queue={"talk": exponential(mean_s), "patience": exponential(patience_s), "balk": balk},
        within_s=within_s,
        short_s=short_s,
        **more,
    )


def general(
    name: str,
    what: str,
    *,
    agents: int,
    rate: float,
    mean_s: float,
    patience: Raw,
    law: Patience | None = None,
    within_s: float = 20.0,
    **more: Any,
) -> Case:
    """M/M/n+G; `law` is the patience as theory knows it, where that is not of the same kind.

    Relaxation: nobody waits much longer than a call lasts, so twice a call's length is ample.
    """
    sharp = patience["kind"] == "constant"  # then the abandoned have all waited the same, and there is no spread
    return one_queue(
        name,
        what,
        theory="impatient_queue",
        figures=lambda: impatient_queue(agents, rate, mean_s, law or patience_law(**patience), within_s),
        counted=(m.p_wait, m.p_abandon, *WAITS[: 2 if sharp else 3], *LEVELS[:2], m.occupancy),
        agents=agents,
        rate=rate,
        relaxation_s=2.0 * mean_s,
        queue={"talk": exponential(mean_s), "patience": patience},
        within_s=within_s,
        **more,
    )


def simulated_elsewhere(
    name: str,
    what: str,
    *,
    agents: int,
    rate: float,
    mean_s: float,
    cv: float,
    patience: Raw | None,
    relaxation_s: float,
    elsewhere: Mapping[m.Measure, Reference],
    **more: Any,
) -> Case:
    """M/LN/n+G, for which there is no theory: held against an independent program's figures."""
    patient_or_not = {} if patience is None else {"patience": patience}
    return Case(
        name=name,
        theory=PUBLISHED,
        what=what,
        scenario={
            "queues": {
                "calls": {
                    "arrivals": poisson(rate),
                    "talk": {"kind": "lognormal", "mean_s": mean_s, "cv": cv},
                    **patient_or_not,
                }
            },
            "teams": {"team": team(agents, {"calls": 1})},
        },
        measures={measure.__name__: measure for measure in elsewhere},
        elsewhere={measure.__name__: (reference,) for measure, reference in elsewhere.items()},
        cut_s=RELAXATIONS * relaxation_s,
        **more,
    )


def room(name: str, what: str, *, agents: int, lines: int, rate: float, mean_s: float, days: int) -> Case:
    """M/M/n/K: a queue before few lines. Relaxation: as without that limit, which is longer."""
    return one_queue(
        name,
        what,
        theory="finite_room",
        figures=lambda: finite_room(agents, lines, rate, mean_s),
        counted=(m.p_block, m.p_wait, m.mean_wait, m.mean_queue, m.sl_of_offered, m.occupancy),
        agents=agents,
        rate=rate,
        relaxation_s=relaxation_of_patient_s(agents, rate, mean_s),
        queue={"talk": exponential(mean_s), "trunks": lines},
        days=days,
    )
