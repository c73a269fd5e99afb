"""The page holds everything, escapes every name, and says what was not there."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sim.report import write_report
from tests.report.shapes import LONG, NASTY, SHAPES, about, run

MOST_BYTES = 3_000_000


@cache
def page(shape: str) -> str:
    with TemporaryDirectory() as folder:
        write_report(Path(folder), run(shape), about(shape, scenario=NASTY, warnings=(f"{NASTY}: look",)))
        return (Path(folder) / "report.html").read_text("utf-8")


class Read(HTMLParser):
    """Tags, addresses and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "srcset", "href", "action")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_whole_small_and_without_scripts_or_addresses(shape: str) -> None:
    text = page(shape)
    read = Read(text)
    assert len(text.encode()) < MOST_BYTES
    assert not {"script", "link", "iframe", "object"} & set(read.tags)
    assert read.addresses and all(address.startswith("data:image/") for address in read.addresses)
    assert "default-src 'none'" in text and 'name="viewport"' in text
    assert not re.search(r"\bnan\b|\bNone(?! of the)|Undefined", read.text)


def test_names_that_mean_harm_are_only_text() -> None:
    read = Read(page("queues"))
    assert NASTY in read.text and LONG.strip() in read.text and "日本語" in read.text
    assert "49" not in re.findall(r"x\^2\$ (.{0,12})", read.text)


def test_it_starts_with_the_answer_and_says_how_to_repeat_it() -> None:
    read = Read(page("day"))
    assert read.text.index("misses the goal of") < read.text.index("Chance of a good day")
    assert "python -m sim +scenario=day" in read.text
    assert "1 warning about the scenario" in read.text
    assert read.tags.count("figure") == 6


def test_every_queue_team_and_interval_has_a_row() -> None:
    read = Read(page("queues"))
    assert read.text.count(f"By interval: {LONG.strip()[:40]}") == 1
    for name in ("service", "_hidden", "back", "whole center", "all teams"):
        assert name in read.text
    assert read.text.count("08:00\N{EN DASH}\N{WORD JOINER}09:00") == 1 + 5  # the center and five queues


def test_days_without_contacts_show_dashes_with_their_reason() -> None:
    text = page("nobody calls")
    assert 'title="no contacts"' in text
    assert "No contacts came in" in text


def test_a_week_lists_its_days_and_folds_their_intervals() -> None:
    read = Read(page("week"))
    assert "Saturday, day 6" in read.text and read.tags.count("details") == 7
