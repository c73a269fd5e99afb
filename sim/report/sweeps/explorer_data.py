"""What the explorer's page is given: all that a sweep has shown, as one JSON text that stays small.

KPIs and their limits are plain numbers; curves of the day and what pairs of replications need are 16-bit whole numbers
in base64, an eighth of what they would be as text.
"""

from __future__ import annotations

import json
import math
import shlex
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.loading.refusal import Refused
from sim.measure.evidence import LEAST, Estimate, t_quantile
from sim.measure.kpis import Kpi
from sim.report import written
from sim.report.sweeps import factors
from sim.scenario.goals import Goals
from sim.study.comparison.compare import MEASURES, NETS
from sim.study.comparison.differences import linear
from sim.study.observed import Observed
from sim.study.sweeps import lattice
from sim.study.sweeps.plot import Plot
from sim.study.sweeps.spread import Spread
from sim.study.sweeps.sweep import FAILED, FINISHED, Point, Sweep
from sim.study.variants import Figures, Floats

TILES = ("service_level", "csat", "aht_s", "asa_s", "abandonment_rate", "occupancy", "day_met", "fcr",
         *NETS.values(), "cost_per_resolved", "offered", "paid_hours")  # fmt: skip
"""KPIs with a tile, in order of weight: the first `MOST_TILES` that a sweep has."""
MOST_TILES = 9
MORE = ("nps", "repeat_rate", "handled", "abandoned", "operating_cost", "total_cost", "value_lost", "churn",
        "pressure", "energy", "utilization", "paid_cost")  # fmt: skip
"""KPIs that can be chosen as an axis and stand among the further figures, besides those for which no tile was left."""
DIRECTIONS = {measure.key: measure.direction for measure in MEASURES} | {
    "day_met": 1, "paid_hours": -1, "abandoned": -1, "operating_cost": -1, "total_cost": -1, "value_lost": -1,
    "churn": -1, "pressure": -1, "energy": 1, "paid_cost": -1}  # fmt: skip
"""1: more is better, -1: less is better; without an entry neither."""
LABELS = {measure.key: measure.label for measure in MEASURES} | {"day_met": "Days that meet the goal"}
NOTES = {"occupancy": "of staffed time", "aht_s": "talk, hold and wrap-up", "asa_s": "average wait of the answered",
         "abandonment_rate": "of offered", "day_met": "share of simulated days that meet the service level goal",
         "fcr": "of first contacts", "csat": "would give 4 or 5 of 5", "offered": "redials and repeat calls included"}
CURVES = (
    ("service_level", "Service level", "share"),
    ("offered", "Contacts offered", "contacts"),
    ("csat", "CSAT", "share"),
    ("asa_s", "Speed of answer (ASA)", "s"),
    ("occupancy", "Occupancy", "share"),
    ("staffed", "Agents on the phones", "agents"),
    ("pressure", "Pressure on agents", "0-1"),
)
"""key, label and unit of each curve of the day, as far as it was observed"""
CURVE_BYTES, PAIR_BYTES = 3_000_000, 1_200_000
"""Room for curves and for pairs in the page; what does not fit is left out, and the page says so."""
MANY = 3_000
"""points beyond which only the KPIs with a tile are sent"""
AT_ONCE = 4_000_000
"""numbers that are worked on at once: 32 MB"""
DIGITS = 7
TOP, NONE, LINEAR = 65_000, 65_535, 32_000
"""largest whole number of a curve, the one that stands for no figure, and the largest of a linearised value"""
FREEDOM = 100
"""degrees of freedom up to which quantiles are sent; beyond, the page's expansion is exact to 1e-8"""
OWN = ("plot.", "study", "output", "hydra.", "resume", "report", "execution", "workers", "cluster")
"""words of a sweep's command that are not the scenario's"""


