package doctor_test

import (
	"context"
	"fmt"
	"log"

	"actscope/models/doctor"
)

// A file of somebody's XOR network, whose weights' gradients are sums over the batch and whose biases' are means.
func ExampleCheck() {
	report, err := doctor.Check(context.Background(), "testdata/wild/xor-sum-weights-mean-biases.npz", doctor.Options{Loss: "bce"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(report.Understood.Network, report.Understood.Activations, report.Understood.Layout)
	fmt.Println(report.Verdict)
	for _, fault := range report.Diagnosis {
		fmt.Printf("layer %d: %s\n", *fault.Layer, fault.Sentence)
	}
	// Output:
	// 2 → 2 → 1 [sigmoid] samples in rows, W in × out
	// wrong
	// layer 2: the output's δ: p(1 - p) is one too many under a cross-entropy
	// layer 2: d_W2: sum instead of mean over the batch (times 4)
	// layer 1: d_W1: sum instead of mean over the batch (times 4)
}
