package cost

import (
	"context"
	"slices"

	"actscope/internal/experiment"
)

// Inspect makes the data of the first judging trial and gives the number of inputs.
// Data about which the question makes no sense is a [input.Error]: one class
// only, inputs that do not differ, or a target that the larger class alone reaches.
func Inspect(ctx context.Context, c Config) (inputs int, err error) {
	first := c.trial(Trial{Activation: c.Training.Activations[0], Shape: Shape{Depth: 1, Width: 1}, Rate: c.Rates[0], Stage: Judging})
	first.Epochs = 0
	d, _, err := experiment.TrainOne(ctx, first)
	if err != nil {
		return 0, searched(err)
	}
	ones := len(d.Raw.ClassRows(1))
	larger := float64(max(ones, d.Raw.Rows()-ones)) / float64(d.Raw.Rows())
	switch {
	case larger == 1:
		return 0, bad("dataset", "all %d points are of one class: there is nothing to tell apart", d.Raw.Rows())
	case !slices.ContainsFunc(d.Standardised.X, func(v float64) bool { return v != 0 }):
		return 0, bad("dataset", "all inputs are constant: no network can tell the classes apart")
	case larger >= c.Target:
		return 0, bad("target", "%v is reached without any network, by the class of %s of the points: take a larger one", c.Target, percent(larger))
	}
	return d.Raw.Columns, nil
}
