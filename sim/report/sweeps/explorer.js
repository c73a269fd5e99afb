/* The explorer: what is chosen, and how the page shows it. */

const root = document.getElementById('explorer'), $ = (name) => root.querySelector(`.ex-${name}`);
const EVERY_MS = 350;                                            // screen readers hear of a change once it rests
const TITLES = {x: 'Across', y: 'Up', color: 'Colour'};
const has = (...keys) => keys.find((key) => KPI.has(key)) || KPIS[0].key;
const FIRST = {x: has(D.plot.x, 'service_level'), y: has(D.plot.y, 'csat', 'asa_s', 'occupancy'), color: has(D.plot.color, 'aht_s', 'occupancy')};

/* ---- what is chosen ---- */

const state = {places: [], pins: [], x: FIRST.x, y: FIRST.y, color: FIRST.color, axis: 0, slot: null, pointed: null};
const here = () => POINT.get(state.places.join());

function nearest(places) {
  let found = D.done[0], least = Infinity;
  for (const point of D.done) {
    const own = placesOf(point);
    const away = AXES.reduce((sum, axis, k) => {
      const gap = (own[k] - places[k]) / Math.max(1, axis.values.length - 1);
      return sum + (axis.numeric ? gap * gap : own[k] === places[k] ? 0 : 1);
    }, 0);
    if (away < least) { least = away; found = point; }
  }
  return found;
}

/* ---- the address keeps it ---- */

function fragment() {
  const pair = (key, value) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`;
  const values = (places, before) => AXES.map((axis, k) => pair(before + axis.key, axis.values[places[k]]));
  const parts = values(state.places, '');
  state.pins.forEach((point, k) => parts.push(...values(placesOf(point), `${PIN_NAMES[k]}:`)));
  for (const key of ['x', 'y', 'color']) if (state[key] !== FIRST[key]) parts.push(pair(key, state[key]));
  return `#${parts.join('&')}`;
}
function places(asked, before, otherwise) {
  return AXES.map((axis, k) => {
    const text = asked.get(before + axis.key);
    if (text === undefined) return otherwise[k];
    const found = axis.values.findIndex((value) => String(value) === text || (axis.numeric && value === Number(text)));
    return found < 0 ? otherwise[k] : found;
  });
}
function restore() {
  const asked = new Map();
  for (const part of location.hash.slice(1).split('&')) {
    const cut = part.indexOf('=');
    if (cut < 0) continue;
    try { asked.set(decodeURIComponent(part.slice(0, cut)), decodeURIComponent(part.slice(cut + 1))); } catch { /* no word of ours */ }
  }
  const ours = [...asked.keys()].some((key) => ['x', 'y', 'color'].includes(key) || AXES.some((axis) => axis.key === key.replace(/^[AB]:/, '')));
  if (location.hash && !ours) return false;                       // the anchor of another part of the page
  state.places = places(asked, '', placesOf(D.done[D.base]));
  state.pins = PIN_NAMES.filter((name) => AXES.some((axis) => asked.has(`${name}:${axis.key}`)))
    .map((name) => POINT.get(places(asked, `${name}:`, state.places).join())).filter((point) => ROW.has(point));
  for (const key of ['x', 'y', 'color']) state[key] = KPI.has(asked.get(key)) ? asked.get(key) : FIRST[key];
  return ours;
}
let writing = null;
function remember() {                                            // browsers allow some 100 changes in 30 s
  clearTimeout(writing);
  writing = setTimeout(() => {
    try { history.replaceState(null, '', fragment()); } catch { /* an address that cannot be changed: no harm */ }
  }, 250);
}

/* ---- factors ---- */

