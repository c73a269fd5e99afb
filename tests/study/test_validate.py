"""Simulated beside exact: every case in short, both clocks, and that a wrong figure is found."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.cli import main
from sim.study.validation import BOUND, CASES, Case, check, compare, find, observe
from sim.study.validation.cases import THEORIES, UnknownCase
from sim.study.validation.table import closing
from sim.units import DAY

LISTED = {each["id"]: each for each in json.loads((Path(__file__).parent.parent / "theory" / "cases.json").read_text())}
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
    "EQ_at_2T/8": "queue_at_crest",
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


IN_TIME = [name for name in CASES if CASES[name].hours is not None]
OWN = ["G_lognormal", "G_hazard"]


@pytest.mark.parametrize("name", [name for name in CASES if name not in (*IN_TIME, *OWN)])
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


def test_own_cases_are_few() -> None:
    assert set(OWN) | set(LISTED) >= set(CASES)


# ---------------------------------------------------------------- simulated


QUICK: Mapping[str, Case] = {name: quick for name, case in CASES.items() if (quick := case.quick())}


@pytest.mark.parametrize("name", QUICK)
def test_every_case_in_short_is_within_four_standard_errors(name: str) -> None:
    # 40 replications; seed 1, as `validate --quick` has it.
    (checked,) = check([QUICK[name]], "compiled", seed=1)
    assert [row.figure for row in checked.figures] == list(QUICK[name].measures)
    assert all(row.replications == 40 for row in checked.figures)
    assert [row for row in checked.figures if not row.holds] == []


@pytest.mark.parametrize("name", QUICK)
def test_both_clocks_show_the_same_to_the_last_bit(name: str) -> None:
    simpy, compiled = (observe(QUICK[name], engine, 1, [3]) for engine in ("simpy", "compiled"))
    assert simpy.contacts == compiled.contacts > 500
    assert np.array_equal(simpy.sums, compiled.sums)


def test_processes_share_the_work_and_change_nothing() -> None:
    case = replace(QUICK["HET_slow6_liar"], replications=5)
    (alone,), (shared,) = (list(check([case], "compiled", 1, workers)) for workers in (1, 2))
    assert alone.figures == shared.figures
    assert alone.contacts == shared.contacts


def test_cases_have_random_numbers_of_their_own() -> None:
    three = [observe(QUICK[name], "compiled", 1, [0]).contacts for name in ("MMC_fin", "MMCAb_fin", "MMCBlk_fin")]
    assert len(set(three)) == 3
    assert observe(QUICK["MMC_fin"], "compiled", 2, [0]).contacts != three[0]


@pytest.mark.parametrize("name", CASES)
def test_long_runs_are_cut_at_both_ends_and_longer_than_what_is_cut(name: str) -> None:
    for case in (CASES[name], QUICK.get(name, CASES[name])):
        window = case.window
        if case.hours is None:
            assert window.from_s > 0.0
            assert window.to_s == case.days * DAY - window.from_s
            assert window.seconds >= 0.3 * case.days * DAY
        else:
            assert window.days == case.days


# ---------------------------------------------------------------- what is wrong is found


def doctored(case: Case, figure: str, factor: float) -> Case:
    """The case with one exact figure multiplied."""
    return replace(case, exact=lambda: {**case.exact(), figure: case.exact()[figure] * factor})


def test_a_wrong_exact_figure_is_found_and_no_other() -> None:
    case = QUICK["A_overload"]
    (row,) = (row for row in next(check([case], "compiled", 1)).figures if row.figure == "p_abandon")
    off = 1.0 + 9.0 * row.standard_error / row.exact
    (checked,) = check([doctored(case, "p_abandon", off)], "compiled", 1)
    assert [row.figure for row in checked.figures if not row.holds] == ["p_abandon"]


def changed(case: Case, path: str, value: Any) -> Case:
    """The case with another value in its scenario, and the old exact figures."""
    scenario = json.loads(json.dumps(case.scenario))
    *keys, last = path.split(".")
    part = scenario
    for key in keys:
        part = part[key]
    assert part.get(last) != value
    part[last] = value
    return replace(case, scenario=scenario)


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("A_overload", "queues.calls.patience.mean_s", 120.0),
        ("B12_10", "queues.calls.trunks", 13),
        ("HET_slow6_fsf", "routing.pick_agent", "random"),
        ("PRIO2", "routing", {"pick_contact": "longest_wait"}),
        ("MMODEL_a", "teams.both.skills.class 2", 1),
        ("NMODEL_a", "teams.B.skills.class 2", 2),
        ("ACW_a", "queues.calls.wrap.mean_s", 70.0),
        ("RETRY_a", "queues.calls.redial.max_attempts", 2),
        ("CALLCC_B1", "queues.calls.balk", 0.0),
        ("MMC_fin", "teams.team.staffing.agents", [11, 12]),
    ],
)
def test_another_center_is_not_taken_for_this_one(name: str, path: str, value: Any) -> None:
    (checked,) = check([changed(QUICK[name], path, value)], "compiled", 1)
    assert max(abs(row.difference) for row in checked.figures) > BOUND
    assert "wrong" in closing([checked])


# ---------------------------------------------------------------- comparing


def test_a_ratio_of_sums_and_its_standard_error_by_hand() -> None:
    case = replace(QUICK["B12_10"], exact=lambda: {"p_block": 0.25, "occupancy": 0.5})
    sums = np.array([[[1.0, 10.0], [1.0, 2.0]], [[3.0, 10.0], [1.0, 2.0]], [[5.0, 10.0], [1.0, 2.0]]])
    block, occupancy = compare(case, sums)
    assert block.simulated == pytest.approx(0.3)
    assert block.standard_error == pytest.approx(0.2 / math.sqrt(3.0))  # the mean of 0.1, 0.3 and 0.5
    assert block.difference == pytest.approx(0.05 / 0.2 * math.sqrt(3.0))
    assert block.holds
    assert block.chance_beyond(4.303) == pytest.approx(0.05, abs=1e-4)  # Student's t with 2 degrees of freedom
    assert math.isnan(occupancy.difference) and not occupancy.holds  # no spread: nothing to measure by


# ---------------------------------------------------------------- names, and the verb


def test_cases_are_found_by_name_and_by_theory() -> None:
    assert find([]) == list(CASES.values())
    assert [case.name for case in find(["a_OVERLOAD", "mg1"])] == ["MG1_ln", "A_overload"]
    assert {case.theory for case in find(["erlang_a"])} == {"erlang_a"}
    with pytest.raises(UnknownCase, match="erlang_x"):
        find(["mg1", "erlang_x"])


def test_the_verb_prints_a_table_and_a_closing_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "mmcab_fin", "--quick", "seed=5"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 120 for line in told[:-1])
    assert "MMCAb_fin (day): 8 hours, 12 agents, patience a minute" in told
    assert [line.split()[0] for line in told if line.startswith("  ") and " %)" in line] == list(
        CASES["MMCAb_fin"].measures
    )
    assert told[-1].startswith("4 figures, ")
    assert ": all within 4 standard errors; largest difference " in told[-1]
    assert "beyond 2: " in told[-1] and "beyond 3: " in told[-1] and " by chance)" in told[-1]


def test_the_verb_fails_when_a_figure_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(CASES, "MMCAb_fin", doctored(CASES["MMCAb_fin"], "lost", 1.5))
    assert main(["validate", "MMCAb_fin", "--quick"]) == 1
    told = capsys.readouterr().out
    assert "  beyond 4\n" in told
    assert "1 wrong; largest difference -" in told


@pytest.mark.parametrize(
    ("words", "told"),
    {
        "misspelled theory": (["erlnag_a"], "erlnag_a: no such case or theory, did you mean 'erlang_a'? (theories: "),
        "misspelled case": (["HET_slow6_lair"], "did you mean 'HET_slow6_liar'?"),
        "unknown engine": (["engine=fast"], "invalid choice: 'fast'"),
        "negative seed": (["seed=-3"], "needs a whole number from 0 on, got '-3'"),
        "seed in words": (["--seed", "seven"], "needs a whole number from 0 on, got 'seven'"),
        "huge seed": (["seed=99999999999999999999999"], "needs a whole number from 0 on"),
        "unknown setting": (["replications=3"], "replications=3"),
        "unknown flag": (["--fast"], "--fast"),
        "no short form": (["A_whitt_100", "--quick"], "A_whitt_100 has no short form"),
    }.values(),
)
def test_bad_words_are_answered_in_one_line(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("command line: ")
    assert told in err


def test_help_names_every_theory(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--help"]) == 0
    told = capsys.readouterr().out
    assert all(theory in told for theory in THEORIES)
