package models

import (
	"errors"
	"math"
	"runtime"
	"slices"
	"testing"

	"actscope/data"
	"actscope/graph"

	"gonum.org/v1/gonum/mat"
)

// forward is the network in three plain loops.
func forward(net *Network, activation graph.Activation, x []float64) (pre, post [][]float64) {
	signal := x
	for l := 0; l < net.Depth(); l++ {
		w, b := net.Parameters[2*l], net.Parameters[2*l+1]
		z, a := slices.Clone(b.Values), make([]float64, b.Columns)
		for j := range z {
			for i, s := range signal {
				z[j] += s * w.Values[i*w.Columns+j]
			}
			if a[j] = activation.Value(z[j]); l == net.Depth()-1 {
				a[j] = graph.Sigmoid.Value(z[j])
			}
		}
		pre, post, signal = append(pre, z), append(post, a), a
	}
	return pre, post
}

func TestObservationIsTheForwardPass(t *testing.T) {
	for _, activation := range graph.Activations() {
		net, _ := newNet(t, activation, 4, 3)
		set := moons(t, 9)
		o, err := net.Observe(set.X)
		if err != nil {
			t.Fatal(err)
		}
		for row := range set.Rows() {
			pre, post := forward(net, activation, set.Row(row))
			var trace []float64
			for l := range pre {
				for j := range pre[l] {
					if math.Abs(o.Pre[l].At(row, j)-pre[l][j]) > 1e-14 || math.Abs(o.Post[l].At(row, j)-post[l][j]) > 1e-14 {
						t.Fatalf("%s: row %d, layer %d, unit %d differs", activation.Name, row, l+1, j)
					}
				}
				trace = append(trace, meanOfMagnitudes(pre[l]), meanOfMagnitudes(post[l]))
			}
			for i, v := range o.Trace(row) {
				if math.Abs(v-trace[i]) > 1e-14 {
					t.Errorf("%s: row %d, stage %d: %v, want %v", activation.Name, row, i, v, trace[i])
				}
			}
			if got := len(o.Trace(row)); got != 5 {
				t.Errorf("%d stages, want z1, a1, z2, a2, z3", got)
			}
		}
	}
}

func meanOfMagnitudes(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += math.Abs(x) / float64(len(v))
	}
	return sum
}

// What is seen of the first rows is what an evaluation of these alone shows, bit for bit,
// whichever pieces the rows are evaluated in.
func TestFirstRowsAreObservedAsIfAlone(t *testing.T) {
	set := moons(t, maxRows+30)
	for _, activation := range []graph.Activation{graph.Sigmoid, graph.ReLU, graph.GELU} {
		net, _ := newNet(t, activation, 7, 3)
		whole := must(net.Observe(set.X))
		for _, rows := range []int{1, 5, 256, 1000, maxRows + 7, maxRows + 30} {
			alone, first := must(net.Observe(set.X[:2*rows])), whole.First(rows)
			if first.Rows() != rows || !slices.Equal(first.Probability(), alone.Probability()) {
				t.Errorf("%s: %d rows of %d have other probabilities", activation.Name, first.Rows(), rows)
			}
			for l := range net.Depth() {
				if !mat.Equal(first.Pre[l], alone.Pre[l]) || !mat.Equal(first.Post[l], alone.Post[l]) {
					t.Errorf("%s, layer %d: %d rows differ alone", activation.Name, l+1, rows)
				}
			}
			if first.Spread(1) != alone.Spread(1) {
				t.Errorf("%s: spread %v of %d rows, alone %v", activation.Name, first.Spread(1), rows, alone.Spread(1))
			}
		}
		if more := whole.First(1 << 20).Rows(); more != set.Rows() {
			t.Errorf("the first million are %d rows", more)
		}
	}
}

func TestSpreadIsThePopulationDeviation(t *testing.T) {
	net, _ := newNet(t, graph.ReLU, 2)
	// Weights that copy |x| to two units: the entries are 1, 0, 0, 3 for the rows +1 and -3.
	copy(net.Parameters[0].Values, []float64{1, -1, 0, 0})
	o, err := net.Observe([]float64{1, 0, -3, 0})
	if err != nil {
		t.Fatal(err)
	}
	if want := math.Sqrt(1.5); math.Abs(o.Spread(1)-want) > 1e-15 { // mean 1, squares 0 1 1 4
		t.Errorf("spread %v, want %v", o.Spread(1), want)
	}
}

