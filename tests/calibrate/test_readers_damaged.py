"""Damaged files: one clear line that says which rows and what to do."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sim.calibrate.readers import read_log
from sim.loading.refusal import Refused
from tests.calibrate.files import calls, day, put, refusal


def test_cut_off_in_the_last_line(tmp_path: Path) -> None:
    text = day(50)
    file = put(tmp_path, "calls.csv", text[: text.rindex("Anna") - 25])
    said = refusal(file)
    assert said.startswith("calls.csv:51: the file breaks off in its last line, after 4 of 7 columns")
    assert "export it again, or delete that line" in said


def test_cut_off_inside_a_letter_and_a_zip(tmp_path: Path) -> None:
    raw = day(50).replace("sales", "Aufträge").encode()
    file = put(tmp_path, "calls.csv", raw[: raw.rindex("ä".encode()) + 1])
    assert "calls.csv:51: the file breaks off" in refusal(file)
    file = put(tmp_path, "calls.csv.gz", gzip.compress(day(500).encode())[:-40])
    assert "the compressed file breaks off" in refusal(file)
    file = put(tmp_path, "calls.gz", b"\x1f\x8b" + b"nonsense" * 20)
    assert "damaged" in refusal(file)


def test_damaged_parquet_and_excel(tmp_path: Path) -> None:
    path = tmp_path / "whole.parquet"
    pl.DataFrame({"start": ["2026-03-02 09:00:00"] * 500, "wait": [3] * 500}).write_parquet(path)
    assert "damaged Parquet file" in refusal(put(tmp_path, "cut.parquet", path.read_bytes()[:300]))
    assert "damaged Excel file" in refusal(put(tmp_path, "cut.xlsx", b"PK\x03\x04" + b"\x00" * 500))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"%PDF-1.7 stuff", "is a PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "is a picture"),
        (b"<html><table></table></html>", "is a web page"),
        (bytes(range(256)) * 20, "binary"),
        (b"", "is empty"),
        (b"\n\n  \n", "is empty"),
        (b"start,wait,outcome\n", "no line below it"),
        (b"start\n2026-03-02 09:00\n", "one column only"),
        (b"a sentence of words\nand one more\n", "one column only"),
        (b"2026-03-02 09:00:00,5,7\n2026-03-02 09:01:00,5,8\n", "no line of column names"),
    ],
)
def test_no_log_at_all(tmp_path: Path, raw: bytes, said: str) -> None:
    line = refusal(put(tmp_path, "file.csv", raw))
    assert said in line
    assert line.startswith("file.csv")


def test_shuffled_columns(tmp_path: Path) -> None:
    """The header has the columns in another order than the rows."""
    head, *rows = day(100).splitlines()
    moved = ["Agent", "Caller", "Call ID", "Queue", "Arrival Time", "Answer Time", "End Time"]
    said = refusal(put(tmp_path, "calls.csv", "\n".join([",".join(moved), *rows])))
    assert "calls.csv:2: column 'Answer Time' was taken for answered, but 100 of its cells are no time" in said
    assert "in another order than the header" in said
    assert head.count(",") == 6


def test_two_times_swapped(tmp_path: Path) -> None:
    text = day(100).replace("Answer Time,End Time", "End Time,Answer Time")
    said = refusal(put(tmp_path, "calls.csv", text))
    assert "100 of 100 rows (100%) cannot be read" in said
    assert "the end lies before the answer (first: calls.csv:2); correct the times" in said


def test_the_other_delimiter_halfway(tmp_path: Path) -> None:
    rows = day(100).splitlines()
    text = "\n".join([*rows[:60], *(row.replace(",", ";") for row in rows[60:])]) + "\n"
    assert refusal(put(tmp_path, "calls.csv", text)) == (
        "calls.csv:61: 41 lines from 61 to 101 are parted by ';', the header by ',': write the file with one of them"
    )


def test_rows_of_another_width(tmp_path: Path) -> None:
    rows = day(100).splitlines()
    text = "\n".join([*rows[:30], *(row + ",more" for row in rows[30:50]), *rows[50:]]) + "\n"
    said = refusal(put(tmp_path, "calls.csv", text))
    assert said.startswith("calls.csv: 20 of 100 rows (20%) cannot be read, at most 5% are left out: 20 rows: the line")
    assert "(first: calls.csv:31)" in said
    log = calls(tmp_path, text, max_left_out=0.25)
    assert log.contacts.height == 80


def test_mixed_orders_of_day_and_month(tmp_path: Path) -> None:
    text = "start,wait,outcome\n13/02/2026 09:00,5,answered\n01/02/2026 09:00,5,answered\n02/14/2026 09:00,5,answered\n"
    said = refusal(put(tmp_path, "calls.csv", text))
    assert said == (
        "calls.csv:2: column 'start' mixes orders of day and month: '13/02/2026 09:00' (line 2, 1 such rows) and "
        "'02/14/2026 09:00' (line 4, 1 such rows): write all dates alike, best as 2026-03-31"
    )


def test_a_quote_that_is_never_closed(tmp_path: Path) -> None:
    said = refusal(put(tmp_path, "calls.csv", day(30).replace("Anna 3", '"Anna 3', 1)))
    assert "calls.csv:5: a quote (\") is opened there and never closed" in said


def test_no_time_at_all(tmp_path: Path) -> None:
    said = refusal(put(tmp_path, "calls.csv", "agent,wait,talk\nAnna,5,120\nBert,7,130\n"))
    assert "no column was found for arrived (when a contact came) among agent, wait, talk" in said
    assert "mapping file" in said


def test_time_of_day_without_a_date(tmp_path: Path) -> None:
    said = refusal(put(tmp_path, "calls.csv", "start,wait,talk\n09:00:00,5,120\n09:01:00,7,130\n"))
    assert "has times of day but no date" in said
    assert "[DATE, TIME]" in said


def test_every_file_is_told(tmp_path: Path) -> None:
    said = refusal(put(tmp_path, "a.csv", b""), put(tmp_path, "b.csv", b"%PDF"), tmp_path / "none.csv", tmp_path)
    assert [line.split(":")[0].rsplit("/")[-1] for line in said.splitlines()][:3] == ["a.csv", "b.csv", "none.csv"]
    assert "is a folder" in said


def test_no_file() -> None:
    assert "no file to read" in refusal()


def test_nothing_usable_is_no_log(tmp_path: Path) -> None:
    text = "start,wait,outcome,direction\n2026-03-02 09:00:00,5,answered,outbound\n"
    assert "none of its 1 rows can be used" in refusal(put(tmp_path, "calls.csv", text))


def test_unknown_zone(tmp_path: Path) -> None:
    file = put(tmp_path, "calls.csv", day(3))
    assert "did you mean 'Europe/Berlin'" in refusal(file, timezone="Europe/Belin")
    assert read_log([file], timezone="europe/berlin").timezone == "Europe/Berlin"


@pytest.mark.parametrize("share", [0.9, 0.5, 0.1])
def test_a_log_cut_anywhere_is_read_or_refused(tmp_path: Path, share: float) -> None:
    """No cut makes a traceback, and none a wrong row."""
    text = day(40)
    for cut in range(int(len(text) * share), int(len(text) * share) + 70):
        file = put(tmp_path, "calls.csv", text[:cut])
        try:
            log = read_log([file])
        except Refused as refused:
            assert "calls.csv" in str(refused)
        else:
            assert log.contacts["talk_s"].drop_nulls().is_in([120.0]).all()  # type: ignore[union-attr]
            assert log.notes.rows_used + log.notes.rows_left_out == log.notes.rows_read


TOKENS = ["", "abc", "-5", "9" * 30, "inf", '"', "'", ";", ",", "\t", "|", "\n", "\r", "0000-00-00", "1,5", "1.5.5",
          "é", "=1", "24:00:00", "99:99:99", "total", "46083.5", "2026-03-02T09:00:00Z", "12/31/2026 13:61 PM"]


@given(edits=st.lists(st.tuples(st.integers(0, 2_300), st.sampled_from([0, 1, 5, 60]), st.sampled_from(TOKENS)),
                      min_size=1, max_size=5), delimiter=st.sampled_from(",;|"))
@example(edits=[(1, 0, '"'), (62, 0, '"')], delimiter=",")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_file_it_is_read_or_refused(
    tmp_path: Path, edits: list[tuple[int, int, str]], delimiter: str
) -> None:
    """No edit makes a traceback, and every row of what is read is accounted for."""
    text = day(30, delimiter)
    for place, length, token in edits:
        text = text[:place] + token + text[place + length :]
    file = put(tmp_path, "calls.csv", text)
    try:
        log = read_log([file])
    except Refused as refused:
        assert all("\n" not in line and "calls.csv" in line for line in refused.lines)
    else:
        assert log.notes.rows_used + log.notes.rows_left_out == log.notes.rows_read
