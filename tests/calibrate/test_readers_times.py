"""Cells as times, durations and numbers: whatever is written is read back."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.calibrate.readers.cells import decimal_sign, durations, filled, flags, numbers, unit_of
from sim.calibrate.readers.times import moments, walls
from sim.calibrate.readers.zones import doubled, local_of, missing

MOMENTS = st.datetimes(datetime(1975, 1, 1), datetime(2069, 12, 31)).map(lambda at: at.replace(microsecond=0))
FORMS = {
    "%Y-%m-%d %H:%M:%S": "ymd", "%Y-%m-%dT%H:%M:%S": "ymd", "%Y/%m/%d %H:%M:%S": "ymd", "%d/%m/%Y %H:%M:%S": "dmy",
    "%d.%m.%Y %H:%M:%S": "dmy", "%m/%d/%Y %I:%M:%S %p": "mdy", "%d-%b-%Y %H:%M:%S": "ymd", "%m-%d-%y %H:%M:%S": "mdy",
    "%B %d, %Y %H:%M:%S": "ymd", "%Y%m%d%H%M%S": "ymd", "%Y%m%d %H:%M:%S": "ymd", "%d/%m/%y %H:%M:%S": "dmy",
    "%a, %d %b %Y %H:%M:%S": "ymd", "%Y-%m-%d %H:%M:%S.000": "ymd",
}


def read(texts: list[str | None], order: str = "ymd", form: str | None = None) -> list[datetime | None]:
    return walls(moments(filled(pl.Series(texts, dtype=pl.String)), form), order).to_list()


@pytest.mark.parametrize("form", FORMS)
@given(at=st.lists(MOMENTS, min_size=1, max_size=5))
@settings(max_examples=15, deadline=None)
def test_written_times_are_read_back(form: str, at: list[datetime]) -> None:
    assert read([each.strftime(form) for each in at], FORMS[form]) == at


@given(at=MOMENTS)
@settings(max_examples=15, deadline=None)
def test_forms_without_signs(at: datetime) -> None:
    day = at.replace(hour=0, minute=0, second=0)
    for form, name in {"%m%d%Y": "mmddyyyy", "%d%m%Y": "ddmmyyyy", "%y%m%d": "yymmdd", "%m%d%y": "mmddyy"}.items():
        assert read([at.strftime(form)], form=name) == [day]


@given(at=MOMENTS.filter(lambda at: at.year > 2001))
@settings(max_examples=15, deadline=None)
def test_epoch_and_excel_days(at: datetime) -> None:
    seconds = round((at - datetime(1970, 1, 1)).total_seconds())
    assert read([str(seconds), str(seconds * 1000)]) == [at, at]
    days = (at - datetime(1899, 12, 30)) / timedelta(days=1)
    assert read([f"{days:.9f}"] if days % 1 else ["x"]) == ([at] if days % 1 else [None])


def test_what_is_no_time() -> None:
    nothing = ["abc", "25:61", "2026-02-30", "2026-13-01 10:00", "31/31/2026", "99", "", None, "n/a"]
    assert read(nothing, "dmy") == [None] * len(nothing)


def test_offsets() -> None:
    parts = moments(pl.Series(["2026-03-02T09:00:00Z", "2026-03-02T09:00:00+05:30", "2026-03-02 09:00:00-0800"])).parts
    assert parts["offset_s"].to_list() == [0, 19_800, -28_800]


def test_times_of_day_as_numbers() -> None:
    found = moments(pl.Series(["0", "930", "1545", "2400", "960"]), "hhmm").parts["day_us"]
    assert [None if us is None else us // 60_000_000 for us in found] == [0, 570, 945, 1440, None]


def test_utc_becomes_the_wall_clock() -> None:
    wall = pl.Series([datetime(2026, 1, 5, 12), datetime(2026, 7, 5, 12)])
    local, instant = local_of(wall, pl.Series([None, None], dtype=pl.Int64), True, "Europe/Berlin")
    assert local.to_list() == [datetime(2026, 1, 5, 13), datetime(2026, 7, 5, 14)]
    assert instant.to_list() == wall.to_list()


def test_the_change_of_clocks() -> None:
    wall = pl.Series([datetime(2026, 3, 29, 2, 30), datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 4)])
    assert missing(wall, "Europe/Berlin").to_list() == [True, False, False]
    assert doubled(wall, "Europe/Berlin").to_list() == [False, True, False]
    assert not doubled(wall, None).any()


@given(seconds=st.lists(st.integers(0, 500_000), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_durations_are_read_back(seconds: list[int]) -> None:
    long = [f"{s // 3600}:{s // 60 % 60:02}:{s % 60:02}" for s in seconds]
    words = [f"{s // 3600}h {s // 60 % 60}m {s % 60}s" for s in seconds]
    for texts in (long, words, [str(s) for s in seconds], [f"-{text}" for text in long]):
        sign = -1.0 if texts[0].startswith("-") else 1.0
        assert durations(pl.Series(texts)).to_list() == [sign * s if s else 0.0 for s in seconds]


def test_two_parts_are_minutes_and_seconds_unless_told_otherwise() -> None:
    cells = pl.Series(["1:30", "90:00"])
    assert durations(cells).to_list() == [90.0, 5400.0]
    assert durations(cells, form="hh:mm").to_list() == [5400.0, 324_000.0]
    assert durations(pl.Series(["1:75", "x", "1:2:3:4"])).to_list() == [None] * 3


@given(value=st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 2)))
@settings(max_examples=60, deadline=None)
def test_numbers_with_thousands_in_both_styles(value: float) -> None:
    english = f"{value:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    swiss = english.replace(",", "'")
    assert numbers(pl.Series([english, swiss])).to_list() == [value, value]
    assert numbers(pl.Series([german]), ",").to_list() == [value]
    assert decimal_sign([pl.Series([german])], ";") == (",", True)
    assert decimal_sign([pl.Series([english])], ",") == (".", True)


def test_a_decimal_comma_is_never_a_thousands_sign() -> None:
    assert numbers(pl.Series(["12,5", "0,125", "1,23,4"])).to_list() == [None] * 3


def test_words_and_units() -> None:
    assert flags(pl.Series(["Y", "no", "TRUE", "0", "maybe"])).to_list() == [True, False, True, False, None]
    assert [unit_of(word) for word in ("Min", "seconds", "ms", "furlong")] == ["min", "s", "ms", None]
    assert filled(pl.Series(["-", " n/a ", "NULL", " x "])).to_list() == [None, None, None, "x"]
