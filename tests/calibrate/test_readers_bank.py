"""The Anonymous Bank's own logs, which are not in this repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sim.calibrate.log import ContactLog
from sim.calibrate.readers import read_log
from tests.test_bank_figures import LOGS

FOLDER = os.environ.get(LOGS)


@pytest.mark.skipif(not FOLDER, reason=f"{LOGS} names no folder with the bank's logs")
def test_five_months() -> None:
    """Counts as benchmarks/anonymous_bank finds them with code of its own."""
    log = read_log(sorted(Path(str(FOLDER)).glob("[0-9][0-9]_*.txt")))
    assert isinstance(log, ContactLog)
    assert (log.notes.rows_read, log.notes.rows_used) == (175_333, 164_081)
    assert log.notes.rows_read == log.notes.rows_used + log.notes.rows_left_out
    outcomes = dict(log.contacts["outcome"].value_counts().iter_rows())
    assert outcomes == {"handled": 135_575, "abandoned": 28_506}
    assert (log.contacts["wait_s"].sum(), log.contacts["talk_s"].sum()) == (10_631_661, 25_842_265)
    assert {odd.reason for odd in log.notes.left_out} == {
        "outcome PHANTOM", "hung up inside the voice response unit"
    }
