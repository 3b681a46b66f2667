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

func TestLayerNormNormalisesEachRow(t *testing.T) {
	for _, purpose := range []Purpose{Evaluation, Training} {
		with, plain, parameters := partProgram(t, 5, purpose, nil, "layer-norm")
		affine, normal := capture(t, plain, Point{1, PreActivation}), capture(t, with, Point{1, PreActivation})
		for i := range 5 {
			var row []float64
			for j := range 6 {
				row = append(row, affine.At(i, j))
			}
			mean, variance := moments(row)
			for j, x := range row {
				want := parameters[4].Values[j]*(x-mean)/math.Sqrt(variance+1e-5) + parameters[5].Values[j]
				if math.Abs(normal.At(i, j)-want) > 1e-14 {
					t.Errorf("row %d, unit %d is %v, want %v", i, j, normal.At(i, j), want)
				}
			}
		}
	}
}

func TestDropoutMasksTrainingOnly(t *testing.T) {
	with, plain, _ := partProgram(t, 400, Training, nil, "dropout:0.3")
	whole := capture(t, plain, Point{1, PostActivation}).Copy()
	if !slices.Equal(capture(t, with, Point{1, PostActivation}).Copy(), whole) {
		t.Error("before the first draw something is dropped")
	}
	with.Draw(rand.New(rand.NewPCG(4, 4)))
	if err := with.Run(); err != nil {
		t.Fatal(err)
	}
	numbers := rand.New(rand.NewPCG(4, 4))
	dropped := 0
	for i, a := range capture(t, with, Point{1, PostActivation}).Copy() {
		want := whole[i] / 0.7
		if numbers.Float64() < 0.3 {
			want = 0
			dropped++
		}
		if math.Abs(a-want) > 1e-15 {
			t.Fatalf("entry %d is %v, want %v", i, a, want)
		}
	}
	if share := float64(dropped) / 2400; math.Abs(share-0.3) > 0.03 {
		t.Errorf("%v of the entries are dropped", share)
	}
	with, plain, _ = partProgram(t, 9, Evaluation, nil, "dropout:0.3")
	if with.Draws() || !slices.Equal(with.Probability(), plain.Probability()) {
		t.Error("dropout changes an evaluation")
	}
}

func TestShortcutsAddWhatCameIn(t *testing.T) {
	for name, shortcut := range map[string]map[int]int{ // layer -> where its shortcut comes from
		"residual":   {2: 1, 3: 2, 5: 4}, // layer 4 has another width than layer 3, layer 1 than x
		"residual:2": {},                 // 2 from x, 4 from 2: other widths
		"residual:3": {3: 0},
	} {
		n := withParts(t, []int{4, 4, 4, 6, 6}, Tanh, name)
		if name == "residual:3" {
			n.Inputs = 4
		}
		parameters := n.NewParameters()
		p, err := Compile(n, parameters, 3, Options{Captured: everyPoint(n)})
		if err != nil {
			t.Fatal(err)
		}
		randomise(p, parameters, rand.New(rand.NewPCG(1, 5)))
		if err := p.Run(); err != nil {
			t.Fatal(err)
		}
		for l := 1; l <= 5; l++ {
			z, a := capture(t, p, Point{l, PreActivation}), capture(t, p, Point{l, PostActivation}).Copy()
			came := make([]float64, len(a))
			if from, ok := shortcut[l]; ok && from > 0 {
				came = capture(t, p, Point{from, PostActivation}).Copy()
			} else if ok {
				came = p.X
			}
			for i, v := range z.Copy() {
				if want := math.Tanh(v) + came[i]; math.Abs(a[i]-want) > 1e-15 {
					t.Errorf("%s: layer %d: a[%d] is %v, want %v", name, l, i, a[i], want)
				}
			}
		}
	}
}
