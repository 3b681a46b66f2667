package claims

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/number"
)

// What [Aliases] says: descent by hand, in which the layers of the plain function begin with
// larger weights and learn faster, follows the network with the steep one.
func TestSlopesAreLargerWeightsThatLearnFaster(t *testing.T) {
	const a, rate = 4.0, 0.5
	for _, c := range []struct {
		steep string
		// inside says that the slope is the argument's, of the layer itself; otherwise it is
		// the value's, and the next layer's weights are meant.
		inside bool
	}{{"sigmoid(4*z)", true}, {"4*sigmoid(z)", false}} {
		draw := func(activation string) *experiment.Training {
			base := config.Article()
			base.Activations, base.Init = []string{activation}, sigmoidInit
			specifications, err := base.Specifications()
			if err != nil {
				t.Fatal(err)
			}
			training, err := experiment.NewTrainer().Prepare(t.Context(), specifications[0])
			if err != nil {
				t.Fatal(err)
			}
			return training
		}
		steep, plain := draw(c.steep), draw("sigmoid")
		scale := func(i int) float64 { // of the plain network's parameter: weights and biases in turn
			hidden, weights := i < 4, i%2 == 0
			if c.inside && hidden || !c.inside && weights && i > 0 {
				return a
			}
			return 1
		}
		for i, p := range plain.Network.Parameters {
			for k := range p.Values {
				p.Values[k] *= scale(i)
			}
		}
		for range 50 {
			for _, training := range []*experiment.Training{steep, plain} {
				g, err := training.Network.Gradient(training.Data.Train)
				if err != nil {
					t.Fatal(err)
				}
				for i, p := range training.Network.Parameters {
					step := rate
					if training == plain {
						step *= scale(i) * scale(i)
					}
					for k := range p.Values {
						p.Values[k] -= step * g.Parameters[i][k]
					}
				}
			}
		}
		want, err := steep.Network.Predict(steep.Data.Test.X)
		if err != nil {
			t.Fatal(err)
		}
		got, err := plain.Network.Predict(plain.Data.Test.X)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if math.Abs(got[i]-want[i]) > 1e-12 {
				t.Fatalf("%s: probability %v, by larger weights %v", c.steep, want[i], got[i])
			}
		}
	}
}

// Made-up accuracies with known effects: what is added is found at the level that is said,
// also where networks of one data set have much in common, and shares of the gap only where
// there is a gap.
func TestEffectsAreThoseThatWereMade(t *testing.T) {
	d := newDesign(t, config.Article(), DefaultSeeds, false)
	random := rand.New(rand.NewPCG(31, 32))
	steep := []string{"sigmoid(4*z)", "4*sigmoid(z)", "4*sigmoid(z)-2", "max(-2,min(2,z))", "relu", "relu(z)+0.5", "min(relu(z),1)"}
	table := newTable(d)
	ofData := make([]float64, 100)
	for i := range ofData {
		ofData[i] = 0.05 * random.NormFloat64()
	}
	for _, v := range d.Interventions() {
		for i, p := range d.Pairs(v) {
			common := ofData[i]
			for _, f := range functions {
				growth := 4.0
				if slices.Contains(steep, f.Formula) {
					growth = 2
				}
				accuracy := 0.7 + common + 0.001*random.NormFloat64()
				if v.Rate == d.Base.LearningRate && slices.Contains(steep, f.Formula) {
					accuracy += 0.1
				}
				m := &Measurement{FreshRight: int(1e9 * accuracy), FreshRows: 1e9}
				m.Spread, m.FirstGradients, m.Kept = make([]float64, 2), make([]float64, 3), make([]number.Float, 4)
				m.Growth = []number.Float{1, number.Float(growth * math.Exp(0.01*random.NormFloat64()))}
				if p.DataSeed == firstOtherData && f.Formula == "sigmoid(z)-0.5" {
					m = &Measurement{Failure: "diverged"}
				}
				table.put(v, p, f.Formula, m)
			}
		}
	}
	for _, i := range interventions(table) {
		want := 0.0
		if i.Rate == d.Base.LearningRate && slices.Contains(steep, i.To) != (i.From == "relu") {
			want = 0.1
			if i.From == "relu" {
				want = -0.1
			}
		}
		if math.Abs(float64(i.Effect)-want) > 1e-3 || !(float64(i.Low) < want && want < float64(i.High)) || i.High-i.Low > 2e-3 {
			t.Errorf("%+v, made was %v", i, want)
		}
		if failed := i.To == "sigmoid(z)-0.5"; failed != (i.Failed == 1) || i.Pairs+i.Failed != 100 {
			t.Errorf("%+v", i)
		}
		factor := 1.0
		if slices.Contains(steep, i.To) != (i.From == "relu") {
			factor = 0.5
			if i.From == "relu" {
				factor = 2
			}
		}
		if math.Abs(float64(i.Growth)/factor-1) > 0.01 || !(float64(i.GrowthLow) < factor && factor < float64(i.GrowthHigh)) || i.Grown != i.Pairs {
			t.Errorf("%+v, made was a growth of %v", i, factor)
		}
		switch hasGap := i.Rate == d.Base.LearningRate; {
		case hasGap != (i.Share != nil):
			t.Errorf("%+v: share of the gap", i)
		case hasGap && math.Abs(float64(i.Share.Share)-math.Abs(want)/0.1) > 0.02:
			t.Errorf("%+v: share %+v", i, i.Share)
		}
	}
	rows := grid(table)
	if len(rows) != 6*len(functions) || rows[0].Function != "sigmoid" || rows[0].Init != sigmoidInit || rows[0].Trained != 100 {
		t.Errorf("%d cells, first %+v", len(rows), rows[0])
	}
}

// Every change is a cell of the grid, differs from its end, and the last one is the other
// end.
func TestEndsAreEachOthers(t *testing.T) {
	for k, e := range ends {
		seen := []arm{e.start}
		for _, c := range e.changes {
			if !slices.ContainsFunc(functions, func(f Function) bool { return f.Formula == c.to.function }) || slices.Contains(seen, c.to) {
				t.Errorf("%s: %+v", e.name, c)
			}
			seen = append(seen, c.to)
		}
		if other := ends[1-k].start; e.changes[len(e.changes)-1].to != other {
			t.Errorf("%s ends at %+v, want %+v", e.name, e.changes[len(e.changes)-1].to, other)
		}
	}
}
