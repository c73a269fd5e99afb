"""Results go back in the words of the system that the log came from, and can be read again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from sim.calibrate.log import FileRead, IntervalLog, Log, Notes
from sim.calibrate.readers import read_log
from sim.calibrate.write_back import STYLES, write_back
from sim.loading.refusal import Refused
from tests.calibrate.files import put

RESULTS = pl.DataFrame({
    "queue": ["sales", "sales"],
    "start": [datetime(2026, 3, 25, 9), datetime(2026, 3, 25, 9, 30)],
    "length_s": [1800, 1800],
    "offered": [20.0, 31.5], "handled": [18.0, 30.0], "abandoned": [2.0, 1.5], "aht_s": [250.0, 240.0],
    "asa_s": [12.0, 20.0], "service_level": [0.85, 0.8], "within_s": [20.0, 20.0], "required": [5, 6],
    "scheduled": [5.5, 6.0], "occupancy": [0.8, 0.75],
})
SOURCES = {
    "amazon_metrics": (
        "Queue,StartInterval,EndInterval,Contacts queued,Contacts handled,Service level 20 seconds\n"
        "sales,2026-03-02T09:00:00,2026-03-02T09:30:00,20,18,85.00%\n"
    ),
    "amazon_forecast": (
        "QueueName,QueueId,ChannelType,TimeStamp,IntervalDuration,IncomingContactVolume,AverageHandleTime,"
        "ContactsHandled\nsales,7,VOICE,2026-03-02T09:00:00Z,30mins,12,240,11\n"
    ),
    "avaya": "row_date,starttime,intrvl,split,callsoffered,acdcalls,abncalls,acdtime\n"
             "02/25/2026,930,30,sales,9,9,0,90\n",
    "nice": "date|period|ctID|ctName|contRcvd|AHT\n03252026|0900|1|sales|9|200\n03252026|0930|1|sales|9|200\n",
    "generic": (
        "Datum;Zeit;Gruppe;Anrufe;Angenommen;AHT\n25.03.2026;09:00;sales;20;18;250,5\n"
        "25.03.2026;09:30;sales;20;18;250,5\n"
    ),
}


def source(folder: Path, reader: str) -> Log:
    log = read_log([put(folder, "source.csv", SOURCES[reader])])
    assert log.notes.files[0].reader == reader
    return log


@pytest.mark.parametrize("reader", SOURCES)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_written_is_read_back(tmp_path: Path, reader: str, ending: str) -> None:
    if ending == "xlsx":
        pytest.importorskip("xlsxwriter")
        pytest.importorskip("fastexcel")
    notes = source(tmp_path, reader).notes
    file = write_back(RESULTS, tmp_path / f"results.{ending}", notes)
    mapping = put(tmp_path, "map.yaml", "staffed: scheduled\n" + ("queue: Gruppe\n" if reader == "generic" else ""))
    again = read_log([file], mapping)
    assert isinstance(again, IntervalLog)
    assert again.notes.files[0].reader == reader
    for name in ("queue", "start", "length_s", "offered", "handled", "aht_s"):
        assert again.intervals[name].to_list() == RESULTS[name].to_list(), name
    assert again.intervals["staffed"].to_list() == RESULTS["scheduled"].to_list()


def test_names_and_forms_are_the_systems_own(tmp_path: Path) -> None:
    def first_lines(reader: str) -> list[str]:
        path = write_back(RESULTS, tmp_path / "out.csv", source(tmp_path, reader).notes)
        return path.read_text(encoding="utf-8").splitlines()[:2]

    assert first_lines("amazon_metrics") == [
        "Queue,StartInterval,EndInterval,length_s,Contacts queued,Contacts handled,Contacts abandoned,"
        "Average handle time,Average queue answer time,Service level 20 seconds,within_s,required,scheduled,Occupancy",
        "sales,2026-03-25T09:00:00,2026-03-25T09:30:00,1800,20,18,2,00:04:10,00:00:12,85.0%,20,5,5.5,80.0%",
    ]
    head, row = first_lines("avaya")
    assert head.startswith("split,row_date,starttime,intrvl,callsoffered,acdcalls,abncalls,aht_s")
    assert row.startswith("sales,03/25/2026,900,30,20,18,2,")
    assert first_lines("generic")[0].startswith("Gruppe;Datum;Zeit;length_s;Anrufe;Angenommen;abandoned;AHT")
    assert first_lines("generic")[1].startswith("sales;25/03/2026;09:00:00;1800;20;18;2;250")
    assert first_lines("nice")[1].startswith("sales|03252026|0900|")


def test_utc_goes_back_to_utc(tmp_path: Path) -> None:
    notes = source(tmp_path, "amazon_forecast").notes
    path = write_back(RESULTS, tmp_path / "out.csv", notes, "Europe/Berlin")
    assert "2026-03-25T08:00:00Z" in path.read_text(encoding="utf-8")
    again = read_log([path], timezone="Europe/Berlin")
    assert again.intervals["start"].to_list() == RESULTS["start"].to_list()  # type: ignore[union-attr]


def test_a_log_of_calls_has_no_names_for_intervals(tmp_path: Path) -> None:
    notes = Notes((FileRead("calls.csv", "generic", 2, 2, {"arrived": "Start", "queue": "Skill", "handled": "OK"}),))
    path = write_back(RESULTS, tmp_path / "out.csv", notes)
    assert path.read_text(encoding="utf-8").startswith("queue,start,length_s,offered,handled,")


def test_a_formula_is_a_name(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    pytest.importorskip("fastexcel")
    path = write_back(RESULTS.with_columns(queue=pl.lit("=1+1")), tmp_path / "out.xlsx", Notes())
    assert read_log([path]).intervals["queue"].unique().to_list() == ["=1+1"]  # type: ignore[union-attr]


def test_nothing_is_left_of_what_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be written"):
        write_back(RESULTS, tmp_path / "none" / "out.csv", Notes())
    with pytest.raises(ValueError, match="lack start"):
        write_back(RESULTS.drop("start"), tmp_path / "out.csv", Notes())
    assert list(tmp_path.iterdir()) == []


def test_styles_are_of_known_readers() -> None:
    from sim.calibrate.readers.known import KNOWN

    assert set(STYLES) <= set(KNOWN)
