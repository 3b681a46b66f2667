package machine_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"actscope/graph/machine"

	"gorgonia.org/gorgonia"
)

// train takes steps of plain gradient descent and returns the parameters, W1 b1 ...
func train(t testing.TB, arch architecture, seed uint64, steps int) [][]float64 {
	n := build(t, arch, seed)
	m := plan(t, n.graph, n.outputs())
	defer m.Close()
	var parameters [][]float64
	for _, p := range n.parameters {
		parameters = append(parameters, values(t, m, p))
	}
	for range steps {
		run(t, m)
		for i, p := range parameters {
			for j, g := range values(t, m, n.gradients[i]) {
				p[j] -= 0.1 * g
			}
		}
	}
	return parameters
}

func TestMachinesSideBySideComputeTheSameBits(t *testing.T) {
	const goroutines, steps = 8, 20
	archs := []architecture{
		{rows: 64, widths: []int{2, 8, 8, 1}, hidden: of(sigmoid), loss: logits},
		{rows: 64, widths: []int{2, 16, 16, 1}, hidden: of(relu), loss: article},
		{rows: 32, widths: []int{2, 33, 1}, hidden: of(tanh), loss: logits},
	}
	var alone [goroutines][][]float64
	for i := range alone {
		alone[i] = train(t, archs[i%len(archs)], uint64(i), steps)
	}
	var together [goroutines][][]float64
	var wait sync.WaitGroup
	for i := range together {
		wait.Go(func() { together[i] = train(t, archs[i%len(archs)], uint64(i), steps) })
	}
	wait.Wait()
	for i := range alone {
		for j := range alone[i] {
			if !slices.Equal(alone[i][j], together[i][j]) {
				t.Errorf("network %d: parameter %d depends on the company", i, j)
			}
		}
	}
}

// gate is an operator that waits, so that a run can be caught in the middle.
type gate struct {
	gorgonia.Op
	entered, leave chan struct{}
}

func (o gate) Do(vs ...gorgonia.Value) (gorgonia.Value, error) {
	o.entered <- struct{}{}
	<-o.leave
	return o.Op.Do(vs...)
}

func TestSecondGoroutineIsRefused(t *testing.T) {
	op := gate{erf, make(chan struct{}), make(chan struct{})}
	m, x, n := onOne(t, op)
	done := make(chan error)
	go func() { done <- m.RunAll() }()
	<-op.entered
	_, valuesErr := m.Values(n)
	for call, err := range map[string]error{
		"RunAll": m.RunAll(), "Bind": m.Bind(x, make([]float64, 12)), "Close": m.Close(), "Values": valuesErr,
	} {
		if !errors.Is(err, machine.ErrBusy) {
			t.Errorf("%s during a run: %v, want %v", call, err, machine.ErrBusy)
		}
	}
	op.leave <- struct{}{}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	go func() { <-op.entered; op.leave <- struct{}{} }()
	run(t, m) // it goes on
}

func TestManyGoroutinesOnOneMachineGetErrorsNotRaces(t *testing.T) {
	n := build(t, studied[0].arch, 1)
	m := plan(t, n.graph, n.outputs())
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 200 {
				if err := m.RunAll(); err != nil && !errors.Is(err, machine.ErrBusy) {
					t.Error(err)
				}
				m.Reset()
				_ = m.Plan()
			}
		})
	}
	wait.Wait()
	run(t, m)
}

func TestClosedMachinesSaySo(t *testing.T) {
	n := build(t, studied[0].arch, 1)
	m := plan(t, n.graph, n.outputs())
	run(t, m)
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := m.Values(n.loss)
	for call, err := range map[string]error{"Close": m.Close(), "RunAll": m.RunAll(), "Bind": m.Bind(n.x, nil), "Values": err} {
		if !errors.Is(err, machine.ErrClosed) {
			t.Errorf("%s: %v, want %v", call, err, machine.ErrClosed)
		}
	}
	if len(m.Plan().Nodes) == 0 {
		t.Error("the plan is gone")
	}
}

func TestConstructionReportsPanics(t *testing.T) {
	err := machine.Construct(func() error { panic("no such shape") })
	if err == nil {
		t.Fatal("a panic passed for success")
	}
	if err := machine.Construct(func() error { return nil }); err != nil {
		t.Fatalf("after a panic: %v", err)
	}
}
