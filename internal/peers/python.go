package main

import (
	"context"
	"embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"actscope/internal/atomicfile"
	"actscope/internal/npz"
)

// scripts are peer.py, which speaks with this file, and numpy_peer.py and torch_peer.py, which train.
//
//go:embed *.py
var scripts embed.FS

// python is a peer that is a script.
type python struct {
	process
	blas   string
	folder string // for the scripts and each task's arrays
}

// openPython starts the script of a peer. An interpreter or a library that is not there is a missingError.
func openPython(ctx context.Context, interpreter, label string) (_ *python, err error) {
	path, err := exec.LookPath(interpreter)
	if err != nil {
		return nil, &missingError{label, err.Error()}
	}
	p := &python{process: process{label: label}}
	if p.folder, err = os.MkdirTemp("", "peers-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	if err := os.CopyFS(p.folder, scripts); err != nil {
		return nil, err
	}
	p.command = exec.CommandContext(ctx, path, "-B", filepath.Join(p.folder, label+"_peer.py"))
	p.command.Env = append(os.Environ(), "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1", "MKL_NUM_THREADS=1", "BLIS_NUM_THREADS=1")
	greeting, err := p.begin()
	if err != nil {
		return nil, err
	}
	if greeting.Missing != "" {
		return nil, &missingError{label, path + ": " + greeting.Missing}
	}
	p.about, p.blas = greeting.Version+", products by "+greeting.BLAS, greeting.BLAS
	return p, nil
}

func (p *python) close() {
	p.process.close()
	os.RemoveAll(p.folder)
}

func (p *python) start(_ context.Context, t *task) (contender, error) {
	r := preparation{Layers: len(t.networks[0].initial) / 2, Batch: t.batch, Rate: rate, Passes: t.passes, Threads: t.threads(),
		Precision: t.networks[0].spec.Precision.String(), Classes: t.set.Targets.Count}
	for _, n := range t.networks {
		r.Activations = append(r.Activations, n.spec.Activation.Name)
	}
	return p.prepareWith(r, t.arrays())
}

// prepareWith hands the task's arrays over in a file.
func (p *python) prepareWith(r preparation, arrays []npz.Array) (contender, error) {
	r.Arrays = filepath.Join(p.folder, "task.npz")
	if err := atomicfile.Write(r.Arrays, func(w io.Writer) error { return npz.Write(w, arrays) }); err != nil {
		return contender{}, err
	}
	return p.prepare(r)
}

func (p *python) startProduct(m *matrixProduct) (contender, error) {
	return p.prepareWith(preparation{Product: m.precision, Passes: m.passes, Threads: 1}, []npz.Array{
		{Name: "a", Shape: []int{m.rows, m.inner}, Values: m.a},
		{Name: "b", Shape: []int{m.inner, m.columns}, Values: m.b},
	})
}

// arrays are the task's numbers under the names that the scripts know.
func (t *task) arrays() []npz.Array {
	rows := t.set.Rows()
	order := npz.Array{Name: "order", Shape: []int{len(t.orders), rows}, Type: npz.Int64}
	for _, epoch := range t.orders {
		for _, row := range epoch {
			order.Values = append(order.Values, float64(row))
		}
	}
	arrays := []npz.Array{
		{Name: "x", Shape: []int{rows, t.set.Columns}, Values: t.set.X},
		{Name: "y", Shape: []int{rows, 1}, Values: t.set.Y},
		order,
	}
	for i, n := range t.networks {
		for _, p := range n.initial {
			arrays = append(arrays, npz.Array{Name: fmt.Sprintf("net%d_%s", i, p.Name), Shape: []int{p.Rows, p.Columns}, Values: p.Values})
		}
	}
	return arrays
}
