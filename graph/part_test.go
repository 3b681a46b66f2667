package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"actscope/internal/differences"
)

// withParts is an MLP whose hidden layers have the named parts.
func withParts(t *testing.T, hidden []int, activation Activation, names ...string) Network {
	t.Helper()
	n := MLP(3, hidden, activation, Logits)
	for _, name := range names {
		part, err := PartNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		for i := range hidden {
			n.Layers[i].Parts = append(n.Layers[i].Parts, part)
		}
	}
	return n
}

// partCombinations are all examples of the table, one by one, and several together.
func partCombinations() [][]string {
	var all [][]string
	for _, k := range PartKinds() {
		for _, name := range k.Examples {
			all = append(all, []string{name})
		}
	}
	return append(all, []string{"batch-norm", "dropout:0.4", "residual:2"}, []string{"layer-norm", "residual", "dropout:0.1"})
}

// everyPoint lists both stages of all layers.
func everyPoint(n Network) []Point {
	var points []Point
	for l := range n.Layers {
		points = append(points, Point{l + 1, PreActivation}, Point{l + 1, PostActivation})
	}
	return points
}

func TestGradientsThroughPartsEqualFiniteDifferences(t *testing.T) {
	for _, names := range partCombinations() {
		for _, activation := range []Activation{Tanh, GELUTanh, Identity} {
			for _, rows := range []int{1, 3, 7} {
				t.Run(fmt.Sprint(names, activation.Name, rows), func(t *testing.T) {
					t.Parallel()
					n := withParts(t, []int{4, 4, 3}, activation, names...)
					parameters := n.NewParameters()
					p, err := Compile(n, parameters, rows, Options{Purpose: Training, Statistics: n.NewStatistics()})
					if err != nil {
						t.Fatal(err)
					}
					defer p.Close()
					rng := rand.New(rand.NewPCG(3, uint64(rows)))
					randomise(p, parameters, rng)
					p.Draw(rng)
					checkEstimates(t, p, parameters)
				})
			}
		}
	}
}

// checkEstimates compares each gradient with extrapolated differences: normalising
// few rows is too curved for plain ones.
func checkEstimates(t *testing.T, p *Program, parameters []Parameter) {
	t.Helper()
	objective := func() (float64, uint64) {
		if err := p.Run(); err != nil {
			t.Fatal(err)
		}
		return p.Objective(), 0
	}
	objective()
	var gradients [][]float64
	for i := range parameters {
		gradients = append(gradients, slices.Clone(p.Gradient(i)))
	}
	for i, q := range parameters {
		for j, e := range differences.Gradient(objective, q.Values) {
			if d := math.Abs(e.Value - gradients[i][j]); e.Kink || d > 1e-9+10*e.Error || e.Error > 1e-7 {
				t.Errorf("%s[%d]: gradient %v, difference %+v", q.Name, j, gradients[i][j], e)
			}
		}
	}
}

// Gorgonia's TapeMachine is the oracle, for training and for evaluation.
func TestEnginesAgreeOnParts(t *testing.T) {
	for _, names := range partCombinations() {
		for _, purpose := range []Purpose{Evaluation, Training} {
			n := withParts(t, []int{4, 4}, Tanh, names...)
			parameters, statistics := n.NewParameters(), n.NewStatistics()
			rng := rand.New(rand.NewPCG(1, 1))
			for _, s := range statistics {
				for i := range s.Values {
					s.Values[i] = 0.5 + rng.Float64()
				}
			}
			var outputs [2][][]float64
			for i, engine := range []Engine{Planned, Tape} {
				p, err := Compile(n, parameters, 5, Options{Purpose: purpose, Captured: everyPoint(n), Statistics: statistics, Engine: engine})
				if err != nil {
					t.Fatal(err)
				}
				rng := rand.New(rand.NewPCG(2, 2))
				randomise(p, parameters, rng)
				p.Draw(rng)
				for range 2 {
					if err := p.Run(); err != nil {
						t.Fatal(err)
					}
				}
				for _, at := range everyPoint(n) {
					c, err := p.Capture(at)
					if err != nil {
						t.Fatal(err)
					}
					outputs[i] = append(outputs[i], c.Copy())
				}
				if purpose == Training {
					for j := range parameters {
						outputs[i] = append(outputs[i], slices.Clone(p.Gradient(j)))
					}
				}
			}
			for j := range outputs[0] {
				for k, v := range outputs[0][j] {
					if math.Abs(v-outputs[1][j][k]) > 1e-13*math.Max(1, math.Abs(v)) {
						t.Errorf("%v, purpose %d: output %d[%d] is %v planned, %v on tape", names, purpose, j, k, v, outputs[1][j][k])
					}
				}
			}
		}
	}
}

