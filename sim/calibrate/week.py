"""The week after the log, as the fitted scenario gives it: what it asks of each interval, and what comes of it.

`required` is by the textbook, queue by queue (Erlang A with the fitted handle time and mean patience): agents on the
phones, without shrinkage and without what teams gain by serving several queues. What comes of the staff that the log
shows is simulated, with people who do nothing beyond what was fitted.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from sim.calibrate.fits.everything import Fitted, QueueFit
from sim.calibrate.scenario_file import queue_names
from sim.loading import load
from sim.measure import Layout, Tally
from sim.run import Model
from sim.study.replications import make

REPLICATIONS = 20
RESULTS = ("offered", "handled", "abandoned", "aht_s", "asa_s", "service_level")
MOST_AGENTS = 5_000
"""beyond which no requirement is told"""


def week(scenario: Path, fitted: Fitted, level: float = 0.8, replications: int = REPLICATIONS) -> pl.DataFrame:
    """A row a queue and interval with contacts: queue, start (local; the first Monday after the log on), length_s,
    offered, handled, abandoned, aht_s, asa_s, service_level, within_s, required, scheduled.

    `scenario` is the file that was written, `level` the service level that is required. `scheduled` are the agents of
    the whole center at that time, from the log, as the scenario has them.
    """
    loaded = load([str(scenario), "behavior=none", f"replications={replications}"])
    model, layout = Model.of(loaded.scenario), Layout.of(loaded.scenario)
    tally = Tally(layout)
    for number in range(replications):
        tally.add(make(model, layout, number, model.engine).counts, number)
    results = tally.results()
    at = ["day", "interval_start"]
    own = results.intervals.filter(pl.col("scope") == "queue", ~pl.col("after_end"), pl.col("offered") > 0)
    staff = results.teams.filter(pl.col("scope") == "center", ~pl.col("after_end")).select(*at, "scheduled")
    first = _monday_after(fitted.calendar.last)
    length = int(layout.interval_s)
    start = pl.lit(first) + pl.duration(days=pl.col("day") - 1, seconds=pl.col("interval_start"))
    within = {queue.name: queue.goals.within_s for queue in layout.queues}
    named = {name: queue for queue, name in queue_names(fitted).items()}
    frame = own.join(staff, on=at, how="left").select(
        pl.col("name").replace_strict(named, return_dtype=pl.String).alias("queue"),
        start.cast(pl.Datetime("us")).alias("start"),
        pl.lit(length, dtype=pl.Int32).alias("length_s"),
        *(pl.col(key).round(3) for key in RESULTS),
        pl.col("name").replace_strict(within, return_dtype=pl.Float64).alias("within_s"),
        pl.col("scheduled").round(2),
    )
    needed = [
        required(fitted.queues[row["queue"]], row["offered"] / length, level, row["within_s"])
        for row in frame.iter_rows(named=True)
    ]
    return frame.with_columns(pl.Series("required", needed, dtype=pl.Int64)).sort("start", "queue")


def required(queue: QueueFit, arrival_rate: float, level: float, within_s: float) -> int | None:
    """Agents on the phones that a queue by itself needs in an interval, contacts a second given; None if untold."""
    from sim.theory import erlang_a

    aht, patience = queue.aht.value, queue.patience.mean.value
    if aht is None or not aht > 0 or arrival_rate * aht > MOST_AGENTS:
        return None
    if patience is None or not patience > 0:  # nobody hangs up: all but endless
        patience = 1e6
    return erlang_a.least_agents(arrival_rate, aht, patience, level, within_s)


def _monday_after(last: dt.date) -> dt.datetime:
    return dt.datetime.combine(last + dt.timedelta(days=7 - last.weekday()), dt.time())
