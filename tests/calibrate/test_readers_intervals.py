"""Interval reports of unknown make."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from sim.calibrate.readers import read_log
from tests.calibrate.files import counts, put, refusal

REPORT = (
    "Date;Interval;Skill;Calls Offered;Calls Answered;Abandoned;AHT;ASA;Service Level;Agents\n"
    "25.03.2026;09:00 - 09:30;Gold;20;18;2;4:10;12,5;85,0 %;6\n"
    "25.03.2026;09:30 - 10:00;Gold;30;27;3;4:00;20,25;70,5 %;7,5\n"
    "25.03.2026;10:00 - 10:30;Gold;0;0;0;;;;7\n"
    "Total;;Gold;50;45;5;4:04;17;76 %;\n"
)


def test_a_report_with_ranges_totals_and_decimal_commas(tmp_path: Path) -> None:
    log = counts(tmp_path, REPORT)
    assert log.intervals["start"].to_list() == [datetime(2026, 3, 25, 9), datetime(2026, 3, 25, 9, 30),
                                                datetime(2026, 3, 25, 10)]
    assert log.intervals["length_s"].to_list() == [1800] * 3
    row = log.intervals.row(1, named=True)
    assert (row["queue"], row["offered"], row["handled"], row["abandoned"]) == ("Gold", 30, 27, 3)
    assert (row["aht_s"], row["asa_s"], row["service_level"], row["staffed"]) == (240, 20.25, pytest.approx(0.705), 7.5)
    assert log.intervals["aht_s"].to_list() == [250, 240, None]
    assert [(odd.reason, odd.example) for odd in log.notes.left_out] == [
        ("a total or an average, no interval", "report.csv:5")
    ]


@pytest.mark.parametrize(("minutes", "starts"), [(15, ("09:00", "09:15", "09:45")), (60, ("08:00", "09:00", "11:00"))])
def test_the_length_is_the_commonest_step(tmp_path: Path, minutes: int, starts: tuple[str, ...]) -> None:
    text = "interval start,offered,aht\n" + "".join(f"2026-03-02 {start},{10},200\n" for start in starts)
    log = counts(tmp_path, text)
    assert log.intervals["length_s"].to_list() == [minutes * 60] * 3
    assert log.intervals["queue"].unique().to_list() == ["all"]


def test_rows_by_agent_are_added_up(tmp_path: Path) -> None:
    rows = "".join(f"2026-03-02 {hour:02}:00,x,A,4,200\n2026-03-02 {hour:02}:00,x,B,6,200\n" for hour in range(8, 14))
    log = counts(tmp_path, "start,queue,agent name,handled,aht\n" + rows)
    assert log.intervals["handled"].to_list() == [10.0] * 6
    assert any("rows by agent name are added up" in sentence for sentence in log.notes.guessed)


def test_rows_that_an_unknown_column_parts(tmp_path: Path) -> None:
    rows = "".join(f"2026-03-02 {hour:02}:00,x,A,4,200\n2026-03-02 {hour:02}:00,x,B,6,200\n" for hour in range(8, 14))
    file = put(tmp_path, "report.csv", "start,queue,colour,handled,aht\n" + rows)
    said = refusal(file)
    assert said.startswith("report.csv:2: 12 of 12 rows share queue and interval with another row")
    log = read_log([file], put(tmp_path, "map.yaml", "queue: [queue, colour]\n"))
    assert log.intervals["queue"].unique(maintain_order=True).to_list() == ["x A", "x B"]  # type: ignore[union-attr]


def test_hours_as_numbers(tmp_path: Path) -> None:
    log = counts(tmp_path, "Date,Hour,Calls,AHT\n" + "".join(f"2026-03-02,{hour},12,200\n" for hour in (8, 9, 10, 11)))
    assert log.intervals["start"].to_list() == [datetime(2026, 3, 2, hour) for hour in (8, 9, 10, 11)]
    assert log.intervals["length_s"].to_list() == [3600] * 4


def test_empty_rows_of_excel_are_counted_as_lines(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    pytest.importorskip("fastexcel")
    path = tmp_path / "report.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet, form = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write(2, 0, "March")
    sheet.write_row(5, 0, ["Interval", "Calls Offered", "AHT"])
    for row in range(6, 10):
        sheet.write_datetime(row, 0, datetime(2026, 3, 2, 8 + row), form)
        sheet.write_row(row, 1, [20, 250.5])
    book.close()
    log = read_log([path])
    assert log.intervals["row"].to_list() == [7, 8, 9, 10]  # type: ignore[union-attr]
    assert log.intervals["aht_s"].to_list() == [250.5] * 4  # type: ignore[union-attr]


def test_one_interval_has_no_step(tmp_path: Path) -> None:
    file = put(tmp_path, "one.csv", "interval start,offered,aht\n2026-03-02 09:00,10,200\n")
    assert "write length_s: 1800 (seconds) in a mapping file" in refusal(file)
    mapping = put(tmp_path, "map.yaml", "length_s: 1800\nwithin_s: 30\n")
    log = read_log([file], mapping)
    assert log.intervals.select("length_s", "within_s").row(0) == (1800, 30.0)  # type: ignore[union-attr]


def test_service_level_as_share_or_percent(tmp_path: Path) -> None:
    head = "start,offered,handled,sl 30\n"
    shares = counts(tmp_path, head + "2026-03-02 09:00,10,9,0.8\n2026-03-02 09:30,10,9,1\n")
    percent = counts(tmp_path, head + "2026-03-02 09:00,10,9,80\n2026-03-02 09:30,10,9,100\n")
    assert shares.intervals["service_level"].to_list() == percent.intervals["service_level"].to_list() == [0.8, 1.0]
    assert percent.intervals["within_s"].to_list() == [30.0, 30.0]
    assert any("in percent" in sentence for sentence in percent.notes.guessed)


def test_negative_numbers_and_days(tmp_path: Path) -> None:
    rows = "".join(f"2026-03-{day:02} {hour:02}:00,{10},{9},200\n" for day in range(1, 4) for hour in range(8, 18))
    text = "start,offered,handled,aht\n" + rows.replace("2026-03-02 10:00,10", "2026-03-02 10:00,-10")
    log = counts(tmp_path, text)
    assert [(odd.reason, odd.example) for odd in log.notes.left_out] == [("a number is negative", "report.csv:14")]


def test_the_doubled_hour_counts_once(tmp_path: Path) -> None:
    starts = ["01:00", "02:00", "02:00", "03:00"]
    text = "start,offered,aht\n" + "".join(f"2026-10-25 {at},{n + 5},200\n" for n, at in enumerate(starts))
    log = counts(tmp_path, text, timezone="Europe/Berlin")
    assert log.intervals["offered"].to_list() == [5, 6, 8]
    assert "clocks go back" in log.notes.left_out[0].reason


def test_utc_intervals_over_the_change_of_clocks(tmp_path: Path) -> None:
    starts = ["2026-10-24T23:30:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"]
    text = "start,offered,aht\n" + "".join(f"{at},{n + 5},200\n" for n, at in enumerate(starts))
    log = counts(tmp_path, text, timezone="Europe/Berlin")
    assert log.intervals["start"].to_list() == [
        datetime(2026, 10, 25, 1, 30), datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 3, 30)
    ]


def test_offsets_of_intervals_are_told(tmp_path: Path) -> None:
    text = "start,offered,aht\n2026-03-02T09:00:00Z,5,200\n2026-03-02T09:30:00Z,5,200\n"
    assert any("carry their offset" in sentence for sentence in counts(tmp_path, text).notes.guessed)


def test_calls_and_intervals_do_not_go_together(tmp_path: Path) -> None:
    report = put(tmp_path, "report.csv", REPORT)
    log = put(tmp_path, "calls.csv", "start,wait,outcome\n2026-03-02 09:00:00,5,lost\n2026-03-02 09:01:00,5,lost\n")
    assert "two kinds" in refusal(report, log)


def test_queues_of_several_files(tmp_path: Path) -> None:
    head = "start,queue,offered,handled\n"
    first = put(tmp_path, "a.csv", head + "2026-03-02 09:00,x,10,9\n2026-03-02 09:30,x,11,9\n")
    second = put(tmp_path, "b.csv", head + "2026-03-02 09:00,y,10,9\n2026-03-02 09:30,x,12,9\n")
    log = read_log([first, second], put(tmp_path, "m.yaml", "length_s: 1800\n"))
    assert log.intervals.select("queue", "offered").rows() == [("x", 10.0), ("y", 10.0), ("x", 12.0)]  # type: ignore[union-attr]
    assert [(odd.rows, odd.example) for odd in log.notes.left_out] == [(1, "a.csv:3")]
