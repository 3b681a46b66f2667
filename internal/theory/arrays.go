package theory

import (
	"slices"

	"actscope/internal/npz"
)

// Arrays are the numbers behind the figures, under the names of arrays.npz.
func (r *Result) Arrays() npz.Arrays {
	line := func(name string, values []float64) npz.Array {
		return npz.Array{Name: name, Shape: []int{len(values)}, Values: values}
	}
	rows := func(name string, values [][]float64) npz.Array {
		return npz.Array{Name: name, Shape: []int{len(values), len(values[0])}, Values: slices.Concat(values...)}
	}
	p, m, f := r.Phases, r.Maps, r.Far
	grid := []int{len(p.BiasVariance), len(p.WeightVariance)}
	arrays := npz.Arrays{
		line("map_q", m.Variance), line("map_next_q", m.NextVariance), line("map_c", m.Correlation), line("map_next_c", m.NextCorrelation),
		line("phase_weight_variance", p.WeightVariance), line("phase_bias_variance", p.BiasVariance),
		{Name: "phase_chi_1", Shape: grid, Values: p.Chi}, {Name: "phase_q_star", Shape: grid, Values: p.Variance},
		line("ray_distance", f.Distance), line("ray_angle", f.Angle),
	}
	for _, n := range f.Networks {
		arrays = append(arrays, rows(n.Name+"_ray_logit", n.Logit))
	}
	if measured := r.Measured; len(measured.Variance) > 0 {
		arrays = append(arrays, rows("measured_q", measured.Variance), rows("measured_std", measured.Deviation),
			rows("measured_length_ratio", measured.LengthRatio), rows("measured_correlation", measured.Correlation))
	}
	return arrays
}
