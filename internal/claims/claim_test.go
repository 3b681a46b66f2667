package claims

import (
	"math"
	"slices"
	"testing"

	"actscope/internal/article"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/number"
)

// net is a measurement whose numbers the cases below change.
func net(change func(*Measurement)) *Measurement {
	m := &Measurement{
		Evidence: article.Evidence{
			Loss: [4]float64{0.5, 0.4, 0.3, 0.2}, TestAccuracy: 0.9, Spread: []float64{1, 1}, InputSpread: 1,
			Trace: [2][]float64{{2, 1, 1, 1, 3}, {2, 1, 1, 1, 3}},
		},
		FreshRight: 18_000, FreshRows: 20_000, FirstGradients: []float64{1, 1, 1}, Kept: []number.Float{0.1, 0.2, 0.5, 0.4},
		Growth: []number.Float{1, 2}, Levels: 40, FarRank: [3]number.Float{0.9, 0.8, 0.7},
	}
	change(m)
	return m
}

// Each claim that is not the article's own is true of networks of which it should be
// and false of networks just beyond.
func TestClaimsCanHoldAndFail(t *testing.T) {
	accuracy := func(v float64) func(*Measurement) {
		return func(m *Measurement) { m.FreshRight = int(math.Round(20_000 * v)) }
	}
	losses := func(v ...float64) func(*Measurement) { return func(m *Measurement) { copy(m.Loss[:], v) } }
	spread := func(v ...float64) func(*Measurement) { return func(m *Measurement) { m.Spread = v } }
	stage := func(at int, class0, class1 float64) func(*Measurement) {
		return func(m *Measurement) { m.Trace[0][at], m.Trace[1][at] = class0, class1 }
	}
	gradient := func(v float64) func(*Measurement) { return func(m *Measurement) { m.FirstGradients[0] = v } }
	kept := func(v float64) func(*Measurement) { return func(m *Measurement) { m.Kept[2] = number.Float(v) } }
	growth := func(first, last float64) func(*Measurement) {
		return func(m *Measurement) { m.Growth = []number.Float{number.Float(first), number.Float(last)} }
	}
	levels := func(v float64) func(*Measurement) { return func(m *Measurement) { m.Levels = number.Float(v) } }
	far := func(level int, v float64) func(*Measurement) {
		return func(m *Measurement) { m.FarRank[level] = number.Float(v) }
	}
	nan := math.NaN()
	same := func(*Measurement) {}
	type nets [2]func(*Measurement) // sigmoid, ReLU; tanh is as sigmoid
	for _, c := range []struct {
		id      string
		yes, no []nets
	}{
		{"accuracy-gap", []nets{{accuracy(0.93), accuracy(0.98)}}, []nets{{accuracy(0.94), accuracy(0.98)}, {accuracy(0.98), accuracy(0.9)}}},
		{"sigmoid-stalls-above",
			[]nets{{losses(0.4, 0.31, 0.305, 0.302), same}},
			[]nets{{losses(0.4, 0.32, 0.31, 0.305), same}, {losses(0.4, 0.29, 0.29, 0.29), same}}},
		{"relu-keeps-falling", []nets{{same, same}}, []nets{{same, losses(0.5, 0.4, 0.4, 0.3)}, {same, losses(0.5, 0.6, 0.4, 0.3)}, {same, losses(0.5, 0.4, 0.3, 0.31)}}},
		{"sigmoid-spread-shrinks", []nets{{spread(0.3, 0.4, 0.2), same}, {spread(0.9), same}}, []nets{{same, same}, {spread(0.2, 0.1, 0.3), same}, {spread(1.1), same}}},
		{"relu-spread-grows", []nets{{same, spread(0.3, 0.2, 0.4)}, {same, spread(1.1)}}, []nets{{same, same}, {same, spread(0.2, 0.3, 0.1)}, {same, spread(0.9)}}},
		{"sigmoid-spread-smaller", []nets{{spread(0.9, 0.9), same}, {spread(0.1), spread(0.2)}}, []nets{{spread(0.9, 1), same}, {spread(1, 0.9), same}}},
		{"first-signal-close", []nets{{stage(0, 2, 3), same}, {stage(0, 3, 4.0/3), same}}, []nets{{stage(0, 2, 3.1), same}, {stage(0, 1.3, 2), same}}},
		{"sigmoid-compresses-more", []nets{{stage(1, 0.9, 0.9), same}}, []nets{{stage(1, 0.9, 1), same}, {stage(1, 1.1, 0.9), same}}},
		{"sigmoid-band-narrower", []nets{{stage(3, 0.5, 0.6), stage(3, 1, 0.8)}}, []nets{{stage(3, 0.5, 0.6), stage(3, 1, 0.95)}, {same, same}}},
		{"relu-output-larger", []nets{{same, stage(4, 4, 3.1)}}, []nets{{same, stage(4, 4, 3)}, {same, stage(4, 2.9, 4)}}},
		{"relu-resolves-far", []nets{{same, growth(1, 1.49)}}, []nets{{same, same}, {same, growth(1, 1.5)}, {same, growth(1, nan)}}},
		{"sigmoid-resolves-far", []nets{{growth(1, 1.49), same}}, []nets{{same, same}, {growth(1, nan), same}}},
		{"tanh-resolves-far", []nets{{growth(3, 1.2), same}}, []nets{{same, same}}},
		{"relu-tells-more", []nets{{levels(39), same}}, []nets{{same, same}, {levels(41), same}, {same, levels(nan)}}},
		{"relu-tells-more-equal", []nets{{levels(39), same}}, []nets{{same, same}, {levels(41), same}}},
		{"relu-survives-0", []nets{{far(0, 0.8), same}, {far(0, nan), same}}, []nets{{same, same}, {same, far(0, nan)}, {far(1, 0.1), same}}},
		{"relu-survives-0.01", []nets{{far(1, 0.7), same}}, []nets{{same, same}, {far(0, 0.1), same}}},
		{"relu-survives-0.1", []nets{{far(2, 0.6), same}}, []nets{{same, same}, {same, far(2, 0.6)}}},
		{"sigmoid-growth-compounds", []nets{{same, same}, {growth(2, 2.1), same}}, []nets{{growth(2, 2), same}, {growth(2, 1), same}, {growth(1, nan), same}}},
		{"relu-growth-compounds", []nets{{same, growth(1, 1.1)}}, []nets{{same, growth(1.1, 1)}}},
		{"relu-keeps-more", []nets{{kept(0.49), same}, {kept(math.NaN()), same}}, []nets{{same, same}, {same, kept(math.NaN())}, {kept(0.51), same}}},
		{"lost-for-good", []nets{{accuracy(0.85), accuracy(0.5)}}, []nets{{accuracy(0.86), accuracy(1)}}},
		{"depth-pays-relu", []nets{{same, accuracy(0.91)}}, []nets{{same, same}, {accuracy(1), accuracy(0.89)}}},
		{"depth-wasted-sigmoid", []nets{{same, same}, {accuracy(0.89), same}}, []nets{{accuracy(0.91), same}}},
		{"sigmoid-learns-slower", []nets{{gradient(0.9), same}}, []nets{{same, same}, {gradient(1.1), same}}},
	} {
		claim := claimNamed(t, c.id)
		for holds, cases := range map[bool][]nets{true: c.yes, false: c.no} {
			for i, n := range cases {
				of := Case{Nets: Nets{net(n[0]), net(n[1]), net(n[0])}, Other: Nets{net(same), net(same), net(same)}}
				if got := !slices.Contains(claim.verdicts(of, claim.threshold), false); got != holds {
					t.Errorf("%s, case %d that should be %v", c.id, i, holds)
				}
			}
		}
	}
}

