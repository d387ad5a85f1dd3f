// The frame: drawn, zoomed, wiped; hints on it, clicked, dragged and drawn.
import { state, on, tell, $, clamp, marksAt, newName, saturationAt, usedColor, spoken } from './state.js';
import { best, want } from './frames.js';
import { change, say } from './wire.js';

const canvas = $('frame'), pen = canvas.getContext('2d');
const work = document.createElement('canvas'), workPen = work.getContext('2d', { willReadFrequently: true });
let zoom = 1, pan = [0, 0], box = null, press = null, cross = null, splash = null, asked = 0, scheduled = false;
const HIT = 12;

export const draw = () => { if (!scheduled) { scheduled = true; requestAnimationFrame(paint); } };
on('draw', draw); on('sheet', draw); on('film', draw);
new ResizeObserver(draw).observe(canvas);

const toScreen = (x, y) => [box.x + (x + 0.5) * box.scale * state.film.aspect, box.y + (y + 0.5) * box.scale];
const toFilm = (px, py) => [(px - box.x) / box.scale / state.film.aspect - 0.5, (py - box.y) / box.scale - 0.5];
const inside = ([x, y]) => x >= -0.5 && y >= -0.5 && x < state.film.width - 0.5 && y < state.film.height - 0.5;
export const usualRadius = () => state.radius ?? Math.max(2, Math.round(state.film.width / 120));

function layOut() {
  const { width, height, aspect } = state.film, pad = 20;
  const w = canvas.clientWidth, h = canvas.clientHeight, across = width * aspect;
  const scale = Math.min((w - 2 * pad) / across, (h - 2 * pad) / height) * zoom;
  const spare = [Math.max(0, (across * scale - w) / 2 + 60), Math.max(0, (height * scale - h) / 2 + 60)];
  if (zoom === 1) pan = [0, 0];
  pan = pan.map((part, at) => clamp(part, -spare[at], spare[at]));
  box = { scale, x: (w - across * scale) / 2 + pan[0], y: (h - height * scale) / 2 + pan[1], w: across * scale, h: height * scale };
}

function paint() {
  scheduled = false;
  if (!state.film) return;
  const dpr = window.devicePixelRatio || 1;
  const w = Math.round(canvas.clientWidth * dpr), h = Math.round(canvas.clientHeight * dpr);
  if (canvas.width !== w || canvas.height !== h) { canvas.width = w; canvas.height = h; }
  pen.setTransform(dpr, 0, 0, dpr, 0, 0);
  pen.clearRect(0, 0, w, h);
  layOut();
  const one = best(state.frame);
  if (one) {
    pen.imageSmoothingQuality = 'low';
    pen.filter = saturationAt(state.frame) === 1 ? 'none' : `saturate(${saturationAt(state.frame)})`;
    pen.drawImage(one.bitmap, box.x, box.y, box.w, box.h);
    pen.filter = 'none';
    if (splash && splash.frame === state.frame) paintSplash();
    if (state.wipe !== null) paintWipe(one);
  }
  if (!state.playing) paintMarks();
  if (cross) paintCross();
  $('badge').hidden = !one || one.how === 'final' && !one.stale || state.playing;
  $('badge').textContent = one && one.how === 'grey' ? 'Finding colours…' : 'Colouring…';
  $('zoomed').hidden = zoom === 1;
  $('zoom-text').textContent = `${Math.round(zoom * 100)} %`;
  placeChips();
}

// Until the new pixels come, the colour is laid over the place at once.
function paintSplash() {
  const [x, y] = toScreen(splash.x, splash.y), reach = Math.max(26, splash.radius * box.scale * 3);
  const glow = pen.createRadialGradient(x, y, 0, x, y, reach);
  glow.addColorStop(0, splash.color); glow.addColorStop(1, `${splash.color}00`);
  pen.save(); pen.beginPath(); pen.rect(box.x, box.y, box.w, box.h); pen.clip();
  pen.globalCompositeOperation = 'color'; pen.globalAlpha = 0.8; pen.fillStyle = glow;
  pen.fillRect(x - reach, y - reach, 2 * reach, 2 * reach); pen.restore();
}

