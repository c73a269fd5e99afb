"""The reference day in four programs: a process-per-caller SimPy model, the two clocks, and C.

    python benchmarks/reference_day/compare.py [--days 5] [--rounds 5] [--phases]

All run the same moves on the same marks, drawn beforehand, and write the same three tables. Measured
is processor time (one thread, nothing waits) from the marks in memory to the tables in memory; each
figure is the median over the rounds, summed over the days. Ends with status 1 if facts differ.

`--people`: the two clocks alone, with everything that people do (behavior=evidence).
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import c_program
import process_style
from day import Day, draw, identical, largest_difference_s, untied
from phases import phases

from sim.clocks.compiled_clock import CompiledClock
from sim.clocks.script import Given, Told
from sim.clocks.simpy_clock import SimpyClock

PROCESS, SIMPY, COMPILED, C = "process-per-caller SimPy", "SimPy clock", "compiled clock", "C (gcc -O3)"
CLOCKS: dict[str, Callable[[Given], Told]] = {
    PROCESS: lambda given: process_style.Day(given).run(),
    SIMPY: lambda given: SimpyClock(given).run(),
    COMPILED: lambda given: CompiledClock(given).run(),
}
FAST = 10
"""times that a day is run in each round by the fast programs, and once by the slow ones"""


class Wanted(NamedTuple):
    """A ratio that is asked for: how many times faster (or, below 1, slower at most) than which other."""

    program: str
    than: str
    times: float


WANTED = (Wanted(SIMPY, PROCESS, 2.0), Wanted(COMPILED, SIMPY, 20.0), Wanted(COMPILED, C, 1 / 1.5))
WANTED_WITH_PEOPLE = (Wanted(COMPILED, SIMPY, 15.0),)


def timed(run: Callable[[Given], Told], day: Day, times: int) -> list[float]:
    """Processor seconds of so many runs of a day."""
    gc.collect()
    seconds = []
    for _ in range(times):
        given = day.fresh()
        start = time.process_time()
        told = run(given)
        seconds.append(time.process_time() - start)
        del told  # throwing it away is no part of it
    return seconds


def measure(
    days: list[Day], clocks: Sequence[str], rounds: int, by_c: Callable[[], list[list[float]]] | None = None
) -> dict[str, float]:
    """Seconds for all days by each program. Rounds take turns, so that a busy machine is busy for all."""
    seconds: dict[str, list[list[float]]] = {name: [[] for _ in days] for name in (*clocks, *([C] if by_c else []))}
    for _ in range(rounds):
        if by_c:
            for took, more in zip(seconds[C], by_c(), strict=True):
                took += more
        for name in clocks:
            for took, day in zip(seconds[name], days, strict=True):
                took += timed(CLOCKS[name], day, FAST if name == COMPILED else 1)
    return {name: sum(map(median, days_took)) for name, days_took in seconds.items()}


def with_people(count: int, rounds: int) -> bool:
    """Whether both clocks tell the same facts with everything that people do; prints how fast they are."""
    days = draw(count, people=True)
    pairs = [[CLOCKS[name](day.fresh()) for name in (SIMPY, COMPILED)] for day in days]
    alike = [identical(*pair) for pair in pairs]
    contacts = sum(len(told.left) for _, told in pairs)
    del pairs
    print(f"facts with all that people do: both clocks bit for bit the same on {sum(alike)} of {count} days")
    report(measure(days, (SIMPY, COMPILED), rounds), contacts, count, WANTED_WITH_PEOPLE)
    return all(alike)


def verify(days: list[Day], program: Path, files: list[Path]) -> tuple[int, bool]:
    """(contacts of all days, whether all programs tell the same facts); prints how far they do."""
    by_c = c_program.run(program, files, 1)[1]
    by_simpy = [CLOCKS[SIMPY](day.fresh()) for day in days]
    by_compiled = [CLOCKS[COMPILED](day.fresh()) for day in days]
    alike = [
        identical(one, two) and identical(one, three)
        for one, two, three in zip(by_simpy, by_compiled, by_c, strict=True)
    ]
    print(f"facts: SimPy clock, compiled clock and C bit for bit the same on {sum(alike)} of {len(days)} days")
    by_process = [CLOCKS[PROCESS](day.fresh()) for day in days]
    as_rostered = [largest_difference_s(*pair) for pair in zip(by_process, by_simpy, strict=True)]
    apart = [untied(day) for day in days]
    differences = [largest_difference_s(CLOCKS[PROCESS](day.fresh()), CLOCKS[SIMPY](day.fresh())) for day in apart]
    close = [difference <= 1e-6 for difference in differences]
    print(
        f"       process-per-caller: the same rows on {sum(close)} of {len(days)} days if no two agents act at one "
        f"instant (times within {max(differences):.0e} s);\n"
        f"       on {sum(difference <= 1e-6 for difference in as_rostered)} as rostered, where the clocks settle ties "
        "by agent and SimPy by who was scheduled first"
    )
    return sum(len(told.left) for told in by_simpy), all(alike) and all(close)


def report(seconds: dict[str, float], contacts: int, days: int, wanted: Sequence[Wanted] = WANTED) -> None:
    """Print the table."""
    print(f"\n{'':26}{'ms a day':>10}{'contacts/s':>14}")
    for name, took in seconds.items():
        print(f"{name:26}{took / days * 1e3:10.1f}{contacts / took:14,.0f}")
    print()
    for program, than, times in wanted:
        ratio = seconds[than] / seconds[program]
        verdict = "met" if ratio >= times else "MISSED"
        if times >= 1.0:
            print(f"{program} is {ratio:.1f} times as fast as {than} (wanted: at least {times:g}): {verdict}")
        else:
            print(f"{program} takes {1 / ratio:.2f} times as long as {than} (wanted: at most {1 / times:g}): {verdict}")


def main() -> int:
    """Measure and print; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=5, help="days simulated (default 5)")
    parser.add_argument("--rounds", type=int, default=5, help="times that each is measured (default 5)")
    parser.add_argument("--phases", action="store_true", help="only: where the compiled clock's time goes")
    parser.add_argument("--people", action="store_true", help="only: the two clocks with all that people do")
    words = parser.parse_args()
    if words.people:
        return 0 if with_people(words.days, words.rounds) else 1
    days = draw(words.days)
    if words.phases:
        print(phases(days, 10 * words.rounds))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        program = c_program.build(Path(folder))
        files = [Path(folder) / f"{number}.day" for number in range(len(days))]
        for day, file in zip(days, files, strict=True):
            c_program.write_day(day.given, day.contacts, file)
        contacts, alike = verify(days, program, files)
        report(
            measure(days, list(CLOCKS), words.rounds, lambda: c_program.run(program, files, FAST)[0]),
            contacts,
            len(days),
        )
    return 0 if alike else 1


if __name__ == "__main__":
    sys.exit(main())
