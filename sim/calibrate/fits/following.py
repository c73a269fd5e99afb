"""What came after each contact: the same caller's next one, and how much later, by the clock and in opening hours."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from sim.calibrate.fits.calendar import Calendar
from sim.calibrate.fits.estimate import Floats
from sim.units import DAY


def following(contacts: pl.DataFrame, calendar: Calendar | None = None) -> pl.DataFrame:
    """Contacts with a known caller and what came after them.

    `next_place`: row of the same caller's next contact (-1 = none). `gap`: seconds from a contact's end to it (null =
    none); `seen`: from its end to the end of the log. `open_gap`, `open_seen`: the same on the clock that runs only
    while the queue is open, as the delay of redials does in the model; without a calendar the same as the others.
    """
    spent = sum((pl.col(f"{part}_s").fill_null(0.0) for part in ("wait", "talk", "hold")), start=pl.lit(0.0))
    arrived = pl.col("arrived").dt.epoch("us") / 1e6
    last = float(contacts.select(arrived.max()).item() or 0.0)
    found = (
        contacts.with_row_index("place")
        .filter(pl.col("caller").is_not_null())
        .select("place", "queue", "outcome", "caller", waited=pl.col("wait_s") > 0.0, at=arrived, ended=arrived + spent)
    )
    caller = found["caller"].cast(pl.Categorical).to_physical().to_numpy()
    at, place = found["at"].to_numpy(), found["place"].to_numpy().astype(np.int64)
    order = np.lexsort((at, caller))
    now, then = order[:-1], order[1:]
    same = caller[now] == caller[then]
    after, next_place = np.full(len(at), np.nan), np.full(len(at), -1, dtype=np.int64)
    after[now[same]], next_place[now[same]] = at[then[same]], place[then[same]]
    found = found.select("queue", "outcome", "waited", "ended").with_columns(
        next=pl.Series(after), next_place=pl.Series(next_place)
    )
    parts = [_gaps(own, last, calendar, str(queue)) for (queue,), own in found.group_by("queue", maintain_order=True)]
    return pl.concat(parts) if parts else _gaps(found, last, None, "")


def _gaps(own: pl.DataFrame, last: float, calendar: Calendar | None, queue: str) -> pl.DataFrame:
    ended, after = own["ended"].to_numpy(), own["next"].to_numpy()
    columns = {"gap": np.maximum(after - ended, 0.0), "seen": last - ended}
    if calendar is None:
        columns |= {"open_gap": columns["gap"], "open_seen": columns["seen"]}
    else:
        at, upto = _open_clock(calendar, queue)
        begin = np.interp(ended, at, upto)
        columns["open_gap"] = np.maximum(np.interp(after, at, upto) - begin, 0.0)
        columns["open_seen"] = float(np.interp(last, at, upto)) - begin
    series = {name: pl.Series(values, dtype=pl.Float64) for name, values in columns.items()}
    return (
        own.select("queue", "outcome", "waited", "next_place")
        .with_columns(**series)
        .with_columns(pl.col("gap", "open_gap").fill_nan(None))
    )


def _open_clock(calendar: Calendar, queue: str) -> tuple[Floats, Floats]:
    """(moments, seconds the queue had been open by then): straight lines in between."""
    at, upto, so_far = [], [], 0.0
    for day in range((calendar.last - calendar.first).days + 2):
        date = calendar.first + dt.timedelta(days=day)
        midnight = (date - dt.date(1970, 1, 1)).days * DAY
        for start, end in calendar.open[queue][date.weekday()]:
            at += [midnight + start, midnight + end]
            upto += [so_far, so_far + end - start]
            so_far += end - start
    return (np.array(at), np.array(upto)) if at else (np.array([0.0, 1e12]), np.array([0.0, 1e12]))
