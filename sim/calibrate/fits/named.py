"""Named: whether handled contacts say who took them, in all and day by day."""

from __future__ import annotations

import datetime as dt

import polars as pl

MOSTLY = 0.5
"""share of handled contacts that must say who took them, or their agents' calls do not show who was there"""


def named_share(contacts: pl.DataFrame) -> float:
    """Share of the handled contacts with wait and handle time that have an agent; 0 where there are none."""
    known = _known(contacts)
    return 1.0 - known["agent"].null_count() / known.height if known.height else 0.0


def nameless_days(contacts: pl.DataFrame) -> set[dt.date]:
    """Days on which under half of the handled contacts have an agent: who was there on them is not known."""
    days = _known(contacts).group_by(pl.col("arrived").dt.date()).agg(named=pl.col("agent").is_not_null().mean())
    return set(days.filter(pl.col("named") < MOSTLY)["arrived"].to_list())


def _known(contacts: pl.DataFrame) -> pl.DataFrame:
    return contacts.filter(pl.col("outcome") == "handled").drop_nulls(["wait_s", "talk_s"])
