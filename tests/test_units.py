"""Clock times, weekdays and durations: as people write them, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.units import (
    DAY,
    HOUR,
    WEEKDAYS,
    format_clock,
    format_days,
    format_duration,
    format_window,
    parse_clock,
    parse_days,
    parse_duration,
    parse_weekday,
    parse_window,
)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("0:00", 0.0),
        ("8:00", 8 * HOUR),
        ("08:30", 8.5 * HOUR),
        ("08:30:15", 8.5 * HOUR + 15),
        ("24:00", DAY),
        ("26:00", 26 * HOUR),
        (600, 10 * HOUR),  # YAML 1.1 reads an unquoted 10:00 as the base-60 number 600
        (60, HOUR),
        (2880, 2 * DAY),
    ],
)
def test_clock_times_are_seconds_since_midnight(written: object, seconds: float) -> None:
    assert parse_clock(written) == seconds


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (9, 'needs a time of day, got the number 9: write "9:00"'),
        (59, 'needs a time of day, got the number 59: write it in quotes, as in "08:30"'),
        (36000, 'needs a time of day, got the number 36000: write it in quotes, as in "08:30"'),
        ("8", "needs a time of day such as \"08:30\", got '8'"),
        ("8:60", 'needs a time of day from "00:00" to "24:00" (next day: to "48:00"), got \'8:60\''),
        ("48:01", 'needs a time of day from "00:00" to "24:00" (next day: to "48:00"), got \'48:01\''),
        (True, 'needs a time of day such as "08:30", got true'),
        (None, 'needs a time of day such as "08:30", got nothing (null)'),
        (8.5, 'needs a time of day such as "08:30", got 8.5'),
    ],
)
def test_what_is_no_clock_time_is_refused_with_a_remedy(written: object, message: str) -> None:
    with pytest.raises(ValueError) as refused:
        parse_clock(written)
    assert str(refused.value) == message


@given(st.integers(min_value=0, max_value=2 * 86400))
def test_clock_times_come_back_from_their_text(seconds: int) -> None:
    assert parse_clock(format_clock(seconds)) == seconds


def test_windows_across_midnight_end_the_next_day() -> None:
    assert parse_window("08:00-20:00") == (8 * HOUR, 20 * HOUR)
    assert parse_window("8:00 - 20:00") == (8 * HOUR, 20 * HOUR)
    assert parse_window("22:00-06:00") == (22 * HOUR, 30 * HOUR)
    assert parse_window("22:00-30:00") == (22 * HOUR, 30 * HOUR)
    assert parse_window("00:00-24:00") == (0, DAY)
    assert parse_window("00:00-00:00") == (0, DAY)
    assert format_window((22 * HOUR, 30 * HOUR)) == "22:00-06:00"
    assert format_window((0, DAY)) == "00:00-24:00"


@pytest.mark.parametrize("written", ["08:00", "8-20", "08:00-12:00-14:00", 800, None, "08:00-33:00", "25:00-26:00"])
def test_what_is_no_window_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match=r"^needs "):
        parse_window(written)


def test_bare_hours_are_told_their_minutes() -> None:
    with pytest.raises(ValueError, match=r'such as "8:00-20:00", got .8-20.'):
        parse_window("8-20")


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("mon", (0,)),
        ("Monday", (0,)),
        ("mon-fri", (0, 1, 2, 3, 4)),
        ("sat,sun", (5, 6)),
        ("sat, sun", (5, 6)),
        ("fri-mon", (0, 4, 5, 6)),
        ("mon-wed,fri", (0, 1, 2, 4)),
        ("all", (0, 1, 2, 3, 4, 5, 6)),
        (["mon", "wed-fri"], (0, 2, 3, 4)),
    ],
)
def test_weekday_sets(written: object, days: tuple[int, ...]) -> None:
    assert parse_days(written) == days


@pytest.mark.parametrize("written", ["", "mon-fry", "mon-tue-wed", 3, None, "mon,", ["mon", 3]])
def test_what_is_no_weekday_set_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match=r"^needs "):
        parse_days(written)


@given(st.sets(st.integers(min_value=0, max_value=6), min_size=1))
def test_weekday_sets_come_back_from_their_text(days: set[int]) -> None:
    assert parse_days(format_days(sorted(days))) == tuple(sorted(days))


def test_weekday_sets_are_short() -> None:
    assert format_days(range(7)) == "all"
    assert format_days([0, 1, 2, 3, 4]) == "mon-fri"
    assert format_days([5, 6]) == "sat,sun"
    assert format_days([0, 2, 3, 4]) == "mon,wed-fri"


def test_weekdays_by_name() -> None:
    assert [parse_weekday(name) for name in WEEKDAYS] == list(range(7))
    with pytest.raises(ValueError, match="needs a weekday"):
        parse_weekday("someday")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("4 min", 240.0), ("30s", 30.0), ("1.5 hours", 5400.0), ("2 days", 2 * DAY), ("soon", None), ("4", None)],
)
def test_durations_in_words(text: str, seconds: float | None) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.25, "0.25 s"), (45, "45 s"), (245, "4:05 min"), (3599.6, "1:00 h"), (7800, "2:10 h"), (302400, "3.5 days")],
)
def test_durations_for_people(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text
