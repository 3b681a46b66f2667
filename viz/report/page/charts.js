// Small charts of all networks together. Networks differ in colour, in the dashes of their lines and in the signs of their points.
const dashes = [[], [6, 3], [2, 2], [9, 3, 2, 3], [12, 3], [4, 4], [1, 3], [7, 2, 2, 2, 2, 2]];

function strokeNet(c, n, inks, width = 2) {
  c.strokeStyle = inks.nets[n];
  c.lineWidth = width;
  c.setLineDash(dashes[n % dashes.length]);
  c.lineJoin = "round";
  c.stroke();
  c.setLineDash([]);
}

// sign draws the sign of network n: a disc, a square or a triangle, full or open.
function sign(c, n, x, y, radius, inks) {
  c.beginPath();
  const corners = [0, 4, 3][Math.floor(n / 2) % 3];
  if (corners === 0) c.arc(x, y, radius, 0, 2 * Math.PI);
  for (let k = 0; k < corners; k++) {
    const angle = ((k + 0.5) / corners) * 2 * Math.PI + Math.PI / 2;
    c.lineTo(x + 1.2 * radius * Math.cos(angle), y + 1.2 * radius * Math.sin(angle));
  }
  c.closePath();
  c.fillStyle = c.strokeStyle = inks.nets[n];
  c.lineWidth = 1.2;
  if (n % 2) c.stroke();
  else c.fill();
}

// drawLosses draws the networks' losses behind the slider: at(s) is where its thumb is at a snapshot.
function drawLosses(plane, film, at, inks, ratio) {
  const losses = film.nets.map(({ loss }) => loss ?? []);
  const known = losses.flat().filter((v) => v !== null);
  if (known.length === 0 || !plane.clear(ratio)) return;
  const { context: c, canvas } = plane;
  const log = Math.min(...known) > 0;
  const height = (v) => (log ? Math.log10(v) : v);
  const range = padded([height(Math.min(...known)), height(Math.max(...known))]);
  const bottom = canvas.clientHeight - 17;
  const y = (v) => 3 + (1 - along(height(v), range)) * (bottom - 6);
  c.fillStyle = inks.panel;
  c.fillRect(at(0), 0, at(film.epochs.length - 1) - at(0), bottom);
  losses.forEach((loss, n) => {
    c.beginPath();
    loss.forEach((v, s) => { if (v !== null) c.lineTo(at(s), y(v)); });
    strokeNet(c, n, inks);
  });
  c.fillStyle = inks.muted;
  let free = -Infinity;
  film.epochs.forEach((epoch, s) => {
    const half = c.measureText(epoch).width / 2;
    const x = Math.min(Math.max(at(s), half), canvas.clientWidth - half);
    const last = at(film.epochs.length - 1);
    if (x - half < free || (s < film.epochs.length - 1 && x + half + 14 > last - c.measureText(film.epochs.at(-1)).width)) return;
    free = x + half + 14;
    c.textAlign = "center";
    c.fillText(epoch, x, canvas.clientHeight - 4);
  });
  c.textAlign = "left";
  c.fillText(`loss${log ? ", log scale" : ""}`, at(0) + 5, bottom - 5);
}

// drawTrace draws the signal traces of the networks, each a list of magnitudes, on a log axis of the given range and name.
function drawTrace(plane, traces, range, nets, inks, ratio, yName = "signal: mean |z|, |a| of a layer") {
  const deepest = Math.max(...traces.map((trace) => trace.length));
  const names = Array.from({ length: deepest }, (_, k) => `${k % 2 ? "a" : "z"}${subscript(Math.floor(k / 2) + 1)}`);
  const every = Math.ceil(deepest / 7);
  const xTicks = names.map((label, value) => ({ value, label })).filter(({ value }) => value % every === 0);
  const bounds = padded(range.map(Math.log10));
  if (!plane.begin([-0.4, deepest - 0.6], bounds, inks, ratio, { xTicks, yTicks: logTicks(...bounds), yName })) return;
  plane.clipped((c) => {
    traces.forEach((trace, n) => {
      c.beginPath();
      let begun = false; // what is 0 has no place on a log axis
      trace.forEach((v, k) => {
        if (v > 0 && begun) c.lineTo(plane.x(k), plane.y(Math.log10(v)));
        else if (v > 0) c.moveTo(plane.x(k), plane.y(Math.log10(v)));
        begun = v > 0;
      });
      strokeNet(c, n, inks);
      trace.forEach((v, k) => { if (v > 0) sign(c, n, plane.x(k), plane.y(Math.log10(v)), 3, inks); });
    });
  });
  plane.end(inks);
}

// drawPairs draws the points of each network at pairs [x, y], the chosen one (index chosen, -1 for none) in large, over ranges that
// hold all snapshots.
function drawPairs(plane, pairs, chosen, ranges, names, inks, ratio) {
  if (!plane.begin(padded(ranges[0]), padded(ranges[1]), inks, ratio, { xName: names[0], yName: names[1] })) return;
  plane.clipped((c) => {
    pairs.forEach(({ points }, n) => {
      c.globalAlpha = 0.55;
      points.forEach(([x, y]) => { if (Number.isFinite(x + y)) sign(c, n, plane.x(x), plane.y(y), 2, inks); });
      c.globalAlpha = 1;
    });
    pairs.forEach(({ points, place }, n) => {
      const at = place ?? points[chosen];
      if (!at || !Number.isFinite(at[0] + at[1])) return;
      const [x, y] = [plane.x(at[0]), plane.y(at[1])];
      for (const [ink, width] of [[inks.rim, 5], [inks.text, 2]]) {
        c.beginPath();
        c.strokeStyle = ink;
        c.lineWidth = width;
        c.rect(x - 7, y - 7, 14, 14);
        c.stroke();
      }
      sign(c, n, x, y, 4, inks);
    });
  });
  plane.end(inks);
}

// drawMessage writes on an empty panel why there is nothing.
function drawMessage(plane, words, inks, ratio) {
  if (!plane.clear(ratio)) return;
  const { context: c, canvas } = plane;
  c.fillStyle = inks.panel;
  c.fillRect(0, 0, canvas.clientWidth, canvas.clientHeight);
  c.fillStyle = inks.muted;
  c.textAlign = "center";
  const lines = [""];
  for (const word of words.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (c.measureText(longer).width < canvas.clientWidth - 24) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  lines.forEach((line, k) => c.fillText(line, canvas.clientWidth / 2, canvas.clientHeight / 2 + 16 * (k - (lines.length - 1) / 2)));
}

function subscript(number) { return String(number).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]); }
