// The page begins here: what is open, the transport, the keys, dropping, rendering.
import { state, arrivals, on, tell, $, clamp, shotAt, toast, spoken } from './state.js';
import { connect, say } from './wire.js';
import { best, want, clear } from './frames.js';
import { draw, choose, begin, colour, alter, remove, current, hasPlace, zoomBy, fit, crossKey, screenOf, colourUnder } from './stage.js';
import { suggested, keepGrey, setDropper, addToPalette, cutHere, join } from './panel.js';
import { askAbout, bring } from './pictures.js';
import './line.js';

// For those who look under the bonnet, and for the tests.
window.huecue = {
  state, arrivals, best, screenOf, go, clear, want,
  // A point coloured as a click does it: milliseconds until its pixels are on the page, and the server's step.
  colourPoint: (x, y, color) => new Promise((done) => {
    const begun = performance.now(), edit = state.edit;
    shownOnce = (how) => {
      if (how.edit <= edit) return false;
      requestAnimationFrame(() => done({ ms: performance.now() - begun, step_ms: how.step_ms }));
      return true;
    };
    begin({ x, y }); colour(color);
  }),
  colourAt: (x, y) => colourUnder(...screenOf(x, y)),
};
let shownOnce = null;
on('shown', (how) => { if (shownOnce && shownOnce(how)) shownOnce = null; });

// Moving through the film
let told = -1, teller = 0;
export function go(frame, { chosen = false } = {}) {
  if (!state.count) return;
  state.frame = clamp(Math.round(frame), 0, state.count - 1);
  const one = current();
  if (!chosen && one && hasPlace(one) && one.frame !== state.frame) choose(null);
  if (!wished) sessionStorage.setItem(`huecue-at-${state.room}`, state.frame);
  want(state.frame);
  if (!teller) teller = setTimeout(() => { teller = 0; if (told !== state.frame) { told = state.frame; say({ do: 'look', frame: state.frame }); } }, 25);
  $('now').textContent = clock(state.frame / state.film.fps);
  $('count').textContent = place();
  draw(); tell('moved');
}
const place = () => `frame ${state.frame} of 0 to ${(state.whole ? state.count : state.film.frames || state.count) - 1}`;
on('go', (frame) => { stop(); go(frame); });
const clock = (s) => `${Math.floor(s / 60)}:${(s % 60).toFixed(2).padStart(5, '0')}`;

let began = 0, from = 0;
const sound = new Audio();
export function play() {
  if (state.playing) { stop(); return; }
  if (state.frame >= state.count - 1) go(shotAt(state.frame)[0]);
  state.playing = true; began = performance.now(); from = state.frame;
  $('play').setAttribute('aria-pressed', 'true'); $('play').setAttribute('aria-label', 'Stop');
  if (state.film.sounds) { sound.currentTime = state.frame / state.film.fps; sound.play().catch(() => {}); }
  requestAnimationFrame(tick);
}
function stop() {
  if (!state.playing) return;
  state.playing = false; sound.pause();
  $('play').setAttribute('aria-pressed', 'false'); $('play').setAttribute('aria-label', 'Play'); go(state.frame);
}
function tick(now) {
  if (!state.playing) return;
  const frame = from + Math.floor(((now - began) / 1000) * state.film.fps);
  if (frame >= state.count) { go(state.count - 1); stop(); return; }
  if (frame !== state.frame) go(frame);
  for (let ahead = 1; ahead <= 10; ahead += 1) want(state.frame + ahead);
  requestAnimationFrame(tick);
}

const nextCut = (way) => {
  const starts = state.shots.map(([start]) => start), [here] = shotAt(state.frame);
  if (way > 0) go(starts.find((start) => start > state.frame) ?? state.count - 1);
  else go(state.frame > here ? here : starts.findLast((start) => start < here) ?? 0);
};
const nextClick = () => say({ do: 'next' });
on('next', (said) => {
  if (said.frame === undefined) { toast('No point to show: the colours are still being found, or all of them are sure.'); return; }
  go(said.frame); begin({ x: said.x * state.film.width, y: said.y * state.film.height });
  spoken(`Frame ${said.frame}: a colour here would help most`);
});

