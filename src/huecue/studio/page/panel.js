// The side: the colour of a point, the hints of the frame, the palette, the shot's own settings.
import { state, on, $, marksAt, ofKind, newName, shotAt, ownSaturations, saturationAt, spoken } from './state.js';
import { current, colour, alter, begin, choose, remove, draw, hasPlace } from './stage.js';
import { change, say } from './wire.js';
import { atLuma, toHex, toRgb, lumaOf, hueOf, parse } from './colour.js';

const field = $('field'), pen = field.getContext('2d');
let luma = 128, own = '#808080', spot = { angle: 0, strength: 0 }, forShot = false;

const swatch = (color, title, todo) => {
  const one = document.createElement('button');
  one.style.background = color; one.title = title; one.setAttribute('aria-label', `${title}, ${color}`); one.dataset.color = color;
  one.addEventListener('click', todo);
  return one;
};
const row = (color, words, todo, pressed) => {
  const one = document.createElement('button'), dot = document.createElement('i'), text = document.createElement('span');
  dot.style.background = color; text.textContent = words; one.append(...(color ? [dot, text] : [text])); one.addEventListener('click', todo);
  if (pressed !== undefined) one.setAttribute('aria-pressed', pressed);
  return one;
};

function show() {
  const one = current();
  $('colour-panel').hidden = !one; $('idle-panel').hidden = !!one;
  if (one) {
    const placed = hasPlace(one);
    $('mark-title').textContent = titleOf(one);
    $('remove').hidden = !!state.pending;
    $('suggested-title').hidden = $('suggested').hidden = $('radius-row').hidden = !placed; $('light-row').hidden = placed;
    if (!placed) $('suggested').replaceChildren();
    $('radius').max = Math.max(20, Math.round(state.film.width / 16));
    $('radius').value = one.radius; $('radius-out').textContent = Math.round(one.radius);
    if (!placed) { luma = one.color ? lumaOf(toRgb(one.color)) : Number($('light').value); if (document.activeElement !== $('light')) $('light').value = luma; }
    if (one.color || !placed) set(one.color || toHex(atLuma(luma, spot.angle, spot.strength)));
    $('recent').replaceChildren(...state.recent.map((color) => swatch(color, 'used before', () => colour(color))));
    $('recent-title').hidden = $('recent').hidden = !state.recent.length;
    const named = ofKind('color');
    $('named').replaceChildren(...named.map(([, each]) => row(each.color, each.name, () => colour(each.color))));
    if (!named.length) $('named').innerHTML = '<p class="note">Such as “Anna’s coat”.</p>';
  }
  list(); palette(); shot();
}
on('chosen', () => mistyped(''));
for (const what of ['chosen', 'sheet', 'moved', 'read']) on(what, show);
on('chosen', () => { if (state.pending) $('colour-panel').parentElement.scrollTop = 0; });

function titleOf(one) {
  if (!hasPlace(one)) return state.pending ? 'Add a colour to the palette' : 'Colour of the palette';
  return state.pending ? (one.points ? 'Colour this line' : 'Colour this point') : (one.points ? 'Line' : 'Hint');
}

function palette() {
  const own = ofKind('palette').sort((a, b) => a[0].slice(1) - b[0].slice(1));
  $('palette').replaceChildren(...own.map(([name, one]) => {
    const each = swatch(one.color, 'in the palette', () => choose(name));
    each.setAttribute('aria-pressed', name === state.selected);
    return each;
  }), $('palette-add'));
}
export const addToPalette = () => { begin({ kind: 'palette' }); $('hex').focus(); $('hex').select(); };
$('palette-add').addEventListener('click', addToPalette);
let lit = false;
$('light').addEventListener('input', () => {
  luma = Number($('light').value);
  if (state.pending) { set(toHex(atLuma(luma, spot.angle, spot.strength))); return; }
  give(false, { joins: lit }); lit = true;
});
$('light').addEventListener('change', () => { lit = false; });

function list() {
  $('painted-note').hidden = !ofKind('keyframe').some(([, one]) => one.frame === state.frame);
  $('marks').replaceChildren(...marksAt(state.frame).map(([name, one], at) => {
    const called = ofKind('color').find(([, each]) => each.color === one.color)?.[1].name || one.color;
    const each = row(one.color, `${one.points ? 'Line' : 'Point'} ${called}`, () => choose(name), name === state.selected);
    const number = document.createElement('b'); number.textContent = at + 1; each.prepend(number); each.setAttribute('role', 'listitem');
    return each;
  }));
}

