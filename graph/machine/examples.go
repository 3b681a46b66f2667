package machine

import (
	"math"
	"math/rand/v2"
	"slices"

	"gorgonia.org/tensor"

	"actscope/graph/machine/kernel"
)

// exampleShapes gives the shapes that examples of s have. Entry-by-entry kernels
// are shown a few hundred entries, of whatever shape; the others get axes of at most
// 31, with the remainders that panels of products depend on.
func (s *step) exampleShapes() func(*node) tensor.Shape {
	if s.batched {
		return func(n *node) tensor.Shape {
			shape := n.shape.Clone()
			if shape[0] = min(shape[0], 2); extents(shape) > manyEntries {
				shape[0] = 1
			}
			return shape
		}
	}
	if s.convolution && s.batch > 0 {
		images := min(s.batch, 2)
		for _, n := range s.covers {
			if extents(n.shape)/s.batch > manyEntries {
				images = 1
			}
		}
		return func(n *node) tensor.Shape {
			shape := n.shape.Clone()
			if !slices.Contains(s.single, n) {
				shape[0] = shape[0] / s.batch * images
			}
			return shape
		}
	}
	if s.windowed || s.convolution {
		return func(n *node) tensor.Shape { return n.shape }
	}
	extent := exampleExtent
	if s.elementwise {
		axes := 0
		for _, d := range s.outs[0].shape {
			axes += min(d-1, 1)
		}
		wide := int(math.Ceil(math.Pow(exampleEntries, 1/float64(max(1, axes)))))
		extent = func(n int) int { return min(n-1, 1)*(wide-1) + 1 } // 1 stays 1
	}
	example := func(n *node) tensor.Shape {
		shape := n.shape.Clone()
		for i, d := range shape {
			shape[i] = extent(d)
		}
		return shape
	}
	for _, n := range s.covers {
		// A reshape does not survive a change of its axes one by one, unless it only
		// adds or drops axes of extent 1.
		if n.operator.class == reshape && extents(example(n)) != extents(example(n.in[0])) {
			return func(n *node) tensor.Shape { return n.shape }
		}
	}
	return example
}

// manyEntries are so many that examples have one image only.
const manyEntries = 1 << 17

// exampleEntries is how many entries an entry-by-entry kernel is shown at a time.
const exampleEntries = 256

// exampleExtent is the extent that stands for n in an example: large axes shrink to the
// widest panel of a product by AVX2, 24 columns in float32, two of 12 in float64, and the same
// remainder modulo the lanes of a vector. Wider panels of AVX-512 have the bits of these.
func exampleExtent(n int) int {
	if n < 32 {
		return n
	}
	return 24 + n%8
}

// example is one set of operands.
type example struct {
	name string
	draw func(rng *rand.Rand) float64
}

// hard are the finite values at which functions go wrong.
var hard = []float64{0, math.Copysign(0, -1), 1, -1, 20, -20, 800, -800, 1e-300, -1e-300}

func ordinaryValue(rng *rand.Rand) float64 {
	x := 0.05 + 2*rng.Float64()
	if rng.IntN(2) == 0 {
		return -x
	}
	return x
}

func hardValue(rng *rand.Rand) float64 {
	if rng.IntN(2) == 0 {
		return ordinaryValue(rng)
	}
	return hard[rng.IntN(len(hard))]
}

// sprinkled draws x for one entry in rare, and the others from draw.
func sprinkled(x float64, rare int, draw func(*rand.Rand) float64) func(*rand.Rand) float64 {
	return func(rng *rand.Rand) float64 {
		if rng.IntN(rare) == 0 {
			return x
		}
		return draw(rng)
	}
}

// examples of an entry-by-entry kernel, and of one that looks through windows, mix everything. The others get ordinary
// values, hard ones, and ordinary ones with a few NaN or infinities, without zeros,
// because Gorgonia's matrix product takes 0·NaN for 0.
func (s *step) examples() []example {
	if s.elementwise || s.windowed {
		return []example{
			{"ordinary values", ordinaryValue},
			{"hard values", sprinkled(math.NaN(), 8, sprinkled(math.Inf(1), 8, sprinkled(math.Inf(-1), 8, hardValue)))},
		}
	}
	if s.convolution {
		return []example{
			{"ordinary values", ordinaryValue},
			{"hard values", sprinkled(math.NaN(), 4000, hardValue)},
		}
	}
	return []example{
		{"ordinary values", ordinaryValue},
		{"hard values", hardValue},
		{"values with NaN", sprinkled(math.NaN(), 40, ordinaryValue)},
		{"values with +Inf", sprinkled(math.Inf(1), 40, ordinaryValue)},
		{"values with -Inf", sprinkled(math.Inf(-1), 40, ordinaryValue)},
	}
}

// inExamples is a binding to memory of the size of examples. Results are NaN, so
// that what a kernel forgets to write shows.
func inExamples[T kernel.Float](s *step) binding[T] {
	b := binding[T]{shape: s.exampleShapes(), fail: func(err error) { panic(err) }}
	for _, out := range s.outs {
		data := make([]T, extents(b.shape(out)))
		for i := range data {
			data[i] = T(math.NaN())
		}
		b.out = append(b.out, &buffer[T]{data: data})
	}
	shared := make(map[*node]*buffer[T])
	for _, arg := range s.args {
		if shared[arg.node] == nil {
			size := extents(b.shape(arg.node))
			if arg.scalar {
				size = 1
			}
			shared[arg.node] = &buffer[T]{data: make([]T, size)}
		}
		b.in = append(b.in, shared[arg.node])
	}
	return b
}

// draw fills the operands.
func draw[T kernel.Float](s *step, rng *rand.Rand, e example, b binding[T]) {
	for i, in := range b.in {
		for j := range in.data {
			in.data[j] = T(e.draw(rng))
			for s.args[i].divisor && in.data[j] == 0 {
				in.data[j] = T(e.draw(rng))
			}
			if x := float64(in.data[j]); s.args[i].finite && (math.IsNaN(x) || math.IsInf(x, 0)) {
				in.data[j] = T(ordinaryValue(rng))
			}
		}
		if s.args[i].low {
			shape := b.shape(s.args[i].node)
			sink(in.data, shape[len(shape)-1])
		}
	}
}

// sink makes the first entry of each row the smallest, of whatever else is finite in it, and
// that of the first row the smallest of all; rows of one entry become alike.
func sink[T kernel.Float](data []T, columns int) {
	finite := func(x T) bool { return !math.IsNaN(float64(x)) && !math.IsInf(float64(x), 0) }
	least := T(0)
	for from := 0; from < len(data); from += columns {
		row := data[from : from+columns]
		if !finite(row[0]) {
			row[0] = 0
		}
		for j, x := range row {
			if finite(x) && x < row[0] {
				row[0], row[j] = x, row[0]
			}
		}
		least = min(least, row[0])
	}
	data[0] = least
	for i := range data {
		if columns == 1 {
			data[i] = least
		}
	}
}
