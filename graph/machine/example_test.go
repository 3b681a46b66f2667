package machine_test

import (
	"fmt"
	"log"

	"actscope/graph/machine"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A graph of Gorgonia's is planned once and run as often as there is data.
func Example() {
	var x, w, loss *gorgonia.Node
	var gradients gorgonia.Nodes
	g := gorgonia.NewGraph()
	err := machine.Construct(func() (err error) {
		x = gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithShape(2, 2), gorgonia.WithName("x"))
		w = gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithShape(2, 1), gorgonia.WithName("W1"))
		z := gorgonia.Must(gorgonia.Mul(x, w))
		loss = gorgonia.Must(gorgonia.Mean(gorgonia.Must(gorgonia.Square(z))))
		gradients, err = gorgonia.Grad(loss, w)
		return err
	})
	if err != nil {
		log.Fatal(err)
	}

	m, err := machine.New(g, gorgonia.Nodes{loss, gradients[0]})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	weights := []float64{1, -1}
	if err := m.Bind(w, weights); err != nil {
		log.Fatal(err)
	}
	if err := m.Bind(x, []float64{1, 2, 3, 5}); err != nil {
		log.Fatal(err)
	}
	value, _ := m.Values(loss)
	gradient, _ := m.Values(gradients[0])
	for range 3 {
		if err := m.RunAll(); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("loss %.4f, gradient %.2f\n", value[0], gradient)
		for i, slope := range gradient {
			weights[i] -= 0.01 * slope
		}
	}
	// Output:
	// loss 2.5000, gradient [-7.00 -12.00]
	// loss 0.9461, gradient [-4.26 -7.33]
	// loss 0.3674, gradient [-2.59 -4.48]
}

// A linear regression in plain Gorgonia: only the line with NewVM is not Gorgonia's own.
func ExampleNewVM() {
	g := gorgonia.NewGraph()
	x := gorgonia.NewVector(g, tensor.Float64, gorgonia.WithName("x"), gorgonia.WithShape(4),
		gorgonia.WithValue(tensor.New(tensor.WithBacking([]float64{0, 1, 2, 3}))))
	y := gorgonia.NewVector(g, tensor.Float64, gorgonia.WithName("y"), gorgonia.WithShape(4),
		gorgonia.WithValue(tensor.New(tensor.WithBacking([]float64{1, 3, 5, 7}))))
	slope := gorgonia.NewScalar(g, tensor.Float64, gorgonia.WithName("slope"), gorgonia.WithValue(0.0))
	offset := gorgonia.NewScalar(g, tensor.Float64, gorgonia.WithName("offset"), gorgonia.WithValue(0.0))

	line := gorgonia.Must(gorgonia.Add(gorgonia.Must(gorgonia.Mul(x, slope)), offset))
	cost := gorgonia.Must(gorgonia.Mean(gorgonia.Must(gorgonia.Square(gorgonia.Must(gorgonia.Sub(line, y))))))
	if _, err := gorgonia.Grad(cost, slope, offset); err != nil {
		log.Fatal(err)
	}

	vm, err := machine.NewVM(g, machine.Learnables(slope, offset)) // was gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(slope, offset))
	if err != nil {
		log.Fatal(err)
	}
	defer vm.Close()

	solver := gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(0.1))
	for range 200 {
		if err := vm.RunAll(); err != nil {
			log.Fatal(err)
		}
		if err := solver.Step(gorgonia.NodesToValueGrads(gorgonia.Nodes{slope, offset})); err != nil {
			log.Fatal(err)
		}
		vm.Reset()
	}
	fmt.Printf("y = %.3f x + %.3f\n", slope.Value(), offset.Value())
	// Output: y = 2.000 x + 1.000
}
