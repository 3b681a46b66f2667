// Keys, and the buttons that they stand for.
import { find, make } from "./page.js";
import { presets, show } from "./presets.js";

/** What keys do, for the page's list of them. */
export const keys = [
  ["Space", "play, pause"], ["s", "one epoch; with Shift ten"], ["r", "rewind to the same first weights"], ["n", "other weights, of the next seed"], ["arrows", "on the map: move my point; on a network: go from unit to unit"],
  ["Enter", "on a network: edit weights"], ["t", "show test points"], ["d", "discretise"], ["l", "lecture mode; 1 to 8 are its presets"], ["+ −", "faster, slower"], ["Ctrl+Z, Ctrl+Y", "undo, redo"], ["?", "this list"],
];

// The speed grows with the root of ten; at the end there is no limit.
const speedOf = (place) => (place >= 100 ? 0 : Math.round(10 ** (place / 25)));
const placeOf = (speed) => (speed === 0 ? 100 : Math.min(99, Math.round(25 * Math.log10(speed))));

/** @param {import("./page.js").Page} page */
export function addKeys(page) {
  const { lab } = page;
  const click = (id, act) => find(id).addEventListener("click", act);
  const play = () => lab.ask(lab.playing ? "pause" : "play");
  click("#play", play);
  click("#step", () => lab.ask("step", { epochs: 1 }));
  click("#rewind", () => lab.ask("reset", { seed: null }));
  const fresh = () => lab.ask("reset", { seed: Number(lab.state.settings.seed) + 1 });
  click("#fresh", fresh);
  click("#undo", () => lab.ask("undo"));
  click("#redo", () => lab.ask("redo"));
  click("#lecture", () => page.prefer("lecture", page.choices.lecture === "1" ? "0" : "1"));
  const speed = find("#speed");
  const says = () => {
    const rate = speedOf(speed.valueAsNumber);
    find("#speed-says").textContent = rate === 0 ? "no limit" : `${rate.toLocaleString("en")} /s`;
    speed.setAttribute("aria-valuetext", rate === 0 ? "as fast as it goes" : `${rate} epochs a second`);
  };
  page.setSpeed = (rate) => {
    speed.value = String(placeOf(rate));
    says();
    lab.ask("speed", { epochs_per_second: rate });
  };
  speed.addEventListener("input", () => { says(); lab.ask("speed", { epochs_per_second: speedOf(speed.valueAsNumber) }); });
  speed.value = String(placeOf(60));
  says();
  lab.addEventListener("welcome", ({ detail }) => { if (!detail.resumed) lab.ask("speed", { epochs_per_second: speedOf(speed.valueAsNumber) }); });
  page.heed(() => {
    const on = page.choices.lecture === "1";
    document.body.classList.toggle("lecture", on);
    find("#lecture").setAttribute("aria-pressed", String(on));
  });

  find("#presets-menu").append(make("h2", { textContent: "Questions to ask" }), ...presets.map((preset, i) => make("button", { type: "button", className: "preset", onclick: () => { find("#presets-menu").hidePopover(); show(page, preset); } }, `${i + 1}  ${preset.title}`, make("span", { textContent: preset.words }))));
  find("#keys-menu").append(make("h2", { textContent: "Keys" }), make("dl", {}, ...keys.flatMap(([key, words]) => [make("dt", {}, make("kbd", { textContent: key })), make("dd", { textContent: words })])));

  for (const button of document.querySelectorAll(".tabs button")) {
    button.addEventListener("click", () => {
      document.body.dataset.tab = button.dataset.tab;
      for (const each of document.querySelectorAll(".tabs button")) each.setAttribute("aria-pressed", String(each === button));
      page.redraw();
    });
  }

  addEventListener("keydown", (event) => {
    if (event.altKey || event.defaultPrevented || find("#editor").open) return;
    const typing = event.target.matches?.("input[type=text], input[type=number], textarea, select");
    if (event.ctrlKey || event.metaKey) {
      if (typing) return;
      const key = event.key.toLowerCase();
      if (key === "z") { event.preventDefault(); lab.ask(event.shiftKey ? "redo" : "undo"); }
      if (key === "y") { event.preventDefault(); lab.ask("redo"); }
      return;
    }
    if (typing) return;
    if (event.key === " " && event.target.matches?.("button, summary, input")) return;
    const preset = page.choices.lecture === "1" && /^[1-8]$/.test(event.key) ? presets[Number(event.key) - 1] : null;
    const act = preset ? () => show(page, preset) : {
      " ": play, s: () => lab.ask("step", { epochs: 1 }), S: () => lab.ask("step", { epochs: 10 }), r: () => lab.ask("reset", { seed: null }), n: fresh,
      t: () => page.prefer("test", page.choices.test === "1" ? "0" : "1"), d: () => page.prefer("discrete", page.choices.discrete === "1" ? "0" : "1"),
      l: () => page.prefer("lecture", page.choices.lecture === "1" ? "0" : "1"), "?": () => find("#keys-menu").togglePopover(),
      "+": () => page.setSpeed(speedOf(Math.min(100, speed.valueAsNumber + 12))), "-": () => page.setSpeed(speedOf(Math.max(0, speed.valueAsNumber - 12))),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
