"""The verb `schema`: the JSON Schema of a scenario file, so that editors complete and check it."""

from __future__ import annotations

HELP = """
usage: python -m sim schema [FILE]

Writes the JSON Schema of a scenario file to FILE, or to the terminal. An editor with YAML support then completes
keys, shows their meaning and unit, and marks faults while you type; in VS Code (YAML extension), Neovim, Helix and
PyCharm this first line of a scenario is enough:

  # yaml-language-server: $schema=../scenario.schema.json
"""


def main(words: list[str]) -> int:
    """Write the schema. Exit status 0."""
    import json
    from pathlib import Path

    from sim.loading.refusal import Refused
    from sim.scenario import Scenario

    if len(words) > 1 or any(word.startswith("-") for word in words):
        raise Refused(f"command line: {words[-1]}: `schema` takes one file name")
    text = json.dumps(Scenario.json_schema(), indent=2, ensure_ascii=False) + "\n"
    if not words:
        print(text, end="")
        return 0
    path = Path(words[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(f"{path}: JSON Schema of a scenario; first line for an editor:")
    print(f"# yaml-language-server: $schema={path}")
    return 0