on('offered', ({ luma: light, colors }) => {
  luma = light;
  const make = (at) => swatch(colors[at].color, `${colors[at].why} (${at + 1})`, () => colour(colors[at].color));
  $('suggested').replaceChildren(...colors.map((_, at) => make(at)));
  $('chips').replaceChildren(...colors.slice(0, 6).map((_, at) => make(at)));
  spoken(`Keys take a colour: ${colors.slice(0, 8).map((one, at) => `${at + 1}, ${one.why}`).join('; ')}`);
  set(current()?.color || colors[0]?.color || toHex([luma, luma, luma]));
  draw();
});
export const suggested = (at) => $('suggested').children[at]?.dataset.color;

function set(color) {
  own = color; spot = hueOf(toRgb(color), luma);
  $('chosen').style.background = color;
  if (document.activeElement !== $('hex') && $('hex-problem').hidden) $('hex').value = color; // what is being typed, or was mistyped, stays
  field.setAttribute('aria-valuetext', color); paintField();
}

function paintField() {
  const picture = pen.createImageData(field.width, field.height);
  for (let x = 0; x < field.width; x += 1) {
    const angle = (x / field.width) * 2 * Math.PI - Math.PI, full = atLuma(luma, angle, 1);
    for (let y = 0; y < field.height; y += 1) {
      const share = 1 - y / (field.height - 1), at = 4 * (y * field.width + x);
      for (let part = 0; part < 3; part += 1) picture.data[at + part] = luma + (full[part] - luma) * share;
      picture.data[at + 3] = 255;
    }
  }
  pen.putImageData(picture, 0, 0);
  const x = ((spot.angle + Math.PI) / (2 * Math.PI)) * field.width, y = Math.min(field.height - 9, Math.max(9, (1 - spot.strength) * (field.height - 1)));
  pen.lineWidth = 2; pen.strokeStyle = '#000a'; pen.beginPath(); pen.arc(x, y, 7.5, 0, 7); pen.stroke();
  pen.strokeStyle = '#fff'; pen.beginPath(); pen.arc(x, y, 6, 0, 7); pen.stroke();
}

function pick(event, keep, joins) {
  const r = field.getBoundingClientRect();
  spot = { angle: Math.min(1, Math.max(0, (event.clientX - r.x) / r.width)) * 2 * Math.PI - Math.PI, strength: Math.min(1, Math.max(0, 1 - (event.clientY - r.y) / r.height)) };
  give(keep, { joins });
}
function give(keep, { joins = false } = {}) {
  const hex = toHex(atLuma(luma, spot.angle, spot.strength)), at = spot, light = luma;
  colour(hex, { keep, joins }); spot = at; luma = light; $('chosen').style.background = hex; $('hex').value = hex; paintField();
}
let last = 0, pressed = false;
field.addEventListener('pointerdown', (event) => { pressed = true; field.setPointerCapture(event.pointerId); pick(event, false, false); });
field.addEventListener('pointermove', (event) => { if (pressed && event.timeStamp - last > 90) { last = event.timeStamp; pick(event, false, true); } });
field.addEventListener('pointerup', (event) => { if (pressed) pick(event, true, true); pressed = false; });
field.addEventListener('pointercancel', () => { pressed = false; });
field.addEventListener('keydown', (event) => {
  const way = { ArrowLeft: [-0.06, 0], ArrowRight: [0.06, 0], ArrowUp: [0, 0.04], ArrowDown: [0, -0.04] }[event.key];
  if (!way) return;
  event.preventDefault(); event.stopPropagation();
  spot = { angle: spot.angle + way[0], strength: Math.min(1, Math.max(0, spot.strength + way[1])) }; give(false);
});
$('hex').addEventListener('change', typed);
$('hex').addEventListener('keydown', (event) => { if (event.key === 'Enter') { event.preventDefault(); typed(); } }); // also a colour that stands there already
function typed() {
  const text = $('hex').value, color = parse(text);
  if (text.trim() && !color) { say({ do: 'word', text }); return; }
  if (color && color !== current()?.color) colour(color);
  $('hex').value = own;
}
on('word', ({ text, color, why }) => {
  if (text !== $('hex').value || !current()) return;
  if (color) { colour(color); $('hex').value = own; } else mistyped(why);
});
$('hex').addEventListener('input', () => mistyped(''));
function mistyped(why) {
  $('hex-problem').textContent = why; $('hex-problem').hidden = !why; $('hex').setAttribute('aria-invalid', !!why);
}
export const keepGrey = () => colour(toHex([luma, luma, luma]), { keep: false });
$('grey').addEventListener('click', keepGrey);
$('remove').addEventListener('click', () => remove());
$('done').addEventListener('click', () => choose(null));
$('radius').addEventListener('input', () => { $('radius-out').textContent = Math.round($('radius').value); });
$('radius').addEventListener('change', () => { state.radius = Number($('radius').value); alter({ radius: state.radius }); });
export const setDropper = (whether) => { state.dropping = whether; $('dropper').setAttribute('aria-pressed', whether); };
$('dropper').addEventListener('click', () => setDropper(!state.dropping));
on('dropped', (rgb) => { setDropper(false); colour(toHex(rgb)); });