def data(sweep: Sweep, plot: Plot | None = None) -> dict[str, Any]:
    """All that the page shows, ready for JSON; `plot` says which figures its map shows at first."""
    kpis = chosen(sweep)
    tiles = [kpi.key for kpi in kpis][: _tiles(sweep)]
    sent = kpis if len(sweep.points) <= MANY else kpis[: len(tiles)]
    known = {kpi.key: sweep.estimate(kpi.key) for kpi in sent}
    places = _places(sweep)
    course, no_course = _course(sweep)
    pairs, no_pairs = _pairs(sweep, tiles)
    return {
        "scenario": sweep.scenario,
        "command": fixed_command(sweep),
        "confidence": sweep.confidence,
        "axes": [_axis(sweep, k) for k in range(len(sweep.axes))],
        "at": [place for point in sweep.points for place in places(point)],
        "done": [k for k, point in enumerate(sweep.points) if point.observed is not None],
        "replications": [len(_seen(point).numbers) for point in sweep.done],
        "base": lattice.base(sweep),
        "stands": lattice.as_it_stands(sweep),
        "plot": {} if plot is None else {"x": plot.x, "y": plot.y, "color": plot.color},
        "troubles": {k: [point.status, _reason(point)] for k, point in enumerate(sweep.points) if _troubled(point)},
        "kpis": [_kpi(kpi, kpi.key in tiles) for kpi in sent],
        "mean": {key: _numbers(found.mean) for key, found in known.items()},
        "low": {key: _numbers(found.low) for key, found in known.items()},
        "high": {key: _numbers(found.high) for key, found in known.items()},
        "goals": _goals(sweep, {kpi.key for kpi in sent}),
        "t": [round(float(t), 9) for t in t_quantile(sweep.confidence, np.arange(1.0, FREEDOM + 1.0))],
        "leaning": LEAST,
        "z": float(t_quantile(sweep.confidence, np.array(1e12))),
        "course": course,
        "no_course": no_course,
        "pairs": pairs,
        "error": _errors(sweep, [key for key in known if pairs is None or key not in tiles]),
        "no_pairs": no_pairs,
    }


