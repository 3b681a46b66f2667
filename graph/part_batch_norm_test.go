package graph

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// columns splits a captured tensor by unit.
func columns(c Capture) [][]float64 {
	out := make([][]float64, c.Units)
	for j := range out {
		for i := range c.Rows {
			out[j] = append(out[j], c.At(i, j))
		}
	}
	return out
}

func moments(v []float64) (mean, variance float64) {
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		variance += (x - mean) * (x - mean) / float64(len(v))
	}
	return mean, variance
}

// partProgram compiles a one-layer net with parts beside a plain one of the same
// weights, both for the purpose, and runs them on the same rows.
func partProgram(t *testing.T, rows int, purpose Purpose, statistics []Parameter, names ...string) (with, plain *Program, parameters []Parameter) {
	t.Helper()
	n := withParts(t, []int{6}, Tanh, names...)
	parameters = n.NewParameters()
	with, err := Compile(n, parameters, rows, Options{Purpose: purpose, Captured: everyPoint(n), Statistics: statistics})
	if err != nil {
		t.Fatal(err)
	}
	bare := MLP(3, []int{6}, Tanh, Logits)
	plain, err = Compile(bare, parameters[:4], rows, Options{Purpose: purpose, Captured: everyPoint(bare)})
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(9, 9))
	randomise(with, parameters, rng)
	copy(plain.X, with.X)
	for _, p := range []*Program{with, plain} {
		if err := p.Run(); err != nil {
			t.Fatal(err)
		}
	}
	return with, plain, parameters
}

func capture(t *testing.T, p *Program, at Point) Capture {
	t.Helper()
	c, err := p.Capture(at)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestBatchNormNormalisesByTheBatchAndTracksIt(t *testing.T) {
	const rows = 8
	n := withParts(t, []int{6}, Tanh, "batch-norm")
	statistics := n.NewStatistics()
	with, plain, parameters := partProgram(t, rows, Training, statistics, "batch-norm")
	gain, shift := parameters[4].Values, parameters[5].Values
	affine, normal := columns(capture(t, plain, Point{1, PreActivation})), columns(capture(t, with, Point{1, PreActivation}))
	with.Track()
	for j := range affine {
		mean, variance := moments(affine[j])
		for i, x := range affine[j] {
			if want := gain[j]*(x-mean)/math.Sqrt(variance+1e-5) + shift[j]; math.Abs(normal[j][i]-want) > 1e-14 {
				t.Errorf("row %d, unit %d is %v, want %v", i, j, normal[j][i], want)
			}
		}
		if want := 0.1 * mean; math.Abs(statistics[0].Values[j]-want) > 1e-15 {
			t.Errorf("running mean %d is %v, want %v", j, statistics[0].Values[j], want)
		}
		if want := 0.9 + 0.1*variance*rows/(rows-1); math.Abs(statistics[1].Values[j]-want) > 1e-15 {
			t.Errorf("running variance %d is %v, want %v", j, statistics[1].Values[j], want)
		}
	}
	evaluated, _, _ := partProgram(t, 1, Evaluation, statistics, "batch-norm")
	_, plain, parameters = partProgram(t, 1, Evaluation, statistics, "batch-norm")
	affine = columns(capture(t, plain, Point{1, PreActivation}))
	for j, z := range columns(capture(t, evaluated, Point{1, PreActivation})) {
		want := parameters[4].Values[j]*(affine[j][0]-statistics[0].Values[j])/math.Sqrt(statistics[1].Values[j]+1e-5) + parameters[5].Values[j]
		if math.Abs(z[0]-want) > 1e-14 {
			t.Errorf("evaluated unit %d is %v, want %v", j, z[0], want)
		}
	}
}

func TestBatchNormOfOneRowIsTheShift(t *testing.T) {
	n := withParts(t, []int{6}, Tanh, "batch-norm")
	statistics := n.NewStatistics()
	with, _, parameters := partProgram(t, 1, Training, statistics, "batch-norm")
	with.Track()
	if z := capture(t, with, Point{1, PreActivation}).Copy(); !slices.Equal(z, parameters[5].Values) {
		t.Errorf("z is %v, want %v", z, parameters[5].Values)
	}
	if !slices.Equal(statistics[0].Values, make([]float64, 6)) || statistics[1].Values[0] != 1 {
		t.Errorf("statistics of one row: %v", statistics)
	}
}
