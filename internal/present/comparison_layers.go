package present

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"actscope/internal/comparison"
	"actscope/viz"
	"actscope/viz/figures"
)

// hiddenDrawing are the test points as the hidden layers hand them on.
func hiddenDrawing(r *comparison.Result) viz.Drawing {
	test := coloured(r, r.Data.Test)
	d := figures.HiddenSpace{Dataset: datasetTitle(r), Labels: test.labels, Classes: test.names, Values: test.values}
	for _, n := range r.Networks {
		d.Nets = append(d.Nets, hiddenLayers(n))
	}
	first := ofLast(r, func(n *comparison.Trained, _ int) float64 { return pointSpread(n, 1) })
	last := ofLast(r, pointSpread)
	finding := "From point to point a hidden unit varies by " + listed(last, digits(2))
	if slices.ContainsFunc(r.Networks, func(n *comparison.Trained) bool { return n.Test.HiddenLayers() > 1 }) {
		finding = fmt.Sprintf("From point to point a unit of the first hidden layer varies by %s, one of the last by %s", listed(first, digits(2)), listed(last, digits(2)))
	}
	return explained{d, finding, "Each panel is a hidden layer, each mark a test point at what two of its units say. " +
		"The finding's variation is the units' deviation over the points (root mean square), without the differences between units."}
}

// pointSpread is how much a unit of a hidden layer varies from test point to test point: the root of the mean of
// the units' variances.
func pointSpread(n *comparison.Trained, hidden int) float64 {
	m := n.Test.Hidden(hidden)
	_, units := m.Dims()
	sum := 0.
	for unit := range units {
		sum += stat.PopVariance(mat.Col(nil, unit, m), nil)
	}
	return math.Sqrt(sum / float64(units))
}

func hiddenLayers(n *comparison.Trained) figures.HiddenLayers {
	h := figures.HiddenLayers{Network: drawn(n)}
	spread := n.Spread
	for l := range spread {
		m := n.Test.Hidden(l + 1).RawMatrix()
		h.Layers = append(h.Layers, figures.HiddenLayer{Activations: m.Data, Units: m.Cols, Spread: spread[l]})
	}
	return h
}

// distributionDrawing are the activations of the hidden layers.
func distributionDrawing(r *comparison.Result) viz.Drawing {
	d := figures.ActivationDistributions{Dataset: datasetTitle(r)}
	for _, n := range r.Networks {
		d.Nets = append(d.Nets, hiddenLayers(n))
	}
	share := func(v float64) string { return viz.Percent(v, 0) }
	saturated := ofLast(r, func(n *comparison.Trained, hidden int) float64 { return float64(n.Geometry.Layers[hidden].Saturated) })
	dead := ofLast(r, func(n *comparison.Trained, hidden int) float64 { return float64(n.Geometry.Layers[hidden].Dead) })
	finding := "What the hidden layers hand on"
	if len(saturated) > 0 {
		finding = fmt.Sprintf("The share of the last hidden layer's activations where the function is all but flat is %s", listed(saturated, share))
	}
	if _, most := extremes(append(dead, of{})); most.value > 0 {
		finding += fmt.Sprintf("; that of its units which are the same for every test point is %s", listed(dead, share))
	}
	return explained{d, finding, "A row a layer: how often each value of an activation occurs, over all units and test points. All but flat: a slope below a tenth of the largest."}
}
