/* Numbers: what the page was given, figures as sim/report/written.py writes them, and differences with intervals. */

const GLUE = '\u00a0', MINUS = '\u2212', NONE = '\u2013';
const D = JSON.parse(document.getElementById('explorer-data').textContent);
const AXES = D.axes, KPIS = D.kpis, TILES = KPIS.filter((kpi) => kpi.tile);
const KPI = new Map(KPIS.map((kpi) => [kpi.key, kpi]));
const COUNT = AXES.length ? D.at.length / AXES.length : 0;
const ROW = new Map(D.done.map((point, row) => [point, row]));   // point -> its row among those with figures

/* ---- figures in words ---- */

/* As Python rounds: a tie goes to the even digit. Ties are multiples of a power of two, so they are seen exactly. */
function fixed(x, decimals) {
  const size = Math.abs(x), doubled = size * 2 ** (decimals + 1);
  let text = size.toFixed(decimals);
  if (Math.abs(doubled % 2) === 1) {
    const half = size * 10 ** decimals, low = Math.floor(half);
    text = ((low % 2 ? low + 1 : low) / 10 ** decimals).toFixed(decimals);
  }
  return (x < 0 ? '-' : '') + text;
}
function grouped(text) {
  const [whole, rest] = text.split('.');
  const sets = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return rest === undefined ? sets : `${sets}.${rest}`;
}
const two = (n) => String(n).padStart(2, '0');

function percent(share, decimals = 1) {
  const text = fixed(100 * share, decimals), edge = 10 ** -decimals;
  if (share > 0 && Number(text) === 0) return `<${GLUE}${edge.toFixed(decimals)}${GLUE}%`;
  if (share < 1 && Number(text) === 100) return `>${GLUE}${(100 - edge).toFixed(decimals)}${GLUE}%`;
  return `${text}${GLUE}%`;
}
function seconds(time, like) {
  const size = Math.max(time, like || 0);
  if (size < 9.95) return `${fixed(time, 1)}${GLUE}s`;
  const rounded = Number(fixed(time, 0)), form = Number(fixed(size, 0));
  if (form < 600) return `${rounded}${GLUE}s`;
  if (form < 3600) return `${Math.floor(rounded / 60)}:${two(rounded % 60)}${GLUE}min`;
  return `${Math.floor(rounded / 3600)}:${two(Math.floor((rounded % 3600) / 60))}:${two(rounded % 60)}${GLUE}h`;
}
function counted(number) {
  if (number === 0) return '0';
  const size = Math.abs(number);
  return grouped(fixed(number, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2));
}
const whole = (number) => grouped(String(number));
const shortUnit = (unit) => (unit.length <= 8 ? unit : `${unit.slice(0, 7).trimEnd()}\u2026`);

function figure(value, unit) {
  if (value === null || value === undefined || Number.isNaN(value)) return NONE;
  if (unit === 'share' || unit === 'ratio') return percent(value);
  if (unit === 's') return seconds(value);
  if (unit === 'h') return `${grouped(fixed(value, 1))}${GLUE}h`;
  if (unit === '0-1' || unit === 'score') return fixed(value, 2);
  if (unit === 'points') return fixed(value, 1).replace('-', MINUS);
  if (['contacts', 'customers', 'agents'].includes(unit)) return counted(value);
  const text = grouped(fixed(value, Math.abs(value) >= 99.95 ? 0 : 2));
  return `${text.replace('-', MINUS)}${GLUE}${shortUnit(unit)}`;
}
const known = (value) => value !== null && value !== undefined && !Number.isNaN(value);

