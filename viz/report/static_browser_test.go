package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
)

func TestPaperShowsTheLastSnapshotWithoutControls(t *testing.T) {
	var papers []string
	var b *tab
	for _, dark := range []bool{false, true} {
		b = open(t, written(t, samplePage(t)), device{dark: dark})
		b.slide(5)
		screen := b.pictures()
		eval[bool](b, `addEventListener("beforeprint", () => {
			window.printed = [document.querySelector(".epoch").textContent, document.querySelector("canvas").toDataURL()];
		}), true`)
		call(b, page.PrintToPDF, page.PrintToPDFParams{})
		printed := eval[[]string](b, `window.printed`)
		if printed[0] != "Epoch 800 of 800" || printed[1] == screen[0] {
			t.Errorf("paper shows %q", printed[0])
		}
		if got := b.snapshot(); got != 5 || b.pictures()[0] != screen[0] {
			t.Errorf("after printing the screen shows snapshot %d", got)
		}
		papers = append(papers, printed[1])
	}
	if papers[0] != papers[1] {
		t.Error("a dark screen is printed in other colours than a light one")
	}
	b.resize(device{dark: true, paper: true})
	for selector, want := range map[string]bool{".slider": false, ".play": false, "nav": false, ".skip": false, ".epoch": true, "canvas": true, ".panels.wide": true, ".panels.narrow": false, "h1": true} {
		if got := eval[bool](b, fmt.Sprintf(`document.querySelector(%q).checkVisibility()`, selector)); got != want {
			t.Errorf("%s on paper: %v", selector, got)
		}
	}
	if got := eval[string](b, `getComputedStyle(document.body).backgroundColor`); got != "rgb(255, 255, 255)" {
		t.Errorf("paper is %s", got)
	}
}

func TestPhonesFoldAllButTheFirstFigures(t *testing.T) {
	p := samplePage(t)
	for len(p.Figures) < 6 {
		more := *p.Figures[1].Sheet
		p.Figures = append(p.Figures, Figure{Title: "More", Finding: fmt.Sprintf("Finding %d", len(p.Figures)+1), Sheet: &more})
	}
	content := written(t, p)
	const shown = `[...document.querySelectorAll("#figures .panels:not(.wide)")].map((e) => e.checkVisibility() ? "+" : "-").join("")`
	for name, c := range map[string]struct {
		d    device
		want string
	}{
		"desk":           {device{}, "-+++++"}, // the first is drawn once more for a desk
		"phone":          {device{width: 360}, "++----"},
		"without script": {device{width: 360, noScript: true}, "++++++"},
	} {
		b := open(t, content, c.d)
		call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: false})
		if got := eval[string](b, shown); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if name != "phone" {
			continue
		}
		eval[bool](b, `document.querySelector("#figure-4 .fold").click(), location.hash = "#figure-6", true`)
		b.settle()
		if got := eval[string](b, shown); got != "++-+-+" {
			t.Errorf("one opened, one in the address: %s", got)
		}
		b.resize(device{width: 360, paper: true})
		if got := eval[string](b, shown); got != "-+++++" { // as on a desk
			t.Errorf("on paper: %s", got)
		}
		b.resize(device{width: 1440})
		b.settle()
		if got := eval[string](b, shown+` + document.querySelectorAll(".fold").length`); got != "-+++++0" {
			t.Errorf("the phone became a desk: %s", got)
		}
	}
}

func TestWithoutScriptThePageStillReads(t *testing.T) {
	b := open(t, written(t, samplePage(t)), device{noScript: true})
	// The page's own script has not run; the questions below need one.
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: false})
	seen := eval[string](b, `document.body.innerText`)
	for _, word := range []string{"Sigmoid and ReLU", "The film needs a script", "sigmoid compresses the signal at once", "1.67286", "go run ./cmd/actscope reproduce"} {
		if !strings.Contains(seen, word) {
			t.Errorf("%q is not to be seen", word)
		}
	}
	if eval[bool](b, `document.querySelector(".film").checkVisibility() || document.querySelector(".film-fault").checkVisibility()`) {
		t.Error("controls without effect are to be seen")
	}
}

func TestBrowsersTooOldForTheFilmAreTold(t *testing.T) {
	b := open(t, written(t, samplePage(t)), device{before: `delete window.DecompressionStream`})
	b.wait(`document.querySelector(".film-fault").checkVisibility()`)
	if eval[bool](b, `document.querySelector(".film").checkVisibility()`) {
		t.Error("controls without effect are to be seen")
	}
}
