package site

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestAddressRestoresTheState(t *testing.T) {
	url := laboratory(t)
	b := open(t, url, "", device{})
	eval[bool](b, hands)
	eval[bool](b, `laboratory.lab.set({ dataset: "x2 > max(sin(3*x1),0)", activations: ["tanh", "z*max(z,0)"], hidden: [5, 4], parts: ["layer-norm", "dropout:0.2"], "learning-rate": 0.02, noise: 0.07 }).then((reply) => reply.ok)`)
	eval[bool](b, `laboratory.lab.ask("rate", { network: 1, factor: 10 }).then((reply) => reply.ok)`)
	eval[bool](b, `laboratory.prefer("axes", "units"), laboratory.prefer("test", "0"), true`)
	b.wait(`location.hash.includes("page.rates=1,10") && location.hash.includes("page.axes=units")`)
	hash := eval[string](b, `location.hash`)
	settings := eval[string](b, `JSON.stringify(S())`)
	if strings.Contains(url, "#") || len(hash) > 1500 {
		t.Errorf("the address has %d letters behind #: %s", len(hash), hash)
	}

	// Another tab begins with another laboratory, and comes to the same by the address alone.
	other := open(t, laboratory(t), hash, device{})
	other.wait(`laboratory.lab.state.networks[1]?.rate_factor === 10`)
	if got := eval[string](other, `JSON.stringify(laboratory.lab.state.settings)`); got != settings {
		t.Errorf("settings\n%s, want\n%s", got, settings)
	}
	if got := eval[string](other, `JSON.stringify([laboratory.choices.axes, laboratory.choices.test, document.querySelector("#show-test").checked, document.querySelector("#space-axes").value])`); got != `["units","0",false,"units"]` {
		t.Errorf("the page is set to %s", got)
	}
	other.wait(`location.hash === ` + quoted(hash))

	// The same tab, loaded anew, goes on where it was.
	eval[bool](b, `laboratory.lab.ask("step", { epochs: 12 }).then(() => true)`)
	b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(url+hash))
	b.wait(`globalThis.laboratory?.took > 0`)
	if got := eval[int](b, `laboratory.lab.epoch`); got != 12 {
		t.Errorf("after it was loaded anew the page is at epoch %d, not 12", got)
	}
}

func TestHostileAddressesAreRefusedWithAWord(t *testing.T) {
	url := laboratory(t)
	b := open(t, url, "", device{})
	for hash, want := range map[string]string{
		"#v0&dataset=circles":                       "reads v1",
		"#dataset=circles":                          "reads v1",
		"#v1&dataset=csv:/etc/passwd":               "files are not read",
		"#v1&from=/etc/passwd":                      "files are not read",
		"#v1&no-such=1":                             "no setting",
		"#v1&__proto__=1":                           "no setting",
		"#v1&constructor=1":                         "no setting",
		"#v1&learning-rate=fast":                    "cannot be",
		"#v1&learning-rate=-1":                      "not taken",
		"#v1&hidden=8,zero":                         "cannot be",
		"#v1&hidden=100000":                         "not taken",
		"#v1&page.axes=others":                      "cannot be",
		"#v1&page.rates=1e99":                       "above 0",
		"#v1&dataset=%E0%A4%A":                      "cannot be read",
		"#v1&dataset=a%00b":                         "cannot be seen",
		"#v1&label=" + strings.Repeat("a", 700):     "too long",
		"#v1&" + strings.Repeat("noise=0.1&", 900):  "more than 6000",
		"#v1&dataset=%3Cimg+src%3Dx+onerror%3Dx%3E": "not taken",
	} {
		eval[bool](b, `sessionStorage.clear(), true`) // what follows is another tab to the server
		b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(url+hash))
		b.wait(`globalThis.laboratory?.took > 0 && Boolean(document.querySelector(".notice.bad"))`)
		if got := eval[string](b, `document.querySelector(".notice.bad").textContent`); !strings.Contains(got, want) {
			t.Errorf("%.60s: %q, want something with %q", hash, got, want)
		}
		if got := eval[string](b, `laboratory.lab.state.settings.dataset`); got != "moons" {
			t.Errorf("%.60s: the points are %q", hash, got)
		}
	}
}

