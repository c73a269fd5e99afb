"""The Anonymous Bank: calls of an Israeli bank in 1999, the best known public log of a call center.

Layout and peculiarities: Ilan Guedj and Avishai Mandelbaum, "Call Center Data" documentation, Technion 2000 (17
columns, tab separated, one file a month); oddities as found in the files themselves.
"""

from __future__ import annotations

import polars as pl

from sim.calibrate.log import OTHER
from sim.calibrate.readers.meanings import solid
from sim.calibrate.readers.reading import CONTACTS, Column, Reading, Rule
from sim.calibrate.readers.table import Table

COLUMNS = (
    "vru+line", "call_id", "customer_id", "priority", "type", "date", "vru_entry", "vru_exit", "vru_time", "q_start",
    "q_exit", "q_time", "outcome", "ser_start", "ser_exit", "ser_time", "server",
)
LONGEST_SERVICE_S = 7_200
"""Four services are longer than two hours (up to 8.4 h): lines that were never released."""
QUEUES = {"PS": "personal", "PE": "personal", "NE": "stock", "NW": "prospective", "IN": "internet",
          "TT": "return_calls"}
HALF_DAY_S = 43_200


def recognised(table: Table) -> Reading | None:
    """The reading of a table with the bank's 17 columns; None for any other."""
    if {solid(name) for name in COLUMNS} - {solid(name) for name in table.columns}:
        return None
    hung_up_in_vru = (pl.col("outcome") == "HANG") & ~pl.col("queued")
    handled = pl.col("outcome") == "AGENT"
    return Reading(
        CONTACTS,
        {
            "arrived": Column(("asked",)), "wait_s": Column(("wait",)), "outcome": Column(("outcome",)),
            "talk_s": Column(("talk",)), "agent": Column(("agent",)), "queue": Column(("queue",)),
            "caller": Column(("customer",)), "id": Column(("number",)),
        },
        reader="technion",
        outcomes={"agent": "handled", "hang": "abandoned", "phantom": OTHER},
        prepare=prepared,
        drops=(
            Rule("outcome PHANTOM", pl.col("outcome") == "PHANTOM", "nothing to do; the data's own documentation asks "
                 "to ignore them", False),
            Rule("hung up inside the voice response unit", hung_up_in_vru, "nothing to do; they never asked for an "
                 "agent", False),
        ),
        keeps=(
            Rule("the clocks of voice response unit and queue differ (vru_time below 0)", pl.col("vru_time") < 0,
                 "kept; the joining of the queue counts"),
            Rule("hung up in the queue, yet with service times (while it rang)",
                 (pl.col("outcome") == "HANG") & pl.col("queued") & (pl.col("ser_time") > 0),
                 "kept as abandoned, without a talk time"),
            Rule("service over 2 h", handled & pl.col("long"), "kept as handled, without a talk time"),
            Rule("customer_id in a spreadsheet's notation (3.27E+11)", pl.col("customer_id").str.contains("E"),
                 "kept, as not identified"),
            Rule("server NO_SERVERAMA (in May, where NAAMA is missing)", pl.col("server") == "NO_SERVERAMA",
                 "kept, read as NAAMA"),
        ),
    )


def prepared(table: Table) -> Table:
    """The table with the moment of asking for an agent, wait, talk, agent, customer and queue as own columns.

    A caller asked for an agent who joined a queue (q_start is set), or who was put through when leaving the VRU.
    """
    names = {name: each for each in COLUMNS for name in table.columns if solid(name) == solid(each)}
    frame = table.frame.rename(names).with_columns(pl.col(pl.String).str.strip_chars())
    clocks = {name: _clock_s(name) for name in ("vru_entry", "vru_exit", "q_start")}
    frame = frame.with_columns(
        pl.col("vru_time", "q_time", "ser_time").cast(pl.Int64, strict=False),
        *(clock.alias(f"{name}_s") for name, clock in clocks.items()),
    ).with_columns((pl.col("q_start_s") > 0).fill_null(False).alias("queued"))
    asked = pl.when("queued").then(pl.col("q_start_s")).otherwise(pl.col("vru_exit_s"))
    after_midnight = pl.when(asked < pl.col("vru_entry_s") - HALF_DAY_S).then(86_400).otherwise(0)
    day = pl.col("date").str.to_date("%y%m%d", strict=False).cast(pl.Datetime("us"))
    served = (pl.col("outcome") == "AGENT") & pl.col("ser_time").is_between(1, LONGEST_SERVICE_S)
    frame = frame.with_columns(
        (day + pl.duration(seconds=asked + after_midnight)).alias("asked"),
        pl.when("queued").then(pl.col("q_time")).otherwise(0).alias("wait"),
        pl.when(served).then(pl.col("ser_time")).alias("talk"),
        (pl.col("ser_time") > LONGEST_SERVICE_S).alias("long"),
        pl.col("server").replace({"NO_SERVERAMA": "NAAMA", "NO_SERVER": None}).alias("agent"),
        _customer().alias("customer"),
        pl.concat_str("vru+line", "call_id", "date", "vru_entry", separator=" ").alias("number"),
        pl.col("type").replace(QUEUES).alias("queue"),
    )
    return table._replace(frame=frame)


def _clock_s(name: str) -> pl.Expr:
    """h:mm:ss as seconds."""
    groups = pl.col(name).str.extract_groups(r"^(\d+):(\d\d):(\d\d)$")
    hours, minutes, seconds = (groups.struct.field(str(place)).cast(pl.Int64) for place in (1, 2, 3))
    return hours * 3600 + minutes * 60 + seconds


def _customer() -> pl.Expr:
    """Null where nobody was identified (0) or a spreadsheet has rounded the number away."""
    return pl.when(pl.col("customer_id").str.contains(r"^[1-9]\d{0,9}$")).then(pl.col("customer_id"))
