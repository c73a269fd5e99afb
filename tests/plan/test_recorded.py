"""Recorded arrivals: every way of writing a time, and one clear line for what cannot be used."""

from __future__ import annotations

import os
import warnings
from datetime import datetime, time
from pathlib import Path

import polars as pl
import pytest

from sim.plan.recorded import RecordedError, RecordedWarning, recorded_times


def written(tmp_path: Path, text: str | bytes, name: str = "calls.csv") -> Path:
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def read(tmp_path: Path, *cells: str) -> list[float]:
    times: list[float] = recorded_times(written(tmp_path, "\n".join(("arrived", *cells, ""))), "arrived").tolist()
    return times


def refused(file: Path, column: str = "arrived") -> str:
    with pytest.raises(RecordedError) as caught:
        recorded_times(file, column)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_seconds(tmp_path: Path) -> None:
    assert read(tmp_path, "0", "12.5", "1e3", "90000") == [0.0, 12.5, 1000.0, 90000.0]


def test_times_of_day_and_of_later_days(tmp_path: Path) -> None:
    assert read(tmp_path, "8:00", "08:30:15", "08:30:15.25", "24:00", "25:10:00") == [
        28800.0, 30615.0, 30615.25, 86400.0, 90600.0,
    ]  # fmt: skip


def test_dates_count_from_the_first(tmp_path: Path) -> None:
    got = read(tmp_path, "1999-01-05 08:00:00", "1999-01-05T09:00:00.5", "1999-01-07T00:00:01+02:00")
    assert got == [28800.0, 32400.5, 2 * 86400.0 + 1.0]


def test_other_columns_marks_spaces_empty_lines_and_byte_order_mark(tmp_path: Path) -> None:
    text = '\ufeffid; arrived ;"a;b"\r\n1; 10 ;x\r\n\r\n2;20;"y;z"\r\n'
    assert recorded_times(written(tmp_path, text), "arrived").tolist() == [10.0, 20.0]
    assert recorded_times(written(tmp_path, "id\tarrived\n1\t7\n", "tabs.csv"), "arrived").tolist() == [7.0]


def test_no_rows_is_nobody(tmp_path: Path) -> None:
    assert read(tmp_path) == []


def test_out_of_order_is_sorted_with_a_warning(tmp_path: Path) -> None:
    with pytest.warns(RecordedWarning, match=r"^calls\.csv: 2 of 5 recorded arrivals come before the one above"):
        assert read(tmp_path, "30", "10", "20", "40", "35") == [10.0, 20.0, 30.0, 35.0, 40.0]


def test_bad_rows_are_named_by_their_row_and_counted(tmp_path: Path) -> None:
    good = ["100"] * 15
    assert refused(written(tmp_path, "\n".join(["arrived", *good, "abc", "200"]))) == (
        "calls.csv: row 17: 'abc' is not a time (seconds since midnight, HH:MM:SS, or a date and time)"
    )
    many = refused(written(tmp_path, "arrived\n1\n-5\n2\nnan\n\n12:75\n1e12\n" + "x\n" * 1000))
    assert many == (
        "calls.csv: row 3: '-5' is before midnight of day 1; "
        "row 5: 'nan' is not a time (seconds since midnight, HH:MM:SS, or a date and time); "
        "row 7: '12:75' is not a time (seconds since midnight, HH:MM:SS, or a date and time); "
        "and 1,001 more bad rows"
    )


def test_short_rows_and_mixed_forms_are_bad_rows(tmp_path: Path) -> None:
    assert "row 3: an empty cell is not a time" in refused(written(tmp_path, "id,arrived\n1,10\n2\n"))
    assert refused(written(tmp_path, "arrived\n10\n1999-01-05 08:00\n")) == (
        "calls.csv: row 3: '1999-01-05 08:00' has a date, unlike the rows above"
    )
    assert "'08:00' has no date, unlike" in refused(written(tmp_path, "arrived\n1999-01-05 08:00\n08:00\n"))
    long = refused(written(tmp_path, f"arrived\n{'y' * 500}\n"))
    assert len(long) < 200


def test_seconds_since_1970_are_not_taken_for_a_time(tmp_path: Path) -> None:
    assert "more than 3,660 days after" in refused(written(tmp_path, "arrived\n1700000000\n"))


def test_files_that_are_no_use(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.csv") == f"{tmp_path}/none.csv: cannot be read (No such file or directory)"
    assert "cannot be read (Is a directory)" in refused(tmp_path)
    assert refused(written(tmp_path, "")) == "calls.csv: is empty"
    assert refused(written(tmp_path, "time,queue\n1,2\n")) == (
        "calls.csv: has no column 'arrived', only time, queue"
    )
    assert "is not UTF-8 text" in refused(written(tmp_path, "arrived\n10\nä\n".encode("latin-1")))
    assert "binary data" in refused(written(tmp_path, b"PK\0\0\n"))
    half = refused(written(tmp_path, b"arrived\n10\n\0\x1b[2J\n", "half.csv"))
    assert r"row 3: '\x00\x1b[2J' is not a time" in half
    assert "is not a Parquet file" in refused(written(tmp_path, "arrived\n10\n", "calls.parquet"))
    assert "is not a CSV file" in refused(written(tmp_path, 'arrived\n"' + "x" * 200_000, "huge.csv"))


def test_a_changed_file_is_read_again_and_others_once(tmp_path: Path) -> None:
    file = written(tmp_path, "arrived\n10\n")
    first = recorded_times(file, "arrived")
    assert recorded_times(file, "arrived") is first
    assert not first.flags.writeable
    file.write_text("arrived\n10\n11\n")
    os.utime(file, ns=(1, 1))
    assert recorded_times(file, "arrived").tolist() == [10.0, 11.0]


@pytest.mark.parametrize(
    "column",
    [
        pl.Series("arrived", [28800, 28801, 115200]),
        pl.Series("arrived", [28800.0, 28801.0, 115200.0]),
        pl.Series("arrived", ["08:00", "08:00:01", "32:00"]),
        pl.Series("arrived", [datetime(1999, 1, 5, 8), datetime(1999, 1, 5, 8, 0, 1), datetime(1999, 1, 6, 8)]),
    ],
    ids=["whole", "seconds", "text", "dates"],
)
def test_parquet(tmp_path: Path, column: pl.Series) -> None:
    file = tmp_path / "calls.parquet"
    pl.DataFrame([pl.Series("id", [1, 2, 3]), column]).write_parquet(file)
    assert recorded_times(file, "arrived").tolist() == [28800.0, 28801.0, 115200.0]
    assert refused(file, "when") == "calls.parquet: has no column 'when', only id, arrived"


def test_parquet_times_of_day_and_bad_rows(tmp_path: Path) -> None:
    file = tmp_path / "calls.parquet"
    pl.DataFrame({"arrived": [time(8, 0, 1, 500_000)], "open": [True]}).write_parquet(file)
    assert recorded_times(file, "arrived").tolist() == [28801.5]
    assert "row 1: 'True' is not a time" in refused(file, "open")
    pl.DataFrame({"arrived": [1.0, None, float("nan")]}).write_parquet(file)
    assert refused(file).startswith("calls.parquet: row 2: an empty cell is not a time")


def test_a_long_log_without_a_warning(tmp_path: Path) -> None:
    """200,000 rows: nothing is quadratic."""
    file = written(tmp_path, "arrived\n" + "\n".join(f"{i / 10:.1f}" for i in range(200_000)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(recorded_times(file, "arrived")) == 200_000
