"""Kill -9: run, sweep and calibrate killed at random moments and at every rename, then asked for once more.

python benchmarks/kills.py                  20 random moments and every rename of each; some minutes
python benchmarks/kills.py 5 run sweep      5 random moments of these

After each kill nothing that looks finished may be half-written, and the same command must complete to the same result:
every table byte for byte that of a run that nobody killed, and no hidden left-overs. Prints a row a command, and ends
with status 1 where something was not so. docs/reliability.md has the figures.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
TABLES = (".csv", ".npz", ".parquet", ".yaml")
"""What must be the same byte for byte; pages and facts also tell how long it took."""

SCENARIO = """\
description: A center to be killed.
replications: 40
behavior: {people: false}
queues:
  voice:
    open: 08:00-18:00
    arrivals: {kind: rates, per_hour: 60}
    talk: {kind: exponential, mean_s: 240}
    patience: {kind: exponential, mean_s: 300}
teams:
  front: {agents: 6, skills: {voice: 1}, shifts: {day: 1}}
shifts:
  day: {start: 8:00, end: 18:00}
"""
AT_RENAME = """\
import os, signal, sys
count, which, after = 0, int(sys.argv[1]), sys.argv[2] == "after"
def counted(usual):
    def rename(*names, **how):
        global count
        count += 1
        if count == which and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        found = usual(*names, **how)
        if count == which and after:
            os.kill(os.getpid(), signal.SIGKILL)
        return found
    return rename
