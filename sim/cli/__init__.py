"""The command line: a verb and its words; no verb means run. One module a verb, listed in `verbs`.

Nothing heavy is imported before it is known what is asked: `--help` answers without Hydra.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from sim.cli import errors, interrupts, streams

HELP = ("-h", "--help", "help")


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status of a command: 0 done, 1 failed, 2 the input cannot be used, 130 interrupted."""
    words = list(sys.argv[1:] if argv is None else argv)
    streams.make_usable()
    with interrupts.listening():
        try:
            return _answer(words)
        except BaseException as error:
            return errors.status(error)


def _answer(words: list[str]) -> int:
    from sim.cli.verbs import VERBS

    if not words or words[0] in HELP:
        from sim.cli import overview

        return overview.main(words)
    if words[0] == "--version":
        from sim import __version__

        print(f"tightrope {__version__}")
        return 0
    verb = VERBS["run"]
    if words[0] in VERBS:
        verb, words = VERBS[words[0]], words[1:]
    elif words[0].isidentifier():
        _must_be_scenario(words[0], VERBS)
    module = verb.load()
    if any(word in HELP[:2] for word in words):
        print(module.HELP.strip())
        return 0
    return module.main(words)


def _must_be_scenario(word: str, verbs: Iterable[str]) -> None:
    """Refuse a first word that is no verb and no scenario, with the nearest of both."""
    from sim.loading.places import scenarios
    from sim.loading.refusal import Refused, did_you_mean

    names = [place.name for place in scenarios()]
    if word not in names:
        near = did_you_mean(word, [*verbs, *names])
        known = f"verbs: {', '.join(verbs)}; scenarios here: {', '.join(names) or 'none'}"
        raise Refused(f"command line: {word}: unknown verb or scenario{near} ({known})")
