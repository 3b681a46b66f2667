package report

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"actscope/viz"
	"actscope/viz/figures"
)

var nan = math.NaN()

const (
	end   = kb.End
	home  = kb.Home
	left  = kb.ArrowLeft
	right = kb.ArrowRight
)

func (b *tab) snapshot() int {
	b.t.Helper()
	return eval[int](b, `document.querySelector(".slider").valueAsNumber`)
}

// slide moves the slider as a reader's hand does.
func (b *tab) slide(snapshot int) {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf(`{
		const slider = document.querySelector(".slider");
		slider.value = %d;
		slider.dispatchEvent(new Event("input", { bubbles: true }));
	}`, snapshot))
	b.settle()
}

// pictures are the contents of planes and hidden spaces.
func (b *tab) pictures() []string {
	b.t.Helper()
	b.settle()
	return eval[[]string](b, `[...document.querySelectorAll(".boundary, .layer")].map((c) => c.toDataURL())`)
}

func TestSliderMovesAllPicturesTogether(t *testing.T) {
	b := open(t, written(t, samplePage(t)), device{})
	b.slide(0)
	first := b.pictures()
	b.slide(23)
	last := b.pictures()
	b.slide(0)
	again := b.pictures()
	if len(first) != 2*(1+2) {
		t.Fatalf("%d pictures of two networks with two layers", len(first))
	}
	for i := range first {
		if first[i] == last[i] {
			t.Errorf("picture %d is the same in the first and the last snapshot", i)
		}
		if first[i] != again[i] {
			t.Errorf("picture %d is another one after going there and back", i)
		}
	}
}

// The shading is compared with the closed form of the fields, at places without points.
func TestShadingShowsTheProbability(t *testing.T) {
	p := samplePage(t)
	b := open(t, written(t, p), device{})
	shade := viz.DefaultTheme().Shade
	compared := 0
	for _, s := range []int{0, 11, 23} {
		b.slide(s)
		for n := range 2 {
			turn := 0.3 + float64(n+1)*float64(s)/24
			for _, at := range [][2]float64{{-1.8, -2.7}, {1.9, -2.7}, {-1.8, 2.8}, {1.9, 2.8}, {0, 2.8}} {
				d := math.Tanh(1.5 * (at[0]*math.Cos(turn) + at[1]*math.Sin(turn))) // 2p-1
				if math.Abs(d) < 0.9 {
					continue // the line may pass
				}
				compared++
				toward := shade[0]
				if d > 0 {
					toward = shade[2]
				}
				want := viz.Mix(shade[1], toward, math.Abs(d))
				got := groundAt(b, n, at[0], at[1])
				for i, channel := range []uint8{want.R, want.G, want.B} {
					if math.Abs(float64(got[i])-float64(channel)) > 12 {
						t.Errorf("snapshot %d, network %d at %v: colour %v, want %v", s, n, at, got, want)
						break
					}
				}
			}
		}
	}
	if compared < 15 {
		t.Errorf("only %d places were compared", compared)
	}
}

// inPanel gives the place of a plane's panel in its canvas, in pixels: left, top, width and height. Ticks stand left of it and
// below, so it has the rows and columns that are painted nearly all along.
const inPanel = `const inPanel = (c) => {
	const { width, height, data } = c.getContext("2d").getImageData(0, 0, c.width, c.height);
	const columns = new Array(width).fill(0);
	const rows = new Array(height).fill(0);
	for (let i = 0; i < width * height; i++) if (data[4 * i + 3] === 255) { columns[i % width]++; rows[Math.floor(i / width)]++; }
	const [left, right] = [columns.findIndex((n) => n > 0.7 * height), columns.findLastIndex((n) => n > 0.7 * height) + 1];
	const [top, bottom] = [rows.findIndex((n) => n > 0.7 * width), rows.findLastIndex((n) => n > 0.7 * width) + 1];
	return [left, top, right - left, bottom - top];
};`

