// What the page knows, and who wants to hear of it. The server's word counts; this is a copy.
export const state = {
  room: null, window: '', film: null, entries: {}, shots: [], count: 0, whole: false,
  frame: 0, playing: false, wipe: null, selected: null, pending: null, hover: null,
  sure: new Map(), fresh: new Map(), painted: new Map(), edit: 0, canUndo: false, canRedo: false,
  recent: JSON.parse(localStorage.getItem('huecue-recent') || '[]'), radius: null,
};
const heard = new Map();
export const on = (what, todo) => { heard.set(what, [...(heard.get(what) || []), todo]); };
export const tell = (what, more) => { for (const todo of heard.get(what) || []) todo(more); };

export const $ = (id) => document.getElementById(id);
export const clamp = (x, low, high) => Math.min(high, Math.max(low, x));
export const spoken = (words) => { $('spoken').textContent = words; };

export function toast(words) {
  if ([...$('toasts').children].some((one) => one.textContent === words)) return;
  const one = Object.assign(document.createElement('div'), { textContent: words });
  $('toasts').append(one);
  setTimeout(() => one.remove(), 9000);
}

export const marksAt = (frame) => Object.entries(state.entries)
  .filter(([, one]) => (one.kind === 'hint' || one.kind === 'stroke') && one.frame === frame)
  .sort((a, b) => a[0][0].localeCompare(b[0][0]) || a[0].slice(1) - b[0].slice(1));
export const ofKind = (kind) => Object.entries(state.entries).filter(([, one]) => one?.kind === kind);
export const shotAt = (frame) => state.shots.find(([a, b]) => a <= frame && frame < b) || [0, state.count];

// Names of this window's own: no two windows ever take the same one, and none is given twice, for the server may not
// have heard yet of the last ones.
const given = new Map();
export function newName(letter) {
  const own = Number(state.window.slice(1)) % 64;
  const most = Math.max(given.get(letter) || 0, ...Object.keys(state.entries).filter((name) => name[0] === letter).map((name) => +name.slice(1) || 0));
  given.set(letter, (Math.floor(most / 64) + 1) * 64 + own);
  return letter + given.get(letter);
}

// Where something new seems to come in: the frames at which a part of the picture is in doubt that was not before.
const MANY = 0.025, FEW = 0.01;
export function arrivals() {
  const found = [];
  for (const [start, stop] of state.shots) {
    let going = false;
    for (let frame = start; frame < stop; frame += 1) {
      const fresh = state.fresh.get(frame) ?? 0;
      if (fresh >= MANY && !going) { found.push(frame); going = true; } else if (fresh < FEW) going = false;
    }
  }
  return found;
}

export function usedColor(color) {
  state.recent = [color, ...state.recent.filter((one) => one !== color)].slice(0, 14);
  localStorage.setItem('huecue-recent', JSON.stringify(state.recent));
}

export const ownSaturations = (frame) => {
  const [start, stop] = shotAt(frame);
  return ofKind('shot').filter(([, one]) => start <= one.frame && one.frame < stop && one.saturation !== null);
};
export const saturationAt = (frame) => ownSaturations(frame)[0]?.[1].saturation ?? state.entries.saturation ?? 1;
