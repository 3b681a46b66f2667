package geometry

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

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
			for _, l := range read.Layers {
				reasons, _ := l["undefined"].(map[string]any)
				for key, value := range l {
					if key == "jacobian" {
						value = value.(map[string]any)["largest"].(map[string]any)["median"]
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
		if _, err := Measure(t.Context(), net, train, set); err == nil {
			t.Errorf("%s: taken", name)
		}
		if _, err := MeasureAll(t.Context(), net, set, test); err == nil {
			t.Errorf("%s: taken for training", name)
		}
	}
}
