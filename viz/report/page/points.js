// drawPoints draws points, each with the sign of its class or the colour of its value. at(i) is where point i
// lies; wrong, where given, marks those with a ring.
function drawPoints(plane, film, at, inks, wrong) {
  const radius = Math.min(Math.max(plane.width / 85, 2.2), 4.2) * (film.count > 250 ? 0.75 : 1);
  plane.clipped((c) => {
    for (let i = 0; i < film.count; i++) {
      const [x, y] = at(i);
      if (!Number.isNaN(x + y)) drawPoint(c, film, i, x, y, radius, inks);
    }
    if (!wrong) return;
    c.strokeStyle = inks.wrong;
    c.lineWidth = 1.4;
    c.beginPath();
    for (let i = 0; i < film.count; i++) {
      if (!wrong[i]) continue;
      const [x, y] = at(i);
      c.moveTo(x + 1.9 * radius, y);
      c.arc(x, y, 1.9 * radius, 0, 2 * Math.PI);
    }
    c.stroke();
  });
}

// drawPoint draws one of them.
function drawPoint(c, { labels, values, outlines }, i, x, y, radius, inks) {
  c.lineWidth = 0.9;
  c.beginPath();
  const outline = values ? [] : outlines[labels[i]];
  if (outline.length === 0) c.arc(x, y, radius, 0, 2 * Math.PI);
  for (let k = 0; k < outline.length; k += 2) c.lineTo(x + radius * outline[k], y + radius * outline[k + 1]);
  c.closePath();
  c.fillStyle = values ? `rgb(${valueColour(values[i], inks)})` : inks.class[labels[i]];
  c.strokeStyle = values ? valueInk(values[i], inks) : inks.classEdge[labels[i]];
  c.fill();
  c.stroke();
}

// drawChosen marks the chosen point, drawn again in large, or with a cross the chosen place (point -1).
function drawChosen(plane, film, point, [x, y], inks) {
  if (!Number.isFinite(x + y)) return;
  plane.clipped((c) => {
    const size = plane.width < 160 ? 5 : 7;
    if (point >= 0) drawPoint(c, film, point, x, y, 0.75 * size, inks);
    for (const [ink, width] of [[inks.rim, 5], [inks.text, 2.2]]) {
      c.strokeStyle = ink;
      c.lineWidth = width;
      c.beginPath();
      if (point >= 0) c.rect(x - size, y - size, 2 * size, 2 * size);
      else for (const [dx, dy] of [[1, 0], [0, 1]]) {
        c.moveTo(x - 1.3 * size * dx, y - 1.3 * size * dy);
        c.lineTo(x + 1.3 * size * dx, y + 1.3 * size * dy);
      }
      c.stroke();
    }
  });
}

// valueColour is that of a value, a share of the range from 0 to 1; valueInk is seen on it.
function valueColour(share, inks) {
  const at = 2 * Math.min(Math.max(share, 0), 1);
  const [from, to] = at < 1 ? inks.value : inks.value.slice(1);
  return from.map((v, i) => Math.round(v + (to[i] - v) * (at < 1 ? at : at - 1)));
}

function valueInk(share, inks) { return share > 0.5 ? inks.rim : inks.text; }
