"""Cases of one queue and one team in the long run, with numbers from the literature where there are any.

A case that stands in the list of exact figures (tests/theory/cases.json, with sources) has its name and numbers.
"""

from __future__ import annotations

from sim.study.validation.case import Case, exponential
from sim.study.validation.measures import mean_wait, p_abandon, p_wait, sl_of_offered
from sim.study.validation.one_queue import (
    general,
    impatient,
    loss,
    patient,
    relaxation_of_patient_s,
    room,
    simulated_elsewhere,
    single,
    told,
)
from sim.study.validation.reference import printed, simulated
from sim.theory.patience import Capped, Exponential
from sim.units import HOUR, MINUTE


def cases() -> list[Case]:
    """All of them, from the oldest theory on."""
    return [*_everybody_stays(), *_some_give_up(), *_any_patience(), *_lognormal_talk()]


def _everybody_stays() -> list[Case]:
    return [
        loss(
            "B12_10",
            "12 agents, 12 lines, 10 erlangs",
            agents=12,
            load=10.0,
            talk=exponential(240.0),
            mean_s=240.0,
            days=6,
        ),
        loss(
            "B100_90",
            "100 agents, 100 lines, 90 erlangs, lognormal talk (only its mean matters)",
            agents=100,
            load=90.0,
            talk={"kind": "lognormal", "mean_s": 240.0, "cv": 1.2},
            mean_s=240.0,
            days=1,
            quick_days=None,
        ),
        # One agent has few calls a day: these two run ten times as fast as their namesakes.
        patient(
            "C_small",
            "1 agent, 80 % busy",
            agents=1,
            rate=2.0 / MINUTE,
            mean_s=24.0,
            within_s=2.0,
            days=24,
            quick_days=3,
        ),
        patient("C_mmc_contactcenters", "12 agents, 70 % busy", agents=12, rate=4.2 / MINUTE, mean_s=120.0, days=8),
        patient(
            "C_pyworkforce",
            "14 agents, 200 calls an hour of 3 minutes",
            agents=14,
            rate=200.0 / HOUR,
            mean_s=180.0,
            within_s=19.8,
            days=8,
            elsewhere={
                "p_wait": (printed(0.174, 0.0, 0.001),),
                "sl_of_offered": (printed(0.888, 0.0, 0.001),),
                "occupancy": (printed(0.714, 0.0, 0.001),),
            },
        ),
        patient(
            "C_360x4min_28",
            "28 agents, 86 % busy",
            agents=28,
            rate=6.0 / MINUTE,
            mean_s=240.0,
            within_s=15.0,
            days=12,
            quick_days=2,
        ),
        patient("C_360x4min_30", "30 agents, 80 % busy", agents=30, rate=6.0 / MINUTE, mean_s=240.0, days=12),
        patient("C_pool_10", "10 agents, 85 % busy", agents=10, rate=1.7 / MINUTE, mean_s=300.0, days=20, quick_days=6),
        patient("C_pool_20", "20 agents, 85 % busy", agents=20, rate=3.4 / MINUTE, mean_s=300.0, days=14, quick_days=3),
        single(
            "MG1_ln",
            "1 agent, 80 % busy, lognormal handle time with cv 1.2",
            rate=2.0 / MINUTE,
            mean_s=24.0,
            cv=1.2,
            days=24,
            quick_days=3,
        ),
        room("K_mmcblocked", "12 agents, 17 lines", agents=12, lines=17, rate=4.2 / MINUTE, mean_s=120.0, days=4),
    ]


def _some_give_up() -> list[Case]:
    return [
        impatient(
            "A_whitt_100",
            "100 agents offered 102 erlangs, patience as long as a call",
            agents=100,
            rate=25.5 / MINUTE,
            mean_s=240.0,
            patience_s=240.0,
            within_s=24.0,
            short_s=12.0,
            days=4,
            quick_days=None,
            replications=128,
        ),
        impatient(
            "A_mmcab_contactcenters",
            "12 agents, 252 calls an hour of 2 minutes, patience a minute",
            agents=12,
            rate=4.2 / MINUTE,
            mean_s=120.0,
            patience_s=60.0,
            days=4,
        ),
        impatient(
            "A_gans2010",
            "6 agents of a bank, 21 calls an hour of 12 minutes",
            agents=6,
            rate=21.0 / HOUR,
            mean_s=HOUR / 5.015,
            patience_s=0.5 * HOUR,
            days=48,
            quick_days=3,
            # The mean delay of the answered, in seconds (Gans et al. 2010, section 4).
            elsewhere={"mean_wait_served": (printed(58.8, 0.0, 0.1),)},
        ),
        impatient(
            "A_overload",
            "15 agents offered 18 erlangs",
            agents=15,
            rate=6.0 / MINUTE,
            mean_s=180.0,
            patience_s=150.0,
            days=3,
        ),
        impatient(
            "A_balk_callcc_h5",
            "8 agents, 200 calls an hour, one in ten balks",
            agents=8,
            rate=200.0 / HOUR,
            mean_s=100.0,
            patience_s=1000.0,
            balk=0.1,
            days=5,
        ),
    ]


