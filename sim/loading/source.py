"""A flat folder of YAML files shown to Hydra as its config group `scenario`.

`+scenario=peak` becomes the file that `places.find("peak")` finds, read by `yaml_file.read` and laid over the
base values as it is: a planner's file needs no package header and can configure nothing but the scenario. In
particular it cannot reach Hydra's own settings, which may name code to run.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.object_type import ObjectType
from hydra.core.plugins import Plugins
from hydra.plugins.config_source import ConfigLoadError, ConfigResult, ConfigSource
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import OmegaConf

from sim.loading import yaml_file
from sim.loading.interpolation import without_unreadable
from sim.loading.long_lists import put_aside
from sim.loading.places import find, scenarios
from sim.loading.refusal import Refused
from sim.loading.yaml_file import Wrong, YamlFile

GROUP = "scenario"
_GROUPS = ("behavior", "costs")
_NOT_HERE = {
    "hydra": "unknown key (Hydra's own settings belong on the command line)",
    "defaults": "unknown key (a scenario stands for itself: copy what it shares, or use YAML anchors)",
    "allow_python": "may only be given on the command line, so that no file allows its own code to run",
    "cluster": "may only be given on the command line: who answers at that address runs code here",
}


def read_scenario(path: Path) -> YamlFile:
    """A scenario file's data, lines and faults, without the keys it may not set. Cached until it changes."""
    try:
        info = path.stat()
        return _read(path, info.st_mtime_ns, info.st_size)
    except OSError:
        return yaml_file.read(path)


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int, _size: int) -> YamlFile:
    file = yaml_file.read(path)
    for key, message in _NOT_HERE.items():
        if key in file.data and not (key == "cluster" and file.data[key] is None):
            del file.data[key]
            file.faults.append(Wrong(file.lines[(key,)], (key,), message))
    for key in _GROUPS:
        if key in file.data and file.data[key] is None:
            del file.data[key]  # nothing after the key: what the group says stays
    file.data = without_unreadable(file)
    return file


class ScenarioSource(ConfigSource):
    """Hydra's view of the scenario files. A file's faults are not raised here but where the whole is checked."""

    @staticmethod
    def scheme() -> str:
        return "scenarios"

    @staticmethod
    def _name(config_path: str) -> str | None:
        head, _, rest = config_path.partition("/")
        return rest if head == GROUP and rest else None

    def load_config(self, config_path: str) -> ConfigResult:
        name = self._name(config_path)
        if name is None:
            raise ConfigLoadError(f"config not found: {config_path}")
        config = OmegaConf.create(put_aside(read_scenario(find(name))))
        return ConfigResult(self.provider, self.path, config, header={"package": "_global_"})

    def available(self) -> bool:
        return True

    def is_group(self, config_path: str) -> bool:
        return config_path.strip("/") in ("", GROUP)

    def is_config(self, config_path: str) -> bool:
        name = self._name(config_path)
        try:
            return name is not None and bool(find(name))  # one that cannot be read is said to be so, not missing
        except Refused:
            return False

    def list(self, config_path: str, results_filter: ObjectType | None) -> list[str]:
        if config_path.strip("/") == "":
            return [] if results_filter == ObjectType.CONFIG else [GROUP]
        if config_path.strip("/") != GROUP or results_filter == ObjectType.GROUP:
            return []
        return [place.name for place in scenarios()]


class ScenarioSearchPath(SearchPathPlugin):
    """Puts the scenario files on Hydra's search path."""

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        search_path.append("scenarios", "scenarios://")


def register() -> None:
    """Make both known to Hydra; may be called again."""
    Plugins.instance().register(ScenarioSource)
    Plugins.instance().register(ScenarioSearchPath)
