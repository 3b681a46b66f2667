package cost

import (
	"fmt"
	"math"
	"testing"
)

// In every landscape all that is said of all networks together is true in at least 95 % of
// repetitions: their bounds and verdicts, which rates reach, and the widths between which the
// smallest that reaches lies.
func TestAllThatIsSaidIsTrueInAnyLandscape(t *testing.T) {
	c := planned("a", "b")
	const least = 1e-9
	rates := func(chances ...float64) func(Trial) float64 {
		return func(tr Trial) float64 { return chances[int(tr.Rate)-1] }
	}
	for name, landscape := range map[string]struct {
		rates  []float64
		chance func(Trial) float64
	}{
		"rising":              {[]float64{1}, byWidth(c, 0, 0.1, 0.5, 0.75, 0.97, 0.99, 1)},
		"rising and falling":  {[]float64{1}, byWidth(c, 0, 0.3, 0.97, 0.6, 0.2, 0.97, 0.6)},
		"at the edge":         {[]float64{1}, byWidth(c, 0.9-least, 0.9-least, 0.9-least, 0.9-least, 0.9-least, 0.9-least, 0.9)},
		"the first, just so":  {[]float64{1}, byWidth(c, 0.9, 0, 0, 0, 0, 0, 0)},
		"nearly reached":      {[]float64{1}, byWidth(c, 0.89, 0.89, 0.89, 0.89, 0.89, 0.89, 0.89)},
		"never reached":       {[]float64{1}, byWidth(c, 0, 0, 0, 0, 0, 0, 0)},
		"all certain":         {[]float64{1}, byWidth(c, 1, 1, 1, 1, 1, 1, 1)},
		"the last of the few": {[]float64{1}, byWidth(c, 0, 0, 0, 0, 0, 0, 1)},

		"the best rate just so":            {[]float64{1, 2, 3}, rates(0.85, 0.9, 0.87)},
		"no rate, by little":               {[]float64{1, 2, 3}, rates(0.9-least, 0.9-least, 0.9-least)},
		"every rate, just so":              {[]float64{1, 2, 3}, rates(0.9, 0.9, 0.9)},
		"a wrong rate often looks best":    {[]float64{1, 2, 3}, rates(0.89, 0.91, 0.89)},
		"each width at a rate of its own":  {[]float64{1, 2, 3}, func(tr Trial) float64 { return 0.9 - 0.1*math.Abs(tr.Rate-float64(tr.Width%3+1)) }},
		"only a rate that seems worse can": {[]float64{1, 2, 3}, rates(0.88, 0.93, 0.8)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := c
			if c.Rates = landscape.rates; len(c.Rates) > 1 {
				c.Widths = c.Widths[:3]
			}
			const repetitions = 200
			wrong := 0
			for i := range repetitions {
				if !allTrue(searchWith(t, c, &simulation{chance: landscape.chance, repetition: i}), landscape.chance) {
					wrong++
				}
			}
			if wrong > repetitions*5/100 {
				t.Errorf("wrong in %d of %d repetitions", wrong, repetitions)
			}
		})
	}
}

// allTrue says whether a result says nothing false, given the chances.
func allTrue(r *Result, chance func(Trial) float64) bool {
	for _, a := range r.Activations {
		for _, d := range a.Depths {
			smallest := 0
			for _, n := range d.Candidates {
				best := 0.0
				for _, rate := range n.Rates {
					p := chance(Trial{Activation: a.Name, Shape: n.Shape, Rate: rate.Rate})
					if best = max(best, p); p < rate.Low || rate.Verdict == Reaches && p < r.Config.Share {
						return false
					}
				}
				reaches := best >= r.Config.Share
				if best < n.Low || best > n.High || n.Verdict == Reaches && !reaches || n.Verdict == Misses && reaches {
					return false
				}
				if reaches && smallest == 0 {
					smallest = n.Width
				}
			}
			if smallest == 0 && d.Reached != 0 || smallest != 0 && (d.AtLeast == 0 || d.AtLeast > smallest || d.Reached != 0 && d.Reached < smallest) {
				return false
			}
		}
	}
	return true
}

