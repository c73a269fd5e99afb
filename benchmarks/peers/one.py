"""One peer in a process of its own: so many seconds of days, timed, with what was counted, as JSON on stdout.

    python benchmarks/peers/one.py PEER CENTER SECONDS SEED
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import numpy as np
from calls import batches, measures
from models import CENTERS
from peers import PEERS


def measured(name: str, center_name: str, seconds: float, seed: int) -> dict[str, Any]:
    """Days of one peer until that much processor time is used; the first day apart where it compiles."""
    peer, center = next(p for p in PEERS if p.name == name), CENTERS[center_name]
    wanted, started = measures(center), time.perf_counter()
    days = peer.days(center, seed)
    if peer.compiles:
        next(days)
    first_s = time.perf_counter() - started
    calls, used, parts = 0, 0.0, []
    while used < seconds:
        begin = time.process_time()
        day = next(days)
        used += time.process_time() - begin
        calls += len(day.arrived)
        parts.append(batches(day, wanted))
    return {
        "calls": calls,
        "seconds": used,
        "first_s": first_s,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "parts": np.concatenate(parts, axis=1).tolist(),
    }


if __name__ == "__main__":
    peer_name, center_name, seconds, seed = sys.argv[1:]
    print(json.dumps(measured(peer_name, center_name, float(seconds), int(seed))))