function paintWipe(one) {
  const at = box.x + box.w * state.wipe;
  pen.save(); pen.beginPath(); pen.rect(box.x, box.y, at - box.x, box.h); pen.clip();
  pen.filter = 'grayscale(1)'; pen.drawImage(one.bitmap, box.x, box.y, box.w, box.h); pen.restore();
  pen.fillStyle = '#fff'; pen.fillRect(at - 1, Math.max(0, box.y), 2, box.h);
  pen.beginPath(); pen.arc(at, canvas.clientHeight / 2, 13, 0, 7); pen.fill();
  pen.strokeStyle = '#222'; pen.lineWidth = 1.6; pen.beginPath();
  for (const side of [-1, 1]) { const y = canvas.clientHeight / 2; pen.moveTo(at + side * 3, y - 4); pen.lineTo(at + side * 7, y); pen.lineTo(at + side * 3, y + 4); }
  pen.stroke();
}

function paintMarks() {
  const marks = marksAt(state.frame).map(([name, one], at) => ({ name, one, number: at + 1 }));
  if (state.pending && state.pending.frame === state.frame) marks.push({ name: null, one: state.pending, number: '' });
  for (const { name, one, number } of marks) paintMark(one, number, name === state.selected);
  if (press?.points?.length > 1) paintLine(press.points, usualRadius(), '#ffffff88');
}

function paintLine(points, radius, color) {
  pen.strokeStyle = color; pen.lineWidth = Math.max(2, 2 * radius * box.scale); pen.lineCap = pen.lineJoin = 'round';
  pen.beginPath(); points.forEach((point, at) => pen[at ? 'lineTo' : 'moveTo'](...toScreen(...point))); pen.stroke();
}

const anchor = (one) => (one.points ? one.points[0] : [one.x, one.y]);
export const hasPlace = (one) => one.kind !== 'palette';

function paintMark(one, number, chosen) {
  const [x, y] = toScreen(...anchor(one));
  if (one.points) { pen.globalAlpha = 0.5; paintLine(one.points, one.radius, one.color || '#fff'); pen.globalAlpha = 1; }
  if (chosen || !one.color) {
    pen.strokeStyle = '#fff'; pen.lineWidth = 1.5; pen.setLineDash([4, 3]);
    pen.beginPath(); pen.arc(x, y, Math.max(13, one.radius * box.scale), 0, 7); pen.stroke(); pen.setLineDash([]);
  }
  pen.beginPath(); pen.arc(x, y, chosen ? 10 : 8, 0, 7);
  pen.fillStyle = one.color || '#888'; pen.shadowColor = '#000a'; pen.shadowBlur = 5; pen.fill(); pen.shadowBlur = 0;
  pen.lineWidth = chosen ? 2.5 : 1.8; pen.strokeStyle = '#fff'; pen.stroke();
  if (number) {
    pen.font = '600 10.5px system-ui'; pen.textAlign = 'center'; pen.textBaseline = 'middle';
    pen.lineWidth = 2.5; pen.strokeStyle = '#000b'; pen.strokeText(number, x, y + 0.5); pen.fillStyle = '#fff'; pen.fillText(number, x, y + 0.5);
  }
}

function paintCross() {
  const [x, y] = toScreen(...cross);
  pen.strokeStyle = '#fff'; pen.lineWidth = 1.5; pen.shadowColor = '#000'; pen.shadowBlur = 3; pen.beginPath();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) { pen.moveTo(x + 5 * dx, y + 5 * dy); pen.lineTo(x + 17 * dx, y + 17 * dy); }
  pen.stroke(); pen.shadowBlur = 0;
}

function placeChips() {
  const chips = $('chips'), one = current();
  chips.hidden = !one || !hasPlace(one) || !chips.children.length || state.playing || press !== null;
  if (chips.hidden) return;
  const [x, y] = toScreen(...anchor(one)), half = chips.offsetWidth / 2 + 8;
  chips.style.left = `${clamp(x, half, canvas.clientWidth - half)}px`;
  chips.style.top = `${y + 84 > canvas.clientHeight ? y - 74 : y + 24}px`;
}

