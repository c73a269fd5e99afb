"""The page in a real browser: no errors, no requests, no sideways scrolling on a phone, and it prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.report import write_report
from tests.browser import CHROMIUM, browser
from tests.report.plausible_people import with_people
from tests.report.shapes import LONG, NASTY, about, run

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["browser"]
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module", params=["queues alone", "people too"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("report")
    results = with_people(run("queues")) if request.param == "people too" else run("queues")
    behavior = {"people": True, "talk": {"listening": 0.05}}
    write_report(folder, results, about("queues", scenario=LONG, warnings=(NASTY * 5,), behavior=behavior))
    return (folder / "report.html").as_uri()


@pytest.mark.parametrize("width", [390, 700, 1280])
def test_it_opens_without_errors_requests_or_sideways_scrolling(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844})
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [address]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    broken = "[...document.images].filter(i => !(i.complete && i.naturalWidth > 0)).length"
    assert page.evaluate(broken) == 0
    page.close()


def test_a_phone_gets_the_narrow_pictures(browser: Browser, address: str) -> None:
    widths = {}
    for width in (390, 1280):
        page = browser.new_page(viewport={"width": width, "height": 844})
        page.goto(address)
        widths[width] = page.evaluate("document.images[0].naturalWidth")
        page.close()
    assert widths[390] < 0.6 * widths[1280]


def test_it_prints_with_dark_text_on_white(browser: Browser, address: str, tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto(address)
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    assert (tmp_path / "page.pdf").read_bytes()[:5] == b"%PDF-"
    page.emulate_media(media="print")
    colours = page.evaluate("[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]")
    assert colours == ["rgb(27, 31, 36)", "rgb(255, 255, 255)"]
    page.close()
