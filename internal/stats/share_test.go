package stats

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// Table I of Newcombe, Statistics in Medicine 17 (1998) 857, method 3.
func TestWilsonAgreesWithNewcombe(t *testing.T) {
	for _, c := range []struct {
		holds, n, low, high float64
	}{{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}} {
		low, high := Wilson(c.holds/c.n, c.n, 0.95)
		if !near(low, c.low, 5e-5) || !near(high, c.high, 5e-5) {
			t.Errorf("%v of %v: %.4f to %.4f, want %.4f to %.4f", c.holds, c.n, low, high, c.low, c.high)
		}
	}
	if low, high := Wilson(1, 20, 0.95); !near(low, 1-0.1611, 5e-5) || high != 1 {
		t.Errorf("all of 20: %v to %v", low, high)
	}
	if low, high := Wilson(math.NaN(), 0, 0.95); low != 0 || high != 1 {
		t.Errorf("without trials: %v to %v", low, high)
	}
}

// R's binom.test(k, n)$conf.int.
func TestClopperPearsonAgreesWithR(t *testing.T) {
	for _, c := range []struct {
		successes, n int
		low, high    float64
	}{
		{0, 10, 0, 0.3084971}, {10, 10, 0.6915029, 1}, {8, 10, 0.4439045, 0.9747893}, {5, 10, 0.1870860, 0.8129140},
	} {
		low, high := ClopperPearson(c.successes, c.n, 0.025, 0.025)
		if !near(low, c.low, 5e-8) || !near(high, c.high, 5e-8) {
			t.Errorf("%d of %d: %.7f to %.7f, want %v to %v", c.successes, c.n, low, high, c.low, c.high)
		}
	}
}

// The bounds are where the tail of the binomial distribution, added up term by term,
// is alpha.
func TestClopperPearsonInvertsTheBinomialTail(t *testing.T) {
	tail := func(k, n int, p float64) float64 { // k successes or more
		sum := 0.0
		for i := n; i >= k; i-- {
			sum += distuv.Binomial{N: float64(n), P: p}.Prob(float64(i))
		}
		return sum
	}
	for _, n := range []int{1, 7, 12, 100, 200, 1000} {
		for _, alpha := range []float64{0.05, 1e-3, 7e-5, 1e-7} {
			for k := 0; k <= n; k += max(1, n/9) {
				low, _ := ClopperPearson(k, n, alpha, 0.5)
				if p := tail(k, n, low); k > 0 && math.Abs(p/alpha-1) > 1e-7 {
					t.Errorf("%d of %d at %v: %v is as many or more at %v", k, n, alpha, p, low)
				}
				_, high := ClopperPearson(k, n, 0.5, alpha)
				if p := tail(n-k, n, 1-high); k < n && math.Abs(p/alpha-1) > 1e-7 {
					t.Errorf("%d of %d at %v: %v is as many or fewer at %v", k, n, alpha, p, high)
				}
			}
		}
	}
}