// groundAt is the colour of the plane of network n, over X from -2 to 2 and Y from -3 to 3.
func groundAt(b *tab, n int, x, y float64) []int {
	return eval[[]int](b, fmt.Sprintf(`{
		%s
		const c = document.querySelectorAll(".boundary")[%d];
		const [left, top, width, height] = inPanel(c);
		[...c.getContext("2d").getImageData(left + width * (%v + 2) / 4, top + height * (3 - %v) / 6, 1, 1).data];
	}`, inPanel, n, x, y))
}

func near(got []int, want viz.Color) bool {
	for i, channel := range []uint8{want.R, want.G, want.B} {
		if math.Abs(float64(got[i])-float64(channel)) > 14 {
			return false
		}
	}
	return true
}

func TestFilmShadesClassesByWhatWinsAndHowSurely(t *testing.T) {
	p := samplePage(t)
	p.Film = classFilm()
	b := open(t, written(t, p), device{})
	theme, compared := viz.DefaultTheme(), 0
	for s := range p.Film.Epochs {
		b.slide(s)
		for _, at := range [][2]float64{{-1.8, -2.7}, {1.9, -2.7}, {-1.8, 2.8}, {1.9, 2.8}, {0, 2.8}, {0, -2.8}} {
			p, sum := [3]float64{}, 0.0
			for c := range p {
				sin, cos := math.Sincos(float64(s) + 2*math.Pi*float64(c)/3)
				p[c] = math.Exp(at[0]*cos + at[1]*sin)
				sum += p[c]
			}
			winner := 0
			for c := range p {
				if p[c] > p[winner] {
					winner = c
				}
			}
			sure := p[winner] / sum
			if sure < 0.8 {
				continue // a line may pass
			}
			compared++
			if want, got := theme.ClassRamp(winner)((sure-1.0/3)/(2.0/3)), groundAt(b, 0, at[0], at[1]); !near(got, want) {
				t.Errorf("snapshot %d at %v: colour %v, want %v of class %d", s, at, got, want, winner)
			}
		}
	}
	if compared < 8 {
		t.Errorf("only %d places were compared", compared)
	}
}

func TestFilmShadesNumbers(t *testing.T) {
	p := samplePage(t)
	f := sampleFilm(1, 1, 2, 60)
	f.Labels, f.Values = nil, figures.Values{Of: make([]float64, 60)}
	for i := range f.Values.Of {
		f.Values.Of[i] = float64(i)
	}
	for s := range f.Epochs {
		for i := range f.Nets[0].Fields[s] {
			f.Nets[0].Fields[s][i] = 30 + 14*f.X[i%len(f.X)]*float64(s)
		}
	}
	f.Nets[0].Accuracy, f.Nets[0].Wrong, f.Nets[0].R2 = nil, nil, []float64{0, -0.25}
	p.Film = f
	b := open(t, written(t, p), device{})
	b.slide(1)
	ramp := viz.DefaultTheme().Values()
	for _, at := range [][2]float64{{-1.6, -2.7}, {1.93, -2.7}, {-1.6, 2.8}, {1.93, 2.8}, {0.13, 2.8}} {
		if want, got := ramp((30+14*at[0])/59), groundAt(b, 0, at[0], at[1]); !near(got, want) {
			t.Errorf("at %v: colour %v, want %v", at, got, want)
		}
	}
	if got := eval[string](b, `document.querySelector(".r2").textContent`); got != "−0.2500" {
		t.Errorf("R² is %q", got)
	}
}