$('name-colour').addEventListener('click', () => { $('name-text').value = ''; $('name-box').showModal(); });
$('name-close').addEventListener('click', () => $('name-box').close());
$('name-form').addEventListener('submit', () => change({ [newName('c')]: { kind: 'color', name: $('name-text').value.trim(), color: own } }));

function shot() {
  const [start, stop] = shotAt(state.frame), at = state.shots.findIndex(([a]) => a === start);
  $('shot-title').textContent = state.shots.length > 1 ? `Shot ${at + 1} of ${state.shots.length}` : 'This shot';
  const held = ownSaturations(state.frame), own = saturationAt(state.frame), value = forShot ? own : state.entries.saturation ?? 1;
  if (document.activeElement !== $('saturation')) { $('saturation').value = value; $('saturation-out').textContent = value.toFixed(2); }
  $('own-row').hidden = !held.length; $('own-text').textContent = `This shot has its own: ${own.toFixed(2)}`;
  $('cut').disabled = start === state.frame; $('uncut').disabled = start === 0;
}
function saturationPatch() {
  const saturation = Number($('saturation').value), name = ownSaturations(state.frame)[0]?.[0] || `t${shotAt(state.frame)[0]}`;
  return forShot ? { [name]: { kind: 'shot', frame: Number(name.slice(1)), saturation } } : { saturation };
}
$('saturation').addEventListener('input', () => {
  $('saturation-out').textContent = Number($('saturation').value).toFixed(2);
  state.entries = { ...state.entries, ...saturationPatch() };
  draw();
});
$('saturation').addEventListener('change', () => change(saturationPatch()));
$('own-away').addEventListener('click', () => change(Object.fromEntries(ownSaturations(state.frame).map(([name]) => [name, null]))));
const scope = (whether) => { forShot = whether; $('for-shot').setAttribute('aria-pressed', whether); $('for-film').setAttribute('aria-pressed', !whether); shot(); };
$('for-film').addEventListener('click', () => scope(false)); $('for-shot').addEventListener('click', () => scope(true));

const cuts = () => state.shots.slice(1).map(([start]) => start);
export const cutHere = () => { if (!state.whole) return; if (state.frame > 0) change({ cuts: [...new Set([...cuts(), state.frame])].sort((a, b) => a - b) }); };
export const join = () => { const [start] = shotAt(state.frame); if (start > 0) change({ cuts: cuts().filter((cut) => cut !== start) }); };
$('cut').addEventListener('click', cutHere); $('uncut').addEventListener('click', join);

// Frames that a change touched, until all of them are coloured again.
let again = new Set();
const left = () => [...again].filter((frame) => state.painted.get(frame) !== true).length;
on('stale', ({ from, to }) => {
  if ($('work').dataset.left === '0') again = new Set();
  for (let frame = from; frame < to; frame += 1) again.add(frame);
  work();
});
on('painted', work);
function work() {
  if (!again.size) return;
  const frames = [...again], which = `${frames.reduce((a, b) => Math.min(a, b))} to ${frames.reduce((a, b) => Math.max(a, b))}`, count = left();
  const done = `Frames ${which} coloured again (${again.size})`;
  if (!count && $('work').dataset.left !== '0') spoken(done);
  $('work').dataset.left = count;
  $('work').textContent = count ? `Colouring frames ${which} again: ${count} of ${again.size} to go` : done;
}

// What does not fit into the window is said to be there.
const side = $('more').parentElement;
const more = () => { $('more').hidden = side.scrollTop + side.clientHeight > side.scrollHeight - 24; };
const growing = new ResizeObserver(more);
for (const one of [side, ...side.children]) if (one !== $('more')) growing.observe(one);
side.addEventListener('scroll', more);
$('more').addEventListener('click', () => side.scrollBy({ top: side.clientHeight / 2 }));