func TestDesignEffectOfKnownClusters(t *testing.T) {
	for name, c := range map[string]struct {
		clusters []Tally
		want     float64
	}{
		"single trials":                {[]Tally{{1, 1}, {0, 1}, {1, 1}, {0, 1}}, 1},
		"clusters of one mind":         {[]Tally{{5, 5}, {0, 5}, {5, 5}, {0, 5}}, 19.0 / 3}, // variance 1/12 for 1/76,
		"clusters that all are halved": {[]Tally{{2, 4}, {2, 4}}, 1},
		"always true":                  {[]Tally{{5, 5}, {5, 5}}, 5},
		"never true, single trials":    {[]Tally{{0, 1}, {0, 1}}, 1},
		"nothing":                      {nil, 1},
	} {
		if got := DesignEffect(c.clusters); !near(got, c.want, 1e-12) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// The table was made by testdata/clustered_shares.py.
func TestSharesOfClustersAgreeWithSciPy(t *testing.T) {
	text, err := os.ReadFile("testdata/clustered_shares.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Holds, Trials           []int
		Confidence              float64
		Share, Low, High        float64
		DesignEffect, Effective float64
		Power, Detectable       float64
	}
	if err := json.Unmarshal(text, &cases); err != nil || len(cases) < 10 {
		t.Fatalf("%v: %d cases", err, len(cases))
	}
	for _, c := range cases {
		var clusters []Tally
		for i, holds := range c.Holds {
			clusters = append(clusters, Tally{holds, c.Trials[i]})
		}
		got := ShareOfClusters(clusters, c.Confidence)
		if !near(got.Share, c.Share, 1e-12) || !near(got.Low, c.Low, 1e-8) || !near(got.High, c.High, 1e-8) ||
			!near(got.DesignEffect, c.DesignEffect, 1e-10) || !near(got.Effective/c.Effective, 1, 1e-8) {
			t.Errorf("%v: %+v, want %+v", clusters, got, c)
		}
		majority := NewMajority(c.Effective, c.Confidence)
		if power := majority.Power(0.75); !near(power, c.Power, 1e-9) {
			t.Errorf("%v trials: power %v, want %v", c.Effective, power, c.Power)
		}
		if share := majority.Detectable(); !near(share, c.Detectable, 1e-9) {
			t.Errorf("%v trials: a share of %v is found, want %v", c.Effective, share, c.Detectable)
		}
	}
}

func TestSharesOfFewClusters(t *testing.T) {
	if s := ShareOfClusters(nil, 0.95); !math.IsNaN(s.Share) || s.Low != 0 || s.High != 1 {
		t.Errorf("of none: %+v", s)
	}
	if s := ShareOfClusters([]Tally{{3, 3}}, 0.95); s.Share != 1 || s.Low != 0 || s.High != 1 {
		t.Errorf("of one: %+v", s)
	}
	if s := ShareOfClusters([]Tally{{2, 2}, {2, 2}}, 0.95); s.Effective != 2 || s.High != 1 || !near(s.Low, math.Sqrt(0.025), 1e-9) {
		t.Errorf("of two that agree: %+v", s)
	}
	for _, n := range []float64{0, 4} {
		if m := NewMajority(n, 0.95); m.Power(0.75) != 0 || !math.IsNaN(m.Detectable()) {
			t.Errorf("%v trials have power %v", n, m.Power(0.75))
		}
	}
}

// Something is true as often as not. Whether and how much the trials of a cluster agree,
// an interval that leaves out one half comes up no more often than it says: trials are drawn
// from a beta-binomial distribution with the given correlation within clusters.
func TestNothingIsFoundInClustersAtOneHalf(t *testing.T) {
	const repetitions, confidence = 2000, 0.95
	random := rand.New(rand.NewPCG(5, 6))
	for _, correlation := range []float64{0, 0.3, 0.9} {
		for _, design := range []struct{ clusters, size int }{{250, 2}, {100, 1}, {20, 2}} {
			found, naive := 0, 0
			lean := distuv.Beta{Alpha: (1/correlation - 1) / 2, Beta: (1/correlation - 1) / 2, Src: random}
			for range repetitions {
				var clusters []Tally
				for range design.clusters {
					p := 0.5
					if correlation > 0 {
						p = lean.Rand()
					}
					cluster := Tally{Trials: design.size}
					for range design.size {
						if random.Float64() < p {
							cluster.Holds++
						}
					}
					clusters = append(clusters, cluster)
				}
				if s := ShareOfClusters(clusters, confidence); s.Low > 0.5 || s.High < 0.5 {
					found++
				}
				holds, trials := tally(clusters)
				if low, high := ClopperPearson(holds, trials, 0.025, 0.025); low > 0.5 || high < 0.5 {
					naive++
				}
			}
			most := 1 - confidence + 2*math.Sqrt(confidence*(1-confidence)/repetitions)
			if share := float64(found) / repetitions; share > most {
				t.Errorf("%+v, correlation %v: found in %.3f, stated are %v", design, correlation, share, 1-confidence)
			}
			if share := float64(naive) / repetitions; correlation == 0.9 && design.size > 1 && share < 2*(1-confidence) {
				t.Errorf("%+v: clusters do not matter, without them found in %.3f", design, share)
			}
		}
	}
}
