"""The references of the validation are those of the list of known figures; and every case on it is accounted for."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sim.study.validation import CASES
from sim.study.validation.case import PUBLISHED
from sim.study.validation.coverage import LIST, OWN
from sim.study.validation.reference import Reference, printed, simulated

HERE = Path(__file__).parent
LISTED = {each["id"]: each for each in json.loads((HERE.parent / "theory" / "cases.json").read_text(encoding="utf-8"))}
SIMULATED = {each["id"]: each for each in json.loads((HERE / "published.json").read_text(encoding="utf-8"))}
UNIT_S = {"s": 1.0, "min": 60.0, "h": 3600.0}
FASTER = {"C_small": 10.0, "MG1_ln": 10.0}
"""Cases that run so many times as fast as in the list."""
CALL_S = {"A_whitt_100": 240.0, "G_det": 60.0, "G_E2_whitt100": 240.0}
"""Seconds of a mean handle time, where the list measures in handle times."""
PAIRS = [("P_ab", "p_abandon"), ("P_wait", "p_wait"), ("E_W", "mean_wait"), ("occ", "occupancy")]
SAME = {
    "P_block": "p_block",
    "P_wait": "p_wait",
    "P_wait_per_attempt": "p_wait",
    "P_wait_arrival_avg": "p_wait",
    "P_delay_virtual": "p_delay_virtual",
    "P_ab": "p_abandon",
    "P_ab_per_attempt": "p_abandon",
    "P_customer_lost": "p_customer_lost",
    "SL": "sl_of_offered",
    "SL_offered": "sl_of_offered",
    "SL_answered": "sl_of_answered",
    "occupancy": "occupancy",
    "Lq": "mean_queue",
    **{f"EQ_at_{k}T/8": f"queue_at_{k}/8" for k in (1, 2, 3, 4, 8)},
    "talking": "talking",
    "wrapping": "wrapping",
    "mean_orbit": "mean_in_orbit",
    "E_W_high": "mean_wait_1",
    "E_W_low": "mean_wait_2",
    "E_W_accepted": "mean_wait",
    "occ_A": "occupancy_a",
    "occ_B": "occupancy_b",
    "occ_G": "occupancy_g",
    "B_on_class1": "b_on_class_1",
    **{f"busy_{i}": f"busy_{i}" for i in range(1, 7)},
    **{f"{theirs}_{i}": f"{ours}_{i}" for theirs, ours in PAIRS for i in (1, 2)},
    "E_W": "mean_wait",
    "E_W_s": "mean_wait",
    "E_W_abandoned": "mean_wait_abandoned",
    "E_W_served": "mean_wait_served",
    "E_W_served_s": "mean_wait_served",
    "ASA": "mean_wait",
}
TIMES = ("mean_wait", "mean_wait_served", "mean_wait_abandoned", "mean_wait_1", "mean_wait_2")


def listed(name: str) -> dict[str, float]:
    """The list's figures of a case that ours has too, under our names and in seconds."""
    entry, ours = LISTED[name], CASES[name].measures
    unit = CALL_S.get(name) or UNIT_S[entry["inputs"].get("unit", "s")] / FASTER.get(name, 1.0)
    found = {}
    for theirs, figure in entry["expected"].items():
        if SAME.get(theirs) in ours:
            scale = 1.0 if theirs.endswith("_s") or SAME[theirs] not in TIMES else unit
            found[SAME[theirs]] = figure * scale
    return found


EXACT = [name for name, case in CASES.items() if case.theory != PUBLISHED]
IN_TIME = [name for name in EXACT if CASES[name].hours is not None]
APART = ["SKILLS_1", "HET_subsets", *OWN]
"""Exact figures that are not on the list under these names."""


@pytest.mark.parametrize("name", [name for name in EXACT if name not in (*IN_TIME, *APART)])
def test_exact_figures_are_those_of_the_list(name: str) -> None:
    expected, exact = listed(name), dict(CASES[name].exact())
    if name == "SKILLS_6":
        exact["p_wait"] /= 1.0 - exact["p_block"]  # the list's is of those who get a line
    if name == "A_balk_callcc_h5":
        del expected["p_abandon"], expected["mean_wait_abandoned"]  # the list's take in those who balk
    assert expected
    for figure, value in expected.items():
        # The list carries 9 digits or more; a capped patience ends a microsecond late.
        assert exact[figure] == pytest.approx(value, rel=1e-8), figure


