// A plane is a canvas with two axes. It is as sharp as the screen, or as paper where ratio says so.
class Plane {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  // name says to readers who do not see it what the plane shows.
  name(words) { this.canvas.setAttribute("aria-label", words); }

  // begin sizes the canvas and draws the panel with its ticks. It gives false where nothing is to be seen.
  begin(xRange, yRange, inks, ratio) {
    const { canvas, context: c } = this;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (width < 40 || height < 40) return false;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, width, height);

    const small = width < 200;
    c.font = `${small ? 10 : 12}px ${getComputedStyle(canvas).fontFamily}`;
    const bottom = small ? 16 : 20;
    const yTicks = this.ticks(yRange, height - bottom - 2, () => 14);
    const left = 8 + Math.max(0, ...yTicks.map((t) => c.measureText(t.label).width));
    const xTicks = this.ticks(xRange, width - left - 2, (label) => c.measureText(label).width + 10);
    Object.assign(this, { left, top: 2, width: width - left - 2, height: height - bottom - 2, xRange, yRange });
    this.frame(xTicks, yTicks, inks);
    return true;
  }

  // frame draws the panel, its grid and the numbers beside it.
  frame(xTicks, yTicks, inks) {
    const { context: c, left, top, width, height } = this;
    c.fillStyle = inks.panel;
    c.fillRect(left, top, width, height);
    c.fillStyle = inks.muted;
    c.strokeStyle = inks.grid;
    c.lineWidth = 1;
    c.beginPath();
    c.textBaseline = "middle";
    c.textAlign = "right";
    for (const { value, label } of yTicks) {
      const y = this.y(value);
      c.moveTo(left, y);
      c.lineTo(left + width, y);
      c.fillText(label, left - 5, Math.min(Math.max(y, 7), top + height - 4));
    }
    c.textBaseline = "alphabetic";
    c.textAlign = "center";
    for (const { value, label } of xTicks) {
      const x = this.x(value);
      c.moveTo(x, top);
      c.lineTo(x, top + height);
      const half = c.measureText(label).width / 2;
      c.fillText(label, Math.min(Math.max(x, half), left + width + 2 - half), this.canvas.clientHeight - 3);
    }
    c.stroke();
  }

  // ticks are as many as have room along an axis, six at most.
  ticks(range, length, room) {
    for (let count = 6; count > 0; count--) {
      const found = ticks(...range, count);
      const gap = found.length > 1 ? along(found[1].value, range) - along(found[0].value, range) : 1;
      if (found.every(({ label }) => gap * length >= room(label))) return found;
    }
    return [];
  }

  // clipped draws what may not leave the panel.
  clipped(draw) {
    const c = this.context;
    c.save();
    c.beginPath();
    c.rect(this.left, this.top, this.width, this.height);
    c.clip();
    draw(c);
    c.restore();
  }

  // end draws the spines over what the panel shows.
  end(inks) {
    const c = this.context;
    c.strokeStyle = inks.spine;
    c.lineWidth = 1;
    c.beginPath();
    c.moveTo(this.left, this.top);
    c.lineTo(this.left, this.top + this.height);
    c.lineTo(this.left + this.width, this.top + this.height);
    c.stroke();
  }

  x(value) { return this.left + along(value, this.xRange) * this.width; }
  y(value) { return this.top + (1 - along(value, this.yRange)) * this.height; }
}

// along is how far a value lies in a range, from 0 to 1. Halves keep huge ranges finite.
function along(value, [lo, hi]) {
  return (value / 2 - lo / 2) / (hi / 2 - lo / 2);
}

// padded widens a range, so that no point lies on the frame.
function padded([lo, hi]) {
  const margin = hi > lo ? 0.06 * (hi / 2 - lo / 2) * 2 : Math.abs(lo) || 1;
  return [lo - margin, hi + margin];
}

