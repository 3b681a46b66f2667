// The codes of P(class 1), as quantise.go makes them: 0 to 254, 127 for 0.5, 255 for what is no number.
const aboveHalf = Float64Array.from({ length: 256 }, (_, code) => {
  const u = (code - 127) / 127;
  return code === 255 ? NaN : 0.5 * u * Math.abs(u);
});

// drawBoundary shades the plane by P(class 1) and draws the line where it is 0.5.
function drawBoundary(plane, field, [nx, ny], inks, lineColour) {
  const width = plane.width / (nx - 1);
  const height = plane.height / (ny - 1);
  plane.clipped((c) => {
    // A node is the centre of its pixel, so the picture reaches half a pixel beyond the outer nodes.
    c.imageSmoothingQuality = "high";
    c.drawImage(shading(field, nx, ny, inks), plane.left - width / 2, plane.top - height / 2, plane.width + width, plane.height + height);
    const line = new Path2D();
    for (const [x0, y0, x1, y1] of crossings(field, nx, ny)) {
      line.moveTo(plane.left + x0 * width, plane.top + plane.height - y0 * height);
      line.lineTo(plane.left + x1 * width, plane.top + plane.height - y1 * height);
    }
    c.lineCap = "round";
    for (const [colour, thickness] of [[inks.rim, 5], [lineColour, 2.5]]) {
      c.strokeStyle = colour;
      c.lineWidth = thickness;
      c.stroke(line);
    }
  });
}

// shading is a picture with a pixel for each node.
function shading(field, nx, ny, inks) {
  const picture = document.createElement("canvas");
  [picture.width, picture.height] = [nx, ny];
  const context = picture.getContext("2d");
  const image = context.createImageData(nx, ny);
  const ramp = rampOf(inks);
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      image.data.set(ramp[field[j * nx + i]], 4 * ((ny - 1 - j) * nx + i));
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

// crossings are the pieces of the line 0.5, in nodes, by marching squares.
function crossings(field, nx, ny) {
  const pieces = [];
  for (let j = 0; j + 1 < ny; j++) {
    for (let i = 0; i + 1 < nx; i++) {
      const n = j * nx + i;
      // Corners against the clock, from the lower left.
      const corners = [aboveHalf[field[n]], aboveHalf[field[n + 1]], aboveHalf[field[n + nx + 1]], aboveHalf[field[n + nx]]];
      if (corners.some(Number.isNaN)) continue;
      const met = [];
      for (let k = 0; k < 4; k++) {
        const [a, b] = [corners[k], corners[(k + 1) % 4]];
        if (a >= 0 === b >= 0) continue;
        const t = a / (a - b);
        met.push([[i + t, j], [i + 1, j + t], [i + 1 - t, j + 1], [i, j + 1 - t]][k]);
      }
      if (met.length === 2) pieces.push([...met[0], ...met[1]]);
      if (met.length === 4) {
        // A saddle: the middle says which corners are connected.
        const middle = corners[0] + corners[1] + corners[2] + corners[3] >= 0;
        const shift = middle === corners[0] >= 0 ? 0 : 3;
        for (const k of [shift, shift + 2]) pieces.push([...met[k % 4], ...met[(k + 1) % 4]]);
      }
    }
  }
  return pieces;
}

