"""Every published or independently computed figure of cases.json, each with its source and status there."""

from __future__ import annotations

import functools
import itertools
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.theory.day import Day, day_figures
from sim.theory.erlang_a import erlang_a
from sim.theory.erlang_b import erlang_b
from sim.theory.erlang_c import erlang_c
from sim.theory.figures import QueueFigures
from sim.theory.finite_room import finite_room
from sim.theory.impatient_queue import impatient_queue
from sim.theory.m_design import MDesign, m_design
from sim.theory.mg1 import mg1
from sim.theory.n_design import NDesign, n_design
from sim.theory.patience import Capped, Exponential, Patience
from sim.theory.patience_laws import Constant, erlang
from sim.theory.priority import priority
from sim.theory.redial import redial
from sim.theory.repeat_calls import repeat_calls
from sim.theory.sinusoid import sinusoid
from sim.theory.unlike_agents import PickAgent, unlike_agents
from sim.theory.wrap_up import wrap_up

Given = dict[str, Any]
CASES: list[Given] = json.loads((Path(__file__).parent / "cases.json").read_text(encoding="utf-8"))

FORMULA = 1e-9  # the figures carry 12 digits
CHAIN = 1e-8  # the figures carry 10 digits, or 9, of numerical solutions with residuals below 1e-12
DAY_FACTOR = 1e-7  # the case asks for 1e-4: its figures come from another quadrature over the day factor

PATIENCE: dict[str, Patience] = {
    "deterministic 1.0": Constant(1.0),
    "Erlang-2 mean 1": erlang(1.0, 2),
    "min(Exp(mean 2), 2) min": Capped(Exponential(2.0), 2.0),
}


def _queue(figures: QueueFigures) -> dict[str, float]:
    """The cases' names; their "abandoned" take in those who balk."""
    return {
        "P_block": figures.p_block,
        "P_wait": figures.p_wait,
        "P_delay_virtual": figures.p_delay_virtual,
        "P_ab": figures.p_balk + figures.p_abandon,
        "E_W": figures.mean_wait,
        "E_W_accepted": figures.mean_wait,
        "ASA": figures.mean_wait_served,
        "E_W_served": figures.mean_wait_served,
        "E_W_abandoned": figures.mean_wait_left,
        "Lq": figures.mean_queue,
        "occupancy": figures.occupancy,
        "SL": figures.service_level("of_offered"),
        "SL_offered": figures.service_level("of_offered"),
        "SL_answered": figures.service_level("of_answered"),
        "SL_excl_short_abandons": figures.service_level("excluding_short_abandons"),
        "SL_virtual": figures.service_level("virtual"),
    }


def _loss(i: Given) -> dict[str, float]:
    figures = erlang_b(i["n"], i["offered_load"])
    return {"P_block": figures.p_block, "carried": figures.carried}


def _patient(i: Given) -> dict[str, float]:
    return _queue(erlang_c(i["n"], i["arrival_rate"], i["mean_service"], i["awt"]))


def _impatient(i: Given) -> dict[str, float]:
    means = 1.0 / i["service_rate"], 1.0 / i["patience_rate"]
    return _queue(erlang_a(i["n"], i["arrival_rate"], *means, i["awt"], balk=i["balk_prob"]))


def _general(i: Given) -> dict[str, float]:
    law = PATIENCE[i["patience"]]
    return _queue(impatient_queue(i["n"], i["arrival_rate"], 1.0 / i["service_rate"], law, i["awt"]))


def _room(i: Given) -> dict[str, float]:
    mean_service = 1.0 / i["service_rate"] if "service_rate" in i else i["mean_service"]
    figures = finite_room(i["n"], i["total_lines"], i["arrival_rate"], mean_service)
    return {**_queue(figures), "P_wait": figures.p_wait / (1.0 - figures.p_block)}


def _single(i: Given) -> dict[str, float]:
    figures = mg1(i["arrival_rate"], i["mean_service"], i["cv_service"])
    return {"E_W": figures.mean_wait, "Lq": figures.mean_queue, "occupancy": figures.occupancy}


def _classes(i: Given) -> dict[str, float]:
    figures = priority(i["n"], [i["lambda_high"], i["lambda_low"]], i["mean_service"])
    high, low = figures.mean_waits
    return {"P_wait": figures.p_wait, "E_W_high": high, "E_W_low": low}


