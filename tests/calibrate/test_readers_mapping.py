"""The mapping file: written out as guessed, corrected, and read again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from sim.calibrate.readers import guessed_mapping, read_log
from tests.calibrate.files import calls, counts, day, put, refusal

ODD = (
    "A;B;C;D;E;F\n2026-03-02;0900;0,5;zapped;2:05;u1\n2026-03-02;0905;1,25;fine;3:10;u2\n2026-03-02;0910;2;fine;0:10;u3\n"
)


def test_columns_that_nobody_could_guess(tmp_path: Path) -> None:
    mapping = put(tmp_path, "map.yaml", (
        "kind: contacts\narrived: {column: [A, B], format: '- hhmm'}\nwait_s: {column: C, unit: min}\n"
        "outcome: D\noutcomes: {zapped: abandoned, fine: handled}\ntalk_s: {column: E, format: 'hh:mm'}\nagent: F\n"
    ))
    log = calls(tmp_path, ODD, mapping=mapping)
    assert log.contacts["arrived"][1] == datetime(2026, 3, 2, 9, 5)
    assert log.contacts["wait_s"].to_list() == [30.0, 75.0, 120.0]
    assert log.contacts["outcome"].to_list() == ["abandoned", "handled", "handled"]
    assert log.contacts["talk_s"].to_list() == [None, 11_400.0, 600.0]


@pytest.mark.parametrize("text", [day(20), day(20, ";"), ODD.replace("A;B;C;D;E;F", "date;start;wait;status;talk;agent")
                                  .replace("zapped", "lost").replace("fine", "answered")])
def test_what_was_guessed_is_written_and_read_alike(tmp_path: Path, text: str) -> None:
    file = put(tmp_path, "calls.csv", text)
    written = guessed_mapping([file])
    assert "kind: contacts" in written
    log = read_log([file], put(tmp_path, "map.yaml", written))
    assert log.contacts.equals(read_log([file]).contacts)  # type: ignore[union-attr]


def test_intervals_and_known_exports_are_written_too(tmp_path: Path) -> None:
    text = "row_date,starttime,intrvl,split,acdcalls,abncalls\n02/25/2026,930,30,101,10,0\n02/25/2026,1000,30,101,9,0\n"
    log = counts(tmp_path, text)
    written = guessed_mapping([tmp_path / "report.csv"])
    assert 'start: {column: ["row_date", "starttime"], format: "- hhmm"}' in written
    again = read_log([tmp_path / "report.csv"], put(tmp_path, "map.yaml", written))
    assert again.intervals.equals(log.intervals)  # type: ignore[union-attr]


def test_a_guess_is_switched_off(tmp_path: Path) -> None:
    log = calls(tmp_path, day(5), mapping=put(tmp_path, "map.yaml", "agent: null\nqueue: Agent\n"))
    assert log.contacts["agent"].null_count() == 5
    assert log.contacts["queue"][0] == "Anna 0"


def test_a_known_export_is_overruled(tmp_path: Path) -> None:
    text = "row_date,starttime,intrvl,split,acdcalls,abncalls,mine\n02/25/2026,930,30,101,10,0,A\n"
    log = counts(tmp_path, text, mapping=put(tmp_path, "map.yaml", "queue: mine\n"))
    assert log.intervals["queue"].to_list() == ["A"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind: cals\n", "map.yaml:1: kind: needs one of contacts, intervals, not 'cals'"),
        ("arived: Start\n", "map.yaml:1: arived: no such meaning or setting, did you mean 'arrived'?"),
        ("wait_s: {column: Wait, unit: furlongs}\n", "unit: needs one of ms, s, min"),
        ("wait_s: {unit: min}\n", "needs {column: THEIR COLUMN"),
        ("outcomes: {x: gone}\n", "x: needs one of handled, abandoned, blocked, other"),
        ("date_order: dym\n", "date_order: needs one of ymd, dmy, mdy"),
        ("delimiter: abc\n", "delimiter: needs one sign"),
        ("utc: perhaps\n", "utc: needs true or false"),
        ("timezone: Berlin\n", "no such time zone"),
        ("talk_s: {column: Talk, format: mm}\n", "format: needs one of"),
        ("queue: [1, [2]]\n", "needs the name of a column"),
        ("queue: Skil\n", "calls.csv has no column 'Skil'"),
        ("queue: [\n", "map.yaml:"),
    ],
)
def test_a_mapping_that_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(put(tmp_path, "calls.csv", day(5)), mapping=put(tmp_path, "map.yaml", text))


def test_several_faults_at_once(tmp_path: Path) -> None:
    said = refusal(put(tmp_path, "calls.csv", day(5)), mapping=put(tmp_path, "map.yaml", "kind: x\nutc: 3\nfoo: bar\n"))
    assert len(said.splitlines()) == 3
