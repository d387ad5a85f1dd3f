// The time line: shots, how sure the colours are, what is new, hints and pictures, the playhead.
import { state, on, tell, $, arrivals, clamp, marksAt, shotAt } from './state.js';

const canvas = $('line'), pen = canvas.getContext('2d');
let scheduled = false, pressed = false, news = null;
const draw = () => { if (!scheduled) { scheduled = true; requestAnimationFrame(paint); } };
for (const what of ['read', 'sheet', 'painted', 'stale', 'moved', 'film', 'chosen']) on(what, draw);
for (const what of ['read', 'sheet', 'painted']) on(what, () => { news = null; });
new ResizeObserver(draw).observe(canvas);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);

const total = () => Math.max(1, state.whole ? state.count : Math.max(state.count, state.film?.frames || 0));
const probe = document.createElement('i'); document.body.append(probe); probe.hidden = true;
const colour = (name) => { probe.style.color = `var(${name})`; return getComputedStyle(probe).color; };

function paint() {
  scheduled = false;
  if (!state.film) return;
  const dpr = window.devicePixelRatio || 1, w = canvas.clientWidth, h = canvas.clientHeight;
  canvas.width = Math.round(w * dpr); canvas.height = Math.round(h * dpr);
  pen.setTransform(dpr, 0, 0, dpr, 0, 0);
  const at = (frame) => (frame / total()) * w;
  const [edge, shot, own, soft, accent, text] = ['--edge', '--shot', '--shot-here', '--soft', '--accent', '--ink'].map(colour);
  pen.fillStyle = edge; pen.globalAlpha = 0.35; pen.beginPath(); pen.roundRect(0, 16, w, 26, 4); pen.fill(); pen.globalAlpha = 1;
  const [here] = shotAt(state.frame);
  state.shots.forEach(([start, stop]) => {
    const x = at(start), wide = Math.max(1, at(stop) - x - 1.5);
    pen.fillStyle = start === here ? own : shot;
    pen.beginPath(); pen.roundRect(x, 16, wide, 26, 4); pen.fill();
    if (start && wide > 4) { pen.fillStyle = soft; pen.fillRect(x - 2, 13, 2, 32); }
  });
  paintSure(at, w, accent, soft);
  paintMarks(at, accent, text);
  const x = clamp(at(state.frame + 0.5), 1, w - 1);
  pen.fillStyle = accent; pen.fillRect(x - 1, 8, 2, 50);
  pen.beginPath(); pen.moveTo(x - 6, 3); pen.lineTo(x + 6, 3); pen.lineTo(x + 6, 7); pen.lineTo(x, 13); pen.lineTo(x - 6, 7); pen.fill();
  canvas.setAttribute('aria-valuemax', state.count - 1); canvas.setAttribute('aria-valuenow', state.frame);
  canvas.setAttribute('aria-valuetext', `Frame ${state.frame} of 0 to ${state.count - 1}`);
}

// The mean over a few frames of the shot: every other frame rests, and is a little surer of itself.
function around(frame) {
  const [start, stop] = shotAt(frame);
  let sum = 0, count = 0;
  for (let other = Math.max(start, frame - 3); other < Math.min(stop, frame + 4); other += 1) {
    const sure = state.sure.get(other);
    if (sure !== undefined) { sum += sure; count += 1; }
  }
  return sum / count;
}

// Thick where the colours are sure, thin where a click would help; faint where they are still to come.
function paintSure(at, w, accent, soft) {
  const columns = new Map();
  for (const frame of state.sure.keys()) {
    const x = Math.floor(at(frame)), sure = around(frame), old = columns.get(x);
    if (!old || sure < old.sure) columns.set(x, { sure, done: state.painted.get(frame) === true, wide: Math.max(1, Math.floor(at(frame + 1)) - x) });
  }
  for (const [x, { sure, done, wide }] of columns) {
    const tall = 2 * Math.round(1 + 10 * clamp((sure - 0.2) / 0.7, 0, 1)), help = clamp((0.48 - sure) / 0.2, 0, 1);
    for (const [fill, share] of [[soft, 1], [accent, help]]) {
      pen.globalAlpha = (done ? 0.9 : 0.35) * share; pen.fillStyle = fill;
      pen.fillRect(x, 29 - tall / 2, wide, tall);
    }
  }
  pen.globalAlpha = 1;
}

function paintMarks(at, accent, text) {
  pen.fillStyle = text; pen.globalAlpha = 0.75;
  news ??= arrivals();
  for (const frame of news) {
    const x = at(frame + 0.5);
    pen.beginPath(); pen.moveTo(x - 4.5, 15 - 6); pen.lineTo(x + 4.5, 15 - 6); pen.lineTo(x, 15); pen.fill();
  }
  pen.globalAlpha = 1;
  const seen = new Map();
  for (const one of Object.values(state.entries)) if (one?.kind === 'hint' || one?.kind === 'stroke') seen.set(one.frame, [...(seen.get(one.frame) || []), one.color]);
  for (const [frame, colors] of seen) {
    const x = at(frame + 0.5);
    colors.slice(0, 3).forEach((color, n) => {
      pen.beginPath(); pen.arc(x, 51 + n * 3.5, 4, 0, 7); pen.fillStyle = color || accent; pen.fill();
      pen.lineWidth = 1; pen.strokeStyle = text; pen.globalAlpha = 0.6; pen.stroke(); pen.globalAlpha = 1;
    });
    if (colors.length > 1) { pen.font = '600 10.5px system-ui'; pen.fillStyle = text; pen.fillText(colors.length, x + 7, 57); }
  }
  for (const one of Object.values(state.entries)) if (one?.kind === 'reference') {
    pen.fillStyle = accent; pen.fillRect(at(Math.max(one.frame, 0) + 0.5) - 4, 47, 8, 8);
  } else if (one?.kind === 'keyframe') {
    const x = at(one.frame + 0.5);
    pen.fillStyle = accent; pen.beginPath(); pen.moveTo(x, 45); pen.lineTo(x + 6, 51); pen.lineTo(x, 57); pen.lineTo(x - 6, 51); pen.fill();
  }
}

// What a mark on the line says to the pointer.
function titleAt(event) {
  const r = canvas.getBoundingClientRect(), down = event.clientY - r.y;
  const near = (frame) => Math.abs(((frame + 0.5) / total()) * r.width - event.clientX + r.x) < 7;
  const frame = down < 18 ? news?.find(near) : down > 44 ? Object.values(state.entries).find((one) => one?.radius && near(one.frame))?.frame : undefined;
  if (frame === undefined) return '';
  const count = marksAt(frame).length;
  return down < 18 ? `Something new seems to come in at frame ${frame}` : `Frame ${frame}: ${count} hint${count > 1 ? 's' : ''}`;
}

const frameAt = (event) => { const r = canvas.getBoundingClientRect(); return clamp(Math.floor(((event.clientX - r.x) / r.width) * total()), 0, state.count - 1); };
canvas.addEventListener('pointerdown', (event) => { pressed = true; canvas.setPointerCapture(event.pointerId); tell('go', frameAt(event)); });
canvas.addEventListener('pointermove', (event) => { if (pressed) tell('go', frameAt(event)); else canvas.title = titleAt(event); });
canvas.addEventListener('pointerup', () => { pressed = false; });
