package geometry

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// moons are the article's data.
func moons(t testing.TB) (train, test data.Set) {
	t.Helper()
	set, err := data.Moons(data.MoonsConfig{Samples: 400, Noise: 0.18, Seed: 42})
	if err != nil {
		t.Fatal(err)
	}
	if set, _, err = data.Standardise(set); err != nil {
		t.Fatal(err)
	}
	train, test, err = data.Split(set, data.SplitConfig{TestFraction: 0.25, Seed: 42})
	if err != nil {
		t.Fatal(err)
	}
	return train, test
}

// trained is a network after a number of epochs on a set.
func trained(t testing.TB, spec models.MLP, epochs int, set data.Set) *models.Network {
	t.Helper()
	stream := data.NewRandomState(42)
	net, err := models.NewMLP(spec, stream)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := models.Train(t.Context(), net, set, models.Training{Rate: 0.5, Batch: 64, Epochs: epochs, Shuffle: stream}); err != nil {
		t.Fatal(err)
	}
	return net
}

// studyNet is a 2-8-8-1 network trained on the moons.
func studyNet(t testing.TB, a graph.Activation, epochs int) (net *models.Network, train, test data.Set) {
	train, test = moons(t)
	return trained(t, models.MLP{Inputs: 2, Hidden: []int{8, 8}, Activation: a}, epochs, train), train, test
}

