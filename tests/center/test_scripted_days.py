"""Days written out by hand: every move, told exactly, under both clocks."""

from __future__ import annotations

import pytest

from sim.record import Duty
from tests.scripted import Call, calls_of, center, doing, lengths, told

ON, OFF, BREAK, LUNCH, AWAY = Duty.SIGN_ON, Duty.SIGN_OFF, Duty.BREAK, Duty.LUNCH, Duty.AWAY
ONE = center({"q": {}}, {"t": {"skills": {"q": 1}}})
ALL_DAY = [(0.0, 0, ON), (1000.0, 0, OFF)]


def test_a_call_is_answered_talks_holds_and_is_wrapped_up() -> None:
    day = told(ONE, [Call(at=10, talk=60, hold=20, wrap=30)], ["t"], ALL_DAY)
    assert calls_of(day) == ["0.1 handled by 0 after 0, left 90"]
    assert doing(day, 0) == ["idle 0-10", "talk 10-70", "hold 70-90", "wrap 90-120", "idle 120-1000"]
    assert lengths(day) == []


def test_the_second_caller_waits_for_wrap_up_to_end() -> None:
    day = told(ONE, [Call(at=0, talk=50, wrap=10), Call(at=20, talk=5)], ["t"], ALL_DAY)
    assert calls_of(day) == ["0.1 handled by 0 after 0, left 50", "1.1 handled by 0 after 40, left 65"]
    assert lengths(day) == [(20, 1), (60, 0)]


def test_an_agent_works_at_its_own_pace_and_its_teams() -> None:
    slow = center({"q": {}}, {"t": {"skills": {"q": {"level": 1, "handle_factor": 1.5}}}})
    day = told(slow, [Call(at=0, talk=100, hold=10, wrap=20)], [("t", 2.0)], ALL_DAY)
    assert doing(day, 0) == ["talk 0-300", "hold 300-330", "wrap 330-390", "idle 390-1000"]


def test_patience_ends() -> None:
    day = told(ONE, [Call(at=0, talk=100), Call(at=10, patience=30)], ["t"], ALL_DAY)
    assert calls_of(day) == ["1.1 abandoned after 30, left 40", "0.1 handled by 0 after 0, left 100"]


def test_an_agent_free_at_the_very_moment_patience_ends_takes_the_call() -> None:
    day = told(ONE, [Call(at=0, talk=100), Call(at=10, patience=90, talk=7)], ["t"], ALL_DAY)
    assert calls_of(day)[1] == "1.1 handled by 0 after 90, left 107"


def test_no_patience_at_all() -> None:
    day = told(ONE, [Call(at=0, talk=100), Call(at=10, patience=0)], ["t"], ALL_DAY)
    assert calls_of(day)[0] == "1.1 abandoned after 0, left 10"


def test_nobody_signs_on_and_everybody_abandons() -> None:
    day = told(ONE, [Call(at=0, patience=5), Call(at=1, patience=9)], ["t"], [])
    assert calls_of(day) == ["0.1 abandoned after 5, left 5", "1.1 abandoned after 9, left 10"]


def test_a_patient_caller_whom_nobody_serves_is_still_inside_at_the_end() -> None:
    day = told(ONE, [Call(at=10)], ["t"], [(0.0, 0, ON), (5.0, 0, OFF)])
    assert calls_of(day) == ["0.1 inside after 86390, left 86400"]
    assert lengths(day) == [(10, 1), (86400, 0)]


def test_a_caller_redials_after_abandoning() -> None:
    redial = center({"q": {"redial": {"after_abandon": 0.5}}}, {"t": {"skills": {"q": 1}}})
    calls = [Call(at=0, talk=100), Call(at=10, patience=20, delay=50, then=Call(patience=30, talk=1))]
    day = told(redial, calls, ["t"], ALL_DAY)
    assert calls_of(day) == [
        "1.1 abandoned after 20, left 30",
        "0.1 handled by 0 after 0, left 100",
        "1.2 handled by 0 after 20, left 101",
    ]


