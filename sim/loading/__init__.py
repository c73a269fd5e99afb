"""From words to a checked scenario: `load(["peak", "staffing.scale=0.9"])`.

places: where scenario files are. text_file, yaml_file: one file read safely, with its lines. words:
overrides. source, composition: Hydra puts base values, file and overrides together. interpolation: `${key}`
in values. recorded, roster: files that a scenario names. groups: what a scenario overrules of
the groups chosen. check: the composed values made a Scenario, or the lines that say what is wrong and where
(origin).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.loading.refusal import Refused

if TYPE_CHECKING:
    from sim.loading.check import Loaded

__all__ = ["Refused", "load"]


def load(words: str | Sequence[str]) -> Loaded:
    """The checked scenario that command-line words mean: a name or `+scenario=NAME`, and overrides.

    `Loaded` carries the Scenario, the composed values, the scenario's file and folder, the overrides as typed
    and the warnings as lines. Raises Refused, whose `lines` say for every fault where it stands and what to do.
    """
    from sim.loading.check import check  # Hydra and pydantic take 0.3 s to import: only when something is loaded
    from sim.loading.composition import compose
    from sim.loading.words import read_words

    read = read_words([words] if isinstance(words, str) else words)
    return check(compose(read), read)
