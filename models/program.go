package models

import (
	"runtime"
	"slices"
	"sync"

	"actscope/graph"
)

// Program compiles the network for other uses than training and evaluation, such
// as drawing its graph. It shares the network's parameters and statistics; close it
// after use.
func (net *Network) Program(rows int, o graph.Options) (*graph.Program, error) {
	o.Statistics = net.Statistics
	return graph.Compile(net.architecture, net.Parameters, rows, o)
}

// Sensitivity compiles the network to differentiate the tensor at a point with
// respect to the input; close it after use.
func (net *Network) Sensitivity(rows int, at graph.Point) (*graph.Sensitivity, error) {
	return graph.CompileSensitivity(net.architecture, net.Parameters, net.Statistics, rows, at)
}

// Points are both stages of every layer, from the first to the output.
func (net *Network) Points() []graph.Point {
	var points []graph.Point
	for layer := 1; layer <= net.Depth(); layer++ {
		points = append(points, graph.Point{Layer: layer, Stage: graph.PreActivation}, graph.Point{Layer: layer, Stage: graph.PostActivation})
	}
	return points
}

// maxPrograms bounds the compiled programs that are kept for one use, beyond those
// that the workers of one evaluation hold.
const maxPrograms = 8

// programs are the compiled programs of a network's recent evaluations, or of its
// trainings, the last used last.
type programs struct {
	mu   sync.Mutex
	kept []keptProgram
}

type keptProgram struct {
	rows    int
	worker  int
	points  []graph.Point
	program *graph.Program
}

// program gives a program of the network for so many rows, compiled unless one with
// the same options is there; all programs kept have one purpose. Workers, numbered
// from 0, that run side by side have programs of their own.
func (k *programs) program(net *Network, rows, worker int, o graph.Options) (*graph.Program, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, p := range k.kept {
		if p.rows == rows && p.worker == worker && slices.Equal(p.points, o.Captured) {
			k.kept = append(slices.Delete(k.kept, i, i+1), p)
			return p.program, nil
		}
	}
	program, err := net.Program(rows, o)
	if err != nil {
		return nil, err
	}
	if len(k.kept) >= maxPrograms+2*runtime.GOMAXPROCS(0) { // the oldest is nobody's now
		if err := k.kept[0].program.Close(); err != nil {
			return nil, err
		}
		k.kept = slices.Delete(k.kept, 0, 1)
	}
	k.kept = append(k.kept, keptProgram{rows, worker, o.Captured, program})
	return program, nil
}