@pytest.mark.parametrize("name", IN_TIME)
def test_exact_figures_of_days_are_those_of_the_list(name: str) -> None:
    exact, expected = CASES[name].exact(), LISTED[name]["expected"]
    if "wait_per_arrival" in expected:
        assert exact["wait"] == pytest.approx(60.0 * expected["wait_per_arrival"], rel=1e-8)
        assert exact["occupancy"] == pytest.approx(expected["occupancy_0_480"], rel=1e-8)
        assert exact.get("blocked", 0.0) == pytest.approx(expected["blocked"] / 2016.0, rel=1e-8)
        return
    # The list's staff are a number, ours are people (see `day_of_people`): about 1 % fewer wait.
    assert 0.985 < exact["wait"] / expected["E_total_wait_over_1660_s"] < 0.995
    assert 0.985 < exact["lost"] / expected["E_abandoned_over_1660"] < 0.998


@pytest.mark.parametrize("shape", [10, 400])
def test_the_day_with_staff_as_a_number_has_the_figures_of_the_list(shape: int) -> None:
    exact, expected = CASES[f"P_CALLCC_{shape}"].exact(), LISTED[f"CALLCC_{shape}"]["expected"]
    # The list's quadrature over the day factor is another one.
    assert exact["wait"] == pytest.approx(expected["E_total_wait_over_1660_s"], rel=1e-7)
    assert exact["lost"] == pytest.approx(expected["E_abandoned_over_1660"], rel=1e-7)


def test_fast_and_slow_teams_are_as_many_as_on_the_list() -> None:
    from sim.study.validation.unlike import _exact_waits, _groups

    waits, _ = _exact_waits()
    expected = LISTED["HET_subsets"]["expected"]
    assert len(waits) == 924
    assert waits.mean() == pytest.approx(expected["mean_ASA_served_s"], rel=1e-8)
    assert _groups()["fast_teams"].mean() == pytest.approx(expected["frac_below_80pct_of_58_8"], rel=1e-8)
    assert _groups()["slow_teams"].mean() == pytest.approx(expected["frac_above_120pct"], rel=1e-8)


# ---------------------------------------------------------------- the list


def test_every_case_of_the_list_is_simulated_or_has_a_reason() -> None:
    names = [entry.name for entry in LIST]
    assert sorted(names) == sorted((set(LISTED) - {"SKILLS_6"}) | set(SIMULATED))  # a row of SKILLS
    assert len(names) == 49
    assert {name for entry in LIST for name in entry.cases} | set(OWN) == set(CASES)
    for entry in LIST:
        assert entry.cases or entry.remark


def given(case: str, figure: str, source: str) -> Reference:
    """The one reference of that kind."""
    (found,) = (each for each in CASES[case].elsewhere[figure] if each.source == source)
    return found


def pairs(case: str, expected: Mapping[str, Any], names: Mapping[str, str], scale: float = 1.0) -> None:
    """The list's figures with half-widths are those of the case, under these names; times in the list's minutes."""
    for theirs, ours in names.items():
        value, half_width = expected[theirs]
        unit = 60.0 if ours == "mean_wait" and case != "S1" else 240.0 if ours == "mean_wait" else scale
        assert given(case, ours, "simulated")[:2] == pytest.approx(simulated(value, half_width).times(unit)[:2])


