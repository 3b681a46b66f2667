// The diagram of a network: a small picture for each unit, what it hands on over the plane, and a line for each weight.
const mostUnitsShown = 10;

// diagramHeight is that of the diagram of layers with so many units, in px.
function diagramHeight(model) { return 26 + 52 * Math.min(mostUnitsShown, Math.max(model.inputs, ...model.layers.map(({ units }) => units))); }

// drawDiagram draws it. columns are the input's and the layers' activations over the plane's nodes, each { values, units,
// names, range, chosen, weights }: the range of its colours, its values at the chosen point, if any, and where the layer has a
// weight matrix from the layer before, weight(i, u). at is the chosen place as shares of the plane, or null.
function drawDiagram(plane, film, columns, at, inks, ratio) {
  if (!plane.clear(ratio)) return;
  const { context: c, canvas } = plane;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const size = Math.max(Math.min(34, (width / columns.length) * 0.55), 12);
  const shown = columns.map(({ units }) => Math.min(units, mostUnitsShown));
  const x = (k) => size / 2 + 4 + (k * (width - size - 30)) / (columns.length - 1);
  const y = (k, u) => 22 + (height - 24) * ((u + 0.5) / shown[k]) - 8;
  c.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  columns.forEach(({ weight }, k) => {
    if (!weight) return;
    let most = 0;
    for (let i = 0; i < shown[k - 1]; i++) for (let u = 0; u < shown[k]; u++) most = Math.max(most, Math.abs(weight(i, u)));
    for (let i = 0; i < shown[k - 1]; i++) {
      for (let u = 0; u < shown[k]; u++) {
        const w = weight(i, u);
        const part = most > 0 ? Math.abs(w) / most : 0;
        if (part < 0.02) continue;
        const [x0, x1] = [x(k - 1) + size / 2, x(k) - size / 2];
        c.beginPath();
        c.moveTo(x0, y(k - 1, i));
        c.bezierCurveTo((x0 + x1) / 2, y(k - 1, i), (x0 + x1) / 2, y(k, u), x1, y(k, u));
        c.strokeStyle = w < 0 ? inks.minus : inks.plus;
        c.setLineDash(w < 0 ? [5, 3] : []);
        c.lineWidth = 0.4 + 4 * part;
        c.globalAlpha = 0.25 + 0.7 * part;
        c.stroke();
      }
    }
  });
  c.globalAlpha = 1;
  c.setLineDash([]);
  const [nx, ny] = film.nodes;
  columns.forEach(({ values, units, names, range, chosen }, k) => {
    c.fillStyle = inks.muted;
    c.textAlign = k === 0 ? "left" : "center";
    const more = units > shown[k] ? ` (${shown[k]} of ${units})` : "";
    c.fillText(`${names.column}${columns.length * 60 < width ? more : ""}`, k === 0 ? 2 : x(k), 11);
    for (let u = 0; u < shown[k]; u++) {
      const [left, top] = [x(k) - size / 2, y(k, u) - size / 2];
      const colour = (n) => {
        const share = range[1] > range[0] ? along(values[n * units + u], range) : 0.5;
        return Number.isFinite(share) ? [...valueColour(share, inks), 255] : [0, 0, 0, 0];
      };
      c.imageSmoothingQuality = "high";
      c.drawImage(shading(colour, nx, ny), left, top, size, size);
      c.strokeStyle = inks.spine;
      c.lineWidth = 1;
      c.strokeRect(left, top, size, size);
      if (at) {
        const [px, py] = [left + at[0] * size, top + (1 - at[1]) * size];
        for (const [ink, thickness] of [[inks.rim, 4], [inks.text, 1.6]]) {
          c.beginPath();
          c.arc(px, py, 2.6, 0, 2 * Math.PI);
          c.strokeStyle = ink;
          c.lineWidth = thickness;
          c.stroke();
        }
      }
      if (!chosen || (width / columns.length < 44)) continue;
      c.textAlign = "center";
      const text = short(chosen[u]);
      const half = c.measureText(text).width / 2;
      c.fillStyle = inks.panel;
      c.globalAlpha = 0.8;
      c.fillRect(x(k) - half - 1, top + size + 2, 2 * half + 2, 12);
      c.globalAlpha = 1;
      c.fillStyle = inks.text;
      c.fillText(text, Math.max(x(k), half + 1), top + size + 12);
    }
  });
}

// short is a number of three digits or so.
function short(value) {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return "–";
  const text = size !== 0 && (size < 1e-3 || size >= 1e4) ? value.toExponential(0) : String(Number(value.toPrecision(size < 1 ? 2 : 3)));
  return text.replace(/-/g, "−");
}

// rangeOf is that of numbers that are finite.
function rangeOf(values) {
  let [lo, hi] = [Infinity, -Infinity];
  for (const v of values) if (Number.isFinite(v)) [lo, hi] = [Math.min(lo, v), Math.max(hi, v)];
  return lo <= hi ? [lo, hi] : [0, 0];
}
