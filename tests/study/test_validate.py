"""Simulated beside exact: every case in short, both clocks, and that a wrong figure is found."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.cli import main
from sim.study.validation import CASES, Case, Checked, check, compare, find, judge, observe
from sim.study.validation.cases import THEORIES, UnknownCase
from sim.study.validation.reference import Reference
from sim.study.validation.table import closing
from sim.units import DAY

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
    figures, worst, many, spread, outcome = told[-5:]
    assert figures.startswith("7 figures of 1 cases, ")
    assert worst.startswith("worst: ") and "MMCAb_fin" in worst and "(wrong at 0.005 or less)" in worst
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