// Claims about networks that are as accurate speak of no others.
func TestEqualAccuracyIsWithinOnePoint(t *testing.T) {
	claim := claimNamed(t, "relu-tells-more-equal")
	for right, want := range map[int]bool{18_000: true, 17_800: true, 18_200: true, 17_799: false, 18_201: false} {
		of := Case{Nets: Nets{Sigmoid: net(func(*Measurement) {}), ReLU: net(func(m *Measurement) { m.FreshRight = right })}}
		if claim.among(of) != want {
			t.Errorf("%d right of 20000 beside 18000: %v", right, !want)
		}
	}
}

func claimNamed(t *testing.T, id string) Claim {
	t.Helper()
	all := Claims()
	i := slices.IndexFunc(all, func(c Claim) bool { return c.ID == id })
	if i < 0 {
		t.Fatalf("no claim %s", id)
	}
	return all[i]
}

func TestEveryClaimSaysWhatItIs(t *testing.T) {
	seen := make(map[string]bool)
	for _, c := range Claims() {
		if seen[c.ID] || c.ID == "" || c.Statement == "" || c.Predicate == "" || c.Effect == "" || len(c.networks) == 0 || c.holds == nil && c.also == nil || c.numbers == nil {
			t.Errorf("incomplete or doubled: %+v", c)
		}
		if (c.Kind == Printed) != (c.Article != "") {
			t.Errorf("%s: printed by the article or not?", c.ID)
		}
		seen[c.ID] = true
	}
}

