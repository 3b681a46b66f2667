package models

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"actscope/data"
	"actscope/graph"
)

// goldenTraining is a training by PyTorch: see testdata/schedules.py.
type goldenTraining struct {
	Name               string
	Schedule           string
	WarmUp             int `json:"warm_up"`
	Epochs, Patience   int
	Rate               float64
	X, Y               []float64
	ValidationX        []float64 `json:"validation_x"`
	ValidationY        []float64 `json:"validation_y"`
	Start, Kept        [][]float64
	Loss               []float64
	ValidationLoss     []float64 `json:"validation_loss"`
	ValidationAccuracy []float64 `json:"validation_accuracy"`
	Best               int
}

func goldenSchedules(t *testing.T) (golden struct {
	Rate      float64
	Schedules []struct {
		Schedule string
		WarmUp   int `json:"warm_up"`
		Epochs   int
		Rates    []float64
	}
	Trainings []goldenTraining
}) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "schedules.json"))
	if err == nil {
		err = json.Unmarshal(text, &golden)
	}
	if err != nil {
		t.Fatal(err)
	}
	return golden
}

func schedule(t *testing.T, form string, warmUp, epochs int) Schedule {
	t.Helper()
	s, err := ParseSchedule(form, epochs)
	if err != nil {
		t.Fatal(err)
	}
	s.WarmUp = warmUp
	return s
}

func TestSchedulesGiveTheRatesOfPyTorch(t *testing.T) {
	golden := goldenSchedules(t)
	for _, c := range golden.Schedules {
		s := schedule(t, c.Schedule, c.WarmUp, c.Epochs)
		for i, want := range c.Rates {
			if got := golden.Rate * s.Share(i+1); math.Abs(got-want) > 1e-14 {
				t.Errorf("%s, warm-up %d, epoch %d: rate %v, want %v", c.Schedule, c.WarmUp, i+1, got, want)
			}
		}
		if again, err := ParseSchedule(s.String(), 7); err != nil || again.Share(3) != schedule(t, c.Schedule, 0, c.Epochs).Share(3) {
			t.Errorf("%s is written as %s: %v", c.Schedule, s, err)
		}
	}
	if got := schedule(t, "cosine:10:0.2", 0, 30).Share(25); got != 0.2 {
		t.Errorf("after its length a cosine is at %v", got)
	}
}

func TestBadSchedulesAreRefused(t *testing.T) {
	for _, form := range []string{"", "linear", "step", "step:3", "step:0:0.5", "step:3:0", "step:3:1.5", "step:3:NaN", "cosine:0", "cosine:x", "cosine:5:2", "cosine:5:-1", "cosine:5:0.1:2"} {
		if s, err := ParseSchedule(form, 10); err == nil {
			t.Errorf("%q is read as %v", form, s)
		}
	}
	if err := (Schedule{WarmUp: 10, Length: 10}).Validate(); err == nil {
		t.Error("a warm-up that leaves no cosine is accepted")
	}
}

// start makes the golden training's network and settings.
func (g goldenTraining) start(t *testing.T) (*Network, data.Set, Training) {
	t.Helper()
	net, err := NewMLP(MLP{Inputs: 2, Hidden: []int{9}, Activation: graph.Tanh}, data.NewRandomState(1))
	if err != nil {
		t.Fatal(err)
	}
	for i, values := range g.Start {
		copy(net.Parameters[i].Values, values)
	}
	training := Training{
		Rate: g.Rate, Batch: 1000, Epochs: g.Epochs, Shuffle: data.NewRandomState(2), Patience: g.Patience,
		Schedule: schedule(t, g.Schedule, g.WarmUp, g.Epochs), Optimiser: Momentum{0.9},
		Validation: data.Set{X: g.ValidationX, Y: g.ValidationY, Columns: 2},
	}
	if g.Name == "adam" {
		training.Optimiser, training.WeightDecay = Adam{0.9, 0.999, 1e-8}, 0.05
	}
	return net, data.Set{X: g.X, Y: g.Y, Columns: 2}, training
}

// near compares with what PyTorch found; errors of rounding grow over two hundred epochs.
func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d numbers, want %d", what, len(got), len(want))
		return
	}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-9 {
			t.Errorf("%s %d is %v, want %v", what, i+1, got[i], want[i])
			return
		}
	}
}

func TestEarlyStoppingUnderSchedulesIsThatOfALoopInPyTorch(t *testing.T) {
	for i, g := range goldenSchedules(t).Trainings {
		t.Run(fmt.Sprint(i, g.Name), func(t *testing.T) {
			net, set, training := g.start(t)
			last, rates := 0, []float64(nil)
			h, err := Train(t.Context(), net, set, training, RecorderFunc(func(e Epoch) error {
				if e.Last {
					last = e.Number
				}
				rates = append(rates, e.Rate)
				if e.Validation == nil {
					t.Error("the recorder sees no validation")
				}
				return nil
			}))
			if err != nil {
				t.Fatal(err)
			}
			if h.Best != g.Best || last != len(g.Loss) {
				t.Errorf("best epoch %d of %d, want %d of %d", h.Best, last, g.Best, len(g.Loss))
			}
			near(t, "loss", h.Loss, g.Loss)
			var losses, accuracies []float64
			for _, v := range h.Validation {
				losses, accuracies = append(losses, v.Loss), append(accuracies, v.Accuracy)
			}
			near(t, "validation loss", losses, g.ValidationLoss)
			near(t, "validation accuracy", accuracies, g.ValidationAccuracy)
			for p, want := range g.Kept {
				near(t, net.Parameters[p].Name, net.Parameters[p].Values, want)
			}
			for e, rate := range rates {
				if want := g.Rate * training.Schedule.Share(e+1); rate != want {
					t.Errorf("epoch %d: the recorder sees the rate %v, want %v", e+1, rate, want)
				}
			}
		})
	}
}

