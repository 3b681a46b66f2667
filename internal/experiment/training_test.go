package experiment

import (
	"slices"
	"testing"

	"actscope/internal/config"
	"actscope/models"
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

// Balanced, the rarer class counts as much as the other, and its rows are found more often.
func TestBalancedClassesCountAlike(t *testing.T) {
	trainer := NewTrainer()
	c := config.Article()
	c.Activations, c.Epochs, c.ClassShare, c.Noise = []string{"tanh"}, 60, 0.1, 0.5
	found := map[string]int{}
	for _, c.ClassWeights = range []string{"", "balanced"} {
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
		set := training.Data.Train
		wrong, err := training.Network.Wrong(set)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range set.ClassRows(1) {
			if !wrong[row] {
				found[c.ClassWeights]++
			}
		}
		if c.ClassWeights == "" {
			continue
		}
		again, err := trainer.Prepare(t.Context(), specifications[0])
		if err != nil {
			t.Fatal(err)
		}
		settings := specifications[0].Training
		settings.Shuffle = again.shuffle
		if settings.ClassWeights, err = models.BalancedWeights(set); err != nil {
			t.Fatal(err)
		}
		history, err := models.Train(t.Context(), again.Network, set, settings)
		if err != nil || !slices.Equal(history.Loss, outcome.Loss) {
			t.Errorf("the losses are not those of the training rows' weights: %v", err)
		}
	}
	if !(found["balanced"] > found[""]) {
		t.Errorf("rows of the rarer class that are right: %v", found)
	}
}