func TestLongEvaluationsComeInPiecesThatFitTogether(t *testing.T) {
	net, _ := newNet(t, graph.Tanh, 3)
	set := moons(t, 2*maxRows+7)
	var first []int
	rows := 0
	hook, err := net.Hook(2, graph.PostActivation, func(c graph.Capture) error {
		first, rows = append(first, c.FirstRow), rows+c.Rows
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	all, err := net.Predict(set.X)
	if err != nil {
		t.Fatal(err)
	}
	hook.Remove()
	if !slices.Equal(first, []int{0, maxRows, 2 * maxRows}) || rows != set.Rows() || len(all) != set.Rows() {
		t.Errorf("pieces at %v, %d rows, %d probabilities", first, rows, len(all))
	}
	for _, i := range []int{0, maxRows - 1, maxRows, 2*maxRows + 6} {
		one, err := net.Predict(set.Row(i))
		if err != nil {
			t.Fatal(err)
		}
		if one[0] != all[i] {
			t.Errorf("row %d: %v alone, %v among others", i, one[0], all[i])
		}
	}
	for i := range 3 * (maxPrograms + 2*runtime.GOMAXPROCS(0)) { // programs for other row counts push each other out
		if _, err := net.Predict(set.X[:2*(i+1)]); err != nil {
			t.Fatal(err)
		}
	}
	if kept := len(net.evaluation.kept); kept != maxPrograms+2*runtime.GOMAXPROCS(0) {
		t.Errorf("%d programs are kept", kept)
	}
}

func TestHookErrorStopsAnEvaluation(t *testing.T) {
	net, _ := newNet(t, graph.Tanh, 3)
	broken := errors.New("broken")
	if _, err := net.Hook(1, graph.PreActivation, func(graph.Capture) error { return broken }); err != nil {
		t.Fatal(err)
	}
	if _, err := net.Predict([]float64{0, 0}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if _, err := net.Hook(5, graph.PreActivation, func(graph.Capture) error { return nil }); err == nil {
		t.Error("a hook on layer 5 of 2 was accepted")
	}
}

func TestTrainingHooksSeeTheBatchesOnly(t *testing.T) {
	net, rng := newNet(t, graph.ReLU, 3)
	var rows []int
	if _, err := net.HookTraining(1, graph.PostActivation, func(c graph.Capture) error {
		rows = append(rows, c.Rows)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	set := moons(t, 10)
	if _, err := net.Predict(set.X); err != nil {
		t.Fatal(err)
	}
	if _, err := Train(t.Context(), net, set, Training{Rate: 0.1, Batch: 4, Epochs: 2, Shuffle: rng}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(rows, []int{4, 4, 2, 4, 4, 2}) {
		t.Errorf("captures of %v rows", rows)
	}
}

func TestAccuracyCountsAHalfAsClassOne(t *testing.T) {
	net, _ := newNet(t, graph.Sigmoid)
	clear(net.Parameters[0].Values) // p is 0.5 everywhere
	set := data.Set{Columns: 2, X: []float64{0, 0, 1, 1, 2, 2, 3, 3}, Y: []float64{1, 0, 1, 1}}
	accuracy, err := net.Accuracy(set)
	if err != nil || accuracy != 0.75 {
		t.Errorf("accuracy %v, %v", accuracy, err)
	}
	wrong, err := net.Wrong(set)
	if err != nil || !slices.Equal(wrong, []bool{false, true, false, false}) {
		t.Errorf("wrong %v, %v", wrong, err)
	}
	if right, err := net.Right(set); err != nil || right != 3 {
		t.Errorf("%d right, %v", right, err)
	}
	o, err := net.Observe(set.X)
	if err != nil {
		t.Fatal(err)
	}
	if got := o.Wrong(set.Y); !slices.Equal(got, wrong) || o.Accuracy(set.Y) != accuracy {
		t.Errorf("observed wrong %v, accuracy %v", got, o.Accuracy(set.Y))
	}
}

func TestRowsWithoutAPredictionAreWrong(t *testing.T) {
	net, _ := newNet(t, graph.Sigmoid)
	net.Parameters[0].Values[0] = math.NaN()
	set := data.Set{Columns: 2, X: []float64{1, 1, 2, 2}, Y: []float64{0, 1}}
	wrong, err := net.Wrong(set)
	if err != nil || slices.Contains(wrong, false) {
		t.Errorf("wrong %v, %v", wrong, err)
	}
	if right, err := net.Right(set); err != nil || right != 0 {
		t.Errorf("%d right, %v", right, err)
	}
}

func TestManyRightRowsAreThoseThatAreNotWrong(t *testing.T) {
	net, _ := newNet(t, graph.Tanh, 3)
	set := moons(t, 2*maxRows+7)
	want := int(math.Round(Accuracy(must(net.Wrong(set))) * float64(set.Rows())))
	if right, err := net.Right(set); err != nil || right != want || right == 0 || right == set.Rows() {
		t.Errorf("%d right, %v, want %d", right, err, want)
	}
	for _, bad := range []data.Set{{}, {X: []float64{1, 2}, Columns: 2}, {X: []float64{1, math.NaN()}, Columns: 2, Y: []float64{0}}} {
		if _, err := net.Right(bad); err == nil {
			t.Errorf("%+v was accepted", bad)
		}
	}
}

func TestInputsThatCannotBeReadAreRefused(t *testing.T) {
	net, _ := newNet(t, graph.Sigmoid, 2)
	for _, x := range [][]float64{nil, {1}, {1, 2, 3}, {1, math.NaN()}, {math.Inf(1), 0}} {
		if _, err := net.Predict(x); err == nil {
			t.Errorf("%v was accepted", x)
		}
	}
	if _, err := NewMLP(MLP{Inputs: 2, Hidden: []int{0}, Activation: graph.ReLU}, data.NewRandomState(1)); err == nil {
		t.Error("a layer without units was accepted")
	}
	if _, err := NewMLP(MLP{Inputs: 2, Hidden: []int{1}}, data.NewRandomState(1)); err == nil {
		t.Error("a net without activation was accepted")
	}
	if _, err := NewMLP(MLP{Inputs: 2, Activation: graph.ReLU}, nil); err == nil {
		t.Error("a net without stream was accepted")
	}
}

func TestManyRowsAreTheSameOnAnyNumberOfProcessors(t *testing.T) {
	set := moons(t, 5*maxRows+3)
	var first []float64
	for _, processors := range []int{1, 2, 7} {
		before := runtime.GOMAXPROCS(processors)
		net, _ := newNet(t, graph.Sigmoid, 8, 8)
		for range 2 {
			p, err := net.Predict(set.X)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = p
			}
			if !slices.Equal(first, p) {
				t.Errorf("%d processors predict differently", processors)
			}
		}
		runtime.GOMAXPROCS(before)
	}
}
