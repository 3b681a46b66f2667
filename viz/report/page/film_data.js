// unpack gives the film's networks their arrays: field(s) and wrong(s) for a snapshot, and for each
// layer coordinate(s, i, axis), NaN where there is none. film_pack.go says how they lie.
async function unpack(film) {
  const packed = Uint8Array.from(atob(film.packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());

  const snapshots = film.epochs.length;
  const nodes = film.nodes[0] * film.nodes[1];
  const nodeBytes = { classes: 3, values: 2 }[film.kind] ?? 1;
  film.count = film.points.length / 2;
  let offset = 0;
  const take = (size) => {
    const part = bytes.subarray(offset, offset + snapshots * size);
    offset += snapshots * size;
    return part;
  };
  const bySnapshot = (size) => {
    const part = take(size);
    return (s) => part.subarray(s * size, (s + 1) * size);
  };
  for (const net of film.nets) {
    net.field = bySnapshot(nodeBytes * nodes);
    net.wrongAt = net.wrong ? bySnapshot(film.count) : () => null;
    for (const layer of net.layers) layer.coordinate = coordinates(layer, take(4 * film.count), film.count);
  }
  return film;
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

