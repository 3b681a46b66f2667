package mistakes_test

import (
	"context"
	"errors"
	"testing"

	"actscope/models/handcoded/mistakes"
)

func TestSearchStopsWhenTheContextIsDone(t *testing.T) {
	p := generic(0)
	yours := make([]mistakes.Gradient, len(p.Layers))
	for i, layer := range p.Layers {
		yours[i] = mistakes.Gradient{W: make([]float64, len(layer.W)), B: make([]float64, len(layer.B))}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := mistakes.Diagnose(ctx, p, yours); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
