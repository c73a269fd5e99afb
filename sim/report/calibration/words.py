"""What a calibration says in words: for the terminal, and at the head and in the tables of its page."""

from __future__ import annotations

import math

from sim.calibrate.fits.estimate import Estimate
from sim.calibrate.fits.everything import Fitted, QueueFit
from sim.calibrate.log import Notes
from sim.calibrate.scenario_words import shown
from sim.report import written
from sim.report.study_page import Sheet

MOST_MISSING = 8


def headline(name: str, fitted: Fitted) -> str:
    calendar = fitted.calendar
    return f"{name}: fitted to {len(calendar.regular)} days, {calendar.first:%d %b %Y} to {calendar.last:%d %b %Y}"


def short(fitted: Fitted) -> list[str]:
    """The main figures for the head of the page, which has tables for the rest."""
    queues = tuple(f"{queue}: " for queue in fitted.queues)
    return [line for line in fits(fitted) if not line.startswith(("not fitted: ", "days unlike", *queues))]


def fits(fitted: Fitted) -> list[str]:
    """The main fitted figures as lines."""
    calendar, said = fitted.calendar, [f"{fitted.calendar.note[0].upper()}{fitted.calendar.note[1:]}."]
    for queue, fit in fitted.queues.items():
        said.append(f"{queue}: {'; '.join(_main(fit))}")
    staffing, speeds = fitted.staffing, fitted.speeds
    if staffing is not None:
        most = float(staffing.on_duty.max())
        said.append(f"agents: at most {most:.1f} on duty on average; {staffing.note}")
    if speeds is not None and speeds.spread.value is not None:
        said.append(f"agents' speeds: ln(mean handle time) differs by sd {shown(speeds.spread, 2)}; {speeds.note}")
    if fitted.order is not None and (first := [queue for queue in fitted.queues if fitted.order.written(queue)]):
        ahead = ", ".join(f"{queue} by {shown(fitted.order.head_start[queue], 3)} s" for queue in first)
        said.append(f"taken before other queues' callers: {ahead}; {fitted.order.note}")
    if fitted.short_calls is not None and fitted.short_calls.flagged:
        said.append(f"far more contacts under 10 s than colleagues: {', '.join(fitted.short_calls.flagged)}")
    if calendar.odd:
        kept = "kept in" if calendar.kept else "left out of"
        dates = ", ".join(f"{day.date:%d %b}" for day in calendar.odd[:12])
        more = " ..." if calendar.odd[12:] else ""
        said.append(f"days unlike their weekday's others, {kept} the fits: {dates}{more}")
    said += [f"not fitted: {reason}" for reason in fitted.missing[:MOST_MISSING]]
    if len(fitted.missing) > MOST_MISSING:
        said.append(f"not fitted: {len(fitted.missing) - MOST_MISSING} more, in the scenario and the report")
    return said


def _main(fit: QueueFit) -> list[str]:
    parts = [f"first calls a day {shown(fit.arrivals.a_day, 4)}"]
    variance = fit.arrivals.day_factor.variance
    if variance.value:
        parts.append(f"days differ by {100 * math.sqrt(variance.value):.0f} %")
    parts.append(f"handle time {shown(fit.aht, 4)} s" if fit.aht.value is not None else "handle time not known")
    if fit.patience.mean.value is not None:
        parts.append(f"patience {shown(fit.patience.mean, 3)} s ({fit.patience.chosen})")
    if fit.redials is not None and fit.redials.probability.value is not None:
        parts.append(f"redial {shown(fit.redials.probability, 2)}")
    return parts


# ---------------------------------------------------------------- tables of the page


def sheets(notes: Notes, fitted: Fitted) -> list[Sheet]:
    """The page's tables: files, what was left out, figures by queue, what could not be fitted."""
    found = [_files(notes)]
    rows = [("left out", odd) for odd in notes.left_out] + [("kept", odd) for odd in notes.kept]
    if rows:
        found.append(Sheet(
            "Odd rows", ("Reason", "Rows", "What became of them", "First", "What to do"),
            [(odd.reason, f"{odd.rows:,}", what, odd.example, odd.to_do) for what, odd in rows], wraps=True,
        ))  # fmt: skip
    calendar = fitted.calendar
    if calendar.odd:
        regular = {calendar.dates[i] for i in calendar.regular}
        found.append(Sheet(
            "Days unlike their weekday's others", ("Day", "Contacts", "Usually", "Why", "In the fits"),
            [(f"{day.date:%a %d %b %Y}", f"{day.offered:,.0f}", f"{day.usual:,.0f}", day.reason,
              "yes" if day.date in regular else "no") for day in calendar.odd], wraps=True,
        ))  # fmt: skip
    found.append(_figures(fitted))
    if fitted.missing:
        found.append(Sheet("What could not be fitted", ("What", "Why"),
                           [_parted(reason) for reason in fitted.missing], "It keeps its default, or what the "
                           "scenario's comment at its place says is assumed.", wraps=True))  # fmt: skip
    return found


def _parted(reason: str) -> tuple[str, str]:
    what, _, why = reason.partition(": ")
    return (what, why) if why else ("", what)


def _files(notes: Notes) -> Sheet:
    rows = [(file.name, file.reader, file.written, f"{file.used:,} of {file.rows:,}",
             ", ".join(f"{ours} = {theirs}" for ours, theirs in file.columns.items())) for file in notes.files]
    said = "; ".join(notes.guessed)
    return Sheet("Files", ("File", "Read as", "Written as", "Rows used", "Columns"), rows,
                 f"Guessed: {said}. A mapping file (mapping=FILE) says it otherwise." if said else "", wraps=True)


def _figures(fitted: Fitted) -> Sheet:
    columns = ("Queue", "First calls a day", "Days differ by, %", "Handle time, s", "Law of talk", "Patience, s",
               "Law of patience", "Redial", "Resolved")
    rows = []
    for queue, fit in fitted.queues.items():
        spread = fit.arrivals.day_factor.variance
        talk = fit.handle.get("talk")
        fcr = fit.resolution
        rows.append((
            queue, _cell(fit.arrivals.a_day), f"{100 * math.sqrt(spread.value):.0f}" if spread.value else written.NONE,
            _cell(fit.aht), talk.chosen if talk is not None else written.NONE, _cell(fit.patience.mean),
            fit.patience.chosen or written.NONE,
            _cell(fit.redials.probability) if fit.redials is not None else written.NONE,
            _cell(fcr.recorded if fcr.recorded.value is not None else fcr.no_further_contact) if fcr else written.NONE,
        ))  # fmt: skip
    return Sheet("Fitted figures", columns, rows, "Below each figure its 95 % interval. Patience: seconds waited for "
                 "each hang-up. All figures: fits.csv; each also stands in the scenario, with the rows it rests on.")


def _cell(estimate: Estimate) -> str:
    if estimate.value is None:
        return written.NONE
    value = f"{estimate.value:,.3g}" if abs(estimate.value) < 100 else f"{estimate.value:,.0f}"
    if estimate.low is None or estimate.high is None:
        return value
    digits = ",.3g" if abs(estimate.value) < 100 else ",.0f"
    return f"{value}\n{estimate.low:{digits}} to {estimate.high:{digits}}"