def _repeats(i: Given) -> dict[str, float]:
    figures = repeat_calls(i["n"], i["external_rate"], i["mean_service"], i["FCR"], i["mean_return_delay"], i["awt"])
    orbit = {"effective_rate": figures.effective_rate, "mean_in_return_orbit": figures.mean_in_orbit}
    return {**_queue(figures.queue), **orbit}


def _unlike(i: Given, pick_agent: PickAgent) -> dict[str, float]:
    services = [3600.0 / rate for rate in i["service_rates"]]
    law = Exponential(3600.0 / i["patience_rate"])
    figures = unlike_agents(services, i["arrival_rate"] / 3600.0, law, pick_agent=pick_agent)
    busy = {f"busy_{k}": share for k, share in enumerate(figures.busy, 1)}
    waits = {"E_W_s": figures.queue.mean_wait, "E_W_served_s": figures.queue.mean_wait_served}
    return {"P_wait": figures.queue.p_wait, "P_ab": figures.queue.p_abandon, **waits, **busy}


def _all_teams(i: Given) -> dict[str, float]:
    law, rate = Exponential(3600.0 / i["patience_rate"]), i["arrival_rate"] / 3600.0
    teams = itertools.combinations([3600.0 / r for r in i["pool"]], 6)
    asa = np.array([unlike_agents(team, rate, law).queue.mean_wait_served for team in teams])
    return {
        "mean_ASA_served_s": asa.mean(),
        "sd_ASA_served_s": asa.std(),
        "min_s": asa.min(),
        "max_s": asa.max(),
        "frac_below_80pct_of_58_8": (asa < 0.8 * 58.8).mean(),
        "frac_above_120pct": (asa > 1.2 * 58.8).mean(),
    }


def _redials(i: Given) -> dict[str, float]:
    figures = redial(
        i["n"],
        i["arrival_rate"],
        1.0 / i["service_rate"],
        1.0 / i["patience_rate"],
        i["redial_prob"],
        i["redial_delay_mean"],
    )
    return {
        "total_rate": figures.total_rate,
        "P_ab_per_attempt": figures.p_abandon,
        "P_wait_per_attempt": figures.p_wait,
        "E_W": figures.mean_wait,
        "occupancy": figures.occupancy,
        "mean_orbit": figures.mean_in_orbit,
        "P_customer_lost": figures.p_customer_lost,
    }


def _wrap(i: Given) -> dict[str, float]:
    figures = wrap_up(i["n"], i["arrival_rate"], i["talk_mean"], i["acw_mean"], 1.0 / i["patience_rate"])
    return {
        "P_wait": figures.p_wait,
        "P_ab": figures.p_abandon,
        "E_W": figures.mean_wait,
        "talking": figures.talking,
        "wrapping": figures.wrapping,
    }


def _by_class(name: str, pair: tuple[float, float]) -> dict[str, float]:
    return {f"{name}_1": pair[0], f"{name}_2": pair[1]}


def _n_design(i: Given) -> dict[str, float]:
    patience = 1.0 / i["patience_rates"][0], 1.0 / i["patience_rates"][1]
    means = i["mean_A1"], i["mean_B1"], i["mean_B2"]
    figures = n_design(NDesign(i["nA"], i["nB"], (i["l1"], i["l2"]), *means, patience))
    return {
        **_by_class("P_ab", figures.p_abandon),
        **_by_class("E_W", figures.mean_wait),
        **_by_class("P_wait", figures.p_wait),
        "occ_A": figures.occupancy_a,
        "occ_B": figures.occupancy_b,
        "B_on_class1": figures.b_on_class_1,
    }


def _m_design(i: Given) -> dict[str, float]:
    rates, patience = (i["l1"], i["l2"]), 1.0 / i["patience_rate"]
    figures = m_design(MDesign((i["n1"], i["n2"]), i["nG"], rates, i["mean_service"], patience))
    return {
        **_by_class("P_ab", figures.p_abandon),
        **_by_class("E_W", figures.mean_wait),
        **_by_class("P_wait", figures.p_wait),
        **dict(zip(("occ_1", "occ_2", "occ_G"), figures.occupancy, strict=True)),
    }


def _call_center_day(i: Given) -> dict[str, float]:
    figures = day_figures(
        Day(
            agents=i["agents"],
            arrival_rates=[rate / 3600.0 for rate in i["rates_per_hour"]],
            period=3600.0,
            mean_service=i["mean_service_s"],
            mean_patience=i["patience_mean_s"],
            balk=i["balk"],
            day_factor_shape=i.get("alpha0", math.inf),
        )
    )
    # 1660 calls are expected in a day: the sum of the hourly rates.
    return {
        "E_abandoned_over_1660": figures.lost / 1660.0,
        "E_total_wait_over_1660_s": figures.total_wait / 1660.0,
    }


