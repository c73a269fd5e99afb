"""Callers: figures as sums by caller, for whoever asks how different one caller is from the next.

The sums of a figure over all callers are those that the center has of it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.measure.bins import Floats, Ints
from sim.measure.contacts import Contacts
from sim.measure.layout import Layout
from sim.measure.people import WEIGHED, beyond_a_week, chained, encounter_columns
from sim.record import ComesBack, Facts, raw

OF_CALLERS = ("csat_surveyed", "fcr_measured", "repeat_rate", "aht_s", "csat_said")
"""KPIs that are known by caller; without behavior only `aht_s`."""


class ByCaller(NamedTuple):
    """The callers of a replication and what each adds to a figure."""

    caller: Ints
    """their numbers, shape (callers,), ascending"""
    contacts: int
    """offered, of all of them"""
    figures: dict[str, tuple[Floats, Floats]]
    """KPI -> top and bottom, each of shape (callers,): the figure is the ratio of their sums"""


def by_caller(facts: Facts, layout: Layout) -> ByCaller:
    """The figures `OF_CALLERS` of one replication by caller, with all attempts and legs of each."""
    contacts = Contacts(facts.contacts, layout)
    callers, place = np.unique(contacts.field("caller"), return_inverse=True)
    size = len(callers)

    def added(which: Ints | slice, weight: Floats | None = None) -> Floats:
        return np.bincount(place[which], weight, size).astype(np.float64)

    handled = contacts.handled
    work = sum((contacts.rows[name][handled] for name in ("talk", "hold", "wrap")), np.zeros(len(handled)))
    figures = {"aht_s": (added(handled, work), added(handled))}
    if layout.people:
        now = raw(facts.contacts)[handled].view(facts.contacts.dtype)
        columns = dict(zip(WEIGHED, encounter_columns(now, facts.met).T, strict=True))
        over = np.where(columns["passed_on"] > 0.0, 0.0, 1.0)
        for key, top, bottom in (
            ("csat_surveyed", columns["content_surveyed"], columns["surveyed"]),
            ("csat_said", columns["content"], over),
        ):
            figures[key] = (added(handled, top), added(handled, bottom))
        offered = added(slice(None))
        repeats, fresh, kept = _chains(facts, contacts, callers)
        figures |= {"fcr_measured": (kept, fresh), "repeat_rate": (repeats, offered)}
    return ByCaller(callers, len(contacts.rows), figures)


def _chains(facts: Facts, contacts: Contacts, callers: Ints) -> list[Floats]:
    """Repeats, fresh and kept contacts by caller; whoever calls again after more than a week does not count as such."""
    rows = facts.contacts.copy()
    rows["comes_back"][beyond_a_week(contacts, facts.met)] = ComesBack.NO
    linked, found = chained(rows, contacts.layout)
    place = np.searchsorted(callers, linked.field("caller"))
    return [np.bincount(place[which], minlength=len(callers)).astype(np.float64) for which in found.values()]
