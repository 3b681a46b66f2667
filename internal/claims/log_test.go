package claims

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"actscope/internal/experiment"
)

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
	want, err := Trials(trainAll(t, d, 2))
	if err != nil {
		t.Fatal(err)
	}
	path, before := filepath.Join(t.TempDir(), "log"), -1
	for stops := 0; ; stops++ {
		log := openLog(t, path, d)
		if log.Trainings() <= before {
			t.Fatalf("%d trainings after %d", log.Trainings(), before)
		}
		before = log.Trainings()
		ctx, stop := context.WithCancel(t.Context())
		table, err := Run(ctx, d, d.Settings, 2, log, &stopAfter{before + 10, stop})
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
		got, err := Trials(table)
		if err != nil || string(got) != string(want) {
			t.Errorf("after %d stops: another table, %v", stops, err)
		}
		if stops < 3 {
			t.Errorf("only %d stops", stops)
		}
		break
	}

	// What is known is not trained again.
	log := openLog(t, path, d)
	all := d.Trainings(d.Settings)
	if log.Trainings() != len(all) {
		t.Fatalf("%d of %d trainings are known", log.Trainings(), len(all))
	}
	known := all[0].logged()
	taken, _ := log.Find(known)
	taken[0].TestAccuracy = 0.123
	table, err := Run(t.Context(), d, d.Settings, 1, log, silent{})
	if err != nil {
		t.Fatal(err)
	}
	if m := table.Get(all[0].at[0], all[0].pair, all[0].network); m.TestAccuracy != 0.123 {
		t.Errorf("accuracy %v was measured again", m.TestAccuracy)
	}
}

func TestLogOfAnotherBaseOrProgramIsNotUsed(t *testing.T) {
	d := newDesign(t, small(), 1, true)
	path := filepath.Join(t.TempDir(), "log")
	log := openLog(t, path, d)
	if err := (ledger{log}).Add(d.Trainings(d.Settings)[0], []*Measurement{{Failure: "diverged"}}); err != nil {
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
