// Frames: a JSON header and arrays behind it.

const types = { u8: Uint8Array, f32: Float32Array, f64: Float64Array };

/**
 * @typedef {object} Grid an array of a frame
 * @property {number[]} shape
 * @property {Uint8Array|Float32Array|Float64Array} values
 */

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
