"""The answer in words says what the figures say."""

from __future__ import annotations

import pytest

from sim.report import words, written
from sim.report.goals import Verdict, verdict
from tests.report.plausible import results
from tests.report.shapes import run


def plain(text: str) -> str:
    return text.replace(written.GLUE, " ").replace(written.HOLD, "")


@pytest.mark.parametrize(("low", "high", "at_least", "what"), [
    (0.81, 0.83, True, Verdict.MET), (0.77, 0.79, True, Verdict.MISSED), (0.79, 0.81, True, Verdict.UNCLEAR),
    (0.80, 0.83, True, Verdict.MET), (0.81, 0.83, False, Verdict.MISSED), (0.77, 0.79, False, Verdict.MET),
])
def test_a_goal_is_met_only_if_the_whole_interval_is(low: float, high: float, at_least: bool, what: Verdict) -> None:
    assert verdict((low + high) / 2, low, high, 0.8, at_least) is what


def test_without_an_interval_nobody_can_tell_and_without_a_goal_there_is_nothing_to_tell() -> None:
    assert verdict(0.79, None, None, 0.8) is Verdict.UNCLEAR
    assert verdict(0.99, None, None, 0.8, at_least=False) is Verdict.UNCLEAR
    assert verdict(None, None, None, 0.8) is Verdict.NONE
    assert verdict(0.79, 0.7, 0.9, None) is Verdict.NONE


def test_the_answer_of_a_day_short_of_staff() -> None:
    told = words.answer(run("day"))
    level = run("day").value("service_level")
    assert level.mean is not None and level.high is not None and level.high < 0.8
    assert told.verdict is Verdict.MISSED
    assert plain(told.headline).startswith(f"Service level {100 * level.mean:.1f} % (")
    assert plain(told.headline).endswith("misses the goal of 80 % within 20 s, of offered.")
    assert any(line.startswith("The worst half hour is 1") for line in told.rest)


def test_the_answer_of_a_day_with_enough_staff() -> None:
    told = words.answer(results(staff_share=2.0))
    assert "meets the goal" in told.headline
    assert any(line.startswith("Even the worst half hour") for line in told.rest)


def test_several_days_name_the_weekday_and_several_queues_the_worst_off() -> None:
    assert any("The worst hour is " in line and "day " in line for line in words.answer(run("week")).rest)
    assert any("of the 5 queues" in line for line in words.answer(run("queues")).rest)


def test_one_replication_has_no_interval_and_says_so() -> None:
    told = words.answer(run("single"))
    assert "in a single replication: too little to tell" in told.headline and "(" not in told.headline
    assert told.verdict is Verdict.UNCLEAR
    assert not any("of days" in line for line in told.rest)


def test_no_contacts_is_said_instead_of_a_share() -> None:
    told = words.answer(run("nobody calls"))
    assert told.headline.startswith("No contacts came in") and told.verdict is Verdict.NONE
