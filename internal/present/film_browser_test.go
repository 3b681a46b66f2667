package present

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"gonum.org/v1/gonum/mat"

	"actscope/graph"
	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/viz/report"
)

// browser is a Chromium with one page.
func browser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes long")
	}
	path, err := exec.LookPath("chromium")
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("no Chromium: install Debian's package chromium to test the page in a browser")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU)
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // what is left of it ends with this process
		stop()
	})
	return ctx
}

// film shows the film of a comparison in the browser.
func film(ctx context.Context, t *testing.T, c config.Config) *comparison.Result {
	t.Helper()
	r, err := comparison.Run(t.Context(), c, nil, comparison.Saving{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := filmOf(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := (report.Page{Film: f}).Write(&page); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, page.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate("file://"+file)); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](`!document.querySelector(".film").hidden`, chromedp.WithPollingTimeout(20*time.Second))); err != nil {
		t.Fatal(err)
	}
	return r
}

func asked[T any](ctx context.Context, t *testing.T, script string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%.200s: %v", script, err)
	}
	return v
}

// The page's forward pass against what the networks' own graphs gave, at each point of the film, unit by unit, before and after
// the activation, at the end of training and in its course.
func TestPageComputesWhatTheNetworksDo(t *testing.T) {
	ctx := browser(t)
	var table []string
	for _, a := range graph.Activations() {
		table = append(table, a.Name)
	}
	classes := csvFile(t, "kind", func(i int, x, y float64) string { return []string{"a", "b", "c"}[(i+int(y)+4)%3] })
	price := csvFile(t, "price", func(_ int, x, y float64) string { return fmt.Sprint(1000 + 100*x + 13.7*y + x*y) })
	labels := csvFile(t, "right,high", func(_ int, x, y float64) string { return fmt.Sprintf("%d,%d", int(min(max(x+0.5, 0), 1)), int(min(max(y, 0), 1))) })
	six := filepath.Join(t.TempDir(), "six.csv")
	var b strings.Builder
	b.WriteString("a,b,c,d,e,f,label\n")
	for i := range 90 {
		v := func(k int) float64 { return math.Sin(float64((i+1)*(k+2)) * 1.7) }
		fmt.Fprintf(&b, "%v,%v,%v,%v,%v,%v,%d\n", v(0), v(1), v(2), v(3), v(4), v(5), int(math.Ceil(max(v(0)+v(1)*v(2), 0)/2)))
	}
	if err := os.WriteFile(six, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]func(*config.Config){
		"the table, first half":  func(c *config.Config) { c.Activations = table[:6] },
		"the table, second half": func(c *config.Config) { c.Activations = table[6:] },
		"constants and formulas": func(c *config.Config) {
			c.Activations = []string{"leaky-relu:0.2", "elu:0.5", "hard-sigmoid:-0.4", "z*sigmoid(1.702*z)", "max(z,0.1*z)-0.1*sin(pi*z)/2", "-exp(-abs(z))", "log(1+exp(min(z,3)))", "pow(z,2)/(1+abs(z))"}
		},
		"normalised, with shortcuts": func(c *config.Config) {
			c.Hidden, c.Parts = []int{2, 6, 6, 6}, []string{"batch-norm", "dropout:0.1", "residual:2", "shortcut-before:1"}
		},
		"normalised by row": func(c *config.Config) {
			c.Hidden, c.Parts = []int{6, 6, 6}, []string{"layer-norm:0.001", "affine-after", "shortcut:2", "shortcut-scaled:1"}
		},
		"normalised behind": func(c *config.Config) { c.Parts = []string{"batch-norm-after", "affine", "shortcut-scaled-before:1"} },
		"three classes":     func(c *config.Config) { c.Dataset = "csv:" + classes },
		"a number":          func(c *config.Config) { c.Dataset = "csv:" + price },
		"two labels":        func(c *config.Config) { c.Dataset, c.Label = "csv:"+labels, "right,high" },
		"scores":            func(c *config.Config) { c.Loss = "hinge" },
		"six features":      func(c *config.Config) { c.Dataset = "csv:" + six },
		"float32":           func(c *config.Config) { c.Dtype = "float32" },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			c := config.Article()
			c.Epochs, c.Hidden, c.Samples = 12, []int{6, 5}, 120
			change(&c)
			r := film(ctx, t, c)
			if !asked[bool](ctx, t, `document.getElementById("film").film.film.computed`) {
				t.Fatal("the page does not compute the film")
			}
			rows := report.EvenlySpaced(r.Data.Test.Rows(), report.FilmPoints)
			shown := r.Data.Test.Select(rows)
			for n, network := range r.Networks {
				for _, s := range []int{len(network.Snapshots) - 1, 3} {
					network.Snapshots[s].Restore(network.Model)
					o, err := network.Model.Observe(shown.X)
					if err != nil {
						t.Fatal(err)
					}
					tolerance := 1e-9
					if c.Dtype == "float32" {
						tolerance = 2e-6 // of the network's own rounding
					}
					got := asked[[][][]float64](ctx, t, fmt.Sprintf(`{
						const { film, nets } = document.getElementById("film").film;
						const { pre, post } = nets[%d].seen.flow(%d, film.read, film.count);
						[pre, post].map((stage) => stage.map((values) => [...values]));
					}`, n, s))
					for stage, want := range [][]*mat.Dense{o.Pre, o.Post} {
						for l := range want {
							for i, v := range want[l].RawMatrix().Data {
								if math.Abs(got[stage][l][i]-v) > tolerance*max(1, math.Abs(v)) {
									t.Fatalf("%s, snapshot %d, layer %d, stage %d, number %d: the page has %v, the network %v", network.Title, s, l+1, stage, i, got[stage][l][i], v)
								}
							}
						}
					}
				}
			}
		})
	}
}

