// Pictures that a person brings: what each is, and those that are used in this shot.
import { state, on, tell, $, clamp, newName, ofKind, shotAt, toast, spoken } from './state.js';
import { change } from './wire.js';
import { mainColours } from './colour.js';

const MAIN = 8, SIDE_PX = 64;
let brought = null; // the file that is asked about, and its pixels

// A file sent to the studio: resolves to what it answers.
export function bring(address, file, headers = {}) {
  const bar = $('bringing');
  return new Promise((done) => {
    const send = new XMLHttpRequest();
    send.open('POST', address);
    send.setRequestHeader('x-name', encodeURIComponent(file.name));
    for (const [name, value] of Object.entries(headers)) send.setRequestHeader(name, value);
    send.upload.onprogress = (event) => { bar.hidden = false; bar.value = event.loaded / event.total; };
    send.onloadend = () => { bar.hidden = true; let said = {}; try { said = JSON.parse(send.responseText); } catch { said = { problem: 'The studio does not answer.' }; } done(said); };
    send.send(file);
  });
}

export async function askAbout(file) {
  if (!file) return;
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) { toast(`${file.name} is no picture that can be shown here; bring a PNG, JPEG or WebP.`); return; }
  const { width, height } = state.film, shape = (bitmap.width * height) / (bitmap.height * width);
  const fits = Math.abs(shape - 1) <= 0.02;
  $('keyframe-words').textContent = `Frame ${state.frame} itself, painted`;
  $('keyframe-why').textContent = fits ? 'The frame takes its colours just as they stand, and its shot follows. Hints on this frame count no more.'
    : `Not this one: it is ${bitmap.width} × ${bitmap.height}, another shape than the film’s ${width} × ${height}.`;
  $('as-keyframe').disabled = !fits;
  URL.revokeObjectURL($('picture-shown').src);
  $('picture-shown').src = URL.createObjectURL(file);
  brought = { file, bitmap, frame: state.frame };
  tell('go', state.frame);
  $('picture-box').showModal();
}
$('picture-close').addEventListener('click', () => $('picture-box').close());
$('picture-file').addEventListener('change', (event) => { askAbout(event.target.files[0]); event.target.value = ''; });
$('picture').addEventListener('click', () => $('picture-file').click());

// Frame 0 would mean the whole film, so the first shot of several takes its picture from frame 1 on.
const referenceFrame = (frame) => shotAt(frame)[0] || (state.shots.length > 1 ? 1 : 0);

async function use(kind, frame) {
  $('picture-box').close();
  const said = await bring(`/film/${state.room}/${kind}/${frame}`, brought.file, { 'x-window': state.window });
  if (said.problem) toast(said.problem); else spoken('The picture is used');
}
$('as-reference').addEventListener('click', () => use('reference', referenceFrame(brought.frame)));
$('as-keyframe').addEventListener('click', () => use('keyframe', brought.frame));
$('as-palette').addEventListener('click', () => {
  $('picture-box').close();
  const known = new Set(ofKind('palette').map(([, one]) => one.color));
  const fresh = mainColours(pixelsOf(brought.bitmap), MAIN).filter((color) => !known.has(color));
  change(Object.fromEntries(fresh.map((color) => [newName('p'), { kind: 'palette', color }])));
});

function pixelsOf(bitmap) {
  const small = Object.assign(document.createElement('canvas'), { width: SIDE_PX, height: SIDE_PX }), pen = small.getContext('2d');
  pen.imageSmoothingQuality = 'high'; pen.drawImage(bitmap, 0, 0, SIDE_PX, SIDE_PX);
  const { data } = pen.getImageData(0, 0, SIDE_PX, SIDE_PX);
  return Array.from({ length: SIDE_PX ** 2 }, (_, at) => [...data.slice(4 * at, 4 * at + 3)]);
}

const called = (one) => one.image.replace(/^[0-9a-f]{16}-/, '');
function list() {
  const [start, stop] = shotAt(state.frame), here = (one) => start <= one.frame && one.frame < stop;
  const alike = ofKind('reference').filter(([, one]) => one.frame === 0 || here(one));
  const painted = ofKind('keyframe').filter(([, one]) => here(one)).sort((a, b) => a[1].frame - b[1].frame);
  $('pictures').replaceChildren(
    ...alike.map(([name, one]) => row(name, `Colours borrowed for ${one.frame ? 'this shot' : 'the film'}: ${called(one)}`)),
    ...painted.map(([name, one]) => row(name, `Frame ${one.frame}, painted: ${called(one)}`, one.frame)),
  );
}
for (const what of ['sheet', 'moved', 'read']) on(what, list);
on('moved', () => { $('frame-get').href = `/film/${state.room}/frame/${state.frame}.png`; $('frame-get').download = `${state.film.name.replace(/\.[^.]+$/, '')}-${state.frame}.png`; });

function row(name, words, frame) {
  const one = document.createElement('div'), text = document.createElement('button'), away = document.createElement('button');
  text.textContent = text.title = words; away.textContent = '✕'; away.title = 'Remove'; away.className = 'away'; away.setAttribute('aria-label', `Remove: ${words}`);
  if (frame === undefined) text.disabled = true; else text.addEventListener('click', () => tell('go', clamp(frame, 0, state.count - 1)));
  away.addEventListener('click', () => change({ [name]: null }));
  one.className = 'picture'; one.setAttribute('role', 'listitem'); one.append(text, away);
  return one;
}