// What a network that is below the share at every one of eight rates has allotted for being
// taken for one that reaches, it does not exceed; it would, were the part of each rate not an
// eighth.
func TestManyRatesDoNotMakeANetworkReach(t *testing.T) {
	const allotted, repetitions = 0.2, 1000
	c := planned("a")
	c.Rates = []float64{1, 2, 3, 4, 5, 6, 7, 8}
	taken := func(each float64) (share float64) {
		rule := Rule{Share: c.Share, FalseReach: each, FalseMiss: 0.01, Looks: []int{40, 80, 160}}
		for i := range repetitions {
			s := search{config: c, rule: rule, inputs: 2, trainer: &simulation{chance: func(Trial) float64 { return c.Share - 1e-9 }, repetition: i}}
			n, err := s.judge(t.Context(), "a", Shape{1, 1}, len(rule.Looks))
			if err != nil {
				t.Fatal(err)
			}
			if n.Verdict == Reaches {
				share += 1. / repetitions
			}
		}
		return share
	}
	if got := taken(allotted / 8); got > allotted {
		t.Errorf("taken for one that reaches in %v of repetitions", got)
	}
	if got := taken(allotted); got <= allotted {
		t.Errorf("undivided in %v of repetitions only: the test cannot fail", got)
	}
}

// A rate that reaches is found, though another is better at first and reaches, too, but not
// often enough.
func TestNetworkReachesThoughTheFirstLooksPreferAnotherRate(t *testing.T) {
	c := planned("a")
	c.Rates = []float64{1, 2, 4}
	const repetitions = 200
	found, misled := 0, 0
	for i := range repetitions {
		n := searchWith(t, c, &simulation{chance: byRate(c, 0.2, 0.985, 0.9), repetition: i}).Activations[0].Depths[0].Candidates[0]
		if n.Verdict == Reaches && n.Rate == 2 {
			found++
		}
		if n.Rates[2].Trained >= 100 {
			misled++
		}
	}
	if found < repetitions*98/100 || misled < repetitions/20 {
		t.Errorf("found in %d of %d repetitions, misled at first in %d", found, repetitions, misled)
	}
}

// A network misses only if every rate was seen to.
func TestNetworkMissesOnlyIfEveryRateDoes(t *testing.T) {
	c := planned("a")
	c.Rates = []float64{1, 2}
	n := searchWith(t, c, &simulation{chance: byRate(c, 0.2, 0.9)}).Activations[0].Depths[0].Candidates[0]
	if n.Verdict != Undecided || n.Rates[0].Verdict != Misses || n.Rates[1].Verdict != Undecided || n.Rates[1].Trained != c.Seeds || n.Rate != 2 {
		t.Errorf("%+v", n)
	}
	n = searchWith(t, c, &simulation{chance: byRate(c, 0.2, 0.6)}).Activations[0].Depths[0].Candidates[0]
	if n.Verdict != Misses || n.Rates[1].Verdict != Misses || n.High != n.Rates[1].High {
		t.Errorf("%+v", n)
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

func TestNetworksThatNeverReachCostLittle(t *testing.T) {
	c := planned("a")
	c.Rates = []float64{1, 2, 3, 4, 5, 6}
	o := &simulation{trials: make(map[Trial]int), chance: func(Trial) float64 { return 0 }}
	r := searchWith(t, c, o)
	for _, depth := range c.Depths {
		for _, width := range c.Widths {
			if n, want := o.count("a", Shape{depth, width}), len(c.Rates)*c.Rule().Looks[0]; n != want {
				t.Errorf("%d layers of %d: %d trainings, want %d", depth, width, n, want)
			}
		}
	}
	if r.Reached() || r.Undecided() != 0 {
		t.Errorf("%+v", r.Activations)
	}
}

// The best of eight rates that all do well decides; others are left after few looks.
func TestRatesThatAreNotNeededCostLittle(t *testing.T) {
	c := planned("a")
	c.Rates = []float64{1, 2, 3, 4, 5, 6, 7, 8}
	o := &simulation{trials: make(map[Trial]int), chance: byRate(c, 0, 0.5, 0.9, 0.95, 0.995, 0.95, 0.9, 0.5)}
	n := searchWith(t, c, o).Activations[0].Depths[0].Candidates[0]
	if got := o.count("a", n.Shape); n.Verdict != Reaches || got > 2*n.Trained+len(c.Rates)*c.Rule().Looks[1] {
		t.Errorf("%d trainings of %+v", got, n)
	}
	for trial, times := range o.trials {
		if times > 1 {
			t.Errorf("%+v was carried out %d times", trial, times)
		}
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

func TestBestRateIsFound(t *testing.T) {
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

func TestAccuracyTellsRatesApartThatReachAlike(t *testing.T) {
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
