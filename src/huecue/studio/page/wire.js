// The websocket: kept open, opened again when it breaks, and everything that comes over it.
import { state, tell, toast, $ } from './state.js';

let socket = null;
let waiting = [];

export function connect() {
  socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/film/${state.room}/live`);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => { $('lost').hidden = true; waiting.splice(0).forEach((words) => socket.send(words)); };
  socket.onmessage = ({ data }) => (typeof data === 'string' ? hear(JSON.parse(data)) : picture(data));
  socket.onclose = () => { $('lost').hidden = false; tell('lost'); setTimeout(connect, 700); };
}

export function say(words) {
  const text = JSON.stringify(words);
  if (socket && socket.readyState === WebSocket.OPEN) socket.send(text);
  else if (words.do === 'change') waiting.push(text);
}

export const change = (patch, more = {}) => say({ do: 'change', patch, ...more });

function picture(data) {
  const length = new DataView(data).getUint32(0);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
  tell('picture', { ...head, blob: new Blob([new Uint8Array(data, 4 + length)], { type: 'image/jpeg' }) });
}

function hear(said) {
  if (!state.film && !['hello', 'film', 'gone'].includes(said.say)) return; // all of it is said once more after the film
  switch (said.say) {
    case 'hello': state.window = said.window; say({ do: 'look', frame: state.frame }); break;
    case 'gone': sessionStorage.setItem('huecue-gone', 'yes'); location.replace('/'); break;
    case 'film': state.film = said; tell('film'); break;
    case 'read': Object.assign(state, { count: said.count, whole: said.whole, shots: said.shots }); tell('read', said); break;
    case 'sheet':
      state.entries = said.entries; state.shots = said.shots; state.edit = said.edit;
      state.canUndo = said.undo.includes(state.window); state.canRedo = said.redo.includes(state.window);
      tell('sheet', said); break;
    case 'stale':
      for (const frame of [...state.painted.keys()]) if (frame >= said.from && frame < said.to) state.painted.delete(frame);
      tell('stale', said); break;
    case 'painted':
      for (const [frame, final, sure, fresh] of said.frames) { state.painted.set(frame, final); state.sure.set(frame, sure); state.fresh.set(frame, fresh); }
      tell('painted', said.frames); break;
    case 'saved': tell('saved', null); break;
    case 'unsaved': tell('saved', said.why); break;
    case 'refused': case 'trouble': toast(said.why); tell('sheet', said); break;
    default: tell(said.say, said);
  }
}
