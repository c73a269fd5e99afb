"""The bank's logs as one clean table of calls for an agent, and an account of every row that was left out."""
from __future__ import annotations

from pathlib import Path

import polars as pl

DAY_S = 86_400
LONGEST_SERVICE_S = 7_200
"""Four services are longer than two hours (up to 8.4 h): lines that were never released."""

QUEUE_OF_TYPE = {"PS": "personal", "PE": "personal", "NE": "stock", "NW": "prospective",
                 "IN": "internet", "TT": "return_calls"}


class Account(list[tuple[str, int, str]]):
    """What was left out, changed or kept although odd: (what, rows, what was done with them)."""

    def note(self, what: str, rows: int, done: str) -> None:
        self.append((what, rows, done))


def read_calls(folder: Path, account: Account) -> pl.DataFrame:
    """All callers who asked for an agent, one row each, sorted by time.

    Columns: date, weekday (1 = Monday .. 7 = Sunday), month, type, queue, priority (2 = high), customer
    (None = not identified), asked_s (seconds after midnight of joining a queue or of being put through),
    wait_s, queued, answered, server (None = not recorded), start_s and end_s of the service and talk_s (None =
    not answered or not recorded; end_s may pass 86400).

    A caller asked for an agent who was put through (outcome AGENT) or stood in a queue (q_start set). Source: the
    files `NN_Month.txt` of the Anonymous Bank logs of 1999 (Guedj and Mandelbaum, Technion).
    """
    calls = _read(folder, account)
    queued = pl.col("q_start") > 0
    asked = (pl.col("outcome") == "AGENT") | ((pl.col("outcome") == "HANG") & queued)
    phantoms = calls.filter(pl.col("outcome") == "PHANTOM").height
    account.note("outcome PHANTOM", phantoms, "ignored, as the data's documentation asks")
    account.note("hung up inside the VRU", calls.filter((pl.col("outcome") == "HANG") & ~queued).height,
                 "left out: never asked for an agent")
    calls = calls.filter(asked)
    _note_oddities(calls, account)
    return calls.select(
        "date", pl.col("date").dt.weekday().alias("weekday"), pl.col("date").dt.month().alias("month"), "type",
        pl.col("type").replace_strict(QUEUE_OF_TYPE).alias("queue"), "priority",
        pl.when((pl.col("customer_id") > 0) & (pl.col("customer_id") < 1e10)).then(pl.col("customer_id"))
        .cast(pl.Int64).alias("customer"),
        _asked_s().alias("asked_s"), _wait_s().alias("wait_s"), queued.alias("queued"),
        (pl.col("outcome") == "AGENT").alias("answered"), *_service(),
    ).sort("date", "asked_s")


def _read(folder: Path, account: Account) -> pl.DataFrame:
    """The files' rows with times as seconds; exact copies of a call dropped."""
    files = sorted(folder.glob("[0-9][0-9]_*.txt"))
    if not files:
        raise SystemExit(f"{folder}: no files named like 01_January.txt")
    rows = pl.concat([pl.read_csv(file, separator="\t", infer_schema_length=0, quote_char=None) for file in files])
    account.note("rows in " + ", ".join(file.name for file in files), rows.height, "read")
    names = {name: name.strip() for name in rows.columns}
    rows = rows.rename(names).with_columns(pl.all().str.strip_chars())
    clocks = ["vru_entry", "vru_exit", "q_start", "q_exit", "ser_start", "ser_exit"]
    whole = ["vru_time", "q_time", "ser_time", "priority"]
    mangled = rows.filter(pl.col("customer_id").str.contains("E")).height
    account.note("customer_id in spreadsheet notation (3.27E+11)", mangled, "kept as not identified")
    account.note("server NO_SERVERAMA (all in May, where NAAMA is missing)",
                 rows.filter(pl.col("server") == "NO_SERVERAMA").height, "read as NAAMA")
    rows = rows.with_columns(
        *[_clock_s(name) for name in clocks], *[pl.col(name).cast(pl.Int64) for name in whole],
        pl.col("customer_id").cast(pl.Float64), pl.col("date").str.to_date("%y%m%d"),
        pl.col("server").replace({"NO_SERVERAMA": "NAAMA", "NO_SERVER": None}),
    )
    unique = rows.unique(["vru+line", "call_id", "date", "vru_entry"], maintain_order=True)
    account.note("duplicate rows (line, call, date, time)", rows.height - unique.height, "dropped")
    return unique