def _shift(i: Given) -> dict[str, float]:
    patience = 1.0 / i["theta"] if i["theta"] else math.inf
    day = Day([i["n"]], [i["arrival_rate"]], 480.0, 1.0 / i["service_rate"], patience, lines=i["lines"])
    figures = day_figures(day)
    return {
        "arrivals": figures.arrivals,
        "E_total_wait": figures.total_wait,
        "abandoned": figures.abandoned,
        "occupancy_0_480": figures.occupancy,
        "blocked": figures.blocked,
        "wait_per_arrival": figures.total_wait / figures.arrivals,
    }


def _sinusoidal(i: Given) -> dict[str, float]:
    figures = sinusoid(i["n"], i["a"], i["b"], i["period"], i["mean_service"], 1.0 / i["patience_rate"])
    return {
        "P_ab": figures.p_abandon,
        "P_wait_arrival_avg": figures.p_wait,
        "E_W": figures.mean_wait,
        "occupancy": figures.occupancy,
        **{f"EQ_at_{k}T/8": figures.mean_queue(i["period"] * k / 8.0) for k in range(1, 9)},
    }


Solver = Callable[[Given], dict[str, float]]
SOLVERS: dict[str, tuple[Solver, float]] = {
    "B12_10": (_loss, FORMULA),
    "B100_90": (_loss, FORMULA),
    "C_mmc_contactcenters": (_patient, FORMULA),
    "C_pyworkforce": (_patient, FORMULA),
    "C_360x4min_28": (_patient, FORMULA),
    "C_360x4min_30": (_patient, FORMULA),
    "C_small": (_patient, FORMULA),
    "C_pool_10": (_patient, FORMULA),
    "C_pool_20": (_patient, FORMULA),
    "A_mmcab_contactcenters": (_impatient, FORMULA),
    "A_whitt_100": (_impatient, FORMULA),
    "A_gans2010": (_impatient, FORMULA),
    "A_overload": (_impatient, FORMULA),
    "A_balk_callcc_h5": (_impatient, FORMULA),
    "G_det": (_general, FORMULA),
    "G_E2_whitt100": (_general, FORMULA),
    "G_telethon_stationary": (_general, FORMULA),
    "K_mmcblocked": (_room, FORMULA),
    "SKILLS_6": (_room, FORMULA),
    "MG1_ln": (_single, FORMULA),
    "PRIO2": (_classes, FORMULA),
    "FCR_75": (_repeats, FORMULA),
    "HET_slow6_liar": (functools.partial(_unlike, pick_agent="longest_idle"), CHAIN),
    "HET_slow6_random": (functools.partial(_unlike, pick_agent="random"), CHAIN),
    "HET_slow6_fsf": (functools.partial(_unlike, pick_agent="fastest"), CHAIN),
    "HET_fast6_liar": (functools.partial(_unlike, pick_agent="longest_idle"), CHAIN),
    "HET_fast6_fsf": (functools.partial(_unlike, pick_agent="fastest"), CHAIN),
    "HET_subsets": (_all_teams, CHAIN),
    "RETRY_a": (_redials, CHAIN),
    "ACW_a": (_wrap, CHAIN),
    "NMODEL_a": (_n_design, CHAIN),
    "MMODEL_a": (_m_design, CHAIN),
    "CALLCC_10": (_call_center_day, DAY_FACTOR),
    "CALLCC_400": (_call_center_day, DAY_FACTOR),
    "CALLCC_B1": (_call_center_day, CHAIN),
    "MTMNM_a": (_sinusoidal, CHAIN),
    "MMC_fin": (_shift, CHAIN),
    "MMCAb_fin": (_shift, CHAIN),
    "MMCBlk_fin": (_shift, CHAIN),
}


def test_every_case_has_its_solver_source_and_status() -> None:
    assert [case["id"] for case in CASES if case["id"] not in SOLVERS] == []
    assert len(CASES) == len(SOLVERS)
    assert all(case["source"] and case["status"] for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case(case: Given) -> None:
    solver, tolerance = SOLVERS[case["id"]]
    got = solver(case["inputs"])
    wanted = {name: pytest.approx(value, rel=tolerance, abs=1e-12) for name, value in case["expected"].items()}
    assert {name: got[name] for name in wanted} == wanted