const inputs = [];
function factors() {
  AXES.forEach((axis, k) => {
    const words = make('span', {class: 'ex-factor-name', text: axis.label}), box = make('div', {class: 'ex-factor'});
    const id = `ex-factor-${k}`, choose = (place) => { state.axis = k; state.places[k] = Number(place); show(); };
    if (axis.numeric) {
      const input = make('input', {type: 'range', id, min: 0, max: axis.values.length - 1, step: 1});
      const shown = make('output', {for: id, class: 'ex-factor-value'});
      if (axis.values.length === 1) input.disabled = true;
      input.addEventListener('input', () => choose(input.value));
      input.addEventListener('focus', () => { state.axis = k; tiles(); });
      const ends = make('div', {class: 'ex-stops', 'aria-hidden': 'true'});
      const all = axis.values.length <= 9 && axis.texts.join('').length <= 46, stops = all ? axis.texts : [axis.texts[0], axis.texts.at(-1)];
      if (!all) ends.classList.add('ex-ends');
      stops.forEach((text) => ends.append(make('span', {text})));
      box.append(make('label', {for: id}, words), shown, input, ends);
      inputs.push((place) => {
        input.value = place;
        input.setAttribute('aria-valuetext', axis.texts[place]);
        shown.textContent = axis.texts[place];
      });
    } else if (axis.values.length <= 4 && axis.texts.join('').length <= 60) {
      const set = make('fieldset', {class: 'ex-choices'}, make('legend', {}, words)), radios = [];
      axis.texts.forEach((text, place) => {
        const radio = make('input', {type: 'radio', name: id, value: place});
        radio.addEventListener('change', () => choose(place));
        radios.push(radio);
        set.append(make('label', {}, radio, make('span', {text})));
      });
      box.append(set);
      inputs.push((place) => { radios[place].checked = true; });
    } else {
      const select = make('select', {id});
      axis.texts.forEach((text, place) => select.append(make('option', {value: place, text})));
      select.addEventListener('change', () => choose(select.value));
      box.append(make('label', {for: id}, words), select);
      inputs.push((place) => { select.value = place; });
    }
    $('factors').append(box);
  });
  if (AXES.length <= 2) $('factors').classList.add('ex-few');
  $('factors').addEventListener('submit', (event) => event.preventDefault());
}

/* ---- tiles ---- */

const cards = new Map();
function makeTiles() {
  for (const kpi of TILES) {
    const card = make('div', {class: 'tile', id: `ex-tile-${kpi.key}`});
    const parts = {card, value: make('p', {class: 'value'}), between: make('p', {class: 'between'}), spark: make('div', {class: 'ex-spark'}),
                   goal: make('p', {class: 'goal'}), gaps: make('div', {class: 'ex-gaps'})};
    card.append(make('h3', {text: kpi.label}), parts.value, parts.between, parts.spark, parts.goal, parts.gaps);
    cards.set(kpi.key, parts);
    $('tiles').append(card);
  }
}
function tiles() {
  const point = here(), axis = AXES[state.axis];
  const along = axis.values.map((_, place) => POINT.get(state.places.map((own, k) => (k === state.axis ? place : own)).join()));
  for (const kpi of TILES) {
    const {card, value, between, spark: line, goal: aim, gaps} = cards.get(kpi.key);
    const found = at(point, kpi.key), goal = goalOf(point, kpi.key), what = verdict(found, goal);
    card.className = `tile ${what}`;
    value.textContent = figure(found.mean, kpi.unit);
    between.textContent = interval(found.low, found.high, kpi.unit) || GLUE;
    aim.replaceChildren();
    if (what) aim.append(make('span', {class: 'mark', text: VERDICTS[what][0]}), ` ${VERDICTS[what][1]}: ${goal.words}`);
    else aim.textContent = kpi.note;
    spark(line, kpi, along, state.places[state.axis], goal);
    gaps.replaceChildren();
    state.pins.forEach((pin, k) => {
      if (pin === point || !ROW.has(point)) return;
      const gap = less(point, pin, kpi.key);
      if (!known(gap.mean)) return;
      const said = judged(gap, kpi.direction);
      gaps.append(make('p', {class: `ex-gap ${PIN_CLASSES[k]} ex-${said.replace(' ', '-')}`}, make('b', {class: 'ex-badge', text: PIN_NAMES[k]}),
        ` ${amount(gap, kpi.unit)} `, make('small', {text: said})));
    });
  }
}

/* ---- pinned points ---- */