def as_json(found: Mapping[str, Any]) -> str:
    """As JSON that may stand in a script element: no "<" in it can end the element or begin a comment."""
    text = json.dumps(found, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


# ---------------------------------------------------------------- KPIs and goals


def chosen(sweep: Sweep) -> list[Kpi]:
    """The KPIs that are shown, those of the tiles first."""
    known = {kpi.key: kpi for kpi in sweep.kpis}
    return [known[key] for key in (*TILES, *MORE) if key in known]


def _tiles(sweep: Sweep) -> int:
    known = {kpi.key for kpi in sweep.kpis}
    return min(MOST_TILES, sum(key in known for key in TILES))


def _kpi(kpi: Kpi, tile: bool) -> dict[str, Any]:
    return {"key": kpi.key, "label": LABELS.get(kpi.key, kpi.label), "unit": kpi.unit, "tile": tile,
            "direction": DIRECTIONS.get(kpi.key, 0), "note": NOTES.get(kpi.key, "")}


def _goals(sweep: Sweep, keys: set[str]) -> dict[str, Any]:
    """KPI -> whether the goal is a least value, the different goals with their words, and which is whose."""
    of: dict[str, dict[tuple[float, str], None]] = {}
    which: dict[str, list[int]] = {}
    known: dict[str, dict[str, tuple[float, str]]] = {}
    for point in sweep.done:
        if point.config is None:
            continue
        config = point.config
        told = json.dumps([config.get("goals"), _thresholds(config)], default=str)
        if told not in known:
            known[told] = _goals_of(config)
        for key, goal in known[told].items():
            if key in keys:
                goals = of.setdefault(key, {})
                goals.setdefault(goal)
                which.setdefault(key, []).append(list(goals).index(goal))
    return {key: {"least": key in ("service_level", "csat", "fcr"), "set": [list(goal) for goal in goals],
                  "of": which[key] if len(goals) > 1 else 0}
            for key, goals in of.items() if len(which[key]) == len(sweep.done)}


def _goals_of(config: Mapping[str, Any]) -> dict[str, tuple[float, str]]:
    """KPI -> goal and its words."""
    goals = Goals.model_validate(config.get("goals") or {})
    level = f"{written.whole_percent(goals.service_level)} {written.threshold(_thresholds(config), goals.definition)}"
    least, most = (f"at {word} {{}}" for word in ("least", "most"))
    return {
        "service_level": (goals.service_level, level),
        "csat": (goals.csat, least.format(written.whole_percent(goals.csat))),
        "fcr": (goals.fcr, least.format(written.whole_percent(goals.fcr))),
        "abandonment_rate": (goals.abandonment, most.format(written.whole_percent(goals.abandonment))),
        "occupancy": (goals.occupancy, most.format(written.whole_percent(goals.occupancy))),
        "aht_s": (goals.aht_target, most.format(written.seconds(goals.aht_target))),
    }


def _thresholds(config: Mapping[str, Any]) -> list[float]:
    """The time within which each queue's contacts are to be answered."""
    goals = config.get("goals") or {}
    own = float(goals.get("within_s", 20.0))
    queues = config.get("queues") or {}
    found = [((queue or {}).get("goals") or {}).get("within_s") for queue in queues.values()]
    return sorted({own if each is None else float(each) for each in found} or {own})


# ---------------------------------------------------------------- points


def _axis(sweep: Sweep, k: int) -> dict[str, Any]:
    axis = sweep.axes[k]
    noun = factors.noun(axis.key)
    found: dict[str, Any] = {
        "key": axis.key, "label": noun[:1].upper() + noun[1:], "numeric": axis.numeric,
        "values": [v if axis.numeric else _typed(v) for v in axis.values],
        "texts": [factors.brief(axis.key, v) for v in axis.values],
        "names": [factors.value(axis.key, v) for v in axis.values],
        "words": [shlex.quote(f"{axis.key}={_typed(v)}") for v in axis.values]}  # fmt: skip
    for place, given in enumerate(axis.values):
        if given is None and not any(p.values[k] is None and f"{axis.key}=" in p.name for p in sweep.points):
            found["texts"][place] = "as it is"  # a point of a study that does not set this key
            found["names"][place], found["words"][place] = f"{noun} as it is", ""
    return found


def _typed(given: Any) -> str:
    """A value as it is typed on the command line."""
    if given is None or isinstance(given, bool):
        return {None: "null", True: "true", False: "false"}[given]
    return str(given)


def _places(sweep: Sweep) -> Callable[[Point], list[int]]:
    """Tells which of each axis's values a point has; values that are no numbers or texts stand there as text."""
    order = [{_word(v): k for k, v in enumerate(axis.values)} for axis in sweep.axes]
    return lambda point: [known[_word(v)] for known, v in zip(order, point.values, strict=True)]


def _word(given: Any) -> Any:
    """The same for 1 and 1.0, but not for 1 and true."""
    number = isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given)
    return float(given) if number else str(given)


def _troubled(point: Point) -> bool:
    return point.observed is None or point.status != FINISHED


def _reason(point: Point) -> str:
    return point.reason or ("it failed" if point.status == FAILED else "it was stopped")


def fixed_command(sweep: Sweep) -> str:
    """The command that runs one point, without its values: `python -m sim +scenario=peak seed=3`; "" where what the
    sweep's study has set cannot be read any more."""
    swept = {axis.key for axis in sweep.axes}
    words = _words(sweep.command)
    study = next((word.partition("=")[2] for word in words if _key(word) == "study"), None)
    if study is not None:
        try:
            words += _set_by(study, {_key(word) for word in words})
        except Refused:
            return ""
    kept = [word for word in words if _key(word) not in swept and not _key(word).startswith(OWN)]
    if "scenario" not in swept and not any(_key(word) == "scenario" or "=" not in word for word in kept):
        kept.insert(0, f"+scenario={sweep.scenario}")
    if sweep.seed and not any(_key(word) == "seed" for word in kept) and "seed" not in swept:
        kept.append(f"seed={sweep.seed}")
    return " ".join(["python -m sim", *(shlex.quote(word) for word in kept)])


