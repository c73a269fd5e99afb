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
from sim.study.validation import CASES, Case, Checked, check, compare, find, judge, observe
from sim.study.validation.case import PUBLISHED
from sim.study.validation.cases import THEORIES, UnknownCase
from sim.study.validation.coverage import LIST, OWN
from sim.study.validation.reference import Reference, printed, simulated
from sim.study.validation.table import closing
from sim.units import DAY

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


# ---------------------------------------------------------------- simulated


QUICK: Mapping[str, Case] = {name: quick for name, case in CASES.items() if (quick := case.quick())}


@pytest.mark.parametrize("name", QUICK)
def test_every_case_in_short_differs_by_no_more_than_chance(name: str) -> None:
    # 40 replications, or 10; seed 1, as `validate --quick` has it. Alone a case fails once in 100 seeds at most.
    (checked,) = check([QUICK[name]], "compiled", seed=1)
    assert [(row.figure, row.reference) for row in checked.figures] == QUICK[name].references()
    assert {row.figure for row in checked.figures} == set(QUICK[name].measures)
    assert {row.replications for row in checked.figures} == {QUICK[name].replications}
    assert judge([checked]).holds


@pytest.mark.parametrize("name", [name for name, case in QUICK.items() if not case.uses_python])
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
    off = 1.0 + 9.0 * row.standard_error / row.reference.value
    (checked,) = check([doctored(case, "p_abandon", off)], "compiled", 1)
    verdict = judge([checked])
    assert [row.figure for row in verdict.wrong] == ["p_abandon"]
    assert not verdict.holds


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
        ("P_TELETHON", "queues.donors.at_close", "serve"),
        ("S2", "queues.calls.talk.cv", 0.3),
    ],
)
def test_another_center_is_not_taken_for_this_one(name: str, path: str, value: Any) -> None:
    (checked,) = check([changed(QUICK[name], path, value)], "compiled", 1)
    verdict = judge([checked])
    assert not verdict.holds
    assert "\nwrong: " in closing([checked], verdict)


def test_staff_as_people_are_not_taken_for_staff_as_a_number() -> None:
    # SimpleMSK, whose staff halve at a stroke: exact figures are missing, so both ways are simulated, days in pairs.
    case = QUICK["P_SIMPLEMSK"]
    people = {name: team for name, team in case.scenario["teams"].items() if not name.startswith("number")}
    for team, numbers in zip(people.values(), ([12, 18, 9], [15, 20, 11]), strict=True):
        team["staffing"] = {**team["staffing"], "agents": [*numbers, *[numbers[-1]] * 5]}
    other = replace(
        case,
        scenario={"queues": case.scenario["queues"], "teams": people, "routing": {"pick_contact": "longest_wait"}},
    )
    days = list(range(6))  # 24 days each
    served = list(case.measures).index("served")
    number, person = (observe(each, "compiled", 1, days).sums[:, served, 0] for each in (case, other))
    more = person - number
    assert more.mean() > 2.5 * more.std(ddof=1) / math.sqrt(len(days))  # who goes home finishes; others go on


# ---------------------------------------------------------------- comparing


def test_a_ratio_of_sums_and_its_standard_error_by_hand() -> None:
    elsewhere = {"p_block": (Reference(0.25, 0.05, "published"),)}
    case = replace(QUICK["B12_10"], exact=lambda: {"p_block": 0.25, "occupancy": 0.5}, elsewhere=elsewhere)
    sums = np.array([[[1.0, 10.0], [1.0, 2.0]], [[3.0, 10.0], [1.0, 2.0]], [[5.0, 10.0], [1.0, 2.0]]])
    block, occupancy, published = compare(case, sums)
    assert block.simulated == pytest.approx(0.3)
    assert block.standard_error == pytest.approx(0.2 / math.sqrt(3.0))  # the mean of 0.1, 0.3 and 0.5
    assert block.difference == pytest.approx(0.05 / 0.2 * math.sqrt(3.0))
    assert block.freedom == pytest.approx(2.0)
    # Student's t with 2 degrees of freedom: P(|T| > t) = 1 - t / sqrt(2 + t^2).
    t = block.difference
    assert block.p_value == pytest.approx(1.0 - t / math.sqrt(2.0 + t * t))
    assert math.erfc(block.score / math.sqrt(2.0)) == pytest.approx(block.p_value)
    assert math.isnan(occupancy.difference)  # no spread: nothing to measure by
    assert occupancy in judge([Checked(case, [block, occupancy], 0, np.eye(2))]).wrong
    # A reference with an error of its own: se^2 = 0.04 / 3 + 0.05^2.
    assert published.difference == pytest.approx(0.05 / math.sqrt(0.04 / 3.0 + 0.0025))
    assert published.freedom == pytest.approx(2.0 * ((0.04 / 3.0 + 0.0025) / (0.04 / 3.0)) ** 2)


# ---------------------------------------------------------------- names, and the verb


def test_cases_are_found_by_name_and_by_theory() -> None:
    assert find([]) == list(CASES.values())
    assert [case.name for case in find(["a_OVERLOAD", "mg1"])] == ["MG1_ln", "A_overload"]
    assert {case.theory for case in find(["erlang_a"])} == {"erlang_a"}
    with pytest.raises(UnknownCase, match="erlang_x"):
        find(["mg1", "erlang_x"])


def test_the_verb_prints_a_table_and_what_it_says_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "mmcab_fin", "--quick", "seed=5"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 120 for line in told)
    assert "MMCAb_fin (day): 8 hours, 12 agents, patience a minute" in told
    assert any(line.startswith("  40 runs of 3 days, 24") and line.endswith(" contacts") for line in told)
    assert [tuple(line.split()[i] for i in (0, -2)) for line in told if line.startswith("  ") and " %)" in line] == [
        (name, reference.source) for name, reference in CASES["MMCAb_fin"].references()
    ]
    figures, largest, many, spread, outcome = told[-5:]
    assert figures.startswith("7 figures of 1 cases, ")
    assert largest.startswith("largest: ") and "MMCAb_fin" in largest and "(wrong at 0.005 or less)" in largest
    assert many.startswith("many: ") and " beyond 2, 0.3 expected; chance of as many: " in many
    assert spread.startswith("spread: ") and "(wrong at 0.0025 or less)" in spread
    assert outcome == "no more than chance allows (a right simulator fails one run in 100 at most)"


def test_the_verb_fails_when_a_figure_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(CASES, "MMCAb_fin", doctored(CASES["MMCAb_fin"], "lost", 1.5))
    assert main(["validate", "MMCAb_fin", "--quick"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "wrong: MMCAb_fin lost"


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
        "two lengths": (["--quick", "--full"], "not allowed with argument"),
        "page nowhere": (["page=no/such/folder/page.html"], "its folder does not exist"),
        "page is a folder": (["page=."], "is a folder"),
        "page without runs": (["page=a.html", "write=b"], "nothing is simulated with write="),
        "no name": (["write="], "needs a name"),
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


def test_the_document_tells_of_every_case_on_the_list() -> None:
    told = (HERE.parent.parent / "docs" / "validation.md").read_text(encoding="utf-8")
    for entry in LIST:
        assert f"| {entry.name} | {', '.join(entry.cases) or 'not simulated'} | {entry.remark} |" in told
