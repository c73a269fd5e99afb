"""Stretches of time shared out among intervals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.measure.bins import add_rows, add_up, bin_of, spread

WIDTH, BINS, CELLS = 900, 7, 3
TIMES = st.floats(0, 8000, allow_nan=False)
STRETCHES = st.lists(st.tuples(st.integers(0, CELLS - 1), TIMES, TIMES, st.integers(0, 5)), max_size=40)


def test_an_edge_belongs_to_the_bin_it_opens() -> None:
    times = np.array([0.0, 899.9999999999999, 900.0, np.nextafter(1800.0, 0.0), 1800.0, 1e9])
    assert bin_of(times, WIDTH, BINS).tolist() == [0, 0, 1, 1, 2, 6]


def test_a_stretch_over_four_bins() -> None:
    one = spread(np.array([0]), np.array([800.0]), np.array([2800.0]), WIDTH, 1, BINS)
    assert one.tolist() == [[100.0, 900.0, 900.0, 100.0, 0.0, 0.0, 0.0]]
    weighted = spread(np.array([0]), np.array([800.0]), np.array([2800.0]), WIDTH, 1, BINS, np.array([3]))
    assert weighted.tolist() == [[300.0, 2700.0, 2700.0, 300.0, 0.0, 0.0, 0.0]]


@given(STRETCHES)
def test_every_second_lands_in_its_bin(stretches: list[tuple[int, float, float, int]]) -> None:
    cell = np.array([cell for cell, *_ in stretches], np.int64)
    start = np.array([min(a, b) for _, a, b, _ in stretches], float)
    end = np.array([max(a, b) for _, a, b, _ in stretches], float)
    weight = np.array([w for *_, w in stretches], np.int64)
    expected = np.zeros((CELLS, BINS))
    for c, a, b, w in zip(cell, start, end, weight, strict=True):
        for i in range(BINS):
            top = np.inf if i == BINS - 1 else (i + 1) * WIDTH
            expected[c, i] += w * max(0.0, min(b, top) - max(a, i * WIDTH))
    # sums of at most 40 stretches of at most 8,000 s, five deep: rounding stays below 40 * 40,000 * 2^-52
    np.testing.assert_allclose(spread(cell, start, end, WIDTH, CELLS, BINS, weight), expected, rtol=0, atol=4e-10)


def test_rows_add_up_to_the_last_bit_as_their_columns_do() -> None:
    rng = np.random.default_rng(7)
    columns, cell = rng.lognormal(0.0, 5.0, (4000, 3)), np.sort(rng.integers(0, CELLS, 4000))
    several = np.stack([cell, CELLS + rng.integers(0, BINS, 4000)], axis=1)
    alone = np.stack([add_up(cell, CELLS, column) for column in columns.T], axis=1)
    other = np.stack([add_up(several[:, 1], CELLS + BINS, column) for column in columns.T], axis=1)
    assert np.array_equal(add_rows(cell, columns, CELLS), alone)
    assert np.array_equal(add_rows(several, columns, CELLS + BINS), np.concatenate([alone, other[CELLS:]]))
    assert add_rows(cell[:0], columns[:0], CELLS).tolist() == [[0.0] * 3] * CELLS


def test_a_cell_that_there_is_not_is_refused() -> None:
    for cell in (np.array([0, CELLS]), np.array([-1, 0])):
        with pytest.raises(IndexError):
            add_rows(cell, np.ones((2, 1)), CELLS)
