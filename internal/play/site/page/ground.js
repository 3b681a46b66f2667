// The plane of the inputs: shading by what a network says, the line where it decides, points of data.
import { along, borders, drawPoint, rampOf, valueColour } from "./drawing.js";
import { outlines } from "./inks.js";
import { first, rangeOfTargets } from "./laboratory.js";

/** painter turns grids of codes into pictures, one canvas for each size. */
const canvases = new Map();

/**
 * picture gives a canvas of a grid, rows from the top; colours has red, green and blue of each code, and no number (255) is clear.
 * @param {Uint8Array} codes @param {number} width @param {number} height @param {number[][]} colours
 */
export function picture(codes, width, height, colours, name = "") {
  const key = `${width}x${height}${name}`;
  let kept = canvases.get(key);
  if (!kept) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext("2d");
    const image = context.createImageData(width, height);
    canvases.set(key, (kept = { canvas, context, image, pixels: new Uint32Array(image.data.buffer) }));
    if (canvases.size > 60) canvases.delete(canvases.keys().next().value);
  }
  const table = tableOf(colours);
  for (let i = 0; i < codes.length; i++) kept.pixels[i] = table[codes[i]];
  kept.context.putImageData(kept.image, 0, 0);
  return kept.canvas;
}

const tables = new WeakMap();
// tableOf has the colours as the pixels of little-endian machines have them, which all are that run browsers.
function tableOf(colours) {
  let table = tables.get(colours);
  if (!table) {
    table = new Uint32Array(256);
    colours.forEach(([r, g, b], code) => { table[code] = ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0; });
    tables.set(colours, table);
  }
  return table;
}

/** coloursOfMap are those of a network's codes: shades of two classes, or of numbers. */
export function coloursOfMap(task, inks, discrete) {
  const name = `map ${task} ${discrete}`;
  inks.kept ??= {};
  return (inks.kept[name] ??= task === "numbers"
    ? Array.from({ length: 255 }, (_, code) => valueColour(discrete ? (Math.floor(code / 25.5) + 0.5) / 10 : code / 254, inks))
    : discrete ? Array.from({ length: 255 }, (_, code) => inks.shade[code < 127 ? 0 : 2]) : rampOf(inks).slice(0, 255));
}

/** coloursOfValues are those of numbers in a range, for codes of another one that lies within. */
export function coloursOfValues(range, within, inks) {
  inks.levels ??= Array.from({ length: 256 }, (_, k) => valueColour(k / 255, inks));
  if (!(within[1] > within[0])) return Array.from({ length: 256 }, () => inks.levels[127]);
  const [from, to] = range.map((v) => 255 * along(v, within));
  if (from === 0 && to === 255) return (inks.kept ??= {}).values ??= inks.levels;
  return Array.from({ length: 256 }, (_, code) => inks.levels[Math.min(Math.max(Math.round(from + ((to - from) * code) / 255), 0), 255)]);
}

/** drawMap shades a rectangle by a network's map; null of a frame without one draws nothing. */
export function drawMap(c, frame, k, task, inks, [left, top, width, height], discrete) {
  const map = frame.get(`${k}/map`);
  if (!map) return;
  const [rows, columns] = map.shape;
  const classes = frame.get(`${k}/class`);
  c.imageSmoothingEnabled = !discrete || !classes;
  c.imageSmoothingQuality = "high";
  const shade = classes ? manyClasses(classes.values, map.values, columns, rows, inks, discrete) : picture(map.values, columns, rows, coloursOfMap(task, inks, discrete));
  c.drawImage(shade, left, top, width, height); // nodes are the middles of cells
  c.imageSmoothingEnabled = true;
}

