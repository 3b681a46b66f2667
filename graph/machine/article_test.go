package machine_test

import (
	"fmt"
	"math"
	"testing"

	"actscope/data"
	"actscope/internal/npz"

	"gorgonia.org/gorgonia"
)

// TestArticleTrainingRun repeats the 8000 steps of the article, both networks, and
// compares with NumPy's results.
func TestArticleTrainingRun(t *testing.T) {
	const (
		seed, epochs, batch, rate = 42, 800, 64, 0.05
		tolerance                 = 1e-9
	)
	golden, err := npz.ReadFile("testdata/article.npz")
	if err != nil {
		t.Fatal(err)
	}
	array := func(format string, args ...any) []float64 {
		a, ok := golden.Lookup(fmt.Sprintf(format, args...))
		if !ok {
			t.Fatalf("no array "+format, args...)
		}
		return a.Values
	}
	near := func(what string, got, want []float64) {
		worst := 0.0
		for i := range want {
			worst = max(worst, math.Abs(got[i]-want[i]))
		}
		if !(worst <= tolerance) || len(got) != len(want) {
			t.Errorf("%s is %g off", what, worst)
		}
	}
	xTrain, yTrain := array("x_train"), array("y_train")
	rows := len(yTrain)

	// The shuffles continue the stream that the weights, 2·8 + 8·8 + 8 Gaussians, were drawn from.
	stream := data.NewRandomState(seed)
	for range 2*8 + 8*8 + 8 {
		stream.NormFloat64()
	}
	orders := make([][]int, epochs)
	for epoch := range orders {
		orders[epoch] = stream.Permutation(rows)
	}

	for _, name := range []string{"sigmoid", "relu"} {
		// One machine for full batches and one for the tail; they share parameters.
		type stepper struct {
			*network
			run      func() float64
			gradient [][]float64
		}
		var parameters [][]float64
		compile := func(size int) stepper {
			n := build(t, architecture{rows: size, widths: []int{2, 8, 8, 1}, hidden: activations[name], loss: logits}, 1)
			p := n.a[2]
			reported := crossEntropy(p, minus(gorgonia.NewConstant(1.0), p), n.y)
			m := plan(t, n.graph, append(n.outputs(), reported))
			if parameters == nil {
				for i, p := range n.parameters {
					w := values(t, m, p)
					clear(w)
					if i%2 == 0 {
						copy(w, array("%s_init_W%d", name, i/2+1))
					}
					parameters = append(parameters, w)
				}
			}
			s := stepper{network: n}
			for i, p := range n.parameters {
				if err := m.Bind(p, parameters[i]); err != nil {
					t.Fatal(err)
				}
				s.gradient = append(s.gradient, values(t, m, n.gradients[i]))
			}
			loss := values(t, m, reported)
			s.run = func() float64 { run(t, m); return loss[0] }
			return s
		}
		steppers := map[int]stepper{batch: compile(batch), rows % batch: compile(rows % batch)}

		var history []float64
		for _, order := range orders {
			sum, batches := 0.0, 0
			for from := 0; from < rows; from += batch {
				picked := order[from:min(from+batch, rows)]
				s := steppers[len(picked)]
				x, y := s.x.Value().Data().([]float64), s.y.Value().Data().([]float64)
				for i, row := range picked {
					copy(x[2*i:], xTrain[2*row:2*row+2])
					y[i] = yTrain[row]
				}
				sum += s.run()
				batches++
				for i, p := range parameters {
					for j, g := range s.gradient[i] {
						p[j] -= rate * g
					}
				}
			}
			history = append(history, sum/float64(batches))
		}
		near(name+" loss history", history, array("%s_loss_history", name))
		for i := range parameters {
			near(fmt.Sprintf("%s %c%d", name, "Wb"[i%2], i/2+1), parameters[i], array("%s_final_%c%d", name, "Wb"[i%2], i/2+1))
		}
	}
}
