"""Known exports: recognised by their columns, read as their makers describe them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from sim.calibrate.log import ContactLog, IntervalLog
from sim.calibrate.readers.known import KNOWN, TITLES
from sim.calibrate.readers.technion import COLUMNS
from tests.calibrate.files import calls, counts

BANK = "\t".join(COLUMNS) + "\n"


def bank_row(number: int, **values: str) -> str:
    row = dict(zip(COLUMNS, (
        "AA0101", str(number), "9664491", "2", "PS", "990101", "10:00:00", "10:00:06", "6", "10:00:06", "10:01:16",
        "70", "AGENT", "10:01:15", "10:05:15", "240", "AVI",
    ), strict=True))
    return "\t".join((row | values).values()) + "\n"


def test_every_known_export_has_a_title() -> None:
    assert set(KNOWN) | {"generic"} == set(TITLES)


def test_the_bank(tmp_path: Path) -> None:
    text = BANK + bank_row(1) + bank_row(
        2, q_start="0:00:00", q_exit="0:00:00", q_time="0", customer_id="0", server="NO_SERVER"
    ) + bank_row(3, outcome="HANG", ser_start="0:00:00", ser_exit="0:00:00", ser_time="0", type="NW") + bank_row(
        4, outcome="HANG", q_start="0:00:00", q_exit="0:00:00", q_time="0"
    ) + bank_row(5, outcome="PHANTOM") + bank_row(
        6, vru_entry="23:59:50", vru_exit="0:00:06", q_start="0:00:06", q_exit="0:01:16"
    ) + bank_row(7, ser_time="9000", server="NO_SERVERAMA", customer_id="3.27E+11")
    log = calls(tmp_path, text, "01_January.txt")
    rows = log.contacts.sort("row").to_dicts()
    assert [row["row"] for row in rows] == [2, 3, 4, 7, 8]
    assert (rows[0]["arrived"], rows[0]["wait_s"], rows[0]["talk_s"]) == (datetime(1999, 1, 1, 10, 0, 6), 70.0, 240.0)
    assert (rows[0]["queue"], rows[0]["agent"], rows[0]["caller"]) == ("personal", "AVI", "9664491")
    assert (rows[1]["wait_s"], rows[1]["agent"], rows[1]["caller"]) == (0.0, None, None)
    assert (rows[2]["outcome"], rows[2]["queue"], rows[2]["talk_s"]) == ("abandoned", "prospective", None)
    assert rows[3]["arrived"] == datetime(1999, 1, 2, 0, 0, 6)
    assert (rows[4]["talk_s"], rows[4]["agent"], rows[4]["caller"]) == (None, "NAAMA", None)
    assert log.notes.files[0].reader == "technion"
    assert sum(odd.rows for odd in log.notes.left_out) == 2


def test_amazon_metrics(tmp_path: Path) -> None:
    text = (
        "Queue,Channel,StartInterval,EndInterval,Contacts queued,Contacts handled,Contacts abandoned,"
        "Average handle time,Average queue answer time,Service level 20 seconds,Occupancy\n"
        "Sales,VOICE,2026-03-02T09:00:00Z,2026-03-02T09:30:00Z,20,18,2,00:04:10,00:00:12,85.00%,72.5%\n"
        "Sales,VOICE,2026-03-02T09:30:00Z,2026-03-02T10:00:00Z,10,10,0,00:05:00,00:00:06,100.00%,60%\n"
        "Sales,CHAT,2026-03-02T09:30:00Z,2026-03-02T10:00:00Z,3,3,0,00:15:00,00:00:06,100.00%,60%\n"
    )
    log = counts(tmp_path, text, timezone="Europe/Berlin")
    assert log.notes.files[0].reader == "amazon_metrics"
    row = log.intervals.row(0, named=True)
    assert (row["queue"], row["start"], row["length_s"]) == ("Sales", datetime(2026, 3, 2, 10), 1800)
    assert (row["offered"], row["handled"], row["abandoned"], row["aht_s"], row["asa_s"]) == (20, 18, 2, 250, 12)
    assert (row["service_level"], row["within_s"], row["occupancy"]) == (pytest.approx(0.85), 20, pytest.approx(0.725))
    assert log.intervals["queue"].to_list() == ["Sales", "Sales", "Sales (chat)"]


def test_amazon_metrics_by_agent_is_added_up(tmp_path: Path) -> None:
    text = (
        "Queue,Agent,StartInterval,EndInterval,Contacts handled,Average handle time,Online time\n"
        "Sales,Anna,2026-03-02 09:00,2026-03-02 09:30,6,200,1800\n"
        "Sales,Bert,2026-03-02 09:00,2026-03-02 09:30,2,400,900\n"
    )
    log = counts(tmp_path, text)
    row = log.intervals.row(0, named=True)
    assert log.intervals.height == 1
    assert (row["handled"], row["aht_s"], row["staffed"]) == (8, 250, 1.5)


def test_amazon_forecast(tmp_path: Path) -> None:
    text = (
        "QueueName,QueueId,ChannelType,TimeStamp,IntervalDuration,IncomingContactVolume,AverageHandleTime,"
        "ContactsHandled\n"
        "Sales,1a2b,VOICE,2026-03-02T09:00:00Z,15mins,12,240,11\n"
        "Sales,1a2b,VOICE,2026-03-02T09:15:00Z,30mins,14,250,13\n"
        "Sales,1a2b,VOICE,2026-03-02T00:00:00Z,daily,500,245,480\n"
        "Sales,1a2b,VOICE,2026-03-02T09:00:00Z,15mins,15,240,11\n"
    )
    log = counts(tmp_path, text)
    assert log.notes.files[0].reader == "amazon_forecast"
    assert log.intervals.select("start", "length_s", "offered").rows() == [
        (datetime(2026, 3, 2, 9), 900, 15.0), (datetime(2026, 3, 2, 9, 15), 1800, 14.0)
    ]
    assert {odd.reason for odd in log.notes.left_out} == {
        "a day or longer, no interval", "a later row has the same queue and interval with other numbers"
    }
    assert any("UTC" in sentence for sentence in log.notes.guessed)


def test_genesys(tmp_path: Path) -> None:
    text = (
        "Interval Start UTC Date,Queue,Media Type,Skill Set,Language,Offered,Interactions Handled,"
        "Total Handle Time (Seconds)\n"
        "2026-02-26T00:00:00Z,Queue A,Voice,forecasting|||scheduling,Spanish,16,6,600\n"
        "2026-02-26T00:00:00Z,Queue A,Voice,analytics,French,4,2,600\n"
        "2026-02-26T00:15:00.000Z,Queue B,Chat,analytics,French,14,7,700\n"
    )
    log = counts(tmp_path, text, timezone="America/New_York")
    assert log.notes.files[0].reader == "genesys"
    assert log.intervals.select("queue", "start", "length_s", "offered", "handled", "aht_s").rows() == [
        ("Queue A", datetime(2026, 2, 25, 19), 900, 20.0, 8.0, 150.0),
        ("Queue B (chat)", datetime(2026, 2, 25, 19, 15), 900, 14.0, 7.0, 100.0),
    ]
    assert log.notes.rows_used == 3


def test_avaya(tmp_path: Path) -> None:
    text = (
        "row_date,starttime,intrvl,acd,split,callsoffered,acdcalls,abncalls,acdtime,acwtime,holdtime,anstime,acceptable,"
        "servicelevel,i_stafftime\n"
        "02/25/2026,0,30,1,101,10,8,2,1600,400,80,96,6,20,5400\n"
        "02/25/2026,930,30,1,101,10,10,0,2000,500,0,100,10,20,9000\n"
    )
    log = counts(tmp_path, text)
    assert log.notes.files[0].reader == "avaya"
    row = log.intervals.row(0, named=True)
    assert (row["queue"], row["start"], row["length_s"]) == ("101", datetime(2026, 2, 25), 1800)
    assert (row["offered"], row["handled"], row["abandoned"]) == (10, 8, 2)
    assert (row["aht_s"], row["asa_s"], row["service_level"]) == (260, 12, 0.6)
    assert (row["within_s"], row["staffed"]) == (20, 3)
    assert log.intervals["start"][1] == datetime(2026, 2, 25, 9, 30)


def test_nice(tmp_path: Path) -> None:
    text = (
        "date|period|TZ|custID|ctID|ctName|origContRcvd|origHndlBefSL|origHndlAftSL|origAbandBefSL|origAbandAftSL|AHT\n"
        "03022026|0900|US/Eastern|1|7|Billing|20|15|3|1|1|250\n"
        "03022026|0915|US/Eastern|1|7|Billing|10|10|0|0|0|240\n"
    )
    log = counts(tmp_path, text, "ctQueue_030226_0900.txt")
    assert log.notes.files[0].reader == "nice"
    assert log.intervals.select("queue", "start", "length_s", "offered", "handled", "abandoned", "aht_s").rows() == [
        ("Billing", datetime(2026, 3, 2, 9), 900, 20.0, 18.0, 2.0, 250.0),
        ("Billing", datetime(2026, 3, 2, 9, 15), 900, 10.0, 10.0, 0.0, 240.0),
    ]
    assert log.intervals["service_level"].to_list() == [0.75, 1.0]


def test_shuffled_columns_under_their_own_names_are_no_matter(tmp_path: Path) -> None:
    head = "QueueName,TimeStamp,IntervalDuration,IncomingContactVolume"
    rows = [line.split(",") for line in (head, "Sales,2026-03-02T09:00:00Z,15mins,12")]
    text = "\n".join(",".join(row[::-1]) for row in rows) + "\n"
    log = counts(tmp_path, text)
    assert isinstance(log, IntervalLog) and not isinstance(log, ContactLog)
    assert log.intervals["offered"].to_list() == [12.0]
