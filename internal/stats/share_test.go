package stats

import (
	"math"
	"math/rand/v2"
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

func TestMajorityTestIsWilsonsIntervalTurnedRound(t *testing.T) {
	for n := 1.0; n < 200; n++ {
		for holds := 0.0; holds <= n; holds++ {
			low, high := Wilson(holds/n, n, 0.99)
			if outside := low > 0.5 || high < 0.5; outside != (MajorityTest(holds/n, n) < 0.01) {
				t.Fatalf("%v of %v: interval %v to %v, p %v", holds, n, low, high, MajorityTest(holds/n, n))
			}
		}
	}
	if !math.IsNaN(MajorityTest(0, 0)) {
		t.Error("p without trials")
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

// Trials that agree within their clusters would be taken for more than they are
// worth; divided by the design effect they are not.
func TestDesignEffectKeepsTheLevelOfTheTest(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	const repetitions, clusters, size = 2000, 100, 5
	naive, corrected := 0, 0
	for range repetitions {
		var tallies []Tally
		holds := 0
		for range clusters {
			lean := 0.1 + 0.8*float64(random.IntN(2)) // of the cluster
			tally := Tally{Trials: size}
			for range size {
				if random.Float64() < lean {
					tally.Holds++
				}
			}
			holds += tally.Holds
			tallies = append(tallies, tally)
		}
		n := float64(clusters * size)
		if MajorityTest(float64(holds)/n, n) < 0.05 {
			naive++
		}
		if MajorityTest(float64(holds)/n, n/DesignEffect(tallies)) < 0.05 {
			corrected++
		}
	}
	if share := float64(corrected) / repetitions; math.Abs(share-0.05) > 0.015 {
		t.Errorf("a test of level 0.05 rejects in %.3f", share)
	}
	if share := float64(naive) / repetitions; share < 0.2 {
		t.Errorf("clusters do not matter here: without correction %.3f", share)
	}
}
