package experiment

import (
	"testing"

	"actscope/internal/config"
)

// trainOne trains the one network of a configuration and measures it.
func trainOne(t *testing.T, trainer *Trainer, c config.Config) (Outcome, *Measurement) {
	t.Helper()
	specifications, err := c.Specifications()
	if err != nil {
		t.Fatal(err)
	}
	training, err := trainer.Prepare(t.Context(), specifications[0])
	if err != nil {
		t.Fatal(err)
	}
	outcome, err := training.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m, err := Measure(t.Context(), training.Network, training.Data, Signals)
	if err != nil && outcome.Diverged == nil {
		t.Fatal(err)
	}
	return outcome, m
}

func TestADivergenceIsAnOutcomeWithWhatCameBefore(t *testing.T) {
	trainer := NewTrainer()
	c := config.Article()
	c.Activations, c.LearningRate = []string{"relu"}, 1e150
	o, _ := trainOne(t, trainer, c)
	if o.Diverged == nil || len(o.Loss) != o.Diverged.Epoch-1 {
		t.Fatalf("%d losses before %v", len(o.Loss), o.Diverged)
	}
	c.LearningRate = 0.05
	if o, m := trainOne(t, trainer, c); o.Diverged != nil || !(m.TestAccuracy >= 0.9) {
		t.Errorf("after a divergence: accuracy %v, %v", m.TestAccuracy, o.Diverged)
	}
}

func TestTrainerKeepsFewNetworks(t *testing.T) {
	trainer := NewTrainer()
	c := config.Article()
	c.Activations, c.Epochs = []string{"relu"}, 1
	for units := 1; units <= 3*maxTrainerNetworks; units++ {
		c.Hidden = []int{units}
		trainOne(t, trainer, c)
	}
	if len(trainer.networks) != maxTrainerNetworks {
		t.Errorf("%d networks kept, want %d", len(trainer.networks), maxTrainerNetworks)
	}
	c.Hidden = []int{400, 400}
	trainOne(t, trainer, c)
	if len(trainer.networks) != 1 {
		t.Errorf("%d networks kept beside one of %d parameters", len(trainer.networks)-1, trainer.networks[0].ParameterCount())
	}
}
