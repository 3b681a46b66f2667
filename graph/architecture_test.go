package graph

import (
	"fmt"
	"strings"
	"testing"
)

// The estimate is for limits: it may exceed what is needed, but not fall short of
// it, whatever the network consists of.
func TestTrainingBytesEstimatesTheMemoryOfAProgram(t *testing.T) {
	check := func(what string, n Architecture, rows int) {
		p, err := Compile(n, n.NewParameters(), rows, Options{Purpose: Training, Statistics: n.NewStatistics()})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		plan, err := p.Plan()
		if err != nil {
			t.Fatal(err)
		}
		used := float64(plan.Arena + 8*n.ParameterCount())
		for _, node := range p.Describe() {
			if strings.HasPrefix(node.Name, "mask") {
				used += float64(8 * rows * n.Layers[0].Units)
			}
		}
		if ratio := float64(n.TrainingBytes(rows)) / used; ratio < 1 || ratio > 5 {
			t.Errorf("%s: the estimate is %.2f of the %.0f bytes used", what, ratio, used)
		}
	}
	for _, rows := range []int{4, 256} {
		for _, a := range append(Activations(), of(t, "max(sin(z),z/(1+exp(-z)))"), of(t, "0.5*z*(1+tanh(pow(2/pi,0.5)*(z+0.044715*pow(z,3))))")) {
			check(fmt.Sprint(a.Name, rows), MLP(3, []int{48, 48, 48, 48, 48, 48}, a, Logits), rows)
		}
		for _, names := range partCombinations() {
			for _, a := range []Activation{ReLU, GELUTanh} {
				check(fmt.Sprint(names, a.Name, rows), withParts(t, []int{48, 48, 48, 48, 48, 48}, a, names...), rows)
			}
		}
	}
}
