package site

import (
	"testing"

	"github.com/chromedp/cdproto/input"
)

// Functions for the table: what a reader does, and what was sent because of it.
const hands = `
globalThis.sent = [];
{
	const { link } = laboratory.lab, send = link.send.bind(link);
	link.send = (text) => { if (!text.startsWith('{"ack"')) sent.push(text); send(text); };
}
globalThis.field = (key, within = document) => within.querySelector('[data-key="' + key + '"]');
globalThis.give = (element, value, type = "change") => { element.value = value; element.dispatchEvent(new Event(type, { bubbles: true })); };
globalThis.tick = (element) => element.click();
globalThis.press = (words, within = document) => [...within.querySelectorAll("button")].find((b) => (b.getAttribute("aria-label") ?? b.textContent) === words).click();
globalThis.key = (name, on = document.body, more = {}) => on.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more }));
globalThis.S = () => laboratory.lab.state.settings;
globalThis.F = () => laboratory.lab.frame;
globalThis.N = () => laboratory.lab.state.networks;
globalThis.pixels = (id) => document.querySelector(id).toDataURL();
true`

// controls are all of the page: what is done, what is sent, and what is so afterwards.
var controls = []struct {
	name, act, sent, then string
}{
	{"play", `press("Play")`, `"do":"play"`, `F().playing && F().epoch > 2 && document.querySelector("#play").textContent === "Pause"`},
	{"pause", `press("Pause")`, `"do":"pause"`, `!F().playing`},
	{"step", `key("s")`, `"do":"step","epochs":1`, `!F().playing`},
	{"ten steps", `key("S")`, `"do":"step","epochs":10`, `F().epoch > 10`},
	{"speed", `give(document.querySelector("#speed"), 60, "input")`, `"epochs_per_second":251`, `F().epochs_per_second === 251`},
	{"no limit", `give(document.querySelector("#speed"), 100, "input")`, `"epochs_per_second":0`, `F().epochs_per_second === 0`},
	{"other weights", `press("New weights")`, `"do":"reset","seed":43`, `S().seed === 43 && F().epoch === 0`},
	{"data set", `give(field("dataset"), "circles")`, `"settings":{"dataset":"circles"}`, `S().dataset === "circles"`},
	{"a second", `globalThis.waited = false; setTimeout(() => { waited = true; }, 1100)`, ``, `waited`}, // changes of one kind within a second are undone as one
	{"formula", `give(field("dataset"), "formula"); give(field("formula"), "x2 > sin(3*x1)")`, `"dataset":"x2 > sin(3*x1)"`, `S().dataset === "x2 > sin(3*x1)"`},
	{"undo", `key("z", document.body, { ctrlKey: true })`, `"do":"undo"`, `S().dataset === "circles"`},
	{"redo", `key("y", document.body, { ctrlKey: true })`, `"do":"redo"`, `S().dataset === "x2 > sin(3*x1)"`},
	{"moons again", `give(field("dataset"), "moons")`, `"dataset":"moons"`, `S().dataset === "moons"`},
	{"rows", `give(field("samples"), "200")`, `"samples":200`, `laboratory.data.train.length + laboratory.data.test.length === 200`},
	{"more rows", `press("more: rows")`, `"samples":250`, `S().samples === 250`},
	{"noise", `press("less: noise")`, `"noise":0.13`, `S().noise === 0.13`},
	{"test share", `give(field("test-fraction"), "0.5")`, `"test-fraction":0.5`, `laboratory.data.test.length === 125`},
	{"other points", `press("Other points")`, `"data-seed":43`, `S()["data-seed"] === 43`},
	{"activation", `give(field("activations 0"), "tanh")`, `"activations":["tanh","relu"]`, `N()[0].title === "Tanh" && document.querySelector(".net h2").textContent === "Tanh"`},
	{"a network more", `press("+ network")`, `"activations":["tanh","relu","sigmoid"]`, `N().length === 3 && document.querySelectorAll(".net").length === 3`},
	{"a formula for it", `give(field("activations 2"), "other"); give(document.querySelector('[aria-label^="activation of network 3: "]'), "z*sigmoid(1.7*z)")`, `"z*sigmoid(1.7*z)"`, `N()[2].title.includes("1.7")`},
	{"a network less", `press("take network 3 away")`, `"activations":["tanh","relu"]`, `N().length === 2 && document.querySelectorAll(".net").length === 2`},
	{"a unit more", `press("more: units of layer 1")`, `"hidden":[9,8]`, `N()[0].widths[1] === 9`},
	{"units", `give(field("hidden 1"), "5")`, `"hidden":[9,5]`, `N()[1].widths[2] === 5`},
	{"a layer more", `press("+ layer")`, `"hidden":[9,5,5]`, `N()[0].widths.length === 5`},
	{"a layer less", `press("take layer 2 away")`, `"hidden":[9,5]`, `N()[0].widths.length === 4`},
	{"first weights", `give(field("init"), "orthogonal")`, `"init":"orthogonal"`, `S().init === "orthogonal"`},
	{"seed", `give(field("seed"), "7")`, `"seed":7`, `S().seed === 7`},
	{"rate", `press("more: rate")`, `"learning-rate":0.1`, `S()["learning-rate"] === 0.1`},
	{"a rate of words", `give(field("learning-rate"), "fast")`, ``, `field("learning-rate").getAttribute("aria-invalid") === "true"`},
	{"a rate again", `give(field("learning-rate"), "0,03")`, `"learning-rate":0.03`, `S()["learning-rate"] === 0.03 && field("learning-rate").getAttribute("aria-invalid") !== "true"`},
	{"batch", `press("more: batch")`, `"batch-size":128`, `S()["batch-size"] === 128`},
	{"a batch of none", `give(field("batch-size"), "0")`, `"batch-size":0`, `document.querySelector(".notice.bad") && S()["batch-size"] === 128`},
	{"a batch again", `give(field("batch-size"), "32")`, `"batch-size":32`, `S()["batch-size"] === 32 && !document.querySelector(".notice.bad")`},
	{"optimiser", `give(field("optimiser"), "adam")`, `"optimiser":"adam"`, `S().optimiser === "adam"`},
	{"penalty", `press("more: L2 penalty")`, `"l2":0.001`, `S().l2 === 0.001`},
	{"schedule", `give(field("schedule"), "cosine")`, `"schedule":"cosine"`, `S().schedule.startsWith("cosine")`},
	{"warm-up", `press("more: warm-up")`, `"warm-up":10`, `S()["warm-up"] === 10`},
	{"weight decay", `give(field("weight-decay"), "0.01")`, `"weight-decay":0.01`, `S()["weight-decay"] === 0.01`},
	{"clip", `give(field("clip"), "1")`, `"clip":1`, `S().clip === 1`},
	{"loss", `give(field("loss"), "hinge")`, `"loss":"hinge"`, `S().loss === "hinge"`},
	{"loss again", `give(field("loss"), "logits")`, `"loss":"logits"`, `S().loss === "logits"`},
	{"class weights", `give(field("class-weights"), "balanced")`, `"class-weights":"balanced"`, `S()["class-weights"] === "balanced"`},
	{"numbers", `give(field("dtype"), "float32")`, `"dtype":"float32"`, `S().dtype === "float32"`},
	{"normalise", `give(field("parts normalisation"), "batch-norm")`, `"parts":["batch-norm"]`, `N()[0].parts.some((p) => p.startsWith("batch-norm"))`},
	{"dropout", `press("more: dropout")`, `"parts":["batch-norm","dropout:0.1"]`, `N()[0].parts.length === 2`},
	{"no dropout", `press("less: dropout")`, `"parts":["batch-norm"]`, `N()[0].parts.length === 1`},
	{"class share", `give(field("class-share"), "0.3")`, `"class-share":0.3`, `S()["class-share"] === 0.3`},
	{"stratify", `tick(field("stratify"))`, `"stratify":true`, `S().stratify === true`},
	{"standardise", `give(field("standardise"), "train")`, `"standardise":"train"`, `S().standardise === "train"`},
	{"split seed", `press("more: split seed")`, `"split-seed":43`, `S()["split-seed"] === 43`},
	{"ten times the rate", `give(document.querySelector(".net select"), "10")`, `"do":"rate","network":0,"factor":10`, `N()[0].rate_factor === 10`},
	{"a weight", `press("Edit"); give(document.querySelector("#edit-value"), "0.75")`, `"do":"weight","network":0,"layer":1,"row":0,"column":0,"value":0.75`, `F().get("0/weights/1").values[0] === 0.75`},
	{"a bias", `give(document.querySelector("#edit-layer"), "2"); give(document.querySelector("#edit-from"), "-1"); give(document.querySelector("#edit-to"), "1"); give(document.querySelector("#edit-value"), "-1.5")`, `"layer":2,"row":0,"column":1,"value":-1.5,"bias":true`, `F().get("0/bias/2").values[1] === -1.5`},
	{"done", `press("Done")`, ``, `!document.querySelector("#editor").open`},
	{"my point", `key("ArrowRight", document.querySelector("#map-canvas"))`, `"do":"point"`, `!laboratory.dragged && F().point[0] === laboratory.point[0]`},
	{"test points", `globalThis.was = pixels("#map-canvas"); key("t")`, ``, `!document.querySelector("#show-test").checked && pixels("#map-canvas") !== was`},
	{"discretise", `globalThis.was = pixels("#map-canvas"); tick(document.querySelector("#discretise"))`, ``, `pixels("#map-canvas") !== was && location.hash.includes("page.discrete=1")`},
	{"a drawn point", `press("+ class 1"); key("Enter", document.querySelector("#map-canvas"))`, `"do":"draw","add":[[`, `S().dataset === "csv:drawn.csv" && laboratory.data.train.length + laboratory.data.test.length === 251`},
	{"an erased point", `press("erase"); laboratory.choose(laboratory.data.train[5]); key("Enter", document.querySelector("#map-canvas"))`, `"remove":[`, `laboratory.data.train.length + laboratory.data.test.length === 250`},
	{"axes", `give(document.querySelector("#space-axes"), "units")`, ``, `document.querySelector(".spaces figcaption").textContent.includes("unit") && location.hash.includes("page.axes=units")`},
	{"unit across", `give(document.querySelector("#space-x"), "3")`, ``, `document.querySelector(".spaces figcaption").textContent.includes("→ unit 4")`},
	{"scale", `globalThis.was = pixels(".spaces canvas"); give(document.querySelector("#scale"), "all")`, ``, `pixels(".spaces canvas") !== was`},
	{"layer", `give(document.querySelector("#space-layer"), "1")`, ``, `document.querySelectorAll(".spaces figure").length === 2`},
	{"confusion", `press("Matrix")`, ``, `document.querySelectorAll(".net table td.right-one").length === 2`},
	{"measure", `globalThis.was = laboratory.views.get("measure-0").says(); give(document.querySelector("#measure-0"), "spread")`, ``, `laboratory.views.get("measure-0").says().startsWith("Spread") && laboratory.views.get("measure-0").says() !== was`},
	{"accuracy", `globalThis.was = pixels("#course-canvas"); give(document.querySelector("#course"), "accuracy")`, ``, `pixels("#course-canvas") !== was`},
	{"stop", `give(field("stop epochs"), "30")`, `"do":"stop","epochs":30,"loss":null,"accuracy":null`, `laboratory.lab.state.stop.epochs === 30`},
	{"it stops", `key(" ")`, `"do":"play"`, `F().epoch === 30 && !F().playing && document.querySelector("#notices").textContent.includes("stopped")`},
	{"back in time", `give(document.querySelector("#scrub"), "300", "input")`, `"do":"scrub","epoch":15`, `F().shown <= 15 && F().epoch === 30 && document.querySelector("#epoch").textContent !== "30"`},
	{"now", `press("Back to now")`, `"do":"scrub","epoch":null`, `F().shown === 30 && document.querySelector("#now").hidden`},
	{"seeds", `press("Train 20")`, `"do":"seeds","count":20`, `F().seeds.length > 0 && document.querySelector("#seeds").textContent === "Clear"`},
	{"no seeds", `press("Clear")`, `"do":"seeds","count":0`, `F().seeds.length === 0`},
	{"rewind", `press("Rewind")`, `"do":"reset","seed":null`, `F().epoch === 0`},
	{"lecture", `key("l")`, ``, `document.body.classList.contains("lecture")`},
	{"a preset", `key("7")`, `"dataset":"circles"`, `S().dataset === "circles" && F().playing && N()[0].widths.join() === "2,3,1"`},
	{"no lecture", `press("Lecture")`, ``, `!document.body.classList.contains("lecture")`},
}

