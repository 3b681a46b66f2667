package pace

import (
	"context"
	"math"
	"testing"

	"actscope/internal/config"
	"actscope/internal/experiment"
)

func TestKernelsOfWideNetworksConvergeToTheLimit(t *testing.T) {
	c := config.Article()
	c.Activations = []string{"sigmoid", "relu", "tanh"}
	d, err := experiment.Load(context.Background(), c.Points)
	if err != nil {
		t.Fatal(err)
	}
	specifications, err := c.Specifications()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range specifications {
		w, err := measureWidths(context.Background(), s, d.Train, 20)
		if err != nil {
			t.Fatal(err)
		}
		last := len(w.Widths) - 1
		t.Logf("%s: departures %.3g, spreads %.3g, slope %.3g, traces %.3g, biases %.3g %.3g", s.Name, w.Departure, w.Spread, w.Slope, w.Trace, w.BiasDeparture, w.BiasSpread)
		if w.Widths[last] != 1024 || !(w.Departure[last] < 0.03) || !(w.BiasDeparture[last] < 0.03) {
			t.Errorf("%s: at width %d the mean kernel is off the limit by %v, that of biases by %v", s.Name, w.Widths[last], w.Departure[last], w.BiasDeparture[last])
		}
		if math.Abs(float64(w.Slope)+0.5) > 0.12 {
			t.Errorf("%s: spreads fall as width^%v, the root's is -1/2", s.Name, w.Slope)
		}
	}
}

func TestWidthsSayWhyThereIsNoLimit(t *testing.T) {
	for _, change := range []func(*config.Config){
		func(c *config.Config) { c.Init = "glorot-normal" }, func(c *config.Config) { c.Parts = []string{"batch-norm"} },
	} {
		c := config.Article()
		change(&c)
		d, err := experiment.Load(context.Background(), c.Points)
		if err != nil {
			t.Fatal(err)
		}
		specifications, err := c.Specifications()
		if err != nil {
			t.Fatal(err)
		}
		if w, err := measureWidths(context.Background(), specifications[0], d.Train, 5); err != nil || w.Reason == "" || len(w.Widths) > 0 {
			t.Errorf("%+v, %v", w, err)
		}
	}
}
