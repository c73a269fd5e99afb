"""Encounters on scripted days: what people do to times, outcomes and each other, worked out by hand."""

from __future__ import annotations

from math import exp, log, sqrt
from typing import Any

import pytest

from sim.people.empathy import USUAL_ENERGY
from sim.record import ComesBack, Duty, Outcome
from tests.scripted import Call, center, doing, told

ON, OFF = Duty.SIGN_ON, Duty.SIGN_OFF
NIGHT = 86400.0


def people(**parts: dict[str, float]) -> dict[str, Any]:
    """A behavior with these parts, where behavior counts."""
    return {"people": True} | parts


def one_queue(behavior: dict[str, Any], queue: dict[str, Any] | None = None, **more: Any) -> Any:
    quiet = {"repeat": {"probability": 1.0}, "survey": {"offered": 0.0}}
    return center({"q": quiet | (queue or {})}, {"t": {"skills": {"q": 1}}}, behavior=behavior, **more)


def test_without_coefficients_times_stand_and_issues_are_resolved_as_marked() -> None:
    day = told(
        one_queue(people(), {"fcr": 0.7}),
        [Call(0, talk=100, wrap=10, solve=0.69), Call(200, talk=50, solve=0.71)],
        ["t"],
        [(0, 0, ON)],
    )
    assert doing(day, 0) == ["talk 0-100", "wrap 100-110", "idle 110-200", "talk 200-250"]
    assert day.met["resolved"].tolist() == [1, 0]
    assert day.met["p_resolved"].tolist() == pytest.approx([0.7, 0.7])
    assert not any(day.met[name].any() for name in day.met.dtype.names or () if name.startswith(("by_", "from_")))


def test_the_terms_of_handle_time() -> None:
    """Second caller: waited 300 s behind the first; the agent gives empathy 0.65 (z = 1), one sd more than typical."""
    talk = {"load": 0.11, "wait": 0.0115, "listening": 0.05, "calming": 0.1, "agitation": 0.15}
    day = told(
        one_queue(people(talk=talk, temper={"waiting": 1.0})),
        [Call(0, talk=300, empathy=0.0), Call(0, talk=100, empathy=0.75)],
        [("t", 1.1)],
        [(0, 0, ON)],
        people=[{"empathy": 0.65, "patience": 0.7}],
    )
    first, second = day.met
    assert first["by_load"] == pytest.approx(-0.11 * log(1.0 / 0.85))
    assert first["by_listening"] == 0.0  # no need to be listened to
    wait = 300 * 1.1 * exp(float(first["by_load"]))
    agitation = 1 - exp(-wait / 300 * (1.5 - 0.7))
    assert second["agitation"] == pytest.approx(agitation)
    assert second["by_agent"] == pytest.approx(log(1.1))
    assert second["by_wait"] == pytest.approx(0.0115 * log(1 + wait))
    assert second["by_listening"] == pytest.approx(0.05 * 1.0 * 1.5)
    assert second["by_calming"] == pytest.approx(-0.1 * agitation)
    assert second["by_agitation"] == pytest.approx(0.15 * agitation)
    terms = sum(float(second[name]) for name in day.met.dtype.names or () if name.startswith("by_"))
    assert day.left["talk"][1] == pytest.approx(100 * exp(terms))


def test_load_counts_who_waits_and_who_is_at_work() -> None:
    """Two agents, four callers at once: the third is answered with one still waiting behind."""
    day = told(
        one_queue(people(talk={"load": 0.1})),
        [Call(0, talk=100), Call(0, talk=400), Call(0, talk=100), Call(0, talk=100)],
        ["t", "t"],
        [(0, 0, ON), (0, 1, ON)],
    )
    by_caller = dict(zip(day.left["caller"].tolist(), day.met["by_load"].tolist(), strict=True))
    assert by_caller[0] == pytest.approx(-0.1 * log(0.5 / 0.85))  # one of two busy
    assert by_caller[1] == pytest.approx(-0.1 * log(1.0 / 0.85))
    assert by_caller[2] == pytest.approx(-0.1 * log(1.5 / 0.85))  # one waits, two busy, two on the phones
    assert by_caller[3] == pytest.approx(-0.1 * log(1.0 / 0.85))


