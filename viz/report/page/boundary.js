// The codes of P(class 1), as film_pack.go makes them: 0 to 254, 127 for 0.5, 255 for what is no number.
const aboveHalf = Float64Array.from({ length: 256 }, (_, code) => {
  const u = (code - 127) / 127;
  return code === 255 ? NaN : 0.5 * u * Math.abs(u);
});

// groundOf says how a field is shaded, colour(n) being that of node n (clear for what is no number), and which
// lines are on it, given by their pieces and, where it is not the network's, a colour.
function groundOf(film, field, inks) {
  const [nx, ny] = film.nodes;
  switch (film.kind) {
    case "classes":
      return { colour: classColour(field, nx * ny, film, inks), lines: [{ pieces: borders(field, nx, ny) }] };
    case "values": {
      const share = (n) => {
        const code = field[2 * n] + 256 * field[2 * n + 1];
        return code === 65535 ? NaN : code / 65534;
      };
      const levels = ticks(...film.range, 10).map(({ value }) => along(value, film.range));
      return {
        colour: (n) => (Number.isNaN(share(n)) ? [0, 0, 0, 0] : [...valueColour(share(n), inks), 255]),
        lines: levels.map((level) => ({ pieces: crossings((n) => share(n) - level, nx, ny), colour: valueInk(level, inks) })),
      };
    }
  }
  const ramp = rampOf(inks);
  return { colour: (n) => ramp[field[n]], lines: [{ pieces: crossings((n) => aboveHalf[field[n]], nx, ny) }] };
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

// classColour is that of the winner, the stronger the surer. A field of classes has all nodes' winners, then
// their confidences, then their leads.
function classColour(field, nodes, film, inks) {
  const least = 1 / film.outlines.length;
  return (n) => {
    if (field[n] === 255) return [0, 0, 0, 0];
    const [from, to] = [inks.pale[field[n]], inks.full[field[n]]];
    const sure = Math.max((field[nodes + n] / 254 - least) / (1 - least), 0);
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
  const lead = (n) => (field[2 * nx * ny + n] / 254) ** 2;
  around(nx, ny, (nodes, at) => {
    const corners = nodes.map((n) => field[n]);
    if (corners.includes(255)) return;
    const met = [];
    for (let k = 0; k < 4; k++) {
      if (corners[k] === corners[(k + 1) % 4]) continue;
      const [a, b] = [lead(nodes[k]), lead(nodes[(k + 1) % 4])];
      met.push(at(k, a + b > 0 ? a / (a + b) : 0.5));
    }
    if (met.length === 2) pieces.push([...met[0], ...met[1]]);
    if (met.length < 3) return;
    const middle = [0, 1].map((axis) => met.reduce((sum, p) => sum + p[axis] / met.length, 0));
    for (const p of met) pieces.push([...p, ...middle]);
  });
  return pieces;
}