func TestEveryControlDoesWhatItSays(t *testing.T) {
	b := open(t, laboratory(t), "", device{})
	eval[bool](b, hands)
	for _, c := range controls {
		eval[bool](b, `sent.length = 0, true`)
		eval[bool](b, c.act+`; true`)
		if c.sent != "" {
			b.wait(`sent.some((text) => text.includes(` + quoted(c.sent) + `))`)
		}
		b.wait(`Boolean(` + c.then + `)`)
		if t.Failed() {
			t.Fatalf("that was: %s", c.name)
		}
	}
	b.shoot("controls")
}

// quoted is a text as JavaScript has it.
func quoted(text string) string { return "`" + text + "`" }

func TestAPointIsDraggedThroughAllLayers(t *testing.T) {
	b := open(t, laboratory(t), "", device{})
	eval[bool](b, hands)
	eval[bool](b, `laboratory.lab.ask("step", { epochs: 20 }).then(() => true)`)
	b.wait(`F().epoch === 20`)
	middle := eval[[]float64](b, `{ const r = document.querySelector("#map-canvas").getBoundingClientRect(); [r.left + r.width / 2, r.top + r.height / 3] }`)
	before := eval[[]string](b, `["#map-canvas", "#trace-canvas", ".net .diagram", ".spaces canvas"].map(pixels)`)
	mouse := func(kind input.DispatchMouseEventType, x, y float64) {
		call(b, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, Buttons: 1, ClickCount: 1})
	}
	mouse(input.DispatchMouseEventTypeMousePressed, middle[0], middle[1])
	mouse(input.DispatchMouseEventTypeMouseMoved, middle[0]+40, middle[1]+20)
	b.wait(`sent.filter((text) => text.includes('"do":"point"')).length >= 1 && !laboratory.dragged`)
	mouse(input.DispatchMouseEventTypeMouseReleased, middle[0]+40, middle[1]+20)
	after := eval[[]string](b, `["#map-canvas", "#trace-canvas", ".net .diagram", ".spaces canvas"].map(pixels)`)
	for i, name := range []string{"map", "signal", "diagram", "hidden space"} {
		if before[i] == after[i] {
			t.Errorf("the %s does not show the point", name)
		}
	}
	// While the core has not answered, the page computes the signal itself: both are the same.
	if worst := eval[float64](b, `import("./point.js").then(({ traceOfPoint }) => {
		const told = traceOfPoint(laboratory, 1);
		laboratory.dragged = true;
		const own = traceOfPoint(laboratory, 1);
		laboratory.dragged = false;
		return Math.max(...told.pre.flatMap((z, l) => [...z].map((v, u) => Math.abs(v - own.pre[l][u]))), told.pre.length === 3 && own.pre[0] !== told.pre[0] ? 0 : 1);
	})`); worst > 1e-4 {
		t.Errorf("the page's own signal differs from the core's by %v", worst)
	}
	if draw := eval[float64](b, `{ const times = []; for (let i = 0; i < 9; i++) { const at = performance.now(); laboratory.choose([0.1 * i, 0]); laboratory.draw(); times.push(performance.now() - at); } times.sort((a, b) => a - b)[4] }`); draw > 50 {
		t.Errorf("a dragged point takes %.1f ms to be drawn", draw)
	} else {
		t.Logf("a dragged point is drawn in %.1f ms", draw)
	}
}
