package cost

import (
	"fmt"
	"math"
	"testing"
)

// In every landscape the interval of widths holds the smallest that reaches the
// target, for all activations and depths together, in at least 95 % of repetitions.
func TestIntervalsHoldTheSmallestWidthInAnyLandscape(t *testing.T) {
	c := planned("a", "b")
	const least = 1e-9
	for name, landscape := range map[string]struct {
		chances  []float64
		smallest int // 0 for none
	}{
		"rising":              {[]float64{0, 0.1, 0.5, 0.75, 0.97, 0.99, 1}, 5},
		"rising and falling":  {[]float64{0, 0.3, 0.97, 0.6, 0.2, 0.97, 0.6}, 3},
		"at the edge":         {[]float64{0.9 - least, 0.9 - least, 0.9 - least, 0.9 - least, 0.9 - least, 0.9 - least, 0.9}, 8},
		"the first, just so":  {[]float64{0.9, 0, 0, 0, 0, 0, 0}, 1},
		"nearly reached":      {[]float64{0.89, 0.89, 0.89, 0.89, 0.89, 0.89, 0.89}, 0},
		"never reached":       {[]float64{0, 0, 0, 0, 0, 0, 0}, 0},
		"all certain":         {[]float64{1, 1, 1, 1, 1, 1, 1}, 1},
		"the last of the few": {[]float64{0, 0, 0, 0, 0, 0, 1}, 8},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const repetitions = 200
			wrong := 0
			for i := range repetitions {
				r := searchWith(t, c, &simulation{chance: byWidth(c, landscape.chances...), repetition: i})
				ok := true
				for _, a := range r.Activations {
					for _, d := range a.Depths {
						if landscape.smallest == 0 {
							ok = ok && d.Reached == 0
						} else {
							ok = ok && d.AtLeast != 0 && d.AtLeast <= landscape.smallest && (d.Reached == 0 || d.Reached >= landscape.smallest)
						}
					}
				}
				if !ok {
					wrong++
				}
			}
			if wrong > repetitions*5/100 {
				t.Errorf("wrong in %d of %d repetitions", wrong, repetitions)
			}
		})
	}
}

// Where chances are clear the interval is one width.
func TestSearchFindsTheSmallestWidthWhereItIsClear(t *testing.T) {
	c := planned("a")
	const repetitions = 100
	found := 0
	for i := range repetitions {
		r := searchWith(t, c, &simulation{chance: byWidth(c, 0, 0.2, 0.5, 0.7, 0.998, 1, 1), repetition: i})
		if d := r.Activations[0].Depths[0]; d.AtLeast == 5 && d.Reached == 5 {
			found++
		}
		if s := r.Activations[0].Smallest; s != nil && s.Depth != 1 {
			t.Errorf("%+v is not the smallest", s)
		}
	}
	if found < 95 {
		t.Errorf("found in %d of %d repetitions", found, repetitions)
	}
}

// Two activations that are one under two names: the interval of their ratio leaves
// out 1 in at most 5 % of repetitions, by each measure and at each share.
func TestPlantedNullIsSeldomTakenForADifference(t *testing.T) {
	c := planned("relu", "the same")
	for name, chances := range map[string][]float64{
		"clear":   {0, 0.2, 0.5, 0.7, 0.99, 1, 1},
		"unclear": {0, 0.5, 0.85, 0.9, 0.93, 0.95, 0.97},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const repetitions = 200
			differs := make(map[string]int)
			for i := range repetitions {
				r := searchWith(t, c, &simulation{chance: byWidth(c, chances...), repetition: i})
				for _, q := range r.Ratios {
					if q.Low > 1 || q.High != nil && *q.High < 1 {
						differs[q.Measure]++
					}
				}
				for _, q := range r.ByShare {
					if q.Low > 1 || q.High != nil && *q.High < 1 {
						differs[fmt.Sprint("share ", q.Share)]++
					}
				}
			}
			for what, n := range differs {
				if n > repetitions*5/100 {
					t.Errorf("%s: a difference in %d of %d repetitions", what, n, repetitions)
				}
			}
		})
	}
}

// What is there is found, and its size is right.
func TestPlantedRatioIsFound(t *testing.T) {
	c := planned("relu", "twice")
	chance := func(tr Trial) float64 {
		need := map[string]int{"relu": 3, "twice": 6}[tr.Activation]
		if tr.Depth == 2 {
			need = 8
		}
		if tr.Width < need {
			return 0.4
		}
		return 0.999
	}
	const repetitions = 100
	found := 0
	for i := range repetitions {
		r := searchWith(t, c, &simulation{chance: chance, repetition: i})
		// 3·6 multiply-adds against 3·3, 4·6 + 1 parameters against 4·3 + 1.
		if w, p := r.Ratios[0], r.Ratios[1]; w.Low == 2 && w.High != nil && *w.High == 2 && p.Low == 25./13 && *p.High == 25./13 {
			found++
		}
	}
	if found < 95 {
		t.Errorf("found in %d of %d repetitions", found, repetitions)
	}
}

