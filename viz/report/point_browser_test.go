package report

import (
	"actscope/viz"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// views are the contents of all views of the film, by network where they have one.
func (b *tab) views() map[string]string {
	b.t.Helper()
	b.settle()
	return eval[map[string]string](b, `Object.fromEntries([
		...[...document.querySelectorAll(".film canvas:not(.losses)")].map((c, i) => [c.className + " " + i, c.toDataURL()]),
		...[...document.querySelectorAll(".says")].map((e, i) => ["says " + i, e.textContent]),
		["table", document.querySelector(".numbers").textContent],
		["list", document.querySelector(".chosen").value],
	])`)
}

func modelPage(t *testing.T) []byte {
	t.Helper()
	p := samplePage(t)
	p.Film = modelFilm(2)
	sheet := *p.Figures[0].Sheet
	p.Figures[0].Sheet, sheet.Numbers = &sheet, []viz.Column{{Name: "x1", Values: []string{"0.1", "2"}}, {Name: "class", Values: []string{"upper", `"lower", left`}}}
	return written(t, p)
}

// where is the place on the screen of test point i in the plane of network n.
func (b *tab) where(n, i int) (x, y float64) {
	b.t.Helper()
	at := eval[[2]float64](b, fmt.Sprintf(`{
		const it = document.getElementById("film").film;
		const plane = it.nets[%d].boundary;
		plane.canvas.scrollIntoView({ block: "center" });
		const box = plane.canvas.getBoundingClientRect();
		[box.left + plane.x(it.film.points[2 * %[2]d]), box.top + plane.y(it.film.points[2 * %[2]d + 1])];
	}`, n, i))
	return at[0], at[1]
}

func TestChosenPointLightsUpInEveryView(t *testing.T) {
	b := open(t, modelPage(t), device{})
	before := b.views()
	differ := func(what string, from, to map[string]string) {
		t.Helper()
		for name := range from {
			if from[name] == to[name] {
				t.Errorf("%s: %s stays as it is", what, name)
			}
		}
	}
	eval[bool](b, `{ const list = document.querySelector(".chosen"); list.value = "17"; list.dispatchEvent(new Event("change")); }`)
	listed := b.views()
	differ("chosen in the list", before, listed)
	if want := "Test point 18 "; !strings.HasPrefix(eval[string](b, `document.querySelector(".numbers caption").textContent`), want) {
		t.Errorf("the table is not of %s", want)
	}
	b.slide(0)
	atStart := b.views()
	delete(listed, "list")
	delete(atStart, "list")
	differ("another epoch", listed, atStart)
	b.slide(4)

	// A pointer over a point shows it, and what was chosen comes back when it leaves.
	x, y := b.where(1, 5)
	b.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
	if got := b.views()["list"]; got != "5" {
		t.Errorf("under the pointer is point %s, want 5", got)
	}
	b.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 2, 2))
	if got := b.views(); got["list"] != "17" || got["table"] != listed["table"] {
		t.Errorf("after it left, point %s is shown", got["list"])
	}
	b.do(chromedp.MouseClickXY(x, y))
	clicked := b.views()
	if clicked["list"] != "5" {
		t.Errorf("a click chose %s, want 5", clicked["list"])
	}
	// From a point on, arrow keys of the plane lead to others, Shift to any place.
	eval[bool](b, `document.querySelector(".boundary").focus(), true`)
	b.do(chromedp.KeyEvent(kb.ArrowRight))
	walked := b.views()
	if b.snapshot() != 4 || walked["list"] == "5" || walked["list"] == "" {
		t.Errorf("an arrow key led to point %q at snapshot %d", walked["list"], b.snapshot())
	}
	b.do(chromedp.KeyEvent(kb.ArrowUp, chromedp.KeyModifiers(chromedp.ModifierShift)))
	placed := b.views()
	differ("a place", walked, placed)
	if placed["list"] != "" {
		t.Errorf("a place is point %s", placed["list"])
	}
	b.wait(`document.querySelector(".heard").textContent.startsWith("The place (")`)
	b.checkSilence()
}

