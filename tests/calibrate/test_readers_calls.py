"""Call logs of unknown make: columns guessed, values read, odd rows counted."""

from __future__ import annotations

import gzip
from datetime import date, datetime, time
from pathlib import Path

import polars as pl
import pytest

from sim.calibrate.readers import read_log
from tests.calibrate.files import calls, day, put, refusal


def test_a_plain_log(tmp_path: Path) -> None:
    log = calls(tmp_path, day(30))
    row = log.contacts.row(0, named=True)
    assert (row["queue"], row["agent"]) == ("sales", "Anna 0")
    assert row["arrived"] == datetime(2026, 3, 2, 9)
    assert (row["wait_s"], row["talk_s"], row["hold_s"], row["wrap_s"]) == (20.0, 120.0, 0.0, None)
    assert (row["outcome"], row["caller"], row["row"], row["file"]) == ("handled", "493010000", 2, 0)
    assert log.contacts.height == 30
    assert not log.notes.left_out
    assert "arrived = Arrival Time" in log.notes.guessed[0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiters_and_encodings(tmp_path: Path, delimiter: str, encoding: str, end: str) -> None:
    text = day(12, delimiter).replace("sales", "Aufträge").replace("\n", end)
    log = calls(tmp_path, text.encode(encoding))
    assert log.contacts["queue"].unique().to_list() == ["Aufträge"]
    assert log.contacts.height == 12


def test_zipped_and_with_titles_above_the_header(tmp_path: Path) -> None:
    text = "Call report\nfrom March 2026\n\n" + day(12)
    log = calls(tmp_path, gzip.compress(text.encode()), "calls.csv.gz")
    assert log.contacts["row"].to_list() == list(range(5, 17))


def test_excels_own_first_line_and_quotes(tmp_path: Path) -> None:
    text = "sep=;\n" + day(12, ";").replace("sales", '"sales; the ""big"" ones"')
    log = calls(tmp_path, text)
    assert log.contacts["queue"].unique().to_list() == ['sales; the "big" ones']
    assert log.contacts["row"][0] == 3


def test_a_cell_over_two_lines_and_quotes_that_shelter_nothing(tmp_path: Path) -> None:
    rows = calls(tmp_path, day(12).replace("Anna 3", '"Anna\n3"', 1)).contacts["row"].to_list()
    assert rows == [2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14]
    log = calls(tmp_path, "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in day(5).splitlines()
    ))
    assert log.contacts["agent"].to_list() == [f"Anna {number}" for number in range(5)]


def test_excel(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    path = tmp_path / "calls.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("About").write_row(0, 0, ["A report"])
    sheet = book.add_worksheet("Calls")
    dates, clocks = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "hh:mm:ss"})
    sheet.write_row(0, 0, ["Date", "Start Time", "Wait Time", "Talk Time", "Agent", "Result"])
    for row in range(1, 13):
        sheet.write_datetime(row, 0, datetime(2026, 3, row), dates)
        sheet.write_datetime(row, 1, time(9, row, 7), clocks)
        sheet.write_number(row, 2, row)
        sheet.write_datetime(row, 3, time(0, 3, 20), clocks)
        sheet.write(row, 4, "Anna")
        sheet.write(row, 5, "answered")
    book.close()
    log = read_log([path])
    assert log.contacts["arrived"].to_list() == [datetime(2026, 3, row, 9, row, 7) for row in range(1, 13)]  # type: ignore[union-attr]
    assert log.contacts["talk_s"].unique().to_list() == [200.0]  # type: ignore[union-attr]
    assert log.contacts["wait_s"].to_list() == [float(row) for row in range(1, 13)]  # type: ignore[union-attr]
    assert log.contacts["row"].to_list() == list(range(2, 14))  # type: ignore[union-attr]
    assert log.notes.files[0].written == "Excel, sheet Calls"


def test_parquet_with_types(tmp_path: Path) -> None:
    path = tmp_path / "calls.parquet"
    pl.DataFrame({
        "queued_at": [datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 10)],
        "wait": [5, 7], "abandoned": [False, True], "talk_time": [100.5, None],
        "day": [date(2026, 3, 2)] * 2,
    }).write_parquet(path)
    log = read_log([path])
    assert log.contacts["outcome"].to_list() == ["handled", "abandoned"]  # type: ignore[union-attr]
    assert log.contacts["talk_s"].to_list() == [100.5, None]  # type: ignore[union-attr]


