"""Keyed draws: published vectors, uniformity, independence, and that nobody's draws depend on anybody else."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from sim import draws
from sim.draws import Domain, Purpose

N = 200_000


def callers(seed: int = 1, replication: int = 0, queue: str = "service", n: int = N) -> draws.Keys:
    parent = draws.key(seed, replication, Domain.CALLERS, queue, 0)
    return draws.split(parent, np.arange(n))


def test_stream_of_a_key_is_published_splitmix64() -> None:
    """Seed 1234567: the vectors of the reference C program (Vigna 2015), as used by Rust's rand_xoshiro."""
    seed = np.array([1234567], np.uint64)
    assert [int(draws.bits(seed, place)[0]) for place in range(1, 6)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


def test_uniform_is_the_middle_of_its_cell_and_never_0_or_1(monkeypatch: pytest.MonkeyPatch) -> None:
    words = np.array([0, 1 << 12, 2**63, 2**64 - 1], np.uint64)
    monkeypatch.setattr(draws, "mix64", lambda state: state.copy())
    got = draws.uniform(words - draws.GAMMA, 1)
    assert got.tolist() == [2.0**-53, 3 * 2.0**-53, 0.5 + 2.0**-53, 1 - 2.0**-53]


def test_name_hash_is_the_same_in_every_process() -> None:
    """Python's own hash() is salted per process; BLAKE2b is not."""
    assert draws.name_hash("service") == 0xE78044F1C5E1E813
    code = "from sim import draws; print(draws.name_hash('service'), draws.key(1, 0, 'a', -2)[0])"
    fresh = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert fresh.split() == [str(draws.name_hash("service")), str(draws.key(1, 0, "a", -2)[0])]


def test_key_depends_on_order_and_length_of_its_chain() -> None:
    chains: list[tuple[int | str, ...]] = [(1,), (1, 0), (0, 1), (1, 0, 0), (1, "a"), ("a", 1), (-1,), (2**64 - 2,)]
    assert len({int(draws.key(*chain)[0]) for chain in chains}) == len(chains)
    assert draws.key(-1) == draws.key(2**64 - 1)


@given(st.integers(0, 2**64 - 1), st.lists(st.integers(0, 2**62), min_size=2, max_size=50, unique=True))
def test_children_of_a_key_never_share_one(parent: int, children: list[int]) -> None:
    keys = draws.split(np.array([parent], np.uint64), np.array(children))
    assert len(set(keys.tolist())) == len(children)


def test_keys_of_a_million_callers_in_many_days_are_all_different() -> None:
    keys = [callers(replication=r, queue=q, n=100_000) for r in range(5) for q in ("sales", "service")]
    assert np.unique(np.concatenate(keys)).size == 1_000_000


@pytest.mark.parametrize("purpose", [Purpose.PATIENCE, Purpose.TALK, Purpose.EMPATHY_NEED, Purpose.GAP])
def test_uniform_over_callers(purpose: Purpose) -> None:
    """Chi-square over 1000 cells, n = 200,000, two-sided at the level of 4 standard errors (6.3e-5)."""
    counts = np.bincount((draws.uniform(callers(), purpose) * 1000).astype(int), minlength=1000)
    statistic = float(((counts - N / 1000) ** 2).sum() / (N / 1000))
    assert chi2.ppf(3.17e-5, 999) < statistic < chi2.isf(3.17e-5, 999)


def test_uniform_over_replications_of_one_caller() -> None:
    """The first caller of 20,000 replications: as uniform as the callers of one."""
    one = np.concatenate([draws.uniform(callers(replication=r, n=1), Purpose.TALK) for r in range(20_000)])
    counts = np.bincount((one * 100).astype(int), minlength=100)
    statistic = float(((counts - 200) ** 2).sum() / 200)
    assert chi2.ppf(3.17e-5, 99) < statistic < chi2.isf(3.17e-5, 99)


def test_bits_all_move() -> None:
    """Each of the 64 bits is set half of the time: n = 200,000, 4 standard errors = 0.0045."""
    words = draws.bits(callers(), Purpose.TALK)
    shares = [float(((words >> np.uint64(b)) & np.uint64(1)).mean()) for b in range(64)]
    assert max(abs(share - 0.5) for share in shares) < 4 * 0.5 / N**0.5


def test_no_correlation_between_purposes_callers_replications_queues_and_attempts() -> None:
    """Every pair of 12 series, n = 200,000: correlation (of ranks, so of copulas) within 4/sqrt(n) of 0."""
    talk = draws.uniform(callers(), Purpose.TALK)
    second = draws.split(callers(), np.array([2]))
    series = {
        "talk": talk,
        "next caller's talk": np.roll(talk, 1),
        "talk, extremes": np.abs(talk - 0.5),
        "patience": draws.uniform(callers(), Purpose.PATIENCE),
        "wrap": draws.uniform(callers(), Purpose.WRAP),
        "need": draws.uniform(callers(), Purpose.EMPATHY_NEED),
        "next replication": draws.uniform(callers(replication=1), Purpose.TALK),
        "next seed": draws.uniform(callers(seed=2), Purpose.TALK),
        "other queue": draws.uniform(callers(queue="sales"), Purpose.TALK),
        "second attempt": draws.uniform(second, Purpose.TALK),
        "second attempt's patience": draws.uniform(second, Purpose.PATIENCE),
        "key as number": callers().astype(float),
    }
    for (a, x), (b, y) in combinations(series.items(), 2):
        assert abs(np.corrcoef(x, y)[0, 1]) < 4 / N**0.5, (a, b)


def test_pairs_of_purposes_fill_the_square() -> None:
    """Independence beyond correlation: chi-square over 32 x 32 cells of (talk, patience), n = 200,000."""
    cell = (draws.uniform(callers(), Purpose.TALK) * 32).astype(int) * 32
    cell += (draws.uniform(callers(), Purpose.PATIENCE) * 32).astype(int)
    counts = np.bincount(cell, minlength=1024)
    statistic = float(((counts - N / 1024) ** 2).sum() / (N / 1024))
    assert chi2.ppf(3.17e-5, 1023) < statistic < chi2.isf(3.17e-5, 1023)


def test_a_draw_does_not_depend_on_who_else_asks_or_when() -> None:
    everybody = draws.uniform(callers(), Purpose.TALK)
    parent = draws.key(1, 0, Domain.CALLERS, "service", 0)
    backwards = draws.uniform(draws.split(parent, np.arange(N)[::-1]), Purpose.TALK)[::-1]
    alone = draws.uniform(draws.split(parent, np.array([4711])), Purpose.TALK)
    assert (everybody == backwards).all()
    assert everybody[4711] == alone[0]


def test_numbers_of_domains_and_purposes_are_for_good() -> None:
    """Renumbering would silently change every answer: a golden list."""
    assert {d.name: d.value for d in Domain} == {
        "ARRIVALS": 1, "DAY": 2, "SLOT": 3, "CALLERS": 4, "AGENTS": 5, "ROSTER": 6, "STRATA": 7,
    }  # fmt: skip
    assert {p.name: p.value for p in Purpose} == {
        "PATIENCE": 1, "BALK": 2, "TALK": 3, "HOLD": 4, "WRAP": 5, "COME_BACK": 6, "DELAY": 7,
        "DELAY_AFTER_BLOCK": 8, "ROUTE": 9, "SOLVE": 10, "MOOD": 11, "REPLIES": 12, "CUT": 13, "ONWARD": 14,
        "REPEATS_AFTER": 15, "ONWARD_TALK": 16, "ONWARD_HOLD": 17, "ONWARD_WRAP": 18, "ONWARD_PATIENCE": 19,
        "EMPATHY_NEED": 20, "SPEED_NEED": 21, "COMPLEXITY": 22,
        "EMPATHY_TRAIT": 40, "SPEED_TRAIT": 41, "KNOWLEDGE": 42, "PATIENCE_TRAIT": 43, "PERSISTENCE": 44,
        "PASSION": 45, "GAMES": 46, "ABSENT": 60, "PLANNED_START": 61, "SPELLS": 62,
        "SPELL_START": 63, "SPELL_LENGTH": 64, "GAP": 80, "DAY_FACTOR": 81, "SLOT_FACTOR": 82,
        "ROUNDING": 83, "PLACE": 84, "STRATUM": 85,
    }  # fmt: skip
