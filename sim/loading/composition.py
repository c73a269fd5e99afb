"""Base values, scenario file and overrides put together by Hydra into one plain mapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import hydra
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException, MissingConfigException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.loading.places import data_dir, find
from sim.loading.refusal import Refused, did_you_mean, one_line
from sim.loading.source import read_scenario, register
from sim.loading.words import GROUPS, Word, scenario_of
from sim.loading.yaml_file import Where, line_for

CONFIG_NAME = "config"
VERSION_BASE = "1.3"


def compose(words: Sequence[Word]) -> dict[str, Any]:
    """The composed values as plain dicts, lists, numbers and texts. Raises Refused for what cannot be composed."""
    register()
    running = GlobalHydra.instance().hydra  # of a sweep whose point asks; there can be only one at a time
    GlobalHydra.instance().clear()
    try:
        folder = str(data_dir("configs"))
        with hydra.initialize_config_dir(folder, job_name="tightrope", version_base=VERSION_BASE):
            return plain(hydra.compose(CONFIG_NAME, [word.hydra for word in words]))
    except (HydraException, OmegaConfBaseException, ValueError) as error:
        raise explained(error, words) from None
    finally:
        GlobalHydra.instance().hydra = running


def _lists(words: Sequence[Word]) -> Refused | None:
    """What to say of lists in the file where the base values have mappings: Hydra names neither line nor key."""
    chosen = scenario_of(words)
    if chosen is None or chosen.swept:
        return None
    file = read_scenario(find(str(chosen.value)))
    base = compose([word for word in words if word.key in GROUPS and word.key != "scenario"])
    told = [
        line_for(file, file.line_of(where)[0], where, "needs keys with values, such as {key: value}, got a list")
        for where in _unlike(file.data, base, ())
    ]
    return Refused(*told) if told else None


def _unlike(data: Mapping[str, Any], base: Mapping[str, Any], above: Where) -> Iterator[Where]:
    """The keys that hold a list in the data and a mapping in the base."""
    for key, value in data.items():
        there = base.get(key)
        if isinstance(there, dict) and isinstance(value, list):
            yield (*above, key)
        elif isinstance(there, dict) and isinstance(value, dict):
            yield from _unlike(value, there, (*above, key))


def plain(config: DictConfig) -> dict[str, Any]:
    """A composed Hydra config as plain dicts, lists, numbers and texts; interpolations are left as texts."""
    raw = OmegaConf.to_container(config, resolve=False)
    assert isinstance(raw, dict)
    return {str(key): value for key, value in raw.items()}


def explained(error: Exception, words: Sequence[Word]) -> Refused:
    """What Hydra says, in one line that names the word which caused it, or the keys of the file."""
    if (lists := _lists(words)) is not None:
        return lists
    if isinstance(error, MissingConfigException) and error.missing_cfg_file:
        group, _, choice = str(error.missing_cfg_file).removesuffix(".yaml").rpartition("/")
        known = [str(option) for option in error.options or []]
        typed = next((word.typed for word in words if word.key == group), f"{group}={choice}")
        near, choices = did_you_mean(choice, known), ", ".join(known)
        listed = f" (choices: {choices})" if known else ""
        return Refused(f"command line: {typed.lstrip('=')}: unknown choice{near}{listed}")
    text = str(error) or str(error.__cause__ or type(error).__name__)
    culprit = next((word for word in words if word.hydra in text or f"'{word.key}'" in text), None)
    if culprit is not None and culprit.swept:
        values = culprit.hydra.partition("=")[2]
        return Refused(
            f"command line: {culprit.typed}: several values: add -m to run each of them, "
            f"or write [{values}] for a list, or quote a text that has commas"
        )
    first = next((line.strip() for line in text.splitlines() if line.strip()), text)
    cause = str(error.__cause__).splitlines()[0] if error.__cause__ and str(error.__cause__) else ""
    said = one_line(f"{first}: {cause}" if cause and cause not in first else first, 300)
    return Refused(f"command line: {culprit.typed}: {said}" if culprit else f"command line: {said}")
