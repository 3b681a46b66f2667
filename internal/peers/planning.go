package main

import (
	"time"

	"actscope/graph"
)

// planning is how long it takes to build the graph of one network, derive its gradients and plan it.
type planning struct {
	// first is that of this process's first network of the kind, whose kernels have to be certified; median is that of
	// the others.
	first, median time.Duration
}

// measurePlanning comes before all cases: afterwards their kernels are known.
func measurePlanning() (planning, error) {
	n := graph.MLP(2, []int{8, 8}, graph.Sigmoid, graph.Logits)
	var p planning
	var later []time.Duration
	for i := range 21 {
		start := time.Now()
		program, err := graph.Compile(n, n.NewParameters(), 64, graph.Options{Purpose: graph.Training})
		elapsed := time.Since(start)
		if err != nil {
			return p, err
		}
		if err := program.Close(); err != nil {
			return p, err
		}
		if i == 0 {
			p.first = elapsed
			continue
		}
		later = append(later, elapsed)
	}
	p.median = medianOf(later)
	return p, nil
}
