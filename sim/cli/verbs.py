"""What the command line can do: each verb, the module that does it, and one line of help.

A verb's module has `main(words) -> int`, which gives the exit status, and `HELP`, which `VERB --help` prints. It
imports what is heavy inside its functions.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import NamedTuple, Protocol, cast


class VerbModule(Protocol):
    """What a verb's module offers."""

    HELP: str
    main: Callable[[list[str]], int]


class Verb(NamedTuple):
    """A verb: its module, the words it takes, and what it does."""

    module: str
    words: str
    summary: str

    def load(self) -> VerbModule:
        return cast(VerbModule, importlib.import_module(self.module))


VERBS = {
    "run": Verb("sim.cli.run", "+scenario=NAME ...", "simulate a scenario, or a sweep of it with -m (the default)"),
    "scenarios": Verb("sim.cli.scenarios", "", "list the scenarios that can be run from here"),
    "validate": Verb(
        "sim.cli.validate", "[NAME ...] [--quick|--full]", "simulated figures beside exact and published ones"
    ),
    "sweep": Verb("sim.cli.sweep", "+scenario=NAME ...", "a scenario at many points, and how its figures trade off"),
    "compare": Verb("sim.cli.compare", "FOLDER FOLDER ...", "what differs between runs, and what of it is no chance"),
    "repeat": Verb("sim.cli.repeat", "FOLDER", "the same results again from their folder, compared byte for byte"),
    "choose": Verb("sim.cli.choose", "+scenario=NAME KEY=V,V ...", "the best point, and how sure that is"),
    "optimize": Verb("sim.cli.optimize", "+scenario=NAME KEY=LOW:HIGH ...", "a search for good points among very many"),
    "sensitivity": Verb(
        "sim.cli.sensitivity", "+scenario=NAME ...", "how far each coefficient of behavior moves the figures"
    ),
    "argument": Verb(
        "sim.cli.argument", "+scenario=NAME ...", "how tight the handle-time target should be, and what that rests on"
    ),
    "calibrate": Verb(
        "sim.cli.calibrate", "FILE [FILE ...] ...", "your own logs in, a scenario out, and how far to trust it"
    ),
    "schema": Verb("sim.cli.schema", "[FILE]", "write the JSON Schema of a scenario file, for editors"),
}