def test_pressure_on_handle_time_hurries_and_care_takes_it_away() -> None:
    """The first talk takes twice its target, so pace is 1 + 1/20; then only speed is rewarded, or both."""

    def hurry(scorecard: dict[str, float]) -> float:
        day = told(
            one_queue(
                people(pressure={"speed": 1.0, "quality": 1.0}, talk={"hurry": 0.25}),
                {"fcr": 0.5, "repeat": {"probability": 0.0}},
                goals={"aht_target": 100, "fcr": 0.8, "scorecard": scorecard},
            ),
            [Call(0, talk=200, solve=0.9), Call(500, talk=100)],
            ["t"],
            [(0, 0, ON)],
        )
        assert day.left["talk"][1] == pytest.approx(100 * exp(-0.25 * day.met["hurry"][1]))
        return float(day.met["hurry"][1])

    pressed = 1 - exp(-2 * 0.05 / 0.2)  # all speed is handle time: weight 2
    assert hurry({"aht": 1, "service_level": 0, "csat": 0, "fcr": 0}) == pytest.approx(pressed)
    care = 0.5 * (1 - exp(-2 * (0.8 / 20) / 0.2))  # unresolved: 0.8 below target, over 20 contacts
    both = hurry({"aht": 1, "service_level": 0, "csat": 0, "fcr": 1})
    assert both == pytest.approx(0.5 * pressed * (1 - care))


def test_service_level_presses_too() -> None:
    """Caller 1 abandons and caller 2 waits too long: the queue's level falls by 1/50 of the gap each time."""
    day = told(
        one_queue(
            people(pressure={"speed": 1.0}),
            goals={
                "service_level": 0.8,
                "within_s": 20,
                "scorecard": {"aht": 0, "service_level": 1, "csat": 0, "fcr": 0},
            },
        ),
        [Call(0, talk=100), Call(1, patience=50), Call(2, talk=10), Call(200, talk=10)],
        ["t"],
        [(0, 0, ON)],
    )
    level = 0.0
    for met in (1.0, 0.0, 0.0, 1.0):  # answered at once, abandoned, late, at once
        level += (met - 0.8 - level) / 50
    at_last = 1 - exp(-2 * max(0.0, -level) / 0.2)
    assert at_last > 0.0
    assert day.met["hurry"][-1] == pytest.approx(at_last)


def test_who_games_cuts_talks_short_under_pressure_and_the_caller_comes_back() -> None:
    day = told(
        one_queue(
            people(pressure={"speed": 1.0, "cut": 1.0, "cut_s": 8.0}, satisfaction={"empathy": 0.35, "acted": 1.0}),
            goals={"aht_target": 10, "scorecard": {"aht": 1, "service_level": 0, "csat": 0, "fcr": 0}},
        ),
        [Call(0, talk=1000), Call(2000, talk=100, cut=0.5, come_back=0.9, repeats_after=60, then=Call(talk=5))],
        ["t"],
        [(0, 0, ON)],
        people=[{"games": 1, "empathy": 0.65}],
    )
    assert doing(day, 0)[-3:] == ["talk 2000-2008", "idle 2008-2068", "talk 2068-2073"]
    assert day.met["short"].tolist() == [0, 1, 0]
    assert day.met["cut_off"].tolist() == [0, 92, 0]
    assert day.met["from_empathy"].tolist() == pytest.approx([0.35, 0.0, 0.35])  # nobody thanks for being hung up on
    assert day.met["resolved"].tolist() == [1, 0, 1]
    assert day.left["comes_back"].tolist() == [ComesBack.NO, ComesBack.YES, ComesBack.NO]


def test_an_unresolved_caller_comes_back_angrier_and_is_less_content() -> None:
    day = told(
        one_queue(
            people(temper={"attempts": 0.5}, satisfaction={"typical": 0.8, "unresolved": 1.9, "repeats": 0.77}),
            {"fcr": 0.6, "repeat": {"probability": 0.5}},
        ),
        [Call(0, talk=10, solve=0.9, come_back=0.49, repeats_after=300, then=Call(talk=10, solve=0.9, come_back=0.51))],
        ["t"],
        [(0, 0, ON)],
    )
    assert day.left["arrived"].tolist() == [0, 310]
    assert day.left["comes_back"].tolist() == [ComesBack.YES, ComesBack.NO]
    assert day.met["agitation"].tolist() == pytest.approx([0, 1 - exp(-0.5)])
    base = log(0.8 / 0.2)
    assert day.met["satisfaction"].tolist() == pytest.approx([base - 1.9, base - 1.9 - 0.77])


