package models

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/panics"
)

// maxRows is how many rows are evaluated at once: enough to amortise a run, few
// enough to keep the memory of wide networks in bounds.
const maxRows = 1024

// Predict computes P(class 1) for each row of x (rows × inputs, row-major) and
// calls the network's hooks on the way. Many rows are evaluated on all processors,
// or, where there are hooks, in their order on one; the result is the same.
func (net *Network) Predict(x []float64) ([]float64, error) {
	rows, err := net.checkColumns(x)
	if err != nil {
		return nil, err
	}
	pieces := (rows + maxRows - 1) / maxRows
	workers := min(pieces, runtime.GOMAXPROCS(0))
	if len(net.hooks.Points()) > 0 {
		workers = 1
	}
	probability := make([]float64, rows)
	keep := func(from int, p []float64) { copy(probability[from:], p) }
	var group errgroup.Group
	for worker := range workers - 1 {
		group.Go(func() (err error) {
			defer panics.Catch(&err, "evaluating %v", net)
			return net.predictPieces(x, rows, 1+worker, workers, keep)
		})
	}
	err = net.predictPieces(x, rows, 0, workers, keep) // hooks are called on the caller's goroutine
	if err := errors.Join(err, group.Wait()); err != nil {
		return nil, err
	}
	return probability, nil
}

// predictPieces evaluates pieces of at most maxRows rows: the piece numbered first and
// each that is a multiple of every after it. It calls visit with the first row of each and
// its rows' P(class 1), which are valid during the call.
func (net *Network) predictPieces(x []float64, rows, first, every int, visit func(from int, probability []float64)) error {
	for from := first * maxRows; from < rows; from += every * maxRows {
		to := min(from+maxRows, rows)
		program, err := net.evaluation.program(net, to-from, first, graph.Options{Captured: net.hooks.Points()})
		if err != nil {
			return err
		}
		copy(program.X, x[from*net.Inputs():to*net.Inputs()])
		if err := program.Run(); err != nil {
			return err
		}
		if err := net.hooks.Call(program, from); err != nil {
			return err
		}
		visit(from, program.Probability())
	}
	return nil
}

// Wrong marks the rows whose predicted class, 1 where p >= 0.5, is not their label, and
// those without a prediction, where p is NaN.
func (net *Network) Wrong(set data.Set) ([]bool, error) {
	probability, err := net.Predict(set.X)
	if err != nil {
		return nil, err
	}
	if len(probability) != len(set.Y) {
		return nil, fmt.Errorf("models: %d rows with %d labels", len(probability), len(set.Y))
	}
	return wrongRows(probability, set.Y), nil
}

// wrongRows compares the classes that probabilities of class 1 predict with labels.
func wrongRows(probability, y []float64) []bool {
	wrong := make([]bool, len(probability))
	for i, p := range probability {
		wrong[i] = p != p || (p >= 0.5) != (y[i] == 1)
	}
	return wrong
}

// Right counts the rows that are not [Network.Wrong], piece by piece on the caller's
// goroutine: for trainings that fill the processors already.
func (net *Network) Right(set data.Set) (int, error) {
	rows, err := net.checkColumns(set.X)
	if err != nil {
		return 0, err
	}
	if rows != len(set.Y) {
		return 0, fmt.Errorf("models: %d rows with %d labels", rows, len(set.Y))
	}
	right := 0
	err = net.predictPieces(set.X, rows, 0, 1, func(from int, probability []float64) {
		count := 0
		for i, p := range probability {
			one := 0 // added without a branch, which would often be guessed wrongly
			if p == p && (p >= 0.5) == (set.Y[from+i] == 1) {
				one = 1
			}
			count += one
		}
		right += count
	})
	return right, err
}

// Accuracy is the share of rows that are not [Network.Wrong].
func (net *Network) Accuracy(set data.Set) (float64, error) {
	wrong, err := net.Wrong(set)
	if err != nil {
		return 0, err
	}
	return Accuracy(wrong), nil
}

// Accuracy is the share of rows that are not wrong.
func Accuracy(wrong []bool) float64 {
	right := 0
	for _, w := range wrong {
		if !w {
			right++
		}
	}
	return float64(right) / float64(len(wrong))
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

// program gives a program of the network for a number of rows, compiled unless one with
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