// News
function view(name) {
  document.body.dataset.view = name;
  for (const one of document.querySelectorAll('.bar, .stage, .side, .foot')) one.inert = name !== 'film';
}
on('film', () => {
  view('film'); document.title = `${state.film.name} – Huecue`;
  $('film-name').textContent = state.film.name;
  if (state.film.brought) $('render-place').textContent = 'The film can be downloaded when it is done';
  if (state.film.sounds) { sound.src = `/film/${state.room}/sound`; sound.preload = 'none'; }
  draw();
});
let opened = false, wished = 0; // the frame that one was at before the page was loaded again
on('read', (said) => {
  if (wished && (state.count > wished || state.whole)) { if (!state.frame) go(wished); wished = 0; }
  if (state.count && !opened) { opened = true; go(state.frame); } else if (state.count && !best(state.frame)) want(state.frame);
  const all = state.film.frames;
  $('reading').textContent = state.whole ? '' : all ? `Reading the film, ${Math.round((100 * state.count) / all)} %` : 'Reading the film';
  if (said.problem) toast(said.problem);
  if (state.whole) $('count').textContent = place();
});
on('sheet', (said) => {
  $('undo').disabled = !state.canUndo; $('redo').disabled = !state.canRedo;
  if (state.selected && !state.entries[state.selected]) choose(null);
  if (said.by && said.by !== state.window) spoken('Another window changed something');
});
on('saved', (why) => { $('saved').textContent = why ? `Not saved: ${why}` : 'Saved'; $('saved').classList.toggle('bad', !!why); });
on('lost', () => { if (!$('saved').classList.contains('bad')) $('saved').textContent = ''; });
setInterval(() => { if ($('saved').classList.contains('bad')) say({ do: 'save' }); }, 4000);
on('stale', () => { draw(); });
on('painted', (frames) => { if (frames.some(([frame]) => frame === state.frame)) { const one = best(state.frame); if (!one || one.how !== 'final' || one.stale) setTimeout(() => want(state.frame), 0); draw(); } });

on('other', ({ why, project, aside }) => {
  if (!why) { $('other-box').close(); if (aside) toast(`The project that was here lies beside the film as ${aside}.`); return; }
  $('other-why').textContent = `${why[0].toUpperCase()}${why.slice(1)}.`; $('other-project').textContent = project;
  if (!$('other-box').open) $('other-box').showModal();
});
$('other-box').addEventListener('cancel', (event) => event.preventDefault());
$('other-use').addEventListener('click', () => say({ do: 'other' }));
$('other-aside').addEventListener('click', () => say({ do: 'other', aside: true }));

// Buttons and keys
const wipe = () => { state.wipe = state.wipe === null ? 0.5 : null; $('wipe').setAttribute('aria-pressed', state.wipe !== null); draw(); };
const undo = () => say({ do: 'undo' }), redo = () => say({ do: 'redo' });
const help = () => $('help-box').showModal();
const press = { play, wipe, undo, redo, help, fit, next: nextClick, 'previous-cut': () => nextCut(-1), 'next-cut': () => nextCut(1), render: () => openRender(), choose: () => $('film-file').click() };
for (const [id, todo] of Object.entries(press)) $(id).addEventListener('click', todo);

const nudge = (key, far) => {
  const one = current(), step = far ? 10 : 1, way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if (!one || !hasPlace(one) || !way) return;
  const move = ([x, y]) => [clamp(x + way[0] * step, 0, state.film.width - 1), clamp(y + way[1] * step, 0, state.film.height - 1)];
  alter(one.points ? { points: one.points.map(move) } : { x: move([one.x, one.y])[0], y: move([one.x, one.y])[1] });
};
const size = (factor) => { const one = current(); if (one && hasPlace(one)) { state.radius = clamp(one.radius * factor, 0.5, state.film.width / 8); alter({ radius: state.radius }); tell('chosen'); } };
const keys = {
  ' ': play, ArrowLeft: (e) => go(state.frame - (e.shiftKey ? 10 : 1)), ArrowRight: (e) => go(state.frame + (e.shiftKey ? 10 : 1)), Home: () => go(0), End: () => go(state.count - 1),
  '[': () => nextCut(-1), ']': () => nextCut(1), n: nextClick, w: wipe, c: cutHere, j: join, g: keepGrey, i: () => setDropper(!state.dropping), p: addToPalette, Delete: () => remove(), Backspace: () => remove(),
  '?': help, '+': () => zoomBy(1.4), '=': () => zoomBy(1.4), '-': () => zoomBy(1 / 1.4), 0: fit, ',': () => size(1 / 1.25), '.': () => size(1.25),
  Escape: () => { setDropper(false); choose(null); }, Tab: null,
};
document.addEventListener('keydown', (event) => {
  if (document.querySelector('dialog[open]') || document.body.dataset.view !== 'film') return;
  const typing = event.target.matches('input:not([type=range])'), ranged = event.target.matches('input[type=range]');
  if (typing) { if (event.key === 'Escape') event.target.blur(); return; }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') { event.preventDefault(); (event.shiftKey ? redo : undo)(); return; }
  if (event.ctrlKey || event.metaKey) return;
  if (event.altKey) { if (event.key.startsWith('Arrow')) { event.preventDefault(); nudge(event.key, event.shiftKey); } return; }
  if (ranged && event.key.startsWith('Arrow')) return;
  if (!event.target.matches('button, a, input, #field') && crossKey(event.key, event.shiftKey)) { event.preventDefault(); return; }
  if (/^[1-8]$/.test(event.key) && current()) { const color = suggested(Number(event.key) - 1); if (color) colour(color); return; }
  if (event.target.matches('button') && (event.key === ' ' || event.key === 'Enter')) return;
  const todo = keys[event.key] || keys[event.key.toLowerCase()];
  if (todo) { event.preventDefault(); todo(event); }
});