def test_a_repeat_after_the_run_is_owed() -> None:
    day = told(
        one_queue(people(), {"repeat": {"probability": 1.0}}),
        [Call(0, talk=10, solve=0.9, repeats_after=NIGHT, then=Call(talk=10))],
        ["t"],
        [(0, 0, ON)],
    )
    assert day.left["comes_back"].tolist() == [ComesBack.LATER]


def test_who_would_call_at_night_calls_the_next_day() -> None:
    """Open 8 to 20: a call due at 23:00, a quarter into the night, comes a quarter into the next day, at 11:00."""
    hour = 3600.0
    day = told(
        one_queue(people(), {"open": "08:00-20:00"}, days=2),
        [Call(10 * hour, talk=60, solve=0.9, repeats_after=13 * hour - 60, then=Call(talk=10))],
        ["t"],
        [(8 * hour, 0, ON)],
    )
    assert day.left["arrived"].tolist() == [10 * hour, 35 * hour]


def test_a_contact_is_passed_on_once_and_resolved_with_what_is_left_of_chance() -> None:
    queues = {
        "q": {"fcr": 0.5, "transfer": {"probability": 0.4, "to": "expert"}, "repeat": {"probability": 0.0}},
        "expert": {"fcr": 0.8, "talk": {"kind": "constant", "value_s": 90}, "repeat": {"probability": 0.0}},
    }
    teams = {"t": {"skills": {"q": 1}}, "u": {"skills": {"expert": 1}}}
    behavior = people(temper={"transfers": 0.5}, satisfaction={"typical": 0.8, "transfers": 0.4, "unresolved": 1.9})
    calls = [
        Call(0, talk=60, solve=0.75, onward=0.3, onward_talk=90, onward_wrap=5),  # 0.75: left of chance 0.5 < 0.8
        Call(0, talk=60, solve=0.99, onward=0.3, onward_talk=10),  # 0.98 > 0.8
        Call(0, talk=60, solve=0.75, onward=0.5),
    ]
    day = told(center(queues, teams, behavior=behavior), calls, ["t", "t", "t", "u"], [(0, a, ON) for a in range(4)])
    rows = sorted(zip(*(day.left[n].tolist() for n in ("caller", "leg", "queue", "comes_back", "left")), strict=True))
    assert rows == [
        (0, 0, 0, ComesBack.ONWARD, 60),
        (0, 1, 1, ComesBack.NO, 150),
        (1, 0, 0, ComesBack.ONWARD, 60),
        (1, 1, 1, ComesBack.NO, 165),
        (2, 0, 0, ComesBack.NO, 60),
    ]
    assert doing(day, 3) == ["idle 0-60", "talk 60-150", "wrap 150-155", "talk 155-165"]
    met = {
        (int(left["caller"]), int(left["leg"])): row for left, row in zip(day.left, day.met, strict=True)
    }
    assert [int(met[who]["resolved"]) for who in ((0, 0), (0, 1), (1, 1), (2, 0))] == [0, 1, 0, 0]
    assert met[0, 1]["from_transfers"] == -0.4
    assert met[0, 0]["from_resolution"] == 0.0  # not over yet
    assert met[1, 1]["from_resolution"] == met[2, 0]["from_resolution"] == -1.9
    assert met[1, 1]["agitation"] == pytest.approx(1 - exp(-0.5))


def test_a_contact_passed_on_may_wait_and_abandon() -> None:
    queues = {
        "q": {"fcr": 0.5, "transfer": {"probability": 1.0, "to": "expert"}, "repeat": {"probability": 0.0}},
        "expert": {"repeat": {"probability": 0.0}},
    }
    teams = {"t": {"skills": {"q": 1}}, "u": {"skills": {"expert": 1}}}
    calls = [Call(0, talk=60, patience=30, solve=0.9, onward=0.1, onward_talk=10, onward_patience=30)]
    day = told(center(queues, teams, behavior=people()), calls, ["t", "u"], [(0, 0, ON)])
    assert day.left["outcome"].tolist() == [Outcome.HANDLED, Outcome.ABANDONED]
    assert day.left["left"].tolist() == [60, 90]
    assert len(day.met) == 1