def test_a_redial_that_would_come_after_closing_comes_that_much_after_the_next_opening() -> None:
    hours = {"open": "00:00-00:10", "redial": {"after_abandon": 1.0, "max_attempts": 3}}
    two_days = center({"q": hours}, {"t": {"skills": {"q": 1}}}, days=2)
    day = told(two_days, [Call(at=500, patience=50, delay=100, then=Call(patience=5, delay=9999))], ["t"], [])
    # 550 + 100 is 50 s after closing at 600: on day 2 it comes at 86400 + 50
    assert calls_of(day) == ["0.1 abandoned after 50, left 550", "0.2 abandoned after 5, left 86455"]


def test_a_redial_on_a_later_day_is_not_delayed_by_nights_that_are_over() -> None:
    hours = {"open": "00:00-00:10", "redial": {"after_abandon": 1.0, "max_attempts": 4}}
    four_days = center({"q": hours}, {"t": {"skills": {"q": 1}}}, days=4)
    third = Call(patience=5, delay=590, then=Call(patience=5, delay=590, then=Call(patience=5)))
    day = told(four_days, [Call(at=2 * 86400 + 10, patience=5, delay=100, then=third)], ["t"], [])
    assert calls_of(day) == [
        "0.1 abandoned after 5, left 172815",
        "0.2 abandoned after 5, left 172920",  # the same day, 100 s later
        "0.3 abandoned after 5, left 259315",  # 590 s later is 110 s after closing: so much into the last day
    ]


def test_a_redial_from_closed_hours_waits_for_the_rest_of_them_only() -> None:
    hours = {"open": "00:05-00:10", "redial": {"after_block": 1.0, "max_attempts": 3}}
    three_days = center({"q": hours}, {"t": {"skills": {"q": 1}}}, days=3)
    calls = [Call(at=10, delay_blocked=30, then=Call()), Call(at=50000, delay_blocked=30, then=Call())]
    day = told(three_days, calls, ["t"], [(0.0, 0, ON), (200000.0, 0, OFF)])
    assert calls_of(day) == [
        "0.1 blocked after 0, left 10",
        "0.2 handled by 0 after 0, left 390",  # 30 s after the first opening at 300
        "1.1 blocked after 0, left 50000",
        "1.2 handled by 0 after 0, left 86790",  # not as long after it as 50030 is after closing time
    ]


def test_a_redial_into_another_queue_waits_until_that_one_opens() -> None:
    queues = {"q": {"redial": {"after_abandon": 1.0}}, "p": {"open": "00:05-00:10"}, "shut": {"open": "closed"}}
    two_days = center(queues, {"t": {"skills": {"p": 1}}}, days=2)
    calls = [
        Call(at=0, patience=10, delay=20, then=Call(queue="p")),
        Call(at=1, patience=10, delay=20, then=Call(queue="shut")),
        Call(at=86400, patience=10, delay=20, then=Call(queue="p")),
    ]
    day = told(two_days, calls, ["t"], [(0.0, 0, ON), (100000.0, 0, OFF)])
    assert calls_of(day) == [
        "0.1 abandoned after 10, left 10",
        "1.1 abandoned after 10, left 11",  # and does not call where nobody will ever answer
        "0.2 handled by 0 after 0, left 380",
        "2.1 abandoned after 10, left 86410",
        "2.2 handled by 0 after 0, left 86780",
    ]


def test_no_line_is_free() -> None:
    trunks = center({"q": {"redial": {"after_block": 1.0, "max_attempts": 2}}}, {"t": {"skills": {"q": 1}}}, trunks=2)
    calls = [Call(at=0, talk=100, wrap=50), Call(at=1, patience=10), Call(at=2, delay_blocked=97.5, then=Call(talk=1))]
    assert calls_of(told(trunks, calls, ["t"], ALL_DAY)) == [
        "2.1 blocked after 0, left 2",
        "1.1 abandoned after 10, left 11",
        "0.1 handled by 0 after 0, left 100",
        "2.2 handled by 0 after 50.5, left 151",  # came at 99.5 with one line in use, waited for wrap-up to end
    ]


