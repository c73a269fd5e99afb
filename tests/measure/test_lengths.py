"""Queue lengths: averages over time and longest, by interval."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.measure.lengths import Lengths
from sim.record import Outcome, QueueIs, rows
from tests.measure.days import call, day, layout, means, results

LOST = Outcome.ABANDONED
TWO = layout("service", "sales")


def test_a_queue_over_two_intervals() -> None:
    calls = [call(0, 1700, wait=200, outcome=LOST), call(1, 1750, wait=100, outcome=LOST)]
    lengths = [(1700, 0, 1), (1750, 0, 2), (1850, 0, 1), (1900, 0, 0)]
    made = results(TWO, day(calls, lengths=lengths))
    service = made.intervals.filter((made.intervals["name"] == "service") & (made.intervals["queue_length"] > 0))
    assert service["queue_length"].to_list() == [(100 + 50) / 1800, (100 + 50) / 1800]
    assert service["queue_length_max"].to_list() == [2.0, 2.0]
    assert means(made, "queue", "service")["queue_length_mean"] == 300 / (8 * 3600)
    assert means(made, "queue", "service")["queue_length_max"] == 2.0


def test_the_longest_length_of_the_center_is_of_all_queues_together() -> None:
    calls = [
        call(0, 0, wait=30, outcome=LOST),
        call(1, 10, queue=1, wait=10, outcome=LOST),
        call(2, 25, queue=1, wait=10, outcome=LOST),
    ]
    lengths = [(0, 0, 1), (10, 1, 1), (20, 1, 0), (25, 1, 1), (30, 0, 0), (35, 1, 0)]
    made = results(TWO, day(calls, lengths=lengths))
    assert means(made)["queue_length_max"] == 2.0
    assert means(made, "queue", "sales")["queue_length_max"] == 1.0
    assert means(made)["queue_length_mean"] == 50 / (8 * 3600)


def test_a_length_that_lasted_no_time_is_not_the_longest() -> None:
    calls = [call(0, 0, wait=10, outcome=LOST), call(1, 5, wait=0, outcome=LOST)]
    lengths = [(0, 0, 1), (5, 0, 2), (5, 0, 1), (10, 0, 0)]
    assert means(results(layout(), day(calls, lengths=lengths)))["queue_length_max"] == 1.0


def test_who_waits_over_many_intervals_counts_in_each() -> None:
    made = results(layout(), day([call(0, 900, wait=3 * 1800, outcome=LOST)], lengths=[(900, 0, 1), (6300, 0, 0)]))
    center = made.intervals.filter((made.intervals["scope"] == "center") & (made.intervals["queue_length"] > 0))
    assert center["clock"].to_list() == ["09:00", "09:30", "10:00", "10:30"]
    assert center["queue_length"].to_list() == [0.5, 1.0, 1.0, 0.5]
    assert center["queue_length_max"].to_list() == [1.0, 1.0, 1.0, 1.0]
    assert center["offered"].to_list() == [1.0, 0.0, 0.0, 0.0]


@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 7200)), max_size=40),
    st.lists(st.integers(0, 40), max_size=3),
)
def test_portions_add_up_to_the_whole(joins: list[tuple[int, int]], cuts: list[int]) -> None:
    """Contacts who join and never leave, in whole seconds so that many fall together and on the edges of intervals."""
    changes = rows(QueueIs, len(joins))
    waiting = [0, 0]
    for row, (queue, at) in zip(changes, sorted(joins, key=lambda join: join[1]), strict=True):
        waiting[queue] += 1
        row["queue"], row["at"], row["length"] = queue, at, waiting[queue]
    center = layout("service", "sales")
    whole, parts = Lengths(center), Lengths(center)
    whole.add(changes)
    edges = sorted({0, len(joins), *(min(cut, len(joins)) for cut in cuts)})
    for start, stop in itertools.pairwise(edges):
        parts.add(changes[start:stop])
    for lengths in (whole, parts):
        lengths.finish(9000.0)
    np.testing.assert_allclose(parts.seconds, whole.seconds, rtol=0, atol=1e-6)
    assert parts.longest.tolist() == whole.longest.tolist()
    assert whole.seconds[0].sum() == pytest.approx(sum(9000.0 - at for _, at in joins))
