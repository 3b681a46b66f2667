package sweep

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/internal/number"
)

// measureKey is the key of a plan file that is no setting of a trial: what is measured of each trial
// beside what always is.
const measureKey = "measure"

// measure is a set of columns that a plan may ask for.
type measure struct {
	name string
	// columns are those of trials of at most so many hidden layers.
	columns func(depth int) []string
	// values are the columns' of one training; NaN is what is not defined.
	values func(depth int, t trained) []float64
}

// measures are all, in the order of their columns.
var measures = []measure{
	{"tangent-kernel", func(int) []string { return tangentColumns }, tangentValues},
	{"geometry", geometryColumns, geometryValues},
}

const (
	tangentKernel = iota
	wholeGeometry
)

// tangentModes is how many modes have columns, counted from the largest eigenvalue.
const tangentModes = 3

// tangentColumns are about the kernel before the first step: see [experiment.StartingKernel].
var tangentColumns = []string{
	"ntk_tau_1", "ntk_tau_2", "ntk_tau_3", "ntk_energy_1", "ntk_energy_2", "ntk_energy_3", "ntk_slowest_tau", "ntk_effective_rank", "ntk_trace", "line_loss",
}

func tangentValues(_ int, t trained) []float64 {
	all := slices.Repeat([]float64{math.NaN()}, len(tangentColumns))
	if k := t.kernel; k != nil && k.Reason == "" {
		for m := range min(tangentModes, len(k.Tau)) {
			all[m], all[tangentModes+m] = float64(k.Tau[m]), float64(k.Energy[m])
		}
		for i, v := range []number.Float{k.SlowestTau, k.EffectiveRank, k.Trace, k.LineLoss} {
			all[2*tangentModes+i] = float64(v)
		}
	}
	return all
}

// layerColumns are of each hidden layer, by what run.json calls them.
var layerColumns = []string{"distance_correlation", "distance_decoded", "effective_rank", "cka_input", "jacobian_largest"}

const (
	outputColumn = "distance_correlation_output"
	pooledColumn = "distance_correlation_pooled" // of each layer, and of the output
)

// geometryColumns are about what each hidden layer makes of the test points, and the output's
// distance correlation, within the predicted classes and then pooled.
func geometryColumns(depth int) []string {
	var all []string
	for _, name := range layerColumns {
		for l := 1; l <= depth; l++ {
			all = append(all, fmt.Sprintf("%s_%d", name, l))
		}
	}
	all = append(all, outputColumn)
	for l := 1; l <= depth; l++ {
		all = append(all, fmt.Sprintf("%s_%d", pooledColumn, l))
	}
	return append(all, pooledColumn+"_output")
}

func geometryValues(depth int, t trained) []float64 {
	all := slices.Repeat([]float64{math.NaN()}, (len(layerColumns)+1)*depth+2)
	output, pooled := len(layerColumns)*depth, len(layerColumns)*depth+1
	if t.measured == nil || len(t.measured.Geometry.Layers) == 0 {
		return all
	}
	g := t.measured.Geometry
	last := len(g.Layers) - 1
	for l := 1; l < last; l++ { // 0 is the input
		layer := g.Layers[l]
		for i, v := range []number.Float{layer.DistanceCorrelation, layer.DistanceDecoded, layer.EffectiveRank, g.CKA[0][l], layer.Jacobian.Largest.Median} {
			all[i*depth+l-1] = float64(v)
		}
		all[pooled+l-1] = float64(layer.DistanceCorrelationPooled)
	}
	all[output], all[pooled+depth] = float64(g.Layers[last].DistanceCorrelation), float64(g.Layers[last].DistanceCorrelationPooled)
	return all
}

// measureSet says which of the measures a plan asks for.
type measureSet [2]bool

// readMeasures reads the names of measures.
func readMeasures(names []string) (measureSet, error) {
	var set measureSet
	for _, name := range names {
		i := slices.IndexFunc(measures, func(m measure) bool { return m.name == name })
		if i < 0 {
			var known []string
			for _, m := range measures {
				known = append(known, m.name)
			}
			return set, input.Refuse(measureKey, "%q is not known: there are %s", name, strings.Join(known, ", "))
		}
		if set[i] {
			return set, input.Refuse(measureKey, "%s is there twice", name)
		}
		set[i] = true
	}
	return set, nil
}

// names are those of the measures in the set; nil of none.
func (s measureSet) names() []string {
	var names []string
	for i, m := range measures {
		if s[i] {
			names = append(names, m.name)
		}
	}
	return names
}

// columns are those of all measures in the set.
func (s measureSet) columns(depth int) []string {
	var all []string
	for i, m := range measures {
		if s[i] {
			all = append(all, m.columns(depth)...)
		}
	}
	return all
}

// values are those of all measures in the set; nil of none.
func (s measureSet) values(depth int, t trained) []float64 {
	var all []float64
	for i, m := range measures {
		if s[i] {
			all = append(all, m.values(depth, t)...)
		}
	}
	return all
}

// before measures what is measured before the first step.
func (s measureSet) before(ctx context.Context, training *experiment.Training, t *trained) (err error) {
	if s[tangentKernel] {
		t.kernel, err = training.StartingKernel(ctx)
	}
	return err
}

// extent is how much is measured of a trained network.
func (s measureSet) extent() experiment.Extent {
	if s[wholeGeometry] {
		return experiment.WholeGeometry
	}
	return experiment.Resolution
}
