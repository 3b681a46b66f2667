package study

import (
	"errors"
	"math"
	"slices"
	"testing"

	"actscope/models"
)

// A trainer that has trained other things before measures what a comparison does.
func TestTrainerMeasuresWhatCompareDoes(t *testing.T) {
	var trainer Trainer
	for _, seed := range []int64{7, 8} {
		for name, config := range settings() {
			for _, activation := range config.Activations {
				one := config
				one.Activations, one.Seed = []string{activation}, seed
				r, err := Compare(t.Context(), one, Unwatched{})
				if err != nil {
					t.Fatal(err)
				}
				n := r.Networks[0]
				got, err := trainer.Train(t.Context(), one)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(got.History.Loss, n.History.Loss) || got.History.Steps != n.History.Steps {
					t.Errorf("%s, %s, seed %d: another course of training", name, activation, seed)
				}
				if got.TrainAccuracy != n.TrainAccuracy || got.TestAccuracy != n.TestAccuracy {
					t.Errorf("%s, %s: accuracies %v, %v, want %v, %v", name, activation, got.TrainAccuracy, got.TestAccuracy, n.TrainAccuracy, n.TestAccuracy)
				}
				if !slices.Equal(got.Spread, n.Spread()) {
					t.Errorf("%s, %s: spread %v, want %v", name, activation, got.Spread, n.Spread())
				}
				if last := n.GradientNorms[len(n.GradientNorms)-len(one.Hidden)-1:]; !slices.Equal(got.GradientNorms, last) {
					t.Errorf("%s, %s: gradient norms %v, want %v", name, activation, got.GradientNorms, last)
				}
			}
		}
	}
}

func TestTrainerKeepsWhatCameBeforeADivergence(t *testing.T) {
	var trainer Trainer
	c := Article()
	c.Activations, c.LearningRate = []string{"relu"}, 1e150
	o, err := trainer.Train(t.Context(), c)
	var divergence *models.DivergenceError
	if !errors.As(err, &divergence) {
		t.Fatalf("got %v, want a divergence", err)
	}
	if len(o.History.Loss) != divergence.Epoch-1 {
		t.Errorf("%d losses before epoch %d", len(o.History.Loss), divergence.Epoch)
	}
	c.LearningRate = 0.05
	if o, err = trainer.Train(t.Context(), c); err != nil || math.IsNaN(o.TestAccuracy) || o.TestAccuracy < 0.9 {
		t.Errorf("after a divergence: accuracy %v, %v", o.TestAccuracy, err)
	}
}

func TestTrainerKeepsFewNetworks(t *testing.T) {
	var trainer Trainer
	c := Article()
	c.Activations, c.Epochs = []string{"relu"}, 1
	for units := 1; units <= 3*maxTrainerNetworks; units++ {
		c.Hidden = []int{units}
		if _, err := trainer.Train(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	if len(trainer.networks) != maxTrainerNetworks {
		t.Errorf("%d networks kept, want %d", len(trainer.networks), maxTrainerNetworks)
	}
	c.Hidden = []int{400, 400}
	if _, err := trainer.Train(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if len(trainer.networks) != 1 {
		t.Errorf("%d networks kept beside one of %d parameters", len(trainer.networks)-1, trainer.networks[0].model.ParameterCount())
	}
}
