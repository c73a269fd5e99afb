"""The time axis: one day by intervals, a few days side by side without their nights, or many by day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.report import style, written
from sim.report.goals import service_goal
from sim.report.remember import once

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.measure.results import Results

Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]

DAYS_BY_INTERVAL = 14
"""Above this many days a slot of the axis is a day instead of an interval."""
DAY_NAMES = {"max_wait_s": "longest_wait_s"}
"""Where the table of days has another name for a column of the table of intervals."""


@dataclass(frozen=True)
class Timeline:
    """Slots of time from left to right; each day shows only the hours in which anything happens."""

    days: tuple[int, ...]
    weekdays: tuple[str, ...]
    opens_s: int
    closes_s: int
    interval_s: int
    daily: bool

    @classmethod
    def of(cls, results: Results) -> Timeline:
        """The axis that shows the whole run."""
        return _timeline(results)

    @property
    def per_day(self) -> int:
        """Slots in a day."""
        return 1 if self.daily else (self.closes_s - self.opens_s) // self.interval_s

    @property
    def slots(self) -> int:
        return self.per_day * len(self.days)

    @property
    def slot_name(self) -> str:
        """What a slot is called: "half hour", "day"."""
        return "day" if self.daily else written.minutes(self.interval_s)

    @property
    def edges(self) -> Numbers:
        """Borders of the slots, shape (slots + 1,), in slots."""
        return np.arange(self.slots + 1, dtype=float)

    def contacts(self, results: Results, column: str, scope: str = "center", name: str = "center") -> Numbers:
        """A column of the table of intervals, one number a slot; nan = no contacts."""
        if not self.daily:
            return self._slots(_intervals(results)[scope, name], column)
        base, part = column, "mean"
        for end in ("low", "high"):
            if column.endswith("_" + end):
                base, part = column.removesuffix("_" + end), end
        if base == "p_target_met":
            goals = [service_goal(results, scope, name, day) for day in self.days]
            return np.array([getattr(goal, "p_met" if part == "mean" else part) for goal in goals], dtype=float)
        found = _days(results)
        return np.array([found.get((scope, name, DAY_NAMES.get(base, base), day), {}).get(part) for day in self.days],
                        dtype=float)

    def crew(self, results: Results, column: str, scope: str = "center", name: str = "center") -> Numbers:
        """A column of the table of teams, one number a slot; of a day, the mean while anybody is paid."""
        rows = _teams(results)[scope, name]
        if not self.daily:
            return self._slots(rows, column)
        means = rows.filter(pl.col("paid") > 0).group_by("day").agg(pl.col(column).mean())
        found = dict(zip(means["day"], means[column], strict=True))
        return np.array([found.get(day) for day in self.days], dtype=float)

    def _slots(self, rows: pl.DataFrame, column: str) -> Numbers:
        """A column of one scope's rows as the axis shows them: every day cut to its hours."""
        values = rows[column].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        first, last = self.opens_s // self.interval_s, self.closes_s // self.interval_s
        if len(self.days) == 1:
            return values[first:last]
        per_day = 86400 // self.interval_s
        whole = np.full(len(self.days) * per_day, np.nan)
        whole[: len(values)] = values[: len(whole)]
        return whole.reshape(len(self.days), per_day)[:, first:last].ravel()

    def draw(self, ax: Axes) -> None:
        """Put ticks, their label and the borders of days on a panel."""
        ax.set_xlim(0, self.slots)
        if self.daily:
            at = range(0, len(self.days), max(1, round(len(self.days) / (style.inches(ax) / 0.5) / 7) * 7 or 1))
            ax.set_xticks([k + 0.5 for k in at], [str(self.days[k]) for k in at])
            words = "day"
        elif len(self.days) > 1:
            self._name_days(ax)
            words = f"day, each from {written.clock(self.opens_s)} to {written.clock(self.closes_s)}"
        else:
            self._name_hours(ax)
            words = "time of day"
        ax.set_xlabel(words)

    def _name_hours(self, ax: Axes) -> None:
        hours = (self.closes_s - self.opens_s) / 3600
        room = style.inches(ax) / 0.48 * 9 / style.label_size()
        step = next((s for s in (1, 2, 3, 4, 6, 12) if hours / s <= room), 12)
        first = -(-self.opens_s // 3600)
        at = [h for h in range(first, int(self.closes_s // 3600) + 1) if (h - first) % step == 0]
        ax.set_xticks([(h * 3600 - self.opens_s) / self.interval_s for h in at],
                      [written.clock(h * 3600) for h in at])

    def _name_days(self, ax: Axes) -> None:
        room = style.inches(ax) / len(self.days)
        letters = 3 if room > 0.34 else 1 if room > 0.14 else 0
        names = [name[:letters].capitalize() for name in self.weekdays]
        ax.set_xticks([(k + 0.5) * self.per_day for k in range(len(self.days))], names)
        ax.tick_params(axis="x", length=0)
        for k in range(1, len(self.days)):
            ax.axvline(k * self.per_day, color=style.RULE, linewidth=0.8, zorder=0.5)


@once
def _timeline(results: Results) -> Timeline:
    """Every day of the run, and the one after it if a queue is open past the last midnight.

    A single day goes on past its midnight instead: its axis ends later than 24:00.
    """
    rows = _intervals(results)["center", "center"]
    crew = _teams(results)["center", "center"]
    days, interval_s = int(results.layout.days), int(results.layout.interval_s)
    daily = days > DAYS_BY_INTERVAL
    calendar = rows.select("day", "weekday").unique().sort("day")[: days if daily or days == 1 else None]
    start = pl.col("interval_start") + ((pl.col("day") - 1) * 86400 if days == 1 else 0)
    # After closing time a few agents finish what they have; a twentieth of the staff is not worth an hour of axis.
    used = pl.concat([
        rows.filter(pl.col("open") | (pl.col("offered") > 0)).select(start),
        crew.filter(pl.col("paid") > 0.05 * pl.col("paid").max()).select(start)]).to_series()
    first, last = (used.min(), used.max()) if len(used) else (0, 86400 - interval_s)
    assert isinstance(first, int) and isinstance(last, int)
    return Timeline(tuple(calendar["day"]), tuple(calendar["weekday"]), first, last + interval_s, interval_s, daily)


Parts = dict[tuple[str, str], pl.DataFrame]


def _parts(table: pl.DataFrame) -> Parts:
    """The rows of each scope and name in order of time, those after the last day left out."""
    whole = table.filter(~pl.col("after_end")).sort("day", "interval_start", maintain_order=True)
    return {(str(k[0]), str(k[1])): rows for k, rows in whole.partition_by(
        "scope", "name", as_dict=True, maintain_order=True).items()}


@once
def _intervals(results: Results) -> Parts:
    return _parts(results.intervals)


@once
def _teams(results: Results) -> Parts:
    return _parts(results.teams)


@once
def _days(results: Results) -> dict[tuple[str, str, str, int], dict[str, float | None]]:
    rows = results.days.select("scope", "name", "kpi", "day", "mean", "low", "high").iter_rows()
    return {row[:4]: dict(zip(("mean", "low", "high"), row[4:], strict=True)) for row in rows}
