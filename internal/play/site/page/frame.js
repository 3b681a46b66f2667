// Frames: a JSON header and arrays behind it.

const types = { u8: Uint8Array, f32: Float32Array, f64: Float64Array };

/**
 * @typedef {object} Grid an array of a frame
 * @property {number[]} shape
 * @property {Uint8Array|Float32Array|Float64Array} values
 */

// Codes of a frame as the page draws them: 0 to 254, of two classes with the root of what a probability differs from 1/2 by, which keeps
// boundaries smooth where all is near 1/2; 255 is no number.
const rooted = Uint8Array.from({ length: 256 }, (_, code) => {
  const u = (2 * code) / 255 - 1;
  return Math.round(127 + 127 * Math.sign(u) * Math.sqrt(Math.abs(u)));
});

/**
 * unify brings the networks' maps to these codes; numbers become shares of a range that all networks have in common.
 * @param {any} frame @param {[number, number]|null} range of numbers
 */
export function unify(frame, range) {
  frame.networks.forEach((_, k) => {
    const map = frame.get(`${k}/map`);
    if (!map) return;
    const own = frame.get(`${k}/map/range`)?.values;
    if (own && range) {
      const place = (code) => (own[0] + ((own[1] - own[0]) * code) / 255 - range[0]) / (range[1] - range[0] || 1);
      const table = Uint8Array.from({ length: 256 }, (_, code) => Math.round(254 * Math.min(Math.max(place(code), 0), 1)));
      map.values = map.values.map((code) => table[code]);
    } else if (frame.get(`${k}/class`)) map.values = map.values.map((code) => Math.min(code, 254));
    else if (frame.map_code !== "root") map.values = map.values.map((code) => rooted[code]);
  });
}

/**
 * readFrame gives a frame's header, with `get`: its arrays by name.
 * @param {ArrayBuffer} buffer
 */
export function readFrame(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const start = Math.ceil((4 + length) / 8) * 8;
  /** @type {Map<string, Grid>} */
  const arrays = new Map();
  for (const { name, type, shape, offset } of header.arrays) {
    const count = shape.reduce((product, n) => product * n, 1);
    arrays.set(name, { shape, values: new types[type](buffer, start + offset, count) });
  }
  header.get = (name) => arrays.get(name) ?? null;
  return header;
}