def test_a_queue_has_lines_of_its_own() -> None:
    two = center({"q": {"trunks": 1}, "p": {}}, {"t": {"skills": {"q": 1, "p": 1}}})
    calls = [Call(at=0, talk=100), Call(at=1, queue="q"), Call(at=2, queue="p", talk=5)]
    assert calls_of(told(two, calls, ["t"], ALL_DAY)) == [
        "1.1 blocked after 0, left 1",
        "0.1 handled by 0 after 0, left 100",
        "2.1 handled by 0 after 98, left 105",
    ]


def test_who_would_have_to_wait_may_balk() -> None:
    balking = center({"q": {"balk": 0.3}}, {"t": {"skills": {"q": 1}}})
    calls = [Call(at=0, talk=100, balk=0.1), Call(at=1, balk=0.2), Call(at=2, balk=0.4, talk=1)]
    assert calls_of(told(balking, calls, ["t"], ALL_DAY)) == [
        "1.1 balked after 0, left 1",
        "0.1 handled by 0 after 0, left 100",
        "2.1 handled by 0 after 98, left 101",
    ]


def test_who_hears_of_a_long_queue_hangs_up_sooner() -> None:
    told_two = {"patience": {"kind": "exponential", "mean_s": 60}, "told_place": {"ahead": [1, 3], "hazard": [2, 9]}}
    telling = center({"q": told_two, "p": {}}, {"t": {"skills": {"q": 1}}, "u": {"skills": {"p": 1}}})
    calls = [
        Call(at=0, talk=100),
        Call(at=1, queue="p", talk=200),
        Call(at=2, queue="p", patience=70, heard=(1, 1)),  # stands in another queue, which tells nothing
        Call(at=3, patience=90, heard=(1, 1)),  # nobody ahead
        Call(at=4, patience=90, heard=(40, 1)),  # 1 ahead
        Call(at=5, patience=90, heard=(50, 1)),  # 2 ahead: what is told from 1 on
        Call(at=6, patience=90, heard=(60, 10)),  # 3 ahead
        Call(at=20, patience=90, heard=(65, 10)),  # 3 again, for that one has gone
        Call(at=31, patience=90, heard=(1000, 10), talk=1),  # 3, who stay: caller 7 left at 30
    ]
    assert calls_of(told(telling, calls, ["t", "u"], ALL_DAY + [(at, 1, what) for at, _, what in ALL_DAY])) == [
        "6.1 abandoned after 10, left 16",
        "7.1 abandoned after 10, left 30",
        "8.1 abandoned after 10, left 41",
        "4.1 abandoned after 40, left 44",
        "5.1 abandoned after 50, left 55",
        "2.1 abandoned after 70, left 72",
        "3.1 abandoned after 90, left 93",
        "0.1 handled by 0 after 0, left 100",
        "1.1 handled by 1 after 0, left 201",
    ]


def test_a_call_outside_opening_hours_is_blocked() -> None:
    late = center({"q": {"open": "00:05-00:10"}}, {"t": {"skills": {"q": 1}}})
    day = told(late, [Call(at=10), Call(at=300, talk=1), Call(at=600)], ["t"], ALL_DAY)
    assert calls_of(day) == [
        "0.1 blocked after 0, left 10",
        "1.1 handled by 0 after 0, left 301",
        "2.1 blocked after 0, left 600",
    ]


def test_at_closing_time_those_who_wait_are_cut_off_if_so_configured() -> None:
    cut = center({"q": {"open": "00:00-00:01", "at_close": "disconnect"}}, {"t": {"skills": {"q": 1}}})
    day = told(cut, [Call(at=0, talk=100), Call(at=5), Call(at=6)], ["t"], ALL_DAY)
    assert calls_of(day) == [
        "1.1 inside after 55, left 60",
        "2.1 inside after 54, left 60",
        "0.1 handled by 0 after 0, left 100",
    ]