// A network that did well in tuning gets no credit for it.
func TestNoNetworkIsJudgedByTheTrainingsThatTunedIt(t *testing.T) {
	c := planned("a")
	c.Rates = []float64{1, 2, 3}
	o := &simulation{trials: make(map[Trial]int), chance: func(t Trial) float64 {
		if t.Stage == Tuning {
			return 1
		}
		return 0
	}}
	for _, d := range searchWith(t, c, o).Activations[0].Depths {
		for _, n := range d.Candidates {
			if n.Verdict != Misses || n.Reached != 0 || n.Trainings == 0 {
				t.Errorf("%+v", n)
			}
		}
	}
	for trial, n := range o.trials {
		if n > 1 {
			t.Errorf("%+v was carried out %d times", trial, n)
		}
	}
}

func TestNetworksThatNeverReachCostLittle(t *testing.T) {
	c := planned("a")
	c.Rates = []float64{1, 2, 3, 4, 5, 6}
	o := &simulation{trials: make(map[Trial]int), chance: func(Trial) float64 { return 0 }}
	r := searchWith(t, c, o)
	first := c.Rule().Looks[0]
	for _, depth := range c.Depths {
		for _, width := range c.Widths {
			s := Shape{depth, width}
			// One round of tuning: six rates, four times.
			if tuning, judging := o.count("a", s, Tuning), o.count("a", s, Judging); tuning != 24 || judging != first {
				t.Errorf("%v: %d trainings to tune it and %d to judge it", s, tuning, judging)
			}
		}
	}
	if r.Reached() || r.Undecided() != 0 {
		t.Errorf("%+v", r.Activations)
	}
}

func TestWidthsBeyondTheOneThatReachesAreLookedAtOnce(t *testing.T) {
	c := planned("a")
	r := searchWith(t, c, &simulation{chance: byWidth(c, 0, 1, 0.95, 0.95, 1, 0, 1)})
	for _, d := range r.Activations[0].Depths {
		if d.AtLeast != 2 || d.Reached != 2 {
			t.Errorf("%+v", d)
		}
		for i, want := range []Verdict{Misses, Reaches, Beyond, Beyond, Beyond, Misses, Beyond} {
			if n := d.Candidates[i]; n.Verdict != want || i > 1 && n.Trained != r.Looks[0] {
				t.Errorf("width %d: %s after %d trainings, want %s", n.Width, n.Verdict, n.Trained, want)
			}
		}
	}
}

func TestDivergedTrainingsAreFailures(t *testing.T) {
	c := planned("a")
	r := searchWith(t, c, &simulation{chance: byWidth(c, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 1), diverge: true})
	for _, d := range r.Activations[0].Depths {
		for _, n := range d.Candidates {
			if n.Diverged != n.Trained-n.Reached || n.Diverged == 0 && n.Width < 8 {
				t.Errorf("%+v", n)
			}
		}
		if n := d.Candidates[0]; n.MeanAccuracy != 0 || n.BestAccuracy != 0 || n.Verdict != Misses {
			t.Errorf("%+v", n)
		}
	}
}

func TestTuningFindsTheRate(t *testing.T) {
	c := planned("a")
	c.Rates = []float64{0.1, 1, 10, 100}
	for _, best := range c.Rates {
		right := 0
		for i := range 100 {
			r := searchWith(t, c, &simulation{repetition: i, chance: func(t Trial) float64 {
				if t.Rate == best {
					return 0.95
				}
				return 0.1
			}})
			n := r.Activations[0].Depths[0].Candidates[0]
			if n.Rate == best {
				right++
			}
			if edge := n.Rate == 0.1 || n.Rate == 100; n.AtEdge != edge {
				t.Errorf("rate %v: at the edge is %v", n.Rate, n.AtEdge)
			}
		}
		if right < 90 {
			t.Errorf("rate %v is found in %d of 100 repetitions", best, right)
		}
	}
}

func TestTuningTakesTheTrainingsItShould(t *testing.T) {
	c := planned("a")
	for _, tc := range []struct {
		rates          int
		narrow, beyond int // trainings before and after one width reaches
	}{
		{1, 0, 0}, {2, 2 * 32, 2 * 8}, {3, 3*4 + 2*28, 3*4 + 2*4}, {4, 4*4 + 2*28, 4*4 + 2*4}, {6, 6*4 + 3*4 + 2*24, 6*4 + 3*4}, {7, 7*4 + 4*4 + 2*24, 7*4 + 4*4},
	} {
		c.Rates = nil
		for i := range tc.rates {
			c.Rates = append(c.Rates, float64(i+1))
		}
		o := &simulation{trials: make(map[Trial]int), chance: byWidth(c, 0.5, 1, 1, 1, 1, 1, 1)}
		searchWith(t, c, o)
		if narrow, beyond := o.count("a", Shape{1, 2}, Tuning), o.count("a", Shape{1, 3}, Tuning); narrow != tc.narrow || beyond != tc.beyond {
			t.Errorf("%d rates: %d and %d trainings, want %d and %d", tc.rates, narrow, beyond, tc.narrow, tc.beyond)
		}
	}
}

func TestTuningBreaksTiesByAccuracy(t *testing.T) {
	c := planned("a")
	c.Rates = []float64{1, 2, 3}
	r, err := Search(t.Context(), c, 2, trainerFunc(func(t Trial) Attempt { return Attempt{Accuracy: 0.6 + 0.1*float64(int(t.Rate)%3)} }))
	if err != nil {
		t.Fatal(err)
	}
	if n := r.Activations[0].Depths[0].Candidates[0]; n.Rate != 2 {
		t.Errorf("rate %v", n.Rate)
	}
	if best := r.Best(); math.Abs(best.MeanAccuracy-0.8) > 1e-12 {
		t.Errorf("the best is %+v", best)
	}
}