func TestPlacesAreComputedByTheModels(t *testing.T) {
	b := open(t, modelPage(t), device{})
	got := eval[[]float64](b, `{
		const it = document.getElementById("film").film;
		it.choose(-1, [0.5, -0.25]);
		it.nets.map((net) => it.says(net).outcome.out[0]);
	}`)
	for n, p := range got {
		a := 1 + float64(n)
		h1, h2 := math.Tanh(0.5*a+0.25*0.1), math.Tanh(0.5*0.1-0.25*a)
		if want := 1 / (1 + math.Exp(-(h1 - 2*h2 + 0.05))); math.Abs(p-want) > 1e-10 {
			t.Errorf("network %d: %v, want %v", n, p, want)
		}
	}
}

func TestAddressKeepsWhatIsChosen(t *testing.T) {
	b := open(t, modelPage(t), device{})
	chosen := func() string {
		b.settle()
		return eval[string](b, `{
			const { choice, point, snapshot } = document.getElementById("film").film;
			[point, choice.place ?? "", snapshot, choice.axes, choice.scale].join(" ");
		}`)
	}
	opening := chosen()
	for hash, want := range map[string]string{
		"#point=18&epoch=400":                          "17  2 0,1 own",
		"#epoch=0&axes=principal&scale=all":            strings.Fields(opening)[0] + "  0 principal all",
		"#at=0.5,-1.25&axes=2,1":                       "-1 0.5,-1.25 4 1,0 own",
		"#point=61&epoch=801&axes=3,1&scale=x&at=7,7":  opening,
		"#point=1e999&epoch=-1&at=NaN,0&axes=0,1":      opening,
		"#point=<b>&epoch=&at=,&axes=principal%20axes": opening,
		"#figures": opening,
	} {
		eval[bool](b, fmt.Sprintf(`location.hash = %q, true`, hash))
		b.wait(fmt.Sprintf(`decodeURI(location.hash) === decodeURI(%q) || true`, hash))
		if got := chosen(); got != want {
			t.Errorf("%s: %s, want %s", hash, got, want)
		}
	}
	eval[bool](b, `location.hash = "", true`)
	b.slide(2)
	eval[bool](b, `{ const it = document.getElementById("film").film; it.choose(17); true; }`)
	b.wait(`location.hash === "#point=18&epoch=401" || location.hash === "#point=18&epoch=400"`)
	b.do(chromedp.Reload())
	b.wait(`document.getElementById("film")?.film !== undefined`)
	if got := chosen(); got != "17  2 0,1 own" {
		t.Errorf("opened again: %s", got)
	}
}

