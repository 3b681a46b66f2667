// The state in the page's address: #v1&dataset=moons&hidden=8,8&page.axes=units. Addresses come from anywhere, so that whatever is odd
// about one refuses the whole of it.
import { listOf } from "./laboratory.js";

const version = "v1";
const mostLetters = 6000;
const mostValue = 600;
const lists = new Set(["activations", "hidden", "parts", "features"]);

/** What the page itself remembers, with the values that it may have. */
export const pageChoices = {
  test: ["1", "0"],
  discrete: ["0", "1"],
  axes: ["principal", "units"],
  scale: ["own", "network", "all"],
  course: ["loss", "accuracy"],
  lecture: ["0", "1"],
};

/** write gives the address of settings and of what the page remembers. */
export function write(settings, choices, rates) {
  const said = [version];
  for (const [key, value] of Object.entries(settings)) {
    if (value === "" || value === null || value === undefined || (key === "dataset" && String(value).startsWith("csv:"))) continue;
    said.push(`${encodeURIComponent(key)}=${encodeURIComponent(Array.isArray(value) ? value.join(",") : String(value)).replaceAll("%2C", ",").replaceAll("%3A", ":")}`);
  }
  if (rates.some((rate) => rate !== 1)) said.push(`page.rates=${rates.join(",")}`);
  for (const [key, values] of Object.entries(pageChoices)) if (choices[key] !== values[0]) said.push(`page.${key}=${choices[key]}`);
  return `#${said.join("&")}`;
}

/**
 * read gives what an address says, as { settings, choices, rates }, null where it says nothing, or { refused } with the reason.
 * @param {string} hash @param {Record<string, any>} known the present settings: which keys there are, and of which kind
 */
export function read(hash, known) {
  const text = hash.replace(/^#/, "");
  if (!text || text === "stage") return null;
  const refused = (why) => ({ refused: `The settings in the address are not taken: ${why}.` });
  if (text.length > mostLetters) return refused(`they have ${text.length} letters, more than ${mostLetters}`);
  const [first, ...rest] = text.split("&");
  if (first !== version) return refused(`they begin with “${first.slice(0, 20)}”, and this page reads ${version}`);
  const found = { settings: {}, choices: {}, rates: null };
  for (const part of rest) {
    const cut = part.indexOf("=");
    let key, value;
    try {
      [key, value] = [decodeURIComponent(part.slice(0, cut < 0 ? part.length : cut)), decodeURIComponent(cut < 0 ? "" : part.slice(cut + 1))];
    } catch {
      return refused(`“${part.slice(0, 40)}” cannot be read`);
    }
    if (value.length > mostValue || /[\u0000-\u001f\u007f]/.test(value)) return refused(`the value of “${key.slice(0, 40)}” is too long or has letters that cannot be seen`);
    if (key === "page.rates") {
      found.rates = value.split(",").map(Number);
      if (found.rates.length > 8 || !found.rates.every((rate) => rate > 0 && rate <= 1000)) return refused("rates are factors above 0");
    } else if (key.startsWith("page.")) {
      const name = key.slice(5);
      if (!Object.hasOwn(pageChoices, name) || !pageChoices[name].includes(value)) return refused(`“${key.slice(0, 40)}” cannot be “${value.slice(0, 40)}”`);
      found.choices[name] = value;
    } else {
      if (!Object.hasOwn(known, key)) return refused(`there is no setting “${key.slice(0, 40)}”`);
      const read = typed(key, value, known[key]);
      if (read === undefined) return refused(`“${key}” cannot be “${value.slice(0, 40)}”`);
      found.settings[key] = read;
    }
  }
  if (String(found.settings.dataset ?? "").startsWith("csv:")) return refused("files are not read by their address; drop them on the page");
  if ("from" in found.settings) return refused("files are not read by their address");
  return found;
}

// typed reads a value as the present one is; undefined where it cannot be.
function typed(key, value, present) {
  if (lists.has(key)) {
    const list = listOf(value);
    if (key !== "hidden") return list;
    const units = list.map(Number);
    return units.every((n) => Number.isInteger(n) && n > 0) ? units : undefined;
  }
  if (typeof present === "number") return value.trim() !== "" && Number.isFinite(Number(value)) ? Number(value) : undefined;
  if (typeof present === "boolean") return { true: true, false: false }[value];
  return value;
}