def test_who_is_cut_off_tries_again_as_one_who_abandoned_would() -> None:
    rules = {"at_close": "disconnect", "redial": {"after_abandon": 0.5, "max_attempts": 3}}
    cut = center({"q": {"open": "00:00-00:01"} | rules}, {"t": {"skills": {"q": 1}}}, days=2)
    calls = [
        Call(at=0, talk=100),
        Call(at=5, delay=20, come_back=0.4, then=Call(talk=1)),
        Call(at=6, delay=20, come_back=0.6, then=Call(talk=1)),  # does not want to
        Call(at=7, delay=90, come_back=0.4, then=Call(talk=1)),  # means to, but would not before the run ends
    ]
    day = told(cut, calls, ["t"], [*ALL_DAY, (86400.0, 0, ON), (90000.0, 0, OFF)])
    assert calls_of(day) == [
        "1.1 inside after 55, left 60",
        "2.1 inside after 54, left 60",
        "3.1 inside after 53, left 60",
        "0.1 handled by 0 after 0, left 100",
        "1.2 handled by 0 after 0, left 86421",  # 20 s after the next opening
    ]
    assert day.left["comes_back"].tolist() == [1, 0, 0, 0, 0]


def test_who_is_cut_off_may_call_a_queue_that_is_still_open() -> None:
    first = {"open": "00:00-00:01", "at_close": "disconnect", "redial": {"after_abandon": 1.0}}
    two = center({"q": first, "p": {}}, {"t": {"skills": {"p": 1}}})
    day = told(two, [Call(at=5, delay=20, then=Call(queue="p", talk=1))], ["t"], ALL_DAY)
    assert calls_of(day) == ["0.1 inside after 55, left 60", "0.2 handled by 0 after 0, left 81"]


def test_who_still_waits_when_all_is_over_is_not_expected_back() -> None:
    for at_close in ("serve", "disconnect"):
        patient = {"at_close": at_close, "redial": {"after_abandon": 0.5}}
        day = told(center({"q": patient}, {"t": {"skills": {"q": 1}}}), [Call(at=10, then=Call())], ["t"], [])
        assert calls_of(day) == ["0.1 inside after 86390, left 86400"]
        assert day.left["comes_back"].tolist() == [0]


def test_a_break_that_comes_due_in_a_call_starts_after_it_in_full_length() -> None:
    duties = [*ALL_DAY, (50.0, 0, BREAK, 200.0)]
    day = told(ONE, [Call(at=20, talk=60, wrap=10), Call(at=100, talk=5)], ["t"], duties)
    assert doing(day, 0) == ["idle 0-20", "talk 20-80", "wrap 80-90", "break 90-290", "talk 290-295", "idle 295-1000"]


def test_two_activities_that_come_due_in_one_call_are_taken_together() -> None:
    duties = [*ALL_DAY, (30.0, 0, BREAK, 100.0), (40.0, 0, LUNCH, 300.0)]
    day = told(ONE, [Call(at=20, talk=60)], ["t"], duties)
    assert doing(day, 0)[2:] == ["lunch 80-480", "idle 480-1000"]


def test_the_contact_in_hand_is_finished_before_leaving() -> None:
    day = told(ONE, [Call(at=90, talk=60, wrap=5), Call(at=95, patience=500)], ["t"], [(0.0, 0, ON), (100.0, 0, OFF)])
    assert calls_of(day) == ["0.1 handled by 0 after 0, left 150", "1.1 abandoned after 500, left 595"]
    assert doing(day, 0) == ["idle 0-90", "talk 90-150", "wrap 150-155"]


def test_signing_off_ends_a_break_and_a_later_shift_is_not_disturbed_by_it() -> None:
    duties = [(0.0, 0, ON), (90.0, 0, BREAK, 30.0), (100.0, 0, OFF), (110.0, 0, ON), (200.0, 0, OFF)]
    assert doing(told(ONE, [], ["t"], duties), 0) == ["idle 0-90", "break 90-100", "idle 110-200"]


def test_an_agent_still_busy_when_the_next_shift_starts_stays() -> None:
    duties = [(0.0, 0, ON), (100.0, 0, OFF), (120.0, 0, ON), (200.0, 0, OFF)]
    assert doing(told(ONE, [Call(at=90, talk=50)], ["t"], duties), 0) == ["idle 0-90", "talk 90-140", "idle 140-200"]


