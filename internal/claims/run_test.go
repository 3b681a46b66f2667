package claims

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"actscope/internal/article"
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
	table, err := Run(t.Context(), d, d.Trainings(d.Questions(), true), jobs, newLog(t, d), silent{})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// What is measured on the way to the last epoch is what a training that ends there
// gives, bit for bit: the shuffles go on in one stream, and observing changes nothing.
func TestShorterTrainingIsAPrefixOfALongerOne(t *testing.T) {
	d := newDesign(t, config.Article(), 1, false)
	d.Base.Epochs, d.Variants[0].Epochs = 40, 40 // for the sake of time; the others stay
	trainer := experiment.NewTrainer()
	for _, hidden := range [][]int{{8, 8}, {4}, {8, 8, 8, 8}} {
		for _, network := range both {
			var at []Variant
			for _, epochs := range []int{1, 7, 40, 160} {
				at = append(at, Variant{Epochs: epochs, Rate: 0.5, Hidden: hidden})
			}
			pair := Pair{DataSeed: 142, Seed: 7}
			long, err := d.train(t.Context(), trainer, Training{pair, network, at, false})
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range at {
				short, err := d.train(t.Context(), trainer, Training{pair, network, []Variant{v}, false})
				if err != nil {
					t.Fatal(err)
				}
				if got, want := fmt.Sprint(*long[i]), fmt.Sprint(*short[0]); got != want { // at full precision
					t.Errorf("after %d epochs: %v, on the way to %d epochs %v", v.Epochs, want, at[3].Epochs, got)
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
		taken, err := d.train(t.Context(), trainer, Training{Pair{242, 3}, n.Name, []Variant{{Epochs: 120, Rate: 0.05, Hidden: c.Hidden}}, false})
		if err != nil {
			t.Fatal(err)
		}
		m := taken[0]
		if m.TestAccuracy != n.TestAccuracy || m.FreshRight != n.FreshRight || m.Accuracy() != n.FreshAccuracy() || m.TrainAccuracy != n.TrainAccuracy || !reflect.DeepEqual(m.Spread, n.Spread) || !reflect.DeepEqual(m.Trace[:], n.Trace) {
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

// A network that is trained but overflows where it is measured has failed there, and ends
// no run.
func TestNetworksThatOverflowHaveFailed(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	c := small()
	c.LearningRate, c.Hidden, c.Epochs = 1e8, []int{8, 8, 8, 8}, 20
	d := newDesign(t, c, 3, true)
	table := trainAll(t, d, 2)
	overflown := 0
	for _, m := range table.taken {
		if strings.Contains(m.Failure, ": a pre-activation of layer ") {
			overflown++
		}
	}
	if overflown == 0 {
		t.Error("none overflows")
	}
	for _, r := range Assess(table, d.Questions(), 0) {
		if r.Failed > r.Seeds-r.Holds {
			t.Errorf("%s, %s: %d hold of %d and %d failed", r.ID, r.Variant, r.Holds, r.Seeds, r.Failed)
		}
	}
}

func TestTheNumberOfJobsChangesNothing(t *testing.T) {
	d := newDesign(t, small(), 3, true)
	one := Trials(trainAll(t, d, 1))
	if !bytes.Equal(one, Trials(trainAll(t, d, 5))) {
		t.Error("other bytes")
	}
	rows := bytes.Count(one, []byte("\n")) - 1
	want := 0
	for _, training := range d.Trainings(d.Questions(), true) {
		want += len(training.at)
	}
	if rows != want {
		t.Errorf("%d rows, want %d", rows, want)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	d := newDesign(t, config.Article(), 5, false)
	if _, err := Run(ctx, d, d.Trainings(d.Questions(), false), 2, newLog(t, d), stopper{stop}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := Run(t.Context(), d, nil, 0, newLog(t, d), silent{}); err == nil {
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
	c := d.config(d.Variants[0], Pair{DataSeed: 342, Seed: 2}, article.ReLU)
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
			if r.Seeds == 0 { // of networks that are as accurate there may be none
				continue
			}
			if r.Holds+r.Failed > r.Seeds || !(r.Low >= 0) || !(r.Low <= r.Share) || !(r.Share <= r.High) || !(r.High <= 1) {
				t.Errorf("%s: %+v", name, r)
			}
			if name == "divergence" && r.Variant == "base" && r.ID == "accuracy-gap" && r.Failed == 0 {
				t.Errorf("%s: %+v", name, r)
			}
		}
		for _, n := range Networks(table, d.Variants) {
			if n.Trained != len(d.Pairs(mustVariant(t, d, n.Variant))) {
				t.Errorf("%s: %+v", name, n)
			}
		}
		if len(Summarise(d, rows)) == 0 {
			t.Errorf("%s: no verdicts", name)
		}
	}
}

func mustVariant(t *testing.T, d Design, name string) Variant {
	t.Helper()
	v, ok := d.Variant(name)
	if !ok {
		t.Fatalf("no variant %s", name)
	}
	return v
}

func TestDataWithoutAClassIsRefused(t *testing.T) {
	base := small()
	base.Samples = 2
	d := newDesign(t, base, 5, true)
	_, err := Run(t.Context(), d, d.Trainings(d.Questions(), false), 2, newLog(t, d), silent{})
	var config *input.Error
	if !errors.As(err, &config) || config.Key != "samples" {
		t.Errorf("got %v", err)
	}
}

// A file's splits are looked at before anything is trained.
func TestSplitWithoutAClassIsRefusedAtOnce(t *testing.T) {
	base := small()
	base.Dataset = "csv:" + csvFile(t, "a,b,class\n"+strings.Repeat("1,2,often\n3,1,often\n", 29)+"1,1,rare\n2,2,rare\n")
	d := newDesign(t, base, 20, true)
	_, _, err := Investigate(t.Context(), d, Selection{}, 2, newLog(t, d), never{t})
	var bad *input.Error
	if !errors.As(err, &bad) || bad.Key != "dataset" || !strings.Contains(err.Error(), `class "rare", of which there are 2`) {
		t.Errorf("got %v", err)
	}
}

// never fails where something is trained.
type never struct{ *testing.T }

func (n never) Start(int, int, int) { n.Error("trainings begin") }
func (n never) Done(bool)           { n.Error("a network is trained") }

var program = experiment.Provenance{Version: "v1", Kernels: "k"}

func openLog(t *testing.T, path string, d Design) *Log {
	t.Helper()
	log, err := OpenLog(path, d, program)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// newLog knows nothing.
func newLog(t *testing.T, d Design) *Log {
	t.Helper()
	return openLog(t, filepath.Join(t.TempDir(), "log"), d)
}

// stopAfter stops a run after the given number of trainings.
type stopAfter struct {
	left int
	stop func()
}

func (*stopAfter) Start(int, int, int) {}
func (s *stopAfter) Done(bool) {
	if s.left--; s.left == 0 {
		s.stop()
	}
}

func TestStoppedRunGoesOnFromItsLog(t *testing.T) {
	base := small()
	base.LearningRate = 1e3 // some trainings diverge, some boundaries and layers degenerate
	d := newDesign(t, base, 3, true)
	want := Trials(trainAll(t, d, 2))
	path, before := filepath.Join(t.TempDir(), "log"), -1
	for stops := 0; ; stops++ {
		log := openLog(t, path, d)
		if log.Trainings() <= before {
			t.Fatalf("%d trainings after %d", log.Trainings(), before)
		}
		before = log.Trainings()
		ctx, stop := context.WithCancel(t.Context())
		table, err := Run(ctx, d, d.Trainings(d.Questions(), true), 2, log, &stopAfter{before + 10, stop})
		stop()
		if failed := log.Write(); failed != nil {
			t.Fatal(failed)
		}
		if errors.Is(err, context.Canceled) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := Trials(table); !bytes.Equal(got, want) {
			t.Errorf("after %d stops: another table", stops)
		}
		if stops < 3 {
			t.Errorf("only %d stops", stops)
		}
		break
	}

	// What is known is not trained again.
	log := openLog(t, path, d)
	all := d.Trainings(d.Questions(), true)
	if log.Trainings() != len(all) {
		t.Fatalf("%d of %d trainings are known", log.Trainings(), len(all))
	}
	known := all[0].logged()
	taken, _ := log.Find(known)
	taken[0].TestAccuracy = 0.123
	table, err := Run(t.Context(), d, d.Trainings(d.Questions(), true), 1, log, silent{})
	if err != nil {
		t.Fatal(err)
	}
	if m := table.Get(all[0].at[0], all[0].pair, all[0].network); m.TestAccuracy != 0.123 {
		t.Errorf("accuracy %v was measured again", m.TestAccuracy)
	}
}

// A log that somebody edited may lack anything: those trainings are repeated.
func TestWhatDoesNotFitInALogIsMeasuredAnew(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	d := newDesign(t, small(), 1, true)
	trainings := d.Trainings(d.Questions(), true)
	want := Trials(trainAll(t, d, 2))
	for name, edited := range map[string][]*Measurement{
		"nothing": {}, "null": {nil, nil, nil}, "one without numbers": {{}}, "three without numbers": {{}, {}, {}},
	} {
		log := newLog(t, d)
		for _, training := range trainings {
			if err := log.Add(training.logged(), edited); err != nil {
				t.Fatal(err)
			}
		}
		table, err := Run(t.Context(), d, trainings, 2, log, silent{})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(Trials(table), want) {
			t.Errorf("%s: other measurements", name)
		}
	}
}

func TestLogOfAnotherBaseOrProgramIsNotUsed(t *testing.T) {
	d := newDesign(t, small(), 1, true)
	path := filepath.Join(t.TempDir(), "log")
	log := openLog(t, path, d)
	if err := (ledger{log}).Add(d.Trainings(d.Questions(), true)[0], []*Measurement{{Failure: "diverged"}}); err != nil {
		t.Fatal(err)
	}
	if err := log.Write(); err != nil {
		t.Fatal(err)
	}
	other := small()
	other.Noise = 0.3
	more := newDesign(t, small(), 2, false)
	for name, c := range map[string]struct {
		design  Design
		program experiment.Provenance
		want    int
	}{
		"the same":        {d, program, 1},
		"more seeds":      {more, program, 1},
		"another base":    {newDesign(t, other, 1, true), program, 0},
		"another program": {d, experiment.Provenance{Version: "v2", Kernels: "k"}, 0},
		"other kernels":   {d, experiment.Provenance{Version: "v1", Kernels: "l"}, 0},
	} {
		log, err := OpenLog(path, c.design, c.program)
		if err != nil || log.Trainings() != c.want {
			t.Errorf("%s: %d trainings, %v", name, log.Trainings(), err)
		}
	}
}
