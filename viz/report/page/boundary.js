// The codes of P(class 1), as film_pack.go makes them: 0 to 254, 127 for 0.5, 255 for what is no number.
const aboveHalf = Float64Array.from({ length: 256 }, (_, code) => {
  const u = (code - 127) / 127;
  return code === 255 ? NaN : 0.5 * u * Math.abs(u);
});

// storedField is a field as the page has it stored, by its kind: share(n) and height(n) of P(class 1), the latter's sign
// saying on which side of the boundary node n is; winner(n), -1 for none, sure(n) and lead(n) of classes; or share(n)
// of the range of numbers. NaN is for what is no number.
function storedField(film, bytes) {
  const nodes = film.nodes[0] * film.nodes[1];
  switch (film.kind) {
    case "classes":
      return {
        winner: (n) => (bytes[n] === 255 ? -1 : bytes[n]),
        sure: (n) => bytes[nodes + n] / 254,
        lead: (n) => (bytes[2 * nodes + n] / 254) ** 2, // finer near borders
      };
    case "values":
      return {
        share(n) {
          const code = bytes[2 * n] + 256 * bytes[2 * n + 1];
          return code === 65535 ? NaN : code / 65534;
        },
      };
  }
  return { share: (n) => aboveHalf[bytes[n]] + 0.5, height: (n) => aboveHalf[bytes[n]] };
}

// computedField is the same of what flows through a network for all nodes.
function computedField(film, model, { pre, post }) {
  const { units, steps } = model.layers[model.layers.length - 1];
  const [z, out] = [pre[pre.length - 1], post[post.length - 1]];
  const { shown } = model;
  switch (film.kind) {
    case "classes": {
      const all = units === 1 ? (n) => [0, out[n]] : (n) => out.subarray(n * units, (n + 1) * units);
      return {
        winner: (n) => winnerOf(all(n)).winner,
        sure: (n) => (film.scores ? 1 : winnerOf(all(n)).best),
        lead: (n) => winnerOf(all(n)).lead,
      };
    }
    case "values":
      return { share: (n) => along(inUnits(model, out[n * units + shown]), film.range) };
  }
  const share = (n) => out[n * units + shown];
  // The logit crosses 0 where the probability crosses 1/2, and is straighter on the way.
  if (units === 2 && shown === 1) return { share, height: (n) => z[2 * n + 1] - z[2 * n] };
  const last = steps[steps.length - 1].function;
  if (last?.[0] === "sigmoid" && last[1] === "z") return { share, height: (n) => z[n * units + shown] };
  return { share, height: (n) => share(n) - 0.5 };
}

// winnerOf is the largest of some outputs, the first of equals, and by how much it leads; -1 where one is no number.
function winnerOf(outputs) {
  let [winner, best, second] = [0, outputs[0], -Infinity];
  for (let c = 1; c < outputs.length; c++) {
    if (outputs[c] > best) [winner, best, second] = [c, outputs[c], best];
    else second = Math.max(second, outputs[c]);
  }
  return outputs.every(Number.isFinite) ? { winner, best, lead: best - second } : { winner: -1, best: NaN, lead: 0 };
}

// inUnits is a predicted number in the units of the data.
function inUnits({ scale }, value) { return scale ? scale[0] + value * scale[1] : value; }

// groundOf says how a field is shaded, colour(n) being that of node n (clear for what is no number), and which
// lines are on it, given by their pieces and, where it is not the network's, a colour.
function groundOf(film, field, inks) {
  const [nx, ny] = film.nodes;
  switch (film.kind) {
    case "classes":
      return { colour: classColour(field, film, inks), lines: [{ pieces: borders(field, nx, ny) }] };
    case "values": {
      const { share } = field;
      const levels = ticks(...film.range, 10).map(({ value }) => along(value, film.range));
      return {
        colour: (n) => (Number.isNaN(share(n)) ? [0, 0, 0, 0] : [...valueColour(share(n), inks), 255]),
        lines: levels.map((level) => ({ pieces: crossings((n) => share(n) - level, nx, ny), colour: valueInk(level, inks) })),
      };
    }
  }
  const ramp = rampOf(inks);
  return { colour: (n) => ramp[codeOf(field.share(n))], lines: [{ pieces: crossings(field.height, nx, ny) }] };
}

// codeOf is the code of a probability.
function codeOf(p) {
  const t = 2 * p - 1;
  return Number.isNaN(t) ? 255 : Math.round(127 + 127 * Math.sign(t) * Math.sqrt(Math.min(Math.abs(t), 1)));
}

