"""The same two centers in Tightrope and its peers: right, how fast, in how much memory, in how many lines.

    python benchmarks/peers [--quick] [--rounds 5] [--seconds 2] [--only PEER ...] [--centers CENTER ...] [--write]

What is timed is a day of calls from random numbers to one record of every call (arrived, waited, abandoned, class) in
memory: processor time of one thread, without imports and compiling. Each measurement is a process of its own, and the
peers take turns in every round, so that a busy machine is busy for all. `--write` puts the table into
docs/performance.md and the picture into docs/pictures/peers.png. Peers that are not installed are named and left out:
`pip install -c constraints.txt -e .[peers]`. Ends with status 1 if any peer's figures are off the exact ones by more
than chance.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from measure import Run, installed, run
from models import CENTERS, exact
from peers import PEERS
from picture import draw
from table import figures, markdown, put

from sim.report.save import png

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE, PICTURE = ROOT / "docs" / "performance.md", ROOT / "docs" / "pictures" / "peers.png"


def main() -> int:
    """Measure and print; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="times that each is measured (default 5)")
    parser.add_argument("--seconds", type=float, default=2.0, help="processor time of each measurement (default 2)")
    parser.add_argument("--quick", action="store_true", help="one round of 0.3 seconds: a look, no figures to quote")
    parser.add_argument("--only", nargs="+", default=[], help="words of the names of those that are to take part")
    parser.add_argument("--centers", nargs="+", choices=CENTERS, default=list(CENTERS), help="default: both")
    parser.add_argument("--write", action="store_true", help="write the table and the picture into docs/")
    words = parser.parse_args()
    if words.quick:
        words.rounds, words.seconds = 1, 0.3
    load = os.getloadavg()[0]
    taking_part = [p for p in PEERS if not words.only or any(word in p.name for word in words.only)]
    for peer in taking_part:
        if not installed(peer):
            print(f"{peer.name}: left out, not installed (pip install {peer.package or 'gcc'})")
    taking_part = [peer for peer in taking_part if installed(peer)]
    good, runs = True, list[Run]()
    for center in (CENTERS[name] for name in words.centers):
        own = run([peer for peer in taking_part if center.name in peer.centers], center, words.rounds, words.seconds)
        lines, right = figures(own, center, exact(center.name))
        print(f"\n{center.what}\n{lines}")
        good, runs = good and right, [*runs, *own]
    print(f"\n{markdown(runs)}")
    if words.write:
        beside = f"\n\nWhile other programs used the machine (load {load:.0f} before the start)." if load >= 0.5 else ""
        put(PAGE, "peers", markdown(runs) + beside)
        png(draw(runs), PICTURE)
    print("all within chance of the exact answer" if good else "NOT all within chance of the exact answer")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
