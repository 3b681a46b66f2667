// Files out and in: what the core exports, pictures of the views; studies, weights and tables that are dropped or chosen.
import { find, make } from "./page.js";
import { pngOf, svgOf } from "./svg.js";

/** What the core exports, with words of what it is for. */
export const exports = [
  ["study.yaml", "Study (YAML)", "the settings, for compare --config"],
  ["command.txt", "Command line", "the same as a line to type"],
  ["data.csv", "Points (CSV)", "the rows of the data"],
  ["weights.npz", "Weights (npz)", "for NumPy, and to take in here"],
  ["weights.safetensors", "Weights (safetensors)", ""],
  ["weights.onnx", "Networks (ONNX)", ""],
  ["log.json", "Log", "what was done by hand, and when"],
  ["report.html", "Report", "a page of this run"],
];

const mostText = 900_000;

/** @param {import("./page.js").Page} page */
export function addFiles(page) {
  const menu = find("#files-menu");
  const save = (file, body) => {
    const link = make("a", { href: URL.createObjectURL(body), download: file });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    page.saved = { file, body };
  };
  const fetched = async (name) => {
    try {
      const { file, body } = await page.lab.link.export(name);
      save(file, body);
      page.lab.notice("export", "");
    } catch (fault) {
      page.lab.notice("export", `${name} cannot be had: ${fault.message}`, true);
    }
  };
  const target = make("select", { "aria-label": "which network takes weights in" });
  const views = make("select", { "aria-label": "view" });
  const picture = async (kind) => {
    const name = views.value;
    if (kind === "svg") save(`${name}.svg`, new Blob([svgOf(page, name)], { type: "image/svg+xml" }));
    else save(`${name}.png`, await pngOf(page, name));
  };
  menu.append(
    make("h2", { textContent: "Take with you" }), make("p", { className: "repeatable" }),
    make("div", { className: "buttons" }, ...exports.map(([name, title, words]) => make("button", { type: "button", textContent: title, title: words, "data-export": name, onclick: () => fetched(name) }))),
    make("h2", { textContent: "Pictures" }),
    make("div", { className: "buttons" }, views, make("button", { type: "button", textContent: "PNG", onclick: () => picture("png") }), make("button", { type: "button", textContent: "SVG", onclick: () => picture("svg") })),
    make("h2", { textContent: "Take in" }), make("p", { textContent: "A table (CSV), a study (YAML) or weights (npz, safetensors, ONNX). Files can be dropped anywhere on the page." }),
    make("div", { className: "buttons" }, target, make("button", { type: "button", textContent: "Choose a file …", onclick: () => page.chooseFile(".csv,.tsv,.txt,.yaml,.yml,.npz,.safetensors,.onnx") }),
      make("button", { type: "button", textContent: "Copy the address", onclick: () => { page.remember(); setTimeout(() => navigator.clipboard?.writeText(location.href).then(() => page.lab.notice("export", "The address is copied: it holds all settings.")), 260); } })));
  menu.addEventListener("beforetoggle", () => {
    const chosen = views.value;
    views.replaceChildren(...[...page.views].map(([name, { title }]) => make("option", { value: name, textContent: title })));
    if (page.views.has(chosen)) views.value = chosen;
    const network = target.value;
    target.replaceChildren(...page.networks.map(({ title }, k) => make("option", { value: String(k), textContent: `weights into ${title}` })));
    if (Number(network) < page.networks.length) target.value = network || "0";
    const { repeatable, interventions } = page.lab.state;
    find(".repeatable", menu).textContent = repeatable ? "compare repeats this run from its study, bit for bit." : `compare does not repeat this run: ${interventions} ${interventions === 1 ? "thing was" : "things were"} changed by hand. The weights and the log hold it.`;
  });

  const input = find("#file");
  page.chooseFile = (accept) => { input.accept = accept; input.value = ""; input.click(); };
  input.addEventListener("change", () => { if (input.files[0]) take(input.files[0]); });
  let depth = 0;
  addEventListener("dragenter", (event) => { if (event.dataTransfer?.types.includes("Files")) { depth++; document.body.classList.add("dropping"); } });
  addEventListener("dragleave", () => { if (--depth <= 0) { depth = 0; document.body.classList.remove("dropping"); } });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    document.body.classList.remove("dropping");
    const [file, more] = event.dataTransfer.files;
    if (more) return page.lab.notice("refused", "One file at a time, please.", true);
    if (file) take(file);
  });

  /** take hands a file to the core. @param {File} file */
  async function take(file) {
    const refuse = (words) => page.lab.notice("refused", `${file.name}: ${words}`, true);
    if (file.size > mostText) return refuse(`${(file.size / 1e6).toFixed(1)} MB are too many: take 0.9 MB at most, or about ${page.lab.state.options.limits?.rows ?? 5000} rows.`);
    if (file.size === 0) return refuse("it is empty.");
    const bytes = new Uint8Array(await file.arrayBuffer());
    const kind = [[/\.npz$/i, "weights.npz"], [/\.safetensors$/i, "weights.safetensors"], [/\.onnx$/i, "weights.onnx"], [/\.ya?ml$/i, "study.yaml"]].find(([name]) => name.test(file.name))?.[1] ?? (bytes[0] === 80 && bytes[1] === 75 ? "weights.npz" : "csv");
    if (kind !== "csv") {
      let binary = "";
      for (const byte of bytes) binary += String.fromCharCode(byte);
      const { ok } = await page.lab.ask("import", { kind, base64: btoa(binary), name: file.name, ...(kind === "study.yaml" ? {} : { network: Number(target.value) }) });
      if (ok) page.lab.notice("export", `${file.name} is taken in.`);
      return;
    }
    let text;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      return refuse("it is no text in UTF-8. Save the table as CSV, UTF-8.");
    }
    if (text.includes("\0")) return refuse("it is no text. Save the table as CSV, UTF-8.");
    const { ok } = await page.lab.ask("data", { csv: text, name: file.name });
    if (ok) page.lab.notice("export", `${file.name} is taken in.`);
  }
  page.takeFile = take;
}
