"""The forms that readers make: what they must hold, and how their notes read."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from sim.calibrate.log import CONTACTS, INTERVALS, ContactLog, FileRead, IntervalLog, Notes, Odd

ARRIVED = [datetime(2026, 3, 2, 9, 5), datetime(2026, 3, 2, 9, 0)]


def test_a_short_frame_is_filled_and_sorted() -> None:
    log = ContactLog.of(pl.DataFrame({"arrived": ARRIVED, "outcome": ["handled", "abandoned"], "wait_s": [3, 40]}))
    assert dict(log.contacts.schema) == CONTACTS
    assert log.contacts["row"].to_list() == [3, 2]
    assert log.contacts["queue"].to_list() == ["all", "all"]
    assert log.contacts["talk_s"].null_count() == 2


def test_intervals_too() -> None:
    log = IntervalLog.of(pl.DataFrame({"start": ARRIVED, "length_s": [1800, 1800], "offered": [3, 4]}))
    assert dict(log.intervals.schema) == INTERVALS
    assert log.intervals["offered"].to_list() == [4.0, 3.0]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"arrived": [None]}, "arrived has nulls"),
        ({"outcome": ["lost"]}, "'lost'"),
        ({"outcome": [None]}, "outcome has nulls"),
    ],
)
def test_a_frame_that_is_no_log(columns: dict[str, list[str | None]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ContactLog.of(pl.DataFrame({"arrived": ARRIVED[:1], "outcome": ["handled"], **columns}))


def test_unsorted_rows_and_missing_columns_are_refused() -> None:
    whole = ContactLog.of(pl.DataFrame({"arrived": ARRIVED, "outcome": ["handled"] * 2})).contacts
    with pytest.raises(ValueError, match="not sorted by arrived"):
        ContactLog(whole.reverse())
    with pytest.raises(ValueError, match="agent is missing"):
        ContactLog(whole.drop("agent"))


def test_notes_say_what_was_left_out() -> None:
    notes = Notes(
        (FileRead("a.csv", "generic", 10, 8), FileRead("b.csv", "generic", 5, 5)),
        (Odd("the end lies before the start", 2, "a.csv:7", "correct them"),),
    )
    assert (notes.rows_read, notes.rows_used, notes.rows_left_out) == (15, 13, 2)
    assert notes.lines()[0] == "a.csv: generic, 8 of 10 rows used"
    assert notes.lines()[-1] == ("left out: 2 rows: the end lies before the start (first: a.csv:7); correct them")
