/* Plots: lines of a tile, curves of the day, and the map of all combinations; drawn anew whenever something changes. */

const SVG = 'http://www.w3.org/2000/svg';
const PIN_CLASSES = ['ex-a', 'ex-b'], PIN_NAMES = ['A', 'B'];

function make(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key === 'text') node.textContent = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}
function draw(parent, name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  parent.append(node);
  return node;
}
const px = (x) => Math.round(x * 10) / 10;

/* Round steps of an axis: at most so many between two values. */
function ticks(low, high, most) {
  if (!(high > low)) return [low];
  const raw = (high - low) / most, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((k) => k * power).find((each) => each >= raw * 0.9999);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(Number((k * step).toPrecision(12)));
  return found;
}
function tick(value, unit) {
  if (unit === 'share' || unit === 'ratio') return `${Number((100 * value).toPrecision(6))}`;
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(4))}M`.replace('-', MINUS);
  return grouped(String(Number(value.toPrecision(6)))).replace('-', MINUS);
}
const inUnit = (kpi) => ({share: ', %', ratio: ', %', s: ', s', h: ', h', '0-1': '', contacts: '', points: ', points',
                          customers: '', agents: '', score: ''}[kpi.unit] ?? `, ${shortUnit(kpi.unit)}`);
function ceiling(value) {                                        // in coarse steps, so that a scale seldom changes
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 6, 8, 10].map((k) => k * power).find((each) => each >= value * 1.02) || 10 * power;
}

/* ---- the figure of a tile along the factor moved last ---- */

function spark(box, kpi, points, here, goal) {
  box.replaceChildren();
  const rows = points.map((point) => (point === undefined ? {mean: null} : at(point, kpi.key)));
  const seen = rows.filter((row) => known(row.mean));
  if (seen.length < 2) return;
  const width = 168, height = 40, pad = 5;
  const ends = seen.flatMap((row) => [row.mean, row.low ?? row.mean, row.high ?? row.mean]).concat(goal ? [goal.goal] : []);
  const low = Math.min(...ends), high = Math.max(...ends), span = high - low || 1;
  const X = (k) => px(pad + k * (width - 2 * pad) / Math.max(1, rows.length - 1));
  const Y = (value) => px(height - pad - (value - low) * (height - 2 * pad) / span);
  const svg = draw(box, 'svg', {viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true', preserveAspectRatio: 'none'});
  if (goal) draw(svg, 'path', {class: 'ex-goal', d: `M0 ${Y(goal.goal)}H${width}`});
  let line = '', top = '', bottom = '';
  rows.forEach((row, k) => {
    if (!known(row.mean)) return;
    line += `${line ? 'L' : 'M'}${X(k)} ${Y(row.mean)}`;
    top += `${top ? 'L' : 'M'}${X(k)} ${Y(row.high ?? row.mean)}`;
    bottom = `L${X(k)} ${Y(row.low ?? row.mean)}${bottom}`;
  });
  draw(svg, 'path', {class: 'ex-band', d: `${top}${bottom}Z`});
  draw(svg, 'path', {class: 'ex-line', d: line});
  if (here >= 0 && known(rows[here].mean)) {
    const dot = draw(box, 'svg', {class: 'ex-dot', viewBox: '0 0 10 10', 'aria-hidden': 'true'});
    draw(dot, 'circle', {cx: 5, cy: 5, r: 4});
    dot.style.left = `${100 * X(here) / width}%`;
    dot.style.top = `${100 * Y(rows[here].mean) / height}%`;
  }
}

/* ---- curves of the day ---- */

const WEEK = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const MANY_DAYS = SLOTS > 0 && D.course.start_s[SLOTS - 1] >= 86400;

function dayName(slot) {
  const first = Math.max(0, WEEK.indexOf(D.course.first_day)), day = Math.floor(D.course.start_s[slot] / 86400);
  const name = WEEK[(first + day) % 7];
  return name[0].toUpperCase() + name.slice(1, 3);
}
function slotName(slot) {
  const start = D.course.start_s[slot] % 86400, span = `${clock(start)}\u2013${clock(start + D.course.step_s)}`;
  return MANY_DAYS ? `${dayName(slot)} ${span}` : span;
}
/* Where the words under a day's axis stand: slots and what they say. */
function slotTicks(width) {
  const found = [];
  if (MANY_DAYS) {
    for (let slot = 0; slot < SLOTS; slot++) {
      if (slot === 0 || Math.floor(D.course.start_s[slot] / 86400) !== Math.floor(D.course.start_s[slot - 1] / 86400)) {
        found.push([slot, dayName(slot)]);
      }
    }
    const every = Math.ceil(found.length * 30 / width);
    return found.filter((_, k) => k % every === 0);
  }
  const hours = SLOTS * D.course.step_s / 3600, every = [1, 2, 3, 4, 6, 12].find((k) => hours / k * 38 <= width) || 24;
  for (let slot = 0; slot < SLOTS; slot++) {
    const start = D.course.start_s[slot];
    if (start % (every * 3600) === 0) found.push([slot, clock(start)]);
  }
  return found;
}

/* A step line over the slots, with gaps where there is no figure. */
function steps(values, X, Y) {
  let path = '', open = false;
  values.forEach((value, slot) => {
    if (Number.isNaN(value)) { open = false; return; }
    const y = px(Y(value));
    path += open ? `V${y}H${px(X(slot + 1))}` : `M${px(X(slot))} ${y}H${px(X(slot + 1))}`;
    open = true;
  });
  return path;
}
function bands(low, high, X, Y) {
  let path = '';
  low.forEach((value, slot) => {
    if (Number.isNaN(value) || Number.isNaN(high[slot])) return;
    path += `M${px(X(slot))} ${px(Y(high[slot]))}H${px(X(slot + 1))}V${px(Y(value))}H${px(X(slot))}Z`;
  });
  return path;
}

/* One chart; `lines` are [class, values] of the pinned points and, last, of the current one. */
function chart(card, curve, lines, goal, slot) {
  const width = Math.max(200, Math.round(card.clientWidth)), height = 136, left = 34, right = 6, top = 8, bottom = 20;
  const means = lines.flatMap(([, values]) => values.mean).filter((value) => !Number.isNaN(value));
  const [least, most] = curve.range || [0, ceiling(Math.max(0, ...means))];
  const X = (k) => left + k * (width - left - right) / SLOTS;
  const inside = (value) => Math.max(least, Math.min(value, most + (most - least) * 0.04));
  const Y = (value) => height - bottom - (inside(value) - least) * (height - top - bottom) / (most - least);
  const old = card.querySelector('svg');
  const svg = draw(card, 'svg', {viewBox: `0 0 ${width} ${height}`, width, height, role: 'img',
                                 'aria-label': `${curve.label} over the day`});
  if (old) old.replaceWith(svg);
  for (const value of ticks(least, most, 4)) {
    draw(svg, 'path', {class: 'ex-grid', d: `M${left} ${px(Y(value))}H${width - right}`});
    draw(svg, 'text', {class: 'ex-tick', x: left - 5, y: px(Y(value)) + 3.5, 'text-anchor': 'end'}, tick(value, curve.unit));
  }
  for (const [at_slot, words] of slotTicks(width - left - right)) {
    const x = px(X(at_slot));
    draw(svg, 'path', {class: 'ex-stroke', d: `M${x} ${height - bottom}v3`});
    const end = x > width - 18;
    draw(svg, 'text', {class: 'ex-tick', x: end ? width : x, y: height - 5, 'text-anchor': end ? 'end' : 'middle'}, words);
  }
  if (goal) draw(svg, 'path', {class: 'ex-goal', d: `M${left} ${px(Y(goal.goal))}H${width - right}`});
  if (slot !== null) draw(svg, 'path', {class: 'ex-cross', d: `M${px(X(slot + 0.5))} ${top}V${height - bottom}`});
  for (const [kind, values] of lines) {
    draw(svg, 'path', {class: `ex-band ${kind}`, d: bands(values.low, values.high, X, Y)});
    draw(svg, 'path', {class: `ex-line ${kind}`, d: steps(values.mean, X, Y)});
  }
  card.slotAt = (x) => Math.max(0, Math.min(SLOTS - 1, Math.floor((x * width / card.clientWidth - left) / (width - left - right) * SLOTS)));
}

/* ---- the map of all combinations ---- */

const VIRIDIS = [[68, 1, 84], [71, 47, 125], [57, 86, 140], [42, 120, 142], [31, 152, 139], [53, 183, 121], [122, 209, 81], [210, 226, 27]];   // as in the report's own picture
function shade(share) {
  const k = Math.min(VIRIDIS.length - 2, Math.floor(share * (VIRIDIS.length - 1))), rest = share * (VIRIDIS.length - 1) - k;
  return `rgb(${VIRIDIS[k].map((c, i) => Math.round(c + (VIRIDIS[k + 1][i] - c) * rest)).join()})`;
}
const span = (values) => {
  let low = Infinity, high = -Infinity;
  for (const value of values) if (known(value)) { low = Math.min(low, value); high = Math.max(high, value); }
  return [low, high];
};

/* Rows that no other beats in both figures, by their means, from left to right; none where a figure has no better end. */
function front(x, y) {
  const [dx, dy] = [KPI.get(x).direction, KPI.get(y).direction];
  if (!dx || !dy || x === y) return [];
  const rows = D.done.map((_, row) => row).filter((row) => known(D.mean[x][row]) && known(D.mean[y][row]));
  rows.sort((a, b) => dx * (D.mean[x][b] - D.mean[x][a]) || dy * (D.mean[y][b] - D.mean[y][a]));
  let best = -Infinity;
  return rows.filter((row) => {
    const value = dy * D.mean[y][row];
    if (value <= best) return false;
    best = value;
    return true;
  });
}

/* Draws the map into a box and leaves there `nearest(x, y)` and `where(row)`, in pixels. */
function map(box, choice, current, pins, pointed) {
  const {x, y, color} = choice, kx = KPI.get(x), ky = KPI.get(y), kc = KPI.get(color);
  const width = Math.max(260, Math.round(box.clientWidth)), height = Math.round(Math.min(width * 0.86, 400));
  const left = 44, right = 10, top = 10, bottom = 38, xs = D.mean[x], ys = D.mean[y], cs = D.mean[color];
  const crosses = D.done.length <= 60;
  const limit = (key) => (crosses ? [...D.mean[key], ...D.low[key], ...D.high[key]] : D.mean[key]);
  const scale = (key, from, to) => {
    const [low, high] = span(limit(key)), room = (high - low) * 0.05 || Math.abs(low) * 0.05 || 1;
    return {low: low - room, high: high + room, of: (v) => from + (v - low + room) * (to - from) / (high - low + 2 * room)};
  };
  const X = scale(x, left, width - right), Y = scale(y, height - bottom, top), [first, last] = span(cs);
  const tint = (row) => (known(cs[row]) ? shade(last > first ? (cs[row] - first) / (last - first) : 0.5) : '#c9d0d6');
  const spots = D.done.map((_, row) => (known(xs[row]) && known(ys[row]) ? [X.of(xs[row]), Y.of(ys[row])] : null));

  const key = [x, y, color, width, window.devicePixelRatio].join();
  if (box.drawn !== key) {                                       // what does not depend on the current point
    box.drawn = key;
    box.replaceChildren();
    const under = draw(box, 'svg', {viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true'});
    for (const value of ticks(Y.low, Y.high, 5)) {
      draw(under, 'path', {class: 'ex-grid', d: `M${left} ${px(Y.of(value))}H${width - right}`});
      draw(under, 'text', {class: 'ex-tick', x: left - 5, y: px(Y.of(value)) + 3.5, 'text-anchor': 'end'}, tick(value, ky.unit));
    }
    for (const value of ticks(X.low, X.high, 5)) {
      draw(under, 'path', {class: 'ex-grid', d: `M${px(X.of(value))} ${top}V${height - bottom}`});
      draw(under, 'text', {class: 'ex-tick', x: px(X.of(value)), y: height - bottom + 14, 'text-anchor': 'middle'}, tick(value, kx.unit));
    }
    draw(under, 'text', {class: 'ex-title', x: width - right, y: height - 5, 'text-anchor': 'end'}, `${kx.label}${inUnit(kx)} \u2192`);
    draw(under, 'text', {class: 'ex-title', x: 11, y: top, 'text-anchor': 'end', transform: `rotate(-90 11 ${top})`}, `${ky.label}${inUnit(ky)} \u2192`);
    for (const [goals, from, to] of [[D.goals[x], (g) => `M${px(X.of(g))} ${top}V${height - bottom}`, X], [D.goals[y], (g) => `M${left} ${px(Y.of(g))}H${width - right}`, Y]]) {
      const goal = goals && goals.set.length === 1 ? goals.set[0][0] : null;
      if (goal !== null && goal > to.low && goal < to.high) draw(under, 'path', {class: 'ex-goal', d: from(goal)});
    }
    const ratio = window.devicePixelRatio || 1, canvas = make('canvas', {'aria-hidden': 'true'});
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    box.append(canvas);
    const pen = canvas.getContext('2d'), size = D.done.length > 2000 ? 2.5 : D.done.length > 300 ? 3.5 : 5;
    pen.scale(ratio, ratio);
    if (crosses) {
      pen.strokeStyle = 'rgba(91,101,112,.45)';
      pen.beginPath();
      spots.forEach((spot, row) => {
        if (!spot || !known(D.low[x][row]) || !known(D.low[y][row])) return;
        pen.moveTo(X.of(D.low[x][row]), spot[1]);
        pen.lineTo(X.of(D.high[x][row]), spot[1]);
        pen.moveTo(spot[0], Y.of(D.low[y][row]));
        pen.lineTo(spot[0], Y.of(D.high[y][row]));
      });
      pen.stroke();
    }
    const best = front(x, y);
    box.front = new Set(best);
    if (best.length > 1) {
      pen.strokeStyle = '#00785a';
      pen.lineWidth = 1.5;
      pen.beginPath();
      best.forEach((row, k) => (k ? pen.lineTo(...spots[row]) : pen.moveTo(...spots[row])));
      pen.stroke();
    }
    spots.forEach((spot, row) => {
      if (!spot) return;
      pen.beginPath();
      pen.arc(spot[0], spot[1], size, 0, 2 * Math.PI);
      pen.fillStyle = tint(row);
      pen.fill();
      pen.lineWidth = box.front.has(row) ? 1.8 : 0.6;
      pen.strokeStyle = box.front.has(row) ? '#00785a' : '#1b1f24';
      pen.stroke();
    });
    box.over = draw(box, 'svg', {viewBox: `0 0 ${width} ${height}`, width, height, class: 'ex-over', 'aria-hidden': 'true'});
    box.append(make('div', {class: 'ex-tip', hidden: ''}));
    box.legend = {first, last, unit: kc.unit, label: kc.label, front: best.length};
  }
  const over = box.over;
  over.replaceChildren();
  const ring = (point, kind, radius, words) => {
    const spot = spots[ROW.get(point)];
    if (!spot) return;
    draw(over, 'circle', {class: 'ex-halo', cx: px(spot[0]), cy: px(spot[1]), r: radius});
    draw(over, 'circle', {class: `ex-ring ${kind}`, cx: px(spot[0]), cy: px(spot[1]), r: radius});
    if (words) draw(over, 'text', {class: `ex-mark ${kind}`, x: px(spot[0]) + 11, y: px(spot[1]) - 8}, words);
  };
  pins.forEach((point, k) => ring(point, PIN_CLASSES[k], 8, PIN_NAMES[k]));
  ring(current, 'ex-here', 9);
  if (pointed !== null) ring(D.done[pointed], 'ex-pointed', 7);
  box.spots = spots;
  box.nearest = (px_x, px_y, most) => {
    const k = width / box.clientWidth;
    let found = null, least = most * most;
    spots.forEach((spot, row) => {
      if (!spot) return;
      const away = (spot[0] - px_x * k) ** 2 + (spot[1] - px_y * k) ** 2;
      if (away < least) { least = away; found = row; }
    });
    return found;
  };
}