os.rename, os.replace = counted(os.rename), counted(os.replace)
from sim.cli import main
status = main(sys.argv[3:])
print(count, file=sys.stderr)
sys.exit(status)
"""
"""Runs a command, and kills it before or after a rename or replacement of that number."""


class Command(NamedTuple):
    """What is killed."""

    words: tuple[str, ...]
    results: tuple[str, ...]
    """what it leaves in the desk: a folder or a file"""
    begins: bool = False
    """whether its folder is there, with what is done, before all is done"""


COMMANDS = {
    "run": Command(("killed", "output=out", "tables=all", "report=tables"), ("out",)),
    "sweep": Command(("sweep", "killed", "staffing.scale=0.8,0.9,1,1.1", "output=out"), ("out",), True),
    "calibrate": Command(
        ("calibrate", "calls.csv", "name=mine", "trust=false", "output=out"), ("out", "scenarios/mine.yaml")
    ),
}


@dataclass
class Told:
    """What came of the kills of a command."""

    command: str
    kills: int = 0
    killed: int = 0
    """that came before the command had ended"""
    finished: int = 0
    """after which the result stood there whole"""
    wrong: list[str] | None = None


class Desk:
    """A folder with a scenario and a log, in which a command is run, killed and run again."""

    def __init__(self, folder: Path, name: str, command: Command) -> None:
        self.folder, self.name, self.command = folder, name, command
        self._fresh()
        self._made = self.folder.with_name(f"{folder.name}-log.csv")
        if name == "calibrate":
            _write_log(self._made)
        self._fresh()
        started = time.perf_counter()
        ended = self.run("-c", AT_RENAME, "0", "after")
        self.seconds = time.perf_counter() - started
        assert ended.returncode == 0, ended.stderr
        self.renames = int(ended.stderr.split()[-1])
        self.whole = self.tables()

    def _fresh(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "scenarios").mkdir(parents=True)
        (self.folder / "scenarios" / "killed.yaml").write_text(SCENARIO)
        made = self.folder.with_name(f"{self.folder.name}-log.csv")
        if made.is_file():
            shutil.copy(made, self.folder / "calls.csv")

    def _begun(self, *before: str) -> subprocess.Popen[str]:
        words = [sys.executable, *(before or ("-m", "sim")), *self.command.words]
        return subprocess.Popen(
            words, cwd=self.folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, start_new_session=True, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, *before: str) -> subprocess.CompletedProcess[str]:
        """The command, to its end, in a process of its own: it may be killed."""
        process = self._begun(*before)
        _, said = process.communicate(timeout=600)
        return subprocess.CompletedProcess(process.args, process.returncode, "", said)

    def again(self) -> tuple[int, str]:
        """Status of the command in this process, and what it says: nobody kills it, and Python need not start."""
        from sim.cli import main

        said = io.StringIO()
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(None), contextlib.redirect_stderr(said):
            return main([*self.command.words]), said.getvalue()

    def tables(self) -> dict[str, str]:
        """Digest of every table that the command has left, by its path."""
        found: dict[str, str] = {}
        for each in self.command.results:
            path = self.folder / each
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                hidden = any(part.startswith(".") for part in file.relative_to(self.folder).parts)
                if file.is_file() and file.suffix in TABLES and not hidden:
                    found[str(file.relative_to(self.folder))] = sha256(file.read_bytes()).hexdigest()
        return found

    def kill_at(self, share: float) -> tuple[bool, list[str]]:
        """Whether the command was still running at this share of its time, when it was killed; and what is wrong."""
        self._fresh()
        process = self._begun()
        time.sleep(share * self.seconds)
        alive = process.poll() is None
        process.kill()
        process.communicate()
        return alive, [f"killed at {share:.0%}: {each}" for each in self.judged()]

    def kill_at_rename(self, number: int, when: str) -> tuple[bool, list[str]]:
        """The same, before or after a rename of this number."""
        self._fresh()
        ended = self.run("-c", AT_RENAME, str(number), when)
        return ended.returncode == -9, [f"killed {when} rename {number}: {each}" for each in self.judged()]

    def judged(self) -> Iterator[str]:
        """What is wrong after a kill, and after the same command once more."""
        there = self.tables()
        strange = [name for name, digest in there.items() if self.whole.get(name) != digest]
        if strange:
            yield f"{strange} look finished but are not what they should be"
        for each in () if self.command.begins else self.command.results:
            mine, wanted = ({name for name in tables if name.startswith(each)} for tables in (there, self.whole))
            if mine and mine != wanted:
                yield f"only a part of {each} is there: {sorted(mine)}"
        status, said = self.again()
        if status and not (there == self.whole and status == 2 and "exists" in said):
            yield f"the same command ended with status {status}: {said.strip()}"
        if self.tables() != self.whole:
            differs = [name for name, digest in self.whole.items() if self.tables().get(name) != digest]
            yield f"the same command did not complete to the same: {differs or 'too many tables'}"
        hidden = [path.name for path in self.folder.rglob(".*") if path.name != ".cache"]
        if hidden:
            yield f"left-overs: {hidden}"


def kills(name: str, folder: Path, moments: int, renames: int | None = None, seed: int = 6) -> Told:
    """What comes of kills at random moments, and at the renames of a command (None = all of them)."""
    desk, dice = Desk(folder, name, COMMANDS[name]), Random(f"{seed} {name}")
    told = Told(name, wrong=[])
    places = [(number, when) for number in range(1, desk.renames + 1) for when in ("before", "after")]
    if renames is not None:
        places = dice.sample(places, min(renames, len(places)))
    each = [(dice.uniform(0.02, 1.0), 0, "") for _ in range(moments)] + [(0.0, *place) for place in places]
    for share, number, when in each:
        killed, wrong = desk.kill_at_rename(number, when) if number else desk.kill_at(share)
        told.kills += 1
        told.killed += killed
        assert told.wrong is not None
        told.wrong += wrong
    return told


def _write_log(path: Path) -> None:
    """Calls of two weeks in a small center, as a telephone system might export them."""
    dice = Random(5)
    lines = ["Start,Queue,Wait (s),Outcome,Talk (s),ACW (s),Agent,Caller"]
    for day in range(1, 15):
        for _ in range(60):
            minute, wait, talk = dice.randrange(9 * 60, 17 * 60), dice.expovariate(1 / 40), dice.expovariate(1 / 200)
            lost, at = wait > 90, f"2024-01-{day:02d} {minute // 60:02d}:{minute % 60:02d}:{dice.randrange(60):02d}"
            how = "abandoned,,," if lost else f"handled,{talk:.1f},20,agent-{dice.randrange(5)}"
            lines.append(f"{at},help,{wait:.1f},{how},{dice.randrange(10**6)}")
    path.write_text("\n".join(lines) + "\n")


def main(words: Sequence[str]) -> int:
    moments = int(words[0]) if words and words[0].isdecimal() else 20
    names = [word for word in words if word in COMMANDS] or list(COMMANDS)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            started = time.perf_counter()
            told = kills(name, Path(folder, name), moments)
            took = time.perf_counter() - started
            print(f"{name:10} {moments} random moments, {told.kills - moments} renames: {told.killed} died of it, "
                  f"{len(told.wrong or [])} wrong ({took:.0f} s)", flush=True)  # fmt: skip
            wrong += told.wrong or []
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
