package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// overflow lists the elements that reach beyond the screen. What scrolls in a box of its own may.
const overflow = `{
	const width = document.documentElement.clientWidth;
	const beyond = [...document.querySelectorAll("body *")].filter((e) => {
		if (!e.checkVisibility() || e.closest(".skip, svg *") || e.parentElement.closest(".scroll, pre")) return false;
		const box = e.getBoundingClientRect();
		return box.width > 0 && (box.left < -0.5 || box.right > width + 0.5);
	});
	const wide = document.documentElement.scrollWidth > width ? ["the document"] : [];
	[...wide, ...beyond.map((e) => e.tagName + "." + e.className)];
}`

func TestNothingOverflowsTheScreen(t *testing.T) {
	b := open(t, written(t, samplePage(t)), device{width: 360, ratio: 2})
	for _, width := range []int{360, 320, 768, 1200, 2000} {
		b.resize(device{width: width})
		b.settle()
		b.checkOverflow()
	}
	eight := samplePage(t)
	eight.Film = sampleFilm(8, 6, 20, 30)
	open(t, written(t, eight), device{width: 360, ratio: 2}).checkOverflow()
}

func (b *tab) checkOverflow() {
	b.t.Helper()
	if found := eval[[]string](b, overflow); len(found) > 0 {
		b.t.Errorf("beyond the screen of %d px: %q", eval[int](b, "innerWidth"), found)
	}
}

func TestOverflowWouldBeSeen(t *testing.T) {
	b := open(t, []byte(`<!DOCTYPE html><meta name="viewport" content="width=device-width"><body><p style="width:400px">x`), device{width: 360})
	if found := eval[[]string](b, overflow); len(found) != 2 {
		t.Errorf("found %q", found)
	}
}

func TestWideTablesScrollInTheirBox(t *testing.T) {
	b := open(t, written(t, samplePage(t)), device{width: 360})
	if !eval[bool](b, `[...document.querySelectorAll("#numbers .scroll")].every((e) => e.scrollWidth > e.clientWidth && getComputedStyle(e).overflowX === "auto")`) {
		t.Error("a table of six columns does not scroll")
	}
	if !eval[bool](b, `[...document.querySelectorAll("#claims .scroll")].every((e) => e.scrollWidth <= e.clientWidth)`) {
		t.Error("the claims scroll, instead of being cards")
	}
}

func TestDarkModeFollowsTheSystem(t *testing.T) {
	b := open(t, written(t, samplePage(t)), device{})
	paper := func() string { return eval[string](b, `getComputedStyle(document.body).backgroundColor`) }
	light, lightPictures := paper(), b.pictures()
	b.resize(device{dark: true})
	dark, darkPictures := paper(), b.pictures()
	if light != "rgb(255, 255, 255)" || dark != "rgb(20, 23, 26)" {
		t.Errorf("paper is %s, then %s", light, dark)
	}
	for i := range lightPictures {
		if lightPictures[i] == darkPictures[i] {
			t.Errorf("picture %d has the same colours", i)
		}
	}
	b.checkSilence()
}

// Shapes that use elements show take their colours from the style sheet of their drawing.
func TestFiguresKeepTheirColours(t *testing.T) {
	b := open(t, written(t, samplePage(t)), device{})
	eval[bool](b, `document.querySelector("#figure-1").scrollIntoView({ block: "start" }), true`)
	b.settle()
	seen := b.screenshot()
	for name, c := range map[string]string{"class 0": "#f0973f", "class 1": "#0b7a75"} {
		if seen[c] < 100 {
			t.Errorf("%s, %s: %d pixels", name, c, seen[c])
		}
	}
}

