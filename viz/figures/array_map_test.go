package figures

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"actscope/viz"
	"actscope/viz/internal/viztest"
)

// A cell shows the entry of largest magnitude of its block, by an index of its own.
func TestBlocksShowTheirLargestEntry(t *testing.T) {
	for _, shape := range [][]int{{7, 5}, {100, 3}, {2, 130}, {13}, {4, 3, 5, 2}} {
		g := newArrayGrid(shape, 6)
		down, across := g.cells()
		if down > 6 || across > 6 {
			t.Errorf("%v: %d × %d cells", shape, down, across)
		}
		values := comparedGradient(0, shape...).Expected
		value := func(i int) float64 { return values[i] }
		cells := g.reduce(value)
		largest := map[string]float64{}
		for i, v := range values {
			at := fmt.Sprint(i/g.cols/g.tall, i%g.cols/g.wide)
			if math.Abs(v) > math.Abs(largest[at]) {
				largest[at] = v
			}
		}
		if len(largest) != down*across || len(cells) != down {
			t.Fatalf("%v: %d blocks, %d × %d cells", shape, len(largest), down, across)
		}
		for r, row := range cells {
			for c, v := range row {
				if v != largest[fmt.Sprint(r, c)] {
					t.Errorf("%v: cell %d, %d is %v, want %v", shape, r, c, v, largest[fmt.Sprint(r, c)])
				}
			}
		}
		values[len(values)-1] = math.NaN()
		if last := g.reduce(value)[down-1][across-1]; !math.IsNaN(last) {
			t.Errorf("%v: NaN is hidden by %v", shape, last)
		}
	}
}

func TestIndicesOfCellsAreThoseOfTheArray(t *testing.T) {
	labels := func(a viz.Axis) []string {
		var all []string
		for _, k := range a.Ticks {
			all = append(all, k.Label)
		}
		return all
	}
	g := newArrayGrid([]int{2, 3, 2, 2}, 0)
	rows, columns := g.axis(true, 20), g.axis(false, 20)
	if got, want := labels(rows), []string{"0,0", "0,1", "0,2", "1,0", "1,1", "1,2"}; !slices.Equal(got, want) || rows.Ticks[0].Value != 5 || rows.Label != "axes 0 and 1" {
		t.Errorf("rows %v from %v, %q", got, rows.Ticks[0].Value, rows.Label)
	}
	if got, want := labels(columns), []string{"0,0", "0,1", "1,0", "1,1"}; !slices.Equal(got, want) || columns.Label != "axes 2 and 3" {
		t.Errorf("columns %v, %q", got, columns.Label)
	}
	if got := labels(newArrayGrid([]int{784, 128}, 0).axis(true, 4)); !slices.Equal(got, []string{"0", "204", "408", "612"}) {
		t.Errorf("%v", got) // every twelfth of blocks of 17
	}
}

// What is within the tolerance has the colour of zero, all else is seen not to.
func TestColoursAreZeroWithinTheToleranceOnly(t *testing.T) {
	s := signedScale{limit: 1, quiet: 1e-6}
	for v, want := range map[float64]func(int) bool{
		0: func(n int) bool { return n == 0 }, 1e-6: func(n int) bool { return n == 0 }, -1e-6: func(n int) bool { return n == 0 },
		1.1e-6: func(n int) bool { return n > 2 }, -1.1e-6: func(n int) bool { return n < -2 }, 1: func(n int) bool { return n == signedSteps }, -9: func(n int) bool { return n == -signedSteps },
	} {
		if got := s.step(v); !want(got) {
			t.Errorf("%v has step %d", v, got)
		}
	}
}

func TestNumbersAreReadableOnEveryColour(t *testing.T) {
	for _, name := range viz.ThemeNames() {
		theme, _ := viz.ThemeNamed(name)
		for step := -signedSteps; step <= signedSteps; step++ {
			ground := signedScale{limit: 1}.color(theme, step)
			if r := viztest.Contrast(theme.InkOn(ground), ground); r < 4.5 {
				t.Errorf("%s theme, step %d: contrast %.2f", name, step, r)
			}
		}
		ends := [2]viz.Color{signedScale{limit: 1}.color(theme, -signedSteps), signedScale{limit: 1}.color(theme, signedSteps)}
		zero := signedScale{limit: 1}.color(theme, 0)
		for _, pair := range [][2]viz.Color{ends, {ends[0], zero}, {ends[1], zero}, {theme.Wrong, zero}, {theme.Wrong, ends[0]}, {theme.Wrong, ends[1]}} {
			for kind, d := range viztest.ColourBlindDistances(pair[0], pair[1]) {
				if d < 0.06 {
					t.Errorf("%s theme: with %s %v and %v are %.3f apart", name, kind, pair[0], pair[1], d)
				}
			}
		}
	}
}
