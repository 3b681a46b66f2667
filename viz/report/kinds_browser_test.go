package report

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// kinds are pages of every command that writes one, by settings that take seconds.
var kinds = sync.OnceValues(func() (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "kinds")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "actscope")
	if out, err := exec.Command("go", "build", "-o", program, "actscope/cmd/actscope").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	const plan = "activations: [sigmoid, relu, tanh]\nhidden: ['4', '8,8']\nseed: 1..4\nlearning-rate: [0.05, 0.3]\nepochs: 20\n"
	if err := os.WriteFile(filepath.Join(dir, "grid.yaml"), []byte(plan), 0o666); err != nil {
		return nil, err
	}
	for _, line := range []string{
		"reproduce --quiet --format svg --out reproduce",
		"compare --quiet --format svg --out compare --dataset blobs --classes 4 --epochs 100 --hidden 8,8,8 --activations sigmoid,relu,tanh",
		"claims --quiet --format svg --out claims --seeds 5 --setting depth=3",
		"theory --format svg --out theory --activation tanh --weight-variance 1.5 --bias-variance 0.05 --depth 20 --repetitions 3",
		"cost --quick --quiet --format svg --out cost",
		"kernel --quiet --format svg --out kernel --epochs 100",
		"export compare --network tanh --out net.onnx",
		"observe net.onnx --quiet --format svg --out observe --data blobs --classes 4",
		"gradcheck --export right.npz --activation relu",
		"gradcheck --against right.npz --activation relu --format svg --quiet --out gradcheck",
		"sweep plan grid.yaml sweep", "sweep run sweep --quiet", "sweep report sweep",
	} {
		c := exec.Command(program, strings.Fields(line)...)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s: %w: %s", line, err, out)
		}
	}
	pages := map[string][]byte{}
	files, err := filepath.Glob(filepath.Join(dir, "*", "report.html"))
	for _, file := range files {
		if pages[filepath.Base(filepath.Dir(file))], err = os.ReadFile(file); err != nil {
			return nil, err
		}
	}
	return pages, err
})

// smallText lists text of less than 11 px as the screen shows it.
const smallText = `{
	const small = [];
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (texts.nextNode()) {
		const e = texts.currentNode.parentElement;
		if (!texts.currentNode.data.trim() || !e.checkVisibility() || e.closest("script, style, noscript")) continue;
		const to = e.getScreenCTM?.();
		const size = parseFloat(getComputedStyle(e).fontSize) * (to ? Math.hypot(to.a, to.b) : 1);
		if (size < 10.99) small.push(texts.currentNode.data + ": " + size.toFixed(1));
	}
	small;
}`

// axe runs axe-core and lists what it finds.
func (b *tab) axe(source string) []string {
	b.t.Helper()
	eval[bool](b, source+`; true`)
	return eval[[]string](b, `axe.run(document).then((r) => r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target).join(" ")))`)
}

// axeSource is axe-core of npm, or "".
func axeSource(t *testing.T) string {
	t.Helper()
	modules := os.Getenv("ACTSCOPE_NODE_MODULES")
	source, err := os.ReadFile(filepath.Join(modules, "axe-core", "axe.min.js"))
	if err != nil {
		t.Log("not asked of axe-core: ACTSCOPE_NODE_MODULES names no folder with it: npm install --prefix FOLDER axe-core, then FOLDER/node_modules")
	}
	return string(source)
}

// unfold opens the figures that a phone folds.
func (b *tab) unfold() {
	b.t.Helper()
	eval[bool](b, `document.querySelectorAll(".folded .fold").forEach((e) => e.click()), true`)
	b.settle()
}

// Every page of every command can be read on a desk and on a phone, in both themes, and on paper.
func TestEveryKindOfPageCanBeRead(t *testing.T) {
	if testing.Short() {
		t.Skip("pages of all commands take a minute")
	}
	open(t, []byte(`<!DOCTYPE html><title>x</title>`), device{}) // skips where there is no browser
	pages, err := kinds()
	if err != nil {
		t.Fatal(err)
	}
	axe := axeSource(t)
	if want := 9; len(pages) != want {
		t.Fatalf("%d kinds of page: %v", len(pages), slices.Sorted(maps.Keys(pages)))
	}
	if size := len(pages["reproduce"]); size >= 950_000 {
		t.Errorf("the page of reproduce has %d bytes", size)
	}
	for _, kind := range slices.Sorted(maps.Keys(pages)) {
		t.Run(kind, func(t *testing.T) {
			b := open(t, pages[kind], device{width: 1440, height: 900})
			for _, d := range []device{{width: 1440}, {width: 1440, dark: true}, {width: 360}, {width: 360, dark: true}} {
				b.resize(d)
				b.settle()
				b.checkOverflow()
				d.height = eval[int](b, `document.documentElement.scrollHeight`)
				if !d.dark && d.height > 17_000 {
					t.Errorf("%+v: the page is %d px high", d, d.height)
				}
				b.unfold()
				d.height = eval[int](b, `document.documentElement.scrollHeight`)
				b.resize(d) // all of it, so that what lies below text can be asked for
				b.settle()
				for what, script := range map[string]string{"small": smallText, "weak": contrast} {
					if found := eval[[]string](b, script); len(found) > 0 {
						t.Errorf("%+v: %d texts are %s: %.300q", d, len(found), what, found)
					}
				}
				if axe != "" {
					for _, violation := range b.axe(axe) {
						t.Errorf("%+v: %.400s", d, violation)
					}
				}
			}
			if without := eval[[]string](b, `[...document.querySelectorAll("figure.drawing")].filter((f) => !f.querySelector("button.csv:not([hidden])")).map((f) => f.dataset.name)`); len(without) > 0 {
				t.Errorf("figures without numbers to take: %q", without)
			}
			b.resize(device{width: 1440})
			b.checkPaper()
			b.checkSilence()
		})
	}
}
