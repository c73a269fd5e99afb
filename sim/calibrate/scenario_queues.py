"""The queues of a scenario file that is written: hours, arrivals, handle times, patience, calling again."""

from __future__ import annotations

import math

import numpy as np

from sim.calibrate.fits.calendar import in_words
from sim.calibrate.fits.everything import Fitted, QueueFit
from sim.calibrate.fits.handle import Handle
from sim.calibrate.fits.match import DEFAULT_PATIENCE_S
from sim.calibrate.fits.moments import USUAL_CV
from sim.calibrate.scenario_words import comment, law, number, quoted, shown, value_text, week
from sim.loading.refusal import Refused
from sim.units import MINUTE, WEEKDAYS, format_clock, format_days


def queue_lines(name: str, queue: str, fit: QueueFit, fitted: Fitted) -> list[str]:
    lines = [f"  {quoted(name)}:"]
    if name != queue:
        lines += comment(f"in the log: {queue}", 4)
    outside = fitted.calendar.outside.get(queue, 0.0)
    if outside:
        lines += comment(f"{outside:.0f} contacts came outside of these hours and are not in the arrivals", 4)
    lines += ["    open:"]
    for days, hours in _alike(in_words(fitted.calendar.open[queue])):
        lines.append(f"      {days}: {hours}")
    closing = fit.closing
    lines += comment(closing.note if closing is not None else "at_close: not in the report, assumed", 4)
    lines += [f"    at_close: {'serve' if closing is None else closing.at_close}", *_arrivals(fit)]
    for part in ("talk", "hold", "wrap"):
        lines += _part(part, fit, fitted)
    lines += _patience(fit)
    lines += _head_start(queue, fitted)
    lines += _again(fit)
    return lines


def _alike(words: dict[str, str | list[str]]) -> list[tuple[str, str]]:
    """Weekdays with the same hours in one line."""
    groups: dict[str, list[int]] = {}
    for number_of_day, day in enumerate(WEEKDAYS):
        hours = words[day]
        text = f'"{hours}"' if isinstance(hours, str) else "[" + ", ".join(f'"{one}"' for one in hours) + "]"
        groups.setdefault(text, []).append(number_of_day)
    return [(format_days(days), text) for text, days in groups.items()]


def _arrivals(fit: QueueFit) -> list[str]:
    found = fit.arrivals
    told = f"{found.note}. First calls a day {shown(found.a_day, 4)}. Rates are means of their weekday"
    if math.isfinite(found.relative_se):
        told += f"; relative standard error {100 * found.relative_se:.0f} % (median)."
    if fit.redials is None:
        told += " All contacts count as first calls."
    lines = comment(told, 4)
    used = np.flatnonzero(found.open.any(axis=0))
    first, last = (int(used[0]), int(used[-1]) + 1) if len(used) else (0, 1)
    shape = found.day_factor.shape
    lines += [
        "    arrivals:",
        "      kind: rates",
        f'      start: "{format_clock(first * found.interval_min * MINUTE)}"',
        f"      interval_min: {found.interval_min}",
    ]
    if shape.value is None:
        lines += comment(f"day_factor_shape: {shape.note}; none is assumed", 6)
    else:
        spread = 100.0 * math.sqrt(found.day_factor.variance.known)
        lines += comment(
            f"days differ by a standard deviation of {spread:.0f} %; shape {shown(shape, 4)}; {shape.note}", 6
        )
        lines.append(f"      day_factor_shape: {number(shape.value)}")
    slot = found.slot_factor
    if slot.sd.value:
        lines += comment(f"sd {shown(slot.sd, 3)}, lag-1 {shown(slot.lag1, 2)}; {slot.sd.note}", 6)
        lines.append(f"      slot_factor: {{sd: {number(slot.sd.value)}, lag1: {number(slot.lag1.known)}}}")
    else:
        lines += comment(f"slot_factor: {slot.sd.note}", 6)
    lines += ["      per_hour:", *week(found.per_hour[:, first:last], 2, found.interval_min, 8)]
    return lines


def _part(part: str, fit: QueueFit, fitted: Fitted) -> list[str]:
    handle = fit.handle.get(part)
    wrap = (
        fitted.staffing.presence.wrap if fitted.staffing is not None and fitted.staffing.presence is not None else None
    )
    if handle is not None and handle.asks is not None:
        return [*comment(_handle_note(handle), 4), *law(part, handle.asks, 4)]
    if part == "wrap" and wrap is not None:
        return [
            *comment(f"Wrap-up: {wrap.note}; one law for all queues", 4),
            *(law("wrap", wrap.asks, 4) if wrap.asks else []),
        ]
    if part != "talk":
        return comment(f"{part}: {handle.note if handle is not None else 'not in the report'}; none assumed", 4)
    if fit.aht.value is not None and handle is None:
        asks = {"kind": "lognormal", "mean_s": fit.aht.value, "cv": USUAL_CV}
        said = (
            f"Mean handle time {shown(fit.aht, 4)} s; {fit.aht.note}. Law not known: lognormal, cv {USUAL_CV} assumed"
        )
        return [*comment(said, 4), *law("talk", asks, 4)]
    alike = [
        other.handle["talk"].mean for other in fitted.queues.values() if other.handle and other.handle["talk"].asks
    ]
    if not alike:
        raise Refused("no talk or handle time in the log: a scenario cannot do without; map its column")
    mean = float(np.average([one.known for one in alike], weights=[one.n for one in alike]))
    why = handle.note if handle is not None else "no talk time"
    said = f"{why}: the other queues' mean, lognormal, cv {USUAL_CV} assumed"
    return [*comment(said, 4), *law("talk", {"kind": "lognormal", "mean_s": mean, "cv": USUAL_CV}, 4)]


