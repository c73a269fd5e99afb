"""Queues with agents of their own before one set of lines."""

from __future__ import annotations

from itertools import product

import pytest

from sim.theory.chain import long_run
from sim.theory.finite_room import finite_room
from sim.theory.shared_lines import shared_lines


def test_one_queue_is_a_room_of_its_own() -> None:
    found, known = shared_lines([90], [0.14], 600.0, 120), finite_room(90, 120, 0.14, 600.0)
    for name in ("p_block", "p_wait", "mean_wait", "mean_queue", "occupancy"):
        assert getattr(found, name) == pytest.approx(getattr(known, name), rel=1e-11), name


def test_two_unlike_queues_against_their_chain() -> None:
    agents, rates, mean, lines = (2, 3), (0.5, 1.1), 2.0, 7

    def moves(state: tuple[int, ...]) -> list[tuple[tuple[int, ...], float]]:
        found = []
        for q in (0, 1):
            step = (1 - q, q)
            if sum(state) < lines:
                found.append(((state[0] + step[0], state[1] + step[1]), rates[q]))
            if state[q]:
                found.append(((state[0] - step[0], state[1] - step[1]), min(state[q], agents[q]) / mean))
        return found

    law = long_run((0, 0), moves)
    share = dict(zip(law.states, law.share.tolist(), strict=True))
    assert len(share) == sum(a + b <= lines for a, b in product(range(lines + 1), repeat=2))
    full = sum(p for state, p in share.items() if sum(state) == lines)
    waiting = sum(p * sum(max(0, n - s) for n, s in zip(state, agents, strict=True)) for state, p in share.items())
    busy = sum(p * sum(min(n, s) for n, s in zip(state, agents, strict=True)) for state, p in share.items())
    waits = sum(
        p * sum(rate for n, s, rate in zip(state, agents, rates, strict=True) if n >= s)
        for state, p in share.items()
        if sum(state) < lines
    )
    found = shared_lines(agents, rates, mean, lines)
    assert found.p_block == pytest.approx(full, rel=1e-9)
    assert found.mean_queue == pytest.approx(waiting, rel=1e-9)
    assert found.occupancy == pytest.approx(busy / 5, rel=1e-9)
    assert found.p_wait == pytest.approx(waits / sum(rates), rel=1e-9)
    assert found.mean_wait == pytest.approx(waiting / (sum(rates) * (1.0 - full)), rel=1e-9)  # Little


@pytest.mark.parametrize(
    ("agents", "rates", "mean", "lines", "told"),
    [
        ([], [], 1.0, 3, "at least one"),
        ([1, 2], [1.0], 1.0, 3, "one entry for each queue"),
        ([1, 0], [1.0, 1.0], 1.0, 3, "agents"),
        ([1, 2], [1.0, 0.0], 1.0, 3, "rate"),
        ([1, 2], [1.0, 1.0], 0.0, 3, "mean_service"),
        ([1, 2], [1.0, 1.0], 1.0, 2, "lines"),
    ],
)
def test_bad_numbers_are_refused(agents: list[int], rates: list[float], mean: float, lines: int, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        shared_lines(agents, rates, mean, lines)