def _clock_s(name: str) -> pl.Expr:
    """h:mm:ss as seconds."""
    part = pl.col(name).str.split(":").list
    return (part.get(0).cast(pl.Int64) * 3600 + part.get(1).cast(pl.Int64) * 60
            + part.get(2).cast(pl.Int64)).alias(name)


def _asked_s() -> pl.Expr:
    """Joining the queue, or leaving the VRU when put through at once (the day goes on after midnight)."""
    start = pl.when(pl.col("q_start") > 0).then(pl.col("q_start")).otherwise(pl.col("vru_exit"))
    return pl.when(start < pl.col("vru_entry") - DAY_S // 2).then(start + DAY_S).otherwise(start)


def _wait_s() -> pl.Expr:
    """Time in the queue, 0 if put through at once (one such row has a q_time)."""
    return pl.when(pl.col("q_start") > 0).then(pl.col("q_time")).otherwise(0)


def _service() -> list[pl.Expr]:
    recorded = ((pl.col("outcome") == "AGENT") & (pl.col("ser_start") > 0) & (pl.col("ser_time") > 0)
                & (pl.col("ser_time") <= LONGEST_SERVICE_S))
    def kept(value: pl.Expr, name: str) -> pl.Expr:
        return pl.when(recorded).then(value).alias(name)
    after_midnight = pl.when(pl.col("ser_start") < pl.col("vru_entry") - DAY_S // 2).then(DAY_S).otherwise(0)
    start = pl.col("ser_start") + after_midnight
    return [kept(pl.col("server"), "server"), kept(start, "start_s"),
            kept(start + pl.col("ser_time"), "end_s"), kept(pl.col("ser_time"), "talk_s")]


def _note_oddities(calls: pl.DataFrame, account: Account) -> None:
    """Counts the known oddities among the calls for an agent."""
    answered, served = pl.col("outcome") == "AGENT", pl.col("ser_time") > 0

    def rows(mask: pl.Expr) -> int:
        return calls.filter(mask).height

    account.note("vru_time below 0 (clocks of VRU and queue differ)", rows(pl.col("vru_time") < 0),
                 "kept: the joining of the queue counts, not the VRU's time")
    account.note("queue or service over midnight", rows((pl.col("q_exit") < pl.col("q_start"))
                 | (pl.col("ser_exit") < pl.col("ser_start"))), "kept, times continued past 24:00")
    account.note("answered, service start more than 5 s away from the end of waiting", rows(
        answered & served & (pl.col("q_start") > 0) & ((pl.col("ser_start") - pl.col("q_exit")).abs() > 5)),
        "kept: waits from q_time, presence from the service times")
    account.note("answered, but service times missing", rows(answered & ~(served & (pl.col("ser_start") > 0))),
                 "kept as answered, not in handle times nor presence")
    account.note("answered, service over 2 h", rows(answered & (pl.col("ser_time") > LONGEST_SERVICE_S)),
                 "kept as answered, not in handle times nor presence")
    account.note("answered, server NO_SERVER (median 6 s: the caller left while it rang)",
                 rows(answered & served & pl.col("server").is_null()),
                 "kept as answered and in handle times, no agent's presence")
    account.note("hung up in the queue, yet with service times (median 8 s: while it rang)",
                 rows(~answered & served), "kept as abandoned after q_time")
