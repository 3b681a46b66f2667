package config

import (
	"errors"
	"math"
	"strings"
	"testing"

	"actscope/internal/input"
)

func TestRateFactorsGiveEachNetworkItsRate(t *testing.T) {
	c := Article()
	if _, err := Parse("a.yaml", []byte("rate-factors: [10, 0.5]\nlearning-rate: 0.07\nl1: 0.002\n"), &c); err != nil {
		t.Fatal(err)
	}
	all, err := c.Specifications()
	if err != nil {
		t.Fatal(err)
	}
	rate := 0.07 // of the type float64: constants are multiplied without rounding
	if all[0].Training.Rate != rate*10 || all[1].Training.Rate != rate*0.5 || all[0].Training.L1 != 0.002 {
		t.Errorf("rates %v and %v, L1 %v", all[0].Training.Rate, all[1].Training.Rate, all[0].Training.L1)
	}
	var text strings.Builder
	if err := Write(&text, c); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), "rate-factors: [10, 0.5]\n") || !strings.Contains(text.String(), "l1: 0.002\n") {
		t.Error(text.String())
	}
	if flags := strings.Join(Flags(c.Entries(), Article().Entries()), " "); !strings.Contains(flags, "--rate-factors 10,0.5") {
		t.Error(flags)
	}
}

// Where they are not used, a configuration is written as before they were known.
func TestOptionalSettingsLeaveNoTrace(t *testing.T) {
	for _, e := range Article().Entries() {
		if e.Key == "rate-factors" || e.Key == "l1" {
			t.Errorf("%v", e)
		}
	}
	s, err := SettingNamed("rate-factors")
	if err != nil {
		t.Fatal(err)
	}
	c := Article()
	if err := s.Set(&c, "1"); err != nil || c.RateFactors != nil {
		t.Errorf("%v: %v", c.RateFactors, err)
	}
}

func TestRateFactorsOutsideTheirDomainAreRefused(t *testing.T) {
	for _, factors := range [][]float64{{1}, {1, 2, 3}, {1, 0}, {-1, 1}, {1, math.NaN()}, {math.Inf(1), 1}} {
		c := Article()
		c.RateFactors = factors
		var bad *input.Error
		if err := c.Validate(); !errors.As(err, &bad) || bad.Key != "rate-factors" {
			t.Errorf("%v: %v", factors, err)
		}
	}
	c := Article()
	c.RateFactors, c.WeightDecay = []float64{1, 100}, 1
	var bad *input.Error
	if err := c.Validate(); !errors.As(err, &bad) || bad.Key != "weight-decay" {
		t.Errorf("%v", err)
	}
}
