// drawPoints draws points by class: discs for 0 and diamonds for 1. at(i) is where point i lies;
// wrong, where given, marks those with a ring.
function drawPoints(plane, labels, at, inks, wrong) {
  const radius = Math.min(Math.max(plane.width / 85, 2.2), 4.2) * (labels.length > 250 ? 0.75 : 1);
  plane.clipped((c) => {
    c.lineWidth = 0.9;
    labels.forEach((label, i) => {
      const [x, y] = at(i);
      if (Number.isNaN(x + y)) return;
      c.beginPath();
      if (label === 0) {
        c.arc(x, y, radius, 0, 2 * Math.PI);
      } else {
        const r = 1.25 * radius;
        c.moveTo(x, y - r);
        c.lineTo(x + r, y);
        c.lineTo(x, y + r);
        c.lineTo(x - r, y);
        c.closePath();
      }
      c.fillStyle = inks.class[label];
      c.strokeStyle = inks.classEdge[label];
      c.fill();
      c.stroke();
    });
    if (!wrong) return;
    c.strokeStyle = inks.wrong;
    c.lineWidth = 1.4;
    c.beginPath();
    labels.forEach((_, i) => {
      if (!wrong[i]) return;
      const [x, y] = at(i);
      c.moveTo(x + 1.9 * radius, y);
      c.arc(x, y, 1.9 * radius, 0, 2 * Math.PI);
    });
    c.stroke();
  });
}

