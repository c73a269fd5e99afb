"""Hydra's own application: sweeps and its flags, with its errors told in our way."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

import hydra
from hydra.errors import HydraException
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from sim.cli.flags import Asked
from sim.loading import yaml_file
from sim.loading.composition import CONFIG_NAME, VERSION_BASE, explained
from sim.loading.places import data_dir, find
from sim.loading.source import read_scenario, register
from sim.loading.words import Word, read_words, scenario_of

register()  # at import, so that a launcher's worker process knows the scenario folder too


def show(asked: Asked) -> int:
    """What Hydra answers to its flags (--cfg, --info, --hydra-help, ...). Exit status 0."""
    if {"-sc", "--shell-completion"} & set(asked.flags):
        call(nothing, [*asked.flags, *asked.overrides], [])  # install=bash and the like, no overrides
        return 0
    words = read_words(asked.overrides)
    call(nothing, [*(word.hydra for word in words), *asked.flags], words)  # `--info` may end without its word
    chosen = scenario_of(words)
    if chosen is not None:
        file = read_scenario(find(str(chosen.value)))
        if file.faults:
            raise yaml_file.refusal(file)
    return 0


def nothing(_: DictConfig) -> None:
    """The task of a command that only shows something."""


def call(task: Callable[[DictConfig], Any], argv: Sequence[str], words: Sequence[Word]) -> None:
    """Run Hydra's application with these arguments. Raises Refused for what it cannot compose.

    Hydra prints errors itself and exits, unless HYDRA_FULL_ERROR asks it for the plain exception, which is what
    can be told in one line here.
    """
    application = hydra.main(config_path=str(data_dir("configs")), config_name=CONFIG_NAME, version_base=VERSION_BASE)
    with ExitStack() as stack:
        stack.enter_context(patch.object(sys, "argv", ["tightrope", *argv]))
        stack.enter_context(patch.dict(os.environ, HYDRA_FULL_ERROR="1"))
        # Hydra gives the root logger a handler for the stdout of its first call, which may be closed by the next.
        stack.enter_context(patch.object(logging.getLogger(), "handlers", list(logging.getLogger().handlers)))
        # Whoever configures logging in this process may have switched off the logger by which Hydra answers --info.
        stack.enter_context(patch.object(logging.getLogger("hydra._internal.hydra"), "disabled", False))
        try:
            application(task)()
        except (HydraException, OmegaConfBaseException, ValueError) as error:
            raise explained(error, words) from error