func observed(t testing.TB, net *models.Network, set data.Set) Sample {
	t.Helper()
	s, err := Observe(t.Context(), net, set)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func measured(t *testing.T, net *models.Network, train, test data.Set) Measurement {
	t.Helper()
	m, err := Measure(t.Context(), net, observed(t, net, train), observed(t, net, test))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func all(t *testing.T, net *models.Network, train, test data.Set) Measurement {
	t.Helper()
	m, err := MeasureAll(t.Context(), net, observed(t, net, train), observed(t, net, test))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTheOutputsMarginIsThatOfTheNetworksOwnHyperplane(t *testing.T) {
	net, train, test := studyNet(t, graph.Tanh, 30)
	m := measured(t, net, train, test)
	seen, err := net.Observe(test.X)
	if err != nil {
		t.Fatal(err)
	}
	norm := 0.0
	for _, w := range net.Parameters[4].Values {
		norm += w * w
	}
	output := m.Layers[len(m.Layers)-1]
	for i, margin := range output.Margins {
		if want := seen.Pre[2].At(i, 0) / math.Sqrt(norm); math.Abs(margin-want) > 1e-12 {
			t.Errorf("row %d: margin %v, z/|w| is %v", i, margin, want)
		}
	}
	accuracy, err := net.Accuracy(test)
	if err != nil {
		t.Fatal(err)
	}
	if float64(output.ProbeAccuracy) != accuracy {
		t.Errorf("accuracy %v, the network's is %v", output.ProbeAccuracy, accuracy)
	}
}

// Where the network is a linear function of its inputs, every layer's margin to the
// network's own hyperplane is the distance in input space.
func TestALinearNetworkKeepsDistances(t *testing.T) {
	net, train, test := studyNet(t, graph.Identity, 10)
	m := measured(t, net, train, test)
	if c := m.Layers[len(m.Layers)-1].DistanceCorrelation; math.Abs(float64(c)-1) > 1e-9 {
		t.Errorf("the output's margin correlates by %v with the distance", c)
	}
}

func TestMeasuringIsRepeatable(t *testing.T) {
	net, train, test := studyNet(t, graph.ReLU, 30)
	first, second := fmt.Sprint(all(t, net, train, test)), fmt.Sprint(all(t, net, train, test))
	if d := cmp.Diff(first, second); d != "" {
		t.Error(d)
	}
}

func TestANetworkWithoutBoundaryHasNoDistances(t *testing.T) {
	net, train, test := studyNet(t, graph.Sigmoid, 0)
	net.Parameters[len(net.Parameters)-1].Values[0] = 1000
	m := measured(t, net, train, test)
	if m.BoundaryFound {
		t.Error("a boundary was found")
	}
	for _, l := range m.Layers {
		if !math.IsNaN(float64(l.DistanceCorrelation)) {
			t.Errorf("%s: a correlation of %v with no distance", l.Name, l.DistanceCorrelation)
		}
	}
}

func TestMeasuringStopsWhenTold(t *testing.T) {
	net, train, test := studyNet(t, graph.ReLU, 1)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Measure(ctx, net, observed(t, net, train), observed(t, net, test)); err == nil {
		t.Error("it went on")
	}
}

func BenchmarkMeasure(b *testing.B) {
	for _, a := range []graph.Activation{graph.Sigmoid, graph.ReLU} {
		net, trainSet, testSet := studyNet(b, a, 200)
		train, test := observed(b, net, trainSet), observed(b, net, testSet)
		b.Run(a.Name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Measure(b.Context(), net, train, test); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(a.Name+" all", func(b *testing.B) {
			for b.Loop() {
				if _, err := MeasureAll(b.Context(), net, train, test); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Every value of a measurement is a number or has a reason.
func TestWhatIsUndefinedHasAReason(t *testing.T) {
	train, test := moons(t)
	one, other := train.ClassRows(0), test.ClassRows(1)
	blobs, err := data.Generate(data.GeneratorConfig{Name: "blobs", Samples: 120, Noise: 0.5, Share: 0.5, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	wide := widened(blobs, 5)
	for name, c := range map[string]struct {
		spec        models.MLP
		train, test data.Set
		change      func(*models.Network)
	}{
		"the study's":          {models.MLP{Inputs: 2, Hidden: []int{8, 8}, Activation: graph.ReLU}, train, test, nil},
		"width 1":              {models.MLP{Inputs: 2, Hidden: []int{1, 1}, Activation: graph.Sigmoid}, train, test, nil},
		"no hidden layer":      {models.MLP{Inputs: 2, Activation: graph.ReLU}, train, test, nil},
		"a dead layer":         {models.MLP{Inputs: 2, Hidden: []int{4, 4, 4}, Activation: graph.ReLU}, train, test, func(n *models.Network) { fill(n.Parameters[3].Values, -100) }},
		"all dead":             {models.MLP{Inputs: 2, Hidden: []int{4, 4}, Activation: graph.ReLU}, train, test, func(n *models.Network) { fill(n.Parameters[1].Values, -100) }},
		"saturated":            {models.MLP{Inputs: 2, Hidden: []int{4, 4}, Activation: graph.Sigmoid}, train, test, func(n *models.Network) { fill(n.Parameters[1].Values, 1e6) }},
		"no output weights":    {models.MLP{Inputs: 2, Hidden: []int{3}, Activation: graph.Tanh}, train, test, func(n *models.Network) { fill(n.Parameters[2].Values, 0) }},
		"one row":              {models.MLP{Inputs: 2, Hidden: []int{3}, Activation: graph.Tanh}, train, test.Select([]int{0}), nil},
		"one training row":     {models.MLP{Inputs: 2, Hidden: []int{3}, Activation: graph.Tanh}, train.Select([]int{0}), test, nil},
		"one class":            {models.MLP{Inputs: 2, Hidden: []int{3}, Activation: graph.ReLU}, train.Select(one), test.Select(other), nil},
		"one point many times": {models.MLP{Inputs: 2, Hidden: []int{3}, Activation: graph.ReLU}, train.Select([]int{0, 0, 0}), test.Select([]int{1, 1, 1}), nil},
		"parts":                {models.MLP{Inputs: 2, Hidden: []int{4, 4}, Activation: graph.ReLU, Parts: parts(t, "batch-norm", "residual")}, train, test, nil},
		"five inputs":          {models.MLP{Inputs: 5, Hidden: []int{4, 4}, Activation: graph.ReLU}, wide, wide, nil},
		"one input":            {models.MLP{Inputs: 1, Hidden: []int{4}, Activation: graph.LeakyReLU}, widened(blobs, 1), widened(blobs, 1), nil},
		"more units than rows": {models.MLP{Inputs: 2, Hidden: []int{40}, Activation: graph.Tanh}, train.Select([]int{0, 1, 2, 3, 4, 5, 6, 7}), test, nil},
		"three classes":        {models.MLP{Inputs: 2, Hidden: []int{6, 4}, Activation: graph.ReLU, Outputs: 3, Loss: graph.Softmax}, headSet(60, 2, ofClasses(3), 1), headSet(40, 2, ofClasses(3), 2), nil},
		"fifty classes":        {models.MLP{Inputs: 3, Hidden: []int{6}, Activation: graph.Tanh, Outputs: 50, Loss: graph.Softmax}, headSet(60, 3, ofClasses(50), 1), headSet(40, 3, ofClasses(50), 2), nil},
		"enormous classes":     {models.MLP{Inputs: 2, Hidden: []int{4, 4}, Activation: graph.ReLU, Outputs: 3, Loss: graph.Softmax}, headSet(60, 2, ofClasses(3), 1), headSet(40, 2, ofClasses(3), 2), func(n *models.Network) { fill(n.Parameters[2].Values, 1e60) }},
		"equal classes":        {models.MLP{Inputs: 2, Hidden: []int{4}, Activation: graph.Tanh, Outputs: 3, Loss: graph.Softmax}, headSet(60, 2, ofClasses(3), 1), headSet(40, 2, ofClasses(3), 2), func(n *models.Network) { fill(n.Parameters[2].Values, 0) }},
		"two logits":           {models.MLP{Inputs: 2, Hidden: []int{4}, Activation: graph.Tanh, Outputs: 2, Loss: graph.Softmax}, train, test, nil},
		"hinges":               {models.MLP{Inputs: 5, Hidden: []int{4}, Activation: graph.ReLU, Outputs: 4, Loss: graph.Hinge}, headSet(60, 5, ofClasses(4), 1), headSet(40, 5, ofClasses(4), 2), nil},
		"a hinge":              {models.MLP{Inputs: 2, Hidden: []int{4}, Activation: graph.ReLU, Loss: graph.Hinge}, train, test, nil},
		"missing classes":      {models.MLP{Inputs: 2, Hidden: []int{4}, Activation: graph.Tanh, Outputs: 6, Loss: graph.Softmax}, retargeted(train, ofClasses(6)), retargeted(test, ofClasses(6)), nil},
		"one class of three":   {models.MLP{Inputs: 2, Hidden: []int{3}, Activation: graph.ReLU, Outputs: 3, Loss: graph.Softmax}, retargeted(train.Select(one), ofClasses(3)), retargeted(test.Select(other), ofClasses(3)), nil},
		"a row of three":       {models.MLP{Inputs: 2, Hidden: []int{3}, Activation: graph.ReLU, Outputs: 3, Loss: graph.Softmax}, headSet(60, 2, ofClasses(3), 1), headSet(1, 2, ofClasses(3), 2), nil},
		"labels":               {models.MLP{Inputs: 2, Hidden: []int{6}, Activation: graph.Tanh, Outputs: 3}, headSet(60, 2, data.Targets{Task: data.MultiLabel, Count: 3}, 1), headSet(40, 2, data.Targets{Task: data.MultiLabel, Count: 3}, 2), nil},
		"a number":             {models.MLP{Inputs: 2, Hidden: []int{6}, Activation: graph.ReLU, Loss: graph.SquaredError}, headSet(60, 2, data.Targets{Task: data.Regression}, 1), headSet(40, 2, data.Targets{Task: data.Regression}, 2), nil},
		"numbers":              {models.MLP{Inputs: 3, Hidden: []int{6}, Activation: graph.Tanh, Outputs: 2, Output: graph.Tanh, Loss: graph.HalfSquaredError}, headSet(60, 3, data.Targets{Task: data.Regression, Count: 2}, 1), headSet(1, 3, data.Targets{Task: data.Regression, Count: 2}, 2), nil},
		"enormous weights":     {models.MLP{Inputs: 2, Hidden: []int{4, 4}, Activation: graph.ReLU}, train, test, func(n *models.Network) { fill(n.Parameters[2].Values, 1e60) }},
	} {
		t.Run(name, func(t *testing.T) {
			net := specified(t, c.spec, 8)
			if c.change != nil {
				c.change(net)
			}
			m := all(t, net, c.train, c.test)
			if want := len(c.spec.Hidden) + 2; len(m.Layers) != want || len(m.CKA) != want-1 {
				t.Errorf("%d layers, %d rows of alignment", len(m.Layers), len(m.CKA))
			}
			text, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			var read struct {
				Layers    []map[string]any  `json:"layers"`
				Plane     *float64          `json:"plane_regions"`
				CKA       [][]*float64      `json:"cka"`
				Undefined map[string]string `json:"undefined"`
			}
			if err := json.Unmarshal(text, &read); err != nil {
				t.Fatal(err)
			}
			if !m.BoundaryFound && read.Undefined["boundary_error"] == "" || !finite(float64(m.BoundaryStep)) && read.Undefined["boundary_step"] == "" {
				t.Errorf("error %v and step %v without a reason", m.BoundaryError, m.BoundaryStep)
			}
			for _, l := range read.Layers {
				reasons, _ := l["undefined"].(map[string]any)
				for key, value := range l {
					switch key {
					case "jacobian":
						value = value.(map[string]any)["largest"].(map[string]any)["median"]
					case "noticeable_distance":
						value = anyNull(value.(map[string]any))
					case "target_decoded":
						if slices.Contains(value.([]any), nil) {
							value = nil
						}
					}
					if _, explained := reasons[key]; (value == nil) != explained {
						t.Errorf("%v: %s is %v, the reason %v", l["name"], key, value, reasons[key])
					}
				}
			}
			if _, explained := read.Undefined["plane_regions"]; (read.Plane == nil) != explained {
				t.Errorf("regions of the plane: %v, the reason %q", read.Plane, read.Undefined["plane_regions"])
			}
			missing := strings.Contains(string(text[strings.Index(string(text), `"cka"`):]), "null")
			if _, explained := read.Undefined["cka"]; missing != explained {
				t.Errorf("alignment: %v, the reason %q", read.CKA, read.Undefined["cka"])
			}
		})
	}
}

// anyNull is nil where one of the values is.
func anyNull(values map[string]any) any {
	for _, v := range values {
		if v == nil {
			return nil
		}
	}
	return values
}

func fill(values []float64, v float64) {
	for i := range values {
		values[i] = v
	}
}

// widened has the first column of a set's rows, powers of it, or only that.
func widened(s data.Set, columns int) data.Set {
	w := data.Set{Columns: columns, Y: s.Y}
	for i := range s.Rows() {
		for k := range columns {
			w.X = append(w.X, math.Pow(s.Row(i)[k%2], float64(k/2+1)))
		}
	}
	return w
}

func TestTheStudysNetworkAsAWhole(t *testing.T) {
	net, train, test := studyNet(t, graph.ReLU, 100)
	m := all(t, net, train, test)
	if m.PlaneRegions != 37 {
		t.Errorf("eight lines make %v regions", m.PlaneRegions)
	}
	input, first, last := m.Layers[0], m.Layers[1], m.Layers[3]
	if input.PairwiseCorrelation != 1 || input.Jacobian.Smallest.Min != 1 || input.Jacobian.Largest.Max != 1 || input.BoxRegions != 1 || m.CKA[0][0] != 1 {
		t.Errorf("the input is not itself: %+v", input)
	}
	if first.BoxRegions > m.PlaneRegions || first.LineRegions > 9 || last.BoxRegions != m.Layers[2].BoxRegions || last.EffectiveRank != 1 {
		t.Errorf("%+v, %+v", first, last)
	}
	for i := range m.CKA {
		for j := range m.CKA {
			if m.CKA[i][j] != m.CKA[j][i] || m.CKA[i][j] < 0 || m.CKA[i][j] > 1 {
				t.Errorf("alignment of %d with %d: %v", i, j, m.CKA[i][j])
			}
		}
	}
	quick := measured(t, net, train, test)
	for i, l := range quick.Layers {
		if l.DistanceCorrelation != m.Layers[i].DistanceCorrelation || l.NC1 != m.Layers[i].NC1 {
			t.Errorf("%s: the quick measurement has %v, %v", l.Name, l.DistanceCorrelation, l.NC1)
		}
	}
}

func TestRowsThatDoNotFitTheNetworkAreRefused(t *testing.T) {
	net, train, test := studyNet(t, graph.ReLU, 1)
	for name, set := range map[string]data.Set{
		"no rows":         {Columns: 2},
		"other columns":   widened(test, 3),
		"not finite":      {X: []float64{1, math.NaN()}, Columns: 2, Y: []float64{1}},
		"a label besides": {X: []float64{1, 2}, Columns: 2, Y: []float64{2}},
	} {
		if _, err := Observe(t.Context(), net, set); err == nil {
			t.Errorf("%s: observed", name)
		}
		if _, err := Measure(t.Context(), net, observed(t, net, train), Sample{Set: set}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	good, other := observed(t, net, test), randomNet(t, 1, graph.ReLU, 8, 7)
	for name, sample := range map[string]Sample{
		"no observation":          {Set: test},
		"an empty observation":    {test, &models.Observation{}},
		"fewer rows observed":     {test, good.Observation.First(5)},
		"more rows observed":      {test.First(5), good.Observation},
		"another network":         observed(t, other, test),
		"post-activations missed": {test, &models.Observation{Pre: good.Observation.Pre, Post: good.Observation.First(5).Post}},
	} {
		if _, err := Measure(t.Context(), net, sample, good); err == nil || !strings.Contains(err.Error(), "see Observe") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := MeasureAll(t.Context(), net, good, sample); err == nil || !strings.Contains(err.Error(), "see Observe") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Of a large sample the first rows are measured, to the same bits as these alone; of the
// test rows fewer where the network is large.
func TestTheFirstRowsOfASampleAreMeasured(t *testing.T) {
	set, err := data.Generate(data.GeneratorConfig{Name: "circles", Samples: 1300, Noise: 0.2, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		hidden []int
		rows   int // of the test rows
	}{"small": {[]int{6, 6}, 1000}, "large": {[]int{300, 300}, 218}} {
		net := randomNet(t, 2, graph.ReLU, test.hidden...)
		m := measured(t, net, set, set)
		alone := measured(t, net, set.First(MostRows), set.First(test.rows))
		if len(m.Distances) != test.rows || len(m.Closest) != 2*test.rows {
			t.Errorf("%s: %d distances", name, len(m.Distances))
		}
		if d := cmp.Diff(fmt.Sprintf("%+v", alone), fmt.Sprintf("%+v", m)); d != "" {
			t.Errorf("%s: -alone +among others:\n%s", name, d)
		}
	}
}

// The boundary of rectifiers is found without the network: no row is evaluated again.
func TestMeasuringEvaluatesNoRowOfItsSamples(t *testing.T) {
	net, trainSet, testSet := studyNet(t, graph.ReLU, 30)
	train, test := observed(t, net, trainSet), observed(t, net, testSet)
	evaluated := 0
	hook, err := net.Hook(1, graph.PreActivation, func(c graph.Capture) error {
		evaluated += c.Rows
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	defer hook.Remove()
	if _, err := Measure(t.Context(), net, train, test); err != nil || evaluated > 0 {
		t.Errorf("%d rows evaluated, %v", evaluated, err)
	}
	if _, err := MeasureAll(t.Context(), net, train, test); err != nil || evaluated != circlePoints+1 {
		t.Errorf("%d rows evaluated, %v; the circle has %d", evaluated, err, circlePoints+1)
	}
}
