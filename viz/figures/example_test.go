package figures_test

import (
	"fmt"

	"actscope/viz"
	"actscope/viz/figures"
)

func ExampleLossCurves() {
	figure, err := figures.LossCurves{Nets: []figures.LossCurve{
		{Network: figures.Network{Name: "sigmoid", Label: "Sigmoid"}, History: []float64{0.7, 0.5, 0.4, 0.35}},
		{Network: figures.Network{Name: "relu", Label: "ReLU"}, History: []float64{0.7, 0.3, 0.1, 0.05}},
	}}.Figure(viz.Options{Width: 640})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(figure.Description)
	// Output: Line chart of the loss over 4 epochs. At the end: Sigmoid final: 0.3500; ReLU final: 0.0500.
}