// What is being worked on: a mark or a colour of the palette that was chosen, or one that waits for its colour.
export const current = () => (state.selected ? state.entries[state.selected] : state.pending) || null;

export function choose(name) {
  state.selected = name && state.entries[name] ? name : null; state.pending = null;
  askOffers(); tell('chosen'); draw();
}

export function begin(mark) {
  state.selected = null; state.pending = { frame: state.frame, radius: usualRadius(), color: null, ...mark };
  askOffers(); tell('chosen'); draw();
}

function askOffers() {
  $('chips').replaceChildren();
  const one = current();
  if (!one || !hasPlace(one)) { asked += 1; return; }
  const [x, y] = anchor(one);
  asked += 1;
  say({ do: 'offers', asked, frame: one.frame, x: clamp(x / state.film.width, 0, 1), y: clamp(y / state.film.height, 0, 1) });
}
on('offers', (said) => { if (said.asked === asked) tell('offered', said); });

// `joins`: a further step of the drag that gave it its last colour; they are taken back together.
export function colour(color, { keep = true, joins = false } = {}) {
  const one = current();
  if (!one) return;
  const kind = one.kind || (one.points ? 'stroke' : 'hint');
  const name = state.selected || newName({ hint: 'h', stroke: 's', palette: 'p' }[kind]);
  const entry = hasPlace(one) ? { ...one, kind, color } : { kind, color };
  if (hasPlace(one)) { const [x, y] = anchor(one); splash = { frame: one.frame, x, y, color, radius: one.radius }; }
  state.entries = { ...state.entries, [name]: entry }; state.pending = null; state.selected = name;
  change({ [name]: entry }, { joins });
  if (keep) usedColor(color);
  if (!joins) spoken(`Coloured ${color}`);
  tell('chosen'); draw();
}

export function alter(more) {
  if (state.pending) Object.assign(state.pending, more);
  const one = state.selected && state.entries[state.selected];
  if (one) { state.entries[state.selected] = { ...one, ...more }; change({ [state.selected]: state.entries[state.selected] }); }
  draw();
}

export function remove(name = state.selected) {
  state.pending = null;
  if (name) { const entries = { ...state.entries }; delete entries[name]; state.entries = entries; change({ [name]: null }); spoken('Removed'); }
  choose(null);
}

on('shown', () => { splash = null; draw(); });

export function colourUnder(px, py) {
  const one = best(state.frame), [x, y] = toFilm(px, py);
  if (!one || !inside([x, y])) return null;
  work.width = one.bitmap.width; work.height = one.bitmap.height;
  workPen.drawImage(one.bitmap, 0, 0);
  const at = [clamp(Math.round((x + 0.5) / state.film.width * work.width) - 1, 0, work.width - 3), clamp(Math.round((y + 0.5) / state.film.height * work.height) - 1, 0, work.height - 3)];
  const { data } = workPen.getImageData(...at, 3, 3);
  return [0, 1, 2].map((part) => { let sum = 0; for (let i = part; i < 36; i += 4) sum += data[i]; return sum / 9; });
}

const place = (event) => { const r = canvas.getBoundingClientRect(); return [event.clientX - r.x, event.clientY - r.y]; };
const hit = ([px, py]) => marksAt(state.frame).findLast(([, one]) => {
  const points = one.points || [[one.x, one.y]];
  return points.some((point) => { const [x, y] = toScreen(...point); return Math.hypot(px - x, py - y) < HIT; });
})?.[0];

