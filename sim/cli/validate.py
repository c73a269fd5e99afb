"""The verb `validate`: simulated figures beside exact ones from queueing theory."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from typing import TYPE_CHECKING, NamedTuple, NoReturn

if TYPE_CHECKING:
    from sim.run import Engine
    from sim.study.validation import Case

HELP = """
usage: python -m sim validate [NAME ...] [--quick] [engine=compiled|simpy] [seed=N]

Simulates centers whose figures queueing theory knows exactly, and prints each figure simulated, its standard error,
exact, and the difference in standard errors. The exit status is 0 when all are within 4 standard errors, else 1.

  python -m sim validate                   all cases (under a minute on two cores)
  python -m sim validate --quick           in short, without the largest centers: standard errors 2 to 4 times as large
  python -m sim validate erlang_a          the cases of one theory
  python -m sim validate NMODEL_a seed=7   one case, other random numbers

Theories: erlang_b, erlang_c, mg1, finite_room, erlang_a, impatient_queue, priority, n_design, m_design, unlike_agents,
wrap_up, redial, day_of_people, day, sinusoid. docs/validation.md shows the table and says how the cases are run.
"""


def main(words: list[str]) -> int:
    """Print the table. Exit status 0 when every figure holds, 1 otherwise."""
    from sim.cli.errors import FAILED
    from sim.study.validation import check
    from sim.study.validation.table import HEADING, block, closing

    asked = _asked(words)
    cases = _cases(asked)
    print(HEADING, flush=True)
    done = []
    for checked in check(cases, asked.engine, asked.seed, workers=None):
        print(block(checked), flush=True)
        done.append(checked)
    print(f"\n{closing(done)}")
    return 0 if all(row.holds for checked in done for row in checked.figures) else FAILED


class Asked(NamedTuple):
    """What the words ask for."""

    names: list[str]
    quick: bool
    engine: Engine
    seed: int


def _asked(words: list[str]) -> Asked:
    """The words read: names, and settings written `seed=7`, `--seed=7` or `--seed 7`. Raises Refused."""
    from sim.loading.refusal import Refused, one_line

    def refuse(message: str) -> NoReturn:
        raise Refused(f"command line: {one_line(message)}; `python -m sim validate --help` shows what can be written")

    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.error = refuse  # type: ignore[method-assign]
    parser.add_argument("names", nargs="*")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--engine", choices=["compiled", "simpy"], default="compiled")
    parser.add_argument("--seed", type=_seed, default=1)
    settings = [f"--{word}" if "=" in word and not word.startswith("-") else word for word in words]
    return Asked(**vars(parser.parse_intermixed_args(settings)))


def _seed(text: str) -> int:
    """A whole number from 0 to 2^62 - 1."""
    seed = int(text) if text.isdecimal() else -1
    if not 0 <= seed < 2**62:
        raise ArgumentTypeError(f"needs a whole number from 0 on, got {text!r}")
    return seed


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
    if not asked.quick:
        return found
    short = [quick for case in found if (quick := case.quick())]
    if not short:
        raise Refused(f"command line: --quick: {', '.join(asked.names)} has no short form: leave --quick away")
    return short