def test_a_break_of_a_shift_that_ended_in_a_call_is_not_taken_in_the_next() -> None:
    duties = [(0.0, 0, ON), (95.0, 0, BREAK, 30.0), (100.0, 0, OFF), (120.0, 0, ON), (200.0, 0, OFF)]
    assert doing(told(ONE, [Call(at=90, talk=50)], ["t"], duties), 0) == ["idle 0-90", "talk 90-140", "idle 140-200"]


def test_who_is_away_from_the_first_moment_takes_no_contact() -> None:
    duties = [(50.0, 0, ON), (50.0, 0, AWAY, 40.0), (50.0, 0, BREAK, 10.0), (200.0, 0, OFF), (300.0, 0, ON)]
    duties += [(250.0, 0, BREAK, 60.0), (400.0, 0, OFF)]  # a break while off duty is nobody's
    day = told(ONE, [Call(at=10, talk=5)], ["t"], duties)
    assert doing(day, 0) == ["away 50-100", "talk 100-105", "idle 105-200", "idle 300-400"]


# --- routing ---------------------------------------------------------------------------------


def everybody(count: int) -> list[tuple[float, int, Duty]]:
    return [(float(a), a, ON) for a in range(count)] + [(5000.0, a, OFF) for a in range(count)]


def answered_by(rule: str, calls: list[Call], agents: list[object], **teams: dict[str, object]) -> list[int]:
    """Agents in order of the calls' arrival, under a rule."""
    names = {"t": {"skills": {"q": 1}}} | teams
    scenario = center({"q": {}, "p": {}}, names, routing={"pick_agent": rule})
    day = told(scenario, calls, agents, everybody(len(agents)))
    return [int(row["agent"]) for row in sorted(day.left, key=lambda row: row["caller"])]


def test_longest_idle_first() -> None:
    calls = [Call(at=10, talk=5), Call(at=20, talk=5), Call(at=30, talk=5), Call(at=40, talk=5)]
    assert answered_by("longest_idle", calls, ["t", "t", "t"]) == [0, 1, 2, 0]


def test_most_idle_first() -> None:
    # agent 0 handles a long call first; at 300 it has been idle longer than 1, but busy for a larger share
    calls = [Call(at=10, talk=100), Call(at=150, talk=5), Call(at=300, talk=5)]
    assert answered_by("most_idle", calls, ["t", "t"]) == [0, 1, 1]
    assert answered_by("longest_idle", calls, ["t", "t"]) == [0, 1, 0]


def test_fewest_skills_first() -> None:
    teams = {"t": {"skills": {"q": 1, "p": 1}}, "u": {"skills": {"q": 1}}}
    calls = [Call(at=10, talk=50), Call(at=11, talk=50)]
    assert answered_by("fewest_skills", calls, ["t", "u"], **teams) == [1, 0]
    assert answered_by("longest_idle", calls, ["t", "u"], **teams) == [0, 1]


def test_fastest_first() -> None:
    calls = [Call(at=10, talk=50), Call(at=11, talk=50), Call(at=12, talk=50)]
    assert answered_by("fastest", calls, [("t", 1.2), ("t", 0.8), ("t", 1.0)]) == [1, 2, 0]


def test_at_random_by_the_contacts_own_mark() -> None:
    calls = [Call(at=10, pick=0.99), Call(at=11, pick=0.01), Call(at=12, pick=0.5)]
    assert answered_by("random", calls, ["t", "t", "t"]) == [2, 0, 1]


def test_the_first_choice_team_before_the_second() -> None:
    teams = {"t": {"skills": {"q": 2}}, "u": {"skills": {"q": 1}}}
    calls = [Call(at=10, talk=50), Call(at=11, talk=50)]
    for rule in ("longest_idle", "most_idle", "fastest", "fewest_skills", "random"):
        assert answered_by(rule, calls, ["t", "u"], **teams) == [1, 0]


