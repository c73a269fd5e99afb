"""The verb `scenarios`: what can be run from here, each with its description."""

from __future__ import annotations

HELP = """
usage: python -m sim scenarios              list them
       python -m sim scenarios show NAME    print one, to copy: ... show calm > scenarios/mine.yaml

Lists the scenarios that +scenario=NAME finds: those in ./scenarios first, then those that come with the program.
A scenario is one YAML file: copy one into ./scenarios, change it, and run it by its name.
"""


def main(words: list[str]) -> int:
    """Print the list, or one scenario's file. Exit status 0."""
    from sim.loading.places import find, shown
    from sim.loading.refusal import Refused
    from sim.loading.text_file import Unreadable, read_text

    if len(words) == 2 and words[0] == "show":
        path = find(words[1])
        try:
            print(read_text(path), end="")
        except Unreadable as error:
            raise Refused(f"{shown(path)}{f':{error.line}' if error.line else ''}: {error}") from None
        return 0
    if words:
        raise Refused(f"command line: {' '.join(words)}: `scenarios` takes no words, or: show NAME")
    print(listing(with_files=True))
    return 0


def listing(with_files: bool = False) -> str:
    """The scenarios as lines of text: name, description, and the file where asked for."""
    from sim.loading.places import scenarios, shown

    places = scenarios()
    if not places:
        return "  (none: there is no scenario in ./scenarios)"
    width = max(len(place.name) for place in places)
    lines = []
    for place in places:
        lines.append(f"  {place.name:{width}}  {_description(place.path)}".rstrip())
        if with_files:
            lines.append(f"  {'':{width}}  {shown(place.path)}")
    return "\n".join(lines)


def _description(path: object) -> str:
    from pathlib import Path

    from sim.loading import yaml_file
    from sim.loading.refusal import one_line

    file = yaml_file.read(Path(str(path)))
    if file.broken:
        return f"(cannot be read: {one_line(file.faults[0].message, 60)})"
    return one_line(file.data.get("description") or "", 90)