def test_the_causes_of_satisfaction() -> None:
    """Waits 160 s (100 more than tolerated), in full hurry, 1.5 times the expected talk, goodwill 20 of 20."""
    satisfaction = {
        "typical": 0.8,
        "unresolved": 1.9,
        "empathy": 0.35,
        "waiting": 0.25,
        "tolerated_s": 60,
        "long_talk": 0.2,
        "goodwill": 0.4,
        "goodwill_scale": 20,
    }
    day = told(
        one_queue(people(satisfaction=satisfaction), {"goodwill": 20.0, "fcr": 0.7}),
        [Call(0, talk=160), Call(0, talk=90, empathy=1.0, speed=1.0, mood=0.5)],
        ["t"],
        [(0, 0, ON)],
        people=[{"empathy": 0.35}],
    )
    last = day.met[1]
    assert last["from_empathy"] == pytest.approx(-0.35 * 2)
    assert last["from_waiting"] == pytest.approx(-0.25 * sqrt(100 / 60) * 1.5)
    assert last["from_long_talk"] == pytest.approx(-0.2 * 0.5)
    assert last["from_goodwill"] == pytest.approx(0.4 * (1 - exp(-1)))
    assert last["goodwill"] == 20.0
    terms = sum(float(last[name]) for name in day.met.dtype.names or () if name.startswith("from_"))
    assert last["satisfaction"] == pytest.approx(log(4) + terms)
    assert last["csat"] == 4 + int(last["satisfaction"] // 1.0)


def test_energy_falls_with_agitated_callers_and_comes_back_in_a_break() -> None:
    behavior = people(energy={"agitation": 1.0, "rest": 1.0}, temper={"waiting": 1.0})
    calls = [Call(0, talk=3600), Call(0, talk=3600), Call(9000, talk=10)]
    duties = [(0, 0, ON), (7200, 0, Duty.BREAK, 1800.0)]
    day = told(one_queue(behavior), calls, ["t"], duties)
    agitation = float(day.met["agitation"][1])
    tired = USUAL_ENERGY * exp(-agitation)
    assert agitation == pytest.approx(1 - exp(-12))
    assert day.met["energy"].tolist() == pytest.approx([USUAL_ENERGY, USUAL_ENERGY, 1 - (1 - tired) * exp(-0.5)])


def test_surveys_feed_the_scoreboard() -> None:
    """The first caller answers a survey with a low mark; if not asked the agent's CSAT stays where it was."""

    def care(offered: float) -> float:
        day = told(
            one_queue(
                people(
                    pressure={"speed": 1.0, "quality": 1.0},
                    satisfaction={"typical": 0.5, "replies": 0.5},
                ),
                {"survey": {"offered": offered}},
                goals={"aht_target": 100, "scorecard": {"aht": 1, "service_level": 0, "csat": 1, "fcr": 0}},
            ),
            [Call(0, talk=300, mood=0.1, replies=0.2), Call(500, talk=10)],
            ["t"],
            [(0, 0, ON)],
        )
        assert day.met["surveyed"].tolist()[0] == (1 if offered == 1.0 else 0)
        return float(day.met["hurry"][1])

    assert care(1.0) < care(0.1)


def test_the_caring_agent_gets_the_needy_caller() -> None:
    scenario = center(
        {"q": {}}, {"t": {"skills": {"q": 1}}}, behavior=people(), routing={"pick_agent": "empathy_match"}
    )
    calls = [Call(0, empathy=0.9), Call(1, empathy=0.1), Call(2, empathy=0.5)]
    staff = [{"empathy": 0.5}, {"empathy": 0.2}, {"empathy": 0.8}]
    day = told(scenario, calls, ["t", "t", "t"], [(0, a, ON) for a in range(3)], people=staff)
    assert dict(zip(day.left["caller"].tolist(), day.left["agent"].tolist(), strict=True)) == {0: 2, 1: 1, 2: 0}
