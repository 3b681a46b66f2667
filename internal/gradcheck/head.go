package gradcheck

import (
	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// suiteOutputs are the numbers of output units of the suite's networks, where a loss takes
// them.
var suiteOutputs = []int{1, 3}

// suiteL2 is the strength of penalties.
const suiteL2 = 0.1

// HeadsOf are the loss of a network, with its reduction, penalty and output activation, at each
// number of output units that the suite has and the loss takes.
func HeadsOf(head models.MLP) []models.MLP {
	var heads []models.MLP
	head = models.MLP{Loss: head.Loss, Output: head.Output, Reduction: head.Reduction, L2: head.L2}
	for _, outputs := range suiteOutputs {
		if headOf(head, outputs).Validate() == nil {
			head.Outputs = outputs
			heads = append(heads, head)
		}
	}
	return heads
}

// otherHeads are all losses, with the activations that squared errors usually have, and all
// reductions, every other one with a penalty.
func otherHeads() []models.MLP {
	var heads []models.MLP
	for _, loss := range graph.Losses() {
		outputs := []graph.Activation{{}}
		if loss.AnyOutput() {
			outputs = append(outputs, graph.Sigmoid, graph.Tanh, graph.ReLU)
		}
		for _, output := range outputs {
			for i, reduction := range graph.Reductions() {
				for j, head := range HeadsOf(models.MLP{Loss: loss, Output: output, Reduction: reduction}) {
					if (i+j)%2 == 1 {
						head.L2 = suiteL2
					}
					heads = append(heads, head)
				}
			}
		}
	}
	return heads
}

// suiteData are standardised moons with targets that the specified network's loss takes:
// their own labels, or else classes in turns, or labels and numbers that are drawn.
func suiteData(spec models.MLP, seed uint32) (data.Set, error) {
	set, err := data.Moons(data.MoonsConfig{Samples: suiteRows, Noise: 0.18, Seed: seed})
	if err != nil {
		return set, err
	}
	if set, _, err = data.Standardise(set); err != nil {
		return set, err
	}
	outputs, rows := max(spec.Outputs, 1), set.Rows()
	kind := headOf(spec, outputs).Targets()
	if outputs == 1 && kind == graph.Labels {
		return set, nil
	}
	set.Targets = targetsOf(kind, outputs)
	set.Y = make([]float64, rows*set.Targets.Columns())
	stream := data.NewRandomState(seed + 1)
	for i := range set.Y {
		v := stream.NormFloat64()
		switch {
		case kind == graph.Classes:
			set.Y[i] = float64(i % outputs)
		case kind == graph.Numbers:
			set.Y[i] = v
		case v > 0:
			set.Y[i] = 1
		}
	}
	return set, nil
}
