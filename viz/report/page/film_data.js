// unpack gives the film's networks their arrays, as film_pack.go has packed them: field(s) and wrongAt(s) of a snapshot; values(s), the
// numbers of the network's model, null where the page has none; and for stored layers coordinate(s, i, axis), NaN where there is none.
async function unpack(film) {
  const bytes = await inflated(film.packed);
  const snapshots = film.epochs.length;
  const nodes = film.nodes[0] * film.nodes[1];
  const nodeBytes = { classes: 3, values: 2 }[film.kind] ?? 1;
  film.count = film.points.length / 2;
  let offset = 0;
  const take = (size) => bytes.subarray(offset, (offset += size));
  const bySnapshot = (size) => {
    const part = take(snapshots * size);
    return (s) => part.subarray(s * size, (s + 1) * size);
  };
  const takeNumbers = (rows, count) => numbers(take(6 * rows * count), rows, count);
  if (film.inputs) film.read = takeNumbers(film.count, film.inputs);
  for (const net of film.nets) {
    if (net.model) {
      const rows = film.computed ? snapshots : 1;
      const all = takeNumbers(rows, net.values);
      const count = net.values;
      net.network = new Network(net.model);
      net.values = (s) => (film.computed ? all.subarray(s * count, (s + 1) * count) : s === snapshots - 1 ? all : null);
    } else {
      net.values = () => null;
    }
    if (!film.computed) {
      const fields = bySnapshot(nodeBytes * nodes);
      net.field = (s) => storedField(film, fields(s));
    }
    net.wrongAt = net.wrong ? bySnapshot(film.count) : () => null;
    if (film.computed) continue;
    for (const layer of net.layers) layer.coordinate = coordinates(layer, take(snapshots * 4 * film.count), film.count);
  }
  return film;
}

// numbers are rows of float64 numbers of which the first 48 bits are given: first the highest bytes of all, each row
// after the first as it differs from the row before.
function numbers(bytes, rows, count) {
  const values = new Float64Array(rows * count);
  const into = new Uint8Array(values.buffer);
  let from = 0;
  for (let byte = 7; byte > 1; byte--) {
    for (let at = byte; at < into.length; at += 8) into[at] = bytes[from++] ^ (at >= 8 * count ? into[at - 8 * count] : 0);
  }
  return values;
}

function coordinates(layer, bytes, points) {
  const ranges = [layer.x, layer.y];
  return (s, i, axis) => {
    const at = 2 * (2 * (s * points + i) + axis);
    const code = bytes[at] + 256 * bytes[at + 1];
    if (code === 65535) return NaN;
    const [lo, hi] = ranges[axis];
    const t = code / 65534;
    return hi > lo ? lo * (1 - t) + hi * t : lo;
  };
}
