"""How long a million calls take to calibrate, and how much memory: wall clock, processor time and the peak.

    python benchmarks/calibrate/million.py         # the verb in processes of its own, without the trust report
                                                   # and as it is (pictures, week, trust); reading and fitting in this
    python benchmarks/calibrate/million.py read    # only reading and fitting
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import polars as pl

from sim.calibrate.fits.everything import fit_contacts
from sim.calibrate.log import ContactLog
from sim.calibrate.readers import read_log

T = TypeVar("T")

CALLS = 1_000_000
DAYS = 180
HERE = Path(__file__).resolve().parent.parent.parent
START = np.datetime64("2025-09-01", "us")
FORM = "%d/%m/%Y %I:%M:%S %p"


def write(path: Path) -> None:
    """A log of CALLS calls, eight in a hundred of them abandoned."""
    rng = np.random.default_rng(1)
    arrived = np.sort(rng.uniform(0, DAYS * 86_400, CALLS))
    wait, talk = rng.exponential(40, CALLS), 30 + rng.lognormal(5.2, 0.7, CALLS)
    lost = pl.Series(rng.random(CALLS) < 0.08)
    answered = arrived + wait
    ended = answered + np.where(lost.to_numpy(), 0, talk)

    def text(seconds: np.ndarray) -> pl.Series:
        return pl.Series(START + (seconds * 1e6).astype("timedelta64[us]")).dt.strftime(FORM)

    def unless_lost(name: str) -> pl.Expr:
        return pl.when(~lost).then(pl.col(name)).alias(name)

    pl.DataFrame({
        "Call ID": np.arange(CALLS), "Caller": rng.integers(10**6, 4 * 10**6, CALLS),
        "Queue": rng.choice(["sales", "service, gold", "tech"], CALLS), "Arrival Time": text(arrived),
        "Answered": text(answered), "End Time": text(ended), "Agent": rng.integers(100, 300, CALLS),
        "Hold Time": rng.integers(0, 30, CALLS), "ACW (sec)": rng.integers(5, 90, CALLS),
    }).with_columns(unless_lost("Answered"), unless_lost("Agent")).write_csv(path)


def main(whole: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "calls.csv"
        write(path)
        before = peak()
        if whole:  # before this process grows: a child counts what its parent held when it began
            verb(path, "without the trust report", "trust=false")
            verb(path, "as it is")
        log = timed("read", lambda: read_log([path]))
        print(*log.notes.lines(), sep="\n")
        assert isinstance(log, ContactLog)
        fitted = timed("fitted", lambda: fit_contacts(log.contacts))
        print(f"{path.stat().st_size / 1e6:.0f} MB, {log.notes.rows_used:,} calls of {len(fitted.queues)} queues; "
              f"{before:.2f} GB after writing them", flush=True)  # fmt: skip


def verb(path: Path, what: str, *words: str) -> None:
    """The command on the log, in a process and a folder of its own; its last line, time and peak."""
    with tempfile.TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall = time.perf_counter()
        command = [sys.executable, "-m", "sim", "calibrate", str(path), "name=million", "output=out", *words]
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, "PYTHONPATH": str(HERE)}, capture_output=True, text=True, check=True
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(f"python -m sim calibrate, {what}: {time.perf_counter() - wall:.1f} s, {used:.1f} s of processor time, "
              f"peak {after.ru_maxrss / 1e6:.2f} GB (largest of the commands so far)")  # fmt: skip
        print("  " + done.stdout.strip().splitlines()[-1], flush=True)


def timed(what: str, work: Callable[[], T]) -> T:
    """What the work gives; prints how long it took, and the peak by then."""
    wall, used = time.perf_counter(), time.process_time()
    done = work()
    print(f"{what}: {time.perf_counter() - wall:.1f} s, {time.process_time() - used:.1f} s of processor time, "
          f"peak {peak():.2f} GB")  # fmt: skip
    return done


def peak() -> float:
    """GB that this process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


if __name__ == "__main__":
    main("read" not in sys.argv[1:])