// manyClasses shades the region of each class, the stronger the surer the network is.
function manyClasses(winner, sure, width, height, inks, discrete) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  winner.forEach((k, i) => {
    if (k === 255) return;
    const [pale, full] = [inks.pale[k % inks.pale.length], inks.full[k % inks.full.length]];
    const share = discrete ? 1 : sure[i] / 254;
    for (let b = 0; b < 3; b++) image.data[4 * i + b] = pale[b] + (full[b] - pale[b]) * share;
    image.data[4 * i + 3] = 255;
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

/** boundaryOf gives the pieces of the line where a network decides, in shares of the plane from its upper left corner. */
export function boundaryOf(frame, k, task) {
  frame.boundaries ??= [];
  return (frame.boundaries[k] ??= piecesOf(frame, k, task));
}

function piecesOf(frame, k, task) {
  const map = frame.get(`${k}/map`);
  if (!map) return [];
  const classes = frame.get(`${k}/class`);
  const [rows, columns] = map.shape;
  if (classes) return bordersOf(classes.values, columns, rows);
  if (task === "numbers") return [0.25, 0.5, 0.75].flatMap((level) => crossing(map.values, columns, rows, 254 * level, false));
  return crossing(map.values, columns, rows, 127, true);
}

// crossing follows the codes' level by marching squares. Codes of probabilities grow with the root of what they differ from 1/2 by.
function crossing(codes, columns, rows, level, squared) {
  const pieces = [];
  const height = (code) => (squared ? (code - level) * Math.abs(code - level) : code - level);
  const [sx, sy] = [1 / columns, 1 / rows];
  for (let y = 0; y + 1 < rows; y++) {
    for (let x = 0; x + 1 < columns; x++) {
      const n = y * columns + x;
      const [i, j] = [x + 0.5, y + 0.5]; // nodes are the middles of cells
      const [a, b, c, d] = [codes[n], codes[n + 1], codes[n + columns + 1], codes[n + columns]];
      const above = (a >= level) + (b >= level) + (c >= level) + (d >= level);
      if (above === 0 || above === 4 || a === 255 || b === 255 || c === 255 || d === 255) continue;
      const [ha, hb, hc, hd] = [height(a), height(b), height(c), height(d)];
      const met = [];
      if (ha >= 0 !== hb >= 0) met.push([(i + ha / (ha - hb)) * sx, j * sy]);
      if (hb >= 0 !== hc >= 0) met.push([(i + 1) * sx, (j + hb / (hb - hc)) * sy]);
      if (hd >= 0 !== hc >= 0) met.push([(i + hd / (hd - hc)) * sx, (j + 1) * sy]);
      if (ha >= 0 !== hd >= 0) met.push([i * sx, (j + ha / (ha - hd)) * sy]);
      if (met.length === 2) pieces.push([...met[0], ...met[1]]);
      else if (ha + hb + hc + hd >= 0 === ha >= 0) pieces.push([...met[0], ...met[1]], [...met[2], ...met[3]]);
      else pieces.push([...met[0], ...met[3]], [...met[1], ...met[2]]);
    }
  }
  return pieces;
}

// bordersOf are the lines between nodes of different classes, half way from one to the other.
function bordersOf(winner, columns, rows) {
  return borders({ winner: (n) => (winner[n] === 255 ? -1 : winner[n]), lead: () => 1 }, columns, rows).map((piece) => piece.map((v, i) => (v + 0.5) / (i % 2 ? rows : columns)));
}

/** drawBoundary draws the pieces in a rectangle. */
export function drawBoundary(c, pieces, [left, top, width, height], colour, rim, dash = [], thickness = 2.4) {
  c.save();
  c.beginPath();
  c.rect(left, top, width, height);
  c.clip();
  c.lineCap = dash.length ? "butt" : "round";
  for (const [ink, wide, dashed] of [[rim, thickness + 2.4, []], [colour, thickness, dash]]) {
    c.strokeStyle = ink;
    c.lineWidth = wide;
    c.setLineDash(dashed);
    c.beginPath();
    for (const line of linesOf(pieces)) {
      c.moveTo(left + line[0] * width, top + line[1] * height);
      for (let i = 2; i < line.length; i += 2) c.lineTo(left + line[i] * width, top + line[i + 1] * height);
    }
    c.stroke();
  }
  c.setLineDash([]);
  c.restore();
}

// linesOf joins pieces that meet, so that dashes run along them; what was joined is kept for as long as the pieces are.
const joined = new WeakMap();
function linesOf(pieces) {
  let lines = joined.get(pieces);
  if (lines) return lines;
  const key = (x, y) => `${Math.round(x * 1e6)},${Math.round(y * 1e6)}`;
  const ends = new Map();
  pieces.forEach((piece, i) => {
    for (const end of [key(piece[0], piece[1]), key(piece[2], piece[3])]) ends.set(end, [...(ends.get(end) ?? []), i]);
  });
  const used = new Uint8Array(pieces.length);
  const follow = (line, x, y, put) => {
    for (;;) {
      const next = (ends.get(key(x, y)) ?? []).find((i) => !used[i]);
      if (next === undefined) return;
      used[next] = 1;
      const [x0, y0, x1, y1] = pieces[next];
      [x, y] = key(x0, y0) === key(x, y) ? [x1, y1] : [x0, y0];
      put(line, x, y);
    }
  };
  lines = [];
  pieces.forEach(([x0, y0, x1, y1], i) => {
    if (used[i]) return;
    used[i] = 1;
    const back = [];
    const line = [x0, y0, x1, y1];
    follow(line, x1, y1, (l, x, y) => l.push(x, y));
    follow(back, x0, y0, (l, x, y) => l.push(y, x));
    lines.push([...back.reverse(), ...line]);
  });
  joined.set(pieces, lines);
  return lines;
}

/**
 * Cloud is rows of data to draw: those of training full, those of the test hollow.
 */
export class Cloud {
  constructor(rows, labels, data, hollow) {
    this.rows = rows;
    this.count = rows.length;
    this.outlines = outlines;
    this.hollow = hollow;
    if (data.task === "numbers") {
      const range = rangeOfTargets(data);
      this.values = labels.map((v) => along(first(v), range));
    } else {
      this.labels = labels.map((label) => first(label) % outlines.length);
    }
  }

  /** draw draws the points, at(i) being where point i is. */
  draw(c, at, inks, radius) {
    const ink = this.hollow ? (inks.hollow ??= hollow(inks)) : inks;
    for (let i = 0; i < this.count; i++) {
      const [x, y] = at(i);
      if (!Number.isNaN(x + y)) drawPoint(c, this, i, x, y, radius, ink);
    }
  }
}

// hollow are colours that leave the inside of a sign to the paper. On dark paper the outlines of full signs are dark.
function hollow(inks) {
  const dark = parseInt(inks.panel.slice(1, 3), 16) < 128;
  return { ...inks, class: inks.class.map(() => inks.panel), classEdge: dark ? inks.class : inks.classEdge };
}

/** drawProbe marks the point that is dragged. */
export function drawProbe(c, x, y, inks, size = 7) {
  if (!Number.isFinite(x + y)) return;
  for (const [ink, width] of [[inks.rim, 5], [inks.text, 2.2]]) {
    c.strokeStyle = ink;
    c.lineWidth = width;
    c.beginPath();
    c.arc(x, y, size * 0.62, 0, 2 * Math.PI);
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      c.moveTo(x + 0.62 * size * dx, y + 0.62 * size * dy);
      c.lineTo(x + 1.5 * size * dx, y + 1.5 * size * dy);
    }
    c.stroke();
  }
}
