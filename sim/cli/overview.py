"""The program's own short help: what it can do, how to start, and which scenarios are here."""

from __future__ import annotations

import sys

_TEXT = """\
usage: python -m sim [VERB] [WORDS]        (installed: tightrope [VERB] [WORDS])

verbs
{verbs}

to start
  python -m sim +scenario=peak                                   simulate, with a report to open
  python -m sim +scenario=peak staffing.scale=0.9 replications=50
  python -m sim -m +scenario=peak staffing.scale=0.9,1,1.1       a sweep: a run for each value
  python -m sim run --help                                       values worth changing

scenarios here
{scenarios}

VERB --help tells more; --version; --hydra-help for the configuration system (Hydra).
"""


def main(words: list[str]) -> int:
    """Print the help: exit status 0 when it was asked for, 2 when nothing was asked."""
    from sim.cli.scenarios import listing
    from sim.cli.verbs import VERBS

    width = max(len(f"{name} {verb.words}") for name, verb in VERBS.items())
    verbs = "\n".join(f"  {f'{name} {verb.words}':{width}}  {verb.summary}" for name, verb in VERBS.items())
    text = _TEXT.format(verbs=verbs, scenarios=listing())
    print(text, end="", file=sys.stdout if words else sys.stderr)
    return 0 if words else 2
