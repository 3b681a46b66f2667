package models

import (
	"errors"
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

// Predict computes the outputs for each row of x (rows × inputs, row-major), rows × outputs:
// P(class 1) of a network with one sigmoid unit, probabilities of labels or classes, scores of
// a hinge, or numbers. It calls the network's hooks on the way. Many rows are evaluated on all
// processors, or, where there are hooks, in their order on one; the result is the same.
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
	predicted := make([]float64, rows*net.Outputs())
	keep := func(from int, output []float64) { copy(predicted[from*net.Outputs():], output) }
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
	return predicted, nil
}

// predictPieces evaluates pieces of at most maxRows rows: the piece numbered first and
// each that is a multiple of every after it. It calls visit with the first row of each and
// its rows' outputs, which are valid during the call.
func (net *Network) predictPieces(x []float64, rows, first, every int, visit func(from int, output []float64)) error {
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
		visit(from, program.Output())
	}
	return nil
}

// Wrong marks the rows that are predicted wrongly. Labels are predicted to be 1 where p >= 0.5,
// or a hinge's score is not negative, and all of a row have to be right; the predicted class is
// that of the largest output, the first of equals. A row with a NaN is wrong. The set's Y is as
// for [Train].
func (net *Network) Wrong(set data.Set) ([]bool, error) {
	rows, err := net.checkLabels(set)
	if err != nil {
		return nil, err
	}
	predicted, err := net.Predict(set.X)
	if err != nil {
		return nil, err
	}
	return net.reading().wrong(predicted, set.Y, rows), nil
}

// Right counts the rows that are not [Network.Wrong], piece by piece on the caller's
// goroutine: for trainings that fill the processors already.
func (net *Network) Right(set data.Set) (int, error) {
	rows, err := net.checkLabels(set)
	if err != nil {
		return 0, err
	}
	reading, columns, right := net.reading(), len(set.Y)/rows, 0
	err = net.predictPieces(set.X, rows, 0, 1, func(from int, output []float64) {
		right += reading.right(output, set.Y[from*columns:], len(output)/net.Outputs())
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
	rows     int
	worker   int
	points   []graph.Point
	weighted bool
	program  *graph.Program
}

// program gives a program of the network for a number of rows, compiled unless one with
// the same options is there; all programs kept have one purpose. Workers, numbered
// from 0, that run side by side have programs of their own.
func (k *programs) program(net *Network, rows, worker int, o graph.Options) (*graph.Program, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, p := range k.kept {
		if p.rows == rows && p.worker == worker && slices.Equal(p.points, o.Captured) && p.weighted == o.Weighted {
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
	k.kept = append(k.kept, keptProgram{rows, worker, o.Captured, o.Weighted, program})
	return program, nil
}