// A training with patience and a schedule goes on from any epoch bit for bit, the best parameters and
// the epochs waited included; one that had stopped stays where it was.
func TestPatienceAndSchedulesResumeBitForBit(t *testing.T) {
	g := goldenSchedules(t).Trainings[0]
	straight, set, training := g.start(t)
	want, err := Train(t.Context(), straight, set, training)
	if err != nil {
		t.Fatal(err)
	}
	stop := len(want.Loss)
	for _, at := range []int{1, want.Best - 1, want.Best, want.Best + 1, stop - 1, stop} {
		path := filepath.Join(t.TempDir(), "checkpoint.npz")
		first, set, training := g.start(t)
		if _, err := Train(t.Context(), first, set, training, RecorderFunc(func(e Epoch) error {
			if e.Number != at {
				return nil
			}
			c, err := e.Checkpoint()
			if err != nil {
				return err
			}
			return c.Write(path)
		})); err != nil {
			t.Fatal(err)
		}
		resumed, set, training := g.start(t)
		if training.Resume, err = ReadCheckpoint(path); err != nil {
			t.Fatal(err)
		}
		got, err := Train(t.Context(), resumed, set, training)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Loss, want.Loss) || !slices.Equal(got.Validation, want.Validation) || got.Best != want.Best {
			t.Errorf("from epoch %d: best epoch %d of %d, want %d of %d", at, got.Best, len(got.Loss), want.Best, stop)
		}
		for i, values := range state(resumed) {
			if !slices.Equal(values, state(straight)[i]) {
				t.Errorf("from epoch %d: %s differs", at, straight.arrays()[i].Name)
			}
		}
	}
	plain, set, training := g.start(t)
	training.Patience, training.Validation = 0, data.Set{}
	training.Resume = nil
	var c *Checkpoint
	if _, err := Train(t.Context(), plain, set, training, RecorderFunc(func(e Epoch) (err error) {
		c, err = e.Checkpoint()
		return err
	})); err != nil {
		t.Fatal(err)
	}
	net, _, training := g.start(t)
	training.Resume = c
	if _, err := Train(t.Context(), net, set, training); err == nil {
		t.Error("a training with patience goes on from one without")
	}
}

// Judging changes nothing of the steps, and neither a step nor a judgement allocates.
func TestValidationLeavesTheStepsAlone(t *testing.T) {
	set := moons(t, 40)
	var outcomes [][]float64
	for _, validation := range []data.Set{{}, moons(t, 10)} {
		r := resumable{Descent{}, []string{"batch-norm", "dropout:0.3"}}
		net, training := r.start(t, 5, 6)
		training.Validation = validation
		if _, err := Train(t.Context(), net, set, training); err != nil {
			t.Fatal(err)
		}
		outcomes = append(outcomes, slices.Concat(state(net)...))
		if validation.Rows() == 0 {
			continue
		}
		v, err := NewValidator(net, validation, training)
		if err != nil {
			t.Fatal(err)
		}
		got, err := v.Judge()
		if err != nil {
			t.Fatal(err)
		}
		accuracy, err := net.Accuracy(validation)
		if err != nil || got.Accuracy != accuracy {
			t.Errorf("accuracy %v, want %v: %v", got.Accuracy, accuracy, err)
		}
		predicted, err := net.Predict(validation.X)
		if err != nil {
			t.Fatal(err)
		}
		loss := 0.0
		for i, p := range predicted {
			y := validation.Y[i]
			loss -= (y*math.Log(p+1e-9) + (1-y)*math.Log(1-p+1e-9)) / float64(len(predicted))
		}
		if math.Abs(got.Loss-loss) > 1e-14 {
			t.Errorf("loss %v, want %v", got.Loss, loss)
		}
		if n := testing.AllocsPerRun(20, func() { v.Judge() }); n != 0 {
			t.Errorf("%v allocations in a judgement", n)
		}
	}
	if !slices.Equal(outcomes[0], outcomes[1]) {
		t.Error("with validation rows the network is another")
	}
}

// A sum of many rows in pieces is that of one mini-batch, so that it stands beside the training loss.
func TestValidationLossesOfManyRowsAndReductions(t *testing.T) {
	set := moons(t, 2*maxRows+37)
	for _, reduction := range graph.Reductions() {
		net, err := NewMLP(MLP{Inputs: 2, Hidden: []int{5}, Activation: graph.Tanh, Reduction: reduction, L2: 0.1}, data.NewRandomState(3))
		if err != nil {
			t.Fatal(err)
		}
		v, err := NewValidator(net, set, Training{Batch: 16})
		if err != nil {
			t.Fatal(err)
		}
		got, err := v.Judge()
		if err != nil {
			t.Fatal(err)
		}
		mean := 0.0
		for from := 0; from+16 <= set.Rows(); from += 16 {
			piece := set.From(from).First(16)
			g, err := net.Gradient(piece)
			if err != nil {
				t.Fatal(err)
			}
			mean += g.Reported
		}
		if mean /= float64(set.Rows() / 16); math.Abs(got.Loss-mean) > 0.005*mean { // but for the rows that are left
			t.Errorf("%s: %v, want about %v", reduction, got.Loss, mean)
		}
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	}
}