def order_taken(
    rule: str, calls: list[Call], queues: dict[str, dict[str, object]], skills: dict[str, int]
) -> list[int]:
    """Callers in the order in which the one agent takes them, after a first call that ends at 100."""
    scenario = center(queues, {"t": {"skills": skills}}, routing={"pick_contact": rule})
    day = told(scenario, [Call(at=0, talk=100), *calls], ["t"], everybody(1))
    return [int(row["caller"]) for row in day.left][1:]


def test_which_contact_an_agent_takes() -> None:
    calls = [Call(at=10, queue="p"), Call(at=20), Call(at=30), Call(at=40, queue="p")]
    q_first, alike = {"q": 1, "p": 2}, {"q": 1, "p": 1}
    plain: dict[str, dict[str, object]] = {"q": {}, "p": {}}
    assert order_taken("priority", calls, plain, q_first) == [2, 3, 1, 4]
    assert order_taken("priority", calls, plain, alike) == [1, 2, 3, 4]
    assert order_taken("longest_wait", calls, plain, q_first) == [1, 2, 3, 4]
    assert order_taken("longest_wait", calls, {"q": {"head_start_s": 15}, "p": {}}, alike) == [2, 1, 3, 4]
    assert order_taken("age_times_priority", calls, {"q": {"weight": 1.5}, "p": {}}, alike) == [2, 3, 1, 4]
    assert order_taken("longest_queue", [*calls, Call(at=45)], plain, alike) == [2, 3, 1, 5, 4]


def test_overflow_asks_further_teams_after_a_while() -> None:
    queues = {"q": {"overflow": [{"after_s": 30, "teams": ["u"]}]}}
    teams = {"t": {"skills": {"q": 1}}, "u": {"skills": {"q": 2}}}
    calls = [Call(at=10, talk=200), Call(at=20, talk=5), Call(at=21, talk=5, patience=29), Call(at=49, talk=5)]
    day = told(center(queues, teams), calls, ["t", "u"], everybody(2))
    assert calls_of(day) == [
        "2.1 abandoned after 29, left 50",
        "1.1 handled by 1 after 30, left 55",
        "3.1 handled by 1 after 30, left 84",
        "0.1 handled by 0 after 0, left 210",
    ]


def test_an_overflow_agent_who_becomes_free_takes_only_who_has_waited_long_enough() -> None:
    queues = {"q": {"overflow": [{"after_s": 30, "teams": ["u"]}]}, "p": {}}
    teams = {"t": {"skills": {"q": 1}}, "u": {"skills": {"p": 1, "q": 2}}}
    calls = [Call(at=10, talk=200), Call(at=15, queue="p", talk=20), Call(at=20, talk=5)]
    day = told(center(queues, teams), calls, ["t", "u"], everybody(2))
    assert calls_of(day)[:2] == ["1.1 handled by 1 after 0, left 35", "2.1 handled by 1 after 30, left 55"]


def test_agents_in_reserve() -> None:
    teams = {"t": {"skills": {"q": 1, "p": {"level": 2, "reserve": 1}}}}
    scenario = center({"q": {}, "p": {}}, teams)
    calls = [Call(at=10, queue="p", talk=100), Call(at=20, queue="p", talk=10), Call(at=30, talk=5)]
    day = told(scenario, calls, ["t", "t"], everybody(2))
    assert calls_of(day) == [
        "2.1 handled by 1 after 0, left 35",
        "0.1 handled by 0 after 0, left 110",
        "1.1 handled by 0 after 90, left 120",  # at 110 both are free: more than the one in reserve
    ]


@pytest.mark.parametrize("portion", [1, 2, 3])
def test_the_answer_does_not_depend_on_the_portions_in_which_contacts_come(portion: int) -> None:
    redial = center({"q": {"redial": {"after_abandon": 0.5}}}, {"t": {"skills": {"q": 1}}})
    calls = [Call(at=10.0 * i, talk=25, patience=15, delay=40, then=Call(talk=5, patience=3)) for i in range(12)]
    assert calls_of(told(redial, calls, ["t"], ALL_DAY, portion=portion)) == calls_of(
        told(redial, calls, ["t"], ALL_DAY)
    )
