package graph_test

import (
	"fmt"
	"log"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph"
)

// A graph that is no network: the squared distance between x A x and 3 for a
// matrix A, with respect to both.
func ExampleCheckGradient() {
	g := gorgonia.NewGraph()
	input := func(name string, rows, columns int, values ...float64) *gorgonia.Node {
		return gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithName(name), gorgonia.WithShape(rows, columns),
			gorgonia.WithValue(tensor.New(tensor.WithShape(rows, columns), tensor.WithBacking(values))))
	}
	x := input("x", 1, 2, 0.5, -1.5)
	a := input("A", 2, 2, 2, 0.3, 0.1, 1)

	form := gorgonia.Must(gorgonia.Sum(gorgonia.Must(gorgonia.HadamardProd(gorgonia.Must(gorgonia.Mul(x, a)), x))))
	loss := gorgonia.Must(gorgonia.Square(gorgonia.Must(gorgonia.Sub(form, gorgonia.NewConstant(3.0)))))

	check, err := graph.CheckGradient(loss, x, a)
	if err != nil {
		log.Fatal(err)
	}
	for _, n := range check.Nodes {
		fmt.Printf("%s: %d entries, within 1e-10: %v\n", n.Name, n.Entries, n.MaxAbs < 1e-10)
	}
	fmt.Println("disagreement:", check.Err(1e-10, 0))
	// Output:
	// x: 2 entries, within 1e-10: true
	// A: 4 entries, within 1e-10: true
	// disagreement: <nil>
}