def _any_patience() -> list[Case]:
    return [
        told(
            "T_place",
            "6 agents offered 7 erlangs, 6 places to wait, callers told how many are ahead",
            agents=6,
            rate=105.0 / HOUR,
            mean_s=240.0,
            patience_s=240.0,
            hazard=(0.5, 1.0, 2.0, 3.0, 4.0, 6.0),
            days=4,
        ),
        general(
            "G_det",
            "10 agents offered 11 erlangs, everybody waits a minute at most",
            agents=10,
            rate=11.0 / MINUTE,
            mean_s=60.0,
            patience={"kind": "constant", "value_s": 60.0},
            within_s=12.0,
            days=2,
        ),
        general(
            "G_E2_whitt100",
            "100 agents offered 102 erlangs, Erlang-2 patience as long as a call",
            agents=100,
            rate=25.5 / MINUTE,
            mean_s=240.0,
            patience={"kind": "erlang", "mean_s": 240.0, "phases": 2},
            within_s=24.0,
            days=3,
            quick_days=None,
        ),
        general(
            "G_telethon_stationary",
            "12 agents, exponential patience of 2 minutes, but not above 2 minutes",
            agents=12,
            rate=50.0 / HOUR,
            mean_s=600.0,
            # A scenario caps a law by a hazard of a million a second: a microsecond late on average.
            patience={"kind": "piecewise_hazard", "from_s": [0.0, 120.0], "per_s": [1.0 / 120.0, 1e6]},
            law=Capped(Exponential(120.0), 120.0),
            within_s=60.0,
            days=16,
        ),
        general(
            "G_lognormal",
            "50 agents offered 51 erlangs, lognormal patience with cv 1.5",
            agents=50,
            rate=612.0 / HOUR,
            mean_s=300.0,
            patience={"kind": "lognormal", "mean_s": 390.0, "cv": 1.5},
            days=2,
        ),
        general(
            "G_hazard",
            "30 agents offered 30 erlangs, callers give up at five rates, most after 30 s of music",
            agents=30,
            rate=360.0 / HOUR,
            mean_s=300.0,
            patience={
                "kind": "piecewise_hazard",
                "from_s": [0.0, 10.0, 30.0, 60.0, 180.0],
                "per_s": [0.01, 0.002, 0.012, 0.004, 0.002],
            },
            days=3,
        ),
    ]


def _lognormal_talk() -> list[Case]:
    """Talk and patience as they are in real centers. The list's figures come with half-widths of 95 % intervals."""
    return [
        simulated_elsewhere(
            "S1",
            "100 agents offered 102 erlangs, lognormal talk with cv 1, Erlang-2 patience as long as a call",
            agents=100,
            rate=25.5 / MINUTE,
            mean_s=240.0,
            cv=1.0,
            patience={"kind": "erlang", "mean_s": 240.0, "phases": 2},
            relaxation_s=2.0 * 240.0,
            elsewhere={p_abandon: simulated(0.03695, 0.0002), mean_wait: simulated(0.11476, 0.00048).times(240.0)},
            days=3,
            quick_days=None,
        ),
        simulated_elsewhere(
            "S2",
            "15 agents offered 16 erlangs, lognormal talk with cv 1.2, lognormal patience with cv 2",
            agents=15,
            rate=4.0 / MINUTE,
            mean_s=240.0,
            cv=1.2,
            patience={"kind": "lognormal", "mean_s": 180.0, "cv": 2.0},
            relaxation_s=3.0 * 240.0,
            elsewhere={
                p_abandon: simulated(0.14831, 0.00017),
                mean_wait: simulated(0.30403, 0.00035).times(MINUTE),
                sl_of_offered: simulated(0.59923, 0.00037),
            },
            days=6,
        ),
        simulated_elsewhere(
            "S4",
            "20 agents, 90 % busy, lognormal talk with cv 1.5, nobody gives up",
            agents=20,
            rate=3.6 / MINUTE,
            mean_s=300.0,
            cv=1.5,
            patience=None,
            relaxation_s=0.5 * (1.0 + 1.5**2) * relaxation_of_patient_s(20, 3.6 / MINUTE, 300.0),
            elsewhere={p_wait: simulated(0.56212, 0.00065), mean_wait: simulated(1.982, 0.009).times(MINUTE)},
            days=40,
            quick_days=8,
        ),
    ]