// The sample's boundaries are straight lines about the origin, at a known angle.
func TestLineRunsWhereTheProbabilityIsHalf(t *testing.T) {
	b := open(t, written(t, samplePage(t)), device{ratio: 2})
	styles := figures.NetworkStyles(viz.DefaultTheme(), []figures.Network{{Name: "sigmoid"}, {Name: "relu"}})
	for _, s := range []int{0, 11, 23} {
		b.slide(s)
		for n, style := range styles {
			turn := 0.3 + float64(n+1)*float64(s)/24
			// How far the pixels of the line's colour lie from it, in units of the plane; its ends are hidden by no point.
			found := eval[[]float64](b, fmt.Sprintf(`{
				%[6]s
				const c = document.querySelectorAll(".boundary")[%[1]d];
				const [left, top, panelWidth, panelHeight] = inPanel(c);
				const [width, height] = [c.width, c.height];
				const data = c.getContext("2d").getImageData(0, 0, width, height).data;
				let [count, mean, far] = [0, 0, 0];
				for (let i = 0; i < width * height; i++) {
					if (data[4 * i] !== %[2]d || data[4 * i + 1] !== %[3]d || data[4 * i + 2] !== %[4]d) continue;
					const x = 4 * (i %% width + 0.5 - left) / panelWidth - 2;
					const y = 3 - 6 * (Math.floor(i / width) + 0.5 - top) / panelHeight;
					const distance = x * Math.cos(%[5]v) + y * Math.sin(%[5]v);
					count++; mean += distance; far = Math.max(far, Math.abs(distance));
				}
				[count, mean / count, far];
			}`, n, style.Color.R, style.Color.G, style.Color.B, turn, inPanel))
			if found[0] < 500 || math.Abs(found[1]) > 0.1 || found[2] > 0.25 {
				t.Errorf("snapshot %d, network %d: %v pixels, %v beside the line on average, %v at most", s, n, found[0], found[1], found[2])
			}
		}
	}
}

func TestWhatIsNotFiniteIsNotDrawn(t *testing.T) {
	f := sampleFilm(1, 1, 2, 6)
	for i := range f.Nets[0].Fields[0] {
		f.Nets[0].Fields[0][i] = nan
	}
	for i := range f.Nets[0].Layers[0].Points[0] {
		f.Nets[0].Layers[0].Points[0][i] = nan
	}
	b := open(t, written(t, Page{Film: f}), device{})
	theme := viz.DefaultTheme()
	drawn := func(canvas string, c viz.Color) int {
		return eval[int](b, fmt.Sprintf(`{
			const c = document.querySelector(%q);
			const data = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
			let count = 0;
			for (let i = 0; i < data.length; i += 4) count += data[i] === %d && data[i + 1] === %d && data[i + 2] === %d;
			count;
		}`, canvas, c.R, c.G, c.B))
	}
	for s, want := range []bool{false, true} {
		b.slide(s)
		if got := drawn(".layer", theme.Class[1]) > 0; got != want {
			t.Errorf("snapshot %d: points are drawn: %v", s, got)
		}
		if got := drawn(".boundary", theme.Networks["sigmoid"]) > 0; got != want {
			t.Errorf("snapshot %d: a line is drawn: %v", s, got)
		}
		if got := drawn(".boundary", theme.Panel) < 1000; got != want {
			t.Errorf("snapshot %d: the plane is shaded: %v", s, got)
		}
	}
}

func TestReadingsFollowTheSlider(t *testing.T) {
	p := samplePage(t)
	p.Film.Nets[1].Loss[23], p.Film.Nets[0].Loss[23] = nan, 2.5e-7
	b := open(t, written(t, p), device{})
	b.slide(23)
	accuracy := func(n int) string { return fmt.Sprintf("%.1f %%", 100*p.Film.Nets[n].Accuracy[23]) }
	want := fmt.Sprintf("epoch 800 of 800; Sigmoid loss 2.50e−7, accuracy %s; ReLU loss —, accuracy %s", accuracy(0), accuracy(1))
	if got := eval[string](b, `document.querySelector(".slider").getAttribute("aria-valuetext")`); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	seen := eval[string](b, `document.querySelector(".film").innerText`)
	for _, word := range []string{"Epoch 800 of 800", "2.50e−7", accuracy(0), accuracy(1)} {
		if !strings.Contains(seen, word) {
			t.Errorf("%q is not to be seen", word)
		}
	}
	if got := eval[string](b, `document.querySelector(".boundary").getAttribute("aria-label")`); !strings.Contains(got, "Sigmoid: decision boundary after epoch 800") {
		t.Errorf("the picture is called %q", got)
	}
}

