// Colours at one brightness: what a pixel of the film can show (BT.709, as huecue.color has it).
const KR = 0.2126, KG = 0.7152, KB = 0.0722;

export const toHex = (rgb) => '#' + rgb.map((part) => Math.round(Math.min(255, Math.max(0, part))).toString(16).padStart(2, '0')).join('');
export const toRgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

export function parse(text) {
  const word = text.trim().toLowerCase();
  if (/^#?[0-9a-f]{6}$/.test(word)) return word.startsWith('#') ? word : `#${word}`;
  const pen = document.createElement('canvas').getContext('2d');
  pen.fillStyle = '#010203'; pen.fillStyle = word;
  return pen.fillStyle === '#010203' || !pen.fillStyle.startsWith('#') ? null : pen.fillStyle;
}

// The colour of luma 0..255 whose hue is an angle, as strong (0..1) as it can be there.
export function atLuma(luma, angle, strength) {
  const y = luma / 255, cb = Math.cos(angle), cr = Math.sin(angle);
  const away = [cr * (1 - KR), (-KR * (1 - KR) * cr - KB * (1 - KB) * cb) / KG, cb * (1 - KB)];
  const most = Math.min(...away.map((part) => (part > 1e-6 ? (1 - y) / part : part < -1e-6 ? -y / part : 9)));
  return away.map((part) => 255 * (y + part * most * strength));
}

export const lumaOf = ([red, green, blue]) => Math.round(KR * red + KG * green + KB * blue);

export function hueOf([red, green, blue], luma) {
  const y = KR * red + KG * green + KB * blue, cb = (blue - y) / (1 - KB), cr = (red - y) / (1 - KR);
  const angle = Math.atan2(cr, cb), length = Math.hypot(cb, cr);
  const full = atLuma(luma, angle, 1), own = KR * full[0] + KG * full[1] + KB * full[2];
  const most = Math.hypot((full[2] - own) / (1 - KB), (full[0] - own) / (1 - KR));
  return { angle, strength: length < 3 ? 0 : Math.min(1, length / Math.max(1, most)) };
}

// The main colours of pixels [r, g, b], each standing for as many of them: the box that is widest is cut at its
// median until there are enough (median cut, Heckbert 1982); colours that look alike are named once.
export function mainColours(pixels, count) {
  const widest = (box) => [0, 1, 2].map((part) => {
    const values = box.map((pixel) => pixel[part]);
    return { part, wide: values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b)) };
  }).reduce((a, b) => (b.wide > a.wide ? b : a));
  let boxes = [pixels];
  while (boxes.length < count) {
    const most = boxes.filter((box) => box.length > 1).map((box) => ({ box, ...widest(box) }))
      .reduce((a, b) => (b.wide * b.box.length > a.wide * a.box.length ? b : a), { wide: 0, box: [] });
    if (!most.wide) break;
    const rising = most.box.toSorted((a, b) => a[most.part] - b[most.part]), half = rising.length >> 1;
    boxes = [...boxes.filter((box) => box !== most.box), rising.slice(0, half), rising.slice(half)];
  }
  const means = boxes.map((box) => [0, 1, 2].map((part) => box.reduce((sum, pixel) => sum + pixel[part], 0) / box.length));
  const apart = (a, b) => a.reduce((sum, part, at) => sum + Math.abs(part - b[at]), 0) > 24;
  return means.filter((mean, at) => means.slice(0, at).every((other) => apart(mean, other))).map(toHex);
}
