package claims

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
)

// silent does not watch.
type silent struct{}

func (silent) Start(int, int, int) {}
func (silent) Done(bool)           {}

// small is a base whose designs train in a moment.
func small() config.Config {
	c := config.Article()
	c.Samples, c.Epochs, c.Hidden, c.LearningRate = 40, 8, []int{3, 3}, 0.02
	return c
}

func trainAll(t *testing.T, d Design, jobs int) *Table {
	t.Helper()
	table, err := Run(t.Context(), d, d.Settings, jobs, newLog(t, d), silent{})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// What is measured on the way to the last epoch is what a training that ends there
// gives, bit for bit: the shuffles go on in one stream, and observing changes nothing.
func TestShorterTrainingIsAPrefixOfALongerOne(t *testing.T) {
	d := newDesign(t, config.Article(), 1, false)
	d.Base.Epochs, d.Settings[0].Epochs = 40, 40 // for the sake of time; the others stay
	trainer := experiment.NewTrainer()
	for _, hidden := range [][]int{{8, 8}, {4}, {8, 8, 8, 8}} {
		for _, network := range both {
			var at []Setting
			for _, epochs := range []int{1, 7, 40, 160} {
				at = append(at, Setting{Epochs: epochs, Rate: 0.5, Hidden: hidden})
			}
			pair := Pair{DataSeed: 142, Seed: 7}
			long, err := d.train(t.Context(), trainer, Training{pair, network, at})
			if err != nil {
				t.Fatal(err)
			}
			for i, s := range at {
				short, err := d.train(t.Context(), trainer, Training{pair, network, []Setting{s}})
				if err != nil {
					t.Fatal(err)
				}
				got, want := long[i].record(s, pair, network), short[0].record(s, pair, network) // at full precision
				if !slices.Equal(got, want) {
					t.Errorf("after %d epochs: %v, on the way to %d epochs %v", s.Epochs, want, at[3].Epochs, got)
				}
			}
		}
	}
}

// A measurement has the numbers that actscope compare gives.
func TestMeasurementsAreThoseOfCompare(t *testing.T) {
	c := config.Article()
	c.Seed, c.DataSeed, c.Epochs, c.Hidden = 3, 242, 120, []int{5, 4, 3}
	r, err := comparison.Run(t.Context(), c, nil, comparison.Saving{})
	if err != nil {
		t.Fatal(err)
	}
	d := newDesign(t, config.Article(), 1, false)
	trainer := experiment.NewTrainer()
	for _, n := range r.Networks {
		taken, err := d.train(t.Context(), trainer, Training{Pair{242, 3}, n.Name, []Setting{{Epochs: 120, Rate: 0.05, Hidden: c.Hidden}}})
		if err != nil {
			t.Fatal(err)
		}
		m := taken[0]
		if m.TestAccuracy != n.TestAccuracy || m.TrainAccuracy != n.TrainAccuracy || !reflect.DeepEqual(m.Spread, n.Spread) || !reflect.DeepEqual(m.Trace, n.Trace) {
			t.Errorf("%s: %+v", n.Name, m)
		}
		for i, epoch := range []int{30, 60, 90, 120} {
			if m.Loss[i] != n.History.Loss[epoch-1] {
				t.Errorf("%s: loss at %d is %v", n.Name, epoch, m.Loss[i])
			}
		}
		if !reflect.DeepEqual(m.FirstGradients, n.GradientNorms[:4]) {
			t.Errorf("%s: gradients %v, want %v", n.Name, m.FirstGradients, n.GradientNorms[:4])
		}
	}
}

func TestTheNumberOfJobsChangesNothing(t *testing.T) {
	d := newDesign(t, small(), 3, true)
	one, err := Trials(trainAll(t, d, 1))
	if err != nil {
		t.Fatal(err)
	}
	several, err := Trials(trainAll(t, d, 5))
	if err != nil || string(one) != string(several) {
		t.Errorf("other bytes, %v", err)
	}
	rows := strings.Count(string(one), "\n") - 1
	if want := 2 * (15 + 3*(len(d.Settings)-1)); rows != want {
		t.Errorf("%d rows, want %d", rows, want)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	d := newDesign(t, config.Article(), 5, false)
	if _, err := Run(ctx, d, d.Settings, 2, newLog(t, d), stopper{stop}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := Run(t.Context(), d, d.Settings, 0, newLog(t, d), silent{}); err == nil {
		t.Error("no jobs are accepted")
	}
}

// stopper stops a run after its first training.
type stopper struct{ stop func() }

func (stopper) Start(int, int, int) {}
func (s stopper) Done(bool)         { s.stop() }

// A file has points of its own: data seeds vary its split, lest five data sets be one.
func TestDataSeedsSplitAFileAnew(t *testing.T) {
	base := small()
	base.Dataset = "csv:" + csvFile(t, "a,b,class\n1,2,x\n2,1,y\n3,5,x\n4,4,y\n5,1,x\n6,2,y\n7,8,x\n8,1,y\n")
	d := newDesign(t, base, 1, true)
	c := d.config(d.Settings[0], Pair{DataSeed: 342, Seed: 2}, relu)
	if c.SplitSeed != 342 || c.DataSeed != base.DataSeed || c.Seed != 2 {
		t.Errorf("%+v", c)
	}
	rows := Assess(trainAll(t, d, 2), d.Questions(), 0)
	if len(rows) == 0 {
		t.Error("nothing was asked")
	}
}

func csvFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data.csv")
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// Data of which nothing can be learnt, and the narrowest networks: every claim has an
// answer, and every number a value or none.
func TestEveryClaimHasAnAnswerOnDegenerateData(t *testing.T) {
	constant, narrow, fast := small(), small(), small()
	constant.Dataset = "csv:" + csvFile(t, "a,b,class\n"+strings.Repeat("1,2,x\n1,2,y\n", 10))
	narrow.Hidden, narrow.Samples = []int{1}, 12
	fast.LearningRate = 1e150 // diverges
	for name, base := range map[string]config.Config{"constant features": constant, "width 1": narrow, "divergence": fast} {
		d := newDesign(t, base, 2, true)
		table := trainAll(t, d, 2)
		rows := Assess(table, d.Questions(), 0)
		for _, r := range rows {
			if r.Holds+r.Failed > r.Seeds || !(r.Low >= 0) || !(r.Low <= r.Share) || !(r.Share <= r.High) || !(r.High <= 1) {
				t.Errorf("%s: %+v", name, r)
			}
			if name == "divergence" && r.Setting == "base" && r.ID == "accuracy-gap" && r.Failed == 0 {
				t.Errorf("%s: %+v", name, r)
			}
		}
		for _, n := range Networks(table, d.Settings) {
			if n.Trained != len(d.Pairs(mustSetting(t, d, n.Setting))) {
				t.Errorf("%s: %+v", name, n)
			}
		}
		if len(Summarise(d, rows)) == 0 {
			t.Errorf("%s: no verdicts", name)
		}
	}
}

func mustSetting(t *testing.T, d Design, name string) Setting {
	t.Helper()
	s, ok := d.Setting(name)
	if !ok {
		t.Fatalf("no setting %s", name)
	}
	return s
}

func TestDataWithoutAClassIsRefused(t *testing.T) {
	base := small()
	base.Samples = 2
	d := newDesign(t, base, 5, true)
	_, err := Run(t.Context(), d, d.Settings, 2, newLog(t, d), silent{})
	var config *input.Error
	if !errors.As(err, &config) || config.Key != "samples" {
		t.Errorf("got %v", err)
	}
}
