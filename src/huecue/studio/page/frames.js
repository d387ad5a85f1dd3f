// Pictures of frames: fetched when they are wanted, a bounded number kept, the newest shown.
import { state, on, tell } from './state.js';

const MOST = 160;
const kept = new Map(); // frame -> { bitmap, how: 'final' | 'draft' | 'grey', stale }
const coming = new Map(); // frame -> whether it was wanted once more meanwhile: what comes may be older than that

export const best = (frame) => kept.get(frame);

function keep(frame, one) {
  kept.get(frame)?.bitmap.close?.();
  kept.delete(frame);
  kept.set(frame, one);
  while (kept.size > MOST) {
    const furthest = [...kept.keys()].reduce((a, b) => (Math.abs(b - state.frame) > Math.abs(a - state.frame) ? b : a));
    kept.get(furthest).bitmap.close?.();
    kept.delete(furthest);
  }
  if (frame === state.frame) tell('draw');
}

export const clear = () => { for (const one of kept.values()) one.bitmap.close?.(); kept.clear(); };

export async function want(frame) {
  if (frame < 0 || frame >= state.count) return;
  if (coming.has(frame)) { coming.set(frame, true); return; }
  const known = kept.get(frame);
  if (known && known.how === 'final' && !known.stale) return;
  coming.set(frame, false);
  const edit = state.edit;
  try {
    const answer = await fetch(`/film/${state.room}/frame/${frame}`);
    if (!answer.ok) return;
    const how = answer.headers.get('x-huecue');
    const bitmap = await createImageBitmap(await answer.blob());
    const now = kept.get(frame);
    if (now && !now.stale && now.how === 'final') { bitmap.close(); return; }
    if (how === 'grey' && now && now.how !== 'grey') { bitmap.close(); return; } // older colours are better than none
    keep(frame, { bitmap, how, stale: edit !== state.edit && how !== 'grey' });
  } catch { /* the connection is lost; the page says so elsewhere */ } finally {
    const again = coming.get(frame);
    coming.delete(frame);
    if (again) want(frame);
  }
}

on('picture', async ({ frame, final, edit, step_ms, blob }) => {
  const bitmap = await createImageBitmap(blob);
  keep(frame, { bitmap, how: final ? 'final' : 'draft', stale: false });
  tell('shown', { frame, edit, step_ms });
});
on('stale', ({ from, to }) => { for (const [frame, one] of kept) if (frame >= from && frame < to) one.stale = true; });
on('painted', (frames) => {
  for (const [frame] of frames) {
    const one = kept.get(frame);
    if (frame === state.frame ? one?.how === 'grey' : one && (one.stale || one.how !== 'final') && Math.abs(frame - state.frame) < 24) want(frame);
  }
});
