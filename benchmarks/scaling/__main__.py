"""How time and memory grow: with agents, contacts, replications and points of a sweep; and what other workers cost.

    python benchmarks/scaling [--quick | --short] [--only AXIS ...] [--write]

Every size is a process of its own; memory is that of all processes that it starts. The whole takes some ten minutes
with nothing else to do, `--quick` one. `--write` puts the tables into docs/scale.md and the picture into
docs/pictures/scaling.png.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import get_args

from axes import axes
from clusters import cost, sizes
from picture import draw
from table import Measured, busy, cluster_table, put, table
from watch import took

from sim.report.save import png
from sim.study.execution import Kind

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE, PICTURE = ROOT / "docs" / "scale.md", ROOT / "docs" / "pictures" / "scaling.png"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes only: a look, no figures to quote")
    parser.add_argument("--short", action="store_true", help="without the largest size of each")
    parser.add_argument("--only", nargs="+", default=[], help="words of the names of those that are to be measured")
    parser.add_argument("--write", action="store_true", help="write the tables and the picture into docs/")
    words = parser.parse_args()

    def wanted(name: str) -> bool:
        return not words.only or any(word in name for word in words.only)

    beside, found = busy(os.getloadavg()[0]), list[Measured]()
    for axis in axes(words.quick):
        for size in axis.sizes[: len(axis.sizes) - words.short] if wanted(axis.name) else ():
            with tempfile.TemporaryDirectory() as folder:
                found.append(Measured(axis, size, took(axis.command(size, folder))))
            print(f"{axis.name}, {size:,}: {found[-1].took.seconds:.1f} s", file=sys.stderr, flush=True)
    print(table(found))
    if wanted("clusters"):
        costs = [cost(kind, 50 if words.quick else 500) for kind in get_args(Kind) if kind != "serial"]
        text = cluster_table([each for each in costs if each is not None], *sizes())
        print(f"\n{text}")
        if words.write:
            put(PAGE, "clusters", text + beside)
    if words.write and found:
        put(PAGE, "scaling", table(found) + beside)
        png(draw(found), PICTURE)


if __name__ == "__main__":
    main()
