"""A day to run again and again: what was drawn for it, once; and whether two days' facts are the same."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.clocks.script import Given, Told
from sim.loading import load
from sim.record import Duty, Portion, Rows, raw
from sim.run import Model

FACTS = ("left", "was", "queued", "met")


class Day(NamedTuple):
    """One replication of the reference day, marks drawn."""

    given: Given
    """without its contacts"""
    contacts: Rows
    """all in one portion"""
    callers: Rows
    """beside them, where behavior counts"""

    def fresh(self) -> Given:
        """What a clock starts from, its own copy of the contacts included."""
        return self.given._replace(chunks=iter([Portion(own(self.contacts), own(self.callers))]))


def own(table: Rows) -> Rows:
    """A copy of a table."""
    copy: Rows = raw(table).copy().view(table.dtype)
    return copy


def draw(count: int, people: bool = False) -> list[Day]:
    """The first days of the scenario reference_day; with all that people do, or none of it but their speed."""
    model = Model.of(load(["reference_day", f"behavior.people={str(people).lower()}"]).scenario)
    return [in_one_portion(model.given(replication)) for replication in range(count)]


def in_one_portion(given: Given) -> Day:
    """The day with all contacts in one portion: first attempts ahead of the later ones."""
    chunks = list(given.chunks)
    if len(chunks) != 1:
        raise ValueError(f"the day came in {len(chunks)} portions; this benchmark runs days of one")
    return Day(given, chunks[0].contacts, chunks[0].callers)


def untied(day: Day) -> Day:
    """The day with every duty moved by its own few milliseconds, so that no two things fall on one instant."""
    table = raw(day.given.timetable).copy().view(day.given.timetable.dtype)
    duty = (table["what"] != Duty.OPEN) & (table["what"] != Duty.CLOSE)
    # By agent, for breaks that begin or end together; by row, for an activity that begins where another ends.
    table["at"][duty] += (1e-3 * table["who"] + 1e-7 * np.arange(len(table)))[duty]
    return day._replace(given=day.given._replace(timetable=table[np.argsort(table["at"], kind="stable")]))


def identical(one: Told, other: Told) -> bool:
    """Whether the facts agree in every row and field, bit for bit (nan where there is no time)."""
    return one.end == other.end and all(
        len(mine) == len(its)
        and all(np.array_equal(mine[name], its[name], mine[name].dtype.kind == "f") for name in mine.dtype.names)
        for mine, its in ((getattr(one, facts), getattr(other, facts)) for facts in FACTS)
    )


ORDER = {"left": ("caller", "attempt"), "was": ("agent", "start"), "queued": ("at", "queue")}


def largest_difference_s(one: Told, other: Told) -> float:
    """The largest difference of any time, in seconds, where the rows are the same; inf where they are not.

    Rows are put in order first: two things that happen at one instant may have been written in either order.
    """
    largest = 0.0
    for facts, keys in ORDER.items():
        mine, its = (in_order(getattr(told, facts), keys) for told in (one, other))
        if len(mine) != len(its):
            return float("inf")
        for name in mine.dtype.names:
            if mine[name].dtype.kind != "f":
                same = np.array_equal(mine[name], its[name])
            else:
                same = np.array_equal(np.isnan(mine[name]), np.isnan(its[name]))
                largest = max(largest, float(np.nanmax(np.abs(mine[name] - its[name]), initial=0.0)))
            if not same:
                return float("inf")
    return largest


def in_order(table: Rows, keys: tuple[str, ...]) -> Rows:
    """The rows by these fields, the last one first in weight."""
    order: Rows = table[np.lexsort([table[key] for key in keys])]
    return order
