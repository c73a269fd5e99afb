"""The script: its modules share one namespace when bound to a clock, so a name must mean one thing in all of them."""

from __future__ import annotations

from types import ModuleType

from sim.clocks.script import MODULES


def test_a_name_means_the_same_in_every_module() -> None:
    meaning: dict[str, tuple[object, ModuleType]] = {}
    for module in MODULES:
        for name, thing in vars(module).items():
            if name.startswith("__"):
                continue
            other, where = meaning.setdefault(name, (thing, module))
            same = other is thing or (type(other) is type(thing) and (other == thing or other != other))
            assert same, f"{name} is {other!r} in {where.__name__} and {thing!r} in {module.__name__}"