def test_durations_and_decimal_commas(tmp_path: Path) -> None:
    text = (
        "Datum;Uhrzeit;Wartezeit;Gesprächszeit;Nachbearbeitung;Mitarbeiter;Warteschlange\n"
        "02.03.2026;09:00:00;12,5;3:20;00:00:30;Eva;Hotline\n"
        "02.03.2026;09:10:00;1.012,5;1:03:20;0:30;Eva;Hotline\n"
        "02.03.2026;09:20:00;7,25;;;;Hotline\n"
    )
    log = calls(tmp_path, text)
    assert log.contacts["wait_s"].to_list() == [12.5, 1012.5, 7.25]
    assert log.contacts["talk_s"].to_list() == [200.0, 3800.0, None]
    assert log.contacts["wrap_s"].to_list() == [30.0, 30.0, None]
    assert log.contacts["outcome"].to_list() == ["handled", "handled", "abandoned"]
    assert "calls.csv: decimal comma" in log.notes.guessed


def test_unit_in_the_name_and_thousands(tmp_path: Path) -> None:
    text = 'Start,Wait (min),Talk (ms),Status\n2026-03-02 09:00:00,0.5,"1,200,000",Answered\n'
    text += "2026-03-02 09:05:00,2.25,,Abandoned\n"
    log = calls(tmp_path, text)
    assert log.contacts["wait_s"].to_list() == [30.0, 135.0]
    assert log.contacts["talk_s"].to_list() == [1200.0, None]


def test_handle_time_only(tmp_path: Path) -> None:
    text = "start,wait,handle time,outcome\n" + "2026-03-02 09:00:00,3,200,answered\n2026-03-02 09:00:05,9,,lost\n"
    log = calls(tmp_path, text)
    assert log.contacts.select("talk_s", "hold_s", "wrap_s").row(0) == (200.0, 0.0, None)
    text = "start,wait,handle time,acw,hold,outcome\n2026-03-02 09:00:00,3,200,30,20,answered\n"
    log = calls(tmp_path, text + "2026-03-02 09:00:05,9,,,,lost\n")
    assert log.contacts.select("talk_s", "hold_s", "wrap_s").row(0) == (150.0, 20.0, 30.0)


def test_midnight(tmp_path: Path) -> None:
    text = "Date,Start,Answered,End,Agent\n" + "01/03/2026,23:58:00,23:59:50,00:10:00,Anna\n"
    text += "31/03/2026,23:59:30,00:00:10,00:05:10,Bert\n31/03/2026,09:00:00,09:00:10,09:05:10,Bert\n"
    log = calls(tmp_path, text)
    assert log.contacts["wait_s"].to_list() == [110.0, 10.0, 40.0]
    assert log.contacts["talk_s"].to_list() == [610.0, 300.0, 300.0]


def test_twelve_hours(tmp_path: Path) -> None:
    text = "Start Time,Answer Time,Agent\n03/15/2026 12:05:00 AM,03/15/2026 12:05:30 AM,A\n"
    text += "03/15/2026 1:05:00 PM,03/15/2026 1:05:30 PM,B\n"
    log = calls(tmp_path, text)
    assert log.contacts["arrived"].to_list() == [datetime(2026, 3, 15, 0, 5), datetime(2026, 3, 15, 13, 5)]
    assert log.contacts["wait_s"].to_list() == [30.0, 30.0]


def test_day_and_month_are_decided_from_all_rows(tmp_path: Path) -> None:
    text = "start,wait,outcome\n" + "03/02/2026 09:00,5,answered\n" + "13/02/2026 09:00,5,answered\n"
    assert calls(tmp_path, text).contacts["arrived"][0] == datetime(2026, 2, 3, 9)
    text = "start,wait,outcome\n" + "03/02/2026 09:00,5,answered\n" + "02/13/2026 09:00,5,answered\n"
    assert calls(tmp_path, text).contacts["arrived"].to_list()[-1] == datetime(2026, 3, 2, 9)
    text = "start,wait,outcome\n03/02/2026 09:00,5,answered\n04/02/2026 09:00,6,answered\n"
    file = put(tmp_path, "open.csv", text)
    assert "write date_order: dmy or date_order: mdy in a mapping file" in refusal(file)
    mapping = put(tmp_path, "map.yaml", "date_order: mdy\n")
    log = read_log([file], mapping)
    assert log.contacts["arrived"][0] == datetime(2026, 3, 2, 9)  # type: ignore[union-attr]
    other = put(tmp_path, "told.csv", "start,wait,outcome\n25/02/2026 09:00,5,answered\n")
    assert read_log([file, other]).contacts["arrived"][0] == datetime(2026, 2, 3, 9)  # type: ignore[union-attr]


def test_points_mean_day_first(tmp_path: Path) -> None:
    log = calls(tmp_path, "start;wait;outcome\n03.02.2026 09:00;5;answered\n04.02.26 09:00;6;answered\n")
    assert log.contacts["arrived"].to_list() == [datetime(2026, 2, 3, 9), datetime(2026, 2, 4, 9)]