function pinned() {
  const box = $('pins'), point = here(), button = $('pin');
  box.replaceChildren();
  state.pins.forEach((pin, k) => {
    const go = make('button', {type: 'button', class: 'ex-go', text: nameOf(placesOf(pin)), title: 'Show this combination'});
    go.addEventListener('click', () => goTo(pin));
    const off = make('button', {type: 'button', class: 'ex-off', 'aria-label': `Unpin ${PIN_NAMES[k]}`, text: '\u00d7'});
    off.addEventListener('click', () => { state.pins.splice(k, 1); show(); $('pin').focus(); });
    box.append(make('span', {class: `ex-chip ${PIN_CLASSES[k]}`}, make('b', {class: 'ex-badge', text: PIN_NAMES[k]}), go, off));
  });
  const held = state.pins.includes(point);
  button.disabled = !ROW.has(point) || held;
  button.textContent = held ? 'Pinned' : state.pins.length < 2 ? `Pin as ${PIN_NAMES[state.pins.length]} to compare` : 'Pin instead of B';
}
function compared() {
  const box = $('compare'), point = here(), others = state.pins.map((pin, k) => [pin, k]).filter(([pin]) => pin !== point);
  box.replaceChildren();
  if (!ROW.has(point) || !others.length) {
    if (state.pins.length) box.append(make('p', {class: 'note', text: 'Choose another combination to see how it differs from the pinned one.'}));
    return;
  }
  const head = make('tr', {}, make('th', {scope: 'col', text: 'Figure'}), make('th', {scope: 'col', text: 'Shown'}));
  const rows = TILES.map((kpi) => make('tr', {}, make('th', {scope: 'row', text: kpi.label}), make('td', {text: figure(at(point, kpi.key).mean, kpi.unit)})));
  let pairs = 0, loose = 0, count = 0;
  for (const [pin, k] of others) {
    head.append(make('th', {scope: 'col'}, make('b', {class: `ex-badge ${PIN_CLASSES[k]}`, text: PIN_NAMES[k]})), make('th', {scope: 'col', text: `Shown less ${PIN_NAMES[k]}`}));
    TILES.forEach((kpi, i) => {
      const gap = less(point, pin, kpi.key), said = judged(gap, kpi.direction);
      if (known(gap.low)) { if (gap.paired) pairs++; else loose++; count = Math.max(count, gap.n); }
      const cell = make('td', {class: said === 'better' ? 'met' : said === 'worse' ? 'missed' : ''}, known(gap.mean) ? amount(gap, kpi.unit) : NONE);
      cell.append(make('small', {text: [limits(gap, kpi.unit), said].filter(Boolean).join(', ')}));
      cell.dataset.gap = JSON.stringify([gap.mean, gap.low, gap.high]);
      rows[i].append(make('td', {text: figure(at(pin, kpi.key).mean, kpi.unit)}), cell);
    });
  }
  const table = make('table', {}, make('thead', {}, head), make('tbody', {}, ...rows));
  box.append(make('h3', {text: 'What differs'}), make('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'What differs'}, table));
  const level = `${Number((100 * D.confidence).toPrecision(6))}${GLUE}%`;
  let words = `${level} intervals, each for itself`;
  if (pairs && !loose) words += `, of ${whole(count)} pairs of replications with the same random numbers.`;
  else if (loose && D.no_pairs) words += `. ${D.no_pairs}`;
  else if (loose) words += '; the replications are not the same, so they are compared as independent samples.';
  else words = 'One replication has no interval: nothing can be told of these differences.';
  box.append(make('p', {class: 'note', text: words}));
}

/* ---- curves of the day ---- */

const charts = [];
function makeDay() {
  const box = $('day');
  if (D.no_course) box.append(make('p', {class: 'note', text: D.no_course}));
  if (!CURVES.length) return;
  const grid = make('div', {class: 'ex-charts'});
  box.append(make('h3', {text: MANY_DAYS ? 'Over the days' : 'Over the day'}), make('p', {class: 'ex-slot', 'aria-live': 'off'}), grid);
  for (const curve of CURVES) {
    const said = make('p', {class: 'ex-said'}), area = make('div', {class: 'ex-chart', tabindex: 0, role: 'group', 'aria-label': `${curve.label}: left and right arrows go through the day`});
    const unit = {share: ', %', s: ', s'}[curve.unit] || '';
    grid.append(make('div', {class: 'ex-card', id: `ex-curve-${curve.key}`}, make('h4', {text: curve.label + unit}), said, area));
    charts.push({curve, area, said});
    const point = (event) => {
      const slot = area.slotAt(event.clientX - area.getBoundingClientRect().left);
      if (slot !== state.slot) { state.slot = slot; day(); }
    };
    area.addEventListener('pointermove', point);
    area.addEventListener('pointerdown', point);
    area.addEventListener('pointerleave', (event) => { if (event.pointerType === 'mouse') { state.slot = null; day(); } });
    area.addEventListener('keydown', (event) => {
      const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
      if (event.key === 'Escape') { state.slot = null; day(); }
      if (!step) return;
      event.preventDefault();
      state.slot = state.slot === null ? 0 : Math.max(0, Math.min(SLOTS - 1, state.slot + step));
      day();
      say(`${slotName(state.slot)}: ${curve.label} ${said.textContent}`);
    });
  }
}
function day() {
  if (!charts.length) return;
  const point = here(), slot = state.slot, shown = [...state.pins.map((pin, k) => [PIN_CLASSES[k], pin]), ['', point]].filter(([kind, pin]) => ROW.has(pin) && !(kind && pin === point));
  $('slot').textContent = slot === null ? 'Point at a curve for its figures.' : slotName(slot);
  for (const {curve, area, said} of charts) {
    const lines = shown.map(([kind, pin]) => [kind, course(curve, pin)]);
    chart(area, curve, lines, goalOf(point, curve.key), slot);
    said.replaceChildren();
    if (slot === null) continue;
    for (const [kind, values] of [...lines.slice(-1), ...lines.slice(0, -1)]) {
      const found = {mean: values.mean[slot], low: values.low[slot], high: values.high[slot]};
      const name = kind ? make('b', {class: `ex-badge ${kind}`, text: PIN_NAMES[PIN_CLASSES.indexOf(kind)]}) : null;
      said.append(make('span', {}, name, `${kind ? ' ' : ''}${kind ? figure(found.mean, curve.unit) : full(found, curve.unit)}`), ' ');
    }
  }
}

/* ---- the map ---- */

function makeMap() {
  for (const key of ['x', 'y', 'color']) {
    const select = make('select', {id: `ex-axis-${key}`, class: `ex-axis-${key}`});
    for (const kpi of KPIS) select.append(make('option', {value: kpi.key, text: kpi.label}));
    select.addEventListener('change', () => { state[key] = select.value; state.pointed = null; show(); });
    $('axes').append(make('label', {for: select.id}, make('span', {text: TITLES[key]}), select));
  }
  const plot = $('plot');
  const find = (event, most) => {
    const box = plot.getBoundingClientRect();
    return plot.nearest(event.clientX - box.left, event.clientY - box.top, most);
  };
  plot.addEventListener('pointermove', (event) => { if (event.pointerType === 'mouse') point(find(event, 24)); });
  plot.addEventListener('pointerleave', () => point(null));
  plot.addEventListener('click', (event) => {
    const row = find(event, 30);
    if (row !== null) goTo(D.done[row], row);
  });
  plot.addEventListener('blur', () => point(null));
  plot.addEventListener('keydown', (event) => {
    const turn = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
    if (turn) { event.preventDefault(); point(beside(turn)); say(tipText()); }
    if (event.key === 'Enter' && state.pointed !== null) goTo(D.done[state.pointed], state.pointed);
    if (event.key === 'Escape') point(null);
  });
  absent();
}
/* The nearest point in a direction, what lies aside counting double. */
function beside([right, down]) {
  const spots = $('plot').spots, from = state.pointed ?? ROW.get(here());
  if (from === undefined || !spots[from]) return spots.findIndex(Boolean);
  let found = from, least = Infinity;
  spots.forEach((spot, row) => {
    if (!spot || row === from) return;
    const [dx, dy] = [spot[0] - spots[from][0], spot[1] - spots[from][1]], ahead = dx * right + dy * down;
    const away = ahead + 2 * Math.abs(dx * down) + 2 * Math.abs(dy * right);
    if (ahead > 0.5 && away < least) { least = away; found = row; }
  });
  return found;
}
function point(row) {
  if (row === state.pointed) return;
  state.pointed = row;
  drawMap();
}
const axisKeys = () => [...new Set([state.x, state.y, state.color])];
function tipText() {
  if (state.pointed === null) return '';
  const own = D.done[state.pointed];
  return `${nameOf(placesOf(own))}: ${axisKeys().map((key) => `${KPI.get(key).label} ${full(at(own, key), KPI.get(key).unit)}`).join('; ')}`;
}
function drawMap() {
  const plot = $('plot');
  map(plot, state, here(), state.pins, state.pointed);
  const {first, last, unit, label, front: best} = plot.legend, legend = $('legend');
  legend.replaceChildren();
  if (Number.isFinite(first)) {
    const bar = make('i', {class: 'ex-ramp'});
    bar.style.background = `linear-gradient(90deg, ${[0, 0.2, 0.4, 0.6, 0.8, 1].map(shade).join()})`;
    legend.append(make('span', {text: `${label} ${figure(first, unit)}`}), bar, make('span', {text: figure(last, unit)}));
  }
  if (best > 1) legend.append(make('span', {class: 'ex-front', text: 'best means: no other is better in both'}));
  plot.setAttribute('aria-label', `${KPI.get(state.y).label} against ${KPI.get(state.x).label}, ${D.done.length} combinations: arrows move from point to point, Enter chooses`);
  const tip = plot.querySelector('.ex-tip'), row = state.pointed;
  tip.hidden = row === null;
  if (row === null) return;
  const own = D.done[row], spot = plot.spots[row], k = plot.clientWidth / Math.max(260, plot.clientWidth);
  tip.replaceChildren(make('b', {text: nameOf(placesOf(own))}));
  for (const key of axisKeys()) tip.append(make('span', {text: `${KPI.get(key).label} ${full(at(own, key), KPI.get(key).unit)}`}));
  if (plot.front.has(row)) tip.append(make('span', {text: 'on the front: no other mean is better in both'}));
  const trouble = D.troubles[own];
  if (trouble) tip.append(make('span', {text: `${trouble[0]}: ${trouble[1]}`}));
  tip.style.left = `${Math.max(0, Math.min(spot[0] * k - 20, plot.clientWidth - tip.offsetWidth))}px`;
  const above = spot[1] * k - tip.offsetHeight - 14;
  tip.style.top = `${above >= -40 ? above : spot[1] * k + 16}px`;
}
function absent() {
  const without = Object.keys(D.troubles).map(Number).filter((each) => !ROW.has(each)), box = $('absent');
  if (!without.length) return;
  const list = make('ul', {}), summary = make('summary', {text: `${whole(without.length)} without figures`});
  for (const each of without.slice(0, 50)) {
    const go = make('button', {type: 'button', class: 'ex-go', text: nameOf(placesOf(each))});
    go.addEventListener('click', () => goTo(each));
    list.append(make('li', {}, go, ` ${D.troubles[each][0]}: ${D.troubles[each][1]}`));
  }
  box.append(make('details', {}, summary, list));
}

/* ---- the rest ---- */

function goTo(where, row = null) {
  state.places = placesOf(where);
  if (row !== null && state.pointed !== row) state.pointed = row;
  show();
}
function trouble(own) {
  const box = $('trouble');
  box.replaceChildren();
  const known_ = own === undefined ? ['', ''] : D.troubles[own];
  box.hidden = !known_;
  if (!known_) return;
  const [status, reason] = known_;
  if (own === undefined) box.append(make('p', {text: 'This combination was not simulated.'}));
  else if (!ROW.has(own)) box.append(make('p', {}, make('b', {text: status === 'failed' ? 'This combination failed. ' : `This combination was ${status}. `}), reason));
  else box.append(make('p', {}, make('b', {text: `This combination was ${status}. `}), `${reason}; its figures are of ${whole(D.replications[ROW.get(own)])} replications.`));
  if (ROW.has(own)) return;
  const near = nearest(state.places), go = make('button', {type: 'button', text: `Go to the nearest: ${nameOf(placesOf(near))}`});
  go.addEventListener('click', () => goTo(near));
  box.append(go);
}
function allFigures() {
  const details = $('more'), box = $('table'), point = here();
  if (!details.open) return;
  const rows = KPIS.map((kpi) => {
    const found = at(point, kpi.key);
    return make('tr', {}, make('th', {scope: 'row', text: kpi.label}), make('td', {text: figure(found.mean, kpi.unit)}), make('td', {text: interval(found.low, found.high, kpi.unit)}));
  });
  const head = make('tr', {}, ...['Figure', 'Mean', 'Interval'].map((text) => make('th', {scope: 'col', text})));
  box.replaceChildren(make('table', {}, make('thead', {}, head), make('tbody', {}, ...rows)));
}
const command = () => [D.command, ...AXES.map((axis, k) => axis.words[state.places[k]])].filter(Boolean).join(' ');

let saying = null;
function say(text) {
  clearTimeout(saying);
  saying = setTimeout(() => { $('live').textContent = text; }, EVERY_MS);
}
function sentence() {
  const point = here();
  if (!ROW.has(point)) return $('trouble').querySelector('p').textContent;
  return TILES.slice(0, 4).map((kpi) => {
    const found = at(point, kpi.key), what = verdict(found, goalOf(point, kpi.key));
    return `${kpi.label} ${figure(found.mean, kpi.unit)}${what ? `, goal ${VERDICTS[what][1]}` : ''}`;
  }).join('; ');
}
async function copy(text, button, done) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {                                                      // no clipboard for a file: the old way
    const area = make('textarea', {class: 'ex-hidden', 'aria-hidden': 'true', readonly: ''});
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
    button.focus();
  }
  button.textContent = done;
  setTimeout(() => { button.textContent = before; }, 1500);
}
function table() {
  const text = (value) => {                                      // a spreadsheet must not take it for a formula
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  };
  const cell = (value) => (value === null || value === undefined ? '' : typeof value === 'number' ? String(value) : text(String(value)));
  const lines = [[...AXES.map((axis) => axis.key), 'status', 'reason', 'replications', ...KPIS.flatMap((kpi) => [kpi.key, `${kpi.key}_low`, `${kpi.key}_high`])]];
  for (let own = 0; own < COUNT; own++) {
    const [status, reason] = D.troubles[own] || ['finished', ''];
    lines.push([...placesOf(own).map((place, k) => AXES[k].values[place]), status, reason, ROW.has(own) ? D.replications[ROW.get(own)] : 0,
      ...KPIS.flatMap((kpi) => { const found = at(own, kpi.key); return [found.mean, found.low, found.high]; })]);
  }
  return `${lines.map((line) => line.map(cell).join()).join('\r\n')}\r\n`;
}
function download() {
  const address = URL.createObjectURL(new Blob(['\ufeff', table()], {type: 'text/csv'}));
  const link = make('a', {href: address, download: `${D.scenario.replace(/[^\w.-]+/g, '_')}-sweep.csv`});
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function show() {
  const point = here();
  state.places.forEach((place, k) => inputs[k](place));
  const count = ROW.has(point) ? D.replications[ROW.get(point)] : 0;
  $('name').textContent = nameOf(state.places);
  $('name').title = count ? `${whole(count)} replications` : '';
  for (const key of ['x', 'y', 'color']) root.querySelector(`.ex-axis-${key}`).value = state[key];
  $('take-line').hidden = !D.command;
  $('command').textContent = command();
  trouble(point);
  root.classList.toggle('ex-without', !ROW.has(point));
  tiles();
  pinned();
  compared();
  day();
  drawMap();
  allFigures();
  say(sentence());
  remember();
}

factors();
makeTiles();
makeDay();
makeMap();
$('pin').addEventListener('click', () => {
  const point = here();
  if (!ROW.has(point) || state.pins.includes(point)) return;
  state.pins = [...state.pins.slice(0, 1), point];
  show();
});
$('reset').addEventListener('click', () => { Object.assign(state, FIRST, {places: placesOf(D.done[D.base]), pins: [], pointed: null, slot: null}); show(); });
$('more').addEventListener('toggle', allFigures);
$('copy').addEventListener('click', (event) => copy(command(), event.currentTarget, 'Copied'));
$('link').addEventListener('click', (event) => copy(location.href.split('#')[0] + fragment(), event.currentTarget, 'Copied'));
$('csv').addEventListener('click', download);
addEventListener('hashchange', () => { if (restore()) show(); });
let sized = 0;
new ResizeObserver(() => {
  if (Math.abs(root.clientWidth - sized) < 2) return;
  sized = root.clientWidth;
  day();
  drawMap();
}).observe(root);
restore();
if (!state.places.length) state.places = placesOf(D.done[D.base]);
$('body').hidden = false;
sized = root.clientWidth;
show();