def _handle_note(handle: Handle) -> str:
    figures = "; ".join(f"{name} {shown(one, 4)}" for name, one in handle.parameters.items())
    tried = ", ".join(f"{law.name} {law.bic - handle.laws[0].bic:.0f}" for law in handle.laws[1:])
    return (
        f"{handle.part.capitalize()}: {handle.note}; mean {shown(handle.mean, 4)} s"
        f"{'; ' + figures if figures else ''}{'. BIC above the best: ' + tried if tried else ''}"
    )


def _patience(fit: QueueFit) -> list[str]:
    found = fit.patience
    if found.asks is None:
        said = f"Patience: {found.note}; exponential with mean {DEFAULT_PATIENCE_S:.0f} s assumed"
        return [*comment(said, 4), f"    patience: {{kind: exponential, mean_s: {DEFAULT_PATIENCE_S:.0f}}}"]
    figures = "; ".join(f"{name} {shown(one, 4)}" for name, one in list(found.parameters.items())[:24])
    tried = ", ".join(f"{law.name} {law.aic - found.laws[0].aic:.0f}" for law in found.laws[1:])
    said = f"Patience: {found.note}; {figures}{'. AIC above the best: ' + tried if tried else ''}"
    lines = [*comment(said, 4), *law("patience", found.asks, 4)]
    if found.place is not None:
        ratios = ", ".join(shown(one, 3) for one in found.place.hazard)
        said = f"Hanging up by callers ahead in this queue, over that with fewer: {ratios} ({found.waits} waits)"
        asks = {"ahead": list(found.place.ahead), "hazard": found.place.ratios[1:].round(4).tolist()}
        lines += [*comment(said, 4), *law("told_place", asks, 4)]
    if found.balk.value:
        lines.append(f"    balk: {number(found.balk.value)} # {shown(found.balk, 3)}, {found.balk.note}")
    return lines


def _head_start(queue: str, fitted: Fitted) -> list[str]:
    order = fitted.order
    found = order.written(queue) if order is not None else None
    if order is None or found is None:
        return []
    said = f"Taken before callers of other queues as if they had waited longer by {shown(found, 3)} s; {order.note}"
    return [*comment(said, 4), f"    head_start_s: {number(found.known)}"]


def _again(fit: QueueFit) -> list[str]:
    lines: list[str] = []
    redials = fit.redials
    if redials is None or redials.probability.value is None:
        why = "a report by interval does not show it" if redials is None else redials.note
        lines += comment(f"Redial: {why}; none, since redials are among the arrivals", 4)
    elif redials.probability.value <= 0.0 or redials.probability.low == 0.0:
        lines += comment(f"Redial: {redials.note}: none", 4)
    elif redials.delay is None:
        said = f"Redial after abandoning, beyond those who call anyway: {shown(redials.probability, 3)}; {redials.note}"
        lines += comment(f"{said}; its delay keeps the default", 4)
        lines.append(f"    redial: {{after_abandon: {number(redials.probability.value)}}}")
    else:
        said = (
            f"Redial after abandoning, beyond those who call anyway: {shown(redials.probability, 3)}; "
            f"delay in opening hours: median {shown(redials.median_s, 4)} s, sigma {shown(redials.sigma, 3)}; "
            f"{redials.note}; callers known of {100 * (redials.identified.value or 0):.0f} %"
        )
        lines += comment(said, 4)
        delay = ", ".join(f"{name}: {value_text(value)}" for name, value in redials.delay.items())
        lines.append(f"    redial: {{after_abandon: {number(redials.probability.value)}, delay: {{{delay}}}}}")
    return [*lines, *_resolution(fit)]


def _resolution(fit: QueueFit) -> list[str]:
    lines: list[str] = []
    fcr, repeats = fit.resolution, fit.repeats
    if fcr is not None and (fcr.recorded.value is not None or fcr.no_further_contact.value is not None):
        best = fcr.recorded if fcr.recorded.value is not None else fcr.no_further_contact
        how = "as the log has it" if best is fcr.recorded else "no further contact within 7 days"
        lines += comment(f"First contact resolution, {how}: {shown(best, 3)}, {best.note}", 4)
        lines.append(f"    fcr: {number(min(max(best.known, 0.001), 0.999))}")
    if repeats is not None and repeats.probability.value is not None and repeats.delay is not None:
        delay = ", ".join(f"{name}: {value_text(value)}" for name, value in repeats.delay.items())
        share = repeats.probability.value
        said = (
            f"Repeat calls beyond those who call anyway: {shown(repeats.probability, 3)} of handled contacts, "
            f"delay {{{delay}}}; {repeats.note}. They are among the arrivals, so none come on top. To let resolution "
            f"decide: repeat.probability = {number(share)} / (1 - fcr), this delay, and demand.scale {1.0 - share:.3f}."
        )
        lines += comment(said, 4)
    elif repeats is not None:
        p = shown(repeats.probability, 3)
        lines += comment(
            f"Repeat calls beyond those who call anyway: {p}; {repeats.note}; they are among the arrivals", 4
        )
    else:
        lines += comment("Repeat calls: a report by interval does not show them; they are among the arrivals", 4)
    return [*lines, "    repeat: {probability: 0}"]