// The order in which terms of a gradient are added is the same for each compilation.
func TestCompilingAgainGivesTheSameBits(t *testing.T) {
	n := withParts(t, []int{5, 5, 5, 5}, GELUTanh, "batch-norm", "dropout:0.2", "residual")
	var first [][]float64
	for range 4 {
		parameters := n.NewParameters()
		p, err := Compile(n, parameters, 6, Options{Purpose: Training, Statistics: n.NewStatistics()})
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(1, 1))
		randomise(p, parameters, rng)
		p.Draw(rng)
		if err := p.Run(); err != nil {
			t.Fatal(err)
		}
		var gradients [][]float64
		for i := range parameters {
			gradients = append(gradients, slices.Clone(p.Gradient(i)))
		}
		if first == nil {
			first = gradients
		}
		for i := range gradients {
			if !slices.Equal(gradients[i], first[i]) {
				t.Fatalf("the gradient of %s differs", parameters[i].Name)
			}
		}
	}
}

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

func TestPartsKeepTheirNames(t *testing.T) {
	for _, k := range PartKinds() {
		if len(k.Examples) == 0 || k.Usage == "" || !strings.HasPrefix(k.Form, k.Name) {
			t.Errorf("%+v lacks examples, usage or form", k)
		}
		for _, name := range k.Examples {
			if part, err := PartNamed(name); err != nil || part.Name() != name {
				t.Errorf("%s: %v, %v", name, part, err)
			}
		}
	}
}

func TestBadPartsAreRefused(t *testing.T) {
	for name, want := range map[string]string{
		"batchnorm":     "did you mean batch-norm? Choose one of batch-norm, dropout, layer-norm, residual",
		"":              "unknown layer part",
		"batch-norm:3":  "no argument",
		"dropout":       "write it like dropout:0.2",
		"dropout:1":     "below 1",
		"dropout:-0.1":  "from 0",
		"dropout:NaN":   "rate",
		"residual:0":    "no number of layers",
		"residual:many": "no number of layers",
	} {
		if _, err := PartNamed(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q in it", name, err, want)
		}
	}
	for want, parts := range map[string][]Part{
		`batch-norm and layer-norm both have an array "gain"`: {BatchNorm{}, LayerNorm{}},
		"two parts have an input named mask1":                 {Dropout{0.1}, Dropout{0.2}},
		"rate 2":                                              {Dropout{2}},
		"around 0 layers":                                     {Residual{}},
		"a part is nil":                                       {nil},
	} {
		n := MLP(2, []int{3}, ReLU, Logits)
		n.Layers[0].Parts = parts
		if err := n.Validate(); err == nil {
			_, err = Compile(n, n.NewParameters(), 2, Options{Purpose: Training, Statistics: n.NewStatistics()})
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "layer 1") {
				t.Errorf("got %v, want %q in it", err, want)
			}
		} else if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "layer 1") {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
	n := MLP(2, []int{3}, ReLU, Logits)
	n.Layers[1].Parts = []Part{Dropout{0.1}}
	if err := n.Validate(); err == nil || !strings.Contains(err.Error(), "output layer has a part, dropout:0.1") {
		t.Errorf("got %v", err)
	}
	n = withParts(t, []int{3}, ReLU, "batch-norm")
	if _, err := Compile(n, n.NewParameters(), 2, Options{}); err == nil || !strings.Contains(err.Error(), "0 statistics: this one needs 2") {
		t.Errorf("got %v", err)
	}
}

// The estimate is for limits: it may exceed what is needed, but not fall short of
// it, whatever the network consists of.
func TestTrainingBytesEstimatesTheMemoryOfAProgram(t *testing.T) {
	check := func(what string, n Network, rows int) {
		p, err := Compile(n, n.NewParameters(), rows, Options{Purpose: Training, Statistics: n.NewStatistics()})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		plan, err := p.Plan()
		if err != nil {
			t.Fatal(err)
		}
		used := float64(plan.Arena + 8*n.ParameterCount())
		for _, node := range p.Describe() {
			if strings.HasPrefix(node.Name, "mask") {
				used += float64(8 * rows * n.Layers[0].Units)
			}
		}
		if ratio := float64(n.TrainingBytes(rows)) / used; ratio < 1 || ratio > 5 {
			t.Errorf("%s: the estimate is %.2f of the %.0f bytes used", what, ratio, used)
		}
	}
	for _, rows := range []int{4, 256} {
		for _, a := range Activations() {
			check(fmt.Sprint(a.Name, rows), MLP(3, []int{48, 48, 48, 48, 48, 48}, a, Logits), rows)
		}
		for _, names := range partCombinations() {
			for _, a := range []Activation{ReLU, GELUTanh} {
				check(fmt.Sprint(names, a.Name, rows), withParts(t, []int{48, 48, 48, 48, 48, 48}, a, names...), rows)
			}
		}
	}
}
