package sweep

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// The independent truth is how long the trials take.
func TestEstimateIsOfTheRightSize(t *testing.T) {
	for name, grid := range map[string]string{
		"small":     "samples: 60\nactivations: relu\nepochs: 300\nseed: 1..8\n",
		"wide":      "activations: relu\nhidden: \"256,256,256\"\nepochs: 60\n",
		"many rows": "samples: 40000\nactivations: relu\nepochs: 20\n",
		"mixed":     "activations: relu\nhidden: [\"8,8\", \"192,192\"]\nepochs: 50\nseed: 1..2\n",
	} {
		if estimate, took := estimated(t, planOf(t, grid)); !within(10, estimate, took) {
			t.Errorf("%s: estimated %v, took %v", name, estimate, took)
		}
	}
}

// estimated is how long a plan's trials are expected to take, and how long they do. What else
// the machine does meanwhile may spoil a measurement, but not three.
func estimated(t *testing.T, p *Plan) (estimate, took time.Duration) {
	t.Helper()
	for range 3 {
		var err error
		if estimate, err = p.Estimate(t.Context()); err != nil {
			t.Fatal(err)
		}
		f, err := Create(t.TempDir(), p)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		complete(t, f, Whole, 1)
		if took = time.Since(start); within(10, estimate, took) {
			break
		}
	}
	return estimate, took
}

// within says whether neither duration is more than so many times the other.
func within(times time.Duration, a, b time.Duration) bool { return a <= times*b && b <= times*a }

func TestEstimateTrainsNothingLarge(t *testing.T) {
	for _, grid := range []string{
		"hidden: \"4096,4096,4096\"\nactivations: relu\nseed: 1..3\n",
		"hidden: \"" + strings.TrimSuffix(strings.Repeat("4096,", 100), ",") + "\"\nbatch-size: 1000000\n",
		"samples: 10000000\nactivations: [relu, tanh]\nepochs: 10000000\n",
	} {
		p := planOf(t, grid)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		estimate, err := p.Estimate(t.Context())
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		const most = 400 << 20 // in all, not at once; the times are for busy machines and the race detector, where hours are estimated
		if bytes := after.TotalAlloc - before.TotalAlloc; err != nil || estimate < time.Minute || took > 20*time.Second || bytes > most {
			t.Errorf("%q: estimated %v in %v with %d MiB, %v", grid[:20], estimate, took, bytes>>20, err)
		} else {
			t.Logf("%q: estimated %v in %v with %d MiB", grid[:20], estimate, took, bytes>>20)
		}
	}
}

func TestEstimateStopsAtOnce(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	p := planOf(t, "hidden: [\"256,256\", \"4096,4096,4096\"]\nsamples: [400, 100000]\n")
	time.AfterFunc(50*time.Millisecond, stop)
	start := time.Now()
	if _, err := p.Estimate(ctx); !errors.Is(err, context.Canceled) || time.Since(start) > 2*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
}

func TestEstimateOfALongFileTrainsAPartOfIt(t *testing.T) {
	csv := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(csv, []byte("x,y,class\n"+strings.Repeat("1,2,0\n2,1,1\n0,1,1\n", 20_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	p := planOf(t, "dataset: \"csv:"+csv+"\"\nactivations: relu\nepochs: 30\n")
	if estimate, took := estimated(t, p); !within(10, estimate, took) {
		t.Errorf("estimated %v, took %v", estimate, took)
	}
	start := time.Now()
	if estimate, err := planOf(t, "dataset: \"csv:"+csv+"\"\nactivations: relu\nepochs: 10000000\n").Estimate(t.Context()); err != nil || estimate < time.Hour || time.Since(start) > 5*time.Second {
		t.Errorf("estimated %v in %v, %v", estimate, time.Since(start), err)
	}
}