def test_figures_of_other_programs_are_those_of_the_list() -> None:
    skills = SIMULATED["SKILLS"]["expected"]
    for k in ("1", "2", "6"):
        pairs(f"SKILLS_{k}", skills[k], {"P_block": "p_block", "E_W": "mean_wait"})
    assert given("SKILLS_3", "p_block", "simulated").value == skills["3"]["P_block"]
    assert given("SKILLS_3", "mean_wait", "simulated").value == pytest.approx(60.0 * skills["3"]["E_W"])
    pairs("S1", SIMULATED["S1"]["expected"], {"P_ab": "p_abandon", "E_W": "mean_wait"})
    pairs("S2", SIMULATED["S2"]["expected"], {"P_ab": "p_abandon", "E_W": "mean_wait", "SL_20s": "sl_of_offered"})
    pairs("S4", SIMULATED["S4"]["expected"], {"P_wait": "p_wait", "E_W": "mean_wait"})
    again = SIMULATED["P_SIMPLEMSK"]["expected"]["resim_60k_reps"]
    names = {"served": "served", "abandoned": "abandoned", "good": "good", "occ_group0": "occupancy_0"}
    pairs("P_SIMPLEMSK", again, names)
    again = SIMULATED["P_TELETHON"]["expected"]["resim"]
    pairs("P_TELETHON", again, {"served": "served", "abandoned": "abandoned", "messages": "messages"}, scale=1e-3)
    callcc = SIMULATED["P_CALLCC_SIM"]["expected"]
    pairs("P_CALLCC_10", callcc["alpha0_10"], {"resim_200k": "good"})
    pairs("P_CALLCC_400", callcc["alpha0_400"], {"resim_good": "good"})


def test_printed_figures_are_those_of_the_list() -> None:
    """The list rounds them, and so may differ by half a unit of its last digit."""
    msk, week = SIMULATED["P_SIMPLEMSK"]["expected"], SIMULATED["P_TELETHON"]["expected"]
    callcc = SIMULATED["P_CALLCC_SIM"]["expected"]
    for case, figure, value, rounding in [
        ("P_SIMPLEMSK", "served", msk["served"], 0.05),
        ("P_SIMPLEMSK", "abandoned", msk["abandoned"], 0.05),
        ("P_SIMPLEMSK", "good", msk["good_over_served_plus_ab_after_awt"], 0.0),
        ("P_SIMPLEMSK", "occupancy_0", msk["occ_group0"], 0.0),
        ("P_TELETHON", "served", 1e-3 * week["served"], 5e-5),
        ("P_TELETHON", "abandoned", 1e-3 * week["abandoned"], 5e-6),
        ("P_TELETHON", "messages", 1e-3 * week["messages"], 5e-6),
        ("P_TELETHON", "good", week["SL"], 5e-5),
        ("P_TELETHON", "occupancy_in_all", week["occ"], 5e-5),
        ("P_CALLCC_10", "good", callcc["alpha0_10"]["print_good"], 0.0),
        ("P_CALLCC_400", "wait", callcc["alpha0_400"]["print_10k_wait_s"], 0.0),
        ("P_CALLCC_400", "lost", callcc["alpha0_400"]["print_abandon"], 0.0),
        ("P_CALLCC_400", "good", callcc["alpha0_400"]["print_good"], 0.0),
        ("C_pyworkforce", "sl_of_offered", 0.888, 0.0),
        ("A_gans2010", "mean_wait_served", 58.8, 0.0),
    ]:
        found = given(case, figure, "published")
        assert found.value == pytest.approx(value, rel=1e-12, abs=1.001 * rounding), (case, figure)
        assert 0.0 < found.error < 0.2 * found.value
    # Printed intervals are of 95 % in two of them: 1.96 standard errors either way, and what the list rounds away.
    low, high = msk["served_ci95"]
    assert given("P_SIMPLEMSK", "served", "published").error == pytest.approx((high - low) / 2 / 1.96, rel=0.02)
    low, high = (1e-3 * limit for limit in week["abandoned_ci"])
    assert given("P_TELETHON", "abandoned", "published").error == pytest.approx((high - low) / 2 / 1.96, rel=0.02)
    # Those of CallCenter are of 90 %.
    low, high = callcc["alpha0_400"]["print_wait_ci"]
    assert given("P_CALLCC_400", "wait", "published").error == pytest.approx((high - low) / 2 / 1.645, rel=0.02)


def test_a_printed_figure_has_the_error_of_its_days_and_of_its_rounding() -> None:
    assert printed(3.0, 2.0, 0.0, days=400).error == pytest.approx(0.1)
    assert printed(3.0, 0.0, 0.1).error == pytest.approx(0.1 / math.sqrt(12.0))
    assert simulated(3.0, 0.196).error == pytest.approx(0.1, rel=1e-3)


def test_the_document_tells_of_every_case_on_the_list() -> None:
    told = (HERE.parent.parent / "docs" / "validation.md").read_text(encoding="utf-8")
    for entry in LIST:
        assert f"| {entry.name} | {', '.join(entry.cases) or 'not simulated'} | {entry.remark} |" in told