func TestArrowKeysMoveTheFilmByOne(t *testing.T) {
	b := open(t, written(t, samplePage(t)), device{})
	b.slide(0)
	for _, c := range []struct {
		focus, key string
		want       int
	}{
		{"body", left, 0}, {"body", right, 1}, {"body", right, 2}, {"body", left, 1},
		{".slider", right, 2}, {".slider", left, 1}, {".slider", end, 23}, {".slider", right, 23}, {".slider", home, 0}, {".slider", right, 1},
		{".play", right, 2}, {"main", right, 3}, {"nav a", right, 4},
		{".scroll", right, 4}, {"pre", left, 4},
	} {
		eval[bool](b, fmt.Sprintf(`document.activeElement.blur(), document.querySelector(%q).focus(), true`, c.focus))
		b.do(chromedp.KeyEvent(c.key))
		b.settle()
		if got := b.snapshot(); got != c.want {
			t.Errorf("key %q on %s: snapshot %d, want %d", c.key, c.focus, got, c.want)
		}
	}
	b.do(chromedp.KeyEvent(right, chromedp.KeyModifiers(chromedp.ModifierAlt)))
	if got := b.snapshot(); got != 4 {
		t.Errorf("with a modifier: snapshot %d", got)
	}
	b.checkSilence()
}

func TestPlayRunsToTheEndAndStops(t *testing.T) {
	b := open(t, written(t, samplePage(t)), device{})
	button := func() string { return eval[string](b, `document.querySelector(".play").textContent`) }
	press := func() { b.do(chromedp.Click(chromedp.CSS(".play"))) }
	if got := b.snapshot(); got != 23 || button() != "Play" {
		t.Errorf("the film opens at snapshot %d with the button %q, want the end", got, button())
	}
	b.slide(0)
	first := b.pictures()
	press()
	if got := button(); got != "Pause" {
		t.Errorf("the button says %q while it plays", got)
	}
	b.wait(`document.querySelector(".slider").valueAsNumber >= 3`)
	press()
	paused := b.snapshot()
	if b.pictures()[0] == first[0] {
		t.Error("the picture stays")
	}
	time.Sleep(500 * time.Millisecond)
	if got := b.snapshot(); got != paused || button() != "Play" {
		t.Errorf("paused at %d, then at %d with the button %q", paused, got, button())
	}
	b.slide(21)
	press()
	b.wait(`document.querySelector(".slider").valueAsNumber === 23 && document.querySelector(".play").textContent === "Play"`)
	press() // from the end it begins again
	b.wait(`[1, 2, 3, 4].includes(document.querySelector(".slider").valueAsNumber)`)
	b.do(chromedp.KeyEvent(right))
	if got := button(); got != "Play" {
		t.Errorf("an arrow key leaves the button at %q", got)
	}
	b.checkSilence()
}

func TestReducedMotionIsRespected(t *testing.T) {
	b := open(t, written(t, samplePage(t)), device{calm: true})
	time.Sleep(400 * time.Millisecond)
	if got := b.snapshot(); got != 23 {
		t.Errorf("the film starts by itself, to %d", got)
	}
	b.slide(0)
	b.do(chromedp.Click(chromedp.CSS(".play")))
	time.Sleep(900 * time.Millisecond)
	if got := b.snapshot(); got != 0 {
		t.Errorf("six snapshots' time of others later it is at %d", got)
	}
	b.wait(`document.querySelector(".slider").valueAsNumber === 1`)
}

func TestCanvasesAreAsSharpAsTheScreen(t *testing.T) {
	for _, ratio := range []int{1, 2, 3} {
		b := open(t, written(t, samplePage(t)), device{ratio: ratio})
		b.settle()
		for _, size := range eval[[][2]int](b, `[...document.querySelectorAll("canvas")].map((c) => [c.width, c.clientWidth])`) {
			if size[1] < 100 || size[0] != ratio*size[1] {
				t.Errorf("%d times: %d pixels for %d px", ratio, size[0], size[1])
			}
		}
	}
}