func TestFilesAreTakenIn(t *testing.T) {
	b := open(t, laboratory(t), "", device{})
	eval[bool](b, hands)
	eval[bool](b, `globalThis.drop = (name, ...parts) => {
		const data = new DataTransfer();
		data.items.add(new File(parts, name));
		for (const type of ["dragenter", "dragover", "drop"]) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
	}, true`)
	rows := `Array.from({ length: 60 }, (_, i) => [Math.cos(i), Math.sin(2 * i), i % 3].map((v, k) => (k < 2 ? v.toFixed(3) : ["Straße", "蝴蝶", "وردة"][v])).join(",")).join("\n")`
	for _, c := range []struct{ name, content, then string }{
		{"blumen.csv", `"Länge,عرض,Art\n" + ` + rows, `S().dataset === "csv:blumen.csv" && laboratory.data.classes.join() === "Straße,وردة,蝴蝶" && document.querySelector("#legend").textContent.includes("蝴蝶") && F().get("0/class")`},
		{"one class.csv", `"x1,x2,c\n" + Array.from({ length: 40 }, (_, i) => i + "," + i * i + ",a").join("\n")`, `document.querySelector(".notice.bad") && S().dataset === "csv:blumen.csv"`},
		{"prose.csv", `"To be or not to be\nthat is the question\n"`, `document.querySelector(".notice.bad") && S().dataset === "csv:blumen.csv"`},
		{"picture.csv", `new Uint8Array([137, 80, 78, 71, 0, 255])`, `document.querySelector(".notice.bad")?.textContent.includes("no text")`},
		{"empty.csv", `""`, `document.querySelector(".notice.bad")?.textContent.includes("empty")`},
		{"million.csv", `"x1,x2,c\n" + "0.5,0.5,1\n".repeat(1e6)`, `document.querySelector(".notice.bad")?.textContent.includes("MB are too many")`},
		{"numbers.csv", `"a,b,y\n" + Array.from({ length: 80 }, (_, i) => [i % 9, (i * 7) % 11, ((i % 9) * 0.37 + 0.0137 * i).toFixed(4)].join(",")).join("\n")`, `laboratory.data.task === "numbers" && document.querySelector("#legend").textContent.includes("y from") && F().networks[0].test_r2 !== undefined`},
		{"study.yaml", `"dataset: circles\nactivations: [tanh]\nhidden: [6]\n"`, `S().dataset === "circles" && N().length === 1 && N()[0].widths.join() === "2,6,1"`},
		{"wrong.yaml", `"no-such-key: 3\n"`, `document.querySelector(".notice.bad") && S().dataset === "circles"`},
	} {
		eval[bool](b, `document.querySelectorAll(".notice button").forEach((x) => x.click()), drop(`+quoted(c.name)+`, `+c.content+`), true`)
		b.wait(`Boolean(` + c.then + `)`)
		b.wait(`!document.body.classList.contains("dropping")`)
		b.shoot("file-" + c.name)
	}
}

func TestEveryFileAndPictureCanBeHad(t *testing.T) {
	b := open(t, laboratory(t), "", device{})
	eval[bool](b, hands)
	eval[bool](b, `laboratory.lab.ask("step", { epochs: 3 }).then(() => true)`)
	eval[bool](b, `globalThis.clicked = []; HTMLAnchorElement.prototype.click = function () { clicked.push(this.download); }; document.querySelector("#files-menu").showPopover(), true`)
	for _, name := range []string{"study.yaml", "command.txt", "data.csv", "weights.npz", "weights.safetensors", "weights.onnx", "log.json"} {
		eval[bool](b, `laboratory.saved = null, document.querySelector('[data-export="`+name+`"]').click(), true`)
		b.wait(`laboratory.saved?.body.size > 20 && clicked.at(-1) === laboratory.saved.file`)
	}
	views := eval[[]string](b, `[...laboratory.views.keys()]`)
	if len(views) < 10 {
		t.Errorf("only the views %q", views)
	}
	for _, view := range views {
		for _, kind := range []string{"PNG", "SVG"} {
			eval[bool](b, `laboratory.saved = null, give(document.querySelector("#files-menu select"), "`+view+`"), press("`+kind+`", document.querySelector("#files-menu")), true`)
			b.wait(`laboratory.saved?.body.size > 500`)
			// An image that the browser can read, which is not of one colour.
			colours := eval[int](b, `new Promise((done, failed) => {
				const image = new Image();
				image.onload = () => {
					const c = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
					const x = c.getContext("2d", { willReadFrequently: true });
					x.drawImage(image, 0, 0);
					done(new Set(new Uint32Array(x.getImageData(0, 0, c.width, c.height).data.buffer)).size);
				};
				image.onerror = () => failed(new Error("no image"));
				image.src = URL.createObjectURL(laboratory.saved.body);
			})`)
			if colours < 5 {
				t.Errorf("%s as %s has %d colours", view, kind, colours)
			}
		}
	}
}

func TestBrokenSocketLosesNothing(t *testing.T) {
	b := open(t, laboratory(t), "", device{})
	eval[bool](b, `laboratory.lab.ask("step", { epochs: 7 }).then(() => true)`)
	b.wait(`laboratory.lab.epoch === 7`)
	eval[bool](b, `laboratory.lab.link.break(), true`)
	b.wait(`laboratory.lab.connected === false`)
	b.wait(`laboratory.lab.connected === true && laboratory.lab.welcomed.resumed`)
	eval[bool](b, `laboratory.lab.ask("step", { epochs: 5 }).then(() => true)`)
	b.wait(`laboratory.lab.epoch === 12`)
	if got := eval[string](b, `document.querySelector("#notices").textContent`); got != "" {
		t.Errorf("the page still says %q", got)
	}
}

func TestDivergenceIsExplainedAndTheLastPictureKept(t *testing.T) {
	b := open(t, laboratory(t), "", device{})
	eval[bool](b, hands)
	eval[bool](b, `laboratory.lab.set({ dataset: "y = x1*x2", activations: ["identity", "tanh"], "learning-rate": 100 }).then((reply) => reply.ok)`)
	eval[bool](b, `laboratory.setSpeed(0), laboratory.lab.ask("play").then(() => true)`)
	b.wait(`!document.querySelector(".net .fault").hidden`)
	if got := eval[string](b, `document.querySelector(".net .fault").textContent`); !strings.Contains(got, "rate") {
		t.Errorf("the fault is %q", got)
	}
	if finite := eval[bool](b, `[...F().get("0/weights/1").values].every(Number.isFinite)`); !finite {
		t.Error("the weights that are drawn are no numbers")
	}
}
