"""Digests of what two shipped scenarios write down on their first day, so that no change of a figure goes unseen.

    python -m tests.reproducibility.reference             are they still the same?
    python -m tests.reproducibility.reference --renew     they are meant to be others: write reference.json anew

Numbers are put into one canonical form (columns by name, integers of 64 bits, floats of 64 bits, little end first, one
nan, no minus zero). `exact` is a digest of all bits. `rounded` is one of values to the nearest thousandth, which other
machines give as well: exp and log of other processors differ in the last bit (docs/reproducibility.md has figures).
Whether a machine's do is what `arithmetic` says: where it is as stored, `exact` must be so, too.
"""

from __future__ import annotations

import hashlib
import json
import math
import platform
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtr, ndtri

from sim.cli.job import versions
from sim.loading import load
from sim.record import Facts, Rows
from sim.run import Engine, Model

FILE = Path(__file__).with_name("reference.json")
SCENARIOS = ("reference_day", "peak")
TABLES = ("contacts", "states", "queues", "met", "agents")
DECIMALS = 3

Digest = dict[str, Any]
"""rows, exact, rounded"""


def digests(facts: Facts) -> dict[str, Digest]:
    """Table -> its digests."""
    return {name: digest(getattr(facts, name)) for name in TABLES}


def digest(rows: Rows) -> Digest:
    """The digests of one table."""
    exact, rounded = hashlib.sha256(), hashlib.sha256()
    for name in rows.dtype.names or ():
        values = np.ascontiguousarray(rows[name])
        for told in (exact, rounded):
            told.update(name.encode() + b"\0")
        if values.dtype.kind != "f":
            whole = values.astype("<i8").tobytes()
            exact.update(whole)
            rounded.update(whole)
        else:
            exact.update(canonical(values))
            rounded.update(canonical(np.round(values, DECIMALS)))
    return {"rows": len(rows), "exact": exact.hexdigest(), "rounded": rounded.hexdigest()}


def canonical(values: NDArray[Any]) -> bytes:
    """Floats as bytes, with one nan and one zero."""
    floats = values.astype("<f8") + 0.0
    floats[np.isnan(floats)] = np.nan
    return floats.tobytes()


def arithmetic() -> str:
    """A digest of the functions whose last bit depends on the machine, over 100,000 arguments each.

    NumPy takes its exp and log by the vector instructions that a processor has, Python and the compiled clock those of
    the C library, which chooses by processor, too.
    """
    told = hashlib.sha256()
    u = (np.arange(100_000) + 0.5) / 100_000
    for values in (np.exp(20 * u - 15), np.log(u), np.expm1(u - 0.5), np.log1p(-u), np.power(u, 0.3), np.sqrt(u)):
        told.update(canonical(values))
    for values in (ndtri(u), ndtr(8 * u - 4), gammaincinv(30.0, u[::10])):
        told.update(canonical(values))
    for function in (math.exp, math.log, math.expm1, math.log1p):
        told.update(canonical(np.array([function(x) for x in u.tolist()[:-1]])))
    return told.hexdigest()[:16]


def day(scenario: str, engine: Engine) -> Facts:
    """The first day of a shipped scenario."""
    return Model.of(load([scenario]).scenario).simulate(0, engine)


def found(engine: Engine = "compiled") -> dict[str, Any]:
    """All that reference.json says, as it is here and now."""
    return {
        "renew": "python -m tests.reproducibility.reference --renew",
        "arithmetic": arithmetic(),
        "made_with": {"machine": platform.machine(), **versions()},
        "days": {name: digests(day(name, engine)) for name in SCENARIOS},
    }


def stored() -> dict[str, Any]:
    """What reference.json says."""
    told: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return told


def changes(was: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """A line for each table that is not what it was, as far as the two machines can be compared."""
    kinds = ("rows", "rounded", "exact") if was["arithmetic"] == now["arithmetic"] else ("rows", "rounded")
    lines = []
    for scenario, tables in was["days"].items():
        for table, told in tables.items():
            other = now["days"][scenario][table]
            differing = [kind for kind in kinds if told[kind] != other[kind]]
            if differing:
                rows = f"{told['rows']:,} rows, now {other['rows']:,}" if "rows" in differing else "as many rows"
                lines.append(f"{scenario}: {table}: {rows}: other values ({', '.join(differing)})")
    return lines


def main(words: list[str]) -> int:
    """Compare with what is stored, or store."""
    now = found()
    if words == ["--renew"]:
        for line in changes(stored(), now) if FILE.exists() else ():
            print(line)
        FILE.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
        print(f"written: {FILE.name}; say in the commit why the figures are meant to be others")
        return 0
    was = stored()
    lines = changes(was, now)
    same = was["arithmetic"] == now["arithmetic"]
    how = "bit for bit" if same else "to the thousandth (exp and log of this machine are not those it was stored with)"
    print("\n".join(lines) or f"the same as stored, {how}")
    return 1 if lines else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