func TestScreenshotsAreNotBlank(t *testing.T) {
	for _, d := range []device{{}, {dark: true}, {width: 360}, {width: 360, dark: true}} {
		b := open(t, written(t, samplePage(t)), d)
		for _, part := range []string{"body", "#film", "#figures"} {
			eval[bool](b, fmt.Sprintf(`document.querySelector(%q).scrollIntoView({ block: "start" }), true`, part))
			b.settle()
			seen := b.screenshot()
			most, all := 0, 0
			for _, n := range seen {
				most, all = max(most, n), all+n
			}
			if len(seen) < 20 || most > all*99/100 {
				t.Errorf("%+v, %s: %d colours, %d of %d pixels have the same", d, part, len(seen), most, all)
			}
		}
	}
}

// Panels stand side by side on a desk and below each other on a phone; of one column they are drawn for both.
func TestFiguresAreLaidOutForTheScreen(t *testing.T) {
	b := open(t, written(t, samplePage(t)), device{width: 1440})
	const beside = `{
		const [first, second] = [...document.querySelectorAll("#figure-2 .panels svg")].map((e) => e.getBoundingClientRect());
		[second.left > first.right, second.top > first.bottom];
	}`
	for width, want := range map[int][]bool{1440: {true, false}, 360: {false, true}} {
		b.resize(device{width: width})
		b.settle()
		if got := eval[[]bool](b, beside); !slices.Equal(got, want) {
			t.Errorf("%d px: beside, below: %v", width, got)
		}
		if got := eval[[]bool](b, `["wide", "narrow"].map((c) => document.querySelector("#figure-1 ." + c).checkVisibility())`); !slices.Equal(got, want) {
			t.Errorf("%d px: wide, narrow: %v", width, got)
		}
	}
}

// The title, the answer, warnings and the pictures of the film are seen without scrolling.
func TestFirstScreenAnswers(t *testing.T) {
	p := samplePage(t)
	p.Answer, p.Warnings = []string{"ReLU keeps more of a point's distance than sigmoid, in this one run."}, []string{"The test has 30 points."}
	b := open(t, written(t, p), device{width: 1440, height: 900})
	for _, selector := range []string{"h1", ".answer", ".warnings", ".highlights", "#film .boundary"} {
		if box := eval[[]float64](b, fmt.Sprintf(`{ const r = document.querySelector(%q).getBoundingClientRect(); [r.top, r.bottom]; }`, selector)); box[0] < 0 || box[1] > 900 {
			t.Errorf("%s stands from %.0f to %.0f px", selector, box[0], box[1])
		}
	}
}

func TestHostileTextComesOutAsItIsAndFits(t *testing.T) {
	for _, s := range hostile {
		want := strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", "\ufffd"), "\ufffd")
		b := open(t, written(t, hostilePage(t, s)), device{width: 360, ratio: 2})
		b.checkOverflow()
		for what, got := range eval[map[string]string](b, `({
			title: document.title,
			heading: document.querySelector("h1").textContent,
			story: document.querySelector("#story p").textContent,
			setting: document.querySelector(".setting dd").textContent,
			claim: document.querySelector(".claims th[scope=rowgroup]").textContent,
			measured: document.querySelector(".claims .measured").textContent,
			figure: document.querySelector(".drawing figcaption bdi").textContent,
			finding: document.querySelector(".drawing h3").textContent,
			alternative: document.querySelector(".drawing [role=img]").getAttribute("aria-label").split(". ").at(-1),
			cell: document.querySelector("#numbers td").textContent,
			command: document.querySelector("code").textContent,
			network: document.querySelector(".net h3").textContent,
			"hidden layer": document.querySelector(".axes bdi").textContent,
			"network aloud": document.querySelector(".boundary").getAttribute("aria-label").split(": decision boundary")[0],
		})`) {
			want := want
			switch what {
			case "title": // browsers trim and join its white space
				got, want = strings.Join(strings.Fields(got), " "), strings.Join(strings.Fields(want), " ")
			case "network aloud", "hidden layer": // from JSON, which can say NUL
				got = strings.ReplaceAll(got, "\x00", "\ufffd")
			}
			if got != want {
				t.Errorf("%s: got %.60q, want %.60q", what, got, want)
			}
		}
		b.slide(3)
		b.checkSilence()
	}
}
