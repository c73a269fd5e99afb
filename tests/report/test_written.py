"""How figures are written."""

from __future__ import annotations

import pytest

from sim.report import written


@pytest.mark.parametrize(("share", "text"), [
    (0.784, "78.4 %"), (0.0, "0.0 %"), (1.0, "100.0 %"), (None, "–"),  # noqa: RUF001
    (0.0002, "< 0.1 %"), (0.9997, "> 99.9 %"), (0.9994, "99.9 %"),
])
def test_a_share_is_never_rounded_to_nothing_or_all(share: float | None, text: str) -> None:
    assert plain(written.percent(share)) == text


@pytest.mark.parametrize(("time_s", "text"), [
    (0.0, "0.0 s"), (4.24, "4.2 s"), (9.96, "10 s"), (599.4, "599 s"), (599.6, "10:00 min"), (605, "10:05 min"),
    (3599.7, "1:00:00 h"), (3725, "1:02:05 h"), (None, "–"),  # noqa: RUF001
])
def test_durations(time_s: float | None, text: str) -> None:
    assert plain(written.seconds(time_s)) == text


@pytest.mark.parametrize(("number", "text"), [
    (0, "0"), (0.424, "0.42"), (12.34, "12.3"), (99.96, "100"), (3412.4, "3,412"), (-12.3, "-12.3")])
def test_counts(number: float, text: str) -> None:
    assert written.count(number) == text


@pytest.mark.parametrize(("value", "unit", "signed", "text"), [
    (-0.0188, "share", False, "1.9 points"), (-0.0188, "share", True, "\N{MINUS SIGN}1.9 points"),
    (12.0, "s", True, "+12.0 s"), (0.0, "s", True, "0.0 s"), (4310.0, "EUR", False, "4,310 EUR"),
    (None, "s", True, "–"),  # noqa: RUF001
])
def test_differences(value: float | None, unit: str, signed: bool, text: str) -> None:
    assert plain(written.difference(value, unit, signed)) == text
    assert plain(written.difference(value, unit, signed, "")) == text.removesuffix(" points")


@pytest.mark.parametrize(("low", "high", "unit", "text", "bare"), [
    (0.771, 0.797, "share", "77.1 to 79.7 %", "77.1 to 79.7"),
    (0.0001, 0.02, "share", "< 0.1 % to 2.0 %", "< 0.1 % to 2.0 %"),
    (298, 302, "s", "298 to 302 s", "298 to 302"),
    (4.0, 12.0, "s", "4 to 12 s", "4 to 12"),
    (590, 610, "s", "9:50 to 10:10 min", "9:50 to 10:10"),
    (10, 12.5, "h", "10.0 to 12.5 h", "10.0 to 12.5"),
    (3400, 3500, "contacts", "3,400 to 3,500", "3,400 to 3,500"),
    (None, 1, "share", "", ""),
])
def test_an_interval_names_its_unit_once(low: float, high: float, unit: str, text: str, bare: str) -> None:
    assert plain(written.interval(low, high, unit)) == text
    assert plain(written.bare_interval(low, high, unit)) == bare


def test_times_of_day() -> None:
    assert [written.clock(t) for t in (0, 30600, 86400, 90000)] == ["00:00", "08:30", "24:00", "01:00"]
    assert plain(written.span(39600, 1800)) == "11:00–11:30"  # noqa: RUF001


def test_a_goal_names_threshold_and_variant() -> None:
    assert plain(written.threshold((20.0,), "of_answered")) == "within 20 s, of answered"
    assert plain(written.threshold((15.0, 20.0, 60.0), "of_offered")) == "within 15 to 60 s (by queue), of offered"
    assert plain(written.whole_percent(0.825)) == "82.5 %"


def test_names_are_cut_and_cleaned() -> None:
    assert written.short("x" * 40, 10) == "x" * 9 + "…"
    assert written.short("a\x00b\n") == "a?b?"
    assert written.short(f"−10{written.GLUE}%") == f"−10{written.GLUE}%"  # noqa: RUF001
    assert written.short("  ") == "?"


def plain(text: str) -> str:
    return text.replace(written.GLUE, " ").replace(written.HOLD, "")
