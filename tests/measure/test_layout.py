"""The calendar: opening hours, days and what lies past the last midnight."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.measure import Definition, Layout, QueueLayout
from sim.record import AgentState
from sim.scenario import Scenario
from tests.measure.days import call, day, layout, results, was


def test_from_a_scenario() -> None:
    queue = {"arrivals": {"kind": "rates", "per_hour": 10}, "talk": {"kind": "constant", "value_s": 60}}
    scenario = Scenario.model_validate(
        {
            "days": 2,
            "first_day": "tuesday",
            "interval_min": 15,
            "goals": {"service_level": 0.7, "definition": "of_answered"},
            "queues": {
                "service": {**queue, "open": {"tue": "08:00-20:00"}},
                "night": {
                    **queue,
                    "open": "22:00-06:00",
                    "at_close": "disconnect",
                    "goals": {"within_s": 60, "short_abandon_s": 10},
                },
            },
            "teams": {"front": {"agents": 1, "skills": {"service": 1, "night": 1}, "shifts": {"all": 1}}},
            "shifts": {"all": {"start": "00:00", "end": "24:00"}},
        }
    )
    made = Layout.of(scenario)
    assert (made.days, made.first_weekday, made.interval_s, made.teams) == (2, 1, 900, ("front",))
    service, night = made.queues
    assert service.windows == ((8 * 3600.0, 20 * 3600.0),)
    assert night.windows == ((22 * 3600.0, 30 * 3600.0), (46 * 3600.0, 54 * 3600.0))
    assert (service.goals.within_s, night.goals.within_s, night.goals.short_abandon_s) == (20.0, 60.0, 10.0)
    assert night.goals.service_level == made.goals.service_level == 0.7
    assert night.goals.definition is Definition.OF_ANSWERED
    assert (service.disconnects, night.disconnects) == (False, True)
    assert made.bins == 54 * 4 + 1


def test_open_hours() -> None:
    one, other = ((32400.0, 36900.0), (36000.0, 37800.0))
    made = Layout((QueueLayout("a", windows=(one,)), QueueLayout("b", windows=(other,))), ("t",))
    opened = made.open_seconds()
    assert opened[1, 18:22].tolist() == [1800.0, 1800.0, 900.0, 0.0]
    assert opened[2, 18:22].tolist() == [0.0, 0.0, 1800.0, 0.0]
    assert opened[0].sum() == 3 * 1800.0  # the center is open while any queue is
    assert made.bin_seconds().sum() == 86400.0


def test_a_night_queue_has_its_intervals_past_the_last_midnight() -> None:
    night = replace(layout(), queues=(QueueLayout("night", windows=((79200.0, 108000.0),)),))
    made = results(night, day([call(0, 15 * 3600 + 10, talk=9)], [was(0, AgentState.IDLE, 0, 50_000)]))
    table = made.intervals.filter((made.intervals["scope"] == "queue") & (made.intervals["day"] == 2))
    assert len(table) == 12 and not table["after_end"].any() and table["open"].all()
    assert table.select("clock", "offered").row(0) == ("00:00", 1.0)
    assert made.days["day"].unique().to_list() == [1]


def test_weekdays_go_round() -> None:
    made = results(replace(layout(days=3), first_weekday=5), day())
    assert made.days["weekday"].unique(maintain_order=True).to_list() == ["saturday", "sunday", "monday"]


@pytest.mark.parametrize("wrong", [{"queues": ()}, {"days": 0}, {"interval_s": 7000}, {"interval_s": 0}])
def test_an_impossible_calendar(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="needs a queue"):
        replace(layout(), **wrong)  # type: ignore[arg-type]
