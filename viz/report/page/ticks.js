// Round numbers from lo to hi, about so many, with steps of 1, 2 or 5 times a power of ten.
function ticks(lo, hi, count) {
  const rough = (hi - lo) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= 0.7 * rough);
  if (!(step > 0) || !Number.isFinite(step) || lo + step === lo) return [];
  const found = [];
  for (let k = Math.ceil(lo / step); k * step <= hi && found.length <= 2 * count; k++) {
    found.push({ value: k * step, label: tickLabel(k * step, step) });
  }
  return found;
}

// tickLabel has the digits that tell a tick from its neighbours, a step away.
function tickLabel(value, step) {
  const power = Math.floor(Math.log10(step) + 1e-9);
  const size = Math.max(Math.abs(value), step);
  const digits = Math.floor(Math.log10(size) + 1e-9) - power;
  const decimals = Math.max(0, -power);
  if (value === 0) return "0";
  const text = size >= 1e5 || decimals > Math.max(4, digits + 2) ? value.toExponential(digits) : value.toFixed(decimals);
  return text.replace(/-/g, "−");
}

// logTicks are the powers of ten of a range of logarithms, or where it has fewer than two also their double and fivefold.
function logTicks(lo, hi) {
  const found = (parts) => {
    const all = [];
    for (let power = Math.floor(lo); power <= hi; power++) {
      for (const part of parts) all.push([power + Math.log10(part), part, power]);
    }
    return all.filter(([value]) => value >= lo && value <= hi)
      .map(([value, part, power]) => ({ value, label: Math.abs(power) > 3 ? `${part}e${power}`.replace("-", "−") : tickLabel(part * 10 ** power, 10 ** power) }));
  };
  const powers = found([1]);
  return powers.length > 1 ? powers : found([1, 2, 5]);
}
