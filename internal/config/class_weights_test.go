package config

import (
	"errors"
	"strings"
	"testing"

	"actscope/data"
	"actscope/internal/input"
)

func TestClassWeightsAreForClasses(t *testing.T) {
	c := Article()
	c.ClassWeights = "half"
	var bad *input.Error
	if _, err := c.Specifications(); !errors.As(err, &bad) || bad.Key != "class-weights" || !strings.Contains(err.Error(), "hoose one of none, balanced") {
		t.Errorf("got %v", err)
	}
	c.ClassWeights = "balanced"
	specifications, err := c.Specifications()
	if err != nil || !specifications[0].Balanced {
		t.Fatal(specifications, err)
	}
	for _, targets := range []data.Targets{{}, {Count: 5}} {
		if s, err := specifications[0].For(2, targets); err != nil || !s.Balanced {
			t.Errorf("%v: %v", targets, err)
		}
	}
	for _, targets := range []data.Targets{{Task: data.Regression}, {Task: data.MultiLabel, Count: 2}} {
		if _, err := specifications[0].For(2, targets); !errors.As(err, &bad) || bad.Key != "class-weights" || !strings.Contains(err.Error(), "leave it out") {
			t.Errorf("%v: %v", targets, err)
		}
	}
	s, err := SettingNamed("class-weights")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Set(&c, "none"); err != nil || c.ClassWeights != "" || s.Get(c) != "none" {
		t.Errorf("none is kept as %q, shown as %s: %v", c.ClassWeights, s.Get(c), err)
	}
}
