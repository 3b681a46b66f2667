package kernel

import (
	"math/rand/v2"
	"testing"
)

func BenchmarkEntrywise(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	const n = 512
	x, y, z := numbers(rng, n), numbers(rng, n), numbers(rng, n)
	dst, dst2, sums := make([]float64, n), make([]float64, n), make([]float64, 8)
	for _, k := range []struct {
		name string
		run  func()
	}{
		{"Logistic one", func() { Logistic(dst, nil, nil, x) }},
		{"Logistic two", func() { Logistic(dst, dst2, nil, x) }},
		{"Mul", func() { Mul(dst, x, y) }},
		{"TripleProduct", func() { TripleProduct(dst, x, y, z) }},
		{"ReLU", func() { ReLU(dst, x) }},
		{"Step", func() { Step(dst, x) }},
		{"Gate", func() { Gate(dst, x, y) }},
		{"Sum rows", func() { Sum(sums, x, 64, 8) }},
		{"addRow", func() { addRow(dst, sums) }},
		{"WeightedSum", func() { WeightedSum(dst, x, .3, y, .4) }},
	} {
		b.Run(k.name, func(b *testing.B) {
			for b.Loop() {
				k.run()
			}
		})
	}
}