// drawGround shades the plane and draws the lines.
function drawGround(plane, ground, [nx, ny], inks, lineColour) {
  const width = plane.width / (nx - 1);
  const height = plane.height / (ny - 1);
  plane.clipped((c) => {
    // A node is the centre of its pixel, so the picture reaches half a pixel beyond the outer nodes.
    c.imageSmoothingQuality = "high";
    c.drawImage(shading(ground.colour, nx, ny), plane.left - width / 2, plane.top - height / 2, plane.width + width, plane.height + height);
    for (const { pieces, colour } of ground.lines) {
      const line = new Path2D();
      for (const [x0, y0, x1, y1] of pieces) {
        line.moveTo(plane.left + x0 * width, plane.top + plane.height - y0 * height);
        line.lineTo(plane.left + x1 * width, plane.top + plane.height - y1 * height);
      }
      c.lineCap = "round";
      for (const [ink, thickness] of colour ? [[colour, 0.7]] : [[inks.rim, 5], [lineColour, 2.5]]) {
        c.strokeStyle = ink;
        c.lineWidth = thickness;
        c.stroke(line);
      }
    }
  });
}

// shading is a picture with a pixel for each node.
function shading(colour, nx, ny) {
  const picture = document.createElement("canvas");
  [picture.width, picture.height] = [nx, ny];
  const context = picture.getContext("2d");
  const image = context.createImageData(nx, ny);
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      image.data.set(colour(j * nx + i), 4 * ((ny - 1 - j) * nx + i));
    }
  }
  context.putImageData(image, 0, 0);
  return picture;
}

// rampOf has the colour of each code; what is no number stays clear.
function rampOf(inks) {
  inks.ramp ??= Array.from(aboveHalf, (d) => {
    if (Number.isNaN(d)) return [0, 0, 0, 0];
    const [from, to] = [inks.shade[1], inks.shade[d < 0 ? 0 : 2]];
    return [...from.map((v, i) => Math.round(v + (to[i] - v) * 2 * Math.abs(d))), 255];
  });
  return inks.ramp;
}

// classColour is that of the winner, the stronger the surer.
function classColour(field, film, inks) {
  const least = 1 / film.outlines.length;
  return (n) => {
    const winner = field.winner(n);
    if (winner < 0) return [0, 0, 0, 0];
    const [from, to] = [inks.pale[winner], inks.full[winner]];
    const sure = Math.max((field.sure(n) - least) / (1 - least), 0);
    return [...from.map((v, i) => Math.round(v + (to[i] - v) * sure)), 255];
  };
}

// around calls visit with each cell's corners, against the clock from the lower left, and with at(k, t): the
// place on the edge after corner k, t of the way to the next.
function around(nx, ny, visit) {
  for (let j = 0; j + 1 < ny; j++) {
    for (let i = 0; i + 1 < nx; i++) {
      const n = j * nx + i;
      visit([n, n + 1, n + nx + 1, n + nx], (k, t) => [[i + t, j], [i + 1, j + t], [i + 1 - t, j + 1], [i, j + 1 - t]][k]);
    }
  }
}

// crossings are the pieces of the line where a height is zero, in nodes, by marching squares.
function crossings(height, nx, ny) {
  const pieces = [];
  around(nx, ny, (nodes, at) => {
    const corners = nodes.map(height);
    if (corners.some(Number.isNaN)) return;
    const met = [];
    for (let k = 0; k < 4; k++) {
      const [a, b] = [corners[k], corners[(k + 1) % 4]];
      if (a >= 0 !== b >= 0) met.push(at(k, a / (a - b)));
    }
    if (met.length === 2) pieces.push([...met[0], ...met[1]]);
    if (met.length === 4) {
      // A saddle: the middle says which corners are connected.
      const middle = corners[0] + corners[1] + corners[2] + corners[3] >= 0;
      const shift = middle === corners[0] >= 0 ? 0 : 3;
      for (const k of [shift, shift + 2]) pieces.push([...met[k % 4], ...met[(k + 1) % 4]]);
    }
  });
  return pieces;
}

// borders are the pieces of the lines between classes. Between two nodes a border is nearer to the one whose
// class leads by less; where three classes meet, all borders end in the middle of a cell.
function borders(field, nx, ny) {
  const pieces = [];
  around(nx, ny, (nodes, at) => {
    const corners = nodes.map(field.winner);
    if (corners.includes(-1)) return;
    const met = [];
    for (let k = 0; k < 4; k++) {
      if (corners[k] === corners[(k + 1) % 4]) continue;
      const [a, b] = [field.lead(nodes[k]), field.lead(nodes[(k + 1) % 4])];
      met.push(at(k, a + b > 0 ? a / (a + b) : 0.5));
    }
    if (met.length === 2) pieces.push([...met[0], ...met[1]]);
    if (met.length < 3) return;
    const middle = [0, 1].map((axis) => met.reduce((sum, p) => sum + p[axis] / met.length, 0));
    for (const p of met) pieces.push([...p, ...middle]);
  });
  return pieces;
}