def _words(command: str) -> list[str]:
    """The words of a sweep's command that set something or name the scenario."""
    try:
        words = shlex.split(command)
    except ValueError:
        return []
    rest = words[words.index("sim") + 1 :] if "sim" in words else words
    return [word for word in rest if not word.startswith("-") and word != "sweep"]


def _set_by(study: str, given: set[str]) -> list[str]:
    """The words that stand in a study's file, but for those that are given beside it. Raises Refused."""
    from sim.loading import study_file

    told = study_file.read(study_file.find(study))
    found = [f"+scenario={told.scenario}"] if told.scenario and "scenario" not in given else []
    found += [f"replications={told.replications}"] if told.replications and "replications" not in given else []
    return found + [f"{key}={study_file.written(value)}" for key, value in told.set.items() if key not in given]


def _key(word: str) -> str:
    return word.partition("=")[0].lstrip("+~")


def _seen(point: Point) -> Observed:
    assert point.observed is not None
    return point.observed


def _numbers(values: Floats) -> list[float | None]:
    return [float(f"{v:.{DIGITS}g}") if math.isfinite(v) else None for v in values.tolist()]


def _base64(values: NDArray[Any], kind: str) -> str:
    return b64encode(np.ascontiguousarray(values, kind).tobytes()).decode()


# ---------------------------------------------------------------- curves of the day


def _course(sweep: Sweep) -> tuple[dict[str, Any] | None, str]:
    """The curves at each done point, or why there are none."""
    if not sweep.done:
        return None, ""
    first = _seen(sweep.done[0]).course
    same = all(np.array_equal(_seen(point).course.start_s, first.start_s) for point in sweep.done)
    if not same:
        return None, "The points have different intervals of the day, so there are no curves."
    curves = [each for each in CURVES if all(each[0] in _seen(p).course.figures for p in sweep.done)]
    size = len(sweep.done) * len(curves) * len(first.start_s) * 8
    if size > 8 * CURVE_BYTES:  # do not even make what cannot fit once closed hours are left out
        return None, _too_many(sweep)
    seen = [_seen(point) for point in sweep.done]
    found = {key: _together([each.by_interval(key) for each in seen], sweep.confidence) for key, *_ in curves}
    open_at = np.zeros(len(first.start_s), bool)
    if "offered" in found:
        open_at |= (np.nan_to_num(found["offered"].mean) > 0.0).any(axis=0)
    if not open_at.any() or len(sweep.done) * len(curves) * open_at.sum() * 8 > CURVE_BYTES:
        return None, _too_many(sweep) if open_at.any() else ""
    if first.start_s[-1] < 86_400.0:  # one day: without holes between its first and its last contact
        open_at[np.argmax(open_at) : len(open_at) - np.argmax(open_at[::-1])] = True
    packed = []
    for key, label, unit in curves:
        top = 1.0 if unit in ("share", "0-1") else np.inf
        three = np.stack([np.clip(part[:, open_at], 0.0, top) for part in found[key][:3]], axis=1)
        most = float(np.nanmax(three, initial=0.0)) or 1.0
        whole = np.where(np.isfinite(three), np.round(np.nan_to_num(three) / most * TOP), NONE)
        packed.append({"key": key, "label": label, "unit": unit, "scale": most,
                       "packed": _base64(whole, "<u2"), "range": _range(key, three[:, 0])})
    config = sweep.done[0].config or {}
    step = float(first.start_s[1] - first.start_s[0]) if len(first.start_s) > 1 else 3600.0
    return {"start_s": first.start_s[open_at].tolist(), "step_s": step, "curves": packed,
            "first_day": str(config.get("first_day", "monday"))}, ""


