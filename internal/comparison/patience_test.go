package comparison

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/internal/config"
	"actscope/internal/input"
	"actscope/internal/runfolder"
	"actscope/models"
)

// patient is a small comparison whose networks stop at different epochs, before the last.
func patient() config.Config {
	c := config.Article()
	c.Samples, c.Noise, c.LearningRate, c.Epochs = 80, 0.5, 0.8, 120
	c.ValidationFraction, c.Patience, c.Schedule, c.WarmUp, c.ValidateEvery = 0.25, 8, "cosine", 5, 7
	return c
}

func run(t *testing.T, c config.Config, s Saving, w Watcher) *Result {
	t.Helper()
	r, err := Run(t.Context(), c, w, s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What a run says of its end is of the epoch whose parameters it gave back: final loss, the last frame,
// what is saved for other programs, and what is read back from its folder.
func TestEarlyStoppingGivesBackOneEpochEverywhere(t *testing.T) {
	c, saved := patient(), t.TempDir()
	r := run(t, c, Saving{Save: saved}, nil)
	frames := r.Networks[0].Snapshots
	for _, n := range r.Networks {
		best, stop := n.History.Best, len(n.History.Loss)
		if best == 0 || stop != min(best+c.Patience, c.Epochs) || len(n.History.Validation) != stop {
			t.Fatalf("%s: best epoch %d, stopped after %d with %d validations", n.Name, best, stop, len(n.History.Validation))
		}
		if n.FinalLoss() != n.History.Loss[best-1] || n.AfterTraining().Epoch != best {
			t.Errorf("%s: final loss %v, that of epoch %d is %v", n.Name, n.FinalLoss(), best, n.History.Loss[best-1])
		}
		for i, s := range n.Snapshots {
			if s.Epoch != frames[i].Epoch {
				t.Fatalf("%s: frame %d is of epoch %d, of the first network %d", n.Name, i, s.Epoch, frames[i].Epoch)
			}
			if s.Epoch >= stop && !slices.Equal(s.Values[0], n.Model.Parameters[0].Values) {
				t.Errorf("%s: at epoch %d the film shows another network than was given back", n.Name, s.Epoch)
			}
		}
		for _, epoch := range n.TestCurve.Epochs {
			if epoch%c.ValidateEvery != 0 && epoch != stop {
				t.Errorf("%s: the test rows are judged at epoch %d", n.Name, epoch)
			}
		}
		other, want := n.Model.Clone(), slices.Clone(n.Model.Parameters[0].Values)
		clear(other.Parameters[0].Values)
		if err := other.ReadParameters(filepath.Join(saved, n.Name+parametersSuffix)); err != nil || !slices.Equal(other.Parameters[0].Values, want) {
			t.Errorf("%s: saved for other programs are other parameters: %v", n.Name, err)
		}
	}
	if rows := r.Data.Train.Rows() + r.Data.Validation.Rows(); rows != 60 || r.Data.Validation.Rows() != 15 {
		t.Errorf("%d training and validation rows, %d of them validation", rows, r.Data.Validation.Rows())
	}

	folder, err := runfolder.New(filepath.Join(t.TempDir(), "run"))
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Discard()
	summary := r.Summary("compare", nil)
	if err := errors.Join(folder.WriteArrays(r.Arrays()), folder.WriteResult(summary), folder.Commit()); err != nil {
		t.Fatal(err)
	}
	back, _, err := Load(t.Context(), folder.Path())
	if err != nil {
		t.Fatal(err)
	}
	var first, second bytes.Buffer
	for _, of := range []struct {
		r *Result
		w *bytes.Buffer
	}{{r, &first}, {back, &second}} {
		metrics, err := of.r.Metrics(t.Context(), false)
		if err != nil {
			t.Fatal(err)
		}
		of.w.Write(metrics)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("a run that is read back has other metrics")
	}
	for i, n := range back.Networks {
		if w := r.Networks[i]; n.History.Best != w.History.Best || n.FinalLoss() != w.FinalLoss() || len(n.TestCurve.Epochs) != len(w.TestCurve.Epochs) || n.TestAccuracy != w.TestAccuracy {
			t.Errorf("%s: read back, best epoch %d, loss %v", n.Name, n.History.Best, n.FinalLoss())
		}
	}
}

// stopAfter stops a run at an epoch of its first network.
type stopAfter struct {
	cancel context.CancelFunc
	epoch  int
}

func (s stopAfter) Epoch(network int, e models.Epoch) {
	if network == 0 && e.Number == s.epoch {
		s.cancel()
	}
}

func (stopAfter) Trained(int)  {}
func (stopAfter) Measured(int) {}

func TestPatienceScheduleAndCurvesGoOnBitForBit(t *testing.T) {
	every := takeEvery
	takeEvery = 0
	defer func() { takeEvery = every }()
	c := patient()
	want := run(t, c, Saving{}, nil)
	folder := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if _, err := Run(ctx, c, stopAfter{cancel, 4}, Saving{Save: folder}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	for range 2 { // the second time all have stopped already
		got := run(t, c, Saving{Save: folder, Resume: folder}, nil)
		for i, a := range want.Arrays() {
			if b := got.Arrays()[i]; a.Name != b.Name || !slices.Equal(a.Values, b.Values) {
				t.Errorf("%s differs", a.Name)
			}
		}
	}
}

// The rates of a cosine depend on how many epochs there are: going on with more has to say which length
// it was.
func TestACosinesLengthIsItsOwn(t *testing.T) {
	c := config.Article()
	c.Samples, c.Epochs, c.Schedule = 40, 6, "cosine"
	folder := t.TempDir()
	run(t, c, Saving{Save: folder}, nil)
	c.Epochs = 9
	var bad *input.Error
	if _, err := Run(t.Context(), c, nil, Saving{Resume: folder}); !errors.As(err, &bad) || !strings.Contains(bad.Error(), "cosine:6") {
		t.Errorf("got %v", err)
	}
	c.Schedule = "cosine:6"
	got := run(t, c, Saving{Resume: folder}, nil)
	want := run(t, c, Saving{}, nil)
	for i, n := range got.Networks {
		if !slices.Equal(n.History.Loss, want.Networks[i].History.Loss) {
			t.Errorf("%s: %v, want %v", n.Name, n.History.Loss, want.Networks[i].History.Loss)
		}
	}
}

func TestMetricsAreATidyTable(t *testing.T) {
	c := config.Article()
	c.Samples, c.Epochs = 60, 30
	r := run(t, c, Saving{}, nil)
	for _, whole := range []bool{false, true} {
		file, err := r.Metrics(t.Context(), whole)
		if err != nil {
			t.Fatal(err)
		}
		table := csv.NewReader(bytes.NewReader(file))
		seen := make(map[string]int)
		for {
			row, err := table.Read()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			key := strings.Join(row[:4], ",")
			if seen[key]++; seen[key] > 1 {
				t.Errorf("%s is there twice", key)
			}
		}
		wanted := []string{"30,relu,layer 1,effective_rank", "0,sigmoid,layer 2,cka_input", "0,relu,,test_loss", "1,relu,,training_loss", "30,relu,output,gradient_norm", "30,sigmoid,,learning_rate"}
		if whole {
			wanted = append(wanted, "30,relu,output,distance_correlation", "0,relu,layer 1,jacobian_largest")
		}
		for _, key := range wanted {
			if seen[key] == 0 {
				t.Errorf("no %s among %d rows", key, len(seen))
			}
		}
	}
}
