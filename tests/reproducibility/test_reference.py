"""A stored digest of two days: figures do not change unseen, under either clock, nor on another kind of machine."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.record import Facts
from sim.run import Engine
from tests.reproducibility import reference

ROOT = Path(__file__).parent.parent.parent
TOLD = "the figures of {} have changed. If they are meant to: {}"


@pytest.fixture(scope="module")
def here() -> str:
    return reference.arithmetic()


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
@pytest.mark.parametrize("scenario", reference.SCENARIOS)
def test_a_reference_day_is_what_it_was(scenario: str, engine: Engine, here: str) -> None:
    stored = reference.stored()
    now = {"arithmetic": here, "days": {scenario: reference.digests(reference.day(scenario, engine))}}
    was = {"arithmetic": stored["arithmetic"], "days": {scenario: stored["days"][scenario]}}
    assert reference.changes(was, now) == [], TOLD.format(scenario, stored["renew"])


def moved(facts: Facts, table: str, column: str, by: float) -> Facts:
    rows = getattr(facts, table).copy()
    rows[column][len(rows) // 2] += by
    return facts._replace(**{table: rows})


@pytest.mark.parametrize(
    ("table", "column", "by", "seen_everywhere"),
    [("contacts", "talk", 0.01, True), ("contacts", "talk", 1e-9, False), ("states", "agent", 1, True),
     ("queues", "length", 1, True), ("met", "csat", 1, True), ("agents", "handle_factor", 0.01, True)],
)  # fmt: skip
def test_a_single_value_that_changes_is_seen(table: str, column: str, by: float, seen_everywhere: bool) -> None:
    facts = reference.day("peak", "compiled")
    before, after = reference.digests(facts), reference.digests(moved(facts, table, column, by))
    assert after[table]["exact"] != before[table]["exact"]
    assert (after[table]["rounded"] != before[table]["rounded"]) == seen_everywhere
    assert {name for name in before if before[name] != after[name]} == {table}


def test_nan_and_zero_have_one_form() -> None:
    odd = np.array([np.nan, -np.nan, 0.0, -0.0])
    assert reference.canonical(odd[:1]) == reference.canonical(odd[1:2])
    assert reference.canonical(odd[2:3]) == reference.canonical(odd[3:])


def older() -> dict[str, str]:
    """Settings that make this processor's NumPy and C library compute as they do on one without AVX and FMA."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__  # type: ignore[import-not-found]

    own = [feature for feature in __cpu_dispatch__ if __cpu_features__[feature]]
    tunables = "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F"
    return {"NPY_DISABLE_CPU_FEATURES": " ".join(own), "GLIBC_TUNABLES": tunables} if own else {}


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="knows how to disguise x86 processors only")
def test_an_older_processor_gives_the_same_to_the_thousandth(here: str) -> None:
    disguise = older()
    if not disguise:
        pytest.skip("NumPy uses no vector instructions here that could be switched off")
    program = "import json; from tests.reproducibility.reference import found; print(json.dumps(found()))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ | disguise | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    there = json.loads(done.stdout)
    assert there["arithmetic"] != here, "the disguise does nothing, so that nothing was compared"
    assert reference.changes(reference.stored(), there) == []
