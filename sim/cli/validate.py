"""The verb `validate`: simulated figures beside exact ones from queueing theory, and beside published ones."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

if TYPE_CHECKING:
    from sim.run import Engine
    from sim.study.validation import Case, Checked, Verdict

HELP = """
usage: python -m sim validate [NAME ...] [--quick | --full] [page=FILE] [engine=compiled|simpy] [seed=N]
       python -m sim validate [NAME ...] write=FOLDER

Simulates centers whose figures are known, from queueing theory or from others who have simulated them, and prints each
figure simulated and as known, with the standard errors of both and the difference in standard errors. All figures
together decide: the exit status is 0 when there is no more than chance allows, else 1 (a right simulator fails one run
in 100 at most).

  python -m sim validate                   all cases (a few minutes on two cores)
  python -m sim validate --quick           in short, without the largest centers: standard errors 2 to 4 times as large
  python -m sim validate --full            four times the replications: standard errors half as large
  python -m sim validate page=mine.html    as a page, too
  python -m sim validate erlang_a          the cases of one theory
  python -m sim validate NMODEL_a seed=7   one case, other random numbers
  python -m sim validate NMODEL_a write=mine   the case as a scenario file: +scenario=mine/NMODEL_a.yaml

Theories: erlang_b, erlang_c, mg1, finite_room, erlang_a, impatient_queue, priority, n_design, m_design, shared_lines,
unlike_agents, wrap_up, redial, told_place, day_of_people, day, sinusoid; and published, for what theory does not know.
docs/validation.md says how the cases are run and judged, and which known cases are missing.
"""


def main(words: list[str]) -> int:
    """Print the table. Exit status 0 when there is no more than chance allows, 1 otherwise."""
    asked = _asked(words)
    cases = _cases(asked)
    if asked.write is not None:
        return _written(cases, asked.write, asked.seed)
    if asked.page is not None:
        _can_be_written(asked.page)

    from sim.cli.errors import FAILED
    from sim.study.validation import check, judge
    from sim.study.validation.table import HEADING, block, closing

    print(HEADING, flush=True)
    done = []
    for checked in check(cases, asked.engine, asked.seed, workers=None):
        print(block(checked), flush=True)
        done.append(checked)
    verdict = judge(done)
    print(f"\n{closing(done, verdict)}")
    if asked.page is not None:
        _paged(done, verdict, asked, asked.page)
    return 0 if verdict.holds else FAILED


class Asked(NamedTuple):
    """What the words ask for."""

    names: list[str]
    quick: bool
    full: bool
    engine: Engine
    seed: int
    page: Path | None
    write: Path | None

    @property
    def command(self) -> str:
        """The command that does the same."""
        words = [*self.names, *(["--quick"] if self.quick else []), *(["--full"] if self.full else [])]
        words += [f"engine={self.engine}"] if self.engine != "compiled" else []
        words += [f"seed={self.seed}"] if self.seed != 1 else []
        return " ".join(["python -m sim validate", *words])


def _asked(words: list[str]) -> Asked:
    """The words read: names, and settings written `seed=7`, `--seed=7` or `--seed 7`. Raises Refused."""
    from sim.loading.refusal import Refused, one_line

    def refuse(message: str) -> NoReturn:
        raise Refused(f"command line: {one_line(message)}; `python -m sim validate --help` shows what can be written")

    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.error = refuse  # type: ignore[method-assign]
    parser.add_argument("names", nargs="*")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--quick", action="store_true")
    length.add_argument("--full", action="store_true")
    parser.add_argument("--engine", choices=["compiled", "simpy"], default="compiled")
    parser.add_argument("--seed", type=_seed, default=1)
    parser.add_argument("--page", type=_path, default=None)
    parser.add_argument("--write", type=_path, default=None)
    settings = [f"--{word}" if "=" in word and not word.startswith("-") else word for word in words]
    asked = Asked(**vars(parser.parse_intermixed_args(settings)))
    if asked.page is not None and asked.write is not None:
        refuse("page= and write=: nothing is simulated with write=, so there is no page")
    return asked


def _seed(text: str) -> int:
    """A whole number from 0 to 2^62 - 1."""
    seed = int(text) if text.isdecimal() else -1
    if not 0 <= seed < 2**62:
        raise ArgumentTypeError(f"needs a whole number from 0 on, got {text!r}")
    return seed


def _path(text: str) -> Path:
    if not text:
        raise ArgumentTypeError("needs a name")
    return Path(text)


def _cases(asked: Asked) -> list[Case]:
    """The cases asked for. Raises Refused, with the nearest name, for one that does not exist."""
    from sim.loading.refusal import Refused, did_you_mean
    from sim.study.validation.cases import CASES, THEORIES, UnknownCase, find

    try:
        found = find(asked.names)
    except UnknownCase as unknown:
        near = did_you_mean(unknown.word, [*THEORIES, *CASES])
        known = f"theories: {', '.join(THEORIES)}; cases: {', '.join(CASES)}"
        raise Refused(f"command line: {unknown.word}: no such case or theory{near} ({known})") from None
    if asked.full:
        return [case.full() for case in found]
    if not asked.quick:
        return found
    short = [quick for case in found if (quick := case.quick())]
    if not short:
        raise Refused(f"command line: --quick: {', '.join(asked.names)} has no short form: leave --quick away")
    return short


def _written(cases: list[Case], folder: Path, seed: int) -> int:
    """Write the cases as scenarios, and say how each is run."""
    from sim.loading.places import shown
    from sim.loading.refusal import Refused
    from sim.study.validation.written import write

    for case in cases:
        try:
            path = write(case, folder, seed)
        except FileExistsError as error:
            where = shown(Path(error.filename)) if error.filename else shown(folder)
            raise Refused(f"{where}: stands there already, and is another: write=FOLDER elsewhere") from None
        print(f"python -m sim +scenario={shown(path)}{' allow_python=true' if case.uses_python else ''}")
    return 0


def _can_be_written(page: Path) -> None:
    """Refuse before minutes of simulation what cannot be written after them."""
    from sim.loading.refusal import Refused

    if page.is_dir() or not page.absolute().parent.is_dir():
        what = "is a folder" if page.is_dir() else "its folder does not exist"
        raise Refused(f"command line: page={page}: {what}; name a file, such as page=validation.html")


def _paged(done: list[Checked], verdict: Verdict, asked: Asked, page: Path) -> None:
    """Write the page, whole or not at all."""
    import os

    from sim.loading.places import shown
    from sim.report.validation_page import validation_page

    half = page.with_name(f".{page.name}.part")
    half.write_text(validation_page(done, verdict, asked.command, asked.seed, asked.engine), encoding="utf-8")
    os.replace(half, page)
    print(f"written: {shown(page)}")