// taken is a CSV file that a button gives.
func (b *tab) taken(folder, button, name string) [][]string {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf(`document.querySelector(%q).click(), true`, button))
	path := filepath.Join(folder, name)
	for range 200 {
		if content, err := os.ReadFile(path); err == nil && len(content) > 0 {
			rows, err := csv.NewReader(strings.NewReader(string(content))).ReadAll()
			if err != nil {
				b.t.Fatal(err)
			}
			return rows
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.t.Fatalf("%s gave no file %s", button, name)
	return nil
}

func TestNumbersCanBeTakenAsCSV(t *testing.T) {
	b := open(t, modelPage(t), device{})
	folder := t.TempDir()
	call(b, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{Behavior: cdpbrowser.SetDownloadBehaviorBehaviorAllow, DownloadPath: folder})
	if got, want := b.taken(folder, "#figure-1 .csv", "moons_dataset.csv"), [][]string{{"x1", "class"}, {"0.1", "upper"}, {"2", `"lower", left`}}; !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("the figure gives %q, want %q", got, want)
	}
	f := modelFilm(2)
	course := b.taken(folder, "[data-csv=course]", "course.csv")
	if want := []string{"epoch", "Sigmoid loss", "Sigmoid accuracy", "ReLU loss", "ReLU accuracy"}; len(course) != 6 || !slices.Equal(course[0], want) || course[3][0] != "401" && course[3][0] != "400" {
		t.Errorf("the losses are %q", course)
	}
	points := b.taken(folder, "[data-csv=points]", "points.csv")
	if len(points) != 61 || points[1][1] != "1" || points[1][4] != "class 0" {
		t.Errorf("the points are %q", points[:2])
	}
	for i, row := range points[1:] {
		h1 := math.Tanh(f.Points[2*i] - 0.1*f.Points[2*i+1])
		h2 := math.Tanh(0.1*f.Points[2*i] + f.Points[2*i+1])
		got, _ := strconv.ParseFloat(row[5], 64)
		if want := 1 / (1 + math.Exp(-(h1 - 2*h2 + 0.05))); math.Abs(got-want) > 1e-9 {
			t.Errorf("point %d: output %v, want %v", i+1, row[5], want)
		}
	}
	if weights := b.taken(folder, "[data-csv=weights]", "weights.csv"); len(weights) != 1+2*9 || !slices.Equal(weights[2][1:5], []string{"Sigmoid", "1", "1", "1"}) {
		t.Errorf("the weights are %q", weights[:3])
	}
	if point := b.taken(folder, "[data-csv=point]", "point.csv"); len(point) != 1+2*5*6 {
		t.Errorf("the point has %d rows", len(point))
	}
	if spaces := b.taken(folder, "[data-csv=spaces]", "spaces.csv"); len(spaces) != 1+2*60 || spaces[1][4] != "unit 1" {
		t.Errorf("the hidden spaces are %q", spaces[:2])
	}
}

// What the screen of a phone shows has room, can be touched and read.
func TestFilmOnAPhone(t *testing.T) {
	b := open(t, modelPage(t), device{width: 360, ratio: 2})
	b.checkOverflow()
	if small := eval[[]string](b, `[...document.querySelectorAll(".film *")].filter((e) => e.checkVisibility() && e.childNodes.length && !e.matches(".heard") && parseFloat(getComputedStyle(e).fontSize) < 11).map((e) => e.className || e.tagName)`); len(small) > 0 {
		t.Errorf("text below 11 px: %q", small)
	}
	if narrow := eval[[]string](b, `[...document.querySelectorAll(".film :is(button, select, .slider)")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 24).map((e) => e.className)`); len(narrow) > 0 {
		t.Errorf("lower than 24 px: %q", narrow)
	}
	x, y := b.where(0, 30)
	b.do(chromedp.MouseClickXY(x, y))
	if got := b.views()["list"]; got != "30" {
		t.Errorf("a tap chose %q, want 30", got)
	}
}

func TestTicksTellNeighboursApart(t *testing.T) {
	b := open(t, []byte("<!DOCTYPE html><title>x</title><script>"+join("ticks.js")+"</script>"), device{})
	for _, test := range []struct {
		range_, want string
	}{
		{"0.49998, 0.50003, 3", "0.49998 0.50000 0.50002"},
		{"0, 1, 5", "0 0.2 0.4 0.6 0.8 1.0"},
		{"-2e-7, 2e-7, 2", "−2e−7 0 2e−7"},
		{"1.00000005, 1.00000045, 3", "1.0000001 1.0000002 1.0000003 1.0000004"},
		{"0, 300000, 3", "0 1e+5 2e+5 3e+5"},
		{"123456, 123461, 2", "1.23456e+5 1.23458e+5 1.23460e+5"},
	} {
		if got := eval[string](b, `ticks(`+test.range_+`).map(({ label }) => label).join(" ")`); got != test.want {
			t.Errorf("%s: %s, want %s", test.range_, got, test.want)
		}
	}
}