function interval(low, high, unit) {
  if (!known(low) || !known(high)) return '';
  const last = figure(high, unit);
  let first = unit === 's' ? seconds(low, high) : figure(low, unit);
  const tail = GLUE + last.slice(last.lastIndexOf(GLUE) + 1);
  if (last.includes(GLUE) && first.endsWith(tail) && !/^[<>]/.test(first) && !/^[<>]/.test(last)) {
    first = first.slice(0, -tail.length);
  }
  return `${first} to ${last}`;
}
function bare(low, high, unit) {
  const text = interval(low, high, unit);
  if (!text) return '';
  const [first, last] = text.split(' to ');
  return last.includes(GLUE) && !first.includes(GLUE) && !/^[<>]/.test(last) ? text.slice(0, text.lastIndexOf(GLUE)) : text;
}
function full(at, unit) {
  const limits = bare(at.low, at.high, unit);
  return limits ? `${figure(at.mean, unit)} (${limits})` : figure(at.mean, unit);
}
function clock(time) {
  const minutes = Math.floor(time / 60);
  return `${two(minutes > 1440 ? Math.floor(minutes / 60) % 24 : Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/* A difference with as many decimals as its interval is worth, as in the report of a comparison. */
function plain(value, unit, half) {
  const scale = unit === 'share' ? 100 : 1;
  const worth = half > 0 ? Math.min(4, Math.max(0, 1 - Math.floor(Math.log10(half * scale)))) : value === 0 ? 0 : 2;
  const text = grouped(fixed(scale * value, worth));
  return /[1-9]/.test(text) ? text.replace('-', MINUS) : text.replace('-', '');
}
function amount(gap, unit) {
  const tail = unit === 'share' ? 'points' : shortUnit(unit), text = plain(gap.mean, unit, gap.half);
  const money = tail && unit !== '0-1' ? `${GLUE}${tail}` : '';
  return `${gap.mean > 0 && /[1-9]/.test(text) ? '+' : ''}${text}${money}`;
}
function limits(gap, unit) {
  return known(gap.low) ? `${plain(gap.low, unit, gap.half)} to ${plain(gap.high, unit, gap.half)}` : '';
}

/* ---- points ---- */

const placesOf = (point) => D.at.slice(point * AXES.length, (point + 1) * AXES.length);
const POINT = new Map();                                         // "0,2,1" -> point
for (let point = COUNT - 1; point >= 0; point--) POINT.set(placesOf(point).join(), point);

function nameOf(places) {
  const text = AXES.map((axis, k) => axis.names[places[k]]).join(', '), stands = D.stands !== null && D.done[D.stands] === POINT.get(places.join());
  return `${text[0].toUpperCase()}${text.slice(1)}${stands ? ' (as it stands)' : ''}`;
}
function at(point, key) {
  const row = ROW.get(point);
  if (row === undefined) return {mean: null, low: null, high: null};
  return {mean: D.mean[key][row], low: D.low[key][row], high: D.high[key][row]};
}
function goalOf(point, key) {
  const goals = D.goals[key], row = ROW.get(point);
  if (!goals || row === undefined) return null;
  const [goal, words] = goals.set[goals.of === 0 ? 0 : goals.of[row]];
  return {goal, words, least: goals.least};
}
function verdict(found, goal) {
  if (!goal || !known(found.mean)) return '';
  const sign = goal.least ? 1 : -1, worst = goal.least ? found.low : found.high, best = goal.least ? found.high : found.low;
  if (!known(worst) || !known(best)) return 'unclear';
  if (sign * (worst - goal.goal) >= 0) return 'met';
  return sign * (best - goal.goal) < 0 ? 'missed' : 'unclear';
}
const VERDICTS = {met: ['\u2713', 'met'], missed: ['\u2717', 'missed'], unclear: ['\u2248', 'cannot tell']};

/* ---- packed numbers ---- */

function unpacked(text, kind) {
  const raw = atob(text), bytes = new Uint8Array(raw.length);
  for (let k = 0; k < raw.length; k++) bytes[k] = raw.charCodeAt(k);
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] === 1) return new kind(bytes.buffer);
  const view = new DataView(bytes.buffer), signed = kind === Int16Array;
  return kind.from({length: bytes.length / 2}, (_, k) => (signed ? view.getInt16(2 * k, true) : view.getUint16(2 * k, true)));
}
const CURVES = D.course ? D.course.curves : [];
const SLOTS = D.course ? D.course.start_s.length : 0;
for (const curve of CURVES) curve.whole = unpacked(curve.packed, Uint16Array);

/* A curve of a point: mean, low and high by interval; NaN where there is no figure. */
function course(curve, point) {
  const row = ROW.get(point);
  if (row === undefined) return null;
  const read = (k) => (curve.whole[k] === 65535 ? NaN : curve.whole[k] / 65000 * curve.scale);
  const found = {mean: [], low: [], high: []};
  for (let slot = 0; slot < SLOTS; slot++) {
    ['mean', 'low', 'high'].forEach((part, k) => found[part].push(read((row * 3 + k) * SLOTS + slot)));
  }
  return found;
}

/* ---- differences ---- */

/* Two-sided quantile of Student's t; beyond the table by the Cornish-Fisher expansion in 1/freedom. */
function quantile(freedom) {
  if (freedom < 1) return NaN;
  const least = Math.floor(freedom + 1e-9);                      // between two, the wider
  if (least <= D.t.length) return D.t[least - 1];
  const z = D.z, v = freedom, z3 = z ** 3, z5 = z ** 5, z7 = z ** 7;
  return z + (z3 + z) / (4 * v) + (5 * z5 + 16 * z3 + 3 * z) / (96 * v * v)
    + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * v ** 3);
}

/* Limits of a mean from how far each of its observations is from it; they lean where these do (as Evidence.estimate). */
function leaning(mean, distances) {
  const n = distances.length, squares = distances.reduce((sum, d) => sum + d * d, 0) / n;
  if (!(squares > 0)) return [mean, mean];
  const cubes = distances.reduce((sum, d) => sum + d ** 3, 0) / n, most = (n - 2) / Math.sqrt(n - 1);
  const skewness = Math.max(-most, Math.min(most, cubes / squares ** 1.5));
  const g = n < D.leaning ? 0 : skewness * Math.sqrt(n * (n - 1)) / (n - 2);
  const scale = Math.sqrt(squares * n / (n - 1)), reach = quantile(n - 1) / Math.sqrt(n);
  const at = (side) => {
    const w = side * reach - g / (6 * n), c = Math.cbrt(1 + g * w);
    return mean - scale * 3 * w / (c * c + c + 1);
  };
  return [at(1), at(-1)];
}

let pairs = null;
function unpackPairs() {
  const {keys, numbers, of, packed} = D.pairs;
  const sets = numbers.map((set) => (Array.isArray(set) ? set : Array.from({length: set.count}, (_, k) => set.first + k)));
  const starts = [];
  let start = 0;
  D.done.forEach((_, row) => {
    starts.push(start);
    start += keys.length * sets[of === 0 ? 0 : of[row]].length;
  });
  pairs = {whole: unpacked(packed, Int16Array), sets, starts, of: (row) => sets[of === 0 ? 0 : of[row]]};
}
/* What each replication adds to a figure, by replication number. */
function added(row, key) {
  const k = D.pairs.keys.indexOf(key), numbers = pairs.of(row), from = pairs.starts[row] + k * numbers.length;
  const scale = D.pairs.scale[row * D.pairs.keys.length + k];
  return new Map(numbers.map((number, i) => [number, pairs.whole[from + i] * scale]));
}

/* How far a figure is above that of another point: paired by replication where possible (as Figures.less), else Welch. */
function less(point, base, key) {
  const one = at(point, key), other = at(base, key), none = {mean: null, low: null, high: null, half: 0, paired: false, n: 0};
  if (!known(one.mean) || !known(other.mean)) return none;
  if (D.pairs && D.pairs.keys.includes(key)) {
    if (!pairs) unpackPairs();
    const mine = added(ROW.get(point), key), theirs = added(ROW.get(base), key), gaps = [];
    for (const [number, value] of mine) if (theirs.has(number)) gaps.push(value - theirs.get(number));
    const n = gaps.length;
    if (n > 1) {
      const all = n === mine.size && n === theirs.size;
      const shift = all ? 0 : gaps.reduce((sum, gap) => sum + gap, 0) / n;   // of the replications that both have
      const mean = one.mean - other.mean + shift, [low, high] = leaning(mean, gaps.map((gap) => gap - shift));
      return {mean, low, high, half: (high - low) / 2, paired: true, n};
    }
  }
  const sizes = [point, base].map((each) => D.replications[ROW.get(each)]);
  const errors = [point, base].map((each) => (D.error[key] || [])[ROW.get(each)]);
  if (Math.min(...sizes) < 2 || !errors.every(known)) return {...none, mean: one.mean - other.mean};
  const squares = errors.map((error) => error ** 2), sum = squares[0] + squares[1];
  const least = squares[0] ** 2 / (sizes[0] - 1) + squares[1] ** 2 / (sizes[1] - 1);
  const half = least > 0 ? quantile(sum * sum / least) * Math.sqrt(sum) : 0, mean = one.mean - other.mean;
  return {mean, low: mean - half, high: mean + half, half, paired: false, n: Math.min(...sizes)};
}
function judged(gap, direction) {
  if (!known(gap.low)) return '';
  if (gap.mean === 0 && gap.half === 0) return 'the same';
  if (gap.low <= 0 && gap.high >= 0) return 'cannot tell';
  if (!direction) return gap.mean > 0 ? 'higher' : 'lower';
  return gap.mean * direction > 0 ? 'better' : 'worse';
}
