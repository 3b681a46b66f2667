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

function tickLabel(value, step) {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const size = Math.max(Math.abs(value), step);
  const text = size >= 1e5 || decimals > 4 ? value.toExponential(0) : value.toFixed(decimals);
  return text.replace(/-/g, "−");
}