// Films and pictures that are brought
function trouble(words) {
  if (document.body.dataset.view === 'film') { toast(words); return; }
  $('landing-problem').textContent = words; $('landing-problem').hidden = !words;
}
async function bringFilm(file) {
  if (!file) return;
  trouble('');
  const said = await bring('/films', file);
  if (said.problem) { view(state.room ? 'film' : 'open'); trouble(said.problem); return; }
  location.search = `?film=${said.room}`;
}
$('film-file').addEventListener('change', (event) => { bringFilm(event.target.files[0]); event.target.value = ''; });
addEventListener('dragover', (event) => { event.preventDefault(); document.body.classList.add('dropping'); });
addEventListener('dragleave', (event) => { if (!event.relatedTarget) document.body.classList.remove('dropping'); });
addEventListener('drop', (event) => {
  event.preventDefault(); document.body.classList.remove('dropping');
  const file = event.dataTransfer.files[0];
  if (!file) return;
  if (state.room && file.type.startsWith('image/') && file.type !== 'image/gif') askAbout(file); else bringFilm(file);
});
$('moved').addEventListener('submit', async (event) => {
  event.preventDefault();
  const answer = await fetch('/moved', { method: 'POST', body: JSON.stringify({ path: $('moved-path').value }) });
  const said = await answer.json();
  if (said.problem) trouble(said.problem); else location.search = `?film=${said.room}`;
});

// Rendering
let quality = null;
function openRender() { $('render-box').showModal(); }
function showQualities(all) {
  quality = Object.keys(all)[0];
  $('qualities').replaceChildren(...Object.entries(all).map(([name, [title, why]]) => {
    const one = document.createElement('button'), small = document.createElement('small');
    one.textContent = title; small.textContent = why; one.append(small);
    one.setAttribute('role', 'radio'); one.setAttribute('aria-checked', name === quality); one.dataset.quality = name;
    one.addEventListener('click', () => { quality = name; for (const each of $('qualities').children) each.setAttribute('aria-checked', each === one); });
    return one;
  }));
}
$('render-go').addEventListener('click', async () => {
  const answer = await fetch(`/film/${state.room}/render`, { method: 'POST', body: JSON.stringify({ quality }) });
  const said = await answer.json();
  if (said.problem) toast(said.problem); else rendering({ done: 0, total: state.count, left_s: null, over: false });
});
$('render-stop').addEventListener('click', () => fetch(`/film/${state.room}/render`, { method: 'DELETE' }));
$('render-close').addEventListener('click', () => $('render-box').close());
$('render-get').addEventListener('click', () => { $('render-get').href = `/film/${state.room}/result`; });
const minutes = (s) => (s === null ? '' : s < 60 ? `, ${Math.max(1, Math.round(s))} s left` : `, ${Math.round(s / 60)} min left`);
function rendering(how) {
  $('render-run').hidden = false; $('render-stop').hidden = how.over; $('render-go').hidden = !how.over; $('qualities').hidden = !how.over; $('render-close').textContent = how.over ? 'Close' : 'Go on colouring';
  $('render-get').hidden = !how.out;
  $('render-go').textContent = how.out ? 'Render again' : 'Render'; $('render-go').classList.toggle('main', !how.out);
  $('render-bar').value = how.total ? how.done / how.total : 0;
  $('render-text').textContent = how.problem ? how.problem : how.stopped ? 'Stopped; nothing is left of it.' : how.out ? `Done: ${how.out}${state.film.brought ? '. It can be downloaded.' : ', beside your film.'}` : `${how.done} of ${how.total ?? '?'} frames${minutes(how.left_s)}`;
  $('render').textContent = how.over ? 'Render…' : `Rendering ${how.total ? Math.round((100 * how.done) / how.total) : 0} %`;
}
on('render', rendering);

// Opening
const first = await (await fetch('/start')).json();
showQualities(first.qualities);
state.room = new URLSearchParams(location.search).get('film') || first.room;
const gone = sessionStorage.getItem('huecue-gone') && 'The film of this tab is not open here any more. Open it again: drop it here, or start the studio with its name.';
sessionStorage.removeItem('huecue-gone');
if (state.room) { if (gone) toast(gone); wished = Number(sessionStorage.getItem(`huecue-at-${state.room}`)); connect(); } else {
  view('open');
  if (first.trouble || gone) trouble(first.trouble || gone);
  if (first.missing && first.findable) { $('moved').hidden = false; $('landing-text').hidden = true; }
}
