package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"actscope/graph/machine/kernel"
)

// target is a ratio that a case has to reach: a peer's time over actscope's.
type target struct {
	key, peer string
	atLeast   float64
	claim     string
}

// targets are those of this build on these kernels: what large products have to reach depends on what multiplies.
func targets() []target {
	return append(slices.Clone(targetsOfKernels[kernel.Set()]), targetsOfProducts()...)
}

var targetsOfKernels = map[string][]target{
	kernel.AVX2: {
		{"a", "numpy", 25, "at least 25 times as fast as NumPy"},
		{"a", "tape", 12, "at least 12 times as fast as TapeMachine"},
		{"a", "handcoded", 4, "at least 4 times as fast as loops by hand"},
		{"b", "numpy", 1.5, "at least 1.5 times as fast as NumPy"},
		{"d", "numpy", 1, "at least as fast as NumPy"},
		{"e", "actscope on 1 core", 1.8, "at least 1.8 times as fast as on one core"},
		{"f", "numpy" + atOnce, 5, "at least 5 times as fast as NumPy" + atOnce},
		{"g", "numpy", 0.6, "at least 0.6 times as fast as NumPy's BLAS"},
		{"h", "numpy", 0.6, "at least 0.6 times as fast as NumPy's BLAS"},
	},
	kernel.Portable: {
		{"a", "numpy", 5, "at least 5 times as fast as NumPy"},
		{"a", "tape", 12, "at least 12 times as fast as TapeMachine"},
		{"a", "handcoded", 1, "no slower than loops by hand"},
		{"b", "numpy", 0.3, "at least 0.3 times as fast as NumPy"},
		{"d", "numpy", 1, "at least as fast as NumPy"},
		{"e", "actscope on 1 core", 1.8, "at least 1.8 times as fast as on one core"},
	},
}

func targetsOfProducts() []target {
	if libraryProducts {
		return []target{
			{"b", "numpy", 0.9, "at least 0.9 times as fast as NumPy, with its BLAS"},
			{"c", "numpy", 0.9, "at least 0.9 times as fast as NumPy, with its BLAS"},
		}
	}
	return []target{{"c", "gonum", 1, "at least as fast as gonum's matrix product"}}
}

// Bounds on what case a takes besides time for its steps.
const (
	planningTarget = 5 * time.Millisecond
	residentTarget = 60 << 20
)

// verdicts says of each target of the measured cases whether it is met.
func (r *report) verdicts() []string {
	var lines []string
	for _, m := range r.measurements {
		for _, t := range r.targets {
			if t.key == m.key {
				lines = append(lines, fmt.Sprintf("(%s) %s: %s", t.key, t.claim, r.judge(m, t)))
			}
		}
	}
	if r.planning.first > 0 {
		lines = append(lines, fmt.Sprintf("(a) building and planning one network under 5 ms: %s (%s)", verdict(r.planning.median < planningTarget), format(r.planning.median)))
	}
	if r.resident > 0 {
		lines = append(lines, fmt.Sprintf("(a) under 60 MB resident: %s (%.1f MB)", verdict(r.resident < residentTarget), float64(r.resident)/(1<<20)))
	}
	return lines
}

func (r *report) judge(m *measurement, t target) string {
	s := m.find(t.peer)
	if s == nil {
		return "not measured, for want of " + t.peer
	}
	for _, p := range r.entrants {
		if python, ok := p.(*python); ok && strings.HasPrefix(t.peer, p.name()) && strings.HasPrefix(python.blas, "reference") {
			return "not judged: the reference BLAS is slow, install libopenblas0-pthread"
		}
	}
	ratio := m.ratios(s)
	return fmt.Sprintf("%s, %v", verdict(ratio.median >= t.atLeast), ratio)
}

func verdict(met bool) string {
	if met {
		return "met"
	}
	return "NOT met"
}