canvas.addEventListener('pointerdown', (event) => {
  if (!state.film || !box) return;
  document.activeElement.blur(); cross = null; // what is being typed counts for what was chosen before
  const at = place(event), film = toFilm(...at);
  canvas.setPointerCapture(event.pointerId);
  if (event.button === 1 || event.ctrlKey || event.metaKey) { press = { pan: at }; return; }
  if (event.button !== 0) return;
  if (state.wipe !== null && Math.abs(at[0] - box.x - box.w * state.wipe) < 14) { press = { wipe: true }; return; }
  if (state.dropping) { const rgb = colourUnder(...at); if (rgb) tell('dropped', rgb); return; }
  const name = hit(at);
  if (name) { choose(name); press = { name, from: film, moved: false, was: state.entries[name] }; return; }
  if (inside(film)) press = { points: [film], again: event.shiftKey };
  else choose(null);
});

canvas.addEventListener('pointermove', (event) => {
  if (!press) { if (box && state.film) canvas.style.cursor = state.dropping ? 'copy' : hit(place(event)) ? 'grab' : 'crosshair'; return; }
  const at = place(event), film = toFilm(...at);
  if (press.pan) { pan = [pan[0] + at[0] - press.pan[0], pan[1] + at[1] - press.pan[1]]; press.pan = at; }
  else if (press.wipe) state.wipe = clamp((at[0] - box.x) / box.w, 0, 1);
  else if (press.name) dragMark(film);
  else if (press.points) {
    const last = press.points.at(-1);
    if (Math.hypot(film[0] - last[0], film[1] - last[1]) * box.scale > 5) press.points.push(film);
  }
  draw();
});

let lastSent = 0;
function dragMark(film) {
  const [dx, dy] = [film[0] - press.from[0], film[1] - press.from[1]];
  if (!press.moved && Math.hypot(dx, dy) * box.scale < 3) return;
  press.moved = true;
  const move = ([x, y]) => [clamp(x + dx, 0, state.film.width - 1), clamp(y + dy, 0, state.film.height - 1)];
  const was = press.was, now = was.points ? { ...was, points: was.points.map(move) } : { ...was, x: move([was.x, was.y])[0], y: move([was.x, was.y])[1] };
  state.entries = { ...state.entries, [press.name]: now }; press.now = now;
}

canvas.addEventListener('pointerup', () => {
  const done = press;
  press = null;
  if (!done) return;
  if (done.name && done.moved) { change({ [done.name]: done.now }); askOffers(); }
  if (done.points) {
    const [x, y] = done.points[0];
    begin(done.points.length > 2 ? { points: done.points } : { x, y });
    if (done.again && state.recent[0]) colour(state.recent[0]);
  }
  draw();
});
canvas.addEventListener('pointercancel', () => { press = null; draw(); });

export function zoomBy(factor, at = [canvas.clientWidth / 2, canvas.clientHeight / 2]) {
  if (!box) return;
  const next = clamp(zoom * factor, 1, 12), real = next / zoom;
  const centre = [canvas.clientWidth / 2, canvas.clientHeight / 2];
  pan = pan.map((part, i) => (at[i] - centre[i]) * (1 - real) + part * real);
  zoom = next; draw();
}
export const fit = () => { zoom = 1; draw(); };
canvas.addEventListener('wheel', (event) => { event.preventDefault(); zoomBy(Math.exp(-event.deltaY / 300), place(event)); }, { passive: false });

// The cross: the pointer for those who use the keys.
export function crossKey(key, far) {
  if (!cross) { if (key !== 'Enter') return false; cross = [state.film.width / 2, state.film.height / 2]; canvas.focus({ preventScroll: true }); spoken('Cross in the middle. Move it with the arrow keys; Enter colours that point.'); draw(); return true; }
  const step = far ? 1 : Math.max(2, state.film.width / 80);
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if (way) {
    cross = [clamp(cross[0] + way[0] * step, 0, state.film.width - 1), clamp(cross[1] + way[1] * step, 0, state.film.height - 1)];
    spoken(`Cross at ${cross.map(Math.round).join(', ')}`);
  } else if (key === 'Enter') { begin({ x: cross[0], y: cross[1] }); cross = null; canvas.focus({ preventScroll: true }); }
  else if (key === 'Escape') { cross = null; spoken('No cross'); }
  else return false;
  draw(); return true;
}
export const screenOf = (x, y) => toScreen(x, y);