def test_impossible_rows_are_counted_and_explained(tmp_path: Path) -> None:
    text = day(
        200,
        line_7="1005,sales,2026-03-02 09:05:00,2026-03-02 09:04:00,2026-03-02 09:07:20,Anna 5,4930155",
        line_9="1007,sales,2026-03-02 09:07:00,2026-03-02 09:07:20,2026-03-02 09:06:20,Anna 5,4930156",
        line_11="1009,sales,2026-03-02 09:09:00,2026-03-05 09:07:20,2026-03-05 09:16:20,Anna 5,4930157",
        line_13="1011,sales,2062-03-02 09:09:00,2062-03-02 09:09:20,2062-03-02 09:16:20,Anna 5,4930157",
        line_15="1013,sales,never,2026-03-02 09:09:20,2026-03-02 09:16:20,Anna 5,4930157",
        line_17="1015,sales,2026-03-02 09:15:00,2026-03-02 09:15:20,2026-03-02 09:17:20,Anna 5",
        line_19="1016,sales,2026-03-02 09:16:00,2026-03-02 09:16:20,2026-03-02 09:18:20,Anna 2,493010016",
        line_21=",,,,,,",
    )
    log = calls(tmp_path, text)
    told = {odd.reason: (odd.rows, odd.example) for odd in log.notes.left_out}
    assert told == {
        "the line has 6 fields, the header 7": (1, "calls.csv:17"),
        "Arrival Time: 'never' is no time": (1, "calls.csv:15"),
        "the answer or the end lies before the arrival": (1, "calls.csv:7"),
        "the end lies before the answer": (1, "calls.csv:9"),
        "the wait is over 24 h": (1, "calls.csv:11"),
        "the time is far from all others of the file": (1, "calls.csv:13"),
        "the same contact again": (1, "calls.csv:19"),
    }
    assert log.notes.rows_read == 199  # the line without any cell is none
    assert log.contacts.height == 192


def test_duplicates_across_files(tmp_path: Path) -> None:
    lines = day(40).splitlines()
    first = put(tmp_path, "first.csv", "\n".join(lines[:31]))
    second = put(tmp_path, "second.csv", "\n".join([lines[0], *lines[21:]]).replace(",", ";"))
    log = read_log([first, second])
    assert log.contacts.height == 40  # type: ignore[union-attr]
    assert [(odd.rows, odd.example) for odd in log.notes.left_out] == [(10, "second.csv:2")]
    assert [file.used for file in log.notes.files] == [30, 10]


def test_callers_that_cannot_be_told_apart_stay(tmp_path: Path) -> None:
    """Two who hang up after 5 s in one second are two callers; the same two in a second file are not four."""
    text = "start,wait,outcome\n2026-03-02 09:00:00,5,lost\n2026-03-02 09:00:00,5,lost\n2026-03-02 09:10:00,5,lost\n"
    log = calls(tmp_path, text)
    assert log.contacts.height == 3
    assert log.notes.kept[0].rows == 1
    again = put(tmp_path, "again.csv", text)
    both = read_log([tmp_path / "calls.csv", again])
    assert both.contacts.height == 3  # type: ignore[union-attr]
    assert both.notes.left_out[0].rows == 3


def test_outbound_calls_are_left_out(tmp_path: Path) -> None:
    text = "start,wait,outcome,direction\n2026-03-02 09:00:00,5,answered,inbound\n"
    text += "2026-03-02 09:01:00,0,answered,Outbound\n"
    log = calls(tmp_path, text)
    assert log.contacts.height == 1
    assert "outbound" in log.notes.left_out[0].reason


def test_outcomes_by_flag_and_by_answer(tmp_path: Path) -> None:
    text = "start,wait,abandoned\n2026-03-02 09:00:00,5,Y\n2026-03-02 09:01:00,5,N\n"
    assert calls(tmp_path, text).contacts["outcome"].to_list() == ["abandoned", "handled"]
    text = "start,wait,answered\n2026-03-02 09:00:00,5,1\n2026-03-02 09:01:00,5,0\n"
    assert calls(tmp_path, text).contacts["outcome"].to_list() == ["handled", "abandoned"]
    text = day(3, line_3="1001,sales,2026-03-02 09:01:00,,2026-03-02 09:01:44,,493010001")
    log = calls(tmp_path, text)
    assert log.contacts.row(1, named=True)["outcome"] == "abandoned"
    assert log.contacts["wait_s"].to_list() == [20.0, 44.0, 20.0]
    assert any("without it a contact counts as abandoned" in sentence for sentence in log.notes.guessed)