// What the page says of a chosen point is what the run has found: the probability, the signal trace and the distance.
func TestPageSaysOfAPointWhatTheRunFound(t *testing.T) {
	ctx := browser(t)
	c := config.Article()
	c.Epochs = 150
	r := film(ctx, t, c)
	for n, network := range r.Networks {
		trained := network.Snapshots[len(network.Snapshots)-1]
		trained.Restore(network.Model)
		o, err := network.Model.Observe(r.Data.Test.X)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range []int{0, 17, 99} {
			type said struct {
				P, Distance float64
				Trace       []float64
			}
			got := asked[said](ctx, t, fmt.Sprintf(`{
				const it = document.getElementById("film").film;
				it.choose(%d);
				const net = it.nets[%d];
				const { outcome, trace } = it.says(net);
				({ P: outcome.out[0], Distance: it.distanceOf(net), Trace: trace });
			}`, row, n))
			if want := o.Probability()[row]; math.Abs(got.P-want) > 1e-9 {
				t.Errorf("%s, row %d: P(class 1) %v, want %v", network.Title, row, got.P, want)
			}
			for k, want := range o.Trace(row) {
				if math.Abs(got.Trace[k]-want) > 1e-9*max(1, want) {
					t.Errorf("%s, row %d: trace %v, want %v", network.Title, row, got.Trace, o.Trace(row))
					break
				}
			}
			// The page measures to the line that it draws, straight between its crossings of the grid's edges.
			if want := network.Geometry.Distances[row]; math.Abs(got.Distance-want) > 0.01 {
				t.Errorf("%s, row %d: distance %v, want %v", network.Title, row, got.Distance, want)
			}
		}
	}
}

// Networks that are too large for the page come with what is stored of them, and the page says so.
func TestPagesOfLargeNetworksSayWhatTheyCannotCompute(t *testing.T) {
	ctx := browser(t)
	for _, test := range []struct {
		hidden  []int
		message string
		atLast  bool
	}{
		{[]int{128, 128}, "the numbers of a point are those of the end of training", true},
		{[]int{400, 400}, "too large", false},
	} {
		c := config.Article()
		c.Epochs, c.Hidden, c.Samples = 2, test.hidden, 60
		film(ctx, t, c)
		if notes := asked[string](ctx, t, `document.querySelector(".film").textContent`); !strings.Contains(notes, test.message) {
			t.Errorf("%v: the page does not say %q", test.hidden, test.message)
		}
		if got := asked[bool](ctx, t, `{ const it = document.getElementById("film").film; !!it.says(it.nets[0]).outcome; }`); got != test.atLast {
			t.Errorf("%v: numbers at the end %v", test.hidden, got)
		}
		if got := asked[string](ctx, t, `document.querySelector(".says").textContent`); !strings.HasPrefix(got, "P(class 1) ") {
			t.Errorf("%v: the network says %q", test.hidden, got)
		}
	}
}