def _together(figures: Sequence[Figures], confidence: float) -> Estimate:
    """`Figures.estimate` of many points, each of shape (points, ...): points with as many replications go together,
    a hundred times faster than one by one."""
    parts = np.empty((len(Estimate._fields), len(figures), *figures[0].tops.shape[1:]))
    same: dict[int, list[int]] = {}
    for k, each in enumerate(figures):
        if each.strata > 1:
            parts[:, k] = each.estimate(confidence)
        else:
            same.setdefault(len(each.tops), []).append(k)
    for places in same.values():
        some = max(1, AT_ONCE // max(1, figures[places[0]].tops.size))
        for start in range(0, len(places), some):
            rows = places[start : start + some]
            tops = np.stack([figures[k].tops for k in rows], axis=1)
            bottoms = np.stack([figures[k].bottoms for k in rows], axis=1)
            parts[:, rows] = Figures(tops, bottoms).estimate(confidence)
    return Estimate(*parts)


def _range(key: str, means: Floats) -> list[float] | None:
    """The axis of a share's curve, the same at all points: all of it, or for what varies little the part that is used;
    None where the page chooses."""
    if key not in ("service_level", "occupancy", "csat", "pressure"):
        return None
    if key in ("service_level", "occupancy") or not np.isfinite(means).any():
        return [0.0, 1.0]
    low, high = np.floor(10.0 * np.nanmin(means)) / 10.0, np.ceil(10.0 * np.nanmax(means)) / 10.0
    return [round(float(max(0.0, low - 0.1 * (high - low < 0.15))), 1), round(float(min(1.0, max(high, low + 0.1))), 1)]


def _too_many(sweep: Sweep) -> str:
    return (f"The curves of the day are left out: {len(sweep.done):,} points would make this file too large to mail. "
            "A sweep of fewer points, or of fewer intervals, has them.")


# ---------------------------------------------------------------- pairs of replications


def _pairs(sweep: Sweep, keys: Sequence[str]) -> tuple[dict[str, Any] | None, str]:
    """What each replication adds to each figure of each done point, to first order, or why this is left out.

    Each point and KPI has its own scale; a difference of two points is then as exact as its interval needs.
    """
    numbers = [tuple(_seen(point).in_batches().numbers.tolist()) for point in sweep.done]
    if max((len(each) for each in numbers), default=0) < 2:
        return None, "One replication has no interval."
    if sum(len(each) for each in numbers) * len(keys) * 8 / 3 > PAIR_BYTES:
        return None, ("Differences are not paired here, because that would make this file too large: their intervals "
                      "are wider than they need be. For paired ones compare single runs (python -m sim compare).")
    sets = list(dict.fromkeys(numbers))
    scales: list[float] = []
    parts = []
    for point in sweep.done:
        observed = _seen(point).in_batches()
        columns = [observed.places()[key] for key in keys]
        own = linear(Figures(observed.figures.tops[:, columns], observed.figures.bottoms[:, columns])).T
        steps = [float(f"{most / LINEAR:.6g}") for most in np.abs(own).max(axis=1, initial=0.0)]
        scales += steps
        parts.append(np.round(own / np.where(steps, steps, 1.0)[:, None]).ravel())
    which = [sets.index(each) for each in numbers] if len(sets) > 1 else 0
    return {"keys": list(keys), "numbers": [_run(each) for each in sets], "of": which, "scale": scales,
            "packed": _base64(np.concatenate(parts), "<i2")}, ""


def _errors(sweep: Sweep, keys: Sequence[str]) -> dict[str, list[float | None]]:
    """Standard errors at each done point, of which differences that are not paired are made."""
    if not sweep.done or not keys:
        return {}
    found = Spread.of(sweep, keys).evidence().error
    return {key: _numbers(errors) for key, errors in zip(keys, found, strict=True)}


def _run(numbers: Sequence[int]) -> list[int] | dict[str, int]:
    """Replication numbers; those without a gap by the first and how many."""
    if numbers and list(numbers) == list(range(numbers[0], numbers[0] + len(numbers))):
        return {"first": numbers[0], "count": len(numbers)}
    return list(numbers)
