package config

import (
	"errors"
	"strings"
	"testing"

	"actscope/data"
	"actscope/internal/input"
)

func TestOutputsAndLossFollowTheTargets(t *testing.T) {
	two, five := data.Targets{}, data.Targets{Count: 5}
	labels, numbers := data.Targets{Task: data.MultiLabel, Count: 3}, data.Targets{Task: data.Regression, Count: 2}
	for _, k := range []struct {
		targets      data.Targets
		loss, output string
		outputs      int
		becomes      string // the loss, or what an error says
		key          string // of the error
	}{
		{two, "logits", "", 1, "logits", ""},
		{two, "bce", "", 1, "logits", ""},
		{two, "article", "", 1, "article", ""},
		{two, "hinge", "", 1, "hinge", ""},
		{two, "cross-entropy", "", 2, "softmax", ""},
		{two, "mse", "", 0, "mse is not for 2 classes: take logits, article, softmax, hinge", "loss"},
		{five, "logits", "", 5, "softmax", ""},
		{five, "hinge", "", 5, "hinge", ""},
		{five, "article", "", 0, "article is not for 5 classes: take softmax, hinge", "loss"},
		{labels, "logits", "", 3, "logits", ""},
		{labels, "softmax", "", 0, "softmax is not for 3 labels a row: take logits", "loss"},
		{numbers, "logits", "", 2, "mse", ""},
		{numbers, "half-mse", "tanh", 2, "half-mse", ""},
		{numbers, "softmax", "", 0, "softmax is not for 2 numbers to predict: take mse, half-mse", "loss"},
		{two, "logits", "tanh", 0, "loss logits has an output of its own, sigmoid", "output"},
		{five, "logits", "tanh", 0, "loss softmax has an output of its own, softmax", "output"},
	} {
		c := Article()
		c.Loss, c.Output = k.loss, k.output
		all, err := c.Specifications()
		if err != nil {
			t.Fatal(k, err)
		}
		s, err := all[0].For(7, k.targets)
		if k.key != "" {
			var bad *input.Error
			if !errors.As(err, &bad) || bad.Key != k.key || !strings.Contains(err.Error(), k.becomes) {
				t.Errorf("%v, %s at %q: %v", k.targets, k.loss, k.output, err)
			}
			continue
		}
		if err != nil || s.MLP.Inputs != 7 || s.MLP.Outputs != k.outputs || s.MLP.Loss.Name != k.becomes {
			t.Errorf("%v, %s: %d outputs, loss %s, %v", k.targets, k.loss, s.MLP.Outputs, s.MLP.Loss.Name, err)
		}
		again, err := s.For(7, k.targets)
		if err != nil || again.MLP.Outputs != k.outputs || again.MLP.Loss.Name != k.becomes {
			t.Errorf("%v, %s: settled twice it has %d outputs, loss %s, %v", k.targets, k.loss, again.MLP.Outputs, again.MLP.Loss.Name, err)
		}
	}
}