// A network that failed fails the claims about it, and no others.
func TestFailedNetworksFailTheirClaims(t *testing.T) {
	same := func(*Measurement) {}
	for _, c := range Claims() {
		for _, broken := range networks {
			of := Case{Nets: Nets{net(same), net(same), net(same)}, Other: Nets{net(same), net(same), net(same)}}
			failure := &Measurement{Failure: "training diverged"}
			switch broken {
			case article.Sigmoid:
				of.Nets.Sigmoid = failure
			case article.ReLU:
				of.Nets.ReLU = failure
			default:
				of.Nets.Tanh = failure
			}
			var r Row
			holds, about := r.judge(c, of), slices.Contains(c.networks, broken)
			if c.ID == "lost-for-good" { // it is about ReLU under the article's settings
				about = broken == article.Sigmoid
			}
			if about && (holds || r.Failed != 1) || !about && r.Failed > 0 {
				t.Errorf("%s with a failed %s: %v, %d failed", c.ID, broken, holds, r.Failed)
			}
		}
	}
}

// A claim with a threshold is judged by others, too: the number of cases in which it holds
// falls, or grows, with it.
func TestThresholdsHaveOthersAround(t *testing.T) {
	for _, c := range Claims() {
		if (c.threshold == 0) != (len(c.others) == 0) {
			t.Errorf("%s: threshold %v, others %v", c.ID, c.threshold, c.others)
		}
		if c.threshold != 0 && !(c.others[0] < c.threshold && c.threshold < c.others[len(c.others)-1]) {
			t.Errorf("%s: threshold %v is not among %v", c.ID, c.threshold, c.others)
		}
	}
}

// The printed claims say of the article's own run what actscope reproduce says: on its own
// test rows, while other runs are judged on fresh points.
func TestPrintedClaimsOfTheArticlesRun(t *testing.T) {
	d := newDesign(t, config.Article(), 1, false)
	d.Variants = d.Variants[:1]
	table := newTable(d)
	base := d.Variants[0]
	trainer := experiment.NewTrainer()
	for _, network := range networks {
		taken, err := d.train(t.Context(), trainer, Training{articleRun, network, []Variant{base}, false})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range append(d.Pairs(base), articleRun) {
			table.put(base, p, network, taken[0])
		}
	}
	fails := []string{"sigmoid-compresses", "relu-retains", "sigmoid-narrow-band"}
	for _, r := range Assess(table, d.questions(printed()), 0) {
		want := !slices.Contains(fails, r.ID)
		if r.ArticleRun == nil || *r.ArticleRun != want {
			t.Errorf("%s: %v, want %v", r.ID, r.ArticleRun, want)
		}
		if onRows := r.ID == "sigmoid-accuracy" || r.ID == "relu-accuracy"; want && onRows == (r.Holds > 0) {
			t.Errorf("%s holds in %d of %d", r.ID, r.Holds, r.Seeds)
		}
	}
}