def test_words_of_outcome_that_are_not_known(tmp_path: Path) -> None:
    rows = "".join(f"2026-03-02 09:{row:02}:00,5,{'answered' if row % 3 else 'zapped'}\n" for row in range(30))
    log = calls(tmp_path, "start,wait,outcome\n" + rows)
    assert log.contacts["outcome"].value_counts().sort("outcome").rows() == [("handled", 20), ("other", 10)]
    assert any("'zapped' (10 rows) count as other" in sentence for sentence in log.notes.guessed)
    mapping = put(tmp_path, "map.yaml", "outcomes: {zapped: blocked}\n")
    log = calls(tmp_path, "start,wait,outcome\n" + rows, mapping=mapping)
    assert (log.contacts["outcome"] == "blocked").sum() == 10


CDR = (
    '"calldate","src","duration","billsec","disposition"\n"2026-03-02 09:00:01","111","95","80","ANSWERED"\n'
    '"2026-03-02 09:01:01","112","35","0","NO ANSWER"\n"2026-03-02 09:02:01","113","3","0","BUSY"\n'
)


def test_the_whole_of_a_call_and_its_talk_give_the_wait(tmp_path: Path) -> None:
    """As in the call records of Asterisk."""
    log = calls(tmp_path, CDR)
    assert log.contacts["wait_s"].to_list() == [15.0, 35.0, 3.0]
    assert log.contacts["talk_s"].to_list() == [80.0, None, None]
    assert log.contacts["outcome"].to_list() == ["handled", "abandoned", "blocked"]


@pytest.mark.parametrize(("lost", "talk"), [("40", 100.0), ("0", 120.0)])
def test_whether_a_duration_holds_the_wait_is_seen_of_those_who_hung_up(
    tmp_path: Path, lost: str, talk: float
) -> None:
    text = f"start,wait,duration,outcome\n2026-03-02 09:00:00,20,120,answered\n2026-03-02 09:01:00,40,{lost},lost\n"
    log = calls(tmp_path, text)
    assert log.contacts["talk_s"].to_list() == [talk, None]
    assert any("duration" in sentence for sentence in log.notes.guessed[1:])


def test_a_mapping_says_what_a_duration_holds(tmp_path: Path) -> None:
    text = "start,wait,duration,outcome\n2026-03-02 09:00:00,20,120,answered\n2026-03-02 09:01:00,40,0,lost\n"
    mapping = put(tmp_path, "map.yaml", "total_s: {column: duration, format: whole}\n")
    assert calls(tmp_path, text, mapping=mapping).contacts["talk_s"].to_list() == [100.0, None]


def test_utc_in_a_columns_name(tmp_path: Path) -> None:
    text = "start time UTC,wait,outcome\n2026-07-02 09:00:00,20,answered\n2026-07-02 09:01:00,40,lost\n"
    log = calls(tmp_path, text, timezone="Europe/Berlin")
    assert log.contacts["arrived"][0] == datetime(2026, 7, 2, 11)
    assert any("UTC" in sentence for sentence in calls(tmp_path, text).notes.guessed)


def test_start_wait_and_end(tmp_path: Path) -> None:
    text = "start,wait,end,outcome\n2026-03-02 09:00:00,20,2026-03-02 09:03:00,answered\n"
    assert calls(tmp_path, text).contacts["talk_s"].to_list() == [160.0]


def test_hold_longer_than_the_call(tmp_path: Path) -> None:
    text = "start,wait,handle,hold,outcome\n" + "2026-03-02 09:00:00,20,100,10,answered\n" * 20
    text += "2026-03-02 09:30:00,20,100,110,answered\n"
    log = calls(tmp_path, text)
    assert "hold and wrap-up are longer than the whole" in {odd.reason for odd in log.notes.left_out}


def test_clocks_that_change_during_a_wait(tmp_path: Path) -> None:
    text = "start,answer time,agent\n2026-10-25 02:59:30,2026-10-25 02:00:10,A\n"
    text += "2026-03-29 01:59:50,2026-03-29 03:00:20,B\n"
    log = calls(tmp_path, text, timezone="Europe/Berlin")
    assert log.contacts["wait_s"].to_list() == [30.0, 40.0]
    assert "runs twice" in log.notes.kept[-1].reason


def test_offsets_without_a_zone_stay_as_written(tmp_path: Path) -> None:
    text = "start,answer time,agent\n2026-03-02T09:00:00+01:00,2026-03-02T08:00:30Z,A\n"
    log = calls(tmp_path, text)
    assert log.contacts.select("arrived", "wait_s").row(0) == (datetime(2026, 3, 2, 9), 30.0)
    assert any("carry their offset" in sentence for sentence in log.notes.guessed)
    log = calls(tmp_path, text, timezone="America/New_York")
    assert log.contacts["arrived"][0] == datetime(2026, 3, 2, 3)
